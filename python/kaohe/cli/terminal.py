"""Output that never fails on the encoding of a terminal."""

from __future__ import annotations

import codecs
import contextlib
import io
import sys
import unicodedata
from collections.abc import Iterator

__all__ = ["printable"]

# What is written for a character that an encoding lacks, where it has nothing of the same form.
_ALIKE = {
    "−": "-",
    "–": "-",
    "—": "--",
    "─": "-",
    "│": "|",
    "├": "|",
    "└": "`",
    "·": ".",
    "×": "x",
    "≤": "<=",
    "≥": ">=",
    "→": "->",
    "⌈": "[",
    "⌉": "]",
    "‾": "-",
    "⁻": "-",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "。": ".",
    "、": ",",
    "《": "<",
    "》": ">",
}


@contextlib.contextmanager
def printable() -> Iterator[None]:
    """Let standard output and standard error write something for every character, whatever their encoding."""
    streams = [s for s in (sys.stdout, sys.stderr) if isinstance(s, io.TextIOWrapper)]
    before = [stream.errors for stream in streams]
    for stream in streams:
        stream.reconfigure(errors=_NAME)
    try:
        yield
    finally:
        for stream, errors in zip(streams, before, strict=True):
            with contextlib.suppress(OSError, ValueError):  # the reader has gone
                stream.reconfigure(errors=errors)


def _replaced(error: UnicodeError) -> tuple[str, int]:
    """Return what is written instead: a character alike, the simpler form, or the escape that JSON and TOML know."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    written = (_one(c, error.encoding) for c in error.object[error.start : error.end])
    return "".join(written), error.end


def _one(c: str, encoding: str) -> str:
    if unicodedata.combining(c):
        return ""
    simple = "".join(part for part in unicodedata.normalize("NFKD", c) if not unicodedata.combining(part))
    for text in (_ALIKE.get(c), simple.replace("⁄", "/")):
        if text is not None and _has(encoding, text):
            return text
    return f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}"


def _has(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


_NAME = "kaohe.alike"
codecs.register_error(_NAME, _replaced)

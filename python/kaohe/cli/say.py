"""What the command line says: two languages, tables that line up where Chinese characters are two columns wide."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence

from kaohe.language import Lang

__all__ = ["UsageError", "chosen", "say", "table", "width"]


class UsageError(Exception):
    """The command was called wrongly; the message says what to write instead."""


def chosen(asked: str | None) -> Lang:
    """Return the language: what was asked for, else `KAOHE_LANG`, else the system's, else English."""
    for tag in (asked, *(os.environ.get(n) for n in ("KAOHE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))):
        if tag:
            return "zh" if tag.lower().startswith("zh") else "en"
    return "en"


def say(lang: str, zh: str, en: str) -> str:
    """Return the text in a language."""
    return zh if lang == "zh" else en


def width(text: str) -> int:
    """Return how many columns a text takes in a terminal.

    Examples
    --------
    >>> width("甘肃 2022")
    9
    """
    wide = (2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text if not unicodedata.combining(c))
    return sum(wide)


def table(header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Lay out a table; the columns in `right` are aligned to the right.

    Examples
    --------
    >>> print(table(["省份", "total"], [["甘肃", "70.8"], ["内蒙古", "9.5"]], right=[1]))
    省份    total
    ──────  ─────
    甘肃     70.8
    内蒙古    9.5
    """
    lines = [list(header), *([*row] for row in rows)]
    widths = [max(width(line[i]) for line in lines) for i in range(len(header))]

    def laid(line: Sequence[str]) -> str:
        cells = []
        for i, cell in enumerate(line):
            blanks = " " * (widths[i] - width(cell))
            cells.append(blanks + cell if i in right else cell + blanks)
        return "  ".join(cells).rstrip()

    return "\n".join([laid(lines[0]), "  ".join("─" * w for w in widths), *(laid(line) for line in lines[1:])])

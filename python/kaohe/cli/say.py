"""What the command line says, in two languages."""

from __future__ import annotations

import os
from typing import NamedTuple

from kaohe.language import Lang, either

__all__ = ["Both", "UsageError", "chosen", "say"]


class UsageError(Exception):
    """The command was called wrongly; the message says what to write instead."""


class Both(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str

    def of(self, lang: str) -> str:
        """Return the text in a language."""
        return either(self.zh, self.en, lang)


def chosen(asked: str | None) -> Lang:
    """Return the language: what was asked for, else `KAOHE_LANG`, else the system's, else English."""
    for tag in (asked, *(os.environ.get(n) for n in ("KAOHE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))):
        if tag:
            return "zh" if tag.lower().startswith("zh") else "en"
    return "en"


def say(lang: str, zh: str, en: str) -> str:
    """Return the text in a language."""
    return either(zh, en, lang)

"""Docstrings, which are written as Markdown in numpy's sections, as the reStructuredText that Sphinx reads."""

from __future__ import annotations

import re
from typing import Any

# Marks that mean something in reStructuredText and nothing in Markdown.
_BARE = re.compile(r"(`+[^`]*`+)|([|*\\])")


def turned(lines: list[str]) -> list[str]:
    """Return the lines with fences as literal blocks, results in one line, and bare marks escaped."""
    made: list[str] = []
    fence: str | None = None
    section = ""
    for number, line in enumerate(lines):
        words = line.strip()
        below = lines[number + 1].strip() if number + 1 < len(lines) else ""
        if below and set(below) == {"-"} and words:
            section = words
        if words.startswith("```"):
            fence = line[: line.index("`")] if fence is None else None
            made += [f"{fence}::", ""] if fence is not None else [""]
        elif fence is not None:
            made.append(f"    {line}")
        elif section in ("Returns", "Yields") and made and _goes_on(made[-1], line):
            made[-1] += f" {words}"
        else:
            made.append(line)
    return _escaped(made)


def _goes_on(before: str, line: str) -> bool:
    """Say whether a line of what is returned is prose that goes on, rather than the description of a kind."""
    own, above = len(line) - len(line.lstrip()), len(before) - len(before.lstrip())
    return bool(line.strip()) and bool(before.strip()) and own == above and set(before.strip()) != {"-"} != set(line)


def _escaped(lines: list[str]) -> list[str]:
    made: list[str] = []
    literal = False
    for line in lines:
        if line.strip() == "::":
            literal = True
        elif literal and line.strip() and not line.startswith("    "):
            literal = False
        code = literal or line.lstrip().startswith((">>>", "...")) or set(line.strip()) == {"-"}
        made.append(line if code else _BARE.sub(lambda m: m[1] or "\\" + m[2], line))
    return made


def process(app: Any, what: str, name: str, item: Any, options: Any, lines: list[str]) -> None:
    """Turn the docstring of one item, before its sections are read."""
    lines[:] = turned(lines)

"""Answers to questions asked of a result: as a table, as data, as Markdown, as a sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from copy import copy
from functools import cached_property
from html import escape, unescape
from typing import Any, Self

import narwhals as nw

from kaohe import _kaohe
from kaohe.language import get_lang
from kaohe.written import Written

__all__ = ["Answer", "Needed", "NextPoints", "said"]


class Answer:
    """What a question was answered with.

    Prints as a person would write it; shows as a table in Jupyter. What stands in `to_dict()` is also an attribute, and
    a column of `to_frame()` can be had as `answer["name"]`.

    Parameters
    ----------
    core
        The answer of the core.
    like
        A table of the kind that is returned.
    columns
        Names of the columns of the table, and under what the core gives them.
    texts, whole
        Columns that hold text, and those that hold whole numbers.
    """

    def __init__(
        self,
        core: _kaohe.Answer | Written,
        like: Any,
        columns: Mapping[str, str],
        texts: frozenset[str],
        whole: frozenset[str] = frozenset(),
    ) -> None:
        self._core = core
        self._like = like
        self._columns = columns
        self._texts = texts
        self._whole = whole

    @cached_property
    def _data(self) -> Any:
        """Everything the core answered, read when it is asked for: of thousands of entities it is long."""
        return json.loads(self._core.to_json())

    @cached_property
    def _table(self) -> dict[str, Any] | None:
        """The rows as columns, where the core gives them so."""
        return self._core.columns()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            # What is private is there or is not: an answer that is being copied has nothing yet to look it up in.
            raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}")
        if isinstance(self._data, dict) and name in self._data:
            return said(self._data[name])
        known = ", ".join(self._data) if isinstance(self._data, dict) else "to_frame(), to_dict(), to_markdown()"
        raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}; it has {known}")

    def __copy__(self) -> Self:
        """Return an answer of the same: neither ever changes."""
        again = type(self).__new__(type(self))
        again.__dict__.update(self.__dict__)
        return again

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return copy(self)

    def __getstate__(self) -> dict[str, Any]:
        """Return what is pickled: the answer as it was written in both languages, and the kind of table it gives."""
        kept = {name: value for name, value in self.__dict__.items() if name not in ("_data", "_table")}
        like = nw.from_native(self._like, eager_only=True).head(0).to_native()
        return kept | {"_core": Written.answer(self._core), "_like": like}

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *(self._data if isinstance(self._data, dict) else ())})

    def __getitem__(self, column: str) -> Any:
        return self.to_frame()[column]

    def __len__(self) -> int:
        if self._table is not None:
            return len(next(iter(self._table.values())))
        return len(self._rows())

    @property
    def columns(self) -> list[str]:
        """Names of the columns of `to_frame()`."""
        return list(self._columns)

    def _rows(self) -> list[dict[str, Any]]:
        """Return the rows of the table, as the core names their cells."""
        if isinstance(self._data, list):
            return self._data
        return list(self._data["rows"]) if "rows" in self._data else [self._data]

    def _cells(self, source: str) -> Any:
        """Return a column of the table as the core names it: a list, or a buffer of floats."""
        if self._table is not None:
            return self._table[source]
        return [said(row.get(source)) for row in self._rows()]

    def to_frame(self) -> Any:
        """Return the answer as a table, in the kind the data came in."""
        from kaohe import frames

        made: dict[str, Any] = {}
        for name, source in self._columns.items():
            cells = self._cells(source)
            if name in self._texts:
                made[name] = frames.Texts(cells)
            elif isinstance(cells, list) and any(isinstance(c, bool) for c in cells):
                made[name] = cells
            else:
                made[name] = frames.Integers(cells) if name in self._whole else frames.Floats(cells)
        return frames.plain(made, self._like)

    def to_dict(self) -> Any:
        """Return everything the core answered, as plain data; missing is None."""
        return json.loads(self._core.to_json())

    def to_markdown(self, lang: str | None = None) -> str:
        """Return the answer as sentences and a table."""
        return self._core.to_markdown(get_lang(lang))

    def to_text(self, lang: str | None = None) -> str:
        """Return the answer as a person would say it."""
        return self._core.to_text(get_lang(lang))

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return self.to_text()

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def _repr_html_(self) -> str:
        return _html(self.to_markdown())


class Needed(Answer):
    """What it takes: `reachable`, `value`, `variable`, `current`, `gain`, `reason`, and `rank`, `total` then."""

    @property
    def reason(self) -> str:
        """The answer as a sentence: what is needed, or why no value reaches the goal."""
        return self.to_text()


class NextPoints(Answer):
    """What the next point takes of each variable, the cheapest first; `.total` and `.rank` are those of now."""

    @property
    def cheapest(self) -> dict[str, Any] | None:
        """The row that takes the smallest change; None if no variable alone does it."""
        row = self._rows()[0] if self._rows() else None
        return None if row is None or not row["reachable"] else {name: said(cell) for name, cell in row.items()}


def said(cell: Any) -> Any:
    """Return a sentence in the language chosen; the core gives it in both."""
    return cell[get_lang()] if isinstance(cell, dict) and cell.keys() == {"code", "zh", "en"} else cell


def _html(markdown: str) -> str:
    """Return paragraphs, headings, lists and tables of Markdown, as the core writes them, as HTML."""
    blocks = []
    for block in markdown.strip().split("\n\n"):
        lines = block.splitlines()
        if lines[0].startswith("|") and len(lines) > 1:
            rows = [[_shown(cell.strip()) for cell in _cells(line)] for line in lines if not _is_rule(line)]
            head = "".join(f"<th>{cell}</th>" for cell in rows[0])
            body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows[1:])
            blocks.append(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
        elif lines[0].startswith("#"):
            blocks.append(f"<h4>{_shown(lines[0].lstrip('# '))}</h4>")
        else:
            blocks.append(f"<p>{'<br>'.join(_shown(line.removeprefix('- ')) for line in lines)}</p>")
    return f"<div>{''.join(blocks)}</div>"


def _cells(line: str) -> list[str]:
    """Return the cells of a line of a Markdown table."""
    return re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))


def _shown(markdown: str) -> str:
    """Return a line of Markdown, in which the core takes every text literally, as HTML that shows the same."""
    return escape(unescape(re.sub(r"\\(.)", r"\1", markdown)))


def _is_rule(line: str) -> bool:
    """Whether a line is what divides the head of a table from its body."""
    return not set(line) - set("|:- ")

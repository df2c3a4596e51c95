"""Answers to questions asked of a result: as a table, as data, as Markdown, as a sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kaohe import _kaohe
from kaohe.language import get_lang

__all__ = ["Answer", "Needed"]


class Answer:
    """What a question was answered with.

    Prints as a person would write it; shows as a table in Jupyter. What stands in `to_dict()` is also an attribute, and
    a column of `to_frame()` can be had as `answer["name"]`.
    """

    def __init__(self, core: _kaohe.Answer, like: Any, columns: Mapping[str, str], texts: frozenset[str]) -> None:
        self._core = core
        self._like = like
        self._columns = columns
        self._texts = texts
        self._data: dict[str, Any] = json.loads(core.to_json())

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and name in self._data:
            return self._data[name]
        raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}; it has {', '.join(self._data)}")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._data})

    def __getitem__(self, column: str) -> Any:
        return self.to_frame()[column]

    def __len__(self) -> int:
        return len(self._rows())

    @property
    def columns(self) -> list[str]:
        """Names of the columns of `to_frame()`."""
        return list(self._columns)

    def _rows(self) -> list[dict[str, Any]]:
        return list(self._data["rows"]) if "rows" in self._data else [self._data]

    def to_frame(self) -> Any:
        """Return the answer as a table, in the kind the data came in."""
        from kaohe import frames

        rows = self._rows()
        made: dict[str, Any] = {}
        for name, source in self._columns.items():
            cells = [row.get(source) for row in rows]
            if name in self._texts:
                # Sentences of the core come in both languages.
                made[name] = frames.Texts([c[get_lang()] if isinstance(c, dict) else c for c in cells])
            elif any(isinstance(c, bool) for c in cells):
                made[name] = cells
            else:
                made[name] = frames.Floats(cells)
        return frames.plain(made, self._like)

    def to_dict(self) -> dict[str, Any]:
        """Return everything the core answered, as plain data; missing is None."""
        data: dict[str, Any] = json.loads(self._core.to_json())
        return data

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


class Needed(Answer):
    """What it takes: `reachable`, `value`, `variable`, `current`, `gain`, `reason`, and `rank`, `total` then."""

    @property
    def reason(self) -> str:
        """The answer as a sentence: what is needed, or why no value reaches the goal."""
        return self.to_text()

"""The tables of an answer as a chart needs them: rows with the names that people read."""

from __future__ import annotations

import json
import re
from typing import Any, TypeAlias

from kaohe.answer import Answer
from kaohe.errors import ArgumentError
from kaohe.language import either, get_lang
from kaohe.plot.style import altair

__all__ = ["Row", "Seen", "nothing"]

Row: TypeAlias = dict[str, Any]

# A title of more characters is too long for a line.
_LONG = 60


def nothing() -> ArgumentError:
    """Return that there is nothing to draw."""
    return ArgumentError(either("答案里没有可画的内容", "there is nothing to draw in the answer"))


class Seen:
    """A table of an answer.

    Parameters
    ----------
    answer
        The answer.
    table
        Which of its tables; the first one if None.
    lang
        Language of names and headings.

    Attributes
    ----------
    rows
        One dict a row, with missing cells as None and names as people read them.
    ids
        The same with the names that programs read.
    headings
        The heading of each column.
    heading
        The title of the table; empty if it has none.
    title, sentence
        The first sentence of the answer, and the next one.
    """

    def __init__(self, answer: Answer, table: str | None = None, lang: str | None = None) -> None:
        self.lang = get_lang(lang)
        whole = json.loads(answer.to_json())
        found = next(t for t in whole["tables"] if table in (None, t["id"]))
        columns = found["columns"]
        self.kinds = {c["name"]: c["kind"] if isinstance(c["kind"], str) else next(iter(c["kind"])) for c in columns}
        self.headings: dict[str, str] = {c["name"]: c["heading"][self.lang] for c in columns}
        cells = {c["name"]: [self._text(cell, c.get("labels", {})) for cell in c["cells"]] for c in columns}
        count = range(found["rows"])
        self.rows: list[Row] = [{name: of[k] for name, of in cells.items()} for k in count]
        self.ids: list[Row] = [{c["name"]: c["cells"][k] for c in columns} for k in count]
        self.heading: str = (found["title"] or {}).get(self.lang, "")
        said = [sentence[self.lang] for sentence in whole["sentences"]]
        # The finding is the title; how it comes about, and what follows, stands below.
        first = said[0] if said else ""
        cut = re.search(r"[：:；;]\s*", first) if len(first) > _LONG else None
        self.title: str = (first[: cut.start()] if cut else first).rstrip("。.")
        self.sentence: str = " ".join(filter(None, [first[cut.end() :] if cut else "", *said[1:2]]))
        if not self.rows:
            raise nothing()

    def _text(self, cell: Any, labels: dict[str, dict[str, str]]) -> Any:
        if isinstance(cell, dict):
            return cell[self.lang]
        return labels[cell][self.lang] if isinstance(cell, str) and cell in labels else cell

    def names(self, column: str) -> list[str]:
        """Return what a column of names holds, in the order of the rows, once each."""
        return list(dict.fromkeys(row[column] for row in self.rows if row[column] is not None))

    def tooltip(self) -> list[Any]:
        """Return every column with its heading, as a chart shows what lies under the pointer."""
        formats = {"rank": "~r", "count": "d", "percent": ".1%"}
        formats |= dict.fromkeys(("number", "numbers", "points", "change"), ".4~g")
        channels: list[Any] = []
        for name, heading in self.headings.items():
            if any(row[name] is not None for row in self.rows):
                how = {"type": "nominal"}
                if self.kinds[name] in formats:
                    how = {"type": "quantitative", "format": formats[self.kinds[name]]}
                channels.append(altair().Tooltip(field=name, title=heading or name, **how))
        return channels

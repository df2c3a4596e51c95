"""The ranking as the page shows it, beside the one it was opened with; a part of it where it is long."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from kaohe import _kaohe
from kaohe.app.nodes import Node
from kaohe.language import titled
from kaohe.records import text
from kaohe.result import Result

__all__ = ["Board", "Standing", "written"]

# Rows of a ranking that are sent at once.
PAGE = 100


class Standing(NamedTuple):
    """A period's ranking: the row of each entity in order, its total, rank and change; and the places of the rows."""

    rows: list[int]
    total: list[float]
    rank: list[float]
    change: list[float]
    grade: list[str | None] | None
    kind: list[str | None] | None
    place: dict[int, int]


class Board:
    """The rankings of a result under changes.

    Parameters
    ----------
    base
        The result that was opened.
    parts
        What its bars are made of.
    """

    def __init__(self, base: Result, parts: list[Node]) -> None:
        self.base = base
        self.parts = parts
        frame = base._frame
        labels = frame.key(frame.entity, range(len(base._core)))
        # Who an entity is, by the row of the table.
        self.names = [text(label) or "" for label in labels]
        self.adjustments = [a for a in base.scheme.document.get("adjustment", ()) if a["id"] in base._core.adjustments]
        self._kinds = _kinds(base)
        self._standing = lru_cache(maxsize=16)(lambda period: standing(base, period))

    def before(self, period: str | None) -> Standing:
        """Return the ranking that was opened."""
        return self._standing(period)

    def heads(self, lang: str) -> dict[str, str]:
        """Return the headings of the columns."""
        headings: dict[str, dict[str, str]] = self._kinds["headings"]
        return {name: both[lang] for name, both in headings.items()}

    def part_titles(self, lang: str) -> list[str]:
        """Return what the parts of a bar are called."""
        return [titled(item, lang) for item in (*(node.item for node in self.parts), *self.adjustments)]

    def row(self, now: Standing, entity: str | None) -> int | None:
        """Return the row of an entity in a period."""
        return next((row for row in now.rows if self.names[row] == entity), None)

    def total_text(self, totals: list[float], signed: bool = False) -> list[str]:
        """Write totals as the scheme prints them."""
        return written(totals, self._kinds["total"], signed)

    def point_text(self, points: list[float], signed: bool = False) -> list[str]:
        """Write weighted points: with the decimals of the total, or a few digits."""
        digits = self._kinds["total"]
        return written(points, digits if isinstance(digits, dict) else {"significant": 4}, signed)

    def rows(self, result: Result, now: Standing, period: str | None, chosen: list[int]) -> list[list[Any]]:
        """Return places of a ranking as the page needs them.

        Each is the entity, class, rank, change of rank since the last period, total, what the changes did to total and
        rank (two texts, empty where nothing), grade, and the parts of its bar: points, and how they are written.
        """
        before = self.before(period)
        totals = self.total_text([now.total[k] for k in chosen])
        ranks = written([now.rank[k] for k in chosen])
        changes = written([now.change[k] for k in chosen], signed=True)
        old = [before.place[now.rows[k]] for k in chosen]
        moved = [_less(now.total[k], before.total[b]) for k, b in zip(chosen, old, strict=True)]
        climbed = [_less(before.rank[b], now.rank[k]) for k, b in zip(chosen, old, strict=True)]
        moves, climbs = self.total_text(moved, signed=True), written(climbed, signed=True)
        bars = self._bars(result, [now.rows[k] for k in chosen])
        return [
            [
                self.names[now.rows[k]],
                None if now.kind is None else now.kind[k],
                ranks[i],
                "" if now.change[k] != now.change[k] else changes[i],
                totals[i],
                moves[i] if moved[i] else "",
                climbs[i] if climbed[i] else "",
                None if now.grade is None else now.grade[k],
                bars[i],
            ]
            for i, k in enumerate(chosen)
        ]

    def _bars(self, result: Result, rows: list[int]) -> list[list[list[Any] | None]]:
        """Return the points of each part of some rows, with how they are written; a gap is no part."""
        columns = [result._points_of(node.place)[rows].tolist() for node in self.parts]
        if self.adjustments:
            columns += [np.asarray(column)[rows].tolist() for column in result._core.account()["adjustments"]]
        texts = [self.point_text(column) for column in columns]
        return [
            [
                None if column[i] != column[i] else [round(column[i], 4), said[i]]
                for column, said in zip(columns, texts, strict=True)
            ]
            for i in range(len(rows))
        ]


def standing(result: Result, period: str | None) -> Standing:
    """Return the ranking of a period."""
    found = result._core.ranking(result._asked.period(period))
    rows = found["row"]
    place = {row: k for k, row in enumerate(rows)}
    total, rank, change = (found[name].to_list() for name in ("total", "rank", "rank_change"))
    return Standing(rows, total, rank, change, found["grade"], found["class"], place)


def written(
    numbers: list[float], digits: str | dict[str, int] = "typed", signed: bool = False, unit: str = "", lang: str = "en"
) -> list[str]:
    """Write numbers with the digits that the core gives a column."""
    kind, count = next(iter(digits.items())) if isinstance(digits, dict) else (digits, 0)
    return _kaohe.shown(numbers, kind, count, unit, signed, lang)


def _less(a: float, b: float) -> float:
    """Return a difference of printed numbers, as decimals have it; zero where one is missing."""
    return 0.0 if a != a or b != b else float(Decimal(repr(a)) - Decimal(repr(b)))


def _kinds(base: Result) -> dict[str, Any]:
    """Return how the core writes the total, and the headings of the ranking in both languages."""
    import json

    if not len(base._core):
        return {"total": "typed", "headings": {}}
    columns = json.loads(base._ranked().to_json())["tables"][0]["columns"]
    headings = {c["name"]: c["heading"] for c in columns}
    wanted = ("class", "rank", "entity", "total", "rank_change", "grade")
    kind = next(c["kind"] for c in columns if c["name"] == "total")
    return {
        "total": kind["number"]["digits"],
        "headings": {name: headings[name] for name in wanted if name in headings},
    }

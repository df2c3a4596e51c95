"""Results: tables of values, points and ranks in the caller's kind of frame, and what explains them."""

from __future__ import annotations

import json
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

from kaohe import _kaohe
from kaohe.analysis import Why
from kaohe.answer import Needed
from kaohe.explanation import Explanation
from kaohe.language import get_lang
from kaohe.scheme import Scheme, _records, _text

if TYPE_CHECKING:
    from kaohe.frames import Frame

__all__ = ["Result"]


class Result(Why):
    """A scheme applied to a table. Made by `Scheme.assess`.

    Tables are built when they are asked for, of the kind the data came in, with the caller's names of the key columns
    in front, an index restored, and rows in the caller's order. Missing is NaN in pandas, null elsewhere.

    Examples
    --------
    >>> import kaohe as kh
    >>> df = kh.datasets.load("china-provinces")
    >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
    >>> list(result.points.columns)
    ['province', 'year', 'rd_intensity', 'fiscal_share', 'contract_share', 'hitech_density', 'total']
    >>> result.ranking(2022).columns.tolist()
    ['province', 'total', 'rank', 'rank_change', 'grade']
    """

    def __init__(self, scheme: Scheme, frame: Frame, core: _kaohe.Assessment) -> None:
        self._scheme = scheme
        self._frame = frame
        self._core = core

    @property
    def scheme(self) -> Scheme:
        """The method."""
        return self._scheme

    @property
    def fingerprint(self) -> str:
        """Which method it was: the scheme's fingerprint."""
        return self._scheme.fingerprint

    @cached_property
    def entities(self) -> list[Any]:
        """The entities in order of first appearance, as the data write them."""
        return self._keys(self._frame.entity, self._core.entity_rows)

    @cached_property
    def periods(self) -> list[Any]:
        """The periods, ascending, as the data write them; empty for a table without periods."""
        return [] if self._frame.period is None else self._keys(self._frame.period, self._core.period_rows)

    @cached_property
    def values(self) -> Any:
        """Values of the indicators in their units, rounded where the scheme says so: keys, one column an indicator."""
        nodes = self._core.nodes[: self._core.indicator_count]
        return self._frame.build({name: self._core.values(i) for i, name in enumerate(nodes)})

    @cached_property
    def points(self) -> Any:
        """Weighted points as a document prints them: keys, one column an indicator and group, `total`.

        Under an arithmetic tree without adjustments the indicators sum to the total.
        """
        return self._frame.build({name: self._core.points(i) for i, name in enumerate(self._core.nodes)})

    @cached_property
    def scores(self) -> Any:
        """Scores on the common scale 0 … `full_points`: keys, one column an indicator and group, `total`."""
        return self._frame.build({name: self._core.scores(i) for i, name in enumerate(self._core.nodes)})

    @cached_property
    def totals(self) -> Any:
        """All stages of the total: keys, `raw`, `unrounded`, `total`, `rank`, `rank_change`, `grade`.

        `raw` is what the tree gives, before adjustments and floors; `unrounded` what they leave.
        """
        from kaohe import frames

        columns = {
            "raw": self._core.raw_totals(),
            "unrounded": self._core.unrounded_totals(),
            "total": self._core.totals(),
            "rank": self._core.ranks(),
            "rank_change": self._core.rank_changes(),
            "grade": frames.Texts(self._core.grades()),
        }
        return self._frame.build(columns)

    @cached_property
    def table(self) -> Any:
        """Everything in one table, as `kaohe assess -o` writes it.

        Keys, `class` if the scheme has classes, `total, rank, rank_change, grade`, one column an indicator with its
        value, then one a node with its weighted points, named `…_points`.
        """
        from kaohe import frames

        core, nodes = self._core, self._core.nodes
        whole = frames.Floats if self._averages else frames.Integers
        columns: dict[str, Any] = {"class": frames.Texts(core.classes())} if core.classed else {}
        columns |= {
            "total": core.totals(),
            "rank": whole(_listed(core.ranks())),
            "rank_change": whole(_listed(core.rank_changes())),
            "grade": frames.Texts(core.grades()),
        }
        columns |= {name: core.values(i) for i, name in enumerate(nodes[: core.indicator_count])}
        columns |= {f"{name}_points": core.points(i) for i, name in enumerate(nodes[:-1])}
        return self._frame.build(columns)

    @cached_property
    def raw_totals(self) -> Any:
        """Totals as the tree gives them, before adjustments and floors: keys, `total`."""
        return self._frame.build({"total": self._core.raw_totals()})

    def ranking(self, period: Any = None) -> Any:
        """Rank the entities of a period, best first.

        Parameters
        ----------
        period
            The period, as the data or as people write it (2022, "2022", "2022年", a date); the last one if None.

        Returns
        -------
        Columns: the entity, `class` first if the scheme has classes, `total`, `rank`, `rank_change` (positive is up),
        `grade`. Who is not ranked stands at the end with a gap for a rank.

        Raises
        ------
        DataError
            A period that the data lack; the message lists those there are.
        """
        from kaohe import frames

        found = self._core.ranking(self._period(period), get_lang())
        whole = frames.Floats if self._averages else frames.Integers
        columns: dict[str, Any] = {
            "total": found["total"],
            "rank": whole(found["rank"]),
            "rank_change": whole(found["rank_change"]),
            "grade": frames.Texts(found["grade"]),
        }
        first = {"class": frames.Texts(found["class"])} if self._core.classed else {}
        return self._frame.build(columns, found["row"], keys=[self._frame.entity], first=first, renumber=True)

    def explain(self, entity: Any, period: Any = None, node: str | None = None) -> Explanation:
        """Explain a cell from the total down to the raw data.

        Parameters
        ----------
        entity
            Whose.
        period
            When; the last period if None.
        node
            An indicator or group to begin at; the total if None.

        Raises
        ------
        DataError
            An entity, period or node that is not there; the message says which is nearest.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> result.explain("甘肃", 2022).to_dict()["root"]["kind"]
        'total'
        """
        core = self._core.explain(_text(entity) or "", self._period(period), node, get_lang())
        return Explanation(core, self._frame.keys.to_native())

    def needed(
        self,
        entity: Any,
        period: Any,
        what: str,
        *,
        rank: int | None = None,
        score: float | None = None,
        reach: Any = None,
        grade: str | None = None,
        variable: str | None = None,
        others: str = "fixed",
        own: str = "fixed",
        lower: float | None = None,
        upper: float | None = None,
    ) -> Needed:
        """Find the smallest change of one variable that reaches a goal, everything else computed again.

        Parameters
        ----------
        entity, period
            Whose and when; a period after the data's last is reached step by step.
        what
            An indicator, or a variable.
        rank, score, grade
            The goal: this rank or better, a total of at least this, this grade or better.
        reach
            The goal: as good a value as `"mean"`, or as an entity's.
        variable
            Which variable of the indicator changes; the numerator if None.
        others, own
            How the others, and the entity's own other variables, develop: `"fixed"`, `"trend"`, `"best"`.
        lower, upper
            Bounds of the value.

        Returns
        -------
        Needed
            `.reachable, .value, .variable, .current, .gain, .reason`; the value is on the variable's own grid, a whole
            number where it counts things, and one step less would not do.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> result.needed("甘肃", 2022, "hitech_density", rank=18).variable
        'hitech'
        """
        given = {"rank": rank, "score": score, "reach": reach, "grade": grade}
        goals = {name: goal for name, goal in given.items() if goal is not None}
        if len(goals) != 1:
            raise TypeError("needed() wants one goal: rank=, score=, reach= or grade=")
        if reach is not None:
            goals["reach"] = "mean" if reach == "mean" else {"entity": _text(reach)}
        question: dict[str, Any] = {"entity": _text(entity), "what": what, "goal": goals, "variable": variable}
        question |= {"others": others, "own": own, "lower": lower, "upper": upper}
        text = json.dumps(question, ensure_ascii=False, default=lambda x: x.item())
        core = _kaohe.needed(self._core, self._period(period), text, get_lang())
        names = ("reachable", "value", "variable", "unit", "current", "gain", "total", "rank", "reason")
        columns = {name: name for name in names}
        return Needed(core, self._frame.keys.to_native(), columns, frozenset({"variable", "unit", "reason"}))

    def what_if(self, changes: Any) -> Result:
        """Assess again under changed data: the others' scores and ranks are computed again, too.

        Parameters
        ----------
        changes
            A table or list of dicts with `entity`, `variable`, `value`, and `period` (the last one if it has none).

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> then = result.what_if([{"entity": "甘肃", "period": 2022, "variable": "hitech", "value": 3000}])
        >>> int(then.ranking(2022).query("province == '甘肃'")["rank"].item())
        16
        """
        made = []
        for row in _records(changes):
            period = self._period(row.get("period"))
            made.append((_text(row["entity"]) or "", period, str(row["variable"]), float(row["value"])))
        return Result(self._scheme, self._frame, _kaohe.what_if(self._core, made, get_lang()))

    @property
    def flags(self) -> Any:
        """Everything worth knowing of single cells, one row each: `kind, severity, entity, period, column, message`.

        Kinds: `imputed` (a datum was filled in), `filled` (a score was, or an indicator left out), `at_most` and
        `at_least` (a rule was at its limit), `floor` (a floor or veto applied), `hinges` (a tier, rank or grade hangs
        on the last digit).
        """
        from kaohe import frames

        found = self._core.flags(get_lang())
        names = ("kind", "severity", "entity", "period", "column", "message")
        columns = {name: frames.Texts([f[name] for f in found]) for name in names}
        return frames.plain(columns, self._frame.keys.to_native())

    @property
    def exact_cells(self) -> int:
        """How many cells floats could not decide and exact arithmetic did."""
        return self._core.exact_cells

    @property
    def _averages(self) -> bool:
        """Whether ranks may be halves."""
        rank = self._scheme.document.get("total", {}).get("rank", {})
        return bool(rank.get("ties") == "average")

    def _keys(self, name: str, rows: list[int]) -> list[Any]:
        return self._frame.key(name, rows)

    def _period(self, period: Any) -> str | None:
        """Return a period as text; the last one if None, and None for a table without periods."""
        if period is not None:
            return _text(period)
        return None if self._frame.period is None else self._core.periods[-1]

    def _top(self) -> list[tuple[str, str, float]]:
        found = self._core.ranking(self._period(None), get_lang())
        names = self._frame.key(self._frame.entity, found["row"][:5])
        ranks = ["—" if r is None else f"{r:g}" for r in found["rank"][:5]]
        totals = found["total"].to_list()
        return list(zip(ranks, (str(n) for n in names), totals, strict=False))

    def _headline(self, lang: str) -> tuple[str, str]:
        entities, periods = self._core.entity_count, len(self.periods)
        span = f"{self.periods[0]}–{self.periods[-1]}" if periods > 1 else "".join(str(p) for p in self.periods)
        if lang == "zh":
            when = f" × {periods} 期（{span}）" if periods else ""
            return f"{entities} 个考核对象{when}", f"{self.periods[-1]} 年居前：" if periods else "居前："
        when = f" × {periods} periods ({span})" if periods else ""
        return f"{entities} entities{when}", f"top of {self.periods[-1]}: " if periods else "top: "

    def _next(self) -> str:
        """Say what to type next."""
        period = f"{self.periods[-1]!r}" if self.periods else ""
        first = self._top()[0][1] if len(self._core) else ""
        arguments = ", ".join(a for a in (repr(first), period) if a)
        return f".ranking({period})  .points  .values  .explain({arguments})  .flags"

    def __repr__(self) -> str:
        lang = get_lang()
        head, top = self._headline(lang)
        best = "  ".join(f"{rank} {name} {total:g}" for rank, name, total in self._top())
        return f"<Result {self._scheme.title(lang)}: {head}\n {top}{best}\n {self._next()}>"

    def _repr_html_(self) -> str:
        lang = get_lang()
        head, top = self._headline(lang)
        rows = "".join(
            f"<tr><td style='text-align:right'>{rank}</td><td>{escape(name)}</td>"
            f"<td style='text-align:right'>{total:g}</td></tr>"
            for rank, name, total in self._top()
        )
        return (
            f"<div><b>{escape(self._scheme.title(lang))}</b><br>{escape(head)}<br>{escape(top)}<table>{rows}</table>"
            f"<code>{escape(self._next())}</code></div>"
        )


def _listed(column: _kaohe.FloatColumn) -> list[float | None]:
    """Return a column as a list with None for NaN."""
    return [None if x != x else x for x in column.to_list()]

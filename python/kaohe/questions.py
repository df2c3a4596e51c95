"""Questions asked of a result: why it is so, and what to do about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Self

from kaohe import _kaohe
from kaohe.answer import Answer, Needed
from kaohe.language import get_lang
from kaohe.scheme import Scheme, _records, _text

if TYPE_CHECKING:
    from kaohe.frames import Frame
    from kaohe.result import Result

__all__ = ["Questions", "compare", "gainers"]

_MOVES = ("total_before", "total_after", "total_change", "rank_before", "rank_after", "rank_change", "cause", "effect")
_ITEMS = ("item", "points", "share")


class Questions:
    """What a `Result` can be asked. An answer has `to_frame`, `to_dict` and `to_markdown`, and prints as text."""

    _scheme: Scheme
    _frame: Frame
    _core: _kaohe.Assessment

    def __init__(self, scheme: Scheme, frame: Frame, core: _kaohe.Assessment) -> None:
        self._scheme = scheme
        self._frame = frame
        self._core = core

    @property
    def _like(self) -> Any:
        return self._frame.keys.to_native()

    def _period(self, period: Any) -> str | None:
        """Return a period as text; the last one if None, and None for a table without periods."""
        if period is not None:
            return _text(period)
        return None if self._frame.period is None else self._core.periods[-1]

    def _answer(self, core: _kaohe.Answer, columns: tuple[str, ...], *texts: str) -> Answer:
        return Answer(core, self._like, {name: name for name in columns}, frozenset(texts))

    def gaps(self, entity: Any, period: Any = None, *, to: Any = "mean", since: Any = None) -> Answer:
        """Say how far an entity is behind, in which indicator, and whether the gap widens.

        Parameters
        ----------
        entity, period
            Whose and when; the last period if None.
        to
            `"mean"`, `"pooled"` (the whole: ratio of sums), `"best"`, `"next"` (the one ranked in front), a quantile
            0 … 1, or an entity.
        since
            Where `gap_change` starts; the period before if None.

        Returns
        -------
        One row an indicator: `indicator, value, reference, gap, gap_change, points_gap, rank`.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> result.gaps("甘肃", 2022, to="mean")["rank"].tolist()
        [22.0, 23.0, 12.0, 22.0]
        """
        whom = to if isinstance(to, float) else _text(to) or ""
        start = None if since is None else _text(since)
        core = _kaohe.gaps(self._core, _text(entity) or "", self._period(period), whom, start, get_lang())
        columns = ("indicator", "value", "reference", "gap", "gap_change", "points_gap", "rank")
        return self._answer(core, columns, "indicator")

    def drivers(self, entity: Any, indicator: str, *, since: Any, until: Any = None, method: str = "auto") -> Answer:
        """Say why an indicator moved: the part of every variable of its formula, and what that did to the points.

        Parameters
        ----------
        entity, indicator
            Whose and which.
        since, until
            From when to when; the last period if `until` is None.
        method
            `"lmdi"`, `"shapley"`, or `"auto"`: LMDI for products and quotients, else Shapley.

        Returns
        -------
        `driver, effect, share, points_effect`; the effects sum to `.total`, the change.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> drivers = result.drivers("甘肃", "hitech_density", since=2020, until=2022)
        >>> "高新技术企业数增长 34%,但企业法人单位数增长 64%" in drivers.to_text("zh")
        True
        """
        start, end = _text(since) or "", self._period(until)
        core = _kaohe.drivers(self._core, _text(entity) or "", indicator, start, end, method, get_lang())
        return self._answer(core, ("driver", "effect", "share", "points_effect"), "driver")

    def bridge(self, entity: Any, *, since: Any, until: Any = None) -> Answer:
        """Say why a total moved: own data, the others' data, rules; and who was overtaken on what.

        Returns
        -------
        `cause, effect`; the effects sum to `.total`. `.parts` has them by indicator, `.walk` how the rank moved.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> bridge = result.bridge("甘肃", since=2021, until=2022)
        >>> abs(sum(bridge["effect"]) - bridge.total) < 1e-12
        True
        """
        core = _kaohe.bridge(self._core, _text(entity) or "", _text(since) or "", self._period(until), get_lang())
        return self._answer(core, ("cause", "effect"), "cause")

    def contributions(self, entity: Any = None, period: Any = None, *, to: Any = None) -> Answer:
        """Say what each indicator adds to a total, or to its distance from another entity, or to the spread of all.

        Parameters
        ----------
        entity
            Whose total; None for the variance of all totals of the period.
        period
            When; the last period if None.
        to
            The entity to which the distance is split.

        Returns
        -------
        `item, points, share`; the points sum to `.total`.
        """
        who, whom = (None if x is None else _text(x) for x in (entity, to))
        core = _kaohe.contributions(self._core, self._period(period), who, whom, get_lang())
        return self._answer(core, _ITEMS, "item")

    def marginal(self, entity: Any, period: Any = None) -> Answer:
        """Say what one unit and one per cent of every variable is worth: `variable, value, per_unit, per_percent`."""
        core = _kaohe.marginal(self._core, _text(entity) or "", self._period(period), get_lang())
        return self._answer(core, ("variable", "value", "per_unit", "per_percent"), "variable")

    def zones(self, period: Any = None) -> Answer:
        """Say where rules are flat (more gains nothing) or jump: one row an entity and indicator concerned."""
        core = _kaohe.zones(self._core, self._period(period), get_lang())
        columns = ("entity", "indicator", "measure", "dead", "from", "to", "cliff", "height")
        return self._answer(core, columns, "entity", "indicator")

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
        return Needed(core, self._like, columns, frozenset({"variable", "unit", "reason"}))

    def what_if(self, changes: Any) -> Self:
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
        return type(self)(self._scheme, self._frame, _kaohe.what_if(self._core, made, get_lang()))


def compare(a: Result, b: Result) -> Answer:
    """Compare two results: two vintages of the data, two schemes, or both.

    Returns
    -------
    One row an entity and period that both have: `entity, period, total_before, total_after, total_change, rank_before,
    rank_after, rank_change`, and the `cause` that moved the total most with its `effect`. `.rows` also has value and
    points of every indicator.

    Examples
    --------
    >>> import kaohe as kh
    >>> df = kh.datasets.load("china-provinces")
    >>> scheme = kh.Scheme.builtin("strong-science-provinces")
    >>> revised = scheme.assess(df, entity="province", period="year")
    >>> first = scheme.assess(df.assign(gdp=df["gdp_first_published"]), entity="province", period="year")
    >>> moves = kh.compare(first, revised).to_frame()
    >>> len(moves)
    93
    """
    core = _kaohe.compare(a._core, b._core, get_lang())
    columns = {name: name for name in ("entity", "period", *_MOVES)}
    return Answer(core, b._like, columns, frozenset({"entity", "period", "cause"}))


def gainers(a: Result, b: Result) -> Answer:
    """Say who gains and who loses from `a` to `b`: `.gain`, `.lose`, `.same`; the table has the gainers first."""
    core = _kaohe.gainers(a._core, b._core, get_lang())
    columns = {name: name for name in ("entity", "period", *_MOVES)}
    return Answer(core, b._like, columns, frozenset({"entity", "period", "cause"}))

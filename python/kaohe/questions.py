"""Questions asked of a result: what to do about it, beside all that `analysis` asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

from kaohe import _kaohe
from kaohe.analysis import Edit, Why
from kaohe.answer import Fact, Number, OfEntity, WithRows, said
from kaohe.errors import ArgumentError
from kaohe.language import get_lang
from kaohe.records import known, number
from kaohe.records import records as _records
from kaohe.records import text as _text
from kaohe.scheme import Scheme

__all__ = ["Cheapest", "Needed", "NextPoints", "Questions"]


class Needed(OfEntity):
    """What it takes: `reachable`, `value`, `variable`, `current`, `gain`, `reason`, and `rank`, `total` then.

    `reason` is the answer as a sentence; `short` the nearest value that would not do.
    """

    reachable = Fact[bool]()
    value = Fact[float | None]()
    variable = Fact[str]()
    unit = Fact[str]()
    current = Number()
    gain = Fact[float | None]()
    short = Fact[float | None]()
    goal = Fact[dict[str, Any]]()
    indicator = Fact[str | None]()
    indicator_current = Fact[float | None]()
    indicator_value = Fact[float | None]()
    total_current = Number()
    total = Number()
    rank_current = Fact[float | None]()
    rank = Fact[float | None]()
    monotone = Fact[bool]()
    complete = Fact[bool]()
    reason = Fact[str]()


class NextPoints(OfEntity, WithRows):
    """What the next point takes of each variable, the cheapest first; `total` and `rank` are those of now."""

    points = Number()
    total = Number()
    rank = Fact[float | None]()

    @property
    def cheapest(self) -> dict[str, Any] | None:
        """The row that takes the smallest change; None if no variable alone does it."""
        row = next(iter(self.rows), None)
        return None if row is None or not row["reachable"] else {name: said(cell) for name, cell in row.items()}


class Cheapest(OfEntity, WithRows):
    """The cheapest change of several variables: `variable, unit, current, value, gain, cost`.

    `proven` says that no cheaper mix exists; else `gap` is how much more it costs than every mix must.
    """

    goal = Fact[dict[str, Any]]()
    reachable = Fact[bool]()
    cost = Fact[float | None]()
    proven = Fact[bool]()
    gap = Fact[float | None]()
    total = Number()
    rank = Fact[float | None]()
    reason = Fact[str]()


class Questions(Why):
    """What a `Result` can be asked. An answer has `to_frame`, `to_dict` and `to_markdown`, and prints as text."""

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
        return self._ask(
            Needed,
            "needed",
            entity=_text(entity) or "",
            period=period,
            what=what,
            goal=_goal(rank, score, reach, grade),
            variable=variable,
            others=others,
            own=own,
            lower=lower,
            upper=upper,
        )

    def next_points(self, entity: Any, period: Any = None, *, points: float = 1.0) -> NextPoints:
        """Find, for each variable alone, the smallest change that raises an entity's total by so many points.

        Caps, steps, ranks, roundings and floors count: every answer was found by assessing again, and one step less
        would not do.

        Parameters
        ----------
        entity, period
            Whose and when; the last period if None.
        points
            By how many points the printed total shall rise, at least.

        Returns
        -------
        NextPoints
            One row per variable, the smallest change relative to the value first: `variable, value, needed, change`
            (negative where less helps), `change_percent, reachable, points` (what is gained; where it is out of reach,
            the most that can be), `rank` (then), `reason`.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> found = result.next_points("甘肃", 2022, points=1)
        >>> found["variable"].tolist()[0], found["needed"].tolist()[0]
        ('gdp', 10803.7)
        """
        parts = {"period": period, "points": number("points", points)}
        return self._ask(NextPoints, "next_points", entity=_text(entity) or "", **parts)

    def cheapest(
        self,
        entity: Any,
        period: Any,
        costs: Mapping[str, float] | Any,
        *,
        rank: int | None = None,
        score: float | None = None,
        reach: Any = None,
        grade: str | None = None,
    ) -> Cheapest:
        """Find the cheapest change of several variables that together reach a goal.

        Parameters
        ----------
        entity, period
            Whose and when; the last period if None.
        costs
            What one unit of each variable costs: a dict, or a table or list of dicts with `variable`, `cost` and, where
            there are bounds, `lower`, `upper`. At most twelve variables.
        rank, score, reach, grade
            The goal, as for `needed`.

        Returns
        -------
        Cheapest
            One row per variable: `variable, unit, current, value, gain, cost`. `.reachable`, `.cost`, `.proven` (no
            cheaper mix exists), else `.gap` to the bound; `.reason` is the answer as a sentence.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> mix = result.cheapest("甘肃", 2022, {"rd": 1.0, "hitech": 0.02}, score=71.5)
        >>> mix.reachable, mix["variable"].tolist()
        (True, ['rd', 'hitech'])
        """
        if isinstance(costs, Mapping) and all(isinstance(c, (int, float)) for c in costs.values()):
            costs = [{"variable": variable, "cost": cost} for variable, cost in costs.items()]
        rows, numbers = _records(costs), ("cost", "lower", "upper")
        known((f"costs[{i}]", row, ("variable", *numbers)) for i, row in enumerate(rows))
        levers = []
        for i, row in enumerate(rows):
            given = (k for k in numbers if row.get(k) is not None and row[k] == row[k])
            levers.append({"variable": str(row["variable"]), **{k: number(f"costs[{i}].{k}", row[k]) for k in given}})
        goal = _goal(rank, score, reach, grade)
        parts = {"period": period, "goal": goal, "levers": levers}
        return self._ask(Cheapest, "cheapest", entity=_text(entity) or "", **parts)

    def what_if(
        self, changes: Any = None, *, weights: Mapping[str, float] | None = None, leave_out: Sequence[str] = ()
    ) -> Self:
        """Assess again under changed data or weights: the same as a fresh assessment, the others' scores and ranks too.

        Parameters
        ----------
        changes
            A table or list of dicts with `entity`, `variable`, `value`, and `period` (the last one if it has none);
            None changes no data.
        weights
            Other weights of indicators or groups among their siblings; of those that a group computes only 0.
        leave_out
            Indicators or groups that shall not count.

        Returns
        -------
        Result
            Its `scheme` has the other weights. What the change does not reach is not computed again.

        Raises
        ------
        DataError
            Unknown entities, periods, variables, indicators; values that are not finite; weights below zero, or all
            zero, or computed.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> then = result.what_if([{"entity": "甘肃", "period": 2022, "variable": "hitech", "value": 3000}])
        >>> int(then.ranking(2022).query("province == '甘肃'")["rank"].item())
        16
        """
        cells, rows = [], [] if changes is None else _records(changes)
        known((f"changes[{i}]", row, ("entity", "variable", "value", "period")) for i, row in enumerate(rows))
        for i, row in enumerate(rows):
            period, value = self._period(row.get("period")), number(f"changes[{i}].value", row["value"])
            cells.append((_text(row["entity"]) or "", period, str(row["variable"]), value))
        if not isinstance(weights or {}, Mapping):
            raise ArgumentError(f"weights 应为字典，不能是 {weights!r:.60} (weights is a dict, not {weights!r:.60})")
        others = [(str(node), number(f"weights[{node!r}]", weight)) for node, weight in (weights or {}).items()]
        others += [(str(node), 0.0) for node in leave_out]
        return self._edited((cells, others))

    def _edited(self, edit: Edit) -> Self:
        """Return the result with changed cells and weights, which remembers how it was made."""
        core = _kaohe.what_if(self._core, *edit, get_lang())
        scheme = self._scheme if core.scheme.fingerprint == self._scheme.fingerprint else Scheme(core.scheme)
        made = type(self)(scheme, self._frame, core, self._targets, self._references)
        made._origin = (*self._origin, (self._scheme, edit))
        return made


def _goal(rank: int | None, score: float | None, reach: Any, grade: str | None) -> dict[str, Any]:
    """Return the one goal that was given, as the core reads it."""
    given = {"rank": rank, "score": score, "reach": reach, "grade": grade}
    goals = {name: goal for name, goal in given.items() if goal is not None}
    if len(goals) != 1:
        raise TypeError("give one goal: rank=, score=, reach= or grade=")
    if reach is not None:
        goals["reach"] = "mean" if reach == "mean" else {"entity": _text(reach)}
    return goals

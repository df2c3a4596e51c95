"""Questions asked of a result: what to do about it, beside all that `analysis` asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kaohe.analysis import Why
from kaohe.answer import Answer, Fact, Number, Rows, said
from kaohe.audit import Audits
from kaohe.course import Course, course
from kaohe.errors import ArgumentError
from kaohe.language import either
from kaohe.profiles import Profiles
from kaohe.ranks import Ranks
from kaohe.records import known, number
from kaohe.records import records as _records
from kaohe.records import text as _text
from kaohe.sensitivity import Sensitivities

__all__ = ["Cheapest", "Needed", "NextPoints", "Questions"]


class Needed(Answer):
    """What it takes: `reachable`, `value`, `variable`, `current`, `gain`, `reason`, and `rank`, `total` then.

    `reason` is the answer as a sentence; `short` the nearest value that would not do. `assumption` says what is assumed
    of everybody's data; where the period lies ahead, `current` is what is forecast, and `last` what was in
    `last_period`. `beyond_history` says that the answer is unlike anything in the data, `beyond` unlike what.
    """

    entity = Fact[str]()
    period = Fact[str]()
    reachable = Fact[bool]()
    value = Fact[float | None]()
    variable = Fact[str]()
    unit = Fact[str]()
    current = Number()
    last = Fact[float | None]()
    last_period = Fact[str | None]()
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
    assumption = Fact[str]()
    beyond_history = Fact[bool]()
    beyond = Fact[Rows]()
    reason = Fact[str]()


class NextPoints(Answer):
    """What the next point takes of each variable, the cheapest first; `total` and `rank` are those of now."""

    entity = Fact[str]()
    period = Fact[str]()
    rows = Fact[Rows]()
    points = Number()
    total = Number()
    rank = Fact[float | None]()
    assumption = Fact[str]()

    @property
    def cheapest(self) -> dict[str, Any] | None:
        """The row that takes the smallest change; None if no variable alone does it."""
        row = next(iter(self.rows), None)
        return None if row is None or not row["reachable"] else {name: said(cell) for name, cell in row.items()}


class Cheapest(Answer):
    """The cheapest change of several variables: `variable, unit, current, value, gain, cost`.

    `proven` says that no cheaper mix exists; else `gap` is how much more it costs than every mix must.
    """

    entity = Fact[str]()
    period = Fact[str]()
    rows = Fact[Rows]()
    goal = Fact[dict[str, Any]]()
    reachable = Fact[bool]()
    cost = Fact[float | None]()
    proven = Fact[bool]()
    gap = Fact[float | None]()
    total = Number()
    rank = Fact[float | None]()
    assumption = Fact[str]()
    reason = Fact[str]()


class Questions(Why, Audits, Profiles, Sensitivities, Ranks):
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
        others: Course = "fixed",
        own: Course | None = None,
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
            How the others' data, and the entity's own, develop until the period: `"fixed"` (they stay at their last
            values: the default of `others`), `"growth"` (the last growth goes on), `"trend"` (the mean growth of three
            periods), `"trend:5"` (of five), `"best"` (the best of the last three periods); or given numbers: `{"rd":
            160}`, `{"四川": {"rd": 1300}}`, or a table with `variable`, `value` and, where they differ, `entity`.
            `own=None` is as the others under a growth or a trend, a trend under `"best"`, and `"fixed"` else. With
            development, a period of the data means the one after it. The answer says what was assumed.
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
        return self._asked.ask(
            Needed,
            "needed",
            entity=entity,
            period=period,
            what=what,
            goal=_goal(rank, score, reach, grade),
            variable=variable,
            others=course("others", others),
            own=course("own", own),
            lower=lower,
            upper=upper,
        )

    def next_points(
        self,
        entity: Any,
        period: Any = None,
        *,
        points: float = 1.0,
        uncontrollable: bool = False,
        others: Course = "fixed",
        own: Course | None = None,
    ) -> NextPoints:
        """Find, for each variable that can be changed, the smallest change that alone raises an entity's total.

        Caps, steps, ranks, roundings and floors count: every answer was found by assessing again, and one step less
        would not do.

        Parameters
        ----------
        entity, period
            Whose and when; the last period if None.
        points
            By how many points the printed total shall rise, at least.
        uncontrollable
            True for the variables that nobody can be advised to change, too: what the scheme declares so, and what
            only stands below the line of its indicators (a product, a number of firms).
        others, own
            How the others' data, and the entity's own, develop, as for `needed`.

        Returns
        -------
        NextPoints
            One row per variable, the smallest change relative to the value first: `variable, value, needed, change`
            (negative where less helps), `change_percent, reachable, points` (what is gained; where it is out of reach,
            the most that can be), `rank` (then), `beyond_history`, `reason`.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> found = result.next_points("甘肃", 2022, points=1)
        >>> found["variable"].tolist()[0], found["needed"].tolist()[0]
        ('rd', 157.0)
        >>> result.next_points("甘肃", 2022, uncontrollable=True)["variable"].tolist()[0]
        'gdp'
        """
        parts = {"period": period, "points": number("points", points), "uncontrollable": uncontrollable}
        parts |= {"others": course("others", others), "own": course("own", own)}
        return self._asked.ask(NextPoints, "next_points", entity=entity, **parts)

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
        others: Course = "fixed",
        own: Course | None = None,
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
        others, own
            How the others' data, and the entity's own, develop, as for `needed`.

        Returns
        -------
        Cheapest
            One row per variable: `variable, unit, current, value, gain, cost, beyond_history`. `.reachable`, `.cost`,
            `.proven` (no cheaper mix exists), else `.gap` to the bound; `.reason` is the answer as a sentence.

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
        parts |= {"others": course("others", others), "own": course("own", own)}
        return self._asked.ask(Cheapest, "cheapest", entity=entity, **parts)


def _goal(rank: int | None, score: float | None, reach: Any, grade: str | None) -> dict[str, Any]:
    """Return the one goal that was given, as the core reads it."""
    given = {"rank": rank, "score": score, "reach": reach, "grade": grade}
    goals = {name: goal for name, goal in given.items() if goal is not None}
    if len(goals) != 1:
        en = "give one goal: rank=, score=, reach= or grade="
        raise ArgumentError(either("请给出一个目标：rank=、score=、reach= 或 grade=", en))
    if reach is not None:
        goals["reach"] = "mean" if reach == "mean" else {"entity": _text(reach)}
    return goals

"""What to do: targets, progress against them, dispatches, targets split over children, awards by rules.

Every function returns an `Answer`: `to_frame()`, `to_dict()`, `to_markdown(lang=)`, and a column as `answer["name"]`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from kaohe import _kaohe
from kaohe.answer import Answer, Fact, Number, Rows
from kaohe.course import Course, course
from kaohe.errors import ArgumentError, DataError
from kaohe.language import either, get_lang
from kaohe.records import known, number
from kaohe.records import records as _records
from kaohe.records import targets as _targets
from kaohe.records import text as _text
from kaohe.result import Result

__all__ = ["Dispatch", "Suggestions", "allocate", "allocate_ratio", "awards", "dispatch", "progress", "suggest"]

_CANDIDATE = ("entity", "level", "attainment", "progress", "floors", "class")
_RULE = ("award", "criterion", "top", "at_least", "amount", "excluded_by", "not_with", "by_class", "rest")
_AMOUNT = ("each", "table", "pool", "proportional")
_LIGHTS = ("green", "yellow", "blue_within", "met_is_green")


class Progress(Answer):
    """What stands against what is due, up to the end of `period`.

    `by_entity` and `by_indicator` count the targets: `name, targets, done, on_schedule, behind, no_data`.
    """

    rows = Fact[Rows]()
    period = Fact[str]()
    by_entity = Fact[Rows]()
    by_indicator = Fact[Rows]()


class Allocation(Answer):
    """A target split over children; the parts sum to `total`."""

    rows = Fact[Rows]()
    total = Number()
    by = Fact[str]()


class RatioAllocation(Answer):
    """A ratio target split over children; `reached` is the parent's ratio then."""

    rows = Fact[Rows]()
    ratio = Number()
    numerator = Number()
    denominator = Number()
    reached = Number()


class Awards(Answer):
    """Awards by rules: who gets what and why; `paid` in all, `purses` by award, and what is `unpaid`."""

    rows = Fact[Rows]()
    purses = Fact[Rows]()
    unpaid = Fact[Rows]()
    paid = Number()


class Dispatch(Answer):
    """What a dispatch shows: the league table, who moved, which lights changed and why.

    `to_frame()` is the league: `entity, progress, uncapped, elapsed, rank, rank_before, rank_change` (positive is up),
    and how many targets are `green, blue, yellow, red, dark` (without data). `.changes()` are the lights that changed,
    `.movers` the entities by rank change.
    """

    league = Fact[Rows]()
    movers = Fact[list[str]]()

    @property
    def period(self) -> str:
        """The period up to whose end the data go."""
        return str(self._facts["progress"]["period"])

    def changes(self) -> Any:
        """Return the lights that changed since the dispatch before, worst first.

        Columns `entity, indicator, before, now, reason`.
        """
        return self.to_frame("changes")

    def progress(self) -> Any:
        """Return every entity and indicator, as `kaohe.plan.progress` does."""
        return self.to_frame("progress")


class Suggestions(Answer):
    """Suggested targets: one row per entity."""

    def targets(self) -> list[dict[str, Any]]:
        """Return them as a target table, for `progress` and `Scheme.assess`; those without a value are left out."""
        names = ("indicator", "entity", "period")
        rows = [row for row in self.to_dict() if row["target"] is not None]
        return [{**{name: row[name] for name in names}, "value": row["target"]} for row in rows]


def progress(
    data: Any,
    targets: Any = None,
    *,
    entity: str | None = None,
    period: str | None = None,
    at: Any = None,
    indicators: Sequence[str] = (),
    counting: str | Mapping[str, str] = "cumulative",
    rate: str | Mapping[str, str] | None = None,
    schedule: str | Sequence[float] | Mapping[str, str | Sequence[float]] = "even",
    ceilings: Sequence[str] = (),
    lights: Mapping[str, Any] | None = None,
    each: bool = False,
    confidence: float = 0.8,
    lang: str | None = None,
) -> Progress:
    """Compare what stands with what is due (调度).

    Parameters
    ----------
    data
        A `Result`, whose indicators are followed; or a table with one column per indicator, in months, quarters or
        halves.
    targets
        A table or list of dicts with `indicator`, `value` and, where they differ, `entity` and `period`; those of the
        scheme if None and `data` is a result.
    entity, period
        Key columns of a table.
    at
        The period up to whose end the data go; the last one if None.
    indicators
        Which to follow; those of the targets if empty.
    counting
        What a number says: `"cumulative"` (since the year's start), `"flow"` (of the period alone), `"level"`; or a
        dict by indicator.
    rate
        By what lights judge a stock or ratio (`"level"`): `"completion"`, actual / target (完成率), or `"increment"`,
        (actual − base) / (target − base) (增量完成率), where the base is what stood at the end of the year before; or
        a dict by indicator. None: by the increment where the data have the base, else by completion.
    schedule
        What is due when: `"even"`, `"learnt"` from earlier years, or the shares of the periods, such as 15, 25, 25, 35;
        or a dict by indicator.
    ceilings
        Indicators whose target must not be exceeded.
    lights
        Thresholds: `green`, `yellow`, `blue_within`, `met_is_green`.
    each
        Whether targets of shorter periods say what each alone shall bring.
    confidence
        Probability that a forecast's interval holds.
    lang
        Language of messages.

    Returns
    -------
    Progress
        One row per entity and indicator: `entity, indicator, actual, target, progress, elapsed, base, completion,
        increment, light, forecast, low, high, probability, pace_needed`; shares as 0 … 1. `progress` is the one of
        `completion` and `increment` that lights judge. Red clears to yellow first, however far it catches up. The
        tables `"by_entity"` and `"by_indicator"` count what is done, on schedule, behind.

    Raises
    ------
    DataError
        A period that the data lack, indicators without column, shares that do not fit the periods of a year.

    Examples
    --------
    >>> import kaohe as kh
    >>> data = {"city": ["金昌", "武威"], "month": ["2023-07"] * 2, "contracts": [155, 35]}
    >>> targets = [{"indicator": "contracts", "entity": "金昌", "value": 100}]
    >>> targets += [{"indicator": "contracts", "entity": "武威", "value": 60}]
    >>> kh.plan.progress(data, targets, entity="city", period="month")["light"].tolist()
    ['green', 'green']
    """
    lang = get_lang(lang)
    plan = _plan(targets, indicators, counting, rate, schedule, ceilings, lights, each, confidence)
    source, like = _source(data, entity, period, plan, lang)
    core = _kaohe.progress(source, _text(at), _json(plan), lang)
    return Progress(core, like)


def dispatch(
    data: Any,
    targets: Any = None,
    *,
    entity: str | None = None,
    period: str | None = None,
    at: Any = None,
    since: Any = None,
    indicators: Sequence[str] = (),
    counting: str | Mapping[str, str] = "cumulative",
    rate: str | Mapping[str, str] | None = None,
    schedule: str | Sequence[float] | Mapping[str, str | Sequence[float]] = "even",
    ceilings: Sequence[str] = (),
    lights: Mapping[str, Any] | None = None,
    each: bool = False,
    confidence: float = 0.8,
    league_cap: float | None = 1.0,
    lang: str | None = None,
) -> Dispatch:
    """Show a dispatch (调度会): a league table, who moved, and whose light changed since the last one and why.

    Parameters
    ----------
    since
        The dispatch to compare with; the period before, within the year, if None.
    league_cap
        Most that one target counts in an entity's mean progress, so that more than all of one does not hide what
        another lacks: 1 is all of it; None for no limit. The mean without the cap stands beside it, as `uncapped`.
    data, targets, entity, period, at, indicators, counting, rate, schedule, ceilings, lights, each, confidence, lang
        As for `progress`.

    Examples
    --------
    >>> import kaohe as kh
    >>> data = {"city": ["甲", "乙"] * 2, "month": ["2023-06"] * 2 + ["2023-07"] * 2, "contracts": [30, 50, 70, 55]}
    >>> shown = kh.plan.dispatch(data, [{"indicator": "contracts", "value": 100}], entity="city", period="month")
    >>> shown["entity"].tolist(), shown["rank_change"].tolist()
    (['甲', '乙'], [1, -1])
    >>> shown.changes()["now"].tolist()
    ['yellow', 'yellow']
    """
    lang = get_lang(lang)
    plan = _plan(targets, indicators, counting, rate, schedule, ceilings, lights, each, confidence)
    plan["league_cap"] = league_cap
    source, like = _source(data, entity, period, plan, lang)
    core = _kaohe.dispatch(source, _text(at), _json(plan), None if since is None else _text(since), lang)
    return Dispatch(core, like)


def suggest(
    result: Result,
    indicator: str,
    *,
    rank: int | None = None,
    places: int | None = None,
    growth: float | None = None,
    close: float | None = None,
    to: Any = "mean",
    entities: Sequence[Any] = (),
    since: Any = None,
    until: Any = None,
    others: Course = "fixed",
    own: Course | None = None,
    lang: str | None = None,
) -> Suggestions:
    """Suggest targets for one indicator; none is easier than its aim, and who is there already gets none.

    Each is found by itself, with everybody else's data as assumed: reached together, they bring other ranks and means.

    Parameters
    ----------
    rank, places
        The aim: this rank in the total, or so many places up, by this indicator alone.
    growth
        The aim: the value times 1 + `growth` (0.1 for ten per cent).
    close, to
        The aim: this share of the gap to `"mean"`, or to an entity; 1 for all of it.
    entities
        For whom; everybody who is ranked if empty.
    since, until
        The period whose values are taken, the last one if None, and the period the targets are for, the next one.
    others, own
        How the others' data, and the entity's own, develop until then, as for `Result.needed`.

    Returns
    -------
    Suggestions
        One row per entity: `entity, indicator, period, current, target, there` (already), `beyond_history` (the target
        is unlike anything in the data), `reason`; `.targets()` is a target table.

    Examples
    --------
    >>> import kaohe as kh
    >>> df = kh.datasets.load("china-provinces")
    >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
    >>> kh.plan.suggest(result, "rd_intensity", growth=0.1, entities=["甘肃"]).targets()
    [{'indicator': 'rd_intensity', 'entity': '甘肃', 'period': '2023', 'value': 1.38}]
    """
    lang = get_lang(lang)
    given = {"rank": rank, "places": places, "growth": growth, "gap": close}
    aims: dict[str, Any] = {name: aim for name, aim in given.items() if aim is not None}
    if len(aims) != 1:
        en = "suggest() takes one aim: rank=, places=, growth= or close="
        raise ArgumentError(either("请给出一个目标：rank=、places=、growth= 或 close=", en))
    if close is not None:
        aims["gap"] = {"share": close, "to": "mean" if to == "mean" else {"entity": _text(to)}}
    question = {"indicator": indicator, "aim": aims, "entities": [_text(name) or "" for name in entities]}
    periods = {"since": _text(since), "until": _text(until)}
    question |= {"others": course("others", others), "own": course("own", own)}
    question |= {name: period for name, period in periods.items() if period is not None}
    return Suggestions(_kaohe.ask(result._core, "suggest", _json(question), lang), result._asked.like)


def allocate(
    total: float,
    children: Any,
    *,
    by: str = "base",
    decimals: int = 0,
    not_below_last: bool = False,
    child: str = "child",
    lang: str | None = None,
) -> Allocation:
    """Split a target over children (目标分解); the parts sum to it exactly.

    Parameters
    ----------
    total
        The parent's target.
    children
        A dict of name and base; or a table or list of dicts with the name, `base`, and where there are some `last`,
        `history` (a list: the years before it, oldest first), `capacity`, `lower`, `upper`.
    by
        `"base"`, `"capacity"`, `"growth"` (the same rate over `last`), `"step"` (the same amount), `"gap"` (the same
        share of everyone's way to `capacity`), `"regret"` (the least of the greatest regrets).
    decimals
        Decimals of the parts; 0 for whole numbers, by largest remainder.
    not_below_last
        Whether nobody may get less than last year.
    child
        Column of the children's names.
    lang
        Language of messages.

    Returns
    -------
    One row per child: `child` (or its column's name), `base, share, allocated, lower, upper`, `growth` over `last`,
    `beyond_history` (more than any child has grown in a year of `history`).

    Raises
    ------
    DataError
        Bounds that cannot be met; the message names them.

    Examples
    --------
    >>> import kaohe as kh
    >>> kh.plan.allocate(7, {"甘州": 60, "临泽": 25, "高台": 15})["allocated"].tolist()
    [4.0, 2.0, 1.0]
    """
    lang = get_lang(lang)
    if isinstance(children, Mapping) and all(isinstance(v, (int, float)) for v in children.values()):
        children = [{child: name, "base": base} for name, base in children.items()]
    made = _children(children, child, ("base", "last", "capacity", "lower", "upper"), ("history",))
    split = {"total": number("total", total), "by": by, "decimals": decimals, "not_below_last": not_below_last}
    core = _kaohe.allocate(_json(made), _json(split), lang)
    return Allocation(core, children, names={"child": child})


def allocate_ratio(
    ratio: float,
    denominator: float,
    children: Any,
    *,
    factor: float = 100.0,
    by: str = "base",
    decimals: int = 2,
    not_below_last: bool = False,
    child: str = "child",
    lang: str | None = None,
) -> RatioAllocation:
    """Split a ratio target over children: numerators and denominators both add up, and the parent reaches the ratio.

    Parameters
    ----------
    ratio
        The parent's target, `factor` × numerator / denominator.
    denominator
        The parent's planned denominator; those of the children grow alike.
    children
        A table or list of dicts with the name, last year's `numerator` and `denominator`, and where there are some
        `capacity` (a numerator), `lower`, `upper` (ratios).
    factor
        100 for a percentage of like units.
    by, decimals, not_below_last, child, lang
        As for `allocate`; nobody's ratio falls with `not_below_last`.

    Returns
    -------
    Answer
        One row per child: `child` (or its column's name), `numerator, denominator, ratio, last`; `.reached` is the
        parent's ratio then.

    Examples
    --------
    >>> import kaohe as kh
    >>> children = [
    ...     {"child": "甲", "numerator": 2.0, "denominator": 100.0},
    ...     {"child": "乙", "numerator": 1.0, "denominator": 100.0},
    ... ]
    >>> kh.plan.allocate_ratio(1.6, 210, children, by="growth")["numerator"].tolist()
    [2.24, 1.12]
    """
    lang = get_lang(lang)
    made = _children(children, child, ("numerator", "denominator", "capacity", "lower", "upper"))
    split = {"total": 0.0, "by": by, "decimals": decimals, "not_below_last": not_below_last}
    core = _kaohe.allocate_ratio(
        _json(made),
        _json(split),
        number("ratio", ratio),
        number("factor", factor),
        number("denominator", denominator),
        lang,
    )
    return RatioAllocation(core, children, names={"child": child})


def awards(
    candidates: Any,
    rules: Sequence[Mapping[str, Any]],
    *,
    period: Any = None,
    attainment: Mapping[str, float] | None = None,
    cap: float | None = None,
    decimals: int = 0,
    lang: str | None = None,
) -> Awards:
    """Pay awards by rules (奖补); every yuan reconciles.

    Parameters
    ----------
    candidates
        A `Result`, whose totals are levels, their changes progress, and whose floors exclude; or a table or list
        of dicts with `entity` and, as rules want them, `level`, `attainment`, `progress`, `class`.
    rules
        One dict per rule: `award`, `criterion` (`"level"`, `"attainment"`, `"progress"`), `top`, `at_least`, `amount`
        (`{"each": 30}`, `{"table": [100, 50]}`, `{"pool": 500}` …), `excluded_by`, `not_with`, `by_class`, `rest`
        (what becomes of units that equals cannot share: `"unpaid"`, or `"largest_remainder"`, the first by name).
    period
        Period of a result; the last one if None.
    attainment
        Attainment of entities of a result.
    cap
        Most that one entity gets.
    decimals
        Decimals of the sums.
    lang
        Language of messages.

    Returns
    -------
    One row per award: `entity, award, reason, amount`.

    Examples
    --------
    >>> import kaohe as kh
    >>> rules = [{"award": "先进", "top": 1, "amount": {"each": 30}}]
    >>> people = [{"entity": "甲", "level": 90}, {"entity": "乙", "level": 80}]
    >>> kh.plan.awards(people, rules).to_frame()[["entity", "amount"]].to_numpy().tolist()
    [['甲', 30.0]]
    """
    lang = get_lang(lang)
    if isinstance(candidates, Result):
        like = candidates._asked.like
        text = _kaohe.candidates(candidates._core, candidates._asked.period(period), lang)
        people = json.loads(text)
        for person in people:
            person["attainment"] = (attainment or {}).get(person["entity"], person["attainment"])
    else:
        like = candidates
        rows = _records(candidates)
        known(((f"candidates[{i}]", row, _CANDIDATE) for i, row in enumerate(rows)), lang)
        people = [{k: v for k, v in row.items() if v is not None and v == v} for row in rows]
    _known_rules(rules, lang)
    filled = [
        {"criterion": "level", "excluded_by": [], "not_with": [], "by_class": False, **rule}
        for rule in map(dict, rules)
    ]
    core = _kaohe.awards(_json(people), _json(filled), cap, decimals, lang)
    return Awards(core, like)


def _known_rules(rules: Sequence[Mapping[str, Any]], lang: str) -> None:
    """Refuse rules, and amounts of rules, with keys that are not known."""
    items: list[tuple[str, Mapping[str, Any], Sequence[str]]] = []
    for i, rule in enumerate(rules):
        items.append((f"rules[{i}]", rule, _RULE))
        if isinstance(rule.get("amount"), Mapping):
            items.append((f"rules[{i}].amount", rule["amount"], _AMOUNT))
    known(items, lang)


def _children(children: Any, child: str, numbers: Sequence[str], lists: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return children as the core reads them; a gap is none."""
    rows = _records(children)
    for row in rows:
        if child not in row:
            there = ", ".join(map(str, row))
            en = f"no column {child!r} with the children's names; there are {there}"
            raise DataError(either(f"没有写明名称的列 {child!r}；有：{there}", en))
    known((f"children[{i}]", row, (child, *numbers, *lists)) for i, row in enumerate(rows))
    made = []
    for i, row in enumerate(rows):
        given = (k for k in numbers if row.get(k) is not None and row[k] == row[k])
        one = {"name": str(row[child]), **{k: number(f"children[{i}].{k}", row[k]) for k in given}}
        one |= {k: [number(f"children[{i}].{k}", x) for x in row[k]] for k in lists if row.get(k) is not None}
        made.append(one)
    return made


def _plan(
    targets: Any,
    indicators: Sequence[str],
    counting: str | Mapping[str, str],
    rate: str | Mapping[str, str] | None,
    schedule: str | Sequence[float] | Mapping[str, str | Sequence[float]],
    ceilings: Sequence[str],
    lights: Mapping[str, Any] | None,
    each: bool,
    confidence: float,
) -> dict[str, Any]:
    """Return what progress is measured against, as the core reads it."""
    known([("lights", lights or {}, _LIGHTS)])
    plan: dict[str, Any] = {"each": each, "indicators": list(indicators), "ceilings": list(ceilings)}
    plan |= {"lights": dict(lights or {}), "confidence": confidence}
    if targets is not None:
        plan["targets"] = [
            {"indicator": i, "value": v, **({"entity": e} if e else {}), **({"period": p} if p else {})}
            for i, e, p, v in _targets(targets)
        ]
    plan |= {"counting": counting} if isinstance(counting, str) else {"counting_of": dict(counting)}
    if rate is not None:
        plan |= {"rate": rate} if isinstance(rate, str) else {"rate_of": dict(rate)}
    if isinstance(schedule, Mapping):
        plan["schedule_of"] = {name: _schedule(one) for name, one in schedule.items()}
    else:
        plan["schedule"] = _schedule(schedule)
    return plan


def _schedule(schedule: str | Sequence[float]) -> Any:
    return (
        schedule
        if isinstance(schedule, str)
        else {"shares": [number(f"schedule[{i}]", share) for i, share in enumerate(schedule)]}
    )


def _source(data: Any, entity: str | None, period: str | None, plan: dict[str, Any], lang: str) -> tuple[Any, Any]:
    """Return what is followed, for the core, and a table of the caller's kind."""
    if isinstance(data, Result):
        return data._core, data._asked.like
    if entity is None:
        en = "a table needs entity=, and period= unless it has one period"
        raise ArgumentError(either("表格须给出 entity=；多于一期时还须给出 period=", en, lang))
    from kaohe import frames

    followed = plan["indicators"] or list(dict.fromkeys(target["indicator"] for target in plan.get("targets", ())))
    frame = frames.read(data, entity=entity, period=period, variables=followed or None, lang=lang)
    return frame.table, frame.keys.to_native()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_number)


def _number(value: Any) -> Any:
    """Return a number of numpy as one of Python."""
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{value!r} is not a number or text")

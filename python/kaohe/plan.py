"""What to do: progress against targets, targets split over children, awards by rules.

Every function returns an `Answer`: `to_frame()`, `to_dict()`, `to_markdown(lang=)`, and a column as `answer["name"]`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from kaohe import _kaohe
from kaohe.answer import Answer
from kaohe.language import get_lang
from kaohe.result import Result
from kaohe.scheme import _records, _targets, _text

__all__ = ["allocate", "awards", "progress"]

_PROGRESS = (
    *("entity", "indicator", "actual", "target", "progress", "elapsed", "light", "forecast", "low", "high"),
    *("probability", "pace_needed"),
)


def progress(
    data: Any,
    targets: Any,
    *,
    entity: str | None = None,
    period: str | None = None,
    at: Any = None,
    indicators: Sequence[str] = (),
    counting: str = "cumulative",
    schedule: str | Sequence[float] = "even",
    ceilings: Sequence[str] = (),
    lights: Mapping[str, Any] | None = None,
    each: bool = False,
    confidence: float = 0.8,
    lang: str | None = None,
) -> Answer:
    """Compare what stands with what is due (调度).

    Parameters
    ----------
    data
        A `Result`, whose indicators are followed; or a table with one column an indicator, in months, quarters or
        halves.
    targets
        A table or list of dicts with `indicator`, `value` and, where they differ, `entity` and `period`.
    entity, period
        Key columns of a table.
    at
        The period up to whose end the data go; the last one if None.
    indicators
        Which to follow; those of the targets if empty.
    counting
        What a number says: `"cumulative"` (since the year's start), `"flow"` (of the period alone), `"level"`.
    schedule
        What is due when: `"even"`, `"learnt"` from earlier years, or the shares of the periods, such as 15, 25, 25, 35.
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
    One row an entity and indicator: `entity, indicator, actual, target, progress, elapsed, light, forecast, low, high,
    probability, pace_needed`; shares as 0 … 1.

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
    plan = {
        "targets": [
            {"indicator": i, "value": v, **({"entity": e} if e else {}), **({"period": p} if p else {})}
            for i, e, p, v in _targets(targets)
        ],
        "each": each,
        "indicators": list(indicators),
        "counting": counting,
        "schedule": schedule if isinstance(schedule, str) else {"shares": [float(s) for s in schedule]},
        "ceilings": list(ceilings),
        "lights": dict(lights or {}),
        "confidence": confidence,
    }
    source: _kaohe.Assessment | _kaohe.Table
    if isinstance(data, Result):
        source, like = data._core, data._frame.keys.to_native()
    else:
        from kaohe import frames

        if entity is None:
            raise TypeError("progress() of a table needs entity=, and period= unless it has one period")
        frame = frames.read(data, entity=entity, period=period, lang=lang)
        source, like = frame.table, frame.keys.to_native()
    core = _kaohe.progress(source, _text(at), _json(plan), lang)
    return Answer(core, like, {name: name for name in _PROGRESS}, frozenset({"entity", "indicator", "light"}))


def allocate(
    total: float,
    children: Any,
    *,
    by: str = "base",
    decimals: int = 0,
    not_below_last: bool = False,
    child: str = "child",
    lang: str | None = None,
) -> Answer:
    """Split a target over children (目标分解); the parts sum to it exactly.

    Parameters
    ----------
    total
        The parent's target.
    children
        A dict of name and base; or a table or list of dicts with the name, `base`, and where there are some `last`,
        `capacity`, `lower`, `upper`.
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
    One row a child: `child` (or its column's name), `base, share, allocated, lower, upper`.

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
    rows = _records(children)
    known = ("base", "last", "capacity", "lower", "upper")
    made = [
        {"name": str(row[child]), **{k: float(row[k]) for k in known if row.get(k) is not None and row[k] == row[k]}}
        for row in rows
    ]
    split = {"total": float(total), "by": by, "decimals": decimals, "not_below_last": not_below_last}
    core = _kaohe.allocate(_json(made), _json(split), lang)
    columns = {child: "child", **{name: name for name in ("base", "share", "allocated", "lower", "upper")}}
    return Answer(core, children, columns, frozenset({child}))


def awards(
    candidates: Any,
    rules: Sequence[Mapping[str, Any]],
    *,
    period: Any = None,
    attainment: Mapping[str, float] | None = None,
    cap: float | None = None,
    decimals: int = 0,
    lang: str | None = None,
) -> Answer:
    """Pay awards by rules (奖补); every yuan reconciles.

    Parameters
    ----------
    candidates
        A `Result`, whose totals are levels, their changes progress, and whose floors exclude; or a table or list
        of dicts with `entity` and, as rules want them, `level`, `attainment`, `progress`, `class`.
    rules
        One dict a rule: `award`, `criterion` (`"level"`, `"attainment"`, `"progress"`), `top`, `at_least`, `amount`
        (`{"each": 30}`, `{"table": [100, 50]}`, `{"pool": 500}` …), `excluded_by`, `not_with`, `by_class`.
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
    One row an award: `entity, award, reason, amount`.

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
        like = candidates._frame.keys.to_native()
        text = _kaohe.candidates(candidates._core, candidates._period(period), lang)
        people = json.loads(text)
        for person in people:
            person["attainment"] = (attainment or {}).get(person["entity"], person["attainment"])
    else:
        like = candidates
        people = [{k: v for k, v in row.items() if v is not None and v == v} for row in _records(candidates)]
    filled = [
        {"criterion": "level", "excluded_by": [], "not_with": [], "by_class": False, **rule}
        for rule in map(dict, rules)
    ]
    core = _kaohe.awards(_json(people), _json(filled), cap, decimals, lang)
    columns = {name: name for name in ("entity", "award", "reason", "amount")}
    return Answer(core, like, columns, frozenset({"entity", "award", "reason"}))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_number)


def _number(value: Any) -> Any:
    """Return a number of numpy as one of Python."""
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{value!r} is not a number or text")

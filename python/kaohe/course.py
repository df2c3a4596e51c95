"""How data develop until a planned period, as people write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from kaohe.errors import ArgumentError
from kaohe.language import either
from kaohe.records import known, number, records, text

__all__ = ["Course", "course"]

Course: TypeAlias = str | Mapping[str, Any] | Any
"""`"fixed"`, `"growth"`, `"trend"`, `"trend:5"`, `"best"`; `{"rd": 160}`, `{"四川": {"rd": 1300}}`; or a table."""

_COURSES = ("fixed", "growth", "trend", "best")


def course(name: str, how: Course | None) -> Any:
    """Return how data develop, as the core reads it; None stays."""
    if how is None:
        return None
    if isinstance(how, str):
        return _word(name, how)
    if not isinstance(how, Mapping) or any(not isinstance(x, (int, float, Mapping)) for x in how.values()):
        return {"given": _rows(name, records(how))}
    given = []
    for key, number_or_numbers in how.items():
        whose = isinstance(number_or_numbers, Mapping)
        numbers = number_or_numbers if whose else {key: number_or_numbers}
        for variable, value in numbers.items():
            made = {"variable": str(variable), "value": number(f"{name}[{variable!r}]", value)}
            given.append(made | ({"entity": text(key)} if whose else {}))
    return {"given": given}


def _word(name: str, how: str) -> Any:
    word, _, periods = how.partition(":")
    if word == "trend" and periods.isdecimal():
        return {"trend_over": int(periods)}
    if how not in _COURSES:
        zh = f"{name} 应为 {'、'.join(_COURSES)}、trend:期数（如 trend:5），或给定的数值，不能是 {how!r:.60}"
        en = f"{name} is {', '.join(_COURSES)}, trend:PERIODS such as trend:5, or given numbers, not {how!r:.60}"
        raise ArgumentError(either(zh, en))
    return how


def _rows(name: str, rows: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    known((f"{name}[{i}]", row, ("entity", "variable", "value")) for i, row in enumerate(rows))
    return [
        {
            "entity": text(row.get("entity")),
            "variable": str(row["variable"]),
            "value": number(f"{name}[{i}].value", row["value"]),
        }
        for i, row in enumerate(rows)
    ]

"""Small tables that people write by hand: targets, rules, children, costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kaohe import _kaohe
from kaohe.errors import DataError
from kaohe.language import either, get_lang

__all__ = ["known", "number", "records", "targets", "text"]


def records(table: Any) -> list[Mapping[str, Any]]:
    """Return the rows of a small table of any kind."""
    if isinstance(table, list):
        return table
    import narwhals as nw

    if isinstance(table, Mapping):
        names = list(table)
        return [dict(zip(names, row, strict=True)) for row in zip(*table.values(), strict=True)]
    return list(nw.from_native(table, eager_only=True).iter_rows(named=True))


def known(rows: Iterable[tuple[str, Mapping[str, Any], Sequence[str]]], lang: str | None = None) -> None:
    """Refuse rows with keys that are not known; each row with where it is and the keys it may have."""
    strange = [(where, [str(key) for key in row], list(keys)) for where, row, keys in rows if not set(row) <= set(keys)]
    if strange:
        _kaohe.known_keys(strange, get_lang(lang))


def targets(table: Any) -> list[tuple[str, str | None, str | None, float]]:
    """Return targets as rows, whatever table they came in."""
    if table is None:
        return []
    rows = records(table)
    known((f"targets[{i}]", row, ("indicator", "entity", "period", "value")) for i, row in enumerate(rows))
    made = []
    for i, row in enumerate(rows):
        missing = [name for name in ("indicator", "value") if name not in row]
        if missing:
            names = ", ".join(missing)
            zh = f"targets[{i}] 缺 {names}；目标要有 indicator、value，可有 entity、period"
            raise DataError(either(zh, f"targets[{i}] lacks {names}; a target has indicator, value[, entity, period]"))
        value = number(f"targets[{i}].value", row["value"])
        made.append((str(row["indicator"]), text(row.get("entity")), text(row.get("period")), value))
    return made


def number(where: str, value: Any) -> float:
    """Return a number; a text or a gap is refused with where it stands."""
    try:
        return float(value)
    except (TypeError, ValueError):
        shown = either(f"{where} 是 {value!r}，应为数字", f"{where} is {value!r}; expected a number")
        raise DataError(shown) from None


def text(value: Any) -> str | None:
    """Return a key as people write it; None for a gap."""
    if value is None or value != value:
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value.isoformat()) if hasattr(value, "isoformat") else str(value)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")

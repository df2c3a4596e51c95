"""What a page or a widget shows: the period, the entity, and what was changed; as a link carries it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from kaohe.errors import ArgumentError, DataError
from kaohe.language import either, get_lang

__all__ = ["Datum", "State", "number_typed"]

_KEYS = ("data", "entity", "lang", "open", "out", "period", "weights")
# A number as people type it: a sign of either kind, groups of three digits or none, no infinity and no hexadecimals.
_NUMBER = re.compile(r"[+\-−]?(\d{1,3}([,，]\d{3})+|\d+)?(\.\d*)?([eE][+-]?\d+)?")


class Datum(NamedTuple):
    """A datum that was changed, as it was typed."""

    entity: str
    period: str | None
    variable: str
    typed: str


@dataclass(frozen=True)
class State:
    """A state of the page.

    Attributes
    ----------
    period, entity
        What is shown; None for the last period, and for nobody.
    lang
        The language of everything that is shown.
    weights
        Other weights, as they were typed, by indicator or group.
    data
        Other data.
    out
        Indicators and groups that do not count.
    """

    period: str | None
    entity: str | None
    lang: str
    weights: tuple[tuple[str, str], ...] = ()
    data: tuple[Datum, ...] = ()
    out: tuple[str, ...] = ()

    @classmethod
    def read(cls, said: Any, lang: str) -> State:
        """Read what a page sent.

        Raises
        ------
        ArgumentError
            What is no state; the message names the part.
        """
        parts = _mapping("state", said)
        strange = sorted(set(map(str, parts)) - set(_KEYS))
        if strange:
            known = ", ".join(_KEYS)
            zh = f"状态中没有 {strange[0]:.40}；可有 {known}"
            raise ArgumentError(either(zh, f"a state has no {strange[0]:.40}; it may have {known}"))
        weights = _mapping("weights", parts.get("weights") or {})
        return cls(
            period=_text("period", parts.get("period")),
            entity=_text("entity", parts.get("entity")),
            lang=get_lang(_text("lang", parts.get("lang")) or lang),
            weights=tuple(sorted((str(node), _typed("weights", weight)) for node, weight in weights.items())),
            data=tuple(_datum(row) for row in _list("data", parts.get("data"))),
            out=tuple(sorted({_typed("out", node) for node in _list("out", parts.get("out"))})),
        )

    @property
    def changes(self) -> tuple[Any, ...]:
        """What was changed, to know a result by."""
        return self.weights, self.data, self.out

    @property
    def is_changed(self) -> bool:
        """Whether anything was."""
        return any(self.changes)


def number_typed(where: str, typed: str) -> float:
    """Return the number that somebody typed.

    Raises
    ------
    DataError
        A text that is no finite number.
    """
    text = typed.strip()
    if _NUMBER.fullmatch(text) and any(letter.isdecimal() for letter in text):
        number = float(re.sub("[,，]", "", text).replace("−", "-"))
        if abs(number) != float("inf"):
            return number
    zh, en = f"{where}：{typed!r:.60} 不是数字", f"{where}: {typed!r:.60} is not a number"
    raise DataError(either(zh, en))


def _mapping(where: str, said: Any) -> Mapping[str, Any]:
    if not isinstance(said, Mapping):
        raise _wrong(where, said)
    return said


def _list(where: str, said: Any) -> list[Any]:
    if said is not None and not isinstance(said, list):
        raise _wrong(where, said)
    return said or []


def _text(where: str, said: Any) -> str | None:
    return None if said is None else _typed(where, said)


def _typed(where: str, said: Any) -> str:
    """Return a text; a number as it would be typed."""
    if isinstance(said, bool) or not isinstance(said, (str, int, float)):
        raise _wrong(where, said)
    return said if isinstance(said, str) else repr(said)


def _datum(row: Any) -> Datum:
    cells = _list("data", row)
    if len(cells) != 4:
        raise _wrong("data", row)
    entity, period, variable, typed = cells
    return Datum(_typed("data", entity), _text("data", period), _typed("data", variable), _typed("data", typed))


def _wrong(where: str, said: Any) -> ArgumentError:
    zh = f"状态的 {where} 读不懂：{said!r:.60}"
    return ArgumentError(either(zh, f"cannot read {where} of the state: {said!r:.60}"))

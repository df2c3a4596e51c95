"""Tables on their way through a pickle: keys, numbers and typed decimals as the core had them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from typing import Any, NamedTuple

import narwhals as nw
import numpy as np

from kaohe import _kaohe
from kaohe.frames import Frame

__all__ = ["Packed", "pack", "unpack"]


class Packed(NamedTuple):
    """What a `Frame` holds, in types that pickle."""

    entity: str
    period: str | None
    keys: Any
    index_names: tuple[str, ...]
    columns: tuple[str, ...]
    entities: list[str | None]
    periods: list[str | None] | None
    numbers: dict[str, Any]
    decimals: dict[str, dict[int, str]]
    texts: dict[str, list[str | None]]


def pack(frame: Frame) -> Packed:
    """Take a table apart."""
    table = frame.table
    keys = frame.keys
    if table.rows is not None:  # of a long table: one row for each of the core's
        keys = keys[np.asarray(table.rows, dtype=np.int64)]
    return Packed(
        frame.entity,
        frame.period,
        keys.to_native(),
        frame.index,
        frame.columns,
        table.entities,
        table.periods,
        {name: np.asarray(table.column(name)) for name in table.variables},
        {name: found for name in table.variables if (found := table.exact_cells(name))},
        {name: table.text(name) for name in table.texts},
    )


def unpack(packed: Packed) -> Frame:
    """Put a table together again."""
    columns: dict[str, Any] = dict(packed.numbers)
    for name, cells in packed.decimals.items():
        column: list[Any] = columns[name].tolist()
        for row, ratio in cells.items():
            column[row] = _decimal(ratio)
        columns[name] = column
    table = _kaohe.Table.from_columns(
        _factorised(packed.entity, packed.entities),
        None if packed.period is None else _factorised(packed.period, packed.periods or []),
        columns,
        [_factorised(name, texts) for name, texts in packed.texts.items()],
    )
    keys = nw.from_native(packed.keys, eager_only=True)
    return Frame(table, packed.entity, packed.period, keys, packed.index_names, packed.columns)


def _factorised(name: str, texts: Sequence[str | None]) -> tuple[str, Any, list[str]]:
    """Return a key column as the core takes it: the place of every row's key, and the keys."""
    places: dict[str, int] = {}
    of = [-1 if text is None else places.setdefault(text, len(places)) for text in texts]
    return name, np.asarray(of, dtype=np.int64), list(places)


def _decimal(ratio: str) -> Decimal:
    """Return the decimal of a ratio that is one: as many digits as it takes, none rounded."""
    above, _, below = ratio.partition("/")
    whole = Context(prec=len(ratio) * 4 + 30)
    return whole.divide(Decimal(above), Decimal(below or "1"))

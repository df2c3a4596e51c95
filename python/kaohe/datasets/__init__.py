"""Data sets that come with kaohe: real statistics with their sources, and one synthetic panel that says so.

>>> from kaohe import datasets
>>> datasets.load("china-provinces").shape
(93, 10)
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from copy import deepcopy
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, overload

from kaohe.errors import ArgumentError
from kaohe.language import either

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["describe", "load", "names"]

_HERE = resources.files("kaohe.datasets")


@cache
def _catalogue() -> dict[str, dict[str, Any]]:
    raw: dict[str, dict[str, Any]] = json.loads(_HERE.joinpath("catalogue.json").read_text(encoding="utf-8"))
    return {name: _entry(raw, name) for name in raw}


def _entry(raw: dict[str, dict[str, Any]], name: str) -> dict[str, Any]:
    """Return a catalogue entry with what it takes from another one filled in."""
    entry = deepcopy(raw[name])
    if (base := entry.pop("same_as", None)) is not None:
        notes = entry.pop("notes", {})
        entry = {**_entry(raw, base), **entry}
        for column, note in notes.items():
            entry["columns"][column]["note"] = note
    return entry


def names() -> list[str]:
    """Return the names that `load` knows.

    Examples
    --------
    >>> names()[0]
    'china-provinces'
    """
    return list(_catalogue())


def describe(name: str) -> dict[str, Any]:
    """Say what a data set holds: title, licence, and of every column its title, unit, source and notes.

    Parameters
    ----------
    name
        One of `names()`.

    Raises
    ------
    ArgumentError
        If there is no such data set; the message lists those there are.

    Examples
    --------
    >>> describe("china-provinces")["columns"]["contracts"]["unit"]
    '万元'
    """
    if name not in _catalogue():
        known = ", ".join(names())
        raise ArgumentError(either(f"没有数据集 {name!r}；现有：{known}", f"no data set {name!r}; there are: {known}"))
    return deepcopy(_catalogue()[name])


@overload
def load(name: str, *, as_: Literal["pandas"] = "pandas") -> pd.DataFrame: ...
@overload
def load(name: str, *, as_: Literal["polars", "pyarrow"]) -> Any: ...
def load(name: str, *, as_: Literal["pandas", "polars", "pyarrow"] = "pandas") -> Any:
    """Load a data set as a table, with sources and units in `attrs` (pandas) or the schema's metadata (pyarrow).

    Parameters
    ----------
    name
        One of `names()`. `"china-provinces"` is 31 provinces × 2020-2022 without a gap; `"china-provinces-2023"`
        adds 2023, for which the number of enterprises was not published.
    as_
        The kind of table. polars and pyarrow must be installed to be asked for.

    Returns
    -------
    A table whose decimals are those of the sources: no value was rounded, scaled or computed.

    Examples
    --------
    >>> df = load("china-provinces")
    >>> df.attrs["columns"]["gdp"]["unit"]
    '亿元'
    """
    about = describe(name)
    columns = _columns(name)
    if as_ == "pandas":
        import pandas as pd

        frame = pd.DataFrame(columns)
        frame.attrs.update(name=name, **about)
        return frame
    if as_ == "polars":
        import polars

        return polars.DataFrame(columns)
    if as_ == "pyarrow":
        import pyarrow

        return pyarrow.table(columns).replace_schema_metadata({"kaohe": json.dumps(about, ensure_ascii=False)})
    raise ArgumentError(
        either(
            f"as_ 只能是 'pandas'、'polars' 或 'pyarrow'，不能是 {as_!r}",
            f"as_ must be 'pandas', 'polars' or 'pyarrow', not {as_!r}",
        )
    )


def _columns(name: str) -> dict[str, list[Any]]:
    """Read a file: columns of integers, of floats or of text, gaps as None."""
    with _HERE.joinpath(f"{name}.csv").open(encoding="utf-8") as file:
        rows = csv.reader(file)
        header = next(rows)
        columns = zip(*rows, strict=True)
        return {title: _typed(cells) for title, cells in zip(header, columns, strict=True)}


def _typed(cells: Sequence[str]) -> list[Any]:
    # Python's float is the nearest one, so that its shortest notation is the decimal typed; not every parser's is.
    for kind in (int, float):
        try:
            return [kind(cell) if cell else None for cell in cells]
        except ValueError:
            continue
    return [cell or None for cell in cells]

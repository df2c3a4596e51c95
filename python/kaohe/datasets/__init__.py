"""Data sets that come with kaohe: real statistics with their sources, and one synthetic panel that says so.

>>> from kaohe import datasets
>>> datasets.load("china-provinces").shape
(93, 10)
"""

import json
from copy import deepcopy
from functools import cache
from importlib import resources
from typing import Any, Literal, overload

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
    ValueError
        If there is no such data set; the message lists those there are.

    Examples
    --------
    >>> describe("china-provinces")["columns"]["contracts"]["unit"]
    '万元'
    """
    if name not in _catalogue():
        known = ", ".join(names())
        raise ValueError(f"没有数据集 {name!r}；现有：{known} (no data set {name!r}; there are: {known})")
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
    with resources.as_file(_HERE.joinpath(f"{name}.csv")) as path:
        # The default parser of pandas may miss the nearest float in the last bit, and with it the decimal typed.
        frame = pd.read_csv(path, float_precision="round_trip", keep_default_na=False, na_values=[""])
    if as_ == "pandas":
        frame.attrs.update(name=name, **about)
        return frame
    columns = {str(column): _plain(frame[column]) for column in frame.columns}
    if as_ == "polars":
        import polars

        return polars.DataFrame(columns)
    if as_ == "pyarrow":
        import pyarrow

        return pyarrow.table(columns).replace_schema_metadata({"kaohe": json.dumps(about, ensure_ascii=False)})
    raise ValueError(f"as_ must be 'pandas', 'polars' or 'pyarrow', not {as_!r}")


def _plain(column: "pd.Series[Any]") -> list[Any]:
    """Return a column as Python objects, gaps as None."""
    return [None if pd.isna(value) else value for value in column.tolist()]

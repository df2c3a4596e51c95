"""COINr's tables: an `iData`/`iMeta` pair becomes a scheme and its data in one call, and a result such a pair."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from kaohe import _kaohe
from kaohe.errors import ArgumentError
from kaohe.language import either, get_lang
from kaohe.records import records
from kaohe.scheme import Scheme

if TYPE_CHECKING:
    from kaohe.asked import Asked
    from kaohe.result import Result

__all__ = ["Coin", "CoinTables", "from_coinr", "tables"]

_NUMBERS = ("Level", "Direction", "Weight", "Target", "ScaleFactor")
_WAYS = {"a_amean": "arithmetic", "a_gmean": "geometric", "a_hmean": "harmonic", "a_copeland": "copeland"}
_NORMALISE = (
    *("n_minmax", "n_scaled", "n_zscore", "n_rank", "n_borda", "n_prank"),
    *("n_dist2max", "n_dist2targ", "n_fracmax", "n_goalposts", "none"),
)


class Coin(NamedTuple):
    """A COINr index as a scheme and its data; made by `from_coinr`.

    Attributes
    ----------
    scheme
        The method.
    data
        `iData` as it came.
    entity, period
        The key columns of the data: `uCode`, and `Time` where there is one.
    """

    scheme: Scheme
    data: Any
    entity: str
    period: str | None

    def assess(self) -> Result:
        """Apply the scheme to the data."""
        return self.scheme.assess(self.data, entity=self.entity, period=self.period)


class CoinTables(NamedTuple):
    """A result as COINr takes it; made by `Result.to_coinr`.

    Attributes
    ----------
    idata
        `uCode`, `Time` where there are periods, and one column per indicator, denominator and group.
    imeta
        `Level, iCode, Parent, Direction, Weight, Type, iName, Unit, Target, Denominator`.
    notes
        What the scheme says and the tables have no column for, in words.
    """

    idata: Any
    imeta: Any
    notes: list[str]


def from_coinr(
    idata: Any,
    imeta: Any,
    *,
    normalise: str | Mapping[str, Any] = "n_minmax",
    aggregate: str | Mapping[str, Any] | Sequence[str | Mapping[str, Any]] = "a_amean",
    dat_thresh: float | None = None,
    lang: str | None = None,
) -> Coin:
    """Turn a COINr `iData`/`iMeta` pair into a scheme and its data.

    Parameters
    ----------
    idata
        Table with `uCode` (`Time`, `uName`) and one column per indicator and denominator.
    imeta
        Table with `Level, iCode, Parent, Direction, Weight, Type` and, where there are such, `iName, Unit, Target,
        Denominator` and the columns of parameters of normalisation.
    normalise
        A function of COINr (`"n_minmax"`, `"n_zscore"`, `"n_goalposts"` …), which takes its parameters from `imeta` and
        otherwise has COINr's defaults; or points as a scheme has them, `{"rule": "linear", "between": [1, 100]}`.
    aggregate
        `"a_amean"`, `"a_gmean"`, `"a_hmean"`, `"a_copeland"`, or an aggregation of a scheme; a list has one
        per level from the lowest aggregates up.
    dat_thresh
        Least share of the members of a group that must have a score.
    lang
        Language of the messages, `"zh"` or `"en"`.

    Returns
    -------
    Coin
        `scheme, data, entity, period`; `.assess()` applies the one to the other.

    Raises
    ------
    SchemeError
        With every problem of `imeta` at once, each with its row (from 0) and column.

    Source
    ------
    W. Becker, G. Caperna, M. Del Sorbo, H. Norlen, E. Papadimitriou and M. Saisana, *COINr: An R package for
    developing composite indicators* (2022).

    Examples
    --------
    >>> import kaohe as kh
    >>> idata = {"uCode": ["A", "B", "C"], "Goods": [3.0, 1.0, 2.0], "Tariff": [5.0, 2.0, 8.0]}
    >>> imeta = [
    ...     {"Level": 1, "iCode": "Goods", "Parent": "Conn", "Direction": 1, "Weight": 1, "Type": "Indicator"},
    ...     {"Level": 1, "iCode": "Tariff", "Parent": "Conn", "Direction": -1, "Weight": 1, "Type": "Indicator"},
    ...     {"Level": 2, "iCode": "Conn", "Direction": 1, "Weight": 1, "Type": "Aggregate"},
    ... ]
    >>> coin = kh.from_coinr(idata, imeta)
    >>> coin.assess().scores["total"].tolist()
    [75.0, 50.0, 25.0]
    """
    names = _columns(idata)
    if "uCode" not in names:
        raise ArgumentError(either("iData 缺 uCode 列", "idata has no column `uCode`"))
    rows = [{key: _cell(key, cell) for key, cell in row.items()} for row in records(imeta)]
    ways = [aggregate] if isinstance(aggregate, (str, Mapping)) else list(aggregate)
    steps: dict[str, Any] = {
        "normalise": _normalisation(normalise),
        "aggregate": [_WAYS.get(way, way) if isinstance(way, str) else way for way in ways],
    }
    if dat_thresh is not None:
        steps["dat_thresh"] = dat_thresh
    try:
        core = _kaohe.from_coinr(json.dumps(rows), json.dumps(steps), get_lang(lang))
    except ValueError as error:
        raise ArgumentError(str(error)) from None
    return Coin(Scheme(core), idata, "uCode", "Time" if "Time" in names else None)


def tables(asked: Asked, lang: str | None) -> CoinTables:
    """Return the tables of a result."""
    from kaohe import frames

    core, frame = asked.core, asked.frame
    meta, columns, notes = _kaohe.to_coinr(asked.scheme._core, get_lang(lang))
    indicators = core.nodes[: core.indicator_count]
    read: dict[str, Callable[[Any], Any]] = {
        "variable": core.variable,
        "values": lambda id: core.values(indicators.index(id)),
        "classes": lambda _: frames.Texts(core.classes()),
    }
    data = frame.build({code: read[kind](of) for code, kind, of in columns})
    names = {frame.entity: "uCode"} | ({} if frame.period is None else {frame.period: "Time"})
    rows: list[dict[str, Any]] = json.loads(meta)
    keys = [key for key in rows[0] if any(row[key] is not None for row in rows)]
    made = {key: _filled(key, [row[key] for row in rows]) for key in keys}
    return CoinTables(_renamed(data, names), frames.plain(made, asked.like), notes)


def _filled(key: str, cells: list[Any]) -> Any:
    from kaohe import frames

    return frames.Floats(cells) if key in _NUMBERS else frames.Texts(cells)


def _renamed(data: Any, names: dict[str, str]) -> Any:
    """Return a table with the names of COINr for its keys."""
    import narwhals as nw

    if isinstance(data, Mapping):
        return {names.get(name, name): column for name, column in data.items()}
    if hasattr(data, "reset_index") and data.index.names != [None]:
        data = data.reset_index()
    return nw.from_native(data, eager_only=True).rename(names).to_native()


def _columns(table: Any) -> list[str]:
    return [str(name) for name in (table if isinstance(table, Mapping) else table.columns)]


def _cell(key: str, cell: Any) -> Any:
    """Return a cell of iMeta as JSON has it: None for a gap, codes as texts."""
    if cell is None or cell != cell:
        return None
    if key in ("iCode", "Parent", "Denominator", "Type", "iName", "Unit"):
        return str(cell)
    return cell.item() if hasattr(cell, "item") else cell


def _normalisation(normalise: str | Mapping[str, Any]) -> Any:
    if isinstance(normalise, str) and normalise not in _NORMALISE:
        known = ", ".join(_NORMALISE)
        zh, en = (
            f"没有归一化方法 {normalise!r}；有：{known}",
            f"no normalisation {normalise!r}; expected one of {known}",
        )
        raise ArgumentError(either(zh, en))
    return normalise

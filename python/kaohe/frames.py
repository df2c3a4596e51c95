"""Tables of any kind in, the same kind out.

pandas goes through numpy's buffers, so that it needs no pyarrow; everything else goes through the Arrow stream
interface. Both end in one `_kaohe.Table`, which reads the numbers and names what is not one. Nothing is computed here.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import narwhals as nw
import numpy as np
import pandas as pd

from kaohe import _kaohe
from kaohe.errors import ArgumentError, DataError
from kaohe.language import either

__all__ = ["Floats", "Frame", "Integers", "Texts", "plain", "read"]

_TAKES = "a pandas, polars, pyarrow or DuckDB table, any object with __arrow_c_stream__, or a dict of lists"


@dataclass(frozen=True)
class Texts:
    """A column of texts, None for missing: of text type also where there is none."""

    items: Sequence[str | None]


@dataclass(frozen=True)
class Floats:
    """A column of numbers, None or NaN for missing: a list, or a buffer of floats."""

    items: Any

    def array(self) -> np.ndarray[Any, Any]:
        """Return the numbers with NaN for missing."""
        if isinstance(self.items, list):
            return np.array([np.nan if x is None else x for x in self.items], dtype=np.float64)
        return np.asarray(self.items, dtype=np.float64)


@dataclass(frozen=True)
class Integers(Floats):
    """A column of whole numbers, None or NaN for missing; nullable integers in pandas."""

    def masked(self) -> pd.arrays.IntegerArray:
        """Return the numbers as pandas' nullable integers."""
        floats = self.array()
        gaps = np.isnan(floats)
        return pd.arrays.IntegerArray(np.where(gaps, 0, floats).astype(np.int64), gaps)


@dataclass(frozen=True)
class Frame:
    """A caller's table: its content for the core, and what it takes to answer in kind.

    Attributes
    ----------
    table
        Keys, numbers and problems, as the core takes them.
    entity, period
        The caller's names of the key columns; `period` is None for a table without periods.
    keys
        The caller's key columns as they came, one row per row of the caller's table.
    index
        Levels of a pandas index that hold keys, to be restored on the way out.
    columns
        Names of all columns of the caller's table.
    """

    table: _kaohe.Table
    entity: str
    period: str | None
    keys: nw.DataFrame[Any]
    index: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    def key(self, name: str, rows: Sequence[int]) -> list[Any]:
        """Return the caller's keys of some rows of `table`."""
        source = self.table.rows
        at = np.asarray(rows if source is None else [source[row] for row in rows], dtype=np.int64)
        return list(self.keys.get_column(name)[at].to_list())

    def build(
        self,
        columns: Mapping[str, Any],
        rows: Sequence[int] | np.ndarray[Any, Any] | None = None,
        keys: Sequence[str] | None = None,
        first: Mapping[str, Any] | None = None,
        renumber: bool = False,
    ) -> Any:
        """Return a table of the caller's kind.

        Parameters
        ----------
        columns
            Columns behind the keys: float buffers with NaN for missing, `Texts`, `Integers`, `Floats`, or lists.
        rows
            Rows of `table` that give the keys, in order; all of them if None.
        keys
            Key columns to lead the table, entity and period if None; empty for a table without keys.
        first
            Columns before the keys.
        renumber
            Whether the rows of a pandas table without an index of keys are numbered afresh.

        Returns
        -------
        pandas for pandas and for dicts, polars for polars, a pyarrow table for pyarrow and DuckDB. Missing is NaN in
        pandas and null elsewhere.
        """
        lead = [k for k in (self.entity, self.period) if k is not None] if keys is None else list(keys)
        if not lead:
            return plain(columns, self.keys.to_native())
        source = self.table.rows  # rows of a long table stand elsewhere in the caller's
        if source is not None:
            rows = source if rows is None else [source[row] for row in rows]
        taken = self.keys.select(lead)
        if rows is not None:
            taken = taken[np.asarray(rows, dtype=np.int64)]
        before = first or {}
        if not taken.implementation.is_pandas_like():
            backend = taken.implementation
            whole = taken.with_columns(*_series(before, backend), *_series(columns, backend))
            return whole.select([*before, *lead, *columns]).to_native()
        native = taken.to_native()
        if renumber:
            native = native.reset_index(drop=True)
        made = {k: _pandas(v, native.index) for k, v in {**before, **columns}.items()}
        order = [*before, *lead, *columns]
        # Columns are lent, not stacked: pandas copies a column when somebody writes to it.
        built = pd.DataFrame({k: made[k] if k in made else native[k] for k in order}, copy=False)
        levels = [level for level in self.index if level in lead]
        return built.set_index(levels) if levels else built


def read(
    data: Any,
    *,
    entity: str,
    period: str | None = None,
    variables: Sequence[str] | None = None,
    texts: Sequence[str] = (),
    long: bool | tuple[str, str] = False,
    marks: dict[str, list[str]] | None = None,
    lang: str = "en",
) -> Frame:
    """Read a table of any kind.

    Parameters
    ----------
    data
        A pandas, polars, pyarrow or DuckDB table, any object with `__arrow_c_stream__`, or a dict of lists.
    entity, period
        Columns (or levels of a pandas index) that say whose a row is, and when.
    variables
        Columns (variables of a long table) to take as numbers; those not there are passed over. Every numeric column if
        None.
    texts
        Columns to take as text (classes).
    long
        True for one row per entity, period and variable, with columns `variable` and `value`; or their two names.
    marks
        Texts that mean a missing value, by variable.
    lang
        Language of the messages, `"zh"` or `"en"`.

    Raises
    ------
    DataError
        If a key column is not there, or the object is no table. What is wrong with single cells raises nothing: it is
        listed by `Frame.table.findings()`.
    """
    for name in (entity, *(() if period is None else (period,))):
        if not isinstance(name, str):
            en = f"entity and period are names of columns, not {name!r}"
            raise ArgumentError(either(f"entity 与 period 是列名，不能是 {name!r}", en, lang))
    spread = ("variable", "value") if long is True else _spread(long) if long else None
    data = _eager(data)
    if isinstance(data, pd.DataFrame):
        return _read_pandas(data, entity, period, variables, texts, spread, marks, lang)
    if isinstance(data, Mapping):
        return _read_dict(data, entity, period, variables, texts, spread, marks, lang)
    if isinstance(data, _kaohe.Batches):
        _require([entity, period, *(spread or ())], data.columns, lang)
        _require([] if spread else [v for v in variables or () if v in data.columns], data.columns, lang)
        table = _table(data, entity, period, variables, texts, spread, marks)
        named = {entity: table.entities} | ({} if period is None else {period: table.periods})
        keys = nw.from_native(pd.DataFrame(named), eager_only=True)
        return Frame(table, entity, period, keys, columns=tuple(data.columns))
    names = list(getattr(data, "column_names", data.columns))
    roles = [name for name in (entity, period, *(spread or ())) if name is not None]
    _require(roles, names, lang)
    if variables is None and not spread:
        taken = list(dict.fromkeys(names))
    else:
        taken = [*roles, *([] if spread else variables or ()), *texts]
        taken = [name for name in dict.fromkeys(taken) if name in names]
    _require(taken, names, lang)
    # By place: another column may stand twice, or be of a type that no other program reads.
    data = data.select([names.index(name) for name in taken]) if _is_pyarrow(data) else data.select(taken)
    frame = nw.from_native(data, eager_only=True)
    wall = [name for name in (entity, period) if name is not None and _zoned(frame.get_column(name))]
    # A period is what the clock on the wall said, not what Greenwich said.
    native = frame.with_columns(nw.col(*wall).dt.replace_time_zone(None)).to_native() if wall else data
    table = _table(_readable(native), entity, period, variables, texts, spread, marks)
    keys = _takeable(frame.select([k for k in (entity, period) if k is not None]))
    return Frame(table, entity, period, keys, columns=_spare(names, spread))


def members(
    scheme: _kaohe.Scheme, data: Any, *, entity: str, period: str | None, member: str | None, lang: str = "en"
) -> _kaohe.Members:
    """Read a table of members, or the batches of one, which are let go as they come.

    Parameters
    ----------
    scheme
        Whose members' variables are read.
    data
        A table of any kind, a reader of Arrow batches, or an iterable of tables.
    entity, period
        Columns that say whose member a row is, and when.
    member
        Column that names the member.
    lang
        Language of the messages.

    Raises
    ------
    DataError
        If a key column is not there. What is wrong with single rows is said when the panel is made.
    """
    wanted = scheme.member_variables
    if wanted is None:
        zh, en = "方案没有 [members] 表，不能用 members", "the scheme has no [members] table, so it takes no members"
        raise ArgumentError(either(zh, en, lang))
    if not isinstance(member, str):
        zh, en = f"member 是列名，不能是 {member!r}", f"member is the name of the column of the members, not {member!r}"
        raise ArgumentError(either(zh, en, lang))
    read_in = _kaohe.Members(scheme)
    for batch in _batches(data):
        frame = read(
            batch, entity=entity, period=period, variables=wanted, texts=[member], marks=scheme.member_marks, lang=lang
        )
        _require([entity, period, member], [*frame.columns, *frame.index], lang)
        read_in.push(frame.table, member)
    return read_in


def _batches(data: Any) -> Iterator[Any]:
    """Yield the batches of a table that comes in some, else the table."""
    if type(data).__module__.split(".")[0].lstrip("_") == "duckdb" and importlib.util.find_spec("pyarrow") is not None:
        data = data.to_arrow_reader()
    if _is_pyarrow(data) and hasattr(data, "read_next_batch"):
        import pyarrow

        yield from (pyarrow.Table.from_batches([batch]) for batch in data)
    elif isinstance(data, Iterator):
        yield from data
    else:
        yield data


def _takeable(keys: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
    """Write views as the texts that they are of: pyarrow picks rows of texts, not of views."""
    native = keys.to_native()
    if not _is_pyarrow(native):
        return keys
    for i, column in enumerate(native.columns):
        if str(column.type) == "string_view":
            native = native.set_column(i, native.column_names[i], column.cast("string", safe=False))
    return nw.from_native(native, eager_only=True)


def _zoned(column: nw.Series[Any]) -> bool:
    """Whether a column is of times in a zone."""
    try:
        kind = column.dtype
    except (
        ValueError,
        RecursionError,
    ):  # a type that narwhals does not know: decimals of whole hundreds, lists of lists
        return False
    return isinstance(kind, nw.Datetime) and kind.time_zone is not None


def _table(
    stream: Any,
    entity: str,
    period: str | None,
    variables: Sequence[str] | None,
    texts: Sequence[str],
    spread: tuple[str, str] | None,
    marks: dict[str, list[str]] | None,
) -> _kaohe.Table:
    """Read an Arrow stream."""
    try:
        return _kaohe.Table.from_stream(stream, entity, period, variables, list(texts), spread, marks)
    except (ValueError, NotImplementedError) as error:  # of the stream, or of whoever writes it
        raise DataError(either(f"这张表读不了：{error}", f"cannot read this table: {error}")) from error


def _spread(long: Any) -> tuple[str, str]:
    """Return the two columns of a long table."""
    if isinstance(long, (tuple, list)) and len(long) == 2 and all(isinstance(name, str) for name in long):
        return long[0], long[1]
    zh = f"long 应为 True 或（变量列, 数值列），不能是 {long!r}"
    raise ArgumentError(either(zh, f"long is True or the names of the columns of variable and value, not {long!r}"))


def _spare(names: Sequence[Any], spread: tuple[str, str] | None) -> tuple[str, ...]:
    """Return the columns of a table that may be of no use."""
    return tuple(_name(name) for name in names if name not in (spread or ()))


def _name(name: Any) -> str:
    """Return the name of a column as text that other programs read too, half a character (a surrogate) escaped."""
    return str(name).encode("utf-8", "backslashreplace").decode("utf-8")


def _is_pyarrow(data: Any) -> bool:
    return type(data).__module__.split(".")[0] == "pyarrow"


def _readable(native: Any) -> Any:
    """Write out what Arrow has no type for, or what polars hands over in a way that not everybody reads, as text."""
    if type(native).__module__.split(".")[0] != "polars":
        return native
    import polars

    foreign = {getattr(polars, name, None) for name in ("Null", "Int128", "UInt128")}
    columns = [name for name, kind in native.schema.items() if kind in foreign]
    return native.with_columns(polars.col(columns).cast(polars.String)) if columns else native


def _eager(data: Any) -> Any:
    """Bring a table into memory: pandas, polars or pyarrow as they are, the rest as the nearest of them."""
    if isinstance(data, (pd.DataFrame, Mapping, _kaohe.Batches)):
        return data
    if isinstance(data, list) and all(isinstance(record, Mapping) for record in data):
        fields = dict.fromkeys(field for record in data for field in record)
        return {field: [record.get(field) for record in data] for field in fields}
    module = type(data).__module__.split(".")[0].lstrip("_")
    arrow = importlib.util.find_spec("pyarrow") is not None
    if module == "duckdb":
        table = data.to_arrow_table() if arrow else data.df()
        if table is None:
            en = "this DuckDB query has been read to its end; run it again"
            raise DataError(either("这个 DuckDB 查询已经读完，请重新执行", en))
        return table
    if module == "polars" and hasattr(data, "collect"):
        return data.collect()
    if module == "pyarrow" and hasattr(data, "read_all"):
        return data.read_all()
    if module == "pyarrow" and hasattr(data, "to_table"):
        return data.to_table()
    if module == "pyarrow" and type(data).__name__ == "Table":
        return data
    known = nw.from_native(data, pass_through=True, eager_only=True)
    if isinstance(known, nw.DataFrame):
        return data if known.implementation.is_polars() or known.implementation.is_pyarrow() else known.to_pandas()
    kind = type(data).__name__
    if hasattr(data, "__arrow_c_stream__"):
        try:
            return _streamed(data, arrow)
        except (TypeError, ValueError) as error:  # a single column, for one
            raise _no_table(kind, f": {error}") from error
    raise _no_table(kind)


def _no_table(kind: str, why: str = "") -> DataError:
    takes = "pandas、polars、pyarrow、DuckDB 的表，有 __arrow_c_stream__ 的对象，或列表的字典"
    zh = f"{kind!r} 不是一张表{why}；可用 {takes}"
    return DataError(either(zh, f"cannot read {kind!r} as a table{why}; give {_TAKES}"))


def _streamed(data: Any, arrow: bool) -> Any:
    """Bring a foreign Arrow stream into memory, in whatever Arrow library is there."""
    if arrow:
        import pyarrow

        if isinstance(data, pyarrow.RecordBatch):
            return pyarrow.Table.from_batches([data])
        return pyarrow.table(data)
    if importlib.util.find_spec("polars") is not None:
        import polars

        return polars.DataFrame(data)
    return _kaohe.Batches(data)


def _require(names: Sequence[str | None], present: Sequence[Any], lang: str) -> None:
    """Raise unless every name is asked for once, and there once."""
    wanted = [_name(name) for name in names if name is not None]
    if findings := _kaohe.missing_columns(wanted, [_name(p) for p in present], lang):
        raise DataError("\n".join(f["message"] for f in findings), findings)


def _read_pandas(
    data: pd.DataFrame,
    entity: str,
    period: str | None,
    variables: Sequence[str] | None,
    texts: Sequence[str],
    long: tuple[str, str] | None,
    marks: dict[str, list[str]] | None,
    lang: str,
) -> Frame:
    keys = [k for k in (entity, period) if k is not None]
    index = tuple(str(name) for name in data.index.names if name in keys and name not in data.columns)
    # Without the caller's attributes, which pandas would copy with every column that is looked at.
    bare = pd.DataFrame(data, copy=False)
    flat = bare.reset_index(level=list(index)) if index else bare
    present = list(flat.columns)
    _require([*keys, *(long or ())], present, lang)
    _require([t for t in texts if t in present], present, lang)
    if long:
        taken = []
    elif variables is None:
        taken = [c for c in present if _numeric(flat.dtypes.iloc[present.index(c)]) and c not in (*keys, *texts)]
    else:
        taken = [v for v in variables if v in present]
    _require([str(v) for v in taken], present, lang)
    factors = {k: _factorise(flat[k]) for k in keys}
    who, when = factors[entity], factors[period] if period is not None else None
    classes = [_factorise(flat[t]) for t in texts if t in present]
    if long:
        which, what = long
        value = _column(flat[what])
        table = _kaohe.Table.from_long(who, when, _factorise(flat[which]), (what, value), classes, variables, marks)
    else:
        columns = {_name(name): _column(flat[name]) for name in taken}
        table = _kaohe.Table.from_columns(who, when, columns, classes, marks)
    return Frame(table, entity, period, nw.from_native(flat[keys], eager_only=True), index, _spare(present, long))


def _read_dict(
    data: Mapping[str, Any],
    entity: str,
    period: str | None,
    variables: Sequence[str] | None,
    texts: Sequence[str],
    long: tuple[str, str] | None,
    marks: dict[str, list[str]] | None,
    lang: str,
) -> Frame:
    """Read lists as they are: pandas would make floats of integers with a gap, and lose digits."""
    lengths = {str(name): len(column) for name, column in data.items()}
    if len(set(lengths.values())) > 1:
        en = f"the columns of the dict are of different length: {lengths}"
        raise DataError(either(f"各列长短不一：{lengths}", en, lang))
    keys = [k for k in (entity, period) if k is not None]
    flat = pd.DataFrame({_name(name): pd.Series(list(column), dtype=object) for name, column in data.items()})
    if variables is None and not long:
        variables = [c for c in flat.columns if c not in (*keys, *texts) and _holds_number(flat[c])]
    frame = _read_pandas(flat, entity, period, variables, texts, long, marks, lang)
    try:
        named = pd.DataFrame({k: list(data[k]) for k in keys})
    except UnicodeEncodeError:  # half a character, which the table has complained of
        named = flat[keys]
    return Frame(frame.table, entity, period, nw.from_native(named, eager_only=True), columns=frame.columns)


def _holds_number(column: pd.Series[Any]) -> bool:
    """Whether there is a number in a column of objects."""
    return any(not isinstance(x, str) and not pd.isna(x) for x in column)


def _numeric(dtype: Any) -> bool:
    return bool(pd.api.types.is_numeric_dtype(dtype))


def _factorise(column: pd.Series[Any]) -> tuple[str, np.ndarray[Any, Any], Any]:
    """Return a key column's name, each row's index (-1 for none) into its keys, and the keys; or whole numbers.

    In place of the keys stands their type where they are such as name nothing (lists, dicts).
    """
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        column = column.dt.tz_localize(None)
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iu" and column.dtype != np.uint64:
        return str(column.name), np.ascontiguousarray(column, dtype=np.int64), None
    if isinstance(column.dtype, np.dtype) and not column.dtype.isnative:
        column = column.astype(column.dtype.newbyteorder("="))
    try:
        codes, uniques = pd.factorize(column)
    except TypeError:
        unread = next((type(x).__name__ for x in column if isinstance(x, (list, dict, set))), str(column.dtype))
        return str(column.name), np.full(len(column), -1, dtype=np.int64), unread
    return str(column.name), np.ascontiguousarray(codes, dtype=np.int64), list(pd.Index(uniques))


def _column(column: pd.Series[Any]) -> Any:
    """Return a column as a numpy buffer, shared where it is contiguous 64-bit; with a mask; or as a list of objects."""
    dtype = column.dtype
    kind = getattr(dtype, "kind", "O")
    if isinstance(dtype, np.dtype):
        if kind in "iufb":
            return _wide(column.to_numpy())
        return column.tolist()
    if kind in "iufb":  # pandas' nullable numbers, or Arrow's
        gaps = column.isna().to_numpy(dtype=bool)
        if isinstance(dtype, pd.SparseDtype):
            return _wide(np.asarray(column))
        filled = column.fillna(False if kind == "b" else 0)
        width = np.dtype(getattr(dtype, "numpy_dtype", "float64"))
        return _wide(filled.to_numpy(dtype=width)), np.ascontiguousarray(gaps).view(np.uint8)
    return column.astype(object).tolist()


def _wide(values: np.ndarray[Any, Any]) -> Any:
    """Return floats and 64-bit integers as they are, what is narrower as 64-bit floats, all contiguous and native."""
    values = values.astype(values.dtype.newbyteorder("="), copy=False)
    if values.dtype in (np.float64, np.float32, np.int64, np.uint64):
        return np.ascontiguousarray(values)
    if values.dtype == np.float16:
        return values.astype(np.float32)
    return values.astype(np.float64)


def _pandas(values: Any, index: pd.Index[Any] | None = None) -> pd.Series[Any]:
    if isinstance(values, Texts):
        typed = any(item is not None for item in values.items)
        return pd.Series(list(values.items), index=index, dtype=None if typed else object)
    if isinstance(values, Integers):
        return pd.Series(values.masked(), index=index)
    if isinstance(values, Floats):
        return pd.Series(values.array(), index=index, copy=False)
    if isinstance(values, list):
        return pd.Series(values, index=index)
    array = np.asarray(values)
    # An array that may be written to is the frame's own; one that the core lends is copied, for the frame's own use.
    return pd.Series(array, index=index, copy=not array.flags.writeable)


def _series(columns: Mapping[str, Any], backend: Any) -> list[nw.Series[Any]]:
    """Return columns in the kind of `backend`, with null for NaN."""
    made = []
    for name, values in columns.items():
        if isinstance(values, Texts):
            made.append(nw.new_series(name, list(values.items), nw.String, backend=backend))
        elif isinstance(values, Floats):
            series = nw.new_series(name, values.array(), nw.Float64, backend=backend).fill_nan(None)
            made.append(series.cast(nw.Int64) if isinstance(values, Integers) else series)
        else:
            series = nw.new_series(name, values if isinstance(values, list) else np.asarray(values), backend=backend)
            made.append(series.fill_nan(None) if series.dtype.is_float() else series)
    return made


def plain(columns: Mapping[str, Any], like: Any) -> Any:
    """Return a table without keys, in the kind that answers a table such as `like`."""
    backend = _backend(like)
    if backend == "pandas":
        return pd.DataFrame({name: _pandas(values) for name, values in columns.items()})
    return nw.from_dict({s.name: s for s in _series(columns, backend)}, backend=backend).to_native()


def _backend(data: Any) -> Literal["pandas", "polars", "pyarrow"]:
    """Say in what a table is answered."""
    module = type(data).__module__.split(".")[0].lstrip("_")
    if module == "polars":
        return "polars"
    foreign = module != "kaohe" and not isinstance(data, (pd.DataFrame, Mapping, list)) and _arrow(data, module)
    if not foreign:
        return "pandas"
    if importlib.util.find_spec("pyarrow") is not None:
        return "pyarrow"
    return "polars" if importlib.util.find_spec("polars") is not None and module != "duckdb" else "pandas"


def _arrow(data: Any, module: str) -> bool:
    """Whether a table that is not pandas is read through Arrow, not by way of pandas."""
    if module in ("pyarrow", "duckdb"):
        return True
    known = nw.from_native(data, pass_through=True, eager_only=True)
    return not isinstance(known, nw.DataFrame) and hasattr(data, "__arrow_c_stream__")

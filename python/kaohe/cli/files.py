"""Files in and out: what they are is told by their names, which columns are the keys by theirs."""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Collection, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kaohe import datasets
from kaohe.cli.say import UsageError, say
from kaohe.scheme import Scheme

__all__ = ["columns", "keys", "read", "scheme", "write"]

# Usual names of key columns, the likelier first.
_ENTITIES = (
    *("entity", "city", "prefecture", "county", "district", "province", "region", "country", "firm", "company", "unit"),
    *(
        "name",
        "考核对象",
        "对象",
        "城市",
        "市州",
        "地市",
        "地区",
        "县区",
        "区县",
        "市",
        "县",
        "区",
        "省份",
        "省",
        "省市",
        "国家",
    ),
    *("企业", "单位", "单位名称", "名称"),
)
_PERIODS = (
    *("period", "year", "quarter", "month", "half", "date", "time"),
    *("时期", "年份", "年度", "年", "季度", "月份", "月", "半年", "日期", "期"),
)
_PERIOD = re.compile(r"(19|20)\d\d(\.0|年.*|[Qq][1-4]|[Hh][12]|[-/.].*|[01]\d([0-3]\d)?)?$")


def scheme(name: str, lang: str) -> Scheme:
    """Read a scheme file, or take a built-in scheme."""
    if name in Scheme.builtin_names() and not Path(name).exists():
        return Scheme.builtin(name)
    if not Path(name).exists():
        known = ", ".join(Scheme.builtin_names())
        zh = f"没有方案文件 {name}；内置方案有：{known}"
        raise UsageError(say(lang, zh, f"there is no scheme file {name}; the built-in schemes are {known}"))
    return Scheme.load(name, lang=lang)


def read(name: str, lang: str, sheet: str | None = None) -> Any:
    """Read a table from a file or a data set: lists of text from .csv, so that digits stay as they were typed."""
    path = Path(name)
    if not path.exists():
        if name in datasets.names():
            return datasets.load(name)
        known = ", ".join(datasets.names())
        zh = f"没有数据文件 {name}；自带的数据集有：{known}"
        raise UsageError(say(lang, zh, f"there is no data file {name}; the data sets are {known}"))
    match path.suffix.lower():
        case ".csv" | ".tsv" | ".txt":
            return _csv(path, lang)
        case ".parquet":
            return _parquet(path, lang)
        case ".xlsx" | ".xlsm" | ".xls" | ".ods":
            return _excel(path, sheet, lang)
        case other:
            zh = f"不认识 {other or name} 类型的数据文件；可用 .csv、.parquet、.xlsx"
            raise UsageError(say(lang, zh, f"cannot read a {other or name} file; use .csv, .parquet or .xlsx"))


def _csv(path: Path, lang: str) -> dict[str, list[str | None]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")  # what a Chinese Excel writes
    first = text.split("\n", 1)[0]
    rows = list(csv.reader(text.splitlines(), delimiter="\t" if "\t" in first and "," not in first else ","))
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        raise UsageError(say(lang, f"{path} 是空的", f"{path} is empty"))
    header = [name.strip() for name in rows[0]]
    if len(set(header)) < len(header):
        twice = next(name for name in header if header.count(name) > 1)
        zh = f"{path} 中列名 {twice!r} 出现了不止一次"
        raise UsageError(say(lang, zh, f"{path} has more than one column {twice!r}"))
    longest = next((i for i, row in enumerate(rows, 1) if len(row) > len(header)), None)
    if longest is not None:
        zh = f"{path} 第 {longest} 行比表头多 {len(rows[longest - 1]) - len(header)} 格；数字里的逗号要加引号"
        en = f"line {longest} of {path} has more cells than the header; quote numbers with commas in them"
        raise UsageError(say(lang, zh, en))
    return {name: [_cell(row, i) for row in rows[1:]] for i, name in enumerate(header)}


def _cell(row: Sequence[str], i: int) -> str | None:
    return (row[i].strip() or None) if i < len(row) else None


def _parquet(path: Path, lang: str) -> Any:
    if find_spec("pyarrow") is not None:
        import pyarrow.parquet

        return pyarrow.parquet.read_table(path)
    if find_spec("polars") is not None:
        import polars

        return polars.read_parquet(path)
    raise UsageError(_wants(lang, ".parquet", "pyarrow", "arrow"))


def _excel(path: Path, sheet: str | None, lang: str) -> Any:
    import pandas as pd

    old = path.suffix.lower() in (".xls", ".ods")
    engines = [("python_calamine", "calamine")] if old else [("openpyxl", "openpyxl"), ("python_calamine", "calamine")]
    engine = next((engine for module, engine in engines if find_spec(module) is not None), None)
    if engine is None:
        raise UsageError(_wants(lang, path.suffix, "python-calamine" if old else "openpyxl", None if old else "excel"))
    try:
        table = pd.read_excel(path, sheet_name=sheet or 0, dtype=object, engine=engine)  # type: ignore[call-overload]
    except ValueError as error:  # no such sheet
        raise UsageError(say(lang, f"{path}：{error}", f"{path}: {error}")) from error
    return table.rename(columns=lambda name: str(name).strip()).dropna(how="all").reset_index(drop=True)


def _wants(lang: str, kind: str, package: str, extra: str | None) -> str:
    how = f"pip install 'kaohe[{extra}]'" if extra else f"pip install {package}"
    zh = f"读写 {kind} 文件需要 {package}；请运行：{how}（或改用 .csv）"
    return say(lang, zh, f"{kind} files need {package}: {how} (or use .csv)")


def keys(
    data: Any, entity: str | None, period: str | None, variables: Collection[str], lang: str, long: bool
) -> tuple[str, str | None]:
    """Return the key columns: those given, else those with usual names, else the only ones that look it.

    Columns of `variables` are none of them.
    """
    named = columns(data)
    free = [c for c in named if c not in variables and not (long and c in ("variable", "value"))]
    for name in (entity, period):
        if name is not None and name not in named:
            zh = f"数据中没有列 {name}；有：{'、'.join(named)}"
            raise UsageError(say(lang, zh, f"the data have no column {name}; they have: {', '.join(named)}"))
    if period is None:
        rest = [c for c in free if c != entity]
        period = _usual(rest, _PERIODS) or _only([c for c in rest if all(_PERIOD.match(x) for x in _some(data, c))])
    if entity is None:
        rest = [c for c in free if c != period]
        entity = _usual(rest, _ENTITIES) or _only([c for c in rest if any(not _numeric(x) for x in _some(data, c))])
    if entity is None:
        zh = f"看不出哪一列是考核对象；请加 --entity 列名。现有的列：{'、'.join(named)}"
        en = f"cannot tell which column says whose a row is; add --entity COLUMN. There are: {', '.join(named)}"
        raise UsageError(say(lang, zh, en))
    return entity, period


def columns(data: Any) -> list[str]:
    """Return the names of the columns."""
    if isinstance(data, Mapping):
        return list(data)
    names = getattr(data, "column_names", None)  # pyarrow
    return [str(c) for c in (data.columns if names is None else names)]


def _some(data: Any, column: str) -> list[str]:
    """Return what stands in the first rows of a column."""
    found = data[column]
    items = found.to_pylist() if hasattr(found, "to_pylist") else list(found)
    texts = [str(x) for x in items[:1000] if x is not None and x == x]
    return texts or [""]


def _usual(columns: Sequence[str], names: Sequence[str]) -> str | None:
    return next((c for name in names for c in columns if c.strip().lower() == name), None)


def _only(columns: Sequence[str]) -> str | None:
    return columns[0] if len(columns) == 1 else None


def _numeric(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def write(table: Any, out: str, lang: str, about: Mapping[str, Any]) -> None:
    """Write a table: .csv (with the mark that Excel wants), .json (with `about`), .parquet."""
    import narwhals as nw

    frame = nw.from_native(table, eager_only=True)
    path = Path(out)
    match path.suffix.lower():
        case ".csv":
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(frame.columns)
                writer.writerows([_plain(x) for x in row] for row in frame.iter_rows())
        case ".json":
            rows = [dict(zip(frame.columns, map(_plain, row), strict=True)) for row in frame.iter_rows()]
            text = json.dumps({**about, "rows": rows}, ensure_ascii=False, indent=1, allow_nan=False)
            path.write_text(text + "\n", encoding="utf-8")
        case ".parquet":
            if find_spec("pyarrow") is not None:
                import pyarrow.parquet

                pyarrow.parquet.write_table(frame.to_arrow(), path)
            elif find_spec("polars") is not None:
                frame.to_polars().write_parquet(path)
            else:
                raise UsageError(_wants(lang, ".parquet", "pyarrow", "arrow"))
        case other:
            zh = f"不能写 {other or out} 类型的文件；可用 .csv、.json、.parquet"
            raise UsageError(say(lang, zh, f"cannot write a {other or out} file; use .csv, .json or .parquet"))


def _plain(x: Any) -> Any:
    """Return a cell as plain Python; None for a gap."""
    if x is None or str(x) in ("<NA>", "NaT"):
        return None
    if hasattr(x, "item"):
        x = x.item()
    if isinstance(x, float) and not math.isfinite(x):
        return None
    return x.isoformat() if hasattr(x, "isoformat") else x

"""Files in and out: their kind follows from their names, and the key columns from theirs."""

from __future__ import annotations

import codecs
import contextlib
import csv
import functools
import io
import json
import math
import os
import re
import tempfile
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from kaohe import datasets
from kaohe.cli.say import UsageError, say
from kaohe.scheme import Scheme

if TYPE_CHECKING:
    import narwhals as nw

__all__ = ["columns", "keep_inputs", "keys", "read", "scheme", "write"]

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
    text = _decoded(path, lang)
    first = text.split("\n", 1)[0]
    separator = "\t" if "\t" in first and "," not in first else ","
    rows = [row for row in _rows(text, separator, path, lang) if any(cell.strip() for cell in row)]
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


def _decoded(path: Path, lang: str) -> str:
    """Return the text of a file that is UTF-8 or (as a Chinese Excel has it) GB 18030 from first byte to last."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at, name = error.start + (3 if raw.startswith(codecs.BOM_UTF8) else 0), "UTF-8"
    rest = raw.decode("utf-8", errors="replace")
    good = sum(not c.isascii() for c in rest)
    bad = rest.count("\ufffd")
    # Hardly any character of GB 18030 is by chance one of UTF-8: where most are, a byte of an UTF-8 file is damaged.
    if good - bad <= bad and not raw.startswith(codecs.BOM_UTF8):
        try:
            return raw.decode("gb18030")
        except UnicodeDecodeError as error:
            at, name = error.start, "GB 18030"
    line = raw.count(b"\n", 0, at) + 1
    cell = raw[raw.rfind(b"\n", 0, at) + 1 : at].count(b",") + 1
    zh = f"{path} 第 {line} 行第 {cell} 列有不成字的字节 {raw[at]:#04x}（按 {name} 读）；请改正此处，或整份另存为 UTF-8"
    en = f"line {line}, column {cell} of {path} holds the byte {raw[at]:#04x}, which is no text in {name}"
    raise UsageError(say(lang, zh, f"{en}; correct it, or save the whole file as UTF-8"))


# Characters of a cell: a quote that is never closed would make one cell of all that follows.
_LONGEST = 1 << 20


def _rows(text: str, separator: str, path: Path, lang: str) -> Iterator[list[str]]:
    """Yield the rows of a .csv; a cell in quotes may hold line ends."""
    before = csv.field_size_limit(_LONGEST)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        yield from reader
    except csv.Error:
        line = reader.line_num
        zh = f"{path} 第 {line} 行起有一格超过 {_LONGEST} 字；多半是引号没有成对"
        en = f"{path} has a cell of more than {_LONGEST} characters near line {line}; a quote is not closed, perhaps"
        raise UsageError(say(lang, zh, en)) from None
    finally:
        csv.field_size_limit(before)


def _cell(row: Sequence[str], i: int) -> str | None:
    return (row[i].strip() or None) if i < len(row) else None


def _parquet(path: Path, lang: str) -> Any:
    if find_spec("pyarrow") is not None:
        import pyarrow.parquet

        try:
            return pyarrow.parquet.read_table(path)
        except (pyarrow.ArrowInvalid, pyarrow.ArrowNotImplementedError, OSError) as error:
            raise _unreadable(path, error, lang) from error
    if find_spec("polars") is not None:
        import polars

        try:
            return polars.read_parquet(path)
        except polars.exceptions.PolarsError as error:
            raise _unreadable(path, error, lang) from error
    raise UsageError(_wants(lang, ".parquet", "pyarrow", "arrow"))


def _excel(path: Path, sheet: str | None, lang: str) -> Any:
    import pandas as pd

    old = path.suffix.lower() in (".xls", ".ods")
    engines = [("python_calamine", "calamine")] if old else [("openpyxl", "openpyxl"), ("python_calamine", "calamine")]
    engine = next((engine for module, engine in engines if find_spec(module) is not None), None)
    if engine is None:
        raise UsageError(_wants(lang, path.suffix, "python-calamine" if old else "openpyxl", None if old else "excel"))
    _unpacks_small(path, lang)
    try:
        table = pd.read_excel(path, sheet_name=sheet or 0, dtype=object, engine=engine)  # type: ignore[call-overload]
    except OSError:
        raise
    except Exception as error:  # no such sheet; or whatever a library makes of a damaged workbook
        raise _unreadable(path, error, lang) from error
    return table.rename(columns=lambda name: str(name).strip()).dropna(how="all").reset_index(drop=True)


# Bytes that a workbook may unpack to: beyond it, and packed more than a hundredfold, nobody has typed it.
_UNPACKED, _PACKED = 256 << 20, 100


def _unpacks_small(path: Path, lang: str) -> None:
    """Refuse a workbook that is small on the disk and fills the memory."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as parts:
        size = sum(part.file_size for part in parts.infolist())
    if size > _UNPACKED and size > _PACKED * path.stat().st_size:
        zh = f"{path} 解压后有 {size >> 20} MiB，超过 {_UNPACKED >> 20} MiB；请删去空白的行列后另存，或改用 .csv"
        en = f"{path} unpacks to {size >> 20} MiB, more than {_UNPACKED >> 20} MiB; delete empty rows, or use .csv"
        raise UsageError(say(lang, zh, en))


def _unreadable(path: Path, error: Exception, lang: str) -> UsageError:
    reason = str(error) or type(error).__name__
    return UsageError(say(lang, f"{path} 读不了：{reason}", f"cannot read {path}: {reason}"))


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
    """Write a table: .csv (with the mark that Excel wants), .json (with `about`), .parquet.

    The file is written aside and takes its name when it is complete: who is killed, or finds the disk full, leaves the
    file as it was.
    """
    import narwhals as nw

    frame = nw.from_native(table, eager_only=True)
    path = Path(out)
    fill: Callable[[nw.DataFrame[Any], IO[bytes]], None]
    match path.suffix.lower():
        case ".csv":
            fill = _fill_csv
        case ".json":
            fill = functools.partial(_fill_json, about=about)
        case ".parquet":
            if find_spec("pyarrow") is None and find_spec("polars") is None:
                raise UsageError(_wants(lang, ".parquet", "pyarrow", "arrow"))
            fill = _fill_parquet
        case other:
            zh = f"不能写 {other or out} 类型的文件；可用 .csv、.json、.parquet"
            raise UsageError(say(lang, zh, f"cannot write a {other or out} file; use .csv, .json or .parquet"))
    with _aside(path) as file:
        fill(frame, file)


def keep_inputs(out: str | None, inputs: Iterable[str | None], lang: str) -> None:
    """Refuse to write over a file that is read."""
    if out is None:
        return
    for name in inputs:
        if name is not None and Path(name).exists() and Path(out).exists() and Path(name).samefile(out):
            zh = f"-o 不能写到正在读取的 {name} 上；请换一个文件名"
            raise UsageError(say(lang, zh, f"-o would overwrite {name}, which is read; choose another name"))


@contextlib.contextmanager
def _aside(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes its name when it is complete and on the disk."""
    if path.exists() and not path.is_file():  # a device or a pipe: nothing to be kept, nor to be replaced
        with path.open("wb") as file:
            yield file
        return
    path = path.resolve()  # through a link, to the file itself
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with open(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _fill_csv(frame: nw.DataFrame[Any], file: IO[bytes]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([_harmless(name) for name in frame.columns])
    writer.writerows([_harmless(_plain(x)) for x in row] for row in frame.iter_rows())
    text.flush()
    text.detach()


def _fill_json(frame: nw.DataFrame[Any], file: IO[bytes], about: Mapping[str, Any]) -> None:
    rows = [dict(zip(frame.columns, map(_plain, row), strict=True)) for row in frame.iter_rows()]
    text = json.dumps({**about, "rows": rows}, ensure_ascii=False, indent=1, allow_nan=False)
    file.write((text + "\n").encode("utf-8"))


def _fill_parquet(frame: nw.DataFrame[Any], file: IO[bytes]) -> None:
    if find_spec("pyarrow") is not None:
        import pyarrow.parquet

        pyarrow.parquet.write_table(frame.to_arrow(), file)
    else:
        frame.to_polars().write_parquet(file)


def _harmless(cell: Any) -> Any:
    """Return a text that a spreadsheet would take for a formula with an apostrophe in front, so that it stays text."""
    formula = isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not _numeric(cell)
    return f"'{cell}" if formula else cell


def _plain(x: Any) -> Any:
    """Return a cell as plain Python; None for a gap."""
    if x is None or str(x) in ("<NA>", "NaT"):
        return None
    if hasattr(x, "item"):
        x = x.item()
    if isinstance(x, float) and not math.isfinite(x):
        return None
    return x.isoformat() if hasattr(x, "isoformat") else x

"""Files in and out: their kind follows from their names, and the key columns from theirs."""

from __future__ import annotations

import argparse
import contextlib
import csv
import functools
import io
import json
import math
import os
import re
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from kaohe import datasets
from kaohe._kaohe import Grid
from kaohe.cli.say import UsageError, say
from kaohe.errors import DataError
from kaohe.scheme import Scheme
from kaohe.table import Table, read_table

if TYPE_CHECKING:
    import narwhals as nw

__all__ = ["columns", "csv_bytes", "given", "keep_inputs", "keys", "read", "scheme", "write", "write_bytes"]

# Usual names of the columns of entities and of periods, the likelier first.
_ENTITIES, _PERIODS = Grid.usual_names()
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


def read(name: str, lang: str, scheme: Scheme | None = None, **given: Any) -> Any:
    """Read a table from a file or a data set: what the scheme asks for, or columns of text as they were typed.

    `given` are the options of `read_table`.
    """
    path = Path(name)
    if not path.exists():
        if name in datasets.names():
            return datasets.load(name)
        known = ", ".join(datasets.names())
        zh = f"没有数据文件 {name}；自带的数据集有：{known}"
        raise UsageError(say(lang, zh, f"there is no data file {name}; the data sets are {known}"))
    try:
        table = read_table(path, scheme, lang=lang, **given)
    except ImportError:
        raise UsageError(_wants(lang, ".parquet", "pyarrow", "arrow")) from None
    except DataError as error:
        raise UsageError(str(error)) from error
    return table.texts if scheme is None and isinstance(table, Table) else table


def given(options: argparse.Namespace, lang: str) -> dict[str, Any]:
    """Return how the options of a command say that its table is found."""
    renamed = [text.partition("=") for text in getattr(options, "rename", None) or ()]
    if wrong := next((text for text, mark, to in renamed if not (text and mark and to)), None):
        zh = f"--rename 应写作 原列名=新列名，却是 {wrong}"
        raise UsageError(say(lang, zh, f"--rename takes OLD=NEW, not {wrong}"))
    cleaning = [name.strip() for names in getattr(options, "cleaning", None) or () for name in names.split(",")]
    return {
        "sheet": options.sheet,
        "header": _header(getattr(options, "header", None), lang),
        "rename": {old: new for old, _, new in renamed},
        "cleaning": [name for name in cleaning if name],
        "entity": getattr(options, "entity", None),
        "period": getattr(options, "period", None),
    }


def _header(text: str | None, lang: str) -> tuple[int, int] | None:
    """Return the rows of `3` or `3-5`."""
    if text is None:
        return None
    first, _, last = text.partition("-")
    if first.isdecimal() and (last or first).isdecimal() and 1 <= int(first) <= int(last or first):
        return int(first), int(last or first)
    zh = f"--header 应是表头的行号，如 3 或 3-5，却是 {text}"
    raise UsageError(say(lang, zh, f"--header takes the row of the header, 3 or 3-5, not {text}"))


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
    if isinstance(data, Table):
        return data.entity, data.period
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


def write(table: Any, out: str, lang: str, about: Mapping[str, Any], page: Any) -> None:
    """Write an answer in the form that the file's name asks for.

    Its table as .csv (with the mark that Excel wants), .json (with `about`), .parquet; what the core lays out (`page`)
    as .md, .html, .xlsx. The file is written aside and takes its name when it is complete: who is killed, or finds the
    disk full, leaves the file as it was.
    """
    match Path(out).suffix.lower():
        case ".md":
            write_bytes(page.to_markdown(lang).encode("utf-8"), out)
        case ".html":
            write_bytes(_standing(page.to_html(lang), lang).encode("utf-8"), out)
        case ".xlsx":
            write_bytes(bytes(page.to_workbook(lang)), out)
        case ".csv":
            _write_table(table, out, _fill_csv)
        case ".json":
            _write_table(table, out, functools.partial(_fill_json, about=about))
        case ".parquet":
            if find_spec("pyarrow") is None and find_spec("polars") is None:
                raise UsageError(_wants(lang, ".parquet", "pyarrow", "arrow"))
            _write_table(table, out, _fill_parquet)
        case other:
            zh = f"不能写 {other or out} 类型的文件；可用 .xlsx、.csv、.json、.parquet、.md、.html"
            en = f"cannot write a {other or out} file; use .xlsx, .csv, .json, .parquet, .md or .html"
            raise UsageError(say(lang, zh, en))


def _write_table(table: Any, out: str, fill: Callable[[nw.DataFrame[Any], IO[bytes]], None]) -> None:
    import narwhals as nw

    with _aside(Path(out)) as file:
        fill(nw.from_native(table, eager_only=True), file)


def _standing(html: str, lang: str) -> str:
    """Return a page that a browser opens."""
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    tag = "zh-CN" if lang == "zh" else "en"
    return (
        f'<!doctype html>\n<html lang="{tag}">\n<head>{head}<title>kaohe</title></head>\n<body>{html}</body>\n</html>\n'
    )


def write_bytes(content: bytes, out: str) -> None:
    """Write a file that was made elsewhere."""
    with _aside(Path(out)) as file:
        file.write(content)


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


def csv_bytes(frame: nw.DataFrame[Any]) -> bytes:
    """Return a table as a .csv file."""
    with io.BytesIO() as file:
        _fill_csv(frame, file)
        return file.getvalue()


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

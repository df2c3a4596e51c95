"""Tables from files as offices have them: workbooks with title rows, merged headers, notes, units in the heading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaohe import _kaohe
from kaohe.errors import DataError
from kaohe.language import either, get_lang

if TYPE_CHECKING:
    from kaohe.frames import Frame
    from kaohe.scheme import Scheme

__all__ = ["Table", "read_parquet", "read_table"]


class Table:
    """A table that was read from a file, with what was done to it.

    `Scheme.assess`, `check` and the rest take it as it is.
    """

    def __init__(self, grid: _kaohe.Grid, given: Mapping[str, Any], scheme: Scheme | None, lang: str) -> None:
        self._grid, self._given, self._scheme, self._lang = grid, dict(given), scheme, lang
        core = None if scheme is None else scheme._core
        self._core = grid.table(core, **self._given, lang=lang)

    @property
    def entity(self) -> str:
        """Heading of the column that says whose a row is."""
        return self._core.entity

    @property
    def period(self) -> str | None:
        """Heading of the column that says when; None for a table without periods."""
        return self._core.period

    @property
    def sheets(self) -> list[str]:
        """Names of the sheets that were read."""
        return self._core.sheets

    @property
    def unread(self) -> list[str]:
        """Headings of columns that are none of the scheme's."""
        return self._core.unread

    @property
    def cumulative(self) -> bool:
        """Whether periods were written as the months from January on (1—9月)."""
        return self._core.cumulative

    @property
    def frame(self) -> Any:
        """The table in pandas: keys, the scheme's variables in its units, missing as NaN; without a scheme texts."""
        import numpy as np
        import pandas as pd

        from kaohe.frames import Texts

        if self._scheme is None:
            return pd.DataFrame(self.texts, dtype=object)
        frame = self._frame(self._scheme, self._lang)
        columns = {name: np.asarray(frame.table.column(name)) for name in frame.table.variables}
        texts = {name: Texts(frame.table.text(name)) for name in frame.table.texts}
        return frame.build({**texts, **columns})

    @property
    def texts(self) -> dict[str, list[str | None]]:
        """The columns as texts, numbers with the digits that they were typed with."""
        return (self._core if self._scheme is None else self._under(None, self._lang)._core).texts()

    @property
    def cleaned(self) -> Any:
        """Every cell that was changed before it was read, in pandas: `cell, before, after, why`."""
        import pandas as pd

        return pd.DataFrame(self._core.cleaned, columns=["cell", "before", "after", "why"])

    @property
    def notes(self) -> list[str]:
        """Titles above the table and notes below it."""
        return [text for _, text in self._core.notes]

    @property
    def findings(self) -> list[dict[str, Any]]:
        """What is wrong, or worth knowing, one dict per finding: `severity, code, place, entity, period, column, …`."""
        return self._core.findings(self._lang)

    def __len__(self) -> int:
        return len(self._core)

    def __repr__(self) -> str:
        what = ", ".join(self.sheets) or "text"
        return f"<kaohe.Table of {len(self)} rows from {what}: {len(self._core.cleaned)} cells cleaned>"

    def _repr_html_(self) -> str:
        return str(self.frame._repr_html_())

    def _under(self, scheme: Scheme | None, lang: str, **keys: str | None) -> Table:
        """Return the same cells under another scheme, or with other keys."""
        own = (None, self.entity, self.period)  # what the table knows by itself need not be said again
        given = {**self._given, **{name: key for name, key in keys.items() if key not in own}}
        if scheme == self._scheme and given == self._given:
            return self
        return Table(self._grid, given, scheme, lang)

    def _frame(self, scheme: Scheme, lang: str, entity: str | None = None, period: str | None = None) -> Frame:
        """Return the table as the engine takes it, under a scheme."""
        import narwhals as nw
        import pandas as pd

        from kaohe.frames import Frame

        core = self._under(scheme, lang, entity=entity, period=period)._core
        table = core.table()
        named = {core.entity: table.entities} | ({} if core.period is None else {core.period: table.periods})
        keys = nw.from_native(pd.DataFrame(named), eager_only=True)
        columns = (*named, *table.variables, *table.texts, *core.unread)
        return Frame(table, core.entity, core.period, keys, columns=columns)


def read_table(
    path: str | PathLike[str],
    scheme: Scheme | None = None,
    *,
    sheet: str | Sequence[str] | None = None,
    header: int | tuple[int, int] | None = None,
    rename: Mapping[str, str] | None = None,
    cleaning: Iterable[str] = (),
    entity: str | None = None,
    period: str | None = None,
    lang: str | None = None,
) -> Any:
    r"""Read a table from a file as it is: `.xlsx`, `.xls`, `.et`, `.ods`, `.csv` or `.parquet`.

    Titles, merged headers, notes, blank rows and subtotals are recognised; columns are found by the ids, titles and
    other names (`column`) of the scheme's variables, and converted from the unit in the heading. Text that is no plain
    number is read only under a declared cleaning, and every change is in `Table.cleaned`.

    Parameters
    ----------
    path
        The file.
    scheme
        Whose variables are looked for; without one every column is taken as text.
    sheet
        Name of a sheet, or names of several that stand one below the other; `"*"` for all. Without it all sheets where
        each is named by a period, else the first.
    header
        Row of the header as the spreadsheet numbers it, or its first and last row; found if None.
    rename
        Headings and what they are called in the scheme.
    cleaning
        Cleanings besides the scheme's: `thousands`, `percent`, `full_width`, `dashes`, `spaces`, `units`, `fill_down`,
        `excel_digits`.
    entity, period
        Headings of the columns that say whose a row is, and when; found if None. `period` may be the period of all rows
        (`"2023年1—9月"`) where no column says it.
    lang
        Language of the messages, `"zh"` or `"en"`; see `kaohe.set_lang`.

    Returns
    -------
    A `Table`; for `.parquet` a table of pyarrow or polars, in which columns are renamed and nothing else is looked for.

    Raises
    ------
    DataError
        A file that cannot be read, no such sheet, no header, headings that are not there. What is wrong with single
        cells is in `Table.findings`, and `assess` refuses it.

    Examples
    --------
    >>> import pathlib, tempfile, kaohe as kh
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "rd.csv"
    >>> _ = path.write_text("市州,年份,研发经费（万元）\n甲市,2023年,9000\n注：初步数\n", encoding="utf-8")
    >>> scheme = kh.Scheme.from_dict({
    ...     "kaohe": 1, "id": "s", "variable": [{"id": "rd", "unit": "亿元", "column": ["研发经费"]}],
    ...     "indicator": [{"id": "i", "formula": "rd", "unit": "亿元", "points": {"rule": "linear"}}],
    ... })
    >>> table = kh.read_table(path, scheme)
    >>> table.frame["rd"].tolist(), table.notes
    ([0.9], ['注：初步数'])
    """
    lang, path = get_lang(lang), Path(fspath(path))
    if path.suffix.lower() == ".parquet":
        import narwhals as nw

        data = read_parquet(path)
        return nw.from_native(data, eager_only=True).rename(dict(rename or {})).to_native() if rename else data
    rows = (header, header) if isinstance(header, int) else header
    given = {
        "sheets": [sheet] if isinstance(sheet, str) else list(sheet or ()),
        "header": None if rows is None else (int(rows[0]), int(rows[1])),
        "rename": list((rename or {}).items()),
        "cleaning": [cleaning] if isinstance(cleaning, str) else list(cleaning),
        "entity": entity,
        "period": period,
    }
    return Table(_kaohe.Grid.open(str(path), lang), given, scheme, lang)


def read_parquet(path: Path) -> Any:
    """Read a `.parquet` file with whatever library is there."""
    if find_spec("pyarrow") is not None:
        import pyarrow.parquet

        try:
            return pyarrow.parquet.read_table(path)
        except (pyarrow.ArrowInvalid, pyarrow.ArrowNotImplementedError) as error:
            raise _unreadable(path, error) from error
    if find_spec("polars") is not None:
        import polars

        try:
            return polars.read_parquet(path)
        except polars.exceptions.PolarsError as error:
            raise _unreadable(path, error) from error
    raise ImportError(either("读 .parquet 文件需要 pyarrow 或 polars", ".parquet files need pyarrow or polars"))


def _unreadable(path: Path, error: Exception) -> DataError:
    reason = str(error) or type(error).__name__
    return DataError(either(f"{path} 读不了：{reason}", f"cannot read {path}: {reason}"))

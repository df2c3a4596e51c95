"""Generates the corpus of messy workbooks in tests/data/workbooks: each kind of mess that offices make, alone and together.

`python3 tools/make_workbooks.py` writes them again: the same cells from the same seed. Beside each workbook stands what should
come of it (`.json`): the options of the call, the rows that should come out, and the findings, changes and notes that should be
named, each with its cell. What should come out is written from the numbers that went in, not read back from the file.

Needs openpyxl; and xlwt for the `.xls` and `.et` files, which are left as they are where it is not installed.
"""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook

OUT = Path(__file__).parent.parent / "tests" / "data" / "workbooks"
CITIES = ["金河市", "银川县", "铜山市", "铁岭区", "锡林市", "铝城市"]
# Variable, title, unit of the scheme.
VARIABLES = [
    ("rd", "研发经费", "亿元"),
    ("gdp", "地区生产总值", "亿元"),
    ("hitech", "高新技术企业", "家"),
    ("growth", "增长率", "%"),
]

SCHEME = """\
# The scheme of the corpus of messy workbooks.
kaohe = 1
id = "workbooks"
title = { zh = "科技考核", en = "Science" }

[[variable]]
id = "rd"
unit = "亿元"
title = "研发经费"
column = ["R&D经费内部支出", "研究与试验发展经费"]
missing = "zero"
[[variable]]
id = "gdp"
unit = "亿元"
title = "地区生产总值"
column = ["GDP", "生产总值"]
missing = "zero"
[[variable]]
id = "hitech"
unit = "家"
title = "高新技术企业"
column = ["高新技术企业数"]
missing = "zero"
[[variable]]
id = "growth"
unit = "%"
title = "增长率"
missing = "zero"
missing_marks = ["暂缺"]

[[indicator]]
id = "intensity"
formula = "rd / gdp"
unit = "%"
points = { rule = "linear" }
"""


@dataclass
class Case:
    """A workbook and what should come of it."""

    name: str
    options: dict[str, Any] = field(default_factory=dict)
    rows: list[list[str | None]] | None = None
    findings: list[list[str]] = field(default_factory=list)
    cleaned: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    period: str = "year"
    kind: str = "xlsx"

    def write(self) -> None:
        text = {key: value for key, value in self.__dict__.items() if key != "name" and value not in ([], {}, None)}
        path = OUT / f"{self.name}.json"
        path.write_text(json.dumps(text, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def data(rng: random.Random, years: list[str], cities: list[str] = CITIES) -> list[list[str]]:
    """Rows of the table that should come out: city, year, and the variables in the scheme's units, as decimals."""
    rows = []
    for year in years:
        for city in cities:
            gdp = Decimal(rng.randint(100_000, 9_999_999)) / 10_000
            rd = Decimal(rng.randint(10_000, 999_999)) / 10_000
            rows.append(
                [
                    city,
                    year,
                    str(rd.normalize()),
                    str(gdp.normalize()),
                    str(rng.randint(3, 900)),
                    str(Decimal(rng.randint(-50, 150)) / 10),
                ]
            )
    return rows


def number(text: str) -> float | int:
    return int(text) if text.lstrip("-").isdigit() else float(text)


def times(text: str, power: int) -> str:
    """A decimal times a power of ten."""
    return format((Decimal(text).scaleb(power)).normalize(), "f")


def put(sheet: Any, row: int, values: list[Any], column: int = 1) -> None:
    for i, value in enumerate(values):
        if value is not None and value != "":
            sheet.cell(row, column + i).value = value


def save(book: Workbook, name: str) -> None:
    book.properties.creator = "kaohe"
    book.properties.created = book.properties.modified = datetime(2023, 1, 1)
    book.save(OUT / f"{name}.xlsx")


HEADER = ["市州", "年份", *(title for _, title, _ in VARIABLES)]


def plain(sheet: Any, rows: list[list[str]], at: int = 1, header: list[str] | None = None) -> None:
    """A header in row `at` and rows of numbers below."""
    put(sheet, at, header or HEADER)
    for i, row in enumerate(rows):
        put(sheet, at + 1 + i, [row[0], row[1], *map(number, row[2:])])


CASES: list[Callable[[random.Random], None]] = []


def case(make: Callable[[random.Random], None]) -> Callable[[random.Random], None]:
    CASES.append(make)
    return make


def begin() -> tuple[Workbook, Any]:
    book = Workbook()
    sheet = book.active
    sheet.title = "Sheet1"
    return book, sheet


@case
def title_rows(rng: random.Random) -> None:
    book, sheet = begin()
    rows = data(rng, ["2023"])
    sheet["A1"] = "各市州科技投入情况表"
    sheet.merge_cells("A1:F1")
    sheet["A2"] = "（统计局内部资料）"
    plain(sheet, rows, 4)
    save(book, "01-title-rows")
    Case("01-title-rows", rows=rows, notes=["各市州科技投入情况表", "（统计局内部资料）"]).write()


@case
def two_row_header(rng: random.Random) -> None:
    book, sheet = begin()
    rows = data(rng, ["2023"])
    put(sheet, 1, ["市州", "年份", "投入", None, "产出"])
    put(sheet, 2, [None, None, *HEADER[2:]])
    for block in ("A1:A2", "B1:B2", "C1:D1", "E1:F1"):
        sheet.merge_cells(block)
    for i, row in enumerate(rows):
        put(sheet, 3 + i, [row[0], row[1], *map(number, row[2:])])
    save(book, "02-two-row-header")
    Case("02-two-row-header", rows=rows).write()


@case
def three_row_header(rng: random.Random) -> None:
    book, sheet = begin()
    rows = data(rng, ["2023"])
    put(sheet, 1, ["附表3"])
    put(sheet, 2, ["市州", "年份", "科技指标"])
    put(sheet, 3, [None, None, *HEADER[2:]])
    put(sheet, 4, [None, None, "万元", "亿元", "家", "%"])
    for block in ("A2:A4", "B2:B4", "C2:F2"):
        sheet.merge_cells(block)
    for i, row in enumerate(rows):
        put(sheet, 5 + i, [row[0], row[1], number(times(row[2], 4)), *map(number, row[3:])])
    save(book, "03-three-row-header")
    Case("03-three-row-header", rows=rows, notes=["附表3"], findings=[["unit_converted", "Sheet1!C4"]]).write()


@case
def notes_below(rng: random.Random) -> None:
    book, sheet = begin()
    rows = data(rng, ["2023"])
    plain(sheet, rows)
    texts = ["注：1. 研发经费为初步数。", "资料来源：各市州统计局。", "填表人：张三　审核：李四"]
    for i, text in enumerate(texts):
        sheet.cell(len(rows) + 3 + i, 1).value = text
    save(book, "04-notes-below")
    Case("04-notes-below", rows=rows, notes=texts).write()


@case
def blank_rows(rng: random.Random) -> None:
    book, sheet = begin()
    rows = data(rng, ["2022", "2023"])
    put(sheet, 2, HEADER)
    at = 3
    for i, row in enumerate(rows):
        at += 2 if i and i % 3 == 0 else 1
        put(sheet, at, [row[0], row[1], *map(number, row[2:])])
    save(book, "05-blank-rows")
    Case("05-blank-rows", rows=rows).write()


@case
def subtotals(rng: random.Random) -> None:
    book, sheet = begin()
    rows = data(rng, ["2023"])
    put(sheet, 1, HEADER)
    put(sheet, 2, ["全 省", "2023", *(1.5,) * 4])
    for i, row in enumerate(rows):
        put(sheet, 3 + i, [row[0], row[1], *map(number, row[2:])])
    last = 3 + len(rows)
    put(sheet, last, ["合计", "2023", *(2.5,) * 4])
    save(book, "06-subtotals")
    found = [["row_subtotal", "Sheet1!A2"], ["row_subtotal", f"Sheet1!A{last}"]]
    Case("06-subtotals", rows=rows, findings=found).write()


@case
def sheets_by_year(rng: random.Random) -> None:
    book = Workbook()
    rows = data(rng, ["2021年", "2022年", "2023年"])
    book.remove(book.active)
    for year in ("2021年", "2022年", "2023年"):
        sheet = book.create_sheet(year)
        put(sheet, 1, ["市州", *HEADER[2:]])
        for i, row in enumerate(r for r in rows if r[1] == year):
            put(sheet, 2 + i, [row[0], *map(number, row[2:])])
    save(book, "07-sheets-by-year")
    found = [["period_from_sheet", year] for year in ("2021年", "2022年", "2023年")]
    Case("07-sheets-by-year", rows=rows, findings=found).write()


@case
def one_of_several_sheets(rng: random.Random) -> None:
    book, sheet = begin()
    sheet["A1"] = "填报说明"
    rows = data(rng, ["2023"])
    plain(book.create_sheet("数据"), rows)
    save(book, "08-one-of-several-sheets")
    Case("08-one-of-several-sheets", options={"sheet": ["数据"]}, rows=rows).write()


@case
def units_in_headings(rng: random.Random) -> None:
    book, sheet = begin()
    rows = data(rng, ["2023"])
    put(sheet, 1, ["市州", "年份", "研发经费(万元)", "地区生产总值（亿元）", "高新技术企业[家]", "增长率/%"])
    for i, row in enumerate(rows):
        put(sheet, 2 + i, [row[0], row[1], number(times(row[2], 4)), *map(number, row[3:])])
    save(book, "09-units-in-headings")
    Case("09-units-in-headings", rows=rows, findings=[["unit_converted", "Sheet1!C1"]]).write()


@case
def unit_above_the_table(rng: random.Random) -> None:
    book, sheet = begin()
    rows = data(rng, ["2023"])
    sheet["A1"] = "主要指标"
    sheet["F2"] = "单位：万元、家、%"
    put(sheet, 3, HEADER)
    for i, row in enumerate(rows):
        put(sheet, 4 + i, [row[0], row[1], number(times(row[2], 4)), number(times(row[3], 4)), *map(number, row[4:])])
    save(book, "10-unit-above-the-table")
    found = [["unit_converted", "Sheet1!C3"], ["unit_converted", "Sheet1!D3"]]
    Case("10-unit-above-the-table", rows=rows, findings=found, notes=["主要指标", "单位：万元、家、%"]).write()


@case
def unit_that_contradicts(rng: random.Random) -> None:
    book, sheet = begin()
    rows = data(rng, ["2023"])
    plain(sheet, rows, 1, ["市州", "年份", "研发经费(人)", "GDP（现价）", "高新技术企业", "增长率"])
    save(book, "11-unit-that-contradicts")
    found = [["unit_contradicts", "Sheet1!C1"], ["heading_unit_unknown", "Sheet1!D1"]]
    Case("11-unit-that-contradicts", findings=found).write()


@case
def other_names(rng: random.Random) -> None:
    book, sheet = begin()
    rows = data(rng, ["2023"])
    plain(sheet, rows, 1, ["城 市", "年度", "R&D经费\n内部支出", "GDP", "高新技术企业数", "growth"])
    save(book, "12-other-names")
    Case("12-other-names", rows=rows).write()


@case
def renamed(rng: random.Random) -> None:
    book, sheet = begin()
    rows = data(rng, ["2023"])
    plain(sheet, rows, 1, ["市州", "年份", "科研费用", "地区生产总值", "高新技术企业", "增长率"])
    save(book, "13-renamed")
    Case("13-renamed", options={"rename": [["科研费用", "rd"]]}, rows=rows).write()


@case
def nearly_the_name(rng: random.Random) -> None:
    book, sheet = begin()
    rows = data(rng, ["2023"])
    plain(sheet, rows, 1, ["市州", "年份", "研发经廢", "地区生产总值", "高新技术企业", "增长率"])
    save(book, "14-nearly-the-name")
    Case("14-nearly-the-name", findings=[["heading_near", "Sheet1!C1"]]).write()


def texts(rows: list[list[str]], change: Callable[[int, str], str]) -> list[list[str]]:
    """The first number of each row changed, written as text."""
    return [[row[0], row[1], change(i, row[2]), *row[3:]] for i, row in enumerate(rows)]


def messy(
    name: str, rows: list[list[str]], changed: list[list[str]], kinds: list[str], why: list[str] | None = None
) -> None:
    """One workbook twice: read under cleanings, and refused without."""
    book, sheet = begin()
    put(sheet, 1, HEADER)
    for i, row in enumerate(changed):
        put(sheet, 2 + i, [row[0], row[1], row[2], *map(number, row[3:])])
    save(book, name)
    log = [
        [f"Sheet1!C{2 + i}", row[2], rows[i][2] or "", (why or [", ".join(kinds)] * len(rows))[i]]
        for i, row in enumerate(changed)
    ]
    code = "cell_is_mark" if kinds == ["dashes"] else "cell_needs_cleaning"
    refused = [[code, cell] for cell, *_ in log]
    Case(name, options={"cleaning": kinds}, rows=rows, cleaned=log, refused=refused).write()


@case
def thousands(rng: random.Random) -> None:
    rows = data(rng, ["2023"])
    for row in rows:
        row[2] = str(rng.randint(1_000_000, 99_999_999) / 100)
    messy("15-thousands", rows, texts(rows, lambda _, x: f"{Decimal(x):,}"), ["thousands"])


@case
def percent(rng: random.Random) -> None:
    book, sheet = begin()
    rows = data(rng, ["2023"])
    put(sheet, 1, HEADER)
    for i, row in enumerate(rows):
        put(sheet, 2 + i, [row[0], row[1], *map(number, row[2:5])])
        if i % 2:
            sheet.cell(2 + i, 6).value = f"{row[5]}%"
        else:  # a number that Excel shows in per cent
            sheet.cell(2 + i, 6).value = float(times(row[5], -2))
            sheet.cell(2 + i, 6).number_format = "0.0%"
    save(book, "16-percent")
    log = [[f"Sheet1!F{2 + i}", f"{row[5]}%", row[5], "percent"] for i, row in enumerate(rows) if i % 2]
    refused = [["cell_needs_cleaning", cell] for cell, *_ in log]
    Case("16-percent", options={"cleaning": ["percent"]}, rows=rows, cleaned=log, refused=refused).write()


FULL = str.maketrans("0123456789.-", "０１２３４５６７８９．－")


@case
def full_width(rng: random.Random) -> None:
    rows = data(rng, ["2023"])
    messy("17-full-width", rows, texts(rows, lambda _, x: x.translate(FULL)), ["full_width"])


@case
def dashes(rng: random.Random) -> None:
    rows = data(rng, ["2023"])
    marks = ["—", "…", "#", "-", "——", "……"]
    changed = texts(rows, lambda i, _: marks[i])
    messy("18-dashes", [[*row[:2], None, *row[3:]] for row in rows], changed, ["dashes"])  # type: ignore[list-item]


@case
def spaces(rng: random.Random) -> None:
    book, sheet = begin()
    rows = data(rng, ["2023"])
    names = ["金 河 市", " 银川县", "铜山市\u3000", "铁\u200b岭区", "锡林市", "铝　城市"]
    plain(sheet, [[name, *row[1:]] for name, row in zip(names, rows, strict=True)])
    save(book, "19-spaces")
    odd = [(i, name) for i, name in enumerate(names) if name != rows[i][0]]
    log = [[f"Sheet1!A{2 + i}", name, rows[i][0], "spaces"] for i, name in odd]
    refused = [["name_needs_cleaning", cell] for cell, *_ in log]
    Case("19-spaces", options={"cleaning": ["spaces"]}, rows=rows, cleaned=log, refused=refused).write()


@case
def units_in_cells(rng: random.Random) -> None:
    rows = data(rng, ["2023"])
    messy("20-units-in-cells", rows, texts(rows, lambda i, x: f"{x}亿元" if i % 2 else f"{times(x, 4)}万元"), ["units"])


@case
def declared_marks(rng: random.Random) -> None:
    book, sheet = begin()
    rows: list[Any] = data(rng, ["2023"])
    plain(sheet, rows)
    sheet["F3"] = "暂缺"
    rows[1][5] = None
    save(book, "21-declared-marks")
    Case("21-declared-marks", rows=rows, cleaned=[["Sheet1!F3", "暂缺", "", "missing_marks"]]).write()


@case
def names_left_blank(rng: random.Random) -> None:
    book, sheet = begin()
    by_city = sorted(data(rng, ["2022", "2023"]), key=lambda row: CITIES.index(row[0]))
    put(sheet, 1, HEADER)
    log = []
    for i, row in enumerate(by_city):
        put(sheet, 2 + i, [None if i % 2 else row[0], row[1], *map(number, row[2:])])
        if i % 2:
            log.append([f"Sheet1!A{2 + i}", "", row[0], "fill_down"])
    save(book, "22-names-left-blank")
    refused = [["key_missing", cell] for cell, *_ in log]
    Case("22-names-left-blank", options={"cleaning": ["fill_down"]}, rows=by_city, cleaned=log, refused=refused).write()


@case
def names_merged(rng: random.Random) -> None:
    book, sheet = begin()
    by_city = sorted(data(rng, ["2022", "2023"]), key=lambda row: CITIES.index(row[0]))
    put(sheet, 1, HEADER)
    for i, row in enumerate(by_city):
        put(sheet, 2 + i, [None if i % 2 else row[0], row[1], *map(number, row[2:])])
        if i % 2:
            sheet.merge_cells(start_row=1 + i, end_row=2 + i, start_column=1, end_column=1)
    save(book, "23-names-merged")
    Case("23-names-merged", rows=by_city).write()


def quarterly(
    name: str, rng: random.Random, spelled: list[str], written: list[str], title: str | None = None, **more: Any
) -> None:
    """Cumulative quarters: `written` in the cells, `spelled` in the table."""
    book, sheet = begin()
    rows = data(rng, spelled, CITIES[:3])
    at = 1
    if title:
        sheet["A1"], at = title, 3
    put(sheet, at, ["市州", "时期", *HEADER[2:]])
    for i, row in enumerate(rows):
        put(sheet, at + 1 + i, [row[0], written[spelled.index(row[1])], *map(number, row[2:])])
    save(book, name)
    found = [["periods_cumulative", ""]]
    Case(name, rows=rows, findings=found, notes=[title] if title else [], period="quarter", **more).write()


@case
def cumulative_months(rng: random.Random) -> None:
    spelled = ["2023年1-3月", "2023年1—6月", "2023年前三季度", "2023年全年"]
    quarterly("24-cumulative-months", rng, spelled, spelled)


@case
def year_in_the_title(rng: random.Random) -> None:
    spelled = ["2023年1-3月", "2023年上半年", "2023年1—9月"]
    quarterly("25-year-in-the-title", rng, spelled, [text[5:] for text in spelled], "金河省2023年主要指标")


@case
def period_in_the_title(rng: random.Random) -> None:
    book, sheet = begin()
    rows = data(rng, ["2023年度"])
    sheet["A1"] = "2023年度科技投入情况"
    put(sheet, 2, ["市州", *HEADER[2:]])
    for i, row in enumerate(rows):
        put(sheet, 3 + i, [row[0], *map(number, row[2:])])
    save(book, "26-period-in-the-title")
    found = [["period_from_title", "Sheet1!A1"]]
    Case("26-period-in-the-title", rows=rows, findings=found, notes=["2023年度科技投入情况"]).write()


@case
def period_as_a_number(rng: random.Random) -> None:
    book, sheet = begin()
    put(sheet, 1, ["市州", "月份", *HEADER[2:]])
    rows = data(rng, ["2023-09", "2023-10"], CITIES[:2])
    for i, row in enumerate(rows):
        put(sheet, 2 + i, [row[0], "2023年9月" if i < 2 else 2023.10, *map(number, row[2:])])
    save(book, "27-period-as-a-number")
    found = [["period_number", "Sheet1!B4"], ["period_number", "Sheet1!B5"]]
    Case("27-period-as-a-number", findings=found, period="month").write()


@case
def gb18030_text(rng: random.Random) -> None:
    rows = data(rng, ["2023"])
    lines = ["2023年各市州主要指标,,,,,", "市州,年份,研发经费（万元）,地区生产总值,高新技术企业,增长率"]
    lines += [",".join([row[0], row[1], f'"{Decimal(times(row[2], 4)):,}"', *row[3:]]) for row in rows]
    lines += ["合计,2023,1,2,3,4", "注：按现价计算,,,,,"]
    name = "28-gb18030"
    (OUT / f"{name}.csv").write_bytes("\r\n".join([*lines, ""]).encode("gb18030"))
    log = [[f"C{3 + i}", f"{Decimal(times(row[2], 4)):,}", None, "thousands"] for i, row in enumerate(rows)]
    log = [entry for entry in log if "," in entry[1]]
    last = 3 + len(rows)
    found = [["unit_converted", "C2"], ["row_subtotal", f"A{last}"]]
    for entry, row in zip(log, (r for r in rows if "," in f"{Decimal(times(r[2], 4)):,}"), strict=True):
        entry[2] = row[2]
    Case(
        name,
        options={"cleaning": ["thousands"]},
        rows=rows,
        cleaned=log,
        findings=found,
        notes=["2023年各市州主要指标", "注：按现价计算"],
        kind="csv",
    ).write()


@case
def failed_formulas_and_merged_numbers(rng: random.Random) -> None:
    book, sheet = begin()
    plain(sheet, data(rng, ["2023"]))
    sheet["C3"] = "#DIV/0!"
    sheet["D4"] = "约30"
    sheet["E5"] = True
    sheet.merge_cells("E6:E7")
    sheet["D7"] = "=D3*2"  # without its value: openpyxl computes nothing
    sheet["A4"] = "=A3"
    save(book, "29-cells-that-are-no-numbers")
    found = [
        ["cell_failed", "Sheet1!C3"],
        ["number_is_text", "Sheet1!D4"],
        ["number_is_text", "Sheet1!E5"],
        ["cell_merged", "Sheet1!E6"],
        ["cell_not_computed", "Sheet1!D7"],
        ["cell_merged", "Sheet1!E7"],
        ["cell_not_computed", "Sheet1!A4"],
    ]
    Case("29-cells-that-are-no-numbers", findings=found).write()


@case
def everything_together(rng: random.Random) -> None:
    """Fourteen cities, two years, everything that one workbook of an office may have at once."""
    book = Workbook()
    book.remove(book.active)
    cities = [f"{x}{y}市" for x, y in zip("金银铜铁锡铝铅锌镍钴钨钼锰钛", "河川山岭林城江湖海洲原谷峰泉", strict=True)]
    rows: list[Any] = data(rng, ["2022年", "2023年"], cities)
    found, log, notes = [], [], []
    for year in ("2022年", "2023年"):
        sheet = book.create_sheet(year)
        title = f"金河省{year}各市州科技投入产出情况"
        sheet["A1"] = title
        sheet.merge_cells("A1:G1")
        sheet["G2"] = "单位：万元、家"
        put(sheet, 3, ["序号", "市州", "投入", None, "产出"])
        put(sheet, 4, [None, None, "研究与试验发展经费", "GDP（亿元）", "高新技术\n企业数", "增长率（%）", "备注"])
        for block in ("A3:A4", "B3:B4", "C3:D3", "E3:G3"):
            sheet.merge_cells(block)
        put(sheet, 5, ["甲", "乙", 1, 2, 3, 4, "丙"])
        put(sheet, 6, [None, "全省", 1, 2, 3, 4])
        found += [["period_from_sheet", year], ["row_numbering", f"{year}!A5"], ["row_subtotal", f"{year}!B6"]]
        found += [["unit_converted", f"{year}!C4"]]
        notes += [title, "单位：万元、家"]
        for i, row in enumerate(r for r in rows if r[1] == year):
            at = 7 + i
            rd = f"{Decimal(times(row[2], 4)):,}"
            name = f"{row[0][0]} {row[0][1]} 市" if i == 3 else row[0]
            growth = "—" if i == 5 else f"{row[5]}%".translate(FULL).replace("%", "％") if i == 6 else number(row[5])
            put(sheet, at, [i + 1, name, rd, number(row[3]), number(row[4]), growth, "初步数" if i == 2 else None])
            if i == 3:
                log.append([f"{year}!B{at}", name, row[0], "spaces"])
            log.append([f"{year}!C{at}", rd, row[2], "thousands"])
            if i == 5:
                log.append([f"{year}!F{at}", "—", "", "dashes"])
                row[5] = None
            if i == 6:
                log.append([f"{year}!F{at}", growth, row[5], "full_width, percent"])
        last = 7 + len(cities)
        sheet.cell(last, 1).value = "注：1. 增长率按可比价计算；2. “—”表示无数据。"
        sheet.merge_cells(start_row=last, end_row=last, start_column=1, end_column=7)
        sheet.cell(last + 1, 1).value = "资料来源：各市州统计局"
        notes += ["注：1. 增长率按可比价计算；2. “—”表示无数据。", "资料来源：各市州统计局"]
    save(book, "30-everything-together")
    log = [entry for entry in log if entry[3] != "thousands" or "," in entry[1]]
    kinds = ["thousands", "full_width", "percent", "dashes", "spaces"]
    Case(
        "30-everything-together", options={"cleaning": kinds}, rows=rows, cleaned=log, findings=found, notes=notes
    ).write()


@case
def old_families(rng: random.Random) -> None:
    """`.xls` and WPS's `.et`, which is of the same family."""
    rows = data(rng, ["2023"])
    for name, kind in (("31-old-excel", "xls"), ("32-wps", "et")):
        Case(name, rows=rows, notes=["各市州主要指标"], findings=[["unit_converted", "Sheet1!C3"]], kind=kind).write()
        if find_spec("xlwt") is None:
            continue
        import xlwt

        book = xlwt.Workbook(encoding="utf-8")
        sheet = book.add_sheet("Sheet1")
        sheet.write_merge(0, 0, 0, 5, "各市州主要指标")
        for i, heading in enumerate(["市州", "年份", "研发经费(万元)", *HEADER[3:]]):
            sheet.write(2, i, heading)
        for at, row in enumerate(rows, 3):
            for i, value in enumerate([row[0], int(row[1]), number(times(row[2], 4)), *map(number, row[3:])]):
                sheet.write(at, i, value)
        book.save(str(OUT / f"{name}.{kind}"))


@case
def open_document(rng: random.Random) -> None:
    """A minimal `.ods`, written by hand."""
    rows = data(rng, ["2023"])

    def cell(value: Any) -> str:
        if isinstance(value, str):
            return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'

    lines = [HEADER, *([row[0], row[1], *map(number, row[2:])] for row in rows)]
    body = "".join(f"<table:table-row>{''.join(map(cell, line))}</table:table-row>" for line in lines)
    spaces = "".join(f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Sheet1">{body}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    with zipfile.ZipFile(OUT / "33-open-document.ods", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr(zipfile.ZipInfo("content.xml"), content)
        manifest = '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        file.writestr(zipfile.ZipInfo("META-INF/manifest.xml"), manifest)
    Case("33-open-document", rows=rows, kind="ods").write()


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "scheme.toml").write_text(SCHEME, encoding="utf-8")
    for i, make in enumerate(CASES):
        make(random.Random(20_230_000 + i))
    print(f"{len(CASES)} makers, {len(list(OUT.glob('*.json')))} cases in {OUT}")


if __name__ == "__main__":
    main()

"""Writes what the notebooks read: cities.xlsx and dispatch.csv in docs/notebooks. All numbers are invented.

cities.xlsx has the invented prefectures of 2022 and 2023 as an office would type them; dispatch.csv has what stood at
the end of each quarter in the counties of tests/data/dispatch-synthetic.csv. `python3 tools/make_notebook_data.py`
writes the same bytes again. Needs openpyxl.
"""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "python/kaohe/datasets/prefectures-synthetic.csv"
OUT = ROOT / "docs/notebooks/cities.xlsx"
MONTHS, QUARTERS = ROOT / "tests/data/dispatch-synthetic.csv", ROOT / "docs/notebooks/dispatch.csv"
WIDE = str.maketrans("0123456789.%", "０１２３４５６７８９．％")
DAY = (2024, 3, 1, 0, 0, 0)


def main() -> None:
    """Write both."""
    workbook()
    with MONTHS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["entity"][-1] in "县区"]
    ends = {"03": "Q1", "06": "Q2", "09": "Q3", "12": "Q4"}
    with QUARTERS.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["county", "quarter", "contracts", "firms"])
        for row in rows:
            year, month = row["month"].split("-")
            if month in ends:
                out.writerow([row["entity"], year + ends[month], row["contracts"], row["firms"]])


def workbook() -> None:
    """Write the workbook."""
    with SOURCE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    book = Workbook()
    book.remove(book.active)
    for year in ("2022", "2023"):
        write(book.create_sheet(f"{year}年"), year, [row for row in rows if row["year"] == year])
    book.properties.creator = "kaohe"
    book.properties.created = book.properties.modified = datetime(*DAY)
    raw = io.BytesIO()
    book.save(raw)
    # The parts of the file carry the time of writing, and so does what it says of itself.
    with zipfile.ZipFile(raw) as parts, zipfile.ZipFile(OUT, "w", zipfile.ZIP_DEFLATED) as out:
        for part in parts.infolist():
            content = parts.read(part)
            if part.filename == "docProps/core.xml":
                head, _, rest = content.partition(b"<dcterms:modified")
                content = head + b"<dcterms:modified" + rest[: rest.index(b">") + 1] + b"2024-03-01T00:00:00Z"
                content += rest[rest.index(b"</dcterms:modified>") :]
            out.writestr(zipfile.ZipInfo(part.filename, DAY), content, zipfile.ZIP_DEFLATED)


def write(sheet: Any, year: str, rows: list[dict[str, str]]) -> None:
    """Write the sheet of a year: titles, a header of two rows, numbers as they are typed, a total, notes."""
    put(sheet, 1, [f"云河省{year}年各市州科技创新主要指标"])
    put(sheet, 2, [*[None] * 6, "单位：万元、家"])
    put(sheet, 3, ["序号", "市州", "投入", None, "产出"])
    put(
        sheet,
        4,
        [None, None, "研究与试验发展\n经费", "财政科技支出\n占比（%）", "GDP（亿元）", "高新技术\n企业数", "备注"],
    )
    for block in ("A1:G1", "A3:A4", "B3:B4", "C3:D3", "E3:G3"):
        sheet.merge_cells(block)
    put(sheet, 5, ["甲", "乙", 1, 2, 3, 4, "丙"])
    for i, row in enumerate(rows):
        share: Any = round(float(Decimal(row["fiscal_st"]) / Decimal(row["budget"]) * 100), 2)
        name, note = row["prefecture"], None
        if i == 3:
            name = f"{name[0]} {name[1]}"
        if i == 8:
            share = f"{share}%".translate(WIDE)
        if i == 11 and year == "2023":
            share, note = "—", "未报"
        thousands = f"{Decimal(row['rd']) * 10_000:,.0f}"
        put(sheet, 6 + i, [i + 1, name, thousands, share, float(row["gdp"]), int(row["hitech"]), note])
    last = 6 + len(rows)
    money = [sum(Decimal(row[name]) for row in rows) for name in ("rd", "gdp", "hitech")]
    put(sheet, last, [None, "合计", f"{money[0] * 10_000:,.0f}", None, float(money[1]), int(money[2])])
    put(sheet, last + 1, ["注：1. 按现价计算；2. “—”表示无数据。"])
    put(sheet, last + 2, ["资料来源：各市州科技局、统计局"])


def put(sheet: Any, row: int, values: list[Any]) -> None:
    """Write the cells of a row from its first one."""
    for column, value in enumerate(values, 1):
        if value is not None:
            sheet.cell(row, column).value = value


if __name__ == "__main__":
    main()

"""From an office's workbook to a formatted result."""

import csv
from datetime import date
from pathlib import Path

import openpyxl
import pytest

import kaohe as kh
from kaohe.cli import main

DATA = Path(__file__).parents[1] / "data" / "workbooks"
FIVE, MESS = str(DATA / "five.toml"), str(DATA / "30-everything-together.xlsx")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_fourteen_cities_come_out_formatted_after_two_commands(capsys):
    assert main(["check", FIVE, MESS, "--lang", "zh"]) == 0
    assert main(["assess", FIVE, MESS, "-o", "结果.xlsx", "--lang", "zh"]) == 0
    said = capsys.readouterr().err
    assert "2023年!B6" in said  # the row of the whole province, which was not read
    book = openpyxl.load_workbook("结果.xlsx")
    assert book.sheetnames == [
        "排名", "得分", "数据", "指标值", "参照", "计分", "权重", "汇总", "加权得分", "总分", "核对", "备注",
        "提示", "说明",
    ]  # fmt: skip
    ranking = book["排名"]
    head = [cell.value for cell in ranking[2]]
    assert head[:3] == ["位次", "考核对象", "总分"]
    assert "研发强度（%）" in head
    assert ranking.max_row == 2 + 14
    assert ranking.freeze_panes == "C3"
    total = ranking.cell(3, 3)
    assert (ranking.cell(3, 1).value, total.number_format) == (1, "#,##0.00")
    scheme = kh.Scheme.load(FIVE)
    result = scheme.assess(kh.read_table(MESS, scheme))
    assert total.value == result.ranking("2023年")["total"].iloc[0]
    assert book["得分"].max_row == 2 + 28
    about = {row[2].value for row in book["提示"].iter_rows(min_row=3)}
    assert "研发强度" in about
    assert "intensity" not in about
    assert any("总分" in str(row[0].value) for row in book["说明"].iter_rows())


def test_names_like_formulas_are_text_in_a_workbook():
    names = ["=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)"]
    scheme = kh.Scheme.builtin("hdi")
    inputs = ["life_expectancy", "expected_schooling", "mean_schooling", "gni"]
    rows = {name: [70.0, 60.0, 50.0] for name in scheme.variables}
    assert len(inputs) == len(rows)
    scheme.assess({"country": names, **rows}, entity="country").to_excel("out.xlsx", lang="en")
    cells = [cell for sheet in openpyxl.load_workbook("out.xlsx") for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value in names} == {"s"}
    assert not any("cmd" in str(cell.value) for cell in cells if cell.data_type == "f")


def test_a_sheet_of_points_adds_up_and_titles_every_column():
    scheme = kh.Scheme.from_toml("""
        kaohe = 1
        id = "sheet"
        variable = [{ id = "x", unit = "1" }]
        [[indicator]]
        id = "i"
        title = "研发"
        formula = "x"
        unit = "1"
        points = { rule = "linear", low = 0, high = 30 }
        [[adjustment]]
        id = "late"
        title = { zh = "迟报扣分", en = "Late report" }
        formula = "-2"
        [[floor]]
        id = "veto"
        when = "x > 25"
        then = { cap_total = 60 }
        [total]
        round = { digits = 1 }
    """)
    scheme.assess({"city": ["甲", "乙", "丙"], "x": [21, 25, 30]}, entity="city").to_excel("points.xlsx", lang="zh")
    rows = openpyxl.load_workbook("points.xlsx")["得分"].iter_rows(min_row=2, values_only=True)
    heads, *rows = [row for row in rows if row[0]]
    shown = ["研发", "迟报扣分", "封顶与底线", "差额", "总分", "位次", "差额原因"]
    assert [head for head in heads if head in shown] == shown
    assert "total" not in heads
    assert len({*heads}) == len(heads)
    at = {head: k for k, head in enumerate(heads)}
    for row in rows:
        assert sum(row[at[head]] for head in shown[:4]) == pytest.approx(row[at["总分"]], abs=1e-9)
    assert [row[at["差额原因"]] for row in rows] == [None, "总分修约", None]


def test_the_same_result_has_the_same_bytes():
    scheme = kh.Scheme.load(FIVE)
    for name in ("a.xlsx", "b.xlsx"):
        scheme.assess(kh.read_table(MESS, scheme)).to_excel(name, lang="zh")
    assert Path("a.xlsx").read_bytes() == Path("b.xlsx").read_bytes()


def test_a_csv_has_titles_on_request():
    assert main(["assess", FIVE, MESS, "-o", "out.csv", "--titles", "--lang", "zh"]) == 0
    with Path("out.csv").open(encoding="utf-8-sig", newline="") as file:
        head = next(csv.reader(file))
    assert {"研发强度", "总分", "位次"} <= set(head)


def test_what_check_finds_names_the_cell(capsys):
    text = "市州,年份,rd,gdp,hitech,growth\n甲市,2023,1,0,3,4\n乙市,2023,1,2,约3,4\n"
    Path("d.csv").write_text(text, encoding="utf-8")
    assert main(["check", FIVE, "d.csv", "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert "D2" in said
    assert "E3" in said


def test_a_table_goes_under_any_scheme_and_says_what_was_done():
    table = kh.read_table(MESS)
    scheme = kh.Scheme.load(FIVE)
    assert scheme.assess(table).ranking("2023年").shape[0] == 14
    read = kh.read_table(MESS, scheme)
    assert set(read.cleaned.columns) == {"cell", "before", "after", "why"}
    assert read.sheets == ["2022年", "2023年"]
    assert any(f["code"] == "row_subtotal" for f in read.findings)
    with pytest.raises(kh.DataError, match="thousands"):
        kh.read_table(MESS, scheme, cleaning=["thousand"])


def test_a_text_file_has_no_sheets(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("市,年,rd\n甲,2023,1\n", encoding="utf-8")
    with pytest.raises(kh.DataError, match="a text file has no sheets"):
        kh.read_table(path, sheet="Sheet1")
    with pytest.raises(kh.DataError, match="文本文件没有工作表"):
        kh.read_table(path, sheet="Sheet1", lang="zh")
    assert len(kh.read_table(path, sheet="*")) == 1


LATE = """
kaohe = 1
id = "late"
variable = [{ id = "rd", unit = "亿元" }, { id = "due", unit = "日" }, { id = "reported", unit = "日" }]
indicator = [{ id = "i", formula = "rd", unit = "亿元", points = { rule = "linear", low = 0, high = 10 } }]
[[adjustment]]
id = "late"
formula = "-number(max(reported - due, 0))"
cap = 5
"""


def test_date_cells_are_days_where_days_are_asked_for(tmp_path: Path) -> None:
    scheme = kh.Scheme.from_toml(LATE)
    book = openpyxl.Workbook()
    due = date(2024, 2, 27)
    for row in (
        ["市", "年", "rd", "due", "reported"],
        ["甲", 2023, 5, due, due],
        ["乙", 2023, 5, due, date(2024, 3, 2)],
    ):
        book.active.append(row)
    book.active.append(["丙", 2023, 5, due, date(2024, 6, 1)])
    path = tmp_path / "late.xlsx"
    book.save(path)
    result = scheme.assess(kh.read_table(path, scheme))
    assert result.points["late"].tolist() == [0, -4, -5]
    book.active["C2"] = due
    book.save(path)
    found = kh.read_table(path, scheme).findings
    assert [f["code"] for f in found] == ["cell_unit"]
    assert found[0]["message"].startswith("rd holds '2024-02-27', which is in 日, but the variable is in 亿元")


def test_an_audit_workbook_computes_and_holds_what_the_result_says():
    scheme = kh.Scheme.load(FIVE)
    result = scheme.assess(kh.read_table(MESS, scheme))
    result.to_excel("audit.xlsx", lang="zh", formulas=True)
    formulas, values = openpyxl.load_workbook("audit.xlsx"), openpyxl.load_workbook("audit.xlsx", data_only=True)
    rows = range(5, formulas["总分"].max_row + 1)
    heads = {cell.value: cell.column for cell in formulas["总分"][4]}
    assert all(formulas["总分"].cell(row, heads["总分"]).data_type == "f" for row in rows)
    found = {values["总分"].cell(row, 1).value: values["总分"].cell(row, heads["总分"]).value for row in rows}
    ranking = result.ranking("2023年")
    assert found == dict(zip(ranking.iloc[:, 0], ranking["total"], strict=True))
    assert formulas["数据"].freeze_panes == "C5"
    assert {"kaohe_data", "kaohe_values", "kaohe_total", "kaohe_rank"} <= set(formulas.defined_names)


def test_numbers_alone_on_request_and_where_formulas_do_not_fit():
    scheme = kh.Scheme.from_dict(
        {
            "kaohe": 1,
            "id": "many",
            "variable": [{"id": "x", "unit": "1"}],
            "indicator": [{"id": "i", "formula": "x", "unit": "1", "points": {"rule": "linear"}}],
        }
    )
    result = scheme.assess({"name": [f"e{k}" for k in range(3001)], "x": list(range(3001))}, entity="name")
    with pytest.raises(kh.DataError, match="3001 rows and 1 indicators make more formulas than a spreadsheet takes"):
        result.to_excel("many.xlsx", formulas=True)
    for given in (None, False):
        result.to_excel("many.xlsx", lang="en", formulas=given)
        sheets = openpyxl.load_workbook("many.xlsx", read_only=True).sheetnames
        assert sheets[:3] == ["Ranking", "Points", "Values"]
        assert ("Notes" in sheets) == (given is None)

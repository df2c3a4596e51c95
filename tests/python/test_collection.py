"""The blank workbook that collects data: filled in and read back it is the data; what is wrong is named by its cell."""

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.datavalidation import DataValidation

import kaohe as kh
from kaohe.cli import main
from reference.draw import Case

SCHEME = """
kaohe = 1
id = "cities"
title = { zh = "市州科技考核", en = "Science in cities" }
class_column = "类别"
class = [{ id = "工业" }, { id = "农业" }]
[[variable]]
id = "rd"
unit = "亿元"
title = { zh = "研发经费", en = "R&D spending" }
plausible = [0, 500]
[[variable]]
id = "gdp"
unit = "亿元"
title = { zh = "地区生产总值", en = "GDP" }
missing_marks = ["—"]
missing = "peer_mean"
[[variable]]
id = "firms"
unit = "1"
title = "高企数（家）"
[[indicator]]
id = "intensity"
title = { zh = "研发强度", en = "R&D intensity" }
formula = "rd / gdp"
unit = "%"
points = { rule = "linear" }
[[indicator]]
id = "number"
formula = "firms"
unit = "1"
points = { rule = "linear" }
"""
FIRST = 5
"""The row of the first entity, as a spreadsheet numbers it."""


@pytest.fixture
def scheme():
    return kh.Scheme.from_toml(SCHEME)


@pytest.fixture
def blank(scheme, tmp_path):
    path = tmp_path / "blank.xlsx"
    scheme.collection(path, ["甲市", "乙市"], ["2023年", "2024年"], lang="zh")
    return path


def filled(path, cells):
    book = openpyxl.load_workbook(path)
    for address, value in cells.items():
        book.worksheets[0][address] = value
    book.save(path)
    return path


GOOD = {
    **{f"C{r}": "工业" for r in range(FIRST, 9)},
    **{f"D{r}": r / 7 for r in range(FIRST, 9)},
    "E5": 100,
    "E6": 110.5,
    "E7": "—",
    "E8": 90,
    **{f"F{r}": 3 * r for r in range(FIRST, 9)},
}


def test_the_sheet_has_a_row_for_each_and_says_what_belongs_where(blank):
    sheet, about = openpyxl.load_workbook(blank).worksheets
    assert (sheet.title, about.title) == ("填报", "填报说明")
    assert [cell.value for cell in sheet[4]] == [
        "考核对象",
        "时期",
        "类别",
        "研发经费（亿元）",
        "地区生产总值（亿元）",
        "高企数（家）",
    ]
    rows = [(row[0].value, row[1].value) for row in sheet.iter_rows(min_row=FIRST)]
    assert rows == [("甲市", "2023年"), ("甲市", "2024年"), ("乙市", "2023年"), ("乙市", "2024年")]
    checks: dict[str, DataValidation] = {str(v.sqref): v for v in sheet.data_validations.dataValidation}
    assert set(checks) == {"C5:C8", "D5:D8", "E5:E8", "F5:F8"}
    assert (checks["C5:C8"].type, checks["C5:C8"].formula1) == ("list", '"工业,农业"')
    assert checks["D5:D8"].formula1 == "OR(AND(ISNUMBER(D5),D5>=0.0,D5<=500.0))"
    assert (checks["D5:D8"].errorStyle, checks["E5:E8"].errorStyle) == ("warning", None)
    assert checks["D5:D8"].prompt == "填数字，以亿元计。一般在 0 至 500 之间。没有数据请留空。"
    assert checks["E5:E8"].formula1 == 'OR(ISNUMBER(E5),E5="—")'
    assert checks["E5:E8"].error == "这里应填数字。填数字，以亿元计。没有数据请留空，或填 —。"
    said = [[cell.value for cell in row] for row in about.iter_rows(min_row=3, max_row=3)]
    assert said == [["研发经费", "rd", "亿元", "填数字，以亿元计。一般在 0 至 500 之间。没有数据请留空。", "研发强度"]]


def test_what_is_filled_in_is_read_back(scheme, blank):
    table = kh.read_table(filled(blank, GOOD), scheme)
    assert [f["message"] for f in table.findings if f["severity"] == "error"] == []
    frame = pd.DataFrame(
        {
            "考核对象": ["甲市", "甲市", "乙市", "乙市"],
            "时期": ["2023年", "2024年"] * 2,
            "类别": ["工业"] * 4,
            "rd": [r / 7 for r in range(5, 9)],
            "gdp": [100, 110.5, None, 90],
            "firms": [15, 18, 21, 24],
        }
    )
    direct = scheme.assess(frame, entity="考核对象", period="时期")
    assert scheme.assess(table).totals["total"].tolist() == direct.totals["total"].tolist()


def test_what_is_wrong_is_named_by_its_cell(scheme, blank):
    bad = GOOD | {"A6": "甲市", "B6": "2023年", "D5": "十二", "D7": 900, "E8": "约 90", "C8": "服务业"}
    table = kh.read_table(filled(blank, bad), scheme, lang="en")
    said = [(f["place"], f["message"]) for f in table.findings if f["severity"] == "error"]
    assert [place for place, _ in said] == ["填报!D5", "填报!E8"]
    problems = scheme.check(table, lang="en")
    places = problems["message"].tolist()
    assert any("甲市 appears twice in 2023" in message for message in places)
    assert any("900" in message for message in places)
    assert any("服务业" in message for message in places)
    with pytest.raises(kh.DataError, match="D5"):
        scheme.assess(table)


@pytest.mark.parametrize("seed", range(40))
def test_random_schemes_get_their_data_back(seed, tmp_path):
    """Every variable has a heading that the reader knows, in both languages."""
    case = Case(seed)
    try:
        scheme = kh.Scheme.from_dict(case.scheme)
    except kh.KaoheError:
        pytest.skip("refused")
    for lang in ("zh", "en"):
        path = tmp_path / f"{lang}.xlsx"
        scheme.collection(path, ["e1", "e2"], [2023], lang=lang)
        book = openpyxl.load_workbook(path)
        sheet = book.worksheets[0]
        wide = sheet.max_column - len(scheme.variables)
        for row in (5, 6):
            for k in range(len(scheme.variables)):
                sheet.cell(row, wide + 1 + k).value = 10 * row + k
        book.save(path)
        frame = kh.read_table(path, scheme).frame
        names = [name for name in scheme.variables if name not in scheme.statistics]
        for k, name in enumerate(names):
            assert frame[name].tolist() == [50 + k, 60 + k], (lang, name)


def test_hostile_names_stay_text(tmp_path):
    names = ["=cmd|' /C calc'!A0", '"><img src=x onerror=alert(1)>', "县" * 100, "🏛\n市", "'; +1"]
    title = '=1+1"&" (万元) <b>'
    indicator = {"id": "i", "formula": "x", "unit": "1", "points": {"rule": "linear"}}
    variable = {"id": "x", "unit": "1", "title": title * 30, "missing_marks": ['"', "="]}
    scheme = kh.Scheme.from_dict(
        {"kaohe": 1, "id": "h", "title": "'=1", "variable": [variable], "indicator": [indicator]}
    )
    path = tmp_path / "hostile.xlsx"
    scheme.collection(path, names)
    book = openpyxl.load_workbook(path)
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    for row, name in enumerate(names, FIRST):
        assert book.worksheets[0].cell(row, 1).value == name
        book.worksheets[0].cell(row, 2).value = row
    book.save(path)
    assert kh.read_table(path, scheme).frame["x"].tolist() == [5, 6, 7, 8, 9]


def test_the_same_bytes_each_time(scheme, tmp_path):
    for name in ("a", "b"):
        scheme.collection(tmp_path / name, ["甲市"], [2023], lang="zh")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_all_that_is_wrong_is_said_at_once(scheme, tmp_path):
    with pytest.raises(kh.DataError) as wrong:
        scheme.collection(tmp_path / "x", ["甲市", " 甲市", ""], ["2023", "soon", 2023], lang="en")
    assert str(wrong.value).splitlines() == [
        "' 甲市' is given twice; keep one of them",
        "an entity has no name",
        "'soon' is no period; write 2023, 2023Q1, 2023-03, 2023年 or a date",
        "'2023' is given twice; keep one of them",
    ]
    with pytest.raises(kh.DataError, match="there is no entity; name at least one"):
        scheme.collection(tmp_path / "x", [], lang="en")
    assert not (tmp_path / "x").exists()


def test_the_command_takes_entities_from_a_list_or_a_file(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    words = ["collect", "strong-science-provinces", "--lang", "en", "--periods", "2023，2024", "-o", "blank.xlsx"]
    assert main([*words, "--data", "china-provinces"]) == 0
    assert openpyxl.load_workbook("blank.xlsx").worksheets[0].max_row == 4 + 31 * 2
    assert main([*words, "--entities", "甘肃, 青海"]) == 0
    assert openpyxl.load_workbook("blank.xlsx").worksheets[0].max_row == 4 + 2 * 2
    assert main(words) == 2
    assert "name the entities by one of --entities and --data" in capsys.readouterr().err

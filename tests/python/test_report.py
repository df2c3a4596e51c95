"""The report: all of it in one page, which asks for nothing and runs nothing."""

import html
import pickle
import re
import shutil
import sys
from pathlib import Path
from typing import Literal

import docx
import pandas as pd
import pytest
from docx.oxml.ns import qn

import kaohe as kh
from kaohe import report
from kaohe.cli import main
from kaohe.report import word_tables

# What a director's mailbox takes, for 31 entities and four indicators.
MOST_BYTES = 3_000_000


@pytest.fixture(scope="module")
def result() -> kh.Result:
    df = kh.datasets.load("china-provinces")
    return kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")


def is_alone(page: str) -> bool:
    """Whether a page asks for nothing beyond itself; names of XML are no requests."""
    asks = r"""(?:src|href)\s*=\s*["'](?!#)|url\((?!#)|@import|<script|<link|<iframe|<object"""
    return not re.search(asks, page)


def test_the_page_on_everybody(result: kh.Result, tmp_path: Path) -> None:
    result.report(tmp_path / "report.html", lang="zh")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert is_alone(page)
    assert len(page.encode()) < MOST_BYTES
    for name in ("排名", "位次变化", "总分为何不同", "名次稳不稳", "数据说明", "考核办法"):
        assert f"<h2>{name}</h2>" in page
    ranking = result.ranking(2022)
    assert all(
        name in page and f"{total:.2f}" in page
        for name, total in zip(ranking["province"], ranking["total"], strict=True)
    )
    assert result.contributions(period=2022).sentences("zh")[0] in html.unescape(page)
    assert page == report.page(result, lang="zh")


def test_the_page_on_one_entity_by_the_command_line(tmp_path: Path) -> None:
    to = tmp_path / "gansu.html"
    words = ["strong-science-provinces", "china-provinces", "--who", "甘肃", "--lang", "en", "-o", str(to)]
    assert main(["report", *words]) == 0
    page = to.read_text(encoding="utf-8")
    assert is_alone(page)
    for name in ("Where it stands", "Gaps", "Why it moved", "The next point", "How sure", "Method"):
        assert f"<h2>{name}</h2>" in page


def test_what_cannot_be_written(result: kh.Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(kh.ArgumentError, match=r"cannot write a\.doc; expected \.html, \.docx or \.pdf"):
        result.report(tmp_path / "a.doc")
    with pytest.raises(kh.DataError, match="there is no entity 甘素"):
        result.report(tmp_path / "a.html", entity="甘素")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(kh.ArgumentError, match="a PDF needs Chromium"):
        result.report(tmp_path / "a.pdf", entity="甘肃")
    assert list(tmp_path.iterdir()) == []


def test_hostile_names_do_no_harm(tmp_path: Path) -> None:
    names = [
        "</style><script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "=cmd|' /C calc'!A0",
        "考" * 100,
        "🙂",
    ]
    df = pd.DataFrame({"county": names, "rd": range(1, 6), "gdp": [100.0] * 5})
    scheme = kh.Scheme.from_toml(
        'kaohe = 1\nid = "x"\ntitle = "<b>&\\"\'"\n'
        'variable = [{ id = "rd", unit = "亿元" }, { id = "gdp", unit = "亿元" }]\n'
        'indicator = [{ id = "r", formula = "rd / gdp", unit = "%", points = { rule = "linear", low = 0, high = 9 } },'
        ' { id = "s", formula = "gdp", unit = "亿元", points = { rule = "linear", low = 0, high = 900 } }]'
    )
    result = scheme.assess(df, entity="county")
    for entity in (None, *names):
        page = report.page(result, entity=entity, lang="zh")
        assert is_alone(page)
        assert "<img" not in page
        assert "<b>&" not in page


def paragraphs(path: Path) -> list[str]:
    """Return the texts of a Word document, those of tables cell by cell."""
    made = docx.Document(str(path))
    return ["".join(part.text or "" for part in p.iter(qn("w:t"))) for p in made.element.body.iter(qn("w:p"))]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("entity", [None, "甘肃"])
def test_a_word_document_says_what_the_page_says(
    result: kh.Result, tmp_path: Path, lang: Literal["zh", "en"], entity: str | None
) -> None:
    to = tmp_path / "report.docx"
    result.report(to, entity=entity, lang=lang)
    page = report.page(result, entity=entity, lang=lang)
    made = docx.Document(str(to))
    heads = [p.text for p in made.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert heads == [html.unescape(head) for head in re.findall(r"<h2>(.*?)</h2>", page)]
    said = paragraphs(to)
    for kind in ("p", "th", "td", "caption"):
        texts = [re.sub("<.*?>", "", t) for t in re.findall(rf"<{kind}(?: [^>]*)?>(.*?)</{kind}>", page)]
        assert [t for t in texts if html.unescape(t) not in said] == []
    steps = [html.unescape(step) for step in re.findall(r"<b>(.*?)</b>", page)]
    assert set(steps) <= set(said)
    assert bool(steps) == (entity is not None)
    assert len(made.inline_shapes) == page.count("<figure>")


def test_a_word_document_is_the_same_bytes_and_prints_on_a4(result: kh.Result, tmp_path: Path) -> None:
    for name in ("a.docx", "b.docx"):
        result.report(tmp_path / name, lang="zh")
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
    made = docx.Document(str(tmp_path / "a.docx"))
    page, ranking = made.sections[0], made.tables[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    assert made.core_properties.created is None
    assert made.core_properties.author == ""
    assert all(shape.width <= page.page_width - page.left_margin - page.right_margin for shape in made.inline_shapes)
    assert ranking.style.name == "Report Table"
    assert ranking._tbl.tr_lst[0].xpath("./w:trPr/w:tblHeader")
    assert not ranking._tbl.tr_lst[1].xpath("./w:trPr/w:tblHeader")
    assert 'w:jc w:val="right"' in ranking.cell(1, 2)._tc.xml
    assert "宋体" in made.styles.element.xml
    assert "NUMPAGES" in page.footer._element.xml


def test_hostile_names_do_no_harm_in_word(tmp_path: Path) -> None:
    names = ["<w:p>&", "a\x0b\x1fb", "=cmd|' /C calc'!A0", "考" * 100, "🙂\nx"]
    df = pd.DataFrame({"county": names, "rd": range(1, 6)})
    scheme = kh.Scheme.from_toml(
        'kaohe = 1\nid = "x"\nvariable = [{ id = "rd", unit = "亿元" }]\n'
        'indicator = [{ id = "r", formula = "rd", unit = "亿元", points = { rule = "linear", low = 0, high = 9 } }]'
    )
    result = scheme.assess(df, entity="county")
    for entity in (None, *names):
        result.report(tmp_path / "a.docx", entity=entity, lang="en")
        said = "\n".join(paragraphs(tmp_path / "a.docx"))
        assert "<w:p>&" in said or entity is not None
        assert not re.search("[\x00-\x08\x0b-\x1f]", said)


def test_many_columns_go_on_below() -> None:
    heads = ["rank", "entity", *(f"indicator number {k}" for k in range(30))]
    row = [["1", ""], ["甲市", ""], *([["12345.67", "up"]] * 30)]
    page = {"heads": heads, "right": [True, False] + [True] * 30, "rows": [row], "total": None}
    bands = word_tables.of(page).bands(470)
    assert len(bands) > 1
    assert all(sum(band.widths) <= 470 for band in bands)
    assert [cell.text for band in bands for cell in band.heads[2:]] == heads[2:]
    assert all([cell.text for cell in band.heads[:2]] == ["rank", "entity"] for band in bands)


def test_without_a_chinese_font_a_line_stands_for_the_chart(
    result: kh.Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kaohe.plot.style._has_chinese_font", lambda: False)
    result.report(tmp_path / "a.docx", lang="zh")
    made = docx.Document(str(tmp_path / "a.docx"))
    assert len(made.inline_shapes) == 0
    assert any("no font of this system has Chinese characters" in p.text for p in made.paragraphs)


def test_without_python_docx_the_error_names_the_extra(
    result: kh.Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(kh.ArgumentError, match=r"a Word document needs python-docx: pip install 'kaohe\[docx\]'"):
        result.report(tmp_path / "a.docx")


def test_a_pickled_answer_is_written_too(result: kh.Result) -> None:
    gaps, steps = result.gaps("甘肃", 2022), result.explain("甘肃", 2022)
    again = pickle.loads(pickle.dumps(gaps)), pickle.loads(pickle.dumps(steps))
    assert again[0]._core.pages("zh") == gaps._core.pages("zh")
    assert again[1]._core.heading("zh") == steps._core.heading("zh")

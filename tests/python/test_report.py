"""The report: all of it in one page, which asks for nothing and runs nothing."""

import html
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

import kaohe as kh
from kaohe import report
from kaohe.cli import main

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
    with pytest.raises(kh.ArgumentError, match=r"cannot write a\.doc; expected \.html or \.pdf"):
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

"""The shapes that others rely on; a name that goes missing here breaks somebody's notebook."""

import subprocess
import sys

import pandas as pd
import pytest

import kaohe as kh

FOUR = ["rd_intensity", "fiscal_share", "contract_share", "hitech_density"]


@pytest.fixture(scope="module")
def df():
    return kh.datasets.load("china-provinces")


@pytest.fixture(scope="module")
def result(df):
    return kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("values", ["province", "year", *FOUR]),
        ("points", ["province", "year", *FOUR, "remainder", "total"]),
        ("scores", ["province", "year", *FOUR, "total"]),
        ("raw_totals", ["province", "year", "total"]),
        ("totals", ["province", "year", "raw", "unrounded", "total", "rank", "rank_change", "grade"]),
        ("flags", ["kind", "severity", "province", "year", "column", "message"]),
    ],
)
def test_tables_of_a_result(result, name, columns):
    table = getattr(result, name)
    assert isinstance(table, pd.DataFrame)
    assert list(table.columns) == columns


def test_ranking(result):
    ranking = result.ranking(2022)
    assert list(ranking.columns) == ["province", "total", "rank", "rank_change", "grade"]
    assert ranking["rank"].tolist() == sorted(ranking["rank"])
    assert ranking.index.tolist() == list(range(31))
    pd.testing.assert_frame_equal(result.ranking(), ranking)
    pd.testing.assert_frame_equal(result.ranking("2022年"), ranking)
    pd.testing.assert_frame_equal(result.ranking(pd.Timestamp("2022-12-31")), ranking)


def test_ranks_are_whole_numbers_wherever_they_are(result):
    for table in (result.totals, result.table, result.ranking(2022)):
        assert table["rank"].dtype == table["rank_change"].dtype == pd.Int64Dtype()


def test_check(df):
    scheme = kh.Scheme.builtin("strong-science-provinces")
    problems = scheme.check(df, entity="province", period="year")
    assert list(problems.columns) == [
        "severity", "code", "place", "entity", "period", "column", "value", "message",
    ]  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_explanation_names_its_entity(result, lang):
    explanation = result.explain("甘肃", 2022)
    for text in (explanation.to_markdown(lang=lang), explanation.to_text(lang), explanation.to_html(lang)):
        assert "甘肃" in text
    assert "甘肃" in explanation._repr_html_()
    assert str(explanation) == explanation.to_text("en").rstrip("\n")
    assert explanation.to_dict()["entity"] == "甘肃"
    assert list(explanation.to_frame().columns) == [
        "depth", "node", "kind", "title", "value", "unit", "points", "text",
    ]  # fmt: skip


def test_entities_and_periods(result):
    assert result.periods == [2020, 2021, 2022]
    assert len(result.entities) == 31
    assert result.entities[0] == "北京"


def test_a_result_says_what_to_type_next(result):
    assert "31 entities × 3 periods (2020–2022)" in repr(result)
    assert ".ranking(2022)" in repr(result)
    assert "北京" in result._repr_html_()
    kh.set_lang("zh")
    try:
        assert "31 个考核对象 × 3 期（2020–2022）" in repr(result)
    finally:
        kh.set_lang(None)


def test_flags_name_cells_as_the_data_do(result):
    flags = result.flags
    assert set(flags["province"]) <= set(result.entities)
    assert set(flags["year"]) <= set(result.periods)


def test_a_name_of_a_flag_s_own_column_is_not_taken_twice():
    scheme = kh.Scheme.from_toml("""
    kaohe = 1
    id = "capped"
    variable = [{ id = "a", unit = "1" }]
    indicator = [{ id = "i", formula = "a", unit = "1", points = { rule = "linear", low = 0, high = 10 } }]
    """)
    flags = scheme.assess({"kind": ["甲", "乙"], "a": [20, 5]}, entity="kind").flags
    assert list(flags.columns) == ["kind", "severity", "entity", "column", "message"]
    assert flags["entity"].tolist() == ["甲"]


def test_the_version_is_that_of_the_crate():
    import tomllib
    from pathlib import Path

    root = Path(__file__).parents[2]
    assert kh.__version__ == tomllib.loads((root / "Cargo.toml").read_text())["package"]["version"]


def test_schemes(df):
    scheme = kh.Scheme.builtin("strong-science-provinces")
    assert kh.Scheme.from_toml(scheme.to_toml()) == scheme
    assert kh.Scheme.from_json(scheme.to_json()).fingerprint == scheme.fingerprint
    assert kh.Scheme.from_dict(scheme.document) == scheme
    assert hash(kh.Scheme.from_toml(kh.Scheme.builtin_text(scheme.id))) == hash(scheme)
    assert scheme.title("zh") == "强科技行动工作任务考核（分省公开数据）"
    assert scheme.variables == ["gdp", "rd", "fiscal_st", "budget", "contracts", "hitech", "enterprises"]
    assert "rd / gdp" in scheme._repr_html_()
    assert scheme.warnings == []
    with pytest.raises(kh.SchemeError, match="hdi"):
        kh.Scheme.builtin("nope")


def test_differences_between_schemes_are_said_in_words():
    old = kh.Scheme.builtin("strong-science")
    new = kh.Scheme.from_toml(kh.Scheme.builtin_text("strong-science").replace("weight = 20", "weight = 25", 1))
    (change,) = old.diff(new, lang="zh")
    assert (change["table"], change["key"], change["before"], change["after"]) == ("indicator", "weight", "20", "25")
    assert "20 → 25" in change["text"]
    assert old.diff(old) == []


def test_importing_brings_no_pandas_along():
    code = "import sys, kaohe; sys.exit('pandas' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

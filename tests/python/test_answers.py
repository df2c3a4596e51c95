"""Answers of one form: their tables, sentences and facts, and questions written as data."""

import json

import pytest

import kaohe as kh
from kaohe.cli import main
from kaohe.cli.commands import ranking


@pytest.fixture(scope="module")
def result():
    data = kh.datasets.load("china-provinces")
    return kh.Scheme.builtin("strong-science-provinces").assess(data, entity="province", period="year")


def test_a_question_as_data_is_the_call(result):
    asked = result.ask({"ask": "drivers", "entity": "甘肃", "indicator": "rd_intensity"})
    assert asked.to_dict() == result.drivers("甘肃", "rd_intensity").to_dict()
    with pytest.raises(kh.ArgumentError, match="gaps"):
        result.ask({"ask": "gap"})
    with pytest.raises(kh.ArgumentError, match="entitty"):
        result.ask({"ask": "gaps", "entitty": "甘肃"})


def test_everything_of_an_answer_as_json(result):
    whole = json.loads(result.bridge("甘肃").to_json())
    assert whole["facts"]["entity"] == "甘肃"
    assert [table["id"] for table in whole["tables"]] == result.bridge("甘肃").tables == ["bridge", "own", "anchors"]
    effects = next(c for c in whole["tables"][0]["columns"] if c["name"] == "effect")
    assert sum(effects["cells"]) == pytest.approx(effects["total"])
    assert whole["sentences"][0]["zh"].endswith("。")


def test_facts_are_attributes_and_missing_numbers_are_nan(result):
    needed = result.needed("甘肃", 2022, "hitech_density", rank=18)
    assert (needed.value, needed.current, needed.rank, needed.reachable) == (2125.0, 1731.0, 18.0, True)
    pooled = result.gaps("甘肃", 2022, to="pooled")
    assert pooled.total != pooled.total
    assert result.next_points("北京").notes() == []


def test_one_pattern_of_names(result):
    """What is asked of one entity is asked of all as `…_panel`; earlier names stay."""
    for name in ("gaps", "drivers", "bridge", "marginal"):
        assert callable(getattr(result, name))
        assert callable(getattr(result, f"{name}_panel"))
    assert result.bridges().to_dict() == result.bridge_panel().to_dict()
    assert result.dead_zones().tables == result.zones().tables == ["zones"]


def test_nobody_is_not_everybody(result):
    with pytest.raises(kh.DataError):
        result.gaps(None)
    with pytest.raises(kh.DataError):
        result.flips("甘肃", None)


def test_a_ranking_groups_thousands_and_has_no_exponents(capsys):
    scheme = kh.Scheme.from_toml("""
    kaohe = 1
    id = "size"
    variable = [{ id = "sales", unit = "万元" }]
    indicator = [{ id = "sales", formula = "sales", unit = "万元", points = { rule = "linear", low = 0, high = 2e6 } }]
    """)
    result = scheme.assess({"who": ["a"], "sales": [1364180]}, entity="who")
    assert "1,364,180" in ranking(result, None, "en")


def test_the_command_line_asks_any_question(capsys):
    words = ["ask", "strong-science-provinces", "china-provinces"]
    assert main([*words, '{"ask": "zones", "period": "2022"}', "--lang", "en"]) == 0
    assert "16 measures of 9 entities" in capsys.readouterr().out
    assert main([*words, "zones"]) == 2
    assert main(["schema", "question"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "kaohe question"


QUARTERS = """
kaohe = 1
id = "quarters"
period = "quarter"
variable = [{ id = "x", unit = "亿元" }]
[[indicator]]
id = "x"
title = { zh = "产值", en = "Output" }
formula = "x"
unit = "亿元"
points = { rule = "linear", low = 0, high = 100 }
"""


@pytest.mark.parametrize(
    ("before", "now", "next_one"),
    [
        ("2023年二季度", "2023年三季度", "2023年四季度"),
        ("2023年第2季度", "2023年第3季度", "2023年第4季度"),
        ("2023Q2", "2023Q3", "2023Q4"),
    ],
)
def test_periods_are_written_as_the_caller_writes_them(before, now, next_one):
    data = {"city": ["甲", "乙"] * 2, "quarter": [before, before, now, now], "x": [40.0, 50.0, 60.0, 55.0]}
    result = kh.Scheme.from_toml(QUARTERS).assess(data, entity="city", period="quarter")
    bridge = result.bridge("甲")
    assert (bridge.since, bridge.until) == (before, now)
    assert f"{now}，甲的总分由 40 升到 60（+20 分）：产值由 40 升到 60 亿元，影响 +20 分。" in bridge.to_text("zh")
    assert now in result.gaps("甲").to_text("zh")
    assert now in result.explain("甲").to_text("zh")
    moves = kh.compare(result, result)
    assert moves.to_frame()["quarter"].tolist() == [before, before, now, now]
    assert kh.plan.suggest(result, "x", growth=0.1).to_frame()["period"].tolist() == [next_one] * 2
    planned = result.needed("甲", next_one, "x", score=70, others="trend")
    assert next_one in planned.to_text("zh")
    with pytest.raises(kh.DataError, match=now):
        result.bridge("甲", since="2031Q1")

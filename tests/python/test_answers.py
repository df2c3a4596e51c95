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

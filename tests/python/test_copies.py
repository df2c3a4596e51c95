"""Results, answers and explanations copy, and travel through pickles."""

import copy
import pickle
from decimal import Decimal

import narwhals as nw
import pandas as pd
import polars as pl
import pytest

import kaohe as kh

BACK = [lambda x: pickle.loads(pickle.dumps(x)), copy.copy, copy.deepcopy]
SCHEME = """
kaohe = 1
id = "copies"
class_column = "类别"
[[class]]
id = "甲"
[[class]]
id = "乙"
[[variable]]
id = "x"
unit = "1"
[[indicator]]
id = "i"
formula = "x"
unit = "1"
points = [{ rule = "linear" }, { measure = "attainment", rule = "ratio", to = 1 }]
[total]
round = { digits = 2 }
"""
DATA = {
    "县": ["a", "b", "c", "d"] * 2,
    "年": [2021] * 4 + [2022] * 4,
    "类别": ["甲", "甲", "乙", "乙"] * 2,
    "x": [1, 2, 3, 4, 5, Decimal("2.00000000000000000001"), 6, 7],
}
TARGETS = [{"indicator": "i", "value": 4}, {"indicator": "i", "entity": "a", "period": 2022, "value": 5}]


def result(like=pd.DataFrame):
    return kh.Scheme.from_toml(SCHEME).assess(like(DATA), entity="县", period="年", targets=TARGETS)


def provinces():
    scheme = kh.Scheme.builtin("strong-science-provinces")
    return scheme.assess(kh.datasets.load("china-provinces"), entity="province", period="year")


def same(a, b):
    left, right = nw.from_native(a, eager_only=True), nw.from_native(b, eager_only=True)
    assert type(a) is type(b)
    assert left.schema == right.schema
    assert str(left.rows()) == str(right.rows())


@pytest.mark.parametrize("back", BACK)
@pytest.mark.parametrize("like", [pd.DataFrame, lambda d: pl.DataFrame(d, strict=False), lambda d: d])
def test_a_result_travels(back, like):
    first = result(like)
    again = back(first)
    for table in ("table", "totals", "scores", "values", "flags"):
        same(getattr(first, table), getattr(again, table))
    same(first.ranking(2022), again.ranking(2022))
    assert first.fingerprint == again.fingerprint
    assert first.entities == again.entities
    assert first.explain("b", 2022).to_text("zh") == again.explain("b", 2022).to_text("zh")


def test_a_long_table_and_an_index_travel():
    wide = pd.DataFrame(DATA).drop(columns="类别")
    text = (
        SCHEME.replace('class_column = "类别"\n', "").split("[[class]]")[0]
        + "[[variable]]"
        + SCHEME.split("[[variable]]")[1]
    )
    scheme = kh.Scheme.from_toml(text)
    long = wide.rename(columns={"x": "value"}).assign(variable="x").iloc[::-1]
    for data, how in [(long, {"long": True}), (wide.set_index(["县", "年"]), {})]:
        first = scheme.assess(data, entity="县", period="年", targets=TARGETS, **how)
        again = pickle.loads(pickle.dumps(first))
        same(first.table, again.table)
        assert first.table.index.equals(again.table.index)


QUESTIONS = {
    "gaps": lambda r: r.gaps("甘肃", 2022),
    "gaps_panel": lambda r: r.gaps_panel(2022),
    "drivers": lambda r: r.drivers("甘肃", "hitech_density"),
    "bridge": lambda r: r.bridge("甘肃"),
    "bridge_panel": lambda r: r.bridge_panel(),
    "compare": lambda r: kh.compare(r, r, since=2021, until=2022),
    "next_points": lambda r: r.next_points("甘肃", 2022),
}


@pytest.mark.parametrize("back", BACK)
@pytest.mark.parametrize("name", QUESTIONS)
def test_an_answer_travels(name, back):
    first = QUESTIONS[name](provinces())
    again = back(first)
    assert type(again) is type(first)
    assert again.to_dict() == first.to_dict()
    for lang in ("zh", "en"):
        assert again.to_text(lang) == first.to_text(lang)
        assert again.to_markdown(lang) == first.to_markdown(lang)
    same(first.to_frame(), again.to_frame())
    same(first.to_frame(), back(again).to_frame())


def test_a_comparison_that_travelled_can_still_be_asked():
    again = pickle.loads(pickle.dumps(kh.compare(provinces(), provinces())))
    assert again.bridge("甘肃", 2022).total == 0
    assert len(again.indicators()) == len(provinces().values) * 4


@pytest.mark.parametrize("back", BACK)
def test_an_explanation_travels(back):
    first = provinces().explain("甘肃", 2022)
    again = back(first)
    assert (again.entity, again.period) == (first.entity, first.period)
    assert again.to_dict() == first.to_dict()
    for lang in ("zh", "en"):
        for form in ("to_text", "to_markdown", "to_html"):
            assert getattr(again, form)(lang) == getattr(first, form)(lang)
        same(first.to_frame(lang), again.to_frame(lang))


def test_what_is_private_is_not_looked_up_in_the_answer():
    answer = kh.Answer.__new__(kh.Answer)
    with pytest.raises(AttributeError, match="_core"):
        answer._core  # noqa: B018


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda r: r.gaps("甘肃", 2022).to_text(1), "not 1"),
        (lambda r: kh.set_lang("fr"), "fr"),
        (lambda r: kh.compare("x", r), "two results"),
        (lambda r: kh.gainers(r, None), "two results"),
        (lambda r: kh.compare(r, r, since=2021), "both since= and until="),
        (lambda r: r.consistent("甘肃", 2022, "rd_intensity", "abc"), "finite number"),
        (lambda r: r.consistent("甘肃", 2022, "rd_intensity", float("nan")), "finite number"),
        (lambda r: r.consistent("甘肃", 2022, "rd_intensity", "Infinity"), "finite number"),
    ],
)
def test_what_a_call_cannot_take_is_said(call, says):
    with pytest.raises(kh.ArgumentError, match=says) as error:
        call(provinces())
    assert isinstance(error.value, kh.KaoheError)
    assert isinstance(error.value, ValueError)
    assert isinstance(error.value, TypeError)


def test_names_are_taken_literally_in_markdown():
    names = {"县": ["<script>alert(1)</script>", "a|b*c_d"], "x": [1.0, 3.0], "类别": ["甲", "甲"]}
    made = kh.Scheme.from_toml(SCHEME).assess(names, entity="县", targets=[{"indicator": "i", "value": 2}])
    hostile = names["县"][0]
    answers = [
        made.gaps(hostile, to="best"),
        made.gaps_panel(to="mean"),
        made.marginal(hostile),
        kh.compare(made, made),
        kh.gainers(made, made),
        made.explain(hostile),
    ]
    for answer in answers:
        for lang in ("zh", "en"):
            assert "<script>" not in answer.to_markdown(lang)
            assert "a|b*c_d" not in answer.to_markdown(lang)
        assert "<script>" not in answer._repr_html_()
    assert "&lt;script&gt;" in kh.compare(made, made).to_markdown()
    assert "&lt;script&gt;" in kh.compare(made, made)._repr_html_()
    assert "a|b*c_d" in kh.compare(made, made)._repr_html_()

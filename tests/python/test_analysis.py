"""Why, asked from Python: for one entity and for all, against published numbers, in the caller's keys and kind."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

import kaohe as kh

PROVINCES = kh.Scheme.builtin("strong-science-provinces")
GAPS = ["indicator", "value", "reference", "gap", "gap_change", "points_gap", "rank"]

RATIO = kh.Scheme.from_toml(
    """
    kaohe = 1
    id = "ratio"
    variable = [{ id = "a", unit = "1" }, { id = "b", unit = "1" }]
    [[indicator]]
    id = "r"
    formula = "a / b"
    unit = "1"
    points = { rule = "linear", low = 0, high = 2 }
    """
)


@pytest.fixture(scope="module")
def df():
    return kh.datasets.load("china-provinces")


@pytest.fixture(scope="module")
def result(df):
    return PROVINCES.assess(df, entity="province", period="year")


@pytest.mark.parametrize(
    ("method", "effects"),
    [("lmdi", [0.377826, -0.734969]), ("shapley", [0.392857, -0.75]), ("auto", [0.377826, -0.734969])],
)
def test_a_ratio_splits_as_the_literature_has_it(method, effects):
    """150/100 → 200/175, additive LMDI-I and Shapley; both sum to −0.357143."""
    data = {"who": ["x", "x"], "year": [2020, 2021], "a": [150, 200], "b": [100, 175]}
    drivers = RATIO.assess(data, entity="who", period="year").drivers("x", "r", method=method)
    frame = drivers.to_frame().set_index("driver")["effect"]
    np.testing.assert_allclose(frame[["a", "b"]], effects, atol=5e-7)
    assert drivers.total == pytest.approx(200 / 175 - 1.5, abs=1e-12)
    assert frame.sum() == pytest.approx(drivers.total, abs=1e-12)


def test_the_density_of_gansu_fell_though_firms_grew(result):
    drivers = result.drivers("甘肃", "hitech_density", since=2020, until=2022)
    zh, en = drivers.to_text("zh"), drivers.to_text("en")
    for said in ("由 73.4 降到 60 家/万家", "下降 18%", "高新技术企业数增长 34%", "企业法人单位数增长 64%"):
        assert said in zh
    for said in ("fell by 18 % from 73.4 to 60", "grew by 34 %", "by 64 %"):
        assert said in en
    assert drivers.points == pytest.approx(drivers["points_effect"].sum(), abs=1e-9)


def test_the_last_period_and_the_one_before_it_are_the_default(result):
    assert result.drivers("甘肃", "rd_intensity").to_dict() == (
        result.drivers("甘肃", "rd_intensity", since="2021年", until=pd.Timestamp("2022-12-31")).to_dict()
    )
    assert result.bridge("甘肃").to_dict() == result.bridge("甘肃", since=2021, until=2022).to_dict()
    assert result.bridge("甘肃", until=2021).since == "2020"
    with pytest.raises(kh.DataError, match="2019"):
        result.bridge("甘肃", until=2020)


def test_everybody_at_once_says_the_same_as_one_by_one(result, df):
    panel = result.gaps_panel(2022).to_frame()
    assert list(panel.columns) == ["province", *GAPS]
    own = panel[panel["province"] == "甘肃"].drop(columns="province").reset_index(drop=True)
    pd.testing.assert_frame_equal(own, result.gaps("甘肃", 2022).to_frame())

    drivers = result.drivers_panel("hitech_density", since=2020)
    assert drivers.whole[0]["driver"] == "hitech"
    assert sum(row["within"] + row["mix"] for row in drivers.mix) == pytest.approx(drivers.total, abs=1e-9)
    own = drivers.to_frame().query("province == '甘肃'")["effect"].sum()
    assert own == pytest.approx(result.drivers("甘肃", "hitech_density", since=2020).total, abs=1e-9)

    bridges = result.bridges(since=2021)
    sums = bridges.to_frame().groupby("province", sort=False)["effect"].sum()
    change = result.totals.query("year == 2022").set_index("province")["total"]
    change = change - result.totals.query("year == 2021").set_index("province")["total"]
    np.testing.assert_allclose(sums[change.index], change, atol=1e-9)


def test_keys_come_back_as_they_were(df):
    renamed = df.rename(columns={"province": "省份", "year": "年"})
    result = PROVINCES.assess(renamed, entity="省份", period="年")
    same = kh.compare(result, result).to_frame()
    assert list(same.columns)[:2] == ["省份", "年"]
    assert same["年"].tolist() == renamed["年"].tolist()
    assert same["年"].dtype == renamed["年"].dtype
    assert str(same["rank_change"].dtype) == "Int64"
    polars = PROVINCES.assess(pl.from_pandas(df), entity="province", period="year")
    moved = kh.compare(polars, polars)
    for frame in (moved.to_frame(), moved.indicators(), polars.gaps_panel().to_frame(), polars.dead_zones().to_frame()):
        assert isinstance(frame, pl.DataFrame)
        assert frame["province"].dtype == pl.String
    assert moved.to_frame()["year"].dtype == pl.Int64


def test_a_revision_of_gdp(df, result):
    """GDP 2020–2022 as first published and as revised: intensity, points and rank move, and the causes sum."""
    first = PROVINCES.assess(df.assign(gdp=df["gdp_first_published"]), entity="province", period="year")
    moved = kh.compare(first, result)
    indicators = moved.indicators().query("province == '辽宁' and year == 2022").set_index("indicator")
    assert indicators.loc["hitech_density", "value_before"] == indicators.loc["hitech_density", "value_after"]
    frame = moved.to_frame()
    assert set(frame["cause"].dropna()) <= {"own", "base", "others:max", "others:min", "others:mean", "rounding"}
    both = frame["total_after"] - frame["total_before"]
    assert (both - frame["total_change"]).abs().max() < 1e-9
    assert (frame["rank_before"] - frame["rank_after"] == frame["rank_change"]).all()
    gainers = kh.gainers(first, result)
    change = gainers["total_change"].tolist()
    assert change == sorted(change, reverse=True)
    assert moved.only_before == moved.only_after == []


def test_a_heavier_weight_is_named_as_the_cause(df, result):
    heavier = kh.Scheme.from_toml(PROVINCES.to_toml().replace("weight = 25", "weight = 60", 1))
    assert any(change["key"] == "weight" for change in PROVINCES.diff(heavier))
    moved = kh.compare(result, heavier.assess(df, entity="province", period="year")).to_frame()
    assert set(moved["cause"].dropna()) <= {"weights", "rounding"}


def test_what_a_scheme_rewards(result):
    zones = result.dead_zones(2022).to_frame()
    assert list(zones.columns) == ["province", "indicator", "measure", "dead", "from", "to", "cliff", "height"]
    assert zones["dead"].any()
    flips = result.flips("甘肃", "江西", 2022)
    assert flips.columns == ["node", "weight", "level", "relative"]
    assert flips["relative"].abs().is_monotonic_increasing
    assert "权数" in flips.to_text("zh")
    spread = result.contributions(period=2022)
    assert spread["share"].sum() == pytest.approx(1)
    assert spread["points"].sum() == pytest.approx(spread.variance, rel=1e-9)


def test_a_published_value_fits_its_inputs_or_not(result):
    assert result.consistent("甘肃", 2022, "rd_intensity", "1.25").consistent
    assert not result.consistent("甘肃", 2022, "rd_intensity", "1.29").consistent
    assert result.consistent("甘肃", 2022, "rd_intensity", "1.3").consistent  # with one decimal only
    assert not result.consistent("甘肃", 2022, "rd_intensity", 1.3, digits=2).consistent


def test_answers_print_and_show(result):
    bridge = result.bridge("甘肃")
    html = bridge._repr_html_()
    assert html.startswith("<div><p>")
    assert "<th>" in html
    assert "<script" not in html
    assert html.count("<tr>") == len(bridge) + 2  # head, causes, total
    kh.set_lang("zh")
    try:
        assert repr(bridge) == bridge.to_text("zh") != bridge.to_text("en")
    finally:
        kh.set_lang(None)
    assert "| 原因 |" in bridge.to_markdown("zh")


def test_html_takes_no_names_for_markup():
    data = {"who": ["<b>x", "<b>x", "y|z", "y|z"], "year": [1, 2, 1, 2], "a": [1, 2, 3, 4], "b": [5, 6, 7, 9]}
    data["year"] = [2020 + y for y in data["year"]]
    result = RATIO.assess(data, entity="who", period="year")
    html = kh.compare(result, result)._repr_html_()
    assert "<b>" not in html
    assert "&lt;b&gt;x" in html


@pytest.mark.parametrize(
    ("question", "near"),
    [
        (lambda r: r.gaps("甘萧", 2022), "甘肃"),
        (lambda r: r.gaps("甘肃", 2031), "2022"),
        (lambda r: r.gaps("甘肃", 2022, to="nobody"), "nobody"),
        (lambda r: r.drivers("甘肃", "hitech_densty"), "hitech_density"),
        (lambda r: r.bridge("甘萧"), "甘肃"),
        (lambda r: r.flips("甘肃", "甘萧"), "甘肃"),
    ],
)
def test_what_is_not_there_is_named(result, question, near):
    with pytest.raises(kh.KaoheError, match=near):
        question(result)

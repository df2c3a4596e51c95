"""Why and what to do, asked from Python: shapes, sums, sentences."""

import numpy as np
import pandas as pd
import pytest

import kaohe as kh

PROVINCES = kh.Scheme.builtin("strong-science-provinces")


@pytest.fixture(scope="module")
def df():
    return kh.datasets.load("china-provinces")


@pytest.fixture(scope="module")
def result(df):
    return PROVINCES.assess(df, entity="province", period="year")


@pytest.mark.parametrize("to", ["mean", "pooled", "best", "next", 0.75, "浙江"])
def test_gaps(result, to):
    gaps = result.gaps("甘肃", 2022, to=to)
    frame = gaps.to_frame()
    assert list(frame.columns) == ["indicator", "value", "reference", "gap", "gap_change", "points_gap", "rank"]
    assert frame["indicator"].tolist() == PROVINCES.indicators
    np.testing.assert_allclose(frame["value"] - frame["reference"], frame["gap"], atol=1e-12)
    for lang in ("zh", "en"):
        assert "甘肃" in gaps.to_text(lang)
        assert "甘肃" in gaps.to_markdown(lang)
    assert str(gaps) == gaps.to_text("en")


def test_drivers_sum_to_the_change_and_say_why(result):
    drivers = result.drivers("甘肃", "hitech_density", since=2020, until=2022)
    assert drivers.columns == ["driver", "effect", "share", "points_effect"]
    assert drivers.total == pytest.approx(60.0 - 73.4)
    assert drivers.to_frame()["effect"].sum() == pytest.approx(drivers.total, abs=1e-9)
    assert "34" in drivers.to_text("zh")
    assert "64" in drivers.to_text("zh")
    with pytest.raises(ValueError, match="lmdi"):
        result.drivers("甘肃", "hitech_density", since=2020, method="guess")


def test_a_bridge_sums_to_the_change_and_walks_the_ranks(result):
    bridge = result.bridge("甘肃", since=2021, until=2022)
    assert bridge["effect"].sum() == pytest.approx(bridge.total, abs=1e-9)
    assert bridge.total == pytest.approx(0.6)
    assert [passed["entity"] for passed in bridge.walk["overtook"]] == ["广西", "四川", "宁夏"]
    assert bridge.to_dict()["walk"]["after"] == 20


def test_two_vintages_compared(df, result):
    first = PROVINCES.assess(df.assign(gdp=df["gdp_first_published"]), entity="province", period="year")
    moves = kh.compare(first, result).to_frame()
    assert len(moves) == 93
    assert (moves["total_change"] != 0).any()
    same = kh.compare(result, result)
    assert (same["total_change"] == 0).all()
    gainers = kh.gainers(first, result)
    assert len(gainers.gain) + len(gainers.lose) + gainers.same == 93
    assert len(gainers.to_frame()) == len(gainers.gain) + len(gainers.lose)


def test_contributions_sum(result):
    total = result.contributions("甘肃", 2022)
    assert total["points"].sum() == pytest.approx(70.79)
    distance = result.contributions("甘肃", 2022, to="北京")
    assert distance["points"].sum() == pytest.approx(70.79 - 91.47)
    assert result.contributions(period=2022)["share"].sum() == pytest.approx(1)
    everybody = result.marginal_panel(2022)
    frame = everybody.to_frame()
    assert list(frame.columns) == ["province", "variable", "value", "per_unit", "per_percent"]
    # Four of seven variables can be changed: nobody is advised to shrink what is divided by.
    assert len(frame) == 31 * 4
    assert len(result.marginal("甘肃", 2022, uncontrollable=True).to_frame()) == 7
    own, alone = frame[frame["province"] == "甘肃"], result.marginal("甘肃", 2022).to_frame()
    assert own["per_unit"].tolist() == alone["per_unit"].tolist()
    assert "31 个考核对象" in everybody.to_text("zh")
    assert "for a point" not in result.marginal("甘肃", 2022).to_text("en")
    assert result.marginal("甘肃", 2022).columns == ["variable", "value", "per_unit", "per_percent"]
    assert "province" in result.zones(2022).columns


def test_what_is_needed_is_enough_and_one_less_is_not(result):
    needed = result.needed("甘肃", 2022, "hitech_density", rank=18)
    assert needed.reachable
    assert needed.variable == "hitech"
    assert needed.current == 1731
    assert needed.gain == needed.value - needed.current
    assert needed.value == int(needed.value)
    assert "甘肃" in needed.reason

    def rank(value):
        change = {"entity": "甘肃", "period": 2022, "variable": "hitech", "value": value}
        ranking = result.what_if([change]).ranking(2022)
        return ranking.set_index("province")["rank"]["甘肃"]

    assert rank(needed.value) <= 18 < rank(needed.value - 1)
    assert list(needed.to_frame()["variable"]) == ["hitech"]


@pytest.mark.parametrize("goal", [{"score": 75}, {"reach": "mean"}, {"reach": "浙江"}, {"grade": "良好"}])
def test_every_kind_of_goal(result, goal):
    assert result.needed("甘肃", 2022, "rd_intensity", **goal).reason


def test_one_goal_at_a_time(result):
    with pytest.raises(TypeError, match="one goal"):
        result.needed("甘肃", 2022, "rd_intensity")
    with pytest.raises(TypeError, match="one goal"):
        result.needed("甘肃", 2022, "rd_intensity", rank=1, score=2)
    with pytest.raises(kh.DataError, match="rd_intensity"):
        result.needed("甘肃", 2022, "rd_intensty", rank=1)


def test_progress_of_a_july(result):
    data = pd.DataFrame({"city": ["金昌", "武威"], "month": ["2023-07"] * 2, "contracts": [155, 35]})
    targets = pd.DataFrame({"indicator": ["contracts"] * 2, "entity": ["金昌", "武威"], "value": [100, 60]})
    progress = kh.plan.progress(data, targets, entity="city", period="month", at="2023-07")
    frame = progress.to_frame()
    assert list(frame.columns)[:6] == ["entity", "indicator", "actual", "target", "progress", "elapsed"]
    assert frame["progress"].tolist() == [1.55, 35 / 60]
    assert frame["elapsed"].tolist() == [7 / 12] * 2
    assert frame["pace_needed"].tolist()[1] == 5
    with pytest.raises(TypeError, match="entity"):
        kh.plan.progress(data, targets)


def test_progress_of_a_result(result):
    targets = [{"indicator": "rd_intensity", "value": 2.0}]
    progress = kh.plan.progress(result, targets, counting="level")
    assert len(progress) == 31
    assert progress.period == "2022"


@pytest.mark.parametrize("by", ["base", "growth", "step", "regret"])
def test_allocations_sum_exactly(by):
    children = pd.DataFrame({"county": ["甘州", "临泽", "高台"], "base": [60, 25, 15], "lower": [None, 30, None]})
    parts = kh.plan.allocate(130, children, by=by, child="county")
    assert parts.columns == [
        *("county", "base", "share", "allocated", "lower", "upper", "growth", "beyond_history"),
    ]
    assert parts["allocated"].sum() == 130
    assert parts["allocated"].tolist()[1] >= 30
    with pytest.raises(kh.DataError):
        kh.plan.allocate(10, children, by=by, child="county")


def test_awards(result):
    rules = [
        {"award": "先进", "criterion": "level", "top": 3, "amount": {"table": [100, 60, 30]}},
        {"award": "进步", "criterion": "progress", "top": 2, "amount": {"each": 20}, "not_with": ["先进"]},
    ]
    awards = kh.plan.awards(result, rules, period=2022)
    frame = awards.to_frame()
    assert list(frame.columns) == ["entity", "award", "reason", "amount"]
    assert frame["entity"].tolist()[:3] == ["北京", "上海", "安徽"]
    assert awards.paid == frame["amount"].sum() == 230


def test_answers_come_in_the_callers_kind_of_table(df):
    import polars as pl

    result = PROVINCES.assess(pl.from_pandas(df), entity="province", period="year")
    assert isinstance(result.gaps("甘肃", 2022).to_frame(), pl.DataFrame)
    assert isinstance(kh.compare(result, result).to_frame(), pl.DataFrame)


def test_an_answer_says_what_it_has(result):
    answer = result.gaps("甘肃", 2022)
    assert "total" in dir(answer)
    assert "甘肃" in repr(answer)
    assert answer._repr_markdown_() == answer.to_markdown()
    with pytest.raises(AttributeError, match="totals"):
        _ = answer.totals


NEXT = ["variable", "value", "needed", "change", "change_percent", "reachable", "points", "rank"]
NEXT += ["beyond_history", "reason"]


def test_next_points_are_the_cheapest_first_and_hold(result):
    found = result.next_points("甘肃", 2022, points=1)
    frame = found.to_frame()
    assert list(frame.columns) == NEXT
    assert frame["reachable"].all()
    assert frame["change_percent"].abs().is_monotonic_increasing
    assert (found.total, found.rank) == (70.79, 20)
    for row in frame.itertuples():
        changed = {"entity": "甘肃", "period": 2022, "variable": row.variable}
        then = result.what_if([{**changed, "value": row.needed}]).totals.query("province == '甘肃' and year == 2022")
        assert then["total"].item() == pytest.approx(70.79 + row.points, abs=1e-9)
        assert row.points >= 1 - 1e-9
        assert then["rank"].item() == row.rank
    assert frame.set_index("variable")["needed"]["hitech"] == 2083  # a whole firm
    assert found.cheapest["variable"] == "rd"
    everything = result.next_points("甘肃", 2022, points=1, uncontrollable=True)
    assert everything.cheapest["variable"] == "gdp"
    assert len(everything) == 7
    # Nobody is advised to shrink the product or to close firms.
    assert found.to_text("zh").startswith(
        "最省的 1 分：若其他考核对象的数据不变，2022 年甘肃把研究与试验发展（R&D）经费由 144.1 增至 157 亿元"
    )
    assert "生产总值" not in found.to_text("zh")
    assert "raise Expenditure on research and development from 144.1 to 157" in found.to_text("en")
    assert found.to_markdown("zh").count("\n|") == 6


def test_next_points_of_the_capped(result):
    frame = result.next_points("北京").to_frame().set_index("variable")
    assert not frame["reachable"]["rd"]
    assert frame["needed"].isna()["rd"]
    assert "capped" in frame["reason"]["rd"]
    for points in (0, -1):
        with pytest.raises(kh.DataError, match="above 0"):
            result.next_points("甘肃", 2022, points=points)
    with pytest.raises(kh.ArgumentError, match="points: expected a finite number"):
        result.next_points("甘肃", 2022, points=float("nan"))


STEPS = """
kaohe = 1
id = "steps"
variable = [{ id = "labs", unit = "家" }, { id = "energy", unit = "吨标准煤", published_digits = 1 }]
[[indicator]]
id = "labs"
formula = "labs"
unit = "家"
weight = 50
points = { rule = "steps", full = 100, at = [[20, 100], [10, 60]], below = 0 }
[[indicator]]
id = "energy"
formula = "energy"
unit = "吨标准煤"
direction = "negative"
weight = 50
points = { rule = "linear", low = 100, high = 0 }
"""


def test_next_points_by_steps_and_where_less_is_better():
    data = {"city": ["甲", "乙"], "labs": [12, 3], "energy": [50.0, 80.0]}
    result = kh.Scheme.from_toml(STEPS).assess(data, entity="city")
    rows = {row["variable"]: row for row in result.next_points("甲").to_dict()["rows"]}
    assert (rows["labs"]["needed"], rows["labs"]["points"]) == (20, 20)
    assert (rows["energy"]["needed"], rows["energy"]["change"], rows["energy"]["change_percent"]) == (48, -2, -4)
    none = result.next_points("甲", points=60)
    assert none.cheapest is None
    assert "单靠任何一个可调控的变量" in none.to_text("zh")


def test_next_points_are_the_same_on_any_number_of_threads():
    data = {"city": ["甲", "乙"], "labs": [12, 3], "energy": [50.0, 80.0]}
    result = kh.Scheme.from_toml(STEPS).assess(data, entity="city")
    found = []
    try:
        for threads in (1, 2):
            kh.set_threads(threads)
            found.append((result.next_points("甲").to_dict(), result.marginal_panel().to_dict()))
    finally:
        kh.set_threads(None)
    assert found[0] == found[1]

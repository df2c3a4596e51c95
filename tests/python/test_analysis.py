"""Why, asked from Python: for one entity and for all, against published numbers, in the caller's keys and kind."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

import kaohe as kh

PROVINCES = kh.Scheme.builtin("strong-science-provinces")
MOVE = ["total_before", "total_after", "total_change", "rank_before", "rank_after", "rank_change", "cause", "effect"]
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
    for said in ("由 73.4 降到 60.0 家/万家", "下降 18%", "高新技术企业数增长 34%", "企业法人单位数增长 64%"):
        assert said in zh
    for said in ("fell by 18% from 73.4 to 60.0", "grew by 34%", "by 64%"):
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

    bridges = result.bridge_panel(since=2021)
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
    for frame in (moved.to_frame(), moved.indicators(), polars.gaps_panel().to_frame(), polars.zones().to_frame()):
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


def test_two_periods_are_compared_by_entity(df, result):
    moved = kh.compare(result, result, since=2021, until=2022)
    frame = moved.to_frame()
    assert moved.columns == ["province", *MOVE]
    assert (moved.since, moved.until, len(frame)) == ("2021", "2022", 31)
    bridges = result.bridge_panel(since=2021, until=2022).to_frame().groupby("province", sort=False)["effect"].sum()
    np.testing.assert_allclose(frame.set_index("province")["total_change"], bridges, atol=1e-9)
    row = moved.to_dict()["rows"][0]
    assert sum(part["effect"] for part in row["bridge"]["parts"]) == pytest.approx(row["total_change"], abs=1e-9)
    assert list(moved.indicators().columns)[:3] == ["province", "indicator", "value_before"]
    assert moved.to_text("en").startswith("2022 against 2021: of 31 entities ")
    assert moved.to_text("zh").startswith("2022 年与 2021 年相比，31 个考核对象中")
    gainers = kh.gainers(result, result, since="2021年", until=2022)
    assert gainers.columns == moved.columns
    assert len(gainers.gain) + len(gainers.lose) + gainers.same + gainers.unknown == 31
    # Another vintage of the earlier period; who is in one of the two only is told.
    there = df[(df["year"] < 2022) & ~((df["province"] == "甘肃") & (df["year"] == 2021))]
    partial = PROVINCES.assess(there, entity="province", period="year")
    moved = kh.compare(partial, result, since=2021, until=2022)
    assert (moved.only_before, moved.only_after) == ([], [["甘肃", "2022"]])
    assert "Only in the second (1): 甘肃." in moved.to_text("en")
    assert "只在后者中有 1 个：甘肃。" in moved.to_text("zh")
    polars = PROVINCES.assess(pl.from_pandas(df), entity="province", period="year")
    assert kh.compare(polars, result, since=2020, until=2021).to_frame().shape == (31, 9)
    assert isinstance(kh.gainers(result, polars, since=2020, until=2021).to_frame(), pl.DataFrame)
    with pytest.raises(TypeError, match="both since= and until="):
        kh.compare(result, result, since=2021)
    with pytest.raises(kh.DataError, match="2031"):
        kh.gainers(result, result, since=2021, until=2031)


def test_a_bridge_says_whose_number_moved(result, df):
    bridge = result.bridge("甘肃", since=2021, until=2022)
    parts = {(p["cause"], p["indicator"]): p for p in bridge.parts}
    level = next(a for a in parts["others:max", "rd_intensity"]["anchors"] if a["measure"] == "value")
    assert (level["name"], level["unit"], level["by_before"], level["by_after"]) == ("max", "%", "北京", "北京")
    highest = (100 * df["rd"] / df["gdp"]).groupby(df["year"]).max()
    assert [level["from"], level["to"]] == pytest.approx([highest[2021], highest[2022]], rel=1e-12)
    assert parts["own", "rd_intensity"]["anchors"] == []
    assert (
        "the maximum of the change of R&D intensity rose from 0.1605 (天津) to 0.3589 percentage points (北京): −0.98"
        in bridge.to_text("en")
    )
    assert "R&D经费投入强度增减量的最高值由天津的 0.1605 升到北京的 0.3589 个百分点（−0.98 分）" in bridge.to_text("zh")
    assert "| minimum | Technology contracts relative to GDP | " in bridge.to_markdown("en")
    assert "| 最低值 | 技术合同成交额占地区生产总值比重 | " in bridge.to_markdown("zh")
    assert bridge.columns == ["cause", "effect"]


def test_drivers_keep_what_each_variable_was_and_is(result, df):
    drivers = result.drivers("甘肃", "hitech_density", since=2020, until=2022)
    assert drivers.columns == list(drivers.to_frame().columns) == ["driver", "effect", "share", "points_effect"]
    first = drivers.to_dict()["rows"][0]
    data = df[df["province"] == "甘肃"].set_index("year")["hitech"]
    assert (first["driver"], first["before"], first["after"]) == ("hitech", data[2020], data[2022])
    assert first["rank_without"] >= result.ranking(2022).query("province == '甘肃'")["rank"].item()
    assert drivers.rows[-1]["before"] is None
    panel = result.drivers_panel("hitech_density", since=2020, until=2022)
    assert panel.whole[0]["before"] == df.query("year == 2020")["hitech"].sum()


def test_gaps_have_their_own_points_beside_the_weighted_ones(result):
    for to in ("mean", "best", 0.75, "浙江"):
        gaps = result.gaps("甘肃", 2022, to=to)
        assert gaps.columns == GAPS
        for row in gaps.rows:
            assert row["points_gap"] == pytest.approx(row["score_gap"] / 4, abs=1e-9)
    scores = result.scores.query("year == 2022").set_index("province")["rd_intensity"]
    assert gaps.rows[0]["score_gap"] == pytest.approx(scores["甘肃"] - scores["浙江"], abs=1e-12)
    assert "0.75 分位数" in result.gaps("甘肃", 2022, to=0.75).to_text("zh")


def test_one_call_says_what_changed_and_who_gains(df, result):
    heavier = kh.Scheme.from_toml(PROVINCES.to_toml().replace("weight = 25", "weight = 60", 1))
    gainers = kh.gainers(result, heavier.assess(df, entity="province", period="year"))
    assert [change["text"] for change in gainers.changes] == [c["text"] for c in PROVINCES.diff(heavier)]
    assert gainers.gain
    assert kh.compare(result, result).changes == []


def test_a_heavier_weight_is_named_as_the_cause(df, result):
    heavier = kh.Scheme.from_toml(PROVINCES.to_toml().replace("weight = 25", "weight = 60", 1))
    assert any(change["key"] == "weight" for change in PROVINCES.diff(heavier))
    moved = kh.compare(result, heavier.assess(df, entity="province", period="year")).to_frame()
    assert set(moved["cause"].dropna()) <= {"weights", "rounding"}


def test_what_a_scheme_rewards(result):
    zones = result.zones(2022).to_frame()
    names = ["province", "indicator", "part", "measure", "dead", "from", "to", "cliff", "height"]
    assert list(zones.columns) == names
    assert zones["dead"].any()
    assert set(zones["part"]) == {"value", "change"}
    flips = result.flips("甘肃", "江西", 2022)
    assert flips.columns == ["node", "weight", "level", "relative"]
    assert flips["relative"].abs().is_monotonic_increasing
    assert "权重" in flips.to_text("zh")
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
    assert html.startswith('<div class="kaohe-a" lang="en">')
    assert '<th class="n">effect in points</th>' in html
    assert '<td class="n up">+0.6</td>' not in html  # a sum is neither gain nor loss
    assert "<script" not in html
    moved = sum(len(part["anchors"]) for part in bridge.parts)
    # Head, causes, total; head, its own numbers; head, what moved.
    assert html.count("<tr>") == len(bridge) + 2 + len(bridge.own) + 1 + moved + 1
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


def test_many_answers_come_as_columns_and_are_the_rows_that_the_dict_has(df, result):
    first = kh.Scheme.builtin("strong-science-provinces").assess(
        df.assign(gdp=df["gdp_first_published"]), entity="province", period="year"
    )
    gaps = result.gaps_panel(2022)
    rows = [row for one in gaps.to_dict() for row in one["rows"]]
    assert gaps["gap"].tolist() == [row["gap"] for row in rows]
    assert gaps["rank"].tolist() == [row["rank"] for row in rows]
    bridges = result.bridge_panel()
    rows = [row for one in bridges.to_dict() for row in one["rows"]]
    assert bridges["cause"].tolist() == [row["cause"] for row in rows]
    assert len(bridges) == len(rows)
    assert all(part["anchors"] == [] for one in bridges.to_dict() for part in one["parts"])
    moved = kh.compare(first, result)
    assert moved["effect"].tolist() == [row["effect"] for row in moved.to_dict()["rows"]]
    indicators = [row["points_after"] for move in moved.to_dict()["rows"] for row in move["indicators"]]
    assert moved.indicators()["points_after"].tolist() == indicators
    gainers = kh.gainers(first, result).to_frame()
    assert gainers["total_change"].is_monotonic_decreasing


def test_one_of_two_results_has_its_whole_bridge(df, result):
    first = kh.Scheme.builtin("strong-science-provinces").assess(
        df.assign(gdp=df["gdp_first_published"]), entity="province", period="year"
    )
    why = kh.compare(first, result).bridge("甘肃", 2022)
    assert why["effect"].sum() == pytest.approx(why.total, abs=1e-9)
    assert why.walk["after"] == 20
    assert any(part["anchors"] for part in why.parts)
    span = kh.gainers(first, result, since=2021, until=2022).bridge("甘肃")
    assert (span.since, span.until) == ("2021", "2022")


@pytest.mark.parametrize("way", ['"promethee"', '"copeland"', '"wroclaw"', "{ vikor = 0.5 }"])
def test_bridge_is_whole_where_nobody_has_a_member(way):
    text = f"""
        kaohe = 1
        id = "t"
        variable = [{{ id = "a", unit = "1" }}, {{ id = "b", unit = "1" }}]
        total = {{ aggregate = {way} }}
        [[indicator]]
        id = "ia"
        formula = "a"
        unit = "1"
        missing = "skip"
        points = {{ rule = "linear" }}
        [[indicator]]
        id = "ib"
        formula = "b"
        unit = "1"
        missing = "skip"
        points = {{ rule = "zscore" }}
    """
    # In 2022 a standard score of one value is none, so that nobody has a score of ib; in 2023 甲 has none of ia.
    data = {
        "city": ["甲", "乙", "甲"],
        "year": [2022, 2023, 2023],
        "a": [3.0, 3.0, None],
        "b": [5.0, 4.0, 2.0],
    }
    result = kh.Scheme.from_toml(text).assess(data, entity="city", period="year")
    bridge = result.bridge("甲", since=2022, until=2023)
    assert bridge.total != 0
    assert bridge["effect"].sum() == pytest.approx(bridge.total)

"""Charts: every number of them stands in an answer, and what they show is harmless and readable."""

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import kaohe as kh
from kaohe.plot import style


@pytest.fixture(scope="module")
def result() -> kh.Result:
    df = kh.datasets.load("china-provinces")
    return kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")


def data_of(chart: Any) -> list[dict[str, Any]]:
    """Return every row that a chart draws, once each."""

    def walk(node: Any) -> Any:
        if isinstance(node, dict):
            yield from node.get("values", []) if isinstance(node.get("values"), list) else []
            for value in node.values():
                yield from walk(value)
        elif isinstance(node, list):
            for value in node:
                yield from walk(value)

    spec = chart.to_dict()
    rows = [row for rows in spec.get("datasets", {}).values() for row in rows] + list(walk(spec))
    return [row for row in rows if isinstance(row, dict)]


CHARTS = {
    "ranking": lambda r: r.plot.ranking(2022),
    "flow": lambda r: r.plot.flow(),
    "trend": lambda r: r.plot.trend(),
    "gaps": lambda r: r.plot.gaps("甘肃", 2022),
    "drivers": lambda r: r.plot.drivers("甘肃", "hitech_density"),
    "bridge": lambda r: r.plot.bridge("甘肃"),
    "contributions": lambda r: r.plot.contributions("甘肃", 2022, to="陕西"),
    "spread": lambda r: r.plot.contributions(),
    "marginal": lambda r: r.plot.marginal("甘肃", 2022),
    "marginal of all": lambda r: r.plot.marginal(),
    "profile": lambda r: r.plot.profile("甘肃"),
    "robustness": lambda r: r.plot.robustness(samples=50),
    "rank_sets": lambda r: r.plot.rank_sets(error=1.0, draws=500),
    "correlations": lambda r: r.plot.correlations(),
    "framework": lambda r: r.plot.framework(),
    "rule": lambda r: r.plot.rule("rd_intensity"),
}


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_valid_in_both_languages(result: kh.Result, name: str) -> None:
    for lang, word in (("zh", "[一-鿿]"), ("en", "[A-Za-z]")):
        kh.set_lang(lang)
        try:
            chart = CHARTS[name](result)
        finally:
            kh.set_lang(None)
        title = " ".join(chart.to_dict()["title"]["text"])
        assert re.search(word, title), title
        assert data_of(chart)


def test_bars_are_the_points_of_the_table(result: kh.Result) -> None:
    bars = [row for row in data_of(result.plot.ranking(2022, lang="en")) if "points" in row]
    points = result.points[result.points["year"] == 2022]
    own = {(row["entity"], row["place"]): row["points"] for row in bars}
    for row in points.to_dict("records"):
        for place, indicator in enumerate(result.scheme.indicators):
            assert own[row["province"], place] == row[indicator]


def test_a_small_chart_an_indicator(result: kh.Result) -> None:
    rows = data_of(result.plot.trend(["甘肃"], lang="zh"))
    values = result.values.set_index(["province", "year"])["rd_intensity"]
    drawn = [row for row in rows if row.get("item") == "R&D经费投入强度 (%)"]
    assert {(row["entity"], int(row["period"])): row["value"] for row in drawn} == values.to_dict()
    # Who is in colour is drawn last, above the others.
    assert [row["is_shown"] for row in rows if "item" in row] == [False] * 360 + [True] * 12


def test_classes_with_other_weights_have_a_tree_each() -> None:
    points = {"rule": "formula", "formula": "x"}
    document = {"kaohe": 1, "id": "t", "class_column": "kind", "variable": [{"id": v, "unit": "1"} for v in "ab"]}
    document["indicator"] = [{"id": f"i{v}", "formula": v, "unit": "1", "points": points} for v in "ab"]
    document["class"] = [
        {"id": "A", "title": {"zh": "甲类"}},
        {"id": "B", "title": {"zh": "乙类"}, "weights": {"ia": 3}},
        {"id": "C", "title": {"zh": "丙类"}},
    ]
    df = pd.DataFrame({"e": list("xyz"), "a": [1.0, 2.0, 3.0], "b": [3.0, 1.0, 2.0], "kind": list("ABC")})
    chart = kh.Scheme.from_dict(document).assess(df, entity="e").plot.framework(lang="zh")
    assert [tree["title"] for tree in chart.to_dict()["vconcat"]] == ["甲类、丙类", "乙类"]
    assert [row["share"] for row in data_of(chart) if "share" in row] == [0.5, 0.5, 0.75, 0.25]


def test_a_cell_is_what_one_per_cent_more_gains(result: kh.Result) -> None:
    table = result.marginal_panel(2022).to_frame()
    drawn = [row for row in data_of(result.plot.marginal(period=2022)) if "said" in row]
    assert [row["per_percent"] for row in drawn] == table["per_percent"].tolist()
    assert drawn[0]["said"] == f"{table['per_percent'][0]:+.2g}"


def test_a_gap_stays_a_gap_and_one_period_has_no_course(result: kh.Result) -> None:
    scheme = kh.Scheme.from_toml(
        'kaohe = 1\nid = "x"\nvariable = [{ id = "rd", unit = "亿元" }]\nindicator = [{ id = "r", formula = "rd", '
        'unit = "亿元", missing = "skip", points = { rule = "linear", low = 0, high = 9 } }]'
    )
    df = pd.DataFrame({"city": ["甲"] * 3 + ["乙"] * 3, "year": [2021, 2022, 2023] * 2, "rd": [1, None, 3, 4, 5, 6]})
    gap = scheme.assess(df, entity="city", period="year").plot.trend(["甲"])
    assert [r["value"] for r in data_of(gap) if r.get("is_shown")] == [1.0, None, 3.0]
    alone = scheme.assess(df[df["year"] == 2023], entity="city", period="year")
    with pytest.raises(kh.ArgumentError, match="a course needs at least two periods"):
        alone.plot.trend()
    with pytest.raises(kh.ArgumentError, match="of: expected values or scores, found 'points'"):
        result.plot.trend(of="points")


def test_a_waterfall_ends_where_the_answer_does(result: kh.Result) -> None:
    answer = result.bridge("甘肃")
    steps = [row for row in data_of(answer.plot()) if "kind" in row]
    assert steps[0]["to"] == answer.before
    assert steps[-1]["to"] == answer.after
    # The sum of the effects, added one after the other in floats.
    assert steps[-2]["to"] == pytest.approx(answer.after, abs=1e-9)


def test_a_curve_goes_through_everybody(result: kh.Result) -> None:
    curve = result.curve("rd_intensity", 2022)
    points, places = curve.to_frame(), curve.to_frame("places")
    scores = result.scores[result.scores["year"] == 2022]
    assert len(places) == 2 * len(scores)
    for number, part in places.groupby("curve"):
        line = points[points["curve"] == number]
        assert line["measure"].is_monotonic_increasing
        assert line["measure"].min() <= part["measure"].min() <= part["measure"].max() <= line["measure"].max()
    shares = [part["share"] for part in result.scheme.document["indicator"][0]["points"]]
    weighted = places["score"] * places["curve"].map(dict(enumerate(shares))) / sum(shares)
    by_hand = weighted.groupby(places["province"]).sum()
    own = scores.set_index("province")["rd_intensity"]
    pd.testing.assert_series_equal(
        by_hand.sort_index(), own.sort_index(), check_names=False, check_dtype=False, rtol=1e-12
    )


def test_a_curve_of_a_group_is_refused() -> None:
    scheme = kh.Scheme.builtin("strong-science-provinces")
    df = kh.datasets.load("china-provinces")
    result = scheme.assess(df, entity="province", period="year")
    with pytest.raises(kh.DataError, match=r"^total is a group; only indicators have a curve"):
        result.curve("total")


def test_an_answer_without_a_chart_says_which_have_one(result: kh.Result) -> None:
    with pytest.raises(kh.ArgumentError, match="this answer has no chart; those that have are bridge, contributions"):
        result.zones().plot()
    with pytest.raises(kh.ArgumentError, match="there is no entity Nowhere"):
        result.plot.flow(["Nowhere"])


@pytest.mark.parametrize("count", [14, 300])
def test_many_entities_and_hostile_names(tmp_path: Path, count: int) -> None:
    names = ["</script><script>alert(1)</script>", "=cmd|' /C calc'!A0", "考" * 100, "🙂"]
    names += [f"县{k}" for k in range(count - len(names))]
    df = pd.DataFrame({"county": names, "rd": range(1, count + 1), "gdp": [100.0] * count})
    scheme = kh.Scheme.from_toml(
        'kaohe = 1\nid = "x"\nvariable = [{ id = "rd", unit = "亿元" }, { id = "gdp", unit = "亿元" }]\n'
        'indicator = [{ id = "r", formula = "rd / gdp", unit = "%", '
        'points = { rule = "linear", low = 0, high = 300 } }]'
    )
    result = scheme.assess(df, entity="county")
    for chart in (result.plot.ranking(), result.plot.rule("r"), result.plot.robustness(samples=5, factors=_ERRORS)):
        kh.plot.save(chart, tmp_path / "chart.html")
        page = (tmp_path / "chart.html").read_text(encoding="utf-8")
        assert "</script><script>alert" not in page
        assert not re.search(r"""<(script|link)[^>]*(src|href)=["']?http""", page)
        assert {row["entity"] for row in data_of(chart) if "entity" in row} == set(names)


_ERRORS = [{"id": "e", "error": {"variables": ["rd"], "normal": 0.5}}]


def test_files_of_every_kind(result: kh.Result, tmp_path: Path) -> None:
    chart = result.plot.gaps("甘肃", 2022, lang="en")
    for name, start in {"a.svg": b"<svg", "a.png": b"\x89PNG", "a.pdf": b"%PDF", "a.json": b"{"}.items():
        # No Chinese: any system can draw it.
        plain = chart.copy(deep=True)
        plain.title = "Gansu"
        kh.plot.save(plain, tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(start)
    with pytest.raises(kh.ArgumentError, match=r"cannot write a\.gif; expected \.svg, \.png, \.pdf, \.html or \.json"):
        kh.plot.save(chart, tmp_path / "a.gif")


def test_a_control_character_in_a_name_ends_nothing(tmp_path: Path) -> None:
    scheme = kh.Scheme.from_toml(
        'kaohe = 1\nid = "x"\nvariable = [{ id = "rd", unit = "家" }]\n'
        'indicator = [{ id = "r", formula = "rd", unit = "家", points = { rule = "linear", low = 0, high = 9 } }]'
    )
    chart = scheme.assess({"city": ["A\x08", "B\x1b"], "rd": [1, 2]}, entity="city").plot.ranking(lang="en")
    for name, start in {"a.svg": b"<svg", "a.png": b"\x89PNG", "a.pdf": b"%PDF"}.items():
        kh.plot.save(chart, tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(start)
        assert b"\x08" not in (tmp_path / "a.svg").read_bytes()


def test_a_picture_without_a_chinese_font_names_the_package(
    result: kh.Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart = result.plot.gaps("甘肃", 2022, lang="zh")
    monkeypatch.setattr(style, "_font_files", lambda: iter(["DejaVuSans.ttf"]))
    with pytest.raises(kh.ArgumentError, match="fonts-noto-cjk"):
        kh.plot.save(chart, tmp_path / "a.png")
    monkeypatch.setattr(style, "_font_files", lambda: iter(["NotoSansCJK-Regular.ttc"]))
    kh.plot.save(chart, tmp_path / "a.svg")
    assert json.loads(chart.to_json())["title"]

"""Results against figures published elsewhere, and the same bits from every kind of table."""

import csv
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kaohe as kh
from test_frames import KINDS, kinds

DATA = Path(__file__).resolve().parents[1] / "data"
PROVINCES = kh.Scheme.builtin("strong-science-provinces")


@pytest.fixture(scope="module")
def df():
    return kh.datasets.load("china-provinces")


def assess(data, scheme=PROVINCES, **more):
    return scheme.assess(data, **{"entity": "province", "period": "year", **more})


def test_every_published_hdi_is_met_at_its_three_decimals():
    hdi = kh.datasets.load("hdi-2022")
    result = kh.Scheme.builtin("hdi").assess(hdi, entity="country", period="year")
    assert len(hdi) == 204
    assert result.points["total"].tolist() == hdi["hdi_published"].tolist()


def intensities(vintage):
    """Return, on a vintage of GDP, the rows, which equal the published intensity, and which fit its inputs."""
    rd, gdp = kh.datasets.load("province-rd"), kh.datasets.load("province-gdp-vintages")
    of_vintage = gdp[gdp["vintage"] == vintage][["province", "year", "gdp"]]
    joined = rd.merge(of_vintage, on=["province", "year"]).dropna(subset=["gdp", "rd"])
    scheme = kh.Scheme.from_toml("""
        kaohe = 1
        id = "rd"
        variable = [
          { id = "rd", unit = "亿元", published_digits = 1 },
          { id = "gdp", unit = "亿元", published_digits = 1 },
        ]
        [[indicator]]
        id = "rd_intensity"
        formula = "rd / gdp"
        unit = "%"
        round = { digits = 2 }
        points = { rule = "linear", low = 0, high = 10 }
    """)
    result = assess(joined, scheme)
    published = joined["rd_intensity_published"].tolist()
    equal = [x == y for x, y in zip(result.values["rd_intensity"], published, strict=True)]
    rows = zip(joined["province"], joined["year"], published, strict=True)
    fits = [result.consistent(*at, "rd_intensity", x, digits=2).consistent for *at, x in rows]
    return joined, equal, fits


def test_rd_intensity_agrees_with_the_published_one():
    rows, equal, fits = intensities("as_first_published_preliminary")
    # R&D and GDP are published in 0.1 亿元: every published intensity is what inputs that print alike may give.
    assert all(fits)
    assert (len(rows), sum(equal)) == (153, 151)
    beside = rows[[not same for same in equal]]
    assert list(zip(beside["province"], beside["year"], strict=True)) == [("西藏", 2019), ("江苏", 2021)]


def test_rd_intensity_was_not_published_on_revised_gdp():
    rows, equal, fits = intensities("revised_after_5th_census")
    assert (len(rows), sum(equal), sum(fits)) == (155, 6, 7)


@pytest.mark.parametrize("year", [2020, 2021, 2022])
def test_gansu_is_22nd_by_rd_intensity(df, year):
    values = assess(df.assign(gdp=df["gdp_first_published"])).values
    of_year = values[values["year"] == year].sort_values("rd_intensity", ascending=False)
    assert of_year["province"].tolist().index("甘肃") + 1 == 22


def test_high_tech_density_of_gansu_falls(df):
    values = assess(df).values.set_index(["province", "year"])["hitech_density"]
    assert values["甘肃"].tolist() == [73.4, 65.7, 60.0]


def test_contracts_over_gdp_need_no_power_of_ten(df):
    with (DATA / "province_panel_4indicators_2020_2023.csv").open(encoding="utf-8") as file:
        derived = {(r["province"], int(r["year"])): r["tech_contract_to_gdp_pct_derived"] for r in csv.DictReader(file)}
    scheme = kh.Scheme.from_toml(PROVINCES.to_toml().replace("digits = 2", "digits = 4"))
    values = assess(df.assign(gdp=df["gdp_first_published"]), scheme).values
    for province, year, share in zip(values["province"], values["year"], values["contract_share"], strict=True):
        assert share == pytest.approx(float(derived[province, year]), abs=0.00011)


def columns(table):
    """Return a result's table as plain lists, whatever its kind."""
    import narwhals as nw

    frame = nw.from_native(table, eager_only=True)
    plain = {}
    for name in frame.columns:
        cells = frame[name].to_list()
        plain[name] = [None if x is None or x is pd.NA or x != x else x for x in cells]
    return plain


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "batch"])
def test_the_same_bits_from_every_kind_of_table(df, kind):
    result, other = assess(df), assess(kinds(df)[kind])
    if kind == "foreign stream":  # whose keys have no other kind than text
        result = assess(df.astype({"year": str}))
    for name in ("values", "points", "scores", "totals"):
        assert columns(getattr(other, name)) == columns(getattr(result, name)), name
    assert columns(other.ranking(2022)) == columns(result.ranking(2022))
    assert other.explain("甘肃", 2022).to_dict() == result.explain("甘肃", 2022).to_dict()
    assert columns(other.flags) == columns(result.flags)


@pytest.mark.usefixtures("without_arrow")
def test_the_same_bits_without_arrow(df):
    assert columns(assess(df).points) == columns(assess(df.convert_dtypes()).points)


@pytest.mark.parametrize("seed", range(5))
def test_the_same_bits_from_rows_in_any_order(df, seed):
    shuffled = df.sample(frac=1, random_state=seed)
    result, other = assess(df), assess(shuffled)
    assert other.points["province"].tolist() == shuffled["province"].tolist()
    for name in ("values", "points", "scores"):
        pd.testing.assert_frame_equal(getattr(other, name).sort_index(), getattr(result, name), check_exact=True)


@pytest.mark.parametrize("scheme", ["strong-science-provinces"])
def test_the_same_bits_from_any_number_of_threads(scheme):
    rng = np.random.default_rng(1)
    rows = 10_000
    names = ["gdp", "rd", "fiscal_st", "budget", "contracts", "hitech", "enterprises"]
    big = pd.DataFrame({name: rng.uniform(1, 9, 2 * rows).round(3) for name in names})
    big["province"] = np.tile(np.arange(rows), 2)
    big["year"] = np.repeat([2021, 2022], rows)
    found = []
    try:
        for threads in (1, 2):
            kh.set_threads(threads)
            assert kh.get_threads() == threads
            found.append(everything(assess(big, kh.Scheme.builtin(scheme))))
    finally:
        kh.set_threads(None)
    one, two = found
    assert one.keys() == two.keys()
    for name, bits in one.items():
        assert bits == two[name], name


def everything(result):
    """Return all that a result says, as bytes: not even the sign of a zero may differ."""
    found = {}
    tables = {name: getattr(result, name) for name in ("values", "points", "scores", "raw_totals", "totals", "flags")}
    tables |= {str(year): result.ranking(year) for year in result.periods}
    for name, table in tables.items():
        for column in table.columns:
            cells = table[column]
            plain = cells.to_numpy().tobytes() if cells.dtype.kind == "f" else cells.astype(str).tolist()
            found[f"{name} {column}"] = (str(cells.dtype), plain)
    first, last = result.entities[0], result.entities[-1]
    for entity in (first, 4321, last):
        found[f"explain {entity}"] = result.explain(entity, 2022).to_markdown().encode()
        found[f"dict {entity}"] = result.explain(entity, 2022).to_dict()
    found["bytes of the core"] = b"".join(
        np.asarray(column()).tobytes()
        for column in (result._core.totals, result._core.unrounded_totals, result._core.ranks)
    )
    return found


def test_threads_are_counted_from_one():
    with pytest.raises(ValueError, match="1 to 1024"):
        kh.set_threads(0)


def test_results_are_lent_without_a_copy(df):
    core = assess(df)._core
    a, b = np.asarray(core.values(0)), np.asarray(core.values(0))
    assert a.__array_interface__["data"][0] == b.__array_interface__["data"][0]
    assert not a.flags.writeable
    del core
    assert a[0] == 6.04


def test_an_index_of_keys_comes_back(df):
    indexed = df.set_index(["province", "year"])
    result = assess(indexed)
    assert result.points.index.equals(indexed.index)
    assert result.ranking(2022).index.name == "province"
    assert result.ranking(2022).columns.tolist() == ["total", "rank", "rank_change", "grade"]


def test_long_tables(df):
    long = df.melt(id_vars=["province", "year"], var_name="variable", value_name="value")
    result = assess(long, long=True)
    assert columns(result.points) == columns(assess(df).points)
    renamed = long.rename(columns={"variable": "指标", "value": "数值"})
    assert columns(assess(renamed, long=("指标", "数值")).points) == columns(result.points)


def test_dates_are_brought_to_the_schemes_period(df):
    dated = df.assign(year=pd.to_datetime(df["year"].astype(str) + "-12-31"))
    assert assess(dated).ranking(2022)["total"].tolist() == assess(df).ranking(2022)["total"].tolist()
    assert assess(dated).periods[0] == pd.Timestamp("2020-12-31")


def test_a_table_without_periods():
    scheme = kh.Scheme.from_toml("""
        kaohe = 1
        id = "one"
        variable = [{ id = "x", unit = "1" }]
        indicator = [{ id = "y", formula = "x", unit = "1", points = { rule = "linear", low = 0, high = 10 } }]
    """)
    result = scheme.assess({"city": ["甲", "乙"], "x": [5, 10]}, entity="city")
    assert result.points.columns.tolist() == ["city", "y", "total"]
    assert result.ranking()["city"].tolist() == ["乙", "甲"]
    assert result.periods == []
    assert result.explain("甲").to_dict()["root"]["value"] == 50
    assert "2 entities" in repr(result)


CLASSES = """
kaohe = 1
id = "classes"
class_column = "kind"
variable = [{ id = "x", unit = "1" }, { id = "n", unit = "家", missing = "carry_forward" }]
[[group]]
id = "all"
[[indicator]]
id = "y"
parent = "all"
formula = "x"
unit = "1"
points = { rule = "linear", low = 0, high = 10 }
[[indicator]]
id = "z"
parent = "all"
formula = "n"
unit = "家"
points = { measure = "attainment", rule = "linear", low = 0, high = 1 }
[[floor]]
id = "low"
when = "y < 1"
then = { cap_total = 10 }
[[class]]
id = "一类"
[[class]]
id = "二类"
weights = { y = 3 }
"""


def test_classes_groups_targets_floors_and_imputation():
    data = {
        "city": ["甲", "乙", "丙"] * 2,
        "year": [2021] * 3 + [2022] * 3,
        "kind": ["一类", "一类", "二类"] * 2,
        "x": [5, 10, 4, 6, 0.5, 5],
        "n": [10, 20, 30, None, 21, 31],
    }
    scheme = kh.Scheme.from_toml(CLASSES)
    targets = [{"indicator": "z", "value": 40}, {"indicator": "z", "value": 80, "entity": "丙", "period": 2022}]
    result = scheme.assess(data, entity="city", period="year", targets=targets)
    ranking = result.ranking(2022)
    assert ranking.columns.tolist() == ["class", "city", "total", "rank", "rank_change", "grade"]
    assert ranking["class"].tolist() == ["一类", "一类", "二类"]
    assert ranking["rank"].tolist() == [1, 2, 1]
    assert result.points.columns.tolist() == ["city", "year", "y", "z", "all", "floors", "total"]
    flags = result.flags
    assert {"imputed", "floor"} <= set(flags["kind"])
    assert flags.loc[flags["kind"] == "imputed", "city"].tolist() == ["甲"]
    low = result.totals.query("city == '乙' and year == 2022")
    assert low["total"].tolist() == [10]
    assert low["raw"].item() > 10
    assert result.table.columns.tolist()[:3] == ["city", "year", "class"]
    table = pd.DataFrame(targets)
    again = scheme.assess(data, entity="city", period="year", targets=table)
    pd.testing.assert_frame_equal(again.points, result.points)
    with pytest.raises(kh.DataError, match="target"):
        scheme.assess(data, entity="city", period="year")


ACCOUNT = """
kaohe = 1
id = "account"
variable = [{ id = "x", unit = "1" }, { id = "late", unit = "日" }]
indicator = [{ id = "remainder", formula = "x", unit = "1", points = { rule = "linear", low = 0, high = 30 } }]
[[adjustment]]
id = "floors"
title = { zh = "迟报扣分", en = "Late report" }
formula = "-number(late)"
cap = 5
[[floor]]
id = "late"
when = "late > 9"
then = { cap_total = 60 }
[total]
round = { digits = 1 }
"""


def test_points_add_up_to_the_total_with_adjustments_floors_and_the_remainder():
    scheme = kh.Scheme.from_toml(ACCOUNT)
    data = {"city": ["甲", "乙", "丙"], "x": [21, 25, 30], "late": [2, 0, 30]}
    result = scheme.assess(data, entity="city")
    points = result.points
    # Names that are taken have `_` behind them: here the indicator is called `remainder` and the adjustment `floors`.
    assert points.columns.tolist() == ["city", "remainder", "floors", "floors_", "remainder_", "total"]
    assert points["floors"].tolist() == [-2, 0, -5]
    assert points["floors_"].tolist() == [0, 0, -35]
    assert points["total"].tolist() == [68, 83.3, 60]
    sums = points.drop(columns=["city", "total"]).sum(axis=1).tolist()
    assert sums == pytest.approx(points["total"].tolist(), abs=1e-9)
    table = result.table
    assert table.columns.tolist()[-4:] == ["floors_points", "floors_points_", "remainder_points_", "remainder_reason"]
    assert table["remainder_reason"].isna().tolist() == [True, False, True]
    kh.set_lang("zh")
    try:
        assert result.table["remainder_reason"].tolist()[1] == "总分修约"
    finally:
        kh.set_lang(None)
    explained = result.explain("丙").to_dict()["root"]["children"]
    assert [(node["kind"], node.get("points")) for node in explained] == [
        ("indicator", 100),
        ("adjustment", -5),
        ("floor", -35),
    ]


def test_average_ranks_may_be_halves():
    scheme = kh.Scheme.from_toml("""
        kaohe = 1
        id = "tied"
        variable = [{ id = "x", unit = "1" }]
        indicator = [{ id = "y", formula = "x", unit = "1", points = { rule = "linear", low = 0, high = 10 } }]
        total = { rank = { ties = "average" } }
    """)
    result = scheme.assess({"city": list("abc"), "x": [5, 5, 1]}, entity="city")
    assert result.ranking()["rank"].tolist() == [1.5, 1.5, 3.0]


def test_codes_name_entities(df):
    codes = {name: 110000 + i for i, name in enumerate(dict.fromkeys(df["province"]))}
    coded = df.assign(province=df["province"].map(codes))
    result = assess(coded)
    assert result.ranking(2022)["province"].iloc[0] == 110000
    assert result.explain(110000, 2022).entity == "110000"
    assert columns(result.points)["total"] == columns(assess(df).points)["total"]


def test_schemes_cross_process_borders():
    again = pickle.loads(pickle.dumps(PROVINCES))
    assert again == PROVINCES
    assert again.to_toml() == PROVINCES.to_toml()


def test_unknown_cells_are_told_with_the_nearest_name(df):
    result = assess(df)
    with pytest.raises(kh.DataError, match="甘肃") as caught:
        result.explain("甘肃省", 2022)
    assert caught.value.findings[0]["code"] == "unknown_entity_near"
    with pytest.raises(kh.DataError, match="2020, 2021, 2022"):
        result.ranking(2019)
    with pytest.raises(kh.DataError, match="rd_intensity"):
        result.explain("甘肃", 2022, "rd_intensty")
    with pytest.raises(kh.DataError, match="2023Q1"):
        result.ranking("last year")


def test_what_decides_is_decided_exactly():
    """The floats next to 0.285 and 1.005 lie below them: rounding the floats gives 0.28 and 1.00."""
    scheme = kh.Scheme.from_toml("""
        kaohe = 1
        id = "exact"
        variable = [{ id = "x", unit = "1" }]
        [[indicator]]
        id = "y"
        formula = "x"
        unit = "1"
        round = { digits = 2 }
        points = { rule = "linear", low = 0, high = 1 }
    """)
    result = scheme.assess({"city": ["a", "b"], "x": [0.285, 1.005]}, entity="city")
    assert result.values["y"].tolist() == [0.29, 1.01]


def test_a_column_added_to_a_table_is_the_callers_own():
    df = kh.datasets.load("china-provinces")
    result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
    mine = result.points
    mine["note"] = "mine"
    mine.loc[0, "total"] = 0.0
    assert "note" not in result.points
    assert result.points["total"].iloc[0] > 0
    assert df.equals(kh.datasets.load("china-provinces"))


def test_no_column_of_the_table_is_written_over():
    ids = ["rank", "grade", "rank_change", "i", "i_points", "i_points_", "grade_"]
    indicators = "".join(
        f'[[indicator]]\nid = "{name}"\nformula = "{k} * x"\nunit = "1"\n'
        'points = { rule = "linear", low = 0, high = 100 }\n'
        for k, name in enumerate(ids, 1)
    )
    scheme = kh.Scheme.from_toml(f'kaohe = 1\nid = "t"\n[[variable]]\nid = "x"\nunit = "1"\n{indicators}')
    result = scheme.assess(pd.DataFrame({"city": ["a", "b"], "x": [1.0, 2.0]}), entity="city")
    table = result.table
    assert table.columns.tolist() == [
        *("city", "total", "rank", "rank_change", "grade"),
        *("rank_", "grade__", "rank_change_", "i", "i_points", "i_points_", "grade_"),
        *("rank_points", "grade_points", "rank_change_points", "i_points__", "i_points_points"),
        *("i_points__points", "grade__points"),
    ]
    assert table["rank"].tolist() == [2, 1]
    assert table.iloc[0, 5:12].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert table.iloc[0, 12:].tolist() == [result.points.loc[0, name] for name in ids]

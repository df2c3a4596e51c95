"""Every kind of bad data is named by `check`, and refused by `assess` where nothing can be computed from it."""

import pandas as pd
import pytest

import kaohe as kh

SCHEME = kh.Scheme.from_toml("""
kaohe = 1
id = "small"
benchmarks = ["全省"]
variable = [
  { id = "rd", unit = "亿元" },
  { id = "gdp", unit = "亿元" },
  { id = "firms", unit = "家" },
  { id = "all", unit = "家", total_of = ["firms", "others"] },
  { id = "others", unit = "家" },
]
[[indicator]]
id = "rd_intensity"
formula = "rd / gdp"
unit = "%"
points = { rule = "linear", low = 0, high = 5 }
[[indicator]]
id = "density"
formula = "firms / all"
unit = "%"
points = { rule = "linear", low = 0, high = 100 }
[[indicator]]
id = "rest"
formula = "others"
unit = "家"
points = { rule = "linear", low = "min", high = "max" }
""")

CITIES = ["兰州", "白银", "天水", "酒泉", "张掖", "武威"]


def good():
    rows = []
    for t, year in enumerate([2020, 2021, 2022, 2023]):
        for i, city in enumerate(CITIES):
            gdp = round(310.5 + 97.3 * i + 13.1 * t + 1.7 * i * t, 1)
            firms, others = 120 + 31 * i + 7 * t, 900 + 53 * i + 11 * t
            row = {"city": city, "year": year, "rd": round(gdp * (0.011 + 0.003 * i + 0.0004 * t), 2), "gdp": gdp}
            rows.append({**row, "firms": firms, "all": firms + others, "others": others})
    return pd.DataFrame(rows)


def cell(name, value, row=13):
    def spoil(df):
        df = df.astype({name: object})
        df.loc[row, name] = value
        return df

    return spoil


def many(name, change, year=2023):
    def spoil(df):
        df = df.astype({name: object})
        rows = df["year"] == year
        df.loc[rows, name] = df.loc[rows, name].map(change)
        return df

    return spoil


# What is done to the data, the code it is told by, what the message says, and whether it can be assessed all the same.
CASES = {
    "no such column": (lambda d: d.drop(columns="rd"), "missing_column", "rd", False),
    "a column misspelt": (lambda d: d.rename(columns={"firms": "firmss"}), "missing_column_near", "firmss", False),
    "no such key": (lambda d: d.rename(columns={"city": "citty"}), "column_missing_near", "citty", False),
    "a column twice": (lambda d: pd.concat([d, d[["gdp"]]], axis=1), "column_twice", "gdp", False),
    "text for a number": (cell("gdp", "约300"), "number_is_text", "约300", False),
    "thousands separators": (cell("gdp", "1,234.5"), "number_is_text_near", "1234.5", False),
    "full-width digits": (cell("firms", "１２３"), "number_is_text_near", "123", False),
    "a unit behind the number": (cell("gdp", "300亿元"), "number_is_text", "300亿元", False),
    "a row twice": (lambda d: pd.concat([d, d.iloc[[3]]], ignore_index=True), "duplicate_row", "酒泉", False),
    "infinity": (cell("rd", float("inf")), "infinite_value", "rd", False),
    "no rows": (lambda d: d.iloc[:0], "no_rows", "no row", False),
    "no entity in a row": (cell("city", None), "key_missing", "city", False),
    "no period in a row": (cell("year", None), "key_missing", "year", False),
    "a period that is none": (cell("year", "去年"), "period_not_readable", "去年", False),
    "a period as a number": (cell("year", 2023.1), "period_number", "January", False),
    "periods of two lengths": (cell("year", "2022Q3"), "mixed_periods", "2022Q3", False),
    "a missing value": (cell("rd", None), "missing_value", "rd", False),
    "a missing value as text": (cell("rd", "-"), "number_is_text", "'-'", False),
    "a zero denominator": (cell("gdp", 0.0), "zero_denominator", "rd_intensity", False),
    "a negative denominator": (cell("gdp", -400.0), "negative_denominator", "-400", True),
    "a negative count": (cell("firms", -150), "negative_count", "家", True),
    "ten thousand times too large": (cell("gdp", 4_250_000.0), "power_jump_unit", "万元", True),
    "a whole year in another unit": (many("gdp", lambda x: x * 10_000), "power_period_unit", "万元", True),
    "last year's column again": (
        lambda d: d.assign(gdp=d["gdp"].where(d["year"] != 2023, d["gdp"].shift(len(CITIES)))), "frozen_period", "gdp",
        True,
    ),
    "parts that do not sum": (cell("others", 5), "total_apart", "all", True),
    "a year left out": (lambda d: d[d["year"] != 2021], "period_gap", "2020", True),
    "an entity left out for a year": (lambda d: d.drop(index=[8]), "entity_gap", "天水", True),
    "a name with a space": (cell("city", "白银 "), "entity_look_alike", "白银", True),
    "a month for a year": (lambda d: d.assign(year=d["year"].astype(str) + "-03"), "other_frequency", "2020-03", False),
    "an integer beyond a float": (cell("firms", 2**53 + 1), "number_is_rounded", "9007199254740993", True),
    "a benchmark that is not there": (lambda d: d, "benchmark_absent", "全省", True),
}  # fmt: skip


def check(data, **more):
    return SCHEME.check(data, entity="city", period="year", **more)


def test_good_data_have_nothing_but_the_absent_benchmark():
    assert check(good())["code"].tolist() == ["benchmark_absent"]


@pytest.mark.parametrize("case", CASES)
def test_check_names_it(case):
    spoil, code, says, _ = CASES[case]
    found = check(spoil(good()))
    told = found[found["code"] == code]
    assert len(told) >= 1, found[["code", "message"]].to_string()
    assert any(says in message for message in told["message"]), told["message"].tolist()


@pytest.mark.parametrize("case", CASES)
def test_assess_refuses_what_is_no_data_and_only_that(case):
    spoil, code, says, assessed = CASES[case]
    if assessed:
        data = spoil(good())
        assert len(SCHEME.assess(data, entity="city", period="year").points) == len(data)
        return
    with pytest.raises(kh.DataError) as caught:
        SCHEME.assess(spoil(good()), entity="city", period="year")
    codes = [f["code"] for f in caught.value.findings]
    # Missing values and zeros are reported by the indicator that needs the value.
    assert code in codes or {"missing_input", "missing_input_before", "not_a_number"} & set(codes), codes
    assert says in str(caught.value) or "rd_intensity" in str(caught.value)


@pytest.mark.parametrize("case", CASES)
def test_both_languages_say_something(case):
    spoil, *_ = CASES[case]
    zh, en = (check(spoil(good()), lang=lang) for lang in ("zh", "en"))
    assert zh["code"].tolist() == en["code"].tolist()
    assert all(a != b for a, b in zip(zh["message"], en["message"], strict=True))


def test_problems_of_every_layer_stand_in_one_table():
    data = good().astype(object)
    data.loc[2, "gdp"] = "无"
    data.loc[5, "year"] = "n/a"
    data.loc[9, "rd"] = float("inf")
    data.loc[10, "firms"] = -3
    data = pd.concat([data, data.iloc[[0]]], ignore_index=True)
    found = check(data)
    where = {(r.code, r.place, r.entity) for r in found.itertuples()}
    assert {
        ("number_is_text", "row 2", "天水"),
        ("period_not_readable", "row 5", "武威"),
        ("infinite_value", "row 9", "酒泉"),
        ("duplicate_row", "row 24", "兰州"),
        ("negative_count", "row 10", "张掖"),
    } <= where
    assert found["severity"].tolist() == sorted(found["severity"], key=["error", "warning", "info"].index)
    # A cell that was complained of is not also called missing.
    assert not ((found["code"] == "missing_value") & (found["place"] == "row 2")).any()


@pytest.mark.parametrize("library", ["polars", "pyarrow"])
def test_problems_come_in_the_callers_kind_of_table(library):
    import polars as pl

    data = pl.from_pandas(good())
    spoilt = data.with_columns(rd=pl.lit(None, pl.Float64))
    for table in (data, spoilt, data.drop("rd"), data.rename({"city": "town"})):
        found = check(table if library == "polars" else table.to_arrow())
        assert type(found).__module__.split(".")[0] == library
        names = found.columns if library == "polars" else found.column_names
        assert names == ["severity", "code", "place", "entity", "period", "column", "value", "message"]


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow", "dict"])
@pytest.mark.parametrize("long", [False, True])
def test_declared_marks_are_missing_and_of_their_variable_only(library, long):
    document = SCHEME.document
    document["variable"][0]["missing_marks"] = ["未公布"]
    scheme = kh.Scheme.from_dict(document)
    marked = [("rd", "未公布"), ("firms", "未公布"), ("rd", "暂缺")]
    wide = good().query("year == 2023").head(len(marked)).reset_index(drop=True).astype(object)
    for row, (name, text) in enumerate(marked):
        wide[name] = wide[name].astype(str)
        wide.loc[row, name] = text
    wide["year"] = wide["year"].astype(str)
    data = wide.melt(["city", "year"], ignore_index=False).astype({"value": str}) if long else wide
    import polars as pl

    as_kind = {
        "polars": pl.from_pandas,
        "pyarrow": lambda d: pl.from_pandas(d).to_arrow(),
        "dict": lambda d: d.to_dict("list"),
    }
    found = scheme.check(as_kind.get(library, lambda d: d)(data), entity="city", period="year", long=long)
    found = found if library in ("pandas", "dict") else found.to_pandas()
    refused = found[found["code"] == "number_is_text"]
    assert refused[["entity", "column", "value"]].to_numpy().tolist() == [
        [CITIES[2], "rd", "暂缺"],
        [CITIES[1], "firms", "未公布"],
    ]
    missing = found[found["code"] == "missing_value"]
    assert missing[["entity", "column"]].to_numpy().tolist() == [[CITIES[0], "rd"]]


def test_what_is_no_table_is_refused():
    with pytest.raises(kh.DataError, match="polars"):
        check(42)


BAD_SCHEMES = {
    "not TOML": ("kaohe = ", kh.SchemeError, "followed by"),
    "unknown key": ('kaohe = 1\nid = "a"\nweigth = 3', kh.SchemeError, "weigth"),
    "no indicators": ('kaohe = 1\nid = "a"', kh.SchemeError, "indicator"),
    "units that do not fit": (SCHEME.to_toml().replace('unit = "亿元"', 'unit = "人"', 1), kh.FormulaError, "亿元"),
    "a formula with an unknown name": (SCHEME.to_toml().replace("rd / gdp", "rd / gpd"), kh.FormulaError, "gdp"),
}


@pytest.mark.parametrize("case", BAD_SCHEMES)
def test_bad_schemes_are_refused_with_place_and_advice(case):
    text, kind, says = BAD_SCHEMES[case]
    with pytest.raises(kind) as caught:
        kh.Scheme.from_toml(text)
    assert type(caught.value) is kind
    assert says in str(caught.value)
    assert caught.value.findings
    with pytest.raises(kind) as zh:
        kh.Scheme.from_toml(text, lang="zh")
    assert [f["code"] for f in zh.value.findings] == [f["code"] for f in caught.value.findings]
    assert str(zh.value) != str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(kh.SchemeError, match="nowhere"):
        kh.Scheme.load(tmp_path / "nowhere.toml")


def test_the_language_is_zh_or_en():
    with pytest.raises(ValueError, match="fr"):
        check(good(), lang="fr")


def test_the_warnings_of_the_scheme_are_listed_with_the_problems_of_the_data():
    floor = '[[floor]]\nid = "low"\nwhen = "rd_intensity < 1.0"\nthen = { unranked = true }\n'
    scheme = kh.Scheme.from_toml(SCHEME.to_toml() + floor)
    assert [w["code"] for w in scheme.warnings] == ["formula_bare_ratio"]
    problems = scheme.check(cell("gdp", 0.0)(good()), entity="city", period="year")
    assert problems["severity"].tolist() == sorted(problems["severity"], key=["error", "warning", "info"].index)
    warned = problems[problems["code"] == "formula_bare_ratio"]
    assert warned["place"].item().endswith("floor[0].when")
    assert "1.0 [%]" in warned["message"].item()
    clean = kh.Scheme.from_toml(SCHEME.to_toml() + floor.replace("1.0", "1.0 [%]"))
    assert clean.warnings == []

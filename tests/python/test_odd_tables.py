"""Tables that no bureau would make and every program does: each is read, or refused in words."""

import numpy as np
import pandas as pd
import pytest

import kaohe as kh

pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")

SCHEME = kh.Scheme.from_toml("""
kaohe = 1
id = "small"
variable = [{ id = "rd", unit = "亿元" }, { id = "gdp", unit = "亿元" }]
indicator = [{ id = "i", formula = "rd / gdp", unit = "%", points = { rule = "linear", low = 0, high = 5 } }]
""")
DATA = {"who": ["甲", "乙", "甲", "乙"], "year": [2021, 2021, 2022, 2022], "rd": [1.0, 2, 3, 4], "gdp": [100.0] * 4}
POINTS = [20.0, 40.0, 60.0, 80.0]
KEYS = {"entity": "who", "period": "year"}


def codes(df, **keys):
    """The codes of what `check` says; `assess` must refuse the table in words exactly if one of them is an error."""
    problems = SCHEME.check(df, **{**KEYS, **keys})
    rows = pd.DataFrame(problems.to_pydict()) if isinstance(problems, pa.Table) else problems
    rows = rows.to_dict(orient="records") if isinstance(rows, pd.DataFrame) else rows.to_dicts()
    if any(row["severity"] == "error" for row in rows):
        with pytest.raises(kh.DataError):
            SCHEME.assess(df, **{**KEYS, **keys})
    return [row["code"] for row in rows]


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame, pa.table])
def test_one_column_cannot_be_two_things(kind):
    assert codes(kind(DATA), period="who") == ["column_two_roles"]
    assert codes(kind(DATA), long=("rd", "rd")) == ["column_two_roles"]


def test_a_column_twice_counts_only_where_it_is_asked_for():
    table = pa.table([*(pa.array(DATA[name]) for name in DATA), pa.array([1] * 4)], names=[*DATA, "rd"])
    assert codes(table) == ["column_twice"]
    unused = pa.table([*(pa.array(DATA[name]) for name in DATA), *[pa.array([1] * 4)] * 2], names=[*DATA, "z", "z"])
    assert "column_twice" not in codes(unused)
    assert SCHEME.assess(unused, **KEYS).points.column("i").to_pylist() == POINTS


def test_what_arrow_has_no_type_for_is_read_or_passed_over():
    df = pl.DataFrame(DATA)
    wide = df.with_columns(pl.col("gdp").cast(pl.Int128), note=None, count=pl.Series([1] * 4, dtype=pl.Int128))
    assert SCHEME.assess(wide, **KEYS).points["i"].to_list() == POINTS
    assert codes(df.with_columns(rd=None)) == ["missing_value"] * 4
    assert codes(df.with_columns(who=None)) == ["key_missing"] * 4
    odd = df.with_columns(note=pl.Series([object()] * 4, dtype=pl.Object))
    assert SCHEME.assess(odd, **KEYS).points["i"].to_list() == POINTS


def test_keys_that_are_true_and_false_are_keys_everywhere():
    data = {**DATA, "who": [True, False, True, False]}
    for df in (pd.DataFrame(data), pl.DataFrame(data), pa.table(data)):
        result = SCHEME.assess(df, **KEYS)
        assert "True" in result.explain(True, 2021).to_text("en")


@pytest.mark.parametrize("column", ["who", "year"])
def test_keys_that_name_nothing_are_told_once(column):
    lists = {**DATA, column: [[1], [2], [1], [2]]}
    for df in (pd.DataFrame(lists), pl.DataFrame(lists), pa.table(lists)):
        assert codes(df) == ["key_not_readable"]
    runs = pa.RunEndEncodedArray.from_arrays(pa.array([2, 4], pa.int32()), pa.array([2021, 2022]))
    assert codes(pa.table({**DATA, column: runs})) == ["key_not_readable"]


def test_keys_missing_from_thousands_of_rows_are_counted():
    n = 1500
    df = pd.DataFrame({"who": [None] * n + ["甲"], "year": 2021, "rd": 1.0, "gdp": 2.0})
    found = codes(df)
    assert found.count("key_missing") == 1000
    problems = SCHEME.check(df, **KEYS)
    assert problems.loc[problems["code"] == "column_and_more", "message"].tolist() == [
        "who: 500 more problems of this kind"
    ]


def test_a_table_without_columns_says_so():
    assert codes(pd.DataFrame()) == ["no_columns"] * 2
    assert codes({}) == ["no_columns"] * 2


def test_the_columns_of_a_long_table_are_of_use():
    long = pd.DataFrame(DATA).melt(["who", "year"], var_name="变量", value_name="数值").assign(note="x")
    for df in (long, pl.DataFrame(long.to_dict("list")), pa.table(long.to_dict("list"))):
        assert codes(df, long=("变量", "数值")) == ["unused_column"]  # the note
    long.loc[0, "变量"] = None
    problems = SCHEME.check(long.drop(columns="note"), **KEYS, long=("变量", "数值"))
    assert problems.loc[0, "code"] == "variable_missing"


def test_what_is_no_table_is_refused_in_words():
    for thing in (pd.Series([1]), pl.Series([1]), np.zeros((2, 2)), None, 3):
        with pytest.raises(kh.DataError, match="as a table"):
            SCHEME.check(thing, **KEYS)
    with pytest.raises(TypeError, match="names of columns"):
        SCHEME.check(pd.DataFrame(DATA), entity=None)
    with pytest.raises(TypeError, match="variable and value"):
        SCHEME.check(pd.DataFrame(DATA), **KEYS, long=("rd",))


@pytest.mark.filterwarnings("ignore:Arrow output on a DB-API result")
def test_a_duckdb_query_that_was_read_says_so():
    duckdb = pytest.importorskip("duckdb")
    given = pa.table(DATA)  # noqa: F841 (found by name)
    query = duckdb.connect().execute("select * from given")
    SCHEME.check(query, **KEYS)
    with pytest.raises(kh.DataError, match="run it again"):
        SCHEME.assess(query, **KEYS)


def test_assess_tells_all_that_is_wrong_at_once():
    df = pd.DataFrame(DATA).astype({"rd": object, "year": object})
    df.loc[0, "rd"] = "1,234"
    df.loc[1, "gdp"] = None
    df.loc[2, "year"] = "abc"
    df.loc[3, "gdp"] = 0
    with pytest.raises(kh.DataError) as refused:
        SCHEME.assess(df, **KEYS)
    problems = SCHEME.check(df, **KEYS)
    errors = problems.loc[problems["severity"] == "error", "message"].tolist()
    assert [f["message"] for f in refused.value.findings] == errors
    assert len(errors) == 4


@pytest.mark.parametrize("name", ["total", "rank", "i", "i_points"])
@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame, pa.table])
def test_a_key_cannot_be_called_like_a_column_of_the_result(kind, name):
    df = kind({name if old == "who" else old: column for old, column in DATA.items()})
    assert codes(df, entity=name) == ["key_like_result"]


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame, pa.table])
def test_the_class_of_a_long_table_is_read(kind):
    text = SCHEME.to_toml() + '\n[[class]]\nid = "A"\n\n[[class]]\nid = "B"\n'
    scheme = kh.Scheme.from_toml(text.replace('id = "small"', 'id = "small"\nclass_column = "kind"'))
    wide = pd.DataFrame({**DATA, "kind": ["A", "B", "A", "B"]})
    long = wide.melt(["who", "year", "kind"])
    expected = scheme.assess(wide, **KEYS).ranking(2022)["class"].tolist()
    result = scheme.assess(kind(long.to_dict("list")), **KEYS, long=True).ranking(2022)
    assert list(result["class"] if kind is not pa.table else result.column("class").to_pylist()) == expected
    long.loc[len(long) - 1, "kind"] = "A"
    with pytest.raises(kh.DataError, match="kind is 'A' in this row and 'B' in an earlier row"):
        scheme.assess(kind(long.to_dict("list")), **KEYS, long=True)


def test_check_lists_what_only_shows_when_it_is_computed():
    text = SCHEME.to_toml().replace("rd / gdp", "prev(rd) / gdp")
    scheme = kh.Scheme.from_toml(text)
    problems = scheme.check(pd.DataFrame(DATA), **KEYS)
    assert problems[["severity", "code", "entity", "period"]].values.tolist() == [
        ["error", "missing_input_before", "甲", "2021"],
        ["error", "missing_input_before", "乙", "2021"],
    ]


@pytest.mark.parametrize("order", ["by year", "by city", "years descending", "shuffled", "a row short", "one year"])
@pytest.mark.parametrize("cities", ["close", "wide", "descending"])
def test_numbers_as_keys_in_any_pattern_are_the_same_as_texts(order, cities):
    n, years = 700, [2020, 2021, 2022]
    codes = {"close": np.arange(n) - 3, "wide": np.arange(n) * 10**15 - 7, "descending": np.arange(n)[::-1]}[cities]
    who, year = np.tile(codes, 3), np.repeat(years, n)
    rng = np.random.default_rng(7)
    df = pd.DataFrame({"who": who, "year": year, "rd": rng.uniform(1, 9, 3 * n).round(2), "gdp": 100.0})
    sort = {"by city": ["who", "year"], "years descending": ["year", "who"]}.get(order)
    if sort:
        df = df.sort_values(sort, ascending=order == "by city", ignore_index=True)
    if order == "shuffled":
        df = df.sample(frac=1, random_state=3, ignore_index=True)
    if order == "a row short":
        df = df.iloc[:-1]
    if order == "one year":
        df = df[df["year"] == 2020]
    numbers = SCHEME.assess(df, **KEYS)
    texts = SCHEME.assess(df.assign(who=df["who"].astype(str), year=df["year"].astype(str)), **KEYS)
    arrow = SCHEME.assess(pa.Table.from_pandas(df, preserve_index=False), **KEYS).points.to_pandas()
    assert numbers.points["who"].tolist() == df["who"].tolist()
    assert numbers.points["total"].tolist() == texts.points["total"].tolist() == arrow["total"].tolist()
    last = int(df["year"].max())
    ranking, same = numbers.ranking(last), texts.ranking(last)
    assert ranking["who"].astype(str).tolist() == same["who"].tolist()
    assert ranking["rank_change"].astype(object).tolist() == same["rank_change"].astype(object).tolist()

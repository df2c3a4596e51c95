import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from kaohe import DataError, _kaohe, datasets, frames


def read(data, **more):
    return frames.read(data, **{"entity": "city", "period": "year", **more})


def values(frame, name):
    return np.asarray(frame.table.column(name))


def one(frame, lang="en"):
    (finding,) = frame.table.findings(lang)
    return finding


def kinds(frame):
    import duckdb
    import polars as pl
    import pyarrow as pa

    columns = {c: [None if pd.isna(x) else x for x in frame[c].tolist()] for c in frame}
    table = pa.table(columns)
    return {
        "pandas": frame,
        "polars": pl.DataFrame(columns),
        "polars lazy": pl.DataFrame(columns).lazy(),
        "pyarrow": table,
        "batch": table.to_batches()[0],
        "reader": table.to_reader(),
        "chunks": pa.concat_tables([table.slice(0, 1), table.slice(1)]),
        "duckdb": duckdb.from_arrow(table),
        "foreign stream": _kaohe.Batches(table),
        "dict": columns,
        "records": frame.to_dict("records"),
        "pandas on arrow": table.to_pandas(types_mapper=pd.ArrowDtype),
        "pandas nullable": frame.convert_dtypes(),
        "pandas objects": frame.astype(object),
    }


KINDS = [
    "pandas", "polars", "polars lazy", "pyarrow", "batch", "reader", "chunks", "duckdb", "foreign stream", "dict",
    "records", "pandas on arrow", "pandas nullable", "pandas objects",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_gives_the_same_table(small, kind):
    frame = read(kinds(small)[kind], variables=["gdp", "firms"])
    assert frame.table.findings() == []
    assert frame.table.variables == ["gdp", "firms"]
    assert frame.table.entities == ["甲市", "乙市", "甲市", "乙市"]
    assert frame.table.periods == ["2022", "2022", "2023", "2023"]
    np.testing.assert_array_equal(values(frame, "gdp"), [100.5, 90.25, np.nan, 95.0])
    np.testing.assert_array_equal(values(frame, "firms"), [3, 4, 5, 6])


@pytest.mark.parametrize("kind", KINDS)
def test_the_answer_is_of_the_same_kind(small, kind):
    import polars as pl
    import pyarrow as pa

    frame = read(kinds(small)[kind], variables=["gdp"])
    out = frame.build({"points": np.array([1.5, np.nan]), "grade": ["优秀", None]}, rows=[2, 1])
    expected = {
        "city": ["甲市", "乙市"],
        "year": [2023, 2022],
        "points": [1.5, None],
        "grade": ["优秀", None],
    }
    if kind.startswith("polars"):
        assert isinstance(out, pl.DataFrame)
        assert out.to_dict(as_series=False) == expected
    elif kind in ("pyarrow", "batch", "reader", "chunks", "duckdb"):
        assert isinstance(out, pa.Table)
        assert out.to_pydict() == expected
    else:
        assert isinstance(out, pd.DataFrame)
        got = {c: [None if pd.isna(x) else x for x in out[c].tolist()] for c in out}
        if kind == "foreign stream":
            got["year"] = [int(y) for y in got["year"]]  # a stream without a library gives its keys as text
        assert got == expected


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_tables_without_keys(small, kind):
    frame = read(kinds(small)[kind])
    out = frame.build({"driver": ["a", "b"], "effect": np.array([1.0, np.nan])}, keys=())
    assert type(out).__module__.split(".")[0] == kind
    assert len(out) == 2


def test_plain_pandas_needs_no_arrow(small, without_arrow):
    frame = read(small)
    np.testing.assert_array_equal(values(frame, "gdp"), [100.5, 90.25, np.nan, 95.0])
    out = frame.build({"points": np.array([1.0, 2.0, 3.0, 4.0])})
    assert list(out.columns) == ["city", "year", "points"]
    with pytest.raises(ModuleNotFoundError):
        import pyarrow  # noqa: F401


class Foreign:
    """A table of a library that nobody has heard of."""

    def __init__(self, batches):
        self.batches = batches

    def __arrow_c_stream__(self, requested_schema=None):
        return self.batches.__arrow_c_stream__(requested_schema)


@pytest.fixture
def foreign(small):
    return Foreign(_kaohe.Batches(kinds(small)["pyarrow"]))


def test_a_foreign_stream_needs_no_arrow_library(foreign, without_arrow):
    with pytest.raises(ModuleNotFoundError):
        import polars  # noqa: F401
    frame = read(foreign)
    np.testing.assert_array_equal(values(frame, "gdp"), [100.5, 90.25, np.nan, 95.0])
    assert isinstance(frame.build({"x": [1.0, 2.0, 3.0, 4.0]}), pd.DataFrame)


def test_a_foreign_stream_comes_back_as_arrow(foreign):
    import pyarrow as pa

    assert isinstance(read(foreign).build({"x": [1.0, 2.0, 3.0, 4.0]}), pa.Table)


def test_floats_are_shared_not_copied():
    import polars as pl

    numbers = np.arange(4.0)
    keys = {"city": list("abcd"), "year": [2022] * 4}
    for data in (pd.DataFrame({**keys, "gdp": numbers}, copy=False), pl.DataFrame({**keys, "gdp": numbers})):
        shared = data["gdp"].to_numpy()
        column = read(data).table.column("gdp")
        assert np.shares_memory(np.asarray(column), shared)
        assert not np.asarray(column).flags.writeable


def test_shared_memory_outlives_its_owner():
    frame = pd.DataFrame({"city": ["a"] * 100_000, "year": range(100_000), "gdp": np.arange(100_000.0)})
    column = read(frame).table.column("gdp")
    del frame
    np.testing.assert_array_equal(np.asarray(column), np.arange(100_000.0))
    with pytest.raises((BufferError, ValueError)):
        np.frombuffer(column).setflags(write=True)


def test_strided_and_narrow_columns(small):
    block = pd.DataFrame(np.arange(8.0).reshape(4, 2), columns=["a", "b"])
    frame = pd.concat([small[["city", "year"]], block], axis=1)
    frame["half"] = np.array([0.1, 0.2, 0.3, 0.4], dtype=np.float32)
    frame["tiny"] = np.array([1, 2, 3, 4], dtype=np.uint8)
    frame["yes"] = [True, False, True, True]
    read_back = read(frame)
    assert values(read_back, "b").tolist() == [1, 3, 5, 7]
    assert values(read_back, "half").tolist() == [0.1, 0.2, 0.3, 0.4]  # the decimals that were typed
    assert values(read_back, "tiny").tolist() == [1, 2, 3, 4]
    assert values(read_back, "yes").tolist() == [1, 0, 1, 1]


@pytest.mark.parametrize("levels", [["city", "year"], ["year", "city"], ["city"], ["year"]])
def test_a_pandas_index_is_understood_and_restored(small, levels):
    frame = read(small.set_index(levels))
    assert frame.table.entities == ["甲市", "乙市", "甲市", "乙市"]
    out = frame.build({"points": np.arange(4.0)})
    assert set(out.index.names) == set(levels)
    assert set(out.reset_index().columns) == {"city", "year", "points"}
    ranking = frame.build({"rank": [1, 2]}, rows=[3, 2], keys=["city"])
    assert list(ranking.reset_index()["city"]) == ["乙市", "甲市"]


def test_a_filtered_frame_keeps_its_row_labels(small):
    out = read(small[small["year"] == 2023]).build({"points": [1.0, 2.0]})
    assert out.index.tolist() == [2, 3]
    assert out["points"].tolist() == [1.0, 2.0]


def test_text_in_a_number_column_is_named_with_row_and_value(small):
    frame = small.assign(gdp=["100.5", "1,234.5", "-", "９０．５"])
    for kind in (frame, kinds(frame)["polars"], kinds(frame)["pyarrow"], kinds(frame)["dict"]):
        got = read(kind, variables=["gdp"])
        findings = got.table.findings()
        assert [(f["code"], f["row"], f["entity"], f["period"], f["column"], f["value"]) for f in findings] == [
            ("number_is_text_near", 1, "乙市", "2022", "gdp", "1,234.5"),
            ("number_is_text", 2, "甲市", "2023", "gdp", "-"),
            ("number_is_text_near", 3, "乙市", "2023", "gdp", "９０．５"),
        ]
        assert findings[0]["message"] == "gdp holds '1,234.5', which is not a plain number; write 1234.5"
        assert got.table.findings("zh")[2]["message"] == "gdp 的值“９０．５”不是纯数字；应写作 90.5"
        np.testing.assert_array_equal(values(got, "gdp"), [100.5, np.nan, np.nan, np.nan])


@pytest.mark.parametrize("text", ["…", "12%", "1,23", "abc", "n/a", "--", "1.2.3", "壹", "0x10", "inf", "1e", "１２万"])
def test_what_is_no_number_is_never_read_as_one(text):
    got = read({"city": ["a"], "year": [2022], "gdp": [text]}, variables=["gdp"])
    assert one(got)["value"] == text
    assert np.isnan(values(got, "gdp")[0])


def test_decimals_stay_what_was_typed():
    import pyarrow as pa

    typed = ["28.175", "12345678901234567.89", "0.1", None]
    decimals = [None if t is None else Decimal(t) for t in typed]
    keys = {"city": list("abcd"), "year": [2022] * 4}
    arrow = pa.table({**keys, "gdp": pa.array(decimals, pa.decimal128(38, 10))})
    for data in (arrow, {**keys, "gdp": decimals}, {**keys, "gdp": typed}):
        got = read(data, variables=["gdp"])
        np.testing.assert_array_equal(values(got, "gdp"), [28.175, 12345678901234567.89, 0.1, np.nan])
        assert got.table.exact_rows("gdp") == [1]
        assert got.table.findings() == []


def test_integers_beyond_floats_are_not_rounded_silently():
    import polars as pl

    keys = {"city": list("abc"), "year": [2022] * 3}
    numbers = [2**53 + 1, 10**16, 10**16 + 1]
    sources = [
        {**keys, "n": numbers},
        pd.DataFrame({**keys, "n": numbers}),
        pd.DataFrame({**keys, "n": pd.array(numbers, dtype="Int64")}),
        pd.DataFrame({**keys, "n": np.array(numbers, dtype=np.uint64)}),
        pl.DataFrame({**keys, "n": numbers}),
    ]
    for data in sources:
        got = read(data)
        assert [(f["severity"], f["code"], f["row"]) for f in got.table.findings()] == [
            ("warning", "number_is_rounded", 0),
            ("warning", "number_is_rounded", 2),
        ]
        assert got.table.exact_rows("n") == [0, 2]


def test_dictionary_strings_and_views():
    import polars as pl
    import pyarrow as pa

    table = pa.table(
        {
            "city": pa.array(["甲市", "乙市", "甲市"]).dictionary_encode(),
            "year": pa.array(["2022年", "2022年", "2023年"], pa.string_view()),
            "gdp": pa.array(["1.5", None, "2.5"], pa.large_string()).dictionary_encode(),
        }
    )
    polars = pl.DataFrame(
        {"city": ["甲市", "乙市", "甲市"], "year": ["2022年", "2022年", "2023年"], "gdp": ["1.5", None, "2.5"]}
    )
    polars = polars.with_columns(pl.col("city").cast(pl.Categorical))
    for data in (table, polars, table.to_pandas()):
        got = read(data, variables=["gdp"])
        assert got.table.entities == ["甲市", "乙市", "甲市"]
        assert got.table.periods == ["2022年", "2022年", "2023年"]
        np.testing.assert_array_equal(values(got, "gdp"), [1.5, np.nan, 2.5])


def test_periods_come_as_text():
    days = [dt.date(2023, 3, 31), dt.date(2023, 6, 30)]
    stamps = pd.to_datetime(["2023-03-31", "2023-06-30"])
    import polars as pl

    expected = {
        "dates": (days, ["2023-03-31", "2023-06-30"]),
        "stamps": (stamps, ["2023-03-31T00:00:00", "2023-06-30T00:00:00"]),
        "quarters": (stamps.to_period("Q"), ["2023Q1", "2023Q2"]),
        "shanghai": (stamps.tz_localize("Asia/Shanghai"), ["2023-03-31T00:00:00", "2023-06-30T00:00:00"]),
        "floats": ([2022.0, 2023.0], ["2022", "2023"]),
    }
    for column, texts in expected.values():
        got = read(pd.DataFrame({"city": ["a", "a"], "year": column, "gdp": [1.0, 2.0]}))
        assert got.table.periods == texts
    zoned = pl.DataFrame({"city": ["a", "a"], "year": list(stamps), "gdp": [1.0, 2.0]}).with_columns(
        pl.col("year").dt.replace_time_zone("Asia/Shanghai")
    )
    assert read(zoned).table.periods == ["2023-03-31T00:00:00", "2023-06-30T00:00:00"]
    assert str(read(zoned).build({"x": [1.0, 2.0]}).schema["year"]).count("Asia/Shanghai") == 1


def test_rows_without_a_key_are_reported():
    for data in ({"city": ["a", None], "year": [2022, 2022], "gdp": [1.0, 2.0]},):
        for kind in (data, pd.DataFrame(data)):
            finding = one(read(kind))
            assert (finding["code"], finding["row"], finding["column"]) == ("key_missing", 1, "city")


def test_missing_columns_name_the_nearest(small):
    for data in kinds(small).values():
        with pytest.raises(DataError, match="did you mean city") as caught:
            frames.read(data, entity="ctiy", period="year")
        assert caught.value.findings[0]["code"] == "column_missing_near"


def test_a_column_twice_is_refused(small):
    twice = pd.concat([small, small[["gdp"]]], axis=1)
    with pytest.raises(DataError, match="gdp stands more than once"):
        read(twice, variables=["gdp"])


def test_what_is_no_table_is_said(small):
    with pytest.raises(DataError, match="cannot read 'int' as a table"):
        read(7)
    with pytest.raises(DataError, match="different length"):
        read({"city": ["a"], "year": [1, 2]})


def test_dates_are_no_numbers():
    import polars as pl

    got = read(pl.DataFrame({"city": ["a"], "year": [2022], "gdp": [dt.date(2023, 1, 1)]}), variables=["gdp"])
    assert one(got)["message"] == "gdp has type Date32, which is not a number; give numbers"


def test_texts_are_taken_as_classes(small):
    frame = small.assign(kind=["一类", None, "一类", "二类"])
    for data in (frame, kinds(frame)["polars"]):
        got = read(data, texts=["kind"])
        assert got.table.text("kind") == ["一类", None, "一类", "二类"]
        assert got.table.variables == ["gdp", "firms"]


def test_a_table_without_periods():
    got = frames.read({"city": ["a", "b"], "gdp": [1.0, 2.0]}, entity="city")
    assert got.table.periods is None
    assert list(got.build({"x": [1.0, 2.0]}).columns) == ["city", "x"]


def long_table(small):
    return small.melt(id_vars=["city", "year"], var_name="variable", value_name="value")


@pytest.mark.parametrize("kind", KINDS)
def test_long_tables_are_spread_without_losing_a_row(small, kind):
    got = read(kinds(long_table(small))[kind], long=True)
    assert got.table.findings() == []
    assert got.table.entities == ["甲市", "乙市", "甲市", "乙市"]
    np.testing.assert_array_equal(values(got, "gdp"), [100.5, 90.25, np.nan, 95.0])
    np.testing.assert_array_equal(values(got, "firms"), [3, 4, 5, 6])
    assert len(got.build({"x": np.arange(4.0)})) == 4


def test_long_tables_in_any_order_and_under_other_names(small):
    mixed = long_table(small).sample(frac=1, random_state=1).rename(columns={"variable": "指标", "value": "数值"})
    got = read(mixed, long=("指标", "数值"))
    out = got.build({"gdp": values(got, "gdp"), "firms": values(got, "firms")}).sort_values(["year", "city"])
    expected = small.sort_values(["year", "city"])
    np.testing.assert_array_equal(out["gdp"], expected["gdp"])
    np.testing.assert_array_equal(out["firms"], expected["firms"])


def test_cells_given_twice_in_a_long_table_are_reported(small):
    long = long_table(small)
    got = read(pd.concat([long, long.iloc[[1]]], ignore_index=True), long=True)
    finding = one(got)
    assert (finding["code"], finding["row"], finding["entity"], finding["column"]) == ("long_twice", 8, "乙市", "gdp")
    assert "row 1" in finding["message"]


def test_text_in_a_long_table_is_placed_at_its_variable(small):
    long = long_table(small).astype({"value": object})
    long.loc[0, "value"] = "…"
    assert (one(read(long, long=True))["column"], one(read(long, long=True))["row"]) == ("gdp", 0)


def test_an_empty_table_is_read():
    got = read(pd.DataFrame({"city": [], "year": [], "gdp": np.array([], dtype=float)}))
    assert len(got.table) == 0
    assert np.asarray(got.table.column("gdp")).shape == (0,)


def test_all_kinds_agree_on_real_statistics():
    frame = datasets.load("china-provinces-2023")
    reference = frames.read(frame, entity="province", period="year")
    for kind, data in kinds(frame).items():
        got = frames.read(data, entity="province", period="year", variables=reference.table.variables)
        for name in reference.table.variables:
            np.testing.assert_array_equal(values(got, name), values(reference, name), err_msg=f"{kind} {name}")

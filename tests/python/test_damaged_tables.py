"""Memory and texts that are not what their type promises: refused with row and column, never the end of the process."""

import subprocess
import sys
import textwrap
import threading
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

import kaohe as kh
from test_odd_tables import DATA, KEYS, POINTS, SCHEME, codes

pa = pytest.importorskip("pyarrow")

TABLE = pa.table(DATA)
# 乙 in GBK, labelled UTF-8.
GBK = pa.Array.from_buffers(
    pa.string(),
    4,
    [None, pa.py_buffer(np.array([0, 1, 3, 4, 5], dtype=np.int32)), pa.py_buffer(b"1\xd2\xd211")],
)


def problem(table, column):
    """The only error of a table, which is about a column: its code and row."""
    with pytest.raises(kh.DataError) as caught:
        SCHEME.assess(table, **KEYS)
    errors = [f for f in caught.value.findings if f["severity"] == "error"]
    assert {f["column"] for f in errors} == {column}
    assert codes(table)[0] == errors[0]["code"]
    return [(f["code"], f["row"]) for f in errors]


@pytest.mark.parametrize("column", ["who", "year", "rd"])
@pytest.mark.parametrize("kind", ["string", "dictionary", "view"])
def test_text_that_is_not_utf8_is_refused_with_its_row(column, kind):
    bad = GBK
    if kind == "dictionary":
        bad = pa.DictionaryArray.from_arrays(pa.array([0, 1, 0, 0]), GBK)
    if kind == "view":
        bad = pa.chunked_array([GBK.cast(pa.binary()).cast(pa.binary_view()).view(pa.string_view())]).chunk(0)
    at = TABLE.column_names.index(column)
    assert problem(TABLE.set_column(at, column, bad), column) == [("text_not_unicode", 1)]


def test_a_column_that_is_not_read_may_be_as_it_is():
    result = SCHEME.assess(TABLE.append_column("note", GBK), **KEYS)
    assert result.points.column("i").to_pylist() == POINTS


def test_offsets_and_keys_that_lead_nowhere_are_refused():
    offsets = pa.py_buffer(np.array([0, 900, 1, 2, 3], dtype=np.int32))
    wild = pa.Array.from_buffers(pa.string(), 4, [None, offsets, pa.py_buffer(b"abc")])
    assert problem(TABLE.set_column(0, "who", wild), "who")[0][0] == "column_damaged"
    keys = pa.py_buffer(np.array([0, 9, 0, -3], dtype=np.int32))
    kind = pa.dictionary(pa.int32(), pa.string())
    lost = pa.DictionaryArray.from_buffers(kind, 4, [None, keys], pa.array(["甲"]))
    assert problem(TABLE.set_column(0, "who", lost), "who")[0][0] == "column_damaged"


def test_lists_in_lists_without_end_are_refused():
    """A type nested 10,000 deep would take the stack of whoever follows it."""
    deep = pa.int8()
    for _ in range(200):
        deep = pa.list_(deep)

    class Stream:
        def __arrow_c_stream__(self, requested_schema=None):
            return TABLE.append_column("deep", pa.nulls(4, deep)).__arrow_c_stream__(requested_schema)

    with pytest.raises(ValueError, match="64 levels"):
        kh._kaohe.Batches(Stream())


def test_decimals_of_whole_hundreds_are_numbers():
    hundreds = pa.array([Decimal(100)] * 4, pa.decimal128(25, -2))
    table = TABLE.set_column(TABLE.column_names.index("gdp"), "gdp", hundreds)
    assert SCHEME.assess(table, **KEYS).points.column("i").to_pylist() == POINTS
    assert codes(table) == []
    assert codes(TABLE.set_column(1, "year", hundreds)) == ["key_not_readable"]


def test_keys_and_numbers_as_views_are_read():
    views = TABLE.set_column(0, "who", pa.array(DATA["who"], pa.string_view()))
    views = views.set_column(2, "rd", pa.array([str(x) for x in DATA["rd"]], pa.string_view()))
    result = SCHEME.assess(views, **KEYS)
    assert result.points.column("i").to_pylist() == POINTS
    assert set(result.ranking().column("who").to_pylist()) <= set(DATA["who"])


@pytest.mark.parametrize("kind", [">i8", ">i4", ">f8", ">u8"])
def test_big_endian_columns_are_read(kind):
    df = pd.DataFrame({**DATA, "year": np.array(DATA["year"], kind), "gdp": np.array(DATA["gdp"], kind)})
    assert SCHEME.assess(df, **KEYS).points["i"].tolist() == POINTS
    assert codes(df) == []


@pytest.mark.parametrize("column", ["who", "year", "rd"])
def test_half_a_character_is_refused_with_its_row(column):
    half = [str(x) for x in DATA[column]]
    half[1] += "\ud800"
    data = {**DATA, column: half}
    for table in (data, pd.DataFrame({**DATA, column: pd.Series(half, dtype=object)})):
        assert problem(table, column) == [("text_not_unicode", 1)]


def test_half_a_character_elsewhere_is_an_error_of_the_package():
    assert codes({**DATA, "z\ud800": [1] * 4}) == ["unused_column"]
    with pytest.raises(kh.SchemeError, match="character 0"):
        kh.Scheme.from_toml("\ud800")
    with pytest.raises(kh.SchemeError):
        kh.Scheme.from_dict({"id": "\ud800"})
    with pytest.raises(kh.DataError):
        SCHEME.assess(DATA, **KEYS).explain("\ud800", 2022)


def test_a_stream_is_pulled_while_other_threads_run():
    """A producer that waits for Python on another thread would wait for ever under the interpreter's lock."""

    def batches():
        turn = threading.Event()
        threading.Thread(target=turn.set).start()
        assert turn.wait(60)
        yield from TABLE.to_batches()

    class Stream:
        def __arrow_c_stream__(self, requested_schema=None):
            return pa.RecordBatchReader.from_batches(TABLE.schema, batches()).__arrow_c_stream__(requested_schema)

    assert len(kh._kaohe.Batches(Stream())) == 4


def long(n, **swapped):
    """A long table of `n` rows, each of an entity of its own."""
    names = [f"e{i}" for i in range(n)]
    return pd.DataFrame({"who": names, "year": [2021] * n, "variable": ["rd"] * n, "value": [1.0] * n, **swapped})


def test_a_long_table_takes_room_only_for_what_the_scheme_uses():
    n = 60_000
    swapped = long(n).rename(columns={"who": "variable", "variable": "who"})
    assert "missing_column" in codes(swapped, long=True)
    other = long(n, variable=[f"v{i}" for i in range(n - 1)] + ["rd"])
    assert "missing_column" in {code.removesuffix("_near") for code in codes(other, long=True)}


def test_a_long_table_that_is_nearly_all_empty_is_refused():
    n = 6_000
    variables = "".join(f'\n[[variable]]\nid = "v{i}"\nunit = "1"' for i in range(n))
    scheme = kh.Scheme.from_toml(
        f'kaohe = 1\nid = "wide"{variables}\n[[indicator]]\nid = "i"\nformula = "v0"\nunit = "1"\n'
        'points = { rule = "linear", low = 0, high = 1 }'
    )
    sparse = long(n, variable=[f"v{i}" for i in range(n)])
    with pytest.raises(kh.DataError) as caught:
        scheme.assess(sparse, **KEYS, long=True)
    assert [f["code"] for f in caught.value.findings] == ["long_too_sparse"]


def test_damage_does_not_end_the_process():
    """In a process of its own, since a fault of memory would take the tests with it: GBK in a Parquet file."""
    code = """
        import io, numpy as np, pyarrow as pa, pyarrow.parquet as pq, kaohe as kh
        names = b"".join("乙".encode("gbk") for _ in range(1000))
        buffers = [None, pa.py_buffer(np.arange(0, 2002, 2, dtype=np.int32)), pa.py_buffer(names)]
        who = pa.Array.from_buffers(pa.string(), 1000, buffers)
        file = io.BytesIO()
        pq.write_table(pa.table({"province": who, "year": [2022] * 1000}), file)
        table = pq.read_table(file)
        problems = kh.Scheme.builtin("hdi").check(table, entity="province", period="year")
        print(problems.column("code").to_pylist().count("text_not_unicode"))
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout.strip()) == (0, "1"), done.stderr

#!/usr/bin/env python3
"""Fuzzes the border with Arrow.

python3 fuzz/arrow.py SECONDS       runs cases in a process of their own, so that one that dies is seen
python3 fuzz/arrow.py 0 CASE        runs one case again

The tables are made in Python and cross the real border, because what can fail is there: the import of the stream, its
release, and reading the columns. Their layout is right (buffers as long as they say, offsets ascending), since the C
interface carries no lengths that a reader could check; all else is drawn: types, nulls, slices, chunks, nesting, text
that is not UTF-8, indices of dictionaries that point nowhere, decimals and dates out of range.
"""

import faulthandler
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa

import kaohe as kh

SCHEME = """
kaohe = 1
id = "arrow"
class_column = "class"
[[variable]]
id = "x"
unit = "1"
missing = "zero"
[[variable]]
id = "y"
unit = "1"
missing = "peer_mean"
[[indicator]]
id = "i"
formula = "x / y"
unit = "1"
missing = "skip"
points = { rule = "linear" }
[[class]]
id = "A"
[[class]]
id = "1"
"""
WORDS = [
    b"",
    b"A",
    b"1",
    b"2022",
    b"2023",
    b"\xe7\x94\x98\xe8\x82\x83",
    b"1.5",
    b"1e-2147483648",
    b"\xb8\xca\xcb\xe0",
    b"\xff",
    b"a\0b",
]
INTEGERS = [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()]
TIMES = [
    pa.date32(), pa.date64(), pa.timestamp("s"), pa.timestamp("ms"), pa.timestamp("us"), pa.timestamp("ns"),
    pa.timestamp("us", "Asia/Shanghai"), pa.time32("s"), pa.time64("ns"), pa.duration("s"),
    pa.month_day_nano_interval(),
]  # fmt: skip
TEXTS = [(pa.binary(), pa.string()), (pa.large_binary(), pa.large_string()), (pa.binary_view(), pa.string_view())]


def fixed(r: random.Random, kind: pa.DataType, rows: int) -> pa.Array:
    """Return an array of any bits of a type of fixed width."""
    width = (kind.bit_width * rows + 7) // 8
    bits = r.randbytes(width) if r.random() < 0.5 else bytes(r.choice([0, 0, 0, 1]) for _ in range(width))
    valid = pa.py_buffer(r.randbytes((rows + 7) // 8)) if r.random() < 0.4 else None
    return pa.Array.from_buffers(kind, rows, [valid, pa.py_buffer(bits)])


def text(r: random.Random, rows: int) -> pa.Array:
    """Return text of any layout, whose bytes need not be UTF-8."""
    binary, kind = r.choice(TEXTS)
    words = WORDS if r.random() < 0.3 else WORDS[:7]
    cells = [None if r.random() < 0.1 else r.choice(words) for _ in range(rows)]
    taken = pa.array(cells, binary)
    return pa.Array.from_buffers(kind, rows, taken.buffers()) if r.random() < 0.9 else taken


def dictionary(r: random.Random, rows: int, depth: int) -> pa.Array:
    """Return a dictionary, sometimes with an index that points nowhere."""
    values = array(r, r.randrange(5), depth + 1)
    most = len(values) + (r.random() < 0.1)
    codes = [None if r.random() < 0.1 or not most else r.randrange(most) for _ in range(rows)]
    return pa.DictionaryArray.from_arrays(pa.array(codes, r.choice(INTEGERS)), values, safe=False)


def decimal(r: random.Random, rows: int) -> pa.Array:
    """Return decimals of any precision and scale."""
    kind, most = r.choice([(pa.decimal32, 9), (pa.decimal64, 18), (pa.decimal128, 38), (pa.decimal256, 76)])
    return fixed(r, kind(r.randrange(1, most + 1), r.randrange(-most, most + 1)), rows)


def nested(r: random.Random, rows: int, depth: int) -> pa.Array:
    """Return what no column of a table should be."""
    inner = array(r, rows, depth + 1)
    match r.randrange(4):
        case 0:
            return pa.ListArray.from_arrays(pa.array(range(rows + 1), pa.int32()), inner)
        case 1:
            return pa.StructArray.from_arrays([inner, inner], ["a", "b"])
        case 2 if rows:
            return pa.RunEndEncodedArray.from_arrays(pa.array(range(1, rows + 1), pa.int32()), inner)
        case _:
            deep = inner
            for _ in range(r.choice([1, 5, 200])):
                deep = pa.ListArray.from_arrays(pa.array(range(rows + 1), pa.int32()), deep)
            return deep


def array(r: random.Random, rows: int, depth: int = 0) -> pa.Array:
    """Return an array of any type."""
    match r.randrange(12 if depth < 2 else 8):
        case 0 | 1:
            return text(r, rows)
        case 2:
            return fixed(r, r.choice(INTEGERS), rows)
        case 3:
            return fixed(r, r.choice([pa.float16(), pa.float32(), pa.float64()]), rows)
        case 4:
            return fixed(r, r.choice(TIMES), rows)
        case 5:
            return decimal(r, rows)
        case 6:
            return r.choice([pa.nulls(rows), fixed(r, pa.bool_(), rows), pa.array([b"ab"] * rows, pa.binary(2))])
        case 7 | 8:
            return pa.array([None if r.random() < 0.1 else r.randrange(-9, 999) / 8 for _ in range(rows)], pa.float64())
        case 9 | 10:
            return dictionary(r, rows, depth)
        case _:
            return nested(r, rows, depth)


def key(r: random.Random, rows: int, name: str) -> pa.Array:
    """Return a key column, mostly one that names something."""
    if r.random() < 0.12:
        return array(r, rows)
    if name == "year":
        return pa.array([2022 + row % 2 for row in range(rows)], r.choice(INTEGERS[1:4]))
    names = [["A", "1"][row % 2] if name == "class" else f"e{row // 2}" for row in range(rows)]
    return pa.array(names, r.choice([pa.string(), pa.large_string(), pa.string_view()]))


def table(r: random.Random) -> pa.Table:
    """Return a table of drawn columns; now and then sliced, in chunks, with a column twice."""
    rows = r.choice([0, 1, 2, 8, 9, 40])
    names = ["entity", "year", "class", "x", "y", *r.sample(["x", "z", "entity"], r.random() < 0.1)]
    columns = [key(r, rows, n) if n in ("entity", "year", "class") else array(r, rows) for n in names]
    whole = pa.table(columns, names)
    if r.random() < 0.3:
        whole = whole.slice(r.randrange(rows + 1))
    if r.random() < 0.3:
        cut = r.randrange(len(whole) + 1)
        whole = pa.concat_tables([whole.slice(0, cut), whole.slice(cut)])
    return whole


def case(seed: int, scheme: kh.Scheme) -> bool:
    """Run one case; return whether it was assessed."""
    r = random.Random(seed)
    try:
        given = table(r)
    except (pa.ArrowException, ValueError, TypeError, OverflowError):
        return False  # pyarrow itself refuses to make it
    how = {"entity": "entity", "period": r.choice(["year", None]), "long": r.choice([None, None, None, ("x", "y")])}
    try:
        problems = scheme.check(given, **how)
        assert set(problems["severity"].to_pylist()) <= {"error", "warning", "info"}
        result = scheme.assess(given, **how)
    except kh.KaoheError as error:
        if not str(error):
            raise
        return False
    totals = result.ranking()["total"].to_pylist() if result.periods else []
    assert all(t is None or abs(t) < float("inf") for t in totals)
    return True


def work(seconds: float, first: int, note: Path) -> None:
    """Run cases until the time is over; the note names the one at work."""
    import resource

    # An allocation that nobody can mean ends the process at once.
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    faulthandler.enable()
    scheme = kh.Scheme.from_toml(SCHEME)
    began, seed, assessed = time.monotonic(), first, 0
    with note.open("r+") as file:
        while time.monotonic() - began < seconds:
            file.seek(0)
            file.write(f"{seed:20}")
            file.flush()
            faulthandler.dump_traceback_later(60, exit=True)
            assessed += case(seed, scheme)
            faulthandler.cancel_dump_traceback_later()
            seed += 1
    print(f"  arrow        {seed - first:,} executions, {assessed:,} of them assessed")


def main(words: list[str]) -> int:
    """Fuzz, or run one case again."""
    if len(words) == 2:
        print("assessed" if case(int(words[1]), kh.Scheme.from_toml(SCHEME)) else "refused")
        return 0
    if len(words) == 4:
        work(float(words[0]), int(words[2]), Path(words[3]))
        return 0
    with tempfile.NamedTemporaryFile("r") as note:
        first = time.time_ns() // 1_000_000
        done = subprocess.run([sys.executable, __file__, words[0], "from", str(first), note.name], check=False)
        if done.returncode:
            print(f"FAILED ({done.returncode}): python3 fuzz/arrow.py 0 {note.read().strip()}")
    return int(done.returncode != 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["600"]))

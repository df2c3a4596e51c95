"""Ten million members streamed from Arrow batches: time and peak memory.

python benches/members.py [MEMBERS] [ENTITIES]
"""

import resource
import sys
import time
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa

import kaohe as kh

SCHEME = """
kaohe = 1
id = "members"
members = { variable = [{ id = "x", unit = "元" }, { id = "y", unit = "人" }] }
[[indicator]]
id = "cv"
formula = "members.cv(x / y, weight = y)"
unit = "1"
points = { rule = "zscore" }
[[indicator]]
id = "share"
formula = "members.share(x / y >= 5)"
unit = "%"
round = { digits = 2 }
points = { rule = "rank", percentile = true }
"""
BATCH = 100_000


def batches(members: int, entities: int) -> Iterator[pa.RecordBatch]:
    """Draw the members in batches: nothing but the batch that is read is in memory."""
    random = np.random.default_rng(1)
    for start in range(0, members, BATCH):
        rows = np.arange(start, min(start + BATCH, members))
        yield pa.record_batch(
            {
                "entity": pa.array([f"e{k}" for k in rows % entities]),
                "member": pa.array([f"firm {k}" for k in rows]),
                "x": random.integers(1, 100_000, len(rows)) / 100,
                "y": random.integers(1, 1_000, len(rows)).astype(float),
            }
        )


def main(members: int = 10_000_000, entities: int = 3_000) -> None:
    """Assess, and print what it took."""
    scheme = kh.Scheme.from_toml(SCHEME)
    data = pd.DataFrame({"entity": [f"e{k}" for k in range(entities)]})
    first = next(batches(BATCH, entities))
    reader = pa.RecordBatchReader.from_batches(first.schema, batches(members, entities))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    result = scheme.assess(data, entity="entity", members=reader, member="member")
    took = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sizes = f"peak {peak / 2**20:.2f} GiB, before {before / 2**20:.2f} GiB"
    print(f"{members:,} members of {entities:,} entities: {took:.1f} s, {sizes}")
    print(f"first: {result.ranking().iloc[0].tolist()}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

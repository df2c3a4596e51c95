"""Weights and rankings of kaohe, pymcdm and scikit-criteria side by side: the same matrices, outputs checked equal.

    pip install pymcdm scikit-criteria
    python benches/peers/weights.py [repeats]

A matrix of benefits is scored as it is; kaohe reads it from a pandas frame and makes the whole assessment (values,
scores, weights, totals, ranks), the others start from an array in memory and give one vector. Best of the repeats.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pymcdm.methods as rankings
import pymcdm.weights as weights
from skcriteria import mkdm
from skcriteria.preprocessing import weighters

import kaohe as kh

SIZES = [(30, 8), (1_000, 20), (100_000, 20)]
# Comparing all pairs grows with the square of the rows.
PAIRS = 2_000
# kaohe rounds weights to ten decimals.
TOLERANCE = 1e-10


def scheme(columns: int, total: str, rule: str = '{ rule = "formula", formula = "x" }') -> kh.Scheme:
    variables = "".join(f'[[variable]]\nid = "v{k}"\nunit = "1"\n' for k in range(columns))
    indicators = "".join(
        f'[[indicator]]\nid = "i{k}"\nformula = "v{k}"\nunit = "1"\npoints = {rule}\n' for k in range(columns)
    )
    text = f'kaohe = 1\nid = "bench"\nfull_points = 1\n{variables}{indicators}[total]\n{total}\n'
    return kh.Scheme.from_toml(text)


def best(work: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    """Return the best time and what came out."""
    times, made = [], None
    for _ in range(repeats):
        start = time.perf_counter()
        made = work()
        times.append(time.perf_counter() - start)
    return min(times), made


def ours(rows: int, columns: int, data: np.ndarray, method: str) -> Callable[[], np.ndarray]:
    frame = pd.DataFrame(data, columns=[f"v{k}" for k in range(columns)])
    frame.insert(0, "e", np.arange(rows))
    made = scheme(columns, f'weights = "{method}"')

    def work() -> np.ndarray:
        return made.assess(frame, entity="e").weights["weight"].to_numpy()

    return work


def ranking(rows: int, columns: int, data: np.ndarray, way: str) -> Callable[[], np.ndarray]:
    frame = pd.DataFrame(data, columns=[f"v{k}" for k in range(columns)])
    frame.insert(0, "e", np.arange(rows))
    linear = way in ("vikor", "topsis")
    rule = '{ rule = "linear" }' if linear else '{ rule = "formula", formula = "x" }'
    aggregate = "{ vikor = 0.5 }" if way == "vikor" else f'"{way}"'
    made = scheme(columns, f"aggregate = {aggregate}", rule)

    def work() -> np.ndarray:
        return made.assess(frame, entity="e").totals["total"].to_numpy()

    return work


def row(name: str, rows: int, columns: int, times: dict[str, float]) -> None:
    shown = "  ".join(f"{who} {1000 * seconds:10.3f} ms" for who, seconds in times.items())
    print(f"{name:10} {rows:>7} x {columns:<3} {shown}", flush=True)


def measure(rows: int, columns: int, repeats: int) -> None:
    data = np.round(np.random.default_rng(1).uniform(1, 100, (rows, columns)), 2)
    types, equal = np.ones(columns), np.full(columns, 1 / columns)
    matrix = mkdm(data, [max] * columns)
    theirs: dict[str, tuple[Callable[[], Any], Any]] = {
        "entropy": (lambda: weights.entropy_weights(data), weighters.EntropyWeighter()),
        "critic": (lambda: weights.critic_weights(data), weighters.CRITIC(correlation="pearson", scale=True)),
        "merec": (lambda: weights.merec_weights(data, types), weighters.MEREC()),
    }
    for method, (pymcdm, skcriteria) in theirs.items():
        seconds, found = best(ours(rows, columns, data, method), repeats)
        other, expected = best(pymcdm, repeats)
        third, also = best(partial(skcriteria.transform, matrix), repeats)
        np.testing.assert_allclose(found, expected, rtol=0, atol=TOLERANCE)
        np.testing.assert_allclose(also.weights, expected, rtol=1e-6)
        row(method, rows, columns, {"kaohe": seconds, "pymcdm": other, "scikit-criteria": third})
    ways: dict[str, Callable[[], Any]] = {
        "topsis": lambda: rankings.TOPSIS()(data, equal, types),
        "vikor": lambda: rankings.VIKOR()(data, equal, types),
        "promethee": lambda: rankings.PROMETHEE_II("usual")(data, equal, types),
    }
    for way, work in ways.items():
        if way != "topsis" and rows > PAIRS:
            continue
        seconds, found = best(ranking(rows, columns, data, way), repeats)
        other, expected = best(work, repeats)
        scored = {"topsis": expected, "vikor": 1 - expected, "promethee": (1 + expected) / 2}[way]
        np.testing.assert_allclose(found, scored, rtol=1e-6, atol=1e-9)
        row(way, rows, columns, {"kaohe": seconds, "pymcdm": other})


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    for rows, columns in SIZES:
        measure(rows, columns, repeats)


if __name__ == "__main__":
    main()

"""The panel work of kaohe, numpy, pandas and polars side by side: the same inputs, outputs checked equal.

    python benches/peers/panel.py [entities] [periods] [repeats]

8 raw columns → 5 ratio indicators → min–max points 60–100 within the period → weighted total → competition rank. Every
program starts from a frame (numpy from a balanced block) and keeps all columns of the result. Best of the repeats.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

WEIGHTS = {"st": 20.0, "rd_intensity": 25.0, "fiscal_share": 15.0, "contract_share": 20.0, "hitech_density": 20.0}
RANGES = {
    "st_index": (50.0, 100.0),
    "gdp": (500.0, 9000.0),
    "rd": (5.0, 90.0),
    "fiscal_st": (5.0, 80.0),
    "budget": (500.0, 5000.0),
    "contracts": (1e4, 9e6),
    "hitech": (10.0, 900.0),
    "enterprises": (1e4, 9e5),
}
# Floats of other programs differ from exact ones by a few roundings of 60 … 100.
POINTS_TOLERANCE = 1e-10


def make(entities: int, periods: int) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    n = entities * periods
    frame = {
        "entity": np.tile(np.arange(entities), periods),
        "year": np.repeat(np.arange(2000, 2000 + periods), entities),
    }
    for name, (low, high) in RANGES.items():
        frame[name] = np.round(rng.uniform(low, high, n), 2)
    return pd.DataFrame(frame)


def indicators(c):
    return {
        "st": c["st_index"],
        "rd_intensity": c["rd"] / c["gdp"] * 100,
        "fiscal_share": c["fiscal_st"] / c["budget"] * 100,
        "contract_share": c["contracts"] / c["gdp"] / 100,
        "hitech_density": c["hitech"] / c["enterprises"] * 10000,
    }


def with_numpy(block: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    out = dict(indicators(block))
    total = np.zeros_like(block["gdp"])
    for name, weight in WEIGHTS.items():
        x = out[name]
        low, high = x.min(1, keepdims=True), x.max(1, keepdims=True)
        points = 60 + 40 * (x - low) / (high - low)
        out[f"{name}_points"] = points
        total += weight * points
    total /= sum(WEIGHTS.values())
    order = np.argsort(-total, axis=1)
    ordered = np.take_along_axis(total, order, 1)
    first = np.ones(ordered.shape, bool)
    first[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    place = np.maximum.accumulate(np.where(first, np.arange(1, total.shape[1] + 1), 0), axis=1)
    rank = np.empty(total.shape, np.int64)
    np.put_along_axis(rank, order, place, 1)
    out["total"], out["rank"] = total, rank
    return out


def with_pandas(df: pd.DataFrame) -> pd.DataFrame:
    out = df[["entity", "year"]].copy()
    total = 0.0
    for name, x in indicators(df).items():
        groups = x.groupby(df["year"])
        low, high = groups.transform("min"), groups.transform("max")
        out[name] = x
        out[f"{name}_points"] = 60 + 40 * (x - low) / (high - low)
        total = total + WEIGHTS[name] * out[f"{name}_points"]
    out["total"] = total / sum(WEIGHTS.values())
    out["rank"] = out.groupby("year")["total"].rank(method="min", ascending=False)
    return out


def with_polars(df):
    import polars as pl

    c = {name: pl.col(name) for name in RANGES}
    values = [expr.alias(name) for name, expr in indicators(c).items()]
    points = [
        (
            60
            + 40
            * (pl.col(n) - pl.col(n).min().over("year"))
            / (pl.col(n).max().over("year") - pl.col(n).min().over("year"))
        ).alias(f"{n}_points")
        for n in WEIGHTS
    ]
    total = sum(w * pl.col(f"{n}_points") for n, w in WEIGHTS.items()) / sum(WEIGHTS.values())
    lazy = df.lazy().with_columns(values).with_columns(points).with_columns(total=total)
    rank = pl.col("total").rank("min", descending=True).over("year").alias("rank")
    return lazy.with_columns(rank).drop(list(RANGES)).collect()


def best(call: Callable[[], object], repeats: int) -> tuple[float, object]:
    times, result = [], None
    for _ in range(repeats):
        result = None
        gc.collect()
        start = time.perf_counter()
        result = call()
        times.append(time.perf_counter() - start)
    return min(times), result


def main() -> None:
    entities, periods, repeats = ([int(a) for a in sys.argv[1:]] + [1_000_000, 10, 3][len(sys.argv) - 1 :])[:3]
    df = make(entities, periods)
    block = {name: df[name].to_numpy().reshape(periods, entities) for name in RANGES}
    results: dict[str, tuple[float, object]] = {"numpy": best(lambda: with_numpy(block), repeats)}
    reference = results["numpy"][1]
    import kaohe as kh

    here = Path(__file__).parent.parent
    rounded = (here / "panel.toml").read_text()
    for label, text in {"kaohe": rounded.replace("round = { digits = 2 }\n", ""), "kaohe, 2 digits": rounded}.items():
        scheme = kh.Scheme.from_toml(text)

        def run(scheme=scheme):
            result = scheme.assess(df, entity="entity", period="year")
            return result, result.points

        results[label] = best(run, repeats)
    result = results["kaohe"][1][0]
    scores = result.scores
    assert np.abs(scores["total"].to_numpy() - reference["total"].ravel()).max() < POINTS_TOLERANCE
    ranks = result.totals["rank"].to_numpy().astype(np.int64)
    differ = np.flatnonzero(ranks != reference["rank"].ravel())
    # numpy ranks floats, kaohe exact numbers: they may differ only where floats are a rounding apart.
    print(f"{len(differ)} of {len(ranks):,} ranks differ from numpy's")
    assert len(differ) <= len(ranks) * 1e-6
    try:
        import polars as pl

        frame = pl.from_pandas(df)
        results["polars"] = best(lambda: with_polars(frame), repeats)
    except ImportError:
        print("polars is not installed")
    results["pandas"] = best(lambda: with_pandas(df), repeats)
    assert np.abs(results["pandas"][1]["total"].to_numpy() - reference["total"].ravel()).max() < POINTS_TOLERANCE
    base = results["numpy"][0]
    print(f"{entities:,} entities × {periods} periods, best of {repeats}")
    for name, (seconds, _) in results.items():
        print(f"{name:18} {seconds:8.3f} s   {base / seconds:6.2f} × numpy")


if __name__ == "__main__":
    main()

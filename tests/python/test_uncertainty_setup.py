"""COINr's kind of uncertainty analysis, against one written in numpy with draws of its own."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

import kaohe as kh

ORACLE = Path(__file__).parents[1] / "data" / "oracle" / "composite"
RUNS = 1_000
# Two samples of one distribution are further apart than this (Kolmogorov and Smirnov) for one entity in 20,000.
APART = 2.3 * np.sqrt(2 / RUNS)


def by_hand(x: np.ndarray, meta: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Return the ranks of every run: weights by a quarter, min-max or z-scores, arithmetic or geometric means."""
    spread = np.nanstd(x, axis=0, ddof=1)
    alternatives = [x, (x - np.nanmean(x, axis=0)) / spread * 10 + 50]
    levels = [meta[meta["Level"] == level] for level in sorted(meta["Level"].unique())]
    columns = dict(zip(levels[0]["iCode"], range(x.shape[1]), strict=True))
    ranks = []
    for _ in range(RUNS):
        scores = {code: alternatives[picked][:, k] for picked in [rng.integers(2)] for code, k in columns.items()}
        is_geometric = rng.integers(2) == 1
        for below, level in pairwise(levels):
            for group in level["iCode"]:
                members = below[below["Parent"] == group]
                weights = members["Weight"].to_numpy() * rng.uniform(0.75, 1.25, len(members))
                own = np.column_stack([scores[code] for code in members["iCode"]])
                weights = np.where(np.isnan(own), 0, weights)
                with np.errstate(invalid="ignore"):
                    parts = np.nansum((np.log(own) if is_geometric else own) * weights, axis=1) / weights.sum(axis=1)
                scores[group] = np.exp(parts) if is_geometric else parts
        total = scores[levels[-1]["iCode"].iloc[0]]
        ranks.append(1 + (total[:, None] < total[None, :]).sum(axis=1))
    return np.array(ranks)


def test_the_setup_of_coinr_in_distribution() -> None:
    meta = pd.read_csv(ORACLE / "structure.csv")
    plain = meta.assign(Direction=meta["Direction"].abs(), Denominator=None)
    data = pd.read_csv(ORACLE / "normalised_minmax_1_100.csv")
    result = kh.from_coinr(data, plain, normalise="none").assess()
    factors = [
        {"id": "weights", "weights": {"within": 0.25}},
        {"id": "normalisation", "setting": {"at": "indicator.*.points", "keep": True, "among": [{"rule": "zscore"}]}},
        {
            "id": "mean",
            "setting": {"at": ["group.*.aggregate", "total.aggregate"], "keep": True, "among": ["geometric"]},
        },
    ]
    ours = result.robustness(samples=RUNS, factors=factors)
    assert ours.samples == RUNS
    meta = meta[meta["Type"].isin(["Indicator", "Aggregate"])]
    indicators = meta[meta["Level"] == 1]["iCode"]
    theirs = by_hand(data[list(indicators)].to_numpy(), meta, np.random.default_rng(2026))
    counts = ours.to_frame("ranks")
    for place, entity in enumerate(data["uCode"]):
        own = counts[counts["uCode"] == entity].set_index("rank")["runs"].reindex(range(1, 41), fill_value=0)
        others = np.bincount(theirs[:, place], minlength=41)[1:]
        assert np.abs(own.cumsum().to_numpy() - others.cumsum()).max() / RUNS < APART, entity

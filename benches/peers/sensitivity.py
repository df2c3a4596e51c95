"""Sobol' indices of forty weights beside SALib: points, runs, indices and bootstrap intervals.

    pip install SALib
    python benches/peers/sensitivity.py [repeats]

31 entities × 40 indicators of random numbers; every weight varies by ± 25 % and is a factor; looked at is the mean
distance of all ranks from the nominal ones. kaohe makes points, whole runs, the indices of that and of every rank, and
intervals; SALib makes points, numpy weighs and ranks all runs at once, and SALib makes the indices of the one output.
Best of the repeats.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from SALib.analyze import sobol as analyze
from SALib.sample import sobol as sample

import kaohe as kh

ENTITIES, INDICATORS, ROWS = 31, 40, 1024


def result(data: np.ndarray) -> kh.Result:
    text = "".join(
        f'[[variable]]\nid = "v{k}"\nunit = "1"\n[[indicator]]\nid = "i{k}"\nformula = "v{k}"\nunit = "1"\n'
        f'points = {{ rule = "linear", low = 0, high = 100 }}\n'
        for k in range(INDICATORS)
    )
    frame = pd.DataFrame(data, columns=[f"v{k}" for k in range(INDICATORS)])
    frame.insert(0, "e", np.arange(ENTITIES))
    return kh.Scheme.from_toml(f'kaohe = 1\nid = "bench"\n{text}').assess(frame, entity="e")


def distances(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return how far the ranks of every run are from the nominal ones, on average."""

    def ranks(weights: np.ndarray) -> np.ndarray:
        totals = weights @ scores.T
        return (-totals).argsort(axis=1).argsort(axis=1)

    nominal = ranks(np.ones((1, INDICATORS)))
    return np.abs(ranks(weights) - nominal).mean(axis=1)


def best(work: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    times, made = [], None
    for _ in range(repeats):
        start = time.perf_counter()
        made = work()
        times.append(time.perf_counter() - start)
    return min(times), made


def main(repeats: int) -> None:
    warnings.simplefilter("ignore")
    scores = np.random.default_rng(2026).uniform(0, 100, (ENTITIES, INDICATORS)).round(2)
    ours = result(scores)
    problem = {"num_vars": INDICATORS, "names": list(range(INDICATORS)), "bounds": [[0.75, 1.25]] * INDICATORS}
    print(f"{ENTITIES} × {INDICATORS}, {ROWS} rows, {ROWS * (INDICATORS + 2):,} runs; {kh.get_threads()} threads")
    made, points = best(lambda: sample.sample(problem, ROWS, calc_second_order=False, seed=1), repeats)
    ran, moved = best(lambda: distances(scores, points), repeats)
    for resamples in (100, 1000):

        def analysed(resamples: int = resamples) -> Any:
            return analyze.analyze(problem, moved, calc_second_order=False, num_resamples=resamples, seed=1)

        def asked(resamples: int = resamples) -> Any:
            return ours.sensitivity(samples=ROWS, resamples=resamples, shapley=False)

        theirs, found = best(analysed, repeats)
        whole, own = best(asked, repeats)
        both = best(lambda n=resamples: ours.sensitivity(samples=ROWS, resamples=n), repeats)[0]
        # Both estimate the same indices, each with an error that its own interval gives.
        spread = found["ST_conf"] + (own["total_high"] - own["total_low"]).to_numpy() / 2
        apart = (np.abs(found["ST"] - own["total"].to_numpy()) / spread).max()
        print(
            f"{resamples} resamples: kaohe {whole * 1e3:.0f} ms (with Shapley effects {both * 1e3:.0f} ms); SALib "
            f"{(made + ran + theirs) * 1e3:.0f} ms = points {made * 1e3:.0f} + runs in numpy {ran * 1e3:.0f} + indices "
            f"{theirs * 1e3:.0f}; total indices at most {apart:.2f} half-intervals apart"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)

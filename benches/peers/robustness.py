"""Uncertain weights: kaohe beside numpy, the same draws, rank histograms checked equal.

    python benches/peers/robustness.py [repeats]

Every weight varies by a quarter up and down. numpy is given the weights of all runs, drawn beforehand by its own
Philox, and makes what is asked in batches: `scores @ weights`, `argsort` twice, a histogram. kaohe draws, weighs, ranks
with every tie decided exactly, and keeps histograms, exact sums and the counts of all pairs. Best of the repeats, after
a first call. The last case is a whole method: 51 entities, 49 indicators, four levels.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

import kaohe as kh

SEED = 1


def best(work: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    times, made = [], work()
    for _ in range(repeats):
        start = time.perf_counter()
        made = work()
        times.append(time.perf_counter() - start)
    return min(times), made


def assessed(
    entities: int, indicators: int, groups: str = "", parent: Callable[[int], str] | None = None
) -> tuple[kh.Result, np.ndarray]:
    scores = np.round(np.random.default_rng(7).uniform(0, 100, (entities, indicators)), 2)
    variables = "".join(f'[[variable]]\nid = "v{k}"\nunit = "1"\n' for k in range(indicators))
    within = parent or (lambda _: "")
    own = "".join(
        f'[[indicator]]\nid = "i{k}"\nformula = "v{k}"\nunit = "1"\n{within(k)}'
        f'points = {{ rule = "linear", low = 0, high = 100 }}\n'
        for k in range(indicators)
    )
    scheme = kh.Scheme.from_toml(f'kaohe = 1\nid = "bench"\n{variables}{groups}{own}')
    frame = pd.DataFrame(scores, columns=[f"v{k}" for k in range(indicators)])
    frame.insert(0, "e", [f"e{k}" for k in range(entities)])
    return scheme.assess(frame, entity="e"), scores


def drawn(runs: int, indicators: int) -> np.ndarray:
    raw = np.random.Philox(key=[SEED, 1]).random_raw(runs * indicators)
    return (0.75 + 0.5 * (((raw >> np.uint64(11)) + 0.5) / 2.0**53)).reshape(runs, indicators)


def by_numpy(scores: np.ndarray, weights: np.ndarray, batch: int) -> np.ndarray:
    entities = len(scores)
    counts = np.zeros((entities, entities), np.int64)
    places = np.arange(entities)
    for start in range(0, len(weights), batch):
        own = weights[start : start + batch]
        totals = own @ scores.T / own.sum(axis=1, keepdims=True)
        ranks = np.argsort(np.argsort(-totals, axis=1), axis=1)
        counts += np.bincount((places * entities + ranks).ravel(), minlength=entities**2).reshape(entities, entities)
    return counts


def histogram(found: kh.Robustness, entities: int) -> np.ndarray:
    counts = np.zeros((entities, entities), np.int64)
    names = {
        own["name"]: tally for own, tally in zip(found.runs["study"]["entities"], found.runs["tallies"], strict=True)
    }
    for k in range(entities):
        for rank, count in names[f"e{k}"]["ranks"]:
            counts[k, int(rank) - 1] = count
    return counts


def beside(entities: int, indicators: int, runs: int, batch: int, repeats: int) -> None:
    result, scores = assessed(entities, indicators)
    ours, found = best(lambda: result.robustness(samples=runs, seed=SEED), repeats)
    kh.set_threads(1)
    alone, _ = best(lambda: result.robustness(samples=runs, seed=SEED), 1)
    kh.set_threads(None)
    weights = drawn(runs, indicators)
    theirs, counts = best(lambda: by_numpy(scores, weights, batch), repeats)
    drawing, _ = best(lambda: drawn(runs, indicators), 1)
    other = int(np.abs(histogram(found, entities) - counts).sum())
    print(
        f"{entities} x {indicators} x {runs}: kaohe {ours * 1000:.1f} ms ({alone * 1000:.1f} on one thread), "
        f"numpy {theirs * 1000:.1f} ms + {drawing * 1000:.1f} to draw: "
        f"{theirs / ours:.1f} x, with the draws {(theirs + drawing) / ours:.1f} x; "
        f"counts that differ: {other}",
        flush=True,
    )


def whole_method(runs: int, repeats: int) -> None:
    pillars = "".join(f'[[group]]\nid = "p{k}"\nparent = "s{k % 2}"\n' for k in range(8))
    subs = "".join(f'[[group]]\nid = "s{k}"\n' for k in range(2))
    for way in ("arithmetic", "geometric"):
        groups = (subs + pillars).replace('parent = "s', f'aggregate = "{way}"\nparent = "s')
        result, _ = assessed(51, 49, groups, lambda k: f'parent = "p{k % 8}"\n')
        ours, _ = best(lambda result=result: result.robustness(samples=runs, seed=SEED), repeats)
        print(f"51 x 49, four levels, pillars {way}: {ours / runs * 1e6:.2f} us a run ({runs} runs)", flush=True)


if __name__ == "__main__":
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print(f"{kh.get_threads()} threads, numpy {np.__version__}")
    beside(31, 40, 100_000, 10_000, repeats)
    beside(3_000, 40, 10_000, 100, max(1, repeats // 2))
    whole_method(100_000, repeats)

"""How long the analyses take over 3,000 entities × 20 indicators × 2 periods, frame included.

python benches/analysis.py
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

import kaohe as kh

ENTITIES, INDICATORS, REPEATS = 3000, 20, 3


def scheme() -> kh.Scheme:
    ids = [f"x{i}" for i in range(INDICATORS)]
    variables = "".join(f'[[variable]]\nid = "{v}"\nunit = "1"\n' for v in [*ids, "y"])
    points = '{ rule = "linear", between = [60, 100] }'
    indicators = "".join(
        f'[[indicator]]\nid = "i_{v}"\nformula = "{v} / y"\nunit = "1"\npoints = {points}\n' for v in ids
    )
    return kh.Scheme.from_toml(f'kaohe = 1\nid = "large"\n{variables}{indicators}')


def data() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    rows = 2 * ENTITIES
    numbers = {f"x{i}": rng.uniform(1, 100, rows).round(2) for i in range(INDICATORS)}
    names = [f"e{i:04d}" for i in range(ENTITIES)] * 2
    years = np.repeat([2021, 2022], ENTITIES)
    return pd.DataFrame({"who": names, "year": years, **numbers, "y": rng.uniform(1, 10, rows).round(2)})


def tell(name: str, call: Callable[[], object]) -> None:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    print(f"{name:32} {min(times) * 1e3:8.1f} ms")


def main() -> None:
    method, df, keys = scheme(), data(), {"entity": "who", "period": "year"}
    now, span = method.assess(df, **keys), {"since": 2021, "until": 2022}
    revised = method.assess(df.assign(y=(df["y"] * 1.02).round(2)), **keys)
    tell("assess", lambda: method.assess(df, **keys))
    tell("gaps_panel", lambda: now.gaps_panel(2022, to="mean").to_frame())
    tell("drivers_panel", lambda: now.drivers_panel("i_x0", **span).to_frame())
    tell("bridges", lambda: now.bridges(**span).to_frame())
    tell("compare, two results", lambda: kh.compare(now, revised).to_frame())
    tell("compare, two periods", lambda: kh.compare(now, now, **span).to_frame())
    tell("gainers", lambda: kh.gainers(now, revised).to_frame())
    tell("variance of the ranking", lambda: now.contributions(period=2022).to_frame())
    tell("dead_zones", lambda: now.dead_zones(2022).to_frame())
    provinces = kh.Scheme.builtin("strong-science-provinces").assess(
        kh.datasets.load("china-provinces"), entity="province", period="year"
    )
    tell("marginal_panel, 31 × 7", lambda: provinces.marginal_panel(2022).to_frame())
    tell("next_points, one of 31", lambda: provinces.next_points("甘肃", 2022).to_frame())


if __name__ == "__main__":
    main()

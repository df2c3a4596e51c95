#!/usr/bin/env python3
"""Cells with the digits that exact arithmetic prints, by fractions.Fraction, independent of the crate.

    python tools/exactness_oracle.py ROWS_RANDOM ROWS_ADVERSARIAL > cells.csv
    KAOHE_EXACTNESS=cells.csv cargo test --features toml --test exactness

Every row holds three cells: a ratio in percent (a / b), the weighted points of a linear score (x between lo and hi),
and a weighted total of that score and of a second one (u). Adversarial rows are solved backwards from a tie or a
boundary of the declared rounding and then left there, or moved by one unit of a far digit.
"""

import random
import sys
from decimal import Decimal
from fractions import Fraction as F  # noqa: N817 (it stands in every formula)

MODES = ["half_up", "half_even", "truncate", "ceiling", "floor"]
PLACES = [(f"digits = {d}", d, None, 1) for d in range(5)]
PLACES += [("significant = 3", None, 3, 1), ("significant = 4", None, 4, 1)]
PLACES += [("digits = 1, interval = 5", 1, None, 5), ("digits = 2, interval = 5", 2, None, 5)]


def leading(x: F) -> int:
    """The exponent of the leading digit."""
    x, e = abs(x), 0
    while x >= 10:
        x, e = x / 10, e + 1
    while x < 1:
        x, e = x * 10, e - 1
    return e


def rounded(x: F, digits, significant, interval, mode: str) -> F:
    if x == 0:
        return x
    last = -digits if significant is None else leading(x) - significant + 1
    step = F(10) ** last * interval
    whole, rest = divmod(abs(x) / step, 1)
    up = {
        "half_up": rest * 2 >= 1,
        "half_even": rest * 2 > 1 or (rest * 2 == 1 and whole % 2 == 1),
        "truncate": False,
        "ceiling": x > 0 and rest > 0,
        "floor": x < 0 and rest > 0,
    }[mode]
    size = (whole + up) * step
    return size if x > 0 else -size


def typed(x: F) -> float:
    return float(x)


def exact(x: float) -> F:
    """The decimal that the shortest notation shows: what was typed."""
    return F(Decimal(repr(x)))


def boundary(rng: random.Random, digits, significant, interval, mode: str, low: float, high: float) -> F:
    """A value where the rounding changes."""
    x = F(str(round(rng.uniform(low, high), 3)))
    last = -digits if significant is None else leading(x) - significant + 1
    step = F(10) ** last * interval
    half = F(1, 2) if mode.startswith("half") else F(0)
    return (x // step + half) * step


def row(rng: random.Random, place, mode: str, adversarial: bool):
    spec = (*place[1:], mode)
    dec = lambda low, high: F(str(round(rng.uniform(low, high), rng.randint(1, 6))))  # noqa: E731
    nudge = lambda x: x + rng.choice([0, 0, 1, -1]) * F(10) ** rng.randint(-12, -6) * abs(x).__ceil__()  # noqa: E731
    a, b = dec(0.1, 900), dec(100, 20000)
    lo, hi, x, u = dec(0.1, 4), dec(5, 90), dec(0, 100), dec(-2, 9)
    if adversarial:
        b = F(str(round(rng.uniform(100, 20000), 1)))
        a = nudge(boundary(rng, *spec, 0.2, 30) / 100 * b)
        lo, hi = F(rng.randint(0, 5)), F(rng.randint(0, 5)) + rng.choice([8, 10, 20, F(5, 2) + 5])
        x = nudge(lo + (hi - lo) * (boundary(rng, *spec, 27, 44) * F("2.25") - 60) / 40) if hi > lo else x
    a, b, lo, hi, x = map(typed, (a, b, lo, hi, x))
    if hi == lo:
        hi = lo + 1.0
    share = min(max((exact(x) - exact(lo)) / (exact(hi) - exact(lo)), F(0)), F(1))
    first = 60 + 40 * share
    if adversarial:
        u = nudge(7 * (F("22.5") * boundary(rng, *spec, 30, 95) - 10 * first) / 1250)
    u = typed(u)
    total = (30 * first + F("37.5") * 100 * exact(u) / 7) / F("67.5")
    wanted = [exact(a) / exact(b) * 100, first * 30 / F("67.5"), total]
    cells = [a, b, x, lo, hi, u] + [float(rounded(w, *spec)) + 0.0 for w in wanted]
    return ",".join([f'"{place[0]}"'.replace(",", ";"), mode] + [repr(c) for c in cells])


def main() -> None:
    rows = [int(n) for n in sys.argv[1:3]]
    rng = random.Random(8170)
    print("round,mode,a,b,x,lo,hi,u,=value,=points,=total")
    for adversarial, count in enumerate(rows):
        for i in range(count):
            place, mode = PLACES[i % len(PLACES)], MODES[i // len(PLACES) % len(MODES)]
            print(row(rng, place, mode, bool(adversarial)))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Direction numbers of Sobol' points as src/number/sobol.bin has them, and scipy's points that the tests compare with.

    python tools/make_sobol.py numbers src/number/sobol.bin
    python tools/make_sobol.py points
    python tools/make_sobol.py ishigami

They need scipy, which ships the numbers "new-joe-kuo-6" of S. Joe and F. Y. Kuo (LICENSE-SOBOL); the last one needs
SALib, too. The file holds a record for each dimension from the second one on: the primitive polynomial with its first
and last coefficient in two bytes, the lower one first, then of m_2, m_3, … m_s, which are odd and below 2^k, the k − 1
bits above the lowest one, the lowest first, filled up with zeros to whole bytes. m_1 is always 1.
"""

import sys
from pathlib import Path

import numpy as np
import scipy.stats
from scipy.stats import qmc

DIMENSIONS = 2048
BITS = 30


def numbers() -> bytes:
    shipped = np.load(Path(scipy.stats.__file__).parent / "_sobol_direction_numbers.npz")
    made = bytearray()
    for polynomial, starts in zip(shipped["poly"][1:DIMENSIONS], shipped["vinit"][1:DIMENSIONS], strict=True):
        made += int(polynomial).to_bytes(2, "little")
        packed = used = 0
        for k in range(1, int(polynomial).bit_length()):
            start = int(starts[k - 1])
            assert start % 2 == 1
            assert start < 2**k
            packed |= (start >> 1) << used
            used += k - 1
        made += packed.to_bytes((used + 7) // 8, "little")
    return bytes(made)


class Key(np.random.bit_generator.ISpawnableSeedSequence):
    """What makes scipy, which spawns a generator of its own, draw from `numpy.random.Philox(key=key)`."""

    def __init__(self, key: list[int]) -> None:
        self.key = np.array(key, dtype=np.uint64)

    def generate_state(self, words: int, dtype: type = np.uint64) -> np.ndarray:
        assert (words, dtype) == (2, np.uint64)
        return self.key

    def spawn(self, children: int) -> list["Key"]:
        return [self] * children


def scrambled(dimensions: int, key: list[int]) -> qmc.Sobol:
    stream = np.random.Philox(Key(key))
    assert stream.random_raw() == np.random.Philox(key=Key(key).key).random_raw()
    return qmc.Sobol(dimensions, scramble=True, bits=BITS, rng=np.random.Generator(stream))


def points() -> None:
    """Print digits of points, and sums over many that no wrong point leaves as they are (modulo 2^64)."""
    for name, engine in (
        ("plain", qmc.Sobol(DIMENSIONS, scramble=False, bits=BITS)),
        ("key [0, 1]", scrambled(DIMENSIONS, [0, 1])),
        ("key [2^64 - 1, 7]", scrambled(DIMENSIONS, [2**64 - 1, 7])),
    ):
        digits = (engine.random(256) * 2.0**BITS).astype(np.uint64)
        print(name, "point 5:", digits[5, [0, 1, 2, 9, 99, 1110, 2047]].tolist())
        with np.errstate(over="ignore"):
            weights = np.arange(1, digits.size + 1, dtype=np.uint64).reshape(digits.shape)
            print("  sum of (1 + place) * digits:", int((digits * weights).sum(dtype=np.uint64)))
    engine = scrambled(3, [42, 0])
    engine.fast_forward(1_000_003)
    print("key [42, 0], 3 dimensions, point 1000003:", (engine.random(1)[0] * 2.0**BITS).astype(np.uint64).tolist())


def ishigami(rows: int = 256, seed: int = 7) -> None:
    """Print the indices of the Ishigami function on the points of `sensitivity`: numpy's, and SALib's total ones."""
    from SALib.analyze import sobol

    both = scrambled(6, [seed, 2**64 - 1]).random(rows) + 2.0 ** -(BITS + 1)
    points = [both[:, :3], both[:, 3:]]
    points += [np.where(np.arange(3) == factor, points[1], points[0]) for factor in range(3)]
    turned = [np.pi * (2 * point - 1) for point in points]
    a, b, *mixed = (np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x) for x, y, z in (p.T for p in turned))
    mean, variance = np.concatenate([a, b]).mean(), np.concatenate([a, b]).var()
    problem = {"num_vars": 3, "names": ["x", "y", "z"], "bounds": [[0, 1]] * 3}
    theirs = sobol.analyze(problem, np.stack([a, *mixed, b], axis=1).ravel(), calc_second_order=False)
    for own, total in zip(mixed, theirs["ST"], strict=True):
        print(float(((b - mean) * (own - a)).mean() / variance), ((own - a) ** 2).mean() / 2 / variance, total)


if __name__ == "__main__":
    if sys.argv[1] == "numbers":
        Path(sys.argv[2]).write_bytes(numbers())
    else:
        {"points": points, "ishigami": ishigami}[sys.argv[1]]()

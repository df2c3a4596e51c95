"""Weights computed from the scores of a group's members."""

from fractions import Fraction

from reference.numbers import ln, sqrt
from reference.panel import mean


def entropy(scores: list):
    total = sum(scores)
    if total <= 0:
        return Fraction(0)
    parts = [s / total for s in scores if s > 0]
    spread = 1 + sum(p * ln(p) for p in parts) / ln(Fraction(len(scores)))
    return spread if spread > 0 else Fraction(0)


def standard_deviation(scores: list):
    centre = mean(scores)
    return sqrt(sum((s - centre) * (s - centre) for s in scores) / Fraction(len(scores) - 1))


WAYS = {"entropy": entropy, "standard_deviation": standard_deviation}


def computed(way: str, columns: list[list]) -> list:
    """Return weights that add up to 1, from the scores of each member."""
    spreads = [WAYS[way](scores) if len(scores) > 1 else Fraction(0) for scores in columns]
    whole = sum(spreads)
    return [t / whole if whole > 0 else Fraction(1, len(columns)) for t in spreads]

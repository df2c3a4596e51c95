"""Aggregations that compare a row with the scores of all."""

from fractions import Fraction

from reference.numbers import need, sqrt

WAYS = {"topsis": False, "topsis_vector": True}


def closeness(members: list, by_norm: bool):
    """Return the distance from the worst over both distances: `members` are (weight, score, the scores of all)."""
    members = [(weight, score, scores) for weight, score, scores in members if scores] or need(None)
    whole = sum(weight for weight, _, _ in members)
    from_best = from_worst = Fraction(0)
    for weight, score, scores in members:
        norm = sqrt(sum(s * s for s in scores)) if by_norm else Fraction(1)
        if norm == 0:
            continue
        own, best, worst = (weight / whole * s / norm for s in (score, max(scores), min(scores)))
        from_best += (best - own) * (best - own)
        from_worst += (own - worst) * (own - worst)
    from_best, from_worst = sqrt(from_best), sqrt(from_worst)
    both = from_best + from_worst
    return from_worst / both if both != 0 else Fraction(1, 2)

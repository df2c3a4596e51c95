"""Aggregations that compare a row with the scores of all."""

from fractions import Fraction

from reference.numbers import mean, need, sqrt
from reference.panel import Refused
from reference.programme import maximum
from reference.typed import typed

WAYS = {"topsis": False, "topsis_vector": True}
ROWS = ("vikor", "wroclaw", "promethee", "copeland", "benefit_of_the_doubt")


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


def among_rows(way, weights: list, own: list, rows: list[list]):
    """Return the part that a row has among the rows of its set, which have None where a score is missing."""
    rows = [row for row in rows if any(s is not None for s in row)] or need(None)
    if way in ("promethee", "copeland"):
        return outranked(way, weights, own, rows)
    if way == "benefit_of_the_doubt" or "benefit_of_the_doubt" in way:
        return best_for_itself({} if isinstance(way, str) else way["benefit_of_the_doubt"], own, rows)
    ends = []
    for k in range(len(own)):
        scores = [row[k] for row in rows if row[k] is not None]
        ends.append((max(scores), min(scores)) if scores else None)

    def terms(row: list, of) -> list:
        there = [k for k in range(len(row)) if row[k] is not None and ends[k] is not None]
        whole = sum(weights[k] for k in there)
        return [weights[k] / whole * of(row[k], *ends[k]) for k in there]

    if way == "wroclaw":
        distances = [sqrt(sum(terms(row, lambda s, best, _: (best - s) * (best - s)))) for row in rows]
        mine = sqrt(sum(terms(own, lambda s, best, _: (best - s) * (best - s)) or need(None)))
        centre = mean(distances)
        squares = sum(((d - centre) * (d - centre) for d in distances), Fraction(0))
        far = centre + 2 * (sqrt(squares / Fraction(len(rows) - 1)) if len(rows) > 1 else Fraction(0))
        return 1 - mine / far if far > 0 else Fraction(1)
    share = typed(way["vikor"])

    def regret(s, best, worst):
        return (best - s) / (best - worst) if best > worst else Fraction(0)

    regrets = [terms(row, regret) for row in rows]
    mine = terms(own, regret) or need(None)
    part = Fraction(1)
    for weight, of in ((share, sum), (1 - share, max)):
        low, high = min(of(r) for r in regrets), max(of(r) for r in regrets)
        if low < high:
            part -= weight * (of(mine) - low) / (high - low)
    return part


def best_for_itself(within: dict, own: list, rows: list[list]):
    """Return the largest weighted sum that leaves no row beyond 1, by weights within the bounds."""
    if any(s < 0 for s in own):
        raise Refused("a negative score")
    m = len(own)
    low, high = [typed(x) for x in next(iter(within.values()), (0, 1))]
    low, high = min(low, Fraction(1, m)), max(high, Fraction(1, m))
    bounded = own if "shares" in within else [Fraction(1)] * m
    limits = [[Fraction(0) if s is None else s for s in row] for row in [own, *rows]]
    ends = [Fraction(1)] * len(limits)
    for k in range(m if within else 0):
        limits.append([low * bounded[j] - (bounded[k] if j == k else 0) for j in range(m)])
        limits.append([(bounded[k] if j == k else 0) - high * bounded[j] for j in range(m)])
        ends += [Fraction(0)] * 2
    return need(maximum(own, limits, ends))[0]


def outranked(way: str, weights: list, own: list, rows: list[list]):
    """Return one half and half the mean flow, or the mean of its signs."""
    if len(rows) < 2:
        return Fraction(1, 2)
    flow = Fraction(0)
    for row in rows:
        there = [k for k in range(len(own)) if row[k] is not None]
        net = sum(weights[k] * ((own[k] > row[k]) - (own[k] < row[k])) for k in there) / sum(weights[k] for k in there)
        flow += net if way == "promethee" else Fraction((net > 0) - (net < 0))
    return (1 + flow / (len(rows) - 1)) / 2

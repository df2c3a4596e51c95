"""Weights computed from the scores of a group's members: a column each, entities in one order, None for no score."""

import itertools
import math
from decimal import Context, Decimal, localcontext
from fractions import Fraction

from reference.numbers import CONTEXT, Near, decimal, ln, mean, power, sqrt
from reference.programme import maximum

ZERO, ONE = Fraction(0), Fraction(1)
# Terms of a series below this part of its sum are left out.
LEAST = Decimal("1e-200")
# What is iterated on: digits, and the step after which it has settled.
SHORT, SETTLED = Context(prec=50), Decimal("1e-40")
# Eigenvalues as large as the largest, sums of squares without a direction, and rotations of all pairs at most.
TIED, DIRECTED, SWEEPS = Decimal("1e-9"), Decimal("1e-14"), 200


def variance(scores: list):
    centre = mean(scores)
    return sum((s - centre) * (s - centre) for s in scores) / Fraction(len(scores) - 1)


def standard_deviation(scores: list):
    return sqrt(variance(scores))


def within(scores: list) -> list:
    """Return where each score lies between the smallest and the largest."""
    low, high = min(scores), max(scores)
    return [(s - low) / (high - low) if high != low else ZERO for s in scores]


def entropy(scores: list):
    total = sum(scores)
    if total <= 0:
        return ZERO
    parts = [s / total for s in scores if s > 0]
    spread = 1 + sum(p * ln(p) for p in parts) / ln(Fraction(len(scores)))
    return spread if spread > 0 else ZERO


def variation(scores: list):
    centre = mean(scores)
    return standard_deviation(scores) / centre if centre > 0 else ZERO


def gini(scores: list):
    if not sum(scores) > 0:
        return ZERO
    apart = sum(abs(a - b) for a in scores for b in scores)
    return apart / (2 * Fraction(len(scores)) ** 2 * mean(scores))


def angle(scores: list):
    """Return arctan(deviation / mean) by Euler's series: Σ 4^n n!² / (2n+1)! t^(2n+1) / (1+t²)^(n+1)."""
    n = Fraction(len(scores))
    square = decimal(variance(scores) * (n - 1) / n / (mean(scores) * mean(scores)) if mean(scores) > 0 else ZERO)
    if square == 0:
        return ZERO
    rate = CONTEXT.divide(square, CONTEXT.add(1, square))
    term = CONTEXT.divide(CONTEXT.sqrt(square), CONTEXT.add(1, square))
    total, n = Decimal(0), 0
    while term > CONTEXT.multiply(total, LEAST):
        total = CONTEXT.add(total, term)
        n += 1
        term = CONTEXT.multiply(term, CONTEXT.divide(CONTEXT.multiply(rate, 2 * n), Decimal(2 * n + 1)))
    return Near(total)


def lopcow(scores: list):
    if min(scores) == max(scores):
        return ZERO
    parts = within(scores)
    return abs(ln(sqrt(mean([r * r for r in parts])) / standard_deviation(parts)))


def merec(columns: list[list]) -> list:
    m = Fraction(len(columns))
    parts = [[ln(s / min(scores)) / m for s in scores] for scores in columns]
    whole = [sum(row) for row in zip(*parts, strict=True)]
    return [sum((ln(1 + a) - ln(1 + a - own) for a, own in zip(whole, part, strict=True)), ZERO) for part in parts]


def correlation(x: list, y: list):
    a, b = [v - mean(x) for v in x], [v - mean(y) for v in y]
    scale = sqrt(sum(v * v for v in a) * sum(v * v for v in b))
    return sum(v * w for v, w in zip(a, b, strict=True)) / scale


def critic(columns: list[list]) -> list:
    if len(columns[0]) < 2:
        return [ZERO] * len(columns)
    live = [k for k, scores in enumerate(columns) if min(scores) != max(scores)]
    conflict = {k: sum((1 - correlation(columns[k], columns[j]) for j in live if j != k), ZERO) for k in live}
    return [standard_deviation(within(s)) * conflict[k] if k in live else ZERO for k, s in enumerate(columns)]


def cilos(columns: list[list]) -> list:
    """Solve the equations by elimination, the last one replaced by a sum of 1; nothing where they leave it open."""
    m = len(columns)
    if not columns[0]:
        return [ZERO] * m
    rows = [[i for i, s in enumerate(scores) if s == max(scores)] for scores in columns]
    loss = [[ZERO] * m for _ in columns]
    for j in range(m):
        for k in range(m):
            best = max(columns[k])
            if j != k and best > 0:
                loss[j][k] = (best - mean([columns[k][i] for i in rows[j]])) / best
    system = [[loss[j][k] if j != k else -sum(row[j] for row in loss) for k in range(m)] + [ZERO] for j in range(m)]
    system[-1] = [ONE] * (m + 1)
    for k in range(m):
        pivot = next((i for i in range(k, m) if system[i][k] != 0), None)
        if pivot is None:
            return [ZERO] * m
        system[k], system[pivot] = system[pivot], system[k]
        system[k] = [x / system[k][k] for x in system[k]]
        for i in range(m):
            if i != k and system[i][k] != 0:
                factor = system[i][k]
                system[i] = [x - factor * y for x, y in zip(system[i], system[k], strict=True)]
    return [row[-1] for row in system]


def idocriw(columns: list[list], turned: list[list]) -> list:
    losses = cilos(columns)
    spread = [entropy(scores) if len(scores) > 1 else ZERO for scores in turned]
    return spread if all(x == 0 for x in losses) else [d * q for d, q in zip(spread, losses, strict=True)]


def rank_order_centroid(order: list[str], members: list[str]) -> list:
    order = [name for name in order if name in members]
    m = len(order)
    return [sum(Fraction(1, i + 1) for i in range(order.index(name), m)) / m for name in members]


def number(value) -> Fraction:
    """Return a judgement: a number, or a fraction as a text."""
    return Fraction(value) if isinstance(value, str) else Fraction(str(value))


def judgements(way: dict, members: list[str]) -> list[list[Fraction]]:
    """Return how many times each member counts as each other."""
    times = {(name, name): ONE for name in members}
    for a, b, value in way["pairs"]:
        times[a, b] = number(value)
        times[b, a] = 1 / times[a, b]
    return [[times[a, b] for b in members] for a in members]


def ahp(way: dict, members: list[str]) -> list:
    """Return a column of judgements that contradict nothing, else the means of the rows or the vector they go to."""
    matrix = judgements(way, members)
    size = range(len(members))
    if all(matrix[i][j] * matrix[j][k] == matrix[i][k] for i in size for j in size for k in size):
        return [row[0] for row in matrix]
    if way.get("by") == "geometric_mean":
        return [power(math.prod(row, start=ONE), Fraction(1, len(members))) for row in matrix]
    with localcontext(SHORT):
        counts = principal([[decimal(x) for x in row] for row in matrix])
        return iterated(list(range(len(members))), counts, len(members))


def principal(rows: list[list[Decimal]]) -> list[Decimal]:
    """Return the vector that the powers of a matrix go to."""
    vector, still = [Decimal(1)] * len(rows), False
    while not still:
        image = [sum(a * v for a, v in zip(row, vector, strict=True)) for row in rows]
        whole = sum(image)
        image = [x / whole for x in image]
        still = all(abs(a - b) < SETTLED for a, b in zip(image, vector, strict=True))
        vector = image
    return vector


def best_worst(way: dict, members: list[str]) -> list:
    """Return the weights over the largest difference, or, where that is 0, how much each counts."""
    best, worst = way["best"], way["worst"]
    pairs = {(best, name): number(value) for name, value in way["best_to_others"].items()}
    pairs |= {(name, worst): number(value) for name, value in way["others_to_worst"].items()}
    judged = {(a, b): times for (a, b), times in pairs.items() if a in members and b in members}
    rows = []
    for (a, b), times in judged.items():
        row = [ONE if name == a else -times if name == b else ZERO for name in members]
        rows += [row, [-x for x in row]]
    found = maximum([ONE] * len(members), rows, [ONE] * len(rows))
    if found:
        return found[1]
    counts = {worst: ONE, best: pairs[best, worst]} if best != worst else {best: ONE}
    for a, b in pairs:
        if a not in (best, worst):
            counts[a] = pairs[a, b] if worst in members else counts[best] / pairs[best, a]
    return [counts[name] for name in members]


def correlated(columns: list[list]) -> tuple[list[int], list[list[Decimal]]]:
    """Return the members whose scores differ, and the correlations of those."""
    live = [k for k, scores in enumerate(columns) if scores and min(scores) != max(scores)]
    return live, [[decimal(correlation(columns[i], columns[j])) for j in live] for i in live]


def eigen(matrix: list[list[Decimal]]) -> list[tuple[Decimal, list[Decimal]]]:
    """Return eigenvalues from the largest down with their vectors, by Jacobi's rotations."""
    n = len(matrix)
    a, v = [row[:] for row in matrix], [[Decimal(int(i == j)) for j in range(n)] for i in range(n)]
    pairs = list(itertools.combinations(range(n), 2))
    while any(abs(a[p][q]) > SETTLED for p, q in pairs):
        for p, q in pairs:
            if abs(a[p][q]) <= SETTLED:
                continue
            tau = (a[q][q] - a[p][p]) / (2 * a[p][q])
            tangent = (1 if tau >= 0 else -1) / (abs(tau) + (1 + tau * tau).sqrt())
            cosine = 1 / (1 + tangent * tangent).sqrt()
            turn_columns(a, (p, q), cosine, -cosine * tangent)
            a = [list(row) for row in zip(*a, strict=True)]
            turn_columns(a, (p, q), cosine, -cosine * tangent)
            turn_columns(v, (p, q), cosine, -cosine * tangent)
    order = sorted(range(n), key=lambda k: -a[k][k])
    return [(a[k][k], [row[k] for row in v]) for k in order]


def turn_columns(rows: list[list], pair: tuple[int, int], cosine: Decimal, sine: Decimal) -> None:
    p, q = pair
    for row in rows:
        row[p], row[q] = cosine * row[p] + sine * row[q], cosine * row[q] - sine * row[p]


def pca(way, columns: list[list]) -> list:
    live, matrix = correlated(columns)
    with localcontext(SHORT):
        found = eigen(matrix)
        first = [vector for value, vector in found if value >= found[0][0] * (1 - TIED)]
        counts = [sum(v[j] * v[j] for v in first) for j in range(len(live))]
        if not isinstance(way, str) and way.get("by") == "absolute":
            counts = [x.sqrt() for x in counts]
        return iterated(live, counts, len(columns))


def factor(way, columns: list[list]) -> list:
    live, matrix = correlated(columns)
    with localcontext(SHORT):
        found = eigen(matrix)
        kept = [(value, vector) for value, vector in found if value > 1 + TIED]
        if not isinstance(way, str) and "factors" in way:
            kept = found[: way["factors"]]
        if not kept:
            return iterated(live, [Decimal(1)] * len(live), len(columns))
        loadings = [[v[j] * max(value, Decimal(0)).sqrt() for value, v in kept] for j in range(len(live))]
        return iterated(live, [max(x * x for x in row) for row in varimax(loadings)], len(columns))


def varimax(loadings: list[list[Decimal]]) -> list[list[Decimal]]:
    """Return the loadings turned pair by pair to where the squares of a factor vary most, each member at length 1."""
    lengths = [sum(x * x for x in row).sqrt() or Decimal(1) for row in loadings]
    rows = [[x / length for x in row] for row, length in zip(loadings, lengths, strict=True)]
    pairs, n = list(itertools.combinations(range(len(rows[0])), 2)), len(rows)
    for _ in range(SWEEPS if pairs else 0):
        largest = Decimal(0)
        for p, q in pairs:
            u, v = [r[p] * r[p] - r[q] * r[q] for r in rows], [2 * r[p] * r[q] for r in rows]
            above = 2 * sum(x * y for x, y in zip(u, v, strict=True)) - 2 * sum(u) * sum(v) / n
            below = sum(x * x - y * y for x, y in zip(u, v, strict=True)) - (sum(u) ** 2 - sum(v) ** 2) / n
            size = (above * above + below * below).sqrt()
            if size < DIRECTED:
                continue
            cosine, sine = half(*half(below / size, above / size))
            largest = max(largest, abs(sine))
            turn_columns(rows, (p, q), cosine, sine)
        if largest < SETTLED:
            break
    return [[x * length for x in row] for row, length in zip(rows, lengths, strict=True)]


def half(cosine: Decimal, sine: Decimal) -> tuple[Decimal, Decimal]:
    """Return cosine and sine of half an angle between minus and plus two right angles."""
    a, b = (max((1 + x) / 2, Decimal(0)).sqrt() for x in (cosine, -cosine))
    return a, -b if sine < 0 else b


def iterated(live: list[int], counts: list[Decimal], members: int) -> list:
    """Return the parts of what an iteration found, of thirteen decimals."""
    whole = sum(counts)
    parts = dict(zip(live, counts, strict=True))
    rounded = {k: Fraction(round(x / whole, 13)) for k, x in parts.items()}
    return [rounded.get(k, ZERO) for k in range(members)]


COLUMNS = {
    "entropy": entropy,
    "standard_deviation": standard_deviation,
    "variance": lambda scores: variance(within(scores)),
    "coefficient_of_variation": variation,
    "gini": gini,
    "angle": angle,
    "lopcow": lopcow,
}
# What scores a method has no meaning for.
NOT_NEGATIVE, POSITIVE = {"entropy", "coefficient_of_variation", "gini", "angle", "cilos"}, {"merec", "idocriw"}


def named(way) -> str:
    return way if isinstance(way, str) else way["method"]


def refuses(way, score) -> bool:
    """Return whether a method has no meaning for a score."""
    return (named(way) in NOT_NEGATIVE and score < 0) or (named(way) in POSITIVE and score <= 0)


def turn(name: str, score):
    if score is None:
        return None
    return ONE / score if name == "idocriw" else -score


def importances(way, members: list[str], falls: list[bool], columns: list[list]) -> list:
    name = named(way)
    turned = columns
    if not isinstance(way, str) and way.get("undirected"):
        turned = [
            [turn(name, s) for s in scores] if down else scores for scores, down in zip(columns, falls, strict=True)
        ]
    if name in COLUMNS:
        there = [[s for s in scores if s is not None] for scores in (turned if name == "lopcow" else columns)]
        return [COLUMNS[name](scores) if len(scores) > 1 else ZERO for scores in there]
    rows = [i for i in range(len(columns[0])) if all(scores[i] is not None for scores in columns)]
    complete = [[scores[i] for i in rows] for scores in columns]
    turned = [[scores[i] for i in rows] for scores in turned]
    if name == "equal":
        return [ONE] * len(columns)
    if name == "rank_order_centroid":
        return rank_order_centroid(way["order"], members)
    if name == "ahp":
        return ahp(way, members)
    if name == "best_worst":
        return best_worst(way, members)
    if name in ("pca", "factor"):
        return {"pca": pca, "factor": factor}[name](way, complete)
    if name == "merec":
        return merec(complete)
    if name == "critic":
        return critic(turned)
    return cilos(complete) if name == "cilos" else idocriw(complete, turned)


def computed(way, members: list[str], falls: list[bool], columns: list[list]) -> list:
    """Return weights that add up to 1, from the scores of each member."""
    counts = importances(way, members, falls, columns)
    whole = sum(counts)
    return [t / whole if whole > 0 else Fraction(1, len(columns)) for t in counts]

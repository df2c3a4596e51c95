"""The rules: points for a measure `x`, in the full mark of the part.

A rule asks its scene for what it compares with: `scene.anchor(anchor)`, `scene.better(x)` (how many of the reference
set are better), `scene.count`, `scene.negative` (less is better), `scene.full`.
"""

from fractions import Fraction
from itertools import pairwise

from reference import formulas
from reference.numbers import Missing, attempt, exp, ln, need
from reference.rounding import to_whole
from reference.typed import typed
from reference.units import ONE


def between(rule, scene, low=0, high=1) -> tuple:
    ends = rule.get("between")
    return (typed(ends[0]), typed(ends[1])) if ends else (low * scene.full, high * scene.full)


def held(points, least=None, most=None):
    if least is not None and points < least:
        return typed(least)
    return typed(most) if most is not None and points > most else points


def ends(rule, scene) -> tuple:
    worst, best = ("max", "min") if scene.negative else ("min", "max")
    return scene.anchor(rule.get("low", worst)), scene.anchor(rule.get("high", best))


def linear(rule, x, scene):
    low, high = ends(rule, scene)
    a, b = between(rule, scene)
    if rule.get("log"):
        x, low, high = ln(x), ln(low), ln(high)
    if low == high:
        return typed(rule["when_equal"]) if "when_equal" in rule else b
    points = a + (b - a) * (x - low) / (high - low)
    return held(points, min(a, b), max(a, b)) if rule.get("clamp", True) else points


def exponential(rule, x, scene):
    low, high = ends(rule, scene)
    a, b = between(rule, scene, Fraction(6, 10))
    if low == high:
        return typed(rule["when_equal"]) if "when_equal" in rule else b
    t = (x - low) / (high - low)
    if rule.get("clamp", True):
        t = held(t, Fraction(0), Fraction(1))
    return a if t == 0 else b if t == 1 else a * exp(t * ln(b / a))


def ratio(rule, x, scene):
    to = scene.anchor(rule["to"])
    if to <= 0:
        raise Missing
    if rule.get("reverse"):
        if x <= 0:  # so good that no ratio says it: the most that counts
            return need(rule.get("cap") and typed(rule["cap"])) * scene.full
        r = to / x
    else:
        r = x / to
    if "threshold" in rule and r < typed(rule["threshold"]):
        return Fraction(0)
    return held(r, rule.get("least"), rule.get("cap")) * scene.full


REACHED = {
    "at_least": lambda x, t: x >= t,
    "above": lambda x, t: x > t,
    "at_most": lambda x, t: x <= t,
    "below": lambda x, t: x < t,
}


def steps(rule, x, scene):
    bound = rule.get("bound", "at_most" if scene.negative else "at_least")
    unit = scale(rule, scene)
    lines = [(typed(t) * unit, typed(p), *(b or [bound])) for t, p, *b in rule["at"]]
    lower = lines[0][2] in ("at_least", "above")
    for t, points, own in sorted(lines, key=lambda line: line[0], reverse=lower):
        if REACHED[own](x, t):
            return points
    return typed(rule.get("below", 0))


def scale(rule, scene):
    """Return what the thresholds are multiples of."""
    if "relative_to" not in rule:
        return Fraction(1)
    unit = scene.anchor(rule["relative_to"])
    return unit if unit > 0 else need(None)


def per_step(rule, x, scene):
    start = scene.anchor(rule["from"])
    distance = x - start
    if rule.get("relative"):
        distance = distance / abs(start) if start != 0 else need(None)
    side = rule.get("up" if distance > 0 else "down") if distance != 0 else None
    gained = Fraction(0)
    if side:
        count = abs(distance) / typed(side["each"])
        kind = side.get("step", "floor")
        count = count if kind == "linear" else Fraction(to_whole(count, kind if kind == "ceiling" else "floor"))
        worth, cap = typed(side["points"]), cap_of(side, rule, start, scene)
        if start < 0 and worth > 0 and "from_negative" in rule:
            worth *= typed(rule["from_negative"]["factor"])
            cap = rule["from_negative"].get("cap", cap)
        gained = count * worth
        if cap is not None:
            gained = held(gained, -typed(cap), typed(cap))
    base = typed(rule["base"]) if "base" in rule else scene.full
    return held(base + gained, rule.get("least"), rule.get("most"))


def cap_of(side, rule, start, scene):
    if "cap_by" in side and "against" in rule:
        against = attempt(scene.anchor, rule["against"])
        ambition = start / against if against is not None and against > 0 else None
        for bound, cap in sorted(side["cap_by"], reverse=True):
            if ambition is not None and ambition >= typed(bound):
                return cap
    return side.get("cap")


def curve(rule, x, scene):
    unit = scale(rule, scene)
    at = [(typed(t) * unit, typed(p)) for t, p in rule["at"]]
    if rule.get("outside", "flat") == "flat":
        if x <= at[0][0]:
            return at[0][1]
        if x >= at[-1][0]:
            return at[-1][1]
    k = next((k for k in range(1, len(at)) if x <= at[k][0]), len(at) - 1)
    return on_line(x, at[k - 1], at[k])


def on_line(x, left, right):
    return left[1] + (right[1] - left[1]) * (x - left[0]) / (right[0] - left[0])


def rank(rule, x, scene):
    r, n = scene.better(x) + 1, scene.count
    shared = max(sum(other == x for other in scene.numbers) - 1, 0)
    r += {"best": 0, "mean": Fraction(shared, 2), "worst": shared}[rule.get("ties", "best")]
    if "table" in rule:
        table = rule["table"]
        return typed(table[r - 1]) if r <= len(table) else typed(rule.get("beyond", table[-1]))
    if "by" in rule:
        first = typed(rule["from"]) if "from" in rule else scene.full
        return held(first - (r - 1) * typed(rule["by"]), rule.get("least", 0))
    if rule.get("borda") or rule.get("places"):
        return Fraction(n - r + (1 if rule.get("places") else 0))
    return scene.full * Fraction(n - r) / (n - 1) if n > 1 else scene.full


def zscore(rule, x, scene):
    sd, distance = scene.anchor("sd"), x - scene.anchor("mean")
    z = distance / sd if sd != 0 else Fraction(0)
    points = typed(rule.get("centre", 50)) + typed(rule.get("scale", 10)) * (-z if scene.negative else z)
    return held(points, *rule.get("clamp", ()))


def interval(rule, x, scene):
    (a, b), (m, n) = (map(typed, rule[key]) for key in ("target", "limits"))
    low, high = between(rule, scene)
    if a <= x <= b:
        return high
    if x <= m or x >= n:
        return low
    near = (x - m) / (a - m) if x < a else (n - x) / (n - b)
    return low + (high - low) * near


def bands(rule, x, scene):
    at = [(typed(s), typed(c)) for s, c in rule["at"]]
    sign = -1 if (len(at) > 1 and at[0][0] < at[1][0]) or (len(at) == 1 and scene.negative) else 1
    if sign * x >= sign * at[0][0]:
        return scene.full * at[0][1]
    for upper, lower in pairwise(at):
        if sign * x >= sign * lower[0]:
            return scene.full * on_line(x, lower, upper)
    return scene.full * typed(rule.get("below", 0))


class Sheet:
    """The world of a rule's formula."""

    def __init__(self, x, scene) -> None:
        self.x, self.scene, self.units = x, scene, {}

    def named(self, name: str):
        if name == "x":
            return need(self.x)
        return self.scene.full if name == "full" else self.scene.anchor(name)

    def unit_named(self, name: str):
        return ONE


def formula(rule, x, scene):
    return formulas.value(formulas.parse(rule["formula"]), Sheet(x, scene))


LEAVES = {
    "linear": linear, "ratio": ratio, "steps": steps, "per_step": per_step, "curve": curve, "rank": rank,
    "zscore": zscore, "interval": interval, "exponential": exponential, "bands": bands, "formula": formula,
}  # fmt: skip


def combined(rule, scores: list, full):
    """Return the points of a combination from its parts' scores (shares of their full marks, None where missing)."""
    parts = list(zip(rule["of"], scores, strict=True))
    if rule.get("skip_missing"):
        parts = [(part, score) for part, score in parts if score is not None]
    scores = [need(score) for _, score in parts]
    if not scores:
        raise Missing
    if rule["rule"] == "sum":
        points = sum(typed(part.get("share", 1)) * score * full for part, score in parts)
        return held(points, rule.get("least"), rule.get("cap"))
    return (max if rule["rule"] == "best_of" else min)(scores) * full


def matrix(rule, levels: list):
    row, column = (int(need(level)) for level in levels)
    return typed(rule["table"][row][column])

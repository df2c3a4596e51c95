"""From the panel to the scores of the indicators: values, measures, references, rules, fills."""

import functools
import json
import re
import sys
from fractions import Fraction

from reference import formulas, imputation, rules
from reference.numbers import Missing, attempt, mean, need, quantile, sqrt
from reference.panel import Panel, Pooled, Refused, period_number
from reference.rounding import handed_on, rounded
from reference.treatments import treated
from reference.typed import typed
from reference.units import parse

# The largest number of f64, and what still rounds to it.
LARGEST = Fraction(sys.float_info.max) * (1 + Fraction(1, 2**54))


def memo(method):
    """Compute once for the same arguments (parts of the scheme are told apart by identity)."""

    @functools.wraps(method)
    def remembered(self, *arguments):
        key = (method.__name__, *(id(a) if isinstance(a, dict) else a for a in arguments))
        if key not in self.known:
            self.known[key] = attempt(method, self, *arguments)
        return need(self.known[key])

    return remembered


class Scoring:
    """The scores of the indicators of a scheme over a panel."""

    def __init__(self, scheme: dict, rows: list[dict]) -> None:
        self.scheme, self.panel, self.known, self.plain = scheme, Panel(scheme, rows), {}, {}
        self.full = typed(scheme.get("full_points", 100))
        self.indicators = {i["id"]: i for i in scheme["indicator"]}
        self.parsed = {name: formulas.parse(i["formula"]) for name, i in self.indicators.items()}
        self.unit_of = {name: parse(i["unit"], self.panel.units) for name, i in self.indicators.items()}
        self.classes = {c["id"]: c for c in scheme.get("class", ())}
        scored = [i["points"] for i in scheme["indicator"]]
        scored += [points for c in self.classes.values() for points in c.get("points", {}).values()]
        scored += [i["treat"] for i in scheme["indicator"] if "treat" in i]
        if any(period_number(over) not in self.panel.periods for over in fixed_periods(scored)):
            raise Refused("a base period that the data lack")

    @memo
    def value(self, name: str, entity: str, period: int):
        """Return the value in the indicator's unit, unrounded, filled where the formula gives none."""
        own = attempt(self.bare, name, entity, period)
        way = imputation.plain(self.indicators[name].get("impute", self.scheme.get("impute", "none")))
        if own is not None or way["method"] == "none":
            return need(own)
        asked = (entity, period) in self.panel.rows and self.is_assessed(entity, period)
        if not asked or not self.counts(name, entity, period) or not self.applies(name, entity, period):
            raise Missing
        return within(need(self.filling(way, name, entity, period)))

    def filling(self, way: dict, name: str, entity: str, period: int):
        """Return what fills a value, None where there is nothing to go by."""
        if way["method"] in ("peer_mean", "peer_median"):
            return imputation.from_peers(
                way, self.known_of(lambda e, p: self.as_given(name, e, p), self.fillers(way, name, entity, period))
            )
        if way["method"] in ("row_mean", "row_median"):
            parent = self.indicators[name].get("parent")
            family = [n for n, i in self.indicators.items() if way.get("of") == "all" or i.get("parent") == parent]
            places = {n: self.place(way, n, entity, period) for n in family}
            return imputation.from_row(way, places.pop(name), list(places.values()))
        known = [(p, x) for p in self.panel.periods if (x := attempt(self.as_given, name, entity, p)) is not None]
        return imputation.from_series(way, period, self.panel.periods, known)

    def as_given(self, name: str, entity: str, period: int):
        """Return the value before anything is filled, rounded where that is handed on."""
        return handed_on(self.bare(name, entity, period), self.indicators[name].get("round"))

    def fillers(self, way: dict, name: str, entity: str, period: int) -> list:
        """Return the peers that a value is filled from."""
        peers = [e for e in self.panel.grouped(way, entity, period) if not self.is_out(e, period)]
        return [(e, period) for e in peers if self.applies(name, e, period)]

    def place(self, way: dict, name: str, entity: str, period: int) -> tuple:
        """Return a value with the least and the most that its peers have."""
        numbers = self.known_of(lambda e, p: self.as_given(name, e, p), self.fillers(way, name, entity, period))
        own = attempt(self.as_given, name, entity, period) if self.applies(name, entity, period) else None
        ends = (min(numbers), max(numbers)) if numbers else (None, None)
        return own, *ends, self.indicators[name].get("direction") == "negative"

    @memo
    def bare(self, name: str, entity: str, period: int):
        """Return what the formula gives in the indicator's unit, unrounded."""
        world = self.panel.world(entity, period)
        if (entity, period) not in self.panel.rows:
            raise Missing
        return within(formulas.alike(self.parsed[name], self.unit_of[name], world) / self.unit_of[name].factor)

    def shown(self, name: str, entity: str, period: int):
        return rounded(self.value(name, entity, period), self.indicators[name].get("round"))

    def untreated(self, name: str, entity: str, period: int):
        """Return the value, rounded where that is handed on: what adjustments and floors name."""
        return handed_on(self.value(name, entity, period), self.indicators[name].get("round"))

    @memo
    def taken(self, name: str, entity: str, period: int):
        """Return the value that is scored."""
        x, how = self.untreated(name, entity, period), self.indicators[name].get("treat")
        if how is None:
            return x
        members = self.members(name, how, entity, period)
        return treated(how, x, self.known_of(lambda e, p: self.untreated(name, e, p), members))

    @memo
    def applies(self, name: str, entity: str, period: int) -> bool:
        rule = self.indicators[name].get("not_applicable")
        return (
            rule is None or formulas.truth(formulas.parse(rule["when"]), self.panel.world(entity, period)) is not True
        )

    def members(self, name: str, part: dict, entity: str, period: int) -> list:
        """Return the entities and periods of the reference set."""
        over = part.get("over", "period")
        periods = [period] if over == "period" else self.panel.periods if over == "all" else [period_number(over)]
        among = part.get("among", "class" if self.classes else "all")
        own = self.panel.class_of(entity, period)
        return [
            (e, p)
            for p in periods
            for e in self.panel.peers(entity, p, "all")
            if (among == "all" or self.panel.class_of(e, p) == own)
            and self.applies(name, e, p)
            and not self.is_out(e, p)
        ]

    def known_of(self, compute, members: list) -> list:
        return [x for e, p in members if (x := attempt(compute, e, p)) is not None]

    def negative(self, name: str, part: dict) -> bool:
        """Return whether less of the measure is better."""
        measure = part.get("measure")
        way = (
            kind_of(part) == "attainment"
            and isinstance(measure, dict)
            and measure.get("form", "positive") != "positive"
        )
        return self.indicators[name].get("direction") == "negative" and kind_of(part) != "rank_change" and not way

    @memo
    def measure(self, name: str, part: dict, entity: str, period: int):
        """Return what is scored."""
        own, kind = part.get("measure", "value"), kind_of(part)
        own = {"kind": own} if isinstance(own, str) else own
        x = self.taken(name, entity, period)
        lag = own.get("lag", 1)
        if kind == "value":
            return x
        if kind in ("gap_to_mean", "gap_to_pooled"):
            return x - self.base_anchor(kind[7:], name, part, entity, period)
        if kind == "attainment":
            return self.attainment(own, x, name, part, entity, period)
        before = self.taken(name, entity, period - lag)
        if kind == "change":
            return x - before
        if kind == "growth":
            return x / before - 1 if before > 0 else need(None)
        if kind == "symmetric_growth":
            return 2 * (x - before) / (x + before) if x + before > 0 else need(None)
        return Fraction(self.rank_of(name, part, entity, period - lag) - self.rank_of(name, part, entity, period))

    def rank_of(self, name: str, part: dict, entity: str, period: int) -> int:
        """Return the rank of the value in its reference set; an indicator that does not apply has none."""
        if not self.applies(name, entity, period):
            raise Missing
        numbers = self.known_of(lambda e, p: self.taken(name, e, p), self.members(name, part, entity, period))
        x, negative = self.taken(name, entity, period), self.indicators[name].get("direction") == "negative"
        return 1 + sum(other < x if negative else other > x for other in numbers)

    def attainment(self, own: dict, x, name: str, part: dict, entity: str, period: int):
        t, form = self.base_anchor(own.get("target", "target"), name, part, entity, period), own.get("form", "positive")
        negative = self.indicators[name].get("direction") == "negative"
        if form == "positive":
            if t == 0:
                return Fraction(int(x <= 0 if negative else x >= 0))
            return x / t if t > 0 else 2 - x / t
        if form in ("reverse", "two_minus"):
            if t == 0:
                return Fraction(int(x <= 0))
            if t < 0:
                return x / t
            if form == "two_minus":
                return 2 - x / t
            return t / x if x > 0 else need(None)
        base = self.base_anchor(own.get("base", "previous"), name, part, entity, period)
        if t == base:
            return Fraction(int(x <= base if negative else x >= base))
        reached = (x - base) / (t - base)
        return 2 - reached if (t > base if negative else t < base) else reached

    def base_anchor(self, anchor, name: str, part: dict, entity: str, period: int):
        """Return an anchor over the values, not over the measure."""
        plain = self.plain.setdefault(id(part), {**part, "measure": "value"})
        return self.anchor(anchor, name, plain, entity, period)

    def anchor(self, anchor, name: str, part: dict, entity: str, period: int):
        """Return the number an anchor stands for."""
        if isinstance(anchor, (int, float, Fraction)):
            return typed(anchor)
        if anchor == "previous":
            return self.taken(name, entity, period - 1)
        if anchor == "target":
            return self.target(name, entity, period)
        if isinstance(anchor, dict) and "entity" in anchor:
            over = part.get("over", "period")
            at = period if over in ("period", "all") else period_number(over)
            return self.measure(name, part, anchor["entity"], at)
        if isinstance(anchor, dict) and "indicator" in anchor:
            return self.taken(anchor["indicator"], entity, period)
        members = self.members(name, part, entity, period)
        if anchor == "pooled":
            return self.pooled(name, part, members)
        numbers = self.known_of(lambda e, p: self.measure(name, part, e, p), members)
        if anchor == "count":
            return Fraction(len(numbers))
        if not numbers:
            raise Missing
        if isinstance(anchor, dict):
            return quantile(numbers, typed(anchor["quantile"]))
        if anchor == "sd":
            centre = mean(numbers)
            spread = sum((x - centre) * (x - centre) for x in numbers)
            return sqrt(spread / Fraction(len(numbers) - 1)) if len(numbers) > 1 else need(None)
        if anchor == "first":
            anchor = "min" if self.negative(name, part) else "max"
        return {"min": min, "max": max, "mean": mean, "median": lambda x: quantile(x, Fraction(1, 2))}[anchor](numbers)

    def pooled(self, name: str, part: dict, members: list):
        """Return the ratio of sums: the formula over the sums of the variables of those that have a value."""
        if formulas.calls(self.parsed[name]) & {"total", "share"}:
            raise Missing
        known = [(e, p) for e, p in members if attempt(self.value, name, e, p) is not None]
        known = [(e, p) for e, p in known if formulas.is_complete(self.parsed[name], self.panel.world(e, p))]
        if not known:
            raise Missing
        world = Pooled(self.panel, known)
        return formulas.alike(self.parsed[name], self.unit_of[name], world) / self.unit_of[name].factor

    def target(self, name: str, entity: str, period: int):
        """Return the target: the one that names most."""
        found = [
            t
            for t in self.scheme.get("target", ())
            if t["indicator"] == name
            and t.get("entity", entity) == entity
            and ("period" not in t or period_number(t["period"]) == period)
        ]
        best = max(found, key=lambda t: (("entity" in t) + ("period" in t), "entity" in t), default=None)
        return typed(need(best)["value"])

    def lacks_target(self, name: str, entity: str, period: int) -> bool:
        """Return whether the scoring compares with a target that is not there."""
        asked = any(map(asks_target, self.parts(name, entity, period)))
        return asked and attempt(self.target, name, entity, period) is None

    def parts(self, name: str, entity: str, period: int) -> list:
        own = self.classes.get(self.panel.class_of(entity, period), {}).get("points", {})
        parts = own.get(name, self.indicators[name]["points"])
        return parts if isinstance(parts, list) else [parts]

    def points(self, name: str, part: dict, entity: str, period: int, full, default: str | None = None):
        """Return the points of a part in its own full mark, None where missing, and that full mark.

        `default` is what it gives without anything to compare with, where it does not say so itself.
        """
        full = typed(part["full"]) if "full" in part else full
        if part["rule"] in rules.LEAVES:
            scene = Scene(self, name, part, entity, period, full)
            x = attempt(self.measure, name, part, entity, period)
            points = (
                attempt(rules.LEAVES[part["rule"]], part, x, scene)
                if x is not None or part["rule"] == "formula"
                else None
            )
            if points is None and attempt(self.taken, name, entity, period) is not None:
                policy = part.get("missing", default)
                points = self.without_base(name, part, policy, entity, period, full)
            return need(points), full
        default = "redistribute" if part.get("skip_missing") else None
        inner = [attempt(self.points, name, own, entity, period, full, default) for own in part["of"]]
        if part["rule"] == "matrix":
            return rules.matrix(part, [pair and pair[0] for pair in inner]), full
        return rules.combined(part, [pair and pair[0] / pair[1] for pair in inner], full), full

    def without_base(self, name: str, part: dict, policy: str | None, entity: str, period: int, full):
        """Return what a part gives that has a value and nothing to compare it with; None where it is left out."""
        if policy in ("zero", "full"):
            return Fraction(0) if policy == "zero" else full
        asked = self.is_assessed(entity, period) and self.counts(name, entity, period)
        asked = asked and self.applies(name, entity, period)
        reach, known = formulas.reach(self.parsed[name]), self.panel.periods
        before = [period - n for n in self.looks_back(part) if {period - n, period - n - reach} <= set(known)]
        lacks = any(attempt(self.taken, name, entity, p) is None for p in before)
        if asked and (policy == "error" or (policy is None and lacks)):
            raise Refused(f"{name} of {entity} in {period} has nothing to compare with")
        return None

    def looks_back(self, part: dict) -> list[int]:
        """Return how many periods back a part looks for the entity's own value."""
        own, kind = part.get("measure", "value"), kind_of(part)
        own = {"kind": own} if isinstance(own, str) else own
        back = [own.get("lag", 1)] if kind in ("change", "growth", "symmetric_growth", "rank_change") else []
        asks = "previous" in json.dumps({k: v for k, v in part.items() if k != "measure"})
        base = own.get("base", "previous") == "previous" and own.get("form", "positive") == "change"
        if asks or (kind == "attainment" and (base or own.get("target") == "previous")):
            back.append(1)
        return back

    @memo
    def own_score(self, name: str, entity: str, period: int):
        """Return the score that the parts give."""
        total = weights = Fraction(0)
        for part in self.parts(name, entity, period):
            pair = attempt(self.points, name, part, entity, period, self.full)
            if pair is not None:
                share = typed(part.get("share", 1))
                total, weights = total + share * (pair[0] / pair[1]) * self.full, weights + share
        return total / weights if weights else need(None)

    @memo
    def score(self, name: str, entity: str, period: int):
        """Return the score of an indicator, filled as the scheme says."""
        indicator = self.indicators[name]
        if (entity, period) not in self.panel.rows:
            raise Missing
        if not self.applies(name, entity, period):
            policy = indicator["not_applicable"]["then"]
        else:
            score = within(attempt(self.own_score, name, entity, period))
            policy = indicator.get("missing", "error")
            if score is not None:
                return score
            if not self.is_assessed(entity, period) or not self.counts(name, entity, period):
                raise Missing
            if attempt(self.value, name, entity, period) is not None:
                policy = "error" if policy == "error" and self.lacks_target(name, entity, period) else "skip"
        if policy == "error":
            raise Refused(f"{name} of {entity} in {period} is missing")
        if policy in ("zero", "full"):
            return Fraction(0) if policy == "zero" else self.full
        if policy in ("peer_mean", "peer_median"):
            peers = [e for e in self.panel.peers(entity, period) if not self.is_out(e, period)]
            peers = [(e, period) for e in peers if self.applies(name, e, period)]
            numbers = self.known_of(lambda e, p: self.own_score(name, e, p), peers)
            return mean(numbers) if policy == "peer_mean" else quantile(numbers, Fraction(1, 2))
        raise Missing


def within(number):
    """Return a number that f64 can hold; others are refused."""
    if number is not None and abs(number) > LARGEST:
        raise Refused("a number beyond the largest")
    return number


def fixed_periods(rule) -> list:
    """Return the fixed base periods of a part of the scheme."""
    if isinstance(rule, list):
        return [over for inner in rule for over in fixed_periods(inner)]
    if not isinstance(rule, dict):
        return []
    own = [rule["over"]] if rule.get("over", "period") not in ("period", "all") else []
    return own + fixed_periods(rule.get("of", []))


def asks_target(rule) -> bool:
    """Return whether a part of the scheme compares with the target."""
    if isinstance(rule, dict):
        if rule.get("measure") == "attainment" or (rule.get("kind") == "attainment" and "target" not in rule):
            return True
        return any(map(asks_target, rule.values()))
    if isinstance(rule, list):
        return any(map(asks_target, rule))
    return isinstance(rule, str) and re.search(r"\btarget\b", rule) is not None


def kind_of(part: dict) -> str:
    measure = part.get("measure", "value")
    return measure if isinstance(measure, str) else measure["kind"]


class Scene:
    """What a rule compares with."""

    def __init__(self, scoring: Scoring, name: str, part: dict, entity: str, period: int, full) -> None:
        self.where, self.scoring, self.full = (name, part, entity, period), scoring, full
        self.negative = scoring.negative(name, part)

    def anchor(self, anchor):
        return self.scoring.anchor(anchor, *self.where)

    @property
    def numbers(self) -> list:
        name, part, entity, period = self.where
        members = self.scoring.members(name, part, entity, period)
        return self.scoring.known_of(lambda e, p: self.scoring.measure(name, part, e, p), members)

    @property
    def count(self) -> int:
        return len(self.numbers)

    def better(self, x) -> int:
        return sum(other < x if self.negative else other > x for other in self.numbers)

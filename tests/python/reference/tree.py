"""From the scores of the indicators to totals, ranks and grades."""

import functools
import math
from fractions import Fraction

from reference import formulas, sets
from reference import weights as weighing
from reference.numbers import Missing, attempt, need, power, quantile, tidy
from reference.panel import Refused, World
from reference.rounding import handed_on, rounded
from reference.rules import held
from reference.scoring import Scoring, memo
from reference.typed import typed

LENGTHS = {"year": 1, "half": 2, "quarter": 4, "month": 12}
ROOT = "total"


def aggregate(how, members: list):
    """Return one score of several: `members` are (weight, score), the scores known, the weights positive."""
    if how == "minimum":
        return min(score for _, score in members)
    if how == "maximum":
        return max(score for _, score in members)
    whole = sum(weight for weight, _ in members)
    if how == "sum":
        return sum(weight * score for weight, score in members)
    if how == "arithmetic":
        return sum(weight * score for weight, score in members) / whole
    if how == "median":
        return quantile([score for _, score in members], Fraction(1, 2))
    if isinstance(how, dict) and "owa" in how:
        return owa([typed(x) for x in how["owa"]], members)
    if isinstance(how, dict) and "waspas" in how:
        share = typed(how["waspas"])
        return share * aggregate("arithmetic", members) + (1 - share) * aggregate("geometric", members)
    if how in ("mazziotta_pareto", "mazziotta_pareto_plus"):
        if any(score < 0 for _, score in members):
            raise Refused("a negative score under a Mazziotta–Pareto index")
        centre = aggregate("arithmetic", members)
        if centre == 0:
            return centre
        penalty = sum(weight / whole * (score - centre) * (score - centre) for weight, score in members) / centre
        return centre - penalty if how == "mazziotta_pareto" else centre + penalty
    p = {"geometric": Fraction(0), "harmonic": Fraction(-1)}[how] if isinstance(how, str) else typed(how["power"])
    if any(score < 0 for _, score in members):
        raise Refused("a negative score under a geometric, harmonic or power mean")
    if p <= 0 and any(score == 0 for _, score in members):
        return Fraction(0)
    if p == 0:
        return tidy(math.prod((power(score, weight / whole) for weight, score in members), start=Fraction(1)))
    return power(sum(weight / whole * power(score, p) for weight, score in members), 1 / p)


def is_above_zero(how) -> bool:
    """Return whether an aggregation needs scores of 0 or more."""
    if isinstance(how, dict):
        return any(name in how for name in ("power", "waspas", "benefit_of_the_doubt"))
    return how in ("geometric", "harmonic", "mazziotta_pareto", "mazziotta_pareto_plus", "benefit_of_the_doubt")


def owa(quantifier: list, members: list):
    """Return the ordered weighted average: every score by what the quantifier rises over its share of the weight."""
    low, high = quantifier
    whole, reached, total = sum(weight for weight, _ in members), Fraction(0), Fraction(0)
    for weight, score in sorted(members, key=lambda member: functools.cmp_to_key(rising)(member[1]), reverse=True):
        ends = [
            min(max((at / whole - low) / (high - low), Fraction(0)), Fraction(1)) for at in (reached, reached + weight)
        ]
        total += (ends[1] - ends[0]) * score
        reached += weight
    return total


def rising(a, b) -> int:
    return (a > b) - (a < b)


class Results(Scoring):
    """Everything an assessment says."""

    def __init__(self, scheme: dict, rows: list[dict]) -> None:
        super().__init__(scheme, rows)
        self.total_of = scheme.get("total", {})
        self.groups = {g["id"]: g for g in scheme.get("group", ())}
        self.asked: set[tuple] = set()
        self.nodes = {**self.indicators, **self.groups}
        self.refuse_unread_holes()

    def refuse_unread_holes(self) -> None:
        """Refuse missing data of variables that only conditions and adjustments read: nobody else decides there."""
        others = [i["not_applicable"]["when"] for i in self.indicators.values() if "not_applicable" in i]
        others += [a["formula"] for a in self.scheme.get("adjustment", ())]
        others += [f["when"] for f in self.scheme.get("floor", ())]
        read = set().union(*(formulas.names(tree) for tree in self.parsed.values()))
        only = set().union(*(formulas.names(formulas.parse(text)) for text in others)) - read
        named = {name for name in only if name in self.panel.variables or isinstance(name, formulas.Statistic)}
        for name in named:
            for entity, period in self.panel.rows:
                there = attempt(self.panel.world(entity, period).named, name) is not None
                if not there and self.is_assessed(entity, period):
                    raise Refused(f"{name} of {entity} in {period} is missing")

    def children(self, group: str) -> list[str]:
        return [n for n, node in self.nodes.items() if node.get("parent", ROOT) == group]

    def counts(self, node: str, entity: str, period: int) -> bool:
        """Return whether a node has a weight in the entity's class, as all the groups above it have."""
        if node == ROOT:
            return True
        above = self.nodes[node].get("parent", ROOT)
        return bool(self.given(node, entity, period)) and self.counts(above, entity, period)

    def given(self, node: str, entity: str, period: int) -> Fraction:
        """Return the weight that is written down, by the entity's class or for all; 0 leaves the node out."""
        return self.given_in(self.panel.class_of(entity, period), node)

    def given_in(self, class_: str | None, node: str) -> Fraction:
        own = self.classes.get(class_, {}).get("weights", {})
        return typed(own.get(node, self.nodes[node].get("weight", 1)))

    def weight(self, node: str, entity: str, period: int):
        """Return the weight among the siblings."""
        given, parent = self.given(node, entity, period), self.nodes[node].get("parent", ROOT)
        if not given or "weights" not in self.settings(parent):
            return given
        return self.computed(parent, self.panel.class_of(entity, period), period)[node]

    @memo
    def computed(self, group: str, class_: str | None, period: int) -> dict:
        """Return the weights of a group's members, from the scores of the entities of a class."""
        rows = self.set_of(class_, period)
        members = [n for n in self.children(group) if self.given_in(class_, n)]
        columns = [self.aligned(n, class_, period) for n in members]
        falls = [self.indicators.get(n, {}).get("direction") == "negative" for n in members]
        settings = self.settings(group)
        way = settings["weights"]
        for n, scores in zip(members, columns, strict=True):
            if any(s is not None and weighing.refuses(way, s) for s in scores) and self.counts(n, rows[0], period):
                raise Refused("a score that the method of the weights has no meaning for")
        weights = weighing.computed(way, members, falls, columns) if members else []
        stage = settings.get("weights_round", {"digits": 10})
        return {n: rounded(w, stage) for n, w in zip(members, weights, strict=True)}

    def set_of(self, class_: str | None, period: int) -> list[str]:
        """Return the entities of a class that others are compared with in a period."""
        rows = [e for e in self.panel.entities if (e, period) in self.panel.rows and e not in self.panel.benchmarks]
        return [e for e in rows if self.panel.class_of(e, period) == class_ and not self.is_out(e, period)]

    @memo
    def screened(self, entity: str, period: int) -> bool:
        """Return whether the entity is screened out of the period."""
        screen = self.scheme.get("screen", {})
        if entity in self.panel.benchmarks or entity in screen.get("keep", ()):
            return False
        if entity in screen.get("leave", ()):
            return True
        counted = [n for n in self.indicators if self.counts(n, entity, period) and self.applies(n, entity, period)]
        values = {n: attempt(self.as_given, n, entity, period) for n in counted}
        present = [n for n, value in values.items() if value is not None]
        if len(present) < typed(screen.get("available", 0)) * len(counted):
            return True
        part, whole = (
            sum((self.given_share(n, entity, period) for n in names), Fraction(0)) for names in (present, counted)
        )
        if part < typed(screen.get("available_weight", 0)) * whole:
            return True
        nonzero = [n for n in present if values[n] != 0]
        return len(nonzero) < typed(screen.get("nonzero", 0)) * len(present)

    def given_share(self, node: str, entity: str, period: int):
        """Return a node's share of the whole by the weights that are written down."""
        parent = self.nodes[node].get("parent", ROOT)
        weight, how = self.given(node, entity, period), self.aggregation(parent)
        if how in ("minimum", "maximum"):
            weight = Fraction(int(weight != 0))
        elif how != "sum":
            weight /= sum(self.given(n, entity, period) for n in self.children(parent))
        return weight if parent == ROOT else weight * self.given_share(parent, entity, period)

    def is_assessed(self, entity: str, period: int) -> bool:
        return entity not in self.panel.benchmarks and not self.screened(entity, period)

    def is_out(self, entity: str, period: int) -> bool:
        """Return whether others are not compared with the entity."""
        return self.kept_out(entity, period) or self.screened(entity, period)

    @memo
    def kept_out(self, entity: str, period: int) -> bool:
        """Return whether a floor keeps the entity out of the references of others."""
        floors = [f for f in self.scheme.get("floor", ()) if not f["then"].get("references", True)]
        world = Judged(self, entity, period, None)
        return any(formulas.truth(formulas.parse(f["when"]), world) is True for f in floors)

    @memo
    def scores_of(self, node: str, class_: str | None, period: int) -> list:
        """Return the scores that the entities of a class have of a node, as its group takes them."""
        return [score for score in self.aligned(node, class_, period) if score is not None]

    @memo
    def aligned(self, node: str, class_: str | None, period: int) -> list:
        """Return the same in the order of the entities, None where there is no score."""
        rows = self.set_of(class_, period)
        return [attempt(self.handed, node, e, period) if self.has_score(node, e, period) else None for e in rows]

    def settings(self, group: str) -> dict:
        return self.total_of if group == ROOT else self.groups[group]

    def share(self, node: str, entity: str, period: int):
        """Return a node's share of the whole: of the weights of those that have a score."""
        parent = self.nodes[node].get("parent", ROOT)
        present = self.present(parent, entity, period)
        weight = self.weight(node, entity, period)
        if self.aggregation(parent) in ("minimum", "maximum"):
            weight = Fraction(int(node in present and weight != 0))
        elif self.aggregation(parent) != "sum":
            weight /= sum(self.weight(n, entity, period) for n in present) or need(None)
        return weight if parent == ROOT else weight * self.share(parent, entity, period)

    @memo
    def present(self, group: str, entity: str, period: int) -> list[str]:
        """Return the members that count and have a score; a group where too few have none is left out."""
        known = [n for n in self.children(group) if self.given(n, entity, period) and self.has_score(n, entity, period)]
        return known if group == ROOT or self.enough(group, known, entity, period) else need(None)

    def enough(self, group: str, known: list[str], entity: str, period: int) -> bool:
        settings = self.settings(group)
        weight = {n: self.weight(n, entity, period) for n in self.children(group)}
        present = sum(weight[n] for n in known)
        count = [sum(weight[n] != 0 for n in names) for names in (known, weight)]
        if count[0] < typed(settings.get("available_members", 0)) * count[1]:
            return False
        return present > 0 and present >= typed(settings.get("available", 0)) * sum(weight.values())

    def has_score(self, node: str, entity: str, period: int) -> bool:
        compute = self.score if node in self.indicators else self.present
        found = attempt(compute, node, entity, period)
        outside = entity in self.panel.benchmarks or self.is_out(entity, period)
        if found and node in self.groups and self.is_over_set(node) and outside:
            # Where a class has no others there is nobody to compare it with.
            class_ = self.panel.class_of(entity, period)
            return any(self.weight(n, entity, period) and self.scores_of(n, class_, period) for n in found)
        if (
            found
            and node in self.groups
            and is_above_zero(self.aggregation(node))
            and self.may_lack(node, entity, period)
        ):
            # A negative score leaves it without the mean. Where a score below is rounded in points of the whole, the
            # question comes round to itself: the group counts there.
            key = (node, entity, period)
            if key in self.asked:
                return True
            self.asked.add(key)
            try:
                return all(self.node_score(n, entity, period) >= 0 for n in found)
            finally:
                self.asked.remove(key)
        return found is not None

    def may_lack(self, group: str, entity: str, period: int) -> bool:
        """Return whether a mean that a negative score forbids is missing rather than refused: nobody takes it."""
        return not self.is_assessed(entity, period) or not self.counts(group, entity, period)

    def aggregation(self, group: str):
        return self.settings(group).get("aggregate", "arithmetic")

    def is_over_set(self, group: str) -> bool:
        how = self.aggregation(group)
        return how in sets.WAYS or self.is_among_rows(how) if isinstance(how, str) else self.is_among_rows(how)

    def is_among_rows(self, how) -> bool:
        return (how if isinstance(how, str) else next(iter(how))) in sets.ROWS

    @memo
    def node_score(self, node: str, entity: str, period: int):
        """Return the score of a node before its own rounding."""
        if node in self.indicators:
            return self.score(node, entity, period)
        present = self.present(node, entity, period)
        if not self.enough(node, present, entity, period):
            raise Missing
        weighed = [(n, w) for n in present if (w := self.weight(n, entity, period)) != 0]
        members = [(w, self.handed(n, entity, period)) for n, w in weighed] or need(None)
        if self.is_among_rows(self.aggregation(node)):
            class_ = self.panel.class_of(entity, period)
            columns = [self.aligned(n, class_, period) for n, _ in weighed]
            rows = [list(row) for row in zip(*columns, strict=True)]
            weights, own = [list(part) for part in zip(*members, strict=True)]
            return self.combined(node, entity, period, lambda how: self.full * sets.among_rows(how, weights, own, rows))
        if self.is_over_set(node):
            class_ = self.panel.class_of(entity, period)
            compared = [(w, self.handed(n, entity, period), self.scores_of(n, class_, period)) for n, w in weighed]
            return self.full * sets.closeness(compared, sets.WAYS[self.aggregation(node)])
        refuses = self.aggregation(node) in ("geometric", "harmonic") and self.settings(node).get("zeros") != "count"
        if refuses and any(s == 0 for _, s in members) and not self.may_lack(node, entity, period):
            raise Refused("a score of 0 under a mean that it makes 0")
        return self.combined(node, entity, period, lambda how: aggregate(how, members))

    def combined(self, node: str, entity: str, period: int, of):
        """Return what is made of scores; some without a meaning leave a benchmark without it."""
        try:
            return of(self.aggregation(node))
        except Refused:
            if self.may_lack(node, entity, period):
                raise Missing from None
            raise

    def handed(self, node: str, entity: str, period: int):
        """Return the score that the group above takes."""
        score = self.node_score(node, entity, period)
        if node in self.groups:
            return handed_on(score, self.groups[node].get("round"))
        stage = self.indicators[node].get("points_round")
        if stage and stage.get("carry"):
            share = attempt(self.share, node, entity, period)  # none below a group that is left out, 0 without a weight
            return rounded(score * share, stage) / share if share else score
        return score

    def shown_score(self, node: str, entity: str, period: int):
        score = self.node_score(node, entity, period)
        return rounded(score, self.groups[node].get("round")) if node in self.groups else score

    def shown_points(self, node: str, entity: str, period: int):
        """Return the weighted points, as a document prints them."""
        points = self.shown_score(node, entity, period) * self.final_share(node, entity, period)
        return rounded(points, self.nodes[node].get("points_round"))

    def final_share(self, node: str, entity: str, period: int):
        """Return the share, missing where a group above has no score."""
        parent = self.nodes[node].get("parent", ROOT)
        while parent != ROOT:
            self.node_score(parent, entity, period)
            parent = self.nodes[parent].get("parent", ROOT)
        return self.share(node, entity, period)

    # The total.

    def raw(self, entity: str, period: int):
        """Return the total of the scores: before blend, adjustments and floors."""
        return self.node_score(ROOT, entity, period)

    def counted(self, entity: str, period: int):
        """Return the same where the entity is not screened out."""
        return need(None) if self.screened(entity, period) else self.raw(entity, period)

    @memo
    def blended(self, entity: str, period: int):
        """Return the total, blended with other periods."""
        if self.screened(entity, period):
            raise Missing
        blend, own = self.total_of.get("blend", {}), attempt(self.raw, entity, period)
        if "within_year" in blend:
            n = LENGTHS[self.scheme.get("period", "year")]
            if period % n == n - 1 and (entity, period) in self.panel.rows:
                year = range(period - n + 1, period + 1)
                totals = [attempt(self.counted, entity, p) for p in year]
                known = [(typed(w), t) for w, t in zip(blend["within_year"], totals, strict=True) if t is not None]
                return aggregate("arithmetic", known) if known else need(None)
        elif "earlier" in blend and period == self.panel.periods[-1] and own is not None:
            before = [attempt(self.counted, entity, p) for p in self.panel.periods[:-1]]
            before = [total for total in before if total is not None]
            if before:
                part = typed(blend["earlier"])
                return part * sum(before) / Fraction(len(before)) + (1 - part) * own
        return need(own)

    @memo
    def adjusted(self, entity: str, period: int):
        """Return the total after bonuses and deductions."""
        total, world = self.blended(entity, period), Judged(self, entity, period, self.blended)
        bonus = deduction = Fraction(0)
        for adjustment in self.scheme.get("adjustment", ()):
            points = attempt(formulas.value, formulas.parse(adjustment["formula"]), world)
            if points is None:
                continue
            if adjustment.get("factor"):
                total *= points
                continue
            if "cap" in adjustment:
                points = held(points, -typed(adjustment["cap"]), typed(adjustment["cap"]))
            before = bonus + deduction
            if points > 0:
                bonus = held(bonus + points, None, self.total_of.get("bonus_cap"))
            else:
                least = -typed(self.total_of["deduction_cap"]) if "deduction_cap" in self.total_of else None
                deduction = held(deduction + points, least)
            total += bonus + deduction - before
        return held(total, None, self.total_of.get("cap"))

    def floors(self, entity: str, period: int) -> list[dict]:
        """Return what the floors and vetoes that hold do."""
        if self.screened(entity, period):
            return []
        world = Judged(self, entity, period, self.adjusted)
        return [
            floor["then"]
            for floor in self.scheme.get("floor", ())
            if formulas.truth(formulas.parse(floor["when"]), world) is True
        ]

    @memo
    def unrounded(self, entity: str, period: int):
        total = attempt(self.adjusted, entity, period)
        for then in self.floors(entity, period):
            if "set_total" in then:
                total = typed(then["set_total"])
            elif total is not None:
                total = held(total, None, then.get("cap_total"))
        return need(total)

    def total(self, entity: str, period: int):
        return rounded(self.unrounded(entity, period), self.total_of.get("round"))

    # Ranks and grades.

    def ranked(self, entity: str, period: int) -> bool:
        known = attempt(self.unrounded, entity, period) is not None
        out = any(then.get("unranked") for then in self.floors(entity, period))
        return known and not out and self.is_assessed(entity, period)

    def merit(self, entity: str, period: int) -> list:
        """Return what decides the rank: the total, then the scores that break ties, each greater is better."""
        how = self.total_of.get("rank", {})
        first = self.unrounded if how.get("on") == "exact" else self.total
        breaks = [self.decider(by, first, entity, period) for by in how.get("tie_break", ())]
        return [first(entity, period), *breaks]

    def decider(self, by: str, first, entity: str, period: int):
        """Return what one step of the chain of tie breaks goes by, None where it is missing."""
        if by in self.nodes:
            return attempt(self.handed, by, entity, period)
        if by in self.panel.variables:
            return self.panel.filled.get((by, entity, period))
        if by == "previous_total":
            return attempt(first, entity, period - 1)
        rank = attempt(self.rank, entity, period - 1)
        return None if rank is None else -rank

    @memo
    def ranks(self, period: int, class_: str | None) -> dict:
        """Return the ranks of a class in a period."""
        field = [e for e in sorted(self.panel.entities) if (e, period) in self.panel.rows and self.ranked(e, period)]
        field = [e for e in field if self.panel.class_of(e, period) == class_]
        merits = {e: self.merit(e, period) for e in field}
        ahead = {e: sum(compare(merits[o], merits[e]) > 0 for o in field) for e in field}
        equal = {e: [o for o in field if compare(merits[o], merits[e]) == 0] for e in field}
        better = {e: len({ahead[o] for o in field if ahead[o] < ahead[e]}) for e in field}
        return {
            e: {
                "competition": Fraction(ahead[e] + 1),
                "dense": Fraction(better[e] + 1),
                "modified": Fraction(ahead[e] + len(equal[e])),
                "average": ahead[e] + Fraction(len(equal[e]) + 1, 2),
                "ordinal": Fraction(ahead[e] + equal[e].index(e) + 1),
            }[self.total_of.get("rank", {}).get("ties", "competition")]
            for e in field
        }

    def rank(self, entity: str, period: int):
        return need(self.ranks(period, self.panel.class_of(entity, period)).get(entity))

    def rank_change(self, entity: str, period: int):
        """Return by how many places the entity has moved up since the period before."""
        return self.rank(entity, period - 1) - self.rank(entity, period)

    def grade(self, entity: str, period: int):
        """Return the name of the grade."""
        grades = self.total_of.get("grades", [])
        table, by = (grades["table"], grades.get("by", "score")) if isinstance(grades, dict) else (grades, "score")
        names = [name for name, _ in table]
        if entity in self.panel.benchmarks or attempt(self.unrounded, entity, period) is None:
            return None
        if by == "score":
            total = self.total(entity, period)
            reached = [name for name, bound in table if total >= typed(bound)]
        else:
            ranks = self.ranks(period, self.panel.class_of(entity, period))
            rank, n = ranks.get(entity), len(ranks) if by == "proportion" else 1
            reached = [name for name, bound in table if rank is not None and rank <= int(typed(bound) * n)]
        grade = reached[0] if reached else None
        for then in self.floors(entity, period):
            if "grade" in then:
                grade = then["grade"]
            # A grade that only a floor gives is behind those of the table.
            if "cap_grade" in then and grade in names:
                grade = names[max(names.index(grade), names.index(then["cap_grade"]))]
        return grade


def compare(a: list, b: list) -> int:
    """Return 1 where a is better, -1 where b is; what is missing is worst."""
    for x, y in zip(a, b, strict=True):
        if x is None or y is None:
            if x is not y:
                return -1 if x is None else 1
        elif x != y:
            return 1 if x > y else -1
    return 0


class Judged(World):
    """What names mean in adjustments and floors: variables, indicators in their unit, scores, the total."""

    def __init__(self, results: Results, entity: str, period: int, total) -> None:
        super().__init__(results.panel, entity, period)
        self.results, self.total = results, total

    def at(self, entity: str, period: int) -> "Judged":
        return Judged(self.results, entity, period, self.total)

    def named(self, name: str):
        if name == ROOT:
            return self.total(self.entity, self.period)
        if name in self.results.indicators:
            # Who is kept out is decided before values are filled.
            value = self.results.as_given if self.total is None else self.results.untreated
            return value(name, self.entity, self.period) * self.results.unit_of[name].factor
        return super().named(name)

    def unit_named(self, name: str):
        if name == ROOT:
            return None
        return self.results.unit_of[name] if name in self.results.indicators else super().unit_named(name)

    def asked(self, what: str, name: str):
        if what == "points":
            share = self.results.final_share(name, self.entity, self.period)
            return self.results.handed(name, self.entity, self.period) * share
        return self.results.handed(name, self.entity, self.period)

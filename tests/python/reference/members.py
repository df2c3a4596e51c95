"""Statistics over what lies below an entity."""

from fractions import Fraction

from reference import formulas
from reference.numbers import Missing, attempt, ln, need, sqrt
from reference.typed import typed
from reference.units import ONE, parse


class Member:
    """What the names of a formula over members mean, for one of them."""

    def __init__(self, table: dict, units: dict, numbers: dict) -> None:
        self.units, self.numbers = units, numbers
        self.unit_of = {v["id"]: parse(v["unit"], units) for v in table["variable"]}

    def named(self, name: str):
        return need(self.numbers.get(name)) * self.unit_of[name].factor

    def unit_named(self, name: str):
        return self.unit_of[name]


class Below:
    """The members of the entities of a panel."""

    def __init__(self, table: dict, units: dict, rows: list[dict]) -> None:
        self.table, self.units = table, units
        self.rows: dict = {}
        for row in rows:
            numbers = {v["id"]: None if row[v["id"]] is None else typed(row[v["id"]]) for v in table["variable"]}
            self.rows.setdefault((row["entity"], row["period"]), []).append(Member(table, units, numbers))
        self.periods = {period for _, period in self.rows}

    def unit_of(self, statistic: formulas.Statistic):
        if statistic.kind == "count":
            return parse(self.table.get("unit", "个"), self.units)
        if statistic.kind in ("share", "cv", "gini", "theil"):
            return ONE
        return formulas.unit_of(statistic.inner[0], Member(self.table, self.units, {})) or ONE

    def number(self, statistic: formulas.Statistic, entity: str, period: int):
        """Return the statistic in base units, missing where nothing is known."""
        members = self.rows.get((entity, period), [])
        of, at, weight = statistic.inner
        if period not in self.periods or (not members and of is not None):
            raise Missing
        if statistic.kind == "pooled":
            return formulas.value(of, self.together(of, members))
        taken = []
        for member in members:
            if statistic.kind in ("count", "share"):
                holds = True if of is None else formulas.truth(of, member)
                x = None if holds is None else Fraction(int(holds))
            else:
                x = attempt(formulas.value, of, member)
            w = Fraction(1) if weight is None else attempt(formulas.value, weight, member)
            if x is not None and w is not None and w >= 0:
                taken.append((x, w))
        if statistic.kind == "count":
            return sum((x for x, _ in taken), Fraction(0)) * self.unit_of(statistic).factor
        if not taken:
            raise Missing
        return STATISTICS[statistic.kind](taken, None if at is None else at[1])

    def together(self, of, members: list) -> Member:
        """Return the sums over the members that have everything a formula reads."""
        read = formulas.names(of)
        complete = [m for m in members if all(m.numbers[name] is not None for name in read)]
        if not complete:
            raise Missing
        return Member(self.table, self.units, {name: sum(m.numbers[name] for m in complete) for name in read})


def over(a, b):
    return a / b if b != 0 else need(None)


def mean(taken: list, _=None):
    return over(sum(x * w for x, w in taken), sum(w for _, w in taken))


def sd(taken: list, _=None):
    middle = mean(taken)
    return sqrt(over(sum(w * (x - middle) * (x - middle) for x, w in taken), sum(w for _, w in taken)))


def quantile(taken: list, q):
    """Linear between order statistics: the first at 0 and the last at 1."""
    ordered = sorted(x for x, _ in taken)
    at = (len(ordered) - 1) * q
    k = int(at)
    return ordered[k] if at == k else ordered[k] + (at - k) * (ordered[k + 1] - ordered[k])


def gini(taken: list, _=None):
    pairs = sum(v * w * abs(x - y) for x, v in taken for y, w in taken)
    weight = sum(w for _, w in taken)
    return over(pairs, 2 * weight * weight * mean(taken))


def theil(taken: list, _=None):
    middle = mean(taken)
    if middle == 0 or any(x < 0 for x, _ in taken):
        raise Missing
    terms = (w * (x / middle) * (ln(x / middle) if x != 0 else 0) for x, w in taken)
    return sum(terms) / sum(w for _, w in taken)


STATISTICS = {
    "share": mean,
    "sum": lambda taken, _: sum(x for x, _ in taken),
    "mean": mean,
    "min": lambda taken, _: min(x for x, _ in taken),
    "max": lambda taken, _: max(x for x, _ in taken),
    "median": lambda taken, _: quantile(taken, Fraction(1, 2)),
    "quantile": quantile,
    "sd": sd,
    "cv": lambda taken, _: over(sd(taken), mean(taken)),
    "gini": gini,
    "theil": theil,
}

"""The data, filled as the scheme says."""

import re
from fractions import Fraction

from reference import imputation
from reference.formulas import Statistic
from reference.members import Below
from reference.numbers import Missing, attempt, mean, need, quantile
from reference.typed import typed
from reference.units import parse, units


class Refused(Exception):  # noqa: N818 - a refusal is an outcome to compare
    """The scheme or the data is refused."""


LENGTHS = {"H": 2, "Q": 4, "-": 12}


def period_number(name) -> int:
    """Return the number of a period, so that the next one is one more: 2023, "2023H1", "2023Q1", "2023-03"."""
    year, kind, k = re.fullmatch(r"(\d{4})(?:([HQ-])(\d+))?", str(name)).groups()
    return int(year) * LENGTHS[kind] + int(k) - 1 if kind else int(year)


class Panel:
    """Variables by entity and period. Periods are whole numbers; the next one is one more."""

    def __init__(self, scheme: dict, rows: list[dict]) -> None:
        self.scheme = scheme
        self.units = units(scheme.get("unit", []))
        self.variables = {v["id"]: v for v in scheme["variable"]}
        self.unit_of = {name: parse(v["unit"], self.units) for name, v in self.variables.items()}
        self.entities = list(dict.fromkeys(row["entity"] for row in rows))
        self.periods = sorted({row["period"] for row in rows})
        self.rows = {(row["entity"], row["period"]): row for row in rows}
        self.benchmarks = set(scheme.get("benchmarks", ()))
        below = [{**m, "entity": row["entity"], "period": row["period"]} for row in rows for m in row.get("below", ())]
        self.below = Below(scheme["members"], self.units, below) if "members" in scheme else None
        self.filled = {(name, *key): self.fill(name, *key) for name in self.variables for key in self.rows}

    def typed(self, name: str, entity: str, period: int):
        number = self.rows.get((entity, period), {}).get(name)
        return None if number is None else typed(number)

    def class_of(self, entity: str, period: int):
        if "class_column" in self.scheme:
            return self.rows.get((entity, period), {}).get(self.scheme["class_column"])
        return next((c["id"] for c in self.scheme.get("class", ()) if entity in c.get("entities", ())), None)

    def peers(self, entity: str, period: int, among: str = "class") -> list[str]:
        """Return the entities of a class that are compared in a period, in the caller's order."""
        own = self.class_of(entity, period)
        return [
            e
            for e in self.entities
            if (e, period) in self.rows
            and e not in self.benchmarks
            and (among == "all" or self.class_of(e, period) == own)
        ]

    def fill(self, name: str, entity: str, period: int):
        number, policy = self.typed(name, entity, period), self.variables[name].get("missing", "error")
        if number is None and "impute" in self.variables[name]:
            number = self.imputed(name, entity, period)
        if number is not None:
            return number
        if policy == "zero":
            return Fraction(0)
        known = [(p, n) for p in self.periods if (n := self.typed(name, entity, p)) is not None]
        earlier, later = [k for k in known if k[0] < period], [k for k in known if k[0] > period]
        if policy == "carry_forward" and earlier:
            return earlier[-1][1]
        if policy == "interpolate" and earlier and later:
            (p0, x0), (p1, x1) = earlier[-1], later[0]
            return x0 + (x1 - x0) * Fraction(period - p0, p1 - p0)
        if policy in ("peer_mean", "peer_median") and entity not in self.benchmarks:
            others = [n for e in self.peers(entity, period) if (n := self.typed(name, e, period)) is not None]
            if others:
                return mean(others) if policy == "peer_mean" else quantile(others, Fraction(1, 2))
        return None

    def imputed(self, name: str, entity: str, period: int):
        """Return what `impute` of a variable fills, None where it fills nothing."""
        way = imputation.plain(self.variables[name]["impute"])
        if way["method"] in ("peer_mean", "peer_median"):
            if entity in self.benchmarks:
                return None
            peers = self.grouped(way, entity, period)
            numbers = [n for e in peers if (n := self.typed(name, e, period)) is not None]
            return imputation.from_peers(way, numbers)
        known = [(p, n) for p in self.periods if (n := self.typed(name, entity, p)) is not None]
        return imputation.from_series(way, period, self.periods, known)

    def grouped(self, way: dict, entity: str, period: int) -> list[str]:
        """Return the peers of an entity by a column of texts, by its class, or all."""
        if "by" in way:
            own = self.rows[entity, period].get(way["by"])
            peers = self.peers(entity, period, "all") if own else []
            return [e for e in peers if self.rows[e, period].get(way["by"]) == own]
        return self.peers(entity, period, way.get("among", "class"))

    def world(self, entity: str, period: int) -> "World":
        return World(self, entity, period)


class World:
    """What the names of a formula over variables mean."""

    def __init__(self, panel: Panel, entity: str, period: int) -> None:
        self.panel, self.entity, self.period, self.units = panel, entity, period, panel.units

    def at(self, entity: str, period: int) -> "World":
        return type(self)(self.panel, entity, period)

    def earlier(self, n: int) -> "World":
        return self.at(self.entity, self.period - n)

    def everyone(self) -> list:
        """Return the worlds of all entities that are compared, in this period."""
        return [self.at(e, self.period) for e in self.panel.peers(self.entity, self.period, "all")]

    def named(self, name: str):
        if isinstance(name, Statistic):
            return self.panel.below.number(name, self.entity, self.period)
        return need(self.panel.filled.get((name, self.entity, self.period))) * self.panel.unit_of[name].factor

    def unit_named(self, name: str):
        return self.panel.below.unit_of(name) if isinstance(name, Statistic) else self.panel.unit_of[name]


class Pooled(World):
    """A world where a variable is its sum over the reference set, shifted in time as a whole."""

    def __init__(self, panel: Panel, members: list, back: int = 0) -> None:
        super().__init__(panel, members[0][0] if members else "", members[0][1] if members else 0)
        self.members, self.back = members, back

    def earlier(self, n: int) -> "World":
        return Pooled(self.panel, self.members, self.back + n)

    def everyone(self) -> list:
        raise Missing  # a total over the panel has no place in a ratio of sums

    def named(self, name: str):
        if isinstance(name, Statistic):
            known = [attempt(self.panel.below.number, name, e, p - self.back) for e, p in self.members]
            known = [n for n in known if n is not None]
            return sum(known) if known else need(None)
        numbers = [self.panel.filled.get((name, e, p - self.back)) for e, p in self.members]
        known = [n for n in numbers if n is not None]
        return (sum(known) if known else need(None)) * self.panel.unit_of[name].factor

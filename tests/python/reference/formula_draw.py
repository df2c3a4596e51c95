"""Random formulas over variables with units of measure."""

import random

POOL = [
    ("m", "万元"), ("m", "亿元"), ("m", "元"), ("m", "千元"), ("c", "家"), ("c", "万家"), ("n", "人"), ("n", "万人"),
    ("p", "1"), ("p", "%"), ("p", "‰"), ("l", "亩"), ("l", "公顷"), ("l", "标准亩"),
]  # fmt: skip
UNITS = {
    "m": ["元", "万元", "亿元"],
    "c": ["家", "万家"],
    "n": ["人", "万人"],
    "p": ["1", "%", "‰", "倍"],
    "l": ["亩", "公顷", "万亩", "标准亩"],
}


class Formulas:
    """Variables with units, and formulas over them."""

    def __init__(self, source: random.Random) -> None:
        self.random = source
        kinds = [source.choice(POOL) for _ in range(source.randint(2, 5))]
        self.variables = [{"id": f"v{k}", "kind": kind, "unit": unit} for k, (kind, unit) in enumerate(kinds)]
        self.own_units = [{"id": "标准亩", "of": "亩", "factor": 1.25}]
        self.members, self.statistics = [], []
        # Out of a source of its own, so that a scheme without members is the same as ever.
        own = random.Random(str(source.getstate()[1][:8]))
        if own.random() < 0.3:
            self.draw_members(own)

    def draw_members(self, own: random.Random) -> None:
        """Draw what lies below the entities, and statistics over it."""
        kinds = [own.choice(POOL) for _ in range(3)]
        self.members = [{"id": f"m{k}", "kind": kind, "unit": unit} for k, (kind, unit) in enumerate(kinds)]
        for _ in range(own.choice([1, 2, 4])):
            x, y, w = (own.choice(self.members) for _ in range(3))
            value = f"{x['id']} * {own.choice([2, 0.5, 1.1])}" if own.random() < 0.3 else x["id"]
            ratio = f"{x['id']} / {y['id']}"
            condition = f"{x['id']} {own.choice(['<', '<=', '>', '>=', '==', '!='])} {own.choice([0, 1, 2.5, 5])}"
            weight = f", weight = {w['id']}" if own.random() < 0.4 else ""
            choices = [
                ("c", own.choice(["members.count()", f"members.count({condition})"])),
                ("p", f"members.share({condition}{weight})"),
                ("p", f"members.{own.choice(['cv', 'gini', 'theil'])}({own.choice([value, ratio])}{weight})"),
                (x["kind"], f"members.{own.choice(['mean', 'sd'])}({value}{weight})"),
                (x["kind"], f"members.{own.choice(['sum', 'min', 'max', 'median'])}({value})"),
                (x["kind"], f"members.quantile({value}, {own.choice([0, 0.1, 0.25, 0.9, 1])})"),
                ("p", f"number(members.{own.choice(['pooled', 'mean'])}({ratio}))"),
            ]
            self.statistics.append(own.choice(choices))

    def one(self, choices):
        return self.random.choice(list(choices))

    def of_kind(self, kind: str) -> list[str]:
        own = [v["id"] for v in self.variables if v["kind"] == kind]
        return own + [text for known, text in self.statistics if known == kind]

    def kinds(self) -> list[str]:
        return sorted({v["kind"] for v in self.variables} | {kind for kind, _ in self.statistics})

    def literal(self, number) -> str:
        text = f"{number:.15f}".rstrip("0").rstrip(".") if isinstance(number, float) else str(number)
        return f"(-{text[1:]})" if text.startswith("-") else text

    def indicator(self) -> tuple[str, str]:
        """Return a formula and a unit for its value."""
        kind = self.one(self.kinds())
        shape = self.one(["plain", "plain", "ratio", "ratio", "ratio", "pure"])
        if shape == "plain":
            return self.expression(kind, 2), self.one(UNITS[kind])
        if shape == "ratio":
            other = self.one(self.kinds())
            formula = f"{self.expression(kind, 1)} / {self.atom(other)}"
            if other == kind:
                return formula, self.one(UNITS["p"])
            if kind == "p" or other == "p":
                return (formula, self.one(UNITS[kind])) if other == "p" else (f"number({formula})", "1")
            return formula, f"{self.one(UNITS[kind])}/{self.one(UNITS[other])}"
        return self.pure(2), self.one(UNITS["p"])

    def atom(self, kind: str) -> str:
        return self.one(self.of_kind(kind))

    def expression(self, kind: str, depth: int) -> str:
        """Return an expression of a kind of unit."""
        if kind == "p":
            return self.pure(depth)
        if depth == 0 or self.random.random() < 0.3:
            return self.atom(kind)
        a, b = (self.expression(kind, depth - 1) for _ in range(2))
        return self.one(
            [
                f"({a} + {b})",
                f"({a} - {b})",
                f"max({a}, {b})",
                f"min({a}, {b})",
                f"abs({a})",
                f"if({self.condition(depth - 1)}, {a}, {b})",
                f"prev({a})",
                f"lag({a}, {self.one([0, 1, 2])})",
                f"mean({a}, {self.one([2, 3])})",
                f"total({a})",
                f"({self.pure(depth - 1)} * {a})",
                f"{a} * {self.one([2, 0.5, 1.1])}",
                f"-{a}",
                f"round({self.atom(kind)}, {self.one([-1, 0, 1])})",
                f"floor({self.atom(kind)})",
                f"clamp({a}, {self.atom(kind)}, {self.atom(kind)})",
                f"{a} * {a} / {self.atom(kind)}",
                f"{a}^2 / {self.atom(kind)}",
            ]
        )

    def pure(self, depth: int) -> str:
        """Return an expression that is a pure number."""
        atoms = [*self.of_kind("p"), f"number({self.one(self.variables)['id']})"]
        kind = self.one(self.kinds())
        a = f"{self.atom(kind)} / {self.atom(kind)}" if self.random.random() < 0.4 else self.one(atoms)
        if depth == 0:
            return a
        b, c = self.pure(depth - 1), self.expression(kind, depth - 1)
        return self.one(
            [
                a,
                f"({a})",
                f"growth({c})",
                f"share({c})",
                f"share({self.atom(kind)})",
                f"sqrt(abs({b}))",
                f"ln(1 + abs({b}))",
                f"log10(abs({b}))",
                f"exp(-abs({b}))",
                f"(1 - {b})",
                f"(1 + {b}) * {a}",
                f"({b})^{self.one([2, 3, -1, 0.5])}",
                f"2^({b} / (1 + abs({b})))",
                f"if({self.condition(depth - 1)}, {b}, {self.one([0, 1, 2.5])})",
                f"({self.condition(depth - 1)})",
                f"round(number({self.atom(kind)}) / 7, {self.one([0, 1, 2])})",
                f"floor(number({self.atom(kind)}) / 3)",
                f"clamp({b}, 0, 1)",
                f"min({a}, {b})",
                f"if(is_missing({c}), 0, 1)",
            ]
        )

    def condition(self, depth: int) -> str:
        kind = self.one(self.kinds())
        a, b = self.atom(kind), self.atom(kind)
        sign = self.one(["<", "<=", ">", ">=", "==", "!="])
        bare = self.literal(self.one([0, 1, 2, 3, 5, 2.5, 100]))
        first = self.one([f"{a} {sign} {b}", f"{a} {sign} {bare}", f"{bare} {sign} {a}", f"is_missing({a})"])
        if depth <= 0 or self.random.random() < 0.5:
            return first
        other = self.condition(depth - 1)
        return self.one(
            [f"{first} and {other}", f"{first} or {other}", f"not ({first})", f"({first} or {other}) and {other}"]
        )

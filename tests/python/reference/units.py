"""Units of measure: a factor and powers of base units."""

import re
from fractions import Fraction

PREFIXES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
PURE = {"1": Fraction(1), "%": Fraction(1, 100), "‰": Fraction(1, 1000), "百分点": Fraction(1, 100), "倍": Fraction(1)}
BASE = ["元", "人", "家", "个", "件", "项", "起", "年", "亩", "吨", "吨标准煤", "千瓦时"]


class Unit:
    """A unit of measure."""

    def __init__(self, factor, powers: dict) -> None:
        self.factor, self.powers = factor, {base: n for base, n in powers.items() if n}

    def times(self, other: "Unit", sign: int = 1) -> "Unit":
        bases = {*self.powers, *other.powers}
        powers = {b: self.powers.get(b, 0) + sign * other.powers.get(b, 0) for b in bases}
        return Unit(self.factor * Fraction(other.factor) ** sign, powers)


ONE = Unit(Fraction(1), {})


def units(declared: list) -> dict:
    """Return the units a scheme can name."""
    known = {name: Unit(factor, {}) for name, factor in PURE.items()}
    known |= {name: Unit(Fraction(1), {name: 1}) for name in BASE}
    known["公顷"] = Unit(Fraction(15), {"亩": 1})
    for own in declared:
        of = parse(own["of"], known) if "of" in own else Unit(Fraction(1), {own["id"]: 1})
        known[own["id"]] = Unit(of.factor * Fraction(str(own.get("factor", 1))), of.powers)
    return known


def parse(text: str, known: dict) -> Unit:
    """Read a unit expression."""
    result, sign = ONE, 1
    for word in re.split(r"([/*·])", text):
        if word in ("/", "*", "·"):
            sign = -1 if word == "/" else 1
        else:
            result = result.times(simple(word.strip(), known), sign)
    return result


def simple(word: str, known: dict) -> Unit:
    if word in known:
        return known[word]
    rest = simple(word[1:], known)
    return Unit(rest.factor * PREFIXES[word[0]], rest.powers)

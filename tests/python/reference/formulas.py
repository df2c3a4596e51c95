"""The formula language: a parser, and values with units of measure.

A condition is true, false, or None where it is unknown.
"""

import re
from fractions import Fraction

from reference.numbers import Missing, attempt, exp, ln, log10, need, power, sqrt
from reference.rounding import to_digits
from reference.units import ONE, Unit
from reference.units import parse as parse_unit

TOKEN = re.compile(r"\s*(members\.\w+|weight =|\d+\.?\d*(?:[eE][-+]?\d+)?|\w+|[<>=!]=|\[[^\]]*\]|.)")
LEVELS = [["or"], ["and"], ["<", "<=", ">", ">=", "==", "!="], ["+", "-"], ["*", "/"]]
COMPARE = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def parse(text: str):
    """Return a formula as nested tuples."""
    tokens = [t for t in TOKEN.findall(text) if t.strip()] + ["end"]
    at = 0

    def take():
        nonlocal at
        at += 1
        return tokens[at - 1]

    def binary(level: int):
        if level == len(LEVELS):
            return unary()
        if level == 2 and tokens[at] == "not":
            take()
            return ("not", binary(2))
        left = binary(level + 1)
        while tokens[at] in LEVELS[level]:
            left = (take(), left, binary(level + 1))
        return left

    def unary():
        if tokens[at] == "-":
            take()
            return ("neg", unary())
        base = atom()
        if tokens[at] == "^":
            take()
            return ("^", base, unary())
        return base

    def atom():
        token = take()
        if token == "(":
            inner = binary(0)
            take()
            return inner
        if token[0].isdigit():
            unit = take()[1:-1] if tokens[at].startswith("[") else None
            return ("number", Fraction(token), unit)
        if token.startswith("members."):
            return ("name", Statistic(token.removeprefix("members."), over_members()))
        if tokens[at] != "(":
            return ("name", token)
        arguments = []
        while take() != ")":
            arguments.append(binary(0))
        return ("call", token, *arguments)

    def over_members() -> list:
        """Return the formula of a statistic over members, what else it takes, and its weight."""
        inner = [None, None, None]
        place = 0
        take()
        while tokens[at] != ")":
            if tokens[at] == "weight =":
                take()
                place = 2
            inner[place] = binary(0)
            place += 1
            if tokens[at] == ",":
                take()
        take()
        return inner

    return binary(0)


class Statistic(str):
    """A statistic over members, as the name of a number: the same text is the same statistic."""

    __slots__ = ("inner", "kind")

    def __new__(cls, kind: str, inner: list):
        made = super().__new__(cls, f"members.{kind}({inner})")
        made.kind, made.inner = kind, inner
        return made


def names(node) -> set[str]:
    """Return the names whose value a formula needs: not those it only asks `is_missing` of."""
    if node[0] == "name":
        return {node[1]}
    if node[:2] == ("call", "is_missing") and node[2][0] == "name":
        return set()
    return set().union(*(names(inner) for inner in node if isinstance(inner, tuple)))


def calls(node) -> set[str]:
    """Return the functions of a formula."""
    own = {node[1]} if node[0] == "call" else set()
    return own.union(*(calls(inner) for inner in node if isinstance(inner, tuple)))


def is_complete(node, world) -> bool:
    """Return whether every variable of a formula is there, in the period that it reads."""
    if node[0] == "name":
        return attempt(world.named, node[1]) is not None
    inner = [part for part in node if isinstance(part, tuple)]
    return all(is_complete(part, world.earlier(n)) for n in back_of(node) for part in inner)


def back_of(node) -> list[int]:
    """Return the periods back in which a call takes its arguments."""
    if node[0] == "call" and node[1] in ("prev", "growth"):
        return [1] if node[1] == "prev" else [0, 1]
    if node[0] == "call" and node[1] in ("lag", "mean"):
        return [int(node[3][1])] if node[1] == "lag" else list(range(int(node[3][1])))
    return [0]


def reach(node) -> int:
    """Return how many periods back a formula looks at most."""
    inner = [reach(part) for part in node if isinstance(part, tuple)]
    return max(back_of(node)) + max(inner, default=0)


def unit_of(node, world) -> Unit | None:
    """Return the unit a formula's value is in; a bare number has none yet."""
    kind, rest = node[0], node[1:]
    if kind == "number":
        return parse_unit(rest[1], world.units) if rest[1] else None
    if kind == "name":
        return world.unit_named(rest[0])
    if kind == "neg":
        return unit_of(rest[0], world)
    if kind in ("*", "/"):
        a, b = (unit_of(side, world) for side in rest)
        return None if a is b is None else plain(plain(a).times(plain(b), 1 if kind == "*" else -1))
    if kind in ("+", "-"):  # a bare number is a pure number there
        bare = [unit_of(side, world) is None for side in rest]
        return None if all(bare) else ONE if any(bare) else common(rest, world)
    if kind == "^":
        unit = unit_of(rest[0], world)
        if unit is None or not unit.powers:
            return None if unit is unit_of(rest[1], world) is None else ONE
        n = int(value(rest[1], world))
        return Unit(unit.factor**n, {base: p * n for base, p in unit.powers.items()})
    if kind == "call":
        name, arguments = rest[0], rest[1:]
        if name in SAME_UNIT:
            return unit_of(arguments[0], world) or ONE
        if name in ("if", "min", "max", "clamp"):
            return common(arguments[1:] if name == "if" else arguments, world) or ONE
    return ONE


def plain(unit: Unit | None) -> Unit:
    """Return the unit a quantity has in a product: a ratio is a pure number there."""
    return unit if unit and unit.powers else ONE


SAME_UNIT = ("abs", "floor", "round", "prev", "lag", "mean", "total")


def common(arguments: tuple, world) -> Unit | None:
    """Return the unit of arguments that convert into each other: the largest of theirs."""
    known = [unit for a in arguments if (unit := unit_of(a, world)) is not None]
    return max(known, key=lambda unit: unit.factor, default=None)


def alike(node, unit: Unit | None, world):
    """Return a value; a bare number is in the unit of what stands beside it."""
    number = value(node, world)
    return number * unit.factor if unit is not None and unit_of(node, world) is None else number


def truth(node, world) -> bool | None:
    """Return whether a condition holds, None where that is unknown."""
    kind = node[0]
    if kind == "not":
        inner = truth(node[1], world)
        return None if inner is None else not inner
    if kind in ("and", "or"):
        sides = [truth(side, world) for side in node[1:]]
        decides = kind == "or"
        return decides if decides in sides else (None if None in sides else not decides)
    if kind in COMPARE:
        unit = common(node[1:], world)
        try:
            return COMPARE[kind](alike(node[1], unit, world), alike(node[2], unit, world))
        except Missing:
            return None
    if node[:2] == ("call", "is_missing"):
        return attempt(value, node[2], world) is None
    number = attempt(value, node, world)
    return None if number is None else number != 0


def value(node, world):
    """Return the value of a formula, in base units, in a world that knows names, entities and periods."""
    kind = node[0]
    if kind == "number":
        return node[1] * (parse_unit(node[2], world.units).factor if node[2] else 1)
    if kind == "name":
        return world.named(node[1])
    if kind == "neg":
        return -value(node[1], world)
    if kind in COMPARE or kind in ("and", "or", "not") or node[:2] == ("call", "is_missing"):
        return Fraction(int(need(truth(node, world))))
    if kind == "call":
        return FUNCTIONS[node[1]](node[2:], world)
    a, b = value(node[1], world), value(node[2], world)
    if kind == "/":
        return a / b if b != 0 else need(None)
    if kind == "^":
        return power(a, b)
    return a * b if kind == "*" else a + b if kind == "+" else a - b


def choice(arguments, world):
    holds = need(truth(arguments[0], world))
    return alike(arguments[1 if holds else 2], common(arguments[1:], world), world)


def alike_all(arguments, world) -> list:
    unit = common(arguments, world)
    return [alike(a, unit, world) for a in arguments]


def clamp(arguments, world):
    x, low, high = alike_all(arguments, world)
    return min(max(x, low), high)


def to_unit_digits(arguments, world, mode: str):
    """Round in the unit of the argument."""
    factor = (unit_of(arguments[0], world) or ONE).factor
    digits = int(value(arguments[1], world)) if len(arguments) > 1 else 0
    return to_digits(value(arguments[0], world) / factor, digits, mode) * factor


def before(arguments, world, n: int):
    return value(arguments[0], world.earlier(n))


def growth(arguments, world):
    now, then = value(arguments[0], world), before(arguments, world, 1)
    return now / then - 1 if then != 0 else need(None)


def mean(arguments, world):
    n = int(arguments[1][1])
    return sum(before(arguments, world, k) for k in range(n)) / Fraction(n)


def total(arguments, world):
    known = [v for other in world.everyone() if (v := attempt(value, arguments[0], other)) is not None]
    return sum(known) if known else need(None)


def share(arguments, world):
    own, whole = value(arguments[0], world), total(arguments, world)
    return own / whole if whole != 0 else need(None)


def pure(function):
    return lambda arguments, world: function(value(arguments[0], world))


FUNCTIONS = {
    "if": choice,
    "min": lambda a, w: min(alike_all(a, w)),
    "max": lambda a, w: max(alike_all(a, w)),
    "clamp": clamp,
    "abs": pure(abs),
    "sqrt": pure(sqrt),
    "ln": pure(ln),
    "log10": pure(log10),
    "exp": pure(exp),
    "floor": lambda a, w: to_unit_digits(a, w, "floor"),
    "round": lambda a, w: to_unit_digits(a, w, "half_up"),
    "number": lambda a, w: value(a[0], w) / (unit_of(a[0], w) or ONE).factor,
    "prev": lambda a, w: before(a, w, 1),
    "lag": lambda a, w: before(a, w, int(a[1][1])),
    "growth": growth,
    "mean": mean,
    "total": total,
    "share": share,
    "score": lambda a, w: w.asked("score", a[0][1]),
    "points": lambda a, w: w.asked("points", a[0][1]),
}

"""Numbers: fractions, and two hundred digits where a number is not rational.

A number that is not rational stands within 10^-200 of its true value, relatively. Two numbers nearer to each other than
10^-150 count as equal, as docs/scheme-format.md says of numbers that 512 bits do not tell apart.
"""

from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

CONTEXT = Context(prec=220, rounding=ROUND_HALF_EVEN, Emax=MAX_EMAX, Emin=MIN_EMIN)
SAME = Decimal("1e-150")
# Exponents whose powers of a fraction are fractions, and below whose negative e ^ x is zero.
POWERS, EXPONENTS = 64, 4096


class Missing(Exception):  # noqa: N818 - it is no error: a missing number propagates through whatever uses it
    """A number is missing."""


def need(number):
    """Return a number, or say that it is missing."""
    if number is None:
        raise Missing
    return number


def attempt(compute, *arguments):
    """Return what is computed, None where it is missing."""
    try:
        return compute(*arguments)
    except Missing:
        return None


def decimal(number) -> Decimal:
    """Return a number to so many digits."""
    if isinstance(number, Near):
        return number.value
    number = Fraction(number)
    return CONTEXT.divide(Decimal(number.numerator), Decimal(number.denominator))


class Near:
    """A number that is not rational."""

    def __init__(self, value: Decimal) -> None:
        self.value = value

    def __add__(self, other):
        a, b = self.value, decimal(other)
        total = CONTEXT.add(a, b)
        return Fraction(0) if abs(total) <= SAME * max(abs(a), abs(b)) else Near(total)

    def __mul__(self, other):
        b = decimal(other)
        return Near(CONTEXT.multiply(self.value, b)) if b else Fraction(0)

    def __truediv__(self, other):
        return Near(CONTEXT.divide(self.value, decimal(other)))

    def __rtruediv__(self, other):
        return Near(CONTEXT.divide(decimal(other), self.value)) if other else Fraction(0)

    def __neg__(self):
        return Near(CONTEXT.minus(self.value))

    def __abs__(self):
        return Near(CONTEXT.abs(self.value))

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    __radd__, __rmul__ = __add__, __mul__

    def sign(self, other) -> int:
        difference = self - other
        return 0 if isinstance(difference, Fraction) else 1 if difference.value > 0 else -1

    def __eq__(self, other):
        return other is not None and self.sign(other) == 0

    def __lt__(self, other):
        return self.sign(other) < 0

    def __le__(self, other):
        return self.sign(other) <= 0

    def __gt__(self, other):
        return self.sign(other) > 0

    def __ge__(self, other):
        return self.sign(other) >= 0

    __hash__ = None

    def __float__(self) -> float:
        return float(self.value)


def floor(number) -> int:
    """Return the greatest whole number that is not greater."""
    if isinstance(number, Near):
        whole = int(number.value.to_integral_value(ROUND_HALF_EVEN, CONTEXT))
        return whole if number >= whole else whole - 1
    return Fraction(number).__floor__()


def ln(number):
    if number <= 0:
        raise Missing
    return Fraction(0) if number == 1 else Near(CONTEXT.ln(decimal(number)))


def log10(number):
    return ln(number) / Near(CONTEXT.ln(Decimal(10)))


def exp(number):
    """Return e ^ number; what is too small by far for f64 is zero."""
    if number <= -EXPONENTS:
        return Fraction(0)
    return Fraction(1) if number == 0 else Near(CONTEXT.exp(decimal(number)))


def sqrt(number):
    return power(number, Fraction(1, 2))


def power(base, exponent):
    """Return base ^ exponent; a root of a negative number and the inverse of zero are missing."""
    whole = isinstance(exponent, Fraction) and exponent.denominator == 1
    if (base < 0 and not whole) or (base == 0 and exponent < 0):
        raise Missing
    if exponent == 0:
        return Fraction(1)
    if base == 0:
        return Fraction(0)
    if abs(exponent) > POWERS:
        size = exp(exponent * ln(abs(base)))
        return -size if base < 0 and exponent % 2 == 1 else size
    if whole and isinstance(base, Fraction):
        return base ** int(exponent)
    value = CONTEXT.power(decimal(base), decimal(exponent))
    return tidy(Near(value))


def tidy(number):
    """Return the short decimal that an irrational-looking number is: the square root of 4 is 2."""
    if isinstance(number, Near):
        short = Fraction(Context(prec=40).plus(number.value))
        return short if number == short else number
    return number


def mean(numbers: list):
    return sum(numbers) / Fraction(len(numbers)) if numbers else need(None)


def quantile(numbers: list, q) -> Fraction:
    """Linear between the order statistics, the first at 0 and the last at 1."""
    ordered = sorted(numbers) if numbers else need(None)
    at = (len(ordered) - 1) * q
    k = int(at)
    if k + 1 == len(ordered):
        return ordered[k]
    return ordered[k] + (at - k) * (ordered[k + 1] - ordered[k])

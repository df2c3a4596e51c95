"""Numbers: fractions, and a hundred digits where a number is not rational.

A number that is not rational stands within 10^-90 of its true value, relatively. Two numbers nearer to each other than
10^-60 count as equal: roots of what people type are either equal or much further apart.

What has a logarithm, an exponential or a power beyond 64 in it carries what `f64` may be wrong by, for `f64` decides
there. A question that lies within that error is open: it is answered as `Leaning.way` says, and `Leaning.asked` notes
that it was asked.
"""

from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

CONTEXT = Context(prec=100, rounding=ROUND_HALF_EVEN, Emax=MAX_EMAX, Emin=MIN_EMIN)
SAME = Decimal("1e-60")
# What an operation in f64 may be wrong by, relatively: some units in the last place.
FLOAT = Decimal("1e-14")
# Numerators and denominators of exponents whose powers are followed exactly, and the largest of these exponents.
ROOTS, POWERS = 10**12, 64
# The least number that f64 knows.
LEAST = Decimal("5e-324")


class Leaning:
    """How the questions are answered that f64 decides.

    None takes the nearest floats at their word, 0 takes numbers for equal, 1 and -1 for more and for less.
    """

    way, asked = None, False


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
    """Return a number to a hundred digits."""
    if isinstance(number, Near):
        return number.value
    number = Fraction(number)
    return CONTEXT.divide(Decimal(number.numerator), Decimal(number.denominator))


class Near:
    """A number that is not rational."""

    def __init__(self, value: Decimal, error=Decimal(0)) -> None:
        self.value, self.error = value, error

    def made(self, value: Decimal, other, error) -> "Near":
        """Return what an operation with another number makes; `error` is asked where f64 decides."""
        inexact = self.error or error_of(other)
        return Near(value, CONTEXT.plus(error(error_of(other))) if inexact else Decimal(0))

    def __add__(self, other):
        a, b = self.value, decimal(other)
        total = CONTEXT.add(a, b)
        made = self.made(total, other, lambda e: self.error + e + FLOAT * (abs(a) + abs(b)))
        return Fraction(0) if not made.error and abs(total) <= SAME * max(abs(a), abs(b)) else made

    def __mul__(self, other):
        a, b = self.value, decimal(other)
        value = CONTEXT.multiply(a, b)
        made = self.made(value, other, lambda e: abs(a) * e + abs(b) * self.error + FLOAT * abs(value))
        return made if b else Fraction(0)

    def __truediv__(self, other):
        return self * inverse(other)

    def __rtruediv__(self, other):
        return inverse(self) * other

    def __neg__(self):
        return Near(CONTEXT.minus(self.value), self.error)

    def __abs__(self):
        return Near(CONTEXT.abs(self.value), self.error)

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    __radd__, __rmul__ = __add__, __mul__

    def sign(self, other) -> int:
        difference = self - other
        if isinstance(difference, Fraction) or not difference.value:
            return 0
        if abs(difference.value) <= difference.error:
            Leaning.asked = True
            a, b = float(self), float(other)
            return (a > b) - (a < b) if Leaning.way is None else Leaning.way
        return 1 if difference.value > 0 else -1

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


def error_of(number) -> Decimal:
    return number.error if isinstance(number, Near) else Decimal(0)


def inverse(number):
    if not isinstance(number, Near):
        return 1 / number
    value = CONTEXT.divide(Decimal(1), number.value)
    return Near(value, CONTEXT.plus(number.error * value * value + FLOAT * abs(value)) if number.error else Decimal(0))


def in_floats(value: Decimal, slope: Decimal, number) -> Near:
    """Return a number that f64 decides: a function of another, with its slope there."""
    blur = error_of(number) + FLOAT * abs(decimal(number))
    return Near(value, CONTEXT.plus(abs(slope) * blur + FLOAT * abs(value) + LEAST))


def ln(number):
    if number <= 0:
        raise Missing
    x = decimal(number)
    return Fraction(0) if number == 1 else in_floats(CONTEXT.ln(x), CONTEXT.divide(Decimal(1), x), number)


def log10(number):
    return ln(number) / Near(CONTEXT.ln(Decimal(10)))


def exp(number):
    if number == 0:
        return Fraction(1)
    value = CONTEXT.exp(decimal(number))
    return in_floats(value, value, number)


def sqrt(number):
    if number < 0:
        raise Missing
    return power(number, Fraction(1, 2))


def power(base, exponent):
    """Return base ^ exponent; a root of a negative number and the inverse of zero are missing."""
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        if base == 0 and exponent < 0:
            raise Missing
        return whole_power(base, int(exponent))
    if base < 0 or (base == 0 and exponent < 0):
        raise Missing
    if base == 0 or base == 1:
        return Fraction(int(base != 0))
    b, e = decimal(base), decimal(exponent)
    value = CONTEXT.power(b, e)
    if is_followed(exponent):
        error = error_of(base) * abs(value * e / b) + (FLOAT * value if error_of(base) else 0)
        return tidy(Near(value, CONTEXT.plus(Decimal(error))))
    blur = (error_of(base) + FLOAT * b) * abs(e / b) + (error_of(exponent) + FLOAT * abs(e)) * abs(CONTEXT.ln(b))
    return Near(value, CONTEXT.plus(abs(value) * (blur + FLOAT)))


def is_followed(exponent) -> bool:
    """Return whether a power is followed exactly: f64 decides on the others."""
    if isinstance(exponent, Near) or abs(exponent) > POWERS:
        return False
    return max(abs(exponent.numerator), exponent.denominator) <= ROOTS


def whole_power(base, n: int):
    if not isinstance(base, Near):
        return base**n
    value = CONTEXT.power(base.value, n)
    slope = abs(n * value / base.value) if base.value else Decimal(0)
    return Near(value, CONTEXT.plus(slope * base.error + FLOAT * abs(value)) if base.error else Decimal(0))


def tidy(number):
    """Return the short decimal that an irrational-looking number is: the square root of 4 is 2."""
    if isinstance(number, Near) and not number.error:
        short = Fraction(Context(prec=40).plus(number.value))
        return short if number == short else number
    return number

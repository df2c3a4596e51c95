"""Numbers as they were typed."""

from fractions import Fraction


def typed(number) -> Fraction:
    """Return a number as typed: a float stands for its shortest decimal."""
    return number if isinstance(number, Fraction) else Fraction(repr(number) if isinstance(number, float) else number)

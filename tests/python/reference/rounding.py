"""Roundings."""

from fractions import Fraction

from reference.numbers import decimal, floor


def to_whole(number, mode: str) -> int:
    """Round to a whole number."""
    size, whole = abs(number), floor(abs(number))
    rest = size - whole
    if mode in ("half_up", "half_even"):
        half = Fraction(1, 2)
        up = rest > half or (rest == half and (mode == "half_up" or whole % 2 == 1))
    elif mode == "truncate":
        up = False
    else:
        up = rest > 0 and (number > 0) == (mode == "ceiling")
    whole += up
    return whole if number >= 0 else -whole


def to_digits(number, digits: int, mode: str = "half_up", interval: int = 1) -> Fraction:
    """Round to so many decimals."""
    step = Fraction(interval) / Fraction(10) ** digits
    return to_whole(number / step, mode) * step


def rounded(number, stage: dict | None):
    """Round as a stage of the scheme says."""
    if stage is None:
        return number
    digits = stage.get("digits", 0)
    if "significant" in stage:
        if number == 0:
            return Fraction(0)
        digits = stage["significant"] - 1 - decimal(abs(number)).adjusted()
    return to_digits(number, digits, stage.get("mode", "half_up"), stage.get("interval", 1))


def handed_on(number, stage: dict | None):
    """Return what the next stage takes: the rounded number if it is carried, else the unrounded one."""
    return rounded(number, stage) if stage and stage.get("carry") else number

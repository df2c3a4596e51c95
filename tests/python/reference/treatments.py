"""Treatments of outlying values: what is scored of a value, from the values of its set."""

from fractions import Fraction

from reference.numbers import ln, mean, power, quantile
from reference.typed import typed


def treated(how: dict, x, numbers: list):
    """Return what is scored of a value; `numbers` are those that the method is fitted on."""
    return METHODS[how["method"]](how, x, sorted(numbers))


def has_outliers(how: dict, numbers: list) -> bool:
    """Return whether skewness and kurtosis of type 2 both reach their limits."""
    n = len(numbers)
    square, cube, fourth = (moment(numbers, k) for k in (2, 3, 4))
    if n < 4 or square == 0:
        return False
    limit = typed(how.get("skewness", 2))
    skew = cube * cube / (square * square * square) * n * n * (n - 1) / ((n - 2) * (n - 2))
    ratio = n * fourth / (square * square)
    kurtosis = ((n + 1) * (ratio - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
    return skew >= limit * limit and kurtosis >= typed(how.get("kurtosis", 3.5))


def moment(numbers: list, k: int):
    """Return the sum of powers of the distances from the mean."""
    centre, total = mean(numbers) if numbers else None, Fraction(0)
    for x in numbers:
        term = Fraction(1)
        for _ in range(k):
            term = term * (x - centre)
        total = total + term
    return total


def winsorise(how: dict, x, numbers: list):
    if "most" in how:
        if not numbers:
            return x
        low, high = found_ends(how, numbers)
        return min(max(x, low), high)
    for end, farther in (("low", max), ("high", min)):
        bound = how.get(end)
        if isinstance(bound, dict) and numbers:
            x = farther(x, quantile(numbers, typed(bound["quantile"])))
        elif bound is not None and not isinstance(bound, dict):
            x = farther(x, typed(bound))
    return x


def found_ends(how: dict, numbers: list) -> tuple:
    now, moved = list(numbers), [0, 0]
    while sum(moved) < how["most"] and has_outliers(how, now):
        side = int(moment(now, 3) >= 0)
        end = (min, max)[side](now)
        next_ones = [x for x in now if x != end]
        moved[side] = len(now) - len(next_ones)
        now = [(min, max)[side](next_ones) if x == end else x for x in now]
    return min(now), max(now)


def log(_: dict, x, numbers: list):
    if not numbers or numbers[0] == numbers[-1]:
        return x
    margin = (numbers[-1] - numbers[0]) / 100
    return ln(max(x, numbers[0]) - numbers[0] + margin)


def log_plus(how: dict, x, numbers: list):
    if not numbers or numbers[0] == numbers[-1]:
        return x
    if moment(numbers, 3) > 0:
        return log(how, x, numbers)
    return -ln(numbers[-1] - min(x, numbers[-1]) + (numbers[-1] - numbers[0]) / 100)


def log_shift(_: dict, x, numbers: list):
    return ln(max(x, numbers[0]) - numbers[0] + 1) if numbers else x


def log_gii(_: dict, x, numbers: list):
    if not numbers or numbers[0] == numbers[-1] or numbers[-1] <= 1:
        return x
    share = (max(x, numbers[0]) - numbers[0]) / (numbers[-1] - numbers[0])
    return ln((numbers[-1] - 1) * share + 1)


def box_cox(how: dict, x, numbers: list):
    if not numbers:
        return x
    y, by = max(x, numbers[0]) - numbers[0] + 1, typed(how["lambda"])
    return ln(y) if by == 0 else (power(y, by) - 1) / by


def stages(how: dict, x, numbers: list):
    if not numbers or not has_outliers(how, numbers):
        return x
    start, now, own = numbers, numbers, x
    for stage in how["of"]:
        before = (own, now) if how.get("chained") else (x, start)
        own = treated(stage, before[0], before[1])
        now = [treated(stage, y, before[1]) for y in before[1]]
        if not has_outliers(how, now):
            break
    return own


METHODS = {
    "winsorise": winsorise,
    "log": log,
    "log_plus": log_plus,
    "log_shift": log_shift,
    "log_gii": log_gii,
    "box_cox": box_cox,
    "stages": stages,
}

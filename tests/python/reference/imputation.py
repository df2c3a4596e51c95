"""What fills a missing value, from the entity's own numbers and those of its peers."""

from fractions import Fraction

from reference.numbers import mean, quantile
from reference.typed import typed


def plain(way) -> dict:
    """Return a method with its parameters, none of which a word has."""
    return {"method": way} if isinstance(way, str) else way


def from_series(way: dict, period: int, periods: list[int], known: list[tuple]):
    """Return what a method takes of the entity's own numbers, `known` by period, None where it has nothing to go by."""
    earlier, later = [k for k in known if k[0] < period], [k for k in known if k[0] > period]
    if way["method"] == "constant":
        return typed(way["value"])
    if way["method"] == "carry_forward":
        if earlier:
            back = periods.index(period) - periods.index(earlier[-1][0])
            return earlier[-1][1] if back <= way.get("within", back) else None
        return later[0][1] if later and way.get("ends") else None
    if way["method"] == "interpolate":
        if earlier and later:
            (p0, x0), (p1, x1) = earlier[-1], later[0]
            return x0 + (x1 - x0) * Fraction(period - p0, p1 - p0)
        nearest = (earlier[-1:] or later[:1]) if way.get("ends") else []
        return nearest[0][1] if nearest else None
    return None


def from_peers(way: dict, numbers: list):
    """Return the mean or the median of the numbers of the peers, None where there are none."""
    if not numbers:
        return None
    return mean(numbers) if way["method"] == "peer_mean" else quantile(numbers, Fraction(1, 2))


def from_row(way: dict, own: tuple, others: list[tuple]):
    """Return the value at the mean or the median place of the others.

    Each is (value, least, most, whether less is better).
    """
    shares = []
    for x, low, high, negative in others:
        if x is not None and low is not None and low != high:
            shares.append((high - x if negative else x - low) / (high - low))
    _, low, high, negative = own
    if not shares or low is None:
        return None
    share = mean(shares) if way["method"] == "row_mean" else quantile(shares, Fraction(1, 2))
    return high - share * (high - low) if negative else low + share * (high - low)

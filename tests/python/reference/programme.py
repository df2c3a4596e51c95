"""Linear programmes in fractions: maximise gains · x where rows · x ≤ limits (none below 0) and x ≥ 0."""

from fractions import Fraction


def maximum(gains: list, rows: list[list], limits: list) -> tuple[Fraction, list[Fraction]] | None:
    """Return the largest gain and where it is, None where there is no end to it (Bland's rule)."""
    m, n = len(gains), len(rows)
    table = [
        [*row, *(Fraction(int(i == k)) for k in range(n)), limit]
        for i, (row, limit) in enumerate(zip(rows, limits, strict=True))
    ]
    gain = [*gains, *[Fraction(0)] * (n + 1)]
    basis = list(range(m, m + n))
    while (enters := next((j for j in range(m + n) if gain[j] > 0), None)) is not None:
        ends = [(table[i][-1] / table[i][enters], basis[i], i) for i in range(n) if table[i][enters] > 0]
        if not ends:
            return None
        at = min(ends)[2]
        table[at] = [x / table[at][enters] for x in table[at]]
        for i in range(n):
            if i != at and table[i][enters] != 0:
                table[i] = [x - table[i][enters] * y for x, y in zip(table[i], table[at], strict=True)]
        gain = [x - gain[enters] * y for x, y in zip(gain, table[at], strict=True)]
        basis[at] = enters
    where = [Fraction(0)] * (m + n)
    for variable, row in zip(basis, table, strict=True):
        where[variable] = row[-1]
    return -gain[-1], where[:m]

"""Compare the library with the reference."""

import math

import kaohe as kh
from reference.draw import Case
from reference.numbers import Leaning, Missing, error_of
from reference.panel import Refused
from reference.tree import Results

# An unrounded number is a float of which cancellation leaves nine digits or more; a score is one beside its full mark.
RELATIVE, OF_FULL = 1e-9, 1e-11
# A rounded number in which f64 had something to decide is a float too.
FLOAT = 1e-15


def same(found, right, exact: bool, full: float) -> bool:
    """Return whether the library's number is the right one, where scores have a full mark."""
    missing = found is None or (isinstance(found, float) and math.isnan(found))
    if right is None or missing:
        return right is None and missing
    if isinstance(right, str):
        return found == right
    if exact and not error_of(right):
        return abs(found - float(right)) <= FLOAT * abs(float(right)) * Leaning.asked
    return abs(found - float(right)) <= RELATIVE * abs(float(right)) + OF_FULL * full + float(error_of(right))


def attempt(compute, *arguments):
    try:
        return compute(*arguments)
    except Missing:
        return None


def expected(case: Case, results: Results):
    """Yield table, column, entity, period, the right value, and whether it must be equal."""
    scheme = results.scheme
    rounds = {n: node.get("round") for n, node in results.nodes.items()}
    for row in case.rows:
        key = (row["entity"], row["period"])
        for name in results.indicators:
            yield "values", name, *key, attempt(results.shown, name, *key), rounds[name] is not None
        for node in results.nodes:
            is_rounded = node in results.groups and rounds[node] is not None
            yield "scores", node, *key, attempt(results.shown_score, node, *key), is_rounded
            stage = results.nodes[node].get("points_round")
            yield "points", node, *key, attempt(results.shown_points, node, *key), stage is not None
        is_rounded = "round" in scheme["total"]
        yield "totals", "raw", *key, attempt(results.raw, *key), False
        yield "totals", "unrounded", *key, attempt(results.unrounded, *key), False
        yield "totals", "total", *key, attempt(results.total, *key), is_rounded
        yield "totals", "rank", *key, attempt(results.rank, *key), True
        yield "totals", "grade", *key, results.grade(*key), True


def readings(case: Case):
    """Yield what the reference says: once, or for each way to answer what f64 decides."""
    for Leaning.way in (None, 0, 1, -1):
        Leaning.asked = False
        try:
            yield list(expected(case, Results(case.scheme, case.rows)))
        except Refused as refused:
            yield refused
        if not Leaning.asked:
            return


def disagreements(seed: int) -> tuple[str, list[str], Case]:
    """Return what happened (`compared`, `refused`), where both differ, and the case."""
    case = Case(seed)
    try:
        scheme = kh.Scheme.from_dict(case.scheme)
    except kh.KaoheError:
        return "scheme refused", [], case
    try:
        result = scheme.assess(case.data(case.period_name), entity="entity", period="period")
    except kh.KaoheError as error:
        result = error
    outcome, left = "compared", None
    for reading in readings(case):
        wrong = differences(case, result, reading)
        if isinstance(reading, Refused):
            outcome = "data refused"
        # A cell is right if it is so in one of the readings.
        left = wrong if left is None else {cell: told for cell, told in left.items() if cell in wrong}
        if not left:
            break
    return outcome, list((left or {}).values()), case


def differences(case: Case, result, reading) -> dict[tuple, str]:
    """Return where the library and a reading of the reference differ, by table, column, entity and period."""
    if isinstance(reading, Refused):
        return {} if isinstance(result, kh.KaoheError) else {(): f"accepted, though {reading}"}
    if isinstance(result, kh.KaoheError):
        return {(): f"refused: {str(result)[:300]}"}
    tables = {name: getattr(result, name) for name in ("values", "scores", "points", "totals")}
    keys = zip(tables["values"]["entity"], tables["values"]["period"], strict=True)
    at = {key: k for k, key in enumerate(keys)}
    columns = {(t, c): table[c].tolist() for t, table in tables.items() for c in table.columns}
    wrong = {}
    for table, column, entity, period, number, exact in reading:
        name = case.period_name(period)
        k = at.get((entity, name), at.get((entity, int(name) if name.isdigit() else name)))
        found = columns[table, column][k]
        if not same(found, number, exact, 0 if table == "values" else case.scheme["full_points"]):
            told = number if isinstance(number, str) or number is None else float(number)
            wrong[table, column, entity, period] = f"{table}.{column} of {entity} in {name}: {found!r}, right {told!r}"
    return wrong

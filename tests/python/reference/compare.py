"""Compare the library with the reference."""

import math

import kaohe as kh
from reference.draw import Case
from reference.numbers import Missing
from reference.panel import Refused
from reference.tree import Results

# An unrounded number is a float: some units in its last place, after a few dozen operations.
RELATIVE = 1e-12


def same(found, right, exact: bool) -> bool:
    """Return whether the library's number is the right one."""
    missing = found is None or (isinstance(found, float) and math.isnan(found))
    if right is None or missing:
        return right is None and missing
    if isinstance(right, str):
        return found == right
    return float(found) == float(right) if exact else abs(found - float(right)) <= RELATIVE * abs(float(right))


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
    try:
        right = list(expected(case, Results(case.scheme, case.rows)))
    except Refused as refused:
        return "data refused", [] if isinstance(result, kh.KaoheError) else [f"accepted, though {refused}"], case
    if isinstance(result, kh.KaoheError):
        return "data refused", [f"refused: {str(result)[:300]}"], case
    tables = {name: getattr(result, name) for name in ("values", "scores", "points", "totals")}
    keys = zip(tables["values"]["entity"], tables["values"]["period"], strict=True)
    at = {key: k for k, key in enumerate(keys)}
    columns = {(t, c): table[c].tolist() for t, table in tables.items() for c in table.columns}
    wrong = []
    for table, column, entity, period, number, exact in right:
        name = case.period_name(period)
        k = at.get((entity, name), at.get((entity, int(name) if name.isdigit() else name)))
        found = columns[table, column][k]
        if not same(found, number, exact):
            told = number if isinstance(number, str) or number is None else float(number)
            wrong.append(f"{table}.{column} of {entity} in {name}: {found!r}, right {told!r}")
    return "compared", wrong, case

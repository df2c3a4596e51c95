"""Compare the library with the reference."""

import math

import pandas as pd

import kaohe as kh
from reference.draw import Case
from reference.numbers import Missing
from reference.panel import Refused
from reference.tree import Results

# An unrounded number is a float of which cancellation leaves nine digits or more; a score is one beside its full mark.
RELATIVE, OF_FULL = 1e-9, 1e-11


def same(found, right, exact: bool, full: float) -> bool:
    """Return whether the library's number is the right one, where scores have a full mark."""
    missing = found is None or found is pd.NA or (isinstance(found, float) and math.isnan(found))
    if right is None or missing:
        return right is None and missing
    if isinstance(right, str):
        return found == right
    if exact:
        return found == float(right)
    return abs(found - float(right)) <= RELATIVE * abs(float(right)) + OF_FULL * full


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
        yield "totals", "rank_change", *key, attempt(results.rank_change, *key), True
        yield "totals", "grade", *key, results.grade(*key), True


def reading(case: Case):
    """Return what the reference says."""
    try:
        return list(expected(case, Results(case.scheme, case.rows)))
    except Refused as refused:
        return refused


def disagreements(seed: int) -> tuple[str, list[str], Case]:
    """Return what happened (`compared`, `refused`), where both differ, and the case."""
    case = Case(seed)
    try:
        scheme = kh.Scheme.from_dict(case.scheme)
    except kh.KaoheError:
        return "scheme refused", [], case
    try:
        below = case.members(case.period_name)
        keys = {"entity": "entity", "period": "period"}
        result = scheme.assess(case.data(case.period_name), **keys, members=below, member="member")
    except kh.KaoheError as error:
        result = error
    right = reading(case)
    outcome = "data refused" if isinstance(right, Refused) else "compared"
    return outcome, list(differences(case, result, right)), case


def differences(case: Case, result, right):
    """Yield where the library and the reference differ, by table, column, entity and period."""
    if isinstance(right, Refused):
        if not isinstance(result, kh.KaoheError):
            yield f"accepted, though {right}"
        return
    if isinstance(result, kh.KaoheError):
        yield f"refused: {str(result)[:300]}"
        return
    tables = {name: getattr(result, name) for name in ("values", "scores", "points", "totals")}
    keys = zip(tables["values"]["entity"], tables["values"]["period"], strict=True)
    at = {key: k for k, key in enumerate(keys)}
    columns = {(t, c): table[c].tolist() for t, table in tables.items() for c in table.columns}
    for table, column, entity, period, number, exact in right:
        name = case.period_name(period)
        k = at.get((entity, name), at.get((entity, int(name) if name.isdigit() else name)))
        found = columns[table, column][k]
        if not same(found, number, exact, 0 if table == "values" else case.scheme["full_points"]):
            shown = number if isinstance(number, str) or number is None else float(number)
            yield f"{table}.{column} of {entity} in {name}: {found!r}, right {shown!r}"

"""The library against the reference in exact fractions, on random schemes."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import kaohe as kh
from reference.compare import disagreements
from reference.draw import Case

DOCS = Path(__file__).parents[2] / "docs"
SCHEMES, CHUNK = 400, 50

# What no number depends on.
NOT_DRAWN = {"title", "zh", "en", "source", "total_of", "published_digits", "weights_sum", "controllable"}
# How data are read and checked, not how they are assessed.
NOT_DRAWN |= {"alias", "cleaning", "column", "missing_marks", "plausible"}
# Computed in floats.
NOT_DRAWN |= {"expectation_maximisation"}
NOT_DRAWN |= {"thousands", "percent", "full_width", "dashes", "spaces", "units", "fill_down", "excel_digits"}
# The optimum of a search in floats: tests/mcdm.rs looks whether it is one.
NOT_DRAWN |= {"balanced", "importances", "pearson", "first_order"}
# What is uncertain changes no result; src/assess/reuse_tests.rs compares edits with fresh assessments.
NOT_DRAWN |= {
    "robustness",
    "setting",
    "leave_out",
    "columns",
    "chances",
    "variables",
    "normal",
    "uniform",
    "correlation",
}
NOT_DRAWN |= {"groups", "dirichlet", "free", "any", "in_order"}


@pytest.mark.parametrize("first", range(0, SCHEMES, CHUNK))
def test_library_and_reference_agree(first: int) -> None:
    found = {seed: wrong for seed in range(first, first + CHUNK) if (wrong := disagreements(seed)[1])}
    assert not found


def words_of_schema(node: object) -> Iterator[str]:
    """Yield every key and every word that the JSON Schema of the format knows."""
    if isinstance(node, dict):
        yield from node.get("properties", ())
        yield from (word for word in [node.get("const"), *node.get("enum", ())] if isinstance(word, str))
        for value in node.values():
            yield from words_of_schema(value)
    elif isinstance(node, list):
        for value in node:
            yield from words_of_schema(value)


def words_of_scheme(node: object) -> Iterator[str]:
    """Yield every key and every text of a scheme."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from words_of_scheme(value)
    elif isinstance(node, list):
        for value in node:
            yield from words_of_scheme(value)
    elif isinstance(node, str):
        yield node


@pytest.fixture(scope="module")
def drawn() -> set[str]:
    return {word for seed in range(200) for word in words_of_scheme(Case(seed).scheme)}


def test_everything_the_format_has_is_drawn(drawn: set[str]) -> None:
    """A new rule, measure, aggregation or key goes into tests/python/reference, or this fails."""
    schema = json.loads((DOCS / "scheme.schema.json").read_text(encoding="utf-8"))
    assert set(words_of_schema(schema)) - drawn == NOT_DRAWN


def test_every_function_of_the_formula_language_is_drawn(drawn: set[str]) -> None:
    page = (DOCS / "scheme-format.md").read_text(encoding="utf-8")
    section = page.split("## Formulas")[1].split("## ")[0]
    functions = set(re.findall(r"\b([a-z_0-9]+)\(", section))
    functions |= set(" ".join(re.findall(r"`(min max [^`]*)`", section, re.DOTALL)).split())
    functions = {name for name in functions if name.isidentifier()}
    used = {name for text in drawn for name in re.findall(r"\b([a-z_0-9]+)\(", text)}
    assert functions - used == set()


def test_what_a_class_leaves_out_has_no_points_under_a_minimum() -> None:
    part = {"formula": "v", "unit": "1", "points": {"rule": "ratio", "to": 10}}
    scheme = {
        "kaohe": 1,
        "id": "left_out",
        "variable": [{"id": "v", "unit": "1"}],
        "indicator": [{"id": "counts", **part}, {"id": "left_out", **part}],
        "class": [{"id": "A", "entities": ["a"], "weights": {"left_out": 0}}],
        "total": {"aggregate": "minimum"},
    }
    points = kh.Scheme.from_dict(scheme).assess({"name": ["a"], "v": [5]}, entity="name").points
    assert points[["counts", "left_out"]].iloc[0].tolist() == [50.0, 0.0]

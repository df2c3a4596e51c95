"""The page of methods names every method, with the formula that stands in the source."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KINDS = (
    *("AttainmentForm", "Aggregation", "Anchor", "Combinator", "GradeBy", "Impute", "Leaf", "Measure", "Method"),
    *("Missing", "Mode", "PartMissing", "RankOn", "Ties", "Weighting"),
)
# Sources whose boxed formulas are those of the page.
SOURCES = (
    "method/**/*.rs",
    "robustness/*.rs",
    *(f"planning/{name}.rs" for name in ("allocate", "awards", "forecast", "lights", "schedule")),
    *(f"analysis/{name}.rs" for name in ("attribute", "bridge", "climb", "flip", "mix", "overtake", "rank_shapley")),
)


def catalogue():
    """Every method that a scheme can name: words, and tables by `kind`, `rule` or `method` or by their only key."""
    definitions = json.loads((ROOT / "docs" / "scheme.schema.json").read_text(encoding="utf-8"))["$defs"]
    names = set()

    def read(part):
        names.update(name for name in [part.get("const"), *part.get("enum", [])] if isinstance(name, str))
        tagged = [part["properties"][key] for key in ("kind", "rule", "method") if key in part.get("properties", {})]
        for tag in tagged:
            read(tag)
        if not tagged:
            names.update(part.get("required", []))
        for inner in [*part.get("oneOf", []), *part.get("anyOf", [])]:
            read(inner)

    for kind in KINDS:
        read(definitions[kind])
    return sorted(names)


def formulas():
    """The boxed formulas in the comments of the source."""
    for pattern in SOURCES:
        for path in sorted((ROOT / "src").glob(pattern)):
            lines = path.read_text(encoding="utf-8").splitlines()
            text = "\n".join(
                re.sub(r"^\s*//[/!] ?", "", line) if re.match(r"\s*//[/!]", line) else "" for line in lines
            )
            for box in re.findall(r"^```text\n(.*?)^```", text, re.M | re.S):
                yield path.relative_to(ROOT).as_posix(), box


def squeezed(text):
    return " ".join(text.split())


@pytest.mark.parametrize("page", ["docs/methods.md", "docs/zh/methods.md"])
def test_every_method_is_on_the_page(page):
    prose = re.sub(r"^```.*?^```", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.M | re.S)
    named = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`]+)`", prose))))
    assert len(catalogue()) > 80
    assert [name for name in catalogue() if name not in named] == []


def test_formulas_are_those_of_the_source():
    shown = squeezed((ROOT / "docs" / "methods.md").read_text(encoding="utf-8"))
    found = list(formulas())
    assert len(found) > 50
    lacking = [
        (path, line)
        for path, box in found
        for line in map(squeezed, box.splitlines())
        if line and line not in shown and "see [`" not in line
    ]
    assert lacking == []


def test_both_pages_have_the_same_methods_and_sources():
    pages = [(ROOT / page).read_text(encoding="utf-8") for page in ("docs/methods.md", "docs/zh/methods.md")]
    headings = [[re.findall(r"`(\w+)`", line) for line in re.findall(r"^### .*$", page, re.M)] for page in pages]
    assert headings[0] == headings[1]
    years = [sorted(re.findall(r"\b(?:1[789]|20)\d\d(?=[),])", page)) for page in pages]
    assert years[0] == years[1]

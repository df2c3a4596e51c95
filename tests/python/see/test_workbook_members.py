"""A workbook computes the statistics over members again, from other data of a member too."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from test_workbook import UNKNOWN, disagreements, recalculated

import kaohe as kh

STATISTICS = [
    "count()",
    "count(a > 20)",
    "share(a > 20 and b < 9)",
    "share(a > 20, weight = b)",
    "sum(a * 2)",
    "mean(a / b)",
    "mean(a, weight = b)",
    "pooled(a / b)",
    "min(a)",
    "max(a - b)",
    "median(a)",
    "quantile(a, 0.9)",
    "sd(a)",
    "sd(a, weight = b)",
    "cv(a)",
    "cv(a / b, weight = b)",
    "gini(a)",
    "gini(a, weight = b)",
    "theil(a)",
    "theil(a, weight = b)",
]
INDICATOR = '[[indicator]]\nid = "{id}"\nformula = "members.{of}"\nunit = "{unit}"\nmissing = "skip"\n'
INDICATOR += 'points = {{ rule = "linear" }}\n'


def unit(statistic: str) -> str:
    return "个" if statistic.startswith("count") else "1"


@pytest.fixture(scope="module")
def scheme() -> kh.Scheme:
    head = 'kaohe = 1\nid = "m"\n[members]\nvariable = [{ id = "a", unit = "1" }, { id = "b", unit = "1" }]\n'
    return kh.Scheme.from_toml(
        head + "".join(INDICATOR.format(id=f"s{k}", of=of, unit=unit(of)) for k, of in enumerate(STATISTICS))
    )


def assessed(scheme: kh.Scheme, first: float) -> kh.Result:
    """Entities with many members, one, none that takes part, zeros alone, nobody; gaps, ties, a negative weight."""
    below = {
        "甲": ([first, 35, 35, 8, None, 60, 0], [2, 9, 4, 1, 3, None, 5]),
        "乙": ([12, 80, 41], [3, -1, 8]),
        "丙": ([50], [2]),
        "丁": ([None, None], [1, 2]),
        "己": ([0, 0], [1, 2]),
    }
    members = pd.DataFrame(
        [(e, 2023, f"{e}{k}", x, w) for e, (a, b) in below.items() for k, (x, w) in enumerate(zip(a, b, strict=True))],
        columns=["city", "year", "school", "a", "b"],
    )
    cities = pd.DataFrame({"city": [*below, "戊"], "year": 2023})
    return scheme.assess(cities, entity="city", period="year", members=members, member="school")


def test_every_statistic_comes_out_again(scheme: kh.Scheme, soffice: str, tmp_path: Path) -> None:
    book, typed, fresh = tmp_path / "book.xlsx", tmp_path / "typed.xlsx", tmp_path / "fresh.xlsx"
    assessed(scheme, 22).to_excel(book, lang="en", formulas=True)
    assessed(scheme, 17.5).to_excel(fresh, lang="en", formulas=True)
    edited = openpyxl.load_workbook(book)
    members = edited["Members"]
    assert [members.cell(5, k).value for k in range(1, 6)] == ["甲", "2023", "甲0", 22, 2]
    members.cell(5, 4).value = 17.5
    edited.save(typed)
    (same, other) = recalculated(soffice, [book, typed], tmp_path)
    count, wrong = disagreements(book, same)
    assert count > 5 * len(STATISTICS)
    assert not wrong
    count, wrong = disagreements(fresh, other, without=(*UNKNOWN, "Comparison"))
    assert count > 5 * len(STATISTICS)
    assert not wrong


def test_what_the_caller_gives_is_no_statistic_of_the_members(scheme: kh.Scheme, tmp_path: Path) -> None:
    given = {f"members.{of}": [1.0, 2.0] for of in STATISTICS}
    scheme.assess(pd.DataFrame({"city": ["甲", "乙"], **given}), entity="city").to_excel(
        tmp_path / "given.xlsx", lang="en", formulas=True
    )
    sheets = openpyxl.load_workbook(tmp_path / "given.xlsx")
    assert "Members" not in sheets.sheetnames
    assert [cell.value for cell in sheets["Data"][5]][1:] == [1.0] * len(STATISTICS)

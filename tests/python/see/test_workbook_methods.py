"""Every method of the catalogue, by itself, in the audit workbook: LibreOffice computes what kaohe does."""

import copy
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from test_workbook import UNKNOWN, disagreements, recalculated

import kaohe as kh
from test_methods_page import catalogue

ENTITIES = ["北京", "浙江", "安徽", "四川", "甘肃", "西藏"]
UNITS = {"gdp": "亿元", "rd": "亿元", "fiscal_st": "亿元", "budget": "亿元", "contracts": "万元"}
UNITS |= {"hitech": "家", "enterprises": "家"}
INDICATORS = {
    "rd_intensity": ("rd / gdp", "%"),
    "fiscal_share": ("fiscal_st / budget", "%"),
    "contract_share": ("contracts / gdp", "%"),
    "hitech_density": ("hitech / enterprises", "家/万家"),
}
FIRST, SECOND, THIRD, FOURTH = INDICATORS
LINEAR = {"rule": "linear", "between": [40, 100]}
TARGETS = [{"indicator": FIRST, "entity": name, "value": 2 + k / 4} for k, name in enumerate(ENTITIES)]
CHANGED = ("安徽", 2022, "rd", 1234.5)
"""The datum that another file has: its entity, period, variable and new value."""


def base() -> dict[str, Any]:
    """Four indicators of the provinces, two and two in groups."""
    return {
        "kaohe": 1,
        "id": "case",
        "variable": [{"id": name, "unit": unit} for name, unit in UNITS.items()],
        "group": [{"id": "input"}, {"id": "output"}],
        "indicator": [
            {"id": name, "formula": formula, "unit": unit, "parent": parent, "points": LINEAR, "weight": 10 + k}
            for k, ((name, (formula, unit)), parent) in enumerate(
                zip(INDICATORS.items(), ["input", "input", "output", "output"], strict=True)
            )
        ],
        "total": {"round": {"digits": 2}, "grades": [["A", 85], ["B", 70], ["C", 0]]},
    }


def scored(points: Any, **more: Any) -> dict[str, Any]:
    """The first indicator under another rule."""
    made = base()
    made["indicator"][0] |= {"points": points}
    return made | more


def treated(treat: Any) -> dict[str, Any]:
    """The third indicator, which is skewed, treated."""
    made = base()
    made["indicator"][2]["treat"] = treat
    return made


def joined(how: Any) -> dict[str, Any]:
    """The total made of the four indicators by another aggregation."""
    made = flat()
    made["total"]["aggregate"] = how
    return made


def weighted(how: Any) -> dict[str, Any]:
    """The total with computed weights."""
    made = flat()
    made["total"]["weights"] = how
    return made


def flat() -> dict[str, Any]:
    """The indicators without groups, from 1 to 100: some means and weights take no zero."""
    made = base()
    del made["group"]
    for indicator in made["indicator"]:
        del indicator["parent"]
        indicator["points"] = {"rule": "linear", "between": [1, 100]}
    return made


def filled(**how: Any) -> dict[str, Any]:
    """What fills a gap: of a variable (`variable`), or of an indicator (`indicator`)."""
    made = base()
    for kind, given in how.items():
        made[kind][1] |= given
    return made


def totalled(**total: Any) -> dict[str, Any]:
    """Other words on the total."""
    made = base()
    made["total"] |= total
    return made


def rounded(mode: str) -> dict[str, Any]:
    """Every stage rounded, and the rounded numbers handed on."""
    made = base()
    for indicator in made["indicator"]:
        indicator |= {"round": {"digits": 1, "mode": mode, "carry": True}, "points_round": {"digits": 1, "mode": mode}}
    made["total"]["round"] = {"digits": 1, "mode": mode}
    return made


def measured(measure: Any, **more: Any) -> dict[str, Any]:
    """The first indicator scored by another measure; a first period has no points of it."""
    return scored({"rule": "linear", "measure": measure, "missing": "zero"}, **more)


def ranked(ties: str) -> dict[str, Any]:
    """Totals in whole tens, so that some are equal."""
    return totalled(round={"digits": -1}, rank={"ties": ties})


def anchored(low: Any, high: Any, **more: Any) -> dict[str, Any]:
    """The first indicator between other references."""
    return scored({"rule": "linear", "low": low, "high": high, "clamp": False, "missing": "zero"}, **more)


STEPS = {"rule": "steps", "at": [[4, 100], [2.5, 80], [1.5, 60]], "below": 30}
GROWING = {"measure": "growth", "rule": "linear", "low": 0, "high": 0.1, "missing": "zero"}
LEVELS = [
    {"rule": "steps", "at": [[3, 2], [2, 1]], "below": 0},
    {"measure": "gap_to_mean", "rule": "steps", "at": [[0, 1]], "below": 0},
]
PAIRS = [[FIRST, SECOND, 2], [FIRST, THIRD, 3], [FIRST, FOURTH, 5], [SECOND, THIRD, 2], [SECOND, FOURTH, 3]]
PAIRS += [[THIRD, FOURTH, "3/2"]]
BEST = {SECOND: 2, THIRD: 3, FOURTH: 6}
WORST = {FIRST: 6, SECOND: 3, THIRD: 2}

CASES: dict[str, dict[str, Any]] = {
    # Rules.
    "linear": scored(LINEAR),
    "ratio": scored({"rule": "ratio", "to": 3, "cap": 1.2}),
    "steps": scored(STEPS),
    "per_step": scored(
        {
            "rule": "per_step",
            "from": 2.51,
            "base": 80,
            "up": {"each": 0.5, "points": 5, "cap": 20},
            "down": {"each": 0.3, "points": -4, "cap": 30, "step": "ceiling"},
        }
    ),
    "curve": scored({"rule": "curve", "at": [[0, 40], [2, 80], [4, 100]]}),
    "rank": scored({"rule": "rank", "by": 3, "least": 10}),
    "zscore": scored({"rule": "zscore"}),
    "interval": scored({"rule": "interval", "target": [2, 3], "limits": [0, 6]}),
    "exponential": scored({"rule": "exponential"}),
    "bands": scored({"rule": "bands", "at": [[4, 1], [3, 0.8], [2, 0.6], [1, 0.4]], "below": 0.2}),
    "formula": scored({"rule": "formula", "formula": "full * x / (x + median) + sqrt(x) - count"}),
    "sum": scored({"rule": "sum", "cap": 95, "of": [{"share": 0.8, **LINEAR}, {"share": 0.3, **GROWING}]}),
    "best_of": scored({"rule": "best_of", "of": [LINEAR, GROWING]}),
    "worst_of": scored({"rule": "worst_of", "of": [LINEAR, GROWING]}),
    "matrix": scored({"rule": "matrix", "of": LEVELS, "table": [[30, 50], [60, 80], [90, 100]]}),
    # Measures.
    "value": measured("value"),
    "change": measured("change"),
    "growth": measured("growth"),
    "symmetric_growth": measured("symmetric_growth"),
    "attainment": measured("attainment", target=TARGETS),
    "positive": measured({"kind": "attainment", "form": "positive"}, target=TARGETS),
    "reverse": measured({"kind": "attainment", "form": "reverse"}, target=TARGETS),
    "two_minus": measured({"kind": "attainment", "form": "two_minus"}, target=TARGETS),
    "gap_to_mean": measured("gap_to_mean"),
    "gap_to_pooled": measured("gap_to_pooled"),
    "rank_change": measured("rank_change"),
    # References.
    "min": anchored("min", 5),
    "max": anchored(0, "max"),
    "mean": anchored(0, "mean"),
    "median": anchored(0, "median"),
    "pooled": anchored(0, "pooled"),
    "sd": anchored(0, "sd"),
    "count": anchored(0, "count"),
    "first": anchored(0, "first"),
    "quantile": anchored({"quantile": 0.1}, {"quantile": 0.85}),
    "target": anchored(0, "target", target=TARGETS),
    "previous": anchored(0, "previous"),
    "entity": anchored({"entity": "甘肃"}, {"entity": "北京"}),
    "indicator": anchored(0, {"indicator": SECOND}),
    # Outlying values.
    "winsorise": treated({"method": "winsorise", "low": {"quantile": 0.1}, "high": {"quantile": 0.9}}),
    "log": treated({"method": "log"}),
    "log_plus": treated({"method": "log_plus"}),
    "log_shift": treated({"method": "log_shift"}),
    "log_gii": treated({"method": "log_gii"}),
    "box_cox": treated({"method": "box_cox", "lambda": 0.25}),
    "stages": treated(
        {
            "method": "stages",
            "skewness": 0.5,
            "kurtosis": 1,
            "of": [{"method": "winsorise", "most": 2}, {"method": "log"}],
        }
    ),
    # Aggregation.
    **{
        name: joined(name)
        for name in [
            *("arithmetic", "geometric", "harmonic", "minimum", "maximum", "mazziotta_pareto"),
            *("mazziotta_pareto_plus", "wroclaw", "promethee", "copeland", "topsis", "topsis_vector"),
            "benefit_of_the_doubt",
        ]
    },
    "power": joined({"power": 0.5}),
    "owa": joined({"owa": [0.25, 0.75]}),
    "waspas": joined({"waspas": 0.4}),
    "vikor": joined({"vikor": 0.5}),
    # Weights.
    **{
        name: weighted(name)
        for name in [
            *("equal", "entropy", "standard_deviation", "variance", "coefficient_of_variation", "gini"),
            *("angle", "merec", "cilos", "critic", "lopcow", "idocriw", "pca", "factor"),
        ]
    },
    "balanced": weighted({"method": "balanced", "importances": dict.fromkeys(INDICATORS, 1)}),
    "rank_order_centroid": weighted({"method": "rank_order_centroid", "order": [THIRD, FIRST, FOURTH, SECOND]}),
    "ahp": weighted({"method": "ahp", "pairs": PAIRS}),
    "best_worst": weighted(
        {"method": "best_worst", "best": FIRST, "worst": FOURTH, "best_to_others": BEST, "others_to_worst": WORST}
    ),
    # What is missing: 浙江 has no fiscal spending in 2021.
    "skip": filled(indicator={"missing": "skip"}),
    "zero": filled(indicator={"missing": "zero"}),
    "full": filled(indicator={"missing": "full"}),
    "carry_forward": filled(indicator={"impute": "carry_forward"}),
    "interpolate": filled(indicator={"impute": "interpolate"}),
    "peer_mean": filled(indicator={"impute": "peer_mean"}),
    "peer_median": filled(indicator={"impute": "peer_median"}),
    "row_mean": filled(indicator={"impute": "row_mean"}),
    "row_median": filled(indicator={"impute": "row_median"}),
    "expectation_maximisation": base() | {"impute": "expectation_maximisation"},
    "constant": filled(indicator={"impute": {"method": "constant", "value": 2.5}}),
    "none": filled(indicator={"impute": "none", "missing": "skip"}),
    "redistribute": scored([{"share": 0.7, **LINEAR}, {"share": 0.3, **GROWING, "missing": "redistribute"}]),
    # Rounding, ranks and grades.
    **{mode: rounded(mode) for mode in ("half_up", "half_even", "truncate", "ceiling", "floor")},
    **{ties: ranked(ties) for ties in ("competition", "dense", "modified", "average", "ordinal")},
    "rounded": totalled(rank={"on": "rounded", "tie_break": [THIRD]}),
    "exact": totalled(rank={"on": "exact"}),
    "score": totalled(grades={"by": "score", "table": [["A", 80], ["B", 0]]}),
    "proportion": totalled(grades={"by": "proportion", "table": [["A", 0.25], ["B", 1]]}),
}
NO_CASE = {"error": "refuses the data"}
GAPS = ("skip", "zero", "full", "carry_forward", "interpolate", "peer_mean", "peer_median", "row_mean", "row_median")
GAPS += ("expectation_maximisation", "constant", "none")
FIXED = {"benefit_of_the_doubt", "factor", "balanced", "expectation_maximisation"}
"""Methods that no cell formula says: the number is kaohe's, and the notes name it."""


def data(name: str) -> pd.DataFrame:
    """The data of a case: some need a gap."""
    df = kh.datasets.load("china-provinces")
    df = df[df["province"].isin(ENTITIES) & (df["year"] <= 2022)].reset_index(drop=True)
    if name in GAPS:
        df.loc[(df["province"] == "浙江") & (df["year"] == 2021), "fiscal_st"] = None
    return df


def assessed(name: str, df: pd.DataFrame) -> kh.Result:
    return kh.Scheme.from_dict(copy.deepcopy(CASES[name])).assess(df, entity="province", period="year")


def retyped(written: Path, to: Path) -> None:
    """Type the datum into the file, as an auditor would."""
    entity, period, variable, value = CHANGED
    book = openpyxl.load_workbook(written)
    sheet = book["Data"]
    rows = range(5, sheet.max_row + 1)
    row = next(r for r in rows if (sheet.cell(r, 1).value, sheet.cell(r, 2).value) == (entity, str(period)))
    column = next(c for c in range(1, sheet.max_column + 1) if str(sheet.cell(4, c).value).startswith(variable))
    sheet.cell(row, column).value = value
    book.save(to)


def test_every_method_has_a_case() -> None:
    assert set(CASES) | set(NO_CASE) == set(catalogue())


def test_every_method_comes_out_again_from_other_data(soffice: str, tmp_path: Path) -> None:
    """A datum is typed into the file; every formula comes to what kaohe says of the changed data."""
    typed, fresh = tmp_path / "typed", tmp_path / "fresh"
    typed.mkdir()
    fresh.mkdir()
    for name in CASES:
        df = data(name)
        assessed(name, df).to_excel(fresh / f"{name}.xlsx", lang="en", formulas=True)
        if name in FIXED:
            # What does not follow the data is right for the data of the file alone.
            (fresh / f"{name}.xlsx").rename(typed / f"{name}.xlsx")
        else:
            retyped(fresh / f"{name}.xlsx", typed / f"{name}.xlsx")
            entity, period, variable, value = CHANGED
            df.loc[(df["province"] == entity) & (df["year"] == period), variable] = value
        assessed(name, df).to_excel(fresh / f"{name}.xlsx", lang="en", formulas=True)
    wrong = {}
    for name, found in zip(CASES, recalculated(soffice, [typed / f"{n}.xlsx" for n in CASES], tmp_path), strict=True):
        # That sheet has kaohe's numbers for the data that the file came with.
        count, cells = disagreements(fresh / f"{name}.xlsx", found, without=(*UNKNOWN, "Comparison"))
        assert count > 150, (name, count)
        if cells:
            wrong[name] = cells[:3]
    assert not wrong, wrong


def unbound(name: str, folder: Path) -> bool:
    """Return whether the notes of a case name numbers that do not follow the data."""
    path = folder / f"{name}.xlsx"
    assessed(name, data(name)).to_excel(path, lang="en", formulas=True)
    notes = openpyxl.load_workbook(path)["Notes"]
    return any(cell.value == "These do not follow the data:" for row in notes.iter_rows() for cell in row)


def test_what_has_no_formula_is_named_in_the_notes(tmp_path: Path) -> None:
    assert {name for name in CASES if unbound(name, tmp_path)} == FIXED

"""Build the CSV files of ``kaohe.datasets`` from a folder of raw tables.

    python3 tools/make_datasets.py RAW_FOLDER [OUT_FOLDER]

Every cell is copied as the text that stands in the raw file: nothing is rounded, scaled or computed, so a decimal that
was typed there is the decimal that is shipped. Where a column comes from, and in which unit, stands in
``python/kaohe/datasets/catalogue.json``. Standard library only.
"""

import csv
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "python" / "kaohe" / "datasets"
Row = dict[str, str]


def read(folder: Path, name: str) -> list[Row]:
    """Read a raw table as text."""
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(folder: Path, name: str, columns: list[str], rows: list[Row]) -> None:
    """Write the columns of the rows, in order."""
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        out.writeheader()
        out.writerows(rows)
    print(f"{name}: {len(rows)} rows")


def provinces(raw: Path) -> list[Row]:
    """Join the variables of the ratio indicators, 31 provinces × 2020-2023."""
    contracts = {
        (r["province"], r["year"]): r["outflow_contract_value"]
        for r in read(raw, "province_tech_contract_2000_2023.csv")
    }
    return [
        {
            "province": r["province"],
            "year": r["year"],
            "gdp": r["gdp_revised_yi"],
            "gdp_first_published": r["gdp_as_first_published_yi"],
            "rd": r["rd_expenditure_yi"],
            "fiscal_st": r["fiscal_sci_tech_yi"],
            "budget": r["general_budget_expenditure_yi"],
            "contracts": contracts[r["province"], r["year"]],
            "hitech": r["hitech_firms_3yr_certified_sum_proxy"],
            "enterprises": r["enterprise_legal_persons"],
        }
        for r in read(raw, "province_panel_4indicators_2020_2023.csv")
    ]


def main(raw: Path, out: Path) -> None:
    """Write every data set that comes from published tables."""
    panel = provinces(raw)
    columns = list(panel[0])
    # Two names, so that the default has no missing value: the count of enterprises was not published for 2023.
    write(out, "china-provinces", columns, [r for r in panel if r["year"] <= "2022"])
    write(out, "china-provinces-2023", columns, panel)

    vintages = read(raw, "province_gdp_vintages_2019_2024.csv")
    for row in vintages:
        row["gdp"] = row["gdp_yi_yuan"]
    write(out, "province-gdp-vintages", ["province", "year", "vintage", "gdp", "source"], vintages)

    research = read(raw, "province_rd_2011_2023.csv")
    for row in research:
        row["rd"], row["rd_intensity_published"] = row["rd_expenditure_yi_yuan"], row["rd_intensity_pct_published"]
    write(out, "province-rd", ["province", "year", "rd", "rd_intensity_published", "origin"], research)

    inputs = ["life_expectancy", "expected_years_schooling", "mean_years_schooling", "gni_per_capita_ppp2017"]
    hdi = read(raw, "hdi_2022_inputs_and_published.csv")
    write(out, "hdi-2022", ["country", "iso3", "year", *inputs, "hdi_published"], hdi)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else OUT)

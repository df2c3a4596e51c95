import csv
import importlib.util
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pandas as pd
import pytest

from kaohe import datasets

ROOT = Path(__file__).resolve().parents[2]

ROWS = {
    "china-provinces": 93,
    "china-provinces-2023": 124,
    "hdi-2022": 204,
    "prefectures-synthetic": 70,
    "province-gdp-vintages": 341,
    "province-rd": 416,
}


def raw(name):
    text = resources.files("kaohe.datasets").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_every_data_set_is_listed_with_its_rows():
    assert {name: len(datasets.load(name)) for name in datasets.names()} == ROWS


@pytest.mark.parametrize("name", ROWS)
def test_attrs_say_where_every_column_comes_from(name):
    frame = datasets.load(name)
    assert list(frame.attrs["columns"]) == list(frame.columns)
    assert frame.attrs["name"] == name
    assert frame.attrs["licence"]
    assert set(frame.attrs["title"]) == {"zh", "en"}
    numbers = [c for c in frame.select_dtypes("number") if c not in ("year",)]
    about = frame.attrs["columns"]
    assert all(about[c].get("source") or about[c].get("note") for c in numbers)


@pytest.mark.parametrize("name", ROWS)
def test_typed_decimals_are_read_as_typed(name):
    frame = datasets.load(name)
    for column in frame.select_dtypes("float"):
        for row, value in zip(raw(name), frame[column], strict=True):
            if row[column]:
                assert Decimal(repr(value)) == Decimal(row[column]), (name, column, row)
            else:
                assert pd.isna(value)


def test_china_provinces_is_31_provinces_by_3_years():
    frame = datasets.load("china-provinces")
    expected = "province year gdp gdp_first_published rd fiscal_st budget contracts hitech enterprises"
    assert list(frame.columns) == expected.split()
    assert frame.groupby("year")["province"].nunique().to_dict() == {2020: 31, 2021: 31, 2022: 31}
    assert not frame.isna().any().any()


def test_gansu_has_more_firms_but_fewer_among_its_enterprises():
    gansu = datasets.load("china-provinces").set_index("province").loc["甘肃"].set_index("year")
    assert gansu.loc[[2020, 2022], "hitech"].tolist() == [1288, 1731]
    assert gansu.loc[[2020, 2022], "enterprises"].tolist() == [175537, 288360]
    density = gansu["hitech"] / gansu["enterprises"] * 10_000
    assert density.round(1)[[2020, 2022]].tolist() == [73.4, 60.0]


def test_contracts_are_in_ten_thousand_yuan_as_published():
    frame = datasets.load("china-provinces").set_index(["province", "year"])
    assert frame.loc[("甘肃", 2022), "contracts"] == 3358410
    assert frame.loc[("甘肃", 2021), "contracts"] == 2803920.754801
    assert frame.attrs["columns"]["contracts"]["unit"] == "万元"


@pytest.mark.parametrize("year", [2020, 2021, 2022, 2023])
def test_gansu_is_22nd_in_research_intensity(year):
    frame = datasets.load("province-rd").query("province != '全国' and year == @year")
    rank = frame.set_index("province")["rd_intensity_published"].rank(ascending=False, method="min")
    assert rank["甘肃"] == 22


def test_research_intensity_follows_from_the_first_published_gdp():
    frame = datasets.load("china-provinces").merge(datasets.load("province-rd"), on=["province", "year"])
    computed = frame["rd_x"] / frame["gdp_first_published"] * 100
    off = (computed - frame["rd_intensity_published"]).abs()
    assert off.max() < 0.02
    assert (off <= 0.0051).mean() > 0.95


def test_2023_lacks_only_the_enterprises_and_one_vintage():
    frame = datasets.load("china-provinces-2023").query("year == 2023")
    gaps = frame.isna().sum()
    assert gaps[gaps > 0].to_dict() == {"gdp_first_published": 1, "enterprises": 31}


def test_prefectures_say_that_they_are_synthetic():
    frame = datasets.load("prefectures-synthetic")
    assert frame.attrs["synthetic"] is True
    assert "SYNTHETIC" in frame.attrs["title"]["en"]
    assert "合成" in frame.attrs["title"]["zh"]
    assert frame.groupby("year")["prefecture"].nunique().to_dict() == dict.fromkeys(range(2019, 2024), 14)
    assert all(len(name) == 2 and name.endswith("市") for name in frame["prefecture"])


def test_prefectures_are_what_the_script_makes(tmp_path):
    path = ROOT / "tools" / "make_prefectures.py"
    spec = importlib.util.spec_from_file_location("make_prefectures", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.rows() == raw("prefectures-synthetic")


def test_hdi_has_its_aggregates_and_no_gap():
    frame = datasets.load("hdi-2022")
    assert frame["iso3"].str.startswith("ZZ").sum() == 11
    assert not frame.isna().any().any()


@pytest.mark.parametrize("kind", ["polars", "pyarrow"])
@pytest.mark.parametrize("name", ROWS)
def test_other_kinds_hold_the_same(name, kind):
    pytest.importorskip(kind)
    frame, other = datasets.load(name), datasets.load(name, as_=kind)
    columns = other.to_dict(as_series=False) if kind == "polars" else other.to_pydict()
    for column in frame:
        ours = [None if pd.isna(x) else x for x in frame[column].tolist()]
        assert columns[column] == ours


def test_unknown_names_are_answered_with_the_known():
    with pytest.raises(ValueError, match="china-provinces"):
        datasets.load("china")
    with pytest.raises(ValueError, match="pandas"):
        datasets.load("hdi-2022", as_="excel")

"""COINr's tables: schemes and data in one call, and back."""

from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

import kaohe as kh

ORACLE = Path(__file__).parents[1] / "data" / "oracle" / "composite"
# What COINr's sums in floats may be off by, relatively.
FLOATS = 1e-12


@pytest.fixture
def imeta():
    return pd.read_csv(ORACLE / "structure.csv")


@pytest.fixture
def idata():
    return pd.read_csv(ORACLE / "data.csv")


@pytest.fixture
def scored(imeta):
    """An index whose data are scored already: no denominators, nothing turned."""
    plain = imeta.assign(Direction=imeta["Direction"].abs(), Denominator=None)
    return pd.read_csv(ORACLE / "normalised_minmax_1_100.csv"), plain


@pytest.mark.parametrize(
    ("file", "aggregate", "threshold"),
    [
        ("a_amean", "a_amean", None),
        ("a_gmean", "a_gmean", None),
        ("a_hmean", ["a_hmean"], None),
        ("mixed_am_gm_am", ["a_amean", "a_gmean", "a_amean"], None),
        ("a_amean_threshold_0.9", "a_amean", 0.9),
    ],
)
def test_index_in_levels_is_that_of_coinr(scored, file, aggregate, threshold):
    coin = kh.from_coinr(*scored, normalise="none", aggregate=aggregate, dat_thresh=threshold)
    theirs = pd.read_csv(ORACLE / f"aggregated_{file}.csv").set_index("uCode")
    ours = coin.assess().scores.set_index("uCode").rename(columns={"total": "Index"})
    np.testing.assert_allclose(ours[theirs.columns], theirs, rtol=FLOATS)


def test_there_and_back_is_the_same(idata, imeta):
    coin = kh.from_coinr(idata, imeta)
    tables = coin.assess().to_coinr()
    assert kh.from_coinr(tables.idata, tables.imeta).scheme == coin.scheme
    shared = [name for name in idata.columns if name != "cls"]
    pd.testing.assert_frame_equal(tables.idata[shared], idata[shared])
    back = tables.imeta.drop(columns=["Unit"]).set_index("iCode")
    theirs = imeta[imeta["Type"] != "Group"].set_index("iCode")
    pd.testing.assert_frame_equal(back[theirs.columns], theirs, check_dtype=False)


def test_tables_of_polars_and_lists_are_taken(idata, imeta):
    first = kh.from_coinr(idata, imeta)
    second = kh.from_coinr(pl.from_pandas(idata), pl.from_pandas(imeta))
    assert first.scheme == second.scheme
    assert isinstance(second.assess().to_coinr().imeta, pl.DataFrame)
    assert kh.from_coinr(idata, imeta.to_dict("records")).scheme == first.scheme


def test_periods_and_classes_come_over():
    scheme = kh.Scheme.builtin("strong-science-provinces")
    df = kh.datasets.load("china-provinces")
    idata, imeta, notes = scheme.assess(df, entity="province", period="year").to_coinr(lang="zh")
    assert list(idata.columns) == ["uCode", "Time", *scheme.indicators]
    assert imeta["Level"].max() == 2
    assert notes == ["iMeta 没有对应的列，下列内容未写出：points, round, grades"]
    coin = kh.from_coinr(idata, imeta)
    assert coin.period == "Time"
    assert coin.assess().ranking(2022)["uCode"].iloc[0] == "北京"
    indexed = scheme.assess(df.set_index(["province", "year"]), entity="province", period="year")
    pd.testing.assert_frame_equal(indexed.to_coinr().idata, idata)


def test_problems_of_the_tables_are_named(idata, imeta):
    with pytest.raises(kh.ArgumentError, match="idata has no column `uCode`"):
        kh.from_coinr(idata.drop(columns="uCode"), imeta)
    with pytest.raises(kh.ArgumentError, match="no normalisation 'n_mimmax'; expected one of n_minmax"):
        kh.from_coinr(idata, imeta, normalise="n_mimmax")
    with pytest.raises(kh.ArgumentError, match="arithmetic"):
        kh.from_coinr(idata, imeta, aggregate="a_mean")
    imeta.loc[2, "Parent"] = "P9"
    with pytest.raises(kh.SchemeError, match="the Parent of `x03` is `P9`, which has no row"):
        kh.from_coinr(idata, imeta)

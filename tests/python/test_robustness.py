"""How sure a ranking is: confidence sets for ranks."""

from pathlib import Path

import pandas as pd
import polars as pl
import pytest

import kaohe as kh

PISA = Path(__file__).parents[1] / "data" / "oracle" / "ranks" / "pisa_2018.csv"


@pytest.fixture
def pisa():
    return pd.read_csv(PISA).set_index("jurisdiction")


def test_the_best_five_are_among_twelve(pisa):
    sets = kh.rank_sets(pisa["math_score"], pisa["math_se"], top=5, simultaneous=True, draws=5000)
    assert sets["in_top"].sum() == 12
    assert "may be among the best 5: Japan" in sets.to_text("en")
    assert "可能居前 5 名的有 12 个：Japan" in sets.to_text("zh")
    names = list(sets["entity"])
    assert names == list(pisa.index)


def test_numbers_come_as_lists_dicts_and_series():
    by_name = kh.rank_sets({"a": 3.0, "b": 1.0}, {"b": 0.1, "a": 0.2}, draws=100)
    assert by_name[["entity", "error", "low"]].values.tolist() == [["a", 0.2, 1], ["b", 0.1, 2]]
    plain = kh.rank_sets([3.0, 1.0], [0.2, 0.1], draws=100)
    assert plain["entity"].tolist() == ["1", "2"]
    assert isinstance(kh.rank_sets(pl.Series([3.0, 1.0]), 0.1, draws=100).to_frame(), pl.DataFrame)
    falling = kh.rank_sets([3.0, 1.0], 0.1, ascending=True, method="joint")
    assert falling["rank"].tolist() == [2, 1]


def test_sets_of_a_result_have_its_names():
    df = kh.datasets.load("china-provinces")
    result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
    sets = result.rank_sets(2022, error=1.5, draws=2000)
    assert sets.columns[:6] == ["province", "estimate", "error", "rank", "low", "high"]
    assert sets["province"].iloc[0] == "北京"
    errors = dict.fromkeys(df["province"].unique(), 1.5)
    assert result.rank_sets(2022, error=errors, draws=2000).to_frame().equals(sets.to_frame())
    with pytest.raises(kh.DataError, match="no standard error is given for 上海"):
        result.rank_sets(2022, error={"北京": 1.0})
    with pytest.raises(kh.DataError, match="a standard error is given for 台湾, which is not ranked"):
        result.rank_sets(2022, error=errors | {"台湾": 1.0})


def test_errors_that_go_together_tell_apart_what_independent_ones_do_not():
    estimates = {"a": 3.0, "b": 1.0, "c": -1.0}
    shared = [[1.0, 0.99, 0.99], [0.99, 1.0, 0.99], [0.99, 0.99, 1.0]]
    alone = kh.rank_sets(estimates, 1.0, draws=2000)
    together = kh.rank_sets(estimates, covariance=shared, draws=2000)
    assert together[["low", "high"]].values.tolist() == [[1, 1], [2, 2], [3, 3]]
    assert alone["high"].iloc[0] == 2
    assert together.correlated
    assert "Errors go together" in together.to_text("en")
    names = list(estimates)
    frame = pd.DataFrame(shared, index=names, columns=names)
    assert kh.rank_sets(estimates, covariance=frame, draws=2000).to_frame().equals(together.to_frame())
    with pytest.raises(kh.ArgumentError, match="the names of the covariance are not those of the estimates"):
        kh.rank_sets(estimates, covariance=frame.iloc[::-1], draws=100)
    with pytest.raises(kh.ArgumentError, match="give either errors or covariance"):
        kh.rank_sets(estimates)
    for matrix, message in [
        ([[1.0, 2.0], [2.0, 1.0]], "the matrix is no covariance: some direction has a negative variance"),
        ([[1.0, 0.5], [0.2, 1.0]], "the covariance is not symmetric"),
        ([[1.0]], "2 estimates and a covariance of size 1; expected as many"),
        ([[1.0, 0.0], [0.0]], "the covariance is not a square matrix"),
    ]:
        with pytest.raises(kh.DataError, match=message):
            kh.rank_sets([1.0, 2.0], covariance=matrix)


def test_errors_of_variables_reach_the_totals():
    scheme = kh.Scheme.from_dict(
        {
            "kaohe": 1,
            "id": "sums",
            "variable": [{"id": "x", "unit": "1"}, {"id": "y", "unit": "1"}],
            "indicator": [
                {"id": k, "formula": k, "unit": "1", "points": {"rule": "formula", "formula": "x"}} for k in "xy"
            ],
        }
    )
    data = pd.DataFrame({"city": list("abcd"), "year": 2023, "x": [10.0, 20.0, 30.0, 80.0], "y": [5.0, 9.0, 9.0, 40.0]})
    result = scheme.assess(data, entity="city", period="year")
    sets = result.rank_sets(error=[{"variables": ["x", "y"], "normal": 3.0}], draws=5000)
    # The mean of two errors of 3: 3 / √2, within four standard errors of 4,000 runs.
    assert ((sets["error"] / (3 / 2**0.5) - 1).abs() < 4 / 8000**0.5).all()
    assert sets["city"].tolist() == ["d", "c", "b", "a"]
    assert sets["high"].iloc[0] == 1
    with pytest.raises(kh.DataError, match="one or more factors that are errors of variables"):
        result.ask({"ask": "rank_sets", "errors": [{"id": "w", "weights": {"free": "any"}}]})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1.0, float("nan")], 1.0), "2 has no estimate"),
        (([1.0, 2.0], -1.0), "the standard error of 1 is -1; expected 0 or more"),
        (([1.0, 2.0], [1.0]), "2 estimates and 1 errors; expected as many"),
        (({"a": 1.0, "b": 2.0}, {"a": 1.0}), "no standard error is given for b"),
        ((pd.Series([1.0, 2.0], index=["a", "a"]), 1.0), "names that occur more than once: a"),
        (([1.0, "x"], 1.0), "expected a number"),
    ],
)
def test_bad_numbers_are_named(arguments, message):
    with pytest.raises(kh.KaoheError, match=message):
        kh.rank_sets(*arguments, draws=100)

"""The audit, statistics, trends, profiles: shapes, and numbers that pandas and numpy find too."""

import numpy as np
import pandas as pd
import pytest

import kaohe as kh

FOUR = ["rd_intensity", "fiscal_share", "contract_share", "hitech_density"]


@pytest.fixture(scope="module")
def df():
    return kh.datasets.load("china-provinces")


@pytest.fixture(scope="module")
def result(df):
    return kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")


@pytest.mark.parametrize("pooled", [False, True])
def test_statistics_are_those_of_pandas(result, pooled):
    values = result.values if pooled else result.values[result.values["year"] == 2022]
    found = result.statistics(pooled=pooled).to_frame().set_index("indicator")
    for name in FOUR:
        own, x = found.loc[name], values[name]
        expected = [x.min(), x.max(), x.mean(), x.median(), x.std(), x.skew(), x.kurt()]
        names = ["min", "max", "mean", "median", "sd", "skewness", "kurtosis"]
        np.testing.assert_allclose(own[names].astype(float), expected, rtol=1e-9)
        assert [own["n"], own["missing"], own["unique"]] == [len(x), 0, x.nunique()]


@pytest.mark.parametrize("method", ["pearson", "spearman", "kendall"])
def test_correlations_are_those_of_pandas(result, method):
    scores = result.scores[result.scores["year"] == 2022][[*FOUR, "total"]]
    found = result.correlations(method=method, nodes=[*FOUR, "total"])
    if method == "kendall":  # pandas asks scipy for it
        assert found.to_frame()["correlation"].between(-1, 1).all()
        return
    expected = scores.rank() if method == "spearman" else scores
    matrix = found.to_frame("matrix").set_index("node")
    pd.testing.assert_frame_equal(matrix, expected.corr(), check_names=False, rtol=1e-9)


def test_components_of_a_group_are_those_of_numpy(result):
    found = result.components()
    scores = result.scores[result.scores["year"] == 2022][FOUR]
    values, vectors = np.linalg.eigh(np.corrcoef(scores.T))
    np.testing.assert_allclose(found["eigenvalue"], values[::-1], rtol=1e-9)
    loadings = found.to_frame("loadings").query("component == 1")["loading"]
    np.testing.assert_allclose(loadings, np.abs(vectors[:, -1]), rtol=1e-9)
    assert found["cumulative"].iloc[-1] == pytest.approx(1)
    assert result.pca().to_dict() == found.to_dict()


def test_what_cannot_be_asked_says_what_can(result):
    with pytest.raises(kh.DataError, match="scores"):
        result.statistics(nodes=["total"])
    with pytest.raises(kh.DataError, match="rd_intensity"):
        result.components(group="rd_intensity")
    with pytest.raises(kh.DataError, match="rd_intensity"):
        result.correlations(nodes=["rd_intensty"])
    with pytest.raises(kh.ArgumentError, match="kendall"):
        result.correlations(method="distance")


def test_effective_weights(result):
    frame = result.effective_weights().to_frame()
    assert list(frame.columns) == ["node", "parent", "year", "weight"]
    assert (frame.groupby("year")["weight"].sum() == 1).all()


def test_the_audit_is_a_table_of_checks(result):
    audit = result.audit()
    frame = audit.to_frame()
    assert list(frame.columns) == [
        "check", "group", "status", "observed", "threshold", "indicators", "entities", "message",
    ]  # fmt: skip
    assert set(frame["status"]) <= {"pass", "warn", "fail", "n/a"}
    counts = frame["status"].value_counts()
    assert [audit.passed, audit.warned, audit.failed] == [counts.get(s, 0) for s in ("pass", "warn", "fail")]
    assert audit.tables == ["audit", "importances", "ends"]
    shares = audit.to_frame("importances")
    assert shares["importance"].sum() == pytest.approx(1)
    r = result.scores[result.scores["year"] == 2022]
    own = [r[name].corr(result.raw_totals.loc[r.index, "total"]) for name in FOUR]
    np.testing.assert_allclose(shares["correlation"], own, rtol=1e-9)
    row = next(row for row in audit.rows if row["check"] == "ends_by_one")
    assert (row["entities"], row["observed"]) == (["北京"], 0.75)
    assert result.audit(ends=0.8, skewness=3).warned == 0
    with pytest.raises(kh.ArgumentError, match="redundancy"):
        result.audit(redundanzy=0.9)


def test_leaving_out_is_what_if(result):
    without = result.leave_out(period=2021)
    assert without["node"].tolist() == FOUR
    then = result.what_if(leave_out=["fiscal_share"]).ranking(2021).set_index("province")
    own = without.to_frame("entities").query("node == 'fiscal_share'").set_index("province")
    assert (own["rank"] == then.loc[own.index, "rank"]).all()
    assert (own["total"] == then.loc[own.index, "total"]).all()


def test_trends_are_those_of_numpy(result):
    found = result.trends("scores", nodes=["total"]).to_frame().set_index("province")
    totals = result.totals.pivot(index="province", columns="year", values="total")
    slopes = np.polyfit([0, 1, 2], totals.loc[found.index].T, 1)[0]
    np.testing.assert_allclose(found["slope"], slopes, atol=1e-9)
    expected = np.sqrt(totals[2022] / totals[2020]) - 1
    np.testing.assert_allclose(found["growth"], expected.loc[found.index], rtol=1e-9)
    assert ((found["improving"] == "yes") == (found["slope"] > 0)).all()
    with pytest.raises(kh.DataError, match="甘肃"):
        result.trends(entity="甘萧")


def test_strengths_and_a_profile(result):
    frame = result.strengths("北京", 2022).to_frame()
    assert (frame["kind"] == "strength").all()
    assert frame["rank"].is_monotonic_increasing
    gaps = result.gaps("北京", 2022).to_frame().set_index("indicator")
    assert (frame.set_index("indicator")["rank"] == gaps.loc[frame["indicator"], "rank"]).all()
    profile = result.profile("北京", 2022)
    assert (profile.rank, profile.n, profile["node"].tolist()) == (1.0, 31, ["total", *FOUR])
    scores = result.scores[result.scores["year"] == 2022]
    np.testing.assert_allclose(profile["mean"], scores[["total", *FOUR]].mean(), rtol=1e-9)
    np.testing.assert_allclose(profile["median"], scores[["total", *FOUR]].median(), rtol=1e-9)
    assert profile["best"].tolist() == scores[["total", *FOUR]].max().tolist()


def test_an_added_indicator_moves_ranks_and_compare_says_whose(df, result):
    scheme = result.scheme
    added = """
[[indicator]]
id = "rd_per_firm"
formula = "rd / enterprises"
unit = "万元/家"
weight = 25
points = { rule = "linear", between = [60, 100] }
"""
    other = kh.Scheme.from_toml(scheme.to_toml() + added).assess(df, entity="province", period="year")
    moved = kh.compare(result, other).to_frame().query("year == 2022").set_index("province")
    before, after = (r.ranking(2022).set_index("province") for r in (result, other))
    assert (moved["rank_change"] == (before["rank"] - after["rank"]).loc[moved.index]).all()
    assert (moved["rank_change"] != 0).any()
    gainers = kh.gainers(result, other)
    assert any(change["key"] == "indicator" or "rd_per_firm" in str(change) for change in gainers.changes)

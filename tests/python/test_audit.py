"""Statistics, correlations, components, effective weights: shapes, and numbers that pandas finds too."""

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

"""Which uncertain factor moves ranks: what comes out in Python, and numpy's own way to the same numbers."""

import numpy as np
import pandas as pd
import pytest

import kaohe as kh

SCORES = pd.DataFrame({"who": list("abcd"), "x": [90.0, 40, 60, 75], "y": [30.0, 80, 61, 55]})
INDICATORS = "".join(
    f'[[variable]]\nid = "{v}"\nunit = "1"\n[[indicator]]\nid = "i{v}"\nformula = "{v}"\nunit = "1"\n'
    f'points = {{ rule = "linear", low = 0, high = 100 }}\n'
    for v in "xy"
)


@pytest.fixture(scope="module")
def result():
    scheme = kh.Scheme.from_toml(f'kaohe = 1\nid = "t"\n{INDICATORS}')
    return scheme.assess(SCORES, entity="who")


def mean_of(weight: float, score: float, other: float) -> float:
    """The mean of two scores, where the first has this weight beside one of 1."""
    return (weight * score + other) / (weight + 1)


def test_exact_indices_are_those_of_numpy(result):
    weights, means = [0.5, 1.0, 4.0], ["arithmetic", "maximum"]
    factors = [
        {"id": "weight", "weights": {"among": [{"ix": w} for w in weights]}},
        {"id": "mean", "setting": {"at": "total.aggregate", "among": means, "chances": [0.9, 0.1]}},
    ]
    found = result.sensitivity(factors=factors, entity="c", output="total")
    assert found.made == {"method": "exact", "combinations": 6}
    y = np.array([[mean_of(w, 60, 61), 61] for w in weights])
    p = np.outer([1 / 3] * 3, [0.9, 0.1])
    mean = (p * y).sum()
    variance = (p * (y - mean) ** 2).sum()
    by_weight = ((y @ [0.9, 0.1] - mean) ** 2).mean() / variance
    by_mean = ([0.9, 0.1] * (y.mean(axis=0) - mean) ** 2).sum() / variance
    assert found.mean == pytest.approx(mean, rel=1e-12)
    assert found.deviation == pytest.approx(variance**0.5, rel=1e-12)
    expected = [[by_weight, 1 - by_mean], [by_mean, 1 - by_weight]]
    assert found[["first", "total"]].to_numpy() == pytest.approx(np.array(expected), rel=1e-10)
    both = 1 - by_weight - by_mean
    assert found["shapley"].tolist() == pytest.approx([by_weight + both / 2, by_mean + both / 2], rel=1e-10)


def test_a_frame_has_the_names_of_the_data(result):
    found = result.sensitivity(samples=16, resamples=20)
    lows_and_highs = ["first_low", "first_high", "total", "total_low", "total_high"]
    assert found.columns == ["factor", "first", *lows_and_highs, "shapley"]
    assert found["factor"].tolist() == ["ix", "iy"]
    everybody = found.to_frame("entities")
    assert everybody.columns.tolist() == ["who", "factor", "first", "total", "shapley"]
    assert everybody["who"].unique().tolist() == list("abcd")
    assert "rows of scrambled Sobol' points, 64 runs (seed 0)" in found.to_text("en")
    assert found.to_text("en").startswith("These factors move ranks by ")
    assert found.to_text("zh").startswith("这些因素使名次平均移动")


def test_what_is_not_asked_for_is_missing(result):
    found = result.sensitivity(samples=16, resamples=0, shapley=False)
    assert found[["first_low", "total_high", "shapley"]].isna().all(axis=None)
    assert found[["first", "total"]].notna().all(axis=None)
    assert found.made["runs"] == 16 * 4
    assert "Shapley" not in found.notes("en")[0]


def test_more_rows_need_a_power_of_two_to_be_even(result):
    assert any("16 would be better" in note for note in result.sensitivity(samples=12, resamples=0).notes("en"))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"samples": 0}, "0 rows; expected 2 to"),
        ({"level": 0.0}, "the level is 0; expected a number between 0 and 1"),
        ({"entity": "nobody"}, "nobody"),
        ({"factors": []}, "there is no factor"),
        ({"factors": [{"id": "z", "leave_out": ["iz"]}]}, "iz"),
        ({"method": "exact"}, "factor weights varies continuously"),
    ],
)
def test_bad_questions_are_refused(result, asked, message):
    with pytest.raises(kh.KaoheError, match=message):
        result.sensitivity(**asked)


def test_the_command_line_asks_it(tmp_path, capsys):
    from kaohe.cli import main

    (tmp_path / "s.toml").write_text(f'kaohe = 1\nid = "t"\n{INDICATORS}', encoding="utf-8")
    SCORES.to_csv(tmp_path / "d.csv", index=False)
    words = ["sensitivity", str(tmp_path / "s.toml"), str(tmp_path / "d.csv"), "--samples", "16", "--who", "c"]
    assert main([*words, "--lang", "en", "-f", "markdown"]) == 0
    assert "c has rank 2, over these factors" in capsys.readouterr().out

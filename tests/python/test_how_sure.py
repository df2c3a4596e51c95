"""How ranks hold when what is uncertain varies: draws, parts, replays, pickles, the command line."""

from __future__ import annotations

import json
import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kaohe as kh
from kaohe.cli import main


@pytest.fixture(scope="module")
def result() -> kh.Result:
    df = kh.datasets.load("china-provinces")
    return kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")


def test_the_frame_has_one_row_an_entity_and_agrees_with_itself(result: kh.Result) -> None:
    found = result.robustness(2022, samples=400, seed=3)
    df = found.to_frame()
    names = ["province", "rank", "low", "lower", "median", "upper", "high", "mean", "mean_shift", "place", "alike"]
    assert df.columns.tolist() == names
    assert len(df) == 31
    assert df["rank"].is_monotonic_increasing
    assert (df[["low", "lower", "median", "upper", "high"]].diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    assert df["mean"].sum() == pytest.approx(31 * 32 / 2, rel=1e-12)
    assert (found.samples, found.lacking) == (400, 0)
    counts = {
        own["name"]: tally for own, tally in zip(found.runs["study"]["entities"], found.runs["tallies"], strict=True)
    }
    for row in df.itertuples():
        ranks = np.repeat(*zip(*counts[row.province]["ranks"], strict=True))
        assert np.quantile(ranks, [0.05, 0.25, 0.5, 0.75, 0.95]).tolist() == [
            row.low,
            row.lower,
            row.median,
            row.upper,
            row.high,
        ]
        assert row.place == pytest.approx((ranks <= row.rank).mean())


def test_draws_are_those_of_numpy_and_a_run_is_a_whole_result(result: kh.Result) -> None:
    seed, run = 11, 5
    found = result.robustness(2022, samples=8, seed=seed)
    one = found.run(run)
    given = result.weights.query("period == '2022'").set_index("node")["weight"]
    drawn = one.weights.query("period == '2022'").set_index("node")["weight"]
    varied = drawn[drawn != given]
    raw = np.random.Philox(key=[seed, 1]).random_raw((run + 1) * len(varied))[run * len(varied) :]
    uniform = ((raw >> np.uint64(11)) + 0.5) / 2.0**53
    assert np.allclose(varied / given[varied.index], 0.75 + 0.5 * uniform, rtol=1e-15)
    # The scheme of the run gives its ranks, and the run pickles.
    again = kh.Scheme.from_toml(one.scheme.to_toml()).assess(
        kh.datasets.load("china-provinces"), entity="province", period="year"
    )
    pd.testing.assert_frame_equal(again.ranking(2022), one.ranking(2022))
    pd.testing.assert_frame_equal(pickle.loads(pickle.dumps(one)).ranking(2022), one.ranking(2022))
    alone = result.robustness(2022, samples=1, first=run, seed=seed).to_frame()
    ranks = one.ranking(2022).set_index("province")["rank"]
    assert (alone.set_index("province")["median"] == ranks.reindex(alone["province"]).to_numpy()).all()


def test_parts_merge_to_the_whole(result: kh.Result) -> None:
    whole = result.robustness(2022, samples=90)
    first, rest = result.robustness(2022, samples=40), result.robustness(2022, samples=50, first=40)
    sent = pickle.loads(pickle.dumps(rest))
    merged = sent.merge(first)
    assert merged.runs == whole.runs == first.more(50).runs
    pd.testing.assert_frame_equal(merged.to_frame(), whole.to_frame())
    assert merged.more(5).samples == 95
    with pytest.raises(kh.DataError, match="both have the runs 0 to 39"):
        merged.merge(first)
    with pytest.raises(kh.DataError, match="another study"):
        merged.merge(result.robustness(2022, samples=5, seed=1))


@pytest.mark.parametrize(("entities", "indicators", "runs"), [(31, 7, 300), (300, 5, 40)])
def test_many_are_ranked_as_numpy_ranks_them(entities: int, indicators: int, runs: int) -> None:
    scores = np.round(np.random.default_rng(5).uniform(0, 100, (entities, indicators)), 1)
    ids = range(indicators)
    variables = "".join(f'[[variable]]\nid = "v{k}"\nunit = "1"\n' for k in ids)
    points = 'unit = "1"\npoints = { rule = "linear", low = 0, high = 100 }\n'
    own = "".join(f'[[indicator]]\nid = "i{k}"\nformula = "v{k}"\n{points}' for k in ids)
    frame = pd.DataFrame(scores, columns=[f"v{k}" for k in ids]).assign(e=[f"e{k}" for k in range(entities)])
    result = kh.Scheme.from_toml(f'kaohe = 1\nid = "plain"\n{variables}{own}').assess(frame, entity="e")
    found = result.robustness(samples=runs, seed=9)
    raw = np.random.Philox(key=[9, 1]).random_raw(runs * indicators)
    weights = (0.75 + 0.5 * (((raw >> np.uint64(11)) + 0.5) / 2.0**53)).reshape(runs, indicators)
    totals = weights @ scores.T / weights.sum(axis=1, keepdims=True)
    ranks = 1 + (totals[:, None, :] > totals[:, :, None]).sum(axis=2)
    df = found.to_frame().set_index("e")
    names = [f"e{k}" for k in range(entities)]
    assert np.allclose(df.loc[names, "mean"], ranks.mean(axis=0), rtol=1e-12)
    assert (df.loc[names, "median"].to_numpy() == np.median(ranks, axis=0)).all()
    means = {own["name"]: own["mean_total"] for own in found.rows}
    assert np.allclose([means[name] for name in names], totals.mean(axis=0), rtol=1e-11)
    if entities > 256:
        with pytest.raises(kh.DataError, match="pairs are counted of 256 at most"):
            found.beats("e0", "e1")


def test_who_is_before_whom(result: kh.Result) -> None:
    found = result.robustness(2022, samples=300)
    a, b = found.to_frame()["province"].iloc[[12, 13]]
    assert 0 < found.beats(a, b) + found.beats(b, a) <= 1
    top = found.at_most(5).to_frame()
    assert top["share"].sum() == pytest.approx(5)
    assert top.columns.tolist() == ["province", "rank", "share"]
    with pytest.raises(kh.DataError, match="台湾"):
        found.beats("台湾", a)
    said = result.robustness(2022, samples=300, entity=a)
    assert said.sentences("zh")[0].startswith(f"{a}排第 13，90% 的情形在")
    assert "分不出先后" in said.sentences("zh")[0]
    assert said.sentences("en")[0].startswith(f"{a} ranks 13, in 90% of the runs between")
    wide = result.robustness(2022, samples=300, quantiles=[0.025, 0.975]).to_frame()
    assert wide.columns.tolist()[1:4] == ["rank", "q2.5", "q97.5"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"samples": 0}, "0 samples; expected 1"),
        ({"level": 0.3}, "the level is 0.3"),
        ({"quantiles": [0.9, 0.1]}, "the quantiles are 0.9, 0.1"),
        ({"factors": []}, "there is no factor"),
        ({"period": 1999}, "1999"),
    ],
)
def test_bad_questions_are_answered_with_what_is_wrong(
    result: kh.Result, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(kh.DataError, match=message):
        result.robustness(**{"samples": 5} | arguments)


def test_a_number_of_runs_is_a_whole_one(result: kh.Result) -> None:
    for wrong in (2.5, -1, float("inf")):
        with pytest.raises(kh.errors.ArgumentError, match="samples"):
            result.robustness(samples=wrong)  # type: ignore[arg-type]
    with pytest.raises(kh.errors.ArgumentError, match="weights"):
        result.robustness(factors=[{"id": "w", "weights": {"with": 1}}])


def test_a_stopped_call_leaves_what_was_done(result: kh.Result) -> None:
    def stop(_: kh.Progress) -> None:
        raise KeyboardInterrupt

    with kh.progress(stop):
        part = result.robustness(2022, samples=500_000_000)
    assert part.samples > 0
    assert part.samples + part.lacking == 500_000_000
    assert f"{part.lacking:,} runs are not made" in "\n".join(part.notes("en")) or str(part.lacking) in "\n".join(
        part.notes("en")
    )
    assert part.more(3).lacking == 0


def test_the_command_prints_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    command = [
        "robustness",
        "strong-science-provinces",
        "china-provinces",
        "2022",
        "--samples",
        "200",
        "--who",
        "甘肃",
    ]
    assert main([*command, "--lang", "zh"]) == 0
    assert "甘肃排第" in capsys.readouterr().out
    factors = json.dumps({"id": "w", "weights": {"dirichlet": 30}})
    assert main([*command, "--factors", factors, "-f", "json", "--lang", "en"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"]["study"]["factors"][0]["id"] == "w"
    assert main([*command, "--factors", "[1", "--lang", "en"]) == 2

"""User code that takes every field of every answer: mypy reads it, it runs; test_typed_use.py says what it lacks."""

from typing import Any, assert_type

import kaohe as kh
import kaohe.analysis
import kaohe.audit
import kaohe.comparison
import kaohe.plan
import kaohe.profiles
import kaohe.questions
import kaohe.ranks
import kaohe.sensitivity

Rows = list[dict[str, Any]]

MONTHS = {"city": ["金昌", "武威"] * 2, "month": ["2023-06"] * 2 + ["2023-07"] * 2, "contracts": [30, 20, 70, 35]}
TARGETS = [{"indicator": "contracts", "value": 100}]
CHILDREN = [
    {"child": "甲", "numerator": 2.0, "denominator": 100.0},
    {"child": "乙", "numerator": 1.0, "denominator": 100.0},
]


def main() -> None:
    result = kh.Scheme.builtin("strong-science-provinces").assess(
        kh.datasets.load("china-provinces"), entity="province", period="year"
    )
    assert_type(kh.__version__, str)
    assert_type(result, kh.Result)
    assert_type(result.explain("甘肃"), kh.Explanation)
    for everybody in (result.gaps_panel(), result.bridge_panel(), result.ask({"ask": "ranking"})):
        assert_type(everybody, kh.Answer)
    gaps(result.gaps("甘肃", 2022))
    drivers(result.drivers("甘肃", "rd_intensity"))
    drivers_panel(result.drivers_panel("rd_intensity"))
    bridge(result.bridge("甘肃"))
    contributions_or_spread(result.contributions("甘肃"))
    contributions_or_spread(result.contributions())
    marginal(result.marginal("甘肃"))
    marginal_panel(result.marginal_panel())
    zones(result.zones(2022))
    curve(result.curve("rd_intensity"))
    flips(result.flips("甘肃", "江西"))
    rank_sets(result.rank_sets(error=1.5, draws=200, top=3))
    rank_attribution(result.rank_attribution("甘肃", 2022))
    overtake(result.overtake("江西", period=2022))
    robustness(result.robustness(samples=20))
    sensitivity(result.sensitivity(2022, samples=8, resamples=10))
    smaa(result.smaa(samples=50))
    if (found := result.consistent("甘肃", 2022, "rd_intensity", "1.25")) is not None:
        consistency(found)
    audit(result.audit(redundancy=0.92))
    leave_out(result.leave_out(["rd_intensity"]))
    trends(result.trends(entity="甘肃"))
    strengths(result.strengths("甘肃", top=2))
    profile(result.profile("甘肃"))
    statistics(result.statistics())
    correlations(result.correlations(method="kendall"))
    components(result.pca())
    effective_weights(result.effective_weights(2022))
    needed(result.needed("甘肃", 2022, "hitech_density", rank=18))
    next_points(result.next_points("甘肃"))
    cheapest(result.cheapest("甘肃", 2022, {"rd": 1.0}, score=71.5))
    comparison(kh.compare(result, result))
    gainers(kh.gainers(result, result))
    allocation(kh.plan.allocate(7, {"甘州": 60, "临泽": 25}))
    ratio_allocation(kh.plan.allocate_ratio(1.6, 210, CHILDREN, by="growth"))
    awards(kh.plan.awards(result, [{"award": "先进", "top": 1, "amount": {"each": 30}}]))
    progress(kh.plan.progress(MONTHS, TARGETS, entity="city", period="month"))
    dispatch(kh.plan.dispatch(MONTHS, TARGETS, entity="city", period="month"))
    suggestions(kh.plan.suggest(result, "rd_intensity", growth=0.1, entities=["甘肃"]))


def contributions_or_spread(answer: kaohe.analysis.Contributions | kaohe.analysis.Spread) -> None:
    if isinstance(answer, kaohe.analysis.Contributions):
        contributions(answer)
    else:
        spread(answer)


def gaps(answer: kaohe.analysis.Gaps) -> None:
    assert_type(answer.entity, str)
    assert_type(answer.period, str)
    assert_type(answer.rows, Rows)
    assert_type(answer.since, str | None)
    assert_type(answer.other, str | None)
    assert_type(answer.total, float)


def drivers(answer: kaohe.analysis.Drivers) -> None:
    assert_type(answer.rows, Rows)
    assert_type(answer.entity, str)
    assert_type(answer.indicator, str)
    assert_type(answer.since, str)
    assert_type(answer.until, str)
    assert_type(answer.before, float)
    assert_type(answer.after, float)
    assert_type(answer.total, float)
    assert_type(answer.points, float)


def drivers_panel(answer: kaohe.analysis.DriversPanel) -> None:
    assert_type(answer.indicator, str)
    assert_type(answer.since, str)
    assert_type(answer.until, str)
    assert_type(answer.before, float)
    assert_type(answer.after, float)
    assert_type(answer.total, float)
    assert_type(answer.whole, Rows)
    assert_type(answer.mix, Rows | None)


def bridge(answer: kaohe.analysis.Bridge) -> None:
    assert_type(answer.rows, Rows)
    assert_type(answer.entity, str)
    assert_type(answer.since, str)
    assert_type(answer.until, str)
    assert_type(answer.before, float)
    assert_type(answer.after, float)
    assert_type(answer.total, float)
    assert_type(answer.parts, Rows)
    assert_type(answer.walk, dict[str, Any] | None)
    assert_type(answer.own, Rows)


def contributions(answer: kaohe.analysis.Contributions) -> None:
    assert_type(answer.entity, str)
    assert_type(answer.period, str)
    assert_type(answer.rows, Rows)
    assert_type(answer.other, str | None)
    assert_type(answer.total, float)


def spread(answer: kaohe.analysis.Spread) -> None:
    assert_type(answer.rows, Rows)
    assert_type(answer.period, str)
    assert_type(answer.variance, float)


def marginal(answer: kaohe.analysis.Marginal) -> None:
    assert_type(answer.entity, str)
    assert_type(answer.period, str)
    assert_type(answer.rows, Rows)


def marginal_panel(answer: kaohe.analysis.MarginalPanel) -> None:
    assert_type(answer.period, str)
    assert_type(answer.entities, Rows)


def curve(answer: kaohe.analysis.Curve) -> None:
    assert_type(answer.indicator, str)
    assert_type(answer.period, str)
    assert_type(answer.points, Rows)
    assert_type(answer.places, Rows)


def zones(answer: kaohe.analysis.Zones) -> None:
    assert_type(answer.rows, Rows)
    assert_type(answer.period, str)


def rank_sets(answer: kaohe.robustness.RankSets) -> None:
    rows: list[dict[str, Any]] = answer.rows
    how: dict[str, Any] = answer.how
    top: int | None = answer.top
    ascending: bool = answer.ascending
    correlated: bool = answer.correlated
    assert not correlated
    assert rows
    assert how
    assert top == 3
    assert not ascending


def rank_attribution(answer: kaohe.ranks.RankAttribution) -> None:
    assert_type(answer.entity, str)
    assert_type(answer.period, str)
    assert_type(answer.n, int)
    assert_type(answer.rank, float)
    assert_type(answer.baseline_rank, float | None)
    assert_type(answer.top, int | None)
    assert_type(answer.in_top, bool | None)
    assert_type(answer.baseline_in_top, bool | None)
    assert_type(answer.rival, str | None)
    assert_type(answer.ahead, bool | None)
    assert_type(answer.baseline_ahead, bool | None)
    assert_type(answer.rows, Rows)


def overtake(answer: kaohe.ranks.Overtake) -> None:
    assert_type(answer.entity, str)
    assert_type(answer.period, str)
    assert_type(answer.group, str | None)
    assert_type(answer.rival, str | None)
    assert_type(answer.change, float | None)
    assert_type(answer.rank, float)
    assert_type(answer.rival_rank, float | None)
    assert_type(answer.new_rank, float | None)
    assert_type(answer.new_rival_rank, float | None)
    assert_type(answer.turned, bool | None)
    assert_type(answer.rows, Rows)
    assert_type(answer.rivals, Rows)


def robustness(answer: kaohe.Robustness) -> None:
    assert_type(answer.rows, Rows)
    assert_type(answer.groups, list[list[str]])
    assert_type(answer.samples, int)
    assert_type(answer.lacking, int)
    assert_type(answer.shown, dict[str, Any])
    assert_type(answer.runs, dict[str, Any])
    assert_type(answer.beats("北京", "甘肃"), float)
    assert_type(answer.more(5), kaohe.Robustness)
    assert_type(answer.run(0), kaohe.Result)
    at_most(answer.at_most(3))


def at_most(answer: kaohe.robustness.AtMost) -> None:
    assert_type(answer.rank, float)
    assert_type(answer.rows, Rows)
    assert_type(answer.samples, int)


def sensitivity(answer: kaohe.sensitivity.Sensitivity) -> None:
    assert_type(answer.period, str)
    assert_type(answer.entity, str | None)
    assert_type(answer.output, str)
    assert_type(answer.made, dict[str, Any])
    assert_type(answer.nominal, float)
    assert_type(answer.mean, float)
    assert_type(answer.deviation, float)
    assert_type(answer.rows, Rows)
    assert_type(answer.entities, Rows)
    assert_type(answer.ranks, Rows)


def smaa(answer: kaohe.ranks.Smaa) -> None:
    assert_type(answer.period, str)
    assert_type(answer.samples, int | None)
    assert_type(answer.seed, int)
    assert_type(answer.failed, dict[str, Any] | None)
    assert_type(answer.factors, Rows)
    assert_type(answer.same_ranking, float)
    assert_type(answer.same_ranking_error, float)
    assert_type(answer.rows, Rows)
    assert_type(answer.weights, Rows)


def flips(answer: kaohe.analysis.Flips) -> None:
    assert_type(answer.entity, str)
    assert_type(answer.period, str)
    assert_type(answer.rows, Rows)
    assert_type(answer.other, str)
    assert_type(answer.level, bool)


def consistency(answer: kaohe.analysis.Consistency) -> None:
    assert_type(answer.published, float)
    assert_type(answer.recomputed, float)
    assert_type(answer.low, float | None)
    assert_type(answer.high, float | None)
    assert_type(answer.consistent, bool)


def audit(answer: kaohe.audit.Audit) -> None:
    assert_type(answer.since, str)
    assert_type(answer.until, str)
    assert_type(answer.entities, int)
    assert_type(answer.passed, int)
    assert_type(answer.warned, int)
    assert_type(answer.failed, int)
    assert_type(answer.rows, Rows)
    assert_type(answer.importances, Rows)
    assert_type(answer.ends, Rows)
    assert_type(answer.limits, dict[str, float])


def leave_out(answer: kaohe.audit.LeaveOut) -> None:
    assert_type(answer.period, str)
    assert_type(answer.rows, Rows)
    assert_type(answer.entities, Rows)


def trends(answer: kaohe.profiles.Trends) -> None:
    assert_type(answer.of, str)
    assert_type(answer.entity, str | None)
    assert_type(answer.rows, Rows)


def strengths(answer: kaohe.profiles.Strengths) -> None:
    assert_type(answer.entity, str)
    assert_type(answer.period, str)
    assert_type(answer.rows, Rows)


def profile(answer: kaohe.profiles.Profile) -> None:
    assert_type(answer.entity, str)
    assert_type(answer.period, str)
    assert_type(answer.rows, Rows)
    assert_type(answer.total, float)
    assert_type(answer.rank, float | None)
    assert_type(answer.n, int)


def statistics(answer: kaohe.audit.Statistics) -> None:
    assert_type(answer.of, str)
    assert_type(answer.since, str)
    assert_type(answer.until, str)
    assert_type(answer.entities, int)
    assert_type(answer.rows, Rows)


def correlations(answer: kaohe.audit.Correlations) -> None:
    assert_type(answer.of, str)
    assert_type(answer.method, str)
    assert_type(answer.since, str)
    assert_type(answer.until, str)
    assert_type(answer.nodes, list[str])
    assert_type(answer.rows, Rows)


def components(answer: kaohe.audit.Components) -> None:
    assert_type(answer.of, str)
    assert_type(answer.since, str)
    assert_type(answer.until, str)
    assert_type(answer.groups, Rows)


def effective_weights(answer: kaohe.audit.EffectiveWeights) -> None:
    assert_type(answer.rows, Rows)


def needed(answer: kaohe.questions.Needed) -> None:
    assert_type(answer.entity, str)
    assert_type(answer.period, str)
    assert_type(answer.reachable, bool)
    assert_type(answer.value, float | None)
    assert_type(answer.variable, str)
    assert_type(answer.unit, str)
    assert_type(answer.current, float)
    assert_type(answer.gain, float | None)
    assert_type(answer.short, float | None)
    assert_type(answer.goal, dict[str, Any])
    assert_type(answer.indicator, str | None)
    assert_type(answer.indicator_current, float | None)
    assert_type(answer.indicator_value, float | None)
    assert_type(answer.total_current, float)
    assert_type(answer.total, float)
    assert_type(answer.rank_current, float | None)
    assert_type(answer.rank, float | None)
    assert_type(answer.monotone, bool)
    assert_type(answer.complete, bool)
    assert_type(answer.last, float | None)
    assert_type(answer.last_period, str | None)
    assert_type(answer.assumption, str)
    assert_type(answer.beyond_history, bool)
    assert_type(answer.beyond, Rows)
    assert_type(answer.reason, str)


def next_points(answer: kaohe.questions.NextPoints) -> None:
    assert_type(answer.entity, str)
    assert_type(answer.period, str)
    assert_type(answer.rows, Rows)
    assert_type(answer.points, float)
    assert_type(answer.total, float)
    assert_type(answer.rank, float | None)
    assert_type(answer.assumption, str)
    assert_type(answer.cheapest, dict[str, Any] | None)


def cheapest(answer: kaohe.questions.Cheapest) -> None:
    assert_type(answer.entity, str)
    assert_type(answer.period, str)
    assert_type(answer.rows, Rows)
    assert_type(answer.goal, dict[str, Any])
    assert_type(answer.reachable, bool)
    assert_type(answer.cost, float | None)
    assert_type(answer.proven, bool)
    assert_type(answer.gap, float | None)
    assert_type(answer.total, float)
    assert_type(answer.rank, float | None)
    assert_type(answer.assumption, str)
    assert_type(answer.reason, str)


def progress(answer: kaohe.plan.Progress) -> None:
    assert_type(answer.rows, Rows)
    assert_type(answer.by_entity, Rows)
    assert_type(answer.by_indicator, Rows)
    assert_type(answer.period, str)


def allocation(answer: kaohe.plan.Allocation) -> None:
    assert_type(answer.rows, Rows)
    assert_type(answer.total, float)
    assert_type(answer.by, str)


def ratio_allocation(answer: kaohe.plan.RatioAllocation) -> None:
    assert_type(answer.rows, Rows)
    assert_type(answer.ratio, float)
    assert_type(answer.numerator, float)
    assert_type(answer.denominator, float)
    assert_type(answer.reached, float)


def awards(answer: kaohe.plan.Awards) -> None:
    assert_type(answer.rows, Rows)
    assert_type(answer.purses, Rows)
    assert_type(answer.unpaid, Rows)
    assert_type(answer.paid, float)


def dispatch(answer: kaohe.plan.Dispatch) -> None:
    assert_type(answer.league, Rows)
    assert_type(answer.movers, list[str])
    assert_type(answer.period, str)


def suggestions(answer: kaohe.plan.Suggestions) -> None:
    assert_type(answer.targets(), Rows)


def comparison(answer: kaohe.comparison.Comparison) -> None:
    assert_type(answer.since, str | None)
    assert_type(answer.until, str | None)
    assert_type(answer.only_before, list[list[str]])
    assert_type(answer.only_after, list[list[str]])
    assert_type(answer.rows, Rows)


def gainers(answer: kaohe.comparison.Gainers) -> None:
    assert_type(answer.since, str | None)
    assert_type(answer.until, str | None)
    assert_type(answer.only_before, list[list[str]])
    assert_type(answer.only_after, list[list[str]])
    assert_type(answer.gain, Rows)
    assert_type(answer.lose, Rows)
    assert_type(answer.same, int)
    assert_type(answer.unknown, int)

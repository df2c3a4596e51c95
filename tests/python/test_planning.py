"""What to do, asked from Python: goals, dispatches, allocations, the command line."""

import csv
import json
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

import kaohe as kh
from kaohe.cli import main

PROVINCES = kh.Scheme.builtin("strong-science-provinces")
DATA = Path(__file__).resolve().parents[1] / "data"
DISPATCH = [str(DATA / name) for name in ("dispatch-synthetic.csv", "dispatch-synthetic-targets.csv")]


@pytest.fixture(scope="module")
def result():
    return PROVINCES.assess(kh.datasets.load("china-provinces"), entity="province", period="year")


def test_the_july_of_2023():
    """1-7 月, 58.3 % elapsed: 11 of 14 prefectures have met the year's target, 金昌 at 155 %.

    Source: the Gansu bulletin of August 2023; numbers that it does not print are made up.
    """
    met = ["兰州", "嘉峪关", "白银", "天水", "武威", "张掖", "平凉", "酒泉", "庆阳", "定西"]
    done = {"金昌": 155.0, **dict.fromkeys(met, 101.0), "陇南": 60.1, "临夏": 58.34, "甘南": 58.33}
    data = {"city": list(done), "month": ["2023-07"] * 14, "contracts": list(done.values())}
    july = kh.plan.progress(data, [{"indicator": "contracts", "value": 100}], entity="city", period="month")
    frame = july.to_frame().set_index("entity")
    assert (frame["progress"] >= 1).sum() == 11
    assert frame.loc["金昌", "progress"] == 1.55
    assert set(frame["elapsed"]) == {7 / 12}
    # 58.33 % is behind 7/12 by a hair; both print as 58.3 %.
    assert frame.loc[["临夏", "甘南"], "light"].tolist() == ["green", "yellow"]
    assert "| 甘南 | contracts | 58.33 | 100 | 58.3% | 58.3% | 黄 |" in july.to_markdown("zh")


def test_schedules_and_countings_by_indicator():
    data = {"city": ["甲"] * 2, "quarter": ["2023Q1", "2023Q2"], "money": [15.0, 24.0], "ratio": [2.0, 2.1]}
    targets = pl.DataFrame({"indicator": ["money", "ratio"], "value": [100.0, 2.2]})
    progress = kh.plan.progress(
        data,
        targets,
        entity="city",
        period="quarter",
        counting={"money": "flow", "ratio": "level"},
        schedule={"money": [15, 25, 25, 35]},
    )
    frame = progress.to_frame().set_index("indicator")
    assert frame.loc["money", ["actual", "elapsed", "light", "pace_needed"]].tolist() == [39, 0.4, "yellow", 30.5]
    assert frame.loc["ratio", "actual"] == 2.1
    with pytest.raises(kh.DataError, match="50"):
        kh.plan.progress(data, targets, entity="city", period="quarter", schedule=[50, 50])
    with pytest.raises(ValueError, match="weekly"):
        kh.plan.progress(data, targets, entity="city", period="quarter", counting="weekly")


def test_a_year_of_dispatches():
    data, targets = (pd.read_csv(path, dtype=str) for path in DISPATCH)
    data = data.astype({"contracts": float, "firms": float})
    before = None
    for month in range(1, 13):
        at = f"2023-{month:02}"
        shown = kh.plan.dispatch(
            data, targets, entity="entity", period="month", at=at, schedule="learnt", league_cap=1.5
        )
        league = shown.to_frame()
        assert shown.period == at
        assert len(league) == 21
        assert (league[["green", "blue", "yellow", "red", "dark"]].sum(axis=1) == 2).all()
        ranks = league.set_index("entity")["rank"]
        if before is not None:
            change = league.set_index("entity")["rank_change"]
            assert (before[change.index] - ranks[change.index]).tolist() == change.tolist()
        before = ranks
        rows = shown.progress()
        assert ((rows["low"] <= rows["high"]) | rows["low"].isna()).all()
        assert list(shown.changes().columns) == ["entity", "indicator", "before", "now", "reason"]
        red = set(map(tuple, shown.changes().query("before == 'red'")[["entity", "now"]].to_numpy()))
        assert not [entity for entity, now in red if now == "green"]
    assert set(shown.movers) == set(ranks.index)
    assert "兰州" in shown.to_markdown("zh")


def test_targets_of_the_scheme_are_the_default(result):
    document = {**PROVINCES.document, "target": [{"indicator": "rd_intensity", "value": 2.0}]}
    own = kh.Scheme.from_dict(document).assess(kh.datasets.load("china-provinces"), entity="province", period="year")
    given = kh.plan.progress(result, [{"indicator": "rd_intensity", "value": 2.0}], counting="level")
    assert kh.plan.progress(own, counting="level").to_dict() == given.to_dict()


@pytest.mark.parametrize(
    "aim", [{"rank": 15}, {"places": 3}, {"growth": 0.1}, {"close": 0.5}, {"close": 1.0, "to": "浙江"}]
)
def test_suggested_targets_become_a_table(result, aim):
    suggested = kh.plan.suggest(result, "rd_intensity", entities=["甘肃", "四川"], **aim)
    assert suggested.columns == [
        *("entity", "indicator", "period", "current", "target", "there", "beyond_history", "reason"),
    ]
    assert len(suggested) == 2
    assert all(target["period"] == "2023" for target in suggested.targets())
    assert all(reason for reason in suggested["reason"])
    kh.plan.progress(result, [{**t, "period": 2022} for t in suggested.targets()], counting="level")


def test_one_aim_at_a_time(result):
    with pytest.raises(TypeError, match="one aim"):
        kh.plan.suggest(result, "rd_intensity", growth=0.1, rank=3)


def test_the_cheapest_mix_reaches_the_goal(result):
    costs = pd.DataFrame({"variable": ["rd", "hitech"], "cost": [1.0, 0.02], "upper": [None, 2000]})
    mix = result.cheapest("甘肃", 2022, costs, score=71.5)
    frame = mix.to_frame()
    assert frame["cost"].sum() == pytest.approx(mix.cost)
    assert frame.set_index("variable").loc["hitech", "value"] <= 2000
    changes = [
        {"entity": "甘肃", "period": 2022, "variable": v, "value": x}
        for v, x in zip(frame["variable"], frame["value"], strict=True)
    ]
    total = result.what_if(changes).ranking(2022).set_index("province").loc["甘肃", "total"]
    assert total == mix.total >= 71.5
    assert "甘肃" in mix.to_text("zh")


def test_the_others_on_trend_ask_for_more(result):
    fixed = result.needed("甘肃", 2022, "hitech_density", rank=18)
    trend = result.needed("甘肃", 2023, "hitech_density", rank=18, others="trend")
    assert trend.period == "2023"
    assert trend.value > fixed.value


def test_no_value_does_it_and_why(result):
    answer = result.needed("甘肃", 2022, "hitech_density", rank=1)
    assert (answer.reachable, answer.value, answer.gain) == (False, None, None)
    assert "78.55" in answer.reason
    assert pd.isna(answer.to_frame()["value"].item())


@pytest.mark.parametrize("by", ["base", "capacity", "growth", "step", "gap", "regret"])
@pytest.mark.parametrize(("total", "decimals"), [(131, 0), (130.07, 2)])
def test_allocations_sum_to_the_last_digit(by, total, decimals):
    from decimal import Decimal

    children = pl.DataFrame(
        {
            "county": ["甘州", "临泽", "高台", "山丹"],
            "base": [60.0, 25.0, 15.0, 7.0],
            "last": [58.0, 22.0, 17.0, 7.0],
            "capacity": [90.0, 40.0, 30.0, 12.0],
            "upper": [80.0, None, None, None],
        }
    )
    parts = kh.plan.allocate(total, children, by=by, decimals=decimals, not_below_last=True, child="county")
    frame = parts.to_frame()
    assert isinstance(frame, pl.DataFrame)
    assert sum(Decimal(repr(x)) for x in frame["allocated"]) == Decimal(str(total))
    assert (frame["allocated"] >= children["last"]).all()
    assert frame["allocated"][0] <= 80


def test_bounds_that_cannot_hold_are_named():
    children = [{"child": "甲", "base": 1, "lower": 8}, {"child": "乙", "base": 1, "lower": 5}]
    with pytest.raises(kh.DataError, match="甲 8, 乙 5"):
        kh.plan.allocate(10, children)
    with pytest.raises(kh.DataError, match="child"):
        kh.plan.allocate(10, [{"name": "甲", "base": 1}])


def test_a_ratio_target_adds_up_above_and_below():
    children = {"child": ["甲", "乙"], "numerator": [2.0, 1.0], "denominator": [100.0, 100.0]}
    parts = kh.plan.allocate_ratio(1.6, 210, children, by="growth")
    assert parts["numerator"].tolist() == [2.24, 1.12]
    assert parts["denominator"].sum() == 210
    assert parts.reached >= 1.6


def run(capsys, *words):
    code = main(list(words))
    said = capsys.readouterr()
    return code, said.out, said.err


def test_gaps_and_needed_in_the_command_line(capsys):
    scheme, data = "strong-science-provinces", "china-provinces"
    code, out, _ = run(capsys, "gaps", scheme, data, "甘肃", "2022", "--to", "0.75", "--lang", "zh")
    assert code == 0
    assert "居第 22 位" in out
    code, out, _ = run(capsys, "gaps", scheme, data, "甘肃", "--to", "浙江", "--format", "json")
    assert json.loads(out)["other"] == "浙江"
    code, out, _ = run(capsys, "needed", scheme, data, "甘肃", "hitech_density", "--rank", "18")
    assert (code, "2,125" in out) == (0, True)
    code, out, _ = run(capsys, "needed", scheme, data, "甘肃", "hitech_density", "2022", "--rank", "1", "--lang", "zh")
    assert (code, "78.55" in out) == (1, True)
    code, _, err = run(capsys, "needed", scheme, data, "甘萧", "hitech_density", "--score", "80")
    assert (code, "甘肃" in err) == (1, True)


def test_progress_in_the_command_line(capsys, tmp_path):
    code, out, _ = run(capsys, "progress", *DISPATCH, "--at", "2023-07", "--schedule", "learnt", "--lang", "zh")
    assert code == 0
    assert "截至 2023-07" in out
    assert "亮灯变化" in out
    target = tmp_path / "progress.csv"
    code, _, _ = run(capsys, "progress", *DISPATCH, "--at", "2023-07", "-o", str(target))
    with target.open(encoding="utf-8-sig") as file:
        assert len(list(csv.DictReader(file))) == 42
    code, _, err = run(capsys, "progress", *DISPATCH, "--schedule", "often", "--lang", "en")
    assert (code, "15,25,25,35" in err) == (2, True)


def test_allocate_in_the_command_line(capsys, tmp_path):
    children = tmp_path / "counties.csv"
    children.write_text("县区,base,lower\n甘州,60,\n临泽,25,30\n高台,15,\n", encoding="utf-8")
    code, out, _ = run(capsys, "allocate", "130", str(children), "--lang", "zh")
    assert code == 0
    assert out.startswith("目标 130 按基数分解到 3 个下级，各部分之和与之相等：最多的是甘州")
    table = out.split("\n\n")[1]
    assert table.splitlines()[0].split() == ["下级", "基数", "占比", "分解数", "下限"]
    assert out.count("没有给出上年数（last 列），不列增速。") == 1
    assert sum(int(line.split()[3]) for line in table.splitlines()[2:-1]) == 130
    code, _, err = run(capsys, "allocate", "10", str(children), "--lang", "zh")
    assert (code, "临泽 30" in err) == (1, True)
    code, _, err = run(capsys, "allocate", "10", str(children), "--child", "nobody", "--lang", "en")
    assert (code, "nobody" in err) == (2, True)


def refused(call, *args, **kwargs):
    with pytest.raises(kh.DataError) as caught:
        call(*args, **kwargs)
    return str(caught.value).splitlines()


def test_unknown_keys_of_rules_and_rows_are_refused():
    people = [{"entity": "甲", "level": 90}, {"entity": "乙", "lvel": 80}]
    rules = [
        {"award": "先进", "topp": 1, "exclude_by": ["*"], "amount": {"each": 30}},
        {"award": "进步", "amount": {"eech": 30}},
    ]
    assert refused(kh.plan.awards, people[:1], rules, lang="en") == [
        "rules[0]: unknown key `topp`; did you mean `top`?",
        "rules[0]: unknown key `exclude_by`; did you mean `excluded_by`?",
        "rules[1].amount: unknown key `eech`; did you mean `each`?",
    ]
    assert refused(kh.plan.awards, people, rules[:0], lang="zh") == [
        "candidates[1]: 没有 `lvel` 这个键；是不是 `level`？"
    ]
    children = [{"child": "甲", "base": 1, "uper": 2}, {"child": "乙", "base": 1, "note": "x"}]
    assert refused(kh.plan.allocate, 2, children) == [
        "children[0]: unknown key `uper`; did you mean `upper`?",
        "children[1]: unknown key `note`; known here are child, base, last, capacity, lower, upper, history",
    ]
    data = {"city": ["甲"], "month": ["2023-07"], "rd": [1]}
    targets = [{"indicator": "rd", "value": 2, "entitty": "甲"}]
    assert refused(kh.plan.progress, data, targets, entity="city", period="month") == [
        "targets[0]: unknown key `entitty`; did you mean `entity`?"
    ]
    lights = {"yelow": 0.5}
    assert refused(kh.plan.dispatch, data, [{"indicator": "rd", "value": 2}], lights=lights, entity="city") == [
        "lights: unknown key `yelow`; did you mean `yellow`?"
    ]


def test_targets_of_nobody_and_twice_are_refused(result):
    targets = [
        {"indicator": "rd_intensity", "entity": "甘蕭", "value": 2},
        {"indicator": "rd_intensity", "value": float("nan")},
        {"indicator": "rd_intensity", "entity": "甘肃", "value": 2},
        {"indicator": "rd_intensity", "entity": "甘肃", "value": 3},
    ]
    scheme, df = kh.Scheme.builtin("strong-science-provinces"), kh.datasets.load("china-provinces")
    lines = refused(scheme.assess, df, entity="province", period="year", targets=targets, lang="en")
    assert lines == [
        "the target rd_intensity is NaN, which is not a finite number",
        "the target rd_intensity / 甘肃 is given twice: 2 and 3; keep one",
        "the target rd_intensity / 甘蕭 is for 甘蕭, an entity that the data lack; the nearest is 甘肃",
    ]
    refused(kh.plan.progress, result, [{"indicator": "rd_intensity", "entity": "nobody", "value": 2}], counting="level")
    assert refused(kh.plan.progress, result, [{"indicator": "rd_intensity", "value": "lots"}]) == [
        "targets[0].value is 'lots'; expected a number"
    ]


def test_arguments_of_the_wrong_kind_are_named_with_what_is_expected():
    data = kh.datasets.load("china-provinces")
    result = kh.Scheme.builtin("strong-science-provinces").assess(data, entity="province", period="year")
    ask = ("甘肃", 2022, "hitech_density")
    wrong = {
        r"goal.rank is 1.5; expected a whole number": lambda: result.needed(*ask, rank=1.5),
        r'goal.score is "a"; expected a number': lambda: result.needed(*ask, score="a"),
        r"others is fixed, growth, trend, best, trend:PERIODS such as trend:5, or given numbers, not 'x'": lambda: (
            result.needed(*ask, rank=1, others="x")
        ),
        r"levers\[0\] lacks cost": lambda: result.cheapest("甘肃", 2022, [{"variable": "rd"}], rank=1),
        r'\[0\].top is "x"; expected a whole number': lambda: kh.plan.awards(
            result, [{"award": "a", "top": "x", "amount": 1}]
        ),
        r"points is 'x'; expected a number": lambda: result.next_points("甘肃", 2022, points="x"),
        r"weights is a dict, not \[1\]": lambda: result.what_if(weights=[1]),
    }
    for says, call in wrong.items():
        with pytest.raises(kh.KaoheError, match=says):
            call()

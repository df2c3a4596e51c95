"""What people see of schemes drawn at random: a chart or a page, or an error that says why there is none."""

import contextlib
import json

import pytest

import kaohe as kh
from kaohe.app.answering import Answering
from reference.draw import Case

pytest.importorskip("altair")

# In 7 and 27 nobody has a rank in any period, in 26 somebody has a score and no number that is scored.
SEEDS = (7, 26, 27)


@pytest.fixture(scope="module", params=SEEDS)
def result(request: pytest.FixtureRequest) -> kh.Result:
    case = Case(request.param)
    name = case.period_name
    keys = {"entity": "entity", "period": "period", "member": "member"}
    return kh.Scheme.from_dict(case.scheme).assess(case.data(name), members=case.members(name), **keys)


def test_a_chart_or_an_error_that_says_why(result: kh.Result) -> None:
    entity, plot = result.entities[0], result.plot
    draws = [plot.ranking, plot.flow, plot.trend, plot.contributions, plot.marginal, plot.framework, plot.correlations]
    draws += [lambda of=of: of(entity) for of in (plot.gaps, plot.bridge, plot.profile, plot.marginal)]
    draws += [lambda name=name: plot.rule(name) for name in result.scheme.indicators]
    drawn = 0
    for draw in draws:
        # Any other error ends the test.
        with contextlib.suppress(kh.ArgumentError, kh.DataError):
            assert draw().to_dict()
            drawn += 1
    assert drawn > 0


def test_the_live_page_answers(result: kh.Result) -> None:
    asked, entity = Answering(result, "zh"), str(result.entities[0])
    indicator = result.scheme.indicators[0]
    for state in ({}, {"entity": entity}, {"entity": entity, "out": [indicator]}):
        for ask in ("start", "view"):
            reply = asked.reply({"ask": ask, "state": state})
            # An indicator that cannot be left out is an error in words; nothing else is.
            assert "error" not in reply or "out" in state
            json.dumps(reply, allow_nan=False)

"""A result under changed data and weights is what a fresh assessment gives."""

import pickle

import pytest

import kaohe as kh

NAMES = {"entity": "province", "period": "year"}


@pytest.fixture(scope="module")
def result():
    data = kh.datasets.load("china-provinces")
    return kh.Scheme.builtin("strong-science-provinces").assess(data, **NAMES)


def _fresh(result, scheme, changes=()):
    data = kh.datasets.load("china-provinces")
    for change in changes:
        row = (data["province"] == change["entity"]) & (data["year"] == change["period"])
        data[change["variable"]] = data[change["variable"]].astype(float).mask(row, change["value"])
    return scheme.assess(data, **NAMES)


def test_other_weights(result):
    heavier = result.what_if(weights={"rd_intensity": 40})
    document = result.scheme.document
    for indicator in document["indicator"]:
        if indicator["id"] == "rd_intensity":
            indicator["weight"] = 40
    fresh = _fresh(result, kh.Scheme.from_dict(document))
    assert heavier.points.equals(fresh.points)
    assert heavier.fingerprint == fresh.fingerprint != result.fingerprint
    assert result.scheme.diff(heavier.scheme)


def test_data_and_weights_together_and_one_after_the_other(result):
    changes = [{"entity": "甘肃", "period": 2022, "variable": "hitech", "value": 3000}]
    both = result.what_if(changes, weights={"fiscal_share": 30}, leave_out=["contract_share"])
    chain = result.what_if(changes).what_if(leave_out=["contract_share"]).what_if(weights={"fiscal_share": 30})
    assert both.points.equals(chain.points)
    assert both.points.equals(_fresh(result, both.scheme, changes).points)
    assert (both.points["contract_share"].fillna(0) == 0).all()


def test_an_edited_result_pickles(result):
    edited = result.what_if(
        [{"entity": "甘肃", "period": 2022, "variable": "hitech", "value": 3000}], weights={"fiscal_share": 30}
    ).what_if(leave_out=["contract_share"])
    again = pickle.loads(pickle.dumps(edited))
    assert again.points.equals(edited.points)
    assert again.fingerprint == edited.fingerprint


def test_what_cannot_be_changed_is_named(result):
    with pytest.raises(kh.DataError, match=r"rd_intensty.*nearest is rd_intensity"):
        result.what_if(weights={"rd_intensty": 3})
    with pytest.raises(kh.DataError, match=r"negative|below"):
        result.what_if(weights={"rd_intensity": -3})

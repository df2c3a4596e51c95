"""References that were taken from one table and measure another."""

import copy
import json
import pickle

import pandas as pd
import polars as pl
import pytest

import kaohe as kh

COLUMNS = ["indicator", "part", "period", "class", "anchor", "value", "set_by", "of"]


@pytest.fixture(scope="module")
def df():
    return kh.datasets.load("china-provinces")


@pytest.fixture(scope="module")
def scheme():
    return kh.Scheme.builtin("strong-science-provinces")


@pytest.fixture(scope="module")
def references(df, scheme):
    return scheme.references(df, entity="province", period="year")


def assess(scheme, table, **kwargs):
    return scheme.assess(table, entity="province", period="year", **kwargs)


def test_against_their_own_table_everything_is_the_same(df, scheme, references):
    whole, again = assess(scheme, df), assess(scheme, df, references=references)
    for table in ("values", "scores", "points", "totals", "flags"):
        pd.testing.assert_frame_equal(getattr(again, table), getattr(whole, table), check_exact=True)
    assert again.explain("甘肃", 2022).to_markdown() == whole.explain("甘肃", 2022).to_markdown()


def test_rows_alone_are_measured_by_all(df, scheme, references):
    whole = assess(scheme, df).points
    rows = df["province"].isin(["甘肃", "北京"])
    some = assess(scheme, df[rows], references=references)
    assert some.points["total"].tolist() == whole.loc[rows, "total"].tolist()
    assert some.ranking(2022)["rank"].tolist() == [1, 2]
    assert "西藏" in some.explain("甘肃", 2022, "rd_intensity").to_markdown()


def test_the_order_of_the_rows_and_the_kind_of_table_leave_no_trace(df, scheme, references):
    shuffled = df.sample(frac=1, random_state=1)
    assert scheme.references(shuffled, entity="province", period="year") == references
    polars = scheme.references(pl.from_pandas(df), entity="province", period="year")
    assert polars.to_json() == references.to_json()
    assert isinstance(polars.to_frame(), pl.DataFrame)


def test_table_of_anchors(references):
    table = references.to_frame()
    assert list(table.columns) == COLUMNS
    one = table[(table["indicator"] == "rd_intensity") & (table["part"] == "1") & (table["period"] == "2022")]
    assert one["set_by"].tolist() == ["西藏", "北京"]
    assert one["anchor"].tolist() == ["min", "max"]
    assert references.periods == ["2020", "2021", "2022"]
    assert repr(references).startswith("<References of strong-science-provinces")


@pytest.mark.parametrize("back", [lambda x: pickle.loads(pickle.dumps(x)), copy.copy, copy.deepcopy])
def test_they_copy_and_pickle(df, scheme, references, back):
    again = back(references)
    assert again == references
    assert hash(again) == hash(references)
    assert again.scheme == scheme
    assert again.fingerprint == scheme.fingerprint
    assert list(again.to_frame().columns) == COLUMNS
    result = back(assess(scheme, df.head(3), references=again))
    assert result.points["total"].tolist() == assess(scheme, df.head(3), references=references).points["total"].tolist()


def test_json_is_read_to_the_same_bits(references):
    text = references.to_json()
    assert json.loads(text)["fingerprint"] == references.scheme._core.fingerprint
    assert kh.References.from_json(text).to_json() == text


def test_what_if_goes_on_from_them(df, scheme, references):
    alone = assess(scheme, df[df["province"] == "甘肃"], references=references)
    more = alone.what_if([{"entity": "甘肃", "period": 2022, "variable": "rd", "value": 500}])
    assert more.points["total"].iloc[-1] > alone.points["total"].iloc[-1]
    assert alone.needed("甘肃", 2022, "rd_intensity", score=75).reachable
    alone.bridge("甘肃", since=2021, until=2022)


def test_another_scheme_is_refused_with_what_differs(df, scheme, references):
    other = kh.Scheme.from_toml(scheme.to_toml().replace("weight = 25", "weight = 30", 1))
    with pytest.raises(kh.DataError, match="indicator rd_intensity weight: 25 → 30") as error:
        assess(other, df, references=references)
    assert error.value.findings[0]["code"] == "references_scheme"
    with pytest.raises(kh.DataError, match="another scheme"):
        kh.Scheme.builtin("hdi").assess(df, entity="province", period="year", references=references)


def test_a_period_that_they_lack_is_named(df, scheme, references):
    later = df.assign(year=df["year"] + 1)
    with pytest.raises(kh.DataError, match="nothing for 2023"):
        assess(scheme, later, references=references)
    with pytest.raises(kh.DataError, match="参照里没有 2023"):
        assess(scheme, later, references=references, lang="zh")


def test_what_is_no_reference_is_refused(df, scheme):
    with pytest.raises(kh.KaoheError, match="found dict"):
        assess(scheme, df, references={})
    for text in ("", "{}", "[1]"):
        with pytest.raises(kh.DataError):
            kh.References.from_json(text)
    with pytest.raises(TypeError, match="make references with"):
        kh.References("x")


@pytest.fixture(scope="module")
def scorer(scheme, references):
    return scheme.scorer(references, entity="甘肃", period=2022)


def record_of(df, scorer, entity, year):
    rows = {lag: df[(df["province"] == entity) & (df["year"] == year - lag)].iloc[0] for lag in (0, 1)}
    return {n: rows[n.startswith("prev")][n[5:-1] if n.startswith("prev") else n] for n in scorer.inputs}


def test_a_record_gets_what_its_row_gets(df, scheme, references, scorer):
    whole = assess(scheme, df)
    ranks = whole.ranking(2022).set_index("province")["rank"]
    scores = whole.scores.set_index(["province", "year"])
    for entity in df["province"].unique():
        scored = scheme.scorer(references, entity=entity).score(record_of(df, scorer, entity, 2022))
        assert scored["total"] == scores.loc[(entity, 2022), "total"]
        assert scored["scores"] == pytest.approx(scores.loc[(entity, 2022)].drop("total").to_dict(), rel=1e-14)
        assert scored["rank_among_reference"] == ranks[entity]
        assert scored["missing"] == []


def test_inputs_are_named_and_may_come_as_a_list(df, scorer):
    assert scorer.inputs[:2] == ["gdp", "rd"]
    assert scorer.inputs[-1] == "prev(enterprises)"
    record = record_of(df, scorer, "甘肃", 2022)
    assert scorer.score(list(record.values())) == scorer.score(record)
    assert "prev(rd)" in repr(scorer)


def test_what_a_record_lacks_is_named(df, scorer):
    record = record_of(df, scorer, "甘肃", 2022)
    without = scorer.score({name: x for name, x in record.items() if not name.startswith("prev")})
    assert without["missing"][0] == "prev(gdp)"
    assert without["total"] is not None  # the part of the change is left out, and flagged where rows are assessed
    with pytest.raises(kh.DataError, match="gdp is missing"):
        scorer.score(record | {"gdp": None})


def test_what_is_no_record_is_refused(scheme, references, scorer):
    with pytest.raises(kh.ArgumentError, match="has no rdd"):
        scorer.score({"rdd": 1.0})
    with pytest.raises(kh.DataError, match="a record has 14 numbers, and 2 were given"):
        scorer.score([1.0, 2.0])
    with pytest.raises(kh.DataError, match="expected a number"):
        scorer.score({"rd": "many"})
    with pytest.raises(kh.DataError, match="nothing for 2030"):
        scheme.scorer(references, period=2030)
    with pytest.raises(kh.DataError, match="another scheme"):
        kh.Scheme.builtin("hdi").scorer(references)
    with pytest.raises(TypeError, match="does not pickle"):
        pickle.dumps(scorer)
    blended = kh.Scheme.from_toml(scheme.to_toml() + "\n[total.blend]\nearlier = 0.5\n")
    df = kh.datasets.load("china-provinces")
    kept = blended.references(df, entity="province", period="year")
    with pytest.raises(kh.DataError, match=r"total\.blend takes scores that the entity had"):
        blended.scorer(kept)


def test_batches_merge_to_the_whole(df, scheme, references):
    rows = df.sample(frac=1, random_state=3)
    parts = [scheme.partial(rows[k::3], entity="province", period="year") for k in range(3)]
    sent = [pickle.loads(pickle.dumps(part)) for part in parts]
    a, b, c = sent
    assert len(a.merge(b)) == len(a) + len(b)
    assert c.merge(a).merge(b).finish() == references
    assert pickle.loads(pickle.dumps(b.merge(c))).merge(a).finish().to_json() == references.to_json()
    with pytest.raises(kh.DataError, match="appears twice"):
        a.merge(a).finish()
    other = kh.Scheme.from_toml(scheme.to_toml().replace("weight = 25", "weight = 30", 1))
    with pytest.raises(kh.DataError, match="weight: 25 → 30"):
        a.merge(other.partial(df, entity="province", period="year"))
    targets = [{"indicator": "rd_intensity", "value": 3}]
    aimed = scheme.partial(df, entity="province", period="year", targets=targets)
    with pytest.raises(kh.DataError, match="different targets"):
        a.merge(aimed)
    with pytest.raises(kh.DataError, match="no column rd"):
        scheme.partial(df.drop(columns="rd"), entity="province", period="year")

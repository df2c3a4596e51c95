"""A table of members: every kind of table, batches, the command line, and what is wrong with them."""

from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import kaohe as kh
from kaohe.cli import main

SCHEME = """
kaohe = 1
id = "balanced"
[members]
unit = "所"
variable = [{ id = "pupils", unit = "人" }, { id = "books", unit = "册" }]
[[indicator]]
id = "cv"
formula = "members.cv(books / pupils, weight = pupils)"
unit = "1"
round = { digits = 2 }
points = { rule = "linear", low = 1, high = 0 }
direction = "negative"
[[indicator]]
id = "growth"
formula = "growth(members.sum(books))"
unit = "%"
missing = "skip"
points = { rule = "linear", low = 0, high = 100 }
"""

COUNTIES = pd.DataFrame({"county": ["甲县", "乙县"] * 2, "year": [2022, 2022, 2023, 2023]})
BELOW = {
    "county": ["甲县"] * 5 + ["乙县"] * 2,
    "school": ["一小", "二小", "三小", "四小", "五小", "一小", "二小"],
    "pupils": [45, 37, 89, 76, 55, 100, 100],
    "books": [279, 137, 935, 160, 402, 1000, 1500],
}
SCHOOLS = pd.concat(
    [pd.DataFrame(BELOW).assign(year=year, books=lambda t, k=k: t["books"] * k) for year, k in ((2022, 1), (2023, 2))],
    ignore_index=True,
)
KEYS = {"entity": "county", "period": "year"}


@pytest.fixture(scope="module")
def scheme() -> kh.Scheme:
    return kh.Scheme.from_toml(SCHEME)


def shown(result: kh.Result) -> dict:
    return {name: result.values[name].tolist() for name in ("cv", "growth")}


def batches(size: int) -> pa.RecordBatchReader:
    table = pa.Table.from_pandas(SCHOOLS)
    return pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=size))


@pytest.mark.parametrize(
    "members",
    [
        lambda: SCHOOLS,
        lambda: SCHOOLS.sample(frac=1, random_state=3),
        lambda: pl.DataFrame(SCHOOLS.to_dict("list")),
        lambda: pa.Table.from_pandas(SCHOOLS),
        lambda: SCHOOLS.to_dict("list"),
        lambda: batches(1),
        lambda: batches(4),
        lambda: iter([SCHOOLS[:3], SCHOOLS[3:]]),
    ],
)
def test_every_kind_of_table_gives_the_same(scheme: kh.Scheme, members) -> None:
    result = scheme.assess(COUNTIES, **KEYS, members=members(), member="school")
    found = shown(result)
    assert found["cv"] == [0.52, 0.2, 0.52, 0.2]
    assert found["growth"][2:] == [100.0, 100.0]


def test_the_scheme_says_what_it_reads(scheme: kh.Scheme) -> None:
    assert scheme.variables == []
    assert scheme.member_variables == ["pupils", "books"]
    assert scheme.statistics == ["members.cv(books / pupils, weight = pupils)", "members.sum(books)"]


def test_references_and_batches_of_entities(scheme: kh.Scheme) -> None:
    references = scheme.references(COUNTIES, **KEYS, members=SCHOOLS, member="school")
    parts = []
    for county in ("乙县", "甲县"):
        rows, below = (table[table["county"] == county] for table in (COUNTIES, SCHOOLS))
        parts.append(scheme.partial(rows, **KEYS, members=below, member="school"))
    assert parts[0].merge(parts[1]).finish() == references


def test_explain_goes_down_to_the_members(scheme: kh.Scheme) -> None:
    result = scheme.assess(COUNTIES, **KEYS, members=SCHOOLS, member="school")
    said = str(result.explain("甲县", 2022, "cv"))
    assert "√(Σ w (x − x̄)² ÷ Σ w) ÷ x̄, n = 5 (members)" in said
    assert "books / pupils = 160 册 / 76 人" in said
    # The school that moves it most comes first.
    assert said.index("三小") < said.index("一小")


def test_what_is_wrong_is_listed(scheme: kh.Scheme) -> None:
    wrong = SCHOOLS.astype({"books": object}).copy()
    wrong.loc[0, "books"] = "many"
    wrong.loc[1, "county"] = "丁县"
    wrong.loc[3, "school"] = "三小"
    found = scheme.check(COUNTIES, **KEYS, members=wrong, member="school")
    assert set(found.loc[found["severity"] == "error", "code"]) == {"number_is_text", "member_of_nobody"}
    found = scheme.check(COUNTIES, **KEYS, members=SCHOOLS.assign(school="一小"), member="school")
    assert found.loc[0, "code"] == "member_twice"
    found = scheme.check(COUNTIES, **KEYS)
    assert found.loc[found["severity"] == "error", "code"].tolist() == ["members_missing"]
    with pytest.raises(kh.DataError, match="pupil"):
        scheme.assess(COUNTIES, **KEYS, members=SCHOOLS.rename(columns={"pupils": "pupil"}), member="school")
    with pytest.raises(kh.DataError, match="skool"):
        scheme.assess(COUNTIES, **KEYS, members=SCHOOLS, member="skool")
    with pytest.raises(kh.KaoheError, match="member is the name"):
        scheme.assess(COUNTIES, **KEYS, members=SCHOOLS, lang="en")
    with pytest.raises(kh.KaoheError, match="no \\[members\\] table"):
        kh.Scheme.builtin("hdi").assess(COUNTIES, **KEYS, members=SCHOOLS, member="school", lang="en")


def test_the_command_line_reads_members(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "scheme.toml").write_text(SCHEME, encoding="utf-8")
    COUNTIES.to_csv(tmp_path / "counties.csv", index=False)
    SCHOOLS.to_csv(tmp_path / "schools.csv", index=False)
    names = [str(tmp_path / name) for name in ("scheme.toml", "counties.csv")]
    below = ["--members", str(tmp_path / "schools.csv"), "--member", "school"]
    assert main(["explain", *names, "甲县", "--entity", "county", "--period", "year", *below, "--lang", "en"]) == 0
    assert "n = 5 (members)" in capsys.readouterr().out
    assert main(["check", *names, "--entity", "county", "--period", "year", *below, "--lang", "en"]) == 0


def test_questions_speak_of_the_statistic(scheme: kh.Scheme) -> None:
    result = scheme.assess(COUNTIES, **KEYS, members=SCHOOLS, member="school")
    cv = scheme.statistics[0]
    answer = result.needed("甲县", 2023, "cv", rank=1)
    assert answer.variable == cv
    reached = result.what_if([{"entity": "甲县", "period": 2023, "variable": cv, "value": answer.value}])
    assert "甲县" in str(reached)
    assert result.next_points("甲县", 2023)
    assert result.marginal("甲县", 2023)

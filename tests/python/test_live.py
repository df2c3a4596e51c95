"""The page that answers, without a browser: what is asked is answered as a fresh assessment would be, or refused."""

import http.client
import json
import re
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import pytest

import kaohe as kh
from kaohe.app.answering import Answering
from kaohe.app.board import PAGE
from kaohe.app.server import Page

NAMES = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "=cmd|' /C calc'!A0", "考" * 100, "🙂\n\x00"]
SMALL = """
kaohe = 1
id = "small"
variable = [{ id = "a", unit = "亿元" }, { id = "b", unit = "家" }]
[[indicator]]
id = "i"
formula = "a"
unit = "亿元"
points = { rule = "linear", low = 0, high = 9 }
[[indicator]]
id = "j"
formula = "b"
unit = "家"
points = { rule = "linear", low = 0, high = 9 }
"""


@pytest.fixture(scope="module")
def df() -> pd.DataFrame:
    return kh.datasets.load("china-provinces")


@pytest.fixture(scope="module")
def result(df: pd.DataFrame) -> kh.Result:
    return kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")


@pytest.fixture(scope="module")
def answering(result: kh.Result) -> Answering:
    return Answering(result, "en")


def small(**more) -> dict:
    return {"city": ["甲", "乙", "丙"], "a": [1.0, 2.0, 3.0], "b": [3.0, 4.0, 1.0], **more}


def seen(answering: Answering, ask: str = "view", /, **state):
    return answering.reply({"ask": ask, "state": state})


def test_what_is_changed_is_what_a_fresh_assessment_gives(df, answering):
    data = df.copy()
    data.loc[(data["province"] == "甘肃") & (data["year"] == 2022), "hitech"] = 3000
    document = kh.Scheme.builtin("strong-science-provinces").document
    document["indicator"][0]["weight"], document["indicator"][1]["weight"] = 40, 0
    fresh = kh.Scheme.from_dict(document).assess(data, entity="province", period="year").ranking(2022)
    state = {"weights": {"rd_intensity": "40"}, "out": ["fiscal_share"], "data": [["甘肃", "2022", "hitech", "3,000"]]}
    view = seen(answering, entity="甘肃", **state)
    assert [row[0] for row in view["rows"]] == fresh["province"].tolist()
    assert [row[2] for row in view["rows"]] == fresh["rank"].astype(str).tolist()
    assert [row[4] for row in view["rows"]] == [f"{total:.2f}" for total in fresh["total"]]
    assert ["3,000", "1,731"] in view["data"]
    assert [change[1] for change in view["changes"]] == [
        "R&D intensity: weight 25 → 40",
        "left out: Share of science and technology in the budget",
        "甘肃 2022: High-tech enterprises is 3,000 家",
    ]


def test_what_moved_is_told_beside_what_was_opened(result, answering):
    before = result.ranking(2022).set_index("province")
    after = result.what_if(weights={"rd_intensity": 60}).ranking(2022).set_index("province")
    for name, _, _, _, _, moved, climbed, *_ in seen(answering, weights={"rd_intensity": 60})["rows"]:
        total = round(after["total"][name] - before["total"][name], 2)
        assert moved == (f"{total:+.2f}".replace("-", "−") if total else "")
        rank = before["rank"][name] - after["rank"][name]
        assert climbed == (f"{rank:+d}".replace("-", "−") if rank else "")
    assert not any(row[5] or row[6] for row in seen(answering)["rows"])


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"entity": "甘素"}, "there is no entity 甘素"),
        ({"period": "1999"}, "1999"),
        ({"lang": "fr"}, "lang is 'zh' or 'en', not 'fr'"),
        ({"weights": {"rd_intensity": "-1"}}, "must not be negative"),
        ({"weights": {"nope": "1"}}, "there is no indicator or group nope"),
        (
            {"weights": dict.fromkeys(["rd_intensity", "fiscal_share", "contract_share", "hitech_density"], "0")},
            "all 0",
        ),
        ({"data": [["甘肃", "2022", "rd", "nan"]]}, "'nan' is not a number"),
        ({"data": [["甘肃", "2022", "rd", "1e999"]]}, "'1e999' is not a number"),
        ({"data": [["甘肃", "2022", "rd", "1_000"]]}, "'1_000' is not a number"),
        ({"data": [["甘肃", "2022", "rd", "12,34"]]}, "'12,34' is not a number"),
        ({"data": [["甘肃", "2022", "gdp", "0"]]}, "rd_intensity of 甘肃"),
        ({"data": [["甘肃", "2022", "nope", "1"]]}, "there is no variable nope"),
        ({"data": [["甘肃", "2022", "rd"]]}, "cannot read data of the state"),
        ({"data": "x"}, "cannot read data of the state: 'x'"),
        ({"weights": [1]}, r"cannot read weights of the state: \[1\]"),
        ({"other": 1}, "a state has no other"),
    ],
)
def test_what_cannot_be_is_said(answering, state, said):
    assert re.search(said, seen(answering, **state)["error"])


def test_what_is_wrong_is_said_in_the_language_of_the_page_alone(answering):
    state = {"lang": "zh", "data": [["甘肃", "2022", "rd", "十"]]}
    assert seen(answering, **state)["error"] == "甘肃 研究与试验发展（R&D）经费：'十' 不是数字"
    assert "权重不能是负数" in seen(answering, lang="zh", weights={"rd_intensity": "-1"})["error"]
    assert kh.get_lang() == "en"


@pytest.mark.parametrize(
    "message", [None, 3, [], {}, {"ask": "x"}, {"ask": "view", "state": 3}, {"ask": "save", "what": "x"}]
)
def test_odd_messages_are_answered(answering, message):
    assert answering.reply(message)["error"]


@pytest.mark.parametrize("of", ["edit", "gaps", "bridge", "next", "sure", "explain"])
def test_answers_are_the_cores_own(result, answering, of):
    state = {"entity": "甘肃", "weights": {"rd_intensity": "40"}, "lang": "zh"}
    reply = answering.reply({"ask": "answer", "of": of, "state": state})
    asked = result.what_if(weights={"rd_intensity": 40})
    whole = {
        "gaps": lambda: asked.gaps("甘肃", "2022"),
        "bridge": lambda: asked.bridge("甘肃", until="2022"),
        "next": lambda: asked.next_points("甘肃", "2022"),
        "explain": lambda: asked.explain("甘肃", "2022"),
    }
    assert "<style>" not in reply["html"]
    if of in whole:
        assert reply["html"] == re.sub("<style>.*?</style>", "", whole[of]().to_html(lang="zh"), flags=re.S)
    assert (reply["figure"] or "<svg").startswith("<svg")


def test_what_it_takes(result, answering):
    asked = {"ask": "answer", "of": "needed", "what": "hitech_density", "goal": "18", "state": {"entity": "甘肃"}}
    said = result.needed("甘肃", "2022", "hitech_density", rank=18).sentences("en")[0]
    assert said in answering.reply(asked)["html"]
    assert answering.reply({**asked, "goal": "1.5"})["error"] == "a rank is whole, not 1.5"
    assert answering.reply({**asked, "goal": ""})["error"] == "Rank to reach: '' is not a number"


def test_files_are_handed_over(answering, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    state = {"weights": {"rd_intensity": "40"}, "data": [["甘肃", "2022", "hitech", "3000"]]}
    files = {
        w: answering.reply({"ask": "save", "what": w, "state": state})["text"] for w in ("scheme", "data", "ranking")
    }
    (tmp_path / "data.csv").write_text(files["data"], encoding="utf-8")
    again = kh.Scheme.from_toml(files["scheme"]).assess(
        pd.read_csv(tmp_path / "data.csv"), entity="province", period="year"
    )
    view = seen(answering, **state)
    assert [row[4] for row in view["rows"]] == [f"{total:.2f}" for total in again.ranking(2022)["total"]]
    assert [path.name for path in tmp_path.iterdir()] == ["data.csv"]


def test_a_scheme_without_periods_and_with_one_entity():
    scheme = kh.Scheme.from_toml(SMALL)
    one = Answering(scheme.assess({"city": ["甲"], "a": [1.0], "b": [3.0]}, entity="city"))
    assert seen(one, "start")["periods"] == []
    view = seen(one, entity="甲", data=[["甲", None, "a", "4.5"]])
    assert view["period"] is None
    assert view["data"] == [["4.5", "1"], ["3", ""]]
    for of in ("edit", "gaps", "bridge", "next", "sure", "explain"):
        reply = one.reply({"ask": "answer", "of": of, "state": {"entity": "甲", "weights": {"i": "2"}}})
        assert reply.get("html") or reply["error"]


def test_classes_and_computed_weights():
    classed = SMALL.replace('id = "small"', 'id = "small"\nclass_column = "kind"')
    scheme = kh.Scheme.from_toml(classed + '[[class]]\nid = "A"\nweights = { i = 3, j = 1 }\n[[class]]\nid = "B"\n')
    asked = Answering(scheme.assess(small(kind=["A", "A", "B"]), entity="city"))
    assert [row[1] for row in seen(asked)["rows"]] == ["A", "A", "B"]
    assert [node[4] for node in seen(asked, entity="甲")["nodes"]] == [True, True]
    assert [node[:2] for node in seen(asked, entity="丙", weights={"i": "3"})["nodes"]] == [["3", "75%"], ["1", "25%"]]
    scheme = kh.Scheme.from_toml(SMALL + '[total]\nweights = "standard_deviation"\n')
    asked = Answering(scheme.assess(small(), entity="city"))
    assert [node["computed"] for node in seen(asked, "start")["nodes"]] == [True, True]
    assert "is computed in total from the scores" in seen(asked, weights={"i": "3"})["error"]
    assert seen(asked, out=["i"])["nodes"][1][1] == "100%"


def test_weights_that_are_tried_need_not_sum_to_what_is_declared():
    points = {"rule": "formula", "formula": "x"}
    document = {"kaohe": 1, "id": "t", "variable": [{"id": v, "unit": "1"} for v in "ab"], "weights_sum": 100}
    document["indicator"] = [{"id": f"i{v}", "formula": v, "unit": "1", "weight": 50, "points": points} for v in "ab"]
    document["class"] = [
        {"id": "A", "entities": ["x"]},
        {"id": "B", "entities": ["y"], "weights": {"ia": 90, "ib": 10}},
    ]
    df = pd.DataFrame({"e": ["x", "y"], "a": [10.0, 20.0], "b": [90.0, 80.0]})
    answering = Answering(kh.Scheme.from_dict(document).assess(df, entity="e"))
    heavier = seen(answering, weights={"ia": "150"})
    assert [row[4] for row in heavier["rows"]] == ["30", "26"]
    assert [node[0] for node in heavier["nodes"]] == ["150", "50"]
    assert [node[0] for node in seen(answering, entity="y", weights={"ia": "150"})["nodes"]] == ["90", "10"]
    # What is left out counts in no class, whatever weight that gives it.
    assert [row[4] for row in seen(answering, out=["ia"])["rows"]] == ["90", "80"]


def test_of_thousands_a_part_is_sent():
    count = 3_000
    rng = np.random.default_rng(1)
    data = {"city": [f"县{k}" for k in range(count)], "a": rng.random(count), "b": rng.random(count)}
    asked = Answering(kh.Scheme.from_toml(SMALL).assess(data, entity="city"))
    view = seen(asked)
    assert (len(view["rows"]), view["found"], view["count"]) == (PAGE, count, count)
    last = asked.base.ranking()["city"].iloc[-1]
    at = asked.reply({"ask": "view", "from": "chosen", "state": {"entity": last}})
    assert last in [row[0] for row in at["rows"]]
    found = asked.reply({"ask": "view", "find": "县299", "state": {}})
    assert {row[0] for row in found["rows"]} == {"县299", *(f"县299{k}" for k in range(10))}
    assert asked.reply({"ask": "view", "find": "无", "state": {}})["rows"] == []


def test_hostile_names_stay_texts():
    data = {"city": NAMES, "a": [1.0, 2, 3, 4, 5], "b": [5.0, 4, 3, 2, 1]}
    asked = Answering(kh.Scheme.from_toml(SMALL).assess(data, entity="city"), "zh")
    for name in seen(asked, "start")["entities"]:
        for of in ("gaps", "next", "sure", "explain"):
            laid_out = asked.reply({"ask": "answer", "of": of, "state": {"entity": name}})["html"]
            assert "<script" not in laid_out
            assert "<img" not in laid_out


@pytest.fixture(scope="module")
def page(result):
    with result.open(browser=False, lang="zh") as opened:
        yield opened


def asked_of(page: Page, method: str, path: str, body: str | None = None, **headers: str):
    url = urlsplit(page.url)
    line = http.client.HTTPConnection("127.0.0.1", url.port, timeout=10)
    line.request(method, path.replace("TOKEN", url.path.strip("/")), body, {"Host": url.netloc, **headers})
    reply = line.getresponse()
    content = reply.read().decode("utf-8")
    line.close()
    return reply.status, content, reply.headers


def test_the_page_and_what_it_is_made_of(page):
    for name in ("", "page.js", "explore.js", "style.css"):
        status, content, headers = asked_of(page, "GET", f"/TOKEN/{name}")
        assert status == 200
        assert content
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
        assert headers["Referrer-Policy"] == "no-referrer"
    assert "<script>" not in asked_of(page, "GET", "/TOKEN/")[1]


def test_who_is_not_let_in(page):
    port = urlsplit(page.url).port
    json_type = {"Content-Type": "application/json"}
    own = {"Origin": f"http://127.0.0.1:{port}", **json_type}
    body = json.dumps({"ask": "view", "state": {}})
    assert asked_of(page, "POST", "/TOKEN/ask", body, **own)[0] == 200
    assert asked_of(page, "GET", "/TOKEN/", Host=f"localhost:{port}")[0] == 200
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1", f"127.0.0.1:{port + 1}", ""):
        assert asked_of(page, "GET", "/TOKEN/", Host=host)[0] == 403
    for origin in ({}, {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": f"https://127.0.0.1:{port}"}):
        assert asked_of(page, "POST", "/TOKEN/ask", body, **json_type, **origin)[0] == 403
    for path in ("/", "/x/", "/TOKEN", "/TOKEN/nope", "/TOKEN/../page.js", "/explore.js"):
        assert asked_of(page, "GET", path)[0] == 404
    assert asked_of(page, "POST", "/x/ask", body, **own)[0] == 404
    assert asked_of(page, "GET", "/TOKEN/ask")[0] in (404, 405)
    assert asked_of(page, "POST", "/TOKEN/ask", body, **{**own, "Content-Type": "text/plain"})[0] == 415
    assert asked_of(page, "POST", "/TOKEN/ask", "{", **own)[0] == 400
    assert asked_of(page, "POST", "/TOKEN/ask", " " * 1_000_001, **own)[0] == 413


def test_a_closed_page_is_gone_and_a_taken_port_is_named(result, page):
    with pytest.raises(kh.ArgumentError, match="port is 0 to 65535, not 70000"):
        result.open(browser=False, port=70_000)
    with pytest.raises(kh.ArgumentError, match="cannot be used"):
        result.open(browser=False, port=urlsplit(page.url).port)
    other = result.open(browser=False)
    assert other.url != page.url
    other.close()
    with pytest.raises(OSError, match="refused"):
        asked_of(other, "GET", "/TOKEN/")


def test_what_is_not_installed_is_named(result, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(kh.ArgumentError, match=r"starlette, uvicorn: pip install 'kaohe\[app\]'"):
        result.open(browser=False)


def test_the_widget_answers_as_the_page_does(result, answering):
    widget = result.explore(lang="en", state={"weights": {"rd_intensity": 40}})
    sent = []
    widget.send = sent.append
    message = {"ask": "view", "state": widget.state}
    widget._handle_custom_msg({"id": "7", "message": message}, [])
    assert sent == [{"id": "7", "reply": answering.reply(message)}]
    assert widget.result.ranking(2022).equals(result.what_if(weights={"rd_intensity": 40}).ranking(2022))
    with pytest.raises(kh.ArgumentError, match="a state has no x"):
        result.explore(state={"x": 1})

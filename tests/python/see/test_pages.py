"""Pages in a real browser: no error, no request beyond the page's own, and what a person does with them."""

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest

import kaohe as kh
from kaohe.app.answering import Answering
from kaohe.app.server import source, style

NAMES = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "=cmd|' /C calc'!A0", "考" * 100, "🙂"]
SMALL = """
kaohe = 1
id = "small"
title = "<b>x</b>"
variable = [{ id = "a", unit = "亿元" }, { id = "b", unit = "家" }]
[[indicator]]
id = "i"
title = "<img src=x onerror=alert(2)>"
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
def df():
    return kh.datasets.load("china-provinces")


@pytest.fixture(scope="module")
def scheme():
    return kh.Scheme.builtin("strong-science-provinces")


@pytest.fixture(scope="module")
def result(df, scheme):
    return scheme.assess(df, entity="province", period="year")


class Watched:
    """A page whose errors, dialogs and requests are noted."""

    def __init__(self, browser, **how):
        self.context = browser.new_context(viewport={"width": 1480, "height": 1100}, **how)
        self.page = self.context.new_page()
        self.wrong, self.asked = [], []
        self.page.on("console", lambda m: self.wrong.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self.wrong.append(str(e)))
        self.page.on("dialog", lambda d: (self.wrong.append(f"dialog {d.message}"), d.dismiss()))
        self.page.on("request", lambda r: self.asked.append(r.url))

    def foreign(self, own):
        return [url for url in self.asked if not url.startswith((own, "data:", "blob:"))]

    def order(self):
        return self.page.locator(".ranking button.name").all_inner_texts()

    def settled(self):
        self.page.wait_for_selector(".ranking button.name")
        # What is typed is asked of once it rests; then the page says that it is waiting.
        self.page.wait_for_timeout(600)
        self.page.wait_for_selector('.kaohe-x[aria-busy="false"]')
        self.page.wait_for_load_state("networkidle")


@pytest.fixture
def watched(chromium):
    made = []

    def open_one(**how):
        made.append(Watched(chromium, **how))
        return made[-1]

    yield open_one
    for one in made:
        one.context.close()


@pytest.fixture(scope="module")
def live(result):
    with result.open(browser=False, lang="zh") as page:
        yield page


def totals(watched):
    return watched.page.locator(".ranking td.total").all_inner_texts()


def fresh(df, scheme, weights=(), data=()):
    document = scheme.document
    for item in document["indicator"]:
        item["weight"] = dict(weights).get(item["id"], item["weight"])
    changed = df.copy()
    for entity, period, variable, value in data:
        changed.loc[(changed["province"] == entity) & (changed["year"] == period), variable] = value
    ranking = kh.Scheme.from_dict(document).assess(changed, entity="province", period="year").ranking(2022)
    return ranking["province"].tolist(), [f"{total:.2f}" for total in ranking["total"]]


def test_a_weight_is_dragged_and_a_datum_typed(watched, live, df, scheme):
    one = watched()
    one.page.goto(live.url)
    one.settled()
    assert (one.order(), totals(one)) == fresh(df, scheme)
    slider = one.page.locator("input[type=range]").first
    box = slider.bounding_box()
    one.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    one.page.mouse.down()
    one.page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2, steps=12)
    one.page.mouse.up()
    slider.press("ArrowRight")
    one.settled()
    weight = float(slider.input_value())
    assert weight > 35
    assert (one.order(), totals(one)) == fresh(df, scheme, {"rd_intensity": weight})
    one.page.get_by_role("button", name="甘肃", exact=True).press("Enter")
    one.settled()
    one.page.locator("input[data-variable=hitech]").fill("9000")
    one.settled()
    data = [("甘肃", 2022, "hitech", 9000)]
    assert (one.order(), totals(one)) == fresh(df, scheme, {"rd_intensity": weight}, data)
    assert one.page.locator("tr.chosen button.name").inner_text() == "甘肃"
    link = one.page.url
    other = watched()
    other.page.goto(link)
    other.settled()
    assert (other.order(), totals(other)) == (one.order(), totals(one))
    assert other.page.locator(".changes li").count() == 2
    one.page.get_by_role("button", name="全部还原").click()
    one.settled()
    assert (one.order(), totals(one)) == fresh(df, scheme)
    for page in (one, other):
        assert page.wrong == []
        assert page.foreign(live.url) == []


def test_all_questions_are_answered_in_both_languages(watched, live):
    one = watched()
    state = {"entity": "甘肃", "weights": {"rd_intensity": "40"}, "open": ["edit", "gaps", "bridge", "next", "explain"]}
    one.page.goto(live.url + "#" + quote(json.dumps(state)))
    one.settled()
    for of in ("needed", "sure"):
        one.page.locator(f'details[data-of="{of}"] summary').first.click()
        one.page.locator(f'details[data-of="{of}"] button').click()
    one.settled()
    for of in ("edit", "gaps", "bridge", "next", "needed", "sure", "explain"):
        assert one.page.locator(f'details[data-of="{of}"] .kaohe-a').count() == 1, of
    one.page.get_by_role("button", name="English").click()
    one.settled()
    assert one.page.locator("h2").first.inner_text() == "Weights"
    assert one.wrong == []
    assert one.foreign(live.url) == []


def test_what_cannot_be_is_shown_and_leaves_the_page(watched, live, df, scheme):
    one = watched()
    one.page.goto(live.url + "#" + quote(json.dumps({"entity": "甘肃", "weights": {"rd_intensity": "-1"}})))
    one.page.wait_for_selector(".wrong:not([hidden])")
    assert "权重不能是负数" in one.page.locator(".wrong").first.inner_text()
    one.page.get_by_role("button", name="全部还原").click()
    one.settled()
    assert one.order() == fresh(df, scheme)[0]
    one.page.goto(live.url + "#%7Bx")
    one.page.reload()
    one.page.wait_for_selector(".wrong")
    one.page.get_by_role("button").click()
    one.settled()
    assert one.order() == fresh(df, scheme)[0]
    assert one.wrong == []


def test_hostile_names_do_no_harm(watched):
    data = {"city": NAMES, "a": [1.0, 2, 3, 4, 5], "b": [5.0, 4, 3, 2, 1]}
    with kh.Scheme.from_toml(SMALL).assess(data, entity="city").open(browser=False) as page:
        for name in NAMES:
            one = watched()
            state = {"entity": name, "data": [[name, None, "a", "2.5"]], "open": ["edit", "gaps", "next", "explain"]}
            one.page.goto(page.url + "#" + quote(json.dumps(state)))
            one.settled()
            assert sorted(one.order()) == sorted(NAMES)
            assert one.page.locator("img[onerror], main script, h1 b, h1 img").count() == 0
            assert one.wrong == []
            assert one.foreign(page.url) == []


def test_the_widget_with_a_model(watched, result, df, scheme):
    answering, one = Answering(result, "zh"), watched()
    one.page.expose_function("reply", lambda text: json.dumps(answering.reply(json.loads(text)), ensure_ascii=False))
    module = source("explore.js").replace("</", "<\\/")
    one.page.set_content(f"<style>{style()}</style><div id=here></div>")
    one.page.evaluate(
        """async (text) => {
          const url = URL.createObjectURL(new Blob([text], {type: "text/javascript"}));
          const widget = (await import(url)).default;
          const heard = {};
          const traits = {state: {weights: {rd_intensity: "40"}}};
          window.model = {
            traits, get: (k) => traits[k], set: (k, v) => { traits[k] = v; }, save_changes() {},
            on: (k, f) => { heard[k] = f; }, off() {},
            send: async ({id, message}) =>
              heard["msg:custom"]({id, reply: JSON.parse(await window.reply(JSON.stringify(message)))}),
            told: (state) => { traits.state = state; heard["change:state"](); },
          };
          widget.render({model: window.model, el: document.getElementById("here")});
        }""",
        module,
    )
    one.settled()
    assert (one.order(), totals(one)) == fresh(df, scheme, {"rd_intensity": 40})
    one.page.locator("input[type=range]").first.press("ArrowRight")
    one.settled()
    weight = float(one.page.evaluate("window.model.traits.state.weights.rd_intensity"))
    assert weight > 40
    assert (one.order(), totals(one)) == fresh(df, scheme, {"rd_intensity": weight})
    one.page.evaluate("window.model.told({period: '2021'})")
    one.settled()
    assert totals(one) == [f"{total:.2f}" for total in result.ranking(2021)["total"]]
    assert one.wrong == []


def test_the_report_and_three_charts(watched, result, tmp_path: Path):
    result.report(tmp_path / "report.html", lang="zh")
    kh.plot.save(result.plot.ranking(2022, lang="zh"), tmp_path / "ranking.html")
    kh.plot.save(result.plot.gaps("甘肃", 2022, lang="zh"), tmp_path / "gaps.html")
    kh.plot.save(result.plot.flow(lang="en"), tmp_path / "flow.html")
    for name in ("report", "ranking", "gaps", "flow"):
        one, own = watched(), (tmp_path / f"{name}.html").as_uri()
        one.page.goto(own)
        one.page.wait_for_selector("svg, canvas")
        one.page.wait_for_load_state("networkidle")
        assert one.wrong == []
        assert one.foreign(own) == []
    assert re.search("<svg", (tmp_path / "report.html").read_text(encoding="utf-8"))

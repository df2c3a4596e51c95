"""Charts of the method: correlations, the framework with its weights, sensitivity, progress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaohe.language import either, titled
from kaohe.plot.seen import Row, Seen
from kaohe.plot.style import BLUE, GREY, ORANGE, PALETTE, altair, finished

if TYPE_CHECKING:
    from kaohe.answer import Answer

__all__ = ["correlations", "framework", "progress", "sensitivity"]


def correlations(answer: Answer, lang: str | None) -> Any:
    """Return the matrix of correlations as colours, with the numbers where there is room."""
    alt, seen = altair(), Seen(answer, None, lang)
    names = list(dict.fromkeys([*seen.names("first"), *seen.names("second")]))
    cells = [{"a": r[a], "b": r[b], "r": r["correlation"], "p": r["p"]} for r in seen.rows for a, b in _BOTH]
    cells += [{"a": name, "b": name, "r": 1.0, "p": None} for name in names]
    side = max(18, min(56, 900 // len(names)))
    base = alt.Chart(alt.Data(values=cells)).encode(
        x=alt.X("a:N", sort=names, title=None, axis=alt.Axis(labelAngle=-40, orient="bottom")),
        y=alt.Y("b:N", sort=names, title=None),
        tooltip=[
            alt.Tooltip("a:N", title=seen.headings["first"]),
            alt.Tooltip("b:N", title=seen.headings["second"]),
            alt.Tooltip("r:Q", title=seen.headings["correlation"], format=".3f"),
            alt.Tooltip("p:Q", title=seen.headings["p"], format=".2~g"),
        ],
    )
    scale = alt.Scale(domain=[-1, 0, 1], range=[ORANGE, "#ffffff", BLUE], interpolate="lab")
    chart = base.mark_rect(stroke="white").encode(
        color=alt.Color("r:Q", scale=scale, title=seen.headings["correlation"])
    )
    if side >= 30:
        light = alt.condition("abs(datum.r) > 0.6", alt.value("white"), alt.value("#333333"))
        chart += base.mark_text(fontSize=11).encode(text=alt.Text("r:Q", format=".2f"), color=light)
    chart = chart.properties(width=alt.Step(side), height=alt.Step(side))
    return finished(chart, seen.title, seen.sentence)


_BOTH = (("first", "second"), ("second", "first"))


def framework(document: dict[str, Any], trees: list[tuple[list[str], dict[str, float]]], title: str, lang: str) -> Any:
    """Return the tree of a scheme, a column a level, each node as high as the part of the whole that it makes.

    `trees` has what the nodes make, and for which classes: with several, each has its classes above it.
    """
    drawn = [_tree(_boxes(document, shares, lang)) for _, shares in trees]
    if len(drawn) == 1:
        return finished(drawn[0], title)
    mark = either("、", ", ", lang)
    panels = [tree.properties(title=mark.join(names)) for tree, (names, _) in zip(drawn, trees, strict=True)]
    return finished(altair().vconcat(*panels), title)


def _tree(nodes: list[Row]) -> Any:
    alt = altair()
    deepest = max(node["level"] for node in nodes)
    height = max(260, 22 * sum(node["is_leaf"] for node in nodes))
    base = alt.Chart(alt.Data(values=nodes)).encode(
        x=alt.X("level:O", axis=None),
        y=alt.Y("low:Q", axis=None, scale=alt.Scale(reverse=True, nice=False)),
        tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("share:Q", format=".1%", title=" ")],
    )
    boxes = base.mark_rect(stroke="white", strokeWidth=2).encode(
        y2="high:Q", color=alt.Color("branch:N", legend=None, scale=alt.Scale(range=PALETTE)), opacity=alt.value(0.55)
    )
    texts = base.mark_text(fontSize=11, limit=270).encode(
        y=alt.Y("middle:Q", scale=alt.Scale(reverse=True, nice=False)), text="said:N"
    )
    return (boxes + texts).properties(width=280 * (deepest + 1), height=height)


def _boxes(document: dict[str, Any], shares: dict[str, float], lang: str) -> list[Row]:
    """Return where each node of the tree is drawn, from the top down in the order of the scheme."""
    nodes = [*document.get("group", []), *document["indicator"]]
    below: dict[str | None, list[dict[str, Any]]] = {}
    for node in nodes:
        below.setdefault(node.get("parent"), []).append(node)
    boxes: list[Row] = []

    def place(parent: str | None, level: int, low: float, branch: str | None) -> None:
        for node in below.get(parent, []):
            name, share = titled(node, lang), shares.get(node["id"], 0.0)
            box = {"name": name, "said": f"{name} {share:.1%}", "level": level, "share": share}
            box |= {"branch": branch or node["id"], "is_leaf": node["id"] not in below}
            boxes.append({**box, "low": low, "high": low + share, "middle": low + share / 2})
            place(node["id"], level + 1, low, branch or node["id"])
            low += share

    place(None, 0, 0.0, None)
    return boxes


def sensitivity(answer: Answer, lang: str | None) -> Any:
    """Return the first-order and the total index of each factor, with their intervals."""
    alt, seen = altair(), Seen(answer, None, lang)
    rows: list[Row] = []
    for row in seen.rows:
        for kind in ("first", "total"):
            if row[kind] is not None:
                ends = {"low": row.get(f"{kind}_low"), "high": row.get(f"{kind}_high")}
                rows.append({"factor": row["factor"], "kind": seen.headings[kind], "index": row[kind], **ends})
    order = sorted(
        {row["factor"] for row in rows}, key=lambda name: -max(r["index"] for r in rows if r["factor"] == name)
    )
    kinds = [seen.headings["first"], seen.headings["total"]]
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("factor:N", sort=order, title=None),
        yOffset=alt.YOffset("kind:N", sort=kinds),
        tooltip=[
            alt.Tooltip("factor:N", title=seen.headings["factor"]),
            alt.Tooltip("kind:N", title=" "),
            alt.Tooltip("index:Q", format=".3f", title=" "),
        ],
    )
    colour = alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=["#56B4E9", BLUE]))
    bars = base.mark_bar().encode(x=alt.X("index:Q", title=None), color=colour)
    whiskers = (
        base.transform_filter("isValid(datum.low)")
        .mark_rule(strokeWidth=1.5, color="#222222")
        .encode(x="low:Q", x2="high:Q")
    )
    return finished((bars + whiskers).properties(width=520, height=alt.Step(16)), seen.title, seen.sentence)


_LIGHTS = {"green": "#009E73", "yellow": "#E69F00", "red": ORANGE}


def progress(answer: Answer, lang: str | None) -> Any:
    """Return how much of each target is done, coloured by its light, with a tick at what the time of year asks for."""
    alt, seen = altair(), Seen(answer, None, lang)
    rows: list[Row] = []
    for row, ids in zip(seen.rows, seen.ids, strict=True):
        if row["progress"] is not None:
            who = " ".join(str(row[name]) for name in ("entity", "indicator") if row[name] is not None)
            rows.append({**row, "who": who, "colour": _LIGHTS.get(ids["light"], GREY)})
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("who:N", sort=[row["who"] for row in rows], title=None),
        tooltip=seen.tooltip(),
    )
    share = alt.X("progress:Q", title=seen.headings["progress"], axis=alt.Axis(format="%"))
    bars = base.mark_bar(height=13).encode(x=share, color=alt.Color("colour:N", scale=None))
    due = base.mark_tick(color="#222222", thickness=2, size=17).encode(x="elapsed:Q")
    return finished((bars + due).properties(width=520, height=alt.Step(20)), seen.title, seen.sentence)

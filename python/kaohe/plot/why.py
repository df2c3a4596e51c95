"""Charts of why: gaps, waterfalls, and one entity beside the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaohe.plot.seen import Row, Seen
from kaohe.plot.style import BLUE, GREY, ORANGE, altair, finished

if TYPE_CHECKING:
    from kaohe.answer import Answer

__all__ = ["contributions", "gaps", "profile", "waterfall", "worth"]

STEP, WIDE = 30, 520


def gaps(answer: Answer, lang: str | None) -> Any:
    """Return a bar an indicator, in points behind or ahead."""
    seen = Seen(answer, None, lang)
    return _signed(seen, "indicator", "points_gap")


def contributions(answer: Answer, lang: str | None) -> Any:
    """Return a bar for what each indicator makes of a total, of a distance, or of the spread of all totals."""
    return _signed(Seen(answer, None, lang), "item", "points")


def worth(answer: Answer, lang: str | None) -> Any:
    """Return what one per cent more of each variable gains: a bar each, or a row of colours an entity."""
    seen = Seen(answer, None, lang)
    if "entity" not in seen.headings:
        return _signed(seen, "variable", "per_percent")
    alt, names = altair(), seen.names("variable")
    rows = [row for row in seen.rows if row["per_percent"] is not None]
    rows = [{**row, "said": f"{row['per_percent']:+.2g}" if row["per_percent"] else "0"} for row in rows]
    axis = alt.Axis(orient="top", labelAngle=0, labelLimit=150)
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("variable:N", sort=names, title=seen.headings["per_percent"], axis=axis),
        y=alt.Y("entity:N", sort=seen.names("entity"), title=None),
        tooltip=seen.tooltip(),
    )
    most = max((abs(row["per_percent"]) for row in rows), default=0.0) or 1.0
    scale = alt.Scale(domain=[-most, 0, most], range=[ORANGE, "#ffffff", BLUE], interpolate="lab")
    # No legend: every cell has its number.
    colours = base.mark_rect(stroke="white").encode(color=alt.Color("per_percent:Q", scale=scale, legend=None))
    light = alt.condition(f"abs(datum.per_percent) > {0.6 * most}", alt.value("white"), alt.value("#333333"))
    texts = base.mark_text(fontSize=10).encode(text="said:N", color=light)
    width = max(48, min(150, 640 // len(names)))
    chart = (colours + texts).properties(width=alt.Step(width), height=alt.Step(18))
    return finished(chart, seen.title, seen.sentence)


def _signed(seen: Seen, name: str, number: str) -> Any:
    alt = altair()
    rows = [row for row in seen.rows if row[number] is not None]
    base = alt.Chart(alt.Data(values=[{**row, "said": f"{row[number]:+.3g}"} for row in rows])).encode(
        y=alt.Y(f"{name}:N", sort=[row[name] for row in rows], title=None),
        x=alt.X(f"{number}:Q", title=seen.headings[number], scale=alt.Scale(padding=44)),
        tooltip=seen.tooltip(),
    )
    bars = base.mark_bar(height=16).encode(
        color=alt.condition(f"datum.{number} < 0", alt.value(ORANGE), alt.value(BLUE))
    )
    ahead = (
        base.transform_filter(f"datum.{number} >= 0").mark_text(align="left", dx=4, fontSize=11).encode(text="said:N")
    )
    behind = (
        base.transform_filter(f"datum.{number} < 0").mark_text(align="right", dx=-4, fontSize=11).encode(text="said:N")
    )
    return finished((bars + ahead + behind).properties(width=WIDE, height=alt.Step(STEP)), seen.title, seen.sentence)


def waterfall(answer: Answer, lang: str | None, *, name: str, ends: tuple[str, str]) -> Any:
    """Return a step for each effect, from what a number was to what it is.

    `name` is the column of causes, `ends` are what the first and the last bar are called.
    """
    alt, seen = altair(), Seen(answer, None, lang)
    facts: dict[str, Any] = answer.to_dict()
    steps = _steps(seen.rows, name, (ends[0], facts["before"]), (ends[1], facts["after"]))
    order = [step["cause"] for step in steps]
    base = alt.Chart(alt.Data(values=steps)).encode(
        x=alt.X("cause:N", sort=order, title=None, axis=alt.Axis(labelAngle=-30)),
        tooltip=[
            alt.Tooltip("cause:N", title=seen.headings[name]),
            alt.Tooltip("said:N", title=seen.headings["effect"]),
        ],
    )
    low, high = (
        min(min(step["from"], step["to"]) for step in steps),
        max(max(step["from"], step["to"]) for step in steps),
    )
    room = (high - low) * 0.15 or abs(high) * 0.05 or 1.0
    scale = alt.Scale(domain=[low - room, high + room], zero=False, nice=False)
    y = alt.Y("from:Q", title=seen.headings["effect"], scale=scale)
    colour = alt.Color(
        "kind:N", legend=None, scale=alt.Scale(domain=["whole", "more", "less"], range=[GREY, BLUE, ORANGE])
    )
    effects = base.transform_filter("datum.kind != 'whole'").mark_bar(width=26).encode(y=y, y2="to:Q", color=colour)
    marks = (
        base.transform_filter("datum.kind == 'whole'")
        .mark_tick(thickness=4, width=34, color="#444444")
        .encode(y=alt.Y("to:Q", scale=scale))
    )
    texts = base.mark_text(dy=-9, fontSize=11).encode(y=alt.Y("top:Q", scale=scale), text="said:N")
    chart = (effects + marks + texts).properties(width=alt.Step(64), height=280)
    return finished(chart, seen.title, seen.sentence)


def _steps(rows: list[Row], name: str, first: tuple[str, float], last: tuple[str, float]) -> list[Row]:
    """Return the bars of a waterfall: where each starts and ends."""
    at = float(first[1])
    steps: list[Row] = [_whole(*first)]
    for row in rows:
        effect = row["effect"]
        if effect:
            more = "more" if effect > 0 else "less"
            ends = {"from": at, "to": at + effect, "top": max(at, at + effect)}
            steps.append({"cause": row[name], "said": f"{effect:+.3g}", "kind": more, **ends})
            at += effect
    return [*steps, _whole(*last)]


def _whole(name: str, number: float) -> Row:
    return {"cause": name, "said": f"{number:.4g}", "kind": "whole", "from": number, "to": number, "top": number}


def profile(answer: Answer, lang: str | None) -> Any:
    """Return the scores of an entity as dots, beside the mean and the best of all."""
    alt, seen = altair(), Seen(answer, None, lang)
    order = [row["node"] for row in seen.rows]
    kinds = {"best": GREY, "mean": "#444444", "score": BLUE}
    heading = {kind: seen.headings[kind] for kind in kinds}
    heading["score"] = str(answer.to_dict()["entity"])
    dots = [
        {**row, "kind": heading[kind], "x": row[kind]} for row in seen.rows for kind in kinds if row[kind] is not None
    ]
    scale = alt.Scale(domain=[heading[kind] for kind in kinds], range=list(kinds.values()))
    base = alt.Chart(alt.Data(values=dots)).encode(
        y=alt.Y("node:N", sort=order, title=None),
        x=alt.X("x:Q", title=seen.headings["score"], scale=alt.Scale(zero=False)),
        tooltip=seen.tooltip(),
    )
    spans = (
        alt.Chart(alt.Data(values=[row for row in seen.rows if row["score"] is not None]))
        .mark_rule(color="#cccccc")
        .encode(y=alt.Y("node:N", sort=order, title=None), x="score:Q", x2="best:Q")
    )
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=scale.domain, range=["diamond", "triangle-up", "circle"]))
    dotted = base.mark_point(filled=True, size=90, opacity=1).encode(
        color=alt.Color("kind:N", scale=scale), shape=shape
    )
    return finished((spans + dotted).properties(width=WIDE, height=alt.Step(STEP)), seen.title, seen.sentence)

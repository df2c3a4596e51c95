"""Charts of the course of things over the periods: ranks, and every indicator in a small chart of its own."""

from __future__ import annotations

from typing import Any

from kaohe.plot.standing import STEP
from kaohe.plot.style import PALETTE, altair, finished

__all__ = ["flow", "trend"]

# A line of those who are not meant, behind the others.
BEHIND = "#b8b8b8"


def _scale(rows: list[dict[str, Any]], shown: list[str]) -> Any:
    """Return the colours of all entities: those `shown` have one of their own."""
    colours = {name: PALETTE[k % len(PALETTE)] for k, name in enumerate(shown)}
    entities = list(dict.fromkeys(row["entity"] for row in rows))
    return altair().Scale(domain=entities, range=[colours.get(name, BEHIND) for name in entities])


def _ordered(rows: list[dict[str, Any]], shown: list[str]) -> list[dict[str, Any]]:
    """Return the rows with whether they are in colour; those are drawn last, above the others."""
    marked = [{**row, "is_shown": row["entity"] in shown} for row in rows]
    return sorted(marked, key=lambda row: row["is_shown"])


def flow(rows: list[dict[str, Any]], shown: list[str], headings: dict[str, str], title: str) -> Any:
    """Return a line an entity through its ranks, period by period; those `shown` in colour, all if there are few.

    `rows` has `entity, period, rank, total`.
    """
    alt = altair()
    periods = list(dict.fromkeys(row["period"] for row in rows))
    height = max(240, STEP * int(max(row["rank"] for row in rows)))
    base = alt.Chart(alt.Data(values=_ordered(rows, shown))).encode(
        x=alt.X("period:O", sort=periods, title=None, axis=alt.Axis(labelAngle=0, grid=False)),
        y=alt.Y(
            "rank:Q",
            scale=alt.Scale(reverse=True, zero=False, nice=False),
            title=headings["rank"],
            axis=alt.Axis(tickMinStep=1),
        ),
        color=alt.Color("entity:N", scale=_scale(rows, shown), legend=None),
        opacity=alt.condition("datum.is_shown", alt.value(1.0), alt.value(0.6)),
        tooltip=[alt.Tooltip(f"{name}:N", title=headings[name]) for name in ("entity", "period", "rank", "total")],
    )
    ends = base.transform_filter(alt.datum.period == periods[-1]).mark_text(align="left", dx=8, fontSize=11)
    lines = base.mark_line(strokeWidth=2, interpolate="monotone") + base.mark_circle(size=46)
    return finished(
        (lines + ends.encode(text="entity:N")).properties(width=max(240, 130 * len(periods)), height=height), title
    )


def trend(rows: list[dict[str, Any]], shown: list[str], headings: dict[str, str], title: str) -> Any:
    """Return a small chart an item, with a line an entity through the periods; each item has a scale of its own.

    `rows` has `entity, period, item, value`.
    """
    alt = altair()
    periods = list(dict.fromkeys(row["period"] for row in rows))
    items = list(dict.fromkeys(row["item"] for row in rows))
    base = alt.Chart().encode(
        x=alt.X("period:O", sort=periods, title=None, axis=alt.Axis(labelAngle=0, grid=False)),
        y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False)),
        # Who is drawn in grey has no place in the legend.
        color=alt.Color("entity:N", scale=_scale(rows, shown), legend=alt.Legend(title=None, values=shown)),
        detail="entity:N",
        opacity=alt.condition("datum.is_shown", alt.value(1.0), alt.value(0.45)),
        tooltip=[
            alt.Tooltip("entity:N", title=headings["entity"]),
            alt.Tooltip("period:N", title=headings["period"]),
            alt.Tooltip("value:Q", title=" ", format=",.4~f"),
        ],
    )
    lines = base.mark_line(strokeWidth=2) + base.mark_circle(size=30, opacity=1)
    panels = lines.properties(width=270, height=150).facet(
        facet=alt.Facet("item:N", sort=items, title=None, header=alt.Header(labelFontSize=12, labelLimit=270)),
        columns=min(len(items), 3 if len(items) > 4 else 2),
        data=alt.Data(values=_ordered(rows, shown)),
    )
    return finished(panels.resolve_scale(y="independent"), title)

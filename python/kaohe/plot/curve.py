"""The chart of a rule: how what it scores becomes points, and where everybody stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaohe.plot.seen import Row, Seen
from kaohe.plot.style import BLUE, ORANGE, altair, finished

if TYPE_CHECKING:
    from kaohe.answer import Answer

__all__ = ["curve"]

# A name covers so much of the width and of the height of a panel: those that others hide are under the pointer.
_WIDE, _HIGH = 0.13, 0.06


def _apart(dots: list[Row]) -> list[Row]:
    """Return those whose names do not hide each other: the highest and the lowest, then who has room."""
    if not dots:
        return []
    ordered = sorted(dots, key=lambda dot: dot["measure"])
    ends = {of: [dot[of] for dot in dots] for of in ("measure", "score")}
    span = {of: (max(all_of) - min(all_of)) or 1.0 for of, all_of in ends.items()}
    named: list[Row] = []
    for dot in [*ordered[:1], *ordered[:0:-1]]:
        away = ([abs(dot[of] - other[of]) / span[of] for of in ("measure", "score")] for other in named)
        if all(wide >= _WIDE or high >= _HIGH for wide, high in away):
            named.append(dot)
    return named


def curve(answer: Answer, lang: str | None) -> Any:
    """Return one panel a scored part: its curves, and a dot for everybody."""
    alt, seen = altair(), Seen(answer, None, lang)
    places = Seen(answer, "places", lang)
    panels = []
    for part in seen.names("part"):
        points = [row for row in seen.rows if row["part"] == part]
        dots = [row for row in places.rows if row["part"] == part and None not in (row["measure"], row["score"])]
        x = alt.X("measure:Q", title=part, scale=alt.Scale(zero=False, nice=False))
        y = alt.Y("score:Q", title=seen.headings["score"], scale=alt.Scale(zero=False))
        line = (
            alt.Chart(alt.Data(values=points))
            .mark_line(color=BLUE, strokeWidth=2)
            .encode(x=x, y=y, detail="curve:N", order="measure:Q")
        )
        base = alt.Chart(alt.Data(values=dots)).encode(x=x, y=y, tooltip=places.tooltip())
        panel = line + base.mark_circle(color=ORANGE, size=42, opacity=0.85)
        named = alt.Chart(alt.Data(values=_apart(dots))).encode(x=x, y=y, text="entity:N")
        panel += named.mark_text(align="left", dx=6, dy=-4, fontSize=10, color="#444444")
        panels.append(panel.properties(width=420, height=300))
    return finished(alt.hconcat(*panels) if len(panels) > 1 else panels[0], seen.title, seen.sentence)

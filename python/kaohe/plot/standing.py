"""Charts of who stands where: the ranking, and how sure it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaohe.language import either
from kaohe.plot.seen import Seen
from kaohe.plot.style import BLUE, GREY, ORANGE, PALETTE, altair, finished

if TYPE_CHECKING:
    from kaohe.answer import Answer

__all__ = ["intervals", "rank_sets", "ranking"]

# Height of a row of names: readable for a few, and for hundreds by scrolling.
STEP, WIDE = 18, 560


def ranking(seen: Seen, parts: list[dict[str, Any]]) -> Any:
    """Return a bar an entity, the best on top, made of the points of each indicator.

    `parts` has `entity, item, points` of each part of each total; the order of the items is that of the scheme.
    """
    alt = altair()
    names = [row["entity"] for row in seen.rows if row["rank"] is not None]
    items = list(dict.fromkeys(part["item"] for part in parts))
    totals = [row for row in seen.rows if row["entity"] in set(names)]
    y = alt.Y("entity:N", sort=names, title=None)
    bars = (
        alt.Chart(alt.Data(values=parts))
        .mark_bar()
        .encode(
            y=y,
            x=alt.X("points:Q", title=seen.headings["total"], stack="zero"),
            color=alt.Color("item:N", sort=items, scale=alt.Scale(domain=items, range=_colours(len(items)))),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("entity:N", title=seen.headings["entity"]),
                alt.Tooltip("item:N", title=" "),
                alt.Tooltip("points:Q", format=".2f", title=seen.headings["total"]),
            ],
        )
    )
    labels = (
        alt.Chart(alt.Data(values=[{**row, "said": f"{row['total']:g}"} for row in totals]))
        .mark_text(align="left", dx=4, fontSize=11, color="#333333")
        .encode(y=y, x="total:Q", text="said:N")
    )
    chart = alt.layer(bars, labels).properties(width=WIDE, height=alt.Step(STEP))
    return finished(chart, seen.heading or seen.title)


def _colours(count: int) -> list[str]:
    return [PALETTE[k % len(PALETTE)] for k in range(count)]


def intervals(answer: Answer, lang: str | None) -> Any:
    """Return each entity's ranks: whiskers from `low` to `high`, a bar between the quartiles, a dot at its rank."""
    seen = Seen(answer, None, lang)
    # The sentences speak of one entity each; the notes say what varied.
    seen.title, seen.sentence = (
        either("名次稳不稳", "How sure the ranks are", lang),
        either("；", "; ", lang).join(answer.notes(lang)),
    )
    return _between(seen, ("lower", "upper"), "median")


def rank_sets(answer: Answer, lang: str | None) -> Any:
    """Return the confidence set of each entity's rank, and a dot at its rank."""
    return _between(Seen(answer, None, lang), None, None)


def _between(seen: Seen, box: tuple[str, str] | None, middle: str | None) -> Any:
    alt = altair()
    rows = sorted(seen.rows, key=lambda row: row["rank"])
    name = next(iter(seen.headings))
    y = alt.Y(f"{name}:N", sort=[row[name] for row in rows], title=None)
    x = alt.X("low:Q", title=seen.headings["rank"], scale=alt.Scale(zero=False, nice=False))
    base = alt.Chart(alt.Data(values=rows)).encode(y=y, tooltip=seen.tooltip())
    layers = [base.mark_rule(color=GREY, strokeWidth=2).encode(x=x, x2="high:Q")]
    if box is not None:
        layers.append(base.mark_bar(color=BLUE, opacity=0.45, height=9).encode(x=f"{box[0]}:Q", x2=f"{box[1]}:Q"))
    if middle is not None:
        layers.append(base.mark_tick(color=BLUE, thickness=2, size=12).encode(x=f"{middle}:Q"))
    layers.append(base.mark_circle(color=ORANGE, size=50, opacity=1).encode(x="rank:Q"))
    return finished(alt.layer(*layers).properties(width=WIDE, height=alt.Step(STEP)), seen.title, seen.sentence)

"""Charts of results and answers (Altair; `pip install 'kaohe[plot]'`).

`result.plot.ranking()`, `answer.plot()`. Every number of a chart stands in a table of an answer: nothing is computed
here but where things are drawn. A chart shows in Jupyter, with what lies under the pointer; `save` writes it as a file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import narwhals as nw

from kaohe.errors import ArgumentError
from kaohe.language import either, get_lang
from kaohe.plot import curve, standing, structure, why
from kaohe.plot.seen import Seen
from kaohe.plot.style import save
from kaohe.records import text

if TYPE_CHECKING:
    from kaohe.answer import Answer
    from kaohe.result import Result

__all__ = ["Plots", "drawn", "save"]

# What draws an answer, by the name of its first table.
_CHARTS: dict[str, Callable[[Answer, str | None], Any]] = {
    "gaps": why.gaps,
    "contributions": why.contributions,
    "spread": why.contributions,
    "profile": why.profile,
    "drivers": lambda answer, lang: why.waterfall(answer, lang, name="driver", ends=_ends(answer)),
    "bridge": lambda answer, lang: why.waterfall(answer, lang, name="cause", ends=_ends(answer)),
    "robustness": standing.intervals,
    "rank_sets": standing.rank_sets,
    "sensitivity": structure.sensitivity,
    "correlations": structure.correlations,
    "progress": structure.progress,
    "curve": curve.curve,
}


def _ends(answer: Answer) -> tuple[str, str]:
    facts: dict[str, Any] = answer.to_dict()
    return str(facts["since"]), str(facts["until"])


def drawn(answer: Answer, lang: str | None = None) -> Any:
    """Return the chart of an answer.

    Raises
    ------
    ArgumentError
        An answer that has none, or nothing to draw; altair is not installed.
    """
    draw = _CHARTS.get(answer.tables[0])
    if draw is None:
        known = ", ".join(sorted(_CHARTS))
        raise ArgumentError(
            either(f"这一答案没有图；有图的是 {known}", f"this answer has no chart; those that have are {known}")
        )
    return draw(answer, lang)


class Plots:
    """The charts of a result: `result.plot`. Each takes what the question of its name takes, and `lang`."""

    def __init__(self, result: Result) -> None:
        self._result = result

    def ranking(self, period: Any = None, *, lang: str | None = None) -> Any:
        """Draw the ranking of a period: a bar an entity, made of the weighted points of each indicator.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> type(result.plot.ranking(2022)).__name__
        'LayerChart'
        """
        seen = Seen(self._result._ranked(period), None, lang)
        return standing.ranking(seen, self._parts(period, seen.headings))

    def _parts(self, period: Any, titles: dict[str, str]) -> list[dict[str, Any]]:
        """Return the weighted points of every indicator in a period, as the table of points has them."""
        points, indicators = self._result.points, self._result.scheme.indicators
        frame, key = nw.from_native(points, eager_only=True), self._result._asked.frame
        last = self._result.periods[-1] if self._result.periods else None
        when = text(last if period is None else period)
        parts = []
        for row in frame.iter_rows(named=True):
            if key.period is not None and text(row[key.period]) != when:
                continue
            for place, indicator in enumerate(indicators):
                if row[indicator] is not None and row[indicator] == row[indicator]:
                    part = {"entity": str(row[key.entity]), "item": titles.get(indicator, indicator)}
                    parts.append({**part, "points": row[indicator], "place": place})
        return parts

    def flow(self, entities: Sequence[Any] | None = None, *, lang: str | None = None) -> Any:
        """Draw how ranks move from period to period.

        Parameters
        ----------
        entities
            Who is drawn in colour; everybody if None and there are eight or fewer, else those best in the last period.
        """
        rows, known = [], self._result.entities
        for period in self._result.periods or [None]:
            seen = Seen(self._result._ranked(period), None, lang)
            part = (
                {"entity": r["entity"], "period": str(period or ""), "rank": r["rank"], "total": r["total"]}
                for r in seen.rows
            )
            rows += [row for row in part if row["rank"] is not None]
        best = [row["entity"] for row in seen.rows if row["rank"] is not None]
        shown = [str(e) for e in entities] if entities is not None else best[:8]
        strange = [name for name in shown if name not in map(str, known)]
        if strange:
            raise ArgumentError(either(f"没有考核对象 {strange[0]}", f"there is no entity {strange[0]}"))
        headings = {
            "period": either("时期", "period", lang),
            **{k: seen.headings[k] for k in ("entity", "rank", "total")},
        }
        return standing.flow(rows, shown, headings, self._result.scheme.title(lang))

    def gaps(self, entity: Any, period: Any = None, *, lang: str | None = None, **asked: Any) -> Any:
        """Draw how far an entity is from others, in points: see `Result.gaps`."""
        return drawn(self._result.gaps(entity, period, **asked), lang)

    def drivers(self, entity: Any, indicator: str, *, lang: str | None = None, **asked: Any) -> Any:
        """Draw why an indicator moved, as a waterfall: see `Result.drivers`."""
        return drawn(self._result.drivers(entity, indicator, **asked), lang)

    def bridge(self, entity: Any, *, lang: str | None = None, **asked: Any) -> Any:
        """Draw why a total moved, as a waterfall: see `Result.bridge`."""
        return drawn(self._result.bridge(entity, **asked), lang)

    def contributions(self, entity: Any = None, period: Any = None, *, lang: str | None = None, **asked: Any) -> Any:
        """Draw what makes up a total, a distance, or the spread of all totals: see `Result.contributions`."""
        return drawn(self._result.contributions(entity, period, **asked), lang)

    def profile(self, entity: Any, period: Any = None, *, lang: str | None = None) -> Any:
        """Draw the scores of an entity beside the mean and the best: see `Result.profile`."""
        return drawn(self._result.profile(entity, period), lang)

    def robustness(self, period: Any = None, *, lang: str | None = None, **asked: Any) -> Any:
        """Draw between which ranks each entity lies when what is uncertain varies: see `Result.robustness`."""
        return drawn(self._result.robustness(period, **asked), lang)

    def rank_sets(self, period: Any = None, *, lang: str | None = None, **asked: Any) -> Any:
        """Draw the confidence set of each rank: see `Result.rank_sets`."""
        return drawn(self._result.rank_sets(period, **asked), lang)

    def sensitivity(self, period: Any = None, *, lang: str | None = None, **asked: Any) -> Any:
        """Draw which factor the uncertainty of ranks comes from: see `Result.sensitivity`."""
        return drawn(self._result.sensitivity(period, **asked), lang)

    def correlations(self, *, lang: str | None = None, **asked: Any) -> Any:
        """Draw the correlations of indicators as a heat map: see `Result.correlations`."""
        return drawn(self._result.correlations(**asked), lang)

    def framework(self, *, lang: str | None = None) -> Any:
        """Draw the tree of the scheme with the part of the whole that each node makes in the last period."""
        weights = nw.from_native(self._result.weights, eager_only=True).iter_rows(named=True)
        shares = {str(row["node"]): float(row["effective"]) for row in weights}
        scheme = self._result.scheme
        return structure.framework(scheme.document, shares, scheme.title(lang), get_lang(lang))

    def rule(self, indicator: str, period: Any = None, *, lang: str | None = None) -> Any:
        """Draw how an indicator is scored, and where everybody stands: see `Result.curve`."""
        return drawn(self._result.curve(indicator, period), lang)

    def progress(self, targets: Any = None, *, lang: str | None = None, **asked: Any) -> Any:
        """Draw how much of each target is done, with lights: see `kaohe.plan.progress`."""
        from kaohe.plan import progress

        return drawn(progress(self._result, targets, **asked), lang)

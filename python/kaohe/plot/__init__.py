"""Charts of results and answers (Altair; `pip install 'kaohe[plot]'`).

`result.plot.ranking()`, `answer.plot()`. Every number of a chart stands in a table of an answer: nothing is computed
here but where things are drawn. A chart shows in Jupyter, with what lies under the pointer; `save` writes it as a file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import narwhals as nw

from kaohe.errors import ArgumentError
from kaohe.language import either, get_lang, titled
from kaohe.plot import course, curve, standing, structure, why
from kaohe.plot.seen import Seen, nothing
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
    "marginal": why.worth,
    "drivers": lambda answer, lang: why.waterfall(answer, lang, name="driver", ends=_ends(answer)),
    "bridge": lambda answer, lang: why.waterfall(answer, lang, name="cause", ends=_ends(answer)),
    "robustness": standing.intervals,
    "rank_sets": standing.rank_sets,
    "sensitivity": structure.sensitivity,
    "correlations": structure.correlations,
    "progress": structure.progress,
    "curve": curve.curve,
}


def _number(cell: Any) -> float | None:
    """Return a number, or None for one that is missing, which pandas has as NaN."""
    return None if cell is None or cell != cell else float(cell)


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
        table, indicators = self._result.points, self._result.scheme.indicators
        frame, key = nw.from_native(table, eager_only=True), self._result._asked.frame
        last = self._result.periods[-1] if self._result.periods else None
        when = text(last if period is None else period)
        parts = []
        for row in frame.iter_rows(named=True):
            if key.period is not None and text(row[key.period]) != when:
                continue
            for place, indicator in enumerate(indicators):
                points = _number(row[indicator])
                if points is not None:
                    part = {"entity": str(row[key.entity]), "item": titles.get(indicator, indicator)}
                    parts.append({**part, "points": points, "place": place})
        return parts

    def flow(self, entities: Sequence[Any] | None = None, *, lang: str | None = None) -> Any:
        """Draw how ranks move from period to period.

        Parameters
        ----------
        entities
            Who is drawn in colour; everybody if None and there are eight or fewer, else those best in the last period.
        """
        rows = []
        for period in self._result.periods or [None]:
            seen = Seen(self._result._ranked(period), None, lang)
            part = (
                {"entity": r["entity"], "period": str(period or ""), "rank": r["rank"], "total": r["total"]}
                for r in seen.rows
            )
            rows += [row for row in part if row["rank"] is not None]
        if not rows:
            raise nothing()
        shown = self._shown(entities, seen)
        headings = {
            "period": either("时期", "period", lang),
            **{k: seen.headings[k] for k in ("entity", "rank", "total")},
        }
        return course.flow(rows, shown, headings, self._result.scheme.title(lang))

    def _shown(self, entities: Sequence[Any] | None, last: Seen) -> list[str]:
        """Return who is drawn in colour: those named, else the best eight of the last ranking."""
        if entities is None:
            return [row["entity"] for row in last.rows if row["rank"] is not None][:8]
        known = {str(entity) for entity in self._result.entities}
        for entity in entities:
            if str(entity) not in known:
                raise ArgumentError(either(f"没有考核对象 {entity}", f"there is no entity {entity}"))
        return [str(entity) for entity in entities]

    def trend(self, entities: Sequence[Any] | None = None, *, of: str = "values", lang: str | None = None) -> Any:
        """Draw the course of every indicator over the periods: a small chart each, a line an entity.

        Parameters
        ----------
        entities
            Who is drawn in colour; everybody if None and there are eight or fewer, else those best in the last period.
        of
            `"values"` in the indicators' units, or `"scores"` on the common scale. A missing number is a gap in a line.

        Raises
        ------
        ArgumentError
            Fewer than two periods; an entity that is not there.
        """
        result = self._result
        if of not in ("values", "scores"):
            raise ArgumentError(
                either(f"of 应为 values 或 scores，不是 {of!r}", f"of: expected values or scores, found {of!r}")
            )
        if len(result.periods) < 2:
            raise ArgumentError(either("走势至少要有两个时期", "a course needs at least two periods"))
        seen = Seen(result._ranked(), None, lang)
        document = {each["id"]: each for each in result.scheme.document["indicator"]}
        titles = {}
        for name in result.scheme.indicators:
            unit = document[name].get("unit") if of == "values" else None
            titles[name] = titled(document[name], get_lang(lang)) + (f" ({unit})" if unit else "")
        table = nw.from_native(getattr(result, of), eager_only=True)
        entity, period = result._asked.frame.entity, result._asked.frame.period
        rows = [
            {"entity": str(row[entity]), "period": str(row[period]), "item": title, "value": _number(row[name])}
            for row in table.iter_rows(named=True)
            for name, title in titles.items()
        ]
        headings = {"entity": seen.headings["entity"], "period": either("时期", "period", lang)}
        return course.trend(rows, self._shown(entities, seen), headings, result.scheme.title(lang))

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

    def marginal(self, entity: Any = None, period: Any = None, *, lang: str | None = None, **asked: Any) -> Any:
        """Draw what one per cent more of each variable gains an entity, or everybody: see `Result.marginal`."""
        result = self._result
        if entity is None:
            return drawn(result.marginal_panel(period, **asked), lang)
        return drawn(result.marginal(entity, period, **asked), lang)

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
        """Draw the tree of the scheme with the part of the whole that each node makes in the last period.

        Classes with other weights have a tree each.
        """
        scheme, lang = self._result.scheme, get_lang(lang)
        named = {each["id"]: titled(each, lang) for each in scheme.document.get("class", ())}
        shares: dict[str, dict[str, float]] = {}
        for row in nw.from_native(self._result.weights, eager_only=True).iter_rows(named=True):
            shares.setdefault(text(row.get("class")) or "", {})[str(row["node"])] = float(row["effective"])
        trees: list[tuple[list[str], dict[str, float]]] = []
        for of_class, own in shares.items():
            same = next((names for names, known in trees if known == own), None)
            if same is None:
                trees.append((same := [], own))
            same.append(named.get(of_class, of_class) or either("未分类", "no class", lang))
        return structure.framework(scheme.document, trees, scheme.title(lang), lang)

    def rule(self, indicator: str, period: Any = None, *, lang: str | None = None) -> Any:
        """Draw how an indicator is scored, and where everybody stands: see `Result.curve`."""
        return drawn(self._result.curve(indicator, period), lang)

    def progress(self, targets: Any = None, *, lang: str | None = None, **asked: Any) -> Any:
        """Draw how much of each target is done, with lights: see `kaohe.plan.progress`."""
        from kaohe.plan import progress

        return drawn(progress(self._result, targets, **asked), lang)

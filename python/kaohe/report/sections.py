"""What a report says: sections as data, which every kind of file lays out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from kaohe.answer import Answer
from kaohe.errors import ArgumentError, KaoheError
from kaohe.explanation import Explanation
from kaohe.language import either, get_lang
from kaohe.plot.style import altair
from kaohe.records import text
from kaohe.scheme import Scheme

if TYPE_CHECKING:
    from kaohe.result import Result

__all__ = ["Block", "Chart", "Flags", "Report", "Said", "Section", "Steps", "Words", "of"]

# Flags are many where data have gaps: a page shows the first of them, `result.flags` has all.
_MOST_FLAGS = 100
_RUNS = 2_000


@dataclass(frozen=True)
class Chart:
    """A chart as Vega-Lite, without its title: the sentences stand beside it."""

    spec: dict[str, Any]


@dataclass(frozen=True)
class Said:
    """An answer, or the page of a scheme: sentences, tables and notes."""

    answer: Answer | Scheme


@dataclass(frozen=True)
class Steps:
    """A total down to the data."""

    explanation: Explanation


@dataclass(frozen=True)
class Words:
    """A sentence that is no answer: why there is none."""

    text: str


@dataclass(frozen=True)
class Flags:
    """Whose cells were filled, capped or changed, and how; and how many more there are, in words."""

    rows: list[tuple[str, str]]
    rest: str


Block: TypeAlias = Chart | Said | Steps | Words | Flags


@dataclass(frozen=True)
class Section:
    """A heading, and what stands below it."""

    title: str
    blocks: list[Block]


@dataclass(frozen=True)
class Report:
    """A report: what stands on top, and its sections."""

    title: str
    about: str
    sections: list[Section]
    lang: str


def of(result: Result, *, entity: Any = None, period: Any = None, lang: str | None = None) -> Report:
    """Return the report on everybody, or on an entity: see `Result.report`."""
    lang = get_lang(lang)
    when = period if period is not None or not result.periods else result.periods[-1]
    found = _of_all(result, when, lang) if entity is None else _of_one(result, entity, when, lang)
    sections = [Section(name, list(blocks)) for name, blocks in found]
    title = result.scheme.title(lang)
    about = either("时期", "Period", lang) + f" {when}" if when is not None else ""
    return Report(title if entity is None else f"{title} · {entity}", about, sections, lang)


def _of_all(result: Result, when: Any, lang: str) -> Iterator[tuple[str, Iterator[Block]]]:
    """Yield the sections of the report on everybody: title and content."""
    name = {"zh": 0, "en": 1}[lang]
    plot, several = result.plot, len(result.periods) > 1
    yield ("排名", "Ranking")[name], _drawn(lambda: plot.ranking(when, lang=lang), Said(result._ranked(when)))
    if several:
        yield ("位次变化", "How ranks moved")[name], _drawn(lambda: plot.flow(lang=lang))
    yield ("总分为何不同", "What makes totals differ")[name], _asked(lambda: result.contributions(period=when), lang)
    yield ("怎样提分", "What it takes")[name], _asked(lambda: result.marginal_panel(when), lang, tables=False)
    yield ("封顶、保底与跳变", "Flat stretches and cliffs")[name], _asked(lambda: result.zones(when), lang)
    yield ("名次稳不稳", "How sure")[name], _asked(lambda: result.robustness(when, samples=_RUNS), lang)
    yield ("数据说明", "Notes on the data")[name], _flags(result, None, when, lang)
    yield ("考核办法", "Method")[name], _drawn(lambda: plot.framework(lang=lang), Said(result.scheme))


def _of_one(result: Result, entity: Any, when: Any, lang: str) -> Iterator[tuple[str, Iterator[Block]]]:
    """Yield the sections of the report on an entity."""
    name = {"zh": 0, "en": 1}[lang]
    # An entity or a period that is not there is an error of all of it, not of a section.
    profile = result.profile(entity, when)
    yield ("概况", "Where it stands")[name], _asked(lambda: profile, lang)
    yield ("差距", "Gaps")[name], _asked(lambda: result.gaps(entity, when), lang)
    if len(result.periods) > 1:
        yield ("各期走势", "Over the periods")[name], _drawn(lambda: result.plot.trend([entity], lang=lang))
        if when != result.periods[0]:
            yield ("为何变化", "Why it moved")[name], _asked(lambda: result.bridge(entity, until=when), lang)
    yield ("再得一分", "The next point")[name], _asked(lambda: result.next_points(entity, when), lang)
    yield ("名次稳不稳", "How sure")[name], _asked(lambda: result.robustness(when, samples=_RUNS, entity=entity), lang)
    yield ("得分由来", "From the total to the data")[name], _asked(lambda: result.explain(entity, when), lang)
    yield ("数据说明", "Notes on the data")[name], _flags(result, entity, when, lang)
    yield ("考核办法", "Method")[name], iter([Said(result.scheme)])


def _asked(ask: Callable[[], Answer | Explanation], lang: str, *, tables: bool = True) -> Iterator[Block]:
    """Yield the chart of an answer, and the answer (or its sentences, where the chart has every number); or why not."""
    try:
        answer = ask()
    except KaoheError as error:
        yield Words(str(error))
        return
    if isinstance(answer, Explanation):
        yield Steps(answer)
    else:
        said = Said(answer) if tables else Words(" ".join(answer.sentences(lang)))
        yield from _drawn(lambda: answer.plot(lang=lang), said)


def _drawn(draw: Callable[[], Any], *below: Block) -> Iterator[Block]:
    """Yield a chart, if there is one, and what stands below it."""
    altair()
    try:
        spec = draw().to_dict()
    except ArgumentError:
        yield from below
        return
    spec.pop("title", None)
    yield Chart(spec)
    yield from below


def _flags(result: Result, entity: Any, when: Any, lang: str) -> Iterator[Block]:
    """Yield what was filled, capped or changed in a period."""
    asked = result._asked
    found = [flag for flag in result._core.flags(lang) if asked.frame.period is None or flag["period"] == text(when)]
    rows = [(flag["entity"], flag["message"]) for flag in found if entity is None or flag["entity"] == text(entity)]
    if not rows:
        yield Words(either("没有需要说明之处。", "There is nothing to note.", lang))
        return
    more = len(rows) - _MOST_FLAGS
    yield Flags(rows[:_MOST_FLAGS], either(f"另有 {more} 条。", f"{more} more.", lang) if more > 0 else "")

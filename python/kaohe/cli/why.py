"""Commands that ask: one entry of a list each; what they print is the answer, laid out by the core."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

from kaohe.answer import Answer
from kaohe.cli import files
from kaohe.cli.commands import assessed
from kaohe.cli.say import UsageError, say
from kaohe.comparison import compare, gainers
from kaohe.result import Result

__all__ = ["add", "answered"]

Asks = Callable[[Result, argparse.Namespace], Answer]


class Word(NamedTuple):
    """A word or an option of a command."""

    name: str
    help: str
    optional: bool = True
    type: type = str
    default: Any = None
    choices: tuple[str, ...] | None = None


class Command(NamedTuple):
    """A question as a command: `done` says whether an answer does what was asked for."""

    name: str
    help: str
    words: tuple[Word, ...]
    ask: Asks
    done: Callable[[Any], bool] = lambda _: True


_WHO = Word("who", "whose", optional=False)
_WHEN = Word("when", "when; the last period if not given")
_SPAN = (
    Word("--since", "from when; the period before if not given"),
    Word("--until", "to when; the last period if not given"),
)
_FIXED = ("fixed", "trend", "best")

_COMMANDS = (
    Command(
        "ask",
        "any question, as JSON: kaohe schema question says what there is",
        (Word("question", 'such as {"ask": "zones"}', optional=False),),
        lambda r, o: r.ask(_json(o.question)),
    ),
    Command(
        "gaps",
        "how far behind, in which indicator, is it widening",
        (
            _WHO,
            _WHEN,
            Word("--to", "mean (default), pooled, best, next, a quantile 0 … 1, or an entity", default="mean"),
            Word("--since", "where widening starts; the period before if not given"),
        ),
        lambda r, o: r.gaps(o.who, o.when, to=_quantile(o.to), since=o.since),
    ),
    Command(
        "drivers",
        "why an indicator moved: by which variable, by how much",
        (
            _WHO,
            Word("indicator", "which indicator", optional=False),
            *_SPAN,
            Word("--method", "auto if not given", default="auto", choices=("auto", "lmdi", "shapley")),
        ),
        lambda r, o: r.drivers(o.who, o.indicator, since=o.since, until=o.until, method=o.method),
    ),
    Command(
        "bridge",
        "why a total and its rank moved: own data, others' data, the method",
        (_WHO, *_SPAN),
        lambda r, o: r.bridge(o.who, since=o.since, until=o.until),
    ),
    Command(
        "contributions",
        "what makes up a total, a distance, or (without WHO) the spread of all totals",
        (
            Word("who", "whose total; the variance of all totals if not given"),
            _WHEN,
            Word("--to", "the other one of a distance"),
            Word("--at", "the period where no entity is given"),
        ),
        lambda r, o: r.contributions(o.who, o.at if o.when is None else o.when, to=o.to),
    ),
    Command(
        "needed",
        "what it takes to reach a rank, total or grade",
        (
            _WHO,
            Word("what", "an indicator or a variable", optional=False),
            _WHEN,
            Word("--rank", "goal: this rank or a better one", type=int),
            Word("--score", "goal: a total of at least this", type=float),
            Word("--reach", "goal: as good a value as the mean, or as an entity's"),
            Word("--grade", "goal: this grade or a better one"),
            Word("--variable", "which variable of the indicator changes; else the numerator"),
            Word("--others", "how the others go on; fixed if not given", default="fixed", choices=_FIXED),
            Word("--upper", "largest value that can be had", type=float),
        ),
        lambda r, o: r.needed(
            o.who,
            o.when,
            o.what,
            rank=o.rank,
            score=o.score,
            reach=o.reach,
            grade=o.grade,
            variable=o.variable,
            others=o.others,
            upper=o.upper,
        ),
        lambda answer: bool(answer.reachable),
    ),
    Command(
        "next",
        "the next point: how much of each variable it takes, the cheapest first",
        (_WHO, _WHEN, Word("--points", "by how many points; 1 if not given", type=float, default=1.0)),
        lambda r, o: r.next_points(o.who, o.when, points=o.points),
        lambda answer: answer.cheapest is not None,
    ),
    Command(
        "zones",
        "who stands where a rule is flat (capped, floored) or near a cliff",
        (_WHEN,),
        lambda r, o: r.zones(o.when),
    ),
    Command(
        "flips",
        "which weight alone would turn the order of two entities",
        (_WHO, Word("other", "the other one", optional=False), _WHEN),
        lambda r, o: r.flips(o.who, o.other, o.when),
    ),
)


def add(verbs: Any, data: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Add the commands to the parser."""
    for command in _COMMANDS:
        verb = verbs.add_parser(command.name, parents=[data, shared], help=command.help)
        for word in command.words:
            about = {"help": word.help, "type": word.type, "default": word.default, "choices": word.choices}
            if not word.name.startswith("-"):
                about["metavar"] = word.name.upper()
                about["nargs"] = "?" if word.optional else None
            elif word.choices is None:
                about["metavar"] = {int: "N", float: "X"}.get(word.type, word.name.lstrip("-").upper())
            verb.add_argument(word.name, **about)
        _asked(verb, command)

    verb = verbs.add_parser(
        "compare", parents=[data, shared], help="who gains and who loses by other data, or by another scheme"
    )
    verb.add_argument("--with-data", metavar="DATA", help="the data afterwards; the same if not given")
    verb.add_argument("--with-scheme", metavar="SCHEME", help="the scheme afterwards; the same if not given")
    verb.add_argument("--all", action="store_true", help="everybody in the order of the data, not by gain")
    verb.add_argument("--at", metavar="PERIOD", help="period that is printed; the last if not given")
    _asked(verb, None)


def _asked(verb: argparse.ArgumentParser, command: Command | None) -> None:
    verb.add_argument("--targets", metavar="FILE", help="as for assess")
    formats = ["text", "markdown", "html", "json"]
    verb.add_argument("-f", "--format", choices=formats, default="text", help="text if not given")
    verb.add_argument("-o", "--out", metavar="OUT", help=".csv, .json or .parquet for the table; else it is printed")
    verb.set_defaults(run=compared if command is None else lambda options, lang: _run(command, options, lang))


def _run(command: Command, options: argparse.Namespace, lang: str) -> int:
    """Ask; 1 if the answer does not do what was asked for."""
    if command.name == "contributions" and options.who is None and options.to is not None:
        zh, en = "--to 要有考核对象：两者之间的差距", "--to needs WHO: it is the distance of the two"
        raise UsageError(say(lang, zh, en))
    if (
        command.name == "needed"
        and sum(g is not None for g in (options.rank, options.score, options.reach, options.grade)) != 1
    ):
        zh, en = (
            "请给出一个目标：--rank、--score、--reach 或 --grade",
            "give one goal: --rank, --score, --reach or --grade",
        )
        raise UsageError(say(lang, zh, en))
    answer = command.ask(assessed(options, lang), options)
    answered(answer, options, lang)
    return 0 if command.done(answer) else 1


def compared(options: argparse.Namespace, lang: str) -> int:
    """Compare two results: of two data files, of two schemes, or both."""
    if options.with_data is None and options.with_scheme is None:
        zh = "请用 --with-data 给出另一份数据，或用 --with-scheme 给出另一个方案"
        raise UsageError(say(lang, zh, "say what to compare with: --with-data DATA, --with-scheme SCHEME, or both"))
    before = assessed(options, lang)
    other = {"data": options.with_data or options.data, "scheme": options.with_scheme or options.scheme}
    after = assessed(argparse.Namespace(**{**vars(options), **other}), lang)
    found = compare(before, after) if options.all else gainers(before, after)
    period = _period(after, options.at, lang)
    answered(found, options, lang, period)
    if period is not None and options.out is None and options.format == "text" and len(after.periods) > 1:
        zh = f"表中只列 {period}：其他时期用 --at，全部用 -o 文件"
        print("\n" + say(lang, zh, f"The table shows {period}: --at for another period, -o FILE for all."))
    return 0


def _period(result: Result, at: Any, lang: str) -> str | None:
    """Return the period that is printed; None where the data have no periods."""
    if result._frame.period is None:
        return None
    period = result._asked.period(at)
    result._core.ranking(period, lang)  # says which periods there are
    return period


def answered(answer: Answer, options: argparse.Namespace, lang: str, period: str | None = None) -> None:
    """Write the table of an answer, or print the answer; of several periods a terminal sees one."""
    if options.out is not None:
        about = {"question": options.command} | {k: getattr(options, k) for k in ("scheme", "data") if k in options}
        files.write(answer.to_frame(), options.out, lang, about)
        print(say(lang, f"已写入 {options.out}", f"wrote {options.out}"), file=sys.stderr)
        return
    match getattr(options, "format", "text"):
        case "markdown":
            print(answer.to_markdown(lang), end="")
        case "html":
            print(answer.to_html(lang))
        case "json":
            print(json.dumps(answer.to_dict(), ensure_ascii=False, indent=1))
        case _:
            print(answer._core.to_terminal(lang, period))


def _json(text: str) -> dict[str, Any]:
    """Return a question that was written as JSON."""
    try:
        question = json.loads(text)
    except ValueError as error:
        raise UsageError(f"{text}: {error}") from None
    if not isinstance(question, dict):
        raise UsageError(f'{text}: {{"ask": "…"}}')
    return question


def _quantile(text: str) -> float | str:
    """Return a number where one was written."""
    try:
        return float(text)
    except ValueError:
        return text

"""Commands that ask why: `drivers`, `bridge`, `contributions`, `compare`, `next`, `zones`, `flips`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

import narwhals as nw

from kaohe.analysis import compare as compared
from kaohe.analysis import gainers
from kaohe.answer import Answer, _cells, _is_rule
from kaohe.cli import files
from kaohe.cli.commands import assessed
from kaohe.cli.say import UsageError, say, table
from kaohe.result import Result

__all__ = ["add"]


def add(verbs: Any, data: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Add the commands to the parser."""

    def command(name: str, about: str, *words: tuple[str, str, str, bool]) -> argparse.ArgumentParser:
        verb: argparse.ArgumentParser = verbs.add_parser(name, parents=[data, shared], help=about)
        for word, metavar, says, optional in words:
            verb.add_argument(word, metavar=metavar, nargs="?" if optional else None, help=says)
        return verb

    who, when = ("who", "ENTITY", "whose", False), ("when", "PERIOD", "when; the last period if not given", True)

    verb = command("drivers", "why an indicator moved: by which variable, by how much", who,
                   ("indicator", "INDICATOR", "which indicator", False))  # fmt: skip
    _span(verb)
    verb.add_argument("--method", choices=["auto", "lmdi", "shapley"], default="auto", help="auto if not given")
    _asked(verb, drivers)

    verb = command("bridge", "why a total and its rank moved: own data, others' data, the method", who)
    _span(verb)
    _asked(verb, bridge)

    verb = command("contributions", "what makes up a total, a distance, or (without ENTITY) the spread of all totals",
                   ("who", "ENTITY", "whose total; the variance of all totals if not given", True), when)  # fmt: skip
    verb.add_argument("--to", metavar="ENTITY", help="the other one of a distance")
    verb.add_argument("--at", metavar="PERIOD", help="the period where no entity is given")
    _asked(verb, contributions)

    verb = command("next", "the next point: how much of each variable it takes, the cheapest first", who, when)
    verb.add_argument("--points", type=float, default=1.0, metavar="X", help="by how many points; 1 if not given")
    _asked(verb, next_points)

    verb = command("zones", "who stands where a rule is flat (capped, floored) or near a cliff", when)
    _asked(verb, zones)

    verb = command("flips", "which weight alone would turn the order of two entities", who,
                   ("other", "OTHER", "the other one", False), when)  # fmt: skip
    _asked(verb, flips)

    verb = command("compare", "who gains and who loses by other data, or by another scheme")
    verb.add_argument("--with-data", metavar="DATA", help="the data afterwards; the same if not given")
    verb.add_argument("--with-scheme", metavar="SCHEME", help="the scheme afterwards; the same if not given")
    verb.add_argument("--all", action="store_true", help="everybody in the order of the data, not by gain")
    verb.add_argument("--at", metavar="PERIOD", help="period that is printed; the last if not given")
    _asked(verb, compare)


def _span(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--since", metavar="PERIOD", help="from when; the period before if not given")
    verb.add_argument("--until", metavar="PERIOD", help="to when; the last period if not given")


def _asked(verb: argparse.ArgumentParser, run: Any) -> None:
    verb.add_argument("--targets", metavar="FILE", help="as for assess")
    formats = ["text", "markdown", "json"]
    verb.add_argument("-f", "--format", choices=formats, default="text", help="text if not given")
    verb.add_argument("-o", "--out", metavar="OUT", help=".csv, .json or .parquet for the table; else it is printed")
    verb.set_defaults(run=run)


def drivers(options: argparse.Namespace, lang: str) -> int:
    """Say why an indicator of an entity moved."""
    span = {"since": options.since, "until": options.until}
    found = assessed(options, lang).drivers(options.who, options.indicator, **span, method=options.method)
    return _told(found, options, lang)


def bridge(options: argparse.Namespace, lang: str) -> int:
    """Say why the total of an entity moved."""
    return _told(assessed(options, lang).bridge(options.who, since=options.since, until=options.until), options, lang)


def contributions(options: argparse.Namespace, lang: str) -> int:
    """Split a total, a distance, or the spread of all totals."""
    if options.who is None and options.to is not None:
        raise UsageError(
            say(lang, "--to 要有考核对象：两者之间的差距", "--to wants an ENTITY: the distance of the two")
        )
    result = assessed(options, lang)
    when = options.at if options.when is None else options.when
    return _told(result.contributions(options.who, when, to=options.to), options, lang)


def next_points(options: argparse.Namespace, lang: str) -> int:
    """Say what the next point takes; 1 if no variable alone does it."""
    found = assessed(options, lang).next_points(options.who, options.when, points=options.points)
    _told(found, options, lang)
    return 1 if found.cheapest is None else 0


def zones(options: argparse.Namespace, lang: str) -> int:
    """List who is capped or floored, and where points jump."""
    return _told(assessed(options, lang).dead_zones(options.when), options, lang)


def flips(options: argparse.Namespace, lang: str) -> int:
    """List the weights that could turn an order."""
    return _told(assessed(options, lang).flips(options.who, options.other, options.when), options, lang)


def compare(options: argparse.Namespace, lang: str) -> int:
    """Compare two results: of two data files, of two schemes, or both."""
    if options.with_data is None and options.with_scheme is None:
        zh = "请用 --with-data 给出另一份数据，或用 --with-scheme 给出另一个方案"
        raise UsageError(say(lang, zh, "say what to compare with: --with-data DATA, --with-scheme SCHEME, or both"))
    before = assessed(options, lang)
    other = {"data": options.with_data or options.data, "scheme": options.with_scheme or options.scheme}
    after = assessed(argparse.Namespace(**{**vars(options), **other}), lang)
    found = compared(before, after) if options.all else gainers(before, after)
    return _told(found, options, lang, _of_period(found, after, options.at))


def _of_period(found: Answer, result: Result, at: Any) -> tuple[str, list[bool]] | None:
    """Return the period that is printed and which rows are of it; None where the data have no periods."""
    period = result._frame.period
    if period is None:
        return None
    rows = result._core.ranking(result._period(at))["row"][:1]
    wanted = next(iter(result._frame.key(period, rows)), None)
    cells = nw.from_native(found.to_frame(), eager_only=True)[period].to_list()
    return str(wanted), [cell == wanted for cell in cells]


def _told(
    answer: Answer, options: argparse.Namespace, lang: str, shown: tuple[str, Sequence[bool]] | None = None
) -> int:
    """Write the table of an answer, or print the answer; `shown` says which period's rows a terminal sees."""
    if options.out is not None:
        about = {"scheme": options.scheme, "data": options.data, "question": options.command}
        files.write(answer.to_frame(), options.out, lang, about)
        print(say(lang, f"已写入 {options.out}", f"wrote {options.out}"), file=sys.stderr)
        return 0
    match options.format:
        case "markdown":
            print(answer.to_markdown(lang))
        case "json":
            print(json.dumps(answer.to_dict(), ensure_ascii=False, indent=1))
        case _:
            print(_laid(answer.to_markdown(lang), None if shown is None else shown[1]))
            if shown is not None and not all(shown[1]):
                zh = f"表中只列 {shown[0]}：其他时期用 --at，全部用 -o 文件"
                print("\n" + say(lang, zh, f"The table shows {shown[0]}: --at for another period, -o FILE for all."))
    return 0


def _laid(markdown: str, shown: Sequence[bool] | None) -> str:
    """Return sentences and tables of Markdown, as the core writes them, laid out for a terminal."""
    blocks = []
    for block in markdown.strip().split("\n\n"):
        lines = block.splitlines()
        if not lines[0].startswith("|"):
            blocks.append("\n".join(line.removeprefix("- ") for line in lines))
            continue
        head, *rows = [[cell.strip() for cell in _cells(line)] for line in lines if not _is_rule(line)]
        if shown is not None:
            rows = [row for row, seen in zip(rows, shown, strict=False) if seen]
        kept = [i for i in range(len(head)) if not rows or any(row[i] for row in rows)]
        head, rows = [head[i] for i in kept], [[row[i] for i in kept] for row in rows]
        right = [i for i in range(len(head)) if any(row[i] for row in rows) and all(_figure(row[i]) for row in rows)]
        blocks.append(table(head, rows, right))
    return "\n\n".join(blocks)


def _figure(cell: str) -> bool:
    """Whether a cell holds a number, or nothing."""
    return not cell.strip("0123456789.,+-−–—… %") or cell in ("由零起", "from nought")

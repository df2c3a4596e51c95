"""Commands about targets: `progress`, `allocate`."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from kaohe import plan
from kaohe.cli import files
from kaohe.cli.say import UsageError, say
from kaohe.cli.why import answered
from kaohe.records import records as _records

__all__ = ["add"]


def add(verbs: Any, data: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Add the commands to the parser."""
    verb = verbs.add_parser("progress", parents=[shared], help="actual against target: lights, league")
    verb.add_argument(
        "data", metavar="DATA", help="a table with one column per indicator, by months, quarters or halves"
    )
    verb.add_argument("targets", metavar="TARGETS", help="a table with indicator, value[, entity, period]")
    verb.add_argument("--entity", metavar="COLUMN", help="column that says whose a row is; found by itself if usual")
    verb.add_argument("--period", metavar="COLUMN", help="column that says when; found by itself if usual")
    verb.add_argument("--sheet", metavar="NAME", help="sheet of a workbook; the first if not given")
    verb.add_argument("--at", metavar="PERIOD", help="up to whose end the data go; the last one if not given")
    verb.add_argument(
        "--counting", choices=["cumulative", "flow", "level"], default="cumulative", help="what a number says"
    )
    verb.add_argument("--schedule", default="even", help="even (default), learnt, or shares such as 15,25,25,35")
    verb.add_argument("--ceiling", action="append", default=[], metavar="ID", help="an indicator not to be exceeded")
    verb.add_argument("-o", "--out", metavar="OUT", help=".csv, .json or .parquet; else it is printed")
    verb.set_defaults(run=progress)

    verb = verbs.add_parser("allocate", parents=[shared], help="split a target over children, to the last unit")
    verb.add_argument("total", type=float, metavar="TOTAL", help="the target")
    verb.add_argument("children", metavar="CHILDREN", help="a table: name, base[, last, capacity, lower, upper]")
    verb.add_argument(
        "--child", metavar="COLUMN", help="column of the names; the first that holds no numbers if not given"
    )
    ways = ["base", "capacity", "growth", "step", "gap", "regret"]
    verb.add_argument("--by", choices=ways, default="base", help="how; in proportion to the base if not given")
    verb.add_argument("--decimals", type=int, default=0, metavar="N", help="decimals of the parts; 0 if not given")
    verb.add_argument("--not-below-last", action="store_true", help="nobody gets less than last year")
    verb.add_argument("--sheet", metavar="NAME", help="sheet of a workbook; the first if not given")
    verb.add_argument("-o", "--out", metavar="OUT", help=".csv, .json or .parquet; else it is printed")
    verb.set_defaults(run=allocate)


def progress(options: argparse.Namespace, lang: str) -> int:
    """Show progress, the league table, and the lights that changed."""
    data = files.read(options.data, lang, sheet=options.sheet)
    targets = files.read(options.targets, lang)
    indicators = {str(row["indicator"]) for row in _records(targets) if row.get("indicator")}
    entity, period = files.keys(data, options.entity, options.period, indicators, lang, False)
    shown = plan.dispatch(
        data,
        _numbers(targets, ("value",), lang),
        entity=entity,
        period=period,
        at=options.at,
        counting=options.counting,
        schedule=_schedule(options.schedule, lang),
        ceilings=options.ceiling,
        lang=lang,
    )
    if options.out is not None:
        files.write(shown.progress(), options.out, lang, {"period": shown.period})
        print(say(lang, f"已写入 {options.out}", f"wrote {options.out}"), file=sys.stderr)
        return 0
    print(say(lang, f"截至 {shown.period}", f"Up to the end of {shown.period}") + "\n")
    answered(shown, options, lang)
    return 0


def allocate(options: argparse.Namespace, lang: str) -> int:
    """Split a target."""
    children = files.read(options.children, lang, sheet=options.sheet)
    known = ("base", "last", "capacity", "lower", "upper")
    child = options.child or next((c for c in files.columns(children) if c not in known), None)
    if child is None or child not in files.columns(children):
        zh = f"没有名称列 {child or ''}；有：{'、'.join(files.columns(children))}"
        raise UsageError(say(lang, zh, f"no column {child or 'of names'}; there are {files.columns(children)}"))
    parts = plan.allocate(
        options.total,
        _numbers(children, known, lang),
        by=options.by,
        decimals=options.decimals,
        not_below_last=options.not_below_last,
        child=child,
        lang=lang,
    )
    answered(parts, options, lang)
    return 0


def _schedule(text: str, lang: str) -> str | list[float]:
    if text in ("even", "learnt"):
        return text
    try:
        return [float(share) for share in text.replace("/", ",").split(",")]
    except ValueError:
        zh = f"--schedule 只能是 even、learnt 或各期比重（15,25,25,35），不能是 {text}"
        en = f"--schedule must be even, learnt or shares such as 15,25,25,35, not {text}"
        raise UsageError(say(lang, zh, en)) from None


def _numbers(data: Any, names: tuple[str, ...], lang: str) -> list[dict[str, Any]]:
    """Return the rows of a table with its number columns as numbers; a .csv is read as text."""
    rows = []
    for i, row in enumerate(_records(data), 1):
        made = dict(row)
        for name in names:
            if isinstance(cell := made.get(name), str):
                try:
                    made[name] = float(cell.replace(",", ""))
                except ValueError:
                    zh = f"第 {i} 行的 {name} 不是数：{cell}"
                    raise UsageError(say(lang, zh, f"{name} of row {i} is no number: {cell}")) from None
        rows.append(made)
    return rows

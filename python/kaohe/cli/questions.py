"""Commands about targets: `progress`, `allocate`."""

from __future__ import annotations

import argparse
from typing import Any

from kaohe import plan
from kaohe.cli import files
from kaohe.cli import words as w
from kaohe.cli.asking import answered
from kaohe.cli.commands import say_written
from kaohe.cli.parser import Parser
from kaohe.cli.say import Both, UsageError, say
from kaohe.records import records as _records

__all__ = ["add"]


def add(parser: Parser, shared: Parser) -> None:
    """Add the commands to the parser."""
    about = Both("完成值与目标相比：进度灯、排名", "actual against target: lights, league")
    verb = parser.command("progress", about, [shared])
    data = Both(
        "按月、季度或半年的表，每个指标一列", "a table with one column per indicator, by months, quarters or halves"
    )
    verb.add_argument("data", metavar=w.DATA, help=data)
    verb.add_argument("targets", metavar=Both("目标", "TARGETS"), help=w.TARGETS)
    verb.add_argument("--entity", metavar=w.COLUMN, help=w.ENTITY_COLUMN)
    verb.add_argument("--period", metavar=w.COLUMN, help=w.PERIOD_COLUMN)
    verb.add_argument("--sheet", metavar=w.NAME, help=w.SHEET)
    at = Both("数据截至哪一期末；默认最后一期", "up to whose end the data go; the last one if not given")
    verb.add_argument("--at", metavar=w.PERIOD, help=at)
    counting = Both(
        "数的口径：cumulative 累计（默认），flow 当期，level 时点",
        "what a number says: cumulative (default), flow of the period, or level",
    )
    verb.add_argument("--counting", choices=["cumulative", "flow", "level"], default="cumulative", help=counting)
    rate = Both(
        "时点指标按什么判断：completion 完成率，increment 增量完成率；默认有上年末的数时按增量",
        "what judges a level: completion, or increment; the increment where last year's end is there if not given",
    )
    verb.add_argument("--rate", choices=["completion", "increment"], help=rate)
    cap = Both(
        "平均完成率中每项最多计多少；默认 1，即全部，none 为不封顶",
        "most that one target counts in a mean; 1 if not given, none for no limit",
    )
    verb.add_argument("--cap", default="1", metavar="X", help=cap)
    schedule = Both(
        "应有进度：even 均匀（默认），learnt 按历年，或各期比重，如 15,25,25,35",
        "even (default), learnt, or shares such as 15,25,25,35",
    )
    verb.add_argument("--schedule", metavar=Both("进度", "SCHEDULE"), default="even", help=schedule)
    ceiling = Both("不得超过目标的指标；可重复给出", "an indicator not to be exceeded; may be repeated")
    verb.add_argument("--ceiling", action="append", default=[], metavar="ID", help=ceiling)
    verb.add_argument("-o", "--out", metavar=w.OUT, help=w.TABLE_OUT)
    verb.set_defaults(run=progress)

    about = Both("把目标分解到各考核对象，合计分毫不差", "split a target over children, to the last unit")
    verb = parser.command("allocate", about, [shared])
    verb.add_argument("total", type=float, metavar=Both("总目标", "TOTAL"), help=Both("要分解的目标", "the target"))
    children = Both(
        "各考核对象的表：名称、base，可有 last、capacity、lower、upper",
        "a table: name, base[, last, capacity, lower, upper]",
    )
    verb.add_argument("children", metavar=Both("名单", "CHILDREN"), help=children)
    child = Both(
        "名称所在的列；默认第一个不是数的列", "column of the names; the first that holds no numbers if not given"
    )
    verb.add_argument("--child", metavar=w.COLUMN, help=child)
    ways = ["base", "capacity", "growth", "step", "gap", "regret"]
    by = Both("分解方法；默认 base，按基数的比例", "how; in proportion to the base if not given")
    verb.add_argument("--by", choices=ways, default="base", help=by)
    decimals = Both("小数位数；默认 0", "decimals of the parts; 0 if not given")
    verb.add_argument("--decimals", type=int, default=0, metavar="N", help=decimals)
    not_below = Both("都不低于上年", "nobody gets less than last year")
    verb.add_argument("--not-below-last", action="store_true", help=not_below)
    verb.add_argument("--sheet", metavar=w.NAME, help=w.SHEET)
    verb.add_argument("-o", "--out", metavar=w.OUT, help=w.TABLE_OUT)
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
        rate=options.rate,
        league_cap=None if options.cap == "none" else _cap(options.cap, lang),
        schedule=_schedule(options.schedule, lang),
        ceilings=options.ceiling,
        lang=lang,
    )
    if options.out is not None:
        files.write(shown.progress(), options.out, lang, {"period": shown.period}, shown._core)
        say_written(options.out, lang)
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


def _cap(text: str, lang: str) -> float:
    try:
        return float(text)
    except ValueError:
        zh = f"--cap 应为大于 0 的数（1 为 100%）或 none，不能是 {text}"
        raise UsageError(say(lang, zh, f"--cap takes a number above 0 (1 is 100 %) or none, not {text}")) from None


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

"""Commands that ask: `gaps`, `needed`, `progress`, `allocate`."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

import narwhals as nw

from kaohe import plan
from kaohe.answer import Answer
from kaohe.cli import files
from kaohe.cli.commands import assessed
from kaohe.cli.say import UsageError, number, say, table
from kaohe.records import records as _records

__all__ = ["add"]

_HEADS = {
    "entity": "对象",
    "indicator": "指标",
    "actual": "完成",
    "target": "目标",
    "progress": "进度",
    "elapsed": "应达",
    "light": "亮灯",
    "forecast": "全年预测",
    "low": "下限",
    "high": "上限",
    "probability": "达标概率",
    "pace_needed": "每期还需",
    "child": "对象",
    "base": "基数",
    "share": "占比",
    "allocated": "分解数",
    "lower": "下限",
    "upper": "上限",
    "rank": "位次",
    "rank_change": "升降",
    "before": "原来",
    "now": "现在",
    "reason": "原因",
}
_LIGHTS = {"green": "绿", "blue": "蓝", "yellow": "黄", "red": "红"}
_PER_CENT = frozenset({"progress", "elapsed", "probability", "share"})


def add(verbs: Any, data: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Add the commands to the parser."""
    verb = verbs.add_parser("gaps", parents=[data, shared], help="how far behind, in which indicator, is it widening")
    verb.add_argument("who", metavar="ENTITY", help="whose")
    verb.add_argument("when", metavar="PERIOD", nargs="?", help="when; the last period if not given")
    verb.add_argument("--to", default="mean", help="mean (default), pooled, best, next, a quantile 0 … 1, or an entity")
    verb.add_argument("--since", metavar="PERIOD", help="where widening starts; the period before if not given")
    verb.add_argument("--targets", metavar="FILE", help="as for assess")
    _format(verb)
    verb.set_defaults(run=gaps)

    verb = verbs.add_parser("needed", parents=[data, shared], help="what it takes to reach a rank, total or grade")
    verb.add_argument("who", metavar="ENTITY", help="who")
    verb.add_argument("what", metavar="WHAT", help="an indicator or a variable")
    verb.add_argument("when", metavar="PERIOD", nargs="?", help="when; the last period if not given")
    goal = verb.add_mutually_exclusive_group(required=True)
    goal.add_argument("--rank", type=int, metavar="N", help="this rank or a better one")
    goal.add_argument("--score", type=float, metavar="X", help="a total of at least this")
    goal.add_argument("--reach", metavar="WHOM", help="as good a value as the mean, or as an entity's")
    goal.add_argument("--grade", metavar="NAME", help="this grade or a better one")
    verb.add_argument("--variable", metavar="ID", help="which variable of the indicator changes; else the numerator")
    verb.add_argument(
        "--others", choices=["fixed", "trend", "best"], default="fixed", help="how the others go on; fixed if not given"
    )
    verb.add_argument("--upper", type=float, metavar="X", help="largest value that can be had")
    verb.add_argument("--targets", metavar="FILE", help="as for assess")
    _format(verb)
    verb.set_defaults(run=needed)

    verb = verbs.add_parser("progress", parents=[shared], help="actual against target: lights, league")
    verb.add_argument(
        "data", metavar="DATA", help="a table with one column an indicator, by months, quarters or halves"
    )
    verb.add_argument("targets", metavar="TARGETS", help="a table with indicator, value[, entity, period]")
    verb.add_argument("--entity", metavar="COLUMN", help="column that says whose a row is; found by itself if usual")
    verb.add_argument("--period", metavar="COLUMN", help="column that says when; found by itself if usual")
    verb.add_argument("--sheet", metavar="NAME", help="sheet of an .xlsx file; the first if not given")
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
    verb.add_argument("--sheet", metavar="NAME", help="sheet of an .xlsx file; the first if not given")
    verb.add_argument("-o", "--out", metavar="OUT", help=".csv, .json or .parquet; else it is printed")
    verb.set_defaults(run=allocate)


def _format(verb: argparse.ArgumentParser) -> None:
    formats = ["text", "markdown", "json"]
    verb.add_argument("-f", "--format", choices=formats, default="text", help="text if not given")


def gaps(options: argparse.Namespace, lang: str) -> int:
    """Say how far an entity is behind."""
    result = assessed(options, lang)
    _say(result.gaps(options.who, options.when, to=_quantile(options.to), since=options.since), options.format, lang)
    return 0


def needed(options: argparse.Namespace, lang: str) -> int:
    """Say what it takes; 1 if no value reaches the goal."""
    answer = assessed(options, lang).needed(
        options.who,
        options.when,
        options.what,
        rank=options.rank,
        score=options.score,
        reach=options.reach,
        grade=options.grade,
        variable=options.variable,
        others=options.others,
        upper=options.upper,
    )
    _say(answer, options.format, lang)
    return 0 if answer.reachable else 1


def progress(options: argparse.Namespace, lang: str) -> int:
    """Show progress, the league table, and the lights that changed."""
    data = files.read(options.data, lang, options.sheet)
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
    rows = shown.progress()
    if options.out is not None:
        files.write(rows, options.out, lang, {"period": shown.period})
        print(say(lang, f"已写入 {options.out}", f"wrote {options.out}"), file=sys.stderr)
        return 0
    print(say(lang, f"截至 {shown.period}", f"Up to the end of {shown.period}") + "\n")
    print(_laid(rows, lang))
    print("\n" + say(lang, "排行", "League") + "\n")
    print(
        _laid(
            nw.from_native(shown.to_frame(), eager_only=True)[["entity", "progress", "elapsed", "rank", "rank_change"]],
            lang,
        )
    )
    changes = shown.changes()
    if len(changes):
        print("\n" + say(lang, "亮灯变化", "Lights that changed") + "\n")
        print(_laid(changes, lang))
    return 0


def allocate(options: argparse.Namespace, lang: str) -> int:
    """Split a target."""
    children = files.read(options.children, lang, options.sheet)
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
    if options.out is not None:
        files.write(parts.to_frame(), options.out, lang, {"total": options.total, "by": options.by})
        print(say(lang, f"已写入 {options.out}", f"wrote {options.out}"), file=sys.stderr)
        return 0
    print(_laid(parts.to_frame(), lang))
    return 0


def _say(answer: Answer, form: str, lang: str) -> None:
    match form:
        case "markdown":
            print(answer.to_markdown(lang))
        case "json":
            print(json.dumps(answer.to_dict(), ensure_ascii=False, indent=1))
        case _:
            print(answer.to_text(lang))


def _quantile(text: str) -> float | str:
    """Return a number where one was written."""
    try:
        return float(text)
    except ValueError:
        return text


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


def _laid(rows: Any, lang: str) -> str:
    """Lay out a table in a language."""
    frame = rows if isinstance(rows, nw.DataFrame) else nw.from_native(rows, eager_only=True)
    names = [name for name in frame.columns if any(_there(cell) for cell in frame[name].to_list())]
    heads = [say(lang, _HEADS.get(name, name), name) for name in names]
    lines = [
        [_cell(name, cell, lang) for name, cell in zip(names, row, strict=True)] for row in frame[names].iter_rows()
    ]
    right = [i for i, name in enumerate(names) if not any(isinstance(cell, str) for cell in frame[name].to_list())]
    return table(heads, lines, right)


def _there(cell: Any) -> bool:
    return not (cell is None or str(cell) in ("nan", "<NA>"))


def _cell(name: str, cell: Any, lang: str) -> str:
    if not _there(cell):
        return "—"
    if isinstance(cell, str):
        return _LIGHTS.get(cell, cell) if lang == "zh" and name in ("light", "before", "now") else cell
    if name in _PER_CENT:
        return f"{100 * cell:.1f}%"
    return f"{cell:+g}" if name == "rank_change" and cell else number(cell)

"""What each command does."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Callable
from typing import Any

from kaohe import _kaohe, datasets
from kaohe.answer import Answer
from kaohe.cli import files
from kaohe.cli.say import UsageError, say
from kaohe.errors import SchemeError
from kaohe.explanation import Explanation
from kaohe.language import titled
from kaohe.records import text
from kaohe.result import Result
from kaohe.scheme import Scheme
from kaohe.table import Table

__all__ = [
    "assess",
    "assessed",
    "check",
    "collect",
    "demo",
    "explain",
    "opened",
    "put",
    "ranking",
    "report",
    "say_written",
    "schema",
    "schemes",
]


def demo(options: argparse.Namespace, lang: str) -> int:
    """Assess 31 provinces on real statistics, print the ranking, explain a cell, say what to type next."""
    scheme = Scheme.builtin("strong-science-provinces")
    data = datasets.load("china-provinces")
    about = datasets.describe("china-provinces")
    print(say(lang, f"方案：{scheme.title('zh')}", f"Scheme: {scheme.title('en')}"))
    print(say(lang, f"数据：{about['title']['zh']}（真实统计数据）", f"Data: {about['title']['en']} (real statistics)"))
    print(
        say(
            lang,
            "权重和曲线只是示例：请换成自己的。",
            "The weights and curves are illustrative: set your own.",
        )
    )
    problems = scheme.check(data, entity="province", period="year", lang=lang)
    errors, warnings = (int((problems["severity"] == s).sum()) for s in ("error", "warning"))
    print(
        say(lang, f"数据检查：{errors} 个错误，{warnings} 个警告", f"Data checks: {errors} errors, {warnings} warnings")
    )
    result = scheme.assess(data, entity="province", period="year", lang=lang)
    print("\n" + ranking(result, 2022, lang))
    print(
        "\n" + say(lang, "甘肃的一个指标，追溯到原始数据", "One indicator of 甘肃 (Gansu), down to the raw data") + "\n"
    )
    print(result.explain("甘肃", 2022, "hitech_density").to_text(lang))
    print(_NEXT[lang])
    return 0


_NEXT = {
    "zh": """\
接下来
  kaohe explain strong-science-provinces china-provinces 甘肃 2022   一个省的总分，追溯到原始数据
  kaohe gaps strong-science-provinces china-provinces 甘肃 2022      落后在哪里，是扩大还是缩小
  kaohe needed strong-science-provinces china-provinces 甘肃 hitech_density --rank 15   要做到多少
  kaohe next strong-science-provinces china-provinces 甘肃           最省的一分在哪里
  kaohe assess strong-science-provinces china-provinces -o 得分.csv   全部指标值、得分、排名
  kaohe schemes strong-science > 我的方案.toml                        从五项指标的方案改起
  kaohe assess 我的方案.toml 我的数据.xlsx -o 得分.csv                  用自己的方案和数据

在 Python 或 Jupyter 中
  import kaohe as kh
  df = kh.datasets.load("china-provinces")
  result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
  result.ranking(2022)
  result.explain("甘肃", 2022)
  result.bridge("甘肃", since=2021, until=2022)""",
    "en": """\
What to type next
  kaohe explain strong-science-provinces china-provinces 甘肃 2022    one total, down to the raw data
  kaohe gaps strong-science-provinces china-provinces 甘肃 2022       where it is behind, and whether that widens
  kaohe needed strong-science-provinces china-provinces 甘肃 hitech_density --rank 15   what it takes
  kaohe next strong-science-provinces china-provinces 甘肃            the cheapest next point
  kaohe assess strong-science-provinces china-provinces -o out.csv   all values, points and ranks
  kaohe schemes strong-science > my.toml                             begin a scheme of your own
  kaohe assess my.toml my.xlsx -o out.csv                            your scheme, your data

In Python or Jupyter
  import kaohe as kh
  df = kh.datasets.load("china-provinces")
  result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
  result.ranking(2022)
  result.explain("甘肃", 2022)
  result.bridge("甘肃", since=2021, until=2022)""",
}


def ranking(result: Result, period: Any, lang: str) -> str:
    """Lay out the ranking of a period with the indicators' values."""
    return _ranked(result, period)._core.to_terminal(lang)


def _ranked(result: Result, period: Any) -> Answer:
    """Ask for the ranking of a period, the last one if None."""
    return result.ask({"ask": "ranking"} | ({} if period is None else {"period": str(period)}))


def assess(options: argparse.Namespace, lang: str) -> int:
    """Apply a scheme to data; write everything, or print a ranking."""
    result = assessed(options, lang)
    if options.out is None:
        print(ranking(result, options.at, lang))
        return 0
    about = {"scheme": result.scheme.id, "title": result.scheme.title(lang), "fingerprint": result.fingerprint}
    if options.out.lower().endswith(".xlsx"):
        files.write_bytes(bytes(result._core.to_workbook(lang)), options.out)
    else:
        table = _titled(result, lang) if options.titles else result.table
        files.write(table, options.out, lang, about, _ranked(result, options.at)._core)
    zh = f"已写入 {options.out}：{len(result._core)} 行，方案指纹 {result.fingerprint}"
    print(say(lang, zh, f"wrote {options.out}: {len(result._core)} rows, scheme {result.fingerprint}"), file=sys.stderr)
    return 0


def _titled(result: Result, lang: str) -> Any:
    """Return the table of a result with the titles of the scheme as headings."""
    import narwhals as nw

    scheme, words = result.scheme.document, {"total": ("总分", "total"), "rank": ("位次", "rank")}
    words |= {"grade": ("等次", "grade"), "rank_change": ("位次变化", "rank change")}
    words |= {"floors_points": ("封顶与底线", "caps and floors"), "remainder_points": ("差额", "remainder")}
    words |= {"remainder_reason": ("差额原因", "reason of the remainder")}
    titles = {name: say(lang, *both) for name, both in words.items()}
    for node in (*scheme.get("indicator", ()), *scheme.get("group", ()), *scheme.get("adjustment", ())):
        title = titled(node, lang)
        titles |= {node["id"]: title, f"{node['id']}_points": f"{title}{say(lang, '得分', ' (points)')}"}
    frame = nw.from_native(result.table, eager_only=True)
    renamed = {name: titles[name] for name in frame.columns if name in titles}
    free = len({renamed.get(name, name) for name in frame.columns}) == len(frame.columns)
    return frame.rename(renamed).to_native() if free else frame.to_native()


def report(options: argparse.Namespace, lang: str) -> int:
    """Write the report on everybody, or on one entity."""
    result = assessed(options, lang)
    result.report(options.out, entity=options.who, period=options.when, lang=lang)
    say_written(options.out, lang)
    return 0


def opened(options: argparse.Namespace, lang: str) -> int:
    """Serve the result as a page until Ctrl-C."""
    result = assessed(options, lang)
    with result.open(browser=not options.no_browser, port=options.port, lang=lang) as page:
        print(page.url, flush=True)
        zh, en = "只有本机能打开；按 Ctrl-C 结束", "for this machine only; Ctrl-C ends it"
        print(say(lang, zh, en), file=sys.stderr)
        with contextlib.suppress(KeyboardInterrupt):
            page.wait()
    return 0


def collect(options: argparse.Namespace, lang: str) -> int:
    """Write a blank workbook for the data of a scheme."""
    scheme = files.scheme(options.scheme, lang)
    if (options.entities is None) == (options.data is None):
        zh, en = "请用 --entities 或 --data 之一给出考核对象", "name the entities by one of --entities and --data"
        raise UsageError(say(lang, zh, en))
    entities = _listed(options.entities or "") if options.data is None else _entities(options.data, scheme, lang)
    files.write_bytes(bytes(scheme._core.collection(entities, _listed(options.periods), lang)), options.out)
    say_written(options.out, lang)
    return 0


def _entities(data: str, scheme: Scheme, lang: str) -> list[str]:
    """Return whose data a file has, each once."""
    import narwhals as nw

    table = files.read(data, lang, scheme)
    entity, _ = files.keys(table, None, None, scheme.variables, lang, long=False)
    frame = nw.from_native(table.frame if isinstance(table, Table) else table, eager_only=True)
    return list(dict.fromkeys(text(key) or "" for key in frame[entity].to_list()))


def _listed(names: str) -> list[str]:
    """Return the names that commas part, of either script."""
    return [name.strip() for name in names.replace("，", ",").split(",") if name.strip()]


def check(options: argparse.Namespace, lang: str) -> int:
    """List every problem of the data."""
    scheme = files.scheme(options.scheme, lang)
    data = _data(options, scheme, lang)
    entity, period = _keys(options, scheme, data, lang)
    members, member = _members(options, lang), options.member
    problems = scheme._problems(data, entity, period, options.long, lang, members, member)
    counts = {s: sum(problem["severity"] == s for problem in problems) for s in ("error", "warning", "info")}
    if options.out is not None:
        keys: dict[str, Any] = {"entity": entity, "period": period, "members": members, "member": member}
        table = scheme.check(data, **keys, long=options.long, lang=lang)
        about = {"scheme": scheme.id, "fingerprint": scheme.fingerprint}
        files.write(table, options.out, lang, about, _kaohe.problems(json.dumps(problems)))
    elif problems:
        print(_kaohe.problems(json.dumps(problems)).to_terminal(lang))
    zh = f"{counts['error']} 个错误，{counts['warning']} 个警告，{counts['info']} 个提示"
    en = f"{counts['error']} errors, {counts['warning']} warnings, {counts['info']} notes"
    print(say(lang, zh, en), file=sys.stderr)
    return 1 if counts["error"] else 0


def explain(options: argparse.Namespace, lang: str) -> int:
    """Explain one cell."""
    result = assessed(options, lang)
    explanation = result.explain(options.who, options.when, options.node)
    about = {"scheme": result.scheme.id, "fingerprint": result.fingerprint}
    put(explanation, options, lang, about, lambda: explanation.to_text(lang))
    return 0


def put(
    shown: Answer | Explanation,
    options: argparse.Namespace,
    lang: str,
    about: dict[str, Any],
    plain: Callable[[], str],
) -> None:
    """Write the table to the file that `-o` names, or print what was asked in the form of `--format`, else `plain`."""
    if options.out is not None:
        files.write(shown.to_frame(), options.out, lang, about, shown._core)
        say_written(options.out, lang)
        return
    match getattr(options, "format", "text"):
        case "markdown":
            print(shown.to_markdown(lang), end="")
        case "html":
            print(shown.to_html(lang))
        case "json":
            print(json.dumps(shown.to_dict(), ensure_ascii=False, indent=1))
        case _:
            print(plain(), end="")


def say_written(out: str, lang: str) -> None:
    """Say that a file was written, beside what a command prints."""
    print(say(lang, f"已写入 {out}", f"wrote {out}"), file=sys.stderr)


def schemes(options: argparse.Namespace, lang: str) -> int:
    """List the built-in schemes, or print one."""
    if options.name is not None and options.name not in Scheme.builtin_names():
        known = ", ".join(Scheme.builtin_names())
        zh = f"没有内置方案 {options.name}；有：{known}"
        raise SchemeError(say(lang, zh, f"there is no built-in scheme {options.name}; there are: {known}"))
    if options.name is not None:
        print(Scheme.builtin_text(options.name), end="")
        return 0
    listed = [(name, Scheme.builtin(name)) for name in Scheme.builtin_names()]
    longest = max(len(name) for name, _ in listed)
    for name, scheme in listed:
        print(f"{name:{longest}}  {scheme.title(lang)}")
    return 0


def schema(options: argparse.Namespace, lang: str) -> int:
    """Print the JSON Schema of scheme files, or of questions."""
    print(_kaohe.json_schema(options.of), end="")
    return 0


def assessed(options: argparse.Namespace, lang: str) -> Result:
    """Apply the scheme to the data that a command names."""
    scheme = files.scheme(options.scheme, lang)
    data = _data(options, scheme, lang)
    entity, period = _keys(options, scheme, data, lang)
    _say_read(data)
    targets = None if options.targets is None else files.read(options.targets, lang)
    keys: dict[str, Any] = {"entity": entity, "period": period, "member": options.member}
    members = _members(options, lang)
    return scheme.assess(data, **keys, long=options.long, targets=targets, members=members, lang=lang)


def _members(options: argparse.Namespace, lang: str) -> Any:
    """Read the table of members that a command names."""
    return None if options.members is None else files.read(options.members, lang)


def _data(options: argparse.Namespace, scheme: Scheme, lang: str) -> Any:
    """Read the table of a command; a long one as it stands, for the scheme to spread."""
    given = files.given(options, lang)
    if options.long:
        given |= {"entity": None, "period": None}
    return files.read(options.data, lang, None if options.long else scheme, **given)


# Findings of reading that are said before a result; `check` lists all of them.
_SAID = 10


def _say_read(data: Any) -> None:
    """Say what of a file was not read, or read in another unit."""
    if isinstance(data, Table):
        said = [f for f in data.findings if f["severity"] == "info"]
        for finding in said[:_SAID]:
            place = f"{finding['place']}: " if finding["place"] else ""
            print(f"{place}{finding['message']}", file=sys.stderr)
        if len(said) > _SAID:
            print(f"… ({len(said) - _SAID})", file=sys.stderr)


def _keys(options: argparse.Namespace, scheme: Scheme, data: Any, lang: str) -> tuple[str, str | None]:
    entity, period = files.keys(data, options.entity, options.period, scheme.variables, lang, options.long)
    if options.entity is None or options.period is None:
        zh = f"考核对象列：{entity}；时期列：{period or '无'}"
        print(say(lang, zh, f"entity column: {entity}; period column: {period or 'none'}"), file=sys.stderr)
    return entity, period

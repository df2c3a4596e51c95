"""A report: one page that stands for itself, made of the answers of a result."""

from __future__ import annotations

import html
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaohe.answer import Answer
from kaohe.errors import ArgumentError, KaoheError
from kaohe.language import either, get_lang
from kaohe.plot.style import altair
from kaohe.records import text

if TYPE_CHECKING:
    from kaohe.explanation import Explanation
    from kaohe.result import Result

__all__ = ["BROWSERS", "browser", "page", "write"]

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
# Flags are many where data have gaps: a page shows the first of them, `result.flags` has all.
_MOST_FLAGS = 100
_RUNS = 2_000

_STYLE = """
:root{color-scheme:light dark;--line:rgba(128,128,128,.3)}
body{margin:0 auto;padding:28px 32px 60px;max-width:1080px;
font:14px/1.6 system-ui,"Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif}
h1{font-size:24px;margin:0 0 4px}h2{font-size:18px;margin:36px 0 8px;padding-top:14px;border-top:1px solid var(--line)}
p.about{margin:0;color:#777}nav{margin:14px 0 0}nav a{margin-right:1.2em;color:inherit}
figure{margin:10px 0;padding:6px;background:#fff;overflow-x:auto}figure svg{max-width:100%;height:auto}
table.flags{border-collapse:collapse;font-size:13px}
table.flags td:first-child{white-space:nowrap}
table.flags td{padding:.2em .8em .2em 0;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
@media print{@page{size:A4;margin:14mm}:root{color-scheme:light}
body{padding:0;max-width:none;font-size:11px}nav,.kaohe-a .more{display:none}div.kaohe-a table{font-size:9px}
div.kaohe-a th,div.kaohe-a td{padding:.15em .5em}h2{break-after:avoid}figure,tr{break-inside:avoid}}
"""


def write(
    result: Result,
    path: str | PathLike[str],
    *,
    entity: Any = None,
    period: Any = None,
    lang: str | None = None,
) -> None:
    """Write the report: see `Result.report`."""
    to = Path(path)
    ending = to.suffix.lower()
    if ending not in (".html", ".pdf"):
        raise ArgumentError(
            either(f"不能写成 {to.name}；可用 .html、.pdf", f"cannot write {to.name}; expected .html or .pdf")
        )
    written = page(result, entity=entity, period=period, lang=lang)
    if ending == ".html":
        to.write_text(written, encoding="utf-8")
    else:
        _print(written, to)


def page(result: Result, *, entity: Any = None, period: Any = None, lang: str | None = None) -> str:
    """Return the report as HTML that asks for nothing beyond itself: see `Result.report`."""
    lang = get_lang(lang)
    when = period if period is not None or not result.periods else result.periods[-1]
    sections = list(_of_all(result, when, lang) if entity is None else _of_one(result, entity, when, lang))
    title = result.scheme.title(lang)
    head = title if entity is None else f"{title} · {entity}"
    about = either("时期", "Period", lang) + f" {when}" if when is not None else ""
    links = "".join(f'<a href="#s{k}">{html.escape(name)}</a>' for k, (name, _) in enumerate(sections))
    body = "".join(
        f'<section id="s{k}"><h2>{html.escape(name)}</h2>{content}</section>'
        for k, (name, content) in enumerate(sections)
    )
    # On paper nothing can be unfolded.
    body = body.replace('<details class="more">', '<details class="more" open>')
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(head)}</title><style>{_STYLE}</style></head><body><h1>{html.escape(head)}</h1>"
        f'<p class="about">{html.escape(about)}</p><nav>{links}</nav>{body}</body></html>'
    )


def _of_all(result: Result, when: Any, lang: str) -> Iterator[tuple[str, str]]:
    """Yield the sections of the report on everybody: title and content."""
    name = {"zh": 0, "en": 1}[lang]
    plot, several = result.plot, len(result.periods) > 1
    yield ("排名", "Ranking")[name], _figure(lambda: plot.ranking(when, lang=lang)) + result._ranked(when).to_html(lang)
    if several:
        yield ("位次变化", "How ranks moved")[name], _figure(lambda: plot.flow(lang=lang))
    yield ("总分为何不同", "What makes totals differ")[name], _answer(lambda: result.contributions(period=when), lang)
    yield ("封顶、保底与跳变", "Flat stretches and cliffs")[name], _answer(lambda: result.zones(when), lang)
    yield ("名次稳不稳", "How sure")[name], _answer(lambda: result.robustness(when, samples=_RUNS), lang)
    yield ("数据说明", "Notes on the data")[name], _flags(result, None, when, lang)
    yield ("考核办法", "Method")[name], _figure(lambda: plot.framework(lang=lang)) + result.scheme.to_html(lang)


def _of_one(result: Result, entity: Any, when: Any, lang: str) -> Iterator[tuple[str, str]]:
    """Yield the sections of the report on an entity."""
    name = {"zh": 0, "en": 1}[lang]
    # An entity or a period that is not there is an error of all of it, not of a section.
    profile = result.profile(entity, when)
    yield ("概况", "Where it stands")[name], _answer(lambda: profile, lang)
    yield ("差距", "Gaps")[name], _answer(lambda: result.gaps(entity, when), lang)
    if len(result.periods) > 1 and when != result.periods[0]:
        yield ("为何变化", "Why it moved")[name], _answer(lambda: result.bridge(entity, until=when), lang)
    yield ("再得一分", "The next point")[name], _answer(lambda: result.next_points(entity, when), lang)
    yield ("名次稳不稳", "How sure")[name], _answer(lambda: result.robustness(when, samples=_RUNS, entity=entity), lang)
    yield ("得分由来", "From the total to the data")[name], _answer(lambda: result.explain(entity, when), lang)
    yield ("数据说明", "Notes on the data")[name], _flags(result, entity, when, lang)
    yield ("考核办法", "Method")[name], result.scheme.to_html(lang)


def _answer(ask: Callable[[], Answer | Explanation], lang: str) -> str:
    """Return the chart, the sentences and the tables of an answer; or why there is none."""
    try:
        answer = ask()
    except KaoheError as error:
        return f"<p>{html.escape(str(error))}</p>"
    figure = _figure(lambda: answer.plot(lang=lang)) if isinstance(answer, Answer) else ""
    return figure + answer.to_html(lang)


def _figure(draw: Callable[[], Any]) -> str:
    """Return a chart as a picture in the page; nothing of an answer that has none."""
    altair()
    import vl_convert

    try:
        spec = draw().to_dict()
    except ArgumentError:
        return ""
    # The sentences stand beside it.
    spec.pop("title", None)
    return f"<figure>{vl_convert.vegalite_to_svg(spec)}</figure>"


def _flags(result: Result, entity: Any, when: Any, lang: str) -> str:
    """Return what was filled, capped or changed in a period, as a table."""
    asked = result._asked
    found = [flag for flag in result._core.flags(lang) if asked.frame.period is None or flag["period"] == text(when)]
    rows = [(flag["entity"], flag["message"]) for flag in found if entity is None or flag["entity"] == text(entity)]
    if not rows:
        return "<p>" + either("没有需要说明之处。", "There is nothing to note.", lang) + "</p>"
    cells = "".join(
        f"<tr><td>{html.escape(who)}</td><td>{html.escape(said)}</td></tr>" for who, said in rows[:_MOST_FLAGS]
    )
    more = len(rows) - _MOST_FLAGS
    rest = either(f"另有 {more} 条。", f"{more} more.", lang) if more > 0 else ""
    return f'<table class="flags"><tbody>{cells}</tbody></table><p>{rest}</p>'


def browser() -> str | None:
    """Return the first browser of the system that prints without a window; None if there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _print(written: str, to: Path) -> None:
    """Print a page to a PDF by a browser without a window."""
    found = browser()
    if found is None:
        raise ArgumentError(
            either(
                "写 PDF 需要 Chromium（Debian：apt-get install chromium）；也可写成 .html，再由浏览器打印",
                "a PDF needs Chromium (Debian: apt-get install chromium); or write .html and print it with a browser",
            )
        )
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "report.html"
        source.write_text(written, encoding="utf-8")
        flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={folder}/profile",
            "--no-pdf-header-footer",
        ]
        command = [found, *flags, f"--print-to-pdf={to.resolve()}", source.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if done.returncode or not to.exists():
        raise ArgumentError(
            either(f"浏览器没有写出 PDF：{done.stderr[-300:]}", f"the browser wrote no PDF: {done.stderr[-300:]}")
        )

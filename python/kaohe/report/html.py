"""The report as a page of HTML: charts are pictures in it, nothing is asked of a network, no script runs."""

from __future__ import annotations

from html import escape

from kaohe.plot.style import drawable
from kaohe.report.sections import Block, Chart, Flags, Report, Said, Steps, Words

__all__ = ["page"]

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


def page(report: Report) -> str:
    """Return the report as HTML that asks for nothing beyond itself."""
    links = "".join(f'<a href="#s{k}">{escape(section.title)}</a>' for k, section in enumerate(report.sections))
    body = "".join(
        f'<section id="s{k}"><h2>{escape(section.title)}</h2>'
        + "".join(_block(block, report.lang) for block in section.blocks)
        + "</section>"
        for k, section in enumerate(report.sections)
    )
    # On paper nothing can be unfolded.
    body = body.replace('<details class="more">', '<details class="more" open>')
    return (
        f'<!doctype html><html lang="{report.lang}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width">'
        f"<title>{escape(report.title)}</title><style>{_STYLE}</style></head><body><h1>{escape(report.title)}</h1>"
        f'<p class="about">{escape(report.about)}</p><nav>{links}</nav>{body}</body></html>'
    )


def _block(block: Block, lang: str) -> str:
    match block:
        case Chart():
            import vl_convert

            return f"<figure>{vl_convert.vegalite_to_svg(drawable(block.spec))}</figure>"
        case Said():
            return block.answer.to_html(lang)
        case Steps():
            return block.explanation.to_html(lang)
        case Words():
            return f"<p>{escape(block.text)}</p>"
        case Flags():
            return _flags(block)


def _flags(block: Flags) -> str:
    cells = "".join(f"<tr><td>{escape(who)}</td><td>{escape(said)}</td></tr>" for who, said in block.rows)
    return f'<table class="flags"><tbody>{cells}</tbody></table><p>{block.rest}</p>'

"""Pictures of what a notebook shows, light and dark: `python3 dev.py screenshots [FOLDER]`.

Each object's HTML stands in a page with the attribute and the rules for tables that JupyterLab has, and headless
Chromium takes the picture. Debian: `apt-get install chromium fonts-noto-cjk`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import kaohe as kh
from kaohe.report import BROWSERS, browser

# What JupyterLab says of tables in its output, which the objects' own rules must stand up to.
PAGE = """<!doctype html><meta charset="utf-8"><style>
body{{margin:16px;font-family:system-ui,"Noto Sans CJK SC",sans-serif;font-size:14px;{colours}}}
.jp-RenderedHTMLCommon table{{border-collapse:collapse;border-spacing:0;border:none;font-size:12px;table-layout:fixed;
margin-left:auto;margin-bottom:1em;margin-right:auto}}
.jp-RenderedHTMLCommon td,.jp-RenderedHTMLCommon th,.jp-RenderedHTMLCommon tr{{vertical-align:middle;padding:.5em;
line-height:normal;white-space:normal;max-width:none;border:none;text-align:right}}
.jp-RenderedHTMLCommon tbody tr:nth-child(odd){{background:rgba(128,128,128,.15)}}
</style><body data-jp-theme-light="{light}"><div class="jp-RenderedHTMLCommon">{html}</div></body>"""
THEMES = {"light": "background:#fff;color:#111", "dark": "background:#111;color:#ddd"}


def objects() -> dict[str, tuple[str, object]]:
    """Return what is shown, by the name of its picture, with its language."""
    data = kh.datasets.load("china-provinces")
    scheme = kh.Scheme.builtin("strong-science-provinces")
    result = scheme.assess(data, entity="province", period="year")
    months = {"city": ["金昌", "武威"] * 2, "month": ["2023-06"] * 2 + ["2023-07"] * 2, "contracts": [30, 20, 70, 35]}
    classed = kh.Scheme.from_toml("""
        kaohe = 1
        id = "classes"
        title = { zh = "高质量发展分类考核", en = "Assessment by classes" }
        class_column = "kind"
        variable = [
            { id = "sales", unit = "万元", title = { zh = "销售收入", en = "Sales" } },
            { id = "accidents", unit = "起", title = { zh = "安全事故", en = "Accidents" } },
        ]
        [[group]]
        id = "growth"
        title = { zh = "发展", en = "Growth" }
        [[indicator]]
        id = "sales"
        parent = "growth"
        title = { zh = "销售收入", en = "Sales" }
        formula = "sales"
        unit = "万元"
        round = { digits = 0 }
        points = { rule = "linear", between = [60, 100] }
        [[adjustment]]
        id = "large"
        title = { zh = "规模加分", en = "Bonus for size" }
        formula = "if(sales > 2000000, 2, 0)"
        cap = 2
        [[floor]]
        id = "safety"
        title = { zh = "安全生产底线", en = "Safety floor" }
        when = "accidents > 0"
        then = { cap_total = 80 }
        [[class]]
        id = "A"
        title = { zh = "重点开发区", en = "Key development" }
        [[class]]
        id = "B"
        title = { zh = "生态功能区", en = "Ecological" }
        [total]
        round = { digits = 2 }
        """)
    firms = {"name": list("甲乙丙丁"), "kind": list("AABB"), "sales": [1364180, 2364180, 98000, 77000]}
    by_class = classed.assess(firms | {"accidents": [0, 1, 0, 0]}, entity="name")
    targets = [{"indicator": "contracts", "value": 100}]
    return {
        "scheme": ("zh", scheme),
        "scheme-classes": ("zh", classed),
        "result": ("zh", result),
        "result-classes": ("zh", by_class),
        "gaps": ("zh", result.gaps("甘肃", 2022)),
        "bridge": ("zh", result.bridge("甘肃", since=2021, until=2022)),
        "next-points": ("en", result.next_points("甘肃", 2022)),
        "dispatch": ("zh", kh.plan.dispatch(months, targets, entity="city", period="month")),
        "explanation": ("en", result.explain("甘肃", 2022)),
    }


def main(folder: str = "screenshots") -> None:
    """Write the pictures."""
    found = browser()
    if found is None:
        sys.exit(f"no browser: install Chromium, or another of {', '.join(BROWSERS)}")
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    shown = objects()
    with tempfile.TemporaryDirectory() as scratch:
        for name, (lang, thing) in shown.items():
            kh.set_lang(lang)  # type: ignore[arg-type]
            html = thing._repr_html_()  # type: ignore[attr-defined]
            for theme, colours in THEMES.items():
                page, picture = Path(scratch, f"{name}.html"), out / f"{name}-{theme}.png"
                light = str(theme == "light").lower()
                page.write_text(PAGE.format(colours=colours, light=light, html=html), encoding="utf-8")
                words = [found, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
                words += ["--window-size=1100,760", f"--user-data-dir={scratch}/profile"]
                words += [f"--screenshot={picture.resolve()}", page.as_uri()]
                subprocess.run(words, check=True, capture_output=True)
                print(picture)


if __name__ == "__main__":
    main(*sys.argv[1:])

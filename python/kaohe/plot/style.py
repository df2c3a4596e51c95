"""How charts look, and how they leave as files."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Any

from kaohe.errors import ArgumentError
from kaohe.language import either

__all__ = ["BLUE", "GREY", "ORANGE", "PALETTE", "altair", "clean", "drawable", "finished", "no_font", "save"]

# The colours of Okabe and Ito (2008), which people with each kind of colour blindness tell apart.
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#999999"
PALETTE = [BLUE, "#E69F00", "#009E73", "#CC79A7", "#56B4E9", ORANGE, "#F0E442", "#666666"]

# Fonts with Chinese characters that systems ship, then any.
FONTS = (
    "Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, WenQuanYi Zen Hei, sans-serif"
)
# What XML cannot hold: control characters, halves of pairs, and the two that are no characters.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CHINESE = (
    "cjk",
    "notosanssc",
    "sourcehan",
    "msyh",
    "simhei",
    "simsun",
    "pingfang",
    "heiti",
    "songti",
    "wqy",
    "wenquanyi",
    "droidsansfallback",
    "uming",
    "ukai",
)


def altair() -> Any:
    """Return altair, or say how to install it."""
    try:
        import altair
    except ImportError as error:
        message = either("画图需要 altair：pip install 'kaohe[plot]'", "charts need altair: pip install 'kaohe[plot]'")
        raise ArgumentError(message) from error
    return altair


def finished(chart: Any, title: str, subtitle: str = "") -> Any:
    """Return a chart with its title and the look of all of them."""
    alt = altair()
    head = alt.TitleParams(
        _wrapped(title, 80), subtitle=_wrapped(subtitle, 100), anchor="start", frame="group", fontSize=15, offset=12
    )
    return (
        chart.properties(title=head, background="white", padding=12)
        .configure(font=FONTS)
        .configure_axis(
            labelFontSize=11, titleFontSize=11, titleFontWeight="normal", gridColor="#ececec", labelLimit=260
        )
        .configure_legend(orient="bottom", title=None, labelFontSize=11, labelLimit=260, columns=4)
        .configure_title(subtitleColor="#555555", subtitleFontSize=11.5, subtitlePadding=4)
        .configure_view(stroke=None)
    )


def _wrapped(text: str, most: int) -> list[str]:
    """Return a text as lines; a Chinese character is as wide as two letters."""
    lines, width = [""], 0
    for letter in text:
        width += 2 if ord(letter) > 0x2E80 else 1
        if width > most and (letter == " " or ord(letter) > 0x2E80) and letter not in "，。；：）、":
            lines.append("")
            width = 0
        lines[-1] += letter
    return [line.strip() for line in lines if line.strip()]


def save(chart: Any, path: str | PathLike[str], *, scale: float = 2.0) -> None:
    """Write a chart as .svg, .png, .pdf, .html or .json (Vega-Lite), by the name of the file.

    Everything is written without a network: `.html` carries the library that draws it.

    Parameters
    ----------
    chart
        A chart of `result.plot` or `answer.plot()`, or any other of Altair.
    path
        Where to.
    scale
        Pixels of a `.png` for one of the chart.

    Raises
    ------
    ArgumentError
        Another ending. Chinese labels in a picture where no font of the system has them: the message names a package.

    Examples
    --------
    >>> import tempfile, kaohe as kh
    >>> df = kh.datasets.load("china-provinces")
    >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     kh.plot.save(result.plot.ranking(lang="en"), f"{folder}/ranking.json")
    """
    to = Path(path)
    ending = to.suffix.lower()
    if ending not in (".svg", ".png", ".pdf", ".html", ".json"):
        raise ArgumentError(
            either(
                f"不能写成 {to.name}；可用 .svg、.png、.pdf、.html、.json",
                f"cannot write {to.name}; expected .svg, .png, .pdf, .html or .json",
            )
        )
    if ending == ".json":
        to.write_text(chart.to_json(), encoding="utf-8")
    elif ending == ".html":
        to.write_text(chart.to_html(inline=True, json_kwds={"cls": _InScript}), encoding="utf-8")
    else:
        reason = no_font(chart.to_dict())
        if reason:
            raise ArgumentError(reason)
        import vl_convert

        spec = drawable(chart.to_dict())
        if ending == ".svg":
            to.write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")
        elif ending == ".png":
            to.write_bytes(vl_convert.vegalite_to_png(spec, scale=scale))
        else:
            to.write_bytes(vl_convert.vegalite_to_pdf(spec))


def clean(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _FORBIDDEN.sub("\ufffd", text)


def drawable(spec: Any) -> Any:
    """Return a chart with clean texts: what draws pictures ends the program at a control character in a name."""
    if isinstance(spec, dict):
        return {clean(key): drawable(value) for key, value in spec.items()}
    if isinstance(spec, list):
        return [drawable(value) for value in spec]
    return clean(spec) if isinstance(spec, str) else spec


def no_font(spec: dict[str, Any]) -> str:
    """Return why a chart cannot be drawn as a picture on this system: no font has its Chinese labels. Else nothing."""
    if not _is_chinese(json.dumps(spec, ensure_ascii=False)) or _has_chinese_font():
        return ""
    return either(
        "系统没有中文字体，图片中的文字会成为方框；请安装 fonts-noto-cjk（Debian、Ubuntu）或 "
        "google-noto-sans-cjk-fonts（Fedora），或写成 .html",
        "no font of this system has Chinese characters; install fonts-noto-cjk (Debian, Ubuntu) or "
        "google-noto-sans-cjk-fonts (Fedora), or write .html",
    )


class _InScript(json.JSONEncoder):
    """Writes JSON that may stand in a script of a page: no name can end the script."""

    def encode(self, o: Any) -> str:
        return super().encode(o).replace("<", "\\u003c")


def _is_chinese(text: str) -> bool:
    # Fonts are named after their characters, which are no labels.
    return any("一" <= letter <= "鿿" for letter in text)


def _has_chinese_font() -> bool:
    return any(any(name in file.lower() for name in _CHINESE) for file in _font_files())


def _font_files() -> Iterator[str]:
    home = Path.home()
    shared = ["/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts"]
    own = [home / ".fonts", home / ".local/share/fonts", home / "Library/Fonts"]
    folders = [*map(Path, shared), *own, Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"]
    for folder in folders:
        for _, _, files in os.walk(folder):
            yield from files

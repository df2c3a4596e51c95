"""A report: a page or a document that stands for itself, made of the answers of a result."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaohe.errors import ArgumentError
from kaohe.language import either
from kaohe.report import html, pdf, sections, word
from kaohe.report.pdf import BROWSERS, browser

if TYPE_CHECKING:
    from kaohe.result import Result

__all__ = ["BROWSERS", "browser", "page", "write"]

_KINDS: dict[str, Callable[[sections.Report], bytes]] = {
    ".html": lambda report: html.page(report).encode(),
    ".docx": word.document,
    ".pdf": lambda report: pdf.printed(html.page(report)),
}


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
    kind = _KINDS.get(to.suffix.lower())
    if kind is None:
        zh = f"不能写成 {to.name}；可用 .html、.docx、.pdf"
        raise ArgumentError(either(zh, f"cannot write {to.name}; expected .html, .docx or .pdf"))
    if kind is word.document:
        # What is not installed is said before anything is computed.
        word.docx()
    to.write_bytes(kind(sections.of(result, entity=entity, period=period, lang=lang)))


def page(result: Result, *, entity: Any = None, period: Any = None, lang: str | None = None) -> str:
    """Return the report as HTML that asks for nothing beyond itself: see `Result.report`."""
    return html.page(sections.of(result, entity=entity, period=period, lang=lang))

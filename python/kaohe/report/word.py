"""The report as a Word document: what stands on the page, in styles that an office may change."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from typing import Any

from kaohe.answer import Answer
from kaohe.errors import ArgumentError
from kaohe.language import either
from kaohe.plot.style import clean, drawable, no_font
from kaohe.report import word_styles, word_tables
from kaohe.report.sections import Block, Chart, Flags, Report, Said, Steps, Words

__all__ = ["document", "docx"]

# Pixels of a picture for one of the chart; a pixel of a chart is 1/96 inch.
_SCALE = 2
_POINTS_PER_PIXEL = 0.75
# A chart of hundreds of entities, set on one page, cannot be read: letters of 11 pixels are then below five points.
_SMALLEST = 0.6


def docx() -> Any:
    """Return python-docx, or say how to install it."""
    try:
        import docx
    except ImportError as error:
        zh = "写 Word 文档需要 python-docx：pip install 'kaohe[docx]'"
        en = "a Word document needs python-docx: pip install 'kaohe[docx]'"
        raise ArgumentError(either(zh, en)) from error
    return docx


def document(report: Report) -> bytes:
    """Return the report as the bytes of a `.docx`; the same report gives the same bytes."""
    made = word_styles.blank(docx().Document(), report.lang)
    made.core_properties.title = clean(report.title)[:255]
    _Writer(made, report.lang).write(report)
    held = io.BytesIO()
    made.save(held)
    return _timeless(held.getvalue())


class _Writer:
    """Lays out a report in a document."""

    def __init__(self, made: Any, lang: str) -> None:
        self._made, self._lang = made, lang

    def write(self, report: Report) -> None:
        self._line(report.title, "Title")
        if report.about:
            self._line(report.about, "Subtitle")
        for section in report.sections:
            self._line(section.title, "Heading 1")
            for block in section.blocks:
                self._block(block, section.title)

    def _line(self, text: str, style: str) -> None:
        self._made.add_paragraph(clean(text), style)

    def _block(self, block: Block, title: str) -> None:
        match block:
            case Chart():
                self._chart(block.spec, title)
            case Said():
                self._said(block)
            case Steps():
                self._line(block.explanation._core.heading(self._lang), "Finding")
                self._table(word_tables.steps(block.explanation._core.rows(self._lang), self._lang))
            case Words():
                self._line(block.text, "Normal")
            case Flags():
                self._table(word_tables.plain(block.rows))
                if block.rest:
                    self._line(block.rest, "Note")

    def _said(self, block: Said) -> None:
        core = block.answer._core
        for k, sentence in enumerate(core.sentences(self._lang)):
            # A title has no full stop.
            self._line(sentence, "Normal" if k or sentence.endswith((".", "。")) else "Finding")
        for page in json.loads(core.pages(self._lang)):
            if page["title"]:
                self._line(page["title"], "Caption")
            self._table(word_tables.of(page))
            if page["rest"]:
                self._line(page["rest"], "Note")
        for note in block.answer.notes(self._lang) if isinstance(block.answer, Answer) else ():
            self._line(note, "Note")

    def _table(self, table: word_tables.Table) -> None:
        for band in table.bands(word_styles.WIDTH):
            self._made.element.body.insert_element_before(word_tables.element(band, clean), "w:sectPr")
            self._line("", "After Table")

    def _chart(self, spec: dict[str, Any], title: str) -> None:
        """Set a chart as a picture; or say why there is none."""
        import vl_convert

        reason = no_font(spec)
        if reason:
            self._line(reason, "Note")
            return
        picture = vl_convert.vegalite_to_png(drawable(spec), scale=_SCALE)
        wide, high = (side * _POINTS_PER_PIXEL / _SCALE for side in struct.unpack(">II", picture[16:24]))
        shrunk = min(1.0, word_styles.WIDTH / wide, word_styles.HEIGHT / high)
        if shrunk < _SMALLEST:
            zh, en = "此图在一页上过长，见 .html 报告。", "This chart is too long for a page; the .html report has it."
            self._line(either(zh, en, self._lang), "Note")
            return
        line = self._made.add_paragraph(style="Picture")
        shape = line.add_run().add_picture(io.BytesIO(picture), width=docx().shared.Pt(wide * shrunk))
        shape._inline.docPr.set("descr", clean(title))


def _timeless(data: bytes) -> bytes:
    """Return the same archive without the time it was written at."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return held.getvalue()

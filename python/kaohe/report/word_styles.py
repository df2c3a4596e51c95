"""The look of a Word document: A4, the styles that its text is in, a page number below. No file holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kaohe.language import either

__all__ = ["HEIGHT", "WIDTH", "blank"]

# A4 and its margins, in points; below a picture there is space for a line of text at least.
_PAPER, _MARGINS = (595.3, 841.9), (62.4, 70.9)
WIDTH = _PAPER[0] - 2 * _MARGINS[0]
HEIGHT = _PAPER[1] - 2 * _MARGINS[1] - 60

_SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
# Fonts of letters and of Chinese characters: of text, and of headings. Word has them; other programs take their own.
_FONTS = {
    "zh": (("Times New Roman", "宋体"), ("Arial", "黑体")),
    "en": (("Arial", "宋体"), ("Arial", "黑体")),
}
_GREY, _INK, _RULE, _THIN = "666666", "1F3864", "404040", "D0D0D0"
# Parts of the library's own template that nothing here uses.
_UNUSED = ("stylesWithEffects", "customXml", "numbering", "thumbnail")


@dataclass(frozen=True)
class _Style:
    """A style of paragraphs: letters in points, space above and below in points, lines in parts of the letters' own."""

    key: str
    name: str
    size: float | None = None
    strong: bool = False
    colour: str = ""
    before: float = 0
    after: float = 4
    line: float = 1.3
    exact: bool = False
    keep: bool = False
    middle: bool = False
    outline: bool = False
    own: bool = False


_STYLES = (
    _Style("Normal", "Normal"),
    _Style("Title", "Title", 20, strong=True, colour=_INK, after=3, line=1.1),
    _Style("Subtitle", "Subtitle", 11, colour=_GREY, after=6),
    _Style("Heading1", "heading 1", 15, True, _INK, before=18, after=6, line=1.1, keep=True, outline=True),
    _Style("Caption", "caption", 10, strong=True, before=6, after=2, keep=True),
    _Style("Footer", "footer", 9, colour=_GREY, after=0, line=1, middle=True),
    _Style("Finding", "Finding", strong=True, keep=True, own=True),
    _Style("Note", "Note", 9, colour=_GREY, after=3, line=1.15, own=True),
    _Style("Picture", "Picture", before=3, after=3, line=1, middle=True, own=True),
    # Chinese and other letters on one line, whatever their fonts: lines of 13 points.
    _Style("TableText", "Table Text", 9, before=1, after=1, line=13, exact=True, own=True),
    _Style("TableSmall", "Table Small", 7.5, before=0.5, after=0.5, line=11, exact=True, own=True),
    _Style("AfterTable", "After Table", 4, after=3, line=1, own=True),
)


def blank(made: Any, lang: str) -> Any:
    """Return a new document of python-docx in the look of reports."""
    for package in (made.part, made.part.package):
        for key, relation in list(package.rels.items()):
            if any(name in relation.reltype for name in _UNUSED):
                del package.rels[key]
    paragraphs = "".join(_paragraphs(style, lang) for style in _STYLES)
    _fill(made.styles.element, _defaults(lang) + paragraphs + _others() + _tables(lang))
    _fill(made.element.body.sectPr, _page())
    footer = made.sections[0].footer
    footer.is_linked_to_previous = False
    _fill(footer._element, _number(lang))
    # Who wrote it and when is not said: the same report is the same file.
    _fill(made.core_properties._element, "")
    made.core_properties.language = {"zh": "zh-CN", "en": "en-US"}[lang]
    return made


def _fill(element: Any, inside: str) -> None:
    """Put other elements in the place of those that an element has."""
    from docx.oxml import parse_xml

    for old in list(element):
        element.remove(old)
    element.extend(list(parse_xml(f"<w:body {_SPACE}>{inside}</w:body>")))


def _tag(name: str, *inside: str, **attributes: object) -> str:
    """Return an element of Word's namespace."""
    given = "".join(f' w:{key}="{value}"' for key, value in attributes.items())
    return f"<w:{name}{given}>{''.join(inside)}</w:{name}>"


def _page() -> str:
    (wide, high), (beside, above) = ([_twips(side) for side in pair] for pair in (_PAPER, _MARGINS))
    sides = {"top": above, "right": beside, "bottom": above, "left": beside}
    return _tag("pgSz", w=wide, h=high) + _tag("pgMar", **sides, header=680, footer=680, gutter=0)


def _number(lang: str) -> str:
    """Return the number of the page, and how many there are."""

    def run(text: str) -> str:
        return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' if text else ""

    def count(name: str) -> str:
        return _tag("fldSimple", run("1"), instr=name)

    before, between, after = either("第 | 页，共 | 页", "Page | of |", lang).split("|")
    style = _tag("pPr", _tag("pStyle", val="Footer"))
    return _tag("p", style, run(before), count("PAGE"), run(between), count("NUMPAGES"), run(after))


def _defaults(lang: str) -> str:
    """Return what holds where no style says otherwise."""
    # Letters are English ones in a Chinese text too, so that no line ends within a number.
    spoken = _tag("lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA")
    letters = _tag("rPr", _fonts(lang, 0), _size(10.5), spoken)
    return _tag("docDefaults", _tag("rPrDefault", letters), _tag("pPrDefault", _tag("pPr")))


def _paragraphs(style: _Style, lang: str) -> str:
    own = {"customStyle": 1} if style.own else {"default": 1} if style.key == "Normal" else {}
    lines = _twips(style.line) if style.exact else round(240 * style.line)
    rule = "exact" if style.exact else "auto"
    space = {"before": _twips(style.before), "after": _twips(style.after), "line": lines, "lineRule": rule}
    line = _tag("bottom", val="single", sz=6, space=3, color=_INK)
    # In the order of the schema.
    place = (
        _tag("keepNext") if style.keep else "",
        _tag("pBdr", line) if style.outline else "",
        _tag("spacing", **space),
        _tag("jc", val="center") if style.middle else "",
        _tag("outlineLvl", val=0) if style.outline else "",
    )
    look = (
        _fonts(lang, 1) + _tag("b") if style.strong else "",
        _tag("color", val=style.colour) if style.colour else "",
        "" if style.size is None else _size(style.size),
    )
    basis = "" if style.key == "Normal" else _tag("basedOn", val="Normal")
    after = _tag("next", val="Normal") if style.keep else ""
    said = (_tag("name", val=style.name), basis, after, _tag("qFormat"), _tag("pPr", *place), _tag("rPr", *look))
    return _tag("style", *said, type="paragraph", styleId=style.key, **own)


def _others() -> str:
    """Return the styles that every document has."""
    character = {"type": "character", "default": 1, "styleId": "DefaultParagraphFont"}
    numbering = {"type": "numbering", "default": 1, "styleId": "NoList"}
    return _tag("style", _tag("name", val="Default Paragraph Font"), **character) + _tag(
        "style", _tag("name", val="No List"), **numbering
    )


def _tables(lang: str) -> str:
    """Return the style of tables: lines above, below the heading and below, thin ones between rows."""

    def rule(side: str, size: int, colour: str) -> str:
        return _tag(side, val="single", sz=size, space=0, color=colour)

    def part(kind: str, borders: str, *look: str) -> str:
        cell = _tag("tcPr", _tag("tcBorders", borders))
        return _tag("tblStylePr", _tag("rPr", *look), cell, type=kind)

    beside = {"top": 0, "left": 75, "bottom": 0, "right": 75}
    margins = _tag("tblCellMar", *(_tag(side, w=width, type="dxa") for side, width in beside.items()))
    plain = _tag("tblPr", _tag("tblInd", w=0, type="dxa"), margins)
    borders = rule("top", 12, _RULE) + rule("bottom", 12, _RULE) + rule("insideH", 4, _THIN)
    own = (
        _tag("name", val="Report Table") + _tag("basedOn", val="TableNormal"),
        _tag("tblPr", _tag("tblBorders", borders)),
        part("firstRow", rule("bottom", 6, _RULE), _fonts(lang, 1), _tag("b")),
        part("lastRow", rule("top", 6, _RULE), _tag("b")),
    )
    first = {"type": "table", "default": 1, "styleId": "TableNormal"}
    return _tag("style", _tag("name", val="Normal Table"), plain, **first) + _tag(
        "style", *own, type="table", customStyle=1, styleId="ReportTable"
    )


def _fonts(lang: str, which: int) -> str:
    letters, characters = _FONTS[lang][which]
    return _tag("rFonts", ascii=letters, hAnsi=letters, eastAsia=characters, cs=letters)


def _size(points: float) -> str:
    return _tag("sz", val=round(2 * points)) + _tag("szCs", val=round(2 * points))


def _twips(points: float) -> int:
    return round(20 * points)

"""Tables of a Word document: their cells as the core writes them, columns as wide as what stands in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from unicodedata import east_asian_width

from kaohe.language import either

__all__ = ["Cell", "Table", "element", "of", "plain", "steps"]

# The colours of the page on paper.
_COLOURS = {
    "up": "1A7F37",
    "down": "CF222E",
    "top": "0969DA",
    "green": "1A7F37",
    "blue": "0969DA",
    "yellow": "8A6100",
    "red": "CF222E",
}
_BOLD = {"head", "top", "green", "blue", "yellow", "red"}
# Sizes of letters, in points, the smaller where a table would not fit otherwise, and the styles that have them.
_STYLES = {9.0: "TableText", 7.5: "TableSmall"}
# Parts of their size that letters are wide, bold ones too; what stands left and right of a text, in points.
_WIDTH, _BOLDER, _BESIDE = 0.55, 1.15, 8.0
# Letters that a broken text has on a line at least, that a word has to be broken, and that a column is wide at most.
_NARROW, _LONGEST, _WIDE = 8, 20, 80
# Letters between which no line ends.
_WORD = re.compile(r"[!-~]+")
_INDENT = 10.0
_TWIPS = 20


@dataclass(frozen=True)
class Cell:
    """A text of a table: what it says beside it, and how deep it stands in a tree."""

    text: str
    tone: str = ""
    depth: int = 0

    def width(self, size: float) -> float:
        """Return how wide it is on one line, in points."""
        return self._wide(max(map(_letters, self.text.split("\n")), default=0), size)

    def least(self, size: float) -> float:
        """Return how narrow it may be, in points: its longest word, within bounds, stays whole."""
        longest = max(map(len, _WORD.findall(self.text)), default=0)
        return min(self.width(size), self._wide(min(max(longest, _NARROW), _LONGEST), size))

    def _wide(self, letters: int, size: float) -> float:
        bolder = _BOLDER if self.tone in _BOLD else 1.0
        return letters * size * _WIDTH * bolder + self.depth * _INDENT + _BESIDE


@dataclass(frozen=True)
class Table:
    """Texts in rows: a heading that each page repeats, if there is one, and a total below."""

    heads: list[Cell]
    right: list[bool]
    rows: list[list[Cell]]
    total: list[Cell] | None = None
    widths: list[float] = field(default_factory=list)
    size: float = 9.0

    def bands(self, available: float) -> list[Table]:
        """Return the table with its columns as wide as they should be; in several below each other where they are many.

        Smaller letters are tried first. Each band begins with what the rows are of: the columns up to the first that is
        a text.
        """
        for size in _STYLES:
            sized = replace(self, size=size)
            bands = sized._bands(available)
            if len(bands) == 1:
                break
        return [sized._fitted(columns, available) for columns in bands]

    def _bands(self, available: float) -> list[list[int]]:
        """Return which columns stand in each band."""
        least = [self._least(c) for c in range(len(self.right))]
        keys = next((c + 1 for c, right in enumerate(self.right) if not right), 1)
        if sum(least[:keys]) > available / 2:
            keys = 0
        bands = [list(range(keys))]
        for column in range(keys, len(least)):
            if len(bands[-1]) > keys and sum(least[c] for c in [*bands[-1], column]) > available:
                bands.append(list(range(keys)))
            bands[-1].append(column)
        return bands

    def _least(self, column: int) -> float:
        """Return how narrow a column may be: numbers stay on one line, headings and texts are broken between words."""
        body = [line[column] for line in [*self.rows, self.total or []] if line]
        head = self.heads[column].least(self.size) if self.heads else 0.0
        right = self.right[column]
        return max([head, *(cell.width(self.size) if right else cell.least(self.size) for cell in body)])

    def _fitted(self, columns: list[int], available: float) -> Table:
        """Return these columns: each as wide as its longest text if all have space, else by what each lacks."""

        def pick(line: list[Cell]) -> list[Cell]:
            return [line[c] for c in columns] if line else []

        heads, rows, total = pick(self.heads), [pick(row) for row in self.rows], pick(self.total or [])
        lines = [line for line in [heads, *rows, total] if line]
        longest = [max(line[k].width(self.size) for line in lines) for k in range(len(columns))]
        least = [self._least(c) for c in columns]
        most = _WIDE * _WIDTH * self.size
        wanted = [max(low, min(most, high)) for low, high in zip(least, longest, strict=True)]
        spare, need = max(0.0, available - sum(least)), sum(wanted) - sum(least)
        part = 1.0 if need <= spare else spare / need
        widths = [low + part * (want - low) for low, want in zip(least, wanted, strict=True)]
        right = [self.right[c] for c in columns]
        return replace(self, heads=heads, right=right, rows=rows, total=total or None, widths=widths)


def of(page: dict[str, Any]) -> Table:
    """Return a table of an answer, as the core writes it."""
    total = None if page["total"] is None else [Cell(text) for text in page["total"]]
    rows = [[Cell(text, tone) for text, tone in row] for row in page["rows"]]
    return Table([Cell(head, "head") for head in page["heads"]], page["right"], rows, total)


def steps(rows: Sequence[dict[str, Any]], lang: str) -> Table:
    """Return the steps of an explanation, the deeper ones set further in."""
    heads = [("步骤", "Step"), ("数值", "Figure"), ("由来", "How")]
    cells = [[Cell(r["title"], depth=r["depth"]), Cell(r["figure"]), Cell(r["text"])] for r in rows]
    return Table([Cell(either(*head, lang), "head") for head in heads], [False, True, False], cells)


def plain(rows: Sequence[Sequence[str]]) -> Table:
    """Return texts in rows, without headings."""
    return Table([], [False] * len(rows[0]), [[Cell(text) for text in row] for row in rows])


def _letters(text: str) -> int:
    """Return how many letters of a narrow script a text is as wide as."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def element(table: Table, clean: Callable[[str], str]) -> Any:
    """Return a table as the element of a document, in the style `Report Table`."""
    from docx.oxml import OxmlElement

    made = OxmlElement("w:tbl")
    about = _added(made, "w:tblPr")
    _added(about, "w:tblStyle", val="ReportTable")
    _added(about, "w:tblW", w=_twips(sum(table.widths)), type="dxa")
    _added(about, "w:tblLayout", type="fixed")
    on = {"firstRow": bool(table.heads), "lastRow": bool(table.total), "noHBand": True, "noVBand": True}
    bits = sum(bit for bit, name in zip((0x20, 0x40, 0x200, 0x400), on, strict=True) if on[name])
    _added(about, "w:tblLook", val=f"{bits:04X}", **{name: int(there) for name, there in on.items()})
    grid = _added(made, "w:tblGrid")
    for width in table.widths:
        _added(grid, "w:gridCol", w=_twips(width))
    for line in [table.heads, *table.rows, table.total or []]:
        if line:
            _row(made, table, line, line is table.heads, clean)
    return made


def _row(made: Any, table: Table, line: list[Cell], head: bool, clean: Callable[[str], str]) -> None:
    row = _added(made, "w:tr")
    about = _added(row, "w:trPr")
    _added(about, "w:cantSplit")
    if head:
        _added(about, "w:tblHeader")
    for cell, right, width in zip(line, table.right, table.widths, strict=True):
        place = _added(row, "w:tc")
        _added(_added(place, "w:tcPr"), "w:tcW", w=_twips(width), type="dxa")
        paragraph = _added(place, "w:p")
        style = _added(paragraph, "w:pPr")
        _added(style, "w:pStyle", val=_STYLES[table.size])
        if cell.depth:
            _added(style, "w:ind", left=_twips(cell.depth * _INDENT))
        if right:
            _added(style, "w:jc", val="right")
        if cell.text:
            run = _added(paragraph, "w:r")
            if cell.tone and not head:
                _toned(_added(run, "w:rPr"), cell.tone)
            run.text = clean(cell.text)


def _toned(style: Any, tone: str) -> None:
    if tone in _BOLD:
        _added(style, "w:b")
    _added(style, "w:color", val=_COLOURS[tone])


def _added(parent: Any, name: str, **attributes: Any) -> Any:
    """Add an element with attributes of Word's namespace."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    parent.append(made)
    return made


def _twips(points: float) -> int:
    return round(points * _TWIPS)

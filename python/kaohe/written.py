"""What the core wrote, kept: the content of answers and explanations that were pickled."""

from __future__ import annotations

from typing import Any, Self

from kaohe import _kaohe

__all__ = ["Written"]

_LANGS = ("zh", "en")


class Written:
    """An answer or an explanation as the core wrote it, in both languages; it is asked as the core is."""

    __slots__ = ("_facts", "_json", "_texts")

    def __init__(self, json: str, texts: dict[tuple[str, str], Any], facts: dict[Any, Any]) -> None:
        self._json = json
        self._texts = texts
        self._facts = facts

    @classmethod
    def answer(cls, core: _kaohe.Answer | Written) -> Self:
        """Write an answer out."""
        if isinstance(core, cls):
            return core
        names = core.tables()
        facts: dict[Any, Any] = {"tables": names, "whole": core.whole_json()}
        for lang in _LANGS:
            facts |= {(name, lang): [_plain(column) for column in core.columns(name, lang)] for name in names}
        forms = ("to_text", "to_markdown", "to_html", "to_terminal", "sentences", "notes", "pages")
        return cls(core.to_json(), _texts(core, *forms), facts)

    @classmethod
    def explanation(cls, core: _kaohe.Explanation | Written) -> Self:
        """Write an explanation out."""
        if isinstance(core, cls):
            return core
        facts = {"entity": core.entity, "period": core.period}
        return cls(core.to_json(), _texts(core, "to_markdown", "to_text", "to_html", "heading", "rows"), facts)

    @property
    def entity(self) -> str:
        """Whose cell was explained."""
        return str(self._facts["entity"])

    @property
    def period(self) -> str:
        """When."""
        return str(self._facts["period"])

    def to_json(self) -> str:
        """Return the facts as JSON."""
        return self._json

    def whole_json(self) -> str:
        """Return everything as JSON, as people read it too."""
        return str(self._facts["whole"])

    def tables(self) -> list[str]:
        """Return the names of the tables."""
        return list(self._facts["tables"])

    def columns(self, table: str | None = None, lang: str = "en") -> list[tuple[str, str, Any]]:
        """Return a table as columns."""
        return list(self._facts[table or self._facts["tables"][0], lang])

    def to_text(self, lang: str = "en") -> str:
        """Return the sentences."""
        return str(self._texts["to_text", lang])

    def to_markdown(self, lang: str = "en") -> str:
        """Return sentences and tables as Markdown."""
        return str(self._texts["to_markdown", lang])

    def to_html(self, lang: str = "en") -> str:
        """Return it as HTML."""
        return str(self._texts["to_html", lang])

    def to_terminal(self, lang: str = "en", period: str | None = None) -> str:
        """Return it laid out for a terminal."""
        return str(self._texts["to_terminal", lang])

    def sentences(self, lang: str = "en") -> list[str]:
        """Return the sentences."""
        return list(self._texts["sentences", lang])

    def notes(self, lang: str = "en") -> list[str]:
        """Return what must be known to read it."""
        return list(self._texts["notes", lang])

    def pages(self, lang: str = "en") -> str:
        """Return the tables that people read, as JSON."""
        return str(self._texts["pages", lang])

    def heading(self, lang: str = "en") -> str:
        """Return what stands above an explanation."""
        return str(self._texts["heading", lang])

    def rows(self, lang: str = "en") -> list[dict[str, Any]]:
        """Return one dict per step."""
        return list(self._texts["rows", lang])


def _texts(core: Any, *names: str) -> dict[tuple[str, str], Any]:
    return {(name, lang): getattr(core, name)(lang) for name in names for lang in _LANGS}


def _plain(column: tuple[str, str, Any]) -> tuple[str, str, Any]:
    """Return a column of a list: a buffer that is lent cannot travel."""
    name, kind, cells = column
    return name, kind, cells if isinstance(cells, list) else cells.to_list()

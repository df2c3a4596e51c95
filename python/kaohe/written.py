"""What the core wrote, kept: the content of answers and explanations that were pickled."""

from __future__ import annotations

from typing import Any, Self

from kaohe import _kaohe

__all__ = ["Written"]

_LANGS = ("zh", "en")


class Written:
    """An answer or an explanation as the core wrote it, in both languages; it is asked as the core is."""

    __slots__ = ("_facts", "_json", "_texts")

    def __init__(self, json: str, texts: dict[tuple[str, str], Any], facts: dict[str, Any]) -> None:
        self._json = json
        self._texts = texts
        self._facts = facts

    @classmethod
    def answer(cls, core: _kaohe.Answer | Written) -> Self:
        """Write an answer out."""
        if isinstance(core, cls):
            return core
        tables = {name: core.columns(indicators=name == "indicators") for name in ("rows", "indicators")}
        facts = {name: _plain(table) for name, table in tables.items()}
        return cls(core.to_json(), _texts(core, "to_markdown", "to_text"), facts)

    @classmethod
    def explanation(cls, core: _kaohe.Explanation | Written) -> Self:
        """Write an explanation out."""
        if isinstance(core, cls):
            return core
        facts = {"entity": core.entity, "period": core.period}
        return cls(core.to_json(), _texts(core, "to_markdown", "to_text", "to_html", "rows"), facts)

    @property
    def entity(self) -> str:
        """Whose cell was explained."""
        return str(self._facts["entity"])

    @property
    def period(self) -> str:
        """When."""
        return str(self._facts["period"])

    def to_json(self) -> str:
        """Return everything as JSON."""
        return self._json

    def columns(self, indicators: bool = False) -> dict[str, Any] | None:
        """Return a table as columns, where there are any."""
        table: dict[str, Any] | None = self._facts["indicators" if indicators else "rows"]
        return table

    def to_markdown(self, lang: str = "en") -> str:
        """Return sentences and a table."""
        return str(self._texts["to_markdown", lang])

    def to_text(self, lang: str = "en") -> str:
        """Return the sentences."""
        return str(self._texts["to_text", lang])

    def to_html(self, lang: str = "en") -> str:
        """Return the tree as HTML."""
        return str(self._texts["to_html", lang])

    def rows(self, lang: str = "en") -> list[dict[str, Any]]:
        """Return one dict a step."""
        return list(self._texts["rows", lang])


def _texts(core: Any, *names: str) -> dict[tuple[str, str], Any]:
    return {(name, lang): getattr(core, name)(lang) for name in names for lang in _LANGS}


def _plain(table: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return columns of lists: a buffer that is lent cannot travel."""
    if table is None:
        return None
    return {name: column if isinstance(column, list) else column.to_list() for name, column in table.items()}

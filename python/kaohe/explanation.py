"""Explanations: from a total, or from one indicator, down to the raw data."""

from __future__ import annotations

import json
from typing import Any

import narwhals as nw

from kaohe import _kaohe
from kaohe.language import get_lang
from kaohe.written import Written

__all__ = ["Explanation"]


class Explanation:
    """One cell explained: a tree of numbers that are the result's own, each with what happened to it.

    Prints as a tree; shows in Jupyter as one that opens and closes.

    Examples
    --------
    >>> import kaohe as kh
    >>> df = kh.datasets.load("china-provinces")
    >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
    >>> print(result.explain("甘肃", 2022, "hitech_density").to_markdown(lang="en").splitlines()[0])
    ### 甘肃, 2022: Strong-science action: published statistics of the provinces
    """

    __slots__ = ("_core", "_like")

    def __init__(self, core: _kaohe.Explanation | Written, like: Any) -> None:
        self._core = core
        self._like = like

    def __reduce__(self) -> tuple[type[Explanation], tuple[Written, Any]]:
        """Pickle what was written in both languages, and the kind of table it gives."""
        like = nw.from_native(self._like, eager_only=True).head(0).to_native()
        return Explanation, (Written.explanation(self._core), like)

    @property
    def entity(self) -> str:
        """Whose cell it is."""
        return self._core.entity

    @property
    def period(self) -> str:
        """When."""
        return self._core.period

    def to_dict(self) -> dict[str, Any]:
        """Return the tree as a dict: `entity, period, scheme, title, root`.

        Every node has `kind, id, title, value, sentences, children`, and where it has them `unrounded, points, weight,
        share, unit`; sentences carry their code and facts.
        """
        data: dict[str, Any] = json.loads(self._core.to_json())
        return data

    def to_text(self, lang: str | None = None) -> str:
        """Return the tree as text, aligned where Chinese characters are two columns wide."""
        return self._core.to_text(get_lang(lang))

    def to_markdown(self, lang: str | None = None) -> str:
        """Return the tree as a nested list."""
        return self._core.to_markdown(get_lang(lang))

    def to_html(self, lang: str | None = None) -> str:
        """Return the tree as self-contained HTML."""
        return self._core.to_html(get_lang(lang))

    def to_frame(self, lang: str | None = None) -> Any:
        """Return one row per step: `depth, node, kind, title, value, unit, points, text`, in the kind of the data."""
        from kaohe import frames

        rows = self._core.rows(get_lang(lang))
        columns: dict[str, Any] = {
            "depth": frames.Integers([r["depth"] for r in rows]),
            "node": frames.Texts([r["node"] for r in rows]),
            "kind": frames.Texts([r["kind"] for r in rows]),
            "title": frames.Texts([r["title"] for r in rows]),
            "value": frames.Floats([r["value"] for r in rows]),
            "unit": frames.Texts([r["unit"] for r in rows]),
            "points": frames.Floats([r["points"] for r in rows]),
            "text": frames.Texts([r["text"] for r in rows]),
        }
        return frames.plain(columns, self._like)

    def __str__(self) -> str:
        return self.to_text().rstrip("\n")

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return self.to_html()

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

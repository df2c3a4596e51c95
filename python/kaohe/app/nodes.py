"""The tree of a scheme as the page lists it: indicators and groups with their weights."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kaohe import _kaohe
from kaohe.language import either, titled
from kaohe.result import Result

__all__ = ["Node", "nodes", "parts", "shares"]

# With more indicators than colours, a bar is made of the groups on top.
_MOST_PARTS = 8


@dataclass(frozen=True)
class Node:
    """An indicator or a group.

    Attributes
    ----------
    item
        Its table in the scheme.
    depth
        How far it is below the total, beginning with 0.
    place
        Its place among the nodes of the core.
    is_computed
        Whether its weight is computed from the scores.
    most
        Where the slider of its weight ends.
    classes
        The classes that give it a weight of their own.
    """

    item: dict[str, Any]
    depth: int
    place: int
    is_computed: bool
    most: float
    classes: frozenset[str]

    @property
    def id(self) -> str:
        """What the scheme calls it."""
        return str(self.item["id"])

    @property
    def weight(self) -> float:
        """What the scheme gives."""
        return float(self.item.get("weight", 1))

    def listed(self, lang: str) -> dict[str, Any]:
        """Return what the page must know before anything is asked."""
        step = 10.0 ** math.floor(math.log10(self.most / 50)) if self.most else 1.0
        return {
            "id": self.id,
            "title": titled(self.item, lang),
            "depth": self.depth,
            "weight": _kaohe.shown([self.weight])[0].replace(",", ""),
            "most": self.most,
            "step": step,
            "computed": self.is_computed,
        }


def nodes(result: Result) -> list[Node]:
    """Return indicators and groups as a tree is read: each below its group, in the order of the scheme."""
    document = result.scheme.document
    places = {name: place for place, name in enumerate(result._core.nodes)}
    below: dict[str | None, list[dict[str, Any]]] = {}
    for item in (*document.get("group", ()), *document.get("indicator", ())):
        below.setdefault(item.get("parent"), []).append(item)
    computing = {group["id"] for group in document.get("group", ()) if "weights" in group}
    is_top_computed = "weights" in document.get("total", {})
    classes = {c["id"]: set(c.get("weights", {})) for c in document.get("class", ())}

    def walk(parent: str | None, depth: int) -> Iterator[Node]:
        siblings = below.get(parent, [])
        most = 2 * max((float(item.get("weight", 1)) for item in siblings), default=1.0)
        for item in siblings:
            name = item["id"]
            own = frozenset(of for of, given in classes.items() if name in given)
            is_computed = is_top_computed if parent is None else parent in computing
            yield Node(item, depth, places[name], is_computed, most, own)
            yield from walk(name, depth + 1)

    return list(walk(None, 0))


def parts(listed: list[Node], result: Result) -> list[Node]:
    """Return the nodes that the bars of a ranking are made of."""
    count = result._core.indicator_count
    chosen = [node for node in listed if node.place < count]
    return chosen if len(chosen) <= _MOST_PARTS else [node for node in listed if node.depth == 0]


def shares(result: Result, period: str | None, of_class: str | None) -> dict[str, tuple[float, float]]:
    """Return the weight and the part of the whole of every node in a period and class (the first one if None)."""
    found = result._core.weights()
    rows = zip(*(found[name] for name in ("node", "period", "class", "weight", "effective")), strict=True)
    timeless = result._frame.period is None
    made: dict[str, tuple[float, float]] = {}
    for node, when, kind, weight, effective in rows:
        if (timeless or when == period) and (kind is None or of_class is None or kind == of_class):
            made.setdefault(node, (weight, effective))
    return made


def weight_texts(node: Node, found: dict[str, tuple[float, float]]) -> tuple[str, str]:
    """Return the weight and the part of the whole of a node as people read them; a dash where it does not count."""
    weight, effective = found.get(node.id, (math.nan, math.nan))
    written = _kaohe.shown([weight], "computed")[0].replace(",", "")
    return written, _kaohe.shown([100 * effective], "at_most", 1, "%")[0]


def weight_change(node: Node, typed: str, lang: str) -> str:
    """Say that a weight was changed."""
    title, before = titled(node.item, lang), _kaohe.shown([node.weight])[0]
    return either(f"{title}：权重 {before} → {typed}", f"{title}: weight {before} → {typed}", lang)

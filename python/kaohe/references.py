"""References: what a scheme compares with, taken from a table and then kept."""

from __future__ import annotations

from typing import Any

from kaohe import _kaohe
from kaohe.language import get_lang, made_by
from kaohe.scheme import Scheme

__all__ = ["PartialReferences", "References"]


class References:
    """What a scheme compares with: anchors, ordered sets, sums over the table, what fills gaps.

    Made by `Scheme.references`. Instances never change, are equal when all their numbers are, pickle, and go through
    JSON without losing a bit.

    Examples
    --------
    >>> import kaohe as kh
    >>> df = kh.datasets.load("china-provinces")
    >>> scheme = kh.Scheme.builtin("strong-science-provinces")
    >>> references = scheme.references(df, entity="province", period="year")
    >>> table = references.to_frame()
    >>> table.loc[table["period"] == "2022", ["anchor", "set_by"]].head(2).values.tolist()
    [['min', '西藏'], ['max', '北京']]
    >>> References.from_json(references.to_json()) == references
    True
    """

    __slots__ = ("_core", "_like")

    def __init__(self, core: _kaohe.References, like: Any = None) -> None:
        if not isinstance(core, _kaohe.References):
            raise made_by("参照", "references", "Scheme.references(data, …) or References.from_json(text)")
        self._core = core
        self._like = {} if like is None else like

    @classmethod
    def from_json(cls, text: str, *, lang: str | None = None) -> References:
        """Read what `to_json` wrote.

        Raises
        ------
        DataError
            If the text is no JSON of references, or its numbers do not go with the scheme that it holds.
        """
        return cls(_kaohe.References.from_json(text, get_lang(lang)))

    def to_json(self) -> str:
        """Return the JSON, with the scheme, every number, its error and its exact form."""
        return self._core.to_json()

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the scheme that they were taken with, and that alone they can be used with."""
        return self._core.fingerprint

    @property
    def scheme(self) -> Scheme:
        """The scheme that they were taken with."""
        return Scheme(self._core.scheme)

    @property
    def periods(self) -> list[str]:
        """The periods that they were taken from, ascending."""
        return self._core.periods

    def to_frame(self) -> Any:
        """Return every anchor as a table of the kind that the data came in.

        Columns: `indicator`; `part`, from 1, `2.1` inside a combinator; `period` and `class` of the set, missing where
        it is of all; `anchor`, `value`; `set_by`, the entity whose number it is; `of`, whether it is the `value` or the
        `measure` that is compared with it.
        """
        from kaohe import frames

        columns = self._core.anchors()
        values = columns.pop("value")
        made: dict[str, Any] = {name: frames.Texts(texts) for name, texts in columns.items()}
        made["value"] = frames.Floats(values)
        order = ("indicator", "part", "period", "class", "anchor", "value", "set_by", "of")
        return frames.plain({name: made[name] for name in order}, self._like)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, References) and self._core == other._core

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return _read, (self.to_json(), self._like)

    def __copy__(self) -> References:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> References:
        return self

    def __repr__(self) -> str:
        return f"<References of {self.scheme.id} {self.fingerprint[:8]}: {', '.join(self.periods)}>"


class PartialReferences:
    """What references need of some rows of a table. Made by `Scheme.partial`; pickles, so that workers can send it."""

    __slots__ = ("_core", "_frames", "_scheme", "_targets")

    def __init__(self, scheme: Scheme, core: _kaohe.PartialReferences, frames: list[Any], targets: list[Any]) -> None:
        if not isinstance(core, _kaohe.PartialReferences):
            raise made_by("部分参照", "partial references", "Scheme.partial(data, …)")
        self._scheme = scheme
        self._core = core
        self._frames = frames
        self._targets = targets

    def merge(self, other: PartialReferences, *, lang: str | None = None) -> PartialReferences:
        """Return both together; neither changes.

        Raises
        ------
        DataError
            If they are of different schemes, with what differs, or were taken with different targets.
        """
        core = self._core.merge(other._core, get_lang(lang))
        return PartialReferences(self._scheme, core, self._frames + other._frames, self._targets)

    def finish(self, *, lang: str | None = None) -> References:
        """Return the references of all rows.

        Raises
        ------
        DataError
            As `Scheme.references`; an entity that two batches have in one period.
        """
        return References(self._core.finish(get_lang(lang)), self._frames[0].keys.head(0).to_native())

    def __len__(self) -> int:
        return self._core.rows

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        from kaohe.packed import pack

        return _merged, (self._scheme, [pack(frame) for frame in self._frames], self._targets)

    def __repr__(self) -> str:
        return f"<PartialReferences of {self._scheme.id}: {len(self)} rows>"


def _merged(scheme: Scheme, packed: list[Any], targets: list[Any]) -> PartialReferences:
    """Take what was pickled."""
    from kaohe.packed import unpack

    frames = [unpack(one) for one in packed]
    cores = [scheme._core.partial(frame.table, [], targets, get_lang()) for frame in frames]
    core = cores[0]
    for other in cores[1:]:
        core = core.merge(other, get_lang())
    return PartialReferences(scheme, core, frames, targets)


def _read(text: str, like: Any) -> References:
    """Read what was pickled."""
    return References(_kaohe.References.from_json(text, get_lang()), like)

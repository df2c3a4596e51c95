"""What questions are asked of: an assessment of the core with the table of the caller, in whose names answers come."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from kaohe import _kaohe
from kaohe.language import get_lang
from kaohe.records import text
from kaohe.scheme import Scheme

if TYPE_CHECKING:
    from kaohe.answer import Answer
    from kaohe.frames import Frame
    from kaohe.references import References

__all__ = ["Asked", "Edit", "Target"]

A = TypeVar("A", bound="Answer")

Target: TypeAlias = tuple[str, str | None, str | None, float]
"""A target besides the scheme's: indicator, entity, period, value."""

Edit: TypeAlias = tuple[list[tuple[str, str | None, str, float]], list[tuple[str, float]]]
"""Cells (entity, period, variable, value) and weights (indicator or group, weight) that were changed together."""

_WORDS = ("mean", "pooled", "best", "next")


class Asked:
    """An assessment of the core beside the caller's table. A `Result` has one, and so has each of its answers.

    Parameters
    ----------
    scheme, frame, core
        The method, the caller's table, and what the core made of both.
    targets
        Targets besides the scheme's.
    references
        What the rows were measured against, where that was not each other.
    origin
        How it was made from a fresh one: each edit with the scheme that it was applied to.
    root
        Where what was edited is a run of a study: what that was asked of, the facts of its answer, the run.
    """

    def __init__(
        self,
        scheme: Scheme,
        frame: Frame,
        core: _kaohe.Assessment,
        targets: list[Target],
        references: References | None = None,
        origin: tuple[tuple[Scheme, Edit], ...] = (),
        root: tuple[Asked, str, int] | None = None,
    ) -> None:
        self.scheme = scheme
        self.frame = frame
        self.core = core
        self.targets = targets
        self.references = references
        self.origin = origin
        self.root = root

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        """Pickle the method, the data, the targets and the edits: all is assessed again, to the same bytes."""
        from kaohe.packed import pack

        scheme = self.origin[0][0] if self.origin else self.scheme
        edits = [edit for _, edit in self.origin]
        if self.root is not None:
            return _replayed, (*self.root, edits)
        return _again, (scheme, pack(self.frame), self.targets, edits, self.references)

    def edited(self, edit: Edit) -> Asked:
        """Return it with changed cells and weights, which remembers how it was made."""
        core = _kaohe.what_if(self.core, *edit, get_lang())
        same = core.scheme.fingerprint == self.scheme.fingerprint
        scheme = self.scheme if same else Scheme(core.scheme)
        origin = (*self.origin, (self.scheme, edit))
        return Asked(scheme, self.frame, core, self.targets, self.references, origin, self.root)

    def run(self, facts: str, run: int) -> Asked:
        """Return a run of a study that was asked of it, which remembers how it was made."""
        core = _kaohe.assess_run(self.core, facts, run, get_lang())
        return Asked(Scheme(core.scheme), self.frame, core, self.targets, self.references, root=(self, facts, run))

    def ask(self, kind: type[A], ask: str, **parts: Any) -> A:
        """Ask the core a question; parts that are None are left out."""
        return kind(_kaohe.ask(self.core, ask, _said(parts), get_lang()), self.like, self)

    def sample(self, kind: type[A], **parts: Any) -> A:
        """Ask how ranks hold: as `ask`, but that Ctrl-C leaves what was done until then."""
        return kind(_kaohe.robustness(self.core, _said(parts), get_lang()), self.like, self)

    def to(self, other: Any) -> Any:
        """Return what a gap is to, as the core reads it: an entity goes before a word."""
        if isinstance(other, (int, float)) and 0 <= other <= 1:
            return {"quantile": other}
        name = text(other) or ""
        return name if name in _WORDS and name not in self.core.entities else {"entity": name}

    def period(self, period: Any) -> str | None:
        """Return a period as text; the last one if None, and None for a table without periods."""
        if period is not None:
            return text(period)
        return None if self.frame.period is None else self.core.periods[-1]

    @property
    def like(self) -> Any:
        """A table of the caller's kind."""
        return self.frame.keys.to_native()

    @cached_property
    def entities(self) -> list[Any]:
        """The entities in order of first appearance, as the data write them."""
        return self.frame.key(self.frame.entity, self.core.entity_rows)

    @cached_property
    def periods(self) -> list[Any]:
        """The periods, ascending, as the data write them; none for a table without periods."""
        return [] if self.frame.period is None else self.frame.key(self.frame.period, self.core.period_rows)

    def named(self, kind: str) -> str | None:
        """Return the caller's name of a key column, None of another one."""
        return {"entity": self.frame.entity, "period": self.frame.period}.get(kind)

    def keys(self, kind: str, cells: Any) -> list[Any]:
        """Return entities or periods of the core as the data write them; those that the data lack as they are."""
        ours, theirs = (self.core.entities, self.entities) if kind == "entity" else (self.core.periods, self.periods)
        known = dict(zip(ours, theirs, strict=False))
        return [known.get(cell, cell) for cell in cells]

    @cached_property
    def ranks(self) -> Any:
        """The kind of column that ranks are: whole numbers, unless ties share an average."""
        from kaohe import frames

        ties = self.scheme.document.get("total", {}).get("rank", {}).get("ties")
        return frames.Floats if ties == "average" else frames.Integers


def _said(parts: dict[str, Any]) -> str:
    """Return the parts of a question as JSON, keys as the core has them."""
    keys: dict[str, str | None] = {name: text(parts[name]) for name in ("period", "since", "until") if name in parts}
    keys |= {name: text(parts[name]) or "" for name in ("entity", "other") if name in parts}
    given = {name: part for name, part in (parts | keys).items() if part is not None}
    return json.dumps(given, ensure_ascii=False, default=lambda x: x.item())


def _again(
    scheme: Scheme, packed: Any, targets: list[Target], edits: list[Edit], references: References | None
) -> Asked:
    """Assess what was pickled."""
    from kaohe.packed import unpack

    frame = unpack(packed)
    kept = None if references is None else references._core
    asked = Asked(scheme, frame, scheme._core.assess(frame.table, [], targets, kept, get_lang()), targets, references)
    for edit in edits:
        asked = asked.edited(edit)
    return asked


def _replayed(of: Asked, facts: str, run: int, edits: list[Edit]) -> Asked:
    """Make the run of a study that was pickled."""
    asked = of.run(facts, run)
    for edit in edits:
        asked = asked.edited(edit)
    return asked

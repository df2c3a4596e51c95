"""The kinds of answers, with their facts as attributes."""

from __future__ import annotations

from typing import Any, TypeAlias

from kaohe.answer import Answer, Fact, Number, said

__all__ = [
    "Allocation",
    "Awards",
    "Bridge",
    "Cheapest",
    "Consistency",
    "Contributions",
    "Drivers",
    "DriversPanel",
    "Flips",
    "Gaps",
    "Marginal",
    "MarginalPanel",
    "Needed",
    "NextPoints",
    "Progress",
    "RatioAllocation",
    "Spread",
    "Zones",
]

Rows: TypeAlias = list[dict[str, Any]]


class _OfEntity(Answer):
    """An answer about one entity in one period."""

    entity = Fact[str]()
    period = Fact[str]()


class _Rows(Answer):
    """An answer with rows, which hold more than the frame."""

    rows = Fact[Rows]()


class Gaps(_OfEntity, _Rows):
    """How far an entity is from others: `indicator, value, reference, gap, gap_change, points_gap, rank`.

    `total` is its total minus that of the reference, `other` the entity compared with, `since` where widening starts.
    """

    since = Fact[str | None]()
    other = Fact[str | None]()
    total = Number()


class Drivers(_Rows):
    """Why an indicator of an entity moved: `driver, effect, share, points_effect`; the effects sum to `total`.

    `points` is the change of its weighted points, `before` and `after` are the values.
    """

    entity = Fact[str]()
    indicator = Fact[str]()
    since = Fact[str]()
    until = Fact[str]()
    before = Number()
    after = Number()
    total = Number()
    points = Number()


class DriversPanel(Answer):
    """Why an indicator of everybody moved: one row an entity and driver.

    `total` is the change of the whole, the formula over summed variables, `whole` are its drivers, `mix` is what each
    entity adds to it: by its own movement, and by its weight in the whole; None where the formula is no ratio.
    """

    indicator = Fact[str]()
    since = Fact[str]()
    until = Fact[str]()
    before = Number()
    after = Number()
    total = Number()
    whole = Fact[Rows]()
    mix = Fact[Rows | None]()


class Bridge(_Rows):
    """Why the total of an entity moved: `cause, effect`; the effects sum to `total`.

    `walk` says how the rank came from the other one: `before, after, overtook, overtaken_by, entered, left, tied`.
    `parts` are the causes by indicator: `cause, indicator, effect, anchors`; `anchors` says what of the others' data
    moved, what moved most points first: `name` (`max`, `mean`, `ranks` …), `measure` of the indicator, `unit`, `from`,
    `to`, and who set it, `by_before`, `by_after` (None where no single one does).
    """

    entity = Fact[str]()
    since = Fact[str]()
    until = Fact[str]()
    before = Number()
    after = Number()
    total = Number()
    parts = Fact[Rows]()
    walk = Fact[dict[str, Any] | None]()


class Contributions(_OfEntity, _Rows):
    """What makes up a total, or the distance to `other`: `item, points, share`; the points sum to `total`."""

    other = Fact[str | None]()
    total = Number()


class Spread(_Rows):
    """What makes the totals differ: `item, points, share`; the points sum to `variance`."""

    period = Fact[str]()
    variance = Number()


class Marginal(_OfEntity, _Rows):
    """What one unit, and one per cent, more of each variable is worth to an entity."""


class MarginalPanel(Answer):
    """What one unit, and one per cent, more of each variable is worth to everybody."""

    period = Fact[str]()
    entities = Fact[Rows]()


class Zones(_Rows):
    """Who stands where a rule is flat, or near a cliff."""

    period = Fact[str]()


class Flips(_OfEntity, _Rows):
    """Which weights alone could turn the order of two entities; `level` if they have the same total already."""

    other = Fact[str]()
    level = Fact[bool]()


class Consistency(Answer):
    """Whether a published value fits the data."""

    published = Number()
    recomputed = Number()
    low = Fact[float | None]()
    high = Fact[float | None]()
    consistent = Fact[bool]()


class Needed(_OfEntity):
    """What it takes: `reachable`, `value`, `variable`, `current`, `gain`, `reason`, and `rank`, `total` then.

    `reason` is the answer as a sentence; `short` the nearest value that would not do.
    """

    reachable = Fact[bool]()
    value = Fact[float | None]()
    variable = Fact[str]()
    unit = Fact[str]()
    current = Number()
    gain = Fact[float | None]()
    short = Fact[float | None]()
    goal = Fact[dict[str, Any]]()
    indicator = Fact[str | None]()
    indicator_current = Fact[float | None]()
    indicator_value = Fact[float | None]()
    total_current = Number()
    total = Number()
    rank_current = Fact[float | None]()
    rank = Fact[float | None]()
    monotone = Fact[bool]()
    complete = Fact[bool]()
    reason = Fact[str]()


class NextPoints(_OfEntity, _Rows):
    """What the next point takes of each variable, the cheapest first; `total` and `rank` are those of now."""

    points = Number()
    total = Number()
    rank = Fact[float | None]()

    @property
    def cheapest(self) -> dict[str, Any] | None:
        """The row that takes the smallest change; None if no variable alone does it."""
        row = next(iter(self.rows), None)
        return None if row is None or not row["reachable"] else {name: said(cell) for name, cell in row.items()}


class Cheapest(_OfEntity, _Rows):
    """The cheapest change of several variables: `variable, unit, current, value, gain, cost`.

    `proven` says that no cheaper mix exists; else `gap` is how much more it costs than every mix must.
    """

    goal = Fact[dict[str, Any]]()
    reachable = Fact[bool]()
    cost = Fact[float | None]()
    proven = Fact[bool]()
    gap = Fact[float | None]()
    total = Number()
    rank = Fact[float | None]()
    reason = Fact[str]()


class Progress(_Rows):
    """What stands against what is due, up to the end of `period`."""

    period = Fact[str]()


class Allocation(_Rows):
    """A target split over children; the parts sum to `total`."""

    total = Number()
    by = Fact[str]()


class RatioAllocation(_Rows):
    """A ratio target split over children; `reached` is the parent's ratio then."""

    ratio = Number()
    numerator = Number()
    denominator = Number()
    reached = Number()


class Awards(_Rows):
    """Awards by rules: who gets what and why; `paid` in all, `purses` by award, and what is `unpaid`."""

    purses = Fact[Rows]()
    unpaid = Fact[Rows]()
    paid = Number()

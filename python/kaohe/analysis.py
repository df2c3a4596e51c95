"""Why a result is what it is: gaps, drivers, bridges, comparisons, contributions, and what a scheme rewards."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from kaohe import _kaohe
from kaohe.answer import Answer, Fact, Number, OfEntity, Rows, WithRows
from kaohe.errors import ArgumentError
from kaohe.language import get_lang
from kaohe.records import text as _text
from kaohe.scheme import Scheme

if TYPE_CHECKING:
    from kaohe.frames import Frame
    from kaohe.references import References
    from kaohe.result import Result

__all__ = ["Bridge", "Drivers", "DriversPanel", "Gaps", "Why"]

A = TypeVar("A", bound=Answer)

Target: TypeAlias = tuple[str, str | None, str | None, float]
"""A target besides the scheme's: indicator, entity, period, value."""

_WORDS = ("mean", "pooled", "best", "next")

Edit: TypeAlias = tuple[list[tuple[str, str | None, str, float]], list[tuple[str, float]]]
"""Cells (entity, period, variable, value) and weights (indicator or group, weight) that were changed together."""


class Gaps(OfEntity, WithRows):
    """How far an entity is from others: `indicator, value, reference, gap, gap_change, points_gap, rank`.

    `total` is its total minus that of the reference, `other` the entity compared with, `since` where widening starts.
    """

    since = Fact[str | None]()
    other = Fact[str | None]()
    total = Number()


class Drivers(WithRows):
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
    """Why an indicator of everybody moved: one row per entity and driver.

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


class Bridge(WithRows):
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


class Contributions(OfEntity, WithRows):
    """What makes up a total, or the distance to `other`: `item, points, share`; the points sum to `total`."""

    other = Fact[str | None]()
    total = Number()


class Spread(WithRows):
    """What makes the totals differ: `item, points, share`; the points sum to `variance`."""

    period = Fact[str]()
    variance = Number()


class Marginal(OfEntity, WithRows):
    """What one unit, and one per cent, more of each variable is worth to an entity."""


class MarginalPanel(Answer):
    """What one unit, and one per cent, more of each variable is worth to everybody."""

    period = Fact[str]()
    entities = Fact[Rows]()


class Zones(WithRows):
    """Who stands where a rule is flat, or near a cliff."""

    period = Fact[str]()


class Flips(OfEntity, WithRows):
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


class Why:
    """What a result can be asked about its reasons; `Result` has all of it."""

    _scheme: Scheme
    _frame: Frame
    _core: _kaohe.Assessment
    _targets: list[Target]
    #: What the rows were measured against, where that was not each other.
    _references: References | None
    #: How the result was made from a fresh one: each edit with the scheme that it was applied to.
    _origin: tuple[tuple[Scheme, Edit], ...]

    def __init__(
        self,
        scheme: Scheme,
        frame: Frame,
        core: _kaohe.Assessment,
        targets: Sequence[Target] = (),
        references: References | None = None,
    ) -> None:
        self._scheme = scheme
        self._frame = frame
        self._core = core
        self._targets = list(targets)
        self._references = references
        self._origin = ()

    def ask(self, question: Mapping[str, Any]) -> Answer:
        """Ask a question that is written as data, as a service takes it: `kaohe.schema("question")` says what there is.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> result.ask({"ask": "gaps", "entity": "甘肃", "period": "2022", "to": "best"})["rank"].tolist()
        [22, 23, 12, 22]
        """
        parts = {name: part for name, part in question.items() if name != "ask"}
        return self._ask(Answer, str(question.get("ask")), **parts)

    def gaps(self, entity: Any, period: Any = None, *, to: Any = "mean", since: Any = None) -> Gaps:
        """Measure how far an entity is from others, by indicator.

        Parameters
        ----------
        entity, period
            Whose and when; the last period if None.
        to
            `"mean"` of its peers (those of its period and class), `"pooled"` (the formula over summed variables: the
            ratio of sums), `"best"` of each indicator, `"next"` (the entity ranked in front), a quantile such as 0.75,
            or an entity.
        since
            The period that widening and narrowing start from; the one before if None.

        Returns
        -------
        Gaps
            One row per indicator: `indicator, value, reference, gap, gap_change, points_gap, rank`. `gap` is
            value − reference in the indicator's unit, `points_gap` what it adds to the distance of the totals, its
            weight in it; `.rows` has also `score_gap`, the gap in the indicator's own points, 0 … 100.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> result.gaps("甘肃", 2022, to="mean")["rank"].tolist()
        [22, 23, 12, 22]
        """
        return self._ask(Gaps, "gaps", entity=_name(entity), period=period, to=self._reference(to), since=since)

    def gaps_panel(self, period: Any = None, *, to: Any = "mean", since: Any = None) -> Answer:
        """Measure the gaps of every entity of a period; columns as of `gaps`, the entity in front."""
        return self._ask(Answer, "gaps", period=period, to=self._reference(to), since=since)

    def drivers(
        self, entity: Any, indicator: str, *, since: Any = None, until: Any = None, method: str = "auto"
    ) -> Drivers:
        """Split the change of an indicator into the effects of the variables of its formula.

        Parameters
        ----------
        entity, indicator
            Whose, and which.
        since, until
            From when to when; the last period and the one before it if None.
        method
            `"lmdi"` (logarithmic mean Divisia index, for products and quotients), `"shapley"` (any formula), `"auto"`
            for LMDI where it applies and Shapley elsewhere.

        Returns
        -------
        Drivers
            One row per driver: `driver, effect` (in the indicator's unit), `share` of the change, `points_effect`; the
            effects sum to `.total`. `.rows` has also `before` and `after` of every variable, and `rank_without`, the
            rank there would be had it not moved.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> found = result.drivers("甘肃", "hitech_density", since=2020, until=2022)
        >>> found["driver"].tolist()[:2]
        ['hitech', 'enterprises']
        """
        span = {"since": since, "until": until}
        return self._ask(Drivers, "drivers", entity=_name(entity), indicator=indicator, **span, method=method)

    def drivers_panel(
        self, indicator: str, *, since: Any = None, until: Any = None, method: str = "auto"
    ) -> DriversPanel:
        """Split the change of an indicator for every entity, and for the whole; arguments as of `drivers`.

        Returns
        -------
        DriversPanel
            One row per entity and driver, the entity in front; `.whole` are the drivers of the whole, `.mix` what each
            entity adds to the whole's change by its own movement (`within`) and by its weight (`mix`).
        """
        span = {"since": since, "until": until}
        return self._ask(DriversPanel, "drivers", indicator=indicator, **span, method=method)

    def bridge(self, entity: Any, *, since: Any = None, until: Any = None) -> Bridge:
        """Say why the total of an entity moved: its own data, the others' data, the method; the effects sum exactly.

        Returns
        -------
        Bridge
            One row per cause: `cause, effect`; `.total` is the change, `.parts` has the causes by indicator and, of the
            others' data, what each number was and is and who set it, `.walk` how the rank moved: who was overtaken, who
            overtook, on which indicator.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> why = result.bridge("甘肃", since=2021, until=2022)
        >>> bool(abs(why["effect"].sum() - why.total) < 1e-9)
        True
        """
        return self._ask(Bridge, "bridge", entity=_name(entity), since=since, until=until)

    def bridges(self, *, since: Any = None, until: Any = None) -> Answer:
        """Say why the totals of all entities moved: one row per entity and cause.

        `to_dict()` has the parts by indicator. What the others' numbers were, and the way of a rank, says `bridge`.
        """
        return self._ask(Answer, "bridge", since=since, until=until)

    def contributions(self, entity: Any = None, period: Any = None, *, to: Any = None) -> Contributions | Spread:
        """Split a total, the distance from another entity, or the spread of all totals, over the indicators.

        Parameters
        ----------
        entity, period
            Whose total, and when (the last period if None); without an entity the variance of all totals is split.
        to
            The other entity of a distance.

        Returns
        -------
        Contributions or Spread
            One row per item: `item, points, share`; the points sum to `.total`, or to `.variance`.
        """
        if entity is None:
            return self._ask(Spread, "contributions", period=period)
        return self._ask(Contributions, "contributions", entity=_name(entity), period=period, to=_text(to))

    def marginal(self, entity: Any, period: Any = None) -> Marginal:
        """Say what one unit, and one per cent, more of each variable is worth to an entity.

        Returns
        -------
        Marginal
            One row per variable, the most points for one per cent first: `variable, value, per_unit, per_percent`.
            These are rates: at caps, steps and ranks they end; `next_points` says what the next point takes.
        """
        return self._ask(Marginal, "marginal", entity=_name(entity), period=period)

    def marginal_panel(self, period: Any = None) -> MarginalPanel:
        """Say what one unit, and one per cent, more of each variable is worth to every entity of a period.

        Every entity and variable is assessed again twice: 31 × 20 are 1,240 assessments, a second or so; a thousand
        entities take minutes.

        Returns
        -------
        MarginalPanel
            One row per entity and variable: the entity, `variable, value, per_unit, per_percent`.
        """
        return self._ask(MarginalPanel, "marginal", period=period)

    def dead_zones(self, period: Any = None) -> Zones:
        """List who stands where a rule is flat (capped, floored, between steps) or near a cliff.

        Returns
        -------
        Zones
            One row per entity, indicator and scored part: the entity, `indicator, part` (`value`, `change` …, `ranks`),
            `measure` (its number), `dead` (on a flat stretch, its ends included), `from, to, cliff, height`.
        """
        return self._ask(Zones, "zones", period=period)

    def flips(self, entity: Any, other: Any, period: Any = None) -> Flips:
        """List the weights that alone could turn the order of two entities, the smallest change first.

        Returns
        -------
        Flips
            `node, weight, level, relative`: at the weight `level` the two are level.
        """
        return self._ask(Flips, "flips", entity=_name(entity), other=_name(other), period=period)

    def consistent(
        self, entity: Any, period: Any, indicator: str, published: float | str | Decimal, digits: int | None = None
    ) -> Consistency | None:
        """Say whether a published value of an indicator fits the data, each datum anywhere within its last digit.

        Parameters
        ----------
        published
            The value as published; written as text (`"1.30"`) it keeps its decimals.
        digits
            Its decimals, if they are not to be read off `published`.

        Returns
        -------
        Consistency
            `published, recomputed, low, high, consistent`; None where a datum is missing.

        Raises
        ------
        ArgumentError
            If `published` is no finite number.
        """
        value = _decimal(published)
        places = value.as_tuple().exponent if digits is None else -digits
        decimals = -places if isinstance(places, int) else 0
        parts = {"indicator": indicator, "published": float(value), "digits": decimals}
        found = self._ask(Consistency, "consistent", entity=_name(entity), period=period, **parts)
        return None if found.to_dict() is None else found

    def _ask(self, kind: type[A], ask: str, **parts: Any) -> A:
        """Ask the core a question; parts that are None are left out."""
        periods = {name: _text(parts[name]) for name in ("period", "since", "until") if name in parts}
        given = {name: part for name, part in (parts | periods).items() if part is not None}
        text = json.dumps(given, ensure_ascii=False, default=lambda x: x.item())
        return kind(_kaohe.ask(self._core, ask, text, get_lang()), self._like, self._whole())

    def _reference(self, to: Any) -> Any:
        """Return what a gap is to, as the core reads it: an entity goes before a word."""
        if isinstance(to, (int, float)) and 0 <= to <= 1:
            return {"quantile": to}
        name = _name(to)
        return name if name in _WORDS and name not in self._core.entities else {"entity": name}

    @property
    def _like(self) -> Any:
        """A table of the caller's kind."""
        return self._frame.keys.to_native()

    @property
    def _key_names(self) -> dict[str, str]:
        """The data's names of the key columns, by the core's."""
        period = {} if self._frame.period is None else {"period": self._frame.period}
        return {"entity": self._frame.entity, **period}

    def _period(self, period: Any) -> str | None:
        """Return a period as text; the last one if None, and None for a table without periods."""
        if period is not None:
            return _text(period)
        return None if self._frame.period is None else self._core.periods[-1]

    def _whole(self) -> Result:
        from kaohe.result import Result

        if not isinstance(self, Result):
            raise ArgumentError("只能向 Result 提问 (questions are asked of a Result)")
        return self

    def _known(self, column: str) -> dict[str, Any]:
        """Return the data's keys by the core's names."""
        if column == self._frame.entity:
            return dict(zip(self._core.entities, self._whole().entities, strict=True))
        return dict(zip(self._core.periods, self._whole().periods, strict=True))


def _name(entity: Any) -> str:
    return _text(entity) or ""


def _decimal(published: Any) -> Decimal:
    """Return a published value with the decimals it is written with."""
    try:
        value = Decimal(str(published))
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite():
        raise ArgumentError(
            f"公布值应为有限的数，不能是 {published!r:.60} "
            f"(a published value is a finite number, not {published!r:.60})"
        )
    return value

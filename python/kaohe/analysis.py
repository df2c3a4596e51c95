"""Why a result is what it is: gaps, drivers, bridges, comparisons, contributions, and what a scheme rewards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from kaohe import _kaohe
from kaohe.answer import Answer
from kaohe.errors import ArgumentError
from kaohe.language import get_lang
from kaohe.records import text as _text
from kaohe.scheme import Scheme

if TYPE_CHECKING:
    from kaohe.frames import Frame
    from kaohe.references import References
    from kaohe.result import Result
    from kaohe.written import Written

__all__ = ["Bridge", "Comparison", "Drivers", "DriversPanel", "Gainers", "Keyed", "Why", "compare", "gainers"]

Target: TypeAlias = tuple[str, str | None, str | None, float]
"""A target besides the scheme's: indicator, entity, period, value."""

Edit: TypeAlias = tuple[list[tuple[str, str | None, str, float]], list[tuple[str, float]]]
"""Cells (entity, period, variable, value) and weights (indicator or group, weight) that were changed together."""

_NAN = float("nan")
_GAP = ("indicator", "value", "reference", "gap", "gap_change", "points_gap", "rank")
_DRIVER = ("driver", "effect", "share", "points_effect")
_MOVE = ("total_before", "total_after", "total_change", "rank_before", "rank_after", "rank_change", "cause", "effect")
_RANKS = frozenset({"rank", "rank_before", "rank_after", "rank_change"})


class Keyed(Answer):
    """An answer with rows that belong to entities, named as the data name them."""

    def __init__(
        self,
        core: _kaohe.Answer | Written,
        result: Result,
        keys: Mapping[str, str],
        columns: Sequence[str],
        texts: frozenset[str] = frozenset(),
    ) -> None:
        names = {**keys, **{name: name for name in columns}}
        whole = frozenset() if result._averages else _RANKS
        super().__init__(core, result._frame.keys.to_native(), names, texts | frozenset(keys), whole)
        self._keys = keys
        self._result = result

    def to_frame(self) -> Any:
        """Return the answer as a table in the kind the data came in, its keys as the data have them."""
        import narwhals as nw

        from kaohe import frames

        frame = super().to_frame()
        made: dict[str, Any] = {}
        for name, source in self._keys.items():
            known = self._result._known(name)
            made[name] = [known.get(cell, cell) for cell in self._cells(source)]
        if not made:
            return frame
        keys = nw.from_native(frames.plain(made, self._like), eager_only=True)
        wide = nw.from_native(frame, eager_only=True)
        return wide.with_columns(*(keys.get_column(name) for name in made)).to_native()


class Drivers(Answer):
    """Why an indicator of an entity moved: `driver, effect, share, points_effect`; the effects sum to `total`."""

    @property
    def total(self) -> float:
        """The change of the indicator, in its unit."""
        return _float(self._data["total"])

    @property
    def points(self) -> float:
        """The change of its weighted points."""
        return _float(self._data["points"])


class DriversPanel(Keyed):
    """Why an indicator of everybody moved: one row an entity and driver.

    Attributes `whole` (the drivers of the whole, the formula over summed variables), `mix` (what each entity adds to
    the whole's change: by its own movement, and by its weight in the whole; None where the formula is no ratio).
    """

    @property
    def total(self) -> float:
        """The change of the whole."""
        return _float(self._data["total"])


class Bridge(Answer):
    """Why the total of an entity moved: `cause, effect`; the effects sum to `total`."""

    @property
    def total(self) -> float:
        """The change of the total."""
        return _float(self._data["total"])

    @property
    def walk(self) -> dict[str, Any] | None:
        """How the rank came from the other one: `before, after, overtook, overtaken_by, entered, left, tied`."""
        walk: dict[str, Any] | None = self._data["walk"]
        return walk

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The causes by indicator: `cause, indicator, effect, anchors`.

        `anchors` says what of the others' data moved, what moved most points first: `name` (`max`, `mean`, `ranks` …),
        `measure` of the indicator, `unit`, `from`, `to`, and who set it, `by_before`, `by_after` (None where no single
        one does).
        """
        return list(self._data["parts"])


class _Pair(Keyed):
    """Two results, or a period of each."""

    def __init__(
        self,
        core: _kaohe.Answer | Written,
        results: tuple[Result, Result],
        periods: tuple[str, str] | None,
        columns: Sequence[str] = _MOVE,
        texts: frozenset[str] = frozenset({"cause"}),
    ) -> None:
        self._results = results
        self._periods = periods
        after = results[1]
        keys = after._key_columns() if periods is None else {after._frame.entity: "entity"}
        super().__init__(core, after, keys, columns, texts)

    @property
    def changes(self) -> list[dict[str, Any]]:
        """What changed between the two schemes, one dict a change: see `Scheme.diff`."""
        before, after = self._results
        return before._scheme.diff(after._scheme)

    def bridge(self, entity: Any, period: Any = None) -> Bridge:
        """Say why the total of one entity moved: all causes, what the others' numbers were, the way of its rank.

        Parameters
        ----------
        entity, period
            Whose and when, the last period if None; where two periods were compared, it is between these.
        """
        before, after = self._results
        since, until = self._periods or (after._period(period), after._period(period))
        core = _kaohe.bridge_between(before._core, after._core, _text(entity) or "", since, until, get_lang())
        return Bridge(core, after._like, {"cause": "cause", "effect": "effect"}, frozenset({"cause"}))


class Comparison(_Pair):
    """Two results compared: one row an entity and period, or an entity, with the main cause of the change."""

    def indicators(self) -> Any:
        """Return every indicator's move: keys, `indicator, value_before, value_after, points_before, points_after`."""
        return _Moves(self._core, self._results, self._periods).to_frame()


class Gainers(_Pair):
    """Who gains and who loses by the second result, gainers first; `same` says how many stand still."""


class _Moves(_Pair):
    """The moves of a comparison by indicator."""

    def __init__(
        self, core: _kaohe.Answer | Written, results: tuple[Result, Result], periods: tuple[str, str] | None
    ) -> None:
        columns = ("indicator", "value_before", "value_after", "points_before", "points_after")
        super().__init__(core, results, periods, columns, frozenset({"indicator"}))

    @cached_property
    def _table(self) -> dict[str, Any] | None:
        return self._core.columns(indicators=True)


def _results(*given: Any) -> None:
    """Refuse what is no result."""
    for result in given:
        if not isinstance(result, Why):
            raise ArgumentError(
                f"只能比较 Scheme.assess 给出的 Result，不能是 {result!r:.60} "
                f"(compare takes two results of Scheme.assess, not {result!r:.60})"
            )


def _periods(since: Any, until: Any) -> tuple[str, str] | None:
    """Return two periods as text, None for none."""
    first, last = _text(since), _text(until)
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise ArgumentError(
            "比较两期须同时给出 since 与 until；比较全部时期则都不给 "
            "(two periods are compared with both since= and until=; "
            "leave both out to compare all periods)"
        )
    return first, last


def compare(before: Result, after: Result, *, since: Any = None, until: Any = None) -> Comparison:
    """Compare two results by entity and period: two vintages of the data, two editions of a scheme, or both.

    Parameters
    ----------
    before, after
        The results; the same one twice where two of its periods are compared.
    since, until
        A period of the first and one of the second, compared by entity; give both or neither.

    Returns
    -------
    Comparison
        Keys (of two periods the entity only), `total_before, total_after, total_change, rank_before, rank_after,
        rank_change` (positive is up), `cause` and `effect` of what moved the total most, the way it moved.
        `.indicators()` has every indicator's value and points, `.only_before` and `.only_after` name those in one only,
        `.changes` says in what the schemes differ, `.bridge(entity, period)` why one of them moved; see also `gainers`.

    Raises
    ------
    DataError
        Where the schemes differ, data that lack what the other side's scheme needs; a period that is not there.

    Examples
    --------
    >>> import kaohe as kh
    >>> df = kh.datasets.load("china-provinces")
    >>> scheme = kh.Scheme.builtin("strong-science-provinces")
    >>> revised = scheme.assess(df, entity="province", period="year")
    >>> first = scheme.assess(df.assign(gdp=df["gdp_first_published"]), entity="province", period="year")
    >>> moved = kh.compare(first, revised).to_frame()
    >>> moved.query("province == '湖南' and year == 2022")["total_change"].round(2).item()
    0.36
    >>> kh.compare(revised, revised, since=2021, until=2022).to_frame().columns.tolist()[:3]
    ['province', 'total_before', 'total_after']
    """
    _results(before, after)
    periods = _periods(since, until)
    core = _kaohe.compare(before._core, after._core, periods, get_lang())
    return Comparison(core, (before, after), periods)


def gainers(before: Result, after: Result, *, since: Any = None, until: Any = None) -> Gainers:
    """Say who gains and who loses by the second result: by a revision of the data, by another edition of a scheme.

    Parameters
    ----------
    before, after, since, until
        As of `compare`.

    Returns
    -------
    Gainers
        Columns as of `compare`, those first who gain most; `.gain`, `.lose`, `.same`, `.unknown` (how many have no
        total on one side); `.changes` says in what the schemes differ.

    Raises
    ------
    DataError
        As `compare`.

    Examples
    --------
    >>> import kaohe as kh
    >>> df = kh.datasets.load("china-provinces")
    >>> scheme = kh.Scheme.builtin("strong-science-provinces")
    >>> result = scheme.assess(df, entity="province", period="year")
    >>> kh.gainers(result, result).same
    93
    >>> heavier = kh.Scheme.from_toml(scheme.to_toml().replace("weight = 25", "weight = 40", 1))
    >>> moved = kh.gainers(result, heavier.assess(df, entity="province", period="year"))
    >>> [change["key"] for change in moved.changes]
    ['weight']
    """
    _results(before, after)
    periods = _periods(since, until)
    core = _kaohe.gainers(before._core, after._core, periods, get_lang())
    return Gainers(core, (before, after), periods)


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

    def gaps(self, entity: Any, period: Any = None, *, to: Any = "mean", since: Any = None) -> Answer:
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
        Answer
            One row an indicator: `indicator, value, reference, gap, gap_change, points_gap, rank`. `gap` is
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
        when = None if since is None else _text(since)
        core = _kaohe.gaps(self._core, _text(entity) or "", self._period(period), _reference(to), when, get_lang())
        return self._answer(core, _GAP, "indicator")

    def gaps_panel(self, period: Any = None, *, to: Any = "mean", since: Any = None) -> Keyed:
        """Measure the gaps of every entity of a period; columns as of `gaps`, the entity in front."""
        when = None if since is None else _text(since)
        core = _kaohe.gaps(self._core, None, self._period(period), _reference(to), when, get_lang())
        return Keyed(core, self._whole(), {self._frame.entity: "entity"}, _GAP, frozenset({"indicator"}))

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
            One row a driver: `driver, effect` (in the indicator's unit), `share` of the change, `points_effect`; the
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
        span = self._span(since, until)
        core = _kaohe.drivers(self._core, _text(entity) or "", indicator, *span, method, get_lang())
        names = {name: name for name in _DRIVER}
        return Drivers(core, self._like, names, frozenset({"driver"}))

    def drivers_panel(
        self, indicator: str, *, since: Any = None, until: Any = None, method: str = "auto"
    ) -> DriversPanel:
        """Split the change of an indicator for every entity, and for the whole; arguments as of `drivers`.

        Returns
        -------
        DriversPanel
            One row an entity and driver, the entity in front; `.whole` are the drivers of the whole, `.mix` what each
            entity adds to the whole's change by its own movement (`within`) and by its weight (`mix`).
        """
        core = _kaohe.drivers_panel(self._core, indicator, *self._span(since, until), method, get_lang())
        return DriversPanel(core, self._whole(), {self._frame.entity: "entity"}, _DRIVER, frozenset({"driver"}))

    def bridge(self, entity: Any, *, since: Any = None, until: Any = None) -> Bridge:
        """Say why the total of an entity moved: its own data, the others' data, the method; the effects sum exactly.

        Returns
        -------
        Bridge
            One row a cause: `cause, effect`; `.total` is the change, `.parts` has the causes by indicator and, of the
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
        core = _kaohe.bridge(self._core, _text(entity) or "", *self._span(since, until), get_lang())
        names = {"cause": "cause", "effect": "effect"}
        return Bridge(core, self._like, names, frozenset({"cause"}))

    def bridges(self, *, since: Any = None, until: Any = None) -> Keyed:
        """Say why the totals of all entities moved: one row an entity and cause.

        `to_dict()` has the parts by indicator. What the others' numbers were, and the way of a rank, says `bridge`.
        """
        core = _kaohe.bridge(self._core, None, *self._span(since, until), get_lang())
        keys = {self._frame.entity: "entity"}
        return Keyed(core, self._whole(), keys, ("cause", "effect"), frozenset({"cause"}))

    def contributions(self, entity: Any = None, period: Any = None, *, to: Any = None) -> Answer:
        """Split a total, the distance from another entity, or the spread of all totals, over the indicators.

        Parameters
        ----------
        entity, period
            Whose total, and when (the last period if None); without an entity the variance of all totals is split.
        to
            The other entity of a distance.

        Returns
        -------
        Answer
            One row an item: `item, points, share`; the points sum to `.total`, or to `.variance`.
        """
        if entity is None:
            core = _kaohe.variance(self._core, self._period(period), get_lang())
        else:
            core = _kaohe.contributions(
                self._core, _text(entity) or "", self._period(period), None if to is None else _text(to), get_lang()
            )
        return self._answer(core, ("item", "points", "share"), "item")

    def marginal(self, entity: Any, period: Any = None) -> Answer:
        """Say what one unit, and one per cent, more of each variable is worth to an entity.

        Returns
        -------
        Answer
            One row a variable, the most points for one per cent first: `variable, value, per_unit, per_percent`. These
            are rates: at caps, steps and ranks they end; `next_points` says what the next point takes.
        """
        core = _kaohe.marginal(self._core, _text(entity) or "", self._period(period), get_lang())
        return self._answer(core, ("variable", "value", "per_unit", "per_percent"), "variable")

    def marginal_panel(self, period: Any = None) -> Keyed:
        """Say what one unit, and one per cent, more of each variable is worth to every entity of a period.

        Every entity and variable is assessed again twice: 31 × 20 are 1,240 assessments, a second or so; a thousand
        entities take minutes.

        Returns
        -------
        Keyed
            One row an entity and variable: the entity, `variable, value, per_unit, per_percent`.
        """
        core = _kaohe.marginal_panel(self._core, self._period(period), get_lang())
        columns = ("variable", "value", "per_unit", "per_percent")
        return Keyed(core, self._whole(), {self._frame.entity: "entity"}, columns, frozenset({"variable"}))

    def dead_zones(self, period: Any = None) -> Keyed:
        """List who stands where a rule is flat (capped, floored, between steps) or near a cliff.

        Returns
        -------
        Keyed
            One row an entity, indicator and scored part: the entity, `indicator, part` (`value`, `change` …, `ranks`),
            `measure` (its number), `dead` (on a flat stretch, its ends included), `from, to, cliff, height`.
        """
        core = _kaohe.zones(self._core, self._period(period), get_lang())
        columns = ("indicator", "part", "measure", "dead", "from", "to", "cliff", "height")
        return Keyed(core, self._whole(), {self._frame.entity: "entity"}, columns, frozenset({"indicator", "part"}))

    def flips(self, entity: Any, other: Any, period: Any = None) -> Answer:
        """List the weights that alone could turn the order of two entities, the smallest change first.

        Returns
        -------
        Answer
            `node, weight, level, relative`: at the weight `level` the two are level.
        """
        core = _kaohe.flips(self._core, _text(entity) or "", _text(other) or "", self._period(period), get_lang())
        return self._answer(core, ("node", "weight", "level", "relative"), "node")

    def consistent(
        self, entity: Any, period: Any, indicator: str, published: float | str | Decimal, digits: int | None = None
    ) -> Answer | None:
        """Say whether a published value of an indicator fits the data, each datum anywhere within its last digit.

        Parameters
        ----------
        published
            The value as published; written as text (`"1.30"`) it keeps its decimals.
        digits
            Its decimals, if they are not to be read off `published`.

        Returns
        -------
        Answer
            `published, recomputed, low, high, consistent`; None where a datum is missing.

        Raises
        ------
        ArgumentError
            If `published` is no finite number.
        """
        value = _decimal(published)
        places = value.as_tuple().exponent if digits is None else -digits
        decimals = -places if isinstance(places, int) else 0
        core = _kaohe.consistent(
            self._core, _text(entity) or "", self._period(period), indicator, float(value), decimals, get_lang()
        )
        return None if core is None else self._answer(core, ("published", "recomputed", "low", "high", "consistent"))

    def _answer(self, core: _kaohe.Answer, columns: Sequence[str], *texts: str) -> Answer:
        whole = frozenset() if self._whole()._averages else _RANKS
        return Answer(core, self._like, {name: name for name in columns}, frozenset(texts), whole)

    @property
    def _like(self) -> Any:
        """A table of the caller's kind."""
        return self._frame.keys.to_native()

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

    def _span(self, since: Any, until: Any) -> tuple[str | None, str | None]:
        """Return two periods as text; the core takes the last one, and the one before it, for None."""
        return None if since is None else _text(since), None if until is None else _text(until)

    def _key_columns(self) -> dict[str, str]:
        period = {} if self._frame.period is None else {self._frame.period: "period"}
        return {self._frame.entity: "entity", **period}

    def _known(self, column: str) -> dict[str, Any]:
        """Return the data's keys by the core's names."""
        if column == self._frame.entity:
            return dict(zip(self._core.entities, self._whole().entities, strict=True))
        return dict(zip(self._core.periods, self._whole().periods, strict=True))


def _reference(to: Any) -> Any:
    """Return what a gap is to: a quantile as a number, the rest as text."""
    return float(to) if isinstance(to, (int, float)) and 0 <= to <= 1 else _text(to)


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


def _float(x: float | None) -> float:
    return _NAN if x is None else x

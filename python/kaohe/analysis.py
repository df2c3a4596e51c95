"""Why a result is what it is: gaps, drivers, bridges, comparisons, contributions, and what a scheme rewards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from kaohe.answer import Answer, Fact, Number, Rows
from kaohe.asked import Asked
from kaohe.errors import ArgumentError
from kaohe.records import text as _text
from kaohe.robustness import RankSets, Robustness, how, listed, whole

__all__ = ["Bridge", "Drivers", "DriversPanel", "Gaps", "Why"]


class Gaps(Answer):
    """How far an entity is from others: `indicator, value, reference, gap, gap_change, points_gap, rank`.

    `total` is its total minus that of the reference, `other` the entity compared with, `since` where widening starts.
    """

    entity = Fact[str]()
    period = Fact[str]()
    rows = Fact[Rows]()
    since = Fact[str | None]()
    other = Fact[str | None]()
    total = Number()


class Drivers(Answer):
    """Why an indicator of an entity moved: `driver, effect, share, points_effect`; the effects sum to `total`.

    `points` is the change of its weighted points, `before` and `after` are the values.
    """

    rows = Fact[Rows]()
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


class Bridge(Answer):
    """Why the total of an entity moved: `cause, effect`; the effects sum to `total`.

    `walk` says how the rank came from the other one: `before, after, overtook, overtaken_by, entered, left, tied`.
    `parts` are the causes by indicator: `cause, indicator, effect, anchors`; `anchors` says what of the others' data
    moved, what moved most points first: `name` (`max`, `mean`, `ranks` …), `measure` of the indicator, `unit`, `from`,
    `to`, and who set it, `by_before`, `by_after` (None where no single one does). `own` are the entity's own numbers
    that moved, by indicator and measure, from, to and with the points that this made.
    """

    rows = Fact[Rows]()
    entity = Fact[str]()
    since = Fact[str]()
    until = Fact[str]()
    before = Number()
    after = Number()
    total = Number()
    parts = Fact[Rows]()
    own = Fact[Rows]()
    walk = Fact[dict[str, Any] | None]()


class Contributions(Answer):
    """What makes up a total, or the distance to `other`: `item, points, share`; the points sum to `total`."""

    entity = Fact[str]()
    period = Fact[str]()
    rows = Fact[Rows]()
    other = Fact[str | None]()
    total = Number()


class Spread(Answer):
    """What makes the totals differ: `item, points, share`; the points sum to `variance`."""

    rows = Fact[Rows]()
    period = Fact[str]()
    variance = Number()


class Marginal(Answer):
    """What one unit, and one per cent, more of each variable is worth to an entity."""

    entity = Fact[str]()
    period = Fact[str]()
    rows = Fact[Rows]()


class MarginalPanel(Answer):
    """What one unit, and one per cent, more of each variable is worth to everybody."""

    period = Fact[str]()
    entities = Fact[Rows]()


class Zones(Answer):
    """Who stands where a rule is flat, or near a cliff."""

    rows = Fact[Rows]()
    period = Fact[str]()


class Curve(Answer):
    """How an indicator is scored: `curve, part, measure, score`; the table `places` says where everybody stands."""

    indicator = Fact[str]()
    period = Fact[str]()
    points = Fact[Rows]()
    places = Fact[Rows]()


class Flips(Answer):
    """Which weights alone could turn the order of two entities; `level` if they have the same total already."""

    entity = Fact[str]()
    period = Fact[str]()
    rows = Fact[Rows]()
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

    _asked: Asked

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
        return self._asked.ask(Answer, str(question.get("ask")), **parts)

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
        return self._asked.ask(Gaps, "gaps", entity=entity, period=period, to=self._asked.to(to), since=since)

    def gaps_panel(self, period: Any = None, *, to: Any = "mean", since: Any = None) -> Answer:
        """Measure the gaps of every entity of a period; columns as of `gaps`, the entity in front."""
        return self._asked.ask(Answer, "gaps", period=period, to=self._asked.to(to), since=since)

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
        return self._asked.ask(Drivers, "drivers", entity=entity, indicator=indicator, **span, method=method)

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
        return self._asked.ask(DriversPanel, "drivers", indicator=indicator, **span, method=method)

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
        return self._asked.ask(Bridge, "bridge", entity=entity, since=since, until=until)

    def bridge_panel(self, *, since: Any = None, until: Any = None) -> Answer:
        """Say why the totals of all entities moved: one row per entity and cause. `bridges` is the same.

        `to_dict()` has the parts by indicator. What the others' numbers were, and the way of a rank, says `bridge`.
        """
        return self._asked.ask(Answer, "bridge", since=since, until=until)

    bridges = bridge_panel

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
            return self._asked.ask(Spread, "contributions", period=period)
        return self._asked.ask(Contributions, "contributions", entity=entity, period=period, to=_text(to))

    def marginal(self, entity: Any, period: Any = None, *, uncontrollable: bool = False) -> Marginal:
        """Say what one unit, and one per cent, more of each variable that can be changed is worth to an entity.

        Parameters
        ----------
        entity, period
            To whom and when; the last period if None.
        uncontrollable
            True for the variables that nobody can be advised to change, too: what the scheme declares so, and what
            only stands below the line of its indicators (a product, a number of firms).

        Returns
        -------
        Marginal
            One row per variable, the most points for one per cent first: `variable, value, per_unit, per_percent`.
            These are rates: at caps, steps and ranks they end; `next_points` says what the next point takes.
        """
        parts = {"period": period, "uncontrollable": uncontrollable}
        return self._asked.ask(Marginal, "marginal", entity=entity, **parts)

    def marginal_panel(self, period: Any = None, *, uncontrollable: bool = False) -> MarginalPanel:
        """Say what one unit, and one per cent, more of each variable that can be changed is worth to every entity.

        Every entity and variable is assessed again twice: 31 × 20 are 1,240 assessments, a second or so; a thousand
        entities take minutes.

        Parameters
        ----------
        period
            When; the last period if None.
        uncontrollable
            True for the variables that nobody can be advised to change, too, as of `marginal`.

        Returns
        -------
        MarginalPanel
            One row per entity and variable: the entity, `variable, value, per_unit, per_percent`.
        """
        return self._asked.ask(MarginalPanel, "marginal", period=period, uncontrollable=uncontrollable)

    def zones(self, period: Any = None) -> Zones:
        """List who stands where a rule is flat (capped, floored, between steps) or near a cliff.

        `dead_zones` is the same.

        Returns
        -------
        Zones
            One row per entity, indicator and scored part: the entity, `indicator, part` (`value`, `change` …, `ranks`),
            `measure` (its number), `dead` (on a flat stretch, its ends included), `from, to, cliff, height`.
        """
        return self._asked.ask(Zones, "zones", period=period)

    dead_zones = zones

    def curve(self, indicator: str, period: Any = None) -> Curve:
        """Draw how the rule of an indicator turns what it scores into points, as a table, and where everybody stands.

        The numbers that it compares with stay as they are. `curve.plot()` draws it.

        Parameters
        ----------
        indicator
            Which one.
        period
            When; the last period if None.

        Returns
        -------
        Curve
            Points `curve, part, measure, score`: one curve for each scored part (`value`, `change` …, `ranks`), and
            where some are compared with other numbers (classes, targets) one for each of them. The table `"places"`
            has the entity, `curve, part, measure, score`.

        Raises
        ------
        DataError
            An unknown indicator, a group, an unknown period.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> curve = result.curve("rd_intensity", 2022)
        >>> curve.columns
        ['curve', 'part', 'measure', 'score']
        >>> curve.to_frame("places").columns.tolist()
        ['province', 'curve', 'part', 'measure', 'score']
        """
        return self._asked.ask(Curve, "curve", indicator=indicator, period=period)

    def flips(self, entity: Any, other: Any, period: Any = None) -> Flips:
        """List the weights that alone could turn the order of two entities, the smallest change first.

        Returns
        -------
        Flips
            `node, weight, level, relative`: at the weight `level` the two are level.
        """
        return self._asked.ask(Flips, "flips", entity=entity, other=other, period=period)

    def rank_sets(
        self,
        period: Any = None,
        *,
        error: float | Mapping[Any, float] | Sequence[Mapping[str, Any]],
        level: float = 0.95,
        simultaneous: bool = False,
        top: int | None = None,
        method: str = "stepwise",
        draws: int = 100_000,
        seed: int = 0,
    ) -> RankSets:
        """Say between which ranks each entity lies, given standard errors of the totals; see `kaohe.rank_sets`.

        Parameters
        ----------
        period
            When; the last one if None.
        error
            The standard error of every total, or by entity. Or the errors of variables, as `robustness` has them
            (`[{"variables": ["rd"], "normal": 0.02, "relative": True}]`): 4,000 runs through the whole method, with
            errors drawn, give the covariance of the totals.
        level, simultaneous, top, method, draws, seed
            As of `kaohe.rank_sets`.

        Returns
        -------
        RankSets
            One row per ranked entity: the entity, `estimate, error, rank, low, high, undecided, draws`.
        """
        errors: Any = error
        if isinstance(error, Mapping):
            errors = {_text(name): x for name, x in error.items()}
        elif isinstance(error, Sequence):
            errors = [{"id": f"error {k}", "error": dict(own)} for k, own in enumerate(error, 1)]
        made = how(method, level=level, simultaneous=simultaneous, draws=draws, seed=seed, digits=None)
        return self._asked.ask(RankSets, "rank_sets", period=period, errors=errors, how=made, top=top)

    def robustness(
        self,
        period: Any = None,
        *,
        samples: int = 10_000,
        seed: int = 0,
        factors: Sequence[Mapping[str, Any]] | None = None,
        entity: Any = None,
        quantiles: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95),
        level: float = 0.9,
        first: int = 0,
    ) -> Robustness:
        """Say how the ranks of a period hold when what is uncertain varies.

        Each run is a whole assessment with every factor at a random place: references, imputation and all that follows
        from them are made again where a factor touches them.

        ```text
        run r         every factor f at numbers number r of Philox(key=[seed, f]), f = 1, 2, …, uniform between 0 and 1
        quantile p    of the n ranks of an entity in order, the one at (n − 1) p, counted from 0 (type 7)
        mean shift    mean rank − rank as assessed
        place         share of the runs with a rank at most the one as assessed
        alike         those of whom neither is before the other in `level` of the runs
        ```

        Parameters
        ----------
        period
            When; the last one if None.
        samples, seed
            How many runs, and which numbers are drawn (those of `numpy.random.Philox`). The same seed gives the same
            bytes, whatever the threads, the machine and the parts that the runs are made in.
        factors
            What varies, as `[robustness]` of a scheme has it; see the page “How sure”. If None the factors of the
            scheme, or else all its weights by a quarter up and down.
        entity
            Whom the sentences are about; the best ones if None.
        quantiles
            Quantiles of ranks. Other ones than these give columns `q2.5`, `q97.5`, … in place of `low` to `high`.
        level
            Two are told apart where one is before the other in at least this share of the runs.
        first
            The first run: parts of a study that are made apart have runs of their own, and merge.

        Returns
        -------
        Robustness
            One row per ranked entity, the best first: the entity, `rank, low, lower, median, upper, high, mean,
            mean_shift, place, alike`. In a run in which an entity is not ranked it has no rank, and is behind everybody
            who has one.

        Raises
        ------
        DataError
            Everything that is wrong with the factors at once; a period in which nobody is ranked. A run that fails
            is no error: it is counted and named.

        Notes
        -----
        Ctrl-C leaves what was done until then; `lacking` and a note say what is not there.

        Source
        ------
        OECD & JRC (2008), *Handbook on constructing composite indicators*, step 7; Salmon, Moraes, Dror & Shaw (2011),
        *Parallel random numbers: as easy as 1, 2, 3*.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> found = result.robustness(2022, samples=500)
        >>> found.to_frame().columns.tolist()[:8]
        ['province', 'rank', 'low', 'lower', 'median', 'upper', 'high', 'mean']
        >>> found.beats("北京", "甘肃")
        1.0
        """
        return self._asked.sample(
            Robustness,
            period=period,
            samples=whole("samples", samples),
            seed=whole("seed", seed),
            first=whole("first", first),
            factors=listed(factors),
            shown={"quantiles": [float(p) for p in quantiles], "level": float(level), "entity": _text(entity)},
        )

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
        found = self._asked.ask(Consistency, "consistent", entity=entity, period=period, **parts)
        return None if found.to_dict() is None else found


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

"""Whether an index is sound: the audit, statistics, correlations, components, effective weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kaohe.answer import Answer, Fact, Rows
from kaohe.asked import Asked

__all__ = ["Audit", "Audits", "Components", "Correlations", "EffectiveWeights", "LeaveOut", "Statistics"]


class Audit(Answer):
    """Checks of an index: `check, group, status, observed, threshold, indicators, entities, message`, one row each.

    `passed`, `warned` and `failed` are counts. In `rows`, `indicators` and `entities` are lists, the `message` is in
    both languages. `to_frame("importances")` has weights beside importances, `to_frame("ends")` who has the lowest and
    the highest number of each indicator.
    """

    since = Fact[str]()
    until = Fact[str]()
    entities = Fact[int]()
    passed = Fact[int]()
    warned = Fact[int]()
    failed = Fact[int]()
    rows = Fact[Rows]()
    importances = Fact[Rows]()
    ends = Fact[Rows]()
    limits = Fact[dict[str, float]]()


class Statistics(Answer):
    """Statistics of every indicator: `indicator, n, missing, availability, min, max, mean, median, sd, skewness, …`.

    `entities` is the number of rows, `since` and `until` say when: the same unless periods are pooled.
    """

    of = Fact[str]()
    since = Fact[str]()
    until = Fact[str]()
    entities = Fact[int]()
    rows = Fact[Rows]()


class Correlations(Answer):
    """Correlations of every two indicators: `first, second, correlation, p, n`; `to_frame("matrix")` is the matrix."""

    of = Fact[str]()
    method = Fact[str]()
    since = Fact[str]()
    until = Fact[str]()
    nodes = Fact[list[str]]()
    rows = Fact[Rows]()


class Components(Answer):
    """Principal components of groups: `group, component, eigenvalue, share, cumulative`.

    `to_frame("loadings")` has `group, component, member, loading`, `to_frame("groups")` Cronbach's α and the
    Kaiser–Meyer–Olkin measure: `group, members, n, alpha, kmo, first, reason`.
    """

    of = Fact[str]()
    since = Fact[str]()
    until = Fact[str]()
    groups = Fact[Rows]()


class EffectiveWeights(Answer):
    """The part of the whole that each node makes: `node, parent, period, weight`, and `class` where there are some."""

    rows = Fact[Rows]()


class LeaveOut(Answer):
    """Totals and ranks without one indicator or group at a time, a row for each that was left out.

    Columns: `node, mean_shift, largest_shift, moved, mean_change, gains, loses`; `to_frame("entities")` has one row per
    entity and node: the entity, `node, total, total_change, rank, rank_change`.
    """

    period = Fact[str]()
    rows = Fact[Rows]()
    entities = Fact[Rows]()


class Audits:
    """What a result can be asked about its soundness; `Result` has all of it.

    All of it leaves benchmarks out. `of` says which numbers are taken: `"values"` of indicators, `"treated"` (as they
    are scored: where the scheme treats outlying ones, after that), or `"scores"`, of groups and the total too. A period
    that is None is the last one; `pooled=True` takes all periods as one.
    """

    _asked: Asked

    def audit(self, *, period: Any = None, pooled: bool = False, **limits: float) -> Audit:
        """Check whether the index is sound: the checks of the OECD/JRC handbook and of audits by the JRC, a row each.

        Parameters
        ----------
        period, pooled
            When; the last period if None, all of them as one if `pooled`.
        **limits
            Other limits than these: `coverage=0.65` (share of numbers that are there), `skewness=2`, `kurtosis=3.5`,
            `same=0.5` (share of zeros, of equal numbers), `redundancy=0.95` (correlation of two members of a group),
            `agreement=0.3` (correlation with the own group), `alpha=0.7`, `first=0.5` (share of the first component),
            `kmo=0.6`, `importance=0.1` (distance from the weight), `moved=0.3` (share of entities that rank `places=10`
            elsewhere by a pillar; of fewer than a hundred entities in proportion), `ends=0.5` (part of the range, or of
            the ends), `reach=0.9` (part of the full mark).

        Returns
        -------
        Audit
            One row per check, or check and group: `check, group, status, observed, threshold, indicators, entities,
            message`. `status` is `pass`, `warn`, `fail`, or `n/a` where there is nothing to be checked: the message
            says why.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> audit = result.audit()
        >>> audit.failed, audit.to_frame().query("status == 'warn'")["check"].tolist()
        (0, ['outliers', 'ends_by_one'])
        """
        return self._asked.ask(Audit, "audit", period=period, pooled=pooled, limits=limits)

    def statistics(
        self, of: str = "values", *, nodes: Sequence[str] = (), period: Any = None, pooled: bool = False
    ) -> Statistics:
        """Say how complete, spread, skewed and alike the numbers of each indicator are.

        Parameters
        ----------
        of
            `"values"`, `"treated"` or `"scores"`.
        nodes
            Indicators, and with `"scores"` groups and `total`; the indicators if none is named.
        period, pooled
            When; the last period if None, all of them as one if `pooled`.

        Returns
        -------
        Statistics
            One row per node: `indicator, n, missing, availability, min, max, mean, median, sd, skewness, kurtosis`
            (as Excel's SKEW and KURT), `zeros, unique, same` (counts of zeros, of different numbers, of the commonest
            one), and flags: `few` (numbers of fewer than 65 %), `outlying` (|skewness| above 2 and kurtosis above 3.5),
            `zero` (more than half), `alike` (fewer than half differ).

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> found = result.statistics()
        >>> found["skewness"].round(2).tolist()
        [1.49, 0.83, 2.26, 2.14]
        """
        parts = {"nodes": list(nodes), "period": period, "pooled": pooled}
        return self._asked.ask(Statistics, "statistics", of=of, **parts)

    def correlations(
        self,
        of: str = "scores",
        *,
        method: str = "pearson",
        nodes: Sequence[str] = (),
        period: Any = None,
        pooled: bool = False,
    ) -> Correlations:
        """Correlate every two indicators, over the entities that have both numbers.

        Parameters
        ----------
        of
            `"scores"` (more is better), `"values"` or `"treated"`.
        method
            `"pearson"`, `"spearman"` or `"kendall"` (τ-b).
        nodes
            Indicators, and with `"scores"` groups and `total`; the indicators if none is named.
        period, pooled
            When; the last period if None, all of them as one if `pooled`.

        Returns
        -------
        Correlations
            One row for every two: `first, second, correlation, p, n`. `p` has two sides: by Student's t for Pearson and
            Spearman; for Kendall counted out for fewer than 50 without equal numbers, else normal with the variance for
            ties. `to_frame("matrix")` is the matrix: `node` and a column per node.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> found = result.correlations(nodes=["rd_intensity", "total"])
        >>> found.to_frame().round(3).values.tolist()
        [['rd_intensity', 'total', 0.914, 0.0, 31]]
        """
        parts = {"method": method, "nodes": list(nodes), "period": period, "pooled": pooled}
        return self._asked.ask(Correlations, "correlations", of=of, **parts)

    def components(
        self, of: str = "scores", *, group: str | None = None, period: Any = None, pooled: bool = False
    ) -> Components:
        """Find the principal components of each group, Cronbach's α and KMO. `pca` is the same.

        Parameters
        ----------
        of
            `"scores"`, `"values"` or `"treated"`.
        group
            A group, or `total`; every group if None.
        period, pooled
            When; the last period if None, all of them as one if `pooled`.

        Returns
        -------
        Components
            One row per group and component, the largest first: `group, component, eigenvalue, share, cumulative`, of
            the correlations over the entities that have numbers of all members. `to_frame("loadings")` has the vectors
            (length 1, the largest element positive), `to_frame("groups")` the measures (KMO: Kaiser–Meyer–Olkin).

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> result.components().to_frame("groups").round(3)[["alpha", "kmo", "first"]].values.tolist()
        [[0.811, 0.671, 0.648]]
        """
        return self._asked.ask(Components, "components", of=of, group=group, period=period, pooled=pooled)

    pca = components

    def leave_out(self, nodes: Sequence[str] = (), period: Any = None) -> LeaveOut:
        """Say what becomes of totals and ranks without one indicator or group: which of them the result hangs on.

        Parameters
        ----------
        nodes
            Indicators and groups, one left out at a time; all that have siblings if none is named.
        period
            When; the last period if None.

        Returns
        -------
        LeaveOut
            One row per node: `node, mean_shift` (of ranks, by size), `largest_shift, moved` (how many entities),
            `mean_change` (of totals, by size), `gains`, `loses` (who most). Everything is assessed again with a weight
            of 0. `what_if(leave_out=[…])` is the whole result.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> result.leave_out(["hitech_density"])["mean_shift"].round(2).tolist()
        [1.23]
        """
        return self._asked.ask(LeaveOut, "leave_out", nodes=list(nodes), period=period)

    def effective_weights(self, period: Any = None) -> EffectiveWeights:
        """Say which part of the whole each indicator and group makes by its weight, where nothing is left out.

        Parameters
        ----------
        period
            When; every period if None (computed weights differ by period).

        Returns
        -------
        EffectiveWeights
            One row per node, period and class: `node, parent, period, weight`.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> result.effective_weights(2022)["weight"].tolist()
        [0.25, 0.25, 0.25, 0.25]
        """
        return self._asked.ask(EffectiveWeights, "effective_weights", period=period)

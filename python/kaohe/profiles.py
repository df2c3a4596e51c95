"""Where an entity stands and how it came there: trends, strengths and weaknesses, profiles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kaohe.answer import Answer, Fact, Number, Rows
from kaohe.asked import Asked

__all__ = ["Profile", "Profiles", "Strengths", "Trends"]


class Trends(Answer):
    """How indicators developed: the entity, `indicator, n, since, until, first, last, growth, slope, relative, …`.

    `to_dict()["rows"]` has the same with `improving` as a flag.
    """

    of = Fact[str]()
    entity = Fact[str | None]()
    rows = Fact[Rows]()


class Strengths(Answer):
    """The best and the worst ranked indicators of an entity: `kind, indicator, value, rank, n, mean, score`."""

    entity = Fact[str]()
    period = Fact[str]()
    rows = Fact[Rows]()


class Profile(Answer):
    """An entity at every level: `node, level, value, score, rank, n, mean, median, best, best_by`.

    The total stands first, each group before its members; `total` and `rank` are those of the result, `n` is how many
    it is compared with.
    """

    entity = Fact[str]()
    period = Fact[str]()
    rows = Fact[Rows]()
    total = Number()
    rank = Fact[float | None]()
    n = Fact[int]()


class Profiles:
    """What a result can be asked about one entity, and about the course of the periods; `Result` has all of it."""

    _asked: Asked

    def trends(
        self,
        of: str = "values",
        *,
        entity: Any = None,
        nodes: Sequence[str] = (),
        since: Any = None,
        until: Any = None,
    ) -> Trends:
        """Say how indicators developed over the periods.

        Parameters
        ----------
        of
            `"values"`, `"treated"` (as they are scored) or `"scores"`.
        entity
            Whose; of everybody who is assessed if None.
        nodes
            Indicators, and with `"scores"` groups and `total`; the indicators if none is named.
        since, until
            From when to when; all periods if None.

        Returns
        -------
        Trends
            One row per entity and indicator: `n` (periods that have a number), `since, until` (the first of them, the
            last), `first, last`, `growth` (compound, a period: 0.05 is five per cent; missing unless both are above
            zero), `slope` (of least squares, a period), `relative` (the slope as a share of where the line begins),
            `p` (of the slope, by Student's t), `improving` (whether it goes the way that is better), `latest` (whether
            the last period has a number).

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> found = result.trends(entity="甘肃", nodes=["rd_intensity"])
        >>> found["growth"].round(4).tolist(), found["improving"].tolist()
        ([0.0292], ['yes'])
        """
        keys = {} if entity is None else {"entity": entity}
        return self._asked.ask(Trends, "trends", of=of, nodes=list(nodes), since=since, until=until, **keys)

    def strengths(
        self, entity: Any, period: Any = None, *, top: int = 5, unique: float = 0.0, keep_worst: bool = False
    ) -> Strengths:
        """List the indicators in which an entity is among the best, and those in which it is among the last.

        Parameters
        ----------
        entity, period
            Whose and when; the last period if None.
        top
            How many of each.
        unique
            Leave out indicators of which less than this share of the values differ (yes-or-no indicators).
        keep_worst
            True to call a worst value a strength where so many share it that its rank is good.

        Returns
        -------
        Strengths
            The strengths, the best rank first, then the weaknesses, the worst rank first: `kind` (`strength` or
            `weakness`), `indicator, value, rank, n` (how many have a value), `mean, score`. A strength lies in the
            better half of the ranks, a weakness in the other one.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> result.strengths("甘肃", 2022, top=1).to_frame()[["kind", "indicator", "rank"]].values.tolist()
        [['strength', 'contract_share', 12], ['weakness', 'fiscal_share', 23]]
        """
        parts = {"period": period, "top": top, "unique": unique, "keep_worst": keep_worst}
        return self._asked.ask(Strengths, "strengths", entity=entity, **parts)

    def profile(self, entity: Any, period: Any = None) -> Profile:
        """Show an entity at every level, beside the mean, the median and the best of those it is compared with.

        Parameters
        ----------
        entity, period
            Whose and when; the last period if None.

        Returns
        -------
        Profile
            One row per node, the total first, each group before its members: `node, level` (groups below the total),
            `value` (of an indicator), `score, rank, n, mean, median, best, best_by`, of the scores of its period and
            class.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> profile = result.profile("甘肃", 2022)
        >>> profile.rank, profile["node"].tolist()[:2]
        (20.0, ['total', 'rd_intensity'])
        """
        return self._asked.ask(Profile, "profile", entity=entity, period=period)

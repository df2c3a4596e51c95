"""What a rank hangs on: which indicators make it, and which other weights would turn it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kaohe.answer import Answer, Fact, Number, Rows
from kaohe.asked import Asked

__all__ = ["Overtake", "RankAttribution", "Ranks", "Smaa"]


class RankAttribution(Answer):
    """What makes the rank of an entity: `node, score, baseline, rank_effect`, and `top_effect`, `ahead_effect`.

    `n` are ranked together; `rank` is the rank, `baseline_rank` that of mean scores in everything (None where they
    would not be ranked). `in_top` and `ahead` say whether the entity is among the best `top` and before `rival`,
    `baseline_in_top` and `baseline_ahead` whether mean scores would be; None where it was not asked.
    """

    entity = Fact[str]()
    period = Fact[str]()
    n = Fact[int]()
    rank = Number()
    baseline_rank = Fact[float | None]()
    top = Fact[int | None]()
    in_top = Fact[bool | None]()
    baseline_in_top = Fact[bool | None]()
    rival = Fact[str | None]()
    ahead = Fact[bool | None]()
    baseline_ahead = Fact[bool | None]()
    rows = Fact[Rows]()


class Overtake(Answer):
    """The smallest change of weights that lets `rival` overtake: `node, weight, new_weight, share, new_share`.

    `change` is the sum of the changes of all shares of the whole, None where no weights do it. `rank` and `rival_rank`
    are the ranks, `new_rank` and `new_rival_rank` those with the new weights; `turned` says whether its total is level
    or larger then (None where the scheme computes its weights, so that none can be given). `rivals` are all who are
    behind, the nearest first: `entity, rank, behind, change`.
    """

    entity = Fact[str]()
    period = Fact[str]()
    group = Fact[str | None]()
    rival = Fact[str | None]()
    change = Fact[float | None]()
    rank = Number()
    rival_rank = Fact[float | None]()
    new_rank = Fact[float | None]()
    new_rival_rank = Fact[float | None]()
    turned = Fact[bool | None]()
    rows = Fact[Rows]()
    rivals = Fact[Rows]()


class Smaa(Answer):
    """For which weights who is where: `rank, first, likeliest, mean, confidence`, the best first.

    `first` is the share of the space of weights in which an entity is first, `likeliest` the rank of its largest share,
    `confidence` the share of the runs with its central weights in which it is first. `same_ranking` is the share in
    which everybody has the rank of the scheme, `same_ranking_error` the standard error of that. `samples` is None where
    the space was measured exactly. The tables `acceptability` and `weights` have a row per entity and rank, and per
    entity and indicator; `failed` names runs that failed.
    """

    period = Fact[str]()
    samples = Fact[int | None]()
    seed = Fact[int]()
    failed = Fact[dict[str, Any] | None]()
    factors = Fact[Rows]()
    same_ranking = Number()
    same_ranking_error = Number()
    rows = Fact[Rows]()
    weights = Fact[Rows]()


class Ranks:
    """What a result can be asked about its ranks; `Result` has all of it."""

    _asked: Asked

    def rank_attribution(
        self,
        entity: Any,
        period: Any = None,
        *,
        top: int | None = None,
        before: Any = None,
        level: int | None = None,
    ) -> RankAttribution:
        """Split the rank of an entity over its indicators: Shapley values.

        ```text
        φ_i = Σ over sets S without i of  |S|! (n − |S| − 1)! / n! · (v(S ∪ i) − v(S))
        ```

        `v(S)` is the rank of the entity if the indicators of `S` have its own scores, and every other one the mean of
        the scores of all who are ranked with it; the others keep their totals. Every rank is decided as the scheme
        decides ranks, roundings, floors and tie breaks included. The effects sum to the rank less `baseline_rank`.

        Parameters
        ----------
        entity, period
            Whose rank, and when; the last period if None.
        top
            Also split being among the best so many: 1 where it is, else 0.
        before
            Also split standing before this rival.
        level
            Split over the groups so many levels below the total (1 for its members) instead of all indicators, of
            which there may be twelve at most.

        Returns
        -------
        RankAttribution
            One row per indicator or group, what lifts the rank most first: `node, score, baseline, rank_effect` (below
            0 it lifts), `top_effect`, `ahead_effect` where they were asked for. A score that is missing is missing
            among its own, and the mean else.

        Raises
        ------
        DataError
            An unknown entity, period or rival, one that is not ranked, a rival of another class, more than twelve
            indicators or groups (the levels that have fewer are named), a level that there is not.

        Source
        ------
        Shapley (1953), *A value for n-person games*.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> found = result.rank_attribution("甘肃", 2022, top=10)
        >>> found.rank, found.baseline_rank, found.in_top
        (20.0, 15.0, False)
        """
        parts = {"period": period, "top": top, "before": before, "level": level}
        return self._asked.ask(RankAttribution, "rank_attribution", entity=entity, **parts)

    def overtake(self, entity: Any, rival: Any = None, period: Any = None, *, group: str | None = None) -> Overtake:
        """Find the smallest change of the weights with which a rival overtakes an entity, or is level with it.

        ```text
        minimise Σ_k |x_k − e_k|    where Σ x_k = Σ e_k,  x_k ≥ 0,  Σ_k x_k (s_rival,k − s_entity,k) ≥ 0
        ```

        `e_k` is the part of the whole that an indicator makes, `x_k` the new one, `s` the scores: under geometric means
        their logarithms. The linear programme is solved exactly; the new weights go beyond it by 10⁻¹² of the totals,
        so that roundings do not undo them. Adjustments and floors stay as they are. A group that is made in another way
        than the total keeps the weights inside of it, and moves as one.

        Parameters
        ----------
        entity
            Who would be overtaken.
        rival
            By whom; the nearest of all who are behind if None: of the winner, how far it is from losing.
        period
            When; the last period if None.
        group
            A group (or `total`) whose members' weights alone move.

        Returns
        -------
        Overtake
            One row per weight that changes: `node, weight, new_weight, share, new_share`.

        Raises
        ------
        DataError
            An unknown entity, period or rival; one that is not ranked; a rival of another class or with other scores
            missing; a total that is neither a weighted mean nor a sum; a score of 0 or adjustments under geometric
            means; totals that are blended over periods.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> found = result.overtake("江西", "甘肃", 2022)
        >>> found.turned
        True
        """
        parts = {"rival": rival, "period": period, "group": group}
        return self._asked.ask(Overtake, "overtake", entity=entity, **parts)

    def smaa(
        self,
        period: Any = None,
        *,
        weights: str | float = "any",
        groups: Sequence[str] = (),
        factors: Sequence[Mapping[str, Any]] = (),
        samples: int = 10_000,
        seed: int = 0,
    ) -> Smaa:
        """Say for which weights each entity would be where, and in which share of all weights the ranking is the same.

        ```text
        b_i^r = share of the space of weights in which i has rank r (acceptability)
        w_i   = mean of the weights with which i is first (central weights)
        p_i   = share of the runs with weights w_i in which i is first (confidence factor)
        ```

        Where the total is a weighted or geometric mean of just two, unrounded, and nothing else varies, the line of
        weights is cut at every crossing of two totals, which is exact; else weights are drawn.

        Parameters
        ----------
        period
            When; the last one if None.
        weights
            `"any"`: uniform among all weights of a group; `"in_order"`: among those in the order of the scheme's; a
            number: each weight within that share of its own, up and down.
        groups
            The groups whose members' weights vary, `"total"` among them; all of them if none is named.
        factors
            What else varies, as of `robustness`: errors of measurement, settings.
        samples, seed
            How many draws, and which.

        Returns
        -------
        Smaa
            One row per ranked entity: the entity, `rank, first, likeliest, mean, confidence`.

        Raises
        ------
        DataError
            Everything that is wrong with the factors; weights that are all computed, so that none varies.

        Source
        ------
        Lahdelma & Salminen (2001), *SMAA-2: stochastic multicriteria acceptability analysis for group decision making*.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> found = result.smaa(2022, samples=500)
        >>> found.to_frame().columns.tolist()
        ['province', 'rank', 'first', 'likeliest', 'mean', 'confidence']
        """
        way = {"free": weights} if isinstance(weights, str) else {"within": weights}
        varied = {"id": "weights", "weights": {**way, **({"groups": list(groups)} if groups else {})}}
        parts = {"period": period, "samples": samples, "seed": seed, "factors": [varied, *map(dict, factors)]}
        return self._asked.ask(Smaa, "smaa", **parts)

"""Which uncertain factor moves ranks: Sobol' indices and Shapley effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kaohe.answer import Answer, Fact, Number, Rows
from kaohe.asked import Asked
from kaohe.robustness import listed

__all__ = ["Sensitivities", "Sensitivity"]


class Sensitivity(Answer):
    """How sensitive ranks or totals are to each factor: `factor`, `first`, `total`, their intervals, `shapley`.

    `made` says how it was found, `mean` and `deviation` are of the number that the indices are of, `nominal` is that
    number without any uncertainty. Other tables: `entities` (every entity and factor), and of an exact answer `ranks`
    (the chance of every rank of every entity).
    """

    period = Fact[str]()
    entity = Fact[str | None]()
    output = Fact[str]()
    made = Fact[dict[str, Any]]()
    nominal = Number()
    mean = Number()
    deviation = Number()
    rows = Fact[Rows]()
    entities = Fact[Rows]()
    ranks = Fact[Rows]()


class Sensitivities:
    """Questions about factors. A `Result` is one of these."""

    _asked: Asked

    def sensitivity(
        self,
        period: Any = None,
        *,
        samples: int = 1024,
        seed: int = 0,
        factors: Sequence[Mapping[str, Any]] | None = None,
        entity: Any = None,
        output: str = "rank",
        method: str | None = None,
        level: float = 0.95,
        resamples: int = 1000,
        shapley: bool = True,
        split: bool | None = None,
    ) -> Sensitivity:
        r"""Say which uncertain factor moves ranks: first-order and total Sobol' indices, Shapley effects.

        ```text
        y = the rank of an entity, or of all together the mean over entities of |rank − nominal rank|
        first_i   = Var E[y | i] / Var y                  what factor i makes by itself
        total_i   = 1 − Var E[y | all but i] / Var y      what it has a part in
        shapley_i = its own share and a fair part of what several make together; they add up to 1

        exact     every combination of the alternatives, with its chance
        sampled   rows a, b of scrambled Sobol' points; y_i at a with the coordinates of i from b
                  first_i = mean (y_b − μ)(y_i − y_a) / V          total_i = mean (y_i − y_a)² / 2V
                  shapley_i from exchanging the factors of a row one by one in a random order
        ```

        Parameters
        ----------
        period
            When; the last one if None.
        samples, seed
            Rows of points, best a power of 2, and which, where points are drawn; a row takes `2 × factors` runs (with
            `shapley=False` `2 + factors`). The same seed gives the same numbers.
        factors
            What is uncertain, as `[[robustness.factor]]` of a scheme has it; that section if None, and without one
            every weight, each by ± 25 %.
        entity
            Whose rank is looked at; all together if None.
        output
            `"rank"`, or `"total"` for totals before their rounding.
        method
            `"exact"` or `"sampled"`; exact if None, where all factors are discrete and have 20,000 combinations at
            most.
        level, resamples
            Probability of the intervals, and how often rows are drawn again for them; no intervals if `resamples` is 0.
            Those of exact indices have no width.
        shapley
            Whether Shapley effects are asked for.
        split
            Whether every weight that varies counts as a factor of its own; if None, where no factors are given.

        Returns
        -------
        Sensitivity
            One row per factor: `factor, first, first_low, first_high, total, total_low, total_high, shapley`; all of
            them are NaN where nothing varies. `to_frame("entities")` has the indices of every entity's rank,
            `to_frame("ranks")` of an exact answer the chance of every rank.

            An entity without a rank in a run has no part in the mean of that run; rows in which the number looked at is
            missing, or a run fails, are left out and counted in the notes.

        Raises
        ------
        DataError
            A period that the data lack, an entity that is not ranked, everything that is wrong with the factors,
            numbers out of range, a combination (or all rows) that fails.

        Source
        ------
        Saltelli et al. (2010), *Variance based sensitivity analysis of model output*; Jansen (1999); Owen (2014),
        *Sobol' indices and Shapley value*; Goda (2021). Points: `scipy.stats.qmc.Sobol(2 * d)` with 30 bits, scrambled
        with the key `[seed, 2**64 - 1]` of Philox, plus half of the last bit.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> mean = {"at": "total.aggregate", "among": ["arithmetic", "geometric"]}
        >>> factors = [{"id": "mean", "setting": mean}, {"id": "without", "leave_out": ["*"]}]
        >>> found = result.sensitivity(2022, factors=factors)
        >>> found.made["method"], found["factor"].tolist()
        ('exact', ['mean', 'without'])
        >>> round(float(found["shapley"].sum()), 9)
        1.0
        """
        how = {
            "output": output,
            "method": method,
            "samples": samples,
            "seed": seed,
            "resamples": resamples,
            "level": level,
            "shapley": shapley,
            "split": split,
        }
        return self._asked.ask(
            Sensitivity,
            "sensitivity",
            period=period,
            factors=listed(factors),
            how=how,
            **({} if entity is None else {"entity": entity}),
        )

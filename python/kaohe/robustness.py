"""How sure a ranking is: how it holds when what is uncertain varies, and confidence sets for ranks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from kaohe import _kaohe
from kaohe.answer import Answer, Fact, Number, Rows
from kaohe.errors import ArgumentError
from kaohe.language import either, get_lang
from kaohe.records import number, text

if TYPE_CHECKING:
    from kaohe.asked import Asked
    from kaohe.result import Result

__all__ = ["AtMost", "RankSets", "Robustness", "how", "rank_sets"]


class RankSets(Answer):
    """Between which ranks each entity lies; `rows` are in the order of the estimates.

    `correlated` says whether errors go together: by a covariance, or since errors of variables reach several totals.
    """

    rows = Fact[Rows]()
    correlated = Fact[bool]()
    top = Fact[int | None]()
    ascending = Fact[bool]()
    how = Fact[dict[str, Any]]()


class AtMost(Answer):
    """In which share of the runs each is among the best `rank`: the entity, `rank` as assessed, `share`."""

    rank = Number()
    rows = Fact[Rows]()
    samples = Fact[int]()


class Robustness(Answer):
    """How ranks hold: `rank, low, lower, median, upper, high, mean, mean_shift, place, alike`, the best first.

    `samples` are the runs that came to a ranking, `lacking` those that were not made since the work was ended, and
    `runs["failed"]` names those that failed. `groups` are stretches of the ranking in which nobody can be told apart
    from another. `runs` holds all that is known of the runs; the table `ranks` says how often each rank was had.
    """

    rows = Fact[Rows]()
    groups = Fact[list[list[str]]]()
    samples = Fact[int]()
    lacking = Fact[int]()
    shown = Fact[dict[str, Any]]()
    runs = Fact[dict[str, Any]]()

    def beats(self, entity: Any, other: Any) -> float:
        """Return the share of the runs in which one entity is before another; equals are not before each other.

        Raises
        ------
        DataError
            Entities that are not ranked, or of different classes; more than 256 entities, of which pairs are not
            counted.
        """
        return _kaohe.beats(self._core.to_json(), text(entity) or "", text(other) or "", get_lang())

    def at_most(self, rank: float) -> AtMost:
        """Return the share of the runs in which each has a rank of at most so many."""
        core = _kaohe.at_most(self._core.to_json(), number("rank", rank), get_lang())
        return AtMost(core, self._like, self._asked)

    def more(self, samples: int) -> Robustness:
        """Return the same with more runs: the first ones that are not there, so that parts stay mergeable.

        Raises
        ------
        DataError
            Less than one run.
        """
        asked = self._of()
        core = _kaohe.more_runs(asked.core, self._core.to_json(), whole("samples", samples), get_lang())
        return Robustness(core, self._like, asked)

    def merge(self, other: Robustness) -> Robustness:
        """Return the runs of both, to the last bit what one call with all of them gives.

        Parts of a study are made on several machines with `result.robustness(samples=…, first=…)`, and sent as pickles.

        Raises
        ------
        DataError
            Another study: the method, the data, the period, the factors and the seed must be the same. Runs that both
            have.
        """
        core = _kaohe.merge_runs(self._core.to_json(), other._core.to_json(), get_lang())
        return Robustness(core, self._like, self._asked)

    def run(self, run: int) -> Result:
        """Return the complete result of one run: its method (`.scheme`), its data, and all that came out."""
        from kaohe.result import Result

        return Result(self._of().run(self._core.to_json(), whole("run", run)))

    def _of(self) -> Asked:
        if self._asked is None:
            raise ArgumentError(either("没有可供重算的结果", "there is no result to make runs of"))
        return self._asked


def rank_sets(
    estimates: Any,
    errors: Any = None,
    *,
    covariance: Any = None,
    level: float = 0.95,
    simultaneous: bool = False,
    top: int | None = None,
    method: str = "stepwise",
    draws: int = 100_000,
    seed: int = 0,
    digits: int | None = None,
    ascending: bool = False,
    lang: str | None = None,
) -> RankSets:
    r"""Say between which ranks each of several estimates lies, given their standard errors.

    ```text
    rank j = 1 + #{k: θ_k > θ_j}        set of j: [1 + #{k surely above j}, n − #{k surely below j}]

    stepwise   k is surely above j where (x_k − x_j) / √(σ_k² + σ_j²) is larger than the quantile, over draws, of the
               largest such number that chance makes among the pairs in question; those found leave, the rest is
               compared again
    joint      where x_k > x_j and x_k − z σ_k ≥ x_j + z σ_j, z = Φ⁻¹((1 + level^(1/n)) / 2)
    ```

    Parameters
    ----------
    estimates
        A list, a Series (its index names the entities) or a dict by entity. A missing estimate is refused.
    errors
        Their standard errors, 0 or more, in the same order or by entity; or one for all. Errors are taken to be normal
        and independent.
    covariance
        Instead of `errors`, the covariance of errors that go together: rows of numbers in the order of the estimates,
        an array, or a frame with their names. Differences then have the error `√(c_jj + c_kk − 2 c_jk)`.
    level
        Probability with which a set covers the true rank.
    simultaneous
        Whether all sets together cover with that probability; else each by itself, with narrower sets.
    top
        Also say who may be among the best so many (from simultaneous sets).
    method
        `"stepwise"`, or `"joint"`, which is always simultaneous and draws nothing.
    draws, seed
        How many draws, and which, for `"stepwise"`. The same seed gives the same sets.
    digits
        Decimals to which the ends of the intervals of `"joint"` are rounded before they are compared.
    ascending
        Whether the smallest is the best.
    lang
        Language of messages.

    Returns
    -------
    RankSets
        One row per estimate: `entity, estimate, error, rank, low, high`, `undecided` (an end that another seed may
        move, in words) and `draws` (about how many would decide), with `top` also `in_top`.

    Raises
    ------
    DataError
        Every missing estimate and error below 0 at once, by name; a matrix that is no covariance.
    ArgumentError
        Neither errors nor a covariance, or both.

    Source
    ------
    Mogstad, Romano, Shaikh & Wilhelm (2024), *Inference for ranks*; Klein, Wright & Wieczorek (2020), *A joint
    confidence region for an overall ranking of populations*.

    Examples
    --------
    >>> import kaohe as kh
    >>> sets = kh.rank_sets({"甲": 90.0, "乙": 89.0, "丙": 60.0}, 1.0, simultaneous=True)
    >>> sets[["low", "high"]].values.tolist()
    [[1, 2], [1, 2], [3, 3]]
    """
    named = _by_name(estimates)
    if (errors is None) == (covariance is None):
        zh, en = "请给出 errors 或 covariance 之一", "give either errors or covariance"
        raise ArgumentError(either(zh, en))
    together = None if covariance is None else json.dumps(_matrix(covariance, list(named)))
    errors = 0.0 if errors is None else errors
    given = _by_name(errors) if _is_many(errors) else dict.fromkeys(named, errors)
    if isinstance(errors, Mapping) or hasattr(errors, "items"):
        lacking = [name for name in named if name not in given]
        if lacking:
            names = ", ".join(lacking)
            raise ArgumentError(either(f"未给出标准误：{names}", f"no standard error is given for {names}"))
    elif len(given) != len(named):
        zh = f"有 {len(named)} 个估计值，{len(given)} 个标准误；个数应相同"
        en = f"{len(named)} estimates and {len(given)} errors; expected as many"
        raise ArgumentError(either(zh, en))
    else:
        given = dict(zip(named, given.values(), strict=True))
    rows = [
        {"name": name, "estimate": _number(f"estimates[{name}]", x), "error": _number(f"errors[{name}]", given[name])}
        for name, x in named.items()
    ]
    made = how(method, level=level, simultaneous=simultaneous, draws=draws, seed=seed, digits=digits)
    written = json.dumps(rows, ensure_ascii=False)
    core = _kaohe.rank_sets(written, json.dumps(made), ascending, top, get_lang(lang), together)
    is_polars = type(estimates).__module__.startswith("polars")
    return RankSets(core, estimates if is_polars else [])


def how(method: str, *, level: float, simultaneous: bool, draws: int, seed: int, digits: int | None) -> dict[str, Any]:
    """Return how sets are made, as the core reads it."""
    if method == "stepwise":
        return {"method": method, "level": level, "simultaneous": simultaneous, "draws": draws, "seed": seed}
    if method == "joint":
        return {"method": method, "level": level, "digits": digits}
    zh, en = f"没有方法 {method!r}；有 stepwise、joint", f"no method {method!r}; expected stepwise or joint"
    raise ArgumentError(either(zh, en))


def _matrix(covariance: Any, names: list[str]) -> list[list[float]]:
    """Return rows of numbers; those of a frame must have the names of the estimates, in their order."""
    index = getattr(covariance, "index", None)
    if index is not None and hasattr(covariance, "columns"):
        for own in ([text(name) for name in index], [text(name) for name in covariance.columns]):
            if own != names:
                zh, en = (
                    "协方差的名称与估计值不同，或次序不同",
                    "the names of the covariance are not those of the estimates, in order",
                )
                raise ArgumentError(either(zh, en))
        covariance = covariance.to_numpy()
    return [[number("covariance", x) for x in row] for row in covariance]


def _is_many(errors: Any) -> bool:
    is_array = hasattr(errors, "__array__") and getattr(errors, "ndim", 1) > 0
    return isinstance(errors, (Mapping, Sequence)) or is_array


def _by_name(numbers: Any) -> dict[str, Any]:
    """Return numbers by name; by their position, from 1, where they have none."""
    if isinstance(numbers, Mapping) or (hasattr(numbers, "items") and hasattr(numbers, "index")):
        named = [(text(name) or "", x) for name, x in numbers.items()]
        twice = sorted({name for name, _ in named if sum(name == other for other, _ in named) > 1})
        if twice:
            names = ", ".join(twice)
            raise ArgumentError(either(f"名称重复：{names}", f"names that occur more than once: {names}"))
        return dict(named)
    return {str(k): x for k, x in enumerate(numbers, 1)}


def _number(where: str, value: Any) -> float | None:
    value = number(where, value)
    return value if value == value and abs(value) != float("inf") else None


def listed(factors: Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]] | None:
    """Return factors as plain dicts; None where the scheme says what varies."""
    return None if factors is None else [dict(factor) for factor in factors]


def whole(where: str, value: Any) -> int:
    """Return a whole number of zero or more; another value is refused with where it stands."""
    x = number(where, value)
    if not isfinite(x) or x < 0 or x != int(x):
        raise ArgumentError(
            either(f"{where} 是 {value!r}，应为不小于零的整数", f"{where} is {value!r}, not a whole number")
        )
    return int(value)

"""Scorers: one record at a time against references."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan
from typing import TYPE_CHECKING, Any

from kaohe import _kaohe
from kaohe.errors import ArgumentError
from kaohe.language import either, get_lang, made_by
from kaohe.records import number

if TYPE_CHECKING:
    from kaohe.scheme import Scheme

__all__ = ["Scorer"]


class Scorer:
    """Scores single records against references. Made by `Scheme.scorer`.

    A record gets what a table of it alone gets from `Scheme.assess` with the same references, and its rank among the
    totals of the references. Where no number is missing or on a threshold, that takes about a microsecond in the core.

    Examples
    --------
    >>> import kaohe as kh
    >>> df = kh.datasets.load("china-provinces")
    >>> scheme = kh.Scheme.builtin("strong-science-provinces")
    >>> references = scheme.references(df, entity="province", period="year")
    >>> scorer = scheme.scorer(references, entity="甘肃", period=2022)
    >>> scorer.inputs[:4], scorer.inputs[-1]
    (['gdp', 'rd', 'fiscal_st', 'budget'], 'prev(enterprises)')
    >>> row = df[(df["province"] == "甘肃") & (df["year"] == 2022)].iloc[0]
    >>> before = df[(df["province"] == "甘肃") & (df["year"] == 2021)].iloc[0]
    >>> record = {name: (before[name[5:-1]] if name.startswith("prev") else row[name]) for name in scorer.inputs}
    >>> scored = scorer.score(record)
    >>> scored["total"], scored["rank_among_reference"], scored["missing"]
    (70.79, 20, [])
    """

    __slots__ = ("_core", "_inputs", "_nodes", "_scheme")

    def __init__(self, scheme: Scheme, core: _kaohe.Scorer) -> None:
        if not isinstance(core, _kaohe.Scorer):
            raise made_by("评分器", "a scorer", "Scheme.scorer(references)")
        self._scheme = scheme
        self._core = core
        self._inputs = core.inputs
        self._nodes = core.nodes

    @property
    def scheme(self) -> Scheme:
        """The scheme."""
        return self._scheme

    @property
    def inputs(self) -> list[str]:
        """What a record has: variables, and those of earlier periods as in formulas, `prev(rd)`, `lag(rd, 2)`."""
        return list(self._inputs)

    def score(self, record: Mapping[str, Any] | Sequence[Any], *, lang: str | None = None) -> dict[str, Any]:
        """Score one record.

        Parameters
        ----------
        record
            Numbers by input, or a list of them in the order of `inputs`. What is left out, None or NaN is missing.
        lang
            Language of the messages; see `kaohe.set_lang`.

        Returns
        -------
        `total`; `scores` of indicators and groups on the common scale; `values` of the indicators in their units;
        `rank_among_reference`, 1 + how many of the reference's totals are better, None where it is not ranked;
        `missing`, the inputs that were. What has no number is None.

        Raises
        ------
        DataError
            What `Scheme.assess` would refuse of the record: a missing number that the scheme allows none for.
        ArgumentError
            An unknown input, or what is not a number.
        """
        lang = get_lang(lang)
        total, rank, scores, values, missing = self._core.score(self._numbers(record), lang)
        return {
            "total": _known(total),
            "scores": {node: _known(score) for node, score in zip(self._nodes[:-1], scores, strict=False)},
            "values": {node: _known(value) for node, value in zip(self._nodes, values, strict=False)},
            "rank_among_reference": rank,
            "missing": [self._inputs[k] for k in missing],
        }

    def _numbers(self, record: Mapping[str, Any] | Sequence[Any]) -> list[float]:
        if not isinstance(record, Mapping):
            return [_number(x, f"{k}") for k, x in enumerate(record)]
        if unknown := [name for name in record if name not in self._inputs]:
            strange, inputs = ", ".join(map(str, unknown)), ", ".join(self._inputs)
            zh, en = f"方案没有用到 {strange}；要的是 {inputs}", f"a record has no {strange}; it has {inputs}"
            raise ArgumentError(either(zh, en))
        return [_number(record.get(name), name) for name in self._inputs]

    def __reduce__(self) -> tuple[Any, ...]:
        en = "a scorer does not pickle: pickle its references, and make it again with Scheme.scorer"
        raise ArgumentError(either("评分器不能 pickle；请 pickle 其 references，再用 Scheme.scorer 生成", en))

    def __repr__(self) -> str:
        return f"<Scorer of {self._scheme.id}: {', '.join(self._inputs)}>"


def _number(x: Any, name: str) -> float:
    return nan if x is None else number(name, x)


def _known(x: float) -> float | None:
    return None if x != x else x

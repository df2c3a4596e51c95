"""Two results, or two periods, compared: who moved, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from kaohe import _kaohe
from kaohe.analysis import Bridge
from kaohe.answer import Answer, Fact, Rows
from kaohe.errors import ArgumentError
from kaohe.language import either, get_lang
from kaohe.records import text as _text

if TYPE_CHECKING:
    from kaohe.asked import Asked
    from kaohe.result import Result
    from kaohe.written import Written

__all__ = ["Comparison", "Gainers", "compare", "gainers"]


class _Pair(Answer):
    """Two results, or a period of each."""

    since = Fact[str | None]()
    until = Fact[str | None]()
    only_before = Fact[list[list[str]]]()
    only_after = Fact[list[list[str]]]()

    def __init__(
        self,
        core: _kaohe.Answer | Written,
        before: Asked,
        after: Asked,
        periods: tuple[str, str] | None,
    ) -> None:
        super().__init__(core, after.like, after)
        self._before, self._after = before, after
        self._periods = periods

    def indicators(self) -> Any:
        """Return every indicator's move: keys, `indicator, value_before, value_after, points_before, points_after`."""
        return self.to_frame("indicators")

    @property
    def changes(self) -> list[dict[str, Any]]:
        """What changed between the two schemes, one dict per change: see `Scheme.diff`."""
        return self._before.scheme.diff(self._after.scheme)

    def bridge(self, entity: Any, period: Any = None) -> Bridge:
        """Say why the total of one entity moved: all causes, what the others' numbers were, the way of its rank.

        Parameters
        ----------
        entity, period
            Whose and when, the last period if None; where two periods were compared, it is between these.
        """
        since, until = self._periods or (_text(period), _text(period))
        both = self._before.core, self._after.core
        core = _kaohe.bridge_between(*both, _text(entity) or "", since, until, get_lang())
        return Bridge(core, self._after.like, self._after)


class Comparison(_Pair):
    """Two results compared: one row per entity and period, or an entity, with the main cause of the change."""

    rows = Fact[Rows]()


class Gainers(_Pair):
    """Who gains and who loses by the second result, gainers first; `same` says how many stand still."""

    gain = Fact[Rows]()
    lose = Fact[Rows]()
    same = Fact[int]()
    unknown = Fact[int]()


P = TypeVar("P", bound=_Pair)


def _both(
    kind: type[P], ask: Callable[..., _kaohe.Answer], results: tuple[Result, Result], since: Any, until: Any
) -> P:
    """Ask about two results, or about a period of each."""
    from kaohe.result import Result

    for result in results:
        if not isinstance(result, Result):
            raise ArgumentError(
                either(
                    f"只能比较 Scheme.assess 给出的 Result，不能是 {result!r:.60}",
                    f"compare takes two results of Scheme.assess, not {result!r:.60}",
                )
            )
    before, after = (result._asked for result in results)
    first, last = _text(since), _text(until)
    if (first is None) != (last is None):
        zh = "比较两期须同时给出 since 与 until；比较全部时期则都不给"
        en = "two periods are compared with both since= and until=; leave both out to compare all periods"
        raise ArgumentError(either(zh, en))
    periods = None if first is None or last is None else (first, last)
    return kind(ask(before.core, after.core, periods, get_lang()), before, after, periods)


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
    return _both(Comparison, _kaohe.compare, (before, after), since, until)


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
    return _both(Gainers, _kaohe.gainers, (before, after), since, until)

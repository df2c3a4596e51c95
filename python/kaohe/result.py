"""Results: tables of values, points and ranks in the caller's kind of frame, and what explains them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaohe.answer import Answer
from kaohe.asked import Asked
from kaohe.coinr import CoinTables, tables
from kaohe.errors import ArgumentError
from kaohe.explanation import Explanation
from kaohe.language import either, get_lang
from kaohe.live import Live
from kaohe.questions import Questions
from kaohe.records import known, number
from kaohe.records import records as _records
from kaohe.records import text as _text
from kaohe.scheme import Scheme

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kaohe.plot import Plots

__all__ = ["Result"]

_FLAG = ("kind", "severity", "column", "message")


def _table(build: Callable[[Result], Any]) -> property:
    """Make a property of a table that is built once in a language.

    Who writes to it, or adds a column, does so in a table of his own.

    In pandas (3, or with copy on write) it shares its memory with the one that is kept until it is written to.
    """

    @wraps(build)
    def get(result: Result) -> Any:
        tables, key = result.__dict__.setdefault("_tables", {}), (build.__name__, get_lang())
        if key not in tables:
            tables[key] = build(result)
        kept = tables[key]
        return kept.copy(deep=False) if hasattr(kept, "iloc") else kept

    return property(get)


def _free(names: list[str], taken: set[str]) -> list[str]:
    """Return the names, with `_` behind those that are taken; the others keep theirs."""
    used = taken | set(names)
    made = []
    for name in names:
        free = name
        while free in (taken if free == name else used):
            free += "_"
        used.add(free)
        made.append(free)
    return made


class Result(Questions, Live):
    """A scheme applied to a table. Made by `Scheme.assess`.

    Tables are built when they are asked for, of the kind the data came in, with the caller's names of the key columns
    in front, an index restored, and rows in the caller's order. Missing is NaN in pandas, null elsewhere.

    Examples
    --------
    >>> import kaohe as kh
    >>> df = kh.datasets.load("china-provinces")
    >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
    >>> list(result.points.columns)
    ['province', 'year', 'rd_intensity', 'fiscal_share', 'contract_share', 'hitech_density', 'remainder', 'total']
    >>> result.ranking(2022).columns.tolist()
    ['province', 'total', 'rank', 'rank_change', 'grade']
    """

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._core = asked.core
        self._frame = asked.frame

    def __reduce__(self) -> tuple[type[Result], tuple[Asked]]:
        return Result, (self._asked,)

    @property
    def scheme(self) -> Scheme:
        """The method."""
        return self._asked.scheme

    @property
    def fingerprint(self) -> str:
        """Which method it was: the scheme's fingerprint."""
        return self._asked.scheme.fingerprint

    @property
    def entities(self) -> list[Any]:
        """The entities in order of first appearance, as the data write them."""
        return self._asked.entities

    @property
    def periods(self) -> list[Any]:
        """The periods, ascending, as the data write them; empty for a table without periods."""
        return self._asked.periods

    @_table
    def values(self) -> Any:
        """Values of the indicators in their units, rounded where the scheme says so: keys, one column per indicator."""
        nodes = self._core.nodes[: self._core.indicator_count]
        return self._frame.build({name: self._core.values(i) for i, name in enumerate(nodes)})

    @_table
    def points(self) -> Any:
        """Weighted points as a document prints them, and all that leads from them to the printed total.

        Keys, one column per indicator and group, one per adjustment (what it adds or takes away within all caps; of a
        factor what multiplying adds), `floors` (what the cap of the total and floors add or take away) where the scheme
        has such, `remainder` (what else lies between) where the scheme can leave one, `total`. In every row that has a
        total the indicators, adjustments, floors and the remainder sum to it; `table` says why there is a remainder. A
        name that is taken has `_` behind it.
        """
        *nodes, total = self._core.nodes
        columns: dict[str, Any] = {name: self._points_of(i) for i, name in enumerate(nodes)}
        columns |= self._steps(self._core.account(), "", {*columns, total, *self._frame.keys.columns})
        return self._frame.build(columns | {total: self._points_of(len(nodes))})

    def _steps(self, account: dict[str, Any], suffix: str, taken: set[str]) -> dict[str, Any]:
        """Return what leads from the points of the indicators to the total: a column per step."""
        adjustments = _free([f"{name}{suffix}" for name in self._core.adjustments], taken)
        steps = dict(zip(adjustments, account["adjustments"], strict=True))
        others = [name for name in ("floors", "remainder") if account[name] is not None]
        names = _free([f"{name}{suffix}" for name in others], taken | set(adjustments))
        return steps | {free: account[name] for free, name in zip(names, others, strict=True)}

    def _points_of(self, node: int) -> NDArray[np.float64]:
        """Points in an array of their own, which a frame takes without a copy and may write to."""
        import numpy as np

        points = np.empty(len(self._core))
        self._core.points_into(node, points)
        return points

    @_table
    def scores(self) -> Any:
        """Scores on the common scale 0 … `full_points`: keys, one column per indicator and group, `total`."""
        return self._frame.build({name: self._core.scores(i) for i, name in enumerate(self._core.nodes)})

    @_table
    def totals(self) -> Any:
        """All stages of the total: keys, `raw`, `unrounded`, `total`, `rank`, `rank_change`, `grade`.

        `raw` is what the tree gives, before adjustments and floors; `unrounded` what they leave.
        """
        from kaohe import frames

        columns = {
            "raw": self._core.raw_totals(),
            "unrounded": self._core.unrounded_totals(),
            "total": self._core.totals(),
            "rank": self._asked.ranks(self._core.ranks()),
            "rank_change": self._asked.ranks(self._core.rank_changes()),
            "grade": frames.Texts(self._core.grades()),
        }
        return self._frame.build(columns)

    @_table
    def table(self) -> Any:
        """Everything in one table, as `kaohe assess -o` writes it.

        Keys, `class` if the scheme has classes, `total, rank, rank_change, grade`, one column per indicator with its
        value, then one a node with its weighted points, named `…_points`, and one a step from these to the total
        (adjustments, `floors_points`, `remainder_points`; see `points`), with `remainder_reason`. A name that is taken
        has `_` behind it: the value of an indicator `rank` stands in `rank_`, the points of `i` beside an indicator
        `i_points` in `i_points_`.
        """
        from kaohe import frames

        core, nodes = self._core, self._core.nodes
        columns: dict[str, Any] = {"class": frames.Texts(core.classes())} if core.classed else {}
        columns |= {
            "total": core.totals(),
            "rank": self._asked.ranks(core.ranks()),
            "rank_change": self._asked.ranks(core.rank_changes()),
            "grade": frames.Texts(core.grades()),
        }
        taken = {*columns, *self._frame.keys.columns}
        indicators = nodes[: core.indicator_count]
        values = _free(indicators, taken)
        points = _free([f"{name}_points" for name in nodes[:-1]], taken | set(values))
        columns |= {name: core.values(i) for i, name in enumerate(values)}
        columns |= {name: self._points_of(i) for i, name in enumerate(points)}
        account = core.account(get_lang())
        columns |= self._steps(account, "_points", taken | set(columns))
        if account["reason"] is not None:
            columns[_free(["remainder_reason"], set(columns) | taken)[0]] = frames.Texts(account["reason"])
        return self._frame.build(columns)

    @property
    def plot(self) -> Plots:
        """Charts of the result: `result.plot.ranking()`, `.flow()`, `.gaps(…)`, … ([charts](docs/charts.md))."""
        from kaohe.plot import Plots

        return Plots(self)

    @_table
    def raw_totals(self) -> Any:
        """Totals as the tree gives them, before adjustments and floors: keys, `total`."""
        return self._frame.build({"total": self._core.raw_totals()})

    def ranking(self, period: Any = None) -> Any:
        """Rank the entities of a period, best first.

        Parameters
        ----------
        period
            The period, as the data or as people write it (2022, "2022", "2022年", a date); the last one if None.

        Returns
        -------
        Columns: the entity, `class` first if the scheme has classes, `total`, `rank`, `rank_change` (positive is up),
        `grade`. Who is not ranked stands at the end with a gap for a rank.

        Raises
        ------
        DataError
            A period that the data lack; the message lists those there are.
        """
        from kaohe import frames

        found = self._core.ranking(self._asked.period(period), get_lang())
        columns: dict[str, Any] = {
            "total": found["total"],
            "rank": self._asked.ranks(found["rank"]),
            "rank_change": self._asked.ranks(found["rank_change"]),
            "grade": frames.Texts(found["grade"] or [None] * len(found["row"])),
        }
        first = {"class": frames.Texts(found["class"])} if self._core.classed else {}
        return self._frame.build(columns, found["row"], keys=[self._frame.entity], first=first, renumber=True)

    def what_if(
        self, changes: Any = None, *, weights: Mapping[str, float] | None = None, leave_out: Sequence[str] = ()
    ) -> Result:
        """Assess again under changed data or weights: the same as a fresh assessment, the others' scores and ranks too.

        Parameters
        ----------
        changes
            A table or list of dicts with `entity`, `variable`, `value`, and `period` (the last one if it has none);
            None changes no data.
        weights
            Other weights of indicators or groups among their siblings; of those that a group computes only 0. They need
            not sum to `weights_sum`. A class that gives a node a weight of its own keeps it.
        leave_out
            Indicators or groups that shall not count, in any class.

        Returns
        -------
        Result
            Its `scheme` has the other weights. What the change does not reach is not computed again.

        Raises
        ------
        DataError
            Unknown entities, periods, variables, indicators; values that are not finite; weights below zero, or all
            zero, or computed.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> then = result.what_if([{"entity": "甘肃", "period": 2022, "variable": "hitech", "value": 3000}])
        >>> int(then.ranking(2022).query("province == '甘肃'")["rank"].item())
        16
        """
        cells, rows = [], [] if changes is None else _records(changes)
        known((f"changes[{i}]", row, ("entity", "variable", "value", "period")) for i, row in enumerate(rows))
        for i, row in enumerate(rows):
            period, value = self._asked.period(row.get("period")), number(f"changes[{i}].value", row["value"])
            cells.append((_text(row["entity"]) or "", period, str(row["variable"]), value))
        if not isinstance(weights or {}, Mapping):
            raise ArgumentError(
                either(f"weights 应为字典，不能是 {weights!r:.60}", f"weights is a dict, not {weights!r:.60}")
            )
        others = [(str(node), number(f"weights[{node!r}]", weight)) for node, weight in (weights or {}).items()]
        others += [(str(node), 0.0) for node in leave_out]
        return Result(self._asked.edited((cells, others)))

    def explain(self, entity: Any, period: Any = None, node: str | None = None) -> Explanation:
        """Explain a cell from the total down to the raw data.

        Parameters
        ----------
        entity
            Whose.
        period
            When; the last period if None.
        node
            An indicator or group to begin at; the total if None.

        Raises
        ------
        DataError
            An entity, period or node that is not there; the message says which is nearest.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> result.explain("甘肃", 2022).to_dict()["root"]["kind"]
        'total'
        """
        core = self._core.explain(_text(entity) or "", self._asked.period(period), node, get_lang())
        return Explanation(core, self._asked.like)

    @property
    def flags(self) -> Any:
        """Everything worth knowing of single cells, one row each: `kind, severity`, keys, `column, message`.

        Kinds: `imputed` (a datum or a value was filled in), `screened` (the entity is left out of the period),
        `treated` (a value is scored as another one), `filled` (a score was filled in, or an indicator left out),
        `at_upper_limit` and `at_lower_limit` (a rule was at its limit), `floor` (a floor or veto applied), `hinges` (a
        tier, rank or grade hangs on the last digit).
        """
        from kaohe import frames

        found, asked = self._core.flags(get_lang()), self._asked
        columns: dict[str, Any] = {name: frames.Texts([f[name] for f in found]) for name in ("kind", "severity")}
        for kind in ("entity", "period"):
            if name := asked.named(kind):
                columns[name if name not in _FLAG else kind] = asked.keys(kind, [f[kind] for f in found])
        columns |= {name: frames.Texts([f[name] for f in found]) for name in ("column", "message")}
        return frames.plain(columns, asked.like)

    @property
    def weights(self) -> Any:
        """The weights of all indicators and groups among their siblings, one row per node and period.

        Columns: `node`, `period`, `class` if the scheme has classes, `weight`, `effective`: the part of the whole (the
        product of the normalised weights above it), and `given`: what the scheme gives,
        missing where the weight was computed from the scores (`weights = "entropy"`).

        >>> import kaohe as kh
        >>> method = kh.Scheme.from_toml('''
        ... kaohe = 1
        ... id = "example"
        ... variable = [{ id = "a", unit = "1" }, { id = "b", unit = "1" }]
        ... [[indicator]]
        ... id = "first"
        ... formula = "a"
        ... unit = "1"
        ... points = { rule = "ratio", to = 100 }
        ... [[indicator]]
        ... id = "second"
        ... formula = "b"
        ... unit = "1"
        ... points = { rule = "ratio", to = 100 }
        ... [total]
        ... weights = "standard_deviation"
        ... weights_round = { digits = 2 }
        ... ''')
        >>> data = {"city": ["甲", "乙"], "year": [2023, 2023], "a": [10, 20], "b": [10, 40]}
        >>> method.assess(data, entity="city", period="year").weights[["node", "weight"]].to_dict("list")
        {'node': ['first', 'second'], 'weight': [0.25, 0.75]}
        """
        from kaohe import frames

        found = self._core.weights()
        names = ["node", "period", *(["class"] if self._core.classed else [])]
        columns: dict[str, Any] = {name: frames.Texts(found[name]) for name in names}
        columns |= {name: frames.Floats(found[name]) for name in ("weight", "effective", "given")}
        return frames.plain(columns, self._asked.like)

    def to_coinr(self, *, lang: str | None = None) -> CoinTables:
        """Return the data and the tree as COINr's `iData` and `iMeta`, and what they have no column for.

        An indicator that is a variable, or the quotient of two in their own units, comes with its data (the latter with
        a `Denominator`), any other with its values.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> idata, imeta, notes = result.to_coinr()
        >>> list(idata.columns)[:3]
        ['uCode', 'Time', 'rd_intensity']
        """
        return tables(self._asked, lang)

    def to_excel(self, path: str | PathLike[str], *, lang: str | None = None, formulas: bool | None = None) -> None:
        """Write a formatted workbook, in which the numbers are formulas from the sheet of data on.

        Behind the ranking and the points stand the sheets of an audit: data, values, references, scores, weights,
        groups, total and rank, a comparison with this result, and notes that say what is no formula. Another datum or
        weight typed into the file scores it again. Then the flags and the explanations. Titles are in the language,
        numbers have the digits that the scheme prints; the ranking and the explanations (of 500 entities at most) are
        those of the last period. Missing values are empty cells. Text is text, whatever it begins with.

        Parameters
        ----------
        path
            The file, `.xlsx`.
        lang
            Language of the titles, `"zh"` or `"en"`; see `kaohe.set_lang`.
        formulas
            `None` writes formulas where they fit into a spreadsheet and numbers alone where not; `True` asks for them;
            `False` writes numbers alone.

        Raises
        ------
        DataError
            `formulas=True` for more rows and indicators than a spreadsheet computes.

        Examples
        --------
        >>> import pathlib, tempfile, kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "result.xlsx"
        >>> result.to_excel(path, lang="zh")
        >>> path.read_bytes()[:2]
        b'PK'
        """
        Path(path).write_bytes(bytes(self._core.to_workbook(get_lang(lang), formulas)))

    def report(
        self, path: str | PathLike[str], *, entity: Any = None, period: Any = None, lang: str | None = None
    ) -> None:
        """Write a report that stands for itself, for everybody or for one entity: a page, or a Word document.

        The page of everybody has the ranking, how ranks moved, what makes totals differ, where rules are flat, how sure
        the ranks are, notes on the data, and the method as the scheme has it; that of an entity where it stands, its
        gaps, why it moved, what the next point takes, how sure its rank is, and its total down to the data. It opens
        without a network and prints on A4. A `.docx` has the same sentences and tables, charts as pictures, and styles
        that an office may change.

        Parameters
        ----------
        path
            `.html`; `.docx` with `kaohe[docx]`; or `.pdf` where Chromium is installed.
        entity
            Whose report; that of everybody if None.
        period
            When; the last period if None.
        lang
            `"zh"` or `"en"`.

        Raises
        ------
        ArgumentError
            Another ending; `kaohe[plot]` or, for a `.docx`, `kaohe[docx]` is not installed; a PDF without a browser.
        DataError
            An unknown entity or period.

        Examples
        --------
        >>> import tempfile, kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     result.report(f"{folder}/report.html", lang="zh")
        """
        from kaohe.report import write

        write(self, path, entity=entity, period=period, lang=lang)

    @property
    def exact_cells(self) -> int:
        """How many cells floats could not decide and exact arithmetic did."""
        return self._core.exact_cells

    def _ranked(self, period: Any = None) -> Answer:
        """Return the ranking of a period for people, with the values of the indicators."""
        return self._asked.ask(Answer, "ranking", period=period)

    def __repr__(self) -> str:
        if not len(self._core):
            return f"<Result {self._asked.scheme.title()}: 0>"
        found, period = self._core.ranking(self._asked.period(None), get_lang()), self.periods[-1:]
        names = self._frame.key(self._frame.entity, found["row"][:5])
        classes = [f"{name}: " for name in found["class"] or ()] or [""] * 5
        places = zip(classes, found["rank"].to_list(), names, found["total"].to_list(), strict=False)
        top = "  ".join(f"{c}{'—' if r != r else format(r, 'g')} {name} {total:g}" for c, r, name, total in places)
        arguments = ", ".join(map(repr, [*names[:1], *period]))
        calls = f".ranking({', '.join(map(repr, period))})  .points  .values  .explain({arguments})"
        head, when = self._core.headline(get_lang()), "".join(f"{p}: " for p in period)
        return f"<Result {head}\n {when}{top} …\n {calls}  .gaps({arguments})  .flags>"

    def _repr_html_(self) -> str:
        return self._ranked().to_html() if len(self._core) else self._asked.scheme.to_html()

    def _repr_markdown_(self) -> str:
        return self._ranked().to_markdown() if len(self._core) else self._asked.scheme.to_markdown()

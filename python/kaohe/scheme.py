"""Schemes: an assessment method as data, read, checked, compared, and applied to a table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kaohe import _kaohe
from kaohe.errors import ArgumentError, DataError, SchemeError
from kaohe.language import either, get_lang, made_by
from kaohe.records import targets as _targets
from kaohe.records import text as _text

if TYPE_CHECKING:
    from kaohe.frames import Frame
    from kaohe.references import PartialReferences, References
    from kaohe.result import Result
    from kaohe.scorer import Scorer

__all__ = ["Scheme", "schema"]

_PROBLEM = ("severity", "code", "place", "entity", "period", "column", "value", "message")
_SEVERITIES = ("error", "warning", "info")


class Scheme:
    """An assessment method that was read and checked: variables, formulas, rules, weights, rounding, ranking.

    Make one with `Scheme.load`, `Scheme.from_toml`, `Scheme.from_json` or `Scheme.builtin`. Instances never change, are
    equal when their `fingerprint` is, and pickle.

    Examples
    --------
    >>> import kaohe as kh
    >>> scheme = kh.Scheme.builtin("strong-science-provinces")
    >>> scheme.indicators
    ['rd_intensity', 'fiscal_share', 'contract_share', 'hitech_density']
    """

    __slots__ = ("_core",)

    def __init__(self, core: _kaohe.Scheme) -> None:
        if not isinstance(core, _kaohe.Scheme):
            raise made_by("方案", "a scheme", "Scheme.load(path), Scheme.from_toml(text) or Scheme.builtin(name)")
        self._core = core

    @classmethod
    def load(cls, path: str | PathLike[str], *, lang: str | None = None) -> Scheme:
        """Read a scheme file: JSON if its name ends in `.json`, else TOML.

        Parameters
        ----------
        path
            The file.
        lang
            Language of the messages, `"zh"` or `"en"`; see `kaohe.set_lang`.

        Raises
        ------
        SchemeError
            With every problem of the file at once, each with line, caret and what would be right. `FormulaError`, a
            kind of it, if formulas are all that is wrong.
        """
        return cls(_kaohe.Scheme.load(fspath(path), get_lang(lang)))

    @classmethod
    def from_toml(cls, text: str, *, lang: str | None = None) -> Scheme:
        r"""Read a scheme from TOML.

        Raises
        ------
        SchemeError
            As `load`.

        Examples
        --------
        >>> Scheme.from_toml('kaohe = 1\nid = "a"\nweigth = 3')
        Traceback (most recent call last):
        kaohe.errors.SchemeError: ...
        """
        return cls(_kaohe.Scheme.from_toml(_unicode(text), get_lang(lang)))

    @classmethod
    def from_json(cls, text: str, *, lang: str | None = None) -> Scheme:
        """Read a scheme from JSON of the same structure; raises as `load`."""
        return cls(_kaohe.Scheme.from_json(_unicode(text), get_lang(lang)))

    @classmethod
    def from_dict(cls, document: Mapping[str, Any], *, lang: str | None = None) -> Scheme:
        """Make a scheme from a dict, such as an edited `document`; raises as `load`.

        Examples
        --------
        >>> document = Scheme.builtin("hdi").document
        >>> document["id"] = "my-hdi"
        >>> Scheme.from_dict(document).id
        'my-hdi'
        """
        return cls.from_json(json.dumps(document, ensure_ascii=False), lang=lang)

    @classmethod
    def builtin(cls, name: str) -> Scheme:
        """Return a scheme that ships with kaohe.

        Raises
        ------
        SchemeError
            If there is none of that name; the message lists those there are.
        """
        core = _kaohe.Scheme.builtin(name)
        if core is None:
            known = ", ".join(cls.builtin_names())
            zh, en = f"没有内置方案 {name!r}；有：{known}", f"no built-in scheme {name!r}; there are: {known}"
            raise SchemeError(either(zh, en))
        return cls(core)

    @staticmethod
    def builtin_names() -> list[str]:
        """Return the names that `builtin` knows.

        Examples
        --------
        >>> Scheme.builtin_names()[:3]
        ['strong-science', 'strong-science-provinces', 'hdi']
        """
        return _kaohe.Scheme.builtin_names()

    @staticmethod
    def builtin_text(name: str) -> str:
        """Return the file of a built-in scheme with its comments: the best thing to begin one's own with."""
        text = _kaohe.Scheme.builtin_text(name)
        if text is None:
            Scheme.builtin(name)  # raises, and says which there are
        return text or ""

    @property
    def id(self) -> str:
        """Short name."""
        return self._core.id

    @property
    def fingerprint(self) -> str:
        """Which method it is: a hash of the canonical form, 32 hexadecimal digits."""
        return self._core.fingerprint

    @property
    def document(self) -> dict[str, Any]:
        """What the scheme says, as a new dict in the canonical form."""
        document: dict[str, Any] = json.loads(self._core.to_json())
        return document

    @property
    def variables(self) -> list[str]:
        """Ids of the variables: the columns a table must have."""
        return [name for name in self._core.variables if not name.startswith("members.")]

    @property
    def member_variables(self) -> list[str]:
        """Ids of the variables of the members: the columns their table must have; none without `[members]`."""
        return self._core.member_variables or []

    @property
    def statistics(self) -> list[str]:
        """Statistics over members that the formulas read; a table without members may have a column for each."""
        return [name for name in self._core.variables if name.startswith("members.")]

    @property
    def indicators(self) -> list[str]:
        """Ids of the indicators, in the order of the scheme."""
        return self._core.indicators

    @property
    def groups(self) -> list[str]:
        """Ids of the groups."""
        return self._core.groups

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """What is odd about the scheme, though it loads; one dict per finding, as in errors."""
        return self._core.warnings(get_lang())

    def title(self, lang: str | None = None) -> str:
        """Return the title in a language, in the other one if it has but that, else the id."""
        return self._core.title(get_lang(lang))

    def to_toml(self) -> str:
        """Return the canonical TOML: fixed order, defaults left out. `from_toml` of it is the same scheme."""
        return self._core.to_toml()

    def to_json(self) -> str:
        """Return the canonical JSON."""
        return self._core.to_json()

    def to_html(self, lang: str | None = None) -> str:
        """Return the scheme on one page, as a notebook shows it: indicators, groups, adjustments, floors, classes."""
        return self._core.to_html(get_lang(lang))

    def to_markdown(self, lang: str | None = None) -> str:
        """Return the same page as Markdown."""
        return self._core.to_markdown(get_lang(lang))

    def collection(
        self,
        path: str | PathLike[str],
        entities: Iterable[Any],
        periods: Iterable[Any] = (),
        *,
        lang: str | None = None,
    ) -> None:
        """Write a blank workbook that collects the data, to be filled in and read by `kaohe.read_table`.

        A row for each entity and period, a column for each variable under its title and unit, in which a spreadsheet
        takes numbers alone, says what belongs into a cell, and asks back outside of `plausible`. A column of classes
        lists them. A second sheet explains every variable. A missing value is an empty cell, or one of the variable's
        `missing_marks`. The table of members (`[members]`) is collected elsewhere.

        Parameters
        ----------
        path
            The file, `.xlsx`.
        entities
            Whose data, each once: a list, or a column of a table of other periods without its repetitions.
        periods
            When: `"2024年1季度"`, `2024`; without any there is no column of periods.
        lang
            Language of the headings and of what the cells say.

        Raises
        ------
        DataError
            Nobody, an entity twice or without a name, a text that is no period; all problems at once.

        Examples
        --------
        >>> import pathlib, tempfile, kaohe as kh
        >>> scheme = kh.Scheme.builtin("strong-science-provinces")
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "blank.xlsx"
        >>> scheme.collection(path, ["甘肃", "青海"], [2023, 2024], lang="zh")
        >>> len(kh.read_table(path, scheme).frame)
        4
        """
        names, times = ([_text(key) or "" for key in keys] for keys in (entities, periods))
        Path(path).write_bytes(bytes(self._core.collection(names, times, get_lang(lang))))

    def diff(self, other: Scheme, *, lang: str | None = None) -> list[dict[str, Any]]:
        """List what changed from this scheme to `other`.

        Returns
        -------
        One dict per change: `kind` (added, removed, changed, moved), `table`, `id`, `key`, `before`, `after`, and
        `text`, the change as a sentence.

        Examples
        --------
        >>> old = Scheme.builtin("hdi")
        >>> new = Scheme.from_toml(Scheme.builtin_text("hdi").replace("high = 85", "high = 83.5"))
        >>> [(c["key"], c["before"], c["after"]) for c in old.diff(new)]
        [('points.high', '85', '83.5')]
        """
        return self._core.diff(other._core, get_lang(lang))

    def check(
        self,
        data: Any,
        *,
        entity: str | None = None,
        period: str | None = None,
        long: bool | tuple[str, str] = False,
        members: Any = None,
        member: str | None = None,
        lang: str | None = None,
    ) -> Any:
        """List every problem of the data at once.

        Bad data raise nothing here: what `assess` would refuse is listed with severity `error`, what looks wrong with
        `warning`, what is worth knowing with `info`. What is odd about the scheme itself (`warnings`) is listed too.

        Parameters
        ----------
        data, entity, period, long, members, member
            As for `assess`.
        lang
            Language of the messages, `"zh"` or `"en"`; see `kaohe.set_lang`.

        Returns
        -------
        A table of the kind of `data`, worst first, with columns `severity, code, place, entity, period, column, value,
        message`; no rows if all is well.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces").replace({"gdp": {38503.6: 0.0}})
        >>> problems = kh.Scheme.builtin("strong-science-provinces").check(df, entity="province", period="year")
        >>> problems.loc[0, ["severity", "code", "entity"]].tolist()
        ['error', 'zero_denominator', '北京']
        """
        from kaohe import frames

        found = self._problems(data, entity, period, long, get_lang(lang), members, member)
        columns = {name: frames.Texts([f.get(name) for f in found]) for name in _PROBLEM}
        return frames.plain(columns, data)

    def _problems(
        self,
        data: Any,
        entity: str | None,
        period: str | None,
        long: bool | tuple[str, str],
        lang: str,
        members: Any = None,
        member: str | None = None,
    ) -> list[dict[str, Any]]:
        """Find every problem of the data and what is odd about the scheme, worst first."""
        try:
            frame = self._read(data, entity, period, long, lang, members, member)
        except DataError as error:
            if not error.findings:
                raise
            found = error.findings
        else:
            found = self._core.check(frame.table, self._others(frame), lang)
        return sorted(self._core.warnings(lang) + found, key=lambda f: _SEVERITIES.index(f["severity"]))

    def assess(
        self,
        data: Any,
        *,
        entity: str | None = None,
        period: str | None = None,
        long: bool | tuple[str, str] = False,
        targets: Any = None,
        references: References | None = None,
        members: Any = None,
        member: str | None = None,
        lang: str | None = None,
    ) -> Result:
        """Apply the scheme to a table.

        Parameters
        ----------
        data
            A pandas, polars, pyarrow or DuckDB table, any object with `__arrow_c_stream__`, or a dict of lists: one row
            an entity and period, one column per variable in the scheme's unit. Rows may stand in any order. Or a table
            from `read_table`.
        entity, period
            Columns (or levels of a pandas index) that say whose a row is, and when. Without `period` the table has one.
            A table from `read_table` knows its own.
        long
            True for one row per entity, period and variable, with columns `variable` and `value`; or their two names.
        targets
            Targets besides the scheme's: a table or a list of dicts with `indicator`, `value` and, where they differ,
            `entity` and `period`.
        references
            What the rows are measured against instead of each other, from `Scheme.references`. Ranks are still those
            among the rows.
        members
            What lies below the entities, for formulas such as `members.mean(x)`: a table of any kind with the columns
            `entity`, `period` and `member` and one a variable. A reader of Arrow batches, or an iterator of tables, is
            read batch by batch. Rows may stand in any order.
        member
            Column of `members` that names the member.
        lang
            Language of the messages, `"zh"` or `"en"`; see `kaohe.set_lang`.

        Returns
        -------
        Result
            Values, points, rankings and explanations; its tables are of the kind of `data`.

        Raises
        ------
        DataError
            With everything that keeps the data from being assessed, at once. `check` lists it as a table. Also
            references of another scheme, with what differs, and a period or class that they lack.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> result.ranking(2022)["province"].iloc[0]
        '北京'
        """
        from kaohe.asked import Asked
        from kaohe.result import Result

        lang = get_lang(lang)
        frame = self._read(data, entity, period, long, lang, members, member)
        given = _targets(targets)
        kept = None if references is None else _core_of(references)
        core = self._core.assess(frame.table, self._others(frame), given, kept, lang)
        return Result(Asked(self, frame, core, given, references))

    def references(
        self,
        data: Any,
        *,
        entity: str | None = None,
        period: str | None = None,
        long: bool | tuple[str, str] = False,
        targets: Any = None,
        members: Any = None,
        member: str | None = None,
        lang: str | None = None,
    ) -> References:
        """Take what the scheme compares with from a table, to be kept: extremes, means, ordered sets, sums.

        Parameters
        ----------
        data, entity, period, long, targets, members, member, lang
            As for `assess`.

        Returns
        -------
        Numbers for `assess(…, references=)`: exact, and the same whatever the order of the rows.

        Raises
        ------
        DataError
            As `assess`.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> scheme = kh.Scheme.builtin("strong-science-provinces")
        >>> references = scheme.references(df, entity="province", period="year")
        >>> alone = scheme.assess(df[df["province"] == "甘肃"], entity="province", period="year", references=references)
        >>> alone.points["total"].tolist() == scheme.assess(df, entity="province", period="year").points.loc[
        ...     df["province"] == "甘肃", "total"
        ... ].tolist()
        True
        """
        from kaohe.references import References

        lang = get_lang(lang)
        frame = self._read(data, entity, period, long, lang, members, member)
        core = self._core.references(frame.table, self._others(frame), _targets(targets), lang)
        return References(core, frame.keys.head(0).to_native())

    def partial(
        self,
        data: Any,
        *,
        entity: str | None = None,
        period: str | None = None,
        long: bool | tuple[str, str] = False,
        targets: Any = None,
        members: Any = None,
        member: str | None = None,
        lang: str | None = None,
    ) -> PartialReferences:
        """Take what references need from a batch of rows: a file of many, a worker's share.

        Parameters
        ----------
        data, entity, period, long, targets, members, member, lang
            As for `references`; the same targets for every batch, and of each batch the members of its rows.

        Returns
        -------
        An object with `merge(other)` and `finish()`. Merged in any order and grouping, the batches finish to what
        `references` gives for the whole table, bit by bit.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> scheme = kh.Scheme.builtin("strong-science-provinces")
        >>> a, b = (scheme.partial(rows, entity="province", period="year") for rows in (df[:40], df[40:]))
        >>> b.merge(a).finish() == scheme.references(df, entity="province", period="year")
        True
        """
        from kaohe.references import PartialReferences

        lang = get_lang(lang)
        frame = self._read(data, entity, period, long, lang, members, member)
        given = _targets(targets)
        core = self._core.partial(frame.table, self._others(frame), given, lang)
        return PartialReferences(self, core, [frame], given)

    def scorer(
        self,
        references: References,
        *,
        period: Any = None,
        entity: Any = None,
        class_: str | None = None,
        lang: str | None = None,
    ) -> Scorer:
        """Make a scorer of single records against references: what a service asks, again and again.

        Parameters
        ----------
        references
            From `references`.
        period
            Of the records; the last one of the references if None.
        entity
            Whose records they are: its targets, and its class where the scheme lists the entities of each.
        class_
            The class of the records, where a column names it.
        lang
            Language of the messages; see `kaohe.set_lang`.

        Raises
        ------
        DataError
            References of another scheme; a scheme whose scores take earlier scores (`blend`); a class not known.

        Examples
        --------
        >>> import kaohe as kh
        >>> scheme = kh.Scheme.builtin("hdi")
        >>> hdi = kh.datasets.load("hdi-2022")
        >>> references = scheme.references(hdi, entity="country", period="year")
        >>> scorer = scheme.scorer(references)
        >>> scorer.inputs[0]
        'life_expectancy'
        >>> scorer.score(dict(zip(scorer.inputs, [80.0, 16.0, 12.5, 50_000.0])))["rank_among_reference"]
        29
        """
        from kaohe.scorer import Scorer

        when = None if period is None else _text(period)
        whose = None if entity is None else _text(entity)
        return Scorer(self, _kaohe.Scorer(self._core, _core_of(references), when, whose, class_, get_lang(lang)))

    def _read(
        self,
        data: Any,
        entity: str | None,
        period: str | None,
        long: bool | tuple[str, str],
        lang: str,
        members: Any = None,
        member: str | None = None,
    ) -> Frame:
        from kaohe import frames

        frame = self._read_alone(data, entity, period, long, lang)
        if members is not None:
            entity, period = frame.entity, frame.period
            below = frames.members(self._core, members, entity=entity, period=period, member=member, lang=lang)
            frame.table.give(below)
        return frame

    def _read_alone(
        self, data: Any, entity: str | None, period: str | None, long: bool | tuple[str, str], lang: str
    ) -> Frame:
        from kaohe import frames
        from kaohe.table import Table

        if isinstance(data, Table):
            if not long:
                return self._sound(data._frame(self, lang, entity, period), lang)
            data = data.texts
        if entity is None:
            zh, en = "entity 是列名，不能是 None", "entity and period are names of columns, not None"
            raise ArgumentError(either(zh, en, lang))
        texts = self._core.text_columns
        wanted, marks = self._core.variables, self._core.missing_marks
        frame = frames.read(
            data, entity=entity, period=period, variables=wanted, texts=texts, long=long, marks=marks, lang=lang
        )
        return self._sound(frame, lang)

    def _sound(self, frame: Frame, lang: str) -> Frame:
        """Refuse keys that are called as a column of the result is."""
        keys = [frame.entity] if frame.period is None else [frame.entity, frame.period]
        if clashes := self._core.clashes(keys, lang):
            raise DataError("\n".join(f["message"] for f in clashes), clashes)
        return frame

    def _others(self, frame: Frame) -> list[str]:
        """Return the columns that were not read, so that a missing one is named with its nearest name."""
        read = {*frame.table.variables, frame.entity, frame.period, *self._core.text_columns}
        return [name for name in (*frame.columns, *frame.table.unread) if name not in read]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scheme) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return Scheme.from_json, (self.to_json(),)

    def __repr__(self) -> str:
        count = len(self.indicators)
        indicators = "1 indicator" if count == 1 else f"{count} indicators"
        return f"<Scheme {self.id}: {self.title()}; {indicators}, {self.fingerprint[:8]}>"

    def _repr_html_(self) -> str:
        return self.to_html()

    def _repr_markdown_(self) -> str:
        return self.to_markdown()


def _core_of(references: Any) -> _kaohe.References:
    """Return the core of references, or say what they should have been."""
    from kaohe.references import References

    if not isinstance(references, References):
        found = type(references).__name__
        zh = f"references 要用 Scheme.references(…) 的结果，不是 {found}"
        raise ArgumentError(either(zh, f"references: expected what Scheme.references(…) gives, found {found}"))
    return references._core


def _unicode(text: str) -> str:
    """Return a text that can be written in UTF-8."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        at = error.start
        zh = f"方案的第 {at} 个字符（从 0 数起）不是有效的 Unicode，请按文件的编码重新读取"
        en = f"character {at}, counted from 0, is not valid Unicode: read the file in the encoding it was written in"
        raise SchemeError(either(zh, en)) from None
    return text


def schema(of: Literal["scheme", "question"] = "scheme") -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of scheme files, or of the questions that a service takes.

    Examples
    --------
    >>> schema("question")["title"]
    'kaohe question'
    """
    made: dict[str, Any] = json.loads(_kaohe.json_schema(of))
    return made

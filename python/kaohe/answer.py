"""Answers to questions: facts for programs, sentences and tables for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Self, TypeAlias, TypeVar, overload

import narwhals as nw

from kaohe import _kaohe
from kaohe.language import get_lang
from kaohe.written import Written

if TYPE_CHECKING:
    from kaohe.asked import Asked

__all__ = ["Answer", "Fact", "Number", "Rows", "said"]

T = TypeVar("T")
Rows: TypeAlias = list[dict[str, Any]]


class Fact(Generic[T]):
    """A fact of an answer: an attribute of the name that the core gives it."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, answer: None, owner: type) -> Self: ...
    @overload
    def __get__(self, answer: Answer, owner: type) -> T: ...
    def __get__(self, answer: Answer | None, owner: type) -> Self | T:
        return self if answer is None else self._read(answer._facts[self._name])

    def _read(self, fact: Any) -> T:
        found: T = said(fact)
        return found


class Number(Fact[float]):
    """A number that is a fact; missing is NaN."""

    def _read(self, fact: Any) -> float:
        return float("nan") if fact is None else float(fact)


class Answer:
    """What a question was answered with.

    Prints as a person would write it; shows as sentences and tables in Jupyter. A column of `to_frame()` can be had as
    `answer["name"]`.

    Parameters
    ----------
    core
        The answer of the core.
    like
        A table of the kind that is returned.
    asked
        What was asked, whose own names the rows of entities and periods have; None where there was no result.
    names
        Other names of columns.
    """

    def __init__(
        self,
        core: _kaohe.Answer | Written,
        like: Any,
        asked: Asked | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        self._core = core
        self._like = like
        self._asked = asked
        self._names = dict(names or {})

    @cached_property
    def _facts(self) -> Any:
        """Everything the core found, read when it is asked for: of thousands of entities it is long."""
        return json.loads(self._core.to_json())

    def __copy__(self) -> Self:
        """Return an answer of the same: neither ever changes."""
        again = type(self).__new__(type(self))
        again.__dict__.update(self.__dict__)
        return again

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return copy(self)

    def __getstate__(self) -> dict[str, Any]:
        """Return what is pickled: the answer as it was written in both languages, and the kind of table it gives."""
        kept = {name: value for name, value in self.__dict__.items() if name != "_facts"}
        like = nw.from_native(self._like, eager_only=True).head(0).to_native()
        return kept | {"_core": Written.answer(self._core), "_like": like}

    def __getitem__(self, column: str) -> Any:
        return self.to_frame()[column]

    def __len__(self) -> int:
        return len(self._core.columns()[0][2])

    @property
    def columns(self) -> list[str]:
        """Names of the columns of `to_frame()`."""
        return [self._named(name, kind) for name, kind, _ in self._shown(None)]

    @property
    def tables(self) -> list[str]:
        """Names of the tables; the first is the one of `to_frame()`."""
        return self._core.tables()

    def _shown(self, table: str | None) -> list[tuple[str, str, Any]]:
        """Return the columns of a table; data without periods have no column of them."""
        columns = self._core.columns(table, get_lang())
        timeless = self._asked is not None and self._asked.frame.period is None
        return [column for column in columns if not (timeless and column[1] == "period")]

    def _named(self, name: str, kind: str) -> str:
        """Return what a column is called: as in the data, or as its reader says."""
        key = None if self._asked is None else self._asked.named(kind)
        return key or self._names.get(name, name)

    def to_frame(self, table: str | None = None) -> Any:
        """Return a table of the answer, the first one if None, in the kind the data came in."""
        from kaohe import frames

        asked, made = self._asked, dict[str, Any]()
        for name, kind, cells in self._shown(table):
            column = self._named(name, kind)
            if asked is not None and kind in ("entity", "period"):
                made[column] = asked.keys(kind, cells)
            elif kind in ("text", "entity", "period", "light"):
                made[column] = frames.Texts(cells)
            elif kind == "flag":
                made[column] = cells
            elif kind == "count" or (kind in ("rank", "change") and asked is None):
                made[column] = frames.Integers(cells)
            else:
                made[column] = asked.ranks(cells) if asked and kind in ("rank", "change") else frames.Floats(cells)
        return frames.plain(made, self._like)

    def to_dict(self) -> Any:
        """Return everything the core found, as plain data; missing is None."""
        return json.loads(self._core.to_json())

    def to_json(self) -> str:
        """Return the whole answer as JSON: `facts`, `sentences` and `notes` in both languages, and `tables`."""
        return self._core.whole_json()

    def sentences(self, lang: str | None = None) -> list[str]:
        """Return the answer in words, the finding first."""
        return self._core.sentences(get_lang(lang))

    def notes(self, lang: str | None = None) -> list[str]:
        """Return what must be known to read the answer."""
        return self._core.notes(get_lang(lang))

    def to_text(self, lang: str | None = None) -> str:
        """Return the answer as a person would say it."""
        return self._core.to_text(get_lang(lang))

    def to_markdown(self, lang: str | None = None) -> str:
        """Return sentences and tables as Markdown."""
        return self._core.to_markdown(get_lang(lang))

    def to_html(self, lang: str | None = None) -> str:
        """Return sentences and tables as HTML that stands for itself."""
        return self._core.to_html(get_lang(lang))

    def plot(self, *, lang: str | None = None) -> Any:
        """Return the chart of the answer (Altair; `pip install 'kaohe[plot]'`).

        Raises
        ------
        ArgumentError
            An answer that has none; altair is not installed.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> type(result.gaps("甘肃", 2022).plot()).__name__
        'LayerChart'
        """
        from kaohe.plot import drawn

        return drawn(self, lang)

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return self.to_text()

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def _repr_html_(self) -> str:
        return self.to_html()


def said(fact: Any) -> Any:
    """Return a sentence in the language chosen; the core gives it in both."""
    return fact[get_lang()] if isinstance(fact, dict) and fact.keys() == {"code", "zh", "en"} else fact

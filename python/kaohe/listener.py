"""How far a long call has come, while it runs."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypedDict

from kaohe import _kaohe
from kaohe.errors import ArgumentError
from kaohe.language import either

__all__ = ["Progress", "progress"]


class Progress(TypedDict):
    """What a call has done so far."""

    stage: str
    """What is under way: a stage and whose, as in `values: rd_intensity`."""
    cells: int
    """Cells computed."""
    exact_cells: int
    """Numbers worked out in exact arithmetic."""


class progress:  # noqa: N801 - used as a statement, as `warnings.catch_warnings` is
    """Show how far the calls in a `with` block have come, some twenty times a second.

    Parameters
    ----------
    listener
        What is called with a dict of `stage`, `cells` and `exact_cells`. By default a bar of tqdm is shown where that
        is installed, else a line on standard error. How many cells there will be is not known to a search, so the bar
        counts up. A listener that raises ends the call, which raises the same.

    Raises
    ------
    ArgumentError
        A listener that cannot be called.

    Notes
    -----
    It holds for the thread (and the task of asyncio) that enters the block. A call that is done in less than a
    twentieth of a second tells nothing.

    Examples
    --------
    >>> import kaohe as kh
    >>> seen = []
    >>> df = kh.datasets.load("china-provinces")
    >>> with kh.progress(seen.append):
    ...     result = kh.Scheme.builtin("hdi").check(df, entity="province", period="year")
    """

    def __init__(self, listener: Callable[[Progress], object] | None = None) -> None:
        if listener is not None and not callable(listener):
            raise ArgumentError(
                either(
                    f"listener 应为可调用对象，不能是 {listener!r:.60}",
                    f"listener is called; {listener!r:.60} cannot be",
                )
            )
        self._listener = listener
        self._shown: _Bar | _Line | None = None
        self._token: Any = None

    def __enter__(self) -> progress:
        listener = self._listener
        if listener is None:
            listener = self._shown = _display()
        self._token = _kaohe.listener.set(listener)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _kaohe.listener.reset(self._token)
        if self._shown is not None:
            self._shown.close()


def _display() -> _Bar | _Line:
    try:
        tqdm = importlib.import_module("tqdm.auto")
    except ImportError:
        return _Line()
    return _Bar(tqdm.tqdm(unit=" cells", unit_scale=True, leave=False))


class _Bar:
    """A bar of tqdm."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar

    def __call__(self, done: Progress) -> None:
        if done["cells"] < self._bar.n:  # the next call of the block
            self._bar.reset()
        self._bar.set_postfix_str(done["stage"], refresh=False)
        self._bar.update(done["cells"] - self._bar.n)

    def close(self) -> None:
        self._bar.close()


class _Line:
    """A line on standard error, written over and over, and taken away in the end."""

    _width = 0

    def __call__(self, done: Progress) -> None:
        text = f"kaohe: {done['stage']}, {done['cells']:,} cells"
        print("\r" + text.ljust(self._width), end="", file=sys.stderr, flush=True)
        self._width = len(text)

    def close(self) -> None:
        if self._width:
            print("\r" + " " * self._width, end="\r", file=sys.stderr, flush=True)

"""What several tests need."""

import importlib.abc
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from typing import Any

import pandas as pd
import pytest

import kaohe as kh


class _Blocked(importlib.abc.MetaPathFinder):
    """Behaves as if packages were not installed."""

    def __init__(self, names: set[str]) -> None:
        self.names = names

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if fullname.split(".")[0] in self.names:
            raise ModuleNotFoundError(f"{fullname} is blocked", name=fullname)
        return None


@pytest.fixture(autouse=True)
def no_language_left() -> Iterator[None]:
    """End a language that a test chose, in an example of a page perhaps: tests run in any order."""
    yield
    kh.set_lang(None)


@pytest.fixture
def without_arrow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make pyarrow and polars impossible to import, as on a machine with plain pandas."""
    blocked = {"pyarrow", "polars"}
    for name in [n for n in sys.modules if n.split(".")[0] in blocked]:
        monkeypatch.delitem(sys.modules, name)
    finder = _Blocked(blocked)
    sys.meta_path.insert(0, finder)
    spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda n, p=None: None if n in blocked else spec(n, p))
    yield
    sys.meta_path.remove(finder)


@pytest.fixture
def small() -> pd.DataFrame:
    """Two cities, two years, one gap."""
    return pd.DataFrame(
        {
            "city": ["甲市", "乙市", "甲市", "乙市"],
            "year": [2022, 2022, 2023, 2023],
            "gdp": [100.5, 90.25, float("nan"), 95.0],
            "firms": [3, 4, 5, 6],
        }
    )

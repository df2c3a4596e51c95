import sys
from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias, final, type_check_only

from numpy.typing import NDArray

__all__ = ["Batches", "FloatColumn", "Table", "missing_columns"]

@type_check_only
class _ArrowStream(Protocol):
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

# The name of a key column, the index of every row's name (-1 for none), and the names.
_Keys: TypeAlias = tuple[str, NDArray[Any], Sequence[object]]
# Objects, numbers, or numbers with a mask that says with 1 where one is missing.
_Values: TypeAlias = list[Any] | NDArray[Any] | tuple[NDArray[Any], NDArray[Any]]

@final
class Batches:
    def __new__(cls, stream: _ArrowStream) -> Batches: ...
    def __len__(self) -> int: ...
    @property
    def columns(self) -> list[str]: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

@final
class FloatColumn:
    def __len__(self) -> int: ...
    if sys.version_info >= (3, 12):
        def __buffer__(self, flags: int, /) -> memoryview: ...

@final
class Table:
    @staticmethod
    def from_stream(
        stream: _ArrowStream,
        entity: str,
        period: str | None = None,
        variables: Sequence[str] | None = None,
        texts: Sequence[str] | None = None,
        long: tuple[str, str] | None = None,
    ) -> Table: ...
    @staticmethod
    def from_columns(
        entity: _Keys,
        period: _Keys | None,
        columns: dict[str, _Values],
        texts: Sequence[_Keys] | None = None,
    ) -> Table: ...
    @staticmethod
    def from_long(
        entity: _Keys,
        period: _Keys | None,
        variable: _Keys,
        value_name: str,
        value: _Values,
    ) -> Table: ...
    def __len__(self) -> int: ...
    @property
    def variables(self) -> list[str]: ...
    @property
    def entities(self) -> list[str | None]: ...
    @property
    def periods(self) -> list[str | None] | None: ...
    @property
    def rows(self) -> list[int] | None: ...
    def column(self, name: str) -> FloatColumn: ...
    def exact_rows(self, name: str) -> list[int]: ...
    def text(self, name: str) -> list[str | None]: ...
    def findings(self, lang: str = "en") -> list[dict[str, Any]]: ...

def missing_columns(names: Sequence[str], present: Sequence[str], lang: str = "en") -> list[dict[str, Any]]: ...

"""The errors of kaohe, and the findings they carry."""

from typing import Any

__all__ = ["ArgumentError", "DataError", "FormulaError", "KaoheError", "SchemeError"]


class KaoheError(Exception):
    """What every error of kaohe derives from.

    Parameters
    ----------
    message
        What is wrong, where, and what would be right; one line per problem.
    findings
        The same as data, one dict per problem: `severity`, `code`, `place`, `entity`, `period`, `column`, `value`,
        `message`, and where there is one `row`.

    Notes
    -----
    Instances pickle whole, so that they cross process borders (Dask, Spark, multiprocessing).

    Examples
    --------
    >>> KaoheError("no such scheme").findings
    []
    """

    # Defaults, because an exception is unpickled by calling its class with `args`.
    def __init__(self, message: str = "", findings: list[dict[str, Any]] | None = None) -> None:
        super().__init__(message)
        self.findings: list[dict[str, Any]] = findings or []

    def __reduce__(self) -> tuple[type["KaoheError"], tuple[str, list[dict[str, Any]]], dict[str, Any]]:
        """Pickle with the findings, and with notes that were added."""
        return type(self), (str(self), self.findings), self.__dict__


class SchemeError(KaoheError):
    """A scheme cannot be loaded: unknown keys, contradictions, values out of range."""


class DataError(KaoheError):
    """The data do not serve the scheme: missing columns, text in number columns, rows given twice."""


class FormulaError(SchemeError):
    """A formula cannot be read, or its units of measure do not fit."""


class ArgumentError(KaoheError, ValueError, TypeError):
    """A call was given what it cannot take: an unknown language, a text where a result or a number is expected."""

"""kaohe (考核): assessment methods as data, run over statistics exactly, explained."""

from kaohe import datasets
from kaohe.errors import DataError, FormulaError, KaoheError, SchemeError

__all__ = ["DataError", "FormulaError", "KaoheError", "SchemeError", "datasets"]

"""kaohe (考核): assessment methods as data, run over statistics exactly, explained.

>>> import kaohe as kh
>>> df = kh.datasets.load("china-provinces")
>>> scheme = kh.Scheme.builtin("strong-science-provinces")
>>> result = scheme.assess(df, entity="province", period="year")
>>> result.ranking(2022).head(3)["province"].tolist()
['北京', '上海', '安徽']
"""

from kaohe import datasets
from kaohe._kaohe import get_threads, set_threads
from kaohe.errors import DataError, FormulaError, KaoheError, SchemeError
from kaohe.explanation import Explanation
from kaohe.language import get_lang, set_lang
from kaohe.result import Result
from kaohe.scheme import Scheme

__all__ = [
    "DataError",
    "Explanation",
    "FormulaError",
    "KaoheError",
    "Result",
    "Scheme",
    "SchemeError",
    "datasets",
    "get_lang",
    "get_threads",
    "set_lang",
    "set_threads",
]

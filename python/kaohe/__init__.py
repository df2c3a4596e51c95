"""kaohe (考核): assessment methods as data, run over statistics exactly, explained.

>>> import kaohe as kh
>>> df = kh.datasets.load("china-provinces")
>>> scheme = kh.Scheme.builtin("strong-science-provinces")
>>> result = scheme.assess(df, entity="province", period="year")
>>> result.ranking(2022).head(3)["province"].tolist()
['北京', '上海', '安徽']
"""

from kaohe import datasets, plan, plot
from kaohe._kaohe import __version__, get_threads, set_threads
from kaohe.analysis import Bridge, Drivers, DriversPanel, Gaps
from kaohe.answer import Answer
from kaohe.coinr import Coin, CoinTables, from_coinr
from kaohe.comparison import Comparison, Gainers, compare, gainers
from kaohe.errors import ArgumentError, DataError, FormulaError, KaoheError, SchemeError
from kaohe.explanation import Explanation
from kaohe.language import get_lang, set_lang
from kaohe.listener import Progress, progress
from kaohe.questions import Needed, NextPoints
from kaohe.references import PartialReferences, References
from kaohe.result import Result
from kaohe.robustness import RankSets, Robustness, rank_sets
from kaohe.scheme import Scheme, schema
from kaohe.scorer import Scorer
from kaohe.sensitivity import Sensitivity
from kaohe.table import Table, read_table

__all__ = [
    "Answer",
    "ArgumentError",
    "Bridge",
    "Coin",
    "CoinTables",
    "Comparison",
    "DataError",
    "Drivers",
    "DriversPanel",
    "Explanation",
    "FormulaError",
    "Gainers",
    "Gaps",
    "KaoheError",
    "Needed",
    "NextPoints",
    "PartialReferences",
    "Progress",
    "RankSets",
    "References",
    "Result",
    "Robustness",
    "Scheme",
    "SchemeError",
    "Scorer",
    "Sensitivity",
    "Table",
    "__version__",
    "compare",
    "datasets",
    "from_coinr",
    "gainers",
    "get_lang",
    "get_threads",
    "plan",
    "plot",
    "progress",
    "rank_sets",
    "read_table",
    "schema",
    "set_lang",
    "set_threads",
]

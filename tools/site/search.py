"""Search in Chinese and English at once: Chinese by pairs of characters, on both sides, without a dictionary."""

from __future__ import annotations

import re

from sphinx import search as sphinx_search
from sphinx.search.en import SearchEnglish

_WORDS = re.compile(r"[㐀-鿿]+|[^\W㐀-鿿]+")

# What `split` does, for the words that a reader types.
_SPLITTER = r"""
var splitQuery = (query) =>
  (query.match(/[\u3400-\u9fff]+|[^\s\u3400-\u9fff\p{Punctuation}]+/gu) || []).flatMap((run) =>
    /[\u3400-\u9fff]/.test(run) && run.length > 2
      ? Array.from({ length: run.length - 1 }, (_, i) => run.slice(i, i + 2))
      : [run]
  );
"""


class SearchBoth(SearchEnglish):
    """The index of both languages."""

    js_splitter_code = _SPLITTER

    def split(self, input: str) -> list[str]:
        """Split a text: runs of Chinese characters into overlapping pairs, and single ones; the rest into words."""
        found: list[str] = []
        for run in _WORDS.findall(input):
            if "㐀" <= run[0] <= "鿿":
                found += [*run, *(run[i : i + 2] for i in range(len(run) - 1))]
            else:
                found.append(run)
        return found


def register() -> None:
    """Let both languages use it."""
    sphinx_search.languages["en"] = sphinx_search.languages["zh"] = SearchBoth

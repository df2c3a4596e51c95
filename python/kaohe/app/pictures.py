"""Charts as pictures of the page, where what draws them is installed."""

from __future__ import annotations

from importlib.util import find_spec

from kaohe.answer import Answer
from kaohe.errors import ArgumentError
from kaohe.explanation import Explanation
from kaohe.plot.style import drawable

__all__ = ["picture"]


def picture(answer: Answer | Explanation, lang: str) -> str | None:
    """Return the chart of an answer as SVG; None where it has none, or `kaohe[plot]` is not installed."""
    if isinstance(answer, Explanation) or not all(map(find_spec, ("altair", "vl_convert"))):
        return None
    import vl_convert

    try:
        spec = answer.plot(lang=lang).to_dict()
    except ArgumentError:  # it has none, or nothing to draw
        return None
    # The sentences stand beside it.
    spec.pop("title", None)
    return str(vl_convert.vegalite_to_svg(drawable(spec)))

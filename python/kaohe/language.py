"""The language of messages, explanations and reports: Chinese or English."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal, TypeAlias

from kaohe.errors import ArgumentError

__all__ = ["Lang", "either", "get_lang", "made_by", "set_lang", "spoken", "titled"]

Lang: TypeAlias = Literal["zh", "en"]

_chosen: list[str] = []
# What a page asks for in its own thread: the choice of the notebook beside it stays.
_spoken: ContextVar[str | None] = ContextVar("kaohe_spoken", default=None)


def set_lang(lang: Lang | None) -> None:
    """Choose the language of everything that is not asked for in another one; None goes back to the default.

    Parameters
    ----------
    lang
        `"zh"`, `"en"` or None. The default is what the environment variable `KAOHE_LANG` says, else English.

    Examples
    --------
    >>> set_lang("zh")
    >>> get_lang()
    'zh'
    >>> set_lang(None)
    """
    _chosen[:] = [] if lang is None else [_known(lang)]


def get_lang(lang: str | None = None) -> str:
    """Return `lang`, or the language that was chosen.

    Examples
    --------
    >>> get_lang("zh-CN")
    'zh'
    """
    if lang is not None:
        return _known(lang)
    if (here := _spoken.get()) is not None:
        return here
    if _chosen:
        return _chosen[0]
    asked = os.environ.get("KAOHE_LANG", "")
    return _known(asked) if asked else "en"


@contextmanager
def spoken(lang: str) -> Iterator[None]:
    """Let everything within be said in a language, in this thread or task alone.

    Examples
    --------
    >>> with spoken("zh"):
    ...     get_lang()
    'zh'
    """
    token = _spoken.set(_known(lang))
    try:
        yield
    finally:
        _spoken.reset(token)


def either(zh: str, en: str, lang: str | None = None) -> str:
    """Return the text in `lang`, or in the language that was chosen.

    Examples
    --------
    >>> either("缺数", "missing", "zh")
    '缺数'
    """
    return zh if get_lang(lang) == "zh" else en


def titled(item: Mapping[str, Any], lang: str | None = None) -> str:
    """Return the title of an item of a scheme, in the other language if it has but that, else its id.

    Examples
    --------
    >>> titled({"id": "rd", "title": {"en": "R&D"}}, "zh")
    'R&D'
    """
    title = item.get("title") or item["id"]
    return str(title if isinstance(title, str) else title.get(get_lang(lang)) or next(iter(title.values())))


def made_by(zh: str, en: str, how: str) -> ArgumentError:
    """Return the error for who calls a class whose objects are made by something else."""
    return ArgumentError(either(f"{zh}由 {how} 得到", f"make {en} with {how}"))


def _known(lang: object) -> str:
    tag = lang.replace("_", "-").split("-")[0].lower() if isinstance(lang, str) else None
    if tag not in ("zh", "en"):
        zh, en = f"lang 只能是 zh 或 en，不能是 {lang!r}", f"lang is 'zh' or 'en', not {lang!r}"
        raise ArgumentError(zh if (_spoken.get() or "".join(_chosen)) == "zh" else en)
    return tag

"""The parser of the command line in two languages: help, usage and errors, those of argparse included."""

from __future__ import annotations

import argparse
import contextlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

from kaohe.cli.say import Both
from kaohe.language import Lang

__all__ = ["Parser", "argparse_speaks", "lang_word"]


class Parser(argparse.ArgumentParser):
    """A parser whose help and metavars may be `Both`; its commands speak its language."""

    def __init__(self, lang: Lang, **how: Any) -> None:
        self.lang = lang
        super().__init__(formatter_class=_Columns, **how)
        self._commands: Any = None

    def add_argument(self, *names: Any, **how: Any) -> argparse.Action:
        """Add an argument in the language of the parser."""
        return super().add_argument(*names, **{k: self._in_lang(v) for k, v in how.items()})

    def command(self, name: str, about: Both, parents: Sequence[argparse.ArgumentParser]) -> Parser:
        """Add a command; what it is about stands in the list of commands and in its own help."""
        if self._commands is None:
            title, one = Both("命令", "commands"), Both("命令", "COMMAND")
            self._commands = self.add_subparsers(
                title=self._in_lang(title), metavar=self._in_lang(one), dest="command", parser_class=Parser
            )
        said = self._in_lang(about)
        made: Parser = self._commands.add_parser(name, lang=self.lang, parents=parents, help=said, description=said)
        return made

    def error(self, message: str) -> NoReturn:
        """Say what was wrong, and exit with 2."""
        super().error(message.replace(_FILLER, ""))

    def _in_lang(self, text: Any) -> Any:
        return text.of(self.lang) if isinstance(text, Both) else text


def lang_word(arguments: Sequence[str]) -> str | None:
    """Return the language that the words ask for, which the parser must know before it reads them."""
    found = None
    for word, after in zip(arguments, [*arguments, ""][1:], strict=True):
        if word == "--":
            break
        if word == "--lang":
            found = after
        elif word.startswith("--lang="):
            found = word.removeprefix("--lang=")
    return found if found in ("zh", "en") else None


@contextlib.contextmanager
def argparse_speaks(lang: Lang) -> Iterator[None]:
    """Let the messages of argparse itself be in a language.

    It asks gettext for each by the English text, and gettext asks the system, which has no catalogue of them.
    """
    if lang == "en":
        yield
        return

    def many(one: str, more: str, n: int) -> str:
        return _ZH.get(one, one if n == 1 else more)

    names = vars(argparse)
    before = {name: names[name] for name in ("_", "ngettext")}
    names.update(_=lambda text: _ZH.get(text, text), ngettext=many)
    try:
        yield
    finally:
        names.update(before)


# A wide character takes two columns of a terminal: with a filler behind it, its length says so.
_FILLER = "\0"


def _wide(c: str) -> bool:
    return unicodedata.east_asian_width(c) in "WF"


def _filled(text: str) -> str:
    return "".join(c + _FILLER if _wide(c) else c for c in text)


# A word with its punctuation, a Chinese character with its own, or space: where no line begins with a closing mark.
_PIECE = re.compile(r"\s+|[（《“]*(?:[⺀-鿿]|[^\s⺀-鿿，。；：、）》”（《“]+)[，。；：、）》”]*|.")


class _Columns(argparse.RawDescriptionHelpFormatter):
    """Lays out help by the columns that characters take."""

    def format_help(self) -> str:
        return super().format_help().replace(_FILLER, "")

    def _metavar_formatter(self, action: argparse.Action, default_metavar: str) -> Callable[[int], tuple[str, ...]]:
        names = super()._metavar_formatter(action, default_metavar)
        return lambda n: tuple(_filled(name) for name in names(n))

    def _split_lines(self, text: str, width: int) -> list[str]:
        lines, used = [""], 0
        for piece in _PIECE.findall(" ".join(text.split())):
            takes = len(_filled(piece))
            if used + takes > width and used:
                lines, used = [*lines, ""], 0
            if used or not piece.isspace():
                lines[-1], used = lines[-1] + piece, used + takes
        return [line.rstrip() for line in lines]


_ZH = {
    "usage: ": _filled("用法："),
    "positional arguments": "参数",
    "options": "选项",
    "%(heading)s:": "%(heading)s：",
    "show this help message and exit": "显示帮助",
    "%(prog)s: error: %(message)s\n": "%(prog)s：用法有误：%(message)s\n",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s：%(message)s",
    "the following arguments are required: %s": "缺少参数：%s",
    "one of the arguments %s is required": "%s 中必须给出一个",
    "unrecognized arguments: %s": "多余或不认识的参数：%s",
    "invalid choice: %(value)r (choose from %(choices)s)": "没有 %(value)r 这一项，可选：%(choices)s",
    "invalid choice: %(value)r, maybe you meant %(closest)r? (choose from %(choices)s)": (
        "没有 %(value)r 这一项，是否指 %(closest)r？可选：%(choices)s"
    ),
    "unknown parser %(parser_name)r (choices: %(choices)s)": "没有命令 %(parser_name)r，可选：%(choices)s",
    "invalid %(type)s value: %(value)r": "%(value)r 不是所要的数",
    "expected one argument": "后面要有一个值",
    "expected at most one argument": "后面至多有一个值",
    "expected at least one argument": "后面至少要有一个值",
    "expected %s argument": "后面要有 %s 个值",
    "not allowed with argument %s": "不能与 %s 同用",
    "ignored explicit argument %r": "不带值，不能写 %r",
    "ambiguous option: %(option)s could match %(matches)s": "选项 %(option)s 有歧义，可能是 %(matches)s",
    "unexpected option string: %s": "此处不能有选项 %s",
}

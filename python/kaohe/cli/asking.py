"""How a question becomes a command: its words, what they are read as, and how its answer is printed."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any, NamedTuple

from kaohe.answer import Answer
from kaohe.cli import words as w
from kaohe.cli.commands import assessed, put
from kaohe.cli.parser import Parser
from kaohe.cli.say import Both, UsageError, say
from kaohe.result import Result

__all__ = [
    "Command",
    "Word",
    "add_command",
    "add_output",
    "answered",
    "number_or_word",
    "read_factors",
    "read_json",
    "read_question",
]

Asks = Callable[[Result, argparse.Namespace], Answer]


class Word(NamedTuple):
    """A word or an option of a command; `shown` is what stands for its value in the help."""

    name: str
    help: Both
    shown: Both | str | None = None
    optional: bool = True
    type: type = str
    default: Any = None
    choices: tuple[str, ...] | None = None


class Command(NamedTuple):
    """A question as a command: `done` says whether an answer does what was asked for."""

    name: str
    help: Both
    words: tuple[Word, ...]
    ask: Asks
    done: Callable[[Any], bool] = lambda _: True


def add_command(parser: Parser, command: Command, parents: list[Parser]) -> None:
    """Add a command to the parser."""
    verb = parser.command(command.name, command.help, parents)
    for word in command.words:
        if word.type is bool:
            verb.add_argument(word.name, help=word.help, action="store_true")
            continue
        how = {"help": word.help, "type": word.type, "default": word.default, "choices": word.choices}
        if not word.name.startswith("-"):
            how["nargs"] = "?" if word.optional else None
        if word.shown is not None:
            how["metavar"] = word.shown
        verb.add_argument(word.name, **how)
    add_output(verb)
    verb.set_defaults(run=lambda options, lang: _run(command, options, lang))


def add_output(verb: Parser) -> None:
    """Add the words of all commands that print an answer."""
    verb.add_argument("--targets", metavar=w.FILE, help=w.AS_ASSESS)
    verb.add_argument("-f", "--format", choices=w.FORMATS, default="text", help=w.TEXT)
    verb.add_argument("-o", "--out", metavar=w.OUT, help=w.TABLE_OUT)


def _run(command: Command, options: argparse.Namespace, lang: str) -> int:
    """Ask; 1 if the answer does not do what was asked for."""
    if command.name == "contributions" and options.who is None and options.to is not None:
        zh, en = "--to 要有考核对象：两者之间的差距", "--to needs ENTITY: it is the distance of the two"
        raise UsageError(say(lang, zh, en))
    if (
        command.name == "needed"
        and sum(g is not None for g in (options.rank, options.score, options.reach, options.grade)) != 1
    ):
        zh, en = (
            "请给出一个目标：--rank、--score、--reach 或 --grade",
            "give one goal: --rank, --score, --reach or --grade",
        )
        raise UsageError(say(lang, zh, en))
    answer = command.ask(assessed(options, lang), options)
    answered(answer, options, lang)
    return 0 if command.done(answer) else 1


def answered(answer: Answer, options: argparse.Namespace, lang: str, period: str | None = None) -> None:
    """Write the table of an answer, or print the answer; of several periods a terminal sees one."""
    about = {"question": options.command} | {k: getattr(options, k) for k in ("scheme", "data") if k in options}
    put(answer, options, lang, about, lambda: answer._core.to_terminal(lang, period) + "\n")


def read_json(text: str, lang: str) -> Any:
    """Return what was written as JSON."""
    try:
        return json.loads(text)
    except ValueError as error:
        at = getattr(error, "pos", 0) + 1
        raise UsageError(say(lang, f"{text}：第 {at} 个字符处不是 JSON", f"{text}: {error}")) from None


def read_question(text: str, lang: str) -> dict[str, Any]:
    """Return a question that was written as JSON."""
    question = read_json(text, lang)
    if not isinstance(question, dict):
        raise UsageError(f'{text}: {{"ask": "…"}}')
    return question


def read_factors(text: str | None, lang: str) -> list[dict[str, Any]] | None:
    """Return factors that were written as JSON; one may stand without a list."""
    if text is None:
        return None
    factors = read_json(text, lang)
    factors = [factors] if isinstance(factors, dict) else factors
    if not isinstance(factors, list) or not all(isinstance(factor, dict) for factor in factors):
        raise UsageError(f'{text}: [{{"id": "…", "weights": {{"within": 0.25}}}}]')
    return factors


def number_or_word(text: str) -> float | str:
    """Return a number where one was written."""
    try:
        return float(text)
    except ValueError:
        return text

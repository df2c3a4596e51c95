"""What the page and the widget ask, and what the core answers: one function for both."""

from __future__ import annotations

import html
import re
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

from kaohe import _kaohe
from kaohe.analysis import Bridge
from kaohe.answer import Answer
from kaohe.app import saving
from kaohe.app.board import PAGE, Board, Standing, standing, written
from kaohe.app.nodes import nodes, parts, shares, weight_change, weight_texts
from kaohe.app.pictures import picture
from kaohe.app.state import State, number_typed
from kaohe.app.words import words
from kaohe.errors import ArgumentError, DataError, KaoheError
from kaohe.explanation import Explanation
from kaohe.language import either, get_lang, spoken, titled
from kaohe.plot.style import PALETTE
from kaohe.records import text
from kaohe.result import Result

__all__ = ["Answering", "core_style"]

# Edited results that are kept: those of the last states, which are asked several things.
_KEPT = 8
# More names are typed instead of chosen from a list.
_MOST_LISTED = 5_000
# Runs of a study: fewer where one takes longer.
_RUNS, _CELLS = 1_000, 20_000
_STYLE = re.compile("<style>(.*?)</style>", re.S)


def core_style() -> str:
    """Return the style of what the core lays out, which stands once in the page instead of in each answer."""
    found = _STYLE.search(_kaohe.problems("[]").to_html("en"))
    return "" if found is None else found[1]


class Answering:
    """A result that messages are answered about. Nothing of it changes: a message carries the whole state.

    Parameters
    ----------
    base
        The result.
    lang
        The language of states that name none.
    """

    def __init__(self, base: Result, lang: str | None = None) -> None:
        if not len(base._core):
            zh, en = "结果中没有考核对象，没有可看的", "the result has no entity: there is nothing to see"
            raise ArgumentError(either(zh, en, lang))
        self.base = base
        self.lang = get_lang(lang)
        self.nodes = nodes(base)
        self.board = Board(base, parts(self.nodes, base))
        self._variables = [v for v in base.scheme.document["variable"] if v["id"] in base.scheme.variables]
        self._kept: OrderedDict[Any, Result] = OrderedDict()
        self._lock = Lock()
        self._asks: dict[str, Callable[[State, dict[str, Any]], dict[str, Any]]] = {
            "start": self._start,
            "view": self._view,
            "answer": self._answer,
            "save": self._save,
        }

    def reply(self, message: Any) -> dict[str, Any]:
        """Answer a message: `ask` (start, view, answer, save), `state`, and what the question takes.

        What is wrong with it is answered, too: `error` says it in the language of the state.
        """
        lang = self.lang
        try:
            if not isinstance(message, dict) or not isinstance(message.get("state", {}), dict):
                raise ArgumentError(either("消息读不懂", "cannot read the message", lang))
            asked = message.get("state", {}).get("lang")
            lang = asked if asked in ("zh", "en") else lang
            with spoken(lang):
                answer = self._asks.get(str(message.get("ask")))
                if answer is None:
                    known = ", ".join(self._asks)
                    raise ArgumentError(either(f"ask 只能是 {known}", f"ask is one of {known}"))
                return answer(State.read(message.get("state", {}), lang), message)
        except KaoheError as error:
            return {"error": str(error)}

    def result(self, state: State) -> Result:
        """Return the result under the changes of a state: the same as a fresh assessment of changed data.

        Raises
        ------
        DataError
            As `Result.what_if`; a text that is no number.
        """
        if not state.is_changed:
            return self.base
        with self._lock:
            if (kept := self._kept.get(state.changes)) is not None:
                self._kept.move_to_end(state.changes)
                return kept
        rows = [
            {
                "entity": d.entity,
                "period": d.period,
                "variable": d.variable,
                "value": number_typed(f"{d.entity} {self._variable(d.variable)}", d.typed),
            }
            for d in state.data
        ]
        titles = {node.id: titled(node.item) for node in self.nodes}
        weights = {n: number_typed(titles.get(n, n), typed) for n, typed in state.weights if n not in state.out}
        made = self.base.what_if(rows or None, weights=weights, leave_out=state.out)
        with self._lock:
            self._kept[state.changes] = made
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made

    def _variable(self, name: str) -> str:
        return next((titled(v) for v in self._variables if v["id"] == name), name)

    def _when(self, state: State) -> str | None:
        """Return the period of a state; the last one if it names none, or the data have no periods."""
        if self.base._frame.period is None:
            return None
        return state.period if state.period is not None else self.base._core.periods[-1]

    def _start(self, state: State, message: dict[str, Any]) -> dict[str, Any]:
        """Answer what the page is made of in a language."""
        core, lang = self.base._core, state.lang
        timeless = self.base._frame.period is None
        labels = [text(label) or "" for label in self.base.periods]
        return {
            "lang": lang,
            "title": self.base.scheme.title(lang),
            "about": core.headline(lang),
            "words": words(lang),
            "heads": self.board.heads(lang),
            "periods": [] if timeless else list(zip(core.periods, labels, strict=True)),
            "entities": core.entities if core.entity_count <= _MOST_LISTED else None,
            "nodes": [node.listed(lang) for node in self.nodes],
            "parts": self.board.part_titles(lang),
            "part_nodes": [node.id for node in self.board.parts],
            "colours": PALETTE,
            "variables": [
                {"id": v["id"], "title": titled(v, lang), "unit": "" if v["unit"] == "1" else v["unit"]}
                for v in self._variables
            ],
            "indicators": [
                [node.id, titled(node.item, lang)] for node in self.nodes if node.place < core.indicator_count
            ],
        }

    def _view(self, state: State, message: dict[str, Any]) -> dict[str, Any]:
        """Answer everything that moves: a part of the ranking, the weights, the data of the entity, the changes."""
        period, result = self._when(state), self.result(state)
        now = standing(result, period)
        row = self.board.row(now, state.entity)
        if state.entity is not None and state.entity not in self.base._core.entities:
            zh = f"没有考核对象 {state.entity:.60}"
            raise DataError(either(zh, f"there is no entity {state.entity:.60}"))
        wanted, found, first = self._window(now, row, message)
        return {
            "period": period,
            "edited": state.is_changed,
            "rows": self.board.rows(result, now, period, wanted),
            "from": first,
            "page": PAGE,
            "found": found,
            "count": len(now.rows),
            "most": max((total for total in now.total if total == total), default=0.0),
            "line": "" if row is None else self._line(state, now, row, period),
            "nodes": self._weights(result, now, row, period),
            "data": self._data(result, row),
            "changes": self._changes(state),
        }

    def _window(self, now: Standing, row: int | None, message: dict[str, Any]) -> tuple[list[int], int, int]:
        """Return the places of the ranking that are shown, of how many, from which one."""
        find, first = message.get("find"), message.get("from")
        places = list(range(len(now.rows)))
        if isinstance(find, str) and find.strip():
            wanted = find.strip().casefold()
            places = [k for k in places if wanted in self.board.names[now.rows[k]].casefold()]
        if first == "chosen":
            first = 0 if row is None else PAGE * (now.place[row] // PAGE)
        first = first if isinstance(first, int) and 0 <= first < len(places) else 0
        return places[first : first + PAGE], len(places), first

    def _line(self, state: State, now: Standing, row: int, period: str | None) -> str:
        """Say where the entity stands, and where it stood."""
        before = self.board.before(period)
        k, b = now.place[row], before.place[row]
        total, old = self.board.total_text([now.total[k], before.total[b]])
        rank, stood = written([now.rank[k], before.rank[b]])
        said = either(f"总分 {total}，第 {rank} 位", f"total {total}, rank {rank}", state.lang)
        if state.is_changed:
            said += either(f"（改动前 {old}，第 {stood} 位）", f" (before the changes {old}, rank {stood})", state.lang)
        return said

    def _weights(self, result: Result, now: Standing, row: int | None, period: str | None) -> list[list[Any]]:
        """Return of each node: weight, part of the whole, points of the entity and what the changes did to them.

        The last says whether the entity's class has a weight of its own.
        """
        kind = None if row is None or now.kind is None else now.kind[now.place[row]]
        found, made = shares(result, period, kind), []
        for node in self.nodes:
            points = moved = ""
            if row is not None:
                after, before = (float(of._points_of(node.place)[row]) for of in (result, self.base))
                points = self.board.point_text([after])[0] if after == after else ""
                moved = self.board.point_text([after - before], signed=True)[0] if after != before else ""
                moved = moved if after == after and before == before else ""
            made.append([*weight_texts(node, found), points, moved, kind is not None and kind in node.classes])
        return made

    def _data(self, result: Result, row: int | None) -> list[list[str]]:
        """Return of each variable what the entity has, and what it had where that was changed."""
        if row is None:
            return []
        made = []
        for variable in self._variables:
            now, then = (of._core.variable(variable["id"]).to_list()[row] for of in (result, self.base))
            texts = written([now, then])
            made.append(
                ["" if now != now else texts[0], texts[1] if now != then and (now == now or then == then) else ""]
            )
        return made

    def _changes(self, state: State) -> list[list[Any]]:
        """Return every change: what undoes it, and a sentence."""
        lang, by_id = state.lang, {node.id: node for node in self.nodes}
        titles = {node.id: titled(node.item, lang) for node in self.nodes}
        said: list[list[Any]] = [
            [["weights", node], weight_change(by_id[node], typed, lang)]
            for node, typed in state.weights
            if node in by_id and node not in state.out
        ]
        said += [
            [["out", node], either(f"不计：{titles[node]}", f"left out: {titles[node]}", lang)]
            for node in state.out
            if node in titles
        ]
        units = {v["id"]: v["unit"] for v in self._variables}
        for place, datum in enumerate(state.data):
            number = number_typed(datum.variable, datum.typed)
            value = written([number], unit=units.get(datum.variable, ""), lang=lang)[0]
            who = " ".join(filter(None, [datum.entity, datum.period]))
            title = self._variable(datum.variable)
            said.append([["data", place], either(f"{who}：{title} 改为 {value}", f"{who}: {title} is {value}", lang)])
        return said

    def _answer(self, state: State, message: dict[str, Any]) -> dict[str, Any]:
        """Answer a question about the entity: what the core lays out, and its chart."""
        if state.entity is None:
            raise ArgumentError(either("请先选择考核对象", "choose an entity first"))
        answer = self._asked(str(message.get("of")), state, message)
        if answer is None:
            return {"html": f"<p>{html.escape(words(state.lang)['nothing'])}</p>", "figure": None}
        laid_out = _STYLE.sub("", answer.to_html(lang=state.lang))
        # Before and after the changes are the same period: a waterfall would have two ends of one name.
        figure = None if message.get("of") == "edit" else picture(answer, state.lang)
        return {"html": laid_out, "figure": figure}

    def _asked(self, of: str, state: State, message: dict[str, Any]) -> Answer | Explanation | None:
        """Ask the core."""
        result, entity, period = self.result(state), state.entity, self._when(state)
        match of:
            case "edit":
                return self._moved(result, entity, period) if state.is_changed else None
            case "gaps":
                return result.gaps(entity, period)
            case "bridge":
                return result.bridge(entity, until=period)
            case "next":
                return result.next_points(entity, period)
            case "needed":
                goal = str(message.get("goal", ""))
                rank = number_typed(words()["goal"], goal)
                if not rank.is_integer():
                    raise ArgumentError(either(f"位次应为整数，不能是 {goal:.40}", f"a rank is whole, not {goal:.40}"))
                return result.needed(entity, period, str(message.get("what", "")), rank=int(rank))
            case "explain":
                return result.explain(entity, period)
            case "sure":
                cells = len(result._core) * len(self.nodes)
                return result.robustness(period, samples=_RUNS if cells < _CELLS else _RUNS // 10, entity=entity)
        raise ArgumentError(either(f"没有问题 {of:.40}", f"there is no question {of:.40}"))

    def _moved(self, result: Result, entity: str | None, period: str | None) -> Bridge:
        """Say why the changes moved the total of an entity."""
        both = self.base._core, result._core
        core = _kaohe.bridge_between(*both, entity or "", period, period, get_lang())
        return Bridge(core, result._asked.like, result._asked)

    def _save(self, state: State, message: dict[str, Any]) -> dict[str, Any]:
        """Answer a file that the page hands to the browser: nothing is written here."""
        return saving.file(self.result(state), self._when(state), str(message.get("what")), state.lang)

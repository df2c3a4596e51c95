"""The same component in a notebook (anywidget): Jupyter, marimo, VS Code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaohe.app.answering import Answering
from kaohe.app.server import source, style
from kaohe.app.state import State
from kaohe.errors import ArgumentError
from kaohe.language import either

if TYPE_CHECKING:
    from kaohe.result import Result

__all__ = ["explore"]


def explore(result: Result, *, lang: str | None = None, state: dict[str, Any] | None = None) -> Any:
    """Return the widget of a result: see `Result.explore`."""
    try:
        import anywidget
        import traitlets
    except ImportError as error:
        zh = "组件需要 anywidget：pip install 'kaohe[app]'"
        raise ArgumentError(either(zh, "the widget needs anywidget: pip install 'kaohe[app]'")) from error
    answering = Answering(result, lang)

    class Explorer(anywidget.AnyWidget):
        """A result that is explored: `state` is what is shown and changed, `result` the result under the changes."""

        _esm = source("explore.js")
        _css = style()
        state = traitlets.Dict().tag(sync=True)

        @property
        def result(self) -> Result:
            """The result under the changes that were made."""
            return answering.result(State.read(self.state, answering.lang))

    State.read(state or {}, answering.lang)  # what is no state is refused here
    widget = Explorer(state=dict(state or {}))

    def heard(_: Any, content: Any, buffers: Any) -> None:
        if isinstance(content, dict) and "id" in content:
            widget.send({"id": content["id"], "reply": answering.reply(content.get("message"))})

    widget.on_msg(heard)
    return widget

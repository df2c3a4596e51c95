"""Results that are looked at live: in a browser, in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from kaohe.app import Page
    from kaohe.result import Result

__all__ = ["Live"]


class Live:
    """How a `Result` is opened."""

    def open(self, *, browser: bool = True, port: int = 0, lang: str | None = None) -> Page:
        """Open the result as a page in the browser, where every question is asked live ([live](docs/live.md)).

        Weights are dragged, data typed, indicators left out, and points, ranks and reasons move with them: each state
        is that of `what_if`. The page is served by this process, to this machine only, under a secret address, until
        `close()` or the end of the process. Nothing is written.

        Parameters
        ----------
        browser
            Whether to show it in the browser of the system.
        port
            The port; a free one if 0.
        lang
            Language of the page at first, `"zh"` or `"en"`; it can be switched.

        Returns
        -------
        Page
            `.url`, `.close()`; a context manager.

        Raises
        ------
        ArgumentError
            `kaohe[app]` is not installed; a port that cannot be used; a result without entities.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> with result.open(browser=False) as page:
        ...     page.url.startswith("http://127.0.0.1:")
        True
        """
        from kaohe.app import open_page

        return open_page(cast("Result", self), browser=browser, port=port, lang=lang)

    def explore(self, *, lang: str | None = None, state: dict[str, Any] | None = None) -> Any:
        """Return the same page as a widget of a notebook: Jupyter, marimo, VS Code ([live](docs/live.md)).

        Parameters
        ----------
        lang
            Language at first, `"zh"` or `"en"`.
        state
            What is shown and changed at first, as another widget's `.state` or a link has it: `period`, `entity`,
            `lang`, `weights` (by indicator or group), `data` (lists of entity, period, variable, value), `out`.

        Returns
        -------
        anywidget.AnyWidget
            `.state` is what is shown now; `.result` the `Result` under the changes that were made.

        Raises
        ------
        ArgumentError
            `kaohe[app]` is not installed; what is no state.

        Examples
        --------
        >>> import kaohe as kh
        >>> df = kh.datasets.load("china-provinces")
        >>> result = kh.Scheme.builtin("strong-science-provinces").assess(df, entity="province", period="year")
        >>> widget = result.explore(state={"weights": {"rd_intensity": 40}})
        >>> widget.result.scheme.document["indicator"][0]["weight"]
        40
        """
        from kaohe.app import explore

        return explore(cast("Result", self), lang=lang, state=state)

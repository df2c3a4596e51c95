"""The page on this machine: one page, one token, no host but this one, nothing that is written."""

from __future__ import annotations

import html
import json
import secrets
import socket
import threading
import time
import webbrowser
from functools import cached_property
from importlib import resources
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from kaohe.app.answering import Answering, core_style
from kaohe.errors import ArgumentError
from kaohe.language import either, get_lang

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from kaohe.result import Result

__all__ = ["Page", "open_page", "served"]

# What a page may do: nothing but what came with it. Charts are pictures within it.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# A state is small: thousands of changes fit.
_MOST_BYTES = 1_000_000
_SECONDS = 10.0


class Page:
    """A page that is served until it is closed: `url`, `close()`; a context manager."""

    def __init__(self, url: str, server: Any, thread: threading.Thread, listening: socket.socket) -> None:
        self.url = url
        self._server = server
        self._thread = thread
        self._socket = listening

    def close(self) -> None:
        """End it; what has ended stays so."""
        self._server.should_exit = True
        self._thread.join(_SECONDS)
        self._socket.close()

    def wait(self) -> None:
        """Wait until it ends, by `close()` in another thread or Ctrl-C in this one."""
        while self._thread.is_alive():
            self._thread.join(0.5)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Page {self.url}>"


def open_page(result: Result, *, browser: bool = True, port: int = 0, lang: str | None = None) -> Page:
    """Serve a result on 127.0.0.1: see `Result.open`."""
    _needs("starlette", "uvicorn")
    import uvicorn

    answering, token = Answering(result, lang), secrets.token_urlsafe(24)
    listening = _bound(port)
    at = int(listening.getsockname()[1])
    app = served(answering, token, at)
    # The end of the page must not wait for a browser that keeps its line open.
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), name="kaohe-page", daemon=True)
    thread.start()
    until = time.monotonic() + _SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > until:
            listening.close()
            raise ArgumentError(either("网页服务未能启动", "the page could not be served"))
        time.sleep(0.005)
    page = Page(f"http://127.0.0.1:{at}/{token}/", server, thread, listening)
    if browser:
        webbrowser.open(page.url)
    return page


def served(answering: Answering, token: str, port: int) -> Any:
    """Return the application that a server runs (ASGI)."""
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.middleware import Middleware
    from starlette.responses import JSONResponse, Response
    from starlette.routing import Route

    files = _Files(answering)

    async def get(request: Request) -> Response:
        body, kind = files.get(request.path_params.get("name", ""))
        return Response(body, 200 if body else 404, media_type=kind)

    async def ask(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return Response("application/json", 415)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_BYTES:
                return Response("too long", 413)
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            return Response("not JSON", 400)
        return JSONResponse(await run_in_threadpool(answering.reply, message))

    routes = [
        Route(f"/{token}/", get, methods=["GET"]),
        Route(f"/{token}/{{name}}", get, methods=["GET"]),
        Route(f"/{token}/ask", ask, methods=["POST"]),
    ]
    return Starlette(routes=routes, middleware=[Middleware(_Guard, token=token, port=port)])


class _Guard:
    """Lets in who knows the token, calls this machine by its name, and comes from the page itself.

    A page of another site can point a name of its own at 127.0.0.1; `Host` then has that name, and gives it away.
    """

    def __init__(self, app: Any, token: str, port: int) -> None:
        self._app = app
        self._path = f"/{token}/".encode()
        hosts = [f"{name}:{port}" for name in ("127.0.0.1", "localhost")]
        self._hosts = {host.encode() for host in hosts}
        self._origins = {f"http://{host}".encode() for host in hosts}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        from starlette.responses import Response

        status = self._refused(scope)

        async def guarded(event: Any) -> None:
            if event["type"] == "http.response.start":
                event["headers"] = [*event["headers"], *((k.lower().encode(), v.encode()) for k, v in _HEADERS.items())]
            await send(event)

        await (self._app if status is None else Response("", status))(scope, receive, guarded)

    def _refused(self, scope: Any) -> int | None:
        """Return the status of a request that is refused."""
        headers: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.lower(), []).append(value)
        if len(headers.get(b"host", ())) != 1 or headers[b"host"][0].lower() not in self._hosts:
            return 403
        begin = scope["path"].encode("utf-8", "surrogateescape")[: len(self._path)]
        if not secrets.compare_digest(begin, self._path):
            return 404
        if scope["method"] == "POST" and (
            len(headers.get(b"origin", ())) != 1 or headers[b"origin"][0] not in self._origins
        ):
            return 403
        return None


class _Files:
    """The page and what it is made of."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    def get(self, name: str) -> tuple[str, str]:
        """Return a file and its kind; nothing for a name that there is not."""
        kinds = {
            "": "text/html",
            "explore.js": "text/javascript",
            "page.js": "text/javascript",
            "style.css": "text/css",
        }
        if name not in kinds:
            return "", "text/plain"
        return (self._page if not name else style() if name == "style.css" else source(name)), kinds[name]

    @cached_property
    def _page(self) -> str:
        title = html.escape(self._answering.base.scheme.title(self._answering.lang))
        lang = get_lang(self._answering.lang)
        return (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
            '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
            '<link rel="icon" href="data:,"><link rel="stylesheet" href="style.css">'
            '<script type="module" src="page.js"></script></head>'
            '<body class="kaohe-page"><main id="kaohe"></main></body></html>'
        )


def source(name: str) -> str:
    """Return a file that came with the package."""
    return resources.files("kaohe.app").joinpath(name).read_text(encoding="utf-8")


def style() -> str:
    """Return the style of the component, and of what the core lays out in it."""
    return core_style() + source("explore.css")


def _bound(port: int) -> socket.socket:
    """Return a socket that listens on this machine only."""
    if not 0 <= port <= 65535:
        raise ArgumentError(either(f"port 应为 0 至 65535，不能是 {port!r}", f"port is 0 to 65535, not {port!r}"))
    # Named as TCP, so that asyncio sends at once: else every reply waits 40 ms for the acknowledgement of its head.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError as error:
        listening.close()
        zh = f"端口 {port} 不能用：{error}；可不指定端口，由系统选一个"
        raise ArgumentError(
            either(zh, f"port {port} cannot be used: {error}; leave it out to take a free one")
        ) from error
    return listening


def _needs(*names: str) -> None:
    """Say how to install what serves the page."""
    from importlib.util import find_spec

    missing = [name for name in names if find_spec(name) is None]
    if missing:
        what = ", ".join(missing)
        zh = f"打开网页需要 {what}：pip install 'kaohe[app]'"
        raise ArgumentError(either(zh, f"the page needs {what}: pip install 'kaohe[app]'"))

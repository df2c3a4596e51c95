"""The site held against itself: every link leads somewhere, and no page asks anything of a network."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What a browser loads by itself; a link that a reader follows may lead outside.
_LOADED = {"src", "srcset", "poster", "data", "xlink:href"}
_URL = re.compile(r"""@import\s+["']([^"']+)|url\(\s*["']?([^"')]+)""")


class _Page(HTMLParser):
    """The ids of a page, what it links to, and what it loads."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids |= {given[name] for name in ("id", "name") if name in given}
        loads = [given[name] for name in _LOADED if name in given]
        if tag in ("link", "image", "use") and "href" in given and given.get("rel") not in ("canonical", "author"):
            loads.append(given["href"])
        elif tag == "a" and "href" in given:
            self.links.append(given["href"])
        loads += [a or b for a, b in _URL.findall(given.get("style", ""))]
        self.loads += loads


def problems(site: Path, unread: tuple[str, ...] = ("rust/",)) -> list[str]:
    """Return what is wrong, one line each. Of `unread` folders, which other tools write, only outside loads count."""
    pages: dict[Path, _Page] = {}
    for path in sorted(site.rglob("*.html")):
        page = _Page()
        page.feed(path.read_text(encoding="utf-8"))
        pages[path] = page
    found = []
    for path, page in pages.items():
        name = path.relative_to(site).as_posix()
        for target in page.loads:
            found += _loaded(site, path, target, name, unread)
        if not name.startswith(unread):
            for target in page.links:
                found += _linked(pages, path, target, name)
    for path in sorted(site.rglob("*.css")):
        for a, b in _URL.findall(path.read_text(encoding="utf-8")):
            found += _loaded(site, path, a or b, path.relative_to(site).as_posix(), unread)
    return found


def _loaded(site: Path, path: Path, target: str, name: str, unread: tuple[str, ...]) -> list[str]:
    parts = urlsplit(target)
    if parts.scheme == "data" or target.startswith("#") or not target:
        return []
    if parts.scheme or parts.netloc:
        return [f"{name} loads {target}"]
    to = (path.parent / unquote(parts.path)).resolve()
    if name.startswith(unread):
        # rustdoc names scripts that it writes only where they would hold something.
        return []
    return [] if to.exists() and to.is_relative_to(site.resolve()) else [f"{name} loads {target}, which is not there"]


def _linked(pages: dict[Path, _Page], path: Path, target: str, name: str) -> list[str]:
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return [] if parts.scheme in ("http", "https", "mailto") else [f"{name} links to {target}"]
    to = path if not parts.path else Path(path.parent, unquote(parts.path)).resolve()
    if not to.is_file():
        return [f"{name} links to {target}, which is not there"]
    anchor = unquote(parts.fragment)
    known = {place.resolve(): page for place, page in pages.items()}.get(to.resolve()) if anchor else None
    # Such anchors are made by scripts of the page.
    if known is not None and anchor not in known.ids and anchor not in ("", "top"):
        return [f"{name} links to {target}: no such place on the page"]
    return []

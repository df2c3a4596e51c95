"""Links of Markdown: where they stand, and where they lead. Shared by the build of the site and by the tests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

# Code is no link; neither is what a fence holds.
_CODE = re.compile(
    r"^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)[^\S\n]*$|(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)", re.M | re.S
)
_LINK = re.compile(r"(?P<image>!?)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<target>[^()\s]+)\)")


def prose(text: str) -> str:
    """Return the text with all code blanked, every character in its place."""
    return _CODE.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)


def links(text: str) -> Iterator[tuple[bool, str]]:
    """Yield every link of a page: whether it is an image, and its target."""
    for found in _found(text):
        yield found["image"] == "!", found["target"]


def rewritten(text: str, new: Callable[[bool, str, str], str]) -> str:
    """Return the text with each link replaced by what `new(is_image, text, target)` says."""
    parts, end = [], 0
    for found in _found(text):
        parts += [text[end : found.start()], new(found["image"] == "!", found["text"], found["target"])]
        end = found.end()
    return "".join([*parts, text[end:]])


def _found(text: str) -> Iterator[re.Match[str]]:
    # Texts of links may be code: the brackets are looked for where code is blanked, the words where it is not.
    for found in _LINK.finditer(prose(text)):
        whole = _LINK.match(text, found.start())
        if whole and whole.end() == found.end():
            yield whole


def anchors(text: str) -> set[str]:
    """Return the anchors of the headings, as GitHub and the site make them."""
    made: set[str] = set()
    for heading in re.findall(
        r"^#{1,6} +(.+?) *#*$", re.sub(r"^(`{3,}).*?^\1[^\S\n]*$", "", text, flags=re.M | re.S), re.M
    ):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        number = next(n for n in range(1000) if (f"{slug}-{n}" if n else slug) not in made)
        made.add(f"{slug}-{number}" if number else slug)
    return made

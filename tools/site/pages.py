"""The pages of the site in one language: the Markdown of the project, with links that lead to what the site has."""

from __future__ import annotations

import html
import os
import re
import shutil
from pathlib import Path

import api
import conf
import keys
import links
import notebooks

ROOT = Path(__file__).resolve().parents[2]
_NOTE = "```{note}\n本页尚无中文，以下为英文。\n```\n\n"


class Pages:
    """Where each file of the project stands on the site, and the pages written into a folder."""

    def __init__(self, lang: str, to: Path) -> None:
        self.lang, self.to = lang, to
        self.files = {path.stem: path for path in sorted((ROOT / "docs").glob("*.md"))}
        self.files |= {name: ROOT / path for name, path in conf.PROJECT.items()}
        self.own = set(self.files)
        if lang == "zh":
            translated = {path.stem: path for path in sorted((ROOT / "docs/zh").glob("*.md"))}
            self.own = set(translated)
            self.files |= translated
        # A link to a page in either language leads to the page of this one.
        self.names = {path: name for name, path in self.files.items()}
        self.names |= {path: path.stem for folder in ("docs", "docs/zh") for path in (ROOT / folder).glob("*.md")}
        self.names |= {ROOT / name: "index" for name in ("README.md", "README.zh-CN.md")}

    def write(self) -> None:
        """Write every page."""
        shutil.rmtree(self.to, ignore_errors=True)
        self.to.mkdir(parents=True)
        shutil.copytree(ROOT / "docs/images", self.to / "images")
        # What the theme says and Sphinx has no Chinese for.
        shutil.copytree(ROOT / "tools/site/locale", self.to / "locale")
        for name, path in self.files.items():
            text = self.page(path)
            if self.lang == "zh" and name not in self.own:
                head, _, rest = text.partition("\n")
                text = f"{head}\n\n{_NOTE}{rest}"
            self.put(name, text + (self.contents() if name == "index" else ""))
        # Notebooks are one page each, below the page that lists them.
        notebooks.write(self.to, self.lang, self.notebook)
        self.put("scheme-keys", keys.page(self.lang))
        for name, text in api.pages(self.lang).items():
            self.put(name, text)

    def put(self, name: str, text: str) -> None:
        """Write one page."""
        (self.to / f"{name}.md").write_text(text, encoding="utf-8")

    def page(self, path: Path) -> str:
        """Return the text of a file with its links turned to the site."""
        text = path.read_text(encoding="utf-8")
        if self.lang == "zh":
            text = _joined(text)
        return links.rewritten(text, lambda *link: self.link(path.parent, *link))

    def notebook(self, path: Path, text: str) -> str:
        """Return the text of a notebook, whose page stands one folder further down, with its links turned."""

        def link(image: bool, words: str, target: str) -> str:
            turned = self.link(path.parent, image, words, target)
            if target.startswith(("#", "http:", "https:", "mailto:")):
                return turned
            return re.sub(r'(\]\(|<a href=")', r"\1../", turned, count=1)

        return links.rewritten(text, link)

    def link(self, folder: Path, image: bool, text: str, target: str) -> str:
        """Return one link as the site has it."""
        if target.startswith(("#", "http:", "https:", "mailto:")):
            return f"{'!' if image else ''}[{text}]({target})"
        file, _, anchor = target.partition("#")
        path = Path(os.path.normpath(folder / file))
        if image:
            return f"![{text}]({path.relative_to(ROOT / 'docs').as_posix()})"
        if path in self.names:
            name = self.names[path]
            if anchor and self.lang == "zh" and name in self.own and anchor not in self.anchors(name):
                # An English page means a part of the English page that the Chinese one of that name does not have.
                return f'<a href="../{name}.html#{html.escape(anchor)}">{html.escape(text.replace("`", ""))}</a>'
            return f"[{text}]({self.names[path]}.md{'#' + anchor if anchor else ''})"
        if path.suffix == ".ipynb":
            return f"[{text}](notebooks/{notebooks.page(path)}.md)"
        if path == ROOT / "docs/notebooks":
            return f"[{text}](notebooks.md)"
        if path.is_file():
            # Any other file of the project is handed out as it is.
            copy = self.to / "files" / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            words = text.replace("`", "")
            return f'<a href="files/{html.escape(path.relative_to(ROOT).as_posix())}">{html.escape(words)}</a>'
        return text

    def anchors(self, name: str) -> set[str]:
        """Return the anchors of a page."""
        return links.anchors(self.files[name].read_text(encoding="utf-8"))

    def contents(self) -> str:
        """Return the lists of pages that the sidebar shows."""
        chinese = self.lang == "zh"
        parts = []
        for titles, pages in conf.NAV:
            lines = [f"{page[2] if chinese else page[1]} <{page[0]}>" for page in pages if self.has(page[0])]
            lines = [line.replace("<index>", "<self>") for line in lines]
            parts.append(
                "\n\n```{toctree}\n:hidden:\n:caption: " + titles[chinese] + "\n\n" + "\n".join(lines) + "\n```\n"
            )
        return "".join(parts)

    def has(self, name: str) -> bool:
        """Say whether there is such a page."""
        return name in self.files or (name in conf.WRITTEN and (name != "notebooks" or bool(notebooks.found())))


def _joined(text: str) -> str:
    """Return Chinese prose without the ends of lines, which a browser would show as spaces."""
    plain = links.prose(text)
    ends = [
        at.start()
        for at in re.finditer(r"(?<=[㐀-鿿，。；：、）”》])\n(?=[㐀-鿿（“《`\[])", text)
        if plain[at.start()] == "\n" and plain[at.start() - 1] != " "
    ]
    for end in reversed(ends):
        text = text[:end] + text[end + 1 :]
    return text

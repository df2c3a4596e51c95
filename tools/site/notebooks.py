"""Notebooks as pages: cells and outputs as they were saved; nothing runs."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# Pictures that an output may be saved as, best first.
_PICTURES = {"image/svg+xml": ".svg", "image/png": ".png", "image/jpeg": ".jpg"}
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


# The page that lists them.
_HEAD = {
    "en": (
        "# Notebooks\n\nEach is a story that runs as it is, on data that ship: `pip install '.[plot]' jupyter`, and "
        "open it. What a notebook shows is compared with what it shows now whenever the tests run. The files are in "
        "`docs/notebooks` of the source, and below each page.\n"
    ),
    "zh": (
        "# 示例笔记本\n\n每一篇都是能直接运行的完整例子，用的是随软件自带的数据："
        "`pip install '.[plot]' jupyter` 后打开即可。文中所示结果，每次测试都重新运行、逐一核对。"
        "文件在源代码的 `docs/notebooks` 目录中，也可在各页末尾下载。\n"
    ),
}


def found() -> list[Path]:
    """Return the notebooks of docs/notebooks, in order; their Chinese versions stand beside them."""
    return [path for path in sorted((ROOT / "docs/notebooks").glob("*.ipynb")) if not path.stem.endswith(".zh")]


def page(path: Path) -> str:
    """Return the name of a notebook's page, which is the same in both languages."""
    return path.name.removesuffix(".ipynb").removesuffix(".zh")


def write(folder: Path, lang: str, turned: Callable[[Path, str], str]) -> None:
    """Write a page for each notebook, and one that lists them; `turned` turns the links of the text of a file."""
    if not found():
        return
    to = folder / "notebooks"
    to.mkdir()
    listed = []
    for path in found():
        own = path.with_suffix(".zh.ipynb") if lang == "zh" else path
        own = own if own.exists() else path
        text = _page(own, to, lang, turned)
        (to / f"{page(path)}.md").write_text(text, encoding="utf-8")
        # Links of the page stand one folder further down.
        lead = re.sub(r"\[([^\]]*)\]\([^)]*\)|<a [^>]*>(.*?)</a>", r"\1\2", text.split("\n\n")[1])
        listed.append((page(path), text.partition("\n")[0].removeprefix("# "), lead))
    lines = [f"- [{title}](notebooks/{name}.md): {lead}" for name, title, lead in listed]
    tree = "\n".join(f"notebooks/{name}" for name, _, _ in listed)
    text = "\n".join([_HEAD[lang], *lines, "\n```{toctree}\n:hidden:\n", f"{tree}\n```\n"])
    (folder / "notebooks.md").write_text(text, encoding="utf-8")


def hand_out(folder: Path, site: Path) -> None:
    """Lay the notebooks themselves, and what they read, beside their pages."""
    reads = [path for path in (ROOT / "docs/notebooks").glob("*") if path.suffix in (".xlsx", ".csv")]
    for path in [*(folder / "notebooks").glob("*.ipynb"), *reads]:
        (site / "notebooks" / path.name).write_bytes(path.read_bytes())


def _page(path: Path, to: Path, lang: str, turned: Callable[[Path, str], str]) -> str:
    book = json.loads(path.read_text(encoding="utf-8"))
    name = page(path)
    parts = []
    for number, cell in enumerate(book["cells"]):
        source = _text(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(turned(path, source))
        elif cell["cell_type"] == "code":
            parts.append(_fenced(source, "python"))
            pictures = 0
            for output in cell.get("outputs", []):
                shown = _output(output, to, f"{name}-{number}-{pictures}")
                pictures += shown.startswith("![")
                parts.append(shown)
    words = "下载笔记本" if lang == "zh" else "Download the notebook"
    (to / path.name).write_bytes(path.read_bytes())
    return "\n\n".join([*filter(None, parts), f'<a href="{path.name}" download>{words}</a>']) + "\n"


def _output(output: dict[str, Any], to: Path, name: str) -> str:
    """Return what a cell gave: a picture, a table, or text."""
    if output["output_type"] == "stream":
        return _printed(_text(output["text"]))
    if output["output_type"] == "error":
        return _printed(_COLOURS.sub("", "\n".join(output["traceback"])))
    data = output.get("data", {})
    for kind, ending in _PICTURES.items():
        if kind in data:
            content = _text(data[kind])
            picture = content.encode() if ending == ".svg" else base64.b64decode(content)
            (to / (name + ending)).write_bytes(picture)
            return f"![]({name}{ending})"
    # Scripts of a saved output would ask a network for their libraries.
    if "text/html" in data and "<script" not in _text(data["text/html"]):
        inside = re.sub(r"\n\s*\n", "\n", _text(data["text/html"]))
        return f'<div class="kaohe-output">\n{inside}\n</div>'
    if "text/markdown" in data:
        return _text(data["text/markdown"])
    return _printed(_text(data["text/plain"])) if "text/plain" in data else ""


def _printed(text: str) -> str:
    """Return what was printed, whose long lines go on below themselves."""
    return f'<div class="kaohe-printed">\n\n{_fenced(text, "text")}\n\n</div>'


def _fenced(text: str, kind: str) -> str:
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", text) or [""]))
    return f"{fence}{kind}\n{text.rstrip()}\n{fence}" if text.strip() else ""


def _text(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)

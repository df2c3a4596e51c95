"""Notebooks as pages: cells and outputs as they were saved; nothing runs."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# Pictures that an output may be saved as, best first.
_PICTURES = {"image/svg+xml": ".svg", "image/png": ".png", "image/jpeg": ".jpg"}
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def found() -> list[Path]:
    """Return the notebooks of docs/notebooks, in order."""
    return sorted((ROOT / "docs/notebooks").glob("*.ipynb"))


def write(folder: Path, lang: str) -> None:
    """Write a page for each notebook, and one that lists them."""
    if not found():
        return
    to = folder / "notebooks"
    to.mkdir()
    for path in found():
        (to / f"{path.stem}.md").write_text(_page(path, to, lang), encoding="utf-8")
    head = (
        "# 示例笔记本\n\n每一篇都可以直接运行：文件在 `docs/notebooks/`。\n"
        if lang == "zh"
        else "# Notebooks\n\nEach runs as it is: the files are in `docs/notebooks/`.\n"
    )
    listed = "\n".join(f"notebooks/{path.stem}" for path in found())
    (folder / "notebooks.md").write_text(f"{head}\n```{{toctree}}\n\n{listed}\n```\n", encoding="utf-8")


def _page(path: Path, to: Path, lang: str) -> str:
    book = json.loads(path.read_text(encoding="utf-8"))
    parts = []
    for number, cell in enumerate(book["cells"]):
        source = _text(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(source)
        elif cell["cell_type"] == "code":
            parts.append(_fenced(source, "python"))
            pictures = 0
            for output in cell.get("outputs", []):
                shown = _output(output, to, f"{path.stem}-{number}-{pictures}")
                pictures += shown.startswith("![")
                parts.append(shown)
    words = "下载笔记本" if lang == "zh" else "Download the notebook"
    (to / path.name).write_bytes(path.read_bytes())
    return "\n\n".join([*filter(None, parts), f'<a href="{path.name}" download>{words}</a>']) + "\n"


def _output(output: dict[str, Any], to: Path, name: str) -> str:
    """Return what a cell gave: a picture, a table, or text."""
    if output["output_type"] == "stream":
        return _fenced(_text(output["text"]), "text")
    if output["output_type"] == "error":
        return _fenced(_COLOURS.sub("", "\n".join(output["traceback"])), "text")
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
    return _fenced(_text(data["text/plain"]), "text") if "text/plain" in data else ""


def _fenced(text: str, kind: str) -> str:
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", text) or [""]))
    return f"{fence}{kind}\n{text.rstrip()}\n{fence}" if text.strip() else ""


def _text(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)

"""Runs the notebooks of docs/notebooks, and stores what they show or says where it differs.

`python3 dev.py notebooks` runs all and stores them; tests/python/test_notebooks.py compares. A stored notebook carries
no time, path or random name: the same cells give the same bytes. Charts are stored as pictures, which every viewer
shows. A picture's texts are measured with the fonts of the machine, so that a chart is compared by what it is drawn
from.

A notebook `NAME.zh.ipynb` is `NAME.ipynb` in Chinese: other prose, the same cells of code behind `kh.set_lang("zh")`.
"""

from __future__ import annotations

import difflib
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs/notebooks"
SPEAKS_CHINESE = 'kh.set_lang("zh")\n'
# What is stored of an output, and compared: the first of these that it has.
KINDS = ("text/html", "image/svg+xml", "text/plain")
RENEW = "if that is as it should be, `python3 dev.py notebooks` stores it"

# Runs in the kernel before the first cell. The picture of a chart stands beside a digest of what it is drawn from.
_CHARTS = """
def _kaohe_charts(draw):
    import hashlib, json, re, altair, vl_convert
    from kaohe.plot.style import no_font

    def still(spec, **_):
        spec = {key: value for key, value in spec.items() if key != "$schema"}
        text = json.dumps(spec, sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        svg = ""
        if draw:
            if lacking := no_font(spec):
                raise RuntimeError(lacking)
            # Vega numbers what it clips by all charts of a process.
            svg = vl_convert.vegalite_to_svg(spec)
            names = {name: f"c{digest}-{i}" for i, name in enumerate(dict.fromkeys(re.findall(r'id="([^"]+)"', svg)))}
            for name, own in names.items():
                svg = svg.replace(f'id="{name}"', f'id="{own}"').replace(f"url(#{name})", f"url(#{own})")
        return {"image/svg+xml": svg, "text/plain": "chart"}, {"image/svg+xml": {"chart": digest}}

    altair.renderers.register("kaohe-still", still)
    altair.renderers.enable("kaohe-still")
"""


def found() -> list[Path]:
    """Return the notebooks, in order."""
    return sorted(FOLDER.glob("*.ipynb"))


def executed(path: Path, *, draw: bool) -> Any:
    """Return a notebook with what its cells show now, in the form that is stored."""
    book = nbformat.read(path, as_version=4)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    for cell in code:
        cell.outputs, cell.execution_count = [], None
    with tempfile.TemporaryDirectory() as folder:
        # What a notebook reads lies beside it; what it writes is gone afterwards.
        for file in FOLDER.iterdir():
            if file.is_file() and file.suffix != ".ipynb":
                shutil.copy(file, folder)
        charts = any("plot" in cell.source for cell in code)
        lines = [f"exec({f'{_CHARTS}_kaohe_charts({draw})'!r})"] if charts else []
        client = NotebookClient(
            book,
            timeout=300,
            kernel_name="python3",
            coalesce_streams=True,
            record_timing=False,
            resources={"metadata": {"path": folder}},
            extra_arguments=[f"--IPKernelApp.exec_lines={line}" for line in lines],
        )
        language = os.environ.pop("KAOHE_LANG", None)
        try:
            client.execute()
        except CellExecutionError as error:
            cell = next(i for i, cell in enumerate(book.cells) if any(o.output_type == "error" for o in _outputs(cell)))
            raise AssertionError(f"{path.name}, cell {cell} fails: {error.ename}: {error.evalue}") from error
        finally:
            if language is not None:
                os.environ["KAOHE_LANG"] = language
    return stored(book)


def stored(book: Any) -> Any:
    """Return a notebook in the form that is stored: names of cells by their place, and nothing of the machine."""
    book = nbformat.from_dict(book)
    book.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    book.nbformat, book.nbformat_minor = 4, 5
    count = 0
    for number, cell in enumerate(book.cells):
        cell.id, cell.metadata = f"cell-{number}", {}
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = count
                if "data" in output:
                    kind = next(kind for kind in KINDS if kind in output.data)
                    output.data = {kind: output.data[kind]}
    return book


def text(book: Any) -> str:
    """Return the file of a notebook."""
    return nbformat.writes(book, indent=1, ensure_ascii=False) + "\n"


def differences(path: Path, now: Any) -> list[str]:
    """Return where a notebook shows another thing than what is stored."""
    before = nbformat.read(path, as_version=4)
    said = []
    for number, (old, new) in enumerate(zip(before.cells, now.cells, strict=True)):
        lines = [_shown(_outputs(cell)) for cell in (old, new)]
        if lines[0] != lines[1]:
            first = next(iter(new.source.splitlines()), "")
            changed = list(difflib.unified_diff(*lines, "stored", "now", lineterm="", n=0))[:20]
            said.append("\n".join([f"{path.name}, cell {number} ({first}) shows another thing; {RENEW}", *changed]))
    return said


def _outputs(cell: Any) -> list[Any]:
    return list(cell.get("outputs", []))


def _shown(outputs: list[Any]) -> list[str]:
    """Return what outputs say, line by line; of a chart what it is drawn from."""
    lines = []
    for output in outputs:
        if output.output_type == "stream":
            lines += [output.name, *output.text.splitlines()]
            continue
        for kind, content in sorted(output.get("data", {}).items()):
            drawn = output.metadata.get(kind, {}).get("chart")
            # A line of a page is long: each element of it is one here.
            lines += [kind, *([f"chart {drawn}"] if drawn else re.sub(r"(?=<(?!/))", "\n", content).splitlines())]
    return lines


def main() -> None:
    """Run the notebooks that are named, in both languages, or all, and store them."""
    names = sys.argv[1:]
    for path in found():
        if not names or path.name.removesuffix(".ipynb").removesuffix(".zh") in names:
            path.write_text(text(executed(path, draw=True)), encoding="utf-8", newline="\n")
            print(path.relative_to(ROOT), f"{path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()

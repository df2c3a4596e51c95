"""Every notebook of docs/notebooks runs, and shows what is stored in it."""

import importlib.util
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("notebooks", ROOT / "tools/notebooks.py")
notebooks = importlib.util.module_from_spec(spec)
spec.loader.exec_module(notebooks)
# Warnings of Jupyter's own are not ours; those of a cell would stand in its output.
pytestmark = pytest.mark.filterwarnings("default")
books = pytest.mark.parametrize("path", notebooks.found(), ids=lambda path: path.name.removesuffix(".ipynb"))


@books
def test_shows_what_is_stored(path):
    differ = notebooks.differences(path, notebooks.executed(path, draw=False))
    assert not differ, "\n\n".join(differ)


@books
def test_stored_without_time_place_or_chance(path):
    text = path.read_text(encoding="utf-8")
    book = nbformat.reads(text, as_version=4)
    nbformat.validate(book)
    assert text == notebooks.text(notebooks.stored(book)), "run `python3 dev.py notebooks`"
    assert not re.search(r"/(home|root|tmp|Users|work)/|0x[0-9a-f]{6,}", text)
    assert path.stat().st_size < 300_000
    # What goes wrong on standard error (warnings) is no part of a story.
    assert not [o for cell in book.cells for o in cell.get("outputs", []) if o.get("name") == "stderr"]


@books
def test_links_lead_to_files(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            for target in re.findall(r"\]\((?!https?:)([^)#]+)", cell.source):
                assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", sorted(notebooks.FOLDER.glob("*.zh.ipynb")), ids=lambda path: path.name)
def test_chinese_runs_the_same_cells(path):
    english = path.with_name(path.name.replace(".zh.", "."))
    cells = [
        [(cell.cell_type, cell.source if cell.cell_type == "code" else "") for cell in nbformat.read(p, 4).cells]
        for p in (english, path)
    ]
    spoken = notebooks.SPEAKS_CHINESE
    assert sum(spoken in source for _, source in cells[1]) == 1
    assert cells[0] == [(kind, source.replace(spoken, "")) for kind, source in cells[1]]


def test_a_difference_names_its_cell(tmp_path):
    cells = [nbformat.v4.new_markdown_cell("# A"), nbformat.v4.new_code_cell("print(1 + 1)")]
    path = tmp_path / "a.ipynb"
    path.write_text(notebooks.text(notebooks.stored(nbformat.v4.new_notebook(cells=cells))), encoding="utf-8")
    now = nbformat.read(path, 4)
    now.cells[1].outputs = [nbformat.v4.new_output("stream", name="stdout", text="2\n")]
    assert notebooks.differences(path, now) == [
        "a.ipynb, cell 1 (print(1 + 1)) shows another thing; if that is as it should be, `python3 dev.py notebooks`"
        " stores it\n--- stored\n+++ now\n@@ -0,0 +1,2 @@\n+stdout\n+2"
    ]


def test_a_chart_is_compared_by_what_it_is_drawn_from(tmp_path):
    def book(digest, svg):
        shown = nbformat.v4.new_output(
            "display_data", {"image/svg+xml": svg}, metadata={"image/svg+xml": {"chart": digest}}
        )
        return notebooks.stored(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("c", outputs=[shown])]))

    path = tmp_path / "a.ipynb"
    path.write_text(notebooks.text(book("12", "<svg/>")), encoding="utf-8")
    assert notebooks.differences(path, book("12", "")) == []
    assert "-chart 12\n" in notebooks.differences(path, book("13", ""))[0] + "\n"


def test_an_error_names_its_cell(tmp_path):
    cells = [nbformat.v4.new_code_cell("1"), nbformat.v4.new_code_cell("1 / 0")]
    path = tmp_path / "a.ipynb"
    path.write_text(notebooks.text(notebooks.stored(nbformat.v4.new_notebook(cells=cells))), encoding="utf-8")
    with pytest.raises(AssertionError, match=r"^a.ipynb, cell 1 fails: ZeroDivisionError: division by zero$"):
        notebooks.executed(path, draw=False)

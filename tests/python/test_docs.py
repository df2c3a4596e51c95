"""Every example of the documentation runs."""

import contextlib
import io
import os
import re
import shlex
from pathlib import Path

import pytest

from kaohe.cli import main

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted(ROOT.glob("README*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", re.M | re.S)


def blocks(page, *kinds):
    return [(kind, text) for kind, text in FENCE.findall(page.read_text(encoding="utf-8")) if kind in kinds]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_examples_run_from_top_to_bottom(page, tmp_path, monkeypatch):
    """Blocks of one page share their names, and the files they write; a toml block is the file scheme.toml."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()) as out:
        for kind, text in blocks(page, "python", "toml", "console"):
            if kind == "toml":
                Path("scheme.toml").write_text(text, encoding="utf-8")
            elif kind == "console":
                for line in re.findall(r"^\$ kaohe (.*)$", text, re.M):
                    words, _, target = line.partition(" > ")
                    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(io.StringIO()):
                        code = main(shlex.split(words, comments=True))
                    assert code == 0, line
                    if target:
                        Path(target.strip()).write_text(said.getvalue(), encoding="utf-8")
            else:
                exec(compile(text, str(page), "exec"), names)
    assert out.getvalue() or not blocks(page, "python")


def test_pages_name_no_file_that_is_not_there():
    for page in PAGES:
        for target in re.findall(r"\]\((?!http|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert os.path.exists(page.parent / target), f"{page.name}: {target}"

"""Every example of the documentation runs, and prints what the page shows."""

import ast
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
FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```\n*(?:^```(text)\n(.*?)^```)?", re.M | re.S)


def blocks(page, *kinds):
    """The blocks of these kinds, each with the block of text that follows at once: what it prints."""
    found = FENCE.findall(page.read_text(encoding="utf-8"))
    return [(kind, text, printed) for kind, text, _, printed in found if kind in kinds]


def commands(text):
    return re.findall(r"^\$ kaohe (.*)$", text, re.M)


def essence(page):
    """What the examples of a page do, whatever their comments and their language are."""
    done = []
    for kind, text, printed in blocks(page, "python", "toml", "console"):
        if kind == "python":
            said = [ast.unparse(statement) for statement in ast.parse(text).body]
            done += [one for one in said if not re.fullmatch(r"kh\.set_lang\(.*\)", one)]
        else:
            done += commands(text) if kind == "console" else re.sub(r"\s+(#.*)?$", "", text, flags=re.M).splitlines()
        done.append(printed)
    return done


def run_again(page):
    """Whether the examples are others than those of the English page of the same name."""
    english = page.parent.parent / page.name
    return page.parent.name != "zh" or not english.exists() or essence(page) != essence(english)


def agrees(printed, shown):
    """Whether a page shows what was printed: a line … stands for any lines, and lines may be broken anywhere."""
    parts = ["".join(part.split()) for part in re.split(r"^…\n", shown, flags=re.M)]
    printed = "".join(printed.split())
    if len(parts) == 1:
        return printed == parts[0]
    end = 0
    for part in parts[:-1]:
        start = printed.find(part, end)
        if start < 0 or (end == 0 and start > 0):
            return False
        end = start + len(part)
    return printed[end:].endswith(parts[-1])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_examples_run_from_top_to_bottom(page, tmp_path, monkeypatch):
    """Blocks of one page share their names, and the files they write; a toml block is the file scheme.toml."""
    if not run_again(page):
        return  # a translation of examples that run already
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()) as out:
        for kind, text, shown in blocks(page, "python", "toml", "console"):
            before = len(out.getvalue())
            if kind == "toml":
                Path("scheme.toml").write_text(text, encoding="utf-8")
            elif kind == "console":
                for line in commands(text):
                    words, _, target = line.partition(" > ")
                    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(io.StringIO()):
                        code = main(shlex.split(words, comments=True))
                    assert code == 0, line
                    if target:
                        Path(target.strip()).write_text(said.getvalue(), encoding="utf-8")
            else:
                exec(compile(text, str(page), "exec"), names)
                printed = out.getvalue()[before:]
                assert not shown or agrees(printed, shown), f"{text}\nprints\n{printed}"
    assert out.getvalue() or not blocks(page, "python")


def test_what_a_page_shows_is_compared():
    assert agrees("甲市  1\n乙市  2\n", "甲市 1\n  乙市\n2\n")
    assert agrees("a\nb\nc\nd\n", "a\n…\nd\n")
    assert not agrees("a\nb\n", "a\nc\n")
    assert not agrees("a\nb\n", "b\n…\n")
    assert not agrees("a\nb\nc\n", "a\n…\nb\n")


def test_pages_name_no_file_that_is_not_there():
    for page in PAGES:
        for target in re.findall(r"\]\((?!http|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert os.path.exists(page.parent / target), f"{page.name}: {target}"


def test_chinese_pages_lead_to_chinese_pages():
    for page in (ROOT / "docs" / "zh").glob("*.md"):
        for target in re.findall(r"\]\(\.\./([\w-]+\.md)\)", page.read_text(encoding="utf-8")):
            there = target != page.name and (page.parent / target).exists()
            assert not there, f"{page.name}: {target} is there in Chinese"

"""The page of promises names tests that are there, and the README claims nothing beyond it."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/promises.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([\w./]+)::(\w+)`", PAGE)))


@pytest.mark.parametrize(("file", "name"), NAMED, ids=lambda part: Path(part).name)
def test_every_promise_names_tests_that_are_there(file, name):
    text = (ROOT / file).read_text(encoding="utf-8")
    assert re.search(rf"^\s*(?:fn|def) {name}\(", text, re.M)


def test_every_promise_names_a_test():
    rows = [line for line in PAGE.splitlines() if line.startswith("|") and not line.startswith(("| promise", "|---"))]
    assert len(rows) > 30
    assert [row for row in rows if not re.search(r"\| `[\w./]+::\w+`[^|]* \|$", row)] == []


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md", "docs/index.md"])
def test_every_front_page_leads_to_the_promises(page):
    assert "promises.md)" in (ROOT / page).read_text(encoding="utf-8")


def test_every_fuzz_target_has_seeds():
    for target in tomllib.loads((ROOT / "fuzz/Cargo.toml").read_text(encoding="utf-8"))["bin"]:
        assert (ROOT / "fuzz" / target["path"]).is_file()
        seeds = list((ROOT / "fuzz/corpus" / target["name"]).iterdir())
        assert seeds
        # Tens of KiB a target, so that a clone stays small.
        assert sum(seed.stat().st_size for seed in seeds) < 128 << 10


def test_the_chinese_page_promises_the_same():
    chinese = (ROOT / "docs/zh/promises.md").read_text(encoding="utf-8")
    pages = [[re.findall(r"`[\w./]+::\w+`", line) for line in page.splitlines()] for page in (PAGE, chinese)]
    english, translated = ([tests for tests in page if tests] for page in pages)
    assert english == translated

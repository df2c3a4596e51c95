"""Links of the documentation lead somewhere: files, pictures, headings; and the site has a place for every page."""

import ast
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def module(name: str) -> ModuleType:
    """Return a module of the site's tools that needs nothing but Python."""
    spec = importlib.util.spec_from_file_location(f"site_{name}", ROOT / f"tools/site/{name}.py")
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found
    spec.loader.exec_module(found)
    return found


links = module("links")


def broken(page: Path, text: str) -> list[str]:
    found = []
    for image, target in links.links(text):
        if target.startswith(("http:", "https:", "mailto:")):
            continue
        file, _, anchor = target.partition("#")
        to = page.parent / file if file else page
        if not to.exists():
            found.append(f"{page.relative_to(ROOT)}: {target} is not there")
        elif anchor and not image and to.suffix == ".md":
            known = links.anchors(text if to == page else to.read_text(encoding="utf-8"))
            if anchor not in known:
                found.append(f"{page.relative_to(ROOT)}: {target}: no such heading")
    return found


def test_every_link_leads_somewhere() -> None:
    assert [line for page in PAGES for line in broken(page, page.read_text(encoding="utf-8"))] == []


def test_a_broken_link_is_found_and_code_is_none() -> None:
    page = ROOT / "docs/index.md"
    text = "# A b\n[x](nothing.md) [y](#a-b) [z](#c) [`k`](data.md#nowhere) `[c](no.md)`\n```text\n[d](no.md)\n```\n"
    assert broken(page, text) == [
        "docs/index.md: nothing.md is not there",
        "docs/index.md: #c: no such heading",
        "docs/index.md: data.md#nowhere: no such heading",
    ]


def test_the_site_has_a_place_for_every_page() -> None:
    tree = ast.parse((ROOT / "tools/site/conf.py").read_text(encoding="utf-8"))
    nav = next(node.value for node in tree.body if isinstance(node, ast.AnnAssign) and node.target.id == "NAV")
    placed = {page[0] for _, pages in ast.literal_eval(nav) for page in pages}
    assert {path.stem for folder in ("docs", "docs/zh") for path in (ROOT / folder).glob("*.md")} - placed == set()

"""Draw the gallery of rules: `python3 dev.py gallery`.

What is drawn stands in docs/rules.md: the scheme at the top, and under each heading the points of one rule. A picture
keeps the digest of the numbers that it shows, by which a test finds one that is out of date.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kaohe as kh

ROOT = Path(__file__).resolve().parents[1]
PAGES = {"en": ROOT / "docs/rules.md", "zh": ROOT / "docs/zh/rules.md"}
PICTURES = {"en": ROOT / "docs/images/rules", "zh": ROOT / "docs/images/rules/zh"}


def rules(lang: str = "en") -> Iterator[tuple[str, str]]:
    """Yield the name of every rule on a page, and its lines of a scheme."""
    text = PAGES[lang].read_text(encoding="utf-8")
    for section in re.split(r"^## ", text, flags=re.M)[1:]:
        name, lines = re.match(r"`(\w+)`", section), re.search(r"^```toml\n(.*?)^```", section, re.M | re.S)
        if name and lines:
            yield name[1], lines[1]


def scheme(points: str) -> kh.Scheme:
    """Return the scheme at the top of the page with other points."""
    top = re.search(r"^```toml\n(.*?)^points = .*?^```", PAGES["en"].read_text(encoding="utf-8"), re.M | re.S)
    if top is None:
        raise SystemExit(f"{PAGES['en']}: expected a scheme that ends with points")
    return kh.Scheme.from_toml(top[1] + points)


def curve(points: str) -> Any:
    """Return how the provinces are scored."""
    df = kh.datasets.load("china-provinces")
    return scheme(points).assess(df, entity="province", period="year").curve("rd_intensity", 2022)


def digest(answer: Any) -> str:
    """Return the digest of what a picture shows."""
    return hashlib.sha256(answer.to_json().encode()).hexdigest()


def main() -> None:
    """Draw every rule in both languages."""
    for lang, folder in PICTURES.items():
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.svg"):
            old.unlink()
        for name, points in rules():
            answer, file = curve(points), folder / f"{name}.svg"
            answer.plot(lang=lang).save(file)
            drawn = file.read_text(encoding="utf-8").rstrip()
            file.write_text(f"{drawn}\n<!-- {digest(answer)} -->\n", encoding="utf-8")


if __name__ == "__main__":
    main()

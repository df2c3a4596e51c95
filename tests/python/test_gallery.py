"""The gallery has every rule, with lines that a scheme takes and the picture of what they do."""

import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("gallery", ROOT / "tools" / "gallery.py")
gallery = importlib.util.module_from_spec(spec)
spec.loader.exec_module(gallery)
# What is drawn stands on the English page.
RULES = dict(gallery.rules())


def rules_of_the_schema():
    definitions = json.loads((ROOT / "docs" / "scheme.schema.json").read_text(encoding="utf-8"))["$defs"]
    return {part["properties"]["rule"]["const"] for of in ("Leaf", "Combinator") for part in definitions[of]["oneOf"]}


def test_every_rule_is_on_both_pages():
    assert set(RULES) == rules_of_the_schema()
    assert dict(gallery.rules("zh")) == RULES


@pytest.mark.parametrize("name", RULES)
def test_a_picture_shows_what_the_rule_does(name):
    digest = gallery.digest(gallery.curve(RULES[name]))
    for folder in gallery.PICTURES.values():
        drawn = (folder / f"{name}.svg").read_text(encoding="utf-8")
        assert drawn.endswith(f"<!-- {digest} -->\n"), "draw it again: python3 dev.py gallery"


def test_there_is_no_other_picture():
    for folder in gallery.PICTURES.values():
        assert {path.stem for path in folder.glob("*.svg")} == set(RULES)

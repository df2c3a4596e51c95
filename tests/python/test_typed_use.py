"""What a type checker knows of the answers: every class of them, and every field, in code as a user writes it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import typed_use
from kaohe.answer import Answer, Fact

ROOT = Path(__file__).resolve().parents[2]
USE = ROOT / "tests/python/typed_use.py"


def classes(of=Answer):
    """All classes of answers; those with an underscore are parts of others."""
    for made in of.__subclasses__():
        yield made
        yield from classes(made)


def used():
    """The fields that the user's code takes of each class: each function has one answer."""
    found = {}
    for function in ast.parse(USE.read_text(encoding="utf-8")).body:
        if isinstance(function, ast.FunctionDef) and function.args.args:
            of = ast.unparse(function.args.args[0].annotation).split(".")[-1]
            fields = {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}
            found.setdefault(of, set()).update(fields)
    return found


def test_every_field_of_every_answer_is_used():
    taken = used()
    public = [made for made in classes() if not made.__name__.startswith("_")]
    assert len(public) >= 22
    for made in public:
        fields = {name for parent in made.__mro__ for name, field in vars(parent).items() if isinstance(field, Fact)}
        fields |= {name for name, field in vars(made).items() if isinstance(field, property)}
        assert fields <= taken.get(made.__name__, set()), made


def test_what_is_typed_is_there():
    typed_use.main()


def test_mypy_knows_every_field():
    pytest.importorskip("mypy")
    words = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(USE)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

"""Formulas of methods, as LibreOffice computes them, are what the methods say (src/method/sheet_tests.rs)."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def test_formulas_of_methods(soffice: str) -> None:
    cargo = shutil.which("cargo")
    if cargo is None:
        pytest.skip("needs cargo")
    ran = subprocess.run(
        [cargo, "test", "--quiet", "--lib", "--all-features", "--locked", "method::sheet"],
        cwd=ROOT,
        env=os.environ | {"KAOHE_SOFFICE": str(soffice)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "6 passed" in ran.stdout

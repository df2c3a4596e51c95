"""What the tests of what people see need: a browser, and LibreOffice.

Neither comes with a package of Python. Where one is absent its tests are skipped, and the summary says so;
`python3 dev.py see` installs both and lets no test be skipped.
"""

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from kaohe.report import browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def _without(what: str) -> Any:
    """Skip, or fail where everything was to be there."""
    message = f"{what} is not installed; `python3 dev.py see` installs it and runs these tests"
    if os.environ.get("KAOHE_SEE"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def soffice() -> str:
    """LibreOffice, which calculates workbooks and prints documents without a window."""
    return shutil.which("soffice") or shutil.which("libreoffice") or _without("LibreOffice")


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """The system's Chromium, driven by Playwright; one for all tests, each opens pages of its own."""
    found = browser() or _without("Chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        _without("Playwright")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()

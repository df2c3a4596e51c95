"""The report on paper: its page printed by a browser."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from kaohe.errors import ArgumentError
from kaohe.language import either

__all__ = ["BROWSERS", "browser", "printed"]

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")


def browser() -> str | None:
    """Return the first browser of the system that prints without a window; None if there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def printed(page: str) -> bytes:
    """Return a page as a PDF, printed by a browser without a window."""
    found = browser()
    if found is None:
        raise ArgumentError(
            either(
                "写 PDF 需要 Chromium（Debian：apt-get install chromium）；也可写成 .html，再由浏览器打印",
                "a PDF needs Chromium (Debian: apt-get install chromium); or write .html and print it with a browser",
            )
        )
    with tempfile.TemporaryDirectory() as folder:
        source, to = Path(folder) / "report.html", Path(folder) / "report.pdf"
        source.write_text(page, encoding="utf-8")
        flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={folder}/profile",
            "--no-pdf-header-footer",
        ]
        command = [found, *flags, f"--print-to-pdf={to}", source.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode or not to.exists():
            raise ArgumentError(
                either(f"浏览器没有写出 PDF：{done.stderr[-300:]}", f"the browser wrote no PDF: {done.stderr[-300:]}")
            )
        return to.read_bytes()

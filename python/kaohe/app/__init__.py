"""A page that answers: a result in a browser (`Result.open`, `kaohe open`) or in a notebook (`Result.explore`).

One component in JavaScript, which lays out and sends what was changed, and one function in Python, which answers it
from the core (`kaohe.app.answering`). The page is served on this machine only (`pip install 'kaohe[app]'`).
"""

from kaohe.app.server import Page, open_page
from kaohe.app.widget import explore

__all__ = ["Page", "explore", "open_page"]

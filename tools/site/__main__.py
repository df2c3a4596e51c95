"""Build the documentation site: `python3 dev.py docs [FOLDER]`.

English at the top, Chinese in zh/, the Rust documentation in rust/. It works from the file system, and asks nothing of
a network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import checks
import notebooks
from pages import Pages

HERE, ROOT = Path(__file__).resolve().parent, Path(__file__).resolve().parents[2]


def main(folder: str = "site") -> None:
    """Build everything, then hold it against itself."""
    site, work = ROOT / folder, ROOT / "target/site"
    shutil.rmtree(site, ignore_errors=True)
    for lang, to in (("en", site), ("zh", site / "zh")):
        Pages(lang, work / lang).write()
        html(work, lang, to)
        if (work / lang / "files").exists():
            shutil.copytree(work / lang / "files", to / "files")
        notebooks.hand_out(work / lang, to)
    rust(work, site / "rust")
    found = checks.problems(site)
    pages = len(list(site.glob("*.html"))) + len(list((site / "zh").glob("*.html")))
    if found:
        sys.exit("\n".join(found) + f"\n{len(found)} problems")
    print(f"{folder}/index.html, {folder}/zh/index.html: {pages} pages, every link leads somewhere")


def html(work: Path, lang: str, to: Path) -> None:
    """Run Sphinx; what it warns of is an error."""
    words = ["-q", "-W", "--keep-going", "-b", "html", "-c", HERE, "-d", work / f"{lang}.doctrees", work / lang, to]
    environment = {
        **os.environ,
        "KAOHE_SITE_LANG": lang,
        "PYTHONPATH": os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")]),
    }
    done = subprocess.run([sys.executable, "-m", "sphinx", *map(str, words)], cwd=ROOT, env=environment, check=False)
    if done.returncode:
        sys.exit(done.returncode)
    (to / ".buildinfo").unlink(missing_ok=True)


def rust(work: Path, to: Path) -> None:
    """Have cargo write what the crate says of itself."""
    cargo = ["cargo", "doc", "--package", "kaohe", "--no-deps", "--all-features", "--locked", "--quiet"]
    subprocess.run(cargo, cwd=ROOT, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    shutil.copytree(target / "doc", to, ignore=shutil.ignore_patterns(".lock"))


if __name__ == "__main__":
    main(*sys.argv[1:])

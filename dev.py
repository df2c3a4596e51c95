#!/usr/bin/env python3
"""Everything a developer runs, from a fresh clone: needs Python ≥ 3.11 and cargo, nothing else.

python3 dev.py demo     install kaohe into .venv and show what it does
python3 dev.py test     every check: rust, python, types, style (what CI runs)
python3 dev.py rust     only cargo: fmt, clippy, tests, doctests, sets of features
python3 dev.py python   only Python: pytest, doctests, mypy, stubtest, ruff
python3 dev.py quick    what takes seconds: style, types, unit tests of how things are said, the Python surface
python3 dev.py build    only build and install into .venv
python3 dev.py screenshots [FOLDER]
                        pictures of what a notebook shows, light and dark (screenshots/); needs Chromium
python3 dev.py gallery  draw the curve of every rule again (docs/images/rules)
python3 dev.py see      open pages in Chromium and workbooks in LibreOffice (tests/python/see); installs both on Debian
python3 dev.py notebooks [NAME …]
                        run the notebooks of docs/notebooks and store what they show; pictures need a Chinese font
python3 dev.py docs [FOLDER]
                        build the documentation site (site/), in English and Chinese, to be opened from the file system
python3 dev.py reference [N]
                        compare N random schemes (10,000) with the second implementation, in exact fractions
python3 dev.py fuzz [SECONDS]
                        run every fuzz target for so many seconds (600), two at a time
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
WASM = "wasm32-unknown-unknown"
# CI builds once: what is compiled for the Rust tests serves the Python module too, and debuggers need nothing.
ONCE = {"MATURIN_PEP517_ARGS": "--profile dev", "CARGO_PROFILE_DEV_DEBUG": "0", "CARGO_INCREMENTAL": "0"}
# What opens pages and workbooks, by command: packages of Debian.
SEEN_BY = {
    "chromium": "chromium",
    "soffice": "libreoffice-calc",
    "lowriter": "libreoffice-writer",
    "fc-list": "fontconfig",
}
FEATURES = ["--workspace", "--all-features", "--locked"]


def run(*command: object, **environment: str) -> None:
    """Run a command in the project, show it, stop where it fails."""
    words = [str(word) for word in command]
    print("$", *(os.path.relpath(w, ROOT) if w.startswith(str(ROOT)) else w for w in words), flush=True)
    began = time.monotonic()
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    done = subprocess.run(words, cwd=ROOT, env={**os.environ, "PATH": path, **environment}, stdin=subprocess.DEVNULL)
    print(f"  {time.monotonic() - began:.0f} s", flush=True)
    if done.returncode:
        sys.exit(done.returncode)


def pip(*words: object) -> None:
    """Install into .venv with the pip of this Python: Debian's venv has none of its own, and refuses the system's."""
    run(sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet", "--disable-pip-version-check", *words)


def state(*patterns: str) -> str:
    """Return a digest of the files that an installation depends on."""
    found = sorted(path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file())
    files = [path for path in found if path.suffix not in (".pyc", ".so")]
    return hashlib.sha256(b"\0".join(str(f).encode() + f.read_bytes() for f in files)).hexdigest()


def once(name: str, digest: str, *words: object) -> None:
    """Install unless the same was installed before."""
    stamp = VENV / f"kaohe-{name}.stamp"
    if not stamp.exists() or stamp.read_text() != digest:
        pip(*words)
        stamp.write_text(digest)


def build() -> None:
    """Make .venv and install the package into it, unless nothing has changed.

    A developer's is editable: Python is read where it is written, and only Rust is built again. CI installs the wheel.
    """
    if not PYTHON.exists():
        run(sys.executable, "-m", "venv", "--without-pip", VENV)
    rust = state("Cargo.*", "pyproject.toml", "src/**/*", "python/Cargo.toml", "python/src/**/*")
    if os.environ.get("CI"):
        once("package", rust + state("python/kaohe/**/*"), "--force-reinstall", "--no-deps", ROOT)
    else:
        # The module stands in the tree: what another build put there is not what was installed.
        once("package", "editable " + rust + modules(), "--force-reinstall", "--no-deps", "--editable", ROOT)
        (VENV / "kaohe-package.stamp").write_text("editable " + rust + modules())
    once("needs", state("pyproject.toml"), *project()["project"]["dependencies"])


def modules() -> str:
    """Return a digest of the compiled modules in the tree."""
    found = sorted(path for kind in ("so", "pyd") for path in (ROOT / "python/kaohe").glob(f"_kaohe*.{kind}"))
    return "".join(hashlib.sha256(path.read_bytes()).hexdigest() for path in found)


def checks() -> None:
    """Install what the tests and the checks need."""
    groups = project()["dependency-groups"]
    once("checks", state("pyproject.toml"), *groups["test"], *groups["check"])


def project() -> dict:
    """Return pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def rust() -> None:
    """Check the Rust side."""
    run("cargo", "fmt", "--all", "--check")
    run("cargo", "clippy", *FEATURES, "--all-targets", "--", "-D", "warnings")
    tests()
    features()


def tests(*words: str) -> None:
    """Run the Rust tests: with nextest, where it is installed, which lacks doctests.

    Properties draw the same cases each time, others by hand with another seed.
    """
    fixed = {"PROPTEST_RNG_SEED": "2026"}
    core = ["-p", "kaohe", "--all-features", "--locked"]
    if shutil.which("cargo-nextest"):
        run("cargo", "nextest", "run", "--no-fail-fast", "--status-level", "fail", *core, *words, **fixed)
        if not words:
            run("cargo", "test", "--doc", *core, **fixed)
    else:
        run("cargo", "test", *core, *words, **fixed)


def features() -> None:
    """Check the other sets of features; other targets and the oldest compiler where they are installed."""
    sets = {"none": ["--no-default-features"], "default": [], "wasm": ["--features", "json", "--target", WASM]}
    if WASM not in said("rustup", "target", "list", "--installed"):
        del sets["wasm"]
    for flags in sets.values():
        run("cargo", "clippy", "-p", "kaohe", "--locked", *flags, "--", "-D", "warnings")
    oldest = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["package"]["rust-version"]
    toolchain = next((word for word in said("rustup", "toolchain", "list").split() if word.startswith(oldest)), None)
    if toolchain:
        run(
            "cargo",
            f"+{toolchain}",
            "check",
            "-p",
            "kaohe",
            "--all-features",
            "--locked",
            CARGO_TARGET_DIR=str(ROOT / "target/oldest"),
        )


def said(*command: str) -> str:
    """Return what a command prints; nothing where it is not installed."""
    try:
        return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False).stdout
    except FileNotFoundError:
        return ""


def python() -> None:
    """Check the Python side, against the installed package."""
    build()
    checks()
    run(PYTHON, "-m", "pytest", "--numprocesses", "auto", "--dist", "worksteal", "tests/python")
    run(PYTHON, "-m", "pytest", "--doctest-modules", "--pyargs", "kaohe")
    run(PYTHON, "-m", "mypy")
    run(PYTHON, "-m", "mypy.stubtest", "kaohe._kaohe")
    run(PYTHON, "-m", "ruff", "check", ".")
    run(PYTHON, "-m", "ruff", "format", "--check", ".")


def quick() -> None:
    """Check what takes seconds where everything is built."""
    run("cargo", "fmt", "--all", "--check")
    run("cargo", "check", *FEATURES)
    tests("--lib", "report::")
    build()
    checks()
    run(PYTHON, "-m", "ruff", "check", ".")
    run(PYTHON, "-m", "ruff", "format", "--check", ".")
    run(PYTHON, "-m", "mypy")
    run(PYTHON, "-m", "pytest", "tests/python/test_surface.py", "tests/python/test_answers.py")


def screenshots(folder: str = "screenshots") -> None:
    """Take pictures of what a notebook shows."""
    build()
    run(PYTHON, "tools/screenshots.py", folder)


def gallery() -> None:
    """Draw the gallery of rules."""
    build()
    checks()
    run(PYTHON, "tools/gallery.py")


def see() -> None:
    """Test pages in a browser, and workbooks and documents in LibreOffice; nothing is skipped."""
    build()
    checks()
    once("see", state("pyproject.toml"), *project()["dependency-groups"]["see"])
    lacking = [package for command, package in SEEN_BY.items() if not shutil.which(command)]
    # Chinese labels of pictures need a font, which is no command.
    if lacking or "CJK" not in said("fc-list"):
        packages = [*lacking, "fonts-noto-cjk"]
        if not shutil.which("apt-get") or os.geteuid():
            sys.exit(f"install first (their names on Debian): {' '.join(packages)}")
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-qq", "--no-install-recommends", *packages, DEBIAN_FRONTEND="noninteractive")
    run(PYTHON, "-m", "pytest", "tests/python/see", KAOHE_SEE="1")


def notebooks(*names: str) -> None:
    """Run the notebooks that are named, or all, and store what they show."""
    build()
    checks()
    run(PYTHON, "tools/notebooks.py", *names)


def docs(folder: str = "site") -> None:
    """Build the documentation site; a broken link, or a page that asks a network for something, is an error."""
    build()
    once("docs", state("pyproject.toml"), *project()["dependency-groups"]["docs"])
    run(PYTHON, "tools/site", folder)


def demo() -> None:
    """Show what kaohe does."""
    build()
    run(BIN / "kaohe", "demo")


def reference(count: str = "10000") -> None:
    """Compare random schemes with the reference in tests/python/reference."""
    build()
    run(PYTHON, "-m", "reference", count, PYTHONPATH=str(ROOT / "tests/python"))


def fuzz(seconds: str = "600") -> None:
    """Run every fuzz target for so many seconds; the tables of Arrow are fuzzed from Python."""
    run(sys.executable, "fuzz/run.py", seconds)
    build()
    checks()
    run(PYTHON, "fuzz/arrow.py", seconds)


def test() -> None:
    """Run every check."""
    rust()
    python()


if __name__ == "__main__":
    if os.environ.get("CI"):
        os.environ |= ONCE
    verbs = {verb.__name__: verb for verb in (demo, test, rust, python, quick, build, see, gallery)}
    # These may be told how much, or where.
    counted = {"reference": reference, "fuzz": fuzz, "screenshots": screenshots, "docs": docs}
    words = sys.argv[1:]
    # These may be told any number of names.
    named = {"notebooks": notebooks}
    known = words and words[0] in {**verbs, **counted, **named}
    if not known or (words[0] not in named and len(words) > 1 + (words[0] in counted)):
        sys.exit(__doc__)
    {**verbs, **counted, **named}[words[0]](*words[1:])

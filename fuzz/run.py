#!/usr/bin/env python3
"""Builds the fuzz targets and runs each of them, two at a time.

python3 fuzz/run.py SECONDS [TARGET ...]

The targets are libFuzzer's, without a sanitizer: the core has no `unsafe`, so that what there is to find are panics,
overflows, failed assertions, and too much time or memory. Any toolchain does, with a C++ compiler for libFuzzer.

New inputs are kept in fuzz/target/corpus; an input that fails is written to fuzz/target/artifacts.
"""

import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

FUZZ = Path(__file__).resolve().parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", FUZZ / "target")).absolute()
NAMES = [b["name"] for b in tomllib.loads((FUZZ / "Cargo.toml").read_text(encoding="utf-8"))["bin"]]
COVERAGE = [
    "-Cpasses=sancov-module",
    *(f"-Cllvm-args=-sanitizer-coverage-{part}" for part in ("level=4", "inline-8bit-counters", "pc-table")),
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "--cfg=fuzzing",
]
# An input takes milliseconds; five minutes (of the wall clock) are a hang on a busy machine, too.
LIMITS = ["-timeout=300", "-rss_limit_mb=2048", "-max_len=4096", "-print_final_stats=1"]


def host() -> str:
    """Return the triple of this machine."""
    return re.search(r"^host: (.*)$", subprocess.check_output(["rustc", "-vV"], text=True), re.M)[1]


def unable() -> str:
    """Return why this machine cannot fuzz; nothing if it can."""
    if os.name == "nt":
        return "libFuzzer is run on Linux and macOS only"
    compilers = [os.environ.get("CXX", "c++"), "g++", "clang++"]
    return "" if any(map(shutil.which, compilers)) else "libFuzzer needs a C++ compiler"


def build() -> Path:
    """Build every target in one go; return the folder they are in."""
    began = time.monotonic()
    # With --target the flags are for the targets alone, not for build scripts and macros.
    command = ["cargo", "build", "--release", "--locked", "--target", host()]
    flags = " ".join([os.environ.get("RUSTFLAGS", ""), *COVERAGE]).strip()
    if subprocess.run(command, cwd=FUZZ, env={**os.environ, "RUSTFLAGS": flags}, check=False).returncode:
        sys.exit("the fuzz targets do not build")
    print(f"  built in {time.monotonic() - began:.0f} s", flush=True)
    return TARGET / host() / "release"


def run(folder: Path, name: str, seconds: int) -> bool:
    """Run a target; say what it did, and whether it held."""
    for place in ("corpus", "artifacts"):
        (TARGET / place / name).mkdir(parents=True, exist_ok=True)
    words = [f"-max_total_time={seconds}", f"-artifact_prefix={TARGET / 'artifacts' / name}/", *LIMITS]
    dictionary = FUZZ / "dictionaries" / f"{name}.dict"
    if dictionary.exists():
        words.append(f"-dict={dictionary}")
    command = [folder / name, TARGET / "corpus" / name, FUZZ / "corpus" / name, *words]
    done = subprocess.run(command, capture_output=True, cwd=FUZZ, check=False)
    log = done.stderr.decode(errors="replace")
    executions = re.search(r"number_of_executed_units: (\d+)", log)
    count = f"{int(executions[1]):,} executions" if executions else "ended early"
    print(f"  {name:12} {count}{'' if done.returncode == 0 else ', FAILED'}", flush=True)
    if done.returncode:
        says = re.search(r"panicked at.*(?:\n.*){4}|ERROR: libFuzzer.*", log)
        print(says[0] if says else log[-2000:], *re.findall(r"Test unit written to .*", log), sep="\n", flush=True)
    return done.returncode == 0


def main(seconds: int, names: list[str]) -> None:
    """Build and run."""
    if reason := unable():
        print(f"fuzzing skipped: {reason}")
        return
    folder = build()
    with concurrent.futures.ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        held = list(pool.map(lambda name: run(folder, name, seconds), names))
    if not all(held):
        sys.exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 600, sys.argv[2:] or NAMES)

#!/usr/bin/env python3
"""Writes the hand-made seeds of the corpus: the built-in schemes, the examples of the docs, numbers, units, periods.

python3 fuzz/seeds.py        what a fuzzer finds beyond these is merged by `python3 dev.py fuzz`
"""

import json
import re
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

NUMBERS = [
    "0",
    "-0",
    "1",
    "28.175",
    "1e-3",
    "-12.50",
    "+5",
    ".5",
    "5.",
    "0.1",
    "1e308",
    "4.9e-324",
    "1e-400",
    "9007199254740993",
    "0e-2147483648",
    "1e400",
    "123456789012345678901234567890.5",
    "2.5e-1",
    "99.995",
]
UNITS = [
    "元",
    "亿元",
    "家/万家",
    "吨标准煤/万元",
    "元/人·年",
    "件*人",
    "米^2",
    "%",
    "‰",
    "百分点",
    "万亿元",
    "千元",
    "标准亩\n标准亩=亩*1.25\n1",
    "平方公里",
    "亩",
    "人次",
    "kW·h",
]
PERIODS = [
    "2023",
    "2023年",
    "2023H1",
    "2023上半年",
    "2023Q1",
    "2023年第1季度",
    "2023-03",
    "2023年3月",
    "202303",
    "2023-03-31",
    "２０２３年",
    "20230331",
    "2023-03-31T00:00:00",
    "2023年一季度",
    "0000",
    "9999-12",
]
FORMULAS = [
    "a / b",
    "n / k",
    "if(is_missing(a), prev(a), a)",
    "growth(m)",
    "share(k) > 0.1 and 甲 < 2",
    "a > 0 or b < 0.1",
    "clamp(60 + 10 * (a - b) / c, 0, 100)",
    "mean(m, 2) / total(p)",
    "(1 + 甲) * k",
    "1 - 甲",
    "round(a / 3, 1) ^ 2",
    "m + n > 20000",
    "m > 20 [亿元]",
    "a × b ÷ c ≤ 1",
    "sqrt(a * b) + ln(c)",
    "not (a == b) and -c ^ 2 < 0",
    "score(a) / 2",
    "min(a, b, c) - max(甲, 乙)",
]


def write(target: str, seeds: list[bytes]) -> None:
    """Write the seeds of a target."""
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    for k, seed in enumerate(seeds):
        (folder / f"seed-{k:02}").write_bytes(seed)


def schemes() -> list[str]:
    """Return the smaller built-in schemes and the whole schemes of the docs."""
    builtin = sorted((ROOT / "src/scheme/builtin").glob("*.toml"), key=lambda path: path.stat().st_size)
    texts = [path.read_text(encoding="utf-8") for path in builtin[:6]]
    for page in ("scheme-format.md", "index.md"):
        found = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.S)
        texts += [text for text in found if text.startswith("kaohe")]
    # Comments and blank lines are nothing to a parser's corpus.
    return [re.sub(r"(?m)[ \t]+#[^\"\n]*$|^#.*\n|^\n", "", text) for text in texts]


def main() -> None:
    """Write every seed."""
    texts = schemes()
    write("scheme_toml", [text.encode() for text in texts])
    write("scheme_json", [json.dumps(tomllib.loads(t), ensure_ascii=False, default=str).encode() for t in texts])
    write("formula", [b"\0" + text.encode() + b"\0" + bytes(range(48)) for text in FORMULAS])
    write("number", [b"\0" + text.encode() for text in NUMBERS] + [bytes([1, k, *range(9)]) for k in range(5)])
    write("unit", [text.encode() for text in UNITS])
    write("period", [text.encode() for text in PERIODS])
    # What is drawn from bytes needs many of them: three fixed pseudo-random strings, no state of anything.
    for target, length in (("panel", 700), ("questions", 700), ("planning", 200)):
        noise = [bytes((k * k * 31 + k * 7 * s + s * 101) % 251 for k in range(length)) for s in range(3)]
        write(target, noise)


if __name__ == "__main__":
    main()

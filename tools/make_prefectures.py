"""Make ``prefectures-synthetic``: 14 invented prefectures × 2019-2023.

    python3 tools/make_prefectures.py [OUT_FOLDER]

SYNTHETIC: no number here was measured, no city exists. Magnitudes are those of a western province of China, so that
ratios, points and ranks look as they do in practice. Seeded; standard library only; the same bytes on every machine.
Written in on purpose, because methods must be shown to cope: one prefecture that grows from a low base, one whose
high-tech firms grow more slowly than its enterprises, and one with a drop in a single year.
"""

import csv
import random
import sys
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "python" / "kaohe" / "datasets"
SEED = 20230101
YEARS = range(2019, 2024)
STEMS = "甲乙丙丁戊己庚辛壬癸子丑寅卯"
# GDP in 2019 (亿元), index, R&D %, budget share of GDP, S&T share %, contracts %, enterprises per 亿元, hi-tech ‱
LEVELS = {
    "甲": (2830, 70.5, 2.35, 0.17, 2.6, 5.6, 31, 128),
    "乙": (610, 58.2, 1.35, 0.44, 1.1, 4.6, 22, 62),
    "丙": (480, 52.0, 0.92, 0.52, 0.9, 2.9, 25, 48),
    "丁": (445, 54.8, 1.02, 0.41, 1.0, 3.6, 27, 66),
    "戊": (335, 63.9, 2.75, 0.21, 1.9, 3.1, 17, 118),
    "己": (285, 61.4, 1.92, 0.19, 1.5, 2.6, 21, 104),
    "庚": (620, 57.1, 1.18, 0.36, 1.2, 3.9, 24, 58),
    "辛": (455, 46.3, 0.55, 0.68, 0.7, 2.2, 19, 31),
    "壬": (740, 49.7, 0.61, 0.46, 0.8, 2.4, 18, 36),
    "癸": (480, 51.5, 0.98, 0.47, 1.0, 3.3, 26, 51),
    "子": (420, 44.8, 0.48, 0.83, 0.6, 1.9, 16, 27),
    "丑": (385, 42.6, 0.41, 0.88, 0.5, 1.6, 17, 22),
    "寅": (305, 41.9, 0.33, 0.99, 0.6, 1.4, 20, 24),
    "卯": (205, 40.2, 0.28, 1.12, 0.4, 1.1, 15, 18),
}
# Growth a year of GDP, and by how much faster each numerator grows than what it is divided by.
TREND = {
    "gdp": 1.072,
    "rd": 1.035,
    "budget": 0.985,
    "fiscal_st": 1.06,
    "contracts": 1.13,
    "enterprises": 1.06,
    "hitech": 1.07,
}
RISING, DILUTED, DROPPED = "丙", "壬", "庚"


def rows() -> list[dict[str, str]]:
    """Return the table, ordered by year and prefecture."""
    chance = random.Random(SEED)

    def noise(spread: float) -> float:
        # From `random()` alone, the one method whose sequence Python promises to keep.
        return 1 + spread * (2 * chance.random() - 1)

    table = []
    for step, year in enumerate(YEARS):
        for stem in STEMS:
            gdp0, index0, rd, budget, st, contracts, enterprises, hitech = LEVELS[stem]
            rising = 1.09**step if stem == RISING else 1.0
            diluted = 0.88**step if stem == DILUTED else 1.0
            drop = 0.72 if stem == DROPPED and year == 2021 else 1.0
            gdp = round(gdp0 * TREND["gdp"] ** step * noise(0.012), 1)
            spent = gdp * budget * TREND["budget"] ** step * noise(0.02)
            firms = round(gdp * enterprises * TREND["enterprises"] ** step * noise(0.015))
            certified = firms / 1e4 * hitech * TREND["hitech"] ** step * diluted * rising * noise(0.03)
            table.append(
                {
                    "prefecture": f"{stem}市",
                    "year": str(year),
                    "st_index": f"{min(index0 + 2.1 * step * noise(0.25) + 4 * (rising - 1), 96):.2f}",
                    "gdp": f"{gdp:.1f}",
                    "rd": f"{gdp * rd / 100 * TREND['rd'] ** step * rising * noise(0.05):.2f}",
                    "fiscal_st": f"{spent * st / 100 * TREND['fiscal_st'] ** step * drop * noise(0.06):.2f}",
                    "budget": f"{spent:.2f}",
                    "contracts": f"{gdp * contracts * 100 * TREND['contracts'] ** step * drop * noise(0.05):.0f}",
                    "hitech": f"{certified:.0f}",
                    "enterprises": f"{firms}",
                }
            )
    return table


def main(out: Path) -> None:
    """Write the file."""
    table = rows()
    with (out / "prefectures-synthetic.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
    print(f"prefectures-synthetic: {len(table)} rows")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else OUT)

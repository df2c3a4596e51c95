"""Makes tests/data/dispatch-synthetic.csv: a synthetic dispatch, no real statistics.

14 prefectures and 7 counties of one of them, three years of months, cumulative since the year's start. 2021 and
2022 are complete and give the seasonal share; 2023 runs to December. Targets for 2023 stand in
dispatch-synthetic-targets.csv. The same seed gives the same bytes.
"""

import csv
import random
from pathlib import Path

PREFECTURES = [
    "兰州",
    "嘉峪关",
    "金昌",
    "白银",
    "天水",
    "武威",
    "张掖",
    "平凉",
    "酒泉",
    "庆阳",
    "定西",
    "陇南",
    "临夏",
    "甘南",
]
COUNTIES = ["甲县", "乙县", "丙县", "丁县", "戊县", "己县", "庚区"]
# Contracts are signed late in the year; firms are accredited in two waves.
SEASONS = {
    "contracts": [4, 4, 6, 7, 7, 9, 8, 8, 9, 10, 12, 16],
    "firms": [0, 0, 5, 5, 5, 10, 5, 5, 10, 10, 25, 20],
}
SIZES = {"contracts": (8.0, 120.0), "firms": (20.0, 200.0)}


def main() -> None:
    """Write the file and its targets."""
    rng = random.Random(20231)
    rows, targets = [], []
    for n, entity in enumerate(PREFECTURES + COUNTIES):
        scale = 1.0 if n < len(PREFECTURES) else 0.15
        size = {k: rng.uniform(*span) * scale for k, span in SIZES.items()}
        drive = rng.uniform(0.85, 1.2)
        targets += [(entity, "2023", "contracts", round(size["contracts"] * 1.21, 1))]
        targets += [(entity, "2023", "firms", max(1, round(size["firms"] * 1.21)))]
        for year in (2021, 2022, 2023):
            growth = 1.1 ** (year - 2021) * (drive if year == 2023 else 1.0)
            done = dict.fromkeys(SEASONS, 0.0)
            for month in range(1, 13):
                for k, season in SEASONS.items():
                    done[k] += size[k] * growth * season[month - 1] / 100 * rng.uniform(0.7, 1.3)
                rows.append((entity, f"{year}-{month:02}", f"{done['contracts']:.2f}", int(done["firms"])))
    data = Path(__file__).parent.parent / "tests" / "data"
    for name, head, body in (
        ("dispatch-synthetic.csv", ("entity", "month", "contracts", "firms"), rows),
        ("dispatch-synthetic-targets.csv", ("entity", "period", "indicator", "value"), targets),
    ):
        with (data / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(head)
            writer.writerows(body)


if __name__ == "__main__":
    main()

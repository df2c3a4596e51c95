"""Time and peak memory of reading a workbook of many rows: `python benches/workbook.py [rows]` (200,000 by default).

The file is written first, with openpyxl: a title, a line with the unit, a heading, and rows of a name, a year and six
numbers. Reading is timed in a process of its own, so that the peak is that of reading.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

COLUMNS = 6

READ = """
import resource, sys, time
import kaohe
scheme = kaohe.Scheme.load(sys.argv[2])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.perf_counter()
table = kaohe.read_table(sys.argv[1], scheme, entity="地区", period="年份")
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(f"{len(table.frame):,} rows: {seconds:.2f} s, peak {peak / 1024:.0f} MiB ({before / 1024:.0f} before reading)")
"""


def scheme() -> str:
    names = [f"x{k}" for k in range(COLUMNS)]
    variables = "".join(f'[[variable]]\nid = "{name}"\nunit = "亿元"\ntitle = "指标{name}"\n' for name in names)
    indicator = f'[[indicator]]\nid = "a"\nformula = "{" + ".join(names)}"\nunit = "亿元"\n'
    return f'kaohe = 1\nid = "large"\n{variables}{indicator}points = {{ rule = "linear" }}\n'


def write(path: Path, rows: int) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("数据")
    sheet.append(["各地区主要指标"])
    sheet.append(["单位：亿元"])
    sheet.append(["地区", "年份", *(f"指标x{k}" for k in range(COLUMNS))])
    for row in range(rows):
        year = 2000 + row % 20
        sheet.append([f"县{row // 20:05}", year, *(round((row * 7919 % 100_003) / 7 + k, 2) for k in range(COLUMNS))])
    book.save(path)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as folder:
        file, toml = Path(folder, "large.xlsx"), Path(folder, "large.toml")
        write(file, rows)
        toml.write_text(scheme(), encoding="utf-8")
        subprocess.run([sys.executable, "-c", READ, str(file), str(toml)], check=True)


if __name__ == "__main__":
    main()

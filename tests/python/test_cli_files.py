"""Files of the command line: read whole or refused with line and column, written whole or not at all."""

import csv
import json
import os
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest

from kaohe.cli import main

SCHEME = """
kaohe = 1
id = "t"
variable = [{ id = "x", unit = "1" }]
indicator = [{ id = "i", formula = "x", unit = "1", points = { rule = "linear", low = 0, high = 10 } }]
"""
DATA = "city,year,x\n甲市,2022,1\n乙市,2022,2\n"

# Far beyond what a command takes: it only ends a hang.
LIMIT = 300

posix = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("s.toml").write_text(SCHEME, encoding="utf-8")
    Path("d.csv").write_text(DATA, encoding="utf-8")
    return tmp_path


def refused(capsys, *arguments, code=2):
    """What a command says that is refused, in one sentence and without a traceback."""
    assert main([*arguments, "--lang", "en"]) == code
    said = capsys.readouterr().err
    assert "Traceback" not in said
    return said


def run(source, **options):
    """Run code in a process of its own."""
    code = "import os, resource, signal, sys\nfrom kaohe.cli import main\n" + textwrap.dedent(source)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=LIMIT, **options)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_an_encoding_is_that_of_the_whole_file(encoding):
    Path("d.csv").write_text(DATA + "\U00020000县,2022,3\n", encoding=encoding)
    assert main(["assess", "s.toml", "d.csv", "-o", "out.json"]) == 0
    names = [row["city"] for row in json.loads(Path("out.json").read_text(encoding="utf-8"))["rows"]]
    assert names == ["甲市", "乙市", "\U00020000县"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_one_bad_byte_refuses_the_file_with_line_and_column(encoding, capsys):
    Path("d.csv").write_bytes(DATA.encode(encoding) + "丙市,2022,".encode(encoding) + b"3\xff\n")
    said = refused(capsys, "assess", "s.toml", "d.csv")
    assert "d.csv: line 4, column 3 holds the byte 0xff" in said
    assert f"no text in {'UTF-8' if encoding == 'utf-8' else 'GB 18030'}" in said


def test_a_bad_byte_is_not_read_in_another_encoding(capsys):
    """Without the byte the file is UTF-8; all of it can be read as GB 18030, to no sense."""
    raw = "city,year,x\n市县,2022,1\n丁戊".encode() + b"\xe4\xb8,2022,2\n"
    assert raw.decode("gb18030")
    Path("d.csv").write_bytes(raw)
    assert "line 3, column 1" in refused(capsys, "assess", "s.toml", "d.csv")


def test_a_line_end_in_quotes_belongs_to_the_cell():
    Path("d.csv").write_text('city,year,x\n"a\nb",2022,1\n"c\r\nd",2022,2\n', encoding="utf-8", newline="")
    assert main(["assess", "s.toml", "d.csv", "-o", "out.csv"]) == 0
    with Path("out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["city"] for row in csv.DictReader(file)] == ["a\nb", "c\r\nd"]


def test_a_quote_that_is_never_closed_is_refused(capsys):
    Path("d.csv").write_text('city,year,x\n"甲市,2022,1\n' + "乙市,2022,2\n" * 200_000, encoding="utf-8")
    assert "quote" in refused(capsys, "assess", "s.toml", "d.csv")


def test_a_long_cell_is_a_cell():
    Path("d.csv").write_text(DATA + "县" * 200_000 + ",2022,3\n", encoding="utf-8")
    assert main(["assess", "s.toml", "d.csv", "-o", "out.csv"]) == 0


@pytest.mark.parametrize("kind", ["xlsx", "parquet", "xls", "ods"])
def test_a_damaged_file_is_refused_in_a_sentence(kind, capsys):
    Path(f"d.{kind}").write_bytes(b"PK\x03\x04 not what it says it is")
    assert f"d.{kind}" in refused(capsys, "assess", "s.toml", f"d.{kind}") or kind in ("xls", "ods")


def test_a_workbook_that_unpacks_without_end_is_refused(capsys):
    book = zipfile.ZipFile("d.xlsx", "w", zipfile.ZIP_DEFLATED)
    with book, book.open("xl/worksheets/sheet1.xml", "w") as sheet:
        for _ in range(300):
            sheet.write(bytes(1 << 20))
    assert "unpacks to 300 MiB" in refused(capsys, "assess", "s.toml", "d.xlsx")


def test_a_name_like_a_formula_is_text_for_a_spreadsheet():
    names = ["=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "-5"]
    lines = "".join(f'"{name}",2022,1\n' for name in names)
    Path("d.csv").write_text("city,year,x\n" + lines, encoding="utf-8")
    assert main(["assess", "s.toml", "d.csv", "--entity", "city", "-o", "out.csv"]) == 0
    with Path("out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["city"] for row in csv.DictReader(file)] == [*(f"'{name}" for name in names[:4]), "-5"]
    assert main(["assess", "s.toml", "d.csv", "--entity", "city", "-o", "out.json"]) == 0
    rows = json.loads(Path("out.json").read_text(encoding="utf-8"))["rows"]
    assert [row["city"] for row in rows] == names  # no spreadsheet reads it


@pytest.mark.parametrize("name", ["d.csv", "./d.csv", "link.csv", "hard.csv"])
def test_the_input_is_never_the_output(name, capsys):
    os.symlink("d.csv", "link.csv")
    os.link("d.csv", "hard.csv")
    assert "d.csv" in refused(capsys, "assess", "s.toml", "d.csv", "-o", name)
    assert Path("d.csv").read_text(encoding="utf-8") == DATA


def test_a_link_stays_a_link_and_permissions_stay():
    Path("real.csv").write_text("before", encoding="utf-8")
    os.chmod("real.csv", 0o640)
    os.symlink("real.csv", "link.csv")
    assert main(["assess", "s.toml", "d.csv", "-o", "link.csv"]) == 0
    assert Path("link.csv").is_symlink()
    assert "甲市" in Path("real.csv").read_text(encoding="utf-8-sig")
    assert os.name != "posix" or Path("real.csv").stat().st_mode & 0o777 == 0o640


@posix
@pytest.mark.parametrize("kind", ["csv", "json", "parquet"])
def test_a_full_disk_leaves_the_file_as_it_was(kind):
    rows = "".join(f"县{i},2022,{i}\n" for i in range(5_000))
    Path("big.csv").write_text("city,year,x\n" + rows, encoding="utf-8")
    Path(f"out.{kind}").write_bytes(b"before")
    done = run(f"""
        import signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
        sys.exit(main(["assess", "s.toml", "big.csv", "-o", "out.{kind}", "--lang", "en"]))
    """)
    assert done.returncode == 2, done.stderr
    assert "file trouble" in done.stderr
    assert "Traceback" not in done.stderr
    assert Path(f"out.{kind}").read_bytes() == b"before"
    assert not list(Path().glob(".out*"))


@posix
def test_a_killed_write_leaves_the_file_as_it_was():
    """Killed by the system at the first byte beyond the limit: no handler runs."""
    rows = "".join(f"县{i},2022,{i}\n" for i in range(5_000))
    Path("big.csv").write_text("city,year,x\n" + rows, encoding="utf-8")
    Path("out.csv").write_bytes(b"before")
    done = run("""
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
        sys.exit(main(["assess", "s.toml", "big.csv", "-o", "out.csv"]))
    """)
    assert done.returncode < 0
    assert Path("out.csv").read_bytes() == b"before"


@posix
def test_ctrl_c_ends_a_command_with_the_code_of_the_shells():
    done = run("""
        from kaohe.cli import commands
        commands.demo = lambda options, lang: os.kill(os.getpid(), signal.SIGINT) or signal.pause()
        sys.exit(main(["demo"]))
    """)
    assert (done.returncode, done.stderr.strip()) == (130, "")


@posix
def test_a_device_is_written_to():
    if os.path.exists("/dev/full"):
        os.symlink("/dev/full", "full.csv")
        done = run('sys.exit(main(["assess", "s.toml", "d.csv", "-o", "full.csv", "--lang", "en"]))')
        assert done.returncode == 2, done.stderr
        assert "file trouble" in done.stderr

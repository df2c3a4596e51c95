"""The command line in Chinese, and on terminals that know few characters."""

import argparse
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import kaohe as kh
from kaohe.cli import main
from kaohe.cli.terminal import printable

SCHEME, DATA = "strong-science-provinces", "china-provinces"
HAN = re.compile(r"[一-鿿]")
WORD = re.compile(r"[a-z]{3,} [a-z]{2,}")  # two English words


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("KAOHE_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


# Every command, as it runs; `test_no_command_is_forgotten` compares the list with the help.
COMMANDS = [
    ["demo"],
    ["assess", SCHEME, DATA],
    ["report", SCHEME, DATA, "-o", "report.html"],
    ["open", SCHEME, DATA, "--no-browser"],
    ["check", SCHEME, DATA],
    ["collect", SCHEME, "--entities", "甘肃", "--periods", "2024", "-o", "blank.xlsx"],
    ["explain", SCHEME, DATA, "甘肃", "2022"],
    ["progress", "months.csv", "targets.csv"],
    ["allocate", "1000", "children.csv"],
    ["ask", SCHEME, DATA, '{"ask": "zones"}'],
    ["gaps", SCHEME, DATA, "甘肃", "2022"],
    ["drivers", SCHEME, DATA, "甘肃", "hitech_density"],
    ["bridge", SCHEME, DATA, "甘肃"],
    ["contributions", SCHEME, DATA, "甘肃", "2022"],
    ["needed", SCHEME, DATA, "甘肃", "hitech_density", "--rank", "18"],
    ["next", SCHEME, DATA, "甘肃"],
    ["audit", SCHEME, DATA],
    ["without", SCHEME, DATA],
    ["trends", SCHEME, DATA, "甘肃"],
    ["strengths", SCHEME, DATA, "甘肃"],
    ["profile", SCHEME, DATA, "甘肃"],
    ["statistics", SCHEME, DATA],
    ["correlations", SCHEME, DATA],
    ["components", SCHEME, DATA],
    ["zones", SCHEME, DATA],
    ["sensitivity", SCHEME, DATA, "--samples", "8"],
    ["curve", SCHEME, DATA, "rd_intensity"],
    ["flips", SCHEME, DATA, "甘肃", "江西"],
    ["robustness", SCHEME, DATA, "--samples", "30"],
    ["rank", SCHEME, DATA, "甘肃"],
    ["overtake", SCHEME, DATA, "甘肃"],
    ["rank-sets", SCHEME, DATA, "1.5", "--method", "joint"],
    ["smaa", SCHEME, DATA, "--samples", "50"],
    ["compare", SCHEME, DATA, "--with-data", "other.csv"],
    ["schemes"],
    ["schema"],
]
REFUSED = [
    (["asses"], 2),
    (["assess"], 2),
    (["assess", SCHEME], 2),
    (["assess", SCHEME, DATA, "--nope"], 2),
    (["assess", SCHEME, DATA, "--at"], 2),
    (["needed", SCHEME, DATA, "甘肃", "hitech_density", "--rank", "x"], 2),
    (["schema", "nope"], 2),
    (["needed", SCHEME, DATA, "甘肃", "hitech_density", "--others", "x"], 2),
    (["assess", SCHEME, DATA, "--l"], 2),
    (["assess", SCHEME, DATA, "--long=1"], 2),
    (["needed", SCHEME, DATA, "甘肃", "hitech_density"], 2),
    (["assess", "−无.toml", DATA], 2),
    (["explain", SCHEME, DATA, "甘素"], 1),
    (["schemes", "nope"], 1),
    (["ask", SCHEME, DATA, "{"], 2),
    (["check", "hdi-2013", "."], 2),
    (["assess", SCHEME, DATA, "-o", "nope/out.csv"], 2),
]


@pytest.fixture
def files():
    """Files that the commands read."""
    kh.datasets.load(DATA).assign(rd=lambda d: d["rd"] * 1.01).to_csv("other.csv", index=False)
    Path("months.csv").write_text("city,month,x\n甲,2023-01,10\n甲,2023-02,17\n", encoding="utf-8")
    Path("targets.csv").write_text("indicator,value\nx,120\n", encoding="utf-8")
    Path("children.csv").write_text("name,base\n甲,1\n乙,2\n", encoding="utf-8")


def called(words):
    """Return the exit code, whether it is returned or raised."""
    try:
        return main(words)
    except SystemExit as error:
        return error.code


def test_no_command_is_forgotten(capsys):
    called(["--help"])
    listed = re.findall(r"^    ([a-z-]+)(?: |$)", capsys.readouterr().out, re.M)
    assert listed == [words[0] for words in COMMANDS]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("verb", [[], *([words[0]] for words in COMMANDS)], ids=lambda verb: "".join(verb) or "kaohe")
def test_help_is_in_the_language(capsys, verb, lang):
    assert called([*verb, "--lang", lang, "--help"]) == 0
    out = capsys.readouterr().out
    if lang == "zh":
        assert not WORD.search(re.sub(r"kaohe( [a-z-]+)+|sheet of a|import kaohe", "", out)), out
        assert out.startswith("用法：kaohe")
        assert "\0" not in out
    else:
        assert out.startswith("usage: kaohe")
        assert not HAN.search(out.split("examples:")[0].replace("(考核)", ""))


@pytest.mark.parametrize(("words", "code"), REFUSED)
def test_errors_are_in_the_language(capsys, words, code):
    for lang, says in (("en", False), ("zh", True)):
        assert called(["--lang", lang, *words]) == code
        said = capsys.readouterr().err.splitlines()[-1]
        assert bool(HAN.search(re.sub("甘[肃素]|−无.toml", "", said))) == says, said
        assert not (says and WORD.search(re.sub(r"kaohe [a-z]+", "", said))), said
        assert "\0" not in said


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"KAOHE_LANG": "zh"}, "缺少参数：方案, 数据"),
        ({"LC_ALL": "zh_CN.UTF-8"}, "缺少参数"),
        ({"LC_MESSAGES": "zh_CN"}, "缺少参数"),
        ({"LANG": "zh_TW.UTF-8"}, "缺少参数"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "required: SCHEME, DATA"),
        ({"LANG": "zh_CN.UTF-8", "KAOHE_LANG": "en"}, "required: SCHEME, DATA"),
        ({}, "required: SCHEME, DATA"),
    ],
)
def test_the_language_of_errors_is_that_of_the_caller(capsys, monkeypatch, env, says):
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert called(["assess"]) == 2
    assert says in capsys.readouterr().err
    assert argparse._("usage: ") == "usage: "  # other parsers of the process are left alone


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "utf-8"])
@pytest.mark.usefixtures("files")
def test_every_command_prints_under_every_encoding(monkeypatch, encoding):
    monkeypatch.setattr("kaohe.app.Page.wait", lambda page: None)  # it would be served until Ctrl-C
    for words, code in [*((words, 0) for words in COMMANDS), *REFUSED]:
        for lang in ("zh", "en"):
            out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict") for _ in range(2))
            monkeypatch.setattr(sys, "stdout", out)
            monkeypatch.setattr(sys, "stderr", err)
            assert called(["--lang", lang, *words]) == code, words
            for stream in (out, err):
                stream.flush()
                written = stream.buffer.getvalue().decode(encoding)
                assert stream.errors == "strict"
                assert encoding != "gbk" or "\\u" not in written, written


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("gbk", "-5 → 2 5 甘肃， 1/2 o x"),
        ("ascii", "-5 -> 2 5 \\u7518\\u8083, 1/2 o x"),
        ("utf-8", "−5 → ² ⁵ 甘肃， ½ ô x̄"),
    ],
)
def test_what_an_encoding_lacks(monkeypatch, encoding, written):
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", out)
    with printable():
        print("−5 → ² ⁵ 甘肃， ½ ô x̄", end="")
        out.flush()
    assert out.buffer.getvalue().decode(encoding) == written


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "utf-8"])
def test_a_process_of_its_own_prints(encoding):
    words = [sys.executable, "-m", "kaohe", "bridge", SCHEME, DATA, "北京", "--lang", "zh"]
    done = subprocess.run(words, capture_output=True, env={**os.environ, "PYTHONIOENCODING": encoding}, check=False)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
    assert ("−" in done.stdout.decode(encoding)) == (encoding == "utf-8")

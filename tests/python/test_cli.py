"""The command line: what it prints, writes and returns."""

import csv
import importlib.util
import json
import subprocess
import sys
import unicodedata
from pathlib import Path

import pandas as pd
import pytest

import kaohe as kh
from kaohe.cli import main
from test_questions import STEPS

ROOT = Path(__file__).resolve().parents[2]
SCHEME = "strong-science-provinces"


def width(text):
    """Columns in a terminal, where Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("KAOHE_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.fixture
def provinces(tmp_path):
    kh.datasets.load("china-provinces").to_csv("provinces.csv", index=False)
    return "provinces.csv"


def expected():
    data = kh.datasets.load("china-provinces")
    return kh.Scheme.builtin(SCHEME).assess(data, entity="province", period="year")


def test_the_language_may_stand_before_the_command(capsys):
    assert main(["--lang", "zh", "check", SCHEME, "china-provinces"]) == 0
    assert "个错误" in "".join(capsys.readouterr())
    assert main(["--lang", "zh", "check", SCHEME, "china-provinces", "--lang", "en"]) == 0
    assert "个错误" not in "".join(capsys.readouterr())


@pytest.mark.parametrize(("lang", "says"), [("zh", "接下来"), ("en", "What to type next")])
def test_demo_computes_explains_and_says_what_is_next(capsys, lang, says):
    assert main(["demo", "--lang", lang]) == 0
    out = capsys.readouterr().out
    assert says in out
    assert "91.47" in out
    assert "hitech / enterprises = 1731 家 / 288360 家" in out
    ranked = [line.split() for line in out.splitlines() if len(line.split()) == 9 and line.split()[0].isdigit()]
    assert [row[0] for row in ranked] == [str(i) for i in range(1, 32)]


def test_the_columns_of_a_table_line_up(capsys):
    main(["assess", SCHEME, "china-provinces"])
    lines = capsys.readouterr().out.splitlines()
    at = next(i for i, line in enumerate(lines) if set(line) == {"─", " "})
    assert {width(line) for line in lines[at:] if line} == {width(lines[at])}


@pytest.mark.parametrize(("env", "says"), [("zh_CN.UTF-8", "总分"), ("en_US.UTF-8", "total"), ("C", "total")])
def test_the_language_is_that_of_the_system(capsys, monkeypatch, env, says):
    monkeypatch.setenv("LANG", env)
    main(["assess", SCHEME, "china-provinces"])
    assert says in capsys.readouterr().out


@pytest.mark.parametrize("source", ["csv", "tsv", "gb18030", "parquet", "xlsx"])
def test_every_kind_of_file_gives_the_same(source):
    df = kh.datasets.load("china-provinces")
    match source:
        case "csv":
            df.to_csv("in.csv", index=False)
        case "tsv":
            df.to_csv("in.tsv", index=False, sep="\t")
        case "gb18030":
            df.to_csv("in.csv", index=False, encoding="gb18030")
        case "parquet":
            df.to_parquet("in.parquet")
        case "xlsx":
            df.to_excel("in.xlsx", index=False)
    name = f"in.{'csv' if source == 'gb18030' else source}"
    assert main(["assess", SCHEME, name, "-o", "out.json"]) == 0
    rows = json.loads(Path("out.json").read_text(encoding="utf-8"))["rows"]
    points = expected().points
    assert [row["total"] for row in rows] == points["total"].tolist()
    assert [row["rd_intensity_points"] for row in rows] == points["rd_intensity"].tolist()
    assert [row["province"] for row in rows] == points["province"].tolist()


def test_what_is_written(provinces, capsys):
    for out in ("out.csv", "out.json", "out.parquet"):
        assert main(["assess", SCHEME, provinces, "-o", out]) == 0
    assert "wrote out.parquet: 93 rows" in capsys.readouterr().err
    assert Path("out.csv").read_bytes().startswith(b"\xef\xbb\xbf")  # so that Excel reads it as UTF-8
    with Path("out.csv").open(encoding="utf-8-sig") as file:
        first = next(csv.DictReader(file))
    about = json.loads(Path("out.json").read_text(encoding="utf-8"))
    parquet = pd.read_parquet("out.parquet")
    assert first["province"] == about["rows"][0]["province"] == parquet["province"][0] == "北京"
    assert float(first["total"]) == about["rows"][0]["total"] == parquet["total"][0]
    assert first["rank_change"] == ""
    assert about["rows"][0]["rank_change"] is None
    assert about["fingerprint"] == kh.Scheme.builtin(SCHEME).fingerprint


WRITTEN = {
    "assess": [],
    "check": [],
    "explain": ["甘肃", "2022"],
    "gaps": ["甘肃", "2022"],
    "needed": ["甘肃", "hitech_density", "--rank", "18"],
    "next": ["甘肃", "--uncontrollable"],
}


@pytest.mark.parametrize("command", WRITTEN)
def test_every_command_writes_what_the_name_says(command, provinces, capsys):
    words = [command, SCHEME, provinces, *WRITTEN[command], "--lang", "zh"]
    for out in ("out.md", "out.html", "out.json", "out.csv", "out.xlsx"):
        assert main([*words, "-o", out]) == 0
    assert Path("out.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert json.loads(Path("out.json").read_text(encoding="utf-8"))
    book = pd.read_excel("out.xlsx", sheet_name=None, header=None)
    assert all(len(sheet.columns) for name, sheet in book.items() if name not in ("提示", "结果"))
    if command == "needed":
        assert list(book) == ["结果", "文字说明"]
        assert "若其他考核对象的数据不变" in Path("out.md").read_text(encoding="utf-8")
        assert book["文字说明"].iloc[2, 0].startswith("若其他考核对象的数据不变")
    capsys.readouterr()
    for lang, says in (("zh", "不能写 .docx 类型的文件"), ("en", "cannot write a .docx file; use .xlsx, .csv")):
        assert main([*words[:-1], lang, "-o", "out.docx"]) == 2
        assert says in capsys.readouterr().err


def test_digits_of_a_csv_stay_as_typed():
    Path("s.toml").write_text(
        'kaohe = 1\nid = "a"\nvariable = [{ id = "x", unit = "1" }]\n[[indicator]]\nid = "y"\nformula = "x"\n'
        'unit = "1"\nround = { digits = 2 }\npoints = { rule = "linear", low = 0, high = 1 }\n',
        encoding="utf-8",
    )
    Path("d.csv").write_text("city,x\na,0.1249999999999999999999\nb,0.125\n", encoding="utf-8")
    assert main(["assess", "s.toml", "d.csv", "-o", "out.json"]) == 0
    rows = json.loads(Path("out.json").read_text(encoding="utf-8"))["rows"]
    assert [row["y"] for row in rows] == [0.12, 0.13]


def test_check_lists_problems_and_returns_1(provinces, capsys):
    assert main(["check", SCHEME, provinces]) == 0
    text = Path(provinces).read_text(encoding="utf-8").replace("38503.6", "很多", 1)
    Path(provinces).write_text(text, encoding="utf-8")
    capsys.readouterr()
    assert main(["check", SCHEME, provinces, "--lang", "zh"]) == 1
    said = capsys.readouterr()
    assert "很多" in said.out
    assert "3 个错误" in said.err  # the cell, and the changes of two indicators from it
    assert main(["check", SCHEME, provinces, "-o", "problems.csv"]) == 1
    assert "很多" in Path("problems.csv").read_text(encoding="utf-8-sig")
    assert main(["assess", SCHEME, provinces]) == 1
    said = capsys.readouterr()
    assert "很多" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_explain(capsys, form):
    assert main(["explain", SCHEME, "china-provinces", "甘肃", "2022", "--format", form]) == 0
    out = capsys.readouterr().out
    assert "甘肃" in out
    if form == "json":
        assert json.loads(out)["root"]["value"] == 70.79


def test_schemes_and_schema(capsys):
    assert main(["schemes"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == kh.Scheme.builtin_names()
    assert main(["schemes", "hdi"]) == 0
    assert kh.Scheme.from_toml(capsys.readouterr().out) == kh.Scheme.builtin("hdi")
    assert main(["schema"]) == 0
    out = capsys.readouterr().out
    assert out == (ROOT / "docs" / "scheme.schema.json").read_text(encoding="utf-8")
    json.loads(out)


def test_long_tables_and_targets(capsys):
    df = kh.datasets.load("china-provinces")
    df.melt(id_vars=["province", "year"]).to_csv("long.csv", index=False)
    Path("targets.csv").write_text("indicator,value\nrd_intensity,2.5\n", encoding="utf-8")
    assert main(["assess", SCHEME, "long.csv", "--long", "--targets", "targets.csv", "--at", "2021年"]) == 0
    assert "北京" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["assess", "nope", "china-provinces"], 2, "strong-science"),
        (["assess", SCHEME, "nope.csv"], 2, "china-provinces"),
        (["assess", SCHEME, "in.docx"], 2, ".xlsx"),
        (["assess", SCHEME, "in.csv", "-o", "out.docx"], 2, ".parquet"),
        (["assess", SCHEME, "in.csv", "--entity", "citty"], 2, "province"),
        (["assess", SCHEME, "odd.csv"], 2, "--entity"),
        (["assess", SCHEME, "twice.csv"], 1, "gdp"),
        (["assess", SCHEME, "wide.csv"], 2, "line 2"),
        (["assess", SCHEME, "empty.csv"], 2, "empty"),
        (["assess", "bad.toml", "in.csv"], 1, "weigth"),
        (["schemes", "nope"], 1, "hdi"),
        (["explain", SCHEME, "in.csv", "甘素", "2022"], 1, "甘肃"),
        (["explain", SCHEME, "in.csv", "甘肃", "2030"], 1, "2022"),
        (["drivers", SCHEME, "in.csv", "甘肃", "rd_intensty"], 1, "rd_intensity"),
        (["drivers", SCHEME, "in.csv", "甘肃", "rd_intensity", "--since", "2030"], 1, "2022"),
        (["bridge", SCHEME, "in.csv", "甘素"], 1, "甘肃"),
        (["contributions", SCHEME, "in.csv", "--to", "北京"], 2, "ENTITY"),
        (["contributions", SCHEME, "in.csv", "甘肃", "--to", "北亰"], 1, "北京"),
        (["next", SCHEME, "in.csv", "甘素"], 1, "甘肃"),
        (["next", SCHEME, "in.csv", "甘肃", "--points", "0"], 1, "0"),
        (["zones", SCHEME, "in.csv", "2030"], 1, "2022"),
        (["zones", SCHEME, "in.csv", "-o", "out.docx"], 2, ".parquet"),
        (["flips", SCHEME, "in.csv", "甘肃", "江西省"], 1, "江西"),
        (["rank-sets", SCHEME, "in.csv", "{"], 2, "{"),
        (["compare", SCHEME, "in.csv"], 2, "--with-data"),
        (["compare", SCHEME, "in.csv", "--with-data", "nope.csv"], 2, "china-provinces"),
        (["compare", SCHEME, "in.csv", "--with-scheme", "nope"], 2, "strong-science"),
        (["compare", SCHEME, "in.csv", "--with-data", "in.csv", "--at", "2030"], 1, "2022"),
        ([], 2, ""),
    ],
)
def test_errors_are_told_without_tracebacks(capsys, words, code, says):
    kh.datasets.load("china-provinces").to_csv("in.csv", index=False)
    Path("in.docx").write_text("")
    Path("bad.toml").write_text('kaohe = 1\nid = "a"\nweigth = 3\n')
    Path("odd.csv").write_text("a,b,gdp\nx,y,1\n")
    Path("twice.csv").write_text("city,gdp,gdp\nx,1,2\n")
    Path("wide.csv").write_text("city,gdp\nx,1,234\n")
    Path("empty.csv").write_text("")
    for lang in ("en", "zh"):
        extra = ["--lang", lang] if words else []
        assert main([*words, *extra]) == code
        said = capsys.readouterr()
        assert says in said.err or (lang == "zh" and says.startswith(("line", "empty", "ENTITY")))
        assert "Traceback" not in said.err


ASKED = [
    (["drivers", SCHEME, "china-provinces", "甘肃", "hitech_density", "--since", "2020"], "下降 18%", "fell by 18%"),
    (["bridge", SCHEME, "china-provinces", "甘肃"], "超过了广西", "overtook 广西"),
    (
        ["contributions", SCHEME, "china-provinces", "甘肃", "2022", "--to", "北京"],
        "低 20.68 分",
        "20.68 points behind",
    ),
    (["contributions", SCHEME, "china-provinces"], "占 27.5%", "27.5%"),
    (["contributions", SCHEME, "china-provinces", "--at", "2021"], "2021", "2021"),
    (["next", "labs.toml", "labs.csv", "甲"], "甲把energy由 50 减至 48", "the cheapest way to gain 1"),
    (["zones", SCHEME, "china-provinces", "2022"], "9 个考核对象处在平段", "16 measures of 9 entities"),
    (["audit", SCHEME, "china-provinces"], "16 项合格，2 项需注意，0 项不合格", "16 of 19 checks pass"),
    (["without", SCHEME, "china-provinces"], "位次变动最大", "ranks hang most on"),
    (["trends", SCHEME, "china-provinces", "甘肃"], "年均增长最快的是", "grew most (+20.6% a year)"),
    (["strengths", SCHEME, "china-provinces", "甘肃"], "甘肃的强项", "Strengths of 甘肃"),
    (["profile", SCHEME, "china-provinces", "甘肃"], "居第 20 位", "ranks 20 of 31"),
    (
        ["statistics", SCHEME, "china-provinces", "2022"],
        "31 个考核对象的 4 项数据没有缺失",
        "of 31 entities is missing",
    ),
    (["correlations", SCHEME, "china-provinces", "--method", "kendall"], "相关最强", "go together most"),
    (["components", SCHEME, "china-provinces", "--group", "total"], "第一主成分解释 64.8%", "explains 64.8%"),
    (["flips", SCHEME, "china-provinces", "甘肃", "江西"], "+64.9%", "+64.9%"),
    (["flips", SCHEME, "china-provinces", "甘肃", "甘肃"], "已经持平", "level already"),
    (["rank", SCHEME, "china-provinces", "甘肃", "--top", "10"], "未进前 10 名", "not among the best 10"),
    (["rank-sets", SCHEME, "china-provinces", "1.5", "--method", "joint"], "覆盖真实名次", "cover the true ranks"),
    (["smaa", SCHEME, "china-provinces", "--samples", "100"], "排第一", "would be first"),
    (["overtake", SCHEME, "china-provinces", "甘肃"], "的权重即可使", "of the weight lets"),
]


@pytest.fixture
def labs():
    """A scheme with steps and one of which less is better, and its data."""
    Path("labs.toml").write_text(STEPS, encoding="utf-8")
    Path("labs.csv").write_text("city,labs,energy\n甲,12,50.0\n乙,3,80.0\n", encoding="utf-8")


@pytest.mark.usefixtures("labs")
@pytest.mark.parametrize(("words", "zh", "en"), ASKED)
def test_questions_of_why(capsys, words, zh, en):
    for lang, says in (("zh", zh), ("en", en)):
        assert main([*words, "--lang", lang]) == 0
        out = capsys.readouterr().out
        assert says in out
        assert "|" not in out
    assert main([*words, "-f", "markdown"]) == 0
    assert en in capsys.readouterr().out
    assert main([*words, "-f", "json", "-o", "out.json"]) == 0
    assert isinstance(json.loads(Path("out.json").read_text(encoding="utf-8"))["rows"], list)
    capsys.readouterr()
    assert main([*words, "--format", "json"]) == 0
    json.loads(capsys.readouterr().out)


def test_tables_of_answers_line_up(capsys):
    assert main(["zones", SCHEME, "china-provinces", "--lang", "zh"]) == 0
    _, _, head, rule, *rows = capsys.readouterr().out.splitlines()
    assert head.split() == ["考核对象", "指标", "计分口径", "数值", "在平段", "平段起点", "平段终点"]
    assert len(rows) == 16
    assert {width(line) for line in rows} == {width(rule)}


@pytest.mark.usefixtures("labs")
def test_next_returns_1_where_no_variable_does_it(capsys):
    assert main(["next", "labs.toml", "labs.csv", "甲", "--points", "20"]) == 0
    assert capsys.readouterr().out.count("Capped") == 0
    assert main(["next", "labs.toml", "labs.csv", "甲", "--points", "40"]) == 1
    said = capsys.readouterr()
    assert said.out.count("where it is capped") == 2
    assert "from zero" not in said.out


def test_compare_two_data_files_and_two_schemes(provinces, capsys):
    df = kh.datasets.load("china-provinces")
    df.assign(gdp=df["gdp_first_published"]).to_csv("first.csv", index=False)
    words = ["compare", SCHEME, "first.csv", "--with-data", provinces]
    assert main([*words, "--lang", "zh"]) == 0
    out = capsys.readouterr().out
    assert (
        "70 个得益（最多的是湖南（2021 年），+1.17 分），21 个受损（最多的是北京（2021 年），−2.55 分），2 个不变"
        in out
    )
    table = out.split("\n\n")[1]
    assert (table.count(" 2022 "), table.count(" 2021 ")) == (31, 0)
    assert "表中只列 2022" in out
    assert main([*words, "--all", "--at", "2021年"]) == 0
    out = capsys.readouterr().out
    assert sum(line.split()[1:2] == ["2021"] for line in out.splitlines()) == 31
    assert main([*words, "--all", "-o", "moves.csv"]) == 0
    moves = pd.read_csv("moves.csv")
    expected = kh.compare(*(kh.Scheme.builtin(SCHEME).assess(d, entity="province", period="year") for d in
                            (df.assign(gdp=df["gdp_first_published"]), df))).to_frame()  # fmt: skip
    assert moves["total_change"].tolist() == expected["total_change"].tolist()
    assert moves["province"].tolist() == expected["province"].tolist()

    heavier = kh.Scheme.builtin_text(SCHEME).replace("weight = 25", "weight = 40", 1)
    Path("heavier.toml").write_text(heavier, encoding="utf-8")
    assert main(["compare", SCHEME, provinces, "--with-scheme", "heavier.toml", "--lang", "en"]) == 0
    said = capsys.readouterr()
    assert "gain" in said.out
    assert "Traceback" not in said.err
    assert main(["compare", SCHEME, provinces, "--with-data", provinces]) == 0
    assert "93" in capsys.readouterr().out


def test_what_is_not_installed_is_named(capsys, monkeypatch):
    Path("in.parquet").write_bytes(b"")
    spec = importlib.util.find_spec
    absent = {"pyarrow", "polars"}
    monkeypatch.setattr("kaohe.table.find_spec", lambda name: None if name in absent else spec(name))
    assert main(["assess", SCHEME, "in.parquet"]) == 2
    assert "pip install 'kaohe[arrow]'" in capsys.readouterr().err


def test_it_runs_as_a_module():
    done = subprocess.run([sys.executable, "-m", "kaohe", "--version"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith("kaohe")
    wrong = subprocess.run([sys.executable, "-m", "kaohe", "asses"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2

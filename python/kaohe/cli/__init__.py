"""The command line: `kaohe assess`, `check`, `explain`, `gaps`, `drivers`, `needed`, `next`, `progress` and the rest.

Exit codes: 0 done; 1 the scheme or the data have problems, which are listed; 2 called wrongly, or a file is not there;
130 interrupted.
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Callable, Sequence

from kaohe._kaohe import __version__
from kaohe.cli import commands, files, questions, why
from kaohe.cli import words as w
from kaohe.cli.parser import Parser, argparse_speaks, lang_word
from kaohe.cli.say import Both, UsageError, chosen, say
from kaohe.cli.terminal import printable
from kaohe.errors import KaoheError
from kaohe.language import Lang, set_lang

__all__ = ["main"]

_ABOUT = Both(
    "把考核办法写成数据：对统计数据计分、排名、解释，每一位都准确。",
    "Assessment methods as data (考核): score, rank and explain statistics exactly.",
)
_EXAMPLES = Both(
    """\
示例：
  kaohe demo                                             用真实统计数据考核 31 个省份
  kaohe schemes strong-science > 我的方案.toml            从内置方案改起
  kaohe check   我的方案.toml 数据.xlsx                   列出数据中的全部问题
  kaohe assess  我的方案.toml 数据.csv -o 得分.csv        指标值、得分、排名
  kaohe explain 我的方案.toml 数据.csv 甘肃 2022          从总分解释到原始数据
  kaohe needed  我的方案.toml 数据.csv 甘肃 hitech_density --rank 15   要做到多少
  kaohe next    我的方案.toml 数据.csv 甘肃               最省的一分在哪里
  kaohe bridge  我的方案.toml 数据.csv 甘肃               总分和位次为什么变了
  kaohe progress 各月.csv 目标.csv                        谁落后于进度
""",
    """\
examples:
  kaohe demo                                             31 provinces on real statistics
  kaohe schemes strong-science > my.toml                 begin a scheme of your own
  kaohe check   my.toml data.xlsx                        everything wrong with the data
  kaohe assess  my.toml data.csv -o points.csv           values, points, ranks
  kaohe explain my.toml data.csv 甘肃 2022 --lang zh      from the total down to the raw data
  kaohe needed  my.toml data.csv 甘肃 hitech_density --rank 15   what it takes
  kaohe next    my.toml data.csv 甘肃                     the cheapest next point
  kaohe bridge  my.toml data.csv 甘肃                     why its total and its rank moved
  kaohe progress months.csv targets.csv                  who is behind schedule
""",
)


# Options that name files that are read.
_INPUTS = ("scheme", "data", "targets", "members", "children", "with_data", "with_scheme")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Examples
    --------
    >>> main(["schemes"])  # doctest: +ELLIPSIS
    strong-science ...
    0
    """
    with printable():
        return _main(sys.argv[1:] if arguments is None else list(arguments))


def _main(words: Sequence[str]) -> int:
    lang = chosen(lang_word(words))
    with argparse_speaks(lang):
        parser = _parser(lang)
        options = parser.parse_args(words)
        if options.run is None:
            parser.print_help()
            return 2
    lang = chosen(options.lang)
    set_lang(lang)
    run: Callable[[argparse.Namespace, str], int] = options.run
    try:
        files.keep_inputs(getattr(options, "out", None), (getattr(options, name, None) for name in _INPUTS), lang)
        code = run(options, lang)
        sys.stdout.flush()
        return code
    except (UsageError, ValueError) as error:
        print(say(lang, f"用法有误：{error}", f"usage error: {error}"), file=sys.stderr)
        return 2
    except KaoheError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130  # as the shells have it: ended by signal 2
    except BrokenPipeError:  # the reader, `head` perhaps, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(say(lang, f"文件问题：{_trouble(error)}", f"file trouble: {error}"), file=sys.stderr)
        return 2
    finally:
        set_lang(None)


def _trouble(error: OSError) -> str:
    """Return in Chinese what the system says of a file."""
    what = {
        errno.ENOENT: "文件或文件夹不存在",
        errno.EACCES: "没有权限",
        errno.EISDIR: "这是文件夹，不是文件",
        errno.ENOSPC: "磁盘已满",
        errno.EROFS: "文件系统只读",
    }.get(error.errno or 0)
    return str(error) if what is None else f"{error.filename}：{what}" if error.filename else what


def _parser(lang: Lang) -> Parser:
    shared = Parser(lang, add_help=False)
    # It may stand before the command too: what the command says of it must not be undone by its own default.
    said = Both("语言；不给出时用 KAOHE_LANG，再次用系统语言", "language; else KAOHE_LANG, else that of the system")
    shared.add_argument("--lang", choices=["zh", "en"], default=argparse.SUPPRESS, help=said)
    data = _data(lang)

    parser = Parser(lang, prog="kaohe", description=_ABOUT.of(lang), epilog=_EXAMPLES.of(lang))
    version = Both("显示版本号", "show the version and exit")
    parser.add_argument("--version", action="version", version=f"kaohe {__version__}", help=version)
    parser.add_argument("--lang", choices=["zh", "en"], help=said)
    parser.set_defaults(run=None, lang=None)

    about = Both("用真实统计数据考核 31 个省份并作解释", "assess 31 provinces on real statistics and explain")
    parser.command("demo", about, [shared]).set_defaults(run=commands.demo)

    verb = parser.command("assess", Both("按方案考核数据", "apply a scheme to data"), [data, shared])
    verb.add_argument("-o", "--out", metavar=w.OUT, help=w.TABLE_OUT)
    verb.add_argument("--targets", metavar=w.FILE, help=w.TARGETS)
    at = Both("显示哪一时期的排名；默认最后一期", "period of the ranking that is printed; the last if not given")
    verb.add_argument("--at", metavar=w.PERIOD, help=at)
    titles = Both(".csv 的列用名称而不用 id 作表头", "head the columns of a .csv with titles instead of ids")
    verb.add_argument("--titles", action="store_true", help=titles)
    verb.set_defaults(run=commands.assess)

    about = Both("写一份报告，全部对象或一个对象各成一页", "write a report, one page on everybody or on one entity")
    verb = parser.command("report", about, [data, shared])
    verb.add_argument("--who", metavar=w.ENTITY, help=Both("哪个考核对象；默认全部", "whose; everybody if not given"))
    verb.add_argument("--when", metavar=w.PERIOD, help=Both("哪一时期；默认最后一期", "the last period if not given"))
    verb.add_argument("--targets", metavar=w.FILE, help=w.AS_ASSESS)
    page = Both(
        "写到哪里：.html；.docx（Word）；装有 Chromium 时也可 .pdf",
        "where to: .html, .docx (Word), or .pdf where Chromium is installed",
    )
    verb.add_argument("-o", "--out", metavar=w.OUT, required=True, help=page)
    verb.set_defaults(run=commands.report)

    about = Both("在浏览器中打开结果，边改边看", "open the result in the browser, and change it live")
    verb = parser.command("open", about, [data, shared])
    port = Both("端口；默认由系统选一个", "port; a free one if not given")
    verb.add_argument("--port", metavar=w.COUNT, type=int, default=0, help=port)
    only = Both("只显示网址，不打开浏览器", "print the address, open no browser")
    verb.add_argument("--no-browser", action="store_true", help=only)
    verb.add_argument("--targets", metavar=w.FILE, help=w.AS_ASSESS)
    verb.set_defaults(run=commands.opened)

    about = Both(
        "列出数据中的全部问题（有错误时退出码为 1）", "list every problem of the data (exit 1 if one is an error)"
    )
    verb = parser.command("check", about, [data, shared])
    verb.add_argument("-o", "--out", metavar=w.OUT, help=w.TABLE_OUT)
    verb.set_defaults(run=commands.check)

    about = Both("写一份空白的数据填报表", "write a blank workbook that collects the data")
    verb = parser.command("collect", about, [shared])
    verb.add_argument("scheme", metavar=w.SCHEME, help=w.A_SCHEME)
    who = Both("考核对象，以逗号分隔", "entities, parted by commas")
    verb.add_argument("--entities", metavar=w.ENTITY, help=who)
    like = Both("考核对象取自此文件", "a file whose entities are taken")
    verb.add_argument("--data", metavar=w.FILE, help=like)
    when = Both("时期，以逗号分隔", "periods, parted by commas")
    verb.add_argument("--periods", metavar=w.PERIOD, default="", help=when)
    verb.add_argument("-o", "--out", metavar=w.OUT, required=True, help=Both("写入的 .xlsx 文件", "the .xlsx file"))
    verb.set_defaults(run=commands.collect)

    about = Both("从总分解释到原始数据", "explain one cell from the total to the raw data")
    verb = parser.command("explain", about, [data, shared])
    verb.add_argument("who", metavar=w.ENTITY, help=Both("哪个考核对象", "whose"))
    when = Both("哪一时期；默认最后一期", "when; the last period if not given")
    verb.add_argument("when", metavar=w.PERIOD, nargs="?", help=when)
    node = Both("从哪个指标或指标组开始；默认总分", "an indicator or group to begin at; the total if not given")
    verb.add_argument("--node", metavar="ID", help=node)
    verb.add_argument("--targets", metavar=w.FILE, help=w.AS_ASSESS)
    verb.add_argument("-f", "--format", choices=w.FORMATS, default="text", help=w.TEXT)
    verb.add_argument("-o", "--out", metavar=w.OUT, help=w.TABLE_OUT)
    verb.set_defaults(run=commands.explain)

    questions.add(parser, shared)
    why.add(parser, data, shared)

    about = Both("列出内置方案，或以 TOML 显示其中一个", "list the built-in schemes, or print one as TOML")
    verb = parser.command("schemes", about, [shared])
    name = Both("内置方案，连注释一起显示", "a built-in scheme, printed with its comments")
    verb.add_argument("name", metavar=w.NAME, nargs="?", help=name)
    verb.set_defaults(run=commands.schemes)

    about = Both("显示方案文件或问题的 JSON Schema", "print the JSON Schema of scheme files, or of questions")
    verb = parser.command("schema", about, [shared])
    kinds = ["scheme", "question"]
    of = Both("scheme 为方案文件（默认），question 为问题", "scheme if not given")
    verb.add_argument("of", nargs="?", choices=kinds, default="scheme", help=of)
    verb.set_defaults(run=commands.schema)
    return parser


def _data(lang: Lang) -> Parser:
    """Return the words of all commands that read a scheme and a table."""
    data = Parser(lang, add_help=False)
    data.add_argument("scheme", metavar=w.SCHEME, help=w.A_SCHEME)
    table = Both(
        ".xlsx、.xls、.et、.ods、.csv、.parquet 文件，或自带数据集名",
        "a .xlsx, .xls, .et, .ods, .csv or .parquet file, or a data set",
    )
    data.add_argument("data", metavar=w.DATA, help=table)
    data.add_argument("--entity", metavar=w.COLUMN, help=w.ENTITY_COLUMN)
    period = Both(
        "时期所在的列，或全表所属的时期；常用列名自动识别",
        "column that says when, or the period of all rows; found if usual",
    )
    data.add_argument("--period", metavar=w.COLUMN, help=period)
    long = Both(
        "长表：每行一个考核对象、时期和变量，列为 variable、value",
        "one row per entity, period and variable: columns variable, value",
    )
    data.add_argument("--long", action="store_true", help=long)
    sheet = Both(
        "工作表；可重复给出，* 为全部；默认第一个",
        "sheet of a workbook; may be repeated, * is all of them; the first if not given",
    )
    data.add_argument("--sheet", metavar=w.NAME, action="append", help=sheet)
    header = Both("表头所在行，如 3 或 3-5；默认自动识别", "row of the header, 3, or rows, 3-5; found if not given")
    data.add_argument("--header", metavar=w.ROWS, help=header)
    rename = Both("表头中的名称在方案中叫什么；可重复给出", "what a heading is called in the scheme; may be repeated")
    data.add_argument("--rename", metavar=w.RENAMED, action="append", help=rename)
    cleaning = Both(
        "哪些写法也读作数：thousands（千分位）、percent（百分号）、full_width（全角）、dashes（短横）、spaces（空格）等，"
        "以逗号分隔",
        "texts that are read as numbers all the same: thousands,percent,full_width,dashes,spaces,…",
    )
    data.add_argument("--cleaning", metavar=w.KINDS, action="append", help=cleaning)
    data.add_argument("--members", metavar=w.FILE, help=w.MEMBERS)
    data.add_argument("--member", metavar=w.COLUMN, help=w.MEMBER_COLUMN)
    return data

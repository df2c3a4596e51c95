"""The command line: `kaohe assess`, `check`, `explain`, `gaps`, `drivers`, `needed`, `next`, `progress` and the rest.

Exit codes: 0 done; 1 the scheme or the data have problems, which are listed; 2 called wrongly, or a file is not there;
130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from kaohe._kaohe import __version__
from kaohe.cli import commands, files, questions, why
from kaohe.cli.say import UsageError, chosen, say
from kaohe.errors import KaoheError
from kaohe.language import set_lang

__all__ = ["main"]

_EXAMPLES = """\
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
"""


# Options that name files that are read.
_INPUTS = ("scheme", "data", "targets", "children", "with_data", "with_scheme")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Examples
    --------
    >>> main(["schemes"])  # doctest: +ELLIPSIS
    strong-science ...
    0
    """
    parser = _parser()
    options = parser.parse_args(arguments)
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
        print(say(lang, f"文件问题：{error}", f"file trouble: {error}"), file=sys.stderr)
        return 2
    finally:
        set_lang(None)


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    # It may stand before the command too: what the command says of it must not be undone by its own default.
    said = "language; else KAOHE_LANG, else that of the system"
    shared.add_argument("--lang", choices=["zh", "en"], default=argparse.SUPPRESS, help=said)

    data = argparse.ArgumentParser(add_help=False)
    data.add_argument("scheme", metavar="SCHEME", help="a scheme file (.toml, .json) or the name of a built-in scheme")
    data.add_argument("data", metavar="DATA", help="a .xlsx, .xls, .et, .ods, .csv or .parquet file, or a data set")
    data.add_argument("--entity", metavar="COLUMN", help="column that says whose a row is; found by itself if usual")
    data.add_argument(
        "--period", metavar="COLUMN", help="column that says when, or the period of all rows; found if usual"
    )
    data.add_argument(
        "--long", action="store_true", help="one row per entity, period and variable: columns variable, value"
    )
    data.add_argument(
        "--sheet",
        metavar="NAME",
        action="append",
        help="sheet of a workbook; may be repeated, * is all of them; the first if not given",
    )
    data.add_argument("--header", metavar="ROWS", help="row of the header, 3, or rows, 3-5; found if not given")
    data.add_argument(
        "--rename", metavar="OLD=NEW", action="append", help="what a heading is called in the scheme; may be repeated"
    )
    data.add_argument(
        "--cleaning",
        metavar="KINDS",
        action="append",
        help="texts that are read as numbers all the same: thousands,percent,full_width,dashes,spaces,…",
    )

    parser = argparse.ArgumentParser(
        prog="kaohe",
        description="Assessment methods as data (考核): score, rank and explain statistics exactly.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"kaohe {__version__}")
    parser.add_argument("--lang", choices=["zh", "en"], help=said)
    parser.set_defaults(run=None, lang=None)
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")

    verb = verbs.add_parser("demo", parents=[shared], help="assess 31 provinces on real statistics and explain")
    verb.set_defaults(run=commands.demo)

    verb = verbs.add_parser("assess", parents=[data, shared], help="apply a scheme to data")
    verb.add_argument("-o", "--out", metavar="OUT", help=".xlsx, .csv, .json or .parquet; else the ranking is printed")
    verb.add_argument("--targets", metavar="FILE", help="targets: a table with indicator, value[, entity, period]")
    verb.add_argument("--at", metavar="PERIOD", help="period of the ranking that is printed; the last if not given")
    verb.add_argument("--titles", action="store_true", help="head the columns of a .csv with titles instead of ids")
    verb.set_defaults(run=commands.assess)

    verb = verbs.add_parser(
        "check", parents=[data, shared], help="list every problem of the data (exit 1 if one is an error)"
    )
    verb.add_argument("-o", "--out", metavar="OUT", help=".csv, .json or .parquet; else the list is printed")
    verb.set_defaults(run=commands.check)

    verb = verbs.add_parser("explain", parents=[data, shared], help="explain one cell from the total to the raw data")
    verb.add_argument("who", metavar="ENTITY", help="whose")
    verb.add_argument("when", metavar="PERIOD", nargs="?", help="when; the last period if not given")
    verb.add_argument("--node", metavar="ID", help="an indicator or group to begin at; the total if not given")
    verb.add_argument("--targets", metavar="FILE", help="as for assess")
    verb.add_argument(
        "-f", "--format", choices=["text", "markdown", "html", "json"], default="text", help="text if not given"
    )
    verb.set_defaults(run=commands.explain)

    questions.add(verbs, data, shared)
    why.add(verbs, data, shared)

    verb = verbs.add_parser("schemes", parents=[shared], help="list the built-in schemes, or print one as TOML")
    verb.add_argument("name", metavar="NAME", nargs="?", help="a built-in scheme, printed with its comments")
    verb.set_defaults(run=commands.schemes)

    verb = verbs.add_parser("schema", parents=[shared], help="print the JSON Schema of scheme files, or of questions")
    kinds = ["scheme", "question"]
    verb.add_argument("of", nargs="?", choices=kinds, default="scheme", help="scheme if not given")
    verb.set_defaults(run=commands.schema)
    return parser

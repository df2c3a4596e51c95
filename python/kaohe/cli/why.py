"""Commands that ask: one entry of a list each; what they print is the answer, laid out by the core."""

from __future__ import annotations

import argparse
from typing import Any

from kaohe.cli import words as w
from kaohe.cli.asking import (
    Command,
    Word,
    add_command,
    add_output,
    answered,
    number_or_word,
    read_factors,
    read_json,
    read_question,
)
from kaohe.cli.commands import assessed
from kaohe.cli.parser import Parser
from kaohe.cli.say import Both, UsageError, say
from kaohe.comparison import compare, gainers
from kaohe.language import get_lang
from kaohe.result import Result

__all__ = ["add"]

_WHO = Word("who", Both("哪个考核对象", "whose"), w.ENTITY, optional=False)
_WHEN = Word("when", Both("哪一时期；默认最后一期", "when; the last period if not given"), w.PERIOD)
_SPAN = (
    Word("--since", Both("从哪一期起；默认前一期", "from when; the period before if not given"), w.PERIOD),
    Word("--until", Both("到哪一期止；默认最后一期", "to when; the last period if not given"), w.PERIOD),
)
_COURSES = (
    Word(
        "--others",
        Both(
            "其他对象的数据如何变化：fixed 不变（默认），growth 按上期增速，trend 按近三期平均增速，trend:5 按近五期，"
            "best 按近三期最好的增速",
            "how the others' data go on: fixed (default), growth as in the last period, trend of three periods, "
            "trend:5 of five, best of the last three",
        ),
        Both("变化", "COURSE"),
        default="fixed",
    ),
    Word(
        "--own",
        Both(
            "自身的数据如何变化，写法相同；默认与其他对象相同",
            "how one's own data go on, written alike; as the others'",
        ),
        Both("变化", "COURSE"),
    ),
)

_SEED = Word("--seed", Both("种子；默认 0", "which numbers are drawn; 0 if not given"), w.COUNT, type=int, default=0)
_POOLED = Word("--pooled", Both("各期合并计算", "all periods as one"), type=bool)


def _of(default: str) -> Word:
    about = Both(f"用哪些数；默认 {default}", f"which numbers; {default} if not given")
    return Word("--of", about, default=default, choices=("values", "treated", "scores"))


_COMMANDS = (
    Command(
        "ask",
        Both(
            "以 JSON 提出任何问题；有哪些问题见 kaohe schema question",
            "any question, as JSON: kaohe schema question says what there is",
        ),
        (
            Word(
                "question",
                Both('例如 {"ask": "zones"}', 'such as {"ask": "zones"}'),
                Both("问题", "QUESTION"),
                optional=False,
            ),
        ),
        lambda r, o: r.ask(read_question(o.question, get_lang())),
    ),
    Command(
        "gaps",
        Both("差距有多大、在哪项指标、是否在扩大", "how far behind, in which indicator, is it widening"),
        (
            _WHO,
            _WHEN,
            Word(
                "--to",
                Both(
                    "与谁比：mean 均值（默认）、pooled 总体、best 最好、next 前一名、0 至 1 的分位数，或一个考核对象",
                    "mean (default), pooled, best, next, a quantile 0 … 1, or an entity",
                ),
                Both("比较对象", "TO"),
                default="mean",
            ),
            Word(
                "--since",
                Both("从哪一期起看是否扩大；默认前一期", "where widening starts; the period before if not given"),
                w.PERIOD,
            ),
        ),
        lambda r, o: r.gaps(o.who, o.when, to=number_or_word(o.to), since=o.since),
    ),
    Command(
        "drivers",
        Both("指标为什么变了：由哪个变量带动、带动多少", "why an indicator moved: by which variable, by how much"),
        (
            _WHO,
            Word("indicator", Both("哪项指标", "which indicator"), Both("指标", "INDICATOR"), optional=False),
            *_SPAN,
            Word(
                "--method",
                Both("分解方法；默认 auto", "auto if not given"),
                default="auto",
                choices=("auto", "lmdi", "shapley"),
            ),
        ),
        lambda r, o: r.drivers(o.who, o.indicator, since=o.since, until=o.until, method=o.method),
    ),
    Command(
        "bridge",
        Both(
            "总分和位次为什么变了：自身数据、其他对象的数据、办法",
            "why a total and its rank moved: own data, others' data, the method",
        ),
        (_WHO, *_SPAN),
        lambda r, o: r.bridge(o.who, since=o.since, until=o.until),
    ),
    Command(
        "contributions",
        Both(
            "总分、两者的差距，或（不给考核对象时）全部总分的差异由什么构成",
            "what makes up a total, a distance, or (without ENTITY) the spread of all totals",
        ),
        (
            Word(
                "who",
                Both("哪个考核对象的总分；默认全部总分的方差", "whose total; the variance of all totals if not given"),
                w.ENTITY,
            ),
            _WHEN,
            Word("--to", Both("与哪个考核对象的差距", "the other one of a distance"), w.ENTITY),
            Word("--at", Both("不给考核对象时的时期", "the period where no entity is given"), w.PERIOD),
        ),
        lambda r, o: r.contributions(o.who, o.at if o.when is None else o.when, to=o.to),
    ),
    Command(
        "needed",
        Both("要做到多少才能达到某一位次、总分或等次", "what it takes to reach a rank, total or grade"),
        (
            _WHO,
            Word("what", Both("指标或变量", "an indicator or a variable"), Both("指标", "WHAT"), optional=False),
            _WHEN,
            Word("--rank", Both("目标：不低于这一位次", "goal: this rank or a better one"), "N", type=int),
            Word("--score", Both("目标：总分不低于此数", "goal: a total of at least this"), "X", type=float),
            Word(
                "--reach",
                Both(
                    "目标：指标值不逊于均值（mean）或某个考核对象",
                    "goal: as good a value as the mean, or as an entity's",
                ),
                Both("比较对象", "REACH"),
            ),
            Word("--grade", Both("目标：不低于这一等次", "goal: this grade or a better one"), Both("等次", "GRADE")),
            Word(
                "--variable",
                Both("指标中变动的变量；默认分子", "which variable of the indicator changes; else the numerator"),
                Both("变量", "VARIABLE"),
            ),
            *_COURSES,
            Word("--upper", Both("可能达到的最大值", "largest value that can be had"), "X", type=float),
        ),
        lambda r, o: r.needed(
            o.who,
            o.when,
            o.what,
            rank=o.rank,
            score=o.score,
            reach=o.reach,
            grade=o.grade,
            variable=o.variable,
            others=o.others,
            own=o.own,
            upper=o.upper,
        ),
        lambda answer: bool(answer.reachable),
    ),
    Command(
        "next",
        Both(
            "再得一分：每个变量各要变多少，最省的在前",
            "the next point: how much of each variable it takes, the cheapest first",
        ),
        (
            _WHO,
            _WHEN,
            Word(
                "--points", Both("再得几分；默认 1", "by how many points; 1 if not given"), "X", type=float, default=1.0
            ),
            Word(
                "--uncontrollable",
                Both(
                    "也列出不宜调控的变量（生产总值、企业数等）", "variables that nobody can be advised to change, too"
                ),
                type=bool,
            ),
            *_COURSES,
        ),
        lambda r, o: r.next_points(
            o.who, o.when, points=o.points, uncontrollable=o.uncontrollable, others=o.others, own=o.own
        ),
        lambda answer: answer.cheapest is not None,
    ),
    Command(
        "audit",
        Both("指标体系是否合理：各项检查合格、需注意或不合格", "is the index sound: checks that pass, warn or fail"),
        (_WHEN, _POOLED),
        lambda r, o: r.audit(period=o.when, pooled=o.pooled),
        lambda answer: answer.failed == 0,
    ),
    Command(
        "without",
        Both("逐项去掉指标或指标组，位次变动多少", "what ranks become without each indicator or group"),
        (_WHEN,),
        lambda r, o: r.leave_out(period=o.when),
    ),
    Command(
        "trends",
        Both("各指标逐期的增长与趋势", "growth and trend of each indicator over the periods"),
        (
            Word("who", Both("哪个考核对象；默认全部", "whose; everybody's if not given"), w.ENTITY),
            *_SPAN,
            _of("values"),
        ),
        lambda r, o: r.trends(o.of, entity=o.who, since=o.since, until=o.until),
    ),
    Command(
        "strengths",
        Both("强项与弱项：位次最前和最后的指标", "the best and the worst ranked indicators"),
        (
            _WHO,
            _WHEN,
            Word("--top", Both("各列几项；默认 5", "how many of each; 5 if not given"), "N", type=int, default=5),
        ),
        lambda r, o: r.strengths(o.who, o.when, top=o.top),
    ),
    Command(
        "profile",
        Both(
            "一个考核对象各级的得分与位次，与均值、最高对照", "one entity at every level, beside the mean and the best"
        ),
        (_WHO, _WHEN),
        lambda r, o: r.profile(o.who, o.when),
    ),
    Command(
        "statistics",
        Both("各项指标的缺失、分布、偏度与峰度", "gaps, spread, skewness and kurtosis of each indicator"),
        (_WHEN, _of("values"), _POOLED),
        lambda r, o: r.statistics(o.of, period=o.when, pooled=o.pooled),
    ),
    Command(
        "correlations",
        Both("两两指标的相关系数与 p 值", "correlations of every two indicators, with p-values"),
        (
            _WHEN,
            _of("scores"),
            _POOLED,
            Word(
                "--method",
                Both("相关系数；默认 pearson", "pearson if not given"),
                default="pearson",
                choices=("pearson", "spearman", "kendall"),
            ),
        ),
        lambda r, o: r.correlations(o.of, method=o.method, period=o.when, pooled=o.pooled),
    ),
    Command(
        "components",
        Both("各组的主成分、克隆巴赫系数与 KMO", "principal components of each group, Cronbach's alpha, KMO"),
        (
            _WHEN,
            _of("scores"),
            _POOLED,
            Word("--group", Both("指标组；默认全部", "one group; all if not given"), Both("指标组", "GROUP")),
        ),
        lambda r, o: r.components(o.of, group=o.group, period=o.when, pooled=o.pooled),
    ),
    Command(
        "zones",
        Both(
            "谁处在计分规则的平段（封顶、保底）或断崖边",
            "who stands where a rule is flat (capped, floored) or near a cliff",
        ),
        (_WHEN,),
        lambda r, o: r.zones(o.when),
    ),
    Command(
        "sensitivity",
        Both(
            "哪个不确定因素（权重、方法、数据误差）最能改变位次",
            "which uncertain factor (weights, methods, errors of data) moves ranks most",
        ),
        (
            _WHEN,
            Word("--who", Both("看谁的位次；默认全部", "whose rank; all together if not given"), w.ENTITY),
            Word(
                "--output",
                Both("看位次还是总分；默认 rank", "ranks or totals; rank if not given"),
                default="rank",
                choices=("rank", "total"),
            ),
            Word(
                "--samples",
                Both("Sobol' 点的行数，最好是 2 的幂；默认 1024", "rows of Sobol' points, best a power of 2; 1024"),
                "N",
                type=int,
                default=1024,
            ),
            Word("--seed", Both("随机数种子；默认 0", "which points; 0 if not given"), "N", type=int, default=0),
            Word(
                "--method",
                Both(
                    "exact 逐一计算全部组合，sampled 抽取点；默认能全部计算时用 exact",
                    "exact: all combinations; sampled: points; exact where it can be if not given",
                ),
                choices=("exact", "sampled"),
            ),
        ),
        lambda r, o: r.sensitivity(
            o.when, entity=o.who, output=o.output, samples=o.samples, seed=o.seed, method=o.method
        ),
    ),
    Command(
        "curve",
        Both("一个指标如何计分，各对象处在曲线何处", "how an indicator is scored, and where everybody stands"),
        (
            Word("indicator", Both("指标", "the indicator"), Both("指标", "INDICATOR"), optional=False),
            _WHEN,
        ),
        lambda r, o: r.curve(o.indicator, o.when),
    ),
    Command(
        "flips",
        Both("哪个权重单独变动就会使两者先后对调", "which weight alone would turn the order of two entities"),
        (
            _WHO,
            Word("other", Both("与之比较的考核对象", "the other one"), Both("另一对象", "OTHER"), optional=False),
            _WHEN,
        ),
        lambda r, o: r.flips(o.who, o.other, o.when),
    ),
    Command(
        "robustness",
        Both(
            "权重、方法、数据不确定时名次稳不稳：名次区间、分不出先后的对象",
            "how ranks hold when weights, the method or the data are uncertain: rank intervals, who is not told apart",
        ),
        (
            _WHEN,
            Word("--who", Both("只说某一考核对象", "whom the sentences are about"), w.ENTITY),
            Word(
                "--samples",
                Both("模拟次数；默认 10000", "runs; 10,000 if not given"),
                w.COUNT,
                type=int,
                default=10_000,
            ),
            _SEED,
            Word(
                "--factors",
                Both(
                    "以 JSON 写出变动的因素；默认用方案的 [robustness]，没有则全部权重上下浮动四分之一",
                    "what varies, as JSON; the scheme's [robustness], or else all weights by a quarter, if not given",
                ),
                "JSON",
            ),
            Word(
                "--level",
                Both(
                    "多大比例的情形居前才算分出先后；默认 0.9", "share of runs that tells two apart; 0.9 if not given"
                ),
                Both("比例", "SHARE"),
                type=float,
                default=0.9,
            ),
        ),
        lambda r, o: r.robustness(
            o.when,
            samples=o.samples,
            seed=o.seed,
            factors=read_factors(o.factors, get_lang()),
            entity=o.who,
            level=o.level,
        ),
    ),
    Command(
        "rank",
        Both("名次由哪些指标造成", "which indicators make a rank"),
        (
            _WHO,
            _WHEN,
            Word("--top", Both("也分解是否居前几名", "also split being among the best N"), "N", type=int),
            Word("--before", Both("也分解是否排在某对象之前", "also split standing before an entity"), w.ENTITY),
            Word("--level", Both("按第几级指标组分解；默认按指标", "split over the groups of a level"), "N", type=int),
        ),
        lambda r, o: r.rank_attribution(o.who, o.when, top=o.top, before=o.before, level=o.level),
    ),
    Command(
        "overtake",
        Both("权重最少变动多少就会被超过", "how little weights must move for another one to overtake"),
        (
            _WHO,
            _WHEN,
            Word("--rival", Both("被谁超过；默认其后最近的", "by whom; the nearest if not given"), w.ENTITY),
            Word("--group", Both("只变动这一组内的权重", "only weights within this group"), Both("指标组", "GROUP")),
        ),
        lambda r, o: r.overtake(o.who, o.rival, o.when, group=o.group),
    ),
    Command(
        "rank-sets",
        Both("总分有误差时各排第几至第几名", "between which ranks each lies when totals have errors"),
        (
            Word(
                "error",
                Both(
                    '总分的标准误：一个数，或 JSON：按对象 {"甲": 1.5}，或变量的误差 '
                    '[{"variables": ["rd"], "normal": 2}]',
                    'standard errors of totals: a number, or JSON: by entity {"A": 1.5}, or errors of variables '
                    '[{"variables": ["rd"], "normal": 2}]',
                ),
                Both("误差", "ERROR"),
                optional=False,
            ),
            _WHEN,
            Word("--level", Both("把握；默认 0.95", "confidence; 0.95 if not given"), "X", type=float, default=0.95),
            Word("--simultaneous", Both("全部区间同时成立", "all sets together"), type=bool),
            Word("--top", Both("也列出谁可能居前几名", "also who may be among the best N"), "N", type=int),
            Word(
                "--method",
                Both("方法；默认 stepwise", "stepwise if not given"),
                default="stepwise",
                choices=("stepwise", "joint"),
            ),
            Word(
                "--draws",
                Both("抽取次数；默认 100000", "draws; 100,000 if not given"),
                w.COUNT,
                type=int,
                default=100_000,
            ),
            _SEED,
        ),
        lambda r, o: r.rank_sets(
            o.when,
            error=read_json(o.error, get_lang()),
            level=o.level,
            simultaneous=o.simultaneous,
            top=o.top,
            method=o.method,
            draws=o.draws,
            seed=o.seed,
        ),
    ),
    Command(
        "smaa",
        Both(
            "在哪些权重下各排第几：名次可接受度、中心权重、置信因子",
            "for which weights who is where: acceptability of ranks, central weights, confidence factors",
        ),
        (
            _WHEN,
            Word(
                "--weights",
                Both(
                    "any 任意权重（默认），in_order 保持现行权重的次序，或上下浮动的比例，如 0.25",
                    "any (default), in_order, or a share up and down such as 0.25",
                ),
                Both("权重", "WEIGHTS"),
                default="any",
            ),
            Word(
                "--samples",
                Both("抽取次数；默认 10000", "draws; 10,000 if not given"),
                w.COUNT,
                type=int,
                default=10_000,
            ),
            _SEED,
        ),
        lambda r, o: r.smaa(o.when, weights=number_or_word(o.weights), samples=o.samples, seed=o.seed),
    ),
)


def add(parser: Parser, data: Parser, shared: Parser) -> None:
    """Add the commands to the parser."""
    for command in _COMMANDS:
        add_command(parser, command, [data, shared])

    about = Both(
        "换一份数据或换一个方案，谁得益、谁受损", "who gains and who loses by other data, or by another scheme"
    )
    verb = parser.command("compare", about, [data, shared])
    with_data = Both("变动后的数据；默认不变", "the data afterwards; the same if not given")
    verb.add_argument("--with-data", metavar=w.DATA, help=with_data)
    with_scheme = Both("变动后的方案；默认不变", "the scheme afterwards; the same if not given")
    verb.add_argument("--with-scheme", metavar=w.SCHEME, help=with_scheme)
    everybody = Both("按数据的顺序列出全部考核对象，不按得益排序", "everybody in the order of the data, not by gain")
    verb.add_argument("--all", action="store_true", help=everybody)
    at = Both("显示哪一时期；默认最后一期", "period that is printed; the last if not given")
    verb.add_argument("--at", metavar=w.PERIOD, help=at)
    add_output(verb)
    verb.set_defaults(run=compared)


def compared(options: argparse.Namespace, lang: str) -> int:
    """Compare two results: of two data files, of two schemes, or both."""
    if options.with_data is None and options.with_scheme is None:
        zh = "请用 --with-data 给出另一份数据，或用 --with-scheme 给出另一个方案"
        raise UsageError(say(lang, zh, "say what to compare with: --with-data DATA, --with-scheme SCHEME, or both"))
    before = assessed(options, lang)
    other = {"data": options.with_data or options.data, "scheme": options.with_scheme or options.scheme}
    after = assessed(argparse.Namespace(**{**vars(options), **other}), lang)
    found = compare(before, after) if options.all else gainers(before, after)
    period = _period(after, options.at, lang)
    answered(found, options, lang, period)
    if period is not None and options.out is None and options.format == "text" and len(after.periods) > 1:
        zh = f"表中只列 {period}：其他时期用 --at，全部用 -o 文件"
        print("\n" + say(lang, zh, f"The table shows {period}: --at for another period, -o FILE for all."))
    return 0


def _period(result: Result, at: Any, lang: str) -> str | None:
    """Return the period that is printed; None where the data have no periods."""
    if result._frame.period is None:
        return None
    period = result._asked.period(at)
    result._core.ranking(period, lang)  # says which periods there are
    return period

"""What the page itself says, in both languages: headings, labels, buttons."""

from __future__ import annotations

from kaohe.language import get_lang

__all__ = ["words"]

_WORDS: dict[str, tuple[str, str]] = {
    "period": ("时期", "Period"),
    "entity": ("考核对象", "Entity"),
    "other": ("English", "中文"),
    "reset": ("全部还原", "Reset all"),
    "link": ("复制链接", "Copy link"),
    "copied": ("已复制", "Copied"),
    "save": ("下载", "Download"),
    "save_report": ("报告（.html）", "Report (.html)"),
    "save_ranking": ("全部结果（.csv）", "All results (.csv)"),
    "save_data": ("数据（.csv）", "Data (.csv)"),
    "save_scheme": ("方案（.toml）", "Scheme (.toml)"),
    "changes": ("改动", "Changes"),
    "undo": ("撤销", "Undo"),
    "weights": ("权重", "Weights"),
    "weight": ("权重", "weight"),
    "counts": ("计入", "counts"),
    "share": ("占总分", "share"),
    "points": ("得分", "points"),
    "computed": ("由数据计算", "computed from the scores"),
    "by_class": ("按类另定", "set by class"),
    "data": ("数据", "Data"),
    "data_hint": ("改一个数，立即重新计分", "Change a number and everything is scored again"),
    "no_row": ("本期没有数据", "No data in this period"),
    "was": ("原", "was"),
    "missing": ("缺", "missing"),
    "ranking": ("排名", "Ranking"),
    "points_of": ("各项得分", "points of each part"),
    "moved": ("改动使总分", "total moved"),
    "moved_rank": ("改动使位次", "rank moved"),
    "find": ("查找", "Find"),
    "earlier": ("上一页", "Previous"),
    "later": ("下一页", "Next"),
    "go": ("转到所选", "Go to chosen"),
    "none_found": ("没有相符的考核对象", "No entity matches"),
    "answers": ("分析", "Answers"),
    "choose": ("请在排名中选择一个考核对象", "Choose an entity in the ranking"),
    "edit": ("改动的影响", "What the changes do"),
    "gaps": ("差距", "Gaps"),
    "bridge": ("比上期为何变化", "Why it moved since the last period"),
    "next": ("再得一分", "The next point"),
    "needed": ("要做到多少", "What it takes"),
    "sure": ("名次稳不稳", "How sure"),
    "explain": ("得分由来", "From the total to the data"),
    "indicator": ("指标", "Indicator"),
    "goal": ("目标位次", "Rank to reach"),
    "compute": ("计算", "Compute"),
    "again": ("重新计算", "Compute again"),
    "stale": ("以下是改动之前的结果", "From before the last change"),
    "working": ("计算中…", "Working…"),
    "nothing": ("没有改动", "Nothing is changed"),
    "ended": (
        "连不上：这一页由 kaohe open 或 result.open() 提供，它已经结束",
        "No connection: what served this page (kaohe open, result.open()) has ended",
    ),
    "failed": ("程序出错，详情见运行 kaohe 的终端", "An internal error; see the terminal that runs kaohe"),
}


def words(lang: str | None = None) -> dict[str, str]:
    """Return all words in a language."""
    place = 0 if get_lang(lang) == "zh" else 1
    return {name: both[place] for name, both in _WORDS.items()}

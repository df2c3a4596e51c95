//! Messages of planning: what it takes, progress, allocation, awards.

crate::text::catalogue! {
    // Questions that cannot be asked.
    "plan_what": "没有叫 {what} 的指标或变量;最接近的是 {nearest};指标有:{known}" / "there is no indicator or variable {what}; the nearest is {nearest}; the indicators are {known}",
    "plan_variable": "没有叫 {variable} 的变量;最接近的是 {nearest};有:{known}" / "there is no variable {variable}; the nearest is {nearest}; there are {known}",
    "plan_no_variable": "指标 {indicator} 的公式不含变量,没有可改变的数" / "the formula of {indicator} reads no variable: there is nothing to change",
    "plan_value": "{variable} 的新值 {value} 不是有限的数" / "the new value {value} of {variable} is not a finite number",
    "plan_no_value": "变量 {variable} 在这里没有数,无从改变;请先补数" / "variable {variable} has no value here to start from; supply it first",
    "plan_bounds": "{variable} 的下限 {lower} 高于上限 {upper}" / "the lower bound {lower} of {variable} is above its upper bound {upper}",
    "plan_score": "目标分 {score} 不是有限的数" / "the score {score} to reach is not a finite number",
    "plan_grade": "方案没有等次“{grade}”;有:{known}" / "the scheme has no grade \"{grade}\"; it has {known}",
    // What it takes.
    "needed_already": "{entity} 现在就达到了:总分 {total},第 {rank} 名({variable} 为 {current} {unit})" / "{entity} is there already: total {total}, rank {rank} ({variable} is {current} {unit})",
    "needed_more": "{entity} 的 {variable} 需再增加 {gain} {unit}(由 {current} 到 {value}),届时总分 {total},第 {rank} 名;只到 {short} 则不够" / "{entity} needs {gain} {unit} more of {variable} (from {current} to {value}): total {total}, rank {rank}; {short} would not do",
    "needed_less": "{entity} 的 {variable} 需减少 {gain} {unit}(由 {current} 到 {value}),届时总分 {total},第 {rank} 名;只到 {short} 则不够" / "{entity} needs {gain} {unit} less of {variable} (from {current} to {value}): total {total}, rank {rank}; {short} would not do",
    "needed_capped": "封顶:只改变 {variable}(现为 {current} {unit}),{entity} 最多得 {total} 分、第 {rank} 名(在 {value} {unit} 时)" / "capped: with {variable} alone (now {current} {unit}) {entity} gets at most {total} points, rank {rank} (at {value} {unit})",
    "needed_bounded": "在给定的上下限内,只改变 {variable}(现为 {current} {unit}),{entity} 最多得 {total} 分、第 {rank} 名(在 {value} {unit} 时)" / "within the given bounds {variable} alone (now {current} {unit}) brings {entity} at most {total} points, rank {rank} (at {value} {unit})",
    "needed_floor": "底线 {floor} 压住了总分:只改变 {variable}(现为 {current} {unit}),{entity} 最多得 {total} 分、第 {rank} 名" / "floor {floor} holds the total down: with {variable} alone (now {current} {unit}) {entity} gets at most {total} points, rank {rank}",
    "needed_no_effect": "{variable}(现为 {current} {unit})无论多少都不改变 {entity} 的结果:总分 {total},第 {rank} 名" / "no value of {variable} (now {current} {unit}) changes the result of {entity}: total {total}, rank {rank}",
    "needed_not_monotone": "注意:变化再大,可能反而达不到(结果不是单调的)" / "note: a larger change may lose the goal again (the result is not monotone)",
    "needed_not_complete": "注意:对象太多,只核对了部分区间;更小的变化也许已经够了" / "note: with so many entities only some of the pieces were asked; a smaller change may do",
    // Headings.
    "plan_col_entity": "对象" / "entity",
    "plan_col_variable": "变量" / "variable",
    "plan_col_current": "现值" / "current",
    "plan_col_needed": "需要" / "needed",
    "plan_col_gain": "变化" / "change",
    "plan_col_total": "总分" / "total",
    "plan_col_rank": "位次" / "rank",
}

//! Messages of the engine: what keeps data from being assessed, and questions about what is not there.

crate::text::catalogue! {
    "target_indicator": "目标表提到的指标 {indicator} 不存在" / "the targets name an indicator {indicator} that does not exist",
    "target_indicator_near": "目标表提到的指标 {indicator} 不存在；最接近的是 {nearest}" / "the targets name an indicator {indicator} that does not exist; the nearest is {nearest}",
    "target_period": "指标 {indicator} 的目标写的时期“{period}”读不懂；可写 2023、2023Q1、2023-03" / "the target of {indicator} is for \"{period}\", which is no period; write 2023, 2023Q1 or 2023-03",
    "no_target": "{entity} {period} 的指标 {indicator} 没有目标值；请在目标表里补上，或给该指标写明 missing" / "indicator {indicator} of {entity} in {period} has no target; add it to the targets, or give the indicator a policy for missing",
    "hole": "{entity} {period} 的指标 {indicator} 算不出来：{variable} 缺数；请补数据，或在方案里写明 missing 的处理" / "indicator {indicator} of {entity} in {period} cannot be computed: {variable} is missing; supply it, or say in the scheme what missing means",
    "hole_before": "{entity} {period} 的指标 {indicator} 算不出来：要用 {before} 的 {variable}，但没有；请补数据，或在方案里写明 missing 的处理" / "indicator {indicator} of {entity} in {period} cannot be computed: it takes {variable} of {before}, which is missing; supply it, or say in the scheme what missing means",
    "not_a_number": "{entity} {period} 的指标 {indicator} 算不出来：公式 {formula} 在这里没有结果（分母为零，或对非正数取对数）" / "indicator {indicator} of {entity} in {period} cannot be computed: {formula} has no result here (a denominator of zero, or the logarithm of nothing positive)",
    "unknown_node": "没有叫 {node} 的指标或指标组；有：{known}" / "there is no indicator or group {node}; there are {known}",
    "unknown_node_near": "没有叫 {node} 的指标或指标组；最接近的是 {nearest}；有：{known}" / "there is no indicator or group {node}; the nearest is {nearest}; there are {known}",
    "unknown_entity": "没有叫 {entity} 的考核对象（{period}）" / "there is no entity {entity} (asked for {period})",
    "unknown_entity_near": "没有叫 {entity} 的考核对象（{period}）；最接近的是 {nearest}" / "there is no entity {entity} (asked for {period}); the nearest is {nearest}",
    "entity_not_in_period": "{entity} 在 {period} 没有数据；有数据的是 {known}" / "{entity} has no data in {period}; it has {known}",
    "unknown_period": "数据里没有 {period}；有：{known}" / "the data have no {period}; they have {known}",
    "formula_total_of_results": "加减分和底线的条件里，total() 和 share() 只能对变量求和，不能对指标或得分求和" / "in adjustments and floors total() and share() sum variables only, not indicators or scores",
    "budget_cancelled": "计算已取消（正在进行：{stage}）" / "cancelled (under way: {stage})",
    "budget_deadline": "到了规定的时间，计算中止（正在进行：{stage}）" / "stopped at the deadline (under way: {stage})",
    "budget_cells": "计算的单元格数超过上限，计算中止（正在进行：{stage}）" / "stopped: more cells than the budget allows (under way: {stage})",
    "budget_exact_bits": "精确运算的位数超过上限，计算中止（正在进行：{stage}）" / "stopped: more bits of exact arithmetic than the budget allows (under way: {stage})",
    "pooled_needs_value": "pooled（合计之比）只对指标值有意义，不能和 measure = {measure} 一起用" / "pooled (the ratio of sums) is for the value itself and cannot go with measure = {measure}",
}

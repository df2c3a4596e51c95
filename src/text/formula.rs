//! Messages of formulas and units of measure.

crate::text::catalogue! {
    "formula_empty": "公式是空的；应写一个表达式，如 rd / gdp"
        / "the formula is empty; write an expression such as rd / gdp",
    "formula_too_long": "公式超过 {most} 个字符" / "the formula is longer than {most} characters",
    "formula_too_deep": "公式嵌套超过 {most} 层" / "the formula is nested deeper than {most} levels",
    "formula_too_many": "公式中的数、名称和运算超过 {most} 个"
        / "the formula has more than {most} numbers, names and operators",
    "formula_too_large": "公式展开后超过 {most} 步运算（mean(x, n) 按 n 期展开）"
        / "written out, the formula has more than {most} operations (mean(x, n) counts n times)",
    "formula_percent": "公式里的数带单位时，单位写在方括号里：把 5% 写成 5 [%]"
        / "the unit of a number is written in square brackets: write 5 [%] for 5%",
    "formula_character": "公式里不能用字符“{found}”" / "the character '{found}' has no meaning in a formula",
    "formula_operator": "“{found}”应写作“{write}”" / "write '{write}' instead of '{found}'",
    "formula_number": "“{found}”不是可用的数：应为不超过 15 位有效数字的小数，如 1.5 或 2e-3"
        / "'{found}' is not a usable number: write a decimal of at most 15 significant digits, such as 1.5 or 2e-3",
    "formula_end": "公式到此结束，但还缺一个数、名称或括号" / "the formula ends where a number, a name or a bracket is due",
    "formula_value": "此处应为数、名称或括号，却是“{found}”" / "a number, a name or a bracket is due here, not '{found}'",
    "formula_missing_operator": "“{found}”之前缺少运算符、逗号或右括号"
        / "an operator, a comma or a closing bracket is missing before '{found}'",
    "formula_unit_open": "方括号没有配对；数的单位应写作 20 [亿元]" / "this bracket is never closed; write the unit of a number as in 20 [亿元]",
    "formula_no_unit": "方括号里没有单位；应写作 20 [亿元]，纯数可写 20 [1]"
        / "there is no unit between the brackets; write 20 [亿元], or 20 [1] for a pure number",
    "formula_unit_place": "单位 {found} 只能写在数的后面，如 20 [亿元]"
        / "the unit {found} must follow a number written out, as in 20 [亿元]",
    "formula_unclosed": "左括号没有配对的右括号" / "this bracket is never closed",
    "formula_unopened": "右括号没有配对的左括号" / "this bracket closes nothing",
    "formula_chain": "比较不能连写：把 a < b < c 写成 a < b and b < c"
        / "comparisons do not chain: write a < b and b < c instead of a < b < c",
    "formula_function_near": "没有函数 {name}；是否为 {near}？" / "there is no function {name}; did you mean {near}?",
    "formula_function": "没有函数 {name}；可用的有：{known}" / "there is no function {name}; there are: {known}",
    "formula_arguments": "{name} 的参数个数不对（现有 {found} 个）；应写作 {usage}"
        / "wrong number of arguments for {name} ({found}); write {usage}",
    "formula_whole": "{name} 的第二个参数应是写明的整数，范围 {low} 至 {high}"
        / "the second argument of {name} must be a whole number written out, from {low} to {high}",
    "formula_name": "{name} 的参数应是一个名称，如 {name}(id)" / "{name} takes a bare name: {name}(id)",
    "formula_share": "{name} 的第二个参数应是写明的 0 至 1 的数，如 0.9"
        / "the second argument of {name} must be a number from 0 to 1 written out, such as 0.9",
    "formula_no_members": "此处不能用 members.{statistic}(…)：方案没有 [members] 表，或者已在下级单位的公式之内"
        / "members.{statistic}(…) cannot be used here: the scheme has no [members] table, or the formula is one over members already",
    "formula_members_inside": "members.{statistic}(…) 之内不能用 prev、lag、growth、mean(x, n)、total 和 share；跨期请写在外面，如 prev(members.{statistic}(…))"
        / "prev, lag, growth, mean(x, n), total and share cannot be used inside members.{statistic}(…); write the period outside: prev(members.{statistic}(…))",
    "members_members": "下级单位" / "members",
    "members_number": "{members}数" / "number of {members}",
    "members_count": "{of} 的{members}数" / "number of {members} with {of}",
    "members_share": "{of} 的{members}占比" / "share of {members} with {of}",
    "members_sum": "各{members} {of} 之和" / "sum of {of} over the {members}",
    "members_mean": "各{members} {of} 的平均值" / "mean of {of} over the {members}",
    "members_pooled": "全部{members}合计的 {of}" / "{of} of all {members} together",
    "members_sd": "各{members} {of} 的标准差" / "standard deviation of {of} over the {members}",
    "members_cv": "各{members} {of} 的差异系数" / "coefficient of variation of {of} over the {members}",
    "members_median": "各{members} {of} 的中位数" / "median of {of} over the {members}",
    "members_min": "各{members} {of} 的最小值" / "smallest {of} of the {members}",
    "members_max": "各{members} {of} 的最大值" / "largest {of} of the {members}",
    "members_quantile": "各{members} {of} 的 {at} 分位数" / "{at} quantile of {of} over the {members}",
    "members_gini": "各{members} {of} 的基尼系数" / "Gini coefficient of {of} over the {members}",
    "members_theil": "各{members} {of} 的泰尔指数" / "Theil index of {of} over the {members}",
    "members_weighted": "{of}（以 {weight} 加权）" / "{of}, weighted by {weight}",
    "formula_unknown": "没有名为 {name} 的变量或指标" / "there is no variable or indicator named {name}",
    "formula_unknown_near": "没有名为 {name} 的变量或指标；是否为 {near}？"
        / "there is no variable or indicator named {name}; did you mean {near}?",
    "formula_indicator": "{name} 是指标；指标的公式只能用变量，请把它的公式写在这里"
        / "{name} is an indicator, and the formula of an indicator takes variables only; write its formula out here",
    "formula_unknown_of": "{function}({name}) 中的 {name} 不是指标或分组"
        / "{name} in {function}({name}) is not an indicator or group",
    "formula_unknown_of_near": "{function}({name}) 中的 {name} 不是指标或分组；是否为 {near}？"
        / "{name} in {function}({name}) is not an indicator or group; did you mean {near}?",
    "formula_no_function_here": "此处的公式不能用 {function}({name})" / "{function}({name}) cannot be used in this formula",
    "formula_units": "“{operator}”两边的计量单位不同：{left} 的单位是 {left_unit}，{right} 的单位是 {right_unit}"
        / "'{operator}' needs the same kind of unit: {left} is in {left_unit}, {right} is in {right_unit}",
    "formula_bare": "“{operator}”一边是没有单位的数 {number}，另一边 {other} 的单位是 {unit}；请给数写上单位，如 20 [{unit}]"
        / "'{operator}' has the bare number {number} on one side and {other} in {unit} on the other; write the number with its unit, such as 20 [{unit}]",
    "formula_bare_ratio": "{number} 在此按 {unit} 计，因为 {other} 的单位是 {unit}；请写明单位：以 {unit} 计写 {number} [{unit}]，纯数写 {number} [1]"
        / "{number} is read in {unit} here, the unit of {other}; write the unit: {number} [{unit}], or {number} [1] for a pure number",
    "formula_bare_mixed": "{number} 在此按 {unit} 计，即 {other} 所用单位中最大的一个；请写明单位，如 {number} [{unit}]"
        / "{number} is read in {unit} here, the largest of the units in {other}; write the unit, such as {number} [{unit}]",
    "formula_pure": "{function} 需要无量纲的数，而 {text} 的单位是 {unit}；要用以 {unit} 计的数值，写 number({text})"
        / "{function} needs a pure number, but {text} is in {unit}; write number({text}) for the number in {unit}",
    "formula_target": "公式结果的单位是 {unit}，不能换算为声明的单位 {target}"
        / "the formula has the unit {unit}, which does not convert to the declared unit {target}",
    "formula_condition": "此处应为条件，而 {text} 是以 {unit} 计的数值；请写成比较，如 {text} < 1"
        / "a condition is due here, but {text} is a value in {unit}; write a comparison such as {text} < 1",
    "formula_scale": "单位换算系数过大或过细，无法精确计算；请换用大小相近的单位"
        / "the conversion factor is too large or too fine to be exact; use units of a nearer size",
    "formula_powers": "乘方层层叠加，无法在合理的时间内精确计算；请降低指数"
        / "powers of powers: too large to be computed exactly in reasonable time; use smaller exponents",
    "formula_over_zero": "{left} 除以 0：结果总是缺失" / "{left} is divided by 0: the result is always missing",
    "formula_lag": "回溯不能超过 {most} 期" / "a formula looks back {most} periods at most",
    "formula_nested_total": "total 和 share 不能嵌套" / "total and share cannot be nested",
    "unit_unknown": "没有名为“{unit}”的计量单位；可在 [[unit]] 中声明"
        / "there is no unit of measure '{unit}'; declare it under [[unit]]",
    "unit_unknown_near": "没有名为“{unit}”的计量单位；是否为“{near}”？也可在 [[unit]] 中声明"
        / "there is no unit of measure '{unit}'; did you mean '{near}'? Or declare it under [[unit]]",
    "unit_malformed": "“{unit}”不是可用的计量单位；应写作 万元、家/万家、元/人·年、米^2 这样的形式"
        / "'{unit}' is not a usable unit of measure; write something like 万元, 家/万家, yuan/person or m^2",
    "unit_name": "“{unit}”不能作单位名：应有 1 至 60 个字符，且不含 / · * ^"
        / "'{unit}' cannot name a unit: 1 to 60 characters, none of them / · * ^",
    "unit_factor": "单位“{unit}”的换算系数 {factor} 不可用：应为大小适中的正数"
        / "the factor {factor} of unit '{unit}' cannot be used: it must be a positive number of ordinary size",
}

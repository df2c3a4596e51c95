//! Messages about data.

crate::text::catalogue! {
    // What the builder of a panel refuses.
    "place_row": "行 {row}" / "row {row}",
    "column_length": "列 {column} 有 {rows} 行，其余列有 {expected} 行" / "column {column} has {rows} rows, the others have {expected}",
    "too_many_rows": "{rows} 行超过了上限 {limit} 行" / "{rows} rows are more than the {limit} that a panel holds",
    "no_rows": "数据没有任何行" / "the data have no row",
    "mixed_periods": "时期长度不一：{first} 与 {other}；同一张表只能用一种（年、半年、季或月）" / "periods of different length: {first} and {other}; use one length (year, half, quarter or month) throughout",
    "duplicate_row": "{entity} 在 {period} 出现了两次；第一次在第 {first} 行（从 0 数起）" / "{entity} appears twice in {period}; the first time in row {first} (counted from 0)",
    // Members.
    "member_of_nobody": "下级单位表中的 {entity} 不是考核对象；请改名称，或删去这些行"
        / "{entity} of the members' table is none of the entities; correct the name or leave these rows out",
    "member_of_no_period": "下级单位表有 {period}，数据中没有这个时期" / "the members' table has {period}, a period that the data do not have",
    "member_of_no_row": "下级单位表有 {entity} {period}，数据中没有这一行" / "the members' table has {entity} in {period}, a row that the data do not have",
    "members_missing": "方案要用 {statistic}，数据没有下级单位表；请用 members= 与 member= 给出，或给一列 {statistic}"
        / "the scheme reads {statistic} and the data have no table of members; give one with members= and member=, or a column {statistic}",
    "members_without_column": "下级单位表没有列 {variable}（方案要求，单位 {unit}）；未用到的列有：{columns}"
        / "the members' table has no column {variable}, which the scheme reads (in {unit}); columns without use: {columns}",
    "member_twice": "{entity} 的 {member} 在 {period} 出现了两次；第一次在第 {first} 行（从 0 数起）"
        / "{member} of {entity} appears twice in {period}; the first time in row {first} (counted from 0)",
    "infinite_value": "{column} 的值是无穷大；请填数字或留空" / "{column} is infinite; give a number or leave it empty",
    "and_more": "……另有 {count} 处同类问题" / "… and {count} more of the same",
    // Columns.
    "missing_column": "数据中没有列 {variable}（方案要求，单位 {unit}）；未用到的列有：{columns}" / "the data have no column {variable}, which the scheme wants (in {unit}); columns without use: {columns}",
    "missing_column_near": "数据中没有列 {variable}（方案要求，单位 {unit}）；是不是列 {near}？请改列名" / "the data have no column {variable}, which the scheme wants (in {unit}); is it {near}? Rename the column",
    "column_is_text": "列 {variable} 是文字列，内容都是数字（单位 {unit}）；请转成数字列" / "column {variable} is a text column though all of it is numbers (in {unit}); convert it",
    "text_value": "{entity} {period} 的 {variable} 是文字“{value}”，应为数字（单位 {unit}）或留空" / "{variable} of {entity} in {period} is the text “{value}”; it should be a number (in {unit}) or empty",
    "text_value_near": "{entity} {period} 的 {variable} 是文字“{value}”；若指 {near}（单位 {unit}），请只写数字" / "{variable} of {entity} in {period} is the text “{value}”; if {near} is meant (in {unit}), write it as a plain number",
    "unused_column": "列 {column} 方案没有用到" / "the scheme does not use column {column}",
    // Time.
    "other_frequency": "数据的时期如 {first}（period = \"{data}\"），方案写的是 period = \"{scheme}\"；请改方案或换数据" / "the data come in periods such as {first} (period = \"{data}\"), the scheme says period = \"{scheme}\"; change one of them",
    "period_gap": "{from} 与 {to} 之间缺 {missing} 期，任何对象都没有；跨越空缺的增速和上期值无法计算" / "no entity has the {missing} period(s) between {from} and {to}; growth and lags across the gap have no value",
    "entity_gap": "{entity} 缺 {missing}，而前后各期都有；请补上该行" / "{entity} lacks {missing} although it has earlier and later periods; add the row(s)",
    "entity_in_some_periods": "{entity} 只有 {from} 至 {to}（{periods} 期中的 {times} 期）" / "{entity} has {from} to {to} only ({times} of {periods} periods)",
    // Names.
    "entity_look_alike": "{entity} 与 {other} 像是同一对象的两种写法；若是，请统一写法，否则它们被当作两个对象" / "{entity} and {other} look like one entity written in two ways; if so write it one way, as it is they are two",
    "entity_spaces": "对象名 {entity} 首尾有空格或不可见字符；请删去" / "the name {entity} begins or ends with a space or an invisible character; remove it",
    "benchmark_absent": "方案的参照对象 {entity} 不在数据中" / "the scheme's benchmark {entity} is not in the data",
    "missing_label_column": "数据中没有 {column} 列，而方案的 impute 按它分组（by）" / "the data have no column {column}, by which `impute` of the scheme groups its peers",
    "values_filled": "指标 {indicator} 有 {count} 个数值缺失，按 {how} 补齐" / "{count} values of indicator {indicator} are missing and filled by {how}",
    "screen_absent": "方案的 screen 中的 {entity} 不在数据中" / "{entity} of the scheme's screen is not in the data",
    "benchmark_near": "方案的参照对象 {entity} 不在数据中；是不是 {near}？现在它被当作普通对象参加排名" / "the scheme's benchmark {entity} is not in the data; is it {near}? That one is ranked like any other now",
    // Classes.
    "missing_class_column": "数据中没有分类列 {column}；请加上这一列（文字），或改方案的 class_column" / "the data have no class column {column}; add it (as text) or change class_column of the scheme",
    "class_empty": "{entity} 的分类列 {column} 是空的；请填类别" / "the class of {entity} (column {column}) is empty; give one",
    "unknown_class": "方案没有类别 {class}（{rows} 行）；方案的类别：{classes}" / "the scheme has no class {class} ({rows} rows); its classes are {classes}",
    "unknown_class_near": "方案没有类别 {class}（{rows} 行）；是不是 {near}？" / "the scheme has no class {class} ({rows} rows); is it {near}?",
    "class_member_absent": "类别 {class} 列出的 {entity} 不在数据中" / "{entity}, listed in class {class}, is not in the data",
    "class_member_near": "类别 {class} 列出的 {entity} 不在数据中；是不是 {near}？" / "{entity}, listed in class {class}, is not in the data; is it {near}?",
    "entity_without_class": "{entity} 不属于方案的任何类别；请加进某一类，或列为参照对象" / "{entity} is in no class of the scheme; list it in one, or as a benchmark",
    // Missing values.
    "missing_value": "{entity} {period} 缺 {variable}；请补上数据，或在方案中写明缺失的处理（missing = …）" / "{variable} of {entity} in {period} is missing; supply it, or say in the scheme how to treat it (missing = …)",
    "unfilled_value": "{entity} {period} 缺 {variable}，按 {how} 也补不上（没有可依据的数据）" / "{variable} of {entity} in {period} is missing and {how} has nothing to fill it from",
    "missing_allowed": "{variable} 缺 {count} 处，由引用它的指标按自身的规定处理（missing、impute）：{entities}" / "{variable} has {count} missing value(s), which the indicators that read it treat as they declare (missing, impute): {entities}",
    "missing_filled": "{variable} 缺 {count} 处，按 {how} 补：{entities}" / "{variable} has {count} missing values, filled by {how}: {entities}",
    "filled_from_period": "{entity} {period} 缺 {variable}，按 {how} 沿用 {from} 的值" / "{variable} of {entity} in {period} is missing; {how} takes the value of {from}",
    "filled_between": "{entity} {period} 缺 {variable}，按 {how} 在 {from} 与 {to} 之间线性内插" / "{variable} of {entity} in {period} is missing; {how} draws the line from {from} to {to}",
    "filled_from_later": "{entity} {period} 缺 {variable}，按 {how} 取 {from} 的值" / "{variable} of {entity} in {period} is missing; {how} takes the value of {from}, which is later",
    "filled_from_siblings": "{entity} {period} 缺 {variable}，按 {how} 由其 {siblings} 个其他指标推得" / "{variable} of {entity} in {period} is missing; {how} goes by {siblings} other indicators of it",
    "filled_from_distribution": "{entity} {period} 缺 {variable}，按 {how} 取 {peers} 个对象联合分布下的条件均值" / "{variable} of {entity} in {period} is missing; {how} takes its conditional mean under the distribution of {peers} entities",
    "filled_with_given": "{entity} {period} 缺 {variable}，按 {how} 取方案规定的数" / "{variable} of {entity} in {period} is missing; {how} takes the number of the scheme",
    "filled_from_peers": "{entity} {period} 缺 {variable}，按 {how} 以同期 {peers} 个同类对象计" / "{variable} of {entity} in {period} is missing; {how} goes by {peers} peers of the period",
    "filled_with_constant": "{entity} {period} 缺 {variable}，按 {how} 计" / "{variable} of {entity} in {period} is missing and counts as {how}",
    // Where a filled value comes from.
    "from_period": "沿用 {from} 的值" / "carried forward from {from}",
    "from_between": "在 {from} 与 {to} 之间线性内插" / "interpolated between {from} and {to}",
    "from_peers": "以同期 {peers} 个同类对象计" / "from {peers} peers of the period",
    "from_constant": "按 0 计" / "set to 0",
    "from_given": "按方案规定的数计" / "set to the number of the scheme",
    "from_later": "取 {from} 的值" / "taken from {from}, which is later",
    "from_siblings": "由本对象的 {siblings} 个其他指标推得" / "from {siblings} other indicators of the entity",
    "from_distribution": "取 {peers} 个对象各指标联合正态分布下的条件均值" / "its conditional mean under the joint normal distribution of the indicators of {peers} entities",
    // Signs.
    "negative_count": "{entity} {period} 的 {variable} 是 {value}；以{unit}计的数不能为负" / "{variable} of {entity} in {period} is {value}; a number of {unit} cannot be negative",
    "negative_money": "{entity} {period} 的 {variable} 是 {value}{unit}，其余对象几乎都为正；请核对符号" / "{variable} of {entity} in {period} is {value} {unit}, while nearly all others are positive; check the sign",
    "not_plausible": "{entity} {period} 的 {variable} 是 {value}{unit}，不在方案写明的合理范围 {low}–{high} 内；请核对" / "{variable} of {entity} in {period} is {value} {unit}, outside the plausible range {low}–{high} of the scheme; check it",
    "power_everywhere": "{variable} 的每一个数都约为合理范围（{low}–{high}{unit}）的 {factor} 倍；请核对整列的单位" / "every value of {variable} is about {factor} × what is plausible ({low}–{high} {unit}); check the unit of the whole column",
    "power_everywhere_unit": "{variable} 的每一个数都约为合理范围（{low}–{high}{unit}）的 {factor} 倍；像是整列以{typed}填报" / "every value of {variable} is about {factor} × what is plausible ({low}–{high} {unit}); looks like a whole column in {typed}",
    "power_above_benchmark": "{period} {variable} 的每一个数都在{entity}的 {factor} 倍以上；两者的单位不会相同，请核对" / "every value of {variable} in {period} is more than {factor} × that of {entity}; the units of the two cannot be the same, check them",
    "power_above_benchmark_unit": "{period} {variable} 的每一个数都在{entity}的 {factor} 倍以上；像是整列以{typed}填报" / "every value of {variable} in {period} is more than {factor} × that of {entity}; looks like a whole column in {typed}",
    "entity_renamed": "{old} 的数据到 {last} 为止，{new} 从 {first} 开始，数值相接；若是改名，请在方案的 alias 中写明旧名和新名" / "{old} ends in {last} and {new} begins in {first} with values that fit; if it was renamed, say so with alias in the scheme, the old name and the new",
    "lone_minus": "{entity} {period} 的 {variable} 是 {value}{unit}，其余各期同样大小而为正；是不是多了负号？" / "{variable} of {entity} in {period} is {value} {unit}; all its other periods are as large and positive. A minus sign too many?",
    "zero_denominator": "{entity} {period} 的 {variable} 是 0，而指标 {indicator} 要除以它；请核对，或留空并写明缺失的处理" / "{variable} of {entity} in {period} is 0 and indicator {indicator} divides by it; correct it, or leave it empty and say how to treat it",
    "negative_denominator": "{entity} {period} 的 {variable} 是 {value}{unit}，而指标 {indicator} 要除以它；负的分母使比值反号" / "{variable} of {entity} in {period} is {value} {unit} and indicator {indicator} divides by it; a negative denominator turns the ratio round",
    // Powers of ten.
    "power_jump": "{entity} {period} 的 {variable} 是 {value}{unit}，约为 {when}（{other}）的 {factor} 倍；请核对小数点和单位" / "{variable} of {entity} in {period} is {value} {unit}, about {factor} × that of {when} ({other}); check the decimal point and the unit",
    "power_jump_unit": "{entity} {period} 的 {variable} 是 {value}，约为 {when}（{other}）的 {factor} 倍；像是把应填{unit}的数填成了{typed}" / "{variable} of {entity} in {period} is {value}, about {factor} × that of {when} ({other}); looks like {typed} entered where {unit} was meant",
    "power_period": "{period} 的 {variable} 有 {count} 个对象约为 {when} 的 {factor} 倍；请核对这一期的单位" / "{variable} of {count} entities in {period} is about {factor} × that of {when}; check the unit of that period",
    "power_period_unit": "{period} 的 {variable} 有 {count} 个对象约为 {when} 的 {factor} 倍；像是这一期把应填{unit}的数填成了{typed}" / "{variable} of {count} entities in {period} is about {factor} × that of {when}; looks like {typed} entered for the whole period where {unit} was meant",
    "power_peers": "{entity} {period} 的 {variable} 是 {value}{unit}，约为同类对象通常水平的 {factor} 倍；请核对小数点和单位" / "{variable} of {entity} in {period} is {value} {unit}, about {factor} × what is usual among its peers; check the decimal point and the unit",
    "power_peers_unit": "{entity} {period} 的 {variable} 是 {value}，约为同类对象通常水平的 {factor} 倍；像是把应填{unit}的数填成了{typed}" / "{variable} of {entity} in {period} is {value}, about {factor} × what is usual among its peers; looks like {typed} entered where {unit} was meant",
    // What has not moved, what does not add up.
    "frozen_value": "{entity} {period} 的 {variable} 与 {before} 完全相同（{value}{unit}）；是不是沿用了上期的数？" / "{variable} of {entity} in {period} equals that of {before} to the last digit ({value} {unit}); was the old number handed in again?",
    "frozen_period": "{period} 的 {variable} 有 {count}/{all} 个对象与 {before} 完全相同；是不是整列沿用了上期的数？" / "{variable} of {count} of {all} entities in {period} equals that of {before} to the last digit; was the old column handed in again?",
    "total_apart": "{entity} {period} 的 {variable} 是 {value}{unit}，而 {parts} = {sum}，相差 {difference}（修约最多允许 {allowed}）" / "{variable} of {entity} in {period} is {value} {unit}, but {parts} = {sum}; they differ by {difference} (rounding allows {allowed})",
}

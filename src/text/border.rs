//! Messages about tables as callers hand them over.

crate::text::catalogue! {
    "number_is_text": "{column} 的值“{value}”不是数字；请改为数字（如 1234.5），没有数据就留空" / "{column} holds '{value}', which is not a number; write a plain number such as 1234.5, or leave it empty",
    "number_is_text_near": "{column} 的值“{value}”不是纯数字；应写作 {would}" / "{column} holds '{value}', which is not a plain number; write {would}",
    "number_is_rounded": "{column} 的整数 {value} 超过 2^53，浮点数放不下；取舍与排名仍按原值判断" / "{column} holds the integer {value}, more than a float can hold (2^53); roundings and ranks are still decided on the value itself",
    "text_not_unicode": "{column} 中有不是 UTF-8 的文字（常见原因：GBK 文件被当作 UTF-8 读入）；请按文件本来的编码重新读取" / "{column} holds text that is not valid UTF-8 (often a GBK file read as UTF-8); read the file again in the encoding it was written in",
    "column_damaged": "{column} 的 Arrow 数据已损坏：{error}；请重新生成这个文件" / "the Arrow data of {column} are damaged: {error}; write the file again",
    "long_too_sparse": "长表的 {rows} 行要展开成 {wide} 行 × {columns} 列，几乎全是空格；请检查对象、时期、变量三列是否写反" / "the {rows} rows of the long table would spread over {wide} rows × {columns} columns, nearly all of them empty; check whether the columns of entity, period and variable are swapped",
    "column_not_numeric": "{column} 是 {type} 类型，不是数字列；请给出数字" / "{column} has type {type}, which is not a number; give numbers",
    "key_not_readable": "{column} 是 {type} 类型，不能用作考核对象或时期；请用文字、整数或日期" / "{column} has type {type}, which cannot name an entity or a period; use text, whole numbers or dates",
    "key_missing": "{column} 在此行为空；每一行都要写明属于谁、哪个时期" / "{column} is empty in this row; every row must say whose it is and when",
    "variable_missing": "{column} 在此行为空；长表的每一行都要写明是哪个变量" / "{column} is empty in this row; every row of a long table must say of which variable it is",
    "no_columns": "数据没有任何列，要有列 {column}" / "the data have no columns at all; {column} is wanted",
    "key_like_result": "考核对象或时期的列不能叫 {column}：结果表里已有这个列名；请改列名" / "the column of entities or periods cannot be called {column}: the tables of the result have a column of that name; rename it",
    "column_two_roles": "列 {column} 不能同时用作两样（考核对象、时期、变量、数值）；请各指定一列" / "column {column} cannot serve as two of entity, period, variable and value; name a column for each",
    "column_missing": "数据中没有列 {column}；现有：{present}" / "the data have no column {column}; they have: {present}",
    "column_missing_near": "数据中没有列 {column}；是不是 {near}？" / "the data have no column {column}; did you mean {near}?",
    "column_twice": "列 {column} 出现了不止一次；请只保留一列" / "column {column} stands more than once; keep one of them",
    "period_not_readable": "“{value}”不是时期；可写 2023、2023Q1、2023-03、2023年 或日期" / "'{value}' is no period; write 2023, 2023Q1, 2023-03, 2023年 or a date",
    "long_twice": "{entity} {period} 的 {variable} 出现两次；第一次在第 {first} 行（从 0 数起），本行未采用" / "{variable} of {entity} in {period} stands twice; the first time in row {first} (counted from 0), this row is not used",
    "long_text_differs": "{column} 在此行是“{other}”，同一对象同一时期的前面一行是“{first}”；请统一" / "{column} is '{other}' in this row and '{first}' in an earlier row of the same entity and period; make them agree",
    "column_and_more": "{column}：另有 {count} 处同类问题" / "{column}: {count} more problems of this kind",
}

//! Messages about data.

crate::text::catalogue! {
    "column_length": "列 {column} 有 {rows} 行,其余列有 {expected} 行" / "column {column} has {rows} rows, the others have {expected}",
    "too_many_rows": "{rows} 行超过了上限 {limit} 行" / "{rows} rows are more than the {limit} that a panel holds",
    "too_sparse": "{entities} 个考核对象 × {periods} 个时期超过了 {limit} 格的上限;请核对时期列是否填成了别的内容" / "{entities} entities × {periods} periods exceed the limit of {limit} cells; is the period column really a period?",
    "no_rows": "数据没有任何行" / "the data have no row",
    "mixed_periods": "时期长度不一:{first} 与 {other};同一张表只能用一种(年、半年、季或月)" / "periods of different length: {first} and {other}; use one length (year, half, quarter or month) throughout",
    "duplicate_row": "{entity} 在 {period} 出现了两次;第一次在第 {first} 行(从 0 数起)" / "{entity} stands twice in {period}; the first time in row {first} (counted from 0)",
    "infinite_value": "{column} 的值是无穷大;请填数字或留空" / "{column} is infinite; give a number or leave it empty",
    "and_more": "……另有 {count} 处同类问题" / "… and {count} more of the same",
}

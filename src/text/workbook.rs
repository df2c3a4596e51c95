//! Messages about files of data: sheets, headers, columns, cells.

crate::text::catalogue! {
    // The file.
    "workbook_unreadable": "读不了：{reason}" / "cannot be read: {reason}",
    "workbook_kind": "不认识这种数据文件；可用 .csv、.xlsx、.xls、.et、.ods、.parquet" / "unknown kind of file; use .csv, .xlsx, .xls, .et, .ods or .parquet",
    "workbook_unpacks": "解压后有 {size} MiB，超过 {limit} MiB；请删去空白的行列后另存，或改用 .csv" / "unpacks to {size} MiB, more than {limit} MiB; delete empty rows, or use .csv",
    "workbook_empty": "是空的" / "is empty",
    "csv_bad_byte": "第 {line} 行第 {column} 列有不成字的字节 {byte}（按 {encoding} 读）；请改正此处，或整份另存为 UTF-8" / "line {line}, column {column} holds the byte {byte}, which is no text in {encoding}; correct it, or save the whole file as UTF-8",
    "csv_open_quote": "第 {line} 行起有一格的引号没有成对" / "a quote is not closed in the cell that begins in line {line}",
    "row_too_long": "第 {line} 行比表头多出几格；数字里的逗号要加引号" / "line {line} has more cells than the header; quote numbers with commas in them",

    // Results.
    "workbook_too_long": "工作表“{sheet}”超过 Excel 的 {limit} 行；请改用 .csv 或 .parquet" / "the sheet '{sheet}' has more than the {limit} rows that Excel takes; use .csv or .parquet",
    "workbook_unwritten": "写不成工作簿：{reason}" / "the workbook cannot be written: {reason}",
    "sheet_ranking": "排名" / "Ranking",
    "sheet_points": "得分" / "Points",
    "sheet_values": "指标值" / "Values",
    "sheet_flags": "提示" / "Flags",
    "sheet_answer": "结果" / "Answer",
    "sheet_said": "文字说明" / "In words",
    "sheet_explanations": "说明" / "Explanations",

    // Workbooks that collect data.
    "sheet_entries": "填报" / "Entries",
    "sheet_instructions": "填报说明" / "How to fill in",
    "collection_title": "{title}：数据填报表" / "{title}: data to collect",
    "collection_said": "请填写黄色单元格，其他内容不要改动；没有数据的留空" / "Fill in the yellow cells and change nothing else; leave a cell empty where there is no number",
    "collection_separator": "、" / ", ",
    "collection_number": "填数字。" / "A number.",
    "collection_unit": "填数字，以{unit}计。" / "A number, in {unit}.",
    "collection_range": "一般在 {low} 至 {high} 之间。" / "As a rule between {low} and {high}.",
    "collection_empty": "没有数据请留空。" / "Leave the cell empty where there is none.",
    "collection_marks": "没有数据请留空，或填 {marks}。" / "Leave the cell empty where there is none, or write {marks}.",
    "collection_no_number": "这里应填数字。{allowed}" / "This is no number. {allowed}",
    "collection_implausible": "请核对。{allowed}" / "Please check. {allowed}",
    "collection_nobody": "没有考核对象；请至少给出一个" / "there is no entity; name at least one",
    "collection_nameless": "有的考核对象没有名称" / "an entity has no name",
    "collection_twice": "“{entity}”给出了两次；请只保留一个" / "'{entity}' is given twice; keep one of them",
    "col_heading": "列名" / "column",
    "col_allowed": "填写要求" / "what to enter",
    "col_read_by": "用于指标" / "indicators that use it",

    // Sheets and headers.
    "sheet_unknown": "没有工作表 {name}；有：{known}" / "there is no sheet {name}; there are: {known}",
    "sheet_unknown_near": "没有工作表 {name}；是不是 {nearest}？" / "there is no sheet {name}; did you mean {nearest}?",
    "sheet_of_text": "文本文件没有工作表；请去掉 sheet" / "a text file has no sheets; leave out sheet",
    "sheets_not_read": "只读了工作表 {sheet}；未读：{others}（用 sheet 指定）" / "only the sheet {sheet} was read, not {others}; name them with sheet",
    "header_empty": "第 {rows} 行没有表头" / "there is no header in row {rows}",
    "entity_column_unknown": "看不出哪一列是考核对象；请指明（entity，命令行用 --entity 列名）。现有的列：{columns}" / "cannot tell which column says whose a row is; name it (entity, or --entity COLUMN). There are: {columns}",
    "period_from_sheet": "时期 {period} 取自工作表名" / "the period {period} was taken from the name of the sheet",
    "period_from_title": "时期 {period} 取自标题" / "the period {period} was taken from the title",
    "periods_cumulative": "{period} 等是 1 月起的累计数；各期为年内累计，与上一期相比的增减不是当期数" / "{period} and others are cumulative from January; a change from one period to the next within a year is not that period's own",

    // Columns.
    "heading_twice": "{other} 和 {second} 两列都是 {variable}；请用 rename 指明哪一列是，或在方案的 column 中写全名" / "the columns at {other} and {second} are both {variable}; say which with rename, or give the full name in column of the scheme",
    "heading_near": "列“{heading}”不是方案的变量；是不是 {variable}？若是，请写 rename（命令行用 --rename {heading}={variable}），或加进方案的 column" / "the column '{heading}' is no variable of the scheme; is it {variable}? If so say rename (--rename {heading}={variable}), or add it to column of the scheme",
    "heading_unit_unknown": "列“{heading}”括号中的“{found}”不是计量单位；{variable} 的单位是 {unit}。若是列名的一部分，请加进方案的 column" / "'{found}' in the heading '{heading}' is no unit of measure; {variable} is in {unit}. If it is part of the name, add the name to column of the scheme",
    "unit_converted": "列“{heading}”以{found}计，已换算为 {variable} 的单位 {unit}（×{factor}）" / "the column '{heading}' is in {found}; converted to {unit}, the unit of {variable} (× {factor})",
    "unit_contradicts": "列“{heading}”以{found}计，而 {variable} 的单位是 {unit}，两者不能换算；请改表头或方案" / "the column '{heading}' is in {found}, but {variable} is in {unit}, and one does not convert into the other; correct the heading or the scheme",
    "column_without_heading": "“{text}”所在的列没有表头，未读" / "'{text}' stands in a column without a heading and was not read",
    "rename_unknown": "rename 中的“{name}”不是表头；表头有：{present}" / "'{name}' of rename is no heading; there are: {present}",
    "rename_unknown_near": "rename 中的“{name}”不是表头；是不是“{nearest}”？" / "'{name}' of rename is no heading; did you mean '{nearest}'?",
    "rename_to_unknown": "rename 把“{from}”改为 {name}，方案没有这个变量" / "rename makes '{from}' {name}, which is no variable of the scheme",
    "rename_to_unknown_near": "rename 把“{from}”改为 {name}，方案没有这个变量；是不是 {nearest}？" / "rename makes '{from}' {name}, which is no variable of the scheme; did you mean {nearest}?",

    "cleaning_unknown": "没有“{name}”这种 cleaning；有：{known}" / "there is no cleaning {name}; there are: {known}",
    "cleaning_unknown_near": "没有“{name}”这种 cleaning；是不是 {nearest}？" / "there is no cleaning {name}; did you mean {nearest}?",

    // Rows.
    "row_subtotal": "“{text}”是合计行，未读；若作参照对象，请写进方案的 benchmarks" / "'{text}' is a row of totals and was not read; if it serves as a reference, list it in benchmarks of the scheme",
    "row_section": "“{text}”是分段标题，未读" / "'{text}' is a heading between the rows and was not read",
    "row_numbering": "栏次行，未读" / "a row that numbers the columns; not read",
    "row_repeated": "表头在此重复，未读" / "the header once more; not read",

    // Cells.
    "cell_needs_cleaning": "{column} 的值“{value}”声明 cleaning = [{cleaning}] 后才按 {would} 读；或把单元格改为 {would}" / "{column} holds '{value}', which is read as {would} only under cleaning = [{cleaning}]; declare it, or write {would}",
    "cell_is_mark": "{column} 的值“{value}”声明 cleaning = [{cleaning}] 或变量的 missing_marks 后才按缺失读；或留空" / "{column} holds '{value}', which is read as missing only under cleaning = [{cleaning}] or the variable's missing_marks; declare one, or leave the cell empty",
    "cell_failed": "{column} 的公式出错（{error}）；请改正公式" / "the formula of {column} failed ({error}); correct it",
    "cell_not_computed": "{column} 是公式，但文件中没有算出的值（由程序写成、未经表格软件计算）；请用 Excel 或 WPS 打开并保存后再读" / "{column} holds a formula without its value: the program that wrote the file did not compute it; open the file in a spreadsheet program, save it, and read it again",
    "cell_unit": "{column} 的值“{value}”以{found}计，而变量的单位是 {unit}，两者不能换算" / "{column} holds '{value}', which is in {found}, but the variable is in {unit}, and one does not convert into the other",
    "cell_merged": "{column} 的值“{value}”所在的单元格与其他行列合并，看不出属于谁；请取消合并，逐格填写" / "{column} holds '{value}' in a cell that is merged with others, so that nobody can tell whose it is; unmerge it and fill in each cell",
    "name_needs_cleaning": "对象名“{value}”中有空格或不可见字符；声明 cleaning = [\"spaces\"] 后按“{would}”读，或改为“{would}”" / "the name '{value}' holds spaces or invisible characters; it is read as '{would}' only under cleaning = [\"spaces\"]; declare it, or write '{would}'",
    "period_number": "时期写成了数 {value}：看不出是 1 月还是 10 月；请写成 2023-10 或 2023年10月 这样的文字" / "the period is the number {value}, and nobody can tell January from October; write a text such as 2023-10 or 2023年10月",
    "digits_computed": "{variable} 有 {count} 格由公式算出，位数多于 Excel 显示的 15 位，按全部位数读；若要按显示的读，请声明 cleaning = [\"excel_digits\"]" / "{count} cells of {variable} have more digits than the 15 that Excel shows (formulas); they are read with all of them. To read what is shown declare cleaning = [\"excel_digits\"]",
}

//! What each row below the header is: data, a note, a subtotal, or nothing that anybody assesses.

use super::clean::compared;
use super::grid::{Cell, Placed, Sheet};
use super::header::{Header, is_number};
use super::names::Names;

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    Data,
    /// A line under or between the data: 注：…, 资料来源…
    Note,
    /// A heading between the data: 一、省会城市.
    Section,
    /// 合计, 总计, 全省.
    Subtotal,
    /// The line that numbers the columns: 甲, 1, 2, 3.
    Numbering,
    /// The header once more, on a new page.
    Repeated,
}

/// How notes begin.
const NOTES: &[&str] = &[
    "注",
    "备注",
    "附注",
    "说明",
    "资料来源",
    "数据来源",
    "来源",
    "note",
    "source",
    "*",
    "※",
    "制表",
    "填表",
    "填报",
    "审核",
    "复核",
    "单位负责人",
    "负责人",
    "联系",
    "统计负责人",
    "打印",
    "制表日期",
    "报出日期",
    "本表",
    "表中",
    "以上",
];

/// Names of rows that add others up.
const SUMS: &[&str] = &[
    "合计",
    "总计",
    "小计",
    "共计",
    "总和",
    "累计",
    "全省",
    "全国",
    "全市",
    "全区",
    "全县",
    "全州",
    "平均",
    "平均值",
    "均值",
    "平均数",
    "total",
    "subtotal",
    "sum",
    "grandtotal",
    "average",
    "mean",
];

/// Kinds of the rows below the header, each with its number.
pub(super) fn kinds(
    sheet: &Sheet,
    header: &Header,
    names: &Names<'_>,
    entity: u32,
    columns: &[u32],
    kept: &[String],
) -> Vec<(u32, Row)> {
    let below: Vec<(u32, &[Placed])> = sheet.rows().skip_while(|(row, _)| *row <= header.rows.1).collect();
    let last = below.iter().rposition(|(_, cells)| has_number(cells, names, columns));
    let first = below.first().map(|(row, _)| *row);
    let kind = |(at, (row, cells)): (usize, &(u32, &[Placed]))| {
        let after = last.is_none_or(|last| at > last);
        let kind = if Some(*row) == first && is_numbering(cells) {
            Row::Numbering
        } else if is_header(cells, header) {
            Row::Repeated
        } else {
            of(sheet, *row, cells, entity, after, kept)
        };
        (*row, kind)
    };
    below.iter().enumerate().map(kind).collect()
}

fn has_number(cells: &[Placed], names: &Names<'_>, columns: &[u32]) -> bool {
    cells.iter().any(|p| columns.contains(&p.column) && is_number(&p.cell, names))
}

fn of(sheet: &Sheet, row: u32, cells: &[Placed], entity: u32, after: bool, kept: &[String]) -> Row {
    let first = cells.first().and_then(|p| p.cell.text());
    if let (Some(text), true) = (first, cells.iter().all(|p| p.cell.text().is_some())) {
        let wide =
            cells.first().and_then(|p| sheet.block(row, p.column)).is_some_and(|b| b.columns.1 > b.columns.0);
        if is_note(text) || (cells.len() == 1 && after && (wide || is_sentence(text))) {
            return Row::Note;
        }
        if cells.len() == 1 && (wide || is_section(text)) {
            return Row::Section;
        }
    }
    match sheet.shown(row, entity).and_then(Cell::text) {
        Some(name) if is_sum(name) && !kept.iter().any(|k| compared(k) == compared(name)) => Row::Subtotal,
        _ => Row::Data,
    }
}

fn is_note(text: &str) -> bool {
    let text = compared(text);
    let text = text.trim_start_matches(['(', '[', '【']);
    let begins = |word: &str| {
        text.strip_prefix(word).is_some_and(|rest| {
            let open = rest.trim_start_matches(|c: char| {
                c.is_ascii_digit() || matches!(c, 's' | '人' | '日' | '期' | '电' | '话')
            });
            matches!(word, "*" | "※" | "本表" | "表中" | "以上") || open.starts_with([':', '：', '.', '、'])
        })
    };
    NOTES.iter().any(|word| begins(word))
}

/// Whether a text is too long, or too well punctuated, for a name.
fn is_sentence(text: &str) -> bool {
    text.chars().count() > 15 || text.contains(['：', ':', '。', '；', '，'])
}

/// 一、省会城市; （二）其他市州; I. …
fn is_section(text: &str) -> bool {
    let text = text.trim_start_matches(['（', '(']);
    let rest = text.trim_start_matches(['一', '二', '三', '四', '五', '六', '七', '八', '九', '十']);
    rest.len() < text.len() && rest.starts_with(['、', '）', ')', '.', '．'])
}

/// Whether a name says that the row adds others up.
fn is_sum(name: &str) -> bool {
    let plain = compared(name);
    let plain = plain.split(['(', '（']).next().unwrap_or_default();
    let plain = plain.trim_end_matches([':', '：']);
    SUMS.contains(&plain)
        || plain.starts_with("其中")
        || SUMS.iter().any(|a| SUMS.iter().any(|b| plain == [*a, *b].concat()))
}

/// 甲 1 2 3 …: the columns counted.
fn is_numbering(cells: &[Placed]) -> bool {
    let whole = |p: &Placed| match &p.cell {
        Cell::Number(x) if *x == x.trunc() => Some(*x),
        Cell::Text(text) => text.trim().parse::<u16>().ok().map(f64::from),
        _ => None,
    };
    let counted: Vec<f64> = cells.iter().filter_map(whole).collect();
    let others = cells.iter().filter(|p| whole(p).is_none());
    let word = |text: &str| {
        matches!(text.trim(), "甲" | "乙" | "丙" | "丁" | "栏次" | "-" | "—" | "A" | "B" | "序号")
    };
    counted.len() >= 2
        && counted.iter().zip(1..).all(|(x, n)| *x == f64::from(n))
        && others.clone().all(|p| p.cell.text().is_some_and(word))
        && others.count() >= 1
}

fn is_header(cells: &[Placed], header: &Header) -> bool {
    let repeated = |p: &Placed| {
        let heading = header.columns.iter().find(|h| h.column == p.column);
        heading.is_some_and(|h| h.path.iter().any(|t| compared(t) == compared(&p.cell.written())))
    };
    cells.len() >= 2 && cells.iter().all(repeated)
}

//! What the library says beside what the sheets say, and the notes.

use super::book::{Book, Place, Tab};
use super::cells::Cells;
use crate::report::xlsx::live::{Cell, Column, Sheet, Value};
use crate::text;

/// Numbers that differ by less are the same: a spreadsheet computes with fifteen digits.
const SAME: &str = "1E-9";

/// The sheet that compares: ranks and totals first, then the scores of groups and indicators, then the values.
pub(super) fn write(book: &mut Book<'_>, cells: &Cells) {
    let (inner, plan) = (book.inner(), book.plan());
    let mut differences = Vec::new();
    let total = book.node(plan.root());
    let mut lines: Vec<(String, Place, Vec<f64>)> = Vec::new();
    let grades: Vec<String> =
        book.rows().map(|row| book.assessment.grade(row).unwrap_or_default().to_owned()).collect();
    let said = |book: &Book<'_>, code: &str| book.said(code);
    lines.extend(cells.rank.map(|place| (said(book, "col_rank"), place, inner.ranks.to_vec())));
    lines.extend(cells.total.map(|place| (total, place, inner.totals.shown().to_vec())));
    for node in (0..plan.root()).rev() {
        lines.push((book.node(node), cells.scores[node], inner.nodes[node].scores.score.to_vec()));
    }
    for i in 0..plan.indicators.len() {
        let head = format!("{} {}", book.node(i), said(book, "col_value"));
        lines.push((head, cells.shown[i], inner.values[i].shown().to_vec()));
    }
    for (over, place, known) in lines {
        let format = if Some(place) == cells.rank { "General" } else { "#,##0.00##" };
        let library = known.iter().map(|x| Cell::Fixed(*x)).collect();
        let head = said(book, "book_library");
        let library = book.push(Tab::Comparison, (over.clone(), head), format, library);
        let sheet = book.rows().map(|row| super::sets::shown(&place.cell(row), known[row])).collect();
        let head = said(book, "book_sheet");
        let sheet = book.push(Tab::Comparison, (over.clone(), head), format, sheet);
        let head = said(book, "book_difference");
        differences.push(book.each(Tab::Comparison, (over, head), "0.0E+00;-0.0E+00;0", |_, row| {
            let (a, b) = (library.cell(row), sheet.cell(row));
            let text = format!(
                "IF(AND(ISNUMBER({a}),ISNUMBER({b})),IF(ABS({b}-{a})<=1E-10*ABS({a}),0,{b}-{a}),IF(OR(ISNUMBER({a}),ISNUMBER({b})),\"≠\",0))"
            );
            Cell::live(text, 0.0)
        }));
    }
    if let Some(place) = cells.grade {
        let over = said(book, "col_grade");
        let library = grades.iter().map(|name| Cell::Text(name.clone())).collect();
        let head = said(book, "book_library");
        let library = book.push(Tab::Comparison, (over.clone(), head), "@", library);
        let head = said(book, "book_sheet");
        let sheet = book.each(Tab::Comparison, (over.clone(), head), "@", |_, row| {
            // A benchmark has an empty cell on both sides.
            Cell::Live(format!("{}&\"\"", place.cell(row)), Value::Text(grades[row].clone()))
        });
        let head = said(book, "book_difference");
        differences.push(book.each(Tab::Comparison, (over, head), "0", |_, row| {
            Cell::live(format!("IF(EXACT({},{}),0,\"≠\")", library.cell(row), sheet.cell(row)), 0.0)
        }));
    }
    summary(book, &differences);
}

/// The line at the top: the largest difference, and how many differ.
fn summary(book: &mut Book<'_>, differences: &[Place]) {
    let rows = book.rows();
    if rows.is_empty() || differences.is_empty() {
        return;
    }
    let spelled = |book: &Book<'_>, text: &str| book.spelled(Some(Tab::Comparison), text);
    // One below the other: as arguments of one call they would be too many.
    let ranges: Vec<String> = differences.iter().map(|place| place.range(&rows)).collect();
    let chunks = |function: &str, sign: &str| -> String {
        let calls: Vec<String> =
            ranges.chunks(200).map(|some| format!("{sign}{function}({})", some.join(","))).collect();
        calls.join(",")
    };
    let largest = format!("ABS(MAX({},{}))", chunks("MAX", ""), chunks("MIN", "-"));
    let counts: Vec<String> = ranges
        .iter()
        .map(|range| {
            format!("COUNTIF({range},\">{SAME}\")+COUNTIF({range},\"<-{SAME}\")+COUNTIF({range},\"≠\")")
        })
        .collect();
    let (text_largest, text_count) = (book.said("book_largest"), book.said("book_count"));
    let mut line = vec![
        Cell::Text(text_largest),
        Cell::Live(spelled(book, &largest), Value::Number(0.0)),
        Cell::Text(text_count),
    ];
    // A formula that is too long for one cell is split over several.
    let chunks: Vec<String> = counts.chunks(20).map(|some| some.join("+")).collect();
    if chunks.len() == 1 {
        line.push(Cell::Live(spelled(book, &chunks[0]), Value::Number(0.0)));
    } else {
        let first = 6 + 4;
        let column = |k: usize| book.place(Tab::Comparison, first + k);
        let parts: Vec<String> = (0..chunks.len())
            .map(|k| column(k).fixed(0).replace(&format!("${}", super::ABOVE + 1), "$2"))
            .collect();
        line.push(Cell::Live(spelled(book, &parts.join("+")), Value::Number(0.0)));
        line.extend(chunks.iter().map(|text| Cell::Live(spelled(book, text), Value::Number(0.0))));
    }
    book.sheet(Tab::Comparison).line = line;
}

/// The notes: what the sheets hold, what the colours mean, and what is no formula.
pub(super) fn notes(book: &Book<'_>, title: &str) -> Sheet {
    let lang = book.lang;
    let mut about = vec![
        ("book_note_live", String::new()),
        ("book_note_given", String::new()),
        ("book_note_fixed", String::new()),
        ("book_note_class", String::new()),
        ("book_note_exact", String::new()),
        ("book_note_missing", String::new()),
    ];
    about.retain(|(code, _)| {
        *code != "book_note_class" || book.data().class_of.is_some() || book.data().benchmark.is_some()
    });
    let mut what: Vec<Cell> =
        about.iter().map(|(code, _)| Cell::Text(text::render(code, lang, &[]))).collect();
    let mut why: Vec<Cell> = vec![Cell::Blank; what.len()];
    let head = if book.fixed.is_empty() { "book_all_live" } else { "book_not_live" };
    what.push(Cell::Text(text::render(head, lang, &[])));
    why.push(Cell::Blank);
    for fixed in &book.fixed {
        what.push(Cell::Text(fixed.what.clone()));
        why.push(Cell::Text(text::render(fixed.why, lang, &[])));
    }
    let scheme = &book.assessment.inner.scheme;
    what.push(Cell::Text(text::render("book_scheme", lang, &[])));
    why.push(Cell::Text(format!("{} {}", scheme.document().id, scheme.fingerprint())));
    Sheet {
        name: text::render("sheet_notes", lang, &[]),
        title: title.to_owned(),
        said: text::render("book_notes", lang, &[]),
        columns: vec![
            Column {
                head: text::render("col_item", lang, &[]),
                format: "@".to_owned(),
                cells: what,
                ..Column::default()
            },
            Column {
                head: text::render("book_why", lang, &[]),
                format: "@".to_owned(),
                cells: why,
                ..Column::default()
            },
        ],
        ..Sheet::default()
    }
}

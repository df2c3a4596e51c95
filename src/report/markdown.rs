//! Sentences and tables as Markdown.

use super::cells::Page;
use super::{Answer, Sentence};
use crate::text::Lang;
use crate::text::markdown::escaped;

/// Sentences, the tables below them, notes last.
pub(super) fn page<F>(answer: &Answer<F>, lang: Lang) -> String {
    let said = |all: &[Sentence]| all.iter().map(|s| escaped(&s.message(lang))).collect::<Vec<_>>();
    let mut blocks = said(&answer.sentences);
    for table in answer.tables.iter().filter(|t| !t.detail && t.rows > 0) {
        let page = Page::of(table, lang, |_| true);
        blocks.extend(page.title.as_ref().map(|title| format!("**{}**", escaped(title))));
        blocks.push(lines(&page));
    }
    blocks.extend(said(&answer.notes));
    blocks.join("\n\n") + "\n"
}

fn lines(page: &Page) -> String {
    let line = |cells: &mut dyn Iterator<Item = &String>| {
        let cells: Vec<String> = cells.map(|c| escaped(c)).collect();
        format!("| {} |", cells.join(" | "))
    };
    let rule: Vec<&str> = page.right.iter().map(|right| if *right { "--:" } else { ":--" }).collect();
    let mut out = vec![line(&mut page.heads.iter()), format!("| {} |", rule.join(" | "))];
    out.extend(page.rows.iter().map(|row| line(&mut row.iter().map(|(text, _)| text))));
    out.extend(page.total.iter().map(|total| line(&mut total.iter())));
    out.join("\n")
}

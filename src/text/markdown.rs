//! Markdown: text that is taken literally, and the lines of tables. Every name that is printed goes through here.

/// Text that Markdown and the HTML in it take literally, on one line.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '*' | '_' | '`' | '[' | ']' | '|' | '#' | '~' => out.extend(['\\', c]),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Lines of a table: its head, the line of dashes below it, its rows.
pub(crate) fn table(head: &[String], rule: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|c| escaped(c)).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let mut out = format!("{}| {} |\n", line(head), rule.join(" | "));
    rows.into_iter().for_each(|row| out.push_str(&line(&row)));
    out
}

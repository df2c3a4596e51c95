//! An explanation as text, as Markdown, as rows and as JSON.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use super::{Explanation, Kind, Node, Sentence};
use crate::report::{Digits, Fact, percent, quantity};
use crate::text::markdown::escaped;
use crate::text::{self, Lang};

/// One step as a row of a table.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Row {
    /// Steps above it; the root has 0.
    pub depth: usize,
    /// Id in the scheme.
    pub node: String,
    /// What it is, `total`, `indicator`, `anchor`, …
    pub kind: &'static str,
    /// Title.
    pub title: String,
    /// Its number; a score, a value, …
    pub value: Option<f64>,
    /// Unit of measure of the number.
    pub unit: Option<String>,
    /// Weighted points.
    pub points: Option<f64>,
    /// The number that stands beside the title, as it is written.
    pub figure: String,
    /// What happened.
    pub text: String,
}

impl Node {
    pub(super) fn heading(&self, lang: Lang) -> String {
        self.title.get(lang).unwrap_or(&self.id).to_owned()
    }

    /// The number that stands beside the title: points of a node of the tree, the value of anything else.
    pub(super) fn figure(&self, lang: Lang) -> String {
        let points = |x: f64, digits: Digits| {
            Sentence::new("explain_points_unit").fact("points", Fact::Number(x, digits)).message(lang)
        };
        let signed =
            |x: f64, digits: Digits| format!("{}{}", if x > 0.0 { "+" } else { "" }, points(x, digits));
        match (self.kind, self.value, self.points) {
            (Kind::Floor | Kind::Remainder, _, Some(x)) if x != 0.0 => signed(x, Digits::Computed),
            (Kind::Floor | Kind::Remainder, ..) => String::new(),
            (Kind::Group | Kind::Indicator, _, Some(x))
            | (Kind::Part | Kind::Combination | Kind::Blend, Some(x), _) => points(x, Digits::Computed),
            (Kind::Adjustment, Some(x), _) if self.is_factor => {
                format!("×{}", quantity(x, self.digits, "", lang))
            }
            (Kind::Adjustment, Some(x), _) => signed(x, self.digits),
            (Kind::Total, Some(x), _) => points(x, self.digits),
            (_, Some(x), _) if self.is_share => percent(x, self.digits),
            (_, Some(x), _) => quantity(x, self.digits, self.unit.as_deref().unwrap_or(""), lang),
            (_, None, _) => "—".to_owned(),
        }
    }

    pub(super) fn said(&self, lang: Lang) -> Vec<String> {
        self.sentences.iter().map(|s| s.message(lang)).collect()
    }
}

/// One line of a tree: what is drawn before it and before its further sentences.
struct Line<'a> {
    node: &'a Node,
    branch: String,
    rest: String,
}

fn lines<'a>(node: &'a Node, branch: String, below: &str, out: &mut Vec<Line<'a>>) {
    let under = if node.children.is_empty() { "   " } else { "│  " };
    out.push(Line { node, branch, rest: format!("{below}{under}") });
    for (i, child) in node.children.iter().enumerate() {
        let last = i + 1 == node.children.len();
        let (turn, further) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        lines(child, format!("{below}{turn}"), &format!("{below}{further}"), out);
    }
}

/// Widest column of titles and of figures; a longer one pushes its own line only.
const WIDEST: [usize; 2] = [52, 28];

fn padded(text: &str, width: usize, right: bool) -> String {
    let blanks = " ".repeat(width.saturating_sub(text.width()));
    if right { format!("{blanks}{text}") } else { format!("{text}{blanks}") }
}

impl Explanation {
    /// Entity, period and scheme.
    pub fn heading(&self, lang: Lang) -> String {
        let scheme = self.title.get(lang).unwrap_or(&self.scheme).to_owned();
        let facts =
            vec![("entity", self.entity.clone()), ("period", self.period.clone()), ("scheme", scheme)];
        text::render("explain_heading", lang, &facts)
    }

    /// A tree with box characters: title, number, what happened. Columns are aligned where Chinese characters are two
    /// columns wide.
    pub fn to_text(&self, lang: Lang) -> String {
        let mut all = Vec::new();
        lines(&self.root, String::new(), "", &mut all);
        let label = |line: &Line<'_>| format!("{}{}", line.branch, line.node.heading(lang));
        let widest = |texts: &mut dyn Iterator<Item = usize>, most: usize| {
            texts.filter(|w| *w <= most).max().unwrap_or(0)
        };
        let labels = widest(&mut all.iter().map(|l| label(l).width()), WIDEST[0]);
        let figures = widest(&mut all.iter().map(|l| l.node.figure(lang).width()), WIDEST[1]);
        let mut out = format!("{}\n", self.heading(lang));
        for line in &all {
            let said = line.node.said(lang);
            let first = said.first().map_or("", String::as_str);
            let head = padded(&label(line), labels, false);
            let text = format!("{head}  {}  {first}", padded(&line.node.figure(lang), figures, true));
            out.push_str(text.trim_end());
            out.push('\n');
            for more in said.iter().skip(1) {
                // Writing to a String cannot fail.
                let blank = " ".repeat(figures);
                let _ = writeln!(out, "{}  {blank}  {more}", padded(&line.rest, labels, false));
            }
        }
        out
    }

    /// A nested list: title, number, what happened.
    pub fn to_markdown(&self, lang: Lang) -> String {
        let mut out = format!("### {}\n\n", escaped(&self.heading(lang)));
        markdown(&self.root, 0, lang, &mut out);
        out
    }

    /// One row per step, for tables.
    pub fn to_rows(&self, lang: Lang) -> Vec<Row> {
        let mut rows = Vec::new();
        flat(&self.root, 0, lang, &mut rows);
        rows
    }

    /// The tree as JSON, its sentences in both languages.
    #[cfg(feature = "json")]
    pub fn to_json(&self) -> String {
        // Plain data with text keys always serialises; NaN never stands in a node.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

fn markdown(node: &Node, depth: usize, lang: Lang, out: &mut String) {
    let indent = "  ".repeat(depth);
    let figure = node.figure(lang);
    let figure = if figure.is_empty() { String::new() } else { format!(" {}", escaped(&figure)) };
    let said: Vec<String> = node.said(lang).iter().map(|s| escaped(s)).collect();
    let (colon, semicolon) = if lang == Lang::Zh { ("：", "；") } else { (": ", "; ") };
    let text = if said.is_empty() { String::new() } else { format!("{colon}{}", said.join(semicolon)) };
    let _ = writeln!(out, "{indent}- **{}**{figure}{text}", escaped(&node.heading(lang)));
    for child in &node.children {
        markdown(child, depth + 1, lang, out);
    }
}

fn flat(node: &Node, depth: usize, lang: Lang, rows: &mut Vec<Row>) {
    rows.push(Row {
        depth,
        node: node.id.clone(),
        kind: node.kind.name(),
        title: node.heading(lang),
        value: node.value,
        unit: node.unit.clone(),
        points: node.points,
        figure: node.figure(lang),
        text: node.said(lang).join(if lang == Lang::Zh { "；" } else { "; " }),
    });
    for child in &node.children {
        flat(child, depth + 1, lang, rows);
    }
}

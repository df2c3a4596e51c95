//! An explanation as a self-contained piece of HTML: a tree that opens and closes, no script, no outside style.

use std::fmt::Write as _;

use super::{Explanation, Kind, Node};
use crate::report::{escaped_html as escaped, styled_html as styled};
use crate::text::Lang;

impl Explanation {
    /// A `<details>` tree, open down to the indicators, with a small style of its own; every text is escaped. Notebooks
    /// show it as it is.
    pub fn to_html(&self, lang: Lang) -> String {
        let mut out = String::from("<div class=\"tree\">");
        // Writing to a String cannot fail.
        let _ = write!(out, "<p class=\"first\">{}</p>", escaped(&self.heading(lang)));
        node(&self.root, lang, &mut out);
        out.push_str("</div>");
        styled(lang, &out)
    }
}

fn node(step: &Node, lang: Lang, out: &mut String) {
    let said: Vec<String> = step.said(lang).iter().map(|s| escaped(s)).collect();
    let joined = said.join(if lang == Lang::Zh { "；" } else { "; " });
    let line = format!(
        "<b>{}</b><span class=\"x\">{}</span><span class=\"s\">{joined}</span>",
        escaped(&step.heading(lang)),
        escaped(&step.figure(lang)),
    );
    if step.children.is_empty() {
        let _ = write!(out, "<div class=\"leaf\">{line}</div>");
        return;
    }
    let open = if matches!(step.kind, Kind::Total | Kind::Group) { " open" } else { "" };
    let _ = write!(out, "<details{open}><summary>{line}</summary>");
    for child in &step.children {
        node(child, lang, out);
    }
    out.push_str("</details>");
}

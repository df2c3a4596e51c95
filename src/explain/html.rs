//! An explanation as a self-contained piece of HTML: a tree that opens and closes, no script, no outside style.

use std::fmt::Write as _;

use super::{Explanation, Kind, Node};
use crate::report::escaped_html as escaped;
use crate::text::Lang;

const STYLE: &str = "\
.kaohe-x{font-size:14px;line-height:1.5}\
.kaohe-x details{margin-left:1.2em}\
.kaohe-x summary{cursor:pointer}\
.kaohe-x .leaf{margin-left:2.2em}\
.kaohe-x b{font-weight:600}\
.kaohe-x .n{font-variant-numeric:tabular-nums;margin:0 .6em;color:#06c}\
.kaohe-x .s{opacity:.75}";

impl Explanation {
    /// A `<details>` tree, open down to the indicators, with a small style of its own; every text is escaped. Notebooks
    /// show it as it is.
    pub fn to_html(&self, lang: Lang) -> String {
        let tag = if lang == Lang::Zh { "zh" } else { "en" };
        let mut out = format!("<div class=\"kaohe-x\" lang=\"{tag}\"><style>{STYLE}</style>");
        // Writing to a String cannot fail.
        let _ = write!(out, "<div><b>{}</b></div>", escaped(&self.heading(lang)));
        node(&self.root, lang, &mut out);
        out.push_str("</div>");
        out
    }
}

fn node(step: &Node, lang: Lang, out: &mut String) {
    let said: Vec<String> = step.said(lang).iter().map(|s| escaped(s)).collect();
    let joined = said.join(if lang == Lang::Zh { "；" } else { "; " });
    let line = format!(
        "<b>{}</b><span class=\"n\">{}</span><span class=\"s\">{joined}</span>",
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

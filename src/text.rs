//! Every sentence that people read, in Chinese and English: one catalogue, checked complete by a test.
//!
//! One file per subject; a message is a code and two templates whose `{names}` are filled from a finding's facts.

pub(crate) mod markdown;

/// Language of titles, messages and reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Lang {
    /// 中文
    Zh,
    /// English
    #[default]
    En,
}

impl Lang {
    /// `zh` or `en` (a longer tag such as `zh-CN` counts by its first part).
    pub fn parse(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "zh" => Some(Lang::Zh),
            "en" => Some(Lang::En),
            _ => None,
        }
    }
}

/// A sentence in both languages.
pub(crate) struct Message {
    pub(crate) code: &'static str,
    pub(crate) zh: &'static str,
    pub(crate) en: &'static str,
}

/// A catalogue: `"code": "中文" / "English"`, one entry per line or two.
macro_rules! catalogue {
    ($($code:literal: $zh:literal / $en:literal),* $(,)?) => {
        pub(super) const MESSAGES: &[crate::text::Message] =
            &[$(crate::text::Message { code: $code, zh: $zh, en: $en }),*];
    };
}
pub(crate) use catalogue;

/// Lists the subjects: one file each.
macro_rules! subjects {
    ($($subject:ident)*) => {
        $(mod $subject;)*
        const CATALOGUES: &[&[Message]] = &[$($subject::MESSAGES),*];
    };
}

subjects! {
    analysis
    border
    data
    engine
    explain
    formula
    planning
    report
    rules
    scheme
}

/// The sentence for `code` with `facts` filled in; the bare code and facts if the catalogue lacks it (a test
/// makes sure that it does not).
pub(crate) fn render(code: &str, lang: Lang, facts: &[(&'static str, String)]) -> String {
    let Some(message) = CATALOGUES.iter().flat_map(|c| c.iter()).find(|m| m.code == code) else {
        let facts: Vec<String> = facts.iter().map(|(n, v)| format!("{n}={v}")).collect();
        return format!("{code} {}", facts.join(" "));
    };
    let template = if lang == Lang::Zh { message.zh } else { message.en };
    if facts.iter().any(|(name, value)| *name == "period" && is_timeless(value)) {
        return fill(&timeless(template), facts);
    }
    fill(template, facts)
}

/// Whether a period is the year zero, which stands for none in data without periods.
pub(crate) fn is_timeless(period: &str) -> bool {
    let rest = period.trim_start_matches('0');
    rest.len() < period.len() && !rest.starts_with(|c: char| c.is_ascii_digit())
}

/// A sentence without its period: "甲 scores 55", not "in the year 0".
fn timeless(template: &str) -> String {
    let mut text = template.to_owned();
    // The longer ones first: what is left of a shorter one would stand there without sense.
    let said = [
        "In {period} ",
        " in {period}",
        " (asked for {period})",
        "（{period}）",
        ", {period}",
        "{period} 的 ",
        "{period} ",
    ];
    for with in said {
        text = text.replace(with, "");
    }
    text
}

/// A unit as it stands behind a number, with the space between them; nothing for a pure number.
pub(crate) fn unit(unit: &str) -> String {
    match unit {
        "" | "1" | "-" | "无" | "无量纲" => String::new(),
        unit => format!(" {unit}"),
    }
}

/// The name people use for a key, or the key itself.
pub(crate) fn label(prefix: &str, key: &str, lang: Lang) -> String {
    let is = |m: &&Message| m.code.strip_prefix(prefix) == Some(key);
    match CATALOGUES.iter().flat_map(|c| c.iter()).find(is) {
        Some(message) => (if lang == Lang::Zh { message.zh } else { message.en }).to_owned(),
        None => key.to_owned(),
    }
}

/// Fills `{name}`; facts are not scanned again, so a `{` in the data is harmless.
fn fill(template: &str, facts: &[(&'static str, String)]) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}') else { break };
        out.push_str(&rest[..open]);
        let name = &rest[open + 1..open + close];
        match facts.iter().find(|(n, _)| *n == name) {
            Some((_, value)) => out.push_str(value),
            None => out.push('…'),
        }
        rest = &rest[open + close + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(template: &str) -> std::collections::BTreeSet<&str> {
        template.split('{').skip(1).filter_map(|s| s.split('}').next()).collect()
    }

    #[test]
    fn catalogue_is_complete_and_both_languages_use_the_same_facts() {
        let mut seen = std::collections::HashSet::new();
        for message in CATALOGUES.iter().flat_map(|c| c.iter()) {
            assert!(seen.insert(message.code), "{} appears twice", message.code);
            assert!(!message.zh.is_empty() && !message.en.is_empty(), "{}", message.code);
            assert_eq!(names(message.zh), names(message.en), "{}", message.code);
        }
    }

    /// Chinese sentences have Chinese marks: none of the half-width ones stands behind or before a Chinese character.
    #[test]
    fn chinese_sentences_have_full_width_marks() {
        let chinese = |c: Option<&char>| c.is_some_and(|c| matches!(c, '\u{4e00}'..='\u{9fff}' | '“' | '”'));
        for message in CATALOGUES.iter().flat_map(|c| c.iter()) {
            let text: Vec<char> = message.zh.chars().collect();
            for (i, mark) in text.iter().enumerate() {
                let behind = i.checked_sub(1).and_then(|i| text.get(i));
                let half = matches!(mark, ',' | ';' | ':' | '?' | '!' | '(' | ')');
                let beside = chinese(behind) || chinese(text.get(i + 1));
                assert!(!(half && beside) || is_call(&text, i), "{}: {}", message.code, message.zh);
            }
        }
    }

    /// Whether a bracket belongs to a call in a formula, `total()`.
    fn is_call(text: &[char], at: usize) -> bool {
        let open = text[..=at].iter().rposition(|c| *c == '(');
        let name = open.and_then(|i| text.get(i.checked_sub(1)?));
        text[at] == ')' && name.is_some_and(|c| c.is_ascii_alphanumeric() || *c == '}')
    }

    #[test]
    fn data_without_periods_are_not_of_the_year_zero() {
        for (period, none) in [("0", true), ("0000Q1", true), ("0H1", true), ("2020", false), ("", false)] {
            assert_eq!(is_timeless(period), none, "{period}");
        }
        let facts = [("entity", "甲".to_owned()), ("period", "0".to_owned()), ("points", "1".to_owned())];
        assert_eq!(render("next_none", Lang::Zh, &facts), "甲单靠任何一个变量都增加不了 1 分。");
        assert_eq!(render("next_none", Lang::En, &facts), "No variable alone raises the total of 甲 by 1.");
    }

    #[test]
    fn facts_are_filled_once() {
        assert_eq!(fill("a {x} b", &[("x", "{y}".into()), ("y", "no".into())]), "a {y} b");
    }
}

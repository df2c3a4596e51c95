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
    audit
    audit_book
    border
    data
    engine
    explain
    formula
    planning
    report
    robustness
    rules
    scheme
    sensitivity
    stands
    workbook
}

/// The sentence for `code` with `facts` filled in; the bare code and facts if the catalogue lacks it (a test
/// makes sure that it does not).
pub(crate) fn render(code: &str, lang: Lang, facts: &[(&'static str, String)]) -> String {
    filled(code, facts, lang, false)
}

/// As [`render`], of a sentence of a report: in Chinese a space of the template stands between a Chinese character and a digit or
/// a letter only. Messages keep theirs, which set names off.
pub(crate) fn said(code: &str, lang: Lang, facts: &[(&'static str, String)]) -> String {
    filled(code, facts, lang, lang == Lang::Zh)
}

/// The code of a message of the catalogue.
pub(crate) fn code(code: &str) -> Option<&'static str> {
    messages().map(|message| message.code).find(|known| *known == code)
}

/// The name of a fact that fills some message.
pub(crate) fn fact(name: &str) -> Option<&'static str> {
    messages().flat_map(|message| names(message.en)).find(|known| *known == name)
}

fn messages() -> impl Iterator<Item = &'static Message> {
    CATALOGUES.iter().flat_map(|catalogue| catalogue.iter())
}

/// The facts that a template names.
fn names(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|rest| rest.split('}').next())
}

fn filled(code: &str, facts: &[(&'static str, String)], lang: Lang, spaced: bool) -> String {
    let Some(message) = messages().find(|m| m.code == code) else {
        let facts: Vec<String> = facts.iter().map(|(n, v)| format!("{n}={v}")).collect();
        return format!("{code} {}", facts.join(" "));
    };
    let template = if lang == Lang::Zh { message.zh } else { message.en };
    if facts.iter().any(|(name, value)| *name == "period" && is_timeless(value)) {
        return fill(&timeless(template), spaced, facts);
    }
    fill(template, spaced, facts)
}

/// Whether a period is the year zero, which stands for none in data without periods.
pub(crate) fn is_timeless(period: &str) -> bool {
    let rest = period.trim_start_matches('0');
    rest.len() < period.len() && !rest.starts_with(|c: char| c.is_ascii_digit())
}

/// A formula as it is read, whatever lines it is written on.
pub(crate) fn one_line(formula: &str) -> String {
    formula.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A sentence without its period: "甲 scores 55", not "in the year 0".
fn timeless(template: &str) -> String {
    let mut text = template.replace("截至 {period}，", "").replace(" {period}，", "，");
    // The longer ones first: what is left of a shorter one would stand there without sense.
    let said = [
        "In {period}, ",
        "In {period} ",
        "Up to {period}, ",
        " up to {period}",
        " in {period}",
        " (asked for {period})",
        "（{period}）",
        ", {period}",
        "{period}，",
        "{period} 的 ",
        "{period} ",
    ];
    for with in said {
        text = text.replace(with, "");
    }
    let begins = |text: &str, is: fn(&char) -> bool| text.chars().next().is_some_and(|c| is(&c));
    if begins(template, char::is_ascii_uppercase) && begins(&text, char::is_ascii_lowercase) {
        text[..1].make_ascii_uppercase();
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
    let is = |m: &&'static Message| m.code.strip_prefix(prefix) == Some(key);
    match messages().find(is) {
        Some(message) => (if lang == Lang::Zh { message.zh } else { message.en }).to_owned(),
        None => key.to_owned(),
    }
}

/// Fills `{name}`; facts are not scanned again, so a `{` in the data is harmless. Where `spaced` is set, whether a space of the
/// template stays depends on what is filled in beside it.
fn fill(template: &str, spaced: bool, facts: &[(&'static str, String)]) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    let mut was_template = false;
    let mut push = |text: &str, of_template: bool| {
        if !spaced || text.is_empty() {
            return out.push_str(text);
        }
        let text = match text.strip_prefix(' ').filter(|_| of_template) {
            Some(tail) if !tail.is_empty() && !is_spaced(out.chars().last(), tail.chars().next()) => tail,
            _ => text,
        };
        if let Some(before) = out.strip_suffix(' ').filter(|_| was_template && !of_template)
            && !is_spaced(before.chars().last(), text.chars().next())
        {
            out.truncate(before.len());
        }
        out.push_str(text);
        was_template = of_template;
    };
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}') else { break };
        push(&rest[..open], true);
        let name = &rest[open + 1..open + close];
        push(facts.iter().find(|(n, _)| *n == name).map_or("…", |(_, value)| value), false);
        rest = &rest[open + close + 1..];
    }
    push(rest, true);
    out
}

/// Whether a space stands between two characters: none between two Chinese ones, nor beside a Chinese mark.
fn is_spaced(before: Option<char>, after: Option<char>) -> bool {
    let mark = |c: char| matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' | '“' | '”');
    let chinese = |c: char| matches!(c, '\u{3400}'..='\u{9fff}');
    let (Some(before), Some(after)) = (before, after) else { return true };
    !(mark(before) || mark(after) || chinese(before) && chinese(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(template: &str) -> std::collections::BTreeSet<&str> {
        super::names(template).collect()
    }

    #[test]
    fn a_sentence_about_data_without_periods_names_none() {
        assert_eq!(timeless("In {period}, ranks hang on {node}."), "Ranks hang on {node}.");
        assert_eq!(
            timeless("截至 {period}，{entity}的完成率为 {progress}。"),
            "{entity}的完成率为 {progress}。"
        );
        // Those that speak of the period itself: only data that have periods come to them.
        let of_periods = [
            "move_periods",
            "member_of_no_period",
            "references_period",
            "target_period",
            "target_absent_period",
            "no_base_period",
            "unknown_period",
            "bad_period",
            "periods_cumulative",
        ];
        for message in messages().filter(|message| !of_periods.contains(&message.code)) {
            for template in [message.zh, message.en] {
                let text = timeless(template);
                assert!(!text.contains("{period}"), "{}: {text}", message.code);
                let is_sentence = |text: &str| text.starts_with(|c: char| !c.is_ascii_lowercase());
                assert_eq!(is_sentence(template), is_sentence(&text), "{}: {text}", message.code);
            }
        }
    }

    #[test]
    fn catalogue_is_complete_and_both_languages_use_the_same_facts() {
        let mut seen = std::collections::HashSet::new();
        for message in messages() {
            assert!(seen.insert(message.code), "{} appears twice", message.code);
            assert!(!message.zh.is_empty() && !message.en.is_empty(), "{}", message.code);
            assert_eq!(names(message.zh), names(message.en), "{}", message.code);
        }
    }

    /// Chinese sentences have Chinese marks: none of the half-width ones stands behind or before a Chinese character.
    #[test]
    fn chinese_sentences_have_full_width_marks() {
        let chinese = |c: Option<&char>| c.is_some_and(|c| matches!(c, '\u{4e00}'..='\u{9fff}' | '“' | '”'));
        for message in messages() {
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

    /// All that the crate's own files quote, the catalogue apart.
    fn quoted() -> std::collections::HashSet<String> {
        fn sources(folder: &std::path::Path, quoted: &mut std::collections::HashSet<String>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() && !path.ends_with("text") {
                    sources(&path, quoted);
                } else if path.extension().is_some_and(|e| e == "rs") {
                    let text = std::fs::read_to_string(&path).unwrap();
                    quoted.extend(text.split('"').map(str::to_owned));
                }
            }
        }
        let mut all = std::collections::HashSet::new();
        sources(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut all);
        all
    }

    #[test]
    fn every_sentence_is_said_and_none_is_missing() {
        let quoted = quoted();
        // What lists of names begin with: the codes are made of the names.
        let made = [
            "aggregate_word_",
            "anchor_word_",
            "audit_check_",
            "explain_rule_",
            "light_",
            "measure_word_",
            "scheme_key_",
            "scheme_table_",
            "severity_",
        ];
        let is_title = |code: &str| {
            code.strip_prefix("explain_").is_some_and(|name| crate::method::measures::NAMES.contains(&name))
        };
        // Messages about callers' tables are said by the bindings, too.
        let is_border = |code: &str| border::MESSAGES.iter().any(|m| m.code == code);
        for code in messages().map(|message| message.code).filter(|code| !is_border(code)) {
            let is_made = made.iter().any(|start| code.starts_with(start)) || is_title(code);
            assert!(is_made || quoted.contains(code), "{code} is never said");
        }
        let ours = ["explain_", "flag_"];
        let plain =
            |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') && !text.ends_with('_');
        for text in quoted.iter().filter(|t| ours.iter().any(|start| t.starts_with(start)) && plain(t)) {
            assert!(code(text).is_some(), "{text} is not in the catalogue");
        }
    }

    #[test]
    fn data_without_periods_are_not_of_the_year_zero() {
        for (period, none) in [("0", true), ("0000Q1", true), ("0H1", true), ("2020", false), ("", false)] {
            assert_eq!(is_timeless(period), none, "{period}");
        }
        let facts = |rest| {
            let facts = [("assumption", rest), ("entity", "甲"), ("period", "0"), ("points", "1")];
            facts.map(|(name, text): (_, &str)| (name, text.to_owned()))
        };
        let zh = said("next_none", Lang::Zh, &facts("若其他数据不变"));
        assert_eq!(zh, "若其他数据不变，甲单靠任何一个可调控的变量都增加不了 1 分。");
        let en = said("next_none", Lang::En, &facts("If all else stays"));
        assert_eq!(
            en,
            "If all else stays, no variable that can be changed raises the total of 甲 by 1 alone."
        );
    }

    #[test]
    fn facts_are_filled_once() {
        let facts = [("x", "{y}".into()), ("y", "no".into())];
        assert_eq!(fill("a {x} b", false, &facts), "a {y} b");
    }

    #[test]
    fn spaces_stand_between_chinese_and_other_characters_only() {
        let said = |period: &str, who: &str| {
            fill("{p} {w} 的分，比 {p} 多（{p}）", true, &[("p", period.into()), ("w", who.into())])
        };
        assert_eq!(said("2022 年", "甘肃"), "2022 年甘肃的分，比 2022 年多（2022 年）");
        assert_eq!(said("2023Q3", "甘肃"), "2023Q3 甘肃的分，比 2023Q3 多（2023Q3）");
        assert_eq!(said("2022 年", "p"), "2022 年 p 的分，比 2022 年多（2022 年）");
        // What is the caller's stays as it is.
        assert_eq!(said("2022 年", "甲 乙"), "2022 年甲 乙的分，比 2022 年多（2022 年）");
    }
}

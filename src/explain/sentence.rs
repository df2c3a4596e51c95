//! Sentences as data, and how numbers are shown in them.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::method::measures::POINTS_OF_PERCENT;
use crate::method::rules::Branch;
use crate::number::rounding::Rounding;
use crate::scheme::model::Title;
use crate::text::{self, Lang};

/// How many digits of a number are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digits {
    /// All of them: a decimal that somebody typed.
    Typed,
    /// About six significant ones: a number that was computed.
    Computed,
    /// So many significant ones, where six would hide what the sentence is about.
    Significant(usize),
    /// So many decimals, also where they are zero: a declared rounding.
    Decimals(usize),
}

impl Digits {
    /// Of a number rounded as declared.
    pub(crate) fn of(how: Option<&Rounding>) -> Self {
        match how {
            None => Digits::Computed,
            Some(Rounding { digits: Some(d), .. }) => Digits::Decimals(usize::try_from(*d).unwrap_or(0)),
            Some(Rounding { significant: None, .. }) => Digits::Decimals(0),
            Some(_) => Digits::Typed,
        }
    }

    /// Of an unrounded number: enough digits that rounding what is shown gives what is printed.
    pub(crate) fn before(unrounded: f64, printed: f64, how: &Rounding) -> Self {
        let enough = |n: &usize| {
            let shown = show(unrounded, Digits::Significant(*n)).parse::<f64>();
            shown.is_ok_and(|x| how.nearest(x) == printed)
        };
        Digits::Significant((6..17).find(enough).unwrap_or(17))
    }
}

/// A number as people write it: no binary noise, no exponent within reason, `—` for missing.
pub(crate) fn show(x: f64, digits: Digits) -> String {
    let plain = |x: f64| {
        let size = x.abs();
        if size != 0.0 && !(1e-9..1e16).contains(&size) { format!("{x:e}") } else { format!("{}", x + 0.0) }
    };
    if x.is_nan() {
        return "—".to_owned();
    }
    match digits {
        Digits::Decimals(n) if x.abs() < 1e16 => {
            let text = format!("{:.*}", n.min(20), x);
            // A rounded zero has no sign.
            if text.trim_start_matches('-').chars().all(|c| c == '0' || c == '.') {
                text.trim_start_matches('-').to_owned()
            } else {
                text
            }
        }
        Digits::Typed | Digits::Decimals(_) => plain(x),
        Digits::Computed => show(x, Digits::Significant(6)),
        Digits::Significant(n) => {
            // Whole digits are never dropped: 1234567 stays 1234567.
            let whole = if x.abs() >= 1.0 { libm::log10(x.abs()).floor() as usize + 1 } else { 0 };
            let n = n.max(whole).clamp(1, 17);
            format!("{:.*e}", n - 1, x).parse().map_or_else(|_| plain(x), plain)
        }
    }
}

/// Something that fills a sentence.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// A text that is the same in every language: a name, a formula.
    Text(String),
    /// A number.
    Number(f64, Digits),
    /// A number in its unit.
    Quantity(f64, Digits, String),
    /// A share, shown in per cent.
    Percent(f64),
    /// A title, or the id where there is none.
    Title(Title, String),
    /// Several, in a row.
    List(Vec<Fact>),
    /// A sentence of its own.
    Said(Box<Sentence>),
}

impl Fact {
    /// In a language.
    pub(crate) fn text(&self, lang: Lang) -> String {
        match self {
            Fact::Text(text) => text.clone(),
            Fact::Number(x, digits) => show(*x, *digits),
            Fact::Quantity(x, digits, unit) => quantity(*x, *digits, unit, lang),
            Fact::Percent(share) => format!("{}%", show(share * 100.0, Digits::Computed)),
            Fact::Title(title, id) => title.get(lang).unwrap_or(id).to_owned(),
            Fact::List(facts) => {
                let texts: Vec<String> = facts.iter().map(|f| f.text(lang)).collect();
                texts.join(if lang == Lang::Zh { "、" } else { ", " })
            }
            Fact::Said(sentence) => sentence.message(lang),
        }
    }
}

/// `1.29%`, `144.1 亿元`; a pure number has no unit.
pub(crate) fn quantity(x: f64, digits: Digits, unit: &str, lang: Lang) -> String {
    let number = show(x, digits);
    match unit {
        _ if x.is_nan() => number,
        "" | "1" => number,
        "%" | "‰" => format!("{number}{unit}"),
        POINTS_OF_PERCENT if lang == Lang::En => format!("{number} percentage points"),
        unit => format!("{number} {unit}"),
    }
}

/// A code of the catalogue with its facts, rendered late in Chinese or English.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    /// Code in the catalogue.
    pub code: &'static str,
    /// What fills the sentence.
    pub facts: Vec<(&'static str, Fact)>,
}

impl Sentence {
    pub(crate) fn new(code: &'static str) -> Self {
        Sentence { code, facts: Vec::new() }
    }

    pub(crate) fn fact(mut self, name: &'static str, fact: Fact) -> Self {
        self.facts.push((name, fact));
        self
    }

    pub(crate) fn text(self, name: &'static str, text: impl Into<String>) -> Self {
        self.fact(name, Fact::Text(text.into()))
    }

    pub(crate) fn number(self, name: &'static str, x: f64) -> Self {
        self.fact(name, Fact::Number(x, Digits::Computed))
    }

    pub(crate) fn typed(self, name: &'static str, x: f64) -> Self {
        self.fact(name, Fact::Number(x, Digits::Typed))
    }

    /// What a rule or a measure says it did; its computed numbers lose their binary noise.
    pub(crate) fn branch(branch: &Branch) -> Self {
        let fact = |(name, text): &(&'static str, String)| match text.parse::<f64>() {
            Ok(x) => (*name, Fact::Number(x, tidy(text))),
            Err(_) => (*name, Fact::Text(text.clone())),
        };
        Sentence { code: branch.code, facts: branch.facts.iter().map(fact).collect() }
    }

    /// The sentence in a language.
    pub fn message(&self, lang: Lang) -> String {
        let facts: Vec<(&'static str, String)> = self.facts.iter().map(|(n, f)| (*n, f.text(lang))).collect();
        text::render(self.code, lang, &facts)
    }
}

/// Short decimals were typed, or might have been; long ones were computed.
fn tidy(text: &str) -> Digits {
    let digits = text.trim_start_matches(['-', '0', '.']).chars().filter(char::is_ascii_digit).count();
    if digits > 9 { Digits::Computed } else { Digits::Typed }
}

impl Serialize for Sentence {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut out = s.serialize_struct("Sentence", 3)?;
        out.serialize_field("code", self.code)?;
        out.serialize_field("zh", &self.message(Lang::Zh))?;
        out.serialize_field("en", &self.message(Lang::En))?;
        out.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_without_noise() {
        let cases = [
            (0.1 + 0.2, Digits::Computed, "0.3"),
            (144.1, Digits::Typed, "144.1"),
            (1.0 / 3.0, Digits::Computed, "0.333333"),
            (1_234_567.89, Digits::Computed, "1234568"),
            (61.3, Digits::Decimals(2), "61.30"),
            (-0.001, Digits::Decimals(2), "0.00"),
            (f64::NAN, Digits::Typed, "—"),
            (1e300, Digits::Computed, "1e300"),
            (-0.0, Digits::Typed, "0"),
        ];
        for (x, digits, text) in cases {
            assert_eq!(show(x, digits), text);
        }
    }

    #[test]
    fn an_unrounded_number_shows_on_which_side_it_was() {
        let how = Rounding::digits(2);
        let digits = Digits::before(80.124_999_9, 80.12, &how);
        assert_eq!(show(80.124_999_9, digits), "80.1249999");
    }
}

//! The one way in which numbers are written for people.

use serde::Serialize;

use crate::method::measures::POINTS_OF_PERCENT as UNIT;
use crate::number::rounding::Rounding;
use crate::text::{self, Lang};

/// The unit of a difference of percentages.
pub(crate) const POINTS_OF_PERCENT: &str = UNIT;

/// From 100,000 万元 on amounts are said in 亿元.
const GRAND: f64 = 1e5;

/// How many digits of a number are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Digits {
    /// All of them: a decimal that somebody typed.
    #[default]
    Typed,
    /// About six significant ones: a number that was computed.
    Computed,
    /// So many significant ones, and all of the whole part.
    Significant(usize),
    /// So many decimals, also where they are zero: a declared rounding.
    Decimals(usize),
    /// So many decimals, without zeros at the end.
    AtMost(usize),
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
            let shown = decimal(unrounded, Digits::Significant(*n)).parse::<f64>();
            shown.is_ok_and(|x| how.nearest(x) == printed)
        };
        Digits::Significant((6..17).find(enough).unwrap_or(17))
    }

    /// Of two numbers that differ: as many significant digits as it takes to tell them apart.
    pub(crate) fn apart(self, a: f64, b: f64) -> Self {
        let differ = |digits: &Digits| decimal(a, *digits) != decimal(b, *digits);
        if a == b || a.is_nan() || b.is_nan() || differ(&self) {
            return self;
        }
        (4..17).map(Digits::Significant).find(differ).unwrap_or(Digits::Typed)
    }

    /// Of a difference, or of a mean, of numbers with these digits: one more at most.
    pub(crate) fn finer(self) -> Self {
        match self {
            Digits::Decimals(n) => Digits::AtMost(n + 1),
            Digits::Typed | Digits::Computed => Digits::Significant(4),
            other => other,
        }
    }
}

/// How a number is written: its digits, its unit, whether a plus stands before it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Measure {
    /// How many digits are shown.
    pub digits: Digits,
    /// Unit of measure; empty for a pure number.
    pub unit: String,
    /// Whether a positive number has its sign: a change.
    pub signed: bool,
}

impl Measure {
    /// Digits and unit.
    pub(crate) fn new(digits: Digits, unit: &str) -> Self {
        Measure { digits, unit: unit.to_owned(), signed: false }
    }

    /// A number without a unit.
    pub(crate) fn pure(digits: Digits) -> Self {
        Measure::new(digits, "")
    }

    /// With its sign.
    pub(crate) fn signed(mut self) -> Self {
        self.signed = true;
        self
    }

    /// Of a mean or another number computed from several: one digit more.
    pub(crate) fn finer(mut self) -> Self {
        self.digits = self.digits.finer();
        self
    }

    /// Of the size of a difference: one digit more, percentages differ by percentage points.
    pub(crate) fn difference(self) -> Self {
        self.size().finer()
    }

    /// Of the size of a change of a typed number: percentages by percentage points.
    pub(crate) fn size(mut self) -> Self {
        if self.unit == "%" {
            POINTS_OF_PERCENT.clone_into(&mut self.unit);
        }
        self
    }

    /// Of a change of a typed number, with its sign.
    pub(crate) fn change(self) -> Self {
        self.size().signed()
    }

    /// As numbers of which the largest is of this size are said: 3,358,410 万元 as 335.841 亿元. What the numbers are divided by,
    /// and how they are written then; no digit is lost.
    pub(crate) fn said(&self, largest: f64) -> (f64, Measure) {
        if self.unit != "万元" || largest.is_nan() || largest.abs() < GRAND {
            return (1.0, self.clone());
        }
        let digits = match self.digits {
            Digits::Decimals(n) | Digits::AtMost(n) => Digits::AtMost(n + 4),
            other => other,
        };
        (1e4, Measure { digits, unit: "亿元".to_owned(), signed: self.signed })
    }

    /// The number in groups of three digits, without its unit; `—` for missing.
    pub fn number(&self, x: f64) -> String {
        let text = grouped(&show(x, self.digits));
        let positive = self.signed && x > 0.0 && text.contains(|c: char| ('1'..='9').contains(&c));
        if positive { format!("+{text}") } else { text }
    }

    /// The number with its unit behind it.
    pub fn text(&self, x: f64, lang: Lang) -> String {
        with_unit(self.number(x), x, &self.unit, lang)
    }
}

/// A number as people write it in a formula: no binary noise, no exponent within reason, `—` for missing.
pub(crate) fn show(x: f64, digits: Digits) -> String {
    decimal(x, digits).replacen('-', "−", 1)
}

/// `1.29%`, `236,580 万元`; a pure number has no unit.
pub(crate) fn quantity(x: f64, digits: Digits, unit: &str, lang: Lang) -> String {
    with_unit(grouped(&show(x, digits)), x, unit, lang)
}

/// A number in its unit as it stands in a formula, its digits not grouped.
pub(crate) fn in_formula(x: f64, digits: Digits, unit: &str) -> String {
    let number = show(x, digits);
    match unit {
        _ if x.is_nan() => number,
        "%" | "‰" => format!("{number}{unit}"),
        _ => format!("{number}{}", text::unit(unit)),
    }
}

/// A share 0 … 1 in per cent, with so many decimals at most.
pub(crate) fn percent(share: f64, digits: Digits) -> String {
    if share.is_nan() { show(share, digits) } else { format!("{}%", grouped(&show(share * 100.0, digits))) }
}

fn with_unit(number: String, x: f64, unit: &str, lang: Lang) -> String {
    match (unit, lang) {
        _ if x.is_nan() => number,
        ("%" | "‰", _) => format!("{number}{unit}"),
        (POINTS_OF_PERCENT, Lang::Zh) => format!("{number} 个百分点"),
        (POINTS_OF_PERCENT, Lang::En) => format!("{number} percentage points"),
        _ => format!("{number}{}", text::unit(unit)),
    }
}

/// A unit as a heading shows it.
pub(super) fn unit_name(unit: &str, lang: Lang) -> String {
    match (unit, lang) {
        (POINTS_OF_PERCENT, Lang::En) => "percentage points".to_owned(),
        _ => text::unit(unit).trim_start().to_owned(),
    }
}

/// A decimal as programs read it.
fn decimal(x: f64, digits: Digits) -> String {
    let plain = |x: f64| {
        let size = x.abs();
        if size != 0.0 && !(1e-9..1e16).contains(&size) { format!("{x:e}") } else { format!("{}", x + 0.0) }
    };
    if x.is_nan() {
        return "—".to_owned();
    }
    match digits {
        Digits::Decimals(n) | Digits::AtMost(n) if x.abs() < 1e16 => {
            let rounded = Rounding::digits(i8::try_from(n.min(20)).unwrap_or(20)).nearest(x) + 0.0;
            if digits == Digits::AtMost(n) { plain(rounded) } else { format!("{rounded:.*}", n.min(20)) }
        }
        Digits::Typed | Digits::Decimals(_) | Digits::AtMost(_) => plain(x),
        Digits::Computed => decimal(x, Digits::Significant(6)),
        Digits::Significant(n) => {
            // Whole digits are never dropped: 1234567 stays 1234567.
            let whole = if x.abs() >= 1.0 { libm::log10(x.abs()).floor() as usize + 1 } else { 0 };
            let n = n.max(whole).clamp(1, 17);
            format!("{:.*e}", n - 1, x).parse().map_or_else(|_| plain(x), plain)
        }
    }
}

/// The whole part in groups of three digits.
fn grouped(number: &str) -> String {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
    let start = number.find(|c: char| c.is_ascii_digit()).unwrap_or(number.len());
    let (head, rest) = number.split_at(start);
    let (whole, tail) = rest.split_at(digits(rest));
    if whole.len() < 4 || tail.starts_with('e') {
        return number.to_owned();
    }
    let mut out = head.to_owned();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out + tail
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
            (1_234_567.89, Digits::Significant(4), "1234568"),
            (61.3, Digits::Decimals(2), "61.30"),
            (1.005, Digits::Decimals(2), "1.01"),
            (61.3, Digits::AtMost(2), "61.3"),
            (-0.001, Digits::Decimals(2), "0.00"),
            (-0.001, Digits::AtMost(2), "0"),
            (-9.16, Digits::Typed, "−9.16"),
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
        assert_eq!(show(-80.124_999_9, Digits::before(-80.124_999_9, -80.12, &how)), "−80.1249999");
    }

    #[test]
    fn quantities_have_thousands_signs_and_units() {
        let cases = [
            (1_364_180.0, Measure::new(Digits::Typed, "家"), "1,364,180 家", "1,364,180 家"),
            (-1_731.5, Measure::new(Digits::AtMost(1), "亿元"), "−1,731.5 亿元", "−1,731.5 亿元"),
            (0.7, Measure::new(Digits::Decimals(1), "%").signed(), "+0.7%", "+0.7%"),
            (
                0.7,
                Measure::new(Digits::Decimals(2), "%").difference(),
                "0.7 个百分点",
                "0.7 percentage points",
            ),
            (0.0, Measure::new(Digits::AtMost(2), "").signed(), "0", "0"),
            (0.001, Measure::pure(Digits::AtMost(2)).signed(), "0", "0"),
            (f64::NAN, Measure::new(Digits::Typed, "家"), "—", "—"),
            (f64::INFINITY, Measure::new(Digits::AtMost(2), "家"), "inf 家", "inf 家"),
        ];
        for (x, measure, zh, en) in cases {
            assert_eq!([measure.text(x, Lang::Zh), measure.text(x, Lang::En)], [zh, en], "{x}");
        }
        assert_eq!(percent(0.183, Digits::AtMost(0)), "18%");
        assert_eq!(percent(12.5, Digits::AtMost(1)), "1,250%");
    }

    #[test]
    fn large_amounts_are_said_in_yi() {
        let said = |x: f64, digits: Digits| {
            let (by, measure) = Measure::new(digits, "万元").said(x);
            measure.text(x / by, Lang::Zh)
        };
        assert_eq!(said(3_358_410.0, Digits::Typed), "335.841 亿元");
        assert_eq!(said(-4_423_605.86, Digits::Decimals(2)), "−442.360586 亿元");
        assert_eq!(said(99_999.5, Digits::Typed), "99,999.5 万元");
        assert_eq!(said(f64::NAN, Digits::Typed), "—");
    }

    #[test]
    fn two_numbers_that_differ_are_told_apart() {
        let digits = Digits::Decimals(1).apart(1.21, 1.23);
        assert_eq!([show(1.21, digits), show(1.23, digits)], ["1.21", "1.23"]);
        assert_eq!(Digits::Decimals(1).apart(1.0, 2.0), Digits::Decimals(1));
    }
}

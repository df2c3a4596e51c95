//! Periods as offices write them: 2023年1—9月, 2023年前三季度, 2023年上半年, 2023年度.
//!
//! 1—N月 are the months from January on, added up. In data of quarters 1—9月 is the third quarter, in data of months September,
//! in data of years nothing but 1—12月 is one.

use super::{Frequency, Period, half_width, ordinal};

/// The months from January on that a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    year: i32,
    months: i32,
}

/// A year before what an office writes behind it.
fn split(text: &str) -> Option<(i32, String)> {
    if text.len() > 64 {
        return None;
    }
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).map(half_width).map(dash).collect();
    let digits: String = plain.chars().take_while(char::is_ascii_digit).collect();
    let year = (digits.len() == 4).then(|| digits.parse().ok()).flatten()?;
    let tail = &plain[4..];
    let tail = tail.strip_prefix('年').or_else(|| tail.strip_prefix("/年")).unwrap_or(tail);
    Some((year, tail.to_owned()))
}

fn dash(c: char) -> char {
    match c {
        '—' | '–' | '－' | '―' | '─' | '~' | '～' | '至' | '到' | '〜' => '-',
        c => c,
    }
}

impl Span {
    fn read(text: &str) -> Option<Self> {
        let (year, tail) = split(text)?;
        Some(Span { year, months: months(&tail)? })
    }

    /// The period of this length that ends where the months end; of the length that suits them, where none is given.
    fn period(self, frequency: Option<Frequency>) -> Option<Period> {
        let of = |frequency: Frequency| {
            let each = 12 / frequency.per_year();
            let fits = self.months % each == 0;
            fits.then(|| Period::part(&self.year.to_string(), frequency, self.months / each)).flatten()
        };
        let natural = || {
            let own = match self.months {
                12 => Frequency::Year,
                6 => Frequency::Half,
                3 | 9 => Frequency::Quarter,
                _ => Frequency::Month,
            };
            of(own)
        };
        frequency.and_then(of).or_else(natural)
    }
}

/// How many months from January on a text behind the year names.
fn months(tail: &str) -> Option<i32> {
    match tail {
        "度" | "全年" | "全年度" | "全年累计" => return Some(12),
        "上半年" | "上半年度" | "前两季度" | "前二季度" => return Some(6),
        _ => {}
    }
    let tail = tail.strip_suffix("累计").unwrap_or(tail);
    if let Some(quarters) =
        tail.strip_prefix('前').and_then(|t| t.strip_suffix("季度").or(t.strip_suffix("个季度")))
    {
        return ordinal(quarters).filter(|q| (1..=4).contains(q)).map(|q| 3 * q);
    }
    let (first, last) = tail.split_once('-')?;
    if let Some(last) = last.strip_suffix("季度").or(last.strip_suffix('季')) {
        let last = ordinal(last).filter(|q| (1..=4).contains(q))?;
        let first = first.strip_suffix("季度").unwrap_or(first);
        return (ordinal(first) == Some(1)).then_some(3 * last);
    }
    let last = last.strip_suffix("月份").or(last.strip_suffix('月'))?;
    let first = first.strip_suffix('月').unwrap_or(first);
    let last = month(last).filter(|m| (2..=12).contains(m))?;
    (month(first) == Some(1)).then_some(last)
}

fn month(text: &str) -> Option<i32> {
    match text {
        "五" => Some(5),
        "六" => Some(6),
        "七" => Some(7),
        "八" => Some(8),
        "九" => Some(9),
        "十" => Some(10),
        "十一" => Some(11),
        "十二" => Some(12),
        text => ordinal(text),
    }
}

/// The period that a text of an office's names; `None` for any other spelling.
pub(super) fn read(text: &str, frequency: Option<Frequency>) -> Option<Period> {
    if let Some(span) = Span::read(text) {
        return span.period(frequency);
    }
    let (year, tail) = split(text)?;
    Period::parse_tail(&format!("{year:04}"), tail.strip_suffix('份')?)
}

impl Period {
    /// How many months from January on a text names, if it names several as offices do: 2023年1—9月 and 2023年前三季度 are nine.
    /// Data of such periods are cumulative.
    ///
    /// ```
    /// use kaohe::{Frequency, Period};
    /// assert_eq!(Period::cumulative_months("2023年1—9月"), Some(9));
    /// assert_eq!(Period::cumulative_months("2023年9月"), None);
    /// let quarter = Period::parse_like("2023年1—9月", Some(Frequency::Quarter));
    /// assert_eq!(quarter.unwrap().to_string(), "2023Q3");
    /// ```
    pub fn cumulative_months(text: &str) -> Option<u8> {
        Span::read(text).and_then(|span| u8::try_from(span.months).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_office_is_read() {
        use Frequency::{Half, Month, Quarter, Year};
        for (text, frequency, read) in [
            ("2023年1-3月", Some(Quarter), Some("2023Q1")),
            ("2023年1—9月", Some(Quarter), Some("2023Q3")),
            ("2023 年 1～9 月份", Some(Quarter), Some("2023Q3")),
            ("２０２３年１－９月", Some(Quarter), Some("2023Q3")),
            ("2023年前三季度", Some(Quarter), Some("2023Q3")),
            ("2023年一至三季度", Some(Quarter), Some("2023Q3")),
            ("2023年上半年", Some(Quarter), Some("2023Q2")),
            ("2023年上半年", Some(Half), Some("2023H1")),
            ("2023年上半年", None, Some("2023H1")),
            ("2023年全年", Some(Quarter), Some("2023Q4")),
            ("2023年度", Some(Year), Some("2023")),
            ("2023年度", None, Some("2023")),
            ("2023年1-12月", Some(Year), Some("2023")),
            ("2023年1-2月", Some(Month), Some("2023-02")),
            ("2023年1-2月", Some(Quarter), Some("2023-02")),
            ("2023年1-9月", Some(Year), Some("2023Q3")),
            ("2023年9月份", Some(Month), Some("2023-09")),
            ("2023年一季度", Some(Quarter), Some("2023Q1")),
            ("2023年3-9月", Some(Quarter), None),
            ("2023年1-13月", Some(Quarter), None),
            ("2023年前五季度", Some(Quarter), None),
            ("1-9月", Some(Quarter), None),
        ] {
            let period = Period::parse_like(text, frequency).map(|p| p.to_string());
            assert_eq!(period.as_deref(), read, "{text} {frequency:?}");
        }
    }
}

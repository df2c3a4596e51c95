//! Periods: years, halves, quarters, months.

mod office;

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::model::Frequency;

/// A period: ordered, and able to step back.
///
/// ```
/// use kaohe::{Frequency, Period};
/// let q = Period::parse("2023年第1季度").unwrap();
/// assert_eq!(q.to_string(), "2023Q1");
/// assert_eq!(q.back(1).to_string(), "2022Q4");
/// assert_eq!(Period::parse("2023-03-31").unwrap().within(Frequency::Year).to_string(), "2023");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    frequency: Frequency,
    /// Periods since year 0.
    index: i32,
}

crate::error::from_str!(Period: "a period such as 2020, 2020Q1 or 2020-03");

impl Frequency {
    /// Periods in a year.
    pub fn per_year(self) -> i32 {
        match self {
            Frequency::Year => 1,
            Frequency::Half => 2,
            Frequency::Quarter => 4,
            Frequency::Month => 12,
        }
    }

    /// As a scheme writes it: `year`, `half`, `quarter`, `month`.
    pub fn name(self) -> &'static str {
        match self {
            Frequency::Year => "year",
            Frequency::Half => "half",
            Frequency::Quarter => "quarter",
            Frequency::Month => "month",
        }
    }
}

impl Period {
    /// A year from 0 to 9999.
    pub fn year(year: i32) -> Option<Self> {
        (0..=9999).contains(&year).then_some(Period { frequency: Frequency::Year, index: year })
    }

    fn part(year: &str, frequency: Frequency, part: i32) -> Option<Self> {
        let year: i32 = year.trim().parse().ok().filter(|y| (0..=9999).contains(y))?;
        let n = frequency.per_year();
        (1..=n).contains(&part).then_some(Period { frequency, index: year * n + part - 1 })
    }

    /// Reads `2023`, `2023年`, `2023H1`, `2023上半年`, `2023Q1`, `2023年第1季度`, `2023-03`, `2023年3月`, `202303`, and dates
    /// (`2023-03-31`, `2023-03-31T00:00:00`: their month). Full-width digits are read as digits.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 64 {
            return None;
        }
        let text: String = text.trim().chars().map(half_width).collect();
        let text = text.strip_suffix(".0").unwrap_or(&text);
        if text.is_empty() || !text.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let digits = text.chars().take_while(char::is_ascii_digit).count();
        let (head, tail) = text.split_at(digits);
        let tail = tail.trim_start();
        let tail = tail.strip_prefix('年').unwrap_or(tail).trim_start();
        match (head.len(), tail) {
            (1..=4, "") => Period::year(head.parse().ok()?),
            (6, "") => Period::part(&head[..4], Frequency::Month, head[4..].parse().ok()?),
            (8, "") => dated(&head[..4], &head[4..6], &head[6..]),
            (4, _) => Self::parse_tail(head, tail),
            _ => None,
        }
    }

    /// As [`Period::parse`], and as offices write it: `2023年1—9月`, `2023年前三季度`, `2023年度`. A date and the months from January
    /// on are brought to the length of the data's periods.
    pub fn parse_like(text: &str, frequency: Option<Frequency>) -> Option<Self> {
        if let Some(period) = office::read(text, frequency) {
            return Some(period);
        }
        let period = Period::parse(text)?;
        let date = text.chars().filter(char::is_ascii_digit).count() >= 8 || text.contains('日');
        Some(frequency.filter(|_| date).map_or(period, |frequency| period.within(frequency)))
    }

    fn parse_tail(year: &str, tail: &str) -> Option<Self> {
        let lower = tail.to_lowercase();
        let lower = lower.strip_prefix(['-', '/', '.']).unwrap_or(&lower);
        let lower = lower.strip_prefix('第').unwrap_or(lower);
        match lower {
            "上半年" | "h1" => return Period::part(year, Frequency::Half, 1),
            "下半年" | "h2" => return Period::part(year, Frequency::Half, 2),
            _ => {}
        }
        if let Some(q) = lower.strip_prefix('q') {
            return Period::part(year, Frequency::Quarter, number(q)?);
        }
        if let Some(q) = lower.strip_suffix("季度").or(lower.strip_suffix('季')) {
            return Period::part(year, Frequency::Quarter, ordinal(q)?);
        }
        let month: String = lower.chars().take_while(char::is_ascii_digit).collect();
        let rest = &lower[month.len()..];
        if matches!(rest, "" | "月") {
            return Period::part(year, Frequency::Month, number(&month)?);
        }
        let rest = rest.strip_prefix(['-', '/', '.', '月'])?;
        let day: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let rest = &rest[day.len()..];
        let time = rest.strip_prefix('日').unwrap_or(rest);
        if time.is_empty() || is_time(time) { dated(year, &month, &day) } else { None }
    }

    /// The one period of data without periods, of this length: it stands in the year zero.
    pub fn timeless(frequency: Frequency) -> Self {
        Period { frequency, index: 0 }
    }

    /// Length of the period.
    pub fn frequency(self) -> Frequency {
        self.frequency
    }

    /// The calendar year.
    pub fn calendar_year(self) -> i32 {
        self.index.div_euclid(self.frequency.per_year())
    }

    /// Place within its year, from 0.
    pub fn place_in_year(self) -> usize {
        self.index.rem_euclid(self.frequency.per_year()) as usize
    }

    /// `n` periods earlier.
    #[must_use]
    pub fn back(self, n: u16) -> Self {
        Period { index: self.index.saturating_sub(i32::from(n)), ..self }
    }

    /// `n` periods later; `None` after the year 9999.
    pub fn ahead(self, n: u16) -> Option<Self> {
        let later = Period { index: self.index.checked_add(i32::from(n))?, ..self };
        (later.calendar_year() <= 9999).then_some(later)
    }

    /// How many periods `self` lies after `other`; `None` if their lengths differ.
    pub fn since(self, other: Self) -> Option<i32> {
        (self.frequency == other.frequency).then(|| self.index - other.index)
    }

    /// The longer period that holds this one; itself if it is already as long.
    #[must_use]
    pub fn within(self, frequency: Frequency) -> Self {
        let (from, to) = (self.frequency.per_year(), frequency.per_year());
        if to >= from { self } else { Period { frequency, index: self.index.div_euclid(from / to) } }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, part) = (self.calendar_year(), self.place_in_year() + 1);
        match self.frequency {
            Frequency::Year => write!(f, "{year}"),
            // A part of a year is read only with four digits before it.
            Frequency::Half => write!(f, "{year:04}H{part}"),
            Frequency::Quarter => write!(f, "{year:04}Q{part}"),
            Frequency::Month => write!(f, "{year:04}-{part:02}"),
        }
    }
}

/// As it is shown: `2023`, `2023Q1`.
impl Serialize for Period {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Period::parse(&text)
            .ok_or_else(|| D::Error::custom(format!("{text}: expected a period such as 2023")))
    }
}

fn half_width(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c),
        _ => c,
    }
}

fn ordinal(text: &str) -> Option<i32> {
    match text {
        "一" => Some(1),
        "二" => Some(2),
        "三" => Some(3),
        "四" => Some(4),
        digits => number(digits),
    }
}

/// One or two digits; `parse` alone would take a sign too.
fn number(text: &str) -> Option<i32> {
    let digits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// The month of a day of the calendar.
fn dated(year: &str, month: &str, day: &str) -> Option<Period> {
    let (month, day) = (number(month)?, number(day)?);
    let period = Period::part(year, Frequency::Month, month)?;
    let year = period.calendar_year();
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + i32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (1..=last).contains(&day).then_some(period)
}

/// A time of day behind a date: `T00:00:00`, ` 08:30`, `t12:00:00.000+08:00`.
fn is_time(text: &str) -> bool {
    let Some(text) = text.strip_prefix(['t', ' ']) else { return false };
    let parts: Vec<&str> = text.trim_end_matches('z').split([':', '.', '+', '-']).collect();
    let digits = |p: &&str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit());
    let within = |i: usize, most: i32| parts.get(i).is_none_or(|p| number(p).is_some_and(|n| n <= most));
    parts.len() >= 2 && parts.iter().all(digits) && within(0, 24) && within(1, 59) && within(2, 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_form_is_read() {
        for (text, read) in [
            ("2023", "2023"),
            ("２０２３年", "2023"),
            ("2023.0", "2023"),
            ("2023Q1", "2023Q1"),
            ("2023-Q4", "2023Q4"),
            ("2023年一季度", "2023Q1"),
            ("2023年第3季度", "2023Q3"),
            ("2023H2", "2023H2"),
            ("2023年上半年", "2023H1"),
            ("2023-03", "2023-03"),
            ("202303", "2023-03"),
            ("2023年3月", "2023-03"),
            ("2023年12月31日", "2023-12"),
            ("2023-12-31", "2023-12"),
            ("2023/12/31", "2023-12"),
            ("2023-12-31T00:00:00", "2023-12"),
            ("2023-12-31 00:00:00", "2023-12"),
            ("2023-12-31t23:59:59.123+08:00", "2023-12"),
            ("20240229", "2024-02"),
            ("2000-02-29", "2000-02"),
            ("2023.3.5", "2023-03"),
            ("2023 年 3月", "2023-03"),
            ("0046Q1", "0046Q1"),
            ("0046-03", "0046-03"),
        ] {
            assert_eq!(Period::parse(text).map(|p| p.to_string()).as_deref(), Some(read), "{text}");
        }
        for text in [
            "",
            "abc",
            "2023Q5",
            "2023Q0",
            "2023Q+1",
            "2023H3",
            "2023-13",
            "202313",
            "202300",
            "20235",
            "-2023",
            "2023年度x",
            "2023-02-99",
            "二〇二三",
            "20230299",
            "20230229",
            "19000229",
            "2023-02-30",
            "2023-04-31",
            "2023-00-01",
            "20231301",
            "2023-01-00",
            "2023--03",
            "2023年年",
            "2023-03-01Tnoon",
            "2023-03-01 25:00",
            "2023年第5季度",
        ] {
            assert_eq!(Period::parse(text), None, "{text}");
        }
    }

    #[test]
    fn periods_step_back_over_the_year() {
        assert_eq!(Period::parse("2023-01").unwrap().back(1).to_string(), "2022-12");
        assert_eq!(Period::parse("2023-05").unwrap().within(Frequency::Quarter).to_string(), "2023Q2");
    }
}

//! How a caller writes periods: sentences, tables and messages write them so.

use std::collections::HashMap;

use super::Period;
use crate::scheme::model::Frequency;

/// The texts of periods that are written in another way than [`Period`] itself writes them; none of most data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Spelling(HashMap<Period, String>);

impl Spelling {
    /// Keeps how a period is written. Dates say more than the period (2023-03-31 of a month), and 2023.0 is how a table holds a
    /// year: these are written plainly. Of several texts for a period the first counts.
    pub(super) fn add(&mut self, period: Period, text: &str) {
        let text = text.trim();
        let digits = text.chars().filter(|c| c.is_numeric()).count();
        let dated = digits > 6 && Period::cumulative_months(text).is_none();
        let plain = dated || text.contains('日') || text.ends_with(".0") || text == period.to_string();
        if !plain {
            self.0.entry(period).or_insert_with(|| text.to_owned());
        }
    }

    /// How a period is written: as in the data, or in the style of the data's periods.
    pub(super) fn text(&self, period: Period) -> String {
        match self.0.get(&period) {
            Some(text) => return text.clone(),
            None if self.0.is_empty() => return period.to_string(),
            None => {}
        }
        // The latest one with a known style: one result whatever the order of a map.
        let mut known: Vec<(&Period, &String)> = self.0.iter().collect();
        known.sort();
        let style = known.into_iter().rev().find_map(|(other, text)| {
            let same = (other.frequency() == period.frequency()).then(|| styles(*other))?;
            same.iter().position(|style| style == text)
        });
        style.and_then(|at| styles(period).into_iter().nth(at)).unwrap_or_else(|| period.to_string())
    }
}

/// How people write a period.
fn styles(period: Period) -> Vec<String> {
    let (y, p) = (period.calendar_year(), period.place_in_year() + 1);
    let of = |at: usize, words: [&'static str; 4]| words.get(at - 1).copied().unwrap_or_default();
    match period.frequency() {
        Frequency::Year => vec![format!("{y}年"), format!("{y}年度")],
        Frequency::Half => {
            let half = of(p, ["上半年", "下半年", "", ""]);
            vec![format!("{y}年{half}"), format!("{y}{half}"), format!("{y}-H{p}"), format!("{y}h{p}")]
        }
        Frequency::Quarter => {
            let word = of(p, ["一", "二", "三", "四"]);
            vec![
                format!("{y}年{word}季度"),
                format!("{y}年第{word}季度"),
                format!("{y}年{p}季度"),
                format!("{y}年第{p}季度"),
                format!("{y}年{word}季"),
                format!("{y}-Q{p}"),
                format!("{y}q{p}"),
                format!("{y} Q{p}"),
            ]
        }
        Frequency::Month => vec![
            format!("{y}年{p}月"),
            format!("{y}年{p:02}月"),
            format!("{y}{p:02}"),
            format!("{y}/{p}"),
            format!("{y}/{p:02}"),
            format!("{y}.{p}"),
            format!("{y}.{p:02}"),
            format!("{y}-{p}"),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_written_as_the_caller_writes_them() {
        let mut spelling = Spelling::default();
        let read = |text: &str| Period::parse(text).unwrap();
        for text in ["2023年二季度", "2023年三季度", "2023Q3"] {
            spelling.add(read(text), text);
        }
        assert_eq!(spelling.text(read("2023Q3")), "2023年三季度");
        // What is not in the data is written in their style.
        assert_eq!(spelling.text(read("2024Q1")), "2024年一季度");
        assert_eq!(spelling.text(read("2024")), "2024");
    }

    #[test]
    fn dates_and_plain_forms_are_written_plainly() {
        let mut spelling = Spelling::default();
        for text in ["2023-03-31", "20230331", "2023-03-31T00:00:00", "2023年3月31日", "2023.0", "2023-03"]
        {
            spelling.add(Period::parse(text).unwrap(), text);
        }
        assert_eq!(spelling, Spelling::default());
        for text in ["2023年", "2023年3月", "202303", "2023/3", "2023H1", "2023年上半年"] {
            let (period, mut spelling) = (Period::parse(text).unwrap(), Spelling::default());
            spelling.add(period, text);
            assert_eq!(spelling.text(period), text);
            assert_eq!(Period::parse(&spelling.text(period.back(1))), Some(period.back(1)));
        }
    }
}

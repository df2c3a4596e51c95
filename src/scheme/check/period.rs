//! Periods a scheme names: `2020`, `2020H1`, `2020Q3`, `2020-03`.

use crate::finding::Finding;
use crate::scheme::model::Frequency;
use crate::scheme::period::Period;

/// Says so if a period does not read as one of the scheme's frequency.
pub(super) fn check(found: &mut Vec<Finding>, period: &str, frequency: Frequency, path: String) {
    if reads(period, frequency) {
        return;
    }
    let example = match frequency {
        Frequency::Year => "2020",
        Frequency::Half => "2020H1",
        Frequency::Quarter => "2020Q1",
        Frequency::Month => "2020-01",
    };
    found.push(Finding::error("bad_period").at(path).fact("period", period).fact("example", example));
}

/// A year of four digits, and what makes it a period of this length.
fn reads(text: &str, frequency: Frequency) -> bool {
    let year = text.len() >= 4 && text.bytes().take(4).all(|b| b.is_ascii_digit());
    year && Period::parse(text).is_some_and(|p| p.frequency() == frequency)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods() {
        use Frequency::{Half, Month, Quarter, Year};
        for (text, frequency) in [
            ("2020", Year),
            ("2020年", Year),
            ("2020H2", Half),
            ("2020年上半年", Half),
            ("2020Q4", Quarter),
            ("2020年3季度", Quarter),
            ("2020年三季度", Quarter),
            ("2020-03", Month),
            ("2020年11月", Month),
            ("202003", Month),
        ] {
            assert!(reads(text, frequency), "{text}");
        }
        for (text, frequency) in [
            ("", Year),
            ("20", Year),
            ("2020Q1", Year),
            ("2020Q5", Quarter),
            ("2020-13", Month),
            ("年年年年", Year),
            ("二零二零", Year),
        ] {
            assert!(!reads(text, frequency), "{text}");
        }
    }
}

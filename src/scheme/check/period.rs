//! Periods a scheme names: `2020`, `2020H1`, `2020Q3`, `2020-03`.

use crate::finding::Finding;
use crate::scheme::model::Frequency;

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

fn reads(period: &str, frequency: Frequency) -> bool {
    let Some((year, rest)) = period.split_at_checked(4) else { return false };
    let number =
        |text: &str, most: u8| text.parse::<u8>().is_ok_and(|n| (1..=most).contains(&n)) && text.len() <= 2;
    let rest = rest.trim_start_matches('年');
    year.bytes().all(|b| b.is_ascii_digit())
        && match frequency {
            Frequency::Year => rest.is_empty(),
            Frequency::Half => {
                matches!(rest, "上半年" | "下半年")
                    || rest.trim_start_matches('-').strip_prefix(['H', 'h']).is_some_and(|n| number(n, 2))
            }
            Frequency::Quarter => {
                let chinese = rest.strip_suffix("季度").or_else(|| rest.strip_suffix('季'));
                chinese.is_some_and(|n| number(n, 4) || matches!(n, "一" | "二" | "三" | "四"))
                    || rest.trim_start_matches('-').strip_prefix(['Q', 'q']).is_some_and(|n| number(n, 4))
            }
            Frequency::Month => {
                let month = rest.strip_suffix('月').or_else(|| rest.strip_prefix('-'));
                number(month.unwrap_or(rest).trim_start_matches(['M', 'm']), 12)
            }
        }
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

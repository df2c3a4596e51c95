//! What the text of a unit of measure tells the checks: its power of ten, and whether it counts things.
//!
//! This is not the table of units (formulas have that): it reads 万元 as 10⁴ 元 for any base, so that a slip by a power of
//! ten can be named, and calls nothing wrong.

use crate::finding::Finding;
use crate::scheme::model::Document;

/// Prefixes and their power of ten, longer ones first.
const PREFIXES: &[(&str, i32)] = &[
    ("万亿", 12),
    ("千亿", 11),
    ("百亿", 10),
    ("十亿", 9),
    ("千万", 7),
    ("百万", 6),
    ("十万", 5),
    ("亿", 8),
    ("万", 4),
    ("千", 3),
    ("百", 2),
    ("trillion ", 12),
    ("billion ", 9),
    ("million ", 6),
    ("thousand ", 3),
];

/// Bases that count things.
const COUNTS: &[&str] = &[
    "人", "家", "个", "件", "项", "户", "名", "人次", "次", "辆", "台", "套", "所", "张", "条", "篇", "座",
    "艘", "架", "头", "株", "persons", "people", "firms", "items", "cases",
];

/// Bases that measure what can be nothing at the least.
const STOCKS: &[&str] = &[
    "亩",
    "公顷",
    "平方米",
    "平方公里",
    "立方米",
    "公里",
    "米",
    "吨",
    "千克",
    "公斤",
    "千瓦",
    "千瓦时",
    "度",
    "吨标准煤",
    "吨标煤",
    "km",
    "t",
    "ha",
    "km2",
    "kWh",
];

/// Prefix exponent and base of a unit: 万元 → (4, 元). A percentage is 10⁻² of nothing.
pub(super) fn magnitude(unit: &str) -> (i32, &str) {
    match unit {
        "%" => return (-2, ""),
        "‰" => return (-3, ""),
        "" | "1" => return (0, ""),
        // 千克 and 千瓦 are bases to people, and 百分点 is no hundred of anything.
        "千克" | "千瓦" | "千瓦时" | "千米" | "百分点" => return (0, unit),
        _ => {}
    }
    let split = PREFIXES.iter().find_map(|(prefix, e)| Some((*e, unit.strip_prefix(prefix)?)));
    split.filter(|(_, base)| !base.is_empty()).unwrap_or((0, unit))
}

/// The unit `10^power` times as small as `unit`, if it has a usual name: (亿元, 4) → 万元.
fn smaller(unit: &str, power: i32) -> Option<String> {
    let (exponent, base) = magnitude(unit);
    let wanted = exponent - power;
    if base.is_empty() {
        return Some(match wanted {
            0 => "1".to_owned(),
            -2 => "%".to_owned(),
            -3 => "‰".to_owned(),
            _ => return None,
        });
    }
    if wanted == 0 {
        return Some(base.to_owned());
    }
    // 万亿 but not 千亿 or 十亿: only what tables are headed with.
    let chinese = !base.is_ascii();
    let usual = |p: &str| p.is_ascii() != chinese && !matches!(p, "千亿" | "百亿" | "十亿" | "十万");
    let (prefix, _) = PREFIXES.iter().find(|(p, e)| *e == wanted && usual(p))?;
    Some(format!("{prefix}{base}"))
}

/// A warning that numbers are `10^power` times too large: of the first code with the unit that they may have been typed in, or
/// of the second where that has no usual name.
pub(super) fn off([as_unit, plain]: [&'static str; 2], unit: &str, power: i32) -> Finding {
    let finding = match smaller(unit, power) {
        Some(typed) => Finding::warning(as_unit).fact("typed", typed),
        None => Finding::warning(plain),
    };
    finding.fact("factor", factor(power))
}

/// `10000` for 4, `1/10000` for −4.
fn factor(power: i32) -> String {
    let zeros = "0".repeat(power.unsigned_abs().min(400) as usize);
    if power < 0 { format!("1/1{zeros}") } else { format!("1{zeros}") }
}

/// Whether a unit is a ratio: it says nothing about size, and may be near zero.
pub(super) fn is_ratio(unit: &str) -> bool {
    magnitude(unit).1.is_empty() || unit == "百分点" || unit.contains('/')
}

/// Whether a quantity in this unit cannot be negative.
pub(super) fn never_negative(document: &Document, unit: &str) -> bool {
    counts(document, unit) || STOCKS.contains(&magnitude(unit).1)
}

/// Whether a unit counts things, also by way of the scheme's own units.
pub(super) fn counts(document: &Document, unit: &str) -> bool {
    let mut unit = unit;
    // A unit that is defined by itself ends after as many steps as there are units.
    for _ in 0..=document.units.len() {
        if COUNTS.contains(&magnitude(unit).1) {
            return true;
        }
        match document.units.iter().find(|u| u.id == unit) {
            Some(own) if own.count => return true,
            Some(own) => match own.of.as_deref() {
                Some(of) => unit = of,
                None => return false,
            },
            None => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_one_power_of_ten_away_have_names() {
        assert_eq!(magnitude("万元"), (4, "元"));
        assert_eq!(magnitude("万"), (0, "万"));
        for (unit, power, name) in [
            ("亿元", 4, Some("万元")),
            ("万元", -4, Some("亿元")),
            ("亿元", 8, Some("元")),
            ("万人", 4, Some("人")),
            ("%", 1, Some("‰")),
            ("%", -2, Some("1")),
            ("亿元", 1, Some("千万元")),
            ("亿元", 3, None),
            ("million USD", -3, Some("billion USD")),
        ] {
            assert_eq!(smaller(unit, power).as_deref(), name, "{unit} {power}");
        }
        assert!(is_ratio("百分点") && is_ratio("家/万家") && is_ratio("%") && !is_ratio("亿元"));
    }
}

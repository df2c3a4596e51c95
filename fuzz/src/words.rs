//! Units of measure and periods.

use kaohe::{Frequency, Period};

use crate::same::{UNITS, refused};

/// A unit prints what it reads, and converts to and from what it is like.
pub fn unit(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut units = UNITS.clone();
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    // The lines after the first declare units: "name=of*factor".
    for line in lines.take(8) {
        let (id, rest) = line.split_once('=').unwrap_or((line, ""));
        let (of, factor) = rest.split_once('*').unwrap_or((rest, "1"));
        let of = Some(of).filter(|of| !of.is_empty());
        if let Err(error) = units.declare(id, of, factor.parse().unwrap_or(1.0), false) {
            refused(&[error.finding()]);
        }
    }
    match units.parse(first) {
        Ok(unit) => {
            let printed = unit.to_string();
            let again = units.parse(&printed);
            let again = again.unwrap_or_else(|e| panic!("{first:?} prints {printed:?}: {}", e.finding()));
            assert_eq!(again.to_string(), printed, "{first:?}");
            assert!(unit.is_like(&again));
            assert_eq!(unit.factor_to(&again), Some(1.0));
            for other in ["1", "%", "元", "亿元", "人", "家/万家", "吨标准煤/万元"] {
                let other = units.parse(other).expect("a built-in unit");
                let there = unit.factor_to(&other);
                assert_eq!(unit.is_like(&other), other.is_like(&unit));
                assert!(there.is_none_or(|x| x.is_finite() && x > 0.0), "{unit} to {other}: {there:?}");
            }
            let (_, _) = unit.scale();
            let _ = (unit.is_pure(), unit.is_dimensionless(), unit.counts(), unit.dimensions().count());
        }
        Err(error) => refused(&[error.finding()]),
    }
}

/// A period prints what it reads; steps forth and back lead home; a longer period holds the shorter one.
pub fn period(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Some(period) = Period::parse(text) else { return };
    assert_eq!(Period::parse(&period.to_string()), Some(period), "{text:?}");
    assert!((0..=9999).contains(&period.calendar_year()), "{text:?}");
    assert!((period.place_in_year() as i32) < period.frequency().per_year());
    for n in [0, 1, 5, 12, u16::MAX] {
        if let Some(ahead) = period.ahead(n) {
            assert_eq!(ahead.back(n), period, "{text:?} and {n}");
            assert_eq!(ahead.since(period), Some(i32::from(n)));
        }
        assert_eq!(period.since(period.back(n)), Some(i32::from(n)));
        let _ = period.back(n).to_string();
    }
    for longer in [Frequency::Month, Frequency::Quarter, Frequency::Half, Frequency::Year] {
        let within = period.within(longer);
        assert_eq!(within.calendar_year(), period.calendar_year());
        assert_eq!(Period::parse(&within.to_string()), Some(within));
    }
}

//! A column of numbers in the making: decimals as typed, in the unit of the variable.

use super::clean::{Decimal, digits};
use crate::formula::Unit;
use crate::number::{Exact, Number as _};
use crate::panel::Column;

/// How a number in one unit becomes one in another.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scale {
    Same,
    /// Times a power of ten.
    Power(i32),
    /// Times a ratio.
    Ratio(dashu_ratio::RBig),
}

impl Scale {
    /// From one unit to another of the same kind.
    pub(super) fn between(from: &Unit, to: &Unit) -> Option<Self> {
        if !from.is_like(to) {
            return None;
        }
        let ratio = from.size() / to.size();
        if ratio == dashu_ratio::RBig::ONE {
            return Some(Scale::Same);
        }
        let power = (-18..=18).find(|power| crate::number::shift_decimal(1.into(), *power) == ratio);
        Some(power.map_or(Scale::Ratio(ratio), Scale::Power))
    }

    /// As a factor: `10000`, `1/15`.
    pub(super) fn factor(&self) -> String {
        match self {
            Scale::Same => "1".to_owned(),
            Scale::Power(power) => crate::number::shift_decimal(1.into(), *power).to_string(),
            Scale::Ratio(ratio) => ratio.to_string(),
        }
    }
}

/// Collects the cells of a column.
#[derive(Debug, Default)]
pub(super) struct Builder {
    values: Vec<f64>,
    long: Vec<(usize, Exact)>,
}

impl Builder {
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    pub(super) fn missing(&mut self) {
        self.values.push(f64::NAN);
    }

    /// Adds a decimal; `false` (and a missing value) if it is too large or too small for a number here.
    pub(super) fn push(&mut self, decimal: &Decimal, scale: &Scale) -> bool {
        let value = match (decimal, scale) {
            (Decimal::Float(x), Scale::Same) => sound(*x),
            (Decimal::Float(x), scale) => self.typed(&format!("{x:e}"), scale),
            (Decimal::Typed(text), scale) => self.typed(text, scale),
        };
        self.values.push(value.unwrap_or(f64::NAN));
        value.is_some()
    }

    fn typed(&mut self, text: &str, scale: &Scale) -> Option<f64> {
        const SAFE_DIGITS: usize = 15;
        let moved = match scale {
            Scale::Same => Some(text.to_owned()),
            Scale::Power(power) => moved(text, *power),
            Scale::Ratio(_) => None,
        };
        if let Some(text) = moved {
            let value: f64 = text.parse().ok()?;
            if digits(&text) <= SAFE_DIGITS {
                return sound(value);
            }
            return self.keep(value, Exact::parse(&text)?);
        }
        let Scale::Ratio(ratio) = scale else { return None };
        let exact = Exact::of_rational(Exact::parse(text)?.rational()? * ratio);
        let value = exact.to_f64();
        self.keep(value, exact)
    }

    /// A number whose float may show another decimal.
    fn keep(&mut self, value: f64, exact: Exact) -> Option<f64> {
        let value = sound(value)?;
        if Exact::of(value) != exact {
            self.long.push((self.values.len(), exact));
        }
        Some(value)
    }

    pub(super) fn done(self) -> Column {
        Column::from(self.values).with_decimals(self.long)
    }
}

/// A number that is neither infinite nor next to nothing.
fn sound(x: f64) -> Option<f64> {
    (x == 0.0 || x.is_normal()).then_some(x)
}

/// A decimal with its point moved.
pub(super) fn moved(text: &str, power: i32) -> Option<String> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    Some(format!("{mantissa}e{}", exponent + power))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::Units;

    #[test]
    fn units_convert_to_the_last_digit() {
        let units = Units::builtin();
        let convert = |text: &str, from: &str, to: &str| {
            let scale = Scale::between(&units.parse(from).unwrap(), &units.parse(to).unwrap()).unwrap();
            let mut builder = Builder::default();
            assert!(builder.push(&Decimal::Typed(text.to_owned()), &scale));
            builder.done().exact(0)
        };
        assert_eq!(convert("12345.6", "万元", "亿元"), Exact::parse("1.23456").unwrap());
        assert_eq!(convert("3.2", "%", "1"), Exact::parse("0.032").unwrap());
        assert_eq!(convert("0.1", "亿元", "万元"), Exact::parse("1000").unwrap());
        assert_eq!(convert("3", "亩", "平方米"), Exact::parse("2000").unwrap());
        let long = "0.1234567890123456789";
        assert_eq!(convert(long, "元", "元"), Exact::parse(long).unwrap());
        assert_eq!(convert("1", "平方米", "亩").to_f64(), 0.0015);
        assert!(Scale::between(&units.parse("人").unwrap(), &units.parse("元").unwrap()).is_none());
    }
}

//! A unit of measure: dimensions, an exact scale, a name; and the algebra of units.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use dashu_base::{Abs, BitTest, Sign};
use dashu_int::UBig;
use dashu_ratio::RBig;

/// Highest power of one named unit in a compound.
pub(super) const MAX_EXPONENT: i32 = 20;

/// A unit of measure, `万元/人`: what it measures (base units with exponents), how large it is against the base units
/// (exact), and how it is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unit {
    /// The named units it is made of; none is the pure number.
    pub(crate) parts: Vec<Part>,
}

/// A named unit to a power.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) atom: Arc<Atom>,
    pub(crate) exponent: i32,
}

/// A named unit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Atom {
    pub(crate) name: String,
    pub(crate) dimensions: Dimensions,
    /// How many base units it is.
    pub(crate) scale: RBig,
    pub(crate) count: bool,
}

/// Base units and their exponents, none of them zero.
pub(crate) type Dimensions = BTreeMap<Arc<str>, i32>;

impl Unit {
    /// The pure number.
    pub fn pure() -> Self {
        Unit::default()
    }

    pub(crate) fn of(atom: &Arc<Atom>) -> Self {
        Unit { parts: vec![Part { atom: Arc::clone(atom), exponent: 1 }] }
    }

    /// Base units and their exponents: `万元/人` has 元 1 and 人 −1.
    pub fn dimensions(&self) -> impl Iterator<Item = (String, i32)> {
        self.measures().into_iter().map(|(name, exponent)| (name.to_string(), exponent))
    }

    pub(crate) fn measures(&self) -> Dimensions {
        let mut all = Dimensions::new();
        for part in &self.parts {
            for (base, exponent) in &part.atom.dimensions {
                let sum = all.entry(Arc::clone(base)).or_insert(0);
                *sum += exponent * part.exponent;
                if *sum == 0 {
                    all.remove(base);
                }
            }
        }
        all
    }

    /// How many base units one of it is, exactly, as a fraction in lowest terms: 万元 is `("10000", "1")`.
    pub fn scale(&self) -> (String, String) {
        let (n, d) = self.size().into_parts();
        (n.to_string(), d.to_string())
    }

    pub(crate) fn size(&self) -> RBig {
        self.parts.iter().fold(RBig::ONE, |size, part| size * raised(&part.atom.scale, part.exponent))
    }

    /// Whether it is the pure number itself (% is not, though it has no dimensions either).
    pub fn is_pure(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether it has no dimensions: the pure number, %, ‰.
    pub fn is_dimensionless(&self) -> bool {
        self.measures().is_empty()
    }

    /// Whether it counts things, so that a planned value is a whole number: 家, 件, 人, and what a scheme declares so; not
    /// their multiples (万家 comes in fractions).
    pub fn counts(&self) -> bool {
        matches!(self.parts.as_slice(), [part] if part.exponent == 1 && part.atom.count)
    }

    /// Whether values in this unit can be added to and compared with values in the other, after conversion.
    pub fn is_like(&self, other: &Unit) -> bool {
        self.measures() == other.measures()
    }

    /// The number that turns values in this unit into values in `to`, if that has the same dimensions.
    ///
    /// ```
    /// let units = kaohe::formula::Units::builtin();
    /// let (from, to) = (units.parse("亿元").unwrap(), units.parse("万元").unwrap());
    /// assert_eq!(from.factor_to(&to), Some(10_000.0));
    /// assert_eq!(from.factor_to(&units.parse("人").unwrap()), None);
    /// ```
    pub fn factor_to(&self, to: &Unit) -> Option<f64> {
        self.is_like(to).then(|| (self.size() / to.size()).to_f64().value())
    }

    /// The product with `other` to a power; named units that measure the same cancel (万元/亿元 is a pure number), those
    /// without dimensions drop out (亿元·% is 亿元). `None` beyond the twentieth power.
    pub(crate) fn times(&self, other: &Unit, power: i32) -> Option<Unit> {
        let mut parts: Vec<Part> = Vec::new();
        let factors = self.parts.iter().map(|p| (p, 1)).chain(other.parts.iter().map(|p| (p, power)));
        for (part, power) in factors {
            let mut exponent = part.exponent.checked_mul(power)?;
            if part.atom.dimensions.is_empty() {
                continue;
            }
            for known in &mut parts {
                let same = known.atom.name == part.atom.name;
                let opposite = known.atom.dimensions == part.atom.dimensions
                    && known.exponent.signum() == -exponent.signum();
                if same {
                    known.exponent += exponent;
                    exponent = 0;
                } else if opposite {
                    let cancelled = exponent.abs().min(known.exponent.abs()) * exponent.signum();
                    known.exponent += cancelled;
                    exponent -= cancelled;
                }
            }
            if exponent != 0 {
                parts.push(Part { atom: Arc::clone(&part.atom), exponent });
            }
            parts.retain(|p| p.exponent != 0);
        }
        if parts.iter().any(|p| p.exponent.abs() > MAX_EXPONENT) || parts.len() > 2 * MAX_EXPONENT as usize {
            return None;
        }
        let unit = Unit { parts };
        Some(if unit.is_dimensionless() { Unit::pure() } else { unit })
    }

    pub(crate) fn to_power(&self, power: i32) -> Option<Unit> {
        if power == 1 { Some(self.clone()) } else { Unit::pure().times(self, power) }
    }

    /// The square root, where every exponent is even, of the names or of the base units (平方米 is 米^2).
    pub(crate) fn root(&self) -> Option<Unit> {
        if self.is_dimensionless() {
            return Some(Unit::pure());
        }
        let even = self.parts.iter().all(|p| p.exponent % 2 == 0);
        if even {
            let half = |p: &Part| Part { exponent: p.exponent / 2, ..p.clone() };
            return Some(Unit { parts: self.parts.iter().map(half).collect() });
        }
        let half = |(base, exponent): (Arc<str>, i32)| {
            let dimensions = Dimensions::from([(Arc::clone(&base), 1)]);
            let atom = Atom { name: base.to_string(), dimensions, scale: RBig::ONE, count: false };
            (exponent % 2 == 0).then(|| Part { atom: Arc::new(atom), exponent: exponent / 2 })
        };
        self.measures().into_iter().map(half).collect::<Option<Vec<Part>>>().map(|parts| Unit { parts })
    }
}

impl fmt::Display for Unit {
    /// `万元/人`, `件·人^2/年`; the pure number is `1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        for part in self.parts.iter().filter(|p| p.exponent > 0) {
            write!(f, "{}{}", if first { "" } else { "·" }, part.atom.name)?;
            if part.exponent > 1 {
                write!(f, "^{}", part.exponent)?;
            }
            first = false;
        }
        if first {
            f.write_str("1")?;
        }
        for part in self.parts.iter().filter(|p| p.exponent < 0) {
            write!(f, "/{}", part.atom.name)?;
            if part.exponent < -1 {
                write!(f, "^{}", -part.exponent)?;
            }
        }
        Ok(())
    }
}

/// The `f64` that stands for `r` in every number type: `r` itself is a decimal of so few digits that the shortest
/// notation of the `f64` gives it back.
pub(crate) fn constant(r: &RBig) -> Option<f64> {
    use crate::number::{Exact, Number};
    if !is_handy(r) {
        return None;
    }
    let x = r.to_f64().value();
    (x.is_finite() && Exact::of(x).rational() == Some(r)).then_some(x)
}

/// Whether numerator and denominator stay small enough to compute with: a hostile unit cannot make them grow.
pub(crate) fn is_handy(r: &RBig) -> bool {
    r.numerator().bit_len() <= 400 && r.denominator().bit_len() <= 400
}

/// `|r|` as a constant divided by a constant: one of them is 1 wherever `r` or `1/r` is a decimal.
pub(crate) fn quotient(r: &RBig) -> Option<(f64, f64)> {
    if !is_handy(r) {
        return None;
    }
    let (n, d) = r.clone().into_parts();
    let negative = n.sign() == Sign::Negative;
    let (n, d) = (RBig::from(n).abs(), RBig::from(d));
    let size = &n / &d;
    let (top, bottom) = if d == RBig::ONE {
        (constant(&size)?, 1.0)
    } else if let (true, Some(bottom)) = (n == RBig::ONE, constant(&d)) {
        (1.0, bottom)
    } else if let Some(top) = constant(&size) {
        (top, 1.0)
    } else if let Some(bottom) = (n != RBig::ZERO).then(|| constant(&(&d / &n))).flatten() {
        (1.0, bottom)
    } else {
        (constant(&n)?, constant(&d)?)
    };
    Some((if negative { -top } else { top }, bottom))
}

/// Ten to a power.
pub(crate) fn ten(power: u32) -> RBig {
    RBig::from(UBig::from(10u8).pow(power as usize))
}

/// `x` to a whole power; `x` is not zero where the power is negative.
pub(crate) fn raised(x: &RBig, power: i32) -> RBig {
    let size = x.pow(isize::try_from(power.unsigned_abs()).unwrap_or(0));
    if power < 0 { RBig::ONE / size } else { size }
}

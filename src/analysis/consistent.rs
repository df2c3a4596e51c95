//! Whether a published value fits the rounding of the inputs it was computed from.

use serde::Serialize;

use super::words;
use crate::formula::{Load, Op, Program};
use crate::number::{Exact, Number};
use crate::text::{self, Lang};

/// A published value against what its inputs allow.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Consistency {
    /// The published value.
    pub published: f64,
    /// What the inputs as printed give.
    pub recomputed: f64,
    /// Least value that inputs which round to the printed ones can give; none if there is no bound.
    pub low: Option<f64>,
    /// Largest such value.
    pub high: Option<f64>,
    /// Whether some inputs that round to the printed ones give a value that rounds to the published one.
    pub consistent: bool,
}

/// Whether a published value fits its inputs. `inputs` holds value and decimals for each of the program's loads; `digits`
/// are the decimals of the published value.
///
/// # Formula
/// Each printed number `x` with `d` decimals stands for `x ± ½·10^-d`, ends included; the formula runs on intervals of
/// exact decimals. A variable that stands twice in the formula widens the interval, so `false` is certain.
///
/// # Missing values
/// `None` if an input is missing or the formula uses what has no intervals here (comparisons, roundings, logarithms, powers
/// of anything but whole numbers).
pub fn consistent(
    published: f64,
    digits: i8,
    program: &Program,
    inputs: &[(f64, i8)],
) -> Option<Consistency> {
    let near = |x: f64, d: i8| {
        let half = Exact::of(0.5).mul(&Exact::of(10.0).pow(&Exact::of(f64::from(-d))));
        let x = Exact::of(x);
        Interval(Some(x.sub(&half)), Some(x.add(&half)))
    };
    let load = |i: u32| {
        let (x, d) = *inputs.get(i as usize)?;
        (!x.is_nan()).then(|| near(x, d))
    };
    let range = run(program, load)?;
    let at = |load: &Load| program.loads().iter().position(|l| l == load).and_then(|i| inputs.get(i));
    let recomputed = program.eval(&mut |l| at(&l).map_or(Exact::Missing, |x| Exact::of(x.0))).to_f64();
    let Interval(low, high) = near(published, digits);
    let below = |a: &Option<Exact>, b: &Option<Exact>| match (a, b) {
        (Some(a), Some(b)) => a.is_less(b),
        _ => false,
    };
    Some(Consistency {
        published,
        recomputed,
        consistent: !below(&range.1, &low) && !below(&high, &range.0),
        low: range.0.map(|x| x.to_f64()),
        high: range.1.map(|x| x.to_f64()),
    })
}

/// From … to, no end where there is no bound.
#[derive(Debug, Clone)]
struct Interval(Option<Exact>, Option<Exact>);

impl Interval {
    fn neg(&self) -> Interval {
        Interval(self.1.as_ref().map(Number::neg), self.0.as_ref().map(Number::neg))
    }

    fn add(&self, other: &Interval) -> Interval {
        let sum = |a: &Option<Exact>, b: &Option<Exact>| Some(a.as_ref()?.add(b.as_ref()?));
        Interval(sum(&self.0, &other.0), sum(&self.1, &other.1))
    }

    /// From the products of the ends; no bound where an end has none.
    fn mul(&self, other: &Interval) -> Interval {
        let (Some(a), Some(b), Some(c), Some(d)) = (&self.0, &self.1, &other.0, &other.1) else {
            return Interval(None, None);
        };
        let ends = [a.mul(c), a.mul(d), b.mul(c), b.mul(d)];
        let least = ends.iter().skip(1).fold(ends[0].clone(), |m, x| m.min(x));
        let most = ends.iter().skip(1).fold(ends[0].clone(), |m, x| m.max(x));
        Interval(Some(least), Some(most))
    }

    /// No bound where nought lies inside.
    fn inverse(&self) -> Interval {
        match (&self.0, &self.1) {
            (Some(low), Some(high)) if Exact::zero().is_less(low) || high.is_less(&Exact::zero()) => {
                Interval(Some(Exact::one().div(high)), Some(Exact::one().div(low)))
            }
            _ => Interval(None, None),
        }
    }

    fn either(&self, other: &Interval, largest: bool) -> Interval {
        let of = |a: &Option<Exact>, b: &Option<Exact>| {
            let (a, b) = (a.as_ref()?, b.as_ref()?);
            Some(if largest { a.max(b) } else { a.min(b) })
        };
        Interval(of(&self.0, &other.0), of(&self.1, &other.1))
    }

    fn abs(&self) -> Interval {
        match (&self.0, &self.1) {
            (Some(low), _) if !low.is_less(&Exact::zero()) => self.clone(),
            (_, Some(high)) if !Exact::zero().is_less(high) => self.neg(),
            (Some(low), Some(high)) => Interval(Some(Exact::zero()), Some(low.neg().max(high))),
            _ => Interval(Some(Exact::zero()), None),
        }
    }
}

fn run(program: &Program, load: impl Fn(u32) -> Option<Interval>) -> Option<Interval> {
    let exactly = |c: f64| Interval(Some(Exact::of(c)), Some(Exact::of(c)));
    let mut stack: Vec<Interval> = Vec::new();
    for op in program.ops() {
        let next = match op {
            Op::Const(c) => exactly(*c),
            Op::Load(i) => load(*i)?,
            Op::Times(c) => stack.pop()?.mul(&exactly(*c)),
            Op::Over(c) => stack.pop()?.mul(&exactly(*c).inverse()),
            Op::Neg => stack.pop()?.neg(),
            Op::Abs => stack.pop()?.abs(),
            Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Min | Op::Max => {
                let (b, a) = (stack.pop()?, stack.pop()?);
                match op {
                    Op::Add => a.add(&b),
                    Op::Sub => a.add(&b.neg()),
                    Op::Mul => a.mul(&b),
                    Op::Div => a.mul(&b.inverse()),
                    Op::Min => a.either(&b, false),
                    _ => a.either(&b, true),
                }
            }
            _ => return None,
        };
        stack.push(next);
    }
    stack.pop()
}

impl crate::Assessment {
    /// Whether a published value of an indicator fits the data of a row, each variable with the decimals that the scheme
    /// says its source publishes (`published_digits`, 0 for counts without it).
    ///
    /// # Missing values
    /// As [`consistent`].
    ///
    /// # Errors
    /// An unknown entity, period or indicator.
    pub fn consistent(
        &self,
        entity: &str,
        period: crate::Period,
        indicator: &str,
        published: f64,
        digits: i8,
    ) -> Result<Option<Consistency>, crate::DataError> {
        let (row, i) = (self.row(entity, period)?, self.indicator(indicator)?);
        let inner = &*self.inner;
        let program = &inner.scheme.plan().indicators[i].program;
        let values = super::factors::inputs(super::Side { inner, row }, program, &inner.sums[i]);
        let variables = &inner.scheme.document().variables;
        let decimals = program.loads().iter().map(|l| match l {
            Load::Column { slot, .. } => variables.get(*slot as usize).and_then(|v| v.published_digits),
            Load::Total { .. } => None,
        });
        let inputs: Vec<(f64, i8)> =
            values.into_iter().zip(decimals.map(Option::unwrap_or_default)).collect();
        Ok(consistent(published, digits, program, &inputs))
    }
}

impl Consistency {
    /// Whether it fits, in one sentence.
    pub fn sentence(&self, lang: Lang) -> String {
        let end = |x: Option<f64>| x.map_or("…".to_owned(), |x| words::number(x, 6));
        let code = if self.consistent { "consistent_yes" } else { "consistent_no" };
        text::render(
            code,
            lang,
            &[
                ("published", words::number(self.published, 12)),
                ("recomputed", words::number(self.recomputed, 6)),
                ("low", end(self.low)),
                ("high", end(self.high)),
            ],
        )
    }

    /// The sentence.
    pub fn to_markdown(&self, lang: Lang) -> String {
        format!("{}\n", self.sentence(lang))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio() -> Program {
        let loads = [0, 1].map(|slot| Load::Column { slot, lag: 0 }).to_vec();
        let ops = vec![Op::Load(0), Op::Load(1), Op::Div, Op::Times(100.0)];
        Program::new(ops, loads, Vec::new(), crate::formula::Unit::pure(), true)
    }

    #[test]
    fn published_intensity_is_on_preliminary_gdp() {
        // Beijing 2020: 2326.6 over 36102.6 is 6.44 %, over the revised 38503.6 it is not (NBS bulletins).
        let fits = consistent(6.44, 2, &ratio(), &[(2326.6, 1), (36102.6, 1)]).unwrap();
        assert!(fits.consistent);
        let revised = consistent(6.44, 2, &ratio(), &[(2326.6, 1), (38503.6, 1)]).unwrap();
        assert!(!revised.consistent && revised.high.unwrap() < 6.1);
        // The last digit of the inputs decides: 1/3 with no decimals may be anything from 0.5/3.5 to 1.5/2.5.
        assert!(consistent(60.0, 0, &ratio(), &[(1.0, 0), (3.0, 0)]).unwrap().consistent);
        assert!(!consistent(61.0, 0, &ratio(), &[(1.0, 0), (3.0, 0)]).unwrap().consistent);
        // A denominator that may be nought bounds nothing.
        assert_eq!(consistent(9.0, 0, &ratio(), &[(1.0, 0), (0.0, 0)]).unwrap().high, None);
        assert_eq!(consistent(9.0, 0, &ratio(), &[(f64::NAN, 0), (1.0, 0)]), None);
    }
}

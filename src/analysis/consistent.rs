//! Whether a published value fits the rounding of the inputs it was computed from.

use serde::Serialize;

use super::range::range;
use crate::finding::Finding;
use crate::formula::{Load, Program};
use crate::number::{Exact, Number};
use crate::report::{Digits, Fact, Measure, Names, Report, Sentence, Table};

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
/// Each printed number `x` with `d` decimals stands for `x ± ½·10^-d`, ends included; the range of the formula over all of
/// these is bounded in exact decimals, from outside and to a millionth of the published last digit, so that `false` is
/// certain. A variable that appears twice in the formula is one number in both places.
///
/// # Missing values
/// `None` if a number is missing or the formula uses what has no bounds here (comparisons, roundings, logarithms, powers).
pub fn consistent(
    published: f64,
    digits: i8,
    program: &Program,
    inputs: &[(f64, i8)],
) -> Option<Consistency> {
    if !published.is_finite() {
        return None;
    }
    let half = |d: i8| Exact::of(0.5).mul(&Exact::of(10.0).pow(&Exact::of(f64::from(-d))));
    let near = |x: f64, d: i8| (Exact::of(x).sub(&half(d)), Exact::of(x).add(&half(d)));
    if inputs.len() < program.loads().len() || inputs.iter().any(|(x, _)| !x.is_finite()) {
        return None;
    }
    let sides: Vec<(Exact, Exact)> = inputs.iter().map(|(x, d)| near(*x, *d)).collect();
    let close = half(digits).mul(&Exact::of(1e-6));
    let [low_end, high_end] = range(program, &sides, &close)?;
    let at = |load: &Load| program.loads().iter().position(|l| l == load).and_then(|i| inputs.get(i));
    let recomputed = program.eval(&mut |l| at(&l).map_or(Exact::Missing, |x| Exact::of(x.0))).to_f64();
    let (low, high) = near(published, digits);
    let apart = high_end.as_ref().is_some_and(|end| end.is_less(&low))
        || low_end.as_ref().is_some_and(|end| high.is_less(end));
    Some(Consistency {
        published,
        recomputed,
        consistent: !apart,
        low: low_end.map(|x| x.to_f64()),
        high: high_end.map(|x| x.to_f64()),
    })
}

impl crate::Assessment {
    /// Whether a published value of an indicator fits the data of a row, each variable with the decimals that the scheme
    /// says its source publishes (`published_digits`, 0 for counts without it).
    ///
    /// # Missing values
    /// As [`consistent`].
    ///
    /// # Errors
    /// An unknown entity, period or indicator; a published value that is no finite number.
    pub fn consistent(
        &self,
        entity: &str,
        period: crate::Period,
        indicator: &str,
        published: f64,
        digits: i8,
    ) -> Result<Option<Consistency>, crate::DataError> {
        let (row, i) = (self.row(entity, period)?, self.indicator(indicator)?);
        if !published.is_finite() {
            let finding = Finding::error("analysis_published_no_number").fact("published", published);
            return Err(crate::DataError::new(vec![finding]));
        }
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

impl Report for Option<Consistency> {
    /// Whether it fits.
    fn sentences(&self, _: Names<'_>) -> Vec<Sentence> {
        let Some(found) = self else { return vec![Sentence::new("consistent_unknown")] };
        let code = if found.consistent { "consistent_yes" } else { "consistent_no" };
        let end = |x: Option<f64>| {
            x.map_or_else(|| Fact::from("…"), |x| Fact::Quantity(x, Measure::pure(Digits::AtMost(6))))
        };
        let sentence = Sentence::new(code).points("published", found.published, 12);
        let sentence = sentence.points("recomputed", found.recomputed, 6);
        vec![sentence.fact("low", end(found.low)).fact("high", end(found.high))]
    }

    fn tables(&self, _: Names<'_>) -> Vec<Table> {
        let number = || Measure::pure(Digits::AtMost(6));
        let table = Table::of("consistent", self.as_slice())
            .number("published", "col_published", number(), |c| c.published)
            .number("recomputed", "col_recomputed", number(), |c| c.recomputed)
            .number("low", "col_lowest", number(), |c| c.low)
            .number("high", "col_highest", number(), |c| c.high)
            .flags("consistent", "col_consistent", |c| c.consistent);
        vec![table.done()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::Op;

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
        // A denominator that may be zero bounds nothing.
        assert_eq!(consistent(9.0, 0, &ratio(), &[(1.0, 0), (0.0, 0)]).unwrap().high, None);
        assert_eq!(consistent(9.0, 0, &ratio(), &[(f64::NAN, 0), (1.0, 0)]), None);
        assert_eq!(consistent(f64::NAN, 0, &ratio(), &[(1.0, 0), (1.0, 0)]), None);
    }

    #[test]
    fn a_variable_that_stands_twice_is_one_number() {
        let loads = [0, 1].map(|slot| Load::Column { slot, lag: 0 }).to_vec();
        // x / (x + y), 76 of 76 + 9.21: both ends are corners.
        let ops = vec![Op::Load(0), Op::Load(0), Op::Load(1), Op::Add, Op::Div];
        let share = Program::new(ops, loads.clone(), Vec::new(), crate::formula::Unit::pure(), true);
        let found = |published: f64| consistent(published, 2, &share, &[(76.0, 0), (9.21, 2)]).unwrap();
        assert!(!found(0.90).consistent && found(0.89).consistent);
        let (low, high) = (found(0.89).low.unwrap(), found(0.89).high.unwrap());
        approx::assert_relative_eq!(low, 75.5 / (75.5 + 9.215), max_relative = 1e-15);
        approx::assert_relative_eq!(high, 76.5 / (76.5 + 9.205), max_relative = 1e-15);
        // x · (y − x) is largest inside, where x is half of y: 5 · 5 and no more.
        let ops = vec![Op::Load(0), Op::Load(1), Op::Load(0), Op::Sub, Op::Mul];
        let hill = Program::new(ops, loads, Vec::new(), crate::formula::Unit::pure(), true);
        let range = consistent(25.0, 3, &hill, &[(5.0, 0), (10.0, 9)]).unwrap();
        approx::assert_relative_eq!(range.high.unwrap(), 25.0, epsilon = 1e-6);
        assert!(
            range.high.unwrap() >= 25.0
                && !consistent(25.1, 1, &hill, &[(5.0, 0), (10.0, 9)]).unwrap().consistent
        );
        approx::assert_relative_eq!(range.low.unwrap(), 4.5 * 5.5, epsilon = 1e-6);
    }
}

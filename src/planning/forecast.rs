//! The year's end, forecast from the part of the year that is known.
//!
//! # Methods
//! **Seasonal share**, where the data hold complete earlier years of the entity. With `s_y` the share of year `y`'s result that
//! stood at the same place of the year, `m` and `d` the mean and the standard deviation of `ln s_y` over `n` years:
//!
//! ```text
//! forecast = x / exp(m)        ln(result) ~ ln(forecast) + d·√(1 + 1/n) · t(n − 1)
//! ```
//! With one earlier year there is a forecast and no interval.
//!
//! **Damped trend** else (Gardner and McKenzie 1985: φ = 0.9, α = 0.5, β = 0.3), over the amounts of the periods, or over the
//! numbers themselves for a stock or ratio, from three periods on:
//!
//! ```text
//! l_t = α y_t + (1 − α)(l_{t−1} + φ b_{t−1})      b_t = β (l_t − l_{t−1}) + (1 − β) φ b_{t−1}
//! y_{t+h} = l_t + (φ + … + φ^h) b_t
//! ```
//! The interval takes the one-step errors as independent: `e·√h` for the sum (or the last) of `h` periods, with `t(k − 1)` for
//! `k` errors. **Pace so far** with fewer periods: what stands divided by what is due, without interval.
//!
//! What has been done stays done: a running total (cumulative numbers, or amounts that are summed) is forecast at what stands now
//! or above, no period of the damped trend brings less than nothing, and a total at or below what stands is reached for certain.

use crate::number::distribution::student;
use crate::planning::targets::Counting;

/// A forecast of the year's end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Forecast {
    pub(crate) value: f64,
    spread: Spread,
    /// Below which the result cannot end: what stands of a running total.
    least: f64,
    /// Code of the method's name.
    pub(crate) method: &'static str,
}

/// How far the result may lie from the forecast.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Spread {
    Unknown,
    /// Standard error and degrees of freedom, of the result itself or of its logarithm.
    Plain(f64, u32),
    Log(f64, u32),
}

const PHI: f64 = 0.9;
const ALPHA: f64 = 0.5;
const BETA: f64 = 0.3;

/// What a forecast is made from.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    /// What stands now.
    pub(crate) stands: f64,
    /// What stood at the same place of earlier years, and at their end.
    pub(crate) years: &'a [(f64, f64)],
    /// Numbers of this year's periods so far: amounts, or levels for a stock or ratio.
    pub(crate) periods: &'a [f64],
    /// Periods left.
    pub(crate) left: u16,
    /// What is due, as a share.
    pub(crate) due: f64,
    pub(crate) counting: Counting,
}

impl Known<'_> {
    fn is_level(&self) -> bool {
        self.counting == Counting::Level
    }

    /// A forecast by a method, not below what stands of a running total.
    fn of(&self, value: f64, spread: Spread, method: &'static str) -> Option<Forecast> {
        let least = if self.is_level() { f64::NEG_INFINITY } else { self.stands };
        value.is_finite().then_some(Forecast { value: value.max(least), spread, least, method })
    }
}

pub(crate) fn forecast(known: &Known<'_>) -> Option<Forecast> {
    let x = known.stands;
    if x.is_nan() {
        return None;
    }
    if known.left == 0 {
        return known.of(x, Spread::Plain(0.0, 1), "forecast_done");
    }
    seasonal(known).or_else(|| damped(known)).or_else(|| {
        let (paced, method) =
            if known.is_level() { (x, "forecast_holds") } else { (x / known.due, "forecast_pace") };
        known.of(paced, Spread::Unknown, method)
    })
}

fn seasonal(known: &Known<'_>) -> Option<Forecast> {
    let good = known.years.iter().filter(|(at, end)| *at > 0.0 && *end > 0.0);
    let logs: Vec<f64> = good.map(|(at, end)| libm::log(at / end)).collect();
    if logs.is_empty() || known.stands <= 0.0 {
        return None;
    }
    let n = logs.len() as f64;
    let mean = logs.iter().sum::<f64>() / n;
    let square: f64 = logs.iter().map(|l| (l - mean).powi(2)).sum();
    let spread = if logs.len() < 2 {
        Spread::Unknown
    } else {
        Spread::Log((square / (n - 1.0) * (1.0 + 1.0 / n)).sqrt(), logs.len() as u32 - 1)
    };
    known.of(known.stands / libm::exp(mean), spread, "forecast_seasonal")
}

fn damped(known: &Known<'_>) -> Option<Forecast> {
    let y = known.periods;
    if y.len() < 3 || y.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let (mut level, mut trend) = (y[0], y[1] - y[0]);
    let mut errors = Vec::new();
    for &value in &y[1..] {
        let ahead = level + PHI * trend;
        errors.push(value - ahead);
        let next = ALPHA * value + (1.0 - ALPHA) * ahead;
        trend = BETA * (next - level) + (1.0 - BETA) * PHI * trend;
        level = next;
    }
    let (mut sum, mut ahead, mut factor, mut power) = (0.0, level, 0.0, 1.0);
    for _ in 0..known.left {
        power *= PHI;
        factor += power;
        ahead = level + factor * trend;
        sum += ahead.max(0.0);
    }
    let value = if known.is_level() { ahead } else { known.stands + sum };
    let freedom = errors.len() as u32 - 1;
    let error = (errors.iter().map(|e| e * e).sum::<f64>() / f64::from(freedom.max(1))).sqrt();
    let spread = Spread::Plain(error * f64::from(known.left).sqrt(), freedom.max(1));
    known.of(value, spread, "forecast_damped")
}

impl Forecast {
    /// The central interval that holds the result with this probability, above 0 and below 1.
    pub(crate) fn interval(&self, confidence: f64) -> Option<(f64, f64)> {
        let q = |freedom| quantile(0.5 + confidence / 2.0, freedom);
        let (low, high) = match self.spread {
            Spread::Unknown => return None,
            Spread::Plain(e, freedom) => (self.value - e * q(freedom), self.value + e * q(freedom)),
            Spread::Log(e, freedom) => {
                let factor = libm::exp(e * q(freedom));
                (self.value / factor, self.value * factor)
            }
        };
        Some((low.max(self.least), high))
    }

    /// The probability that the result is at least `target`.
    pub(crate) fn reaches(&self, target: f64) -> Option<f64> {
        self.beyond(target, target <= self.least, self.value >= target)
    }

    /// The probability that the result is at most `target`.
    pub(crate) fn keeps_below(&self, target: f64) -> Option<f64> {
        Some(1.0 - self.beyond(target, target < self.least, self.value > target)?)
    }

    /// The probability that the result lies beyond `target`: 1 where what stands does already; `certain` where nothing is spread.
    fn beyond(&self, target: f64, stands: bool, certain: bool) -> Option<f64> {
        if stands {
            return Some(1.0);
        }
        match self.spread {
            Spread::Unknown => None,
            Spread::Plain(e, freedom) if e > 0.0 => {
                Some(student((self.value - target) / e, f64::from(freedom)))
            }
            Spread::Log(e, freedom) if e > 0.0 && target > 0.0 => {
                Some(student(libm::log(self.value / target) / e, f64::from(freedom)))
            }
            Spread::Log(..) if target <= 0.0 => Some(1.0),
            _ => Some(f64::from(u8::from(certain))),
        }
    }
}

/// Quantile of Student's t by bisection.
fn quantile(p: f64, freedom: u32) -> f64 {
    let freedom = f64::from(freedom);
    let (mut low, mut high) = (-1e18, 1e18);
    for _ in 0..200 {
        let middle = (low + high) / 2.0;
        if student(middle, freedom) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn student_is_as_printed_in_tables() {
        // Any table of the t distribution: 0.95 and 0.975 points.
        for (p, n, t) in [
            (0.95, 1, 6.314),
            (0.975, 1, 12.706),
            (0.95, 2, 2.920),
            (0.975, 3, 3.182),
            (0.95, 4, 2.132),
            (0.975, 5, 2.571),
            (0.95, 10, 1.812),
            (0.975, 30, 2.042),
        ] {
            assert_relative_eq!(quantile(p, n), t, max_relative = 5e-4);
        }
    }

    #[test]
    fn earlier_years_give_the_share() {
        let known = Known {
            stands: 60.0,
            years: &[(50.0, 100.0), (60.0, 120.0)],
            periods: &[10.0; 6],
            left: 6,
            due: 0.5,
            counting: Counting::Cumulative,
        };
        let f = forecast(&known).unwrap();
        assert_relative_eq!(f.value, 120.0, max_relative = 1e-12);
        assert_eq!(f.method, "forecast_seasonal");
        assert_eq!(f.reaches(119.0), Some(1.0));
    }

    #[test]
    fn what_is_done_stays_done() {
        // 80, 90 and 91 of 95 by March: the first amounts fall steeply, and nothing is taken back for that.
        let known = Known {
            stands: 91.0,
            years: &[],
            periods: &[80.0, 10.0, 1.0],
            left: 9,
            due: 0.25,
            counting: Counting::Cumulative,
        };
        let f = forecast(&known).unwrap();
        let (low, high) = f.interval(0.8).unwrap();
        assert!(f.value >= 91.0 && low >= 91.0 && high >= f.value, "{f:?}");
        assert_eq!((f.reaches(91.0), f.reaches(50.0)), (Some(1.0), Some(1.0)));
        assert!(f.reaches(95.0).unwrap() > 0.2);
        assert_eq!(f.keeps_below(90.0), Some(0.0));
        // A year that ended below its March does not pull the total down, either; a stock may fall.
        let fell = [(60.0, 50.0), (62.0, 51.0)];
        assert!(forecast(&Known { years: &fell, ..known }).unwrap().value >= 91.0);
        let stock = Known { counting: Counting::Level, periods: &[99.0, 95.0, 91.0], ..known };
        assert!(forecast(&stock).unwrap().value < 91.0);
    }

    proptest::proptest! {
        #[test]
        fn running_totals_are_forecast_at_or_above_what_stands(
            amounts in proptest::collection::vec(0u32..200, 1..12), ends in proptest::collection::vec((1u32..99, 1u32..99), 0..3),
        ) {
            let periods: Vec<f64> = amounts.iter().map(|x| f64::from(*x)).collect();
            let years: Vec<(f64, f64)> = ends.iter().map(|(a, b)| (f64::from(*a), f64::from(*b))).collect();
            let stands: f64 = periods.iter().sum();
            let left = 12 - periods.len() as u16;
            let due = periods.len() as f64 / 12.0;
            let known = Known { stands, years: &years, periods: &periods, left, due, counting: Counting::Cumulative };
            let f = forecast(&known).unwrap();
            proptest::prop_assert!(f.value >= stands);
            proptest::prop_assert!(f.interval(0.9).is_none_or(|(low, high)| low >= stands && high >= f.value));
            proptest::prop_assert_eq!(f.reaches(stands), Some(1.0));
        }
    }

    #[test]
    fn an_even_pace_goes_on() {
        let known = Known {
            stands: 60.0,
            years: &[],
            periods: &[10.0; 6],
            left: 6,
            due: 0.5,
            counting: Counting::Flow,
        };
        let f = forecast(&known).unwrap();
        assert_relative_eq!(f.value, 120.0);
        assert_eq!((f.method, f.interval(0.8)), ("forecast_damped", Some((120.0, 120.0))));
        let few = Known { periods: &[30.0, 30.0], ..known };
        assert_eq!(forecast(&few).map(|f| (f.value, f.method)), Some((120.0, "forecast_pace")));
    }
}

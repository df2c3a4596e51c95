//! How unequal members are.

use std::cmp::Ordering;

use super::{Gives, MOST_LOGARITHMS, MOST_SUMMED, Sample, SheetSample, Statistic, Takes};
use crate::number::{Bounded, Number};

pub(super) static ALL: [Statistic; 2] = [
    Statistic {
        name: "gini",
        full: "members.gini",
        phrase: "members_gini",
        written: ["Σ Σ |xᵢ − xⱼ| ÷ (2 n² x̄)", "Σ Σ wᵢ wⱼ |xᵢ − xⱼ| ÷ (2 (Σ w)² x̄)"],
        usage: "members.gini(x), members.gini(x, weight = w)",
        takes: Takes::Value,
        weighted: true,
        gives: Gives::Pure,
        near: |sample| gini(&widened(sample), &by_float),
        exact: |sample| gini(sample, &|a, b| a.order(b).unwrap_or(Ordering::Equal)),
        most_exact: MOST_SUMMED,
        sheet: sheet_gini,
    },
    Statistic {
        name: "theil",
        full: "members.theil",
        phrase: "members_theil",
        written: ["Σ (x ÷ x̄) ln(x ÷ x̄) ÷ n", "Σ w (x ÷ x̄) ln(x ÷ x̄) ÷ Σ w"],
        usage: "members.theil(x), members.theil(x, weight = w)",
        takes: Takes::Value,
        weighted: true,
        gives: Gives::Pure,
        near: theil,
        exact: theil,
        most_exact: MOST_LOGARITHMS,
        sheet: sheet_theil,
    },
];

/// Where errors leave the order of two numbers open, what the double sum may change by is within these errors.
fn widened(sample: &Sample<Bounded>) -> Sample<Bounded> {
    let error = 2.0 * sample.x.iter().fold(0.0, |most: f64, x| most.max(x.e));
    let x = sample.x.iter().map(|x| Bounded::new(x.v, error)).collect();
    Sample { x, w: sample.w.clone(), ..*sample }
}

fn by_float(a: &Bounded, b: &Bounded) -> Ordering {
    a.v.total_cmp(&b.v)
}

/// `Σᵢ Σⱼ wᵢ wⱼ |xᵢ − xⱼ| / (2 W² x̄)`. Of ascending `x` the double sum is `2 Σⱼ wⱼ xⱼ (W₍<j₎ − W₍>j₎)`.
fn gini<N: Number>(sample: &Sample<N>, order: &dyn Fn(&N, &N) -> Ordering) -> N {
    let mut places: Vec<usize> = (0..sample.x.len()).collect();
    let compared = |of: &[N], a: usize, b: usize| match (of.get(a), of.get(b)) {
        (Some(a), Some(b)) => order(a, b),
        _ => Ordering::Equal,
    };
    // Equal numbers stand by their weights: the order in which members come must not show in the last digit.
    places.sort_by(|a, b| compared(&sample.x, *a, *b).then_with(|| compared(&sample.w, *a, *b)));
    let total = sample.weight();
    let mut below = N::zero();
    let (mut terms, mut x_sum) = (Vec::with_capacity(places.len()), Vec::with_capacity(places.len()));
    for at in places {
        let Some(x) = sample.x.get(at) else { continue };
        let w = sample.w.get(at).cloned().unwrap_or_else(N::one);
        let through = below.add(&w);
        let above = total.sub(&through);
        let share = w.mul(x);
        terms.push(share.mul(&below.sub(&above)));
        x_sum.push(share);
        below = through;
    }
    let pairs = N::sum(&mut terms.into_iter());
    pairs.div(&total.mul(&N::sum(&mut x_sum.into_iter())))
}

/// `Σ w (x / x̄) ln(x / x̄) / Σ w`; a zero adds nothing; missing where a number is negative or all are zero.
fn theil<N: Number>(sample: &Sample<N>) -> N {
    let mean = sample.mean();
    if mean.is_zero() || sample.x.iter().any(|x| x.is_less(&N::zero())) {
        return N::missing();
    }
    let term = |x: &N| {
        let ratio = x.div(&mean);
        if ratio.is_zero() { N::zero() } else { ratio.mul(&ratio.ln()) }
    };
    sample.weighted(term).div(&sample.weight())
}

fn sheet_gini(of: &SheetSample<'_>) -> String {
    let x = of.x;
    let weights = of.w.map(|w| format!("{w}*TRANSPOSE({w})*")).unwrap_or_default();
    let pairs = format!("{weights}ABS({x}-TRANSPOSE({x}))");
    let pairs = format!("SUM(IF(ISNUMBER({x}),IF(ISNUMBER(TRANSPOSE({x})),{pairs},0),0))");
    format!("{pairs}/(2*{}*{})", of.weight(), of.sum())
}

fn sheet_theil(of: &SheetSample<'_>) -> String {
    let (x, mean) = (of.x, of.mean());
    let term = format!("IF({x}>0,{x}/({mean})*LN({x}/({mean})),0)");
    format!("IF(MIN({x})<0,NA(),IF({mean}=0,NA(),{}/{}))", of.weighted(&term), of.weight())
}

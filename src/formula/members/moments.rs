//! Sums, means and what members differ from their mean.

use super::{Gives, MOST_SUMMED, Sample, SheetSample, Statistic, Takes};
use crate::number::Number;

pub(super) static ALL: [Statistic; 5] = [
    Statistic {
        name: "sum",
        full: "members.sum",
        phrase: "members_sum",
        written: ["Σ x", "Σ x"],
        usage: "members.sum(x)",
        takes: Takes::Value,
        weighted: false,
        gives: Gives::Same,
        near: sum,
        exact: sum,
        most_exact: MOST_SUMMED,
        sheet: |of| of.sum(),
    },
    Statistic {
        name: "mean",
        full: "members.mean",
        phrase: "members_mean",
        written: ["Σ x ÷ n", "Σ w x ÷ Σ w"],
        usage: "members.mean(x), members.mean(x, weight = w)",
        takes: Takes::Value,
        weighted: true,
        gives: Gives::Same,
        near: Sample::mean,
        exact: Sample::mean,
        most_exact: MOST_SUMMED,
        sheet: |of| of.mean(),
    },
    Statistic {
        name: "pooled",
        full: "members.pooled",
        phrase: "members_pooled",
        written: ["f(Σ x, Σ y, …)", "f(Σ x, Σ y, …)"],
        usage: "members.pooled(x / y)",
        takes: Takes::Sums,
        weighted: false,
        gives: Gives::Same,
        // Computed of sums, not of a sample.
        near: sum,
        exact: sum,
        most_exact: MOST_SUMMED,
        sheet: |of| of.sum(),
    },
    Statistic {
        name: "sd",
        full: "members.sd",
        phrase: "members_sd",
        written: ["√(Σ (x − x̄)² ÷ n)", "√(Σ w (x − x̄)² ÷ Σ w)"],
        usage: "members.sd(x), members.sd(x, weight = w)",
        takes: Takes::Value,
        weighted: true,
        gives: Gives::Same,
        near: sd,
        exact: sd,
        most_exact: MOST_SUMMED,
        sheet: sheet_sd,
    },
    Statistic {
        name: "cv",
        full: "members.cv",
        phrase: "members_cv",
        written: ["√(Σ (x − x̄)² ÷ n) ÷ x̄", "√(Σ w (x − x̄)² ÷ Σ w) ÷ x̄"],
        usage: "members.cv(x), members.cv(x, weight = w)",
        takes: Takes::Value,
        weighted: true,
        gives: Gives::Pure,
        near: cv,
        exact: cv,
        most_exact: MOST_SUMMED,
        sheet: |of| format!("{}/({})", sheet_sd(of), of.mean()),
    },
];

fn sum<N: Number>(sample: &Sample<N>) -> N {
    if sample.x.is_empty() { N::missing() } else { sample.weighted(N::clone) }
}

/// `√(Σ w (x − x̄)² / Σ w)`
fn sd<N: Number>(sample: &Sample<N>) -> N {
    let mean = sample.mean();
    let square = |x: &N| {
        let d = x.sub(&mean);
        d.mul(&d)
    };
    sample.weighted(square).div(&sample.weight()).sqrt()
}

/// `√(Σ w (x − x̄)² / Σ w) / x̄`
fn cv<N: Number>(sample: &Sample<N>) -> N {
    sd(sample).div(&sample.mean())
}

fn sheet_sd(of: &SheetSample<'_>) -> String {
    if of.w.is_none() {
        return format!("STDEVP({})", of.x);
    }
    let square = format!("({}-{})^2", of.x, of.mean());
    format!("SQRT({}/{})", of.weighted(&square), of.weight())
}

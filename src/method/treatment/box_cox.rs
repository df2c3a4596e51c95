//! Box–Cox 变换: a power of the distance from the smallest value.

use serde::Serialize;

use super::fit::{Fit, Follow};
use super::logarithm::{above, end, range, sheet_above, sheet_range};
use super::{Moved, Treat, alone};
use crate::finding::Finding;
use crate::method::anchor::{Fitted, Role};
use crate::method::sheet::{Scratch, number};
use crate::number::Number;
use crate::tree::read_table;

/// # Formula
/// ```text
/// y = x − min + 1     treated = (y^λ − 1) / λ, or ln y where λ is 0
/// ```
/// A value below the smallest of the set counts as the smallest.
///
/// # Source
/// G. E. P. Box and D. R. Cox, *An Analysis of Transformations* (1964); COINr's `boxcox` with `makepos`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BoxCox {
    /// The power.
    pub lambda: f64,
}

read_table!(BoxCox: lambda);

/// Powers beyond this leave no number of ordinary size.
const LARGEST: f64 = 10.0;

impl Treat for BoxCox {
    fn roles(&self) -> Vec<Fitted> {
        alone(&[Role::Low, Role::High])
    }
    fn fit<N: Follow>(&self, ascending: &[N], _: &mut Fit) -> Vec<N> {
        range(ascending)
    }
    fn check(&self) -> Vec<Finding> {
        let wrong = self.lambda.abs() > LARGEST;
        let finding = || Finding::error("out_of_range").at("lambda").fact("value", self.lambda);
        wrong.then(|| finding().fact("low", -LARGEST).fact("high", LARGEST)).into_iter().collect()
    }
    fn moved<N: Number>(&self, _: &N, fitted: &[N]) -> Option<Moved> {
        (!fitted[0].is_missing()).then_some(Moved::Made(0))
    }
    fn made<N: Number>(&self, x: &N, fitted: &[N]) -> N {
        let y = above(x, &fitted[0]).add(&N::one());
        if self.lambda == 0.0 {
            return y.ln();
        }
        let lambda = N::of(self.lambda);
        y.pow(&lambda).sub(&N::one()).div(&lambda)
    }
    fn title(&self) -> &'static str {
        "explain_box_cox"
    }
    fn role(&self, k: usize) -> &'static str {
        end(k)
    }
    fn sentence(&self, _: Moved) -> &'static str {
        if self.lambda == 0.0 { "explain_logged_shift" } else { "explain_box_coxed" }
    }
    fn sheet_fit(&self, set: &str, cells: &mut dyn Scratch) -> Vec<String> {
        sheet_range(set, cells)
    }
    fn sheet(&self, x: &str, fitted: &[String]) -> String {
        let (y, lambda) = (format!("{}+1", sheet_above(x, &fitted[0])), number(self.lambda));
        if self.lambda == 0.0 { format!("LN({y})") } else { format!("(({y})^{lambda}-1)/{lambda}") }
    }
}

//! 对数: logarithms that begin at the smallest value of the set, so that values of zero and below have one too.

use serde::Serialize;

use super::fit::{Fit, Follow, at};
use super::{Moved, Treat, alone, sheet_title};
use crate::finding::Finding;
use crate::method::anchor::{Fitted, Role};
use crate::method::sheet::{CellFormula, Scratch, Title};
use crate::number::{Number, statistics};
use crate::tree::read_table;

/// How far below the smallest value a logarithm begins, as a share of the range.
const MARGIN: f64 = 0.01;

/// # Formula
/// ```text
/// treated = ln(x − min + 0.01 · (max − min))
/// ```
/// A value below the smallest of the set (of a benchmark, or of a row that is assessed later) counts as the smallest; values that are all equal stay.
///
/// # Source
/// COINr's `log_CT`, after the JRC's COIN Tool.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Log {}
read_table!(Log:);

/// # Formula
/// ```text
/// skewness > 0   treated = ln(x − min + 0.01 · (max − min))
/// else           treated = −ln(max − x + 0.01 · (max − min))
/// ```
///
/// # Source
/// COINr's `log_CT_plus`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LogPlus {}
read_table!(LogPlus:);

/// # Formula
/// ```text
/// treated = ln(x − min + 1)
/// ```
///
/// # Source
/// COINr's `log_CT_orig`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LogShift {}
read_table!(LogShift:);

/// # Formula
/// ```text
/// treated = ln((max − 1) · (x − min) / (max − min) + 1)
/// ```
/// Values of which the largest is not above 1 stay: the formula would turn their order round.
///
/// # Source
/// Global Innovation Index, technical notes. (COINr 1.1.14's `log_GII` leaves every value as it is.)
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LogGii {}
read_table!(LogGii:);

/// The smallest and the largest value.
pub(super) fn range<N: Follow>(ascending: &[N]) -> Vec<N> {
    vec![at(ascending, 0), at(ascending, ascending.len() - 1)]
}

/// The cells of the smallest and of the largest value.
pub(super) fn sheet_range(set: &str, cells: &mut dyn Scratch) -> Vec<String> {
    [("MIN", end(0)), ("MAX", end(1))]
        .map(|(function, title)| {
            cells.cell(Title::of_set(title), CellFormula::plain(format!("{function}({set})")))
        })
        .into()
}

/// How far a value lies above the smallest one, as a spreadsheet writes it.
pub(super) fn sheet_above(x: &str, least: &str) -> String {
    format!("MAX({x},{least})-{least}")
}

/// How far a value lies above the smallest one.
pub(super) fn above<N: Number>(x: &N, least: &N) -> N {
    x.max(least).sub(least)
}

/// `ln(distance + 0.01 · range)`
fn with_margin<N: Number>(distance: &N, [low, high]: [&N; 2]) -> N {
    distance.add(&high.sub(low).mul(&N::of(MARGIN))).ln()
}

/// The title of the smallest and of the largest value.
pub(super) fn end(k: usize) -> &'static str {
    if k == 0 { "explain_anchor_min" } else { "explain_anchor_max" }
}

/// Whether values are not all equal.
fn differ<N: Number>(fitted: &[N]) -> bool {
    fitted[0].is_less(&fitted[1])
}

impl Treat for Log {
    fn roles(&self) -> Vec<Fitted> {
        alone(&[Role::Low, Role::High])
    }
    fn fit<N: Follow>(&self, ascending: &[N], _: &mut Fit) -> Vec<N> {
        range(ascending)
    }
    fn check(&self) -> Vec<Finding> {
        Vec::new()
    }
    fn moved<N: Number>(&self, _: &N, fitted: &[N]) -> Option<Moved> {
        differ(fitted).then_some(Moved::Made(0))
    }
    fn made<N: Number>(&self, x: &N, fitted: &[N]) -> N {
        with_margin(&above(x, &fitted[0]), [&fitted[0], &fitted[1]])
    }
    fn title(&self) -> &'static str {
        "explain_log"
    }
    fn role(&self, k: usize) -> &'static str {
        end(k)
    }
    fn sentence(&self, _: Moved) -> &'static str {
        "explain_logged"
    }
    fn sheet_fit(&self, set: &str, cells: &mut dyn Scratch) -> Vec<String> {
        sheet_range(set, cells)
    }
    fn sheet(&self, x: &str, fitted: &[String]) -> String {
        let [low, high] = [&fitted[0], &fitted[1]];
        format!("IF({low}<{high},LN({}+{MARGIN}*({high}-{low})),{x})", sheet_above(x, low))
    }
}

impl Treat for LogPlus {
    fn roles(&self) -> Vec<Fitted> {
        alone(&[Role::Low, Role::High, Role::Mirrored])
    }
    fn fit<N: Follow>(&self, ascending: &[N], fit: &mut Fit) -> Vec<N> {
        let skewness = statistics::signed_square_of_skewness(ascending);
        let mirrored = fit.is_missing(&skewness) || !fit.is_less(&N::zero(), &skewness);
        let mut fitted = range(ascending);
        fitted.push(N::of(f64::from(u8::from(mirrored))));
        fitted
    }
    fn check(&self) -> Vec<Finding> {
        Vec::new()
    }
    fn moved<N: Number>(&self, _: &N, fitted: &[N]) -> Option<Moved> {
        // The index says which of both sentences is meant.
        differ(fitted).then(|| Moved::Made(usize::from(fitted[2].to_f64() > 0.0)))
    }
    fn made<N: Number>(&self, x: &N, fitted: &[N]) -> N {
        let ends = [&fitted[0], &fitted[1]];
        if fitted[2].to_f64() > 0.0 {
            with_margin(&fitted[1].sub(&x.min(&fitted[1])), ends).neg()
        } else {
            with_margin(&above(x, &fitted[0]), ends)
        }
    }
    fn title(&self) -> &'static str {
        "explain_log"
    }
    fn role(&self, k: usize) -> &'static str {
        if k == 2 { "explain_mirrored" } else { end(k) }
    }
    fn sentence(&self, moved: Moved) -> &'static str {
        if moved == Moved::Made(1) { "explain_logged_down" } else { "explain_logged" }
    }
    fn sheet_fit(&self, set: &str, cells: &mut dyn Scratch) -> Vec<String> {
        let mut fitted = sheet_range(set, cells);
        // What has no skewness (fewer than three values, equal ones) is mirrored.
        let mirrored = format!("IFERROR(IF(SKEW({set})>0,0,1),1)");
        fitted.push(cells.cell(sheet_title(self.role(2)), CellFormula::plain(mirrored)));
        fitted
    }
    fn sheet(&self, x: &str, fitted: &[String]) -> String {
        let [low, high, mirrored] = [&fitted[0], &fitted[1], &fitted[2]];
        let margin = format!("{MARGIN}*({high}-{low})");
        let (up, down) = (sheet_above(x, low), format!("{high}-MIN({x},{high})"));
        format!("IF({low}<{high},IF({mirrored}=1,-LN({down}+{margin}),LN({up}+{margin})),{x})")
    }
}

impl Treat for LogShift {
    fn roles(&self) -> Vec<Fitted> {
        alone(&[Role::Low, Role::High])
    }
    fn fit<N: Follow>(&self, ascending: &[N], _: &mut Fit) -> Vec<N> {
        range(ascending)
    }
    fn check(&self) -> Vec<Finding> {
        Vec::new()
    }
    fn moved<N: Number>(&self, _: &N, fitted: &[N]) -> Option<Moved> {
        (!fitted[0].is_missing()).then_some(Moved::Made(0))
    }
    fn made<N: Number>(&self, x: &N, fitted: &[N]) -> N {
        above(x, &fitted[0]).add(&N::one()).ln()
    }
    fn title(&self) -> &'static str {
        "explain_log"
    }
    fn role(&self, k: usize) -> &'static str {
        end(k)
    }
    fn sentence(&self, _: Moved) -> &'static str {
        "explain_logged_shift"
    }
    fn sheet_fit(&self, set: &str, cells: &mut dyn Scratch) -> Vec<String> {
        sheet_range(set, cells)
    }
    fn sheet(&self, x: &str, fitted: &[String]) -> String {
        format!("LN({}+1)", sheet_above(x, &fitted[0]))
    }
}

impl Treat for LogGii {
    fn roles(&self) -> Vec<Fitted> {
        alone(&[Role::Low, Role::High])
    }
    fn fit<N: Follow>(&self, ascending: &[N], fit: &mut Fit) -> Vec<N> {
        let fitted = range(ascending);
        // Whether it is above 1 is asked of every value; here once.
        fit.is_less(&N::one(), &fitted[1]);
        fitted
    }
    fn check(&self) -> Vec<Finding> {
        Vec::new()
    }
    fn moved<N: Number>(&self, _: &N, fitted: &[N]) -> Option<Moved> {
        (differ(fitted) && N::one().is_less(&fitted[1])).then_some(Moved::Made(0))
    }
    fn made<N: Number>(&self, x: &N, fitted: &[N]) -> N {
        let share = above(x, &fitted[0]).div(&fitted[1].sub(&fitted[0]));
        fitted[1].sub(&N::one()).mul(&share).add(&N::one()).ln()
    }
    fn title(&self) -> &'static str {
        "explain_log"
    }
    fn role(&self, k: usize) -> &'static str {
        end(k)
    }
    fn sentence(&self, _: Moved) -> &'static str {
        "explain_logged_gii"
    }
    fn sheet_fit(&self, set: &str, cells: &mut dyn Scratch) -> Vec<String> {
        sheet_range(set, cells)
    }
    fn sheet(&self, x: &str, fitted: &[String]) -> String {
        let [low, high] = [&fitted[0], &fitted[1]];
        let share = format!("({})/({high}-{low})", sheet_above(x, low));
        format!("IF(AND({low}<{high},{high}>1),LN(({high}-1)*{share}+1),{x})")
    }
}

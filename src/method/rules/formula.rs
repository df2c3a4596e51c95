//! 公式计分: points by an expression over the measure and its anchors.

use std::sync::OnceLock;

use serde::Serialize;

use super::kernel::{Between, Branch, Break, Kernel, Setting};
use crate::finding::Finding;
use crate::formula::{Env, Expect, Load, Program, Symbol, Unit, compile};
use crate::method::anchor::Anchor;
use crate::number::Number;
use crate::tree::{Node, Reader};

/// # Formula
/// Whatever `formula` says of
///
/// | name | is |
/// |---|---|
/// | `x` | the measure, as a plain number in the indicator's unit |
/// | `full` | the full mark |
/// | `min max mean median sd count first` | of the reference set |
/// | `pooled target previous` | the pooled value, the target, the entity's own value before |
///
/// in the expression language of [`formula`](crate::formula), without functions over periods and the panel. Points are not
/// clamped: write `clamp(…, 0, full)`.
///
/// The rule is not taken to be monotone: it is never warned about, and its shape and inverse are unknown
/// ([`solve`](super::solve) finds nothing; planning asks the whole assessment instead).
///
/// # Missing values
/// A missing measure or anchor that the formula reads gives missing points, unless `is_missing` or `if` says otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ByFormula {
    /// The expression.
    pub formula: String,
    #[serde(skip)]
    compiled: Compiled,
}

impl ByFormula {
    /// From a table that holds the keys of something else, too.
    pub(crate) fn read_beside(node: &Node, beside: &[&str], r: &mut Reader) -> Option<Self> {
        r.table(node, &["formula"], beside)?;
        r.required(node, "formula").map(|formula: String| ByFormula::new(formula))
    }
}

impl ByFormula {
    /// A rule from its expression; [`Kernel::check`] says what is wrong with it.
    pub fn new(formula: impl Into<String>) -> Self {
        ByFormula { formula: formula.into(), compiled: Compiled::default() }
    }

    fn ready(&self) -> Option<&Ready> {
        let make = || compiled(&self.formula).ok().map(|program| Ready { slots: slots(&program), program });
        self.compiled.0.get_or_init(make).as_ref()
    }

    /// Slots of the anchors that the formula reads, in the order of [`Kernel::anchors`].
    fn slots(&self) -> &[usize] {
        self.ready().map_or(&[], |ready| &ready.slots)
    }
}

/// The program, made when first needed; the text alone says what the rule is.
#[derive(Debug, Clone, Default)]
struct Compiled(OnceLock<Option<Ready>>);

/// The program, and the slots of the anchors it reads.
#[derive(Debug, Clone)]
struct Ready {
    program: Program,
    slots: Vec<usize>,
}

impl PartialEq for Compiled {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Names that formulas may read, with the anchor behind them; the first two are the measure and the full mark.
const NAMES: [(&str, Option<Anchor>); 12] = [
    ("x", None),
    ("full", None),
    ("min", Some(Anchor::Min)),
    ("max", Some(Anchor::Max)),
    ("mean", Some(Anchor::Mean)),
    ("median", Some(Anchor::Median)),
    ("sd", Some(Anchor::Sd)),
    ("count", Some(Anchor::Count)),
    ("first", Some(Anchor::First)),
    ("pooled", Some(Anchor::Pooled)),
    ("target", Some(Anchor::Target)),
    ("previous", Some(Anchor::Previous)),
];

struct Names;

impl Env for Names {
    fn variable(&self, name: &str) -> Option<Symbol> {
        let slot = NAMES.iter().position(|(n, _)| *n == name)?;
        Some(Symbol { slot: slot as u32, unit: Unit::pure() })
    }
    fn names(&self) -> Vec<String> {
        NAMES.iter().map(|(n, _)| (*n).to_owned()).collect()
    }
}

fn compiled(text: &str) -> Result<Program, Vec<Finding>> {
    let formula = crate::formula::Formula::parse(text).map_err(|e| vec![e.finding()])?;
    let program = compile(&formula, &Names, Expect::Any)?;
    let other = |l: &Load| !matches!(l, Load::Column { lag: 0, .. });
    if program.loads().iter().any(other) {
        return Err(vec![Finding::error("rule_formula_alone")]);
    }
    Ok(program)
}

/// Slots of the anchors that a program reads, ascending.
fn slots(program: &Program) -> Vec<usize> {
    let mut slots: Vec<usize> = program
        .loads()
        .iter()
        .filter_map(|l| if let Load::Column { slot, .. } = l { Some(*slot as usize) } else { None })
        .filter(|slot| NAMES.get(*slot).is_some_and(|(_, anchor)| anchor.is_some()))
        .collect();
    slots.sort_unstable();
    slots.dedup();
    slots
}

impl Kernel for ByFormula {
    fn anchors(&self, _: &Setting) -> Vec<Anchor> {
        self.slots().iter().filter_map(|slot| NAMES[*slot].1.clone()).collect()
    }

    fn check(&self, _: &Setting) -> Vec<Finding> {
        let found = compiled(&self.formula).err().unwrap_or_default();
        found
            .into_iter()
            .map(|mut f| {
                f.place.path = Some("formula".to_owned());
                f
            })
            .collect()
    }

    fn score<N: Number>(&self, x: &N, a: &[N], s: &Setting) -> N {
        let Some(Ready { program, slots }) = self.ready() else { return N::missing() };
        program.eval(&mut |load| match load {
            Load::Column { slot: 0, .. } => x.clone(),
            Load::Column { slot: 1, .. } => N::of(s.full),
            Load::Column { slot, .. } => {
                let at = slots.iter().position(|k| *k == slot as usize);
                at.and_then(|k| a.get(k)).cloned().unwrap_or_else(N::missing)
            }
            Load::Total { .. } => N::missing(),
        })
    }

    /// None are known; a comparison, a floor or a rounding in doubt shows in the number's own error.
    fn breaks<N: Number>(&self, _: &[N], _: &Setting) -> Vec<Break<N>> {
        Vec::new()
    }

    fn between(&self) -> Between {
        Between::Unknown
    }

    fn is_moderate(&self) -> bool {
        true
    }

    fn branch<N: Number>(&self, x: &N, a: &[N], s: &Setting) -> Branch {
        let slots = self.slots();
        let number = |name: &str| match NAMES.iter().position(|(n, _)| *n == name) {
            Some(0) => x.to_f64(),
            Some(1) => s.full,
            Some(slot) => {
                slots.iter().position(|k| *k == slot).and_then(|k| a.get(k)).map_or(f64::NAN, N::to_f64)
            }
            None => f64::NAN,
        };
        let shown =
            |x: f64| if x.is_nan() { "—".to_owned() } else { format!("{}", (x * 1e6).round() / 1e6) };
        let numbers = crate::formula::Formula::parse(&self.formula)
            .map(|f| f.render(&mut |r| shown(number(&r.name))))
            .unwrap_or_default();
        Branch::new("rule_formula").fact("formula", &self.formula).fact("numbers", numbers)
    }

    fn sheet(&self, x: &str, a: &[String], s: &Setting) -> String {
        let slots = self.slots();
        let cell = |name: &str| match NAMES.iter().position(|(n, _)| *n == name) {
            Some(0) => x.to_owned(),
            Some(1) => s.full.to_string(),
            Some(slot) => {
                let at = slots.iter().position(|k| *k == slot);
                at.and_then(|k| a.get(k)).cloned().unwrap_or_else(|| "NA()".to_owned())
            }
            None => "NA()".to_owned(),
        };
        let formula = crate::formula::Formula::parse(&self.formula).ok();
        formula.and_then(|f| f.sheet(&mut |r| cell(&r.name))).unwrap_or_else(|| "NA()".to_owned())
    }
}

#[cfg(test)]
#[path = "formula_tests.rs"]
mod tests;

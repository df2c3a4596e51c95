//! What a formula is made of: its variables as factors of a product, and its value when some of them have moved.

use crate::assess::values::PanelSums;
use crate::formula::{Load, Op, Program};
use crate::scheme::model::Document;

/// Exponents of a program's loads, if it is a product of powers of them times a constant.
pub(super) fn exponents(program: &Program) -> Option<Vec<f64>> {
    let n = program.loads().len();
    // Exponents and, of a constant, its value.
    let mut stack: Vec<(Vec<f64>, Option<f64>)> = Vec::new();
    for op in program.ops() {
        let one = |stack: &mut Vec<(Vec<f64>, Option<f64>)>| stack.pop();
        let next = match op {
            Op::Const(c) => (vec![0.0; n], Some(*c)),
            Op::Load(i) => {
                let mut e = vec![0.0; n];
                *e.get_mut(*i as usize)? = 1.0;
                (e, None)
            }
            Op::Times(_) | Op::Over(_) | Op::Neg => (one(&mut stack)?.0, None),
            Op::Sqrt => (one(&mut stack)?.0.iter().map(|e| e / 2.0).collect(), None),
            Op::Mul | Op::Div => {
                let (b, a) = (one(&mut stack)?.0, one(&mut stack)?.0);
                let sign = if *op == Op::Mul { 1.0 } else { -1.0 };
                (a.iter().zip(&b).map(|(a, b)| a + sign * b).collect(), None)
            }
            Op::Pow => {
                let (power, base) = (one(&mut stack)?, one(&mut stack)?.0);
                let power = power.1?;
                (base.iter().map(|e| e * power).collect(), None)
            }
            _ => return None,
        };
        stack.push(next);
    }
    let (exponents, _) = stack.pop()?;
    exponents.iter().any(|e| *e != 0.0).then_some(exponents)
}

/// Numerator and denominator of a plain ratio of two variables of the same period.
pub(super) fn ratio(program: &Program) -> Option<(usize, usize)> {
    let exponents = exponents(program)?;
    let present = program.loads().iter().all(|l| matches!(l, Load::Column { lag: 0, .. }));
    let at = |e: f64| exponents.iter().position(|x| *x == e);
    (present && exponents.len() == 2).then_some(())?;
    Some((at(1.0)?, at(-1.0)?))
}

/// What a program's loads hold in a row.
pub(super) fn inputs(side: super::Side<'_>, program: &Program, sums: &PanelSums) -> Vec<f64> {
    let data = side.inner.data();
    let of = |load: &Load| match *load {
        Load::Column { slot, lag } => data.near(slot as usize, data.panel.lagged(side.row, lag)).v,
        Load::Total { index, lag } => {
            sums.near(index as usize, data.panel.earlier(data.panel.period_of(side.row), lag)).v
        }
    };
    program.loads().iter().map(of).collect()
}

/// A program's value over the given loads.
pub(super) fn value(program: &Program, inputs: &[f64]) -> f64 {
    program.eval(&mut |load| {
        program
            .loads()
            .iter()
            .position(|l| *l == load)
            .and_then(|i| inputs.get(i))
            .copied()
            .unwrap_or(f64::NAN)
    })
}

/// A load as a formula writes it: `gdp`, `prev(gdp)`, `lag(gdp, 2)`, `total(gdp)`.
pub(super) fn name(document: &Document, program: &Program, load: Load) -> String {
    let of = |slot: u32| document.variables.get(slot as usize).map_or_else(String::new, |v| v.id.clone());
    let (inner, lag) = match load {
        Load::Column { slot, lag } => (of(slot), lag),
        Load::Total { index, lag } => {
            let loads = program.totals().get(index as usize).map_or(&[][..], Program::loads);
            let names: Vec<String> = loads.iter().map(|l| name(document, program, *l)).collect();
            (format!("total({})", names.join(", ")), lag)
        }
    };
    match lag {
        0 => inner,
        1 => format!("prev({inner})"),
        n => format!("lag({inner}, {n})"),
    }
}

//! Parts of a formula with their units: what may be combined with what, and how scales are converted.
//!
//! A part carries the operations that compute it, the unit it is said to be in, and a factor that is still due:
//! `result of the operations · factor` is the value in base units. Factors travel along products and quotients and are
//! paid once, where a sum, a comparison, a rounding or the end of the formula needs them. Numbers written out stay exact
//! rationals until they meet something else.

use dashu_ratio::RBig;

use super::program::Op;
use super::units::{Unit, constant, is_handy, quotient};

/// A part of a formula.
#[derive(Debug, Clone)]
pub(crate) struct Typed {
    pub(crate) code: Code,
    pub(crate) unit: Unit,
    /// What the operations' result must be multiplied by to be in base units; never zero.
    pub(crate) factor: RBig,
    /// Whether it is the answer to a question: a comparison, `and`, `or`, `not`, `is_missing`.
    pub(crate) truth: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Code {
    /// A number written out (possibly computed from such numbers); it can stand as constants.
    Literal(RBig),
    Ops(Vec<Op>),
}

/// Why two parts cannot be combined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Clash {
    /// The part at this place measures something else than the one at the other place.
    Units(usize, usize),
    /// Scales whose ratio is beyond what constants can say.
    Scale,
}

impl Typed {
    pub(crate) fn literal(value: RBig) -> Self {
        Typed { code: Code::Literal(value), unit: Unit::pure(), factor: RBig::ONE, truth: false }
    }

    pub(crate) fn load(op: Op, unit: &Unit) -> Self {
        Typed { code: Code::Ops(vec![op]), unit: unit.clone(), factor: unit.size(), truth: false }
    }

    /// A pure number.
    pub(crate) fn pure(ops: Vec<Op>) -> Self {
        Typed { code: Code::Ops(ops), unit: Unit::pure(), factor: RBig::ONE, truth: false }
    }

    pub(crate) fn truth(ops: Vec<Op>) -> Self {
        Typed { truth: true, ..Typed::pure(ops) }
    }

    pub(crate) fn is_literal(&self) -> bool {
        matches!(self.code, Code::Literal(_))
    }

    /// The operations for the value in units of `size` base units.
    pub(crate) fn in_scale(self, size: &RBig) -> Result<Vec<Op>, Clash> {
        let due = self.factor / size;
        match self.code {
            Code::Literal(value) => written(&(value * due)).ok_or(Clash::Scale),
            Code::Ops(mut ops) => {
                scale(&mut ops, &due)?;
                Ok(ops)
            }
        }
    }

    /// The operations for the number in its own unit, and that unit.
    pub(crate) fn in_unit(self) -> Result<(Vec<Op>, Unit), Clash> {
        let unit = self.unit.clone();
        Ok((self.in_scale(&unit.size())?, unit))
    }

    /// The operations as they are; the factor is still due.
    fn raw(self) -> Result<(Vec<Op>, Unit, RBig), Clash> {
        match self.code {
            Code::Ops(ops) => Ok((ops, self.unit, self.factor)),
            Code::Literal(value) => Ok((written(&value).ok_or(Clash::Scale)?, self.unit, self.factor)),
        }
    }

    /// The same unit, other operations on top.
    pub(crate) fn then(self, op: Op) -> Result<Self, Clash> {
        let (mut ops, unit, factor) = self.raw()?;
        ops.push(op);
        Ok(Typed { code: Code::Ops(ops), unit, factor, truth: false })
    }

    /// The product, or the quotient with `power` −1.
    pub(crate) fn times(self, other: Self, power: i32) -> Result<Self, Clash> {
        let raised = |x: RBig| if power < 0 { RBig::ONE / x } else { x };
        let unit = self.unit.times(&other.unit, power).ok_or(Clash::Scale)?;
        let (mut this, mut other) = (self, other);
        // A number written out joins the factor, so that it costs no operation of its own.
        if let (Code::Literal(a), Code::Literal(b)) = (&this.code, &other.code) {
            if !(power < 0 && b.is_zero()) {
                let value = a * raised_or_zero(b, power);
                if written(&value).is_some() {
                    return Ok(Typed::literal(value));
                }
            }
        } else if let (Code::Literal(b), true) = (&other.code, is_nonzero(&other)) {
            let factor = &this.factor * raised(b.clone());
            if is_handy(&factor) && quotient(&factor).is_some() {
                return Ok(Typed { unit, factor, truth: false, ..this });
            }
        } else if let (Code::Literal(a), true, true) = (&this.code, is_nonzero(&this), power > 0) {
            let factor = &other.factor * a;
            if is_handy(&factor) && quotient(&factor).is_some() {
                return Ok(Typed { unit, factor, truth: false, ..other });
            }
        }
        let mut factor = &this.factor * raised(other.factor.clone());
        if !is_handy(&factor) || quotient(&factor).is_none() {
            // Too fine a ratio for constants: pay both factors now, in the units the two sides are in.
            this = in_own(this)?;
            other = in_own(other)?;
            factor = &this.factor * raised(other.factor.clone());
            if !is_handy(&factor) || quotient(&factor).is_none() {
                return Err(Clash::Scale);
            }
        }
        let (mut ops, _, _) = this.raw()?;
        ops.extend(other.raw()?.0);
        ops.push(if power < 0 { Op::Div } else { Op::Mul });
        Ok(Typed { code: Code::Ops(ops), unit, factor, truth: false })
    }
}

fn raised_or_zero(x: &RBig, power: i32) -> RBig {
    if power < 0 && !x.is_zero() { RBig::ONE / x } else { x.clone() }
}

fn is_nonzero(x: &Typed) -> bool {
    matches!(&x.code, Code::Literal(v) if !v.is_zero())
}

fn in_own(x: Typed) -> Result<Typed, Clash> {
    let factor = x.unit.size();
    let (ops, unit) = x.in_unit()?;
    Ok(Typed { code: Code::Ops(ops), unit, factor, truth: false })
}

/// A rational as constants.
pub(crate) fn written(value: &RBig) -> Option<Vec<Op>> {
    if let Some(c) = constant(value) {
        return Some(vec![Op::Const(c)]);
    }
    let (top, bottom) = quotient(value)?;
    Some(vec![Op::Const(top), Op::Over(bottom)])
}

/// Multiplies by an exact factor: one operation wherever it or its inverse is a decimal, else two.
fn scale(ops: &mut Vec<Op>, factor: &RBig) -> Result<(), Clash> {
    let (top, bottom) = quotient(factor).ok_or(Clash::Scale)?;
    if top == -1.0 {
        ops.push(Op::Neg);
    } else if top != 1.0 {
        ops.push(Op::Times(top));
    }
    if bottom != 1.0 {
        ops.push(Op::Over(bottom));
    }
    Ok(())
}

/// Parts that are to be added, compared or chosen from, all in one scale.
#[derive(Debug)]
pub(crate) struct Aligned {
    pub(crate) parts: Vec<Vec<Op>>,
    pub(crate) unit: Unit,
    pub(crate) factor: RBig,
}

impl Aligned {
    pub(crate) fn typed(self, ops: Vec<Op>) -> Typed {
        Typed { code: Code::Ops(ops), unit: self.unit, factor: self.factor, truth: false }
    }
}

/// Brings parts to one scale: the first that is not a bare number leads, bare numbers take its unit.
pub(crate) fn align(parts: Vec<Typed>) -> Result<Aligned, Clash> {
    let lead = parts.iter().position(|p| !p.is_literal()).unwrap_or(0);
    let Some(leader) = parts.get(lead) else { return Err(Clash::Scale) };
    let unit = leader.unit.clone();
    let measures = unit.measures();
    for (i, part) in parts.iter().enumerate() {
        if !part.is_literal() && part.unit.measures() != measures {
            return Err(Clash::Units(lead, i));
        }
    }
    let size = unit.size();
    // The leader's factor stays due if every other part can meet it with constants; else it is paid here.
    let meets = |factor: &RBig| {
        parts.iter().all(|p| match &p.code {
            Code::Literal(v) => {
                let value = v * &size / factor;
                is_handy(&value) && written(&value).is_some()
            }
            Code::Ops(_) => is_handy(&p.factor) && quotient(&(&p.factor / factor)).is_some(),
        })
    };
    let factor = if meets(&leader.factor) { leader.factor.clone() } else { size.clone() };
    let mut codes = Vec::with_capacity(parts.len());
    for part in parts {
        let part = if part.is_literal() { Typed { factor: size.clone(), ..part } } else { part };
        codes.push(part.in_scale(&factor)?);
    }
    Ok(Aligned { parts: codes, unit, factor })
}

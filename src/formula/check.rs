//! Parts of a formula with their units: what may be combined with what, and how scales are converted.
//!
//! A part carries the operations that compute it, the unit it is said to be in, and a factor that is still due:
//! `result of the operations · factor` is the value in base units. Factors travel along products and quotients and are
//! paid once, where a sum, a comparison, a rounding or the end of the formula needs them. Numbers written out stay exact
//! rationals until they meet something else.

use std::cmp::Ordering;

use dashu_base::Abs;
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
    /// Whether parts in units of different size went into it (万元 and 亿元).
    pub(crate) mixed: bool,
    /// Whether it is a number written out without a unit of measure.
    pub(crate) bare: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Code {
    /// A number written out (possibly computed from such numbers), in base units; it can stand as constants.
    Literal(RBig),
    Ops(Vec<Op>),
}

/// Why two parts cannot be combined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Clash {
    /// The part at this place measures something else than the one at the other place.
    Units(usize, usize),
    /// A bare number in a sum with something that is no ratio.
    Bare { bare: usize, beside: usize },
    /// Scales whose ratio is beyond what constants can say.
    Scale,
}

impl Typed {
    pub(crate) fn literal(value: RBig) -> Self {
        Typed { bare: true, ..Typed::quantity(value, Unit::pure()) }
    }

    /// So many base units, written out with a unit of measure.
    pub(crate) fn quantity(value: RBig, unit: Unit) -> Self {
        Typed { unit, ..Typed::of(Code::Literal(value)) }
    }

    /// A pure number.
    fn of(code: Code) -> Self {
        Typed { code, unit: Unit::pure(), factor: RBig::ONE, truth: false, mixed: false, bare: false }
    }

    pub(crate) fn load(op: Op, unit: &Unit) -> Self {
        Typed::ops(vec![op], unit.clone(), unit.size())
    }

    /// What operations give, times `factor`.
    pub(crate) fn ops(ops: Vec<Op>, unit: Unit, factor: RBig) -> Self {
        Typed { unit, factor, ..Typed::of(Code::Ops(ops)) }
    }

    /// A pure number.
    pub(crate) fn pure(ops: Vec<Op>) -> Self {
        Typed::of(Code::Ops(ops))
    }

    pub(crate) fn truth(ops: Vec<Op>) -> Self {
        Typed { truth: true, ..Typed::pure(ops) }
    }

    /// Whether it is a number written out without a unit of measure.
    pub(crate) fn is_bare(&self) -> bool {
        self.bare
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
    fn raw(self) -> Result<Vec<Op>, Clash> {
        match self.code {
            Code::Ops(ops) => Ok(ops),
            Code::Literal(value) => written(&value).ok_or(Clash::Scale),
        }
    }

    /// The same unit, other operations on top.
    pub(crate) fn then(self, op: Op) -> Result<Self, Clash> {
        let (unit, mut factor, mixed) = (self.unit.clone(), self.factor.clone(), self.mixed);
        if op == Op::Abs {
            factor = factor.abs();
        }
        let mut ops = self.raw()?;
        ops.push(op);
        Ok(Typed { mixed, ..Typed::ops(ops, unit, factor) })
    }

    /// The product, or the quotient with `power` −1.
    pub(crate) fn times(self, other: Self, power: i32) -> Result<Self, Clash> {
        let raised = |x: RBig| if power < 0 { RBig::ONE / x } else { x };
        let unit = self.unit.times(&other.unit, power).ok_or(Clash::Scale)?;
        let (mut this, mut other) = (self, other);
        let mixed = this.mixed || other.mixed;
        // A number written out joins the factor, so that it costs no operation of its own.
        if let (Code::Literal(a), Code::Literal(b)) = (&this.code, &other.code) {
            if !(power < 0 && b.is_zero()) {
                let value = a * raised_or_zero(b, power);
                if written(&value).is_some() {
                    let bare = this.bare && other.bare;
                    return Ok(Typed { mixed, bare, ..Typed::quantity(value, unit) });
                }
            }
        } else if let (Code::Literal(b), true) = (&other.code, is_nonzero(&other)) {
            let factor = &this.factor * raised(b.clone());
            if is_handy(&factor) && quotient(&factor).is_some() {
                return Ok(Typed { unit, factor, truth: false, mixed, ..this });
            }
        } else if let (Code::Literal(a), true, true) = (&this.code, is_nonzero(&this), power > 0) {
            let factor = &other.factor * a;
            if is_handy(&factor) && quotient(&factor).is_some() {
                return Ok(Typed { unit, factor, truth: false, mixed, ..other });
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
        let mut ops = this.raw()?;
        ops.extend(other.raw()?);
        ops.push(if power < 0 { Op::Div } else { Op::Mul });
        Ok(Typed { mixed, ..Typed::ops(ops, unit, factor) })
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
    Ok(Typed::ops(ops, unit, factor))
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
    pub(crate) mixed: bool,
}

impl Aligned {
    pub(crate) fn typed(self, ops: Vec<Op>) -> Typed {
        Typed { mixed: self.mixed, ..Typed::ops(ops, self.unit, self.factor) }
    }
}

/// What a bare number means beside other parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bare {
    /// A pure number, as in a sum: it stands beside ratios only.
    Pure,
    /// So many of the unit of the others, as in a comparison.
    Theirs,
}

/// Brings parts to one scale, that of the largest of their units, whatever their order.
pub(crate) fn align(parts: Vec<Typed>, bare: Bare) -> Result<Aligned, Clash> {
    // Bare numbers have a unit of their own where they are pure numbers, and where there is nothing else.
    let own = bare == Bare::Pure || parts.iter().all(Typed::is_bare);
    let with_unit = || parts.iter().enumerate().filter(|(_, p)| own || !p.is_bare());
    let Some((lead, leader)) = with_unit().max_by(|(_, a), (_, b)| by_size(a, b)) else {
        return Err(Clash::Scale);
    };
    let (measures, size) = (leader.unit.measures(), leader.unit.size());
    let (mut lead, mut other) = (lead, None);
    // Of two kinds of parts the first of each is reported.
    for (i, part) in with_unit() {
        if part.unit.measures() == measures {
            lead = lead.min(i);
        } else {
            other = other.or(Some(i));
        }
    }
    if let Some(other) = other {
        let bare = [lead, other].into_iter().find(|i| parts.get(*i).is_some_and(Typed::is_bare));
        return Err(match bare {
            Some(bare) => Clash::Bare { bare, beside: if bare == lead { other } else { lead } },
            None => Clash::Units(lead.min(other), lead.max(other)),
        });
    }
    let mixed = with_unit().any(|(_, p)| p.mixed || p.unit.size() != size);
    let unit = leader.unit.clone();
    // The factor of the part that leads stays due if every other part can meet it with constants; else it is paid here.
    let due = with_unit().filter(|(_, p)| !p.is_literal()).max_by(|(_, a), (_, b)| by_size(a, b));
    let due = due.map_or_else(|| size.clone(), |(_, p)| p.factor.clone());
    let value = |p: &Typed, v: &RBig| if own || !p.is_bare() { v.clone() } else { v * &size };
    let meets = |factor: &RBig| {
        // A negative factor would turn a comparison round.
        *factor > RBig::ZERO
            && parts.iter().all(|p| match &p.code {
                Code::Literal(v) => {
                    let value = value(p, v) / factor;
                    is_handy(&value) && written(&value).is_some()
                }
                Code::Ops(_) => is_handy(&p.factor) && quotient(&(&p.factor / factor)).is_some(),
            })
    };
    let factor = if meets(&due) { due } else { size.clone() };
    let mut codes = Vec::with_capacity(parts.len());
    for mut part in parts {
        if let Code::Literal(v) = &part.code {
            part.code = Code::Literal(value(&part, v));
        }
        codes.push(part.in_scale(&factor)?);
    }
    Ok(Aligned { parts: codes, unit, factor, mixed })
}

/// By the size of the unit; units of one size by their names, shorter ones first, so that the order of the parts has no say.
fn by_size(a: &Typed, b: &Typed) -> Ordering {
    let name = |p: &Typed| {
        let name = p.unit.to_string();
        (std::cmp::Reverse(name.chars().count()), std::cmp::Reverse(name))
    };
    let sizes = a.unit.size().cmp(&b.unit.size());
    sizes.then_with(|| name(a).cmp(&name(b))).then_with(|| a.factor.cmp(&b.factor))
}

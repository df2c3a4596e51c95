//! What the functions and powers of the language compile to.

use dashu_ratio::RBig;

use super::MAX_LAG;
use super::ast::{Binary, Function, Id};
use super::check::{Bare, Code, Typed, written};
use super::compile::{Compiler, MAX_EXACT_SIZE};
use super::program::{Load, Op, Program};
use super::units::{Unit, is_handy, raised};
use crate::finding::Finding;

impl Compiler<'_> {
    pub(super) fn power(
        &mut self,
        id: Id,
        (base_id, base): (Id, Typed),
        (by_id, by): (Id, Typed),
    ) -> Option<Typed> {
        let exponent = match &by.code {
            Code::Literal(v) if v.is_int() && by.unit.is_dimensionless() => v.to_f64().value(),
            _ => f64::NAN,
        };
        if exponent.abs() <= 64.0 {
            return self.whole_power(id, base, exponent as i32);
        }
        self.here.rational = false;
        let mut ops = self.number(base_id, base, "^")?;
        ops.extend(self.number(by_id, by, "^")?);
        ops.push(Op::Pow);
        Some(Typed::pure(ops))
    }

    fn whole_power(&mut self, id: Id, base: Typed, power: i32) -> Option<Typed> {
        let raise = |x: &RBig| raised(x, power);
        let Some(unit) = base.unit.to_power(power) else {
            return self.report(Finding::error("formula_scale"), &self.formula.span(id));
        };
        let mixed = base.mixed;
        if let Code::Literal(v) = &base.code
            && !(v.is_zero() && power <= 0)
            && is_handy(v)
        {
            let value = raise(v);
            if written(&value).is_some() {
                return Some(if base.is_bare() {
                    Typed::literal(value)
                } else {
                    Typed::quantity(value, unit)
                });
            }
        }
        let due = raise(&base.factor);
        // The factor is raised too, unless it becomes unwieldy: then it is paid before.
        let (size, factor) = if is_handy(&due) && super::units::quotient(&due).is_some() {
            (base.factor.clone(), due)
        } else if unit.is_pure() {
            (RBig::ONE, RBig::ONE)
        } else {
            (base.unit.size(), unit.size())
        };
        let ops = base.in_scale(&size);
        let mut ops = self.scaled(id, ops)?;
        ops.extend([Op::Const(f64::from(power)), Op::Pow]);
        Some(Typed { mixed, ..Typed::ops(ops, unit, factor) })
    }

    fn arguments(&mut self, args: &[Id], lag: u16) -> Option<Vec<Typed>> {
        let all: Vec<Option<Typed>> = args.iter().map(|a| self.node(*a, lag)).collect();
        all.into_iter().collect()
    }

    pub(super) fn call(
        &mut self,
        id: Id,
        function: Function,
        args: &[Id],
        whole: i32,
        lag: u16,
    ) -> Option<Typed> {
        let name = super::parse::function_name(function);
        let x = *args.first()?;
        let n = u16::try_from(whole).unwrap_or(0);
        match function {
            Function::Prev => self.earlier(id, x, lag, 1),
            Function::Lag => self.earlier(id, x, lag, n),
            Function::Growth => self.growth(id, x, lag),
            Function::Mean => self.mean(id, x, n, lag),
            Function::Total => self.total(id, x, lag),
            Function::Share => {
                let (part, whole) = (self.node(x, lag)?, self.total(id, x, lag)?);
                let share = part.times(whole, -1);
                self.scaled(id, share)
            }
            Function::Min | Function::Max => {
                let parts = self.arguments(args, lag)?;
                self.extreme(if function == Function::Min { Op::Min } else { Op::Max }, name, args, parts)
            }
            Function::Clamp => self.clamp(args, lag),
            Function::If => self.choice(args, lag),
            _ => {
                let value = self.node(x, lag)?;
                self.unary(function, name, (id, x), value, whole)
            }
        }
    }

    fn unary(
        &mut self,
        function: Function,
        name: &str,
        (id, x): (Id, Id),
        value: Typed,
        whole: i32,
    ) -> Option<Typed> {
        let in_unit = |op: Op| {
            move |value: Typed| {
                let mixed = value.mixed;
                let (mut ops, unit) = value.in_unit()?;
                ops.push(op);
                let size = unit.size();
                Ok(Typed { mixed, ..Typed::ops(ops, unit, size) })
            }
        };
        let result = match function {
            Function::Abs => value.then(Op::Abs),
            Function::Floor => in_unit(Op::Floor)(value),
            Function::Round => in_unit(Op::Round(i8::try_from(whole).unwrap_or(0)))(value),
            Function::Number => value.in_unit().map(|(ops, _)| Typed::pure(ops)),
            Function::IsMissing => value.then(Op::IsMissing).map(|t| Typed {
                unit: Unit::pure(),
                factor: RBig::ONE,
                truth: true,
                ..t
            }),
            Function::Sqrt => return self.root(id, x, value),
            _ => {
                let op = match function {
                    Function::Ln => Op::Ln,
                    Function::Log10 => Op::Log10,
                    _ => Op::Exp,
                };
                self.here.rational = false;
                let mut ops = self.number(x, value, name)?;
                ops.push(op);
                return Some(Typed::pure(ops));
            }
        };
        self.scaled(id, result)
    }

    fn root(&mut self, id: Id, x: Id, value: Typed) -> Option<Typed> {
        self.here.rational = false;
        let Some(unit) = value.unit.root() else {
            let finding = Finding::error("formula_pure").fact("function", "sqrt").fact("unit", &value.unit);
            return self.report(finding.fact("text", self.formula.text(x)), &self.formula.span(x));
        };
        let mixed = value.mixed;
        let ops = value.in_scale(&raised(&unit.size(), 2));
        let mut ops = self.scaled(id, ops)?;
        ops.push(Op::Sqrt);
        let size = unit.size();
        Some(Typed { mixed, ..Typed::ops(ops, unit, size) })
    }

    fn extreme(&mut self, op: Op, name: &str, ids: &[Id], parts: Vec<Typed>) -> Option<Typed> {
        let mut aligned = self.aligned(name, ids, parts, Bare::Theirs)?;
        let mut all = std::mem::take(&mut aligned.parts).into_iter();
        let mut ops = all.next()?;
        for part in all {
            ops.extend(part);
            ops.push(op);
        }
        Some(aligned.typed(ops))
    }

    fn clamp(&mut self, args: &[Id], lag: u16) -> Option<Typed> {
        let parts = self.arguments(args, lag)?;
        let mut aligned = self.aligned("clamp", args, parts, Bare::Theirs)?;
        let (high, low, mut ops) = (aligned.parts.pop()?, aligned.parts.pop()?, aligned.parts.pop()?);
        ops.extend(low);
        ops.push(Op::Max);
        ops.extend(high);
        ops.push(Op::Min);
        Some(aligned.typed(ops))
    }

    fn choice(&mut self, args: &[Id], lag: u16) -> Option<Typed> {
        let mut parts = self.arguments(args, lag)?.into_iter();
        let (condition, yes, no) = (parts.next()?, parts.next()?, parts.next()?);
        let truth = yes.truth && no.truth;
        let mut ops = self.number(*args.first()?, condition, "if")?;
        let mut aligned = self.aligned("if", args.get(1..)?, vec![yes, no], Bare::Theirs)?;
        let (no, yes) = (aligned.parts.pop()?, aligned.parts.pop()?);
        ops.extend(yes);
        ops.extend(no);
        ops.push(Op::Select);
        Some(Typed { truth, ..aligned.typed(ops) })
    }

    fn earlier(&mut self, id: Id, x: Id, lag: u16, by: u16) -> Option<Typed> {
        match lag.checked_add(by).filter(|l| *l <= MAX_LAG) {
            Some(lag) => self.node(x, lag),
            None => self.report(Finding::error("formula_lag").fact("most", MAX_LAG), &self.formula.span(id)),
        }
    }

    fn growth(&mut self, id: Id, x: Id, lag: u16) -> Option<Typed> {
        let now = self.node(x, lag)?;
        let before = self.earlier(id, x, lag, 1)?;
        let ratio = now.times(before, -1);
        let ratio = self.scaled(id, ratio)?;
        self.sum(Binary::Sub, &[id, id], vec![ratio, Typed::literal(RBig::ONE)])
    }

    fn mean(&mut self, id: Id, x: Id, n: u16, lag: u16) -> Option<Typed> {
        let mut sum = self.node(x, lag)?;
        for i in 1..n {
            let next = self.earlier(id, x, lag, i)?;
            self.spend(id)?;
            sum = self.sum(Binary::Add, &[id, id], vec![sum, next])?;
        }
        let (unit, mixed) = (sum.unit.clone(), sum.mixed);
        let mean = sum.times(Typed::literal(RBig::from(n.max(1))), -1);
        // A mean of percentages is a percentage.
        self.scaled(id, mean).map(|mean| Typed { unit, mixed, ..mean })
    }

    fn total(&mut self, id: Id, x: Id, lag: u16) -> Option<Typed> {
        if self.outer.is_some() {
            return self.report(Finding::error("formula_nested_total"), &self.formula.span(id));
        }
        self.outer = Some(std::mem::take(&mut self.here));
        // The sum is taken over a period as a whole, so that periods back are the sum's, not its columns'.
        let inside = self.node(x, 0).and_then(|typed| {
            let (unit, factor, mixed) = (typed.unit.clone(), typed.factor.clone(), typed.mixed);
            let ops = typed.in_scale(&factor);
            self.scaled(id, ops).map(|ops| (ops, unit, factor, mixed))
        });
        let scope = std::mem::replace(&mut self.here, self.outer.take().unwrap_or_default());
        let (ops, unit, factor, mixed) = inside?;
        let program = Program::new(ops, scope.loads, Vec::new(), unit.clone(), scope.rational);
        if program.exact_size() > MAX_EXACT_SIZE {
            return self.report(Finding::error("formula_powers"), &self.formula.span(id));
        }
        if program.uses_periods() + lag > MAX_LAG {
            return self.report(Finding::error("formula_lag").fact("most", MAX_LAG), &self.formula.span(id));
        }
        let known = self.here.totals.iter().position(|t| *t == program);
        let index = known.unwrap_or(self.here.totals.len());
        if known.is_none() {
            self.here.totals.push(program);
        }
        let op = self.here.load(Load::Total { index: index as u32, lag });
        Some(Typed { mixed, ..Typed::ops(vec![op], unit, factor) })
    }
}

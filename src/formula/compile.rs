//! From the tree to a program: names become slots, periods become lags, units are checked.

use std::collections::HashMap;
use std::ops::Range;

use dashu_ratio::RBig;

use super::ast::{Binary, Formula, Function, Id, Node};
use super::check::{Clash, Code, Typed, align, written};
use super::error::at;
use super::program::{Load, Op, Program};
use super::units::{Unit, is_handy, raised};
use super::{MAX_LAG, MAX_OPERATIONS};
use crate::finding::{Finding, nearest};
use crate::number::Exact;

/// Most inputs an exact result may be made of, each use counted: it has about that many times their digits.
const MAX_EXACT_SIZE: f64 = 50_000.0;

/// What a name means: a column of the environment and its unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Symbol {
    /// Index of the column, for [`Load::Column`].
    pub slot: u32,
    /// Unit of its values.
    pub unit: Unit,
}

/// What formulas may read.
pub trait Env {
    /// The column a bare name means.
    fn variable(&self, name: &str) -> Option<Symbol>;
    /// The column `function(name)` means, for `score`, `points` and `attainment`.
    fn of(&self, function: &str, name: &str) -> Option<Symbol> {
        let _ = (function, name);
        None
    }
    /// All bare names, to tell a reader the nearest one.
    fn names(&self) -> Vec<String>;
    /// All names `function(name)` takes; none if there is no such function here.
    fn names_of(&self, function: &str) -> Vec<String> {
        let _ = function;
        Vec::new()
    }
}

/// What the result of a formula is to be.
#[derive(Debug, Clone, Copy)]
pub enum Expect<'a> {
    /// A value in this unit: the result is converted to it.
    Unit(&'a Unit),
    /// A value in whatever unit it has (points of an adjustment); [`Program::unit`] tells which.
    Any,
    /// A condition: a comparison, `and`, `or`, `not`, `is_missing`, or a pure number (0 is no).
    Condition,
}

/// Compiles a formula against an environment.
///
/// # Errors
/// Every unknown name (with the nearest known one), every clash of units (with both units and both texts), limits
/// exceeded. The place of a finding has the character within the formula, from 1.
pub fn compile(formula: &Formula, env: &dyn Env, expect: Expect<'_>) -> Result<Program, Vec<Finding>> {
    let mut compiler = Compiler {
        formula,
        env,
        findings: Vec::new(),
        operations: 0,
        exhausted: false,
        outer: None,
        here: Scope::default(),
    };
    let result = compiler.node(formula.root, 0).and_then(|typed| compiler.finish(typed, expect));
    let Compiler { mut findings, here, .. } = compiler;
    match result {
        Some((ops, unit)) if findings.is_empty() => {
            let program = Program::new(ops, here.loads, here.totals, unit, here.rational);
            if program.exact_size() > MAX_EXACT_SIZE {
                let span = formula.span(formula.root);
                return Err(vec![at(Finding::error("formula_powers"), &span)]);
            }
            Ok(program)
        }
        _ => {
            // A part that is read over several periods is compiled for each of them; one report is enough.
            let mut seen: Vec<Finding> = Vec::new();
            findings.retain(|f| {
                let fresh = seen.len() < 100 && !seen.contains(f);
                if fresh {
                    seen.push(f.clone());
                }
                fresh
            });
            findings.sort_by_key(|f| f.place.character);
            Err(findings)
        }
    }
}

/// What a program collects while it is compiled.
#[derive(Debug)]
struct Scope {
    loads: Vec<Load>,
    known: HashMap<Load, u32>,
    totals: Vec<Program>,
    rational: bool,
}

impl Default for Scope {
    fn default() -> Self {
        Scope { loads: Vec::new(), known: HashMap::new(), totals: Vec::new(), rational: true }
    }
}

impl Scope {
    fn load(&mut self, load: Load) -> Op {
        let next = self.loads.len() as u32;
        let index = *self.known.entry(load).or_insert(next);
        if index == next {
            self.loads.push(load);
        }
        Op::Load(index)
    }
}

struct Compiler<'a> {
    formula: &'a Formula,
    env: &'a dyn Env,
    findings: Vec<Finding>,
    operations: usize,
    exhausted: bool,
    /// The scope around the `total` that is being compiled.
    outer: Option<Scope>,
    here: Scope,
}

impl Compiler<'_> {
    fn report<T>(&mut self, finding: Finding, span: &Range<usize>) -> Option<T> {
        self.findings.push(at(finding, span));
        None
    }

    /// Counts work, so that `mean(mean(mean(x, 100), 100), 100)` is refused and not compiled.
    fn spend(&mut self, id: Id) -> Option<()> {
        self.operations += 1;
        if self.operations <= MAX_OPERATIONS {
            return Some(());
        }
        if self.exhausted {
            return None;
        }
        self.exhausted = true;
        self.report(Finding::error("formula_too_large").fact("most", MAX_OPERATIONS), &self.formula.span(id))
    }

    fn node(&mut self, id: Id, lag: u16) -> Option<Typed> {
        self.spend(id)?;
        match self.formula.node(id) {
            Node::Number(text) => match Exact::parse(text) {
                Some(Exact::Value(value)) => Some(Typed::literal(value)),
                _ => {
                    self.report(Finding::error("formula_number").fact("found", text), &self.formula.span(id))
                }
            },
            Node::Name(name) => self.name(id, None, name, lag),
            Node::Of(function, name) => self.name(id, Some(function), name, lag),
            Node::Neg(x) => self.negative(id, *x, lag),
            Node::Not(inside) => {
                let x = self.node(*inside, lag)?;
                let mut ops = self.number(*inside, x, "not")?;
                ops.push(Op::Not);
                Some(Typed::truth(ops))
            }
            Node::Binary(..) => self.chain(id, lag),
            Node::Call(function, args, whole) => self.call(id, *function, args, *whole, lag),
        }
    }

    fn name(&mut self, id: Id, function: Option<&'static str>, name: &str, lag: u16) -> Option<Typed> {
        let span = self.formula.span(id);
        let symbol = match function {
            None => self.env.variable(name),
            Some(function) => self.env.of(function, name),
        };
        if let Some(symbol) = symbol {
            let op = self.here.load(Load::Column { slot: symbol.slot, lag });
            return Some(Typed::load(op, &symbol.unit));
        }
        let known = function.map_or_else(|| self.env.names(), |f| self.env.names_of(f));
        let near = nearest(name, known.iter().map(String::as_str)).map(str::to_owned);
        let finding = match (function, near) {
            (Some(f), _) if known.is_empty() => {
                Finding::error("formula_no_function_here").fact("function", f)
            }
            (Some(f), Some(near)) => {
                Finding::error("formula_unknown_of_near").fact("function", f).fact("near", near)
            }
            (Some(f), None) => Finding::error("formula_unknown_of").fact("function", f),
            (None, Some(near)) => Finding::error("formula_unknown_near").fact("near", near),
            (None, None) => Finding::error("formula_unknown"),
        };
        self.report(finding.fact("name", name), &span)
    }

    fn negative(&mut self, id: Id, x: Id, lag: u16) -> Option<Typed> {
        let x = self.node(x, lag)?;
        match x.code {
            Code::Literal(value) => Some(Typed::literal(-value)),
            Code::Ops(_) => {
                let x = x.then(Op::Neg);
                self.scaled(id, x)
            }
        }
    }

    /// A chain of operators, from its left end: formulas may be long, so this does not descend.
    fn chain(&mut self, id: Id, lag: u16) -> Option<Typed> {
        let (first, links) = self.formula.chain(id);
        let (mut left, mut left_id) = (self.node(first, lag), first);
        for (id, op, right_id) in links {
            self.spend(id)?;
            let right = self.node(right_id, lag);
            // Both sides are looked at even if one is in error, so that everything is reported at once.
            left = match (left, right) {
                (Some(l), Some(r)) => self.binary(op, (left_id, l), (right_id, r), id),
                _ => None,
            };
            left_id = id;
        }
        left
    }

    fn binary(
        &mut self,
        op: Binary,
        (left_id, l): (Id, Typed),
        (right_id, r): (Id, Typed),
        id: Id,
    ) -> Option<Typed> {
        match op {
            Binary::And | Binary::Or => {
                let mut ops = self.decision(left_id, l, op.sign())?;
                ops.extend(self.decision(right_id, r, op.sign())?);
                ops.push(if op == Binary::And { Op::Min } else { Op::Max });
                Some(Typed::truth(ops))
            }
            Binary::Mul => {
                let product = l.times(r, 1);
                self.scaled(id, product)
            }
            Binary::Div => {
                if matches!(&r.code, Code::Literal(v) if v.is_zero()) {
                    let text = self.formula.text(left_id);
                    let finding = Finding::error("formula_over_zero").fact("left", text);
                    return self.report(finding, &self.formula.span(right_id));
                }
                let quotient = l.times(r, -1);
                self.scaled(id, quotient)
            }
            Binary::Pow => self.power(id, (left_id, l), (right_id, r)),
            _ => self.sum(op, &[left_id, right_id], vec![l, r]),
        }
    }

    /// Sums and comparisons.
    fn sum(&mut self, op: Binary, ids: &[Id], parts: Vec<Typed>) -> Option<Typed> {
        if let (Some(Code::Literal(a)), Some(Code::Literal(b))) =
            (parts.first().map(|p| &p.code), parts.get(1).map(|p| &p.code))
        {
            let value = match op {
                Binary::Add => Some(a + b),
                Binary::Sub => Some(a - b),
                _ => None,
            };
            if let Some(value) = value.filter(|v| written(v).is_some()) {
                return Some(Typed::literal(value));
            }
        }
        let mut aligned = self.aligned(op.sign(), ids, parts)?;
        let (right, left) = (aligned.parts.pop()?, aligned.parts.pop()?);
        let swap = matches!(op, Binary::More | Binary::AtMost);
        let (mut ops, then) = if swap { (right, left) } else { (left, right) };
        ops.extend(then);
        ops.push(match op {
            Binary::Add => Op::Add,
            Binary::Sub => Op::Sub,
            Binary::Equal | Binary::Unequal => Op::Equal,
            _ => Op::Less,
        });
        if matches!(op, Binary::AtMost | Binary::AtLeast | Binary::Unequal) {
            ops.push(Op::Not);
        }
        Some(if op.compares() { Typed::truth(ops) } else { aligned.typed(ops) })
    }

    fn aligned(&mut self, name: &str, ids: &[Id], parts: Vec<Typed>) -> Option<super::check::Aligned> {
        let units: Vec<Unit> = parts.iter().map(|p| p.unit.clone()).collect();
        match align(parts) {
            Ok(aligned) => Some(aligned),
            Err(Clash::Units(a, b)) => {
                let (a, b) = (a.min(b), a.max(b));
                let (left, right) = (*ids.get(a)?, *ids.get(b)?);
                let finding = Finding::error("formula_units")
                    .fact("operator", name)
                    .fact("left", self.formula.text(left))
                    .fact("left_unit", units.get(a)?)
                    .fact("right", self.formula.text(right))
                    .fact("right_unit", units.get(b)?);
                self.report(finding, &self.formula.span(right))
            }
            Err(Clash::Scale) => {
                self.report(Finding::error("formula_scale"), &self.formula.span(*ids.first()?))
            }
        }
    }

    fn scaled<T>(&mut self, id: Id, result: Result<T, Clash>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(_) => self.report(Finding::error("formula_scale"), &self.formula.span(id)),
        }
    }

    /// The operations for a pure number (a percentage counts as its share of one).
    fn number(&mut self, id: Id, x: Typed, wanted_by: &str) -> Option<Vec<Op>> {
        if x.unit.is_dimensionless() {
            let ops = x.in_scale(&RBig::ONE);
            return self.scaled(id, ops);
        }
        let asks = matches!(wanted_by, "if" | "and" | "or" | "not");
        let finding = if asks {
            Finding::error("formula_condition")
        } else {
            Finding::error("formula_pure").fact("function", wanted_by)
        };
        let finding = finding.fact("unit", &x.unit).fact("text", self.formula.text(id));
        self.report(finding, &self.formula.span(id))
    }

    /// 1 or 0 for a side of `and` and `or`.
    fn decision(&mut self, id: Id, x: Typed, wanted_by: &str) -> Option<Vec<Op>> {
        let truth = x.truth;
        let mut ops = self.number(id, x, wanted_by)?;
        if !truth {
            ops.extend([Op::Not, Op::Not]);
        }
        Some(ops)
    }

    fn power(&mut self, id: Id, (base_id, base): (Id, Typed), (by_id, by): (Id, Typed)) -> Option<Typed> {
        let exponent = match &by.code {
            Code::Literal(v) if v.is_int() => v.to_f64().value(),
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
        if let Code::Literal(v) = &base.code
            && !(v.is_zero() && power <= 0)
            && is_handy(v)
        {
            let value = raise(v);
            if written(&value).is_some() {
                return Some(Typed::literal(value));
            }
        }
        let Some(unit) = base.unit.to_power(power) else {
            return self.report(Finding::error("formula_scale"), &self.formula.span(id));
        };
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
        Some(Typed { code: Code::Ops(ops), unit, factor, truth: false })
    }

    fn arguments(&mut self, args: &[Id], lag: u16) -> Option<Vec<Typed>> {
        let all: Vec<Option<Typed>> = args.iter().map(|a| self.node(*a, lag)).collect();
        all.into_iter().collect()
    }

    fn call(&mut self, id: Id, function: Function, args: &[Id], whole: i32, lag: u16) -> Option<Typed> {
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
                let (mut ops, unit) = value.in_unit()?;
                ops.push(op);
                Ok(Typed { code: Code::Ops(ops), factor: unit.size(), unit, truth: false })
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
        let size = if unit.is_pure() { RBig::ONE } else { value.unit.size() };
        let ops = value.in_scale(&size);
        let mut ops = self.scaled(id, ops)?;
        ops.push(Op::Sqrt);
        Some(Typed { code: Code::Ops(ops), factor: unit.size(), unit, truth: false })
    }

    fn extreme(&mut self, op: Op, name: &str, ids: &[Id], parts: Vec<Typed>) -> Option<Typed> {
        let mut aligned = self.aligned(name, ids, parts)?;
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
        let mut aligned = self.aligned("clamp", args, parts)?;
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
        let mut aligned = self.aligned("if", args.get(1..)?, vec![yes, no])?;
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
        let unit = sum.unit.clone();
        let mean = sum.times(Typed::literal(RBig::from(n.max(1))), -1);
        // A mean of percentages is a percentage.
        self.scaled(id, mean).map(|mean| Typed { unit, ..mean })
    }

    fn total(&mut self, id: Id, x: Id, lag: u16) -> Option<Typed> {
        if self.outer.is_some() {
            return self.report(Finding::error("formula_nested_total"), &self.formula.span(id));
        }
        self.outer = Some(std::mem::take(&mut self.here));
        // The sum is taken over a period as a whole, so that periods back are the sum's, not its columns'.
        let inside = self.node(x, 0).and_then(|typed| {
            let (unit, factor) = (typed.unit.clone(), typed.factor.clone());
            let ops = typed.in_scale(&factor);
            self.scaled(id, ops).map(|ops| (ops, unit, factor))
        });
        let scope = std::mem::replace(&mut self.here, self.outer.take().unwrap_or_default());
        let (ops, unit, factor) = inside?;
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
        Some(Typed { code: Code::Ops(vec![op]), unit, factor, truth: false })
    }

    /// The operations for what is expected, and the unit of their result.
    fn finish(&mut self, typed: Typed, expect: Expect<'_>) -> Option<(Vec<Op>, Unit)> {
        let root = self.formula.root;
        let span = self.formula.span(root);
        match expect {
            Expect::Any => {
                let done = typed.in_unit();
                self.scaled(root, done)
            }
            Expect::Condition => {
                if !typed.unit.is_pure() {
                    let finding = Finding::error("formula_condition").fact("unit", &typed.unit);
                    return self.report(finding.fact("text", self.formula.text(root)), &span);
                }
                Some((self.decision(root, typed, "if")?, Unit::pure()))
            }
            Expect::Unit(target) => {
                let typed = match typed.code {
                    Code::Literal(_) => Typed { unit: target.clone(), factor: target.size(), ..typed },
                    Code::Ops(_) => typed,
                };
                if !typed.unit.is_like(target) {
                    let finding =
                        Finding::error("formula_target").fact("unit", &typed.unit).fact("target", target);
                    return self.report(finding, &span);
                }
                let ops = typed.in_scale(&target.size());
                Some((self.scaled(root, ops)?, target.clone()))
            }
        }
    }
}

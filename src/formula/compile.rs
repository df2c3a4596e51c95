//! From the tree to a program: names become slots, periods become lags, units are checked.

use std::collections::HashMap;
use std::ops::Range;

use dashu_ratio::RBig;

use super::MAX_OPERATIONS;
use super::ast::{Binary, Call, Formula, Id, Node};
use super::check::{Aligned, Bare, Clash, Code, Typed, align, written};
use super::error::at;
use super::members::OverMembers;
use super::program::{Load, Op, Program};
use super::unit_table::{UnitError, Units};
use super::units::{Unit, is_handy};
use crate::finding::{Finding, nearest};
use crate::number::{Exact, Rational};

/// Most inputs an exact result may be made of, each use counted: it has about that many times their digits.
pub(super) const MAX_EXACT_SIZE: f64 = 50_000.0;

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
    /// The column `function(name)` means, for `score` and `points`.
    fn of(&self, function: &str, name: &str) -> Option<Symbol> {
        let _ = (function, name);
        None
    }
    /// The unit of measure that a number is written in, `20 [亿元]`.
    ///
    /// # Errors
    /// An unknown name or an expression that is malformed.
    fn unit(&self, text: &str) -> Result<Unit, UnitError> {
        Units::known().parse(text)
    }
    /// What formulas over an entity's members may read, and the unit that members are counted in. The statistic itself is
    /// a [`variable`](Env::variable) by its text.
    fn members(&self) -> Option<(&dyn Env, Unit)> {
        None
    }
    /// All bare names, to tell a reader the nearest one.
    fn names(&self) -> Vec<String>;
    /// What to say of a bare name that means something, though nothing a formula of this kind may name.
    fn out_of_place(&self, name: &str) -> Option<Finding> {
        let _ = name;
        None
    }
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
/// exceeded. The place of a finding has the character within the formula, from 1. What may well be meant otherwise is no
/// error: see [`Program::warnings`].
pub fn compile(formula: &Formula, env: &dyn Env, expect: Expect<'_>) -> Result<Program, Vec<Finding>> {
    let mut compiler = Compiler {
        formula,
        env,
        findings: Vec::new(),
        warnings: Vec::new(),
        operations: 0,
        exhausted: false,
        outer: None,
        here: Scope::default(),
    };
    let result = compiler.node(formula.root, 0).and_then(|typed| compiler.finish(typed, expect));
    let Compiler { mut findings, warnings, here, .. } = compiler;
    match result {
        Some((ops, unit)) if findings.is_empty() => {
            let mut program = Program::new(ops, here.loads, here.totals, unit, here.rational);
            program.warnings = once(warnings);
            if program.exact_size() > MAX_EXACT_SIZE {
                let span = formula.span(formula.root);
                return Err(vec![at(Finding::error("formula_powers"), &span)]);
            }
            Ok(program)
        }
        _ => {
            findings = once(findings);
            Err(findings)
        }
    }
}

/// In the order of the text. A part that is read over several periods is compiled for each of them; one report is enough.
fn once(findings: Vec<Finding>) -> Vec<Finding> {
    let mut seen: Vec<Finding> = Vec::new();
    for finding in findings {
        if seen.len() < 100 && !seen.contains(&finding) {
            seen.push(finding);
        }
    }
    seen.sort_by_key(|f| f.place.character);
    seen
}

/// What a program collects while it is compiled.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) loads: Vec<Load>,
    known: HashMap<Load, u32>,
    pub(super) totals: Vec<Program>,
    pub(super) rational: bool,
}

impl Default for Scope {
    fn default() -> Self {
        Scope { loads: Vec::new(), known: HashMap::new(), totals: Vec::new(), rational: true }
    }
}

impl Scope {
    pub(super) fn load(&mut self, load: Load) -> Op {
        let next = self.loads.len() as u32;
        let index = *self.known.entry(load).or_insert(next);
        if index == next {
            self.loads.push(load);
        }
        Op::Load(index)
    }
}

pub(super) struct Compiler<'a> {
    pub(super) formula: &'a Formula,
    env: &'a dyn Env,
    findings: Vec<Finding>,
    warnings: Vec<Finding>,
    operations: usize,
    exhausted: bool,
    /// The scope around the `total` that is being compiled.
    pub(super) outer: Option<Scope>,
    pub(super) here: Scope,
}

impl Compiler<'_> {
    pub(super) fn report<T>(&mut self, finding: Finding, span: &Range<usize>) -> Option<T> {
        self.findings.push(at(finding, span));
        None
    }

    /// Counts work, so that `mean(mean(mean(x, 100), 100), 100)` is refused and not compiled.
    pub(super) fn spend(&mut self, id: Id) -> Option<()> {
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

    pub(super) fn node(&mut self, id: Id, lag: u16) -> Option<Typed> {
        self.spend(id)?;
        match self.formula.node(id) {
            Node::Number(text) => self.written(id, text).map(Typed::literal),
            Node::Quantity(number, unit) => self.quantity(id, number, unit),
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
            Node::Members(call) => self.members(id, call, lag),
        }
    }

    /// A number of the text.
    fn written(&mut self, id: Id, text: &str) -> Option<RBig> {
        match Exact::parse(text) {
            Some(Exact::Value(Rational(value))) => Some(value),
            _ => self.report(Finding::error("formula_number").fact("found", text), &self.formula.span(id)),
        }
    }

    fn quantity(&mut self, id: Id, number: &str, unit: &str) -> Option<Typed> {
        let value = self.written(id, number)?;
        let unit = match self.env.unit(unit) {
            Ok(unit) => unit,
            Err(error) => return self.report(error.finding(), &self.formula.span(id)),
        };
        let value = value * unit.size();
        let usable = is_handy(&value) && written(&value).is_some();
        let result = if usable { Ok(Typed::quantity(value, unit)) } else { Err(Clash::Scale) };
        self.scaled(id, result)
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
        if let (None, Some(finding)) = (function, self.env.out_of_place(name)) {
            return self.report(finding.fact("name", name), &span);
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

    /// A statistic over members is a number of the entity, which the environment knows by its text.
    fn members(&mut self, id: Id, call: &Call, lag: u16) -> Option<Typed> {
        match OverMembers::compile(call, self.env, &self.formula.span(id)) {
            Ok(program) => {
                self.warnings.extend(program.warnings().cloned());
                self.name(id, None, &call.to_string(), lag)
            }
            Err(found) => {
                self.findings.extend(found);
                None
            }
        }
    }

    fn negative(&mut self, id: Id, x: Id, lag: u16) -> Option<Typed> {
        let x = self.node(x, lag)?;
        match x.code {
            Code::Literal(value) => Some(Typed { code: Code::Literal(-value), ..x }),
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
                ops.push(if op == Binary::And { Op::And } else { Op::Or });
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
    pub(super) fn sum(&mut self, op: Binary, ids: &[Id], parts: Vec<Typed>) -> Option<Typed> {
        if let [Typed { code: Code::Literal(a), .. }, Typed { code: Code::Literal(b), .. }] = parts.as_slice()
            && parts.iter().all(Typed::is_bare)
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
        let bare = if op.compares() { Bare::Theirs } else { Bare::Pure };
        let mut aligned = self.aligned(op.sign(), ids, parts, bare)?;
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

    pub(super) fn aligned(
        &mut self,
        name: &str,
        ids: &[Id],
        parts: Vec<Typed>,
        bare: Bare,
    ) -> Option<Aligned> {
        let units: Vec<Unit> = parts.iter().map(|p| p.unit.clone()).collect();
        // Zero is the same in every unit.
        let zero = |p: &Typed| matches!(&p.code, Code::Literal(v) if v.is_zero());
        let find =
            |wanted: &dyn Fn(&Typed) -> bool| parts.iter().zip(ids).find(|(p, _)| wanted(p)).map(|f| *f.1);
        let number = find(&|p| p.is_bare() && !zero(p)).filter(|_| bare == Bare::Theirs);
        let sides = number.zip(find(&|p| !p.is_bare()));
        match align(parts, bare) {
            Ok(aligned) => {
                if let Some((number, beside)) = sides {
                    self.warn_of_bare(number, beside, &aligned);
                }
                Some(aligned)
            }
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
            Err(Clash::Bare { bare, beside }) => {
                let (number, other) = (*ids.get(bare)?, *ids.get(beside)?);
                let finding = Finding::error("formula_bare")
                    .fact("operator", name)
                    .fact("number", self.formula.text(number))
                    .fact("other", self.formula.text(other))
                    .fact("unit", units.get(beside)?);
                self.report(finding, &self.formula.span(number))
            }
            Err(Clash::Scale) => {
                self.report(Finding::error("formula_scale"), &self.formula.span(*ids.first()?))
            }
        }
    }

    /// A bare number takes the unit of the other side. Where that is a percentage, or one of several units of different
    /// size, a reader may well mean another.
    fn warn_of_bare(&mut self, number: Id, beside: Id, aligned: &Aligned) {
        let unit = &aligned.unit;
        let code = match (unit.is_dimensionless(), aligned.mixed) {
            // 倍 and 无量纲 are names of the pure number.
            (true, _) if unit.size() == RBig::ONE => return,
            (true, _) => "formula_bare_ratio",
            (false, true) => "formula_bare_mixed",
            (false, false) => return,
        };
        let finding = Finding::warning(code)
            .fact("number", self.formula.text(number))
            .fact("other", self.formula.text(beside))
            .fact("unit", unit);
        self.warnings.push(at(finding, &self.formula.span(number)));
    }

    pub(super) fn scaled<T>(&mut self, id: Id, result: Result<T, Clash>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(_) => self.report(Finding::error("formula_scale"), &self.formula.span(id)),
        }
    }

    /// The operations for a pure number (a percentage counts as its share of one).
    pub(super) fn number(&mut self, id: Id, x: Typed, wanted_by: &str) -> Option<Vec<Op>> {
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
    pub(super) fn decision(&mut self, id: Id, x: Typed, wanted_by: &str) -> Option<Vec<Op>> {
        let truth = x.truth;
        let mut ops = self.number(id, x, wanted_by)?;
        if !truth {
            ops.extend([Op::Not, Op::Not]);
        }
        Some(ops)
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
                let typed = if typed.is_bare() {
                    Typed { unit: target.clone(), factor: target.size(), ..typed }
                } else {
                    typed
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

//! Statistics over what lies below an entity: `members.mean(x)`, `members.cv(x / y, weight = y)`.
//!
//! What is inside the brackets is a formula over the members' own variables; the statistic is one number of the entity, which the
//! formula around it reads as it reads a variable. A member takes part if the formula, and the weight if there is one, has
//! a value for it; a negative weight is none.

mod counts;
mod inequality;
mod moments;
mod order;
mod sheet;

pub(crate) use sheet::SheetSample;

use std::ops::Range;

use super::ast::{Call, Formula};
use super::compile::{Env, Expect, compile};
use super::error::at;
use super::program::{Load, Program};
use super::units::Unit;
use crate::Lang;
use crate::finding::Finding;
use crate::number::{Bounded, Exact, Number};
use crate::text;

/// A statistic of the language.
#[derive(Debug)]
pub(crate) struct Statistic {
    /// As formulas write it behind `members.`
    pub(crate) name: &'static str,
    /// With `members.`
    pub(crate) full: &'static str,
    /// Code of what it is called in words.
    phrase: &'static str,
    /// As mathematics writes it: without weights, and with them.
    written: [&'static str; 2],
    pub(crate) usage: &'static str,
    pub(crate) takes: Takes,
    /// Whether it may be weighted.
    pub(crate) weighted: bool,
    gives: Gives,
    near: fn(&Sample<Bounded>) -> Bounded,
    exact: fn(&Sample<Exact>) -> Exact,
    /// Most members for which it is followed exactly; beyond, the float and its error decide.
    most_exact: usize,
    /// As a spreadsheet writes it, of somebody.
    #[cfg_attr(not(feature = "workbook"), expect(dead_code, reason = "only workbooks are asked for it"))]
    pub(crate) sheet: fn(&SheetSample<'_>) -> String,
}

impl PartialEq for Statistic {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// What stands between its brackets, beside a weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// Nothing, or a condition.
    Optional,
    Condition,
    Value,
    /// A value and a share from 0 to 1.
    Quantile,
    /// A formula that is computed of sums.
    Sums,
}

impl Takes {
    /// Least and most arguments.
    pub(super) fn count(self) -> (usize, usize) {
        match self {
            Takes::Optional => (0, 1),
            Takes::Quantile => (2, 2),
            _ => (1, 1),
        }
    }
}

/// Its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gives {
    /// That of what is inside.
    Same,
    Pure,
    /// That of the members.
    Members,
}

/// Most members of an entity for which sums and order statistics are followed exactly.
const MOST_SUMMED: usize = 100_000;
/// Most members of an entity whose logarithms are followed exactly.
const MOST_LOGARITHMS: usize = 2_000;

static LISTS: [&[Statistic]; 4] = [&counts::ALL, &moments::ALL, &order::ALL, &inequality::ALL];

impl Statistic {
    pub(super) fn named(name: &str) -> Option<&'static Statistic> {
        LISTS.iter().flat_map(|list| list.iter()).find(|s| s.name == name)
    }

    /// One that stands for another one that is not known.
    pub(super) fn any() -> &'static Statistic {
        &counts::ALL[0]
    }

    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        LISTS.iter().flat_map(|list| list.iter()).map(|s| s.name)
    }
}

/// The members of an entity that take part: what is inside the brackets for each, in the caller's order.
#[derive(Debug)]
struct Sample<N> {
    x: Vec<N>,
    /// The weight of each; none where they weigh the same.
    w: Vec<N>,
    /// The share of a quantile.
    q: f64,
}

impl<N: Number> Sample<N> {
    /// `Σ w · f(x)`, or `Σ f(x)`; missing of nobody.
    fn weighted(&self, f: impl Fn(&N) -> N) -> N {
        let weighted = |(i, x): (usize, &N)| self.w.get(i).map_or_else(|| f(x), |w| w.mul(&f(x)));
        N::sum(&mut self.x.iter().enumerate().map(weighted))
    }

    /// `Σ w`, or their number.
    fn weight(&self) -> N {
        if self.w.is_empty() { N::of(self.x.len() as f64) } else { N::sum(&mut self.w.iter().cloned()) }
    }

    /// `Σ w · x / Σ w`
    fn mean(&self) -> N {
        self.weighted(N::clone).div(&self.weight())
    }
}

/// A statistic, compiled.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OverMembers {
    pub(crate) statistic: &'static Statistic,
    pub(crate) of: Option<Program>,
    pub(crate) weight: Option<Program>,
    pub(crate) q: f64,
    pub(crate) unit: Unit,
}

impl OverMembers {
    /// Compiles what stands at `span` of a formula.
    pub(crate) fn compile(call: &Call, env: &dyn Env, span: &Range<usize>) -> Result<Self, Vec<Finding>> {
        let statistic = call.statistic;
        let refused = |code| vec![at(Finding::error(code).fact("statistic", statistic.name), span)];
        let Some((members, unit)) = env.members() else { return Err(refused("formula_no_members")) };
        let condition = matches!(statistic.takes, Takes::Condition | Takes::Optional);
        let expect = if condition { Expect::Condition } else { Expect::Any };
        let mut findings = Vec::new();
        let mut program = |formula: &Option<Formula>, expect: Expect<'_>| {
            let compiled = compile(formula.as_ref()?, members, expect);
            compiled.map_err(|found| findings.extend(found)).ok()
        };
        let (of, weight) = (program(&call.of, expect), program(&call.weight, Expect::Any));
        if !findings.is_empty() {
            return Err(findings);
        }
        let beyond = |p: &Program| !p.totals().is_empty() || p.uses_periods() > 0;
        if of.iter().chain(&weight).any(beyond) {
            return Err(refused("formula_members_inside"));
        }
        let unit = match (statistic.gives, &of) {
            (Gives::Same, Some(of)) => of.unit().clone(),
            (Gives::Members, _) => unit,
            _ => Unit::pure(),
        };
        let q = call.at.as_deref().and_then(|q| q.parse().ok()).unwrap_or_default();
        Ok(OverMembers { statistic, of, weight, q, unit })
    }

    /// In words: "mean of books / pupils over the schools, weighted by pupils"; `title` gives what a variable is called, and of
    /// `None` what the members are.
    pub(crate) fn said(
        &self,
        call: &Call,
        lang: Lang,
        title: &dyn Fn(Option<&str>) -> Option<String>,
    ) -> String {
        let titled = |formula: &Formula| {
            formula.render(&mut |r| title(Some(&r.name)).unwrap_or_else(|| r.name.clone().into_owned()))
        };
        let of = call.of.as_ref().map(titled).unwrap_or_default();
        let members = title(None).unwrap_or_else(|| text::render("members_members", lang, &[]));
        let at = call.at.clone().unwrap_or_default();
        let code = if call.of.is_none() { "members_number" } else { self.statistic.phrase };
        let said = text::render(code, lang, &[("members", members), ("of", of), ("at", at)]);
        match &call.weight {
            Some(weight) => {
                text::render("members_weighted", lang, &[("of", said), ("weight", titled(weight))])
            }
            None => said,
        }
    }

    /// The formula that is computed of the sums over the members, where it is one.
    #[cfg(feature = "workbook")]
    pub(crate) fn of_sums_of(&self) -> Option<&Program> {
        self.of.as_ref().filter(|_| self.statistic.takes == Takes::Sums)
    }

    /// As mathematics writes it.
    pub(crate) fn written(&self) -> &'static str {
        let [plain, weighted] = self.statistic.written;
        if self.weight.is_some() { weighted } else { plain }
    }

    /// The least and the largest it can be, where that is known.
    pub(crate) fn plausible(&self) -> Option<[f64; 2]> {
        (self.statistic.takes == Takes::Condition).then_some([0.0, 1.0])
    }

    /// What may well be meant otherwise.
    pub(super) fn warnings(&self) -> impl Iterator<Item = &Finding> {
        self.of.iter().chain(&self.weight).flat_map(Program::warnings)
    }

    /// The slots of the members' variables that it reads.
    pub(crate) fn slots(&self) -> Vec<usize> {
        let loads = self.of.iter().chain(&self.weight).flat_map(Program::loads);
        let slot =
            |load: &Load| if let Load::Column { slot, .. } = load { Some(*slot as usize) } else { None };
        loads.filter_map(slot).collect()
    }

    /// What is inside the brackets for one member, and its weight.
    pub(crate) fn term<N: Number>(&self, cell: &impl Fn(usize) -> N, stack: &mut Vec<N>) -> (N, Option<N>) {
        let mut value = |program: &Program| {
            let loads = program.loads();
            let slot = |i: usize| match loads.get(i) {
                Some(Load::Column { slot, .. }) => cell(*slot as usize),
                _ => N::missing(),
            };
            program.eval_at(&mut |i| slot(i), stack)
        };
        (self.of.as_ref().map_or_else(N::one, &mut value), self.weight.as_ref().map(&mut value))
    }

    /// The statistic over some members in floats with an error; what a comparison or a cancellation leaves open of one of
    /// them is decided exactly. `near` and `exact` give the number of a slot for a member.
    pub(crate) fn near(
        &self,
        members: usize,
        near: &impl Fn(usize, usize) -> Bounded,
        exact: &impl Fn(usize, usize) -> Exact,
    ) -> Bounded {
        if self.statistic.takes == Takes::Sums {
            return self.of_sums(members, near);
        }
        let (mut stack, mut slow) = (Vec::new(), Vec::new());
        let settled = |x: Bounded, exactly: &mut dyn FnMut() -> Exact| {
            if x.e.is_finite() && (!x.is_vague() || x.v == 0.0) {
                return x;
            }
            let exact = exactly();
            if exact.is_irrational() { x } else { Bounded::of(exact.to_f64()) }
        };
        let sample = self.sample(members, |member| {
            let (x, w) = self.term(&|slot| near(slot, member), &mut stack);
            let mut term = |weight: bool| {
                let (x, w) = self.term(&|slot| exact(slot, member), &mut slow);
                if weight { w.unwrap_or(Exact::Missing) } else { x }
            };
            let x = settled(x, &mut || term(false));
            (x, w.map(|w| settled(w, &mut || term(true))))
        });
        (self.statistic.near)(&sample)
    }

    /// The same exactly; [`Exact::Irrational`] of too many members.
    pub(crate) fn exact(&self, members: usize, exact: &impl Fn(usize, usize) -> Exact) -> Exact {
        if members > self.statistic.most_exact {
            return Exact::Irrational;
        }
        if self.statistic.takes == Takes::Sums {
            return self.of_sums(members, exact);
        }
        let mut stack = Vec::new();
        let sample = self.sample(members, |member| self.term(&|slot| exact(slot, member), &mut stack));
        if sample.x.iter().chain(&sample.w).any(Exact::is_irrational) {
            return Exact::Irrational;
        }
        (self.statistic.exact)(&sample)
    }

    fn sample<N: Number>(&self, members: usize, mut term: impl FnMut(usize) -> (N, Option<N>)) -> Sample<N> {
        let (mut x, mut w) = (Vec::with_capacity(members), Vec::new());
        for member in 0..members {
            let (value, weight) = term(member);
            if takes_part(&value, weight.as_ref()) {
                x.push(value);
                w.extend(weight);
            }
        }
        Sample { x, w, q: self.q }
    }

    /// The formula of the sums over the members that have everything it reads.
    fn of_sums<N: Number>(&self, members: usize, cell: &impl Fn(usize, usize) -> N) -> N {
        let Some(program) = &self.of else { return N::missing() };
        let slot = |load: &Load| match load {
            Load::Column { slot, .. } => *slot as usize,
            Load::Total { .. } => usize::MAX,
        };
        let slots: Vec<usize> = program.loads().iter().map(slot).collect();
        let complete = |member: &usize| slots.iter().all(|slot| !cell(*slot, *member).is_missing());
        let complete: Vec<usize> = (0..members).filter(complete).collect();
        let sum = |slot: usize| N::sum(&mut complete.iter().map(|member| cell(slot, *member)));
        let sums: Vec<N> = slots.into_iter().map(sum).collect();
        if complete.is_empty() {
            return N::missing();
        }
        program.eval_at(&mut |i| sums.get(i).cloned().unwrap_or_else(N::missing), &mut Vec::new())
    }
}

/// Whether a member counts: it has a value, and a weight that is not negative where it has one.
pub(crate) fn takes_part<N: Number>(x: &N, weight: Option<&N>) -> bool {
    !x.is_missing() && weight.is_none_or(|w| !w.is_missing() && !w.is_less(&N::zero()))
}

#[cfg(test)]
#[path = "members/tests.rs"]
mod tests;

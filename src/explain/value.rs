//! Values: the formula with its numbers put in, and the raw data behind it.

use super::cell::Cell;
use super::{Digits, Fact, Kind, Node, Sentence, titled};
use crate::assess::values::{self, PanelSums};
use crate::formula::{Formula, Load, Program, Reference};
use crate::number::rounding::{Mode, Rounding};
use crate::number::{Bounded, Number};
use crate::panel::{Filled, Source};
use crate::report::{Label, Measure, in_formula, show};
use crate::scheme::model::Title;
use crate::scheme::plan::Slot;

/// Raw data of a cell that are listed one by one; a mean over a hundred periods need not fill the screen.
const LISTED: usize = 24;

impl Cell<'_> {
    /// The indicator's value.
    pub(super) fn value(&self, indicator: usize) -> Node {
        let plan = &self.plan.indicators[indicator];
        let declared = &self.document.indicators[indicator];
        let state = &self.assessment.inner.values[indicator];
        let (raw, shown) = (state.raw[self.row], state.shown()[self.row]);
        let mut node = Node::new(Kind::Value, &declared.id, titled("explain_value")).in_unit(&declared.unit);
        node = node.number(shown, Digits::of(plan.round.as_ref()));
        let single = plan.formula.to_string() == declared.formula.trim()
            && self.document.variables.iter().any(|v| v.id == declared.formula.trim());
        if !single {
            let numbers =
                self.written(&plan.formula, &plan.program, &self.assessment.inner.sums[indicator], f64::NAN);
            let sentence =
                Sentence::new("explain_formula").text("formula", crate::text::one_line(&declared.formula));
            node.say(sentence.text("numbers", numbers));
        }
        node.children = self.data(&plan.program, &self.assessment.inner.sums[indicator]);
        if let Some(fill) = state.fill(self.row) {
            let (code, facts) = fill.from.said(Source::CODES, |p| self.data.panel.period_text(p));
            let facts = facts.into_iter().map(|(name, text)| (name, Fact::Text(text))).collect();
            node.say(Sentence::new("explain_imputed").fact("how", Sentence { code, facts }));
            if let Some(how) = &plan.round {
                node.unrounded = Some(raw);
                let carried = if how.carry { "explain_rounded_carried" } else { "explain_rounded" };
                node.sentences.extend(rounded(carried, how, [raw, shown], &declared.unit));
            }
        } else if shown.is_nan() {
            let absent = node.children.iter().any(|c| c.value.is_none());
            node.say(Sentence::new(if absent { "explain_value_missing" } else { "explain_value_undefined" }));
        } else if let Some(how) = &plan.round {
            node.unrounded = Some(raw);
            let carried = if how.carry { "explain_rounded_carried" } else { "explain_rounded" };
            node.sentences.extend(rounded(carried, how, [raw, shown], &declared.unit));
            if how.marks {
                node.sentences.extend(self.mark(indicator, shown));
            }
            let near = state.reports.of(self.row).tolerance.of(raw);
            let sums = &self.assessment.inner.sums[indicator];
            let exact = || values::exact(&self.data, &plan.program, sums, self.row);
            if how.decided(near.v, near.e).is_none() && !exact().is_irrational() {
                node.say(Sentence::new("explain_exact"));
            }
        }
        node
    }

    /// GB/T 8170, 3.3: on which side of the rounded number the true value lies.
    fn mark(&self, indicator: usize, shown: f64) -> Option<Sentence> {
        let program = &self.plan.indicators[indicator].program;
        let exact = values::exact(&self.data, program, &self.assessment.inner.sums[indicator], self.row);
        let order = exact.order(&crate::number::Exact::of(shown))?;
        match order {
            std::cmp::Ordering::Greater => Some(Sentence::new("explain_mark_above")),
            std::cmp::Ordering::Less => Some(Sentence::new("explain_mark_below")),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// A formula with its numbers put in.
    pub(super) fn written(
        &self,
        formula: &Formula,
        program: &Program,
        sums: &PanelSums,
        total: f64,
    ) -> String {
        // Sums over the panel are numbered in the order in which the text names them first.
        let mut sums_named: Vec<String> = Vec::new();
        formula.render(&mut |reference: &Reference<'_>| {
            let row = self.data.panel.lagged(self.row, reference.lag);
            if reference.function == Some("total") {
                let name = reference.name.as_ref();
                let index = sums_named.iter().position(|n| n == name).unwrap_or_else(|| {
                    sums_named.push(name.to_owned());
                    sums_named.len() - 1
                });
                if index >= program.totals().len() {
                    return reference.name.to_string();
                }
                let period = self.data.panel.earlier(self.data.panel.period_of(self.row), reference.lag);
                return show(sums.near(index, period).v, Digits::Computed);
            }
            self.read(reference, row, total)
        })
    }

    fn read(&self, reference: &Reference<'_>, row: Option<usize>, total: f64) -> String {
        use crate::assess::tree::NodeScored;
        let name = reference.name.as_ref();
        let near = |slot: Slot| self.near.slot(slot, row, &Bounded::of(total)).v;
        let node = self.plan.node(name);
        let computed = match reference.function {
            Some("score") => node.map_or(f64::NAN, |n| near(Slot::Score(n))),
            Some("points") => node.map_or(f64::NAN, |n| near(Slot::Points(n))),
            _ if name == "total" => total,
            _ => match self.document.variables.iter().position(|v| v.id == name) {
                Some(v) => {
                    let unit = &self.document.variables[v].unit;
                    return in_formula(near(Slot::Variable(v)), self.datum_digits(v, row), unit);
                }
                None => node
                    .filter(|n| *n < self.plan.indicators.len())
                    .map_or(f64::NAN, |n| near(Slot::Value(n))),
            },
        };
        show(computed, Digits::Computed)
    }

    /// The raw data that a program reads, each once.
    pub(super) fn data(&self, program: &Program, sums: &PanelSums) -> Vec<Node> {
        let loads = program.loads().iter().take(LISTED);
        let mut nodes: Vec<Node> = loads.filter_map(|load| self.datum(*load, program, sums)).collect();
        let more = program.loads().len().saturating_sub(LISTED);
        if let (true, Some(last)) = (more > 0, nodes.last_mut()) {
            last.say(Sentence::new("explain_more_data").typed("count", more as f64));
        }
        nodes
    }

    fn datum(&self, load: Load, program: &Program, sums: &PanelSums) -> Option<Node> {
        let panel = self.data.panel;
        match load {
            Load::Column { slot, lag } => {
                let Slot::Variable(v) = *self.plan.slots.get(slot as usize)? else { return None };
                Some(self.variable(v, lag))
            }
            Load::Total { index, lag } => {
                let period = panel.earlier(panel.period_of(self.row), lag);
                let mut node = Node::new(Kind::Datum, "total", titled("explain_panel_sum"));
                node = node.number(sums.near(index as usize, period).v, Digits::Computed);
                let inner = program.totals().get(index as usize)?;
                let named = |l: &Load| match *l {
                    Load::Column { slot, .. } => self.document.variables.get(slot as usize),
                    Load::Total { .. } => None,
                };
                let of = inner.loads().iter().filter_map(named);
                let of = of.map(|v| Label::new(&v.id, &v.title).into()).collect();
                let count = period.map_or(0, |p| panel.rows_of(p).filter(|r| self.data.is_part(*r)).count());
                let label = period.map_or_else(|| "—".to_owned(), |p| panel.period_text(panel.periods()[p]));
                node.say(
                    Sentence::new("explain_panel_sum_of")
                        .fact("variables", Fact::List(of))
                        .text("period", label)
                        .typed("count", count as f64),
                );
                Some(node)
            }
        }
    }

    fn imputed(&self, v: usize, row: usize) -> Option<&Filled> {
        self.assessment.inner.imputed.iter().find(|(of, f)| *of == v && f.row == row).map(|(_, f)| f)
    }

    /// A datum was typed, unless it was computed for a missing value.
    fn datum_digits(&self, v: usize, row: Option<usize>) -> Digits {
        match row.and_then(|row| self.imputed(v, row)).map(|f| f.from) {
            Some(Source::Between(..) | Source::Peers(_)) => Digits::Computed,
            None if row.is_some_and(|row| self.follows(v, row)) => Digits::Computed,
            _ => Digits::Typed,
        }
    }

    fn variable(&self, v: usize, lag: u16) -> Node {
        let variable = &self.document.variables[v];
        let title = if variable.title == Title::default() {
            Title { zh: Some(variable.id.clone()), en: Some(variable.id.clone()) }
        } else {
            variable.title.clone()
        };
        let mut node = Node::new(Kind::Datum, &variable.id, title).in_unit(&variable.unit);
        node.say(self.whose(lag));
        let Some(row) = self.data.panel.lagged(self.row, lag) else { return node };
        node = node.number(self.data.columns[v].values()[row], Digits::Typed);
        node.digits = self.datum_digits(v, Some(row));
        if let Some(filled) = self.imputed(v, row) {
            let (code, facts) = filled.from.said(Source::CODES, |p| self.data.panel.period_text(p));
            let facts = facts.into_iter().map(|(name, text)| (name, Fact::Text(text))).collect();
            node.say(Sentence::new("explain_imputed").fact("how", Sentence { code, facts }));
        } else if node.value.is_none() {
            node.say(Sentence::new("explain_absent"));
        }
        self.below(&mut node, v, row);
        node
    }
}

/// A sentence about a declared rounding of `[before, after]`; none where it changed nothing.
pub(super) fn rounded(
    code: &'static str,
    how: &Rounding,
    [before, after]: [f64; 2],
    unit: &str,
) -> Option<Sentence> {
    let digits = Digits::before(before, after, how);
    if show(before, digits) == show(after, Digits::Typed) {
        return None;
    }
    let mode = match how.mode {
        Mode::HalfUp => "explain_half_up",
        Mode::HalfEven => "explain_half_even",
        Mode::Truncate => "explain_truncate",
        Mode::Ceiling => "explain_ceiling",
        Mode::Floor => "explain_floor_mode",
    };
    let to = match (how.digits, how.significant) {
        (None, Some(s)) => Sentence::new("explain_to_significant").typed("digits", f64::from(s)),
        (d, _) if how.interval.is_some_and(|i| i > 1) => {
            let interval = f64::from(how.interval.unwrap_or(1));
            let size = format!("{interval}e{}", -i32::from(d.unwrap_or(0))).parse().unwrap_or(f64::NAN);
            Sentence::new("explain_to_interval").typed("interval", size)
        }
        (Some(d), _) if d < 0 => {
            let size = format!("1e{}", -i32::from(d)).parse().unwrap_or(f64::NAN);
            Sentence::new("explain_to_interval").typed("interval", size)
        }
        (None | Some(0), _) => Sentence::new("explain_to_whole"),
        (Some(1), _) => Sentence::new("explain_to_digit"),
        (Some(d), _) => Sentence::new("explain_to_digits").typed("digits", f64::from(d)),
    };
    let sentence = Sentence::new(code).fact("mode", Sentence::new(mode)).fact("to", to);
    Some(sentence.fact("unrounded", Fact::Quantity(before, Measure::new(digits, unit))))
}

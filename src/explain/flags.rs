//! What is worth knowing of a cell, on demand: data and scores that were filled in, values that were treated, limits, floors, and decisions that
//! hang on the last digit.

use super::Sentence;
use super::cell::Cell;
use super::ties::differ;
use super::tree::filled_code;
use crate::Lang;
use crate::assess::cells::Origin;
use crate::assess::rank::fields;
use crate::assess::screen::Why;
use crate::assess::tree::NodeScored;
use crate::assess::{Assessment, Flag, FlagKind};
use crate::finding::Finding;
use crate::formula::Load;
use crate::method::measures::Measure;
use crate::method::ranking::{GradeBy, RankOn};
use crate::method::rules::{Branch, Break, Combine, Kernel, Limit};
use crate::number::rounding::Rounding;
use crate::number::{Bounded, Number};
use crate::panel::Codes;
use crate::report::{Digits, show};
use crate::scheme::plan::{Scoring, Slot};

/// Of a datum or a value filled in from an earlier period, from two periods, from peers, with a constant, from a later period, from other
/// indicators, from a distribution.
const IMPUTED: Codes = [
    "flag_imputed_period",
    "flag_imputed_between",
    "flag_imputed_peers",
    "flag_imputed_constant",
    "flag_imputed_later",
    "flag_imputed_siblings",
    "flag_imputed_distribution",
    "flag_imputed_given",
];

impl Assessment {
    /// Everything worth knowing of every cell, row by row: imputed data, treated values, filled scores and indicators left out, rules at a
    /// limit, floors, and ranks, tiers, grades and vetoes that hang on the last digit, with the margin.
    ///
    /// Computed on demand. Rows are in the order of the panel; within a row in the order above.
    pub fn flags(&self) -> Vec<Flag> {
        let data = self.inner.data();
        let mut all: Vec<(usize, Flag)> = self.imputed(None);
        let mut cell = Cell::new(self, 0);
        for row in 0..self.panel().len() {
            cell.row = row;
            all.extend(cell.own_flags().into_iter().map(|f| (row, f)));
        }
        for field in (0..data.panel.periods().len()).flat_map(|p| fields(&data, p)) {
            all.extend(cell.close_totals(field.iter().map(|r| *r as usize).collect()));
        }
        // Stable: the kinds keep their order within a row.
        all.sort_by_key(|(row, _)| *row);
        all.into_iter().map(|(_, flag)| flag).collect()
    }

    /// What is worth knowing of one row of the panel; nothing for a row that the panel lacks.
    pub fn flags_of(&self, row: usize) -> Vec<Flag> {
        if row >= self.panel().len() {
            return Vec::new();
        }
        let cell = Cell::new(self, row);
        let mut all: Vec<Flag> = self.imputed(Some(row)).into_iter().map(|(_, f)| f).collect();
        all.extend(cell.own_flags());
        if self.inner.data().counts(row) {
            let close = cell.close_totals(cell.field());
            all.extend(close.into_iter().filter(|(r, _)| *r == row).map(|(_, f)| f));
        }
        all
    }

    fn imputed(&self, only: Option<usize>) -> Vec<(usize, Flag)> {
        let variables = &self.inner.scheme.document().variables;
        let wanted = self.inner.imputed.iter().filter(|(_, f)| only.is_none_or(|row| row == f.row));
        wanted
            .map(|(v, filled)| {
                let id = variables.get(*v).map_or("", |v| v.id.as_str());
                let value = self.inner.columns[*v].values()[filled.row];
                let finding = filled
                    .from
                    .finding(IMPUTED, self.panel())
                    .fact("variable", id)
                    .fact("value", show(value, Digits::Computed))
                    .placed(self.panel().place(filled.row, Some(id)));
                (filled.row, Flag { kind: FlagKind::Imputed, finding })
            })
            .collect()
    }
}

impl Cell<'_> {
    /// Flags that need no other row.
    fn own_flags(&self) -> Vec<Flag> {
        if let Some(why) = self.screened() {
            return vec![self.flag(FlagKind::Screened, why.finding(), None)];
        }
        if !self.data.counts(self.row) {
            return Vec::new();
        }
        let class = self.data.class(self.row);
        let scorings = self.plan.classes[class].scoring.iter().enumerate();
        let mut flags = Vec::new();
        for (indicator, scoring) in scorings.filter(|(i, _)| self.plan.counts(class, *i)) {
            self.filled_in(indicator, &mut flags);
            self.moved(indicator, &mut flags);
            if let Some(why) = self.assessment.filled(indicator, self.row) {
                let finding = Finding::info(filled_code(why));
                flags.push(self.flag(FlagKind::Filled, finding, Some(indicator)));
            } else {
                if !self.near.score(indicator, self.row).is_missing() {
                    self.parts_out(indicator, scoring, &mut flags);
                }
                self.limits(indicator, scoring, &mut flags);
                self.close_tiers(indicator, scoring, &mut flags);
            }
        }
        let totals = &self.assessment.inner.totals;
        for f in totals.floors_of(self.row) {
            let floor = &self.document.floors[f];
            let finding = Finding::warning("flag_floor")
                .fact("floor", &floor.id)
                .fact("when", crate::text::one_line(&floor.when));
            flags.push(self.flag(FlagKind::Floor, finding, None));
            if !floor.then.references {
                let finding = Finding::warning("flag_kept_out").fact("floor", &floor.id);
                flags.push(self.flag(FlagKind::Floor, finding, None));
            }
        }
        self.close_floors(&mut flags);
        self.close_grades(&mut flags);
        flags
    }

    /// That the value was filled in.
    fn filled_in(&self, indicator: usize, flags: &mut Vec<Flag>) {
        let values = &self.assessment.inner.values[indicator];
        let Some(fill) = values.fill(self.row) else { return };
        let id = &self.plan.nodes[indicator].id;
        let finding = fill.from.finding(IMPUTED, self.data.panel).fact("variable", id);
        let finding = finding.fact("value", show(values.shown()[self.row], Digits::Computed));
        flags.push(self.flag(FlagKind::Imputed, finding, Some(indicator)));
    }

    /// Why the row is screened out, if it is.
    pub(super) fn screened(&self) -> Option<&Why> {
        self.assessment.inner.screened.as_ref()?.why(self.row)
    }

    pub(super) fn flag(&self, kind: FlagKind, finding: Finding, node: Option<usize>) -> Flag {
        let id = node.map(|n| self.plan.nodes[n].id.as_str());
        Flag { kind, finding: finding.placed(self.data.panel.place(self.row, id)) }
    }

    /// Parts of a scored indicator that have no score of their own: their share went to the others.
    fn parts_out(&self, indicator: usize, scoring: &Scoring, flags: &mut Vec<Flag>) {
        match scoring {
            Scoring::Leaf(leaf) if self.near.leaf_score(*leaf, self.row).is_missing() => {
                let plan = &self.plan.leaves[*leaf];
                let finding = Finding::info("flag_part_out")
                    .fact("indicator", &self.plan.nodes[indicator].id)
                    .fact("measure", plan.measure.name())
                    .fact("rule", plan.rule.name());
                flags.push(self.flag(FlagKind::Filled, finding, Some(indicator)));
            }
            Scoring::Leaf(leaf) => {
                if let Some(how) = self.filled_part(*leaf) {
                    let plan = &self.plan.leaves[*leaf];
                    let finding = Finding::info("flag_part_filled")
                        .fact("indicator", &self.plan.nodes[indicator].id)
                        .fact("measure", plan.measure.name())
                        .fact("how", how);
                    flags.push(self.flag(FlagKind::Filled, finding, Some(indicator)));
                }
            }
            _ => scoring.children().for_each(|part| self.parts_out(indicator, part, flags)),
        }
    }

    /// Rules that were at a limit.
    fn limits(&self, indicator: usize, scoring: &Scoring, flags: &mut Vec<Flag>) {
        let mut note = |branch: &Branch| {
            let kind = match branch.limit {
                Some(Limit::High) => FlagKind::AtUpperLimit,
                Some(Limit::Low) => FlagKind::AtLowerLimit,
                None => return,
            };
            let mut finding = Finding::info(branch.code);
            // Facts of branches are numbers, the same in both languages.
            finding.facts =
                Sentence::branch(branch).facts.iter().map(|(n, f)| (*n, f.text(Lang::En))).collect();
            flags.push(self.flag(kind, finding, Some(indicator)));
        };
        match scoring {
            Scoring::Leaf(leaf) => {
                let near = self.near.leaf_score(*leaf, self.row);
                if near.is_missing() {
                    return;
                }
                note(&self.branch(*leaf));
            }
            Scoring::Combine { rule, children, .. } => {
                let scores: Vec<Bounded> = children.iter().map(|c| self.near.scoring(c, self.row)).collect();
                if !rule.combine(&scores).is_missing() {
                    note(&rule.branch(&scores));
                }
            }
            Scoring::Shares(_) => {}
        }
        scoring.children().for_each(|part| self.limits(indicator, part, flags));
    }

    /// Tiers within half a unit of the value's declared last digit.
    fn close_tiers(&self, indicator: usize, scoring: &Scoring, flags: &mut Vec<Flag>) {
        let Some(how) = self.plan.indicators[indicator].round else { return };
        let Scoring::Leaf(index) = scoring else {
            return scoring.children().for_each(|part| self.close_tiers(indicator, part, flags));
        };
        let leaf = &self.plan.leaves[*index];
        let reference = &self.assessment.inner.leaves[*index].anchors;
        let value = self.assessment.inner.values[indicator].raw[self.row];
        let moved = self.near.known().treated(indicator).is_some_and(|t| t.moved(self.row).is_some());
        if leaf.measure != Measure::Value || reference.ranks.is_some() || value.is_nan() || moved {
            return;
        }
        let anchors = 0..reference.anchors.len();
        let a: Vec<f64> = anchors.map(|k| self.near.anchor(reference, *index, k, self.row).v).collect();
        let breaks = leaf.rule.breaks(&a, &leaf.setting);
        let near = breaks.iter().filter_map(|b| jump(b, value));
        let closest = near.min_by(|a, b| (a - value).abs().total_cmp(&(b - value).abs()));
        let half = last_digit(&how, value) / 2.0;
        if let Some(bound) = closest.filter(|b| (b - value).abs() < half) {
            let code = if value == bound { "flag_at_tier" } else { "flag_close_tier" };
            let finding = Finding::warning(code)
                .fact("indicator", &self.plan.nodes[indicator].id)
                .fact("value", show(value, Digits::Significant(12)))
                .fact("bound", show(bound, Digits::Significant(12)))
                .fact("margin", margin(value - bound))
                .fact("half", show(half, Digits::Computed));
            flags.push(self.flag(FlagKind::Hinges, finding, Some(indicator)));
        }
    }

    /// Floors and vetoes that would turn if one of their numbers moved by half a unit of its declared last digit.
    fn close_floors(&self, flags: &mut Vec<Flag>) {
        for (f, program) in self.plan.floors.iter().enumerate() {
            let total = self.final_step.adjusted(&self.near, self.row).v;
            let sums = &self.assessment.inner.floor_sums[f];
            let read = |load: Load| match load {
                Load::Column { slot, lag } => {
                    let row = self.data.panel.lagged(self.row, lag);
                    let slot = self.plan.slots[slot as usize];
                    self.near.slot(slot, row, &Bounded::of(total)).v
                }
                Load::Total { index, lag } => {
                    let period = self.data.panel.earlier(self.data.panel.period_of(self.row), lag);
                    sums.near(index as usize, period).v
                }
            };
            let holds = |moved: Option<(Load, f64)>| -> bool {
                let x: f64 = program.eval(&mut |load| match moved {
                    Some((at, by)) if at == load => read(load) + by,
                    _ => read(load),
                });
                !x.is_nan() && x != 0.0
            };
            let own = holds(None);
            for load in program.loads().iter().copied() {
                let Some((what, half)) = self.half_unit(load, read(load)) else { continue };
                if [half, -half].into_iter().any(|by| holds(Some((load, by))) != own) {
                    let finding = Finding::warning("flag_close_floor")
                        .fact("floor", &self.document.floors[f].id)
                        .fact("when", crate::text::one_line(&self.document.floors[f].when))
                        .fact("what", what)
                        .fact("value", show(read(load), Digits::Computed))
                        .fact("half", show(half, Digits::Computed));
                    flags.push(self.flag(FlagKind::Hinges, finding, None));
                }
            }
        }
    }

    /// Half a unit of the declared last digit of what a program reads, and its id.
    fn half_unit(&self, load: Load, value: f64) -> Option<(String, f64)> {
        let Load::Column { slot, lag: 0 } = load else { return None };
        let (id, how) = match self.plan.slots.get(slot as usize)? {
            Slot::Value(i) => (self.plan.nodes[*i].id.clone(), self.plan.indicators[*i].round?),
            Slot::Score(n) => (self.plan.nodes[*n].id.clone(), self.plan.nodes[*n].round?),
            Slot::Total => ("total".to_owned(), self.document.total.round?),
            Slot::Variable(_) | Slot::Points(_) => return None,
        };
        (!value.is_nan()).then(|| (id, last_digit(&how, value) / 2.0))
    }

    /// A grade whose bound is within half a unit of the last printed digit of the total.
    fn close_grades(&self, flags: &mut Vec<Flag>) {
        let (Some(how), Some(grades)) = (self.document.total.round, &self.document.total.grades) else {
            return;
        };
        let total = self.assessment.unrounded_totals()[self.row];
        // A total that a floor has set does not hang on a digit.
        let set = self.assessment.inner.totals.floors_of(self.row).any(|f| {
            let then = &self.document.floors[f].then;
            [then.cap_total, then.set_total].contains(&Some(total))
        });
        if grades.by != GradeBy::Score || total.is_nan() || set {
            return;
        }
        let half = last_digit(&how, total) / 2.0;
        for (grade, bound) in grades.table.iter().filter(|(_, b)| (b - total).abs() < half) {
            let code = if total == *bound { "flag_at_grade" } else { "flag_close_grade" };
            let finding = Finding::warning(code)
                .fact("grade", grade)
                .fact("bound", bound)
                .fact("total", show(total, Digits::Significant(12)))
                .fact("margin", margin(total - bound))
                .fact("half", show(half, Digits::Computed));
            flags.push(self.flag(FlagKind::Hinges, finding, None));
        }
    }

    /// Neighbours in a ranking that only rounding makes equal, or that less than a unit of the last printed digit keeps
    /// apart.
    fn close_totals(&self, field: Vec<usize>) -> Vec<(usize, Flag)> {
        let totals = &self.assessment.inner.totals;
        let (Some(how), Some(printed)) = (self.document.total.round, &totals.printed) else {
            return Vec::new();
        };
        let mut rows: Vec<usize> =
            field.into_iter().filter(|r| !self.assessment.ranks()[*r].is_nan()).collect();
        rows.sort_by(|a, b| totals.unrounded.score[*b].total_cmp(&totals.unrounded.score[*a]).then(a.cmp(b)));
        let mut flags = Vec::new();
        for pair in rows.windows(2) {
            let &[a, b] = pair else { continue };
            let unit = last_digit(&how, totals.unrounded.score[a]);
            let Some(apart) = differ(self, a, b) else { continue };
            let same = printed[a] == printed[b];
            let on_printed = self.document.total.rank.on == RankOn::Rounded;
            if !same && apart >= unit {
                continue;
            }
            for (row, other) in [(a, b), (b, a)] {
                let code = if same && on_printed { "flag_tie_by_rounding" } else { "flag_close_order" };
                let finding = Finding::warning(code)
                    .fact("other", self.entity(other))
                    .fact("total", show(printed[row], Digits::of(Some(&how))))
                    .fact("theirs", show(printed[other], Digits::of(Some(&how))))
                    .fact("margin", margin(apart))
                    .fact("unit", show(unit, Digits::Computed))
                    .placed(self.data.panel.place(row, None));
                flags.push((row, Flag { kind: FlagKind::Hinges, finding }));
            }
        }
        flags
    }
}

/// The place of a jump; of a lattice the one nearest to `x`.
fn jump(at: &Break<f64>, x: f64) -> Option<f64> {
    let place = match at {
        Break::Kink(_) => return None,
        Break::Jump(b) => *b,
        Break::Lattice { origin, step } => origin + ((x - origin) / step).round().max(0.0) * step,
    };
    Some(place).filter(|p| p.is_finite())
}

/// One unit of the last digit that a rounding keeps.
fn last_digit(how: &Rounding, x: f64) -> f64 {
    let exponent = match (how.digits, how.significant) {
        (Some(d), _) => -i32::from(d),
        (None, None) => 0,
        (None, Some(_)) if x == 0.0 => 0,
        (None, Some(s)) => libm::log10(x.abs()).floor() as i32 - i32::from(s) + 1,
    };
    format!("{}e{exponent}", how.interval.unwrap_or(1).max(1)).parse().unwrap_or(1.0)
}

/// A difference, short.
fn margin(x: f64) -> String {
    show(x.abs(), Digits::Significant(3))
}

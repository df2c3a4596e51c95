//! The total: from the raw one through adjustments, floors and rounding to rank and grade.

use super::cell::{Cell, settled};
use super::value::rounded;
use super::{Digits, Fact, Kind, Node, Sentence, present, titled};
use crate::assess::account::{Entry, Reason};
use crate::assess::tree::{NodeScored, evaluate};
use crate::formula::{Formula, Program};
use crate::method::ranking::GradeBy;
use crate::number::Number;
use crate::report::Label;
use crate::scheme::model::{Blend, Title};

impl Cell<'_> {
    pub(super) fn total(&self) -> Node {
        let totals = &self.assessment.inner.totals;
        let (printed, unrounded) = (totals.shown()[self.row], totals.unrounded.score[self.row]);
        let how = self.document.total.round.as_ref();
        let mut node = Node::new(Kind::Total, "total", titled("explain_total"));
        node = node.number(printed, Digits::of(how));
        node.points = node.value;
        node.sentences.extend(self.standing(printed, node.digits));
        node.sentences.extend(self.combined(self.plan.root()));
        node.sentences.extend(self.account(unrounded));
        if let (Some(how), Some(_)) = (how, node.value) {
            node.unrounded = present(unrounded);
            node.sentences.extend(rounded("explain_total_rounded", how, [unrounded, printed], ""));
            if how.decided(unrounded, totals.unrounded.at(self.row).e).is_none() {
                node.say(Sentence::new("explain_exact"));
            }
        }
        node.children = self.members(self.plan.root());
        if let Some(blend) = &self.document.total.blend {
            node.children.extend(self.blend(blend));
        }
        let entry = self.assessment.inner.entry(self.row);
        node.children.extend((0..self.document.adjustments.len()).map(|k| self.adjustment(k, &entry)));
        node.children.extend(self.cap(&entry));
        node.children.extend(totals.floors_of(self.row).map(|f| self.floor(f, &entry)));
        node.children.extend(remainder(&entry));
        node
    }

    /// Rank, what decided between equals, grade.
    fn standing(&self, printed: f64, digits: Digits) -> Vec<Sentence> {
        let rank = self.assessment.ranks()[self.row];
        let mut said = Vec::new();
        let field = self.field();
        let ranked = field.iter().filter(|r| !self.assessment.ranks()[**r].is_nan()).count();
        if let Some(why) = self.screened() {
            let finding = why.finding();
            let sentence = Sentence::new(finding.code);
            said.push(finding.facts.iter().fold(sentence, |said, (name, text)| said.text(name, text)));
        } else if !self.data.counts(self.row) {
            said.push(Sentence::new("explain_benchmark"));
        } else if rank.is_nan() {
            said.push(self.not_ranked(printed));
        } else {
            let (code, class) = match self.assessment.class(self.row) {
                Some(class) => ("explain_rank_of_class", class),
                None => ("explain_rank_of", ""),
            };
            let sentence = Sentence::new(code).typed("rank", rank).typed("count", ranked as f64);
            said.push(if class.is_empty() { sentence } else { sentence.text("class", class) });
            said.extend(self.ties(&field, printed, digits));
        }
        if let Some(grade) = self.assessment.grade(self.row) {
            said.push(self.grade(grade));
        } else if let (Some(grades), true) =
            (&self.document.total.grades, self.data.counts(self.row) && !printed.is_nan())
        {
            let excluded = rank.is_nan() && grades.by != GradeBy::Score;
            said.push(Sentence::new(if excluded { "explain_grade_excluded" } else { "explain_no_grade" }));
        }
        said
    }

    /// Why a row that is assessed has no rank: it has no total, or a floor excludes it.
    fn not_ranked(&self, printed: f64) -> Sentence {
        if printed.is_nan() {
            return Sentence::new("explain_no_total");
        }
        let excluding = |f: usize| self.final_step.plan.floors[f].unranked;
        Sentence::new("explain_unranked").fact("floors", self.floors(excluding))
    }

    /// The names of the floors that applied.
    fn floors(&self, which: impl Fn(usize) -> bool) -> Fact {
        let applied = self.assessment.inner.totals.floors_of(self.row).filter(|f| which(*f));
        let floors = applied.map(|f| &self.document.floors[f]);
        Fact::List(floors.map(|floor| Label::new(&floor.id, &floor.title).into()).collect())
    }

    /// Rows that are ranked with this one.
    pub(super) fn field(&self) -> Vec<usize> {
        let period = self.data.panel.period_of(self.row);
        let rows = self.data.panel.rows_of(period).filter(|r| self.data.counts(*r));
        rows.filter(|r| self.data.class(*r) == self.data.class(self.row)).collect()
    }

    fn grade(&self, grade: &str) -> Sentence {
        let sentence = |code| Sentence::new(code).text("grade", grade);
        let overridden = self.assessment.inner.totals.floors_of(self.row).any(|f| {
            let then = &self.document.floors[f].then;
            then.grade.is_some() || then.cap_grade.is_some()
        });
        let Some(grades) = self.document.total.grades.as_ref().filter(|_| !overridden) else {
            return sentence("explain_grade");
        };
        let Some((_, bound)) = grades.table.iter().find(|(name, _)| name == grade) else {
            return sentence("explain_grade");
        };
        match grades.by {
            GradeBy::Score => sentence("explain_grade_score").typed("bound", *bound),
            GradeBy::Rank => sentence("explain_grade_rank").typed("bound", *bound),
            GradeBy::Proportion => {
                sentence("explain_grade_proportion").fact("bound", Fact::Percent(*bound, Digits::Computed))
            }
        }
    }

    /// From the raw total to the one before rounding, step by step.
    fn account(&self, unrounded: f64) -> Vec<Sentence> {
        let total = &self.document.total;
        let root = self.plan.root();
        let raw = self.assessment.raw_totals()[self.row];
        let mut said = Vec::new();
        let plain = self.document.adjustments.is_empty()
            && total.cap.is_none()
            && total.blend.is_none()
            && self.assessment.inner.totals.floors_of(self.row).next().is_none();
        if plain {
            return said;
        }
        said.push(Sentence::new("explain_raw").number("raw", raw));
        let start = self.final_step.raw(&self.near, self.row);
        if total.blend.is_some() && start.v.to_bits() != self.near.score(root, self.row).v.to_bits() {
            said.push(Sentence::new("explain_blended").number("blended", start.v));
        }
        if start.v.is_nan() {
            return said;
        }
        said.extend(self.caps());
        let (adjusted, _) = settled(self.final_step.adjusted(&self.near, self.row), || {
            self.final_step.adjusted(&self.exact, self.row)
        });
        if adjusted != start.v {
            said.push(Sentence::new("explain_adjusted").number("from", start.v).number("to", adjusted));
        }
        if let Some(cap) = total.cap.filter(|cap| adjusted == *cap) {
            said.push(Sentence::new("explain_total_cap").typed("cap", cap));
        }
        let floors = &self.assessment.inner.totals;
        if floors.floors_of(self.row).next().is_some() {
            let code = if adjusted == unrounded { "explain_floored_same" } else { "explain_floored" };
            let sentence = Sentence::new(code).fact("floors", self.floors(|_| true));
            said.push(sentence.number("from", adjusted).number("to", unrounded).number("raw", raw));
        }
        said
    }

    /// Sums of bonuses and deductions where a cap on them was reached.
    fn caps(&self) -> Vec<Sentence> {
        let total = &self.document.total;
        let sum = |positive: bool| -> f64 {
            let points = self.document.adjustments.iter().enumerate().filter(|(_, a)| !a.factor);
            points.map(|(k, _)| self.counted(k)).filter(|x| (*x > 0.0) == positive).sum()
        };
        let (bonus, deduction) = (sum(true), sum(false));
        let mut said = Vec::new();
        if let Some(cap) = total.bonus_cap.filter(|cap| bonus > *cap) {
            said.push(Sentence::new("explain_bonus_cap").number("sum", bonus).typed("cap", cap));
        }
        if let Some(cap) = total.deduction_cap.filter(|cap| -deduction > *cap) {
            said.push(Sentence::new("explain_deduction_cap").number("sum", -deduction).typed("cap", cap));
        }
        said
    }

    /// What an adjustment adds or multiplies by.
    fn counted(&self, k: usize) -> f64 {
        let raw = self.final_step.raw(&self.near, self.row);
        let near = self.final_step.adjustment(&self.near, k, self.row, &raw);
        let exact = || {
            self.final_step.adjustment(&self.exact, k, self.row, &self.final_step.raw(&self.exact, self.row))
        };
        settled(near, exact).0
    }

    /// What the cap of the total takes away, where it was reached.
    fn cap(&self, entry: &Entry) -> Option<Node> {
        let cap = self.document.total.cap.filter(|_| entry.cap < 0.0)?;
        let mut node = Node::new(Kind::Floor, "cap", titled("explain_cap"));
        node.points = present(entry.cap);
        node.say(Sentence::new("explain_total_cap").typed("cap", cap));
        Some(node)
    }

    fn adjustment(&self, k: usize, entry: &Entry) -> Node {
        let adjustment = &self.document.adjustments[k];
        let counted = self.counted(k);
        let mut node = Node::new(Kind::Adjustment, &adjustment.id, adjustment.title.clone());
        node = node.number(counted, Digits::Computed);
        (node.points, node.is_factor) = (present(entry.adjustments[k]), adjustment.factor);
        let program = &self.plan.adjustments[k];
        let sums = &self.assessment.inner.adjustment_sums[k];
        let raw = self.final_step.raw(&self.near, self.row);
        let computed = evaluate(&self.near, program, sums, self.row, &raw).v;
        node.say(self.condition("explain_formula", &adjustment.formula, program, sums, raw.v));
        if computed.is_nan() {
            let code =
                if adjustment.factor { "explain_factor_missing" } else { "explain_adjustment_missing" };
            node.say(Sentence::new(code));
        } else if let Some(cap) = adjustment.cap.filter(|_| computed != counted) {
            node.unrounded = Some(computed);
            node.say(Sentence::new("explain_adjustment_cap").number("computed", computed).typed("cap", cap));
        }
        let code = match counted {
            _ if adjustment.factor => "explain_factor",
            x if x > 0.0 => "explain_bonus",
            x if x < 0.0 => "explain_deduction",
            _ => "explain_adjustment_none",
        };
        node.say(Sentence::new(code).number("points", counted.abs()));
        node.children = self.data(program, sums);
        node
    }

    /// A formula of the scheme with its numbers put in.
    pub(super) fn condition(
        &self,
        code: &'static str,
        text: &str,
        program: &Program,
        sums: &crate::assess::values::PanelSums,
        total: f64,
    ) -> Sentence {
        let numbers =
            Formula::parse(text).map_or_else(|_| String::new(), |f| self.written(&f, program, sums, total));
        Sentence::new(code).text("formula", crate::text::one_line(text)).text("numbers", numbers)
    }

    fn floor(&self, f: usize, entry: &Entry) -> Node {
        let floor = &self.document.floors[f];
        let mut node = Node::new(Kind::Floor, &floor.id, floor.title.clone());
        node.points = present(entry.floors[f]);
        let (program, sums) = (&self.plan.floors[f], &self.assessment.inner.floor_sums[f]);
        let total = self.final_step.adjusted(&self.near, self.row).v;
        node.say(self.condition("explain_floor_when", &floor.when, program, sums, total));
        let then = &floor.then;
        if let Some(cap) = then.cap_total {
            node.say(Sentence::new("explain_floor_cap_total").typed("cap", cap));
        }
        if let Some(set) = then.set_total {
            node.say(Sentence::new("explain_floor_set_total").typed("set", set));
        }
        if let Some(grade) = &then.grade {
            node.say(Sentence::new("explain_floor_grade").text("grade", grade));
        }
        if let Some(grade) = &then.cap_grade {
            node.say(Sentence::new("explain_floor_cap_grade").text("grade", grade));
        }
        if then.unranked {
            node.say(Sentence::new("explain_floor_unranked"));
        }
        if !then.references {
            node.say(Sentence::new("explain_floor_references"));
        }
        node.children = self.data(program, sums);
        node
    }

    /// The totals of the periods that a blend takes, with their weights.
    fn blend(&self, blend: &Blend) -> Vec<Node> {
        let panel = self.data.panel;
        let (period, entity) = (panel.period_of(self.row), panel.entity_of(self.row));
        let is_present = |r: &usize| !self.near.score(self.plan.root(), *r).is_missing();
        let mut rows: Vec<(usize, f64)> = Vec::new();
        let places = blend.within_year.len();
        if places > 0 && panel.periods()[period].place_in_year() + 1 == places {
            let parts = (0..places).filter_map(|k| {
                let back = u16::try_from(places - 1 - k).ok()?;
                let row = panel.row(panel.earlier(period, back)?, entity).filter(is_present)?;
                Some((row, blend.within_year[k]))
            });
            rows.extend(parts);
        }
        let earlier = blend.earlier.filter(|_| period > 0 && period + 1 == panel.periods().len());
        let before = (0..period).filter_map(|p| panel.row(p, entity)).filter(is_present);
        let before: Vec<usize> = if earlier.is_some() { before.collect() } else { Vec::new() };
        if rows.is_empty() && !before.is_empty() {
            rows.push((self.row, 1.0));
        }
        let whole: f64 = rows.iter().map(|(_, w)| w).sum();
        let past = if before.is_empty() { 0.0 } else { earlier.unwrap_or(0.0) };
        for (_, weight) in &mut rows {
            *weight *= (1.0 - past) / whole;
        }
        let share = past / before.len() as f64;
        rows.splice(0..0, before.into_iter().map(|r| (r, share)));
        rows.into_iter()
            .map(|(row, weight)| {
                let label = self.period(row);
                let title = Title { zh: Some(label.clone()), en: Some(label.clone()) };
                let score = self.near.score(self.plan.root(), row).v;
                let mut node = Node::new(Kind::Blend, &label, title).number(score, Digits::Computed);
                node.share = present(weight);
                node.say(
                    Sentence::new("explain_blend_part")
                        .fact("share", Fact::Percent(weight, Digits::Computed)),
                );
                node
            })
            .collect()
    }
}

/// What else lies between the points and the total; nothing where that is the rounding of the total alone, which the total itself says.
fn remainder(entry: &Entry) -> Option<Node> {
    if entry.reasons.iter().all(|reason| reason == Reason::Total) {
        return None;
    }
    let mut node = Node::new(Kind::Remainder, "remainder", titled("explain_remainder"));
    node.points = present(entry.remainder);
    node.sentences.extend(entry.reasons.iter().map(|reason| Sentence::new(reason.code())));
    Some(node)
}

//! A record in floats with their errors, without a panel and without allocating: what the engine gives it where nothing is
//! missing, nothing does not apply, and no number is within its error of a threshold. Everything else is the engine's.

mod compile;

use super::References;
use super::ladder::Ladder;
use super::ranked::Own;
use super::scorer::{Scored, Scorer};
use crate::assess::cells::{is_near, shares};
use crate::assess::data::Tolerance;
use crate::assess::sets::Level;
use crate::assess::total::FinalStep;
use crate::assess::tree::may_be_short;
use crate::formula::Program;
use crate::method::ranking::RankOn;
use crate::method::rules::{Break, Combine, Kernel};
use crate::number::lanes::any_beyond;
use crate::number::{Bounded, Number};
use crate::scheme::plan::{Leaf, Plan, Scoring};

/// Where a number of a record comes from.
#[derive(Debug, Clone, Copy)]
enum Source {
    Given(Bounded),
    Input(usize),
    /// An indicator's value, of the record's period or an earlier one.
    Value(usize),
    Score(usize),
    /// A node's score, and the part of the whole that it makes.
    Points(usize, Bounded),
    Total,
}

impl Source {
    /// What a leaf compares with: a number that is given, or a value.
    fn of(&self, values: &[Bounded]) -> Bounded {
        match *self {
            Source::Given(x) => x,
            Source::Value(k) => values[k],
            Source::Input(_) | Source::Score(_) | Source::Points(..) | Source::Total => Bounded::missing(),
        }
    }
}

/// A program with the sources of its loads.
#[derive(Debug)]
struct Line {
    sources: Vec<Source>,
    /// Relative error, and the sizes of inputs for which it holds.
    relative: Option<(f64, f64)>,
}

/// An indicator's value in some period.
#[derive(Debug)]
struct Cell {
    indicator: usize,
    line: Line,
}

/// What one leaf compares with.
#[derive(Debug)]
struct LeafLine {
    inputs: Vec<Source>,
    anchors: Vec<Source>,
    /// The anchors as floats, and where the rule bends, if all of them are given.
    given: Option<(Vec<f64>, Vec<Break<Bounded>>)>,
    /// Place of the set whose members ranks are taken among.
    ranked: Option<usize>,
}

/// A scheme against references, for records of one period and class.
#[derive(Debug)]
pub(super) struct Fast {
    class: usize,
    /// The weights of the nodes.
    weights: Vec<f64>,
    /// What was fitted of the members of each group that have a weight, one after the other.
    fitted: Vec<Vec<Bounded>>,
    cells: Vec<Cell>,
    leaves: Vec<Option<LeafLine>>,
    /// Of each indicator, whether a block of rows is scored at a time.
    uniform: Vec<bool>,
    conditions: Vec<Option<Line>>,
    adjustments: Vec<Line>,
    floors: Vec<Line>,
    ties: Vec<usize>,
    references: References,
}

/// Memory to work in.
#[derive(Debug, Clone, Default)]
pub(super) struct Scratch {
    values: Vec<Bounded>,
    nodes: Vec<Bounded>,
    carried: Vec<Bounded>,
    stack: Vec<Bounded>,
    floats: Vec<f64>,
    parts: Vec<Bounded>,
    inputs: Vec<Bounded>,
    anchors: Vec<Bounded>,
    members: Vec<(Bounded, Bounded)>,
    applied: Vec<usize>,
}

/// How much larger the engine's error may be: it has one for a whole column, with the earlier rows of a record in it. Within so
/// much of a threshold the engine decides.
const MARGIN: f64 = 1e3;

/// A number with the largest error that the engine may have.
fn widened(x: Bounded) -> Bounded {
    Bounded::new(x.v, x.e * MARGIN)
}

/// A number that is there and whose error says so.
fn there(x: Bounded) -> Option<Bounded> {
    (x.v.is_finite() && x.e.is_finite()).then_some(x)
}

/// A number of which no digits cancelled.
fn plain(x: Bounded) -> Option<Bounded> {
    there(x).filter(|x| x.v == 0.0 || !widened(*x).is_vague())
}

impl Fast {
    /// Nothing where the engine has to decide.
    pub(super) fn score(&self, of: &Scorer, record: &[f64], scored: &mut Scored) -> Option<()> {
        let mut scratch = std::mem::take(&mut scored.scratch);
        let done = self.work(of, record, scored, &mut scratch);
        scored.scratch = scratch;
        done
    }

    fn work(&self, of: &Scorer, record: &[f64], scored: &mut Scored, s: &mut Scratch) -> Option<()> {
        let plan = of.scheme.plan();
        self.values(plan, record, scored, s)?;
        for (indicator, line) in self.conditions.iter().enumerate() {
            if let (Some(line), Some((program, _))) = (line, &plan.indicators[indicator].not_applicable) {
                let holds = Self::evaluate(program, line, record, s, Bounded::missing());
                there(holds).filter(|holds| holds.v == 0.0)?;
            }
        }
        for indicator in 0..plan.indicators.len() {
            let scoring = &plan.classes[self.class].scoring[indicator];
            s.parts.clear();
            let cell = self.scoring(plan, scoring, self.uniform[indicator], s)?;
            s.nodes[indicator] = plain(cell)?;
            s.carried[indicator] = s.nodes[indicator];
            scored.scores[indicator] = cell.v;
        }
        for node in plan.indicators.len()..plan.nodes.len() {
            self.group(plan, node, scored, s)?;
        }
        self.total(of, record, scored, s)
    }

    fn source(source: &Source, record: &[f64], s: &Scratch, total: Bounded) -> Bounded {
        match *source {
            Source::Given(x) => x,
            Source::Input(k) => Bounded::of(record[k]),
            Source::Value(k) => s.values[k],
            Source::Score(node) => s.carried[node],
            Source::Points(node, share) => s.carried[node].mul(&share),
            Source::Total => total,
        }
    }

    fn evaluate(program: &Program, line: &Line, record: &[f64], s: &mut Scratch, total: Bounded) -> Bounded {
        let mut stack = std::mem::take(&mut s.stack);
        let value = program.eval_at(&mut |k| Self::source(&line.sources[k], record, s, total), &mut stack);
        s.stack = stack;
        value
    }

    /// The values of the indicators, rounded as declared; those of earlier periods behind them.
    fn values(&self, plan: &Plan, record: &[f64], scored: &mut Scored, s: &mut Scratch) -> Option<()> {
        for (k, cell) in self.cells.iter().enumerate() {
            let own = &plan.indicators[cell.indicator];
            let ordinary = |size: f64| {
                let input = |source: &Source| if let Source::Input(k) = source { record[*k] } else { 0.0 };
                !cell.line.sources.iter().any(|source| any_beyond(&[input(source)], 1.0 / size, size))
            };
            let (raw, tolerance) = match cell.line.relative {
                Some((rel, size)) if ordinary(size) => {
                    let load = |k: usize| {
                        if let Source::Input(k) = cell.line.sources[k] { record[k] } else { f64::NAN }
                    };
                    let v = own.program.eval_at(&mut { load }, &mut s.floats);
                    (v, Tolerance::new(rel, 0.0))
                }
                relative => {
                    let near = Self::evaluate(&own.program, &cell.line, record, s, Bounded::missing());
                    let near = if own.program.is_rational() {
                        plain(near)?
                    } else {
                        there(near).filter(|x| !widened(*x).is_vague())?
                    };
                    (near.v, Tolerance::new(relative.map_or(0.0, |(rel, _)| rel), near.e))
                }
            };
            if !raw.is_finite() {
                return None;
            }
            let mut shown = raw;
            s.values[k] = tolerance.of(raw);
            if let Some(how) = own.round {
                shown = how.decided(raw, tolerance.rel * raw.abs() + tolerance.abs)?;
                if how.carry {
                    s.values[k] = Tolerance::DECIMAL.of(shown);
                }
            }
            if k < plan.indicators.len() {
                scored.values[k] = shown;
            }
        }
        Some(())
    }

    /// A score from its parts. What combinators combine stands on `parts`.
    fn scoring(&self, plan: &Plan, scoring: &Scoring, uniform: bool, s: &mut Scratch) -> Option<Bounded> {
        match scoring {
            Scoring::Leaf(leaf) => self.leaf(&plan.leaves[*leaf], *leaf, uniform, s),
            Scoring::Shares(parts) => {
                let start = s.parts.len();
                for (_, part) in parts {
                    let score = self.scoring(plan, part, uniform, s)?;
                    s.parts.push(score);
                }
                let cell = shares(parts.iter().zip(&s.parts[start..]).map(|((share, _), x)| (*share, *x)));
                s.parts.truncate(start);
                Some(cell)
            }
            Scoring::Combine { rule, children, scale } => {
                let start = s.parts.len();
                for part in children {
                    let score = self.scoring(plan, part, uniform, s)?;
                    s.parts.push(score);
                }
                let points = rule.combine(&s.parts[start..]);
                s.parts.truncate(start);
                Some(scale.apply(there(points)?))
            }
        }
    }

    fn leaf(&self, leaf: &Leaf, index: usize, uniform: bool, s: &mut Scratch) -> Option<Bounded> {
        let line = self.leaves[index].as_ref()?;
        let mut x = s.values[leaf.indicator];
        if !line.inputs.is_empty() {
            s.inputs.clear();
            s.inputs.extend(line.inputs.iter().map(|source| source.of(&s.values)));
            x = plain(leaf.measured(&x, &s.inputs))?;
        }
        if let Some(set) = line.ranked {
            let ladder: &Ladder =
                self.references.side(self.references.scheme().plan(), Level::Measure, index)?.sets[set]
                    .ladder
                    .as_ref()?;
            let how = (Level::Measure.lower_is_better(leaf), Level::Measure.equals(leaf));
            x = Bounded::of(ladder.rank_near(x, how)?);
        }
        s.anchors.clear();
        s.anchors.extend(line.anchors.iter().map(|source| source.of(&s.values)));
        let rule = &leaf.rule;
        let wide = widened(x);
        let near = match &line.given {
            Some((_, breaks)) => breaks.iter().any(|b| is_near(b, wide)),
            None => rule.breaks(&s.anchors, &leaf.setting).iter().any(|b| is_near(b, wide)),
        };
        if near {
            return None;
        }
        let block = line.given.as_ref().filter(|_| uniform);
        let bound = block.and_then(|_| rule.block_error(x.v, x.v, x.e, &s.anchors, &leaf.setting));
        let score = match (block, bound) {
            (Some((floats, _)), Some(bound)) => {
                let mut v = [0.0];
                rule.score_each(&[x.v], floats, &leaf.setting, &mut v);
                Bounded::new(v[0], bound)
            }
            _ => rule.score(&x, &s.anchors, &leaf.setting),
        };
        there(leaf.scale.apply(there(score)?))
    }

    fn group(&self, plan: &Plan, node: usize, scored: &mut Scored, s: &mut Scratch) -> Option<()> {
        let (own, weights) = (&plan.nodes[node], &self.weights);
        s.members.clear();
        for member in own.members.iter().filter(|m| weights[**m] != 0.0) {
            let score = s.carried[*member];
            if own.aggregate.is_above_zero() && score.v <= score.e {
                return None;
            }
            s.members.push((Bounded::of(weights[*member]), score));
        }
        let cell = there(own.combine(&s.members, &self.fitted[node]))?;
        if own.aggregate.has_roots() && may_be_short(widened(cell)) {
            return None;
        }
        (s.nodes[node], s.carried[node], scored.scores[node]) = (cell, cell, cell.v);
        if let Some(how) = own.round {
            let printed = how.decided(cell.v, cell.e)?;
            scored.scores[node] = printed;
            if how.carry {
                s.carried[node] = Bounded::of(printed);
            }
        }
        Some(())
    }

    /// Adjustments, floors, rounding, and the rank among the references.
    fn total(&self, of: &Scorer, record: &[f64], scored: &mut Scored, s: &mut Scratch) -> Option<()> {
        let plan = of.scheme.plan();
        let final_step = FinalStep { plan: &plan.final_step, adjustments: &[], floors: &[] };
        let raw = s.nodes[plan.root()];
        let mut total = raw;
        s.applied.clear();
        if !final_step.is_plain() {
            let points = |k: usize| {
                let line = &self.adjustments[k];
                final_step.limited(k, Self::evaluate(&plan.adjustments[k], line, record, s, raw))
            };
            total = there(final_step.summed(&raw, points))?;
            for (k, line) in self.floors.iter().enumerate() {
                let holds = Self::evaluate(&plan.floors[k], line, record, s, total);
                if !holds.e.is_finite() {
                    return None;
                }
                if !holds.v.is_nan() && holds.v != 0.0 {
                    s.applied.push(k);
                }
            }
            total = there(final_step.floored(total, s.applied.iter().copied()))?;
        }
        let mut shown = total;
        if let Some(how) = &final_step.plan.total.round {
            shown = Bounded::exact(how.decided(total.v, total.e)?);
        }
        scored.scores[plan.root()] = shown.v;
        let unranked = s.applied.iter().any(|f| final_step.plan.floors[*f].unranked);
        let on_printed =
            final_step.plan.total.round.is_some() && final_step.plan.total.rank.on == RankOn::Rounded;
        let own = Own {
            total: if on_printed { shown } else { total },
            tie: |k: usize| s.carried[self.ties[k]],
            exact: |_| None,
        };
        scored.rank = match of.field().filter(|_| !unranked) {
            Some(field) => Some(own.rank(field)?),
            None => None,
        };
        Some(())
    }
}

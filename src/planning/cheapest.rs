//! The cheapest mix of several variables that reaches a goal.
//!
//! # Method
//! Each lever is moved alone, from the present value towards its better bound, over the places where something can change (every
//! value, where there are at most [`EVERY`]); the margin that it gains there is read from the assessment itself. Under the model
//! that gains of levers add up and are straight between those places, the cheapest mix is found exactly: pairs of cost and gain
//! that no other pair beats are kept lever by lever (a Pareto frontier), and one lever at a time may stop between its places —
//! in a straight-line programme with one condition no more than one does.
//!
//! The mix is then assessed. If it misses the goal, the model is asked for more; if it reaches it, every lever is drawn back as far
//! as the goal still holds. The mix is called `proven` where the first answer of the model held, nothing could be drawn back, and the
//! gains did add up; otherwise `gap` says by how much the mix costs more than the model's first answer.

use serde::{Deserialize, Serialize};

use super::bounds::Cell;
use super::candidates::{candidates, reads};
use super::goal::{Goal, Resolved, Subject};
use super::search::Probe;
use super::sentence::Sentence;
use super::table::{labelled, markdown, number};
use super::what_if::replaced;
use crate::assess::{Assessment, run_again};
use crate::error::DataError;
use crate::finding::Finding;
use crate::number::{Exact, Number};
use crate::panel::Period;
use crate::text::Lang;

/// A variable that may be changed, at a price.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lever {
    /// Variable.
    pub variable: String,
    /// Cost of one unit of change, up or down.
    pub cost: f64,
    /// Least value; as in [`Asked`](super::Asked) if none.
    pub lower: Option<f64>,
    /// Largest value.
    pub upper: Option<f64>,
}

/// One variable of a mix.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MixRow {
    /// Variable.
    pub variable: String,
    /// Its unit of measure.
    pub unit: String,
    /// Value before.
    pub current: f64,
    /// Value in the mix.
    pub value: f64,
    /// `value − current`.
    pub gain: f64,
    /// What the change costs.
    pub cost: f64,
}

/// A mix.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mix {
    /// Who.
    pub entity: String,
    /// When.
    pub period: String,
    /// What shall be reached.
    pub goal: Goal,
    /// Whether a mix within the bounds was found; it was assessed and does reach the goal.
    pub reachable: bool,
    /// What it costs.
    pub cost: Option<f64>,
    /// Whether no cheaper mix exists.
    pub proven: bool,
    /// What it costs more than the model's bound.
    pub gap: Option<f64>,
    /// One row a lever, also those that stay.
    pub rows: Vec<MixRow>,
    /// Total with the mix, or with every lever at its better bound.
    pub total: f64,
    /// Rank with it.
    pub rank: Option<f64>,
    /// The answer as a sentence.
    pub reason: Sentence,
}

/// Levers at most.
const MOST_LEVERS: usize = 12;
/// Ranges of up to so many steps are read value by value.
const EVERY: i64 = 240;
/// Places read of a longer range.
const PLACES: usize = 120;
/// Pairs kept on a frontier.
const MOST_PAIRS: usize = 4000;
/// How often the model is asked for more.
const ROUNDS: usize = 40;

/// A lever read: steps away from the present value, and the margin gained there.
struct Read {
    cell: Cell,
    way: i64,
    step_cost: f64,
    at: Vec<(i64, f64)>,
}

impl Read {
    /// Fewest steps that gain at least `wanted`, straight between the places.
    fn least(&self, wanted: f64) -> Option<i64> {
        let first = self.at.iter().position(|(_, gain)| *gain >= wanted)?;
        let (to, high) = self.at[first];
        let Some((from, low)) = first.checked_sub(1).map(|i| self.at[i]) else { return Some(to) };
        let along = (wanted - low) / (high - low) * (to - from) as f64;
        Some((from + (along - 1e-9).ceil().max(1.0) as i64).min(to))
    }

    /// The gain of so many steps, straight between the places.
    fn gain(&self, steps: i64) -> f64 {
        let i = self.at.partition_point(|(s, _)| *s < steps).min(self.at.len() - 1);
        let ((to, high), (from, low)) = (self.at[i], self.at[i.saturating_sub(1)]);
        if to == from { high } else { low + (high - low) * (steps - from) as f64 / (to - from) as f64 }
    }

    fn value(&self, steps: i64) -> i64 {
        self.cell.current + self.way * steps
    }
}

/// A choice of steps for the levers so far.
#[derive(Clone)]
struct Pair {
    cost: f64,
    gain: f64,
    steps: Vec<i64>,
}

impl Assessment {
    /// The cheapest change of several variables of one entity that together reach a goal in a period of the data.
    ///
    /// # Errors
    /// As [`Assessment::needed`]; also no lever, more than twelve, one twice, a cost that is negative or not finite. A goal of
    /// [`Goal::Reach`] is about the first indicator that the first lever is read by.
    ///
    /// ```
    /// # #[cfg(feature = "toml")] {
    /// use kaohe::{Panel, Period, Scheme, planning::{Goal, Lever}};
    /// # let scheme = Scheme::from_toml(r#"
    /// # kaohe = 1
    /// # id = "example"
    /// # variable = [{ id = "rd", unit = "亿元" }, { id = "firms", unit = "家" }]
    /// # [[indicator]]
    /// # id = "research"
    /// # formula = "rd"
    /// # unit = "亿元"
    /// # points = { rule = "ratio", to = 10, cap = 1.0 }
    /// # [[indicator]]
    /// # id = "number"
    /// # formula = "firms"
    /// # unit = "家"
    /// # points = { rule = "ratio", to = 50, cap = 1.0 }
    /// # "#)?;
    /// // Two indicators of like weight: rd capped at 10, firms at 50.
    /// let year = Period::year(2023).unwrap();
    /// let panel = Panel::builder(["甲"].into_iter().collect(), vec![year])
    ///     .column("rd", vec![5.0]).column("firms", vec![20.0]).build().unwrap();
    /// let lever = |variable: &str, cost| Lever { variable: variable.into(), cost, lower: None, upper: None };
    /// let mix = scheme.assess(&panel)?.cheapest("甲", year, &Goal::Score(80.0), &[lever("rd", 1.0), lever("firms", 0.3)])?;
    /// // A point costs 0.2 by rd and 0.3 by firms: rd up to its cap, then firms.
    /// assert_eq!((mix.rows[0].value, mix.rows[1].value, mix.proven), (10.0, 30.0, true));
    /// assert_eq!(mix.cost, Some(8.0));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cheapest(
        &self,
        entity: &str,
        period: Period,
        goal: &Goal,
        levers: &[Lever],
    ) -> Result<Mix, DataError> {
        let row = self.row(entity, period)?;
        let cells = self.cells(row, levers)?;
        let plan = self.inner.scheme.plan();
        let first = cells.first().map_or(0, |c| c.variable);
        let subject = match plan.indicators.iter().position(|i| reads(&i.program, first)) {
            Some(i) => Subject::Indicator(i),
            None => Subject::Variable(first, false),
        };
        let goal_at = goal.resolve(&self.inner, row, subject)?;
        let reads: Vec<Read> =
            cells.iter().zip(levers).map(|(cell, lever)| self.read(&goal_at, *cell, lever)).collect();
        let solver = Solver { base: self, goal: &goal_at, reads: &reads };
        let solved = solver.solve();
        Ok(self.mix(entity, period, goal, levers, &solver, solved.as_ref()))
    }

    fn cells(&self, row: usize, levers: &[Lever]) -> Result<Vec<Cell>, DataError> {
        let mut findings = Vec::new();
        let mut cells: Vec<Cell> = Vec::new();
        if levers.is_empty() || levers.len() > MOST_LEVERS {
            findings.push(Finding::error("mix_levers").fact("count", levers.len()).fact("most", MOST_LEVERS));
        }
        for lever in levers {
            if !(0.0..=1e15).contains(&lever.cost) {
                let finding = Finding::error("mix_cost").fact("variable", &lever.variable);
                findings.push(finding.fact("cost", lever.cost));
            }
            let cell = self.variable(&lever.variable);
            match cell.and_then(|v| Cell::of(self, v, row, lever.lower, lever.upper)) {
                Ok(cell) if cells.iter().any(|c| c.variable == cell.variable) => {
                    findings.push(Finding::error("mix_twice").fact("variable", &lever.variable));
                }
                Ok(cell) => cells.push(cell),
                Err(error) => findings.extend(error.findings().to_vec()),
            }
        }
        if findings.is_empty() { Ok(cells) } else { Err(DataError::new(findings)) }
    }

    /// Reads one lever, alone, towards its better bound.
    fn read(&self, goal: &Resolved, cell: Cell, lever: &Lever) -> Read {
        let mut probe = Probe::new(self, goal, cell);
        let now = probe.now().margin;
        let mut gain = |k: i64| {
            let gain = probe.at(k).margin - now;
            if gain.is_finite() { gain } else { f64::NEG_INFINITY }
        };
        let (up, down) = (cell.high > cell.current, cell.low < cell.current);
        let places = candidates(&self.inner, &cell, goal.level(&self.inner));
        let best = |places: &mut dyn Iterator<Item = &i64>, gain: &mut dyn FnMut(i64) -> f64| {
            let all: Vec<i64> = places.copied().collect();
            let step = all.len().div_ceil(8).max(1);
            all.iter().rev().step_by(step).map(|k| gain(*k)).fold(f64::NEG_INFINITY, f64::max)
        };
        let above = if up {
            best(&mut places.iter().filter(|k| **k > cell.current), &mut gain)
        } else {
            f64::NEG_INFINITY
        };
        let below = if down {
            best(&mut places.iter().filter(|k| **k < cell.current), &mut gain)
        } else {
            f64::NEG_INFINITY
        };
        let way = if below > above { -1 } else { 1 };
        let far = if way > 0 { cell.high - cell.current } else { cell.current - cell.low }.max(0);
        let mut steps: Vec<i64> = if far <= EVERY {
            (1..=far).collect()
        } else {
            let own = places.iter().map(|k| (k - cell.current) * way).filter(|d| *d > 0 && *d <= far);
            let mut own: Vec<i64> = own.collect();
            own.sort_unstable();
            let thin = own.len().div_ceil(PLACES).max(1);
            own.into_iter().step_by(thin).chain([far]).collect()
        };
        steps.dedup();
        let at = [(0, 0.0)].into_iter().chain(steps.into_iter().map(|d| (d, gain(cell.current + way * d))));
        let at = at.filter(|(_, g)| g.is_finite()).collect();
        Read { cell, way, step_cost: lever.cost * cell.grid.value(1), at }
    }

    fn mix(
        &self,
        entity: &str,
        period: Period,
        goal: &Goal,
        levers: &[Lever],
        solver: &Solver<'_>,
        solved: Option<&Solved>,
    ) -> Mix {
        let row = solver.goal.row;
        let best: Vec<i64> = solver.reads.iter().map(Read::far).collect();
        let steps = solved.map_or(&best, |s| &s.steps);
        let then = solver.assessed(steps).unwrap_or_else(|| self.clone());
        let mut cost = Exact::zero();
        let rows: Vec<MixRow> = solver
            .reads
            .iter()
            .zip(levers)
            .zip(steps)
            .map(|((read, lever), steps)| {
                let current = self.inner.columns[read.cell.variable].values()[row];
                let value = if *steps == 0 { current } else { read.cell.grid.value(read.value(*steps)) };
                let gain = Exact::of(value).sub(&Exact::of(current));
                let own = gain.abs().mul(&Exact::of(lever.cost));
                cost = cost.add(&own);
                let unit = &self.scheme().document().variables[read.cell.variable].unit;
                MixRow {
                    variable: lever.variable.clone(),
                    unit: unit.clone(),
                    current,
                    value,
                    gain: gain.to_f64(),
                    cost: own.to_f64(),
                }
            })
            .collect();
        let rank = Some(then.ranks()[row]).filter(|r| !r.is_nan());
        let (total, cost) = (then.totals()[row], cost.to_f64());
        let code = match solved {
            Some(s) if s.proven => "mix_proven",
            Some(_) => "mix_found",
            None => "mix_none",
        };
        let gap = solved.map(|s| if s.proven { 0.0 } else { (cost - s.bound).max(0.0) });
        let reason =
            Sentence::new(code).fact("entity", entity).fact("total", total).fact("rank", number(rank));
        let reason = match (solved, gap) {
            (Some(s), _) if s.proven => reason.fact("cost", cost),
            (Some(_), Some(gap)) => reason.fact("cost", cost).fact("gap", short(gap)),
            _ => reason,
        };
        Mix {
            entity: entity.to_owned(),
            period: period.to_string(),
            goal: goal.clone(),
            reachable: solved.is_some(),
            cost: solved.map(|_| cost),
            proven: solved.is_some_and(|s| s.proven),
            gap,
            rows,
            total,
            rank,
            reason,
        }
    }
}

fn short(x: f64) -> f64 {
    crate::method::rounding::Rounding { significant: Some(4), ..Default::default() }.nearest(x)
}

impl Read {
    /// The steps with the largest gain.
    fn far(&self) -> i64 {
        self.at.iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map_or(0, |(s, _)| *s)
    }
}

struct Solved {
    steps: Vec<i64>,
    bound: f64,
    proven: bool,
}

struct Solver<'a> {
    base: &'a Assessment,
    goal: &'a Resolved,
    reads: &'a [Read],
}

impl Solver<'_> {
    fn solve(&self) -> Option<Solved> {
        let now = self.goal.margin(&self.base.inner);
        if self.goal.holds(&self.base.inner) {
            return Some(Solved { steps: vec![0; self.reads.len()], bound: 0.0, proven: true });
        }
        if !now.is_finite() {
            return None;
        }
        // Rounding may lift a total by up to one unit: the model starts from what could do at best.
        let lift = self.lift();
        let (frontier, whole) = self.frontier();
        let mut wanted = -now - lift;
        let mut first: Option<f64> = None;
        for round in 0..ROUNDS {
            let Some(pair) = self.model(&frontier, wanted) else { break };
            let bound = *first.get_or_insert(pair.cost);
            let found = self.assessed(&pair.steps);
            let margin = found.as_ref().map_or(f64::NEG_INFINITY, |a| self.goal.margin(&a.inner));
            if found.is_some_and(|a| self.goal.holds(&a.inner)) {
                let steps = self.drawn_back(pair.steps.clone());
                let adds_up = (now + pair.gain - margin).abs() <= 1e-9 * (1.0 + now.abs());
                let proven = round == 0 && whole && adds_up && steps == pair.steps;
                return Some(Solved { steps, bound, proven });
            }
            let short = if margin.is_finite() { -margin - lift } else { 0.0 };
            // At least a little more each time, so that ties and jumps are passed; more and more of it.
            let more = lift.max(1e-9 * (1.0 + now.abs())) / 8.0 * f64::from(1u32 << (round / 2).min(20));
            wanted += short.max(more);
        }
        // What the model cannot see together, the best of all levers may still reach.
        let best: Vec<i64> = self.reads.iter().map(Read::far).collect();
        let reached = self.assessed(&best).is_some_and(|a| self.goal.holds(&a.inner));
        reached.then(|| Solved { steps: self.drawn_back(best), bound: first.unwrap_or(0.0), proven: false })
    }

    /// How much the printing of totals may add.
    fn lift(&self) -> f64 {
        let round = self.base.scheme().document().total.round;
        let unit = |r: crate::method::rounding::Rounding| {
            10f64.powi(-i32::from(r.digits.unwrap_or(0))) * f64::from(r.interval.unwrap_or(1))
        };
        round.map_or(0.0, unit)
    }

    fn assessed(&self, steps: &[i64]) -> Option<Assessment> {
        let mut panel = self.base.panel().clone();
        for (read, steps) in self.reads.iter().zip(steps) {
            if *steps != 0 {
                let id = &self.base.scheme().document().variables[read.cell.variable].id;
                let value = read.cell.grid.value(read.value(*steps));
                panel = replaced(&panel, id, &[(read.cell.row, value)]);
            }
        }
        run_again(self.base, &panel).ok()
    }

    /// Pairs of cost and gain at the places of all levers that no other pair beats; and whether all of them were kept.
    fn frontier(&self) -> (Vec<Vec<Pair>>, bool) {
        let mut whole = true;
        // Entry `j` leaves lever `j` out, the last one none.
        let all = (0..=self.reads.len()).map(|left_out| {
            let mut pairs = vec![Pair { cost: 0.0, gain: 0.0, steps: Vec::new() }];
            for (j, read) in self.reads.iter().enumerate() {
                let only_here = [(0, 0.0)];
                let at: &[(i64, f64)] = if j == left_out { &only_here } else { &read.at };
                let extend = |pair: &Pair| {
                    at.iter()
                        .map(|(steps, gain)| Pair {
                            cost: pair.cost + read.step_cost * *steps as f64,
                            gain: pair.gain + gain,
                            steps: pair.steps.iter().copied().chain([*steps]).collect(),
                        })
                        .collect::<Vec<_>>()
                };
                pairs = pairs.iter().flat_map(extend).collect();
                whole &= prune(&mut pairs);
            }
            pairs
        });
        (all.collect(), whole)
    }

    /// The cheapest choice whose gains sum to what is wanted.
    fn model(&self, frontier: &[Vec<Pair>], wanted: f64) -> Option<Pair> {
        let mut best: Option<Pair> = None;
        let mut keep = |pair: Pair| {
            if best.as_ref().is_none_or(|b| pair.cost < b.cost) {
                best = Some(pair);
            }
        };
        for (j, pairs) in frontier.iter().enumerate() {
            for pair in pairs {
                let Some(read) = self.reads.get(j) else {
                    if pair.gain >= wanted {
                        keep(pair.clone());
                    }
                    continue;
                };
                if let Some(steps) = read.least(wanted - pair.gain) {
                    let mut full = pair.clone();
                    full.steps[j] = steps;
                    full.cost += read.step_cost * steps as f64;
                    full.gain += read.gain(steps);
                    keep(full);
                }
            }
        }
        best
    }

    /// Every lever, the dearest first, with as few steps as still reach the goal.
    fn drawn_back(&self, mut steps: Vec<i64>) -> Vec<i64> {
        let mut order: Vec<usize> = (0..steps.len()).collect();
        order.sort_by(|a, b| self.reads[*b].step_cost.total_cmp(&self.reads[*a].step_cost));
        for j in order {
            let holds = |own: i64, steps: &[i64]| {
                let mut tried = steps.to_vec();
                tried[j] = own;
                self.assessed(&tried).is_some_and(|a| self.goal.holds(&a.inner))
            };
            let (mut no, mut yes) = (-1, steps[j]);
            while yes - no > 1 {
                let middle = no + (yes - no) / 2;
                if holds(middle, &steps) {
                    yes = middle;
                } else {
                    no = middle;
                }
            }
            steps[j] = yes;
        }
        steps
    }
}

/// Keeps the pairs that no other beats, cheapest first; whether all of those were kept.
fn prune(pairs: &mut Vec<Pair>) -> bool {
    pairs.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(b.gain.total_cmp(&a.gain)));
    let mut best = f64::NEG_INFINITY;
    pairs.retain(|p| {
        let better = p.gain > best;
        best = best.max(p.gain);
        better
    });
    if pairs.len() <= MOST_PAIRS {
        return true;
    }
    let step = pairs.len().div_ceil(MOST_PAIRS);
    let last = pairs.last().cloned();
    *pairs = pairs.iter().step_by(step).cloned().chain(last).collect();
    false
}

impl Mix {
    /// The mix as a table, and its sentence.
    pub fn to_markdown(&self, lang: Lang) -> String {
        let headings =
            ["plan_col_variable", "plan_col_current", "plan_col_needed", "plan_col_gain", "plan_col_cost"];
        let rows = self.rows.iter().map(|r| {
            vec![
                labelled(&r.variable, &r.unit),
                number(Some(r.current)),
                number(Some(r.value)),
                number(Some(r.gain)),
                number(Some(r.cost)),
            ]
        });
        let reason = crate::text::markdown::escaped(&self.reason.message(lang));
        format!("{}\n{reason}\n", markdown(lang, &headings, rows))
    }
}

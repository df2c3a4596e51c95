//! 最优最劣法 (BWM): weights from judgements against the best and the worst member.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde::Serialize;

use super::judgement::{Judgement, too_many};
use super::members::unknown_member;
use super::{Members, SheetMembers, Weigh};
use crate::finding::Finding;
use crate::method::sheet::{CellFormula, Scratch};
use crate::number::simplex::Program;
use crate::number::{Exact, Number};
use crate::tree::read_table;

/// # Formula
/// With how many times the best member counts as each, `a_Bj`, and each as the worst, `a_jW`:
/// ```text
/// min ξ  with  |w_B − a_Bj w_j| ≤ ξ,  |w_j − a_jW w_W| ≤ ξ  for every j,  Σ w = 1,  w ≥ 0
/// ```
/// the linear model, whose optimum is one point. `ξ` is 0 where the judgements contradict nothing (`a_Bj a_jW = a_BW`). Members that a
/// class leaves out are left out of the programme; where that is the best or the worst, the other judgements decide.
///
/// It is solved in fractions, as `max Σ x` where all the differences are at most 1: `x = w / ξ`.
///
/// # Source
/// J. Rezaei, *Best-worst multi-criteria decision-making method: some properties and a linear model* (2016).
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BestWorst {
    /// The member that counts most.
    pub best: String,
    /// The member that counts least.
    pub worst: String,
    /// How many times the best one counts as each other.
    pub best_to_others: IndexMap<String, Judgement>,
    /// How many times each other one counts as the worst.
    pub others_to_worst: IndexMap<String, Judgement>,
}

read_table!(BestWorst: best, worst, best_to_others, others_to_worst);

/// How many times the first member of a pair counts as the second one.
type Judgements<'a> = HashMap<(&'a str, &'a str), Exact>;

impl Weigh for BestWorst {
    fn sentence(&self) -> &'static str {
        "explain_weights_best_worst"
    }

    fn facts(&self, members: &[&str]) -> Vec<(&'static str, f64)> {
        vec![("xi", self.solved(members).1.to_f64()), ("ratio", self.ratio(members))]
    }

    fn check(&self, members: &[&str]) -> Vec<Finding> {
        if let Some(finding) = too_many(members) {
            return vec![finding];
        }
        let mut found = Vec::new();
        for (path, name) in [("best", &self.best), ("worst", &self.worst)] {
            found.extend(unknown_member(path, name, members));
        }
        if members.len() > 1 && self.best == self.worst {
            found.push(Finding::error("weights_best_is_worst").at("worst").fact("name", &self.best));
        }
        for (path, judged, own) in [
            ("best_to_others", &self.best_to_others, &self.best),
            ("others_to_worst", &self.others_to_worst, &self.worst),
        ] {
            for (name, times) in judged {
                let at = format!("{path}.{name}");
                found.extend(unknown_member(&at, name, members));
                if name == own {
                    found.push(Finding::error("weights_pair_self").at(at).fact("name", name));
                } else if !times.is_positive() {
                    found.push(Finding::error("weights_pair_positive").at(at).fact("value", times));
                }
            }
        }
        if found.is_empty() {
            found.extend(self.contradiction());
            found.extend(self.missing(members));
        }
        found
    }

    fn importances<N: Number>(&self, of: &Members<'_, N>) -> Vec<N> {
        self.solved(of.names).0.iter().map(N::from_exact).collect()
    }

    fn sheet(&self, of: &SheetMembers<'_>, _: &mut dyn Scratch) -> Option<Vec<CellFormula>> {
        Some(of.judged(|of| self.importances(of)))
    }
}

impl BestWorst {
    /// That the best one counts as the worst differently in the two lists.
    fn contradiction(&self) -> Option<Finding> {
        let (first, second) = (self.best_to_others.get(&self.worst)?, self.others_to_worst.get(&self.best)?);
        let finding = || {
            Finding::error("weights_pair_contradicts")
                .at(format!("others_to_worst.{}", self.best))
                .fact("a", &self.best)
                .fact("b", &self.worst)
                .fact("before", first)
        };
        (first.exact() != second.exact()).then(finding)
    }

    /// Pairs that nobody judged.
    fn missing(&self, members: &[&str]) -> Option<Finding> {
        let judged = self.judged();
        let missing: Vec<String> = self
            .pairs(members)
            .into_iter()
            .filter(|pair| !judged.contains_key(pair))
            .map(|(a, b)| format!("{a}–{b}"))
            .collect();
        let finding = || Finding::error("weights_pairs_missing").fact("pairs", missing.join(", "));
        (!missing.is_empty()).then(finding)
    }

    /// The pairs that are judged: the best with each, each with the worst.
    fn pairs<'a>(&'a self, members: &[&'a str]) -> Vec<(&'a str, &'a str)> {
        let (best, worst) = (self.best.as_str(), self.worst.as_str());
        let others = |out: &'a str| members.iter().copied().filter(move |name| *name != out);
        let first = others(best).map(|name| (best, name));
        first.chain(others(worst).filter(|name| *name != best).map(|name| (name, worst))).collect()
    }

    fn judged(&self) -> Judgements<'_> {
        let first =
            self.best_to_others.iter().map(|(name, times)| ((self.best.as_str(), name.as_str()), times));
        let second =
            self.others_to_worst.iter().map(|(name, times)| ((name.as_str(), self.worst.as_str()), times));
        first.chain(second).map(|(pair, times)| (pair, times.exact())).collect()
    }

    /// The weights of some members, adding up to 1, and `ξ`.
    fn solved(&self, members: &[&str]) -> (Vec<Exact>, Exact) {
        let (zero, one) = (Exact::zero(), Exact::one());
        let judged = self.judged();
        let mut rows = Vec::new();
        let place = |name: &str| members.iter().position(|own| *own == name);
        for (a, b) in self.pairs(members) {
            let (Some(i), Some(j), Some(times)) = (place(a), place(b), judged.get(&(a, b))) else { continue };
            let mut row = vec![zero.clone(); members.len()];
            (row[i], row[j]) = (one.clone(), times.neg());
            rows.push(row.iter().map(Exact::neg).collect());
            rows.push(row);
        }
        let limits = vec![one.clone(); rows.len()];
        let program = Program { gains: vec![one.clone(); members.len()], rows, limits };
        match program.optimum(&zero) {
            Some(optimum) => {
                let xi = one.div(&optimum.value);
                (optimum.x.iter().map(|x| x.mul(&xi)).collect(), xi)
            }
            // No difference is needed: the worst counts 1, others as they count as the worst, else as the best counts as them.
            None => (self.followed(members, &judged), zero),
        }
    }

    /// The weights from judgements that contradict nothing.
    fn followed(&self, members: &[&str], judged: &Judgements<'_>) -> Vec<Exact> {
        let (best, worst) = (self.best.as_str(), self.worst.as_str());
        let one = Exact::one();
        let of = |a: &str, b: &str| if a == b { Some(one.clone()) } else { judged.get(&(a, b)).cloned() };
        let whole = of(best, worst).unwrap_or_else(|| one.clone());
        let own = |name: &&str| {
            let as_worst = if members.contains(&worst) { of(name, worst) } else { None };
            as_worst.or_else(|| Some(whole.div(&of(best, name)?))).unwrap_or_else(|| one.clone())
        };
        let counts: Vec<Exact> = members.iter().map(own).collect();
        let whole = Exact::sum(&mut counts.iter().cloned());
        counts.iter().map(|own| own.div(&whole)).collect()
    }

    /// The consistency ratio of the judgements themselves (F. Liang, M. Brunelli and J. Rezaei 2020): the largest
    /// `|a_Bj a_jW − a_BW| / (a_BW² − a_BW)`.
    fn ratio(&self, members: &[&str]) -> f64 {
        let judged = self.judged();
        let of = |a: &str, b: &str| judged.get(&(a, b)).map(Exact::to_f64);
        let Some(whole) = of(&self.best, &self.worst).filter(|whole| *whole > 1.0) else { return 0.0 };
        let own = |name: &&str| Some((of(&self.best, name)? * of(name, &self.worst)? - whole).abs());
        members.iter().filter_map(own).fold(0.0, f64::max) / (whole * whole - whole)
    }
}

//! What leads from the members of a group to its score, beside the sentence that says how: distances, regrets, who has the best and the worst score.

use super::cell::{Cell, named};
use super::{Digits, Fact, Sentence};
use crate::assess::fits;
use crate::assess::tree::NodeScored;
use crate::number::Number;

/// Members whose ends are named.
const NAMED: usize = 20;

/// A share that is none but for rounding.
const NOTHING: f64 = 1e-9;

impl Cell<'_> {
    /// The numbers that lead to the score of a row, and each member's best and worst score with who has it; nothing of a plain mean.
    pub(super) fn compared(&self, node: usize) -> Vec<Sentence> {
        let plan = &self.plan.nodes[node];
        let (members, fitted) = self.near.present(node, self.row);
        let weights = self.data.weights(self.row);
        let is_there = |m: usize| weights[m] != 0.0 && !self.near.carried(m, self.row).is_missing();
        let counted = plan.members.iter().enumerate().filter(|(_, m)| is_there(**m));
        if let Some(shares) = plan.aggregate.own_shares(&members, &fitted) {
            let own = |((_, member), share): ((usize, &usize), &f64)| {
                let share = Fact::Percent(*share, Digits::Computed);
                Sentence::new("explain_named_share")
                    .fact("name", self.named(*member))
                    .fact("share", share)
                    .into()
            };
            let named: Vec<Fact> =
                counted.zip(&shares).filter(|(_, share)| **share > NOTHING).map(own).collect();
            let sentence =
                || Sentence::new("explain_own_weights").fact("shares", Fact::list(&named, Clone::clone));
            return if named.is_empty() { Vec::new() } else { vec![sentence()] };
        }
        let Some((code, numbers)) = plan.aggregate.workings(&members, &fitted) else { return Vec::new() };
        let sentence = numbers.into_iter().fold(Sentence::new(code), |sentence, (name, x)| {
            sentence.fact(name, Fact::Number(x.v, Digits::Computed))
        });
        let mut said = vec![sentence];
        if plan.aggregate.has_ends() {
            said.extend(counted.take(NAMED).map(|(k, member)| self.ends(node, k, *member)));
        }
        said
    }

    /// The best and the worst score of a member.
    fn ends(&self, node: usize, k: usize, member: usize) -> Sentence {
        let ends = [0, 1].map(|end| {
            let near = self.near.fitted(node, self.row, k).get(end).copied();
            let near = near.filter(|x| !x.is_missing())?;
            let score = Fact::Number(near.v, Digits::Computed);
            let sentence = match self.holder(node, k, end) {
                Some(who) => Sentence::new("explain_end").fact("who", who),
                None => Sentence::new("explain_end_score"),
            };
            Some(Fact::from(sentence.fact("score", score)))
        });
        let [Some(best), Some(worst)] = ends else {
            return Sentence::new("explain_no_ends").fact("name", self.named(member));
        };
        Sentence::new("explain_ends").fact("name", self.named(member)).fact("best", best).fact("worst", worst)
    }

    /// Who has the best or the worst score of a member: the first of several.
    fn holder(&self, node: usize, k: usize, end: usize) -> Option<Fact> {
        let set = self.data.set(self.row);
        let fit = self.data.fits.of(&self.data, node, set).get(k)?;
        if let Some((entity, period)) = fit.by.get(end).cloned().flatten() {
            return Some(named(entity, &self.data.panel.period_text(period)));
        }
        let row = fits::holder(&self.near, node, set, k, *fit.near.get(end)?);
        row.filter(|_| self.data.references.is_none()).map(|row| self.who(row))
    }
}

//! Indicators and groups: scores, weights, what was filled in and what was left out.

use super::cell::Cell;
use super::value::rounded;
use super::{Digits, Fact, Kind, Node, Sentence, present};
use crate::assess::points::Filled;
use crate::assess::tree::NodeScored;
use crate::assess::values::PanelSums;
use crate::method::aggregation::{Aggregation, Within};
use crate::method::missing::Missing;
use crate::method::weighting::Weighting;
use crate::number::Number;
use crate::scheme::NodeId;
use crate::scheme::model::NotApplicableThen;

/// Shares closer than this are the same: two sums of the same weights.
const SAME_SHARE: f64 = 1e-12;

impl Cell<'_> {
    fn weight(&self, node: usize) -> f64 {
        self.data.weights(self.row)[node]
    }

    /// Whether the row's class assesses a node; a computed weight of 0 does not leave it out.
    fn is_assessed(&self, node: usize) -> bool {
        self.plan.classes[self.data.class(self.row)].weights[node] != 0.0
    }

    fn share(&self, node: usize) -> f64 {
        self.assessment.inner.share(node, self.row)
    }

    /// A node with its score, its weight and its points.
    fn scored(&self, kind: Kind, node: usize) -> Node {
        let plan = &self.plan.nodes[node];
        let score = self.assessment.inner.score(node)[self.row];
        let mut out =
            Node::new(kind, &plan.id, self.title(node)).number(score, Digits::of(plan.round.as_ref()));
        out.points = present(self.assessment.points(NodeId(node))[self.row]);
        out.weight = Some(self.weight(node));
        out.share = present(self.share(node));
        if let (Some(score), Some(points)) = (out.value, out.points) {
            let digits = Digits::of(self.plan.indicators.get(node).and_then(|i| i.points_round.as_ref()));
            let sentence = Sentence::new("explain_points")
                .fact("score", Fact::Number(score, out.digits))
                .typed("weight", self.weight(node))
                .fact("share", Fact::Percent(self.share(node), Digits::Computed))
                .fact("points", Fact::Number(points, digits));
            out.say(sentence);
            let declared =
                self.assessment.inner.shares.get(self.data.weights.set(&self.data, self.row), node);
            if (self.share(node) - declared).abs() > SAME_SHARE {
                let sentence = Sentence::new("explain_handed_on")
                    .fact("declared", Fact::Percent(declared, Digits::Computed));
                out.say(sentence.fact("share", Fact::Percent(self.share(node), Digits::Computed)));
            }
        }
        if let Some(how) = &plan.round
            && out.value.is_some()
        {
            let unrounded = self.assessment.inner.nodes[node].scores.score[self.row];
            out.unrounded = present(unrounded);
            let code = if how.carry { "explain_rounded_carried" } else { "explain_rounded" };
            out.sentences.extend(rounded(code, how, [unrounded, score], ""));
        }
        out
    }

    /// The condition under which an indicator does not apply, with its numbers.
    fn not_applicable(&self, node: usize, why: Filled) -> Option<Sentence> {
        let (Filled::NotApplicable(_), Some((program, _))) =
            (why, &self.plan.indicators[node].not_applicable)
        else {
            return None;
        };
        let when = &self.document.indicators[node].not_applicable.as_ref()?.when;
        let sums = PanelSums::of(&self.data, program);
        Some(self.condition("explain_not_applicable_when", when, program, &sums, f64::NAN))
    }

    pub(super) fn indicator(&self, node: usize) -> Node {
        let mut out = self.scored(Kind::Indicator, node);
        let filled = self.assessment.filled(node, self.row);
        if let Some(why) = filled {
            let mut said = vec![Sentence::new(filled_code(why))];
            said.extend(self.not_applicable(node, why));
            if matches!(why, Filled::NotApplicable(_)) {
                said.push(Sentence::new("explain_not_applicable_out"));
            }
            let from_peers = matches!(
                why,
                Filled::Missing(Missing::PeerMean | Missing::PeerMedian)
                    | Filled::NotApplicable(NotApplicableThen::PeerMean)
            );
            if from_peers && out.value.is_none() {
                said.push(Sentence::new("explain_no_peers"));
            }
            out.sentences.splice(0..0, said);
        }
        if let Some(how) = self.plan.indicators[node].points_round
            && let Some(points) = out.points
        {
            // As the assessment took it: the unrounded score times the share.
            let unrounded = self.near.score(node, self.row).v * self.share(node);
            let code = if how.carry { "explain_points_rounded_carried" } else { "explain_points_rounded" };
            out.sentences.extend(rounded(code, &how, [unrounded, points], ""));
        }
        if !matches!(filled, Some(Filled::NotApplicable(_))) {
            let scoring = &self.plan.classes[self.data.class(self.row)].scoring[node];
            out.children = self.parts(scoring);
        }
        out.children.extend(self.treatment(node));
        out.children.push(self.value(node));
        out
    }

    pub(super) fn group(&self, node: usize) -> Node {
        let mut out = self.scored(Kind::Group, node);
        out.sentences.extend(self.combined(node));
        out.children = self.members(node);
        out
    }

    /// Members that count for the row's class.
    pub(super) fn members(&self, node: usize) -> Vec<Node> {
        let members = self.plan.nodes[node].members.iter();
        members.filter(|m| self.is_assessed(**m)).map(|m| self.node(*m)).collect()
    }

    /// Where the computed weights of the members that count come from.
    fn weighed(&self, way: &Weighting, counted: &[usize]) -> Sentence {
        let names: Vec<&str> = counted.iter().map(|m| self.plan.nodes[*m].id.as_str()).collect();
        let number = |x: f64| Fact::Number(x, Digits::AtMost(WEIGHING_DIGITS));
        let facts = way.facts(&names).into_iter();
        facts.fold(Sentence::new(way.sentence()), |said, (name, x)| said.fact(name, number(x)))
    }

    /// How a group's score comes from its members', and which of them were left out.
    pub(super) fn combined(&self, node: usize) -> Vec<Sentence> {
        let plan = &self.plan.nodes[node];
        let counted: Vec<usize> = plan.members.iter().copied().filter(|m| self.is_assessed(*m)).collect();
        let is_out = |m: &usize| self.near.carried(*m, self.row).is_missing();
        let (out, present): (Vec<usize>, Vec<usize>) = counted.iter().copied().partition(is_out);
        let mut said = vec![aggregation(plan.aggregate)];
        said.extend(plan.weighting.as_ref().map(|weighting| self.weighed(&weighting.way, &counted)));
        said.extend(self.compared(node));
        let names = |nodes: &[usize]| Fact::List(nodes.iter().map(|m| self.named(*m)).collect());
        let unweighted: Vec<usize> = plan.members.iter().copied().filter(|m| !self.is_assessed(*m)).collect();
        if !unweighted.is_empty() {
            said.push(Sentence::new("explain_weight_zero").fact("members", names(&unweighted)));
        }
        let sum = |nodes: &[usize]| nodes.iter().map(|m| self.weight(*m)).sum::<f64>();
        if present.is_empty() {
            said.push(Sentence::new("explain_nothing_left"));
        } else if !out.is_empty() {
            let sentence = Sentence::new("explain_left_out").fact("members", names(&out));
            let share = |m: &usize| {
                let share = Fact::Percent(self.weight(*m) / sum(&present), Digits::Computed);
                Sentence::new("explain_named_share").fact("name", self.named(*m)).fact("share", share).into()
            };
            said.push(sentence);
            if plan.aggregate != Aggregation::Sum {
                let shares = present.iter().take(20).map(share).collect();
                said.push(Sentence::new("explain_shares_now").fact("shares", Fact::List(shares)));
            }
        }
        if plan.available_members > 0.0 && !out.is_empty() {
            let sentence = Sentence::new("explain_available_members")
                .fact("present", present.len())
                .fact("all", counted.len())
                .fact("least", Fact::Percent(plan.available_members, Digits::Computed));
            said.push(sentence);
        }
        if plan.available > 0.0 && !out.is_empty() {
            let sentence = Sentence::new("explain_available")
                .fact("present", Fact::Percent(sum(&present) / sum(&counted), Digits::Computed))
                .fact("least", Fact::Percent(plan.available, Digits::Computed));
            said.push(sentence);
        }
        said
    }
}

/// Decimals of the numbers that a method of weights says of itself.
const WEIGHING_DIGITS: usize = 4;

fn aggregation(how: Aggregation) -> Sentence {
    match how {
        Aggregation::Arithmetic => Sentence::new("explain_arithmetic"),
        Aggregation::Geometric => Sentence::new("explain_geometric"),
        Aggregation::Harmonic => Sentence::new("explain_harmonic"),
        Aggregation::Power(p) => Sentence::new("explain_power").typed("power", p),
        Aggregation::Minimum => Sentence::new("explain_minimum"),
        Aggregation::Maximum => Sentence::new("explain_maximum"),
        Aggregation::Sum => Sentence::new("explain_sum"),
        Aggregation::Median => Sentence::new("explain_median"),
        Aggregation::Owa([from, to]) => Sentence::new("explain_owa").typed("from", from).typed("to", to),
        Aggregation::Waspas(share) => Sentence::new("explain_waspas").typed("share", share),
        Aggregation::MazziottaPareto => Sentence::new("explain_mazziotta_pareto"),
        Aggregation::MazziottaParetoPlus => Sentence::new("explain_mazziotta_pareto_plus"),
        Aggregation::Vikor(share) => Sentence::new("explain_vikor").typed("share", share),
        Aggregation::Wroclaw => Sentence::new("explain_wroclaw"),
        Aggregation::Promethee => Sentence::new("explain_promethee"),
        Aggregation::Copeland => Sentence::new("explain_copeland"),
        Aggregation::BenefitOfTheDoubt => Sentence::new("explain_benefit_of_the_doubt"),
        Aggregation::BenefitOfTheDoubtWithin(within) => {
            let (code, [low, high]) = match within {
                Within::Shares(bounds) => ("explain_benefit_of_the_doubt_shares", bounds),
                Within::Weights(bounds) => ("explain_benefit_of_the_doubt_weights", bounds),
            };
            let percent = |x: f64| Fact::Percent(x, Digits::Typed);
            Sentence::new(code).fact("low", percent(low)).fact("high", percent(high))
        }
        Aggregation::Topsis => Sentence::new("explain_topsis"),
        Aggregation::TopsisVector => Sentence::new("explain_topsis_vector"),
    }
}

/// Why a score is not the rule's own, as a code of the catalogue.
pub(super) fn filled_code(why: Filled) -> &'static str {
    match why {
        Filled::Missing(Missing::Zero) => "explain_missing_zero",
        Filled::Missing(Missing::Full) => "explain_missing_full",
        Filled::Missing(Missing::PeerMean) => "explain_missing_peer_mean",
        Filled::Missing(Missing::PeerMedian) => "explain_missing_peer_median",
        Filled::Missing(_) => "explain_missing_skip",
        Filled::NotApplicable(NotApplicableThen::Redistribute) => "explain_not_applicable_redistribute",
        Filled::NotApplicable(NotApplicableThen::Full) => "explain_not_applicable_full",
        Filled::NotApplicable(NotApplicableThen::Zero) => "explain_not_applicable_zero",
        Filled::NotApplicable(NotApplicableThen::PeerMean) => "explain_not_applicable_peer_mean",
        Filled::NoBase => "explain_no_base",
    }
}

//! Parts of an indicator: the rule's branch, the measure and its inputs, the anchors and who set them.

use std::cmp::Ordering;

use super::cell::{Cell, named, settled};
use super::{Digits, Fact, Kind, Node, Sentence, titled};
use crate::assess::cells::Origin;
use crate::assess::sets::{LeafReference, Level, absent, differs, members};
use crate::method::anchor::Anchor;
use crate::method::measures::{Measure, Need};
use crate::method::missing::PartMissing;
use crate::method::rules::{Branch, Combine, Kernel, Leaf as LeafRule, Rule};
use crate::number::Number;
use crate::report::show;
use crate::scheme::model::Title;
use crate::scheme::plan::{Leaf, Scoring};
use crate::text::Lang;

impl Cell<'_> {
    /// The parts that make an indicator's score.
    pub(super) fn parts(&self, scoring: &Scoring) -> Vec<Node> {
        let Scoring::Shares(parts) = scoring else { return vec![self.part(scoring)] };
        let scored = |(_, s): &(f64, Scoring)| !self.near.scoring(s, self.row).is_missing();
        let present: f64 = parts.iter().filter(|p| scored(p)).map(|(share, _)| share).sum();
        parts
            .iter()
            .map(|(share, scoring)| {
                let mut node = self.part(scoring);
                node.weight = Some(*share);
                if node.value.is_some() {
                    node.share = super::present(share / present);
                    let share = Fact::Percent(share / present, Digits::Computed);
                    node.sentences.insert(0, Sentence::new("explain_share").fact("share", share));
                } else {
                    node.say(Sentence::new("explain_part_out"));
                }
                node
            })
            .collect()
    }

    fn part(&self, scoring: &Scoring) -> Node {
        let (score, exactly) =
            settled(self.near.scoring(scoring, self.row), || self.exact.scoring(scoring, self.row));
        let (mut node, scale) = match scoring {
            Scoring::Leaf(leaf) => (self.leaf(*leaf), self.plan.leaves[*leaf].scale.ratio()),
            Scoring::Combine { rule, children, scale } => {
                let mut node = rule_node(Kind::Combination, &Rule::Combinator(rule.clone()));
                node.children = children.iter().map(|c| self.part(c)).collect();
                if !score.is_nan() {
                    let row = self.row;
                    let branch = if exactly {
                        rule.branch(&children.iter().map(|c| self.exact.scoring(c, row)).collect::<Vec<_>>())
                    } else {
                        rule.branch(&children.iter().map(|c| self.near.scoring(c, row)).collect::<Vec<_>>())
                    };
                    node.say(Sentence::branch(&branch));
                }
                (node, scale.ratio())
            }
            // Parts with shares stand directly below an indicator only.
            Scoring::Shares(parts) => {
                let mut node = Node::new(Kind::Combination, "parts", titled("explain_parts"));
                node.children = parts.iter().map(|(_, s)| self.part(s)).collect();
                (node, 1.0)
            }
        };
        node = node.number(score, Digits::Computed);
        if scale != 1.0 && !score.is_nan() {
            let sentence =
                Sentence::new("explain_scaled").number("own", score / scale).number("score", score);
            node.say(sentence);
        }
        if exactly && node.kind == Kind::Part && !self.is_its_own_anchor(scoring) {
            node.say(Sentence::new("explain_exact"));
        }
        node
    }

    /// Whether what is scored is itself a number that the rule compares with (who has the maximum is at it, not near it).
    fn is_its_own_anchor(&self, scoring: &Scoring) -> bool {
        let Scoring::Leaf(leaf) = scoring else { return false };
        let reference = &self.assessment.inner.leaves[*leaf].anchors;
        let x = self.exact.measure(*leaf, self.row);
        let anchors = (0..reference.anchors.len()).map(|k| self.exact.anchor(reference, *leaf, k, self.row));
        anchors.into_iter().any(|anchor| anchor.order(&x) == Some(Ordering::Equal))
    }

    /// What the rule of a leaf did, in the numbers that the assessment took.
    pub(super) fn branch(&self, index: usize) -> Branch {
        let near = self.near.leaf_score(index, self.row);
        let exact = near.e.is_infinite() && !self.exact.leaf_score(index, self.row).is_irrational();
        if exact { branch(&self.exact, index, self.row) } else { branch(&self.near, index, self.row) }
    }

    /// What a part gives instead of points of its own, where it has nothing to compare with.
    pub(super) fn filled_part(&self, index: usize) -> Option<&'static str> {
        let leaf = &self.plan.leaves[index];
        let how = leaf.missing.and_then(PartMissing::points_name)?;
        let own = self.near.ruled_leaf_score(index, self.row);
        (own.is_missing() && !self.near.leaf_score(index, self.row).is_missing()).then_some(how)
    }

    fn leaf(&self, index: usize) -> Node {
        let leaf = &self.plan.leaves[index];
        let mut node = rule_node(Kind::Part, &Rule::Leaf(leaf.rule.clone()));
        let measure = titled(leaf.measure.title());
        node.title = both("explain_part", &[("measure", &measure), ("rule", &node.title)]);
        let branch = self.branch(index);
        if self.near.leaf_score(index, self.row).is_missing() {
            node.say(Sentence::new("explain_no_score"));
        } else if let Some(how) = self.filled_part(index) {
            node.say(Sentence::new(if how == "full" { "explain_part_full" } else { "explain_part_zero" }));
        } else {
            node.say(Sentence::branch(&branch));
            node.sentences.extend(self.line(index, &branch));
        }
        if leaf.measure != Measure::Value {
            node.children.push(self.measure(index));
        }
        let reference = &self.assessment.inner.leaves[index].anchors;
        let anchors = (0..reference.anchors.len()).map(|k| self.anchor(Kind::Anchor, reference, index, k));
        node.children.extend(anchors);
        node
    }

    fn measure(&self, index: usize) -> Node {
        let leaf = &self.plan.leaves[index];
        let (value, _) = settled(self.near.measure(index, self.row), || self.exact.measure(index, self.row));
        let name = leaf.measure.name();
        let mut node = Node::new(Kind::Measure, name, titled(leaf.measure.title()));
        node = node.number(value, Digits::Computed).in_unit(&self.unit(leaf, Level::Measure));
        node.is_share = leaf.measure.is_share();
        let x = self.near.value(leaf.indicator, Some(self.row));
        let inputs: Vec<_> = leaf
            .measure
            .needs()
            .iter()
            .enumerate()
            .map(|(k, n)| self.near.need(index, k, n, self.row))
            .collect();
        node.say(Sentence::branch(&leaf.measure.branch(&x, &inputs, leaf.negative)));
        let reference = &self.assessment.inner.leaves[index].inputs;
        node.children = leaf
            .measure
            .needs()
            .iter()
            .enumerate()
            .map(|(k, need)| match need {
                Need::Anchor(_) => self.anchor(Kind::Input, reference, index, k),
                Need::Lag(lag) | Need::RankBefore(lag) => self.earlier(index, k, need, *lag),
                Need::Rank => {
                    let node = Node::new(Kind::Input, "rank", titled("explain_rank_now"));
                    let mut node = node.number(inputs.get(k).map_or(f64::NAN, |b| b.v), Digits::Typed);
                    node.say(Sentence::new("explain_rank_in").fact("set", self.set(leaf.scope())));
                    node
                }
            })
            .collect();
        node
    }

    /// The entity's own value, or its rank, so many periods before.
    fn earlier(&self, index: usize, k: usize, need: &Need, lag: u16) -> Node {
        let leaf = &self.plan.leaves[index];
        let is_rank = matches!(need, Need::RankBefore(_));
        let title = titled(if is_rank { "explain_rank_before" } else { "explain_before" });
        let x = self.near.need(index, k, need, self.row).v;
        let mut node = Node::new(Kind::Input, "before", title).number(x, Digits::Computed);
        if !is_rank {
            node = node.in_unit(&self.document.indicators[leaf.indicator].unit);
        }
        node.say(self.whose(lag));
        node
    }

    /// An anchor with who set it.
    fn anchor(&self, kind: Kind, reference: &LeafReference, index: usize, k: usize) -> Node {
        let leaf = &self.plan.leaves[index];
        let anchor = &reference.anchors[k];
        let (value, _) = settled(self.near.anchor(reference, index, k, self.row), || {
            self.exact.anchor(reference, index, k, self.row)
        });
        let role = match (kind, &leaf.rule, k) {
            (Kind::Anchor, LeafRule::Linear(_) | LeafRule::Exponential(_), 0) => Some("explain_low"),
            (Kind::Anchor, LeafRule::Linear(_) | LeafRule::Exponential(_), 1) => Some("explain_high"),
            _ => None,
        };
        let title = titled(anchor.title());
        let end = role.map_or(title.clone(), |code| both(code, &[("anchor", &title)]));
        // In Chinese the lowest and the highest number bear the names of the ends.
        let title = match (anchor, k) {
            (Anchor::Min, 0) | (Anchor::Max, 1) => Title { zh: title.zh, ..end },
            _ => end,
        };
        let mut node = Node::new(kind, &anchor.to_string(), title);
        let digits = if matches!(anchor, Anchor::Number(_) | Anchor::Target | Anchor::Count) {
            Digits::Typed
        } else {
            Digits::Computed
        };
        node = node.number(value, digits);
        if *anchor != Anchor::Count {
            node = node.in_unit(&self.unit(leaf, reference.level));
            node.is_share = reference.level == Level::Measure && leaf.measure.is_share();
        }
        node.say(self.origin(anchor, reference, index, k));
        node.sentences.extend(self.not_counted(anchor, reference, index));
        if node.value.is_none() {
            node.say(Sentence::new("explain_absent"));
        }
        node
    }

    /// The line of a `linear` rule with its numbers, where it decided.
    fn line(&self, index: usize, branch: &Branch) -> Option<Sentence> {
        let leaf = &self.plan.leaves[index];
        let LeafRule::Linear(rule) = &leaf.rule else { return None };
        if rule.log || branch.code != "rule_linear_inside" {
            return None;
        }
        let reference = &self.assessment.inner.leaves[index].anchors;
        let [low, high] = [0, 1].map(|k| self.near.anchor(reference, index, k, self.row).v);
        let [from, to] = rule.between.unwrap_or([0.0, leaf.setting.full]);
        let score =
            settled(self.near.leaf_score(index, self.row), || self.exact.leaf_score(index, self.row)).0;
        let sentence = Sentence::new("explain_line").typed("from", from).typed("to", to);
        let bracketed = |x: f64| {
            let text = show(x, Digits::Computed);
            Fact::Text(if x < 0.0 { format!("({text})") } else { text })
        };
        Some(
            sentence
                .number("x", self.near.measure(index, self.row).v)
                .number("high", high)
                .fact("low", bracketed(low))
                .number("points", score / leaf.scale.ratio()),
        )
    }

    /// Who or what set an anchor.
    pub(super) fn origin(
        &self,
        anchor: &Anchor,
        reference: &LeafReference,
        index: usize,
        k: usize,
    ) -> Sentence {
        let scope = reference.level.scope(self.plan, index);
        match anchor {
            Anchor::Number(_) => return Sentence::new("explain_by_scheme"),
            Anchor::Target => return Sentence::new("explain_by_target"),
            Anchor::Indicator(id) => {
                let node = self.plan.node(id);
                let title = node.map_or_else(|| Fact::from(id), |n| self.named(n));
                return Sentence::new("explain_by_indicator").fact("indicator", title);
            }
            Anchor::Previous => return self.whose(1),
            Anchor::Entity(name) => return Sentence::new("explain_by_entity").text("entity", name),
            _ => {}
        }
        let set = reference.set(&self.data, self.row);
        let resolved = reference.sets.get(set).and_then(|s| s.get(k));
        let who = resolved.and_then(|resolved| match (&resolved.by, resolved.who) {
            (Some((entity, period)), _) => Some(named(entity.clone(), &self.data.panel.period_text(*period))),
            (None, row) => row.map(|row| self.who(row)),
        });
        let sentence = match who.filter(|_| !differs(anchor, scope.over)) {
            Some(who) => Sentence::new("explain_by_member").fact("who", who),
            None => Sentence::new("explain_by_set"),
        };
        sentence.fact("set", self.set(scope)).typed("count", self.set_size(reference, index, set))
    }

    /// How many entities of a reference set the indicator does not apply to, and how many a floor keeps out.
    pub(super) fn not_counted(
        &self,
        anchor: &Anchor,
        reference: &LeafReference,
        index: usize,
    ) -> Vec<Sentence> {
        let scope = reference.level.scope(self.plan, index);
        let of_one = matches!(anchor, Anchor::Number(_) | Anchor::Entity(_));
        if of_one || differs(anchor, scope.over) {
            return Vec::new();
        }
        let (left_out, kept_out) = if let Some(references) = self.data.references {
            let set = references.set(&self.data, index, reference.level, self.row);
            set.map_or((0, 0), |set| (set.left_out, set.kept_out))
        } else {
            let set = reference.set(&self.data, self.row);
            absent(&self.data, scope, set, self.near.known().column(reference.level, index).x)
        };
        let out = [("explain_set_without", left_out), ("explain_set_kept_out", kept_out)];
        let there = out.into_iter().filter(|(_, count)| *count > 0);
        there.map(|(code, count)| Sentence::new(code).typed("count", count as f64)).collect()
    }

    fn set_size(&self, reference: &LeafReference, index: usize, set: usize) -> f64 {
        if let Some(references) = self.data.references {
            let set = references.set(&self.data, index, reference.level, self.row);
            return set.map_or(0.0, |set| set.size as f64);
        }
        let column = self.near.known().column(reference.level, index).x;
        members(&self.data, reference.level.scope(self.plan, index), set, column).len() as f64
    }

    /// Unit of what a reference looks at.
    fn unit(&self, leaf: &Leaf, level: Level) -> String {
        let unit = &self.document.indicators[leaf.indicator].unit;
        leaf.measure.seen(level == Level::Value, unit).1.to_owned()
    }
}

/// What a rule did with the row's measure, in the numbers of one tree.
fn branch<O: Origin>(tree: &O, index: usize, row: usize) -> Branch {
    let known = tree.known();
    let (leaf, reference) = (known.leaf(index), &known.leaves[index].anchors);
    let x = match &reference.ranks {
        Some(ranks) => O::N::of(ranks[row]),
        None => tree.measure(index, row),
    };
    let a: Vec<O::N> = (0..reference.anchors.len()).map(|k| tree.anchor(reference, index, k, row)).collect();
    leaf.rule.branch(&x, &a, &leaf.setting)
}

fn rule_node(kind: Kind, rule: &Rule) -> Node {
    Node::new(kind, rule.name(), titled(rule.title()))
}

/// A title of the catalogue with other titles in it.
pub(super) fn both(code: &'static str, titles: &[(&'static str, &Title)]) -> Title {
    let text = |lang| {
        let facts: Vec<(&'static str, String)> =
            titles.iter().map(|(n, t)| (*n, t.get(lang).unwrap_or_default().to_owned())).collect();
        Some(crate::text::render(code, lang, &facts))
    };
    Title { zh: text(Lang::Zh), en: text(Lang::En) }
}

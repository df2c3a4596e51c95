//! Reasons: what happened that moved a total, as a leader reads it. The entity's own numbers, whatever they are compared
//! with, are one reason each; what stands in a reference is another; of many the first few are said and the others counted.

use super::anchors::{self, AnchorMove};
use super::attribute::{Sum, along};
use super::bridge::{Bridge, BridgePart};
use super::cause::Cause;
use super::own::OwnMove;
use super::words;
use crate::report::{Digits, Fact, Label, Measure, Names, Sentence};

/// How many reasons are said of one group alone; of several of the first, of the second, of the third.
const ALONE: usize = 3;
const SAID: [usize; 3] = [2, 1, 0];

/// What moves with less than two decimals show is not said beside what moves more.
const SHOWN: f64 = 0.005;

/// Whose doing something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Whose {
    Own,
    Others,
    /// Of the method, of what is missing, of rounding.
    Nobody,
}

/// What happened, and the points that it moved.
pub(super) struct Reason {
    effect: f64,
    what: Sentence,
    whose: Whose,
    /// Whether it has a name and is no event: rounding, weights.
    named: bool,
}

impl Reason {
    /// What happened, with its points.
    pub(super) fn sentence(&self) -> Sentence {
        self.said(if self.named { "reason_named" } else { "reason" })
    }

    fn said(&self, code: &'static str) -> Sentence {
        Sentence::new(code).fact("what", self.what.clone()).change("effect", self.effect, 2)
    }
}

/// What several reasons of one kind did together, largest first.
struct Group {
    whose: Whose,
    effect: f64,
    reasons: Vec<Reason>,
}

impl Group {
    /// The reason where it is the only one; else what they did together and the first of them.
    fn sentence(&self, most: usize) -> Sentence {
        if let [reason] = &self.reasons[..] {
            return reason.sentence();
        }
        let code = match (self.whose, most) {
            (Whose::Own, 0) => "reasons_own_all",
            (Whose::Own, _) => "reasons_own",
            (Whose::Others, 0) => "reasons_others_all",
            (Whose::Others, _) => "reasons_others",
            (Whose::Nobody, 0) => "reasons_nobody_all",
            (Whose::Nobody, _) => "reasons_nobody",
        };
        let more = |count| {
            Sentence::new(if most == 0 { "reasons_all" } else { "reasons_more" }).fact("count", count)
        };
        let first = Fact::few_and(&self.reasons, most, more, |r| r.said("reasons_one").into());
        Sentence::new(code).change("effect", self.effect, 2).fact("reasons", first)
    }
}

impl Bridge {
    /// What moved the total most the way it moved; where it stood still, most either way.
    pub(super) fn main_reason(&self, names: Names<'_>) -> Option<Reason> {
        let reasons = self.reasons(names).into_iter().rev();
        reasons.max_by(|a, b| along(a.effect, self.total).total_cmp(&along(b.effect, self.total)))
    }

    /// What moved the total: the own numbers, those of the others, what is nobody's, first the way the total went.
    pub(super) fn causes(&self, names: Names<'_>) -> Fact {
        let mut groups: Vec<Group> = Vec::new();
        let mut reasons = self.reasons(names);
        reasons.sort_by(|a, b| a.whose.cmp(&b.whose).then(b.effect.abs().total_cmp(&a.effect.abs())));
        for reason in reasons {
            match groups.last_mut().filter(|g| g.whose == reason.whose) {
                Some(group) => group.reasons.push(reason),
                None => groups.push(Group { whose: reason.whose, effect: 0.0, reasons: vec![reason] }),
            }
        }
        for group in &mut groups {
            group.effect = group.reasons.iter().map(|r| r.effect).collect::<Sum>().value();
        }
        let shows = |g: &Group| g.reasons.iter().any(|r| r.effect.abs() >= SHOWN);
        if groups.iter().any(shows) {
            groups.retain(shows);
        }
        groups.sort_by(|a, b| along(b.effect, self.total).total_cmp(&along(a.effect, self.total)));
        // What is nobody's comes last, unless it is the main thing.
        if groups.first().is_some_and(|g| g.whose != Whose::Nobody) {
            groups.sort_by_key(|g| g.whose == Whose::Nobody);
        }
        let most = if groups.len() == 1 { [ALONE; 3] } else { SAID };
        Fact::Clauses(groups.iter().zip(most).map(|(group, most)| group.sentence(most)).collect())
    }

    /// Everything that happened.
    fn reasons(&self, names: Names<'_>) -> Vec<Reason> {
        let mut reasons = self.own_reasons(names);
        for part in self.parts.iter().filter(|p| !(p.cause.is_own() && p.indicator.is_some())) {
            let whose = match part.cause {
                Cause::Others(_) => Whose::Others,
                Cause::Own | Cause::Base | Cause::Imputed => Whose::Own,
                _ => Whose::Nobody,
            };
            let named = whose == Whose::Nobody && part.indicator.is_none();
            reasons.push(Reason {
                effect: part.effect,
                what: other(part, &self.entity, names),
                whose,
                named,
            });
        }
        reasons
    }

    /// One for each of the own numbers; for each indicator where these are not known.
    fn own_reasons(&self, names: Names<'_>) -> Vec<Reason> {
        let mut reasons = Vec::new();
        let mut seen: Vec<&str> = Vec::new();
        for part in self.parts.iter().filter(|p| p.cause.is_own()) {
            let Some(indicator) = part.indicator.as_deref().filter(|i| !seen.contains(i)) else { continue };
            seen.push(indicator);
            let parts = || {
                self.parts.iter().filter(|p| p.cause.is_own() && p.indicator.as_deref() == Some(indicator))
            };
            let filled = parts().any(|p| p.cause == Cause::Imputed);
            let filled = filled.then(|| Sentence::new("reason_filled"));
            let before = reasons.len();
            for moved in self.own.iter().filter(|m| m.indicator == indicator) {
                let what = moved.sentence(names).fact("filled", filled.clone());
                reasons.push(Reason { effect: moved.effect, what, whose: Whose::Own, named: false });
            }
            if reasons.len() == before {
                let effect = parts().map(|p| p.effect).collect::<Sum>().value();
                let what = Sentence::new("reason_own").fact("indicator", names.label(indicator));
                reasons.push(Reason {
                    effect,
                    what: what.fact("filled", filled),
                    whose: Whose::Own,
                    named: false,
                });
            }
        }
        reasons.retain(|r| r.effect != 0.0);
        reasons
    }
}

/// What is scored of an indicator, as the subject of a sentence.
fn subject(indicator: Label, measure: &str) -> Sentence {
    let sentence = Sentence::new(match measure {
        "value" => "subject_value",
        "growth" | "symmetric_growth" => "subject_growth",
        _ => "subject_measure",
    });
    sentence.fact("indicator", indicator).fact("measure", anchors::measure_label(measure))
}

impl OwnMove {
    /// Both numbers as they are shown; shares in per cent.
    pub(super) fn ends(&self, names: Names<'_>) -> [Fact; 2] {
        let (factor, measure) = match self.measure {
            "value" => (1.0, names.measure(&self.indicator)),
            _ if self.is_share => (100.0, Measure::new(Digits::AtMost(2), "%")),
            _ => (1.0, Measure { unit: self.unit.clone(), ..names.measure(&self.indicator).finer() }),
        };
        let [from, to] = [self.from, self.to].map(|x| factor * x.unwrap_or(f64::NAN));
        words::apart(from, to, &measure)
    }

    /// How the number moved.
    fn sentence(&self, names: Names<'_>) -> Sentence {
        let [before, after] = self.ends(names);
        let [from, to] = [self.from, self.to].map(|x| x.unwrap_or(f64::NAN));
        let growth = matches!(self.measure, "growth" | "symmetric_growth");
        let code = match to.partial_cmp(&from) {
            Some(std::cmp::Ordering::Greater) if growth => "own_rose_rate",
            Some(std::cmp::Ordering::Less) if growth => "own_fell_rate",
            Some(std::cmp::Ordering::Greater) => "own_rose",
            Some(std::cmp::Ordering::Less) => "own_fell",
            Some(std::cmp::Ordering::Equal) => "own_still",
            None => "own_moved",
        };
        let subject = subject(names.label(&self.indicator), self.measure);
        Sentence::new(code).fact("subject", subject).fact("from", before).fact("to", after)
    }
}

/// What happened beside the entity's own numbers.
fn other(part: &BridgePart, entity: &str, names: Names<'_>) -> Sentence {
    let indicator = part.indicator.as_deref().map(|i| names.label(i));
    match (&part.cause, indicator) {
        (Cause::Others(anchor), Some(indicator)) => match part.anchors.first() {
            Some(moved) => moved.happened(indicator, entity),
            None if anchor == "all" => Sentence::new("others_all").fact("indicator", indicator),
            None => Sentence::new("others_moved")
                .fact("indicator", indicator)
                .fact("anchor", anchors::label(anchor)),
        },
        (Cause::Others(anchor), None) => Sentence::new("others_ends").fact("anchor", anchors::label(anchor)),
        (cause, _) if cause.is_own() => Sentence::new("own_ends"),
        (cause, Some(indicator)) => {
            Sentence::new("reason_of").fact("indicator", indicator).fact("cause", cause.label())
        }
        (cause, None) => Sentence::new("reason_plain").fact("cause", cause.label()),
    }
}

impl AnchorMove {
    /// How the reference of an indicator moved, from whose number to whose.
    fn happened(&self, indicator: Label, entity: &str) -> Sentence {
        let ([from, to], measure) = self.numbers();
        let subject = subject(indicator, self.measure);
        if self.name == "ranks" {
            let sentence = Sentence::new("others_ranks").fact("subject", subject);
            return sentence.points("from", from, 1).points("to", to, 1);
        }
        let code = match to.partial_cmp(&from) {
            Some(std::cmp::Ordering::Greater) => "others_rose",
            Some(std::cmp::Ordering::Less) => "others_fell",
            _ => "others_changed",
        };
        let end = |by: &Option<String>, number: Fact| match by {
            Some(by) if by == entity => Fact::from(Sentence::new("end_own").fact("value", number)),
            Some(by) => Fact::from(Sentence::new("end_by").fact("value", number).fact("by", by)),
            None => number,
        };
        let [before, after] = words::apart(from, to, &measure);
        Sentence::new(code)
            .fact("subject", subject)
            .fact("anchor", anchors::label(&self.name))
            .fact("from", end(&self.by_before, before))
            .fact("to", end(&self.by_after, after))
    }
}

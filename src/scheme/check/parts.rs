//! Treatments, and parts of an indicator's score: shares, measures, reference sets, and what each method and rule says of its own
//! parameters.

use std::collections::HashMap;

use super::{Outside, period, sums};
use crate::finding::Finding;
use crate::method::anchor::Anchor;
use crate::method::measures::Measure;
use crate::method::missing::PartMissing;
use crate::method::rules::{Combinator, Combine, Kernel, Leaf, Rule, Setting, rewards_worse};
use crate::method::treatment::Treat as _;
use crate::scheme::model::{Direction, Document, Over, Part, Parts};
use crate::tree::path_key;

pub(super) fn check(d: &Document, _: &Outside) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(screen) = &d.screen {
        relative(&mut found, screen.check(), "screen");
    }
    let default = d.impute.iter().map(|own| ("impute".to_owned(), own));
    let of_indicators = d.indicators.iter().enumerate();
    let of_indicators =
        of_indicators.filter_map(|(i, x)| Some((format!("indicator[{i}].impute"), x.impute.as_ref()?)));
    let of_variables = d.variables.iter().enumerate();
    let of_variables =
        of_variables.filter_map(|(i, x)| Some((format!("variable[{i}].impute"), x.impute.as_ref()?)));
    for (path, own) in of_variables.clone().filter(|(_, own)| own.takes_indicators()) {
        found.push(Finding::error("impute_of_variable").at(path).fact("method", own.name()));
    }
    for (path, own) in default.chain(of_indicators).chain(of_variables) {
        relative(&mut found, own.check(), &path);
    }
    for (i, x) in d.indicators.iter().enumerate() {
        if let Some(treat) = &x.treat {
            let path = format!("indicator[{i}].treat");
            if let Over::Fixed(fixed) = &treat.over {
                period::check(&mut found, fixed, d.period, format!("{path}.over"));
            }
            relative(&mut found, treat.method.check(), &path);
        }
        parts(&mut found, d, x.direction, &x.points, &format!("indicator[{i}].points"));
    }
    let directions: HashMap<&str, Direction> =
        d.indicators.iter().map(|x| (x.id.as_str(), x.direction)).collect();
    for (i, class) in d.classes.iter().enumerate() {
        for (id, points) in &class.points {
            let direction = directions.get(id.as_str()).copied().unwrap_or_default();
            parts(&mut found, d, direction, points, &format!("class[{i}].points.{}", path_key(id)));
        }
    }
    found
}

fn parts(found: &mut Vec<Finding>, d: &Document, direction: Direction, parts: &Parts, path: &str) {
    let parts = &parts.0;
    let given = parts.iter().filter(|p| p.share.is_some()).count();
    if parts.is_empty() {
        found.push(Finding::error("empty_list").at(path));
    } else if given != 0 && given != parts.len() {
        found.push(Finding::error("shares_partly").at(path));
    } else if given != 0 && parts.iter().all(|p| p.share == Some(0.0)) {
        found.push(Finding::error("shares_all_zero").at(path));
    }
    found.extend(sums::shares(parts, path));
    for (k, part) in parts.iter().enumerate() {
        one(found, d, direction, part, d.full_points, &format!("{path}[{k}]"));
    }
}

/// A part whose points are on the scale 0 … `full`, unless it says otherwise.
fn one(found: &mut Vec<Finding>, d: &Document, direction: Direction, part: &Part, full: f64, path: &str) {
    if let Some(share) = part.share.filter(|s| *s < 0.0) {
        found.push(Finding::error("negative_share").at(format!("{path}.share")).fact("value", share));
    }
    if let Some(full) = part.full.filter(|f| *f <= 0.0) {
        found.push(Finding::error("not_positive").at(format!("{path}.full")).fact("value", full));
    }
    if let Over::Fixed(fixed) = &part.over {
        period::check(found, fixed, d.period, format!("{path}.over"));
    }
    match &part.measure {
        Measure::Change { lag: 0 }
        | Measure::Growth { lag: 0 }
        | Measure::SymmetricGrowth { lag: 0 }
        | Measure::RankChange { lag: 0 } => {
            found.push(Finding::error("lag_zero").at(format!("{path}.measure.lag")));
        }
        Measure::Attainment { target, base, .. } => {
            anchor(found, target, &format!("{path}.measure.target"));
            anchor(found, base, &format!("{path}.measure.base"));
        }
        _ => {}
    }
    let own = part.full.unwrap_or(full);
    match &part.rule {
        Rule::Leaf(rule) => {
            let negative = part.measure.lower_is_better(direction == Direction::Negative);
            leaf(found, part, rule, &Setting { full: own, negative }, path);
        }
        Rule::Combinator(rule) => {
            if part.missing.is_some() {
                found.push(Finding::error("missing_of_combination").at(format!("{path}.missing")));
            }
            relative(found, rule.check(&Setting { full: own, negative: false }), path);
            let levels = matches!(rule, Combinator::Matrix(_));
            for (k, part) in rule.parts().iter().enumerate() {
                if levels && matches!(part.missing, Some(PartMissing::Zero | PartMissing::Full)) {
                    found.push(Finding::error("missing_of_level").at(format!("{path}.of[{k}].missing")));
                }
                one(found, d, direction, part, own, &format!("{path}.of[{k}]"));
            }
        }
    }
}

fn leaf(found: &mut Vec<Finding>, part: &Part, rule: &Leaf, setting: &Setting, path: &str) {
    let anchors = rule.anchors(setting);
    for a in &anchors {
        anchor(found, a, path);
    }
    if anchors.contains(&Anchor::Pooled) && part.measure != Measure::Value {
        found.push(Finding::error("pooled_needs_value").at(path).fact("measure", part.measure.name()));
    }
    let problems = rule.check(setting);
    if problems.is_empty() {
        found.extend(rewards_worse(rule, setting).map(|f| f.at(path)));
    }
    relative(found, problems, path);
}

/// Findings of a rule or a method, which names its parameter only.
pub(super) fn relative(found: &mut Vec<Finding>, problems: Vec<Finding>, path: &str) {
    for mut finding in problems {
        let relative = finding.place.path.take().unwrap_or_default();
        let dot = if relative.is_empty() || relative.starts_with('[') { "" } else { "." };
        found.push(finding.at(format!("{path}{dot}{relative}")));
    }
}

fn anchor(found: &mut Vec<Finding>, anchor: &Anchor, path: &str) {
    match anchor {
        Anchor::Quantile(q) if !(0.0..=1.0).contains(q) => {
            found.push(
                Finding::error("out_of_range").at(path).fact("value", q).fact("low", 0).fact("high", 1),
            );
        }
        Anchor::Entity(e) if e.trim().is_empty() => found.push(Finding::error("empty_text").at(path)),
        _ => {}
    }
}

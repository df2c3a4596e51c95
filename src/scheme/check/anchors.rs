//! Anchors that are other indicators: known, and in the unit of what is compared with them.

use std::collections::HashMap;

use super::{Known, Outside};
use crate::finding::Finding;
use crate::formula::Unit;
use crate::method::anchor::Anchor;
use crate::method::measures::Measure;
use crate::method::rules::{Combine, Kernel, Rule, Setting};
use crate::scheme::model::{Document, Indicator, Part, Parts};
use crate::scheme::plan::units;
use crate::tree::path_key;

pub(super) fn check(d: &Document, outside: &Outside) -> Vec<Finding> {
    // What is wrong with a unit is reported where units are compiled.
    let units = units(d);
    let unit = |x: &Indicator| units.parse(&x.unit).ok();
    let ids = d.indicators.iter().map(|x| &x.id).chain(&outside.indicators);
    let mut walk = Walk {
        known: Known::of(ids),
        units: d
            .indicators
            .iter()
            .filter_map(|x| Some((x.id.as_str(), (unit(x)?, x.unit.as_str()))))
            .collect(),
        found: Vec::new(),
    };
    for (i, x) in d.indicators.iter().enumerate() {
        walk.parts(&x.id, &x.points, &format!("indicator[{i}].points"));
    }
    for (i, class) in d.classes.iter().enumerate() {
        for (id, points) in &class.points {
            walk.parts(id, points, &format!("class[{i}].points.{}", path_key(id)));
        }
    }
    walk.found
}

struct Walk<'a> {
    known: Known<'a>,
    /// Unit of every indicator, and as it is written.
    units: HashMap<&'a str, (Unit, &'a str)>,
    found: Vec<Finding>,
}

impl Walk<'_> {
    fn parts(&mut self, of: &str, parts: &Parts, path: &str) {
        for (k, part) in parts.0.iter().enumerate() {
            self.part(of, part, &format!("{path}[{k}]"));
        }
    }

    fn part(&mut self, of: &str, part: &Part, path: &str) {
        match &part.rule {
            Rule::Leaf(rule) => {
                // The direction of a rule changes which end an anchor is, not which anchors there are.
                for anchor in rule.anchors(&Setting { full: 1.0, negative: false }) {
                    self.anchor(of, &anchor, part.measure.is_in_unit(), path);
                }
            }
            Rule::Combinator(rule) => {
                for (k, part) in rule.parts().iter().enumerate() {
                    self.part(of, part, &format!("{path}.of[{k}]"));
                }
            }
        }
        if let Measure::Attainment { target, base, .. } = &part.measure {
            self.anchor(of, target, true, &format!("{path}.measure.target"));
            self.anchor(of, base, true, &format!("{path}.measure.base"));
        }
    }

    /// What is compared with the anchor is in the unit of the indicator, or a pure number.
    fn anchor(&mut self, of: &str, anchor: &Anchor, in_unit: bool, path: &str) {
        let Anchor::Indicator(id) = anchor else { return };
        if !self.known.has(id) {
            self.found.push(self.known.unknown("indicator", id).at(path));
            return;
        }
        let (Some((own, own_text)), Some((other, text))) = (self.units.get(of), self.units.get(id.as_str()))
        else {
            return;
        };
        let pure = Unit::pure();
        let (expected, expected_text) = if in_unit { (own, *own_text) } else { (&pure, "1") };
        if other.factor_to(expected) != Some(1.0) {
            let finding = Finding::error("anchor_unit").at(path).fact("name", id);
            self.found.push(finding.fact("unit", text).fact("expected", expected_text));
        }
    }
}

//! From a scheme to an `iMeta`, and what stands in the columns of `iData`.

use std::collections::{BTreeMap, HashSet};

use super::{Meta, Parameters};
use crate::finding::Finding;
use crate::formula::{Load, Op, Program};
use crate::method::aggregation::Aggregation;
use crate::scheme::Scheme;
use crate::scheme::model::{Direction, Title};
use crate::scheme::plan::Slot;
use crate::text::Lang;

/// What becomes of a scheme in COINr.
#[derive(Debug, Clone, PartialEq)]
pub struct Tables {
    /// The rows of `iMeta`.
    pub meta: Vec<Meta>,
    /// The columns of `iData` beside `uCode` and `Time`: the code, and what stands in it.
    pub data: Vec<(String, Contents)>,
    /// What the scheme says and `iMeta` has no column for, as an information; scripts say it (`Normalise`, `Treat`, `Aggregate`).
    pub left: Vec<Finding>,
}

/// What stands in a column of `iData`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contents {
    /// A variable of the data.
    Variable(String),
    /// The values of an indicator.
    Values(String),
    /// The classes of the entities.
    Classes,
}

/// The tables that describe a scheme to COINr.
///
/// An indicator that is a variable, or the quotient of two without a conversion of units, comes with its data, the latter with a
/// `Denominator`; of any other formula the values are the data. COINr wants the parent of a code one level above it: an indicator that stands higher gets
/// aggregates of one member in between (`code_2`, `code_3`).
pub fn tables(scheme: &Scheme) -> Tables {
    let mut writing = Writing::of(scheme);
    writing.indicators();
    writing.groups();
    writing.denominators();
    let left = left(scheme);
    Tables { meta: writing.meta, data: writing.data, left }
}

struct Writing<'a> {
    scheme: &'a Scheme,
    taken: HashSet<String>,
    /// Level of the index.
    top: usize,
    root: String,
    /// Codes of denominators by their variable.
    below: BTreeMap<usize, String>,
    between: Vec<Meta>,
    meta: Vec<Meta>,
    data: Vec<(String, Contents)>,
}

impl<'a> Writing<'a> {
    fn of(scheme: &'a Scheme) -> Self {
        let document = scheme.document();
        let ids = document.indicators.iter().map(|i| &i.id).chain(document.groups.iter().map(|g| &g.id));
        let mut taken: HashSet<String> = ids.cloned().collect();
        let root = free(&mut taken, &document.id);
        let plan = scheme.plan();
        let depths = (0..plan.indicators.len()).map(|node| depth(scheme, node));
        let top = 1 + depths.max().unwrap_or(1);
        Writing {
            scheme,
            taken,
            top,
            root,
            below: BTreeMap::new(),
            between: Vec::new(),
            meta: Vec::new(),
            data: Vec::new(),
        }
    }

    fn indicators(&mut self) {
        let (document, plan) = (self.scheme.document(), self.scheme.plan());
        for (node, indicator) in document.indicators.iter().enumerate() {
            let (contents, denominator) = self.contents(node);
            let variable = match &contents {
                Contents::Variable(id) => document.variables.iter().find(|v| v.id == *id),
                _ => None,
            };
            let unit = variable.map_or(&indicator.unit, |v| &v.unit);
            let negative = indicator.direction == Direction::Negative;
            let target = document
                .targets
                .iter()
                .find(|t| t.indicator == indicator.id && t.entity.is_none() && t.period.is_none());
            let parent = indicator.parent.clone().unwrap_or_else(|| self.root.clone());
            let level = self.top - depth(self.scheme, node);
            let (parent, weight) = self.lowered(&indicator.id, parent, plan.classes[0].weights[node], level);
            self.meta.push(Meta {
                level: Some(1.0),
                code: Some(indicator.id.clone()),
                parent: Some(parent),
                direction: Some(if negative { -1.0 } else { 1.0 }),
                weight: Some(weight),
                kind: Some("Indicator".to_owned()),
                name: name(&indicator.title),
                unit: Some(unit.clone()),
                target: target.map(|t| t.value),
                denominator,
                scale_factor: None,
                parameters: Parameters::default(),
            });
            self.data.push((indicator.id.clone(), contents));
        }
    }

    /// The parent and the weight of an indicator whose place is on a level, once aggregates of one member lead down to level 1.
    fn lowered(&mut self, id: &str, parent: String, weight: f64, level: usize) -> (String, f64) {
        let (mut parent, mut weight) = (parent, weight);
        for level in (2..=level).rev() {
            let code = free(&mut self.taken, &format!("{id}_{level}"));
            self.between.push(aggregate(level, &code, Some(parent), weight, None));
            (parent, weight) = (code, 1.0);
        }
        (parent, weight)
    }

    fn groups(&mut self) {
        let document = self.scheme.document();
        let plan = self.scheme.plan();
        let mut rows: Vec<Meta> = std::mem::take(&mut self.between);
        for group in &document.groups {
            let Some(node) = plan.node(&group.id) else { continue };
            let level = self.top - depth(self.scheme, node);
            let parent = group.parent.clone().unwrap_or_else(|| self.root.clone());
            let weight = plan.classes[0].weights[node];
            rows.push(aggregate(level, &group.id, Some(parent), weight, name(&group.title)));
        }
        rows.push(aggregate(self.top, &self.root, None, 1.0, name(&document.title)));
        rows.sort_by(|a, b| a.level.partial_cmp(&b.level).unwrap_or(std::cmp::Ordering::Equal));
        self.meta.extend(rows);
    }

    fn denominators(&mut self) {
        let document = self.scheme.document();
        let kept = |code: &str, kind: &str| Meta {
            code: Some(code.to_owned()),
            kind: Some(kind.to_owned()),
            ..Meta::default()
        };
        for (variable, code) in &self.below {
            let variable = &document.variables[*variable];
            let name = name(&variable.title);
            self.meta.push(Meta { name, unit: Some(variable.unit.clone()), ..kept(code, "Denominator") });
            self.data.push((code.clone(), Contents::Variable(variable.id.clone())));
        }
        if !document.classes.is_empty() {
            let code = free(&mut self.taken, "class");
            self.meta.push(kept(&code, "Group"));
            self.data.push((code, Contents::Classes));
        }
    }

    /// What stands in the column of an indicator, and the code that it is divided by.
    fn contents(&mut self, node: usize) -> (Contents, Option<String>) {
        let (document, plan) = (self.scheme.document(), self.scheme.plan());
        let program = &plan.indicators[node].program;
        let variable = |load: u32| variable(program, &plan.slots, load);
        let values = || (Contents::Values(document.indicators[node].id.clone()), None);
        match program.ops.as_slice() {
            [Op::Load(x)] => match variable(*x) {
                Some(x) => (Contents::Variable(document.variables[x].id.clone()), None),
                None => values(),
            },
            [Op::Load(x), Op::Load(d), Op::Div] => match (variable(*x), variable(*d)) {
                (Some(x), Some(d)) => {
                    let id = &document.variables[d].id;
                    let code = match self.below.get(&d) {
                        Some(code) => code.clone(),
                        None => free(&mut self.taken, id),
                    };
                    self.below.insert(d, code.clone());
                    (Contents::Variable(document.variables[x].id.clone()), Some(code))
                }
                _ => values(),
            },
            _ => values(),
        }
    }
}

/// The variable that a load reads, of the row itself.
fn variable(program: &Program, slots: &[Slot], load: u32) -> Option<usize> {
    match program.loads.get(load as usize)? {
        Load::Column { slot, lag: 0 } => match slots.get(*slot as usize)? {
            Slot::Variable(variable) => Some(*variable),
            _ => None,
        },
        _ => None,
    }
}

/// How many nodes there are above a node.
fn depth(scheme: &Scheme, node: usize) -> usize {
    std::iter::successors(scheme.plan().nodes[node].parent, |n| scheme.plan().nodes[*n].parent).count()
}

fn aggregate(level: usize, code: &str, parent: Option<String>, weight: f64, name: Option<String>) -> Meta {
    Meta {
        level: Some(level as f64),
        code: Some(code.to_owned()),
        parent,
        direction: Some(1.0),
        weight: Some(weight),
        kind: Some("Aggregate".to_owned()),
        name,
        ..Meta::default()
    }
}

/// A title, in English where there is one.
fn name(title: &Title) -> Option<String> {
    title.get(Lang::En).map(str::to_owned)
}

/// A code that is not taken, with `_` behind it where it is.
fn free(taken: &mut HashSet<String>, code: &str) -> String {
    let mut code = code.to_owned();
    while !taken.insert(code.clone()) {
        code.push('_');
    }
    code
}

/// What of a scheme iMeta cannot say.
fn left(scheme: &Scheme) -> Vec<Finding> {
    let document = scheme.document();
    let (i, g, t) = (&document.indicators, &document.groups, &document.total);
    let any = [
        ("points", !i.is_empty()),
        (
            "round",
            i.iter().any(|i| i.round.is_some()) || g.iter().any(|g| g.round.is_some()) || t.round.is_some(),
        ),
        ("treat", i.iter().any(|i| i.treat.is_some())),
        ("not_applicable", i.iter().any(|i| i.not_applicable.is_some())),
        (
            "aggregate",
            g.iter().map(|g| &g.aggregate).chain([&t.aggregate]).any(|a| *a != Aggregation::default()),
        ),
        ("weights", g.iter().map(|g| &g.weights).chain([&t.weights]).any(Option::is_some)),
        ("benchmarks", !document.benchmarks.is_empty()),
        ("class", !document.classes.is_empty()),
        ("adjustment", !document.adjustments.is_empty()),
        ("floor", !document.floors.is_empty()),
        ("blend", t.blend.is_some()),
        ("grades", t.grades.is_some()),
    ];
    let keys: Vec<&str> = any.iter().filter(|(_, is)| *is).map(|(key, _)| *key).collect();
    if keys.is_empty() { Vec::new() } else { vec![Finding::info("coinr_left").fact("keys", keys.join(", "))] }
}

//! A study compiled: which change every point of a cube is.
//!
//! A point has a coordinate between 0 and 1 for each uncertain number: one a varied weight, and one for every other factor. Whoever asks how sure a result
//! is chooses points; what a point means is said here, once.

use std::ops::Range;

use super::draw::{Alternatives, Field, WeightDraw};
use crate::assess::{Assessment, Edit};
use crate::error::DataError;
use crate::finding::Finding;
use crate::number::random::Philox;
use crate::scheme::Scheme;
use crate::scheme::address;
use crate::scheme::check::robustness;
use crate::scheme::model::{
    Document, Factor, SettingTo, Title, Value, Vary, VarySetting, VaryWeights, WeightsWay,
};
use crate::scheme::plan::Plan;
use crate::text::{self, Lang};

/// The factors of a study, compiled for an assessment.
#[derive(Debug)]
pub(crate) struct Design {
    factors: Vec<Varied>,
    dimensions: usize,
}

/// A factor, compiled.
#[derive(Debug)]
pub(crate) struct Varied {
    pub(crate) id: String,
    pub(crate) title: Title,
    /// Its coordinates.
    pub(crate) at: Range<usize>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// Every group's members that vary.
    Weights {
        draw: WeightDraw,
        groups: Vec<Vec<usize>>,
    },
    /// The weights of each set, by node.
    Sets(Alternatives<Vec<(usize, f64)>>),
    /// The value of each alternative; none is what the scheme says.
    Setting {
        at: Vec<String>,
        values: Alternatives<Option<Value>>,
    },
    Between {
        at: Vec<String>,
        ends: [f64; 2],
    },
    Error(Field),
    LeaveOut(Alternatives<Option<usize>>),
    /// Variables and those whose numbers they take; none is the data as they are.
    Columns(Alternatives<Vec<(String, String)>>),
}

impl Kind {
    fn of(plan: &Plan, factor: &Factor, at: usize) -> Kind {
        match &factor.vary {
            Vary::Weights(weights) => weights_kind(plan, weights),
            Vary::Setting(setting) => setting_kind(setting),
            Vary::Error(error) => Kind::Error(Field::new(error, at)),
            Vary::LeaveOut(nodes) => Kind::LeaveOut(Alternatives::equal(left_out(plan, nodes))),
            Vary::Columns(columns) => {
                let replaced = columns.iter().map(|(own, other)| (own.clone(), other.clone())).collect();
                Kind::Columns(Alternatives::equal(vec![Vec::new(), replaced]))
            }
        }
    }
}

impl Varied {
    /// The chances of its alternatives, if it has such.
    pub(crate) fn chances(&self) -> Option<&[f64]> {
        match &self.kind {
            Kind::Sets(sets) => Some(sets.chances()),
            Kind::Setting { values, .. } => Some(values.chances()),
            Kind::LeaveOut(nodes) => Some(nodes.chances()),
            Kind::Columns(columns) => Some(columns.chances()),
            Kind::Weights { .. } | Kind::Between { .. } | Kind::Error(_) => None,
        }
    }

    /// The nodes whose weights its coordinates are, one each; none where they are something else.
    pub(crate) fn nodes(&self) -> Vec<usize> {
        match &self.kind {
            Kind::Weights { groups, .. } => groups.concat(),
            _ => Vec::new(),
        }
    }

    /// A coordinate at which an alternative is taken.
    pub(crate) fn middle(&self, alternative: usize) -> f64 {
        let chances = self.chances().unwrap_or_default();
        let before: f64 = chances[..alternative.min(chances.len())].iter().sum();
        before + chances.get(alternative).unwrap_or(&0.0) / 2.0
    }

    /// Which alternative of a setting or of the data a point takes, if that needs another assessment to start from.
    fn choice(&self, point: &[f64]) -> Option<u16> {
        let u = point[self.at.start];
        match &self.kind {
            Kind::Setting { values, .. } => Some(values.at(u)),
            Kind::Columns(columns) => Some(columns.at(u)),
            _ => None,
        }
        .and_then(|at| u16::try_from(at).ok())
    }
}

/// What varies where nothing is said: the factors of the scheme, or all its weights by a quarter.
pub(crate) fn usual(document: &Document) -> Vec<Factor> {
    if !document.robustness.factors.is_empty() {
        return document.robustness.factors.clone();
    }
    all_weights(WeightsWay::Within(0.25))
}

/// One factor: all weights, varied in a way.
pub(crate) fn all_weights(way: WeightsWay) -> Vec<Factor> {
    let said = |lang| Some(text::render("factor_weights", lang, &[]));
    let title = Title { zh: said(Lang::Zh), en: said(Lang::En) };
    let vary = Vary::Weights(VaryWeights { way, groups: Vec::new() });
    vec![Factor { id: "weights".to_owned(), title, vary }]
}

impl Design {
    /// Compiles factors.
    ///
    /// # Errors
    /// Everything that is wrong with them: a name or address that is not there, a number out of range, an alternative that keeps the scheme from
    /// loading or changes its tree, a standard error that is missing.
    pub(crate) fn of(assessment: &Assessment, factors: &[Factor]) -> Result<Design, DataError> {
        let scheme = &assessment.inner.scheme;
        let mut found = robustness::factors(scheme.document(), factors, "factors");
        if factors.is_empty() {
            found.push(Finding::error("vary_nothing"));
        }
        found.extend(tried(assessment, factors, &found));
        let plan = scheme.plan();
        let mut design = Design { factors: Vec::new(), dimensions: 0 };
        for (i, factor) in factors.iter().enumerate().filter(|_| found.is_empty()) {
            let kind = Kind::of(plan, factor, i);
            let count = match &kind {
                Kind::Weights { groups, .. } => groups.iter().map(Vec::len).sum(),
                _ => 1,
            };
            let at = design.dimensions..design.dimensions + count;
            design.dimensions = at.end;
            design.factors.push(Varied { id: factor.id.clone(), title: factor.title.clone(), at, kind });
        }
        let idle = design.factors.iter().filter(|factor| factor.at.is_empty());
        let about = |factor: &Varied| Finding::error("vary_no_weights").fact("factor", &factor.id);
        found.extend(idle.map(|factor| about(factor).at("factors")));
        if found.is_empty() { Ok(design) } else { Err(DataError::new(found)) }
    }

    /// Coordinates of a point.
    pub(crate) fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// The factors.
    pub(crate) fn factors(&self) -> &[Varied] {
        &self.factors
    }

    /// The point of a run of a seed: the numbers that follow each other in the stream of each factor, the first of which has key `[seed, 1]`.
    pub(crate) fn draw(&self, seed: u64, run: u64, point: &mut [f64]) {
        for (f, factor) in self.factors.iter().enumerate() {
            let own = &mut point[factor.at.clone()];
            Philox::new([seed, f as u64 + 1]).uniforms(run * own.len() as u64, own);
        }
    }

    /// Which alternatives of settings and data a point takes, one by one: what needs an assessment of its own to start from.
    pub(crate) fn choices(&self, point: &[f64], to: &mut Vec<u16>) {
        to.clear();
        to.extend(self.factors.iter().filter_map(|factor| factor.choice(point)));
    }

    /// What alternatives change of an assessment.
    pub(crate) fn base_edits(&self, assessment: &Assessment, choices: &[u16]) -> Vec<Edit> {
        let mut edits = Vec::new();
        let based = self.factors.iter().filter(|f| matches!(f.kind, Kind::Setting { .. } | Kind::Columns(_)));
        for (factor, choice) in based.zip(choices) {
            match &factor.kind {
                Kind::Setting { at, values } => {
                    let value = values.get(*choice).and_then(Option::as_ref);
                    edits.extend(value.into_iter().flat_map(|value| set(at, value)));
                }
                Kind::Columns(columns) => {
                    let panel = &assessment.inner.panel;
                    edits.extend(columns.get(*choice).into_iter().flatten().filter_map(
                        |(variable, other)| {
                            let column = panel.column(other)?.clone();
                            Some(Edit::Column { variable: variable.clone(), column })
                        },
                    ));
                }
                _ => {}
            }
        }
        edits
    }

    /// Whether every point differs from the assessment of its alternatives in weights only.
    pub(crate) fn is_reweighed(&self) -> bool {
        !self.factors.iter().any(|factor| matches!(factor.kind, Kind::Between { .. } | Kind::Error(_)))
    }

    /// The weights of all nodes that a point gives a class, `class` being an index of the plan's classes.
    pub(crate) fn weights(&self, plan: &Plan, class: usize, point: &[f64], to: &mut [f64]) {
        let given = &plan.classes[class].weights;
        to.copy_from_slice(given);
        let mut left = None;
        for factor in &self.factors {
            let own = &point[factor.at.clone()];
            match &factor.kind {
                Kind::Weights { draw, groups } => {
                    let mut from = 0;
                    for members in groups {
                        let coordinates = &own[from..from + members.len()];
                        from += members.len();
                        draw.weights(members, given, coordinates, to);
                    }
                }
                Kind::Sets(sets) => {
                    let taken = sets.get(sets.at(own[0])).into_iter().flatten();
                    taken
                        .filter(|(node, _)| given[*node] != 0.0)
                        .for_each(|(node, weight)| to[*node] = *weight);
                }
                Kind::LeaveOut(nodes) => left = nodes.get(nodes.at(own[0])).copied().flatten(),
                _ => {}
            }
        }
        if let Some(node) = left {
            to[node] = 0.0;
        }
    }

    /// What a point changes of the assessment of its alternatives.
    pub(crate) fn edits(&self, base: &Assessment, point: &[f64]) -> Vec<Edit> {
        let mut edits = Vec::new();
        for factor in &self.factors {
            let u = point[factor.at.start];
            match &factor.kind {
                Kind::Between { at, ends: [low, high] } => {
                    edits.extend(set(at, &Value::from(low + (high - low) * u)));
                }
                Kind::Error(field) => edits.extend(field.edits(&base.inner.panel, u)),
                _ => {}
            }
        }
        let weights = self.weight_edits(&base.inner.scheme, point);
        if !weights.is_empty() {
            edits.extend(any_sum(base.inner.scheme.document()));
        }
        edits.extend(weights);
        edits
    }

    fn weight_edits(&self, scheme: &Scheme, point: &[f64]) -> Vec<Edit> {
        let (plan, document) = (scheme.plan(), scheme.document());
        let mut edits = Vec::new();
        let (mut own, mut common) = (vec![0.0; plan.nodes.len()], vec![0.0; plan.nodes.len()]);
        self.weights(plan, 0, point, &mut common);
        let nodes = || plan.nodes[..plan.root()].iter().enumerate();
        for (n, node) in nodes().filter(|(n, _)| common[*n] != plan.classes[0].weights[*n]) {
            edits.push(Edit::Weight { node: node.id.clone(), weight: common[n] });
        }
        for (c, class) in plan.classes.iter().enumerate().skip(1) {
            self.weights(plan, c, point, &mut own);
            // A weight that the class writes stays where that of the others moves, were they the same or not.
            let is_own = |id: &str| document.is_weighed_by(&class.id, id);
            for (n, node) in nodes().filter(|(n, node)| own[*n] != common[*n] || is_own(&node.id)) {
                let at = address::written(&["class", &class.id, "weights", &node.id]);
                edits.push(Edit::Set { at, value: Value::from(own[n]) });
            }
        }
        edits
    }
}

fn ids(plan: &Plan) -> Vec<String> {
    plan.nodes.iter().map(|node| node.id.clone()).collect()
}

fn set(at: &[String], value: &Value) -> Vec<Edit> {
    at.iter().map(|at| Edit::Set { at: at.clone(), value: value.clone() }).collect()
}

/// What lets weights sum to other numbers than the scheme says they do.
pub(super) fn any_sum(document: &Document) -> Option<Edit> {
    let said = document.weights_sum.is_some();
    said.then(|| Edit::Set { at: "weights_sum".to_owned(), value: Value::nothing() })
}

fn weights_kind(plan: &Plan, weights: &VaryWeights) -> Kind {
    let draw = match &weights.way {
        WeightsWay::Within(share) => WeightDraw::Within(*share),
        WeightsWay::Dirichlet(size) => WeightDraw::Dirichlet(*size),
        WeightsWay::Free(free) => WeightDraw::Free(*free),
        WeightsWay::Among(sets) => {
            let nodes = |set: &indexmap::IndexMap<String, f64>| {
                set.iter().filter_map(|(node, weight)| Some((plan.node(node)?, *weight))).collect()
            };
            return Kind::Sets(Alternatives::equal(sets.iter().map(nodes).collect()));
        }
    };
    Kind::Weights { draw, groups: varied(plan, weights) }
}

/// The members of each group whose weights a factor may vary: those with a weight in some class, of groups that do not compute them.
pub(super) fn varied(plan: &Plan, weights: &VaryWeights) -> Vec<Vec<usize>> {
    let has_weight = |node: &usize| plan.classes.iter().any(|class| class.weights[*node] != 0.0);
    let is_meant = |id: &str| weights.groups.is_empty() || weights.groups.iter().any(|group| group == id);
    let groups = plan.nodes.iter().filter(|node| node.weighting.is_none() && is_meant(&node.id));
    let members = groups.map(|group| group.members.iter().copied().filter(has_weight).collect::<Vec<_>>());
    // The weight of an only member says nothing.
    members.filter(|members| members.len() > 1).collect()
}

fn setting_kind(setting: &VarySetting) -> Kind {
    let at = setting.at.clone();
    match &setting.to {
        SettingTo::Between(ends) => Kind::Between { at, ends: *ends },
        SettingTo::Among(values) => {
            let kept = setting.keep.then_some(None);
            let values = kept.into_iter().chain(values.iter().cloned().map(Some)).collect();
            Kind::Setting { at, values: Alternatives::new(values, &setting.chances) }
        }
    }
}

/// What is wrong with factors that only a trial shows; of those that are wrong already nothing is tried.
fn tried(assessment: &Assessment, factors: &[Factor], found: &[Finding]) -> Vec<Finding> {
    let (scheme, panel) = (&assessment.inner.scheme, &assessment.inner.panel);
    let nodes = ids(scheme.plan());
    let is_wrong = |place: &str| {
        found.iter().any(|f| f.place.path.as_deref().is_some_and(|path| path.starts_with(place)))
    };
    let places = factors.iter().enumerate().map(|(i, factor)| (format!("factors[{i}]"), factor));
    let problems = |(place, factor): (String, &Factor)| match &factor.vary {
        Vary::Setting(setting) => refused(scheme.document(), &nodes, setting, &place),
        Vary::Error(error) => Field::absent(error, panel, &place),
        _ => Vec::new(),
    };
    places.filter(|(place, _)| !is_wrong(place)).flat_map(problems).collect()
}

/// Why the scheme does not load with an alternative of a setting, or has another tree.
fn refused(document: &Document, nodes: &[String], setting: &VarySetting, place: &str) -> Vec<Finding> {
    let values: Vec<(String, Value)> = match &setting.to {
        SettingTo::Among(values) => {
            let place = |k: usize| format!("{place}.setting.among[{k}]");
            values.iter().enumerate().map(|(k, value)| (place(k), value.clone())).collect()
        }
        SettingTo::Between(ends) => {
            let place = |k: usize| format!("{place}.setting.between[{k}]");
            ends.iter().enumerate().map(|(k, end)| (place(k), Value::from(*end))).collect()
        }
    };
    let mut found = Vec::new();
    for (place, value) in values {
        let settings: Vec<(&str, &Value)> = setting.at.iter().map(|at| (at.as_str(), &value)).collect();
        let loaded = address::with(document, &settings)
            .and_then(|document| Scheme::from_document(document).map_err(|e| e.findings().to_vec()));
        match loaded {
            Ok(scheme) if ids(scheme.plan()) != *nodes => found.push(Finding::error("vary_tree").at(place)),
            Ok(_) => {}
            Err(problems) => found.extend(problems.into_iter().map(|problem| problem.at(&place))),
        }
    }
    found
}

fn left_out(plan: &Plan, nodes: &[String]) -> Vec<Option<usize>> {
    let all = nodes.iter().any(|node| node == address::ALL);
    let of =
        |(n, id): (usize, &str)| (all && n < plan.indicators.len()) || nodes.iter().any(|node| node == id);
    let indexed = plan.nodes.iter().enumerate().map(|(n, node)| (n, node.id.as_str()));
    std::iter::once(None).chain(indexed.filter(|node| of(*node)).map(|(n, _)| Some(n))).collect()
}

#[cfg(feature = "toml")]
#[cfg(test)]
#[path = "design_tests.rs"]
mod tests;

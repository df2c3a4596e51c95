//! What of the method is uncertain: every factor varies something that is there.

use super::{Known, MOST_PROBLEMS, Outside, ids, not_finite, once, share, within};
use crate::finding::Finding;
use crate::scheme::address;
use crate::scheme::model::{
    Document, ErrorSize, Factor, SettingTo, Vary, VaryError, VarySetting, VaryWeights, WeightsWay,
};
use crate::tree::{Node, path_key};

/// Most factors of a study, and most alternatives of one.
const MOST: usize = 1_000;

/// How far from 1 chances may sum, as decimals of a file do.
const ROUNDING: f64 = 1e-9;

pub(super) fn check(d: &Document, _: &Outside) -> Vec<Finding> {
    factors(d, &d.robustness.factors, "robustness.factor")
}

/// What is wrong with factors; `place` is what the list is called.
pub(crate) fn factors(d: &Document, factors: &[Factor], place: &str) -> Vec<Finding> {
    if factors.len() > MOST {
        return vec![Finding::error("too_many_items").at(place).fact("key", place).fact("most", MOST)];
    }
    let mut found = not_finite(&factors, place);
    if factors.is_empty() || !found.is_empty() {
        return found;
    }
    once(&mut found, ids(place, factors.iter().map(|f| &f.id)), false);
    let of = Checked {
        document: d,
        tree: address::tree(d),
        variables: Known::of(d.variables.iter().map(|v| &v.id)),
        nodes: Known::of(d.indicators.iter().map(|i| &i.id).chain(d.groups.iter().map(|g| &g.id))),
        groups: Known::of(d.groups.iter().map(|g| g.id.as_str()).chain(["total"])),
        weights_vary: factors.iter().any(|f| matches!(f.vary, Vary::Weights(_))),
    };
    for (i, factor) in factors.iter().enumerate() {
        let path = format!("{place}[{i}]");
        match &factor.vary {
            Vary::Weights(weights) => of.weights(&mut found, weights, &format!("{path}.weights")),
            Vary::Setting(setting) => of.setting(&mut found, setting, &format!("{path}.setting")),
            Vary::Error(error) => of.error(&mut found, error, &format!("{path}.error")),
            Vary::LeaveOut(nodes) => {
                let path = format!("{path}.leave_out");
                counted(&mut found, nodes.len(), &path);
                let nodes = nodes.iter().enumerate().filter(|(_, node)| *node != address::ALL);
                found.extend(strange((&of.nodes, "indicator"), nodes, &path));
            }
            Vary::Columns(columns) => {
                let path = format!("{path}.columns");
                counted(&mut found, columns.len(), &path);
                for (variable, other) in columns {
                    of.vintage(&mut found, variable, other, &format!("{path}.{}", path_key(variable)));
                }
            }
        }
        if found.len() >= MOST_PROBLEMS {
            break;
        }
    }
    found
}

/// A list is neither empty nor endless.
fn counted(found: &mut Vec<Finding>, count: usize, path: &str) {
    if count == 0 {
        found.push(Finding::error("empty_list").at(path));
    } else if count > MOST {
        found.push(Finding::error("too_many_items").at(path).fact("key", path).fact("most", MOST));
    }
}

fn not_negative(found: &mut Vec<Finding>, value: f64, path: String) {
    if value < 0.0 {
        found.push(Finding::error("negative").at(path).fact("value", value));
    }
}

/// Names that are not known.
fn strange<'a>(
    (known, what): (&Known<'_>, &str),
    names: impl Iterator<Item = (usize, &'a String)>,
    path: &str,
) -> Vec<Finding> {
    let strange = names.filter(|(_, name)| !known.has(name));
    strange.map(|(k, name)| known.unknown(what, name).at(format!("{path}[{k}]"))).collect()
}

/// What factors refer to.
struct Checked<'a> {
    document: &'a Document,
    tree: Node,
    variables: Known<'a>,
    nodes: Known<'a>,
    groups: Known<'a>,
    weights_vary: bool,
}

impl Checked<'_> {
    fn weights(&self, found: &mut Vec<Finding>, weights: &VaryWeights, path: &str) {
        match &weights.way {
            WeightsWay::Within(part) => share(found, *part, &format!("{path}.within")),
            WeightsWay::Dirichlet(size) if *size <= 0.0 => {
                found
                    .push(Finding::error("not_positive").at(format!("{path}.dirichlet")).fact("value", size));
            }
            WeightsWay::Dirichlet(_) | WeightsWay::Free(_) => {}
            WeightsWay::Among(sets) => {
                counted(found, sets.len(), &format!("{path}.among"));
                for (k, (node, weight)) in
                    sets.iter().enumerate().flat_map(|(k, set)| set.iter().map(move |w| (k, w)))
                {
                    let path = format!("{path}.among[{k}].{}", path_key(node));
                    if !self.nodes.has(node) {
                        found.push(self.nodes.unknown("indicator", node).at(&path));
                    }
                    not_negative(found, *weight, path);
                }
            }
        }
        let path = format!("{path}.groups");
        found.extend(strange((&self.groups, "group"), weights.groups.iter().enumerate(), &path));
        let computes = |group: &str| match self.document.groups.iter().find(|g| g.id == group) {
            Some(group) => group.weights.is_some(),
            None => group == "total" && self.document.total.weights.is_some(),
        };
        for (k, group) in weights.groups.iter().enumerate().filter(|(_, group)| computes(group)) {
            found.push(Finding::error("vary_computed").at(format!("{path}[{k}]")).fact("group", group));
        }
    }

    fn setting(&self, found: &mut Vec<Finding>, setting: &VarySetting, path: &str) {
        counted(found, setting.at.len(), &format!("{path}.at"));
        for at in setting.at.iter().filter(|at| !address::exists(&self.tree, at)) {
            found.push(Finding::error("address_unknown").at(format!("{path}.at")).fact("address", at));
        }
        let is_weight = |at: &String| at.ends_with(".weight");
        if self.weights_vary && setting.at.iter().any(is_weight) {
            found.push(Finding::error("vary_weight_twice").at(format!("{path}.at")));
        }
        let chances = format!("{path}.chances");
        match &setting.to {
            SettingTo::Among(values) => {
                counted(found, values.len(), &format!("{path}.among"));
                let count = values.len() + usize::from(setting.keep);
                let sum: f64 = setting.chances.iter().sum();
                if !setting.chances.is_empty() && setting.chances.len() != count {
                    let finding = Finding::error("vary_chances_count").at(&chances);
                    found.push(finding.fact("count", setting.chances.len()).fact("expected", count));
                } else if !setting.chances.is_empty() && (sum - 1.0).abs() > ROUNDING {
                    found.push(Finding::error("vary_chances_sum").at(&chances).fact("sum", sum));
                }
                for (k, chance) in setting.chances.iter().enumerate() {
                    share(found, *chance, &format!("{chances}[{k}]"));
                }
            }
            SettingTo::Between([low, high]) => {
                if low >= high {
                    let finding = Finding::error("vary_between").at(format!("{path}.between"));
                    found.push(finding.fact("low", low).fact("high", high));
                }
                if setting.keep || !setting.chances.is_empty() {
                    found.push(Finding::error("vary_between_alone").at(path));
                }
            }
        }
    }

    fn error(&self, found: &mut Vec<Finding>, error: &VaryError, path: &str) {
        let variables = format!("{path}.variables");
        counted(found, error.variables.len(), &variables);
        found.extend(strange((&self.variables, "variable"), error.variables.iter().enumerate(), &variables));
        match &error.size {
            ErrorSize::Normal(size) => not_negative(found, *size, format!("{path}.normal")),
            ErrorSize::Uniform(size) => not_negative(found, *size, format!("{path}.uniform")),
            ErrorSize::Digits(digits) => {
                within(found, f64::from(*digits), [-15.0, 15.0], &format!("{path}.digits"));
            }
            ErrorSize::Column(column) if !self.variables.has(column) => {
                found.push(self.variables.unknown("variable", column).at(format!("{path}.column")));
            }
            ErrorSize::Column(_) => {}
        }
        if error.relative && matches!(error.size, ErrorSize::Digits(_) | ErrorSize::Column(_)) {
            found.push(Finding::error("vary_relative").at(format!("{path}.relative")));
        }
        share(found, error.correlation, &format!("{path}.correlation"));
    }

    /// A variable that takes the numbers of another one is measured in the same unit.
    fn vintage(&self, found: &mut Vec<Finding>, variable: &str, other: &str, path: &str) {
        let unknown: Vec<Finding> = [variable, other]
            .into_iter()
            .filter(|name| !self.variables.has(name))
            .map(|name| self.variables.unknown("variable", name).at(path))
            .collect();
        let unit = |id: &str| self.document.variables.iter().find(|v| v.id == id).map(|v| v.unit.as_str());
        if unknown.is_empty() && unit(variable) != unit(other) {
            let (unit, other_unit) = (unit(variable).unwrap_or_default(), unit(other).unwrap_or_default());
            let finding = Finding::error("vary_unit").at(path).fact("variable", variable).fact("unit", unit);
            found.push(finding.fact("other", other).fact("other_unit", other_unit));
        }
        found.extend(unknown);
    }
}

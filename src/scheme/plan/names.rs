//! What the formulas of a scheme may name, and the slots that stand for it.

use std::cell::Cell;
use std::collections::HashMap;

use indexmap::IndexMap;

use super::compile::MOST_PROBLEMS;
use super::{NodePlan, Slot};
use crate::finding::Finding;
use crate::formula::{Env, Symbol, Unit, UnitError, Units};
use crate::scheme::model::{Document, Indicator, MembersTable};

/// Most unknown names for which the nearest known one is looked for.
const MOST_SEARCHES: u32 = 20;

/// What formulas may name.
pub(in crate::scheme) struct Names<'a> {
    units: &'a Units,
    pub(super) variables: IndexMap<String, Unit>,
    indicators: IndexMap<String, Unit>,
    members: Option<MemberNames<'a>>,
    /// How often the nearest name was looked for.
    searches: Cell<u32>,
}

impl<'a> Names<'a> {
    pub(in crate::scheme) fn of(document: &Document, units: &'a Units, findings: &mut Vec<Finding>) -> Self {
        let mut variables = IndexMap::new();
        for (i, variable) in document.variables.iter().enumerate() {
            if findings.len() >= MOST_PROBLEMS {
                break;
            }
            match units.parse(&variable.unit) {
                Ok(unit) => {
                    variables.insert(variable.id.clone(), unit);
                }
                Err(error) => findings.push(error.finding().at(format!("variable[{i}].unit"))),
            }
        }
        let unit = |i: &Indicator| Some((i.id.clone(), units.parse(&i.unit).ok()?));
        let indicators = document.indicators.iter().filter_map(unit).collect();
        let members = document.members.as_ref().map(|m| MemberNames::of(m, units, findings));
        Names { units, variables, indicators, members, searches: Cell::new(0) }
    }

    /// Whether the nearest name is to be looked for: not any more in a file full of unknown names.
    fn searched(&self) -> bool {
        self.searches.set(self.searches.get() + 1);
        self.searches.get() <= MOST_SEARCHES
    }

    pub(super) fn slots(&self, nodes: &[NodePlan]) -> Vec<Slot> {
        let variables = (0..self.variables.len()).map(Slot::Variable);
        let values = (0..self.indicators.len()).map(Slot::Value);
        let scores = (0..nodes.len()).map(Slot::Score);
        let points = (0..nodes.len()).map(Slot::Points);
        variables.chain(values).chain(scores).chain(points).chain([Slot::Total]).collect()
    }
}

impl Env for Names<'_> {
    fn unit(&self, text: &str) -> Result<Unit, UnitError> {
        self.units.parse(text)
    }

    fn variable(&self, name: &str) -> Option<Symbol> {
        let (slot, _, unit) = self.variables.get_full(name)?;
        Some(Symbol { slot: slot as u32, unit: unit.clone() })
    }

    fn members(&self) -> Option<(&dyn Env, Unit)> {
        self.members.as_ref().map(|members| (members as &dyn Env, members.unit.clone()))
    }

    fn names(&self) -> Vec<String> {
        if self.searched() { self.variables.keys().cloned().collect() } else { Vec::new() }
    }

    fn out_of_place(&self, name: &str) -> Option<Finding> {
        self.indicators.contains_key(name).then(|| Finding::error("formula_indicator"))
    }
}

/// What formulas over members may name: their variables.
pub(super) struct MemberNames<'a> {
    units: &'a Units,
    variables: IndexMap<String, Unit>,
    /// What members are counted in.
    unit: Unit,
}

impl<'a> MemberNames<'a> {
    fn of(members: &MembersTable, units: &'a Units, findings: &mut Vec<Finding>) -> Self {
        let mut parse = |unit: &str, path: String| match units.parse(unit) {
            Ok(unit) => Some(unit),
            Err(error) => {
                findings.push(error.finding().at(path));
                None
            }
        };
        let unit = parse(&members.unit, "members.unit".to_owned()).unwrap_or_default();
        let mut variables = IndexMap::new();
        for (i, variable) in members.variables.iter().enumerate() {
            let unit = parse(&variable.unit, format!("members.variable[{i}].unit"));
            variables.insert(variable.id.clone(), unit.unwrap_or_default());
        }
        MemberNames { units, variables, unit }
    }
}

impl Env for MemberNames<'_> {
    fn unit(&self, text: &str) -> Result<Unit, UnitError> {
        self.units.parse(text)
    }

    fn variable(&self, name: &str) -> Option<Symbol> {
        let (slot, _, unit) = self.variables.get_full(name)?;
        Some(Symbol { slot: slot as u32, unit: unit.clone() })
    }

    fn names(&self) -> Vec<String> {
        self.variables.keys().cloned().collect()
    }
}

/// What adjustments and floors may name besides variables: indicators, `score(id)`, `points(id)`, `total`.
pub(super) struct Results<'a> {
    pub(super) names: &'a Names<'a>,
    pub(super) nodes: &'a [NodePlan],
    pub(super) index: HashMap<&'a str, usize>,
}

impl Results<'_> {
    /// First slots of values, scores, points and the total.
    fn starts(&self) -> [usize; 4] {
        let values = self.names.variables.len();
        let scores = values + self.names.indicators.len();
        [values, scores, scores + self.nodes.len(), scores + 2 * self.nodes.len()]
    }

    fn symbol(slot: usize, unit: Unit) -> Symbol {
        Symbol { slot: slot as u32, unit }
    }
}

impl Env for Results<'_> {
    fn unit(&self, text: &str) -> Result<Unit, UnitError> {
        self.names.unit(text)
    }

    fn variable(&self, name: &str) -> Option<Symbol> {
        let [values, .., total] = self.starts();
        if name == "total" {
            return Some(Self::symbol(total, Unit::pure()));
        }
        let indicator = || {
            let (i, _, unit) = self.names.indicators.get_full(name)?;
            Some(Self::symbol(values + i, unit.clone()))
        };
        self.names.variable(name).or_else(indicator)
    }

    fn members(&self) -> Option<(&dyn Env, Unit)> {
        self.names.members()
    }

    fn of(&self, function: &str, name: &str) -> Option<Symbol> {
        let [_, scores, points, _] = self.starts();
        let first = match function {
            "score" => scores,
            "points" => points,
            _ => return None,
        };
        let node = self.index.get(name)?;
        Some(Self::symbol(first + node, Unit::pure()))
    }

    fn names(&self) -> Vec<String> {
        if !self.names.searched() {
            return Vec::new();
        }
        let known = self.names.variables.keys().chain(self.names.indicators.keys()).cloned();
        known.chain(["total".to_owned()]).collect()
    }

    fn names_of(&self, function: &str) -> Vec<String> {
        match function {
            "score" | "points" if self.names.searched() => self.nodes.iter().map(|n| n.id.clone()).collect(),
            // Not none: the function is there.
            "score" | "points" => vec![String::new()],
            _ => Vec::new(),
        }
    }
}

//! What follows the raw total, compiled: nothing of it is looked up by name while the engine runs.

use super::model::{Document, Override, Total};

/// The last steps: from the raw total to rank and grade.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FinalPlan {
    /// Full mark of every indicator and of the total.
    pub(crate) full_points: f64,
    /// Blend, caps, rounding, ranking and grades.
    pub(crate) total: Total,
    /// Names of the grades: those of the table from the best down, then those that only a floor gives.
    pub(crate) grades: Vec<String>,
    /// What decides between equal totals, in this order.
    pub(crate) tie_break: Vec<TieBreak>,
    /// In the order of the scheme, as their programs.
    pub(crate) adjustments: Vec<Adjusting>,
    /// In the order of the scheme, as their programs.
    pub(crate) floors: Vec<Flooring>,
}

/// What decides between equal totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TieBreak {
    /// The score of a node.
    Node(usize),
    /// A raw variable: more is ahead.
    Variable(usize),
    /// The entity's total one period before.
    PreviousTotal,
    /// The entity's rank one period before: the better one is ahead.
    PreviousRank,
}

impl TieBreak {
    /// What a scheme calls the total and the rank of the period before.
    pub(crate) const PREVIOUS: [(&str, TieBreak); 2] =
        [("previous_total", TieBreak::PreviousTotal), ("previous_rank", TieBreak::PreviousRank)];

    /// By its name in the scheme; `node` is the index of a node.
    fn of(name: &str, document: &Document, node: impl Fn(&str) -> Option<usize>) -> Option<Self> {
        let variable = || document.variables.iter().position(|v| v.id == name).map(TieBreak::Variable);
        let previous = || Self::PREVIOUS.iter().find(|(key, _)| *key == name).map(|(_, of)| *of);
        node(name).map(TieBreak::Node).or_else(variable).or_else(previous)
    }

    /// Whether it asks for the period before.
    pub(crate) fn is_previous(self) -> bool {
        matches!(self, TieBreak::PreviousTotal | TieBreak::PreviousRank)
    }
}

/// What the points of an adjustment do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Adjusting {
    /// Most it may add or take away.
    pub(crate) cap: Option<f64>,
    /// Whether it multiplies the total.
    pub(crate) factor: bool,
}

/// What a floor does where it applies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Flooring {
    /// The total is at most this.
    pub(crate) cap_total: Option<f64>,
    /// The total is this.
    pub(crate) set_total: Option<f64>,
    /// The grade is this one.
    pub(crate) grade: Option<usize>,
    /// The grade is at best this one of the table.
    pub(crate) cap_grade: Option<usize>,
    /// The entity is not ranked.
    pub(crate) unranked: bool,
    /// The entity is in nobody else's references.
    pub(crate) kept_out: bool,
}

impl FinalPlan {
    /// Floors that keep who falls under them out of the references of others.
    pub(crate) fn keeping_out(&self) -> impl Iterator<Item = usize> {
        (0..self.floors.len()).filter(|f| self.floors[*f].kept_out)
    }

    /// Of a document whose structure has been checked; `node` is the index of a node.
    pub(super) fn of(document: &Document, node: impl Fn(&str) -> Option<usize>) -> Self {
        let total = &document.total;
        let table = total.grades.as_ref().map_or(&[][..], |grades| &grades.table);
        let mut grades: Vec<String> = table.iter().map(|(grade, _)| grade.clone()).collect();
        for grade in document.floors.iter().filter_map(|f| f.then.grade.as_ref()) {
            if !grades.contains(grade) {
                grades.push(grade.clone());
            }
        }
        let grade = |name: &Option<String>| grades.iter().position(|grade| Some(grade) == name.as_ref());
        let floor = |then: &Override| Flooring {
            cap_total: then.cap_total,
            set_total: then.set_total,
            grade: grade(&then.grade),
            cap_grade: grade(&then.cap_grade),
            unranked: then.unranked,
            kept_out: !then.references,
        };
        let floors = document.floors.iter().map(|f| floor(&f.then)).collect();
        FinalPlan {
            full_points: document.full_points,
            total: total.clone(),
            tie_break: total
                .rank
                .tie_break
                .iter()
                .filter_map(|id| TieBreak::of(id, document, &node))
                .collect(),
            adjustments: document
                .adjustments
                .iter()
                .map(|a| Adjusting { cap: a.cap, factor: a.factor })
                .collect(),
            floors,
            grades,
        }
    }
}

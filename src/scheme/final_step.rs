//! What follows the raw total, compiled: nothing of it is looked up by name while the engine runs.

use super::model::{Document, Override, Total};

/// The last steps: from the raw total to rank and grade.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FinalPlan {
    /// Full mark of every indicator and of the total.
    pub(crate) full_points: f64,
    /// Blend, caps, rounding, ranking and grades.
    pub(crate) total: Total,
    /// The nodes whose scores decide between equal totals.
    pub(crate) tie_break: Vec<usize>,
    /// In the order of the scheme, as their programs.
    pub(crate) adjustments: Vec<Adjusting>,
    /// In the order of the scheme, as their programs.
    pub(crate) floors: Vec<Flooring>,
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
    /// The grade is this one of the table.
    pub(crate) grade: Option<usize>,
    /// The grade is at best this one of the table.
    pub(crate) cap_grade: Option<usize>,
    /// The entity is not ranked.
    pub(crate) unranked: bool,
}

impl FinalPlan {
    /// Of a document whose structure has been checked; `node` is the index of a node.
    pub(super) fn of(document: &Document, node: impl Fn(&str) -> Option<usize>) -> Self {
        let total = &document.total;
        let table = total.grades.as_ref().map_or(&[][..], |grades| &grades.table);
        let grade = |name: &Option<String>| table.iter().position(|(grade, _)| Some(grade) == name.as_ref());
        let floor = |then: &Override| Flooring {
            cap_total: then.cap_total,
            set_total: then.set_total,
            grade: grade(&then.grade),
            cap_grade: grade(&then.cap_grade),
            unranked: then.unranked,
        };
        FinalPlan {
            full_points: document.full_points,
            total: total.clone(),
            tie_break: total.rank.tie_break.iter().filter_map(|id| node(id)).collect(),
            adjustments: document
                .adjustments
                .iter()
                .map(|a| Adjusting { cap: a.cap, factor: a.factor })
                .collect(),
            floors: document.floors.iter().map(|f| floor(&f.then)).collect(),
        }
    }
}

//! Where everything stands once it is written.

use super::book::Place;

/// Columns of the rows of the panel.
#[derive(Debug, Default)]
pub(super) struct Cells {
    /// Variables as formulas take them.
    pub(super) variables: Vec<Place>,
    /// Targets by indicator.
    pub(super) targets: Vec<Option<Place>>,
    /// 1 where an indicator applies; `None` where it always does.
    pub(super) applies: Vec<Option<Place>>,
    /// 1 where others are compared with the row; `None` where that hangs on no number.
    pub(super) peer: Option<Place>,
    /// 1 where the row is screened out.
    pub(super) screened: Option<Place>,
    /// Values as formulas give them (with what is filled), as the next stage takes them.
    pub(super) untreated: Vec<Place>,
    /// Values as the sheet shows them: rounded as declared.
    pub(super) shown: Vec<Place>,
    /// Values as they are scored.
    pub(super) values: Vec<Place>,
    /// Points of leaves on the common scale.
    pub(super) leaves: Vec<Option<Place>>,
    /// Scores of indicators, then of groups and the total, before their rounding.
    pub(super) scores: Vec<Place>,
    /// The same as documents print them.
    pub(super) printed: Vec<Place>,
    /// The same as their group takes them.
    pub(super) carried: Vec<Place>,
    /// The weight of a node among its siblings: the column on the sheet of weights.
    pub(super) weights: Vec<Option<Place>>,
    /// Sum of the weights of the members present, by group.
    pub(super) present: Vec<Option<Place>>,
    /// Total, rank and grade.
    pub(super) total: Option<Place>,
    pub(super) unrounded: Option<Place>,
    pub(super) rank: Option<Place>,
    pub(super) grade: Option<Place>,
}

//! The own data of one side in the midst of the others' data of another, assessed anew: where the others' numbers depend on
//! the entity's own (a share of a total, a distance from the mean, a rank), its data move theirs.

use crate::assess::reference::takes_rank;
use crate::assess::{Assessment, assess_like};
use crate::formula::Load;
use crate::method::anchor::Anchor;
use crate::method::measures::Need;
use crate::method::missing::Missing;
use crate::method::rules::Kernel;
use crate::scheme::plan::Leaf;

use super::Side;

/// By side of the others' data, the entity's own data of the other side among them; none where nothing depends on it.
#[derive(Debug, Default)]
pub(super) struct Mixed([Option<Assessment>; 2]);

impl Mixed {
    /// The two mixtures of two sides, if one of these indicators asks for them.
    pub(super) fn of(sides: [Side<'_>; 2], mut indicators: impl Iterator<Item = usize>) -> Self {
        let (side, leaves) = (sides[0], &sides[0].plan().leaves);
        let entangled = |i: usize| {
            side.leaks(i) || (0..leaves.len()).any(|l| leaves[l].indicator == i && side.is_entangled(l))
        };
        if !indicators.any(entangled) {
            return Mixed::default();
        }
        Mixed([mix(sides[0], sides[1]), mix(sides[1], sides[0])])
    }

    /// As sides, by that of the others' data.
    pub(super) fn sides<'a>(&'a self, of: [Side<'a>; 2]) -> [Option<Side<'a>>; 2] {
        [0, 1].map(|k| self.0[k].as_ref().map(|a| Side { inner: &a.inner, row: of[k].row }))
    }
}

/// The entity's row on its own side for a row of the others' side: the same period, or as many periods before its own.
pub(super) fn own_row(own: Side<'_>, others: Side<'_>, row: usize) -> Option<usize> {
    let (panel, there) = (&own.inner.panel, &others.inner.panel);
    let period = there.periods()[there.period_of(row)];
    let (from, to) = (there.period_of(others.row), panel.period_of(own.row));
    if there.periods()[from] == panel.periods()[to] {
        return panel.row(panel.period_index(period)?, panel.entity_of(own.row));
    }
    let mut lags = (0..=u16::try_from(there.periods().len()).ok()?).take_while(|lag| usize::from(*lag) < 256);
    let lag = lags.find(|lag| there.periods()[from].back(*lag) == period)?;
    panel.lagged(own.row, lag)
}

fn mix(others: Side<'_>, own: Side<'_>) -> Option<Assessment> {
    let (panel, entity) = (&others.inner.panel, others.inner.panel.entity_of(others.row));
    let rows = (0..panel.periods().len()).filter_map(|p| panel.row(p, entity));
    // Periods behind that of the side are what they are.
    let rows: Vec<(usize, usize)> = rows.filter_map(|r| Some((r, own_row(own, others, r)?))).collect();
    let mut mixed = panel.clone();
    for variable in &others.inner.scheme.document().variables {
        let (column, from) = (panel.column(&variable.id)?, own.inner.panel.column(&variable.id)?);
        let cells = rows.iter().map(|(to, at)| (*to, from.values()[*at], from.long(*at).cloned()));
        mixed = mixed.with_column(&variable.id, column.replaced(cells));
    }
    assess_like(others.inner, &mixed).ok()
}

impl Side<'_> {
    /// Whether an indicator's value depends on the others' data: by a sum over the panel, or by what fills a gap.
    pub(super) fn leaks(self, indicator: usize) -> bool {
        let program = &self.plan().indicators[indicator].program;
        let variables = &self.inner.scheme.document().variables;
        let takes_peers = |load: &Load| match load {
            Load::Column { slot, .. } => variables
                .get(*slot as usize)
                .is_some_and(|v| matches!(v.missing, Missing::PeerMean | Missing::PeerMedian)),
            Load::Total { .. } => true,
        };
        program.loads().iter().any(takes_peers)
    }

    /// Whether the others' numbers that a leaf is compared with depend on the entity's own.
    pub(super) fn is_entangled(self, leaf: usize) -> bool {
        let leaf = &self.plan().leaves[leaf];
        self.leaks(leaf.indicator) || (measures_others(leaf) && compares(leaf))
    }
}

/// Whether what is scored of anybody depends on the others.
fn measures_others(leaf: &Leaf) -> bool {
    leaf.measure.needs().iter().any(|need| match need {
        Need::Anchor(anchor) => !is_given(anchor),
        Need::Rank | Need::RankBefore(_) => true,
        Need::Lag(_) => false,
    })
}

/// Whether a rule compares with the others.
fn compares(leaf: &Leaf) -> bool {
    takes_rank(leaf) || leaf.rule.anchors(&leaf.setting).iter().any(|a| !is_given(a))
}

/// Whether an anchor takes nothing of the others.
fn is_given(anchor: &Anchor) -> bool {
    matches!(anchor, Anchor::Number(_) | Anchor::Target | Anchor::Previous | Anchor::Indicator(_))
}

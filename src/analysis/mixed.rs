//! The own data of one side in the midst of the others' data of another, assessed anew: where the others' numbers depend on
//! the entity's own (a share of a total, a distance from the mean, a rank), its data move theirs.

use crate::assess::{Assessment, assess_like};

use super::Side;

/// By side of the others' data, the entity's own data of the other side among them.
#[derive(Debug, Default)]
pub(super) struct Mixed([Mixture; 2]);

/// One side's others with the own data of the other side.
#[derive(Debug, Default)]
enum Mixture {
    /// Not asked for: nothing depends on it, or it cannot be assessed.
    #[default]
    None,
    /// The own data are the same on both sides, so that it is the side itself.
    Itself,
    Assessed(Assessment),
}

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
        Mixed::both(sides)
    }

    /// The two mixtures of two sides.
    pub(super) fn both(sides: [Side<'_>; 2]) -> Self {
        Mixed([mix(sides[0], sides[1]), mix(sides[1], sides[0])])
    }

    /// As sides, by that of the others' data.
    pub(super) fn sides<'a>(&'a self, of: [Side<'a>; 2]) -> [Option<Side<'a>>; 2] {
        [0, 1].map(|k| match &self.0[k] {
            Mixture::None => None,
            Mixture::Itself => Some(of[k]),
            Mixture::Assessed(a) => Some(Side { inner: &a.inner, row: of[k].row }),
        })
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

fn mix(others: Side<'_>, own: Side<'_>) -> Mixture {
    let (panel, entity) = (&others.inner.panel, others.inner.panel.entity_of(others.row));
    let rows = (0..panel.periods().len()).filter_map(|p| panel.row(p, entity));
    // Periods behind that of the side are what they are.
    let rows: Vec<(usize, usize)> = rows.filter_map(|r| Some((r, own_row(own, others, r)?))).collect();
    let mut mixed = None;
    for variable in &others.inner.scheme.document().variables {
        let columns = (panel.column(&variable.id), own.inner.panel.column(&variable.id));
        let (Some(column), Some(from)) = columns else { return Mixture::None };
        let is_other = |(to, at): &&(usize, usize)| {
            column.values()[*to].to_bits() != from.values()[*at].to_bits()
                || column.long(*to) != from.long(*at)
        };
        let mut cells = rows.iter().filter(is_other).peekable();
        if cells.peek().is_some() {
            let cells = cells.map(|(to, at)| {
                let (value, exact) = from.taken(*at);
                (*to, value, exact)
            });
            let panel = mixed.as_ref().unwrap_or(panel);
            mixed = Some(panel.put(&variable.id, column.replaced(cells)));
        }
    }
    let Some(mixed) = mixed else { return Mixture::Itself };
    assess_like(others.inner, &mixed).map_or(Mixture::None, Mixture::Assessed)
}

impl Side<'_> {
    /// Whether some group is compared with scores of the others that the own ones are among.
    pub(super) fn is_over_sets(self) -> bool {
        let own = self.inner.options.references.is_none();
        own && self.plan().nodes.iter().any(|node| node.aggregate.is_over_set())
    }

    /// Whether an indicator's value depends on the others' data.
    pub(super) fn leaks(self, indicator: usize) -> bool {
        self.inner.entangled().values[indicator]
    }

    /// Whether the others' numbers that a leaf is compared with depend on the entity's own.
    pub(super) fn is_entangled(self, leaf: usize) -> bool {
        self.inner.entangled().leaves[leaf]
    }
}

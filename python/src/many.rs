//! The rows of answers about many entities, as columns.

use kaohe::analysis::{
    Bridge, BridgeRow, Cause, Comparison, Driver, DriversPanel, Gainers, Gap, Gaps, IndicatorMove, Marginal,
    MarginalPanel, Move,
};

use crate::answer::{Column, Columns};

fn texts<'a>(cells: impl Iterator<Item = &'a str>) -> Column {
    Column::Texts(cells.map(|cell| Some(cell.to_owned())).collect())
}

fn floats(cells: impl Iterator<Item = f64>) -> Column {
    Column::Floats(cells.collect())
}

/// A number that may not be there; missing is NaN.
fn known(x: Option<f64>) -> f64 {
    x.unwrap_or(f64::NAN)
}

pub(crate) fn gaps(all: &[Gaps]) -> Columns {
    let rows: Vec<(&str, &Gap)> =
        all.iter().flat_map(|g| g.rows.iter().map(|r| (g.entity.as_str(), r))).collect();
    let each = |f: fn(&Gap) -> f64| floats(rows.iter().map(|(_, r)| f(r)));
    vec![
        ("entity", texts(rows.iter().map(|(entity, _)| *entity))),
        ("indicator", texts(rows.iter().map(|(_, r)| r.indicator.as_str()))),
        ("value", each(|r| r.value)),
        ("reference", each(|r| r.reference)),
        ("gap", each(|r| r.gap)),
        ("gap_change", each(|r| r.gap_change)),
        ("points_gap", each(|r| r.points_gap)),
        ("rank", each(|r| known(r.rank))),
    ]
}

pub(crate) fn drivers(panel: &DriversPanel) -> Columns {
    let rows: Vec<(&str, &Driver)> =
        panel.entities.iter().flat_map(|d| d.rows.iter().map(|r| (d.entity.as_str(), r))).collect();
    let each = |f: fn(&Driver) -> f64| floats(rows.iter().map(|(_, r)| f(r)));
    vec![
        ("entity", texts(rows.iter().map(|(entity, _)| *entity))),
        ("driver", texts(rows.iter().map(|(_, r)| r.driver.as_str()))),
        ("effect", each(|r| r.effect)),
        ("share", each(|r| r.share)),
        ("points_effect", each(|r| r.points_effect)),
    ]
}

pub(crate) fn bridges(all: &[Bridge]) -> Columns {
    let rows: Vec<(&str, &BridgeRow)> =
        all.iter().flat_map(|b| b.rows.iter().map(|r| (b.entity.as_str(), r))).collect();
    vec![
        ("entity", texts(rows.iter().map(|(entity, _)| *entity))),
        ("cause", Column::Texts(rows.iter().map(|(_, r)| Some(r.cause.name())).collect())),
        ("effect", floats(rows.iter().map(|(_, r)| r.effect))),
    ]
}

pub(crate) fn marginals(panel: &MarginalPanel) -> Columns {
    let rows: Vec<(&str, &Marginal)> =
        panel.entities.iter().flat_map(|m| m.rows.iter().map(|r| (m.entity.as_str(), r))).collect();
    let each = |f: fn(&Marginal) -> f64| floats(rows.iter().map(|(_, r)| f(r)));
    vec![
        ("entity", texts(rows.iter().map(|(entity, _)| *entity))),
        ("variable", texts(rows.iter().map(|(_, r)| r.variable.as_str()))),
        ("value", each(|r| r.value)),
        ("per_unit", each(|r| r.per_unit)),
        ("per_percent", each(|r| r.per_percent)),
    ]
}

/// Moves of the totals, or of the indicators.
fn moves(all: &[&Move], table: &str) -> Columns {
    if table == "indicators" {
        return indicators(all);
    }
    let each = |f: fn(&Move) -> f64| floats(all.iter().map(|m| f(m)));
    vec![
        ("entity", texts(all.iter().map(|m| m.entity.as_str()))),
        ("period", texts(all.iter().map(|m| m.period.as_str()))),
        ("total_before", each(|m| m.total_before)),
        ("total_after", each(|m| m.total_after)),
        ("total_change", each(|m| m.total_change)),
        ("rank_before", each(|m| known(m.rank_before))),
        ("rank_after", each(|m| known(m.rank_after))),
        ("rank_change", each(|m| known(m.rank_change))),
        ("cause", Column::Texts(all.iter().map(|m| m.cause.as_ref().map(Cause::name)).collect())),
        ("effect", each(|m| m.effect)),
    ]
}

fn indicators(all: &[&Move]) -> Columns {
    let rows: Vec<(&Move, &IndicatorMove)> =
        all.iter().flat_map(|m| m.indicators.iter().map(|r| (*m, r))).collect();
    let each = |f: fn(&IndicatorMove) -> f64| floats(rows.iter().map(|(_, r)| f(r)));
    vec![
        ("entity", texts(rows.iter().map(|(m, _)| m.entity.as_str()))),
        ("period", texts(rows.iter().map(|(m, _)| m.period.as_str()))),
        ("indicator", texts(rows.iter().map(|(_, r)| r.indicator.as_str()))),
        ("value_before", each(|r| r.value_before)),
        ("value_after", each(|r| r.value_after)),
        ("points_before", each(|r| r.points_before)),
        ("points_after", each(|r| r.points_after)),
    ]
}

pub(crate) fn comparison(found: &Comparison, table: &'static str) -> Columns {
    moves(&found.rows.iter().collect::<Vec<_>>(), table)
}

/// Who gains most first, who loses most last.
pub(crate) fn gainers(found: &Gainers, table: &'static str) -> Columns {
    moves(&found.gain.iter().chain(found.lose.iter().rev()).collect::<Vec<_>>(), table)
}

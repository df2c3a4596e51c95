//! Gaps in words and as a table.

use super::gaps::{Gap, Gaps};
use crate::report::{Names, Report, Sentence, Table};

/// How a gap came from another: how far behind now and before, neither but for noise.
fn trend(behind: f64, before: f64, noise: f64) -> Option<&'static str> {
    Some(match (behind, before) {
        (_, b) if b.is_nan() => return None,
        (0.0, 0.0) => "gap_still_level",
        (_, 0.0) => "gap_from_level",
        (0.0, b) if b > 0.0 => "gap_caught_up",
        (0.0, _) => "gap_fell_back",
        (a, b) if a.signum() != b.signum() => "gap_turned",
        (a, b) if (a.abs() - b.abs()).abs() <= noise => "gap_still",
        (a, b) if a.abs() > b.abs() => "gap_widened",
        _ => "gap_narrowed",
    })
}

impl Gaps {
    /// A sentence about all of it.
    fn begin(&self, code: &'static str) -> Sentence {
        let to = Sentence::new(self.code)
            .text("entity", self.other.clone().unwrap_or_default())
            .typed("quantile", self.quantile);
        Sentence::new(code).fact("entity", &self.entity).when("period", &self.period).fact("to", to)
    }

    /// One indicator: the gap, whether it widened, the rank.
    fn of_indicator(&self, i: usize, names: Names<'_>) -> Option<Sentence> {
        let row = &self.rows[i];
        if row.gap.is_nan() {
            return None;
        }
        // How far behind it is, in its own direction.
        let sign = if self.negative.get(i) == Some(&true) { 1.0 } else { -1.0 };
        let (behind, worse) = (sign * row.gap, sign * row.gap_change);
        // What the last bits of the two numbers leave over is no change.
        let noise = 1e-12 * row.value.abs().max(row.reference.abs());
        let settled = |x: f64| if x.abs() <= noise { 0.0 } else { x };
        let (behind, before) = (settled(behind), settled(behind - worse));
        let measure = names.measure(&row.indicator);
        let size = measure.clone().difference();
        let trend = trend(behind, before, noise).map(|code| {
            let change =
                if matches!(code, "gap_caught_up" | "gap_fell_back") { before } else { row.gap_change };
            let since = self.since.clone().unwrap_or_default();
            Sentence::new(code).when("since", &since).quantity("change", change.abs(), size.clone())
        });
        let code = match behind {
            b if b > 0.0 => "gap_behind",
            b if b < 0.0 => "gap_ahead",
            _ => "gap_none",
        };
        let rank = row.rank.map(|r| Sentence::new("gap_rank").points("rank", r, 1));
        let sentence = self.begin(code).fact("indicator", names.label(&row.indicator));
        let sentence =
            sentence.quantity("value", row.value, measure).quantity("gap", row.gap.abs(), size.clone());
        Some(sentence.fact("trend", trend).fact("rank", rank))
    }

    /// The indicator that costs most points, or that nobody stands in front, and on how many the points cannot be compared.
    fn summary(&self, names: Names<'_>) -> Vec<Sentence> {
        let worst = self
            .rows
            .iter()
            .filter(|r| r.points_gap < 0.0)
            .min_by(|a, b| a.points_gap.total_cmp(&b.points_gap));
        let unknown = self.rows.iter().filter(|r| r.points_gap.is_nan()).count();
        let first = match (self.code, worst) {
            ("to_next_none", _) => return vec![self.begin("gaps_first")],
            ("to_next_unranked", _) => return vec![self.begin("gaps_unranked")],
            (_, Some(worst)) => self
                .begin("gaps_most")
                .fact("indicator", names.label(&worst.indicator))
                .points("points", worst.points_gap.abs(), 2),
            _ if unknown == self.rows.len() => return vec![self.begin("gaps_no_points")],
            _ => self.begin("gaps_none"),
        };
        let partly = (unknown > 0)
            .then(|| Sentence::new("gaps_partly").fact("count", unknown).fact("all", self.rows.len()));
        std::iter::once(first).chain(partly).collect()
    }
}

/// Rows `[entity,] indicator, value, reference, gap, gap_change, points_gap, rank`.
fn table(rows: &[(&str, &Gap)], several: bool, names: Names<'_>) -> Table {
    let table = Table::of("gaps", rows);
    let table = if several { table.entities(|r| r.0) } else { table };
    let (value, finer) = (|id: &str| names.measure(id), |id: &str| names.measure(id).finer());
    let change = |id: &str| names.measure(id).difference().signed();
    table
        .names("indicator", "col_indicator", |r| &r.1.indicator, |id| names.label(id))
        .measured("value", "col_value", |r| &r.1.indicator, value, |r| r.1.value)
        .measured("reference", "col_reference", |r| &r.1.indicator, finer, |r| r.1.reference)
        .measured("gap", "col_gap", |r| &r.1.indicator, change, |r| r.1.gap)
        .measured("gap_change", "col_gap_change", |r| &r.1.indicator, change, |r| r.1.gap_change)
        .effects("points_gap", "col_points_gap", |r| r.1.points_gap)
        .ranks("rank", "col_rank", |r| r.1.rank)
        .done()
}

impl Report for Gaps {
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        let each = (0..self.rows.len()).filter_map(|i| self.of_indicator(i, names));
        self.summary(names).into_iter().chain(each).collect()
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let rows: Vec<(&str, &Gap)> = self.rows.iter().map(|r| (self.entity.as_str(), r)).collect();
        vec![table(&rows, false, names)]
    }
}

impl Report for Vec<Gaps> {
    fn sentences(&self, names: Names<'_>) -> Vec<Sentence> {
        self.iter().flat_map(|g| g.summary(names)).collect()
    }

    fn tables(&self, names: Names<'_>) -> Vec<Table> {
        let rows: Vec<(&str, &Gap)> =
            self.iter().flat_map(|g| g.rows.iter().map(|r| (g.entity.as_str(), r))).collect();
        vec![table(&rows, true, names)]
    }
}

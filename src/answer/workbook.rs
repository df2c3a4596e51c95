//! A result as a workbook: ranking, points, the sheets of an audit, flags, and the explanation of each entity.

use super::audit_book;
use crate::assess::{Assessment, Flag};
use crate::error::DataError;
use crate::explain::{Explanation, Row};
use crate::finding::Finding;
use crate::panel::Period;
use crate::report::xlsx::{Page, Part, mixed, workbook};
use crate::report::{Digits, Label, Measure, Names, Report, Table};
use crate::text::{self, Lang};

/// Entities of the last period that are explained, the best first.
const EXPLAINED: usize = 500;

/// Whether a workbook computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Formulas {
    /// Where the data are small enough for a spreadsheet, else numbers alone.
    #[default]
    WhereTheyFit,
    /// Formulas, or an error where there are more than a spreadsheet takes.
    Always,
    /// Numbers alone.
    Never,
}

/// A row of the panel with its names.
struct Named {
    row: usize,
    entity: String,
    period: String,
}

impl Assessment {
    /// The result as an `.xlsx` file: as [`Assessment::to_workbook_with`], with formulas where a spreadsheet can hold them.
    ///
    /// # Errors
    /// More rows than a sheet has.
    pub fn to_workbook(&self, lang: Lang) -> Result<Vec<u8>, DataError> {
        self.to_workbook_with(lang, Formulas::WhereTheyFit)
    }

    /// The result as an `.xlsx` file: sheets for the ranking of the last period and the points; then the sheets of an audit, in which every
    /// number from the data on is a formula, so that another number typed into the data scores the file again (see [`Formulas`]); the flags, and the
    /// explanation of each entity (the first 500) in the last period. Titles are in the language, numbers have the digits that are printed.
    ///
    /// # Errors
    /// More rows than a sheet has; more formulas than a spreadsheet takes, where they were asked for.
    pub fn to_workbook_with(&self, lang: Lang, formulas: Formulas) -> Result<Vec<u8>, DataError> {
        let names = Names::of(self.scheme().document());
        let fits = audit_book::fits(self);
        if formulas == Formulas::Always && !fits {
            return Err(DataError::new(vec![self.too_large()]));
        }
        let live = (fits && formulas != Formulas::Never).then(|| audit_book::written(self, lang));
        let last = self.panel().periods().last().copied();
        let rows: Vec<Named> = (0..self.panel().len()).map(|row| self.named(row)).collect();
        let ranking = match last {
            Some(period) => self.ranking_with_values(period)?.tables(names),
            None => Vec::new(),
        };
        let ranking: Vec<Table> = ranking.into_iter().take(1).collect();
        let (points, values, flags) = (
            self.points_table(&rows, names, lang),
            self.values_table(&rows, names),
            flags_table(&self.flags(), names),
        );
        let explained = match last {
            Some(period) => self.explanations(period, lang)?,
            None => Vec::new(),
        };
        let title = self.headline().message(lang);
        let single = |table| vec![(String::new(), table)];
        let mut parts: Vec<Part<'_>> = ranking
            .iter()
            .map(|table| Part::Page(page("sheet_ranking", &title, lang, single(table))))
            .collect();
        parts.push(Part::Page(page("sheet_points", &title, lang, single(&points))));
        let mut named = Vec::new();
        if let Some(live) = live {
            parts.extend(live.sheets.into_iter().chain([live.notes]).map(Part::Live));
            named = live.names;
        } else {
            parts.push(Part::Page(page("sheet_values", &title, lang, single(&values))));
            if formulas == Formulas::WhereTheyFit {
                let note = self.too_large().message(lang);
                parts.push(Part::Live(audit_book::note(&title, &note, lang)));
            }
        }
        parts.push(Part::Page(page("sheet_flags", &title, lang, single(&flags))));
        let explained = explained.iter().map(|(heading, table)| (heading.clone(), table)).collect();
        parts.push(Part::Page(page("sheet_explanations", &title, lang, explained)));
        let about = format!("{} {}", self.scheme().document().id, self.scheme().fingerprint());
        mixed(&parts, &named, &about, lang)
    }

    /// That formulas are too many for a spreadsheet.
    fn too_large(&self) -> Finding {
        let finding = Finding::error("book_too_large").fact("rows", self.panel().len());
        finding.fact("indicators", self.indicator_count())
    }

    fn named(&self, row: usize) -> Named {
        let place = self.panel().place(row, None);
        Named { row, entity: place.entity.unwrap_or_default(), period: place.period.unwrap_or_default() }
    }

    /// Points of indicators and groups, then what leads from them to the total: adjustments, caps and floors, what is left and why.
    fn points_table(&self, rows: &[Named], names: Names<'_>, lang: Lang) -> Table {
        let document = self.scheme().document();
        let account = self.account();
        let four = || Measure::pure(Digits::AtMost(4));
        let mut table = Table::of("points", rows).entities(|r| &r.entity).periods(|r| &r.period);
        let nodes = self.scheme().node_ids().zip(self.nodes());
        for (node, id) in nodes.take(self.nodes().len().saturating_sub(1)) {
            let round = document.indicators.iter().find(|i| i.id == id).and_then(|i| i.points_round.as_ref());
            let measure = round.map_or_else(four, |how| Measure::pure(Digits::of(Some(how))));
            let points = self.points(node).into_owned();
            table = table.of_named(names.label(id), measure, |r| points[r.row]);
        }
        for (adjustment, points) in document.adjustments.iter().zip(&account.adjustments) {
            let label = Label::new(&adjustment.id, &adjustment.title);
            table = table.of_named(label, four(), |r| points[r.row]);
        }
        if let Some(floors) = &account.floors {
            table = table.number("floors", "col_floors", four(), |r| floors[r.row]);
        }
        if let Some(remainder) = &account.remainder {
            table = table.number("remainder", "col_remainder", four(), |r| remainder[r.row]);
        }
        let total = Measure::pure(Digits::of(document.total.round.as_ref()));
        table = table
            .number("total", "col_total_score", total, |r| self.totals()[r.row])
            .ranks("rank", "col_rank", |r| self.ranks()[r.row])
            .labels("grade", "col_grade", |r| self.grade(r.row).map(Label::plain));
        if account.remainder.is_some() {
            let why = account.why(lang);
            table =
                table.labels("reason", "col_remainder_reason", |r| why[r.row].as_deref().map(Label::plain));
        }
        table.done()
    }

    fn values_table(&self, rows: &[Named], names: Names<'_>) -> Table {
        let mut table = Table::of("values", rows).entities(|r| &r.entity).periods(|r| &r.period);
        for (i, id) in self.scheme().indicators().zip(self.nodes()) {
            table = table.of_named(names.label(id), names.measure(id), |r| self.values(i)[r.row]);
        }
        table.done()
    }

    /// Title and steps of each entity's total.
    fn explanations(&self, period: Period, lang: Lang) -> Result<Vec<(String, Table)>, DataError> {
        let ranked = self.ranking(period)?;
        let one = |entity: &str| -> Result<(String, Table), DataError> {
            let explanation = self.explain(entity, period)?;
            Ok((explanation.heading(lang), steps_table(&explanation.to_rows(lang))))
        };
        ranked.iter().take(EXPLAINED).map(|row| one(&row.entity)).collect()
    }
}

impl Explanation {
    /// The explanation as an `.xlsx` file, in one sheet.
    ///
    /// # Errors
    /// More rows than a sheet has.
    pub fn to_workbook(&self, lang: Lang) -> Result<Vec<u8>, DataError> {
        let table = steps_table(&self.to_rows(lang));
        let title = self.heading(lang);
        workbook(vec![page("sheet_explanations", &title, lang, vec![(String::new(), &table)])], "", lang)
    }
}

fn page<'t>(code: &str, title: &str, lang: Lang, tables: Vec<(String, &'t Table)>) -> Page<'t> {
    Page { name: text::render(code, lang, &[]), title: title.to_owned(), tables }
}

fn flags_table(flags: &[Flag], names: Names<'_>) -> Table {
    let place = |text: &Option<String>| text.as_deref().map(Label::plain);
    Table::of("flags", flags)
        .labels("entity", "col_entity", |f| place(&f.finding.place.entity))
        .labels("period", "col_period", |f| place(&f.finding.place.period))
        .labels("column", "col_column", |f| f.finding.place.column.as_deref().map(|id| names.label(id)))
        .labels("message", "col_message", |f| {
            Some(Label::said(&f.finding.message(Lang::En), |lang| f.finding.message(lang)))
        })
        .done()
}

fn steps_table(rows: &[Row]) -> Table {
    // Sentences of an explanation are written already; four blanks show a level.
    let step = |r: &Row| format!("{}{}", "    ".repeat(r.depth), r.title);
    let plain = |text: &str| (!text.is_empty()).then(|| Label::plain(text));
    Table::of("explanation", rows)
        .labels("step", "col_item", |r| plain(&step(r)))
        .number("value", "col_value", Measure::pure(Digits::Computed), |r| r.value)
        .labels("unit", "col_unit", |r| r.unit.as_deref().and_then(plain))
        .number("points", "col_points", Measure::pure(Digits::AtMost(4)), |r| r.points)
        .labels("text", "col_message", |r| plain(&r.text))
        .done()
}

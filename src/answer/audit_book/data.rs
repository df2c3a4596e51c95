//! The data, and what is filled in where they are missing.

use super::book::{Book, Place, Tab, number};
use super::cells::Cells;
use super::filled::{Grouped, own_fill, peers};
use super::members::Below;
use super::program::written;
use crate::assess::values::{self, PanelSums};
use crate::formula::{Load, Program};
use crate::method::imputation::Impute;
use crate::number::Number;
use crate::report::Names;
use crate::report::xlsx::format_of;
use crate::report::xlsx::live::Cell;
use crate::scheme::plan::Slot;

/// The sheet of data.
pub(super) fn write(book: &mut Book<'_>, cells: &mut Cells) {
    let (inner, document) = (book.inner(), book.document());
    let names = Names::of(document);
    let mut raw = Vec::new();
    let below = Below::of(book);
    for (v, variable) in document.variables.iter().enumerate() {
        let typed =
            inner.panel.column(&variable.id).map_or(inner.columns[v].values(), |column| column.values());
        let measure = names.datum(&variable.id);
        let format = format_of(&measure, typed);
        let head = headed(&book.label(&names.variable(&variable.id)), &variable.unit);
        let statistic = below.as_ref().and_then(|below| below.statistic(book, v, typed));
        let numbers = statistic.unwrap_or_else(|| typed.iter().map(|x| Cell::Given(*x)).collect());
        raw.push(book.push(Tab::Data, ("", head), format, numbers));
    }
    for (i, targets) in inner.targets.0.iter().enumerate() {
        let place = targets.as_ref().map(|targets| {
            let format = format_of(&names.measure(&document.indicators[i].id), targets);
            let over = book.said("book_targets");
            book.push(
                Tab::Data,
                (over, book.node(i)),
                format,
                targets.iter().map(|x| Cell::Given(*x)).collect(),
            )
        });
        cells.targets.push(place);
    }
    if let (Some(first), Some(last)) = (raw.first(), raw.last()) {
        book.names.push(("kaohe_data", first.block(*last, &book.rows())));
    }
    for (v, variable) in document.variables.iter().enumerate() {
        cells.variables.push(filled_variable(book, v, variable, raw[v]));
    }
}

pub(super) fn headed(title: &str, unit: &str) -> String {
    if unit.is_empty() || unit == "1" { title.to_owned() } else { format!("{title} ({unit})") }
}

/// A variable with what is filled in.
fn filled_variable(
    book: &mut Book<'_>,
    v: usize,
    variable: &crate::scheme::model::Variable,
    raw: Place,
) -> Place {
    let inner = book.inner();
    let ways = crate::assess::ways(variable);
    if ways.is_empty() {
        return raw;
    }
    let panel = book.panel();
    let typed = inner.panel.column(&variable.id).map_or(inner.columns[v].values(), |column| column.values());
    let filled = inner.columns[v].values();
    let head = book.label(&Names::of(book.document()).variable(&variable.id));
    let grouped = |(way, _): &(Impute, &str)| {
        let is_live = way.takes_peers() && !book.is_given();
        is_live.then(|| Grouped::of(book, way, (raw, typed), &[], &|_| true))
    };
    let sets: Vec<Option<Grouped>> = ways.iter().map(grouped).collect();
    let mut fixed = false;
    let formulas: Vec<Cell> = book
        .rows()
        .map(|row| {
            let own = raw.cell(row);
            let mut rest = "\"\"".to_owned();
            for ((way, _), set) in ways.iter().zip(&sets).rev() {
                let fill = match set {
                    Some(set) => set.range(panel, row).map(|range| peers(way, &range)),
                    None if way.takes_peers() => {
                        fixed = true;
                        Some(number(filled[row]))
                    }
                    None => own_fill(panel, way, raw, row).or_else(|| {
                        fixed = true;
                        Some(number(filled[row]))
                    }),
                };
                if let Some(fill) = fill {
                    rest = if rest == "\"\"" {
                        format!("IFERROR({fill},\"\")")
                    } else {
                        format!("IFERROR({fill},{rest})")
                    };
                }
            }
            Cell::live(format!("IF(ISNUMBER({own}),{own},{rest})"), filled[row])
        })
        .collect();
    if fixed {
        book.fix(head.clone(), "book_imputed");
    }
    let format = format_of(&Names::of(book.document()).datum(&variable.id), filled);
    let over = book.said("book_filled");
    book.push(Tab::Data, (over, head), format, formulas)
}

impl Book<'_> {
    /// The cell that a program reads in a row; nothing where there is no such row. `total` is what stands for the total.
    pub(super) fn read(
        &mut self,
        cells: &Cells,
        program: &Program,
        row: usize,
        load: Load,
        other: &dyn Fn(Slot, usize) -> Option<String>,
    ) -> Option<String> {
        let panel = self.panel();
        match load {
            Load::Column { slot, lag } => {
                let slot = self.plan().slots[slot as usize];
                if slot == Slot::Total {
                    return other(slot, row);
                }
                let at = panel.lagged(row, lag)?;
                match slot {
                    Slot::Variable(v) => Some(cells.variables[v].cell(at)),
                    other_slot => other(other_slot, at),
                }
            }
            Load::Total { index, lag } => {
                let period = panel.earlier(panel.period_of(row), lag)?;
                let inner = &program.totals()[index as usize];
                let column = self.summed(cells, inner);
                let range = column.range(&panel.rows_of(period));
                Some(format!("IF(COUNT({range})>0,SUM({range}),NA())"))
            }
        }
    }

    /// A column of what is summed over the panel; nothing of those who are no part of the whole.
    fn summed(&mut self, cells: &Cells, inner: &Program) -> Place {
        if let Some((_, place)) = self.sums.iter().find(|(program, _)| program == inner) {
            return *place;
        }
        let data = self.data();
        let mut made = Vec::new();
        for row in self.rows() {
            if !data.is_part(row) {
                made.push(Cell::Blank);
                continue;
            }
            let (text, known) = written(inner, &mut |load| self.read(cells, inner, row, *load, &|_, _| None));
            let x = values::near(&data, inner, &PanelSums::default(), row);
            made.push(Cell::live(
                super::book::where_known(&known, &text),
                if x.is_missing() { f64::NAN } else { x.v },
            ));
        }
        let head = self.said("book_summed");
        let place = self.push(Tab::Workings, ("", head), "General", made);
        self.sums.push((inner.clone(), place));
        place
    }
}

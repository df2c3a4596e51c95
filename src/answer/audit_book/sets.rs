//! Whose numbers stand in a set: columns in which everybody else's cell is empty, so that a set is a range.

use std::collections::HashMap;
use std::ops::Range;

use super::book::{Book, Place, Tab, cell_of, nth, where_known};
use super::cells::Cells;
use crate::assess::sets::{class_count, rows_of, set_of};
use crate::method::sheet::{CellFormula, Scratch, Title};
use crate::report::xlsx::live::Cell;
use crate::scheme::plan::Scope;

/// What sets were made of a column so far: by the column, whether by class, and the column of what applies.
#[derive(Debug, Default)]
pub(super) struct Sets(HashMap<(Place, bool, Option<Place>), Vec<Place>>);

/// A set of a column.
#[derive(Debug, Clone)]
pub(super) struct SetRange {
    pub(super) rows: Range<usize>,
    pub(super) range: String,
    pub(super) period: Option<usize>,
    pub(super) class: Option<usize>,
}

impl Book<'_> {
    /// The columns of some numbers by class (or one for all), with nothing in the cells of those who are in nobody's set.
    pub(super) fn set_columns(
        &mut self,
        cells: &Cells,
        x: Place,
        numbers: &[f64],
        by_class: bool,
        indicator: Option<usize>,
    ) -> Vec<Place> {
        let applies = indicator.and_then(|i| cells.applies[i]);
        let key = (x, by_class, applies);
        if let Some(known) = self.sets.0.get(&key) {
            return known.clone();
        }
        let data = self.data();
        let count = if by_class { data.plan.classes.len() } else { 1 };
        let group = |row: usize| data.is_part(row).then(|| if by_class { data.class(row) } else { 0 });
        let live: Vec<Place> = cells.peer.into_iter().chain(applies).collect();
        let joins = |row: usize| data.is_peer(row) && indicator.is_none_or(|i| data.applies(i, row));
        let groups: Vec<Option<usize>> = self.rows().map(group).collect();
        let made = self.grouped(x, numbers, (&groups, count), &live, &joins);
        self.sets.0.insert(key, made.clone());
        made
    }

    /// The same by groups of rows that do not change.
    pub(super) fn grouped(
        &mut self,
        x: Place,
        numbers: &[f64],
        (groups, count): (&[Option<usize>], usize),
        live: &[Place],
        joins: &dyn Fn(usize) -> bool,
    ) -> Vec<Place> {
        if count == 1 && live.is_empty() && groups.iter().all(Option::is_some) {
            return vec![x];
        }
        let head = self.head(x);
        let one = |group: usize| -> Vec<Cell> {
            let cell = |row: usize| {
                if groups[row] != Some(group) {
                    return Cell::Blank;
                }
                let own = x.cell(row);
                let mut conditions = vec![format!("ISNUMBER({own})")];
                conditions.extend(live.iter().map(|place| format!("{}=1", place.cell(row))));
                let all = if conditions.len() == 1 {
                    conditions.remove(0)
                } else {
                    format!("AND({})", conditions.join(","))
                };
                Cell::live(format!("IF({all},{own},\"\")"), if joins(row) { numbers[row] } else { f64::NAN })
            };
            (0..groups.len()).map(cell).collect()
        };
        (0..count)
            .map(|group| {
                let over = if count > 1 {
                    format!("{} {}", self.said("book_set"), group)
                } else {
                    self.said("book_set")
                };
                self.push(Tab::Workings, (over, head.clone()), "General", one(group))
            })
            .collect()
    }

    /// The sets of a scope over the columns made for it, as the engine numbers them.
    pub(super) fn set_ranges(&self, scope: Scope<'_>, columns: &[Place]) -> Vec<SetRange> {
        let data = self.data();
        let classes = class_count(&data, scope);
        let periods = match scope.over {
            crate::method::part::Over::Same => self.panel().periods().len(),
            _ => 1,
        };
        (0..periods * classes)
            .map(|set| {
                let (period, class) = set_of(&data, scope, set);
                let absent = period.is_none() && *scope.over != crate::method::part::Over::All;
                let rows = if absent { 0..0 } else { rows_of(&data, scope, set) };
                let column = columns[class.unwrap_or(0).min(columns.len() - 1)];
                let range = if absent { String::new() } else { column.range(&rows) };
                SetRange { rows, range, period, class }
            })
            .collect()
    }

    /// A line of the list of references: of what, in which period and class, what, and its cell.
    pub(super) fn listed(
        &mut self,
        tab: Tab,
        of: &str,
        set: (Option<usize>, Option<usize>),
        what: &str,
        cell: Cell,
    ) -> String {
        if self.width(tab) == 0 {
            for (head, format) in [
                ("col_indicator", "@"),
                ("col_period", "@"),
                ("col_class", "@"),
                ("col_item", "@"),
                ("col_value", "General"),
            ] {
                let head = self.said(head);
                self.push(tab, ("", head), format, Vec::new());
            }
            self.sheet(tab).names = 1;
        }
        let period = set.0.map_or_else(
            || self.said("book_all_periods"),
            |p| self.panel().period_text(self.panel().periods()[p]),
        );
        let class = set.1.map_or(Cell::Blank, |c| Cell::Text(self.plan().classes[c].id.clone()));
        let row = self.add(
            tab,
            vec![Cell::Text(of.to_owned()), Cell::Text(period), class, Cell::Text(what.to_owned()), cell],
        );
        self.place(tab, 4).fixed(row)
    }
}

/// Where a method puts its helper cells.
pub(super) struct Bench<'b, 'a> {
    pub(super) book: &'b mut Book<'a>,
    pub(super) of: String,
    pub(super) set: (Option<usize>, Option<usize>),
    pub(super) rows: Range<usize>,
}

impl Bench<'_, '_> {
    fn title(&self, title: &Title) -> String {
        let said = self.book.said(title.code);
        title.places.iter().fold(said, |said, k| format!("{said} {}", k + 1))
    }

    fn live(formula: &CellFormula) -> Cell {
        let text = format!("IFERROR({},\"\")", formula.text);
        cell_of(formula, text, f64::NAN)
    }
}

impl Scratch for Bench<'_, '_> {
    fn cell(&mut self, title: Title, formula: CellFormula) -> String {
        let (what, of) = (self.title(&title), self.of.clone());
        self.book.listed(Tab::Steps, &of, self.set, &what, Self::live(&formula))
    }

    fn column(&mut self, title: Title, ranges: &[String], of: &dyn Fn(&[String]) -> CellFormula) -> String {
        let cell = |row: usize| {
            if !self.rows.contains(&row) {
                return Cell::Blank;
            }
            let own: Vec<String> = ranges.iter().map(|range| nth(range, row - self.rows.start)).collect();
            Self::live(&of(&own))
        };
        let made: Vec<Cell> = self.book.rows().map(cell).collect();
        let what = self.title(&title);
        let over = format!("{} *", self.of);
        self.book.push(Tab::Workings, (over, what), "General", made).range(&self.rows)
    }
}

/// A number that is missing where the range has none.
pub(super) fn of_range(range: &str, formula: &str) -> String {
    if range.is_empty() {
        "NA()".to_owned()
    } else {
        format!("IF(COUNT({range})=0,\"\",IFERROR({formula},\"\"))")
    }
}

/// A cell that shows another one.
pub(super) fn shown(cell: &str, x: f64) -> Cell {
    Cell::live(where_known(&[cell.to_owned()], cell), x)
}

//! What is filled in where a number is missing.

use std::collections::HashMap;

use super::book::{Book, Place, Tab, number, where_known};
use super::cells::Cells;
use super::values::{carried_bare, carrying};
use crate::assess::imputed::{Groups, family};
use crate::method::imputation::{Carried, Constant, Impute, Line};
use crate::method::part::Among;
use crate::panel::Panel;
use crate::report::Names;
use crate::report::xlsx::format_of;
use crate::report::xlsx::live::Cell;

/// Rows back and forth that a line between neighbours is written out over.
const MOST_NEIGHBOURS: usize = 12;

/// The group that each row is filled from, and the columns of a number by group.
pub(super) struct Grouped {
    of: Vec<Option<usize>>,
    columns: Vec<Place>,
}

impl Grouped {
    /// The columns of some numbers by the groups of a method: in them are the rows that are 1 in every column of `live`, and that `joins`
    /// says of now.
    pub(super) fn of(
        book: &mut Book<'_>,
        way: &Impute,
        (x, numbers): (Place, &[f64]),
        live: &[Place],
        joins: &dyn Fn(usize) -> bool,
    ) -> Self {
        let groups = Groups::of(&book.data(), way);
        let of: Vec<Option<usize>> = book.rows().map(|row| groups.get(row).map(|g| g as usize)).collect();
        let count = of.iter().flatten().max().map_or(1, |most| most + 1);
        let columns = book.grouped(x, numbers, (&of, count), live, joins);
        Grouped { of, columns }
    }

    /// The numbers of the period that a row is filled from.
    pub(super) fn range(&self, panel: &Panel, row: usize) -> Option<String> {
        self.of[row].map(|group| self.columns[group].range(&panel.rows_of(panel.period_of(row))))
    }
}

/// The values of indicators with what is filled in.
pub(super) struct Filler<'b> {
    /// Values as formulas give them.
    bare: &'b [Place],
    /// The same as the next stage takes them, of the indicators that something is filled from so far.
    sources: HashMap<usize, Place>,
    /// How far values lie from the worst to the best of their set.
    shares: HashMap<(usize, Option<Among>), Place>,
}

impl<'b> Filler<'b> {
    pub(super) fn new(bare: &'b [Place]) -> Self {
        Filler { bare, sources: HashMap::new(), shares: HashMap::new() }
    }

    /// The value of an indicator with what is filled in.
    pub(super) fn value(&mut self, book: &mut Book<'_>, cells: &Cells, i: usize, way: &Impute) -> Place {
        let (inner, plan, data, panel) = (book.inner(), book.plan(), book.data(), book.panel());
        let (own, x) = (self.bare[i], &inner.values[i].raw);
        let fills: Vec<Option<String>> = match way {
            Impute::PeerMean(_) | Impute::PeerMedian(_) if !book.is_given() => {
                let grouped = self.grouped(book, cells, i, way);
                let fill =
                    |row| grouped.range(panel, row).map_or_else(|| "NA()".to_owned(), |of| peers(way, &of));
                book.rows().map(fill).map(Some).collect()
            }
            Impute::RowMean(_) | Impute::RowMedian(_) if !book.is_given() => {
                self.siblings(book, cells, i, way)
            }
            _ => {
                let source = self.source(book, i);
                book.rows().map(|row| own_fill(panel, way, source, row)).collect()
            }
        };
        let (mut made, mut fixed) = (Vec::new(), false);
        for (row, fill) in fills.into_iter().enumerate() {
            let cell = own.cell(row);
            if !data.is_part(row) || !plan.counts(data.class(row), i) {
                made.push(Cell::live(where_known(std::slice::from_ref(&cell), &cell), x[row]));
                continue;
            }
            fixed |= fill.is_none();
            let kept = || inner.values[i].fill(row).map_or("NA()".to_owned(), |_| number(x[row]));
            let fill = format!("IFERROR({},\"\")", fill.unwrap_or_else(kept));
            let out = cells.screened.map(|place| format!("{}=1", place.cell(row)));
            let applies = cells.applies[i].map(|place| format!("{}=0", place.cell(row)));
            let conditions: Vec<String> = out.into_iter().chain(applies).collect();
            let fill = if conditions.is_empty() {
                fill
            } else {
                format!("IF(OR({}),\"\",{fill})", conditions.join(","))
            };
            made.push(Cell::live(format!("IF(ISNUMBER({cell}),{cell},{fill})"), x[row]));
        }
        if fixed {
            book.fix(book.node(i), "book_imputed");
        }
        let head = book.said("book_filled");
        let format = format_of(&Names::of(book.document()).measure(&plan.nodes[i].id).finer(), x);
        book.push(Tab::Values, (book.node(i), head), format, made)
    }

    /// The values that something is filled from: the numbers that the next stage takes.
    fn source(&mut self, book: &mut Book<'_>, i: usize) -> Place {
        let (own, round) = (self.bare[i], carrying(book.plan(), i));
        if round.is_none() {
            return own;
        }
        *self.sources.entry(i).or_insert_with(|| {
            let shown = book.inner().bare[i].printed.clone();
            let head = book.said("book_rounded");
            book.each(Tab::Workings, (book.node(i), head), "General", |_, row| {
                let x = shown.as_ref().map_or(f64::NAN, |shown| shown[row]);
                let text = carried_bare(round, own, row).replace("NA()", "\"\"");
                Cell::live(format!("IFERROR({text},\"\")"), x)
            })
        })
    }

    /// The values of an indicator by the groups of a method.
    fn grouped(&mut self, book: &mut Book<'_>, cells: &Cells, i: usize, way: &Impute) -> Grouped {
        let source = self.source(book, i);
        let (inner, data) = (book.inner(), book.data());
        let live: Vec<Place> = cells.peer.into_iter().chain(cells.applies[i]).collect();
        let numbers = inner.bare[i].carried(carrying(book.plan(), i).is_some()).x;
        let joins = |row: usize| data.is_peer(row) && data.applies(i, row);
        Grouped::of(book, way, (source, numbers), &live, &joins)
    }

    /// What the entity's other indicators fill.
    fn siblings(
        &mut self,
        book: &mut Book<'_>,
        cells: &Cells,
        i: usize,
        way: &Impute,
    ) -> Vec<Option<String>> {
        let others: Vec<usize> =
            family(book.plan(), i, way).into_iter().filter(|other| *other != i).collect();
        let others: Vec<Place> = others.into_iter().map(|k| self.share(book, cells, k, way)).collect();
        let grouped = self.grouped(book, cells, i, way);
        let (panel, negative) = (book.panel(), book.plan().indicators[i].negative);
        let function = if matches!(way, Impute::RowMedian(_)) { "MEDIAN" } else { "AVERAGE" };
        let fill = |row: usize| {
            let shares: Vec<String> = others.iter().map(|place| place.cell(row)).collect();
            let Some(set) = grouped.range(panel, row).filter(|_| !shares.is_empty()) else {
                return "NA()".to_owned();
            };
            let way = format!("{function}({})*(MAX({set})-MIN({set}))", shares.join(","));
            let value = if negative { format!("MAX({set})-{way}") } else { format!("MIN({set})+{way}") };
            format!("IF(COUNT({set})>0,{value},NA())")
        };
        book.rows().map(fill).map(Some).collect()
    }

    /// How far the values of an indicator lie from the worst to the best.
    fn share(&mut self, book: &mut Book<'_>, cells: &Cells, i: usize, way: &Impute) -> Place {
        if let Some(place) = self.shares.get(&(i, way.among())) {
            return *place;
        }
        let (source, grouped) = (self.source(book, i), self.grouped(book, cells, i, way));
        let negative = book.plan().indicators[i].negative;
        let head = book.said("book_between");
        let place = book.each(Tab::Workings, (book.node(i), head), "General", |book, row| {
            let Some(set) = grouped.range(book.panel(), row) else { return Cell::Blank };
            let x = source.cell(row);
            let mut conditions = vec![format!("ISNUMBER({x})"), format!("MAX({set})>MIN({set})")];
            conditions.extend(cells.applies[i].map(|place| format!("{}=1", place.cell(row))));
            let above = if negative { format!("MAX({set})-{x}") } else { format!("{x}-MIN({set})") };
            let share = format!("({above})/(MAX({set})-MIN({set}))");
            Cell::live(format!("IF(AND({}),{share},\"\")", conditions.join(",")), f64::NAN)
        });
        self.shares.insert((i, way.among()), place);
        place
    }
}

/// The mean or the median of peers.
pub(super) fn peers(way: &Impute, range: &str) -> String {
    let function = if matches!(way, Impute::PeerMedian(_)) { "MEDIAN" } else { "AVERAGE" };
    format!("{function}({range})")
}

/// The entity's rows before a row, the nearest first, and those after it.
fn neighbours(panel: &Panel, row: usize) -> (Vec<usize>, Vec<usize>) {
    let (period, entity) = (panel.period_of(row), panel.entity_of(row));
    let at = |p: usize| panel.row(p, entity);
    ((0..period).rev().filter_map(at).collect(), (period + 1..panel.periods().len()).filter_map(at).collect())
}

/// The first number of some cells.
fn first_of(x: Place, rows: &[usize], rest: &str, give: &dyn Fn(usize) -> String) -> String {
    rows.iter()
        .rev()
        .fold(rest.to_owned(), |rest, row| format!("IF(ISNUMBER({}),{},{rest})", x.cell(*row), give(*row)))
}

/// What a method fills from the entity's own numbers: an error where there are none; `None` where the formula would be too long.
pub(super) fn own_fill(panel: &Panel, way: &Impute, x: Place, row: usize) -> Option<String> {
    let (before, after) = neighbours(panel, row);
    let value = |at: usize| x.cell(at);
    let nothing = "NA()";
    Some(match way {
        Impute::Constant(Constant { value }) => number(*value),
        Impute::CarryForward(Carried { within, ends }) => {
            if before.len() + after.len() > 40 {
                return None;
            }
            let near = |at: &&usize| {
                within.is_none_or(|w| panel.period_of(row) - panel.period_of(**at) <= usize::from(w))
            };
            // Whoever has an earlier value, however far, takes no later one.
            let far: Vec<usize> = before.iter().filter(|at| !near(at)).copied().collect();
            let near: Vec<usize> = before.iter().filter(near).copied().collect();
            let later = if *ends { first_of(x, &after, nothing, &value) } else { nothing.to_owned() };
            let rest = first_of(x, &far, &later, &|_| nothing.to_owned());
            first_of(x, &near, &rest, &value)
        }
        Impute::Interpolate(Line { ends }) => {
            if before.len() + after.len() > MOST_NEIGHBOURS {
                return None;
            }
            let start = panel.periods().first()?;
            let time = |at: usize| {
                panel.periods()[panel.period_of(at)]
                    .since(*start)
                    .map_or_else(|| "NA()".to_owned(), |n| n.to_string())
            };
            let (x0, t0) = (first_of(x, &before, nothing, &value), first_of(x, &before, nothing, &time));
            let (x1, t1) = (first_of(x, &after, nothing, &value), first_of(x, &after, nothing, &time));
            let t = time(row);
            let line = format!("({x0}*({t1}-{t})+{x1}*({t}-{t0}))/({t1}-{t0})");
            if *ends { format!("IFERROR({line},IFERROR({x0},{x1}))") } else { line }
        }
        _ => return None,
    })
}

//! What rules compare with: anchors and ranks, set by set.

use super::book::{Book, Place, Tab, number, where_known};
use super::cells::Cells;
use super::program::written;
use super::sets::{SetRange, of_range};
use crate::assess::sets::{Level, class_count, differs};
use crate::formula::Load;
use crate::method::anchor::Anchor;
use crate::method::part::Over;
use crate::method::rules::Equals;
use crate::report::xlsx::live::Cell;

/// What a leaf reads at one level.
pub(super) struct Reference {
    pub(super) level: Level,
    /// What is looked at.
    pub(super) x: Place,
    pub(super) anchors: Vec<Anchor>,
    /// Cells of the anchors, set by set.
    pub(super) sets: Vec<Vec<String>>,
    /// Ranks within the set.
    pub(super) ranks: Option<Place>,
}

pub(super) fn title(book: &Book<'_>, leaf: usize) -> String {
    let own = &book.plan().leaves[leaf];
    let of = book.node(own.indicator);
    let rule = crate::method::rules::Rule::Leaf(own.rule.clone());
    format!("{of} {}", book.said(rule.title()))
}

/// The anchors of a leaf at one level: a line of the list of references for each set and anchor.
pub(super) fn reference(
    book: &mut Book<'_>,
    cells: &Cells,
    (leaf, level): (usize, Level),
    x: Place,
    anchors: Vec<Anchor>,
    ranked: Option<Equals>,
) -> Reference {
    let (inner, plan) = (book.inner(), book.plan());
    let own = &plan.leaves[leaf];
    let state = &inner.leaves[leaf];
    let resolved = if level == Level::Value { &state.inputs } else { &state.anchors };
    let numbers = inner.known().column(level, leaf).x;
    let reads = |a: &Anchor| !matches!(a, Anchor::Number(_)) && !differs(a, &own.over);
    let mut made = Reference { level, x, anchors, sets: Vec::new(), ranks: None };
    if !made.anchors.iter().any(reads) && ranked.is_none() {
        return made;
    }
    let given = book.is_given();
    let of = title(book, leaf);
    let by_class = class_count(&book.data(), own.scope()) > 1;
    let columns =
        if given { vec![x] } else { book.set_columns(cells, x, numbers, by_class, Some(own.indicator)) };
    let ranges = book.set_ranges(own.scope(), &columns);
    let positive = !level.lower_is_better(own);
    for (set, range) in ranges.iter().enumerate() {
        let known = resolved.sets.get(set);
        let mut line = Vec::new();
        for (k, anchor) in made.anchors.iter().enumerate() {
            if !reads(anchor) {
                line.push(String::new());
                continue;
            }
            let shown = known.and_then(|set| set.get(k)).map_or(f64::NAN, |x| x.near.v);
            let what = crate::report::Sentence::new(anchor.title()).message(book.lang);
            let what = if matches!(anchor, Anchor::Quantile(_) | Anchor::Entity(_)) {
                format!("{anchor}")
            } else {
                what
            };
            let cell = if given {
                Cell::Fixed(shown)
            } else {
                set_anchor(book, cells, (leaf, level), (x, anchor), range, (positive, shown))
            };
            line.push(book.listed(Tab::References, &of, (range.period, range.class), &what, cell));
        }
        made.sets.push(line);
    }
    if given {
        book.fix(of, "book_given");
    }
    if let Some(equals) = ranked {
        made.ranks = Some(ranks(book, cells, (leaf, level), x, &ranges, (equals, positive)));
    }
    made
}

/// An anchor that is the same for a set.
fn set_anchor(
    book: &mut Book<'_>,
    cells: &Cells,
    (leaf, level): (usize, Level),
    (x, anchor): (Place, &Anchor),
    range: &SetRange,
    (positive, shown): (bool, f64),
) -> Cell {
    if let Some(text) = anchor.sheet(&range.range, positive) {
        if range.range.is_empty() {
            return Cell::live("\"\"".to_owned(), f64::NAN);
        }
        let text = if *anchor == Anchor::Count { text } else { of_range(&range.range, &text) };
        return Cell::live(text, shown);
    }
    match anchor {
        Anchor::Entity(name) => {
            let panel = book.panel();
            let at = range.period.and_then(|p| panel.row(p, panel.entity_index(name)?));
            at.map_or_else(
                || Cell::live("\"\"".to_owned(), f64::NAN),
                |at| super::sets::shown(&x.cell(at), shown),
            )
        }
        Anchor::Pooled => Cell::live(pooled_sheet(book, cells, (leaf, level), x, range), shown),
        _ => Cell::Fixed(shown),
    }
}

/// The formula of an indicator over the sums of its variables.
fn pooled_sheet(
    book: &mut Book<'_>,
    cells: &Cells,
    (leaf, level): (usize, Level),
    x: Place,
    range: &SetRange,
) -> String {
    let (data, plan) = (book.data(), book.plan());
    let own = &plan.leaves[leaf];
    let program = &plan.indicators[own.indicator].program;
    let numbers = book.inner().known().column(level, leaf).x;
    let joins = |row: usize| {
        range.rows.contains(&row)
            && range.class.is_none_or(|c| data.class(row) == c)
            && data.joins(own.indicator, row)
            && !numbers[row].is_nan()
    };
    let mut columns: Vec<(Load, Place)> = Vec::new();
    let panel = book.panel();
    let at = |load: &Load, row: usize| match *load {
        Load::Column { slot, lag } => panel.lagged(row, lag).map(|at| (slot as usize, at)),
        Load::Total { .. } => None,
    };
    let complete = |row: usize| {
        joins(row)
            && program.loads().iter().all(|load| {
                at(load, row).is_some_and(|(slot, row)| !data.columns[slot].values()[row].is_nan())
            })
    };
    for load in program.loads() {
        let (over, head) = (title(book, leaf), book.said("explain_anchor_pooled"));
        columns.push((
            *load,
            book.each(Tab::Workings, (over, head), "General", |_, row| {
                let in_set = range.rows.contains(&row)
                    && range.class.is_none_or(|c| data.class(row) == c)
                    && data.is_part(row);
                let all: Option<Vec<String>> = program
                    .loads()
                    .iter()
                    .map(|l| at(l, row).map(|(slot, row)| cells.variables[slot].cell(row)))
                    .collect();
                let (Some(all), Some((slot, source)), true) = (all, at(load, row), in_set) else {
                    return Cell::Blank;
                };
                let mut conditions = vec![
                    format!("ISNUMBER({})", x.cell(row)),
                    format!("COUNT({})={}", all.join(","), all.len()),
                ];
                conditions.extend(
                    cells
                        .peer
                        .iter()
                        .chain(&cells.applies[own.indicator])
                        .map(|p| format!("{}=1", p.cell(row))),
                );
                let cell = cells.variables[slot].cell(source);
                let value = if complete(row) { data.columns[slot].values()[source] } else { f64::NAN };
                Cell::live(format!("IF(AND({}),{cell},\"\")", conditions.join(",")), value)
            }),
        ));
    }
    let (text, known) = written(program, &mut |load| {
        let (_, place) = columns.iter().find(|(own, _)| own == load)?;
        let range = place.range(&range.rows);
        Some(format!("IF(COUNT({range})>0,SUM({range}),NA())"))
    });
    where_known(&known, &text)
}

/// Ranks within a set.
fn ranks(
    book: &mut Book<'_>,
    cells: &Cells,
    (leaf, level): (usize, Level),
    x: Place,
    ranges: &[SetRange],
    (equals, positive): (Equals, bool),
) -> Place {
    let (inner, data) = (book.inner(), book.data());
    let own = &book.plan().leaves[leaf];
    let resolved =
        if level == Level::Value { &inner.leaves[leaf].inputs } else { &inner.leaves[leaf].anchors };
    let known = resolved.ranks.as_deref();
    let given = book.is_given();
    let (over, head) = (book.node(own.indicator), book.said("col_rank"));
    book.each(Tab::Measures, (over, head), "General", |_, row| {
        let rank = known.map_or(f64::NAN, |ranks| ranks[row]);
        if given {
            return Cell::Fixed(rank);
        }
        let (cell, set) = (x.cell(row), resolved.set(&data, row));
        let Some(range) = ranges.get(set).filter(|range| !range.range.is_empty()).map(|range| &range.range)
        else {
            return Cell::live("\"\"".to_owned(), f64::NAN);
        };
        let sign = if positive { ">" } else { "<" };
        let better = format!("SUMPRODUCT(ISNUMBER({range})*({range}{sign}{cell}))");
        let equal = format!("MAX(SUMPRODUCT(ISNUMBER({range})*({range}={cell}))-1,0)");
        let text = match equals {
            Equals::Best => format!("{better}+1"),
            Equals::Mean => format!("{better}+1+{equal}*0.5"),
            Equals::Worst => format!("{better}+1+{equal}"),
        };
        let text = where_known(std::slice::from_ref(&cell), &text);
        let text = match cells.applies[own.indicator] {
            Some(applies) => format!("IF({}=1,{text},\"\")", applies.cell(row)),
            None => text,
        };
        Cell::live(text, rank)
    })
}

/// The cell or the number of an anchor for a row.
pub(super) fn anchor(
    book: &Book<'_>,
    cells: &Cells,
    (leaf, row): (usize, usize),
    of: &Reference,
    k: usize,
) -> String {
    let (data, own) = (book.data(), &book.plan().leaves[leaf]);
    let panel = book.panel();
    let resolved = if of.level == Level::Value {
        &book.inner().leaves[leaf].inputs
    } else {
        &book.inner().leaves[leaf].anchors
    };
    let or_nothing =
        |at: Option<usize>, place: Place| at.map_or_else(|| "NA()".to_owned(), |at| place.cell(at));
    match &of.anchors[k] {
        Anchor::Number(x) => number(*x),
        Anchor::Target => cells
            .targets
            .get(own.indicator)
            .copied()
            .flatten()
            .map_or_else(|| "NA()".to_owned(), |place| place.cell(row)),
        Anchor::Previous => or_nothing(panel.lagged(row, 1), cells.values[own.indicator]),
        Anchor::Indicator(id) => {
            book.plan().node(id).map_or_else(|| "NA()".to_owned(), |i| cells.values[i].cell(row))
        }
        Anchor::Entity(name) if own.over == Over::All => {
            let at = panel.entity_index(name).and_then(|e| panel.row(panel.period_of(row), e));
            or_nothing(at, of.x)
        }
        _ => {
            let set = resolved.set(&data, row);
            of.sets
                .get(set)
                .and_then(|set| set.get(k))
                .filter(|cell| !cell.is_empty())
                .cloned()
                .unwrap_or_else(|| "NA()".to_owned())
        }
    }
}

//! From the scores of members to those of their groups up to the raw total.

use super::book::{Book, Place, Tab, cell_of, where_known};
use super::cells::Cells;
use super::sets::shown;
use super::weights::{self, share, weight_row};
use crate::assess::tree::NodeScored;
use crate::method::aggregation::SheetRow;
use crate::method::sheet::CellFormula;
use crate::report::xlsx::live::Cell;
use crate::scheme::NodeId;
use crate::scheme::plan::NodePlan;

/// The sheets of weights and of groups.
pub(super) fn write(book: &mut Book<'_>, cells: &mut Cells) {
    let plan = book.plan();
    cells.weights = vec![None; plan.nodes.len()];
    cells.present = vec![None; plan.nodes.len()];
    weights::rows(book);
    for node in 0..plan.indicators.len() {
        let score = cells.scores[node];
        cells.printed.push(score);
        cells.carried.push(score);
    }
    // Weights that are given stand there before anything is weighed.
    for node in plan.indicators.len()..plan.nodes.len() {
        if plan.nodes[node].weighting.is_none() {
            weights::write(book, cells, node);
        }
    }
    for node in 0..plan.indicators.len() {
        if let Some(how) = plan.indicators[node].points_round.filter(|how| how.carry) {
            let near = book.inner().near();
            let head = book.said("book_carried");
            cells.carried[node] =
                book.each(Tab::Scores, (book.node(node), head), "#,##0.0000", |book, row| {
                    let (score, share) = (cells.scores[node].cell(row), share(book, cells, node, row));
                    let points = how.sheet(&format!("({score}*{share})"));
                    let text = format!("IF(ISNUMBER({score}),IFERROR(({points})/({share}),{score}),\"\")");
                    Cell::live(text, near.carried(node, row).v)
                });
        }
    }
    for node in plan.indicators.len()..plan.nodes.len() {
        group(book, cells, node);
    }
}

/// A group: its members' scores side by side, the weight that is present, its score and its rounding.
fn group(book: &mut Book<'_>, cells: &mut Cells, node: usize) {
    let (inner, plan, data) = (book.inner(), book.plan(), book.data());
    let own = &plan.nodes[node];
    if own.weighting.is_some() {
        weights::write(book, cells, node);
    }
    let near = inner.near();
    let over = book.node(node);
    let is_over_set = own.aggregate.is_over_set();
    let mut members = Vec::new();
    for m in &own.members {
        let head = book.node(*m);
        members.push(book.each(Tab::Groups, (over.clone(), head), "#,##0.0000", |_, row| {
            let x = near.carried(*m, row).v;
            let cell = cells.carried[*m].cell(row);
            if is_over_set && data.weights(row)[*m] == 0.0 { Cell::Blank } else { shown(&cell, x) }
        }));
    }
    let (Some(first), Some(last)) = (members.first().copied(), members.last().copied()) else { return };
    let weights: Vec<Place> = own.members.iter().filter_map(|m| cells.weights[*m]).collect();
    let (w_first, w_last) = (weights[0], weights[weights.len() - 1]);
    let head = book.said("book_weight_present");
    cells.present[node] = Some(book.each(Tab::Groups, (over.clone(), head), "General", |book, row| {
        let (w, s) = (w_first.across_fixed(w_last, weight_row(book, row)), first.across(last, row));
        let x: f64 =
            own.members.iter().filter(|m| near.is_present(**m, row)).map(|m| data.weights(row)[*m]).sum();
        Cell::live(format!("SUMPRODUCT({w},--ISNUMBER({s}))"), x)
    }));
    let score = &inner.nodes[node].scores.score;
    let found = if is_over_set { compared(book, cells, node, &members) } else { None };
    let mut fixed = false;
    let made = book.rows().map(|row| {
        let (w, s) = (w_first.across_fixed(w_last, weight_row(book, row)), first.across(last, row));
        let formula = if is_over_set {
            found.as_ref().and_then(|found| found[row].clone())
        } else {
            own.aggregate.sheet(&w, &s)
        };
        let Some(formula) = formula else {
            fixed = true;
            return Cell::Fixed(score[row]);
        };
        let text = format!("IF({},\"\",IFERROR({},\"\"))", too_few(own, &w, &s), formula.text);
        cell_of(&formula, text, score[row])
    });
    let made = made.collect();
    if fixed {
        book.fix(over.clone(), if book.is_given() { "book_given" } else { "book_aggregate_fixed" });
    }
    let head = book.said("book_score");
    let place = book.push(Tab::Groups, (over.clone(), head), "#,##0.0000", made);
    cells.scores.push(place);
    let printed = match own.round {
        None => place,
        Some(how) => {
            let x: Vec<f64> = if node == plan.root() { score.to_vec() } else { inner.score(node).to_vec() };
            let head = book.said("book_rounded");
            book.rounded(Tab::Groups, (over, head), "General", (place, &how, &x))
        }
    };
    cells.printed.push(printed);
    cells.carried.push(if own.round.is_some_and(|how| how.carry) { printed } else { place });
}

/// Whether too few members have a score.
fn too_few(own: &NodePlan, w: &str, s: &str) -> String {
    let mut conditions = vec![format!("SUMPRODUCT(({w}<>0)*ISNUMBER({s}))=0")];
    if own.available_members > 0.0 {
        conditions.push(format!(
            "SUMPRODUCT(({w}<>0)*ISNUMBER({s}))<SUMPRODUCT(--({w}<>0))*{}",
            own.available_members
        ));
    }
    if own.available > 0.0 {
        conditions.push(format!("ROUND(SUMPRODUCT({w},--ISNUMBER({s}))-SUM({w})*{},12)<0", own.available));
    }
    if conditions.len() == 1 { conditions.remove(0) } else { format!("OR({})", conditions.join(",")) }
}

/// The formulas of a group that is compared over its set, by row.
fn compared(
    book: &mut Book<'_>,
    cells: &Cells,
    node: usize,
    members: &[Place],
) -> Option<Vec<Option<CellFormula>>> {
    if book.is_given() {
        return None;
    }
    let (inner, plan, data) = (book.inner(), book.plan(), book.data());
    let own = &plan.nodes[node];
    let (over, near) = (book.node(node), inner.near());
    let classes = if data.class_of.is_some() { plan.classes.len() } else { 1 };
    let rows = book.rows();
    // The block of the set of each class: the members side by side.
    let mut blocks: Vec<Vec<Place>> = Vec::new();
    for class in 0..classes {
        let mut block = Vec::new();
        for (k, m) in own.members.iter().enumerate() {
            let head = book.node(*m);
            block.push(book.each(
                Tab::Workings,
                (format!("{over} {} {class}", book.said("book_set")), head),
                "General",
                |_, row| {
                    if !data.is_part(row)
                        || (classes > 1 && data.class(row) != class)
                        || data.weights(row)[*m] == 0.0
                    {
                        return Cell::Blank;
                    }
                    let cell = members[k].cell(row);
                    let mut conditions = vec![format!("ISNUMBER({cell})")];
                    conditions.extend(cells.peer.iter().map(|place| format!("{}=1", place.cell(row))));
                    let x = if data.is_peer(row) { near.carried(*m, row).v } else { f64::NAN };
                    Cell::live(format!("IF(AND({}),{cell},\"\")", conditions.join(",")), x)
                },
            ));
        }
        blocks.push(block);
    }
    let class_of = |row: usize| if classes > 1 { data.class(row) } else { 0 };
    let set_rows = |row: usize| book_rows(data.panel, row);
    // What is kept of each member, side by side.
    let titles: Vec<&'static str> =
        own.aggregate.sheet_kept("A1").into_iter().map(|(title, _)| title).collect();
    let mut kept: Vec<Vec<Place>> = Vec::new();
    for (t, title) in titles.iter().enumerate() {
        let mut line = Vec::new();
        for (k, m) in own.members.iter().enumerate() {
            let (over, head) = (format!("{over} {}", book.said(title)), book.node(*m));
            line.push(book.each(Tab::Workings, (over, head), "General", |_, row| {
                let range = blocks[class_of(row)][k].range(&set_rows(row));
                let formula = own.aggregate.sheet_kept(&range).swap_remove(t).1;
                let text = format!("IF(COUNT({range})=0,\"\",IFERROR({},\"\"))", formula.text);
                cell_of(&formula, text, f64::NAN)
            }));
        }
        kept.push(line);
    }
    let weights: Vec<Place> = own.members.iter().filter_map(|m| cells.weights[*m]).collect();
    let n = members.len();
    let addresses = |book: &Book<'_>, row: usize| {
        let w = weights[0].across_fixed(weights[n - 1], weight_row(book, row));
        let s = members[0].across(members[n - 1], row);
        let block = &blocks[class_of(row)];
        let range = set_rows(row);
        let set = block[0].block(block[n - 1], &range);
        let kept: Vec<String> = kept.iter().map(|line| line[0].across(line[n - 1], row)).collect();
        let complete = own.members.iter().all(|m| data.weights(row)[*m] == 0.0 || near.is_present(*m, row));
        (w, s, set, kept, complete)
    };
    let with = |book: &Book<'_>, row: usize, of: &mut dyn FnMut(&SheetRow<'_>)| {
        let (w, s, set, kept, is_complete) = addresses(book, row);
        of(&SheetRow { weights: &w, scores: &s, set: &set, kept: &kept, is_complete });
    };
    let mut names: Vec<&str> = Vec::new();
    if let Some(row) = rows.clone().next() {
        with(book, row, &mut |of| {
            names = own.aggregate.sheet_workings(of).into_iter().map(|(title, _)| title).collect();
        });
    }
    let mut workings: Vec<(Place, Vec<Place>)> = Vec::new();
    for (k, name) in names.into_iter().enumerate() {
        let head = book.said(name);
        let place = book.each(Tab::Workings, (over.clone(), head), "General", |book, row| {
            let mut formula = CellFormula::plain("NA()");
            with(book, row, &mut |of| formula = own.aggregate.sheet_workings(of).swap_remove(k).1);
            let text = format!("IFERROR({},\"\")", formula.text);
            cell_of(&formula, text, f64::NAN)
        });
        let unknown = vec![f64::NAN; rows.len()];
        let columns = book.set_columns(cells, place, &unknown, classes > 1, None);
        workings.push((place, columns));
    }
    let full = own.full;
    let one = |book: &Book<'_>, row: usize| {
        let pairs: Vec<[String; 2]> = workings
            .iter()
            .map(|(place, columns)| {
                [place.cell(row), columns[class_of(row).min(columns.len() - 1)].range(&set_rows(row))]
            })
            .collect();
        let mut found = None;
        with(book, row, &mut |of| {
            found = own.aggregate.sheet_over(of, &pairs, full).map(|formula| CellFormula {
                text: format!("IF(COUNT({})=0,NA(),{})", of.set, formula.text),
                ..formula
            });
        });
        found
    };
    let made: Vec<Option<CellFormula>> = rows.map(|row| one(book, row)).collect();
    Some(made)
}

fn book_rows(panel: &crate::panel::Panel, row: usize) -> std::ops::Range<usize> {
    panel.rows_of(panel.period_of(row))
}

/// The sheet of weighted points, as documents print them.
pub(super) fn points(book: &mut Book<'_>, cells: &Cells) {
    let plan = book.plan();
    for node in 0..plan.root() {
        let x = book.assessment.points(NodeId(node)).into_owned();
        let round = plan.indicators.get(node).and_then(|own| own.points_round);
        let head = book.node(node);
        let over = plan.nodes[node].parent.map_or_else(String::new, |parent| book.node(parent));
        book.each(Tab::Points, (over, head), "#,##0.0000", |book, row| {
            let cell =
                if round.is_some() { cells.scores[node].cell(row) } else { cells.printed[node].cell(row) };
            let product = format!("{cell}*{}", share(book, cells, node, row));
            let text = round.map_or(product.clone(), |how| how.sheet(&format!("({product})")));
            Cell::live(where_known(std::slice::from_ref(&cell), &text), x[row])
        });
    }
}

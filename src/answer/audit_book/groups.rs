//! Weights, and from the scores of members to those of their groups up to the raw total.

use super::book::{Book, Place, Tab, number, where_known};
use super::cells::Cells;
use super::sets::{Bench, shown};
use crate::assess::tree::NodeScored;
use crate::method::aggregation::{Aggregation, SheetRow};
use crate::method::sheet::CellFormula;
use crate::method::weighting::SheetMembers;
use crate::report::xlsx::live::{Cell, Value};
use crate::scheme::NodeId;
use crate::scheme::plan::{NodePlan, WeightingPlan};

/// The sheets of weights and of groups.
pub(super) fn write(book: &mut Book<'_>, cells: &mut Cells) {
    let plan = book.plan();
    cells.weights = vec![None; plan.nodes.len()];
    cells.present = vec![None; plan.nodes.len()];
    weight_rows(book);
    for node in 0..plan.indicators.len() {
        let score = cells.scores[node];
        cells.printed.push(score);
        cells.carried.push(score);
    }
    // Weights that are given stand there before anything is weighed.
    for node in plan.indicators.len()..plan.nodes.len() {
        if plan.nodes[node].weighting.is_none() {
            weights(book, cells, node);
        }
    }
    for node in 0..plan.indicators.len() {
        if let Some(how) = plan.indicators[node].points_round.filter(|how| how.carry) {
            let near = book.inner().near();
            let made = book.rows().map(|row| {
                let (score, share) = (cells.scores[node].cell(row), share(book, cells, node, row));
                let points = how.sheet(&format!("({score}*{share})"));
                let text = format!("IF(ISNUMBER({score}),IFERROR(({points})/({share}),{score}),\"\")");
                Cell::live(text, near.carried(node, row).v)
            });
            let made = made.collect();
            let head = book.said("book_carried");
            cells.carried[node] = book.push(Tab::Scores, (book.node(node), head), "#,##0.0000", made);
        }
    }
    for node in plan.indicators.len()..plan.nodes.len() {
        group(book, cells, node);
    }
}

/// The rows of the sheet of weights: a class each, or a period and class.
fn weight_rows(book: &mut Book<'_>) {
    let (inner, plan) = (book.inner(), book.plan());
    let by_period = inner.weights.is_by_period();
    let periods = if by_period { book.panel().periods().len() } else { 1 };
    let sets: Vec<(usize, usize)> =
        (0..periods).flat_map(|p| (0..plan.classes.len()).map(move |c| (p, c))).collect();
    let period = |(p, _): &(usize, usize)| {
        Cell::Text(if by_period {
            book.panel().period_text(book.panel().periods()[*p])
        } else {
            book.said("book_all_periods")
        })
    };
    let periods = sets.iter().map(period).collect();
    let head = book.said("col_period");
    book.push(Tab::Weights, ("", head), "@", periods);
    if plan.classes.len() > 1 {
        let classes = sets.iter().map(|(_, c)| Cell::Text(plan.classes[*c].id.clone())).collect();
        let head = book.said("col_class");
        book.push(Tab::Weights, ("", head), "@", classes);
    }
    let width = book.width(Tab::Weights);
    book.sheet(Tab::Weights).names = width;
}

/// The weights of the members of a group.
fn weights(book: &mut Book<'_>, cells: &mut Cells, node: usize) {
    let (inner, plan) = (book.inner(), book.plan());
    let own = &plan.nodes[node];
    let sets = inner.weights.sets();
    let computed = own.weighting.as_ref().map(|how| computed(book, cells, node, how));
    for (k, member) in own.members.iter().enumerate() {
        let made = sets.iter().enumerate().map(|(set, weights)| {
            let x = weights[*member];
            match computed.as_ref().map(|sets| &sets[set][k]) {
                None => Cell::Given(x),
                Some(None) => Cell::Fixed(x),
                Some(Some(text)) if text.is_empty() => Cell::Given(x),
                Some(Some(text)) => Cell::live(text.clone(), x),
            }
        });
        let made = made.collect();
        let (over, head) = (book.node(node), book.node(*member));
        cells.weights[*member] = Some(book.push(Tab::Weights, (over, head), "General", made));
    }
}

/// Formulas of computed weights by set and member: none where there is no formula, an empty text where the class gives the weight.
fn computed(
    book: &mut Book<'_>,
    cells: &Cells,
    node: usize,
    how: &WeightingPlan,
) -> Vec<Vec<Option<String>>> {
    let (inner, plan, data) = (book.inner(), book.plan(), book.data());
    let own = &plan.nodes[node];
    let of = book.node(node);
    let near = inner.near();
    let sets = inner.weights.sets().len();
    if book.is_given() {
        book.fix(of, "book_given");
        return vec![vec![None; own.members.len()]; sets];
    }
    let by_class = data.class_of.is_some();
    let columns: Vec<Vec<Place>> = own
        .members
        .iter()
        .map(|m| {
            let numbers: Vec<f64> = book.rows().map(|row| near.carried(*m, row).v).collect();
            book.set_columns(cells, cells.carried[*m], &numbers, by_class, None)
        })
        .collect();
    let mut all = Vec::new();
    for set in 0..sets {
        let (period, class) = (set / plan.classes.len(), set % plan.classes.len());
        let given = &plan.classes[class].weights;
        let counted: Vec<usize> = (0..own.members.len()).filter(|k| given[own.members[*k]] != 0.0).collect();
        let rows = book.panel().rows_of(period);
        let names: Vec<&str> = counted.iter().map(|k| plan.nodes[own.members[*k]].id.as_str()).collect();
        let falls: Vec<bool> = counted.iter().map(|k| how.falls[*k]).collect();
        let scores: Vec<String> =
            counted.iter().map(|k| columns[*k][if by_class { class } else { 0 }].range(&rows)).collect();
        let mut line = vec![Some(String::new()); own.members.len()];
        let members = SheetMembers { names: &names, falls: &falls, scores: &scores };
        // A class that nobody is in has the weights of nobody.
        let nobody = !rows.clone().any(|row| data.is_part(row) && data.class(row) == class);
        let mut bench = Bench { book, of: of.clone(), set: (Some(period), by_class.then_some(class)), rows };
        let found = if nobody { None } else { how.way.sheet(&members, &mut bench) };
        for (at, k) in counted.iter().enumerate() {
            line[*k] = found.as_ref().map(|cells| how.round.sheet(&cells[at]));
        }
        if found.is_none() && !nobody {
            book.fix(of.clone(), "book_weights_fixed");
        }
        all.push(line);
    }
    all
}

/// The row of the sheet of weights that holds for a row.
fn weight_row(book: &Book<'_>, row: usize) -> usize {
    book.inner().weights.set(&book.data(), row)
}

/// The weight of a node in a row.
fn weight(book: &Book<'_>, cells: &Cells, node: usize, row: usize) -> String {
    let x = book.data().weights(row)[node];
    cells.weights[node].map_or_else(|| number(x), |place| place.fixed(weight_row(book, row)))
}

/// Whether a node has a score, as a condition.
fn presence(book: &Book<'_>, cells: &Cells, node: usize, row: usize) -> String {
    if let Some(place) = cells.scores.get(node) {
        return format!("ISNUMBER({})", place.cell(row));
    }
    let own = &book.plan().nodes[node];
    let terms: Vec<String> = own
        .members
        .iter()
        .map(|m| format!("AND({}<>0,{})", weight(book, cells, *m, row), presence(book, cells, *m, row)))
        .collect();
    let mut conditions = vec![format!("OR({})", terms.join(","))];
    let sum = |one: bool, all: bool| -> String {
        let term = |m: &usize| {
            let (w, here) = (weight(book, cells, *m, row), presence(book, cells, *m, row));
            let value = if one { format!("IF({w}<>0,1,0)") } else { w };
            if all { value } else { format!("IF({here},{value},0)") }
        };
        own.members.iter().map(term).collect::<Vec<_>>().join("+")
    };
    if own.available_members > 0.0 {
        conditions.push(format!("{}>=({})*{}", sum(true, false), sum(true, true), own.available_members));
    }
    if own.available > 0.0 {
        conditions.push(format!(
            "ROUND({}-({})*{},12)>=0",
            sum(false, false),
            sum(false, true),
            own.available
        ));
    }
    format!("AND({})", conditions.join(","))
}

/// The part of the whole that the score of a node makes in a row.
pub(super) fn share(book: &Book<'_>, cells: &Cells, node: usize, row: usize) -> String {
    let plan = book.plan();
    let (mut at, mut factors) = (node, Vec::new());
    while let Some(parent) = plan.nodes[at].parent {
        let w = weight(book, cells, at, row);
        let factor = match plan.nodes[parent].aggregate {
            Aggregation::Sum => w,
            Aggregation::Maximum | Aggregation::Minimum => format!("IF({w}>0,1,0)"),
            _ => {
                let whole = cells.present[parent].map_or_else(
                    || {
                        let terms: Vec<String> = plan.nodes[parent]
                            .members
                            .iter()
                            .map(|m| {
                                format!(
                                    "IF({},{},0)",
                                    presence(book, cells, *m, row),
                                    weight(book, cells, *m, row)
                                )
                            })
                            .collect();
                        format!("({})", terms.join("+"))
                    },
                    |place| place.cell(row),
                );
                format!("{w}/{whole}")
            }
        };
        factors.push(if at == node {
            factor
        } else {
            format!("IF({},{factor},NA())", presence(book, cells, at, row))
        });
        at = parent;
    }
    if factors.is_empty() { "1".to_owned() } else { factors.join("*") }
}

/// A group: its members' scores side by side, the weight that is present, its score and its rounding.
fn group(book: &mut Book<'_>, cells: &mut Cells, node: usize) {
    let (inner, plan, data) = (book.inner(), book.plan(), book.data());
    let own = &plan.nodes[node];
    if own.weighting.is_some() {
        weights(book, cells, node);
    }
    let near = inner.near();
    let over = book.node(node);
    let is_over_set = own.aggregate.is_over_set();
    let mut members = Vec::new();
    for m in &own.members {
        let made = book.rows().map(|row| {
            let x = near.carried(*m, row).v;
            let cell = cells.carried[*m].cell(row);
            if is_over_set && data.weights(row)[*m] == 0.0 { Cell::Blank } else { shown(&cell, x) }
        });
        let made = made.collect();
        let head = book.node(*m);
        members.push(book.push(Tab::Groups, (over.clone(), head), "#,##0.0000", made));
    }
    let (Some(first), Some(last)) = (members.first().copied(), members.last().copied()) else { return };
    let weights: Vec<Place> = own.members.iter().filter_map(|m| cells.weights[*m]).collect();
    let (w_first, w_last) = (weights[0], weights[weights.len() - 1]);
    let made = book.rows().map(|row| {
        let (w, s) = (w_first.across_fixed(w_last, weight_row(book, row)), first.across(last, row));
        let x: f64 =
            own.members.iter().filter(|m| near.is_present(**m, row)).map(|m| data.weights(row)[*m]).sum();
        Cell::live(format!("SUMPRODUCT({w},--ISNUMBER({s}))"), x)
    });
    let made = made.collect();
    let head = book.said("book_weight_present");
    cells.present[node] = Some(book.push(Tab::Groups, (over.clone(), head), "General", made));
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
        let value = Value::Number(score[row]);
        if formula.is_array { Cell::Array(text, value) } else { Cell::Live(text, value) }
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
            let made = book.rows().map(|row| {
                let cell = place.cell(row);
                Cell::live(where_known(std::slice::from_ref(&cell), &how.sheet(&cell)), x[row])
            });
            let made = made.collect();
            let head = book.said("book_rounded");
            book.push(Tab::Groups, (over, head), "General", made)
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
            let made = rows.clone().map(|row| {
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
            });
            let made = made.collect();
            let head = book.node(*m);
            block.push(book.push(
                Tab::Workings,
                (format!("{over} {} {class}", book.said("book_set")), head),
                "General",
                made,
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
            let made = rows.clone().map(|row| {
                let range = blocks[class_of(row)][k].range(&set_rows(row));
                let formula = own.aggregate.sheet_kept(&range).swap_remove(t).1;
                let text = format!("IF(COUNT({range})=0,\"\",IFERROR({},\"\"))", formula.text);
                if formula.is_array {
                    Cell::Array(text, Value::Number(f64::NAN))
                } else {
                    Cell::live(text, f64::NAN)
                }
            });
            let made = made.collect();
            let (over, head) = (format!("{over} {}", book.said(title)), book.node(*m));
            line.push(book.push(Tab::Workings, (over, head), "General", made));
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
        let set = format!(
            "{}:{}",
            block[0].fixed(range.start),
            block[n - 1].fixed(range.end - 1).trim_start_matches(|c: char| c != '$')
        );
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
        let made = rows.clone().map(|row| {
            let mut formula = CellFormula::plain("NA()");
            with(book, row, &mut |of| formula = own.aggregate.sheet_workings(of).swap_remove(k).1);
            let text = format!("IFERROR({},\"\")", formula.text);
            if formula.is_array {
                Cell::Array(text, Value::Number(f64::NAN))
            } else {
                Cell::live(text, f64::NAN)
            }
        });
        let made = made.collect();
        let head = book.said(name);
        let place = book.push(Tab::Workings, (over.clone(), head), "General", made);
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
        let made = book.rows().map(|row| {
            let cell =
                if round.is_some() { cells.scores[node].cell(row) } else { cells.printed[node].cell(row) };
            let product = format!("{cell}*{}", share(book, cells, node, row));
            let text = round.map_or(product.clone(), |how| how.sheet(&format!("({product})")));
            Cell::live(where_known(std::slice::from_ref(&cell), &text), x[row])
        });
        let made = made.collect();
        let head = book.node(node);
        let over = plan.nodes[node].parent.map_or_else(String::new, |parent| book.node(parent));
        book.push(Tab::Points, (over, head), "#,##0.0000", made);
    }
}

//! The weights of members, written or computed, and what part of the whole each makes.

use super::book::{Book, Place, Tab, number};
use super::cells::Cells;
use super::sets::Bench;
use crate::assess::tree::NodeScored;
use crate::method::aggregation::Aggregation;
use crate::method::weighting::SheetMembers;
use crate::report::xlsx::live::Cell;
use crate::scheme::plan::WeightingPlan;

/// The rows of the sheet of weights: a class each, or a period and class.
pub(super) fn rows(book: &mut Book<'_>) {
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
pub(super) fn write(book: &mut Book<'_>, cells: &mut Cells, node: usize) {
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
pub(super) fn weight_row(book: &Book<'_>, row: usize) -> usize {
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

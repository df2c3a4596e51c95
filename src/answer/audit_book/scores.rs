//! From values to the scores of indicators: measures, references, rules, parts, and what is filled in.

use super::book::{Book, Place, Tab, number, or_error, where_known};
use super::cells::Cells;
use super::references::{Reference, anchor, reference};
use super::sets::of_range;
use crate::assess::cells::{Origin, scored};
use crate::assess::reference::{input_anchors, takes_rank};
use crate::assess::sets::Level;
use crate::method::measures::{Measure, Need};
use crate::method::missing::Missing;
use crate::method::rules::{Combine, Equals, Kernel, Leaf as Rule};
use crate::report::xlsx::live::Cell;
use crate::scheme::model::NotApplicableThen;
use crate::scheme::plan::Scoring;

/// The sheets of measures, references and points.
pub(super) fn write(book: &mut Book<'_>, cells: &mut Cells) {
    for leaf in 0..book.plan().leaves.len() {
        let place = one(book, cells, leaf);
        cells.leaves.push(Some(place));
    }
    for i in 0..book.plan().indicators.len() {
        let own = ruled(book, cells, i);
        let place = filled(book, cells, i, own);
        cells.scores.push(place);
    }
}

/// Whether the scoring of a row's class has a leaf.
fn uses(book: &Book<'_>, leaf: usize, row: usize) -> bool {
    let data = book.data();
    let mut found = false;
    data.plan.classes[data.class(row)].scoring[data.plan.leaves[leaf].indicator]
        .leaves(&mut |own| found |= own == leaf);
    found
}

/// A leaf: its measure, what it is compared with, and its points.
fn one(book: &mut Book<'_>, cells: &Cells, leaf: usize) -> Place {
    let (inner, own) = (book.inner(), &book.plan().leaves[leaf]);
    let value = cells.values[own.indicator];
    let ranks = own.needs.iter().any(|n| matches!(n, Need::Rank | Need::RankBefore(_)));
    let inputs = reference(
        book,
        cells,
        (leaf, Level::Value),
        value,
        input_anchors(own),
        ranks.then_some(Equals::Best),
    );
    let x = measure(book, cells, leaf, &inputs);
    let takes_rank = takes_rank(own).then(|| own.rule.equals());
    let anchors =
        reference(book, cells, (leaf, Level::Measure), x, own.rule.anchors(&own.setting), takes_rank);
    let lenient = matches!(own.rule, Rule::ByFormula(_));
    let near = inner.near();
    let mut made = Vec::new();
    for row in book.rows() {
        if !uses(book, leaf, row) {
            made.push(Cell::Blank);
            continue;
        }
        let cell = anchors.ranks.unwrap_or(x).cell(row);
        let a: Vec<String> =
            (0..anchors.anchors.len()).map(|k| anchor(book, cells, (leaf, row), &anchors, k)).collect();
        let known: Vec<String> =
            std::iter::once(&cell).chain(a.iter().filter(|a| a.contains('$'))).cloned().collect();
        let text = if lenient {
            let a: Vec<String> =
                a.iter().map(|a| if a.contains('$') { or_error(a) } else { a.clone() }).collect();
            format!(
                "IFERROR({},\"\")",
                scale(&own.rule.sheet(&or_error(&cell), &a, &own.setting), own.scale.full, own.scale.own)
            )
        } else {
            where_known(
                &known,
                &scale(&own.rule.sheet(&cell, &a, &own.setting), own.scale.full, own.scale.own),
            )
        };
        let text = match own.filled() {
            None => text,
            Some(points) => {
                format!(
                    "IF(ISNUMBER({text}),{text},IF(ISNUMBER({}),{},\"\"))",
                    value.cell(row),
                    number(points)
                )
            }
        };
        made.push(Cell::live(text, near.cells.leaf_score(leaf, row).v));
    }
    let over = book.node(own.indicator);
    let head = book.said(crate::method::rules::Rule::Leaf(own.rule.clone()).title());
    book.push(Tab::Scores, (over, head), "#,##0.0000", made)
}

fn scale(points: &str, full: f64, own: f64) -> String {
    if full == own { points.to_owned() } else { format!("({points})*{}/{}", number(full), number(own)) }
}

/// The measure of a leaf: a column of its own, where it is not the value itself.
fn measure(book: &mut Book<'_>, cells: &Cells, leaf: usize, inputs: &Reference) -> Place {
    let (inner, own) = (book.inner(), &book.plan().leaves[leaf]);
    let value = cells.values[own.indicator];
    if own.measure == Measure::Value {
        return value;
    }
    let panel = book.panel();
    let numbers = inner.known().column(Level::Measure, leaf).x;
    let mut made = Vec::new();
    for row in book.rows() {
        let cell = value.cell(row);
        let needs: Vec<String> = own
            .needs
            .iter()
            .enumerate()
            .map(|(k, need)| {
                let lagged = |place: Place, lag: u16| {
                    panel.lagged(row, lag).map_or_else(|| "NA()".to_owned(), |at| place.cell(at))
                };
                match need {
                    Need::Lag(lag) => lagged(value, *lag),
                    Need::Anchor(_) => anchor(book, cells, (leaf, row), inputs, k),
                    Need::Rank => inputs.ranks.map_or_else(|| "NA()".to_owned(), |place| place.cell(row)),
                    Need::RankBefore(lag) => {
                        inputs.ranks.map_or_else(|| "NA()".to_owned(), |place| lagged(place, *lag))
                    }
                }
            })
            .collect();
        let known: Vec<String> =
            std::iter::once(&cell).chain(needs.iter().filter(|n| n.contains('$'))).cloned().collect();
        made.push(Cell::live(
            where_known(&known, &own.measure.sheet(&cell, &needs, own.negative)),
            numbers[row],
        ));
    }
    let (over, head) = (book.node(own.indicator), book.said(own.measure.title()));
    book.push(Tab::Measures, (over, head), "#,##0.0000", made)
}

/// The points of an indicator by its rules.
fn ruled(book: &mut Book<'_>, cells: &Cells, i: usize) -> Place {
    let (plan, data, inner) = (book.plan(), book.data(), book.inner());
    let scorings: Vec<usize> = (0..plan.classes.len()).collect();
    let near = inner.near();
    let mut by_class: Vec<Place> = Vec::new();
    for class in scorings {
        let scoring = &plan.classes[class].scoring[i];
        let same = (0..class).find(|other| plan.classes[*other].scoring[i] == *scoring);
        let place = match same {
            Some(other) => by_class[other],
            None => combined(book, cells, (i, class), scoring, &near),
        };
        by_class.push(place);
    }
    let used: Vec<Place> = book.rows().map(|row| by_class[data.class(row)]).collect();
    let first = used.first().copied().unwrap_or(by_class[0]);
    if used.iter().all(|place| *place == first) {
        return first;
    }
    let head = book.said("book_score");
    book.each(Tab::Scores, (book.node(i), head), "#,##0.0000", |_, row| {
        let x = near.cells.scoring(&plan.classes[data.class(row)].scoring[i], row).v;
        super::sets::shown(&used[row].cell(row), x)
    })
}

/// The points of parts combined.
fn combined(
    book: &mut Book<'_>,
    cells: &Cells,
    (i, class): (usize, usize),
    scoring: &Scoring,
    near: &crate::assess::tree::BoundedTree<'_>,
) -> Place {
    let children: Vec<Place> = match scoring {
        Scoring::Leaf(leaf) => return cells.leaves[*leaf].unwrap_or(cells.values[i]),
        _ => scoring.children().map(|part| combined(book, cells, (i, class), part, near)).collect(),
    };
    let (data, classes) = (book.data(), &book.plan().classes);
    let same = |row: usize| classes[data.class(row)].scoring[i] == classes[class].scoring[i];
    let head = match scoring {
        Scoring::Combine { rule, .. } => {
            book.said(crate::method::rules::Rule::Combinator(rule.clone()).title())
        }
        _ => book.said("book_parts"),
    };
    book.each(Tab::Scores, (book.node(i), head), "#,##0.0000", |_, row| {
        if !same(row) {
            return Cell::Blank;
        }
        let parts: Vec<String> = children.iter().map(|place| place.cell(row)).collect();
        let text = match scoring {
            Scoring::Shares(shares) => {
                let sum = |of: &dyn Fn(usize, f64) -> String| {
                    let terms: Vec<String> = shares
                        .iter()
                        .enumerate()
                        .map(|(k, (share, _))| format!("IF(ISNUMBER({}),{},0)", parts[k], of(k, *share)))
                        .collect();
                    terms.join("+")
                };
                let top = sum(&|k, share| format!("{}*{}", number(share), parts[k]));
                format!(
                    "IF(COUNT({})=0,\"\",IFERROR(({top})/({}),\"\"))",
                    parts.join(","),
                    sum(&|_, share| number(share))
                )
            }
            Scoring::Combine { rule, scale: to, .. } => {
                let skips = rule.skips_missing();
                let own: Vec<String> = if skips && matches!(rule, crate::method::rules::Combinator::Sum(_)) {
                    parts.iter().map(|part| format!("IF(ISNUMBER({part}),{part},0)")).collect()
                } else {
                    parts.clone()
                };
                let text = scale(&rule.sheet(&own), to.full, to.own);
                if skips {
                    format!("IF(COUNT({})=0,\"\",IFERROR({text},\"\"))", parts.join(","))
                } else {
                    where_known(&parts, &text)
                }
            }
            Scoring::Leaf(_) => String::new(),
        };
        let x = scored(scoring, &|leaf| near.cells.leaf_score(leaf, row), &|points, _| points);
        Cell::live(text, x.v)
    })
}

/// The score of an indicator with what is filled in where there is none.
fn filled(book: &mut Book<'_>, cells: &Cells, i: usize, own: Place) -> Place {
    let (plan, data, inner) = (book.plan(), book.data(), book.inner());
    let policy = &plan.indicators[i];
    let fills = !matches!(policy.missing, Missing::Error | Missing::Skip);
    let score = &inner.nodes[i].scores;
    if !fills && policy.not_applicable.is_none() {
        return own;
    }
    let takes = |then: Option<NotApplicableThen>| -> (bool, bool) {
        (
            policy.missing == Missing::PeerMean || then == Some(NotApplicableThen::PeerMean),
            policy.missing == Missing::PeerMedian,
        )
    };
    let then = policy.not_applicable.as_ref().map(|(_, then)| *then);
    let (mean, median) = takes(then);
    let mut statistics: Vec<[String; 2]> = Vec::new();
    let classes = plan.classes.len();
    if mean || median {
        let by_class = data.class_of.is_some();
        let numbers: Vec<f64> = book
            .rows()
            .map(|row| if score.filled(row).is_none() { score.score[row] } else { f64::NAN })
            .collect();
        let columns = book.set_columns(cells, own, &numbers, by_class, Some(i));
        for period in 0..book.panel().periods().len() {
            for class in 0..classes {
                let rows = book.panel().rows_of(period);
                let range = columns[if by_class { class } else { 0 }].range(&rows);
                let peers: Vec<f64> = rows
                    .filter(|row| {
                        data.is_peer(*row)
                            && data.applies(i, *row)
                            && (!by_class || data.class(*row) == class)
                    })
                    .map(|row| numbers[row])
                    .filter(|x| !x.is_nan())
                    .collect();
                let one = |book: &mut Book<'_>, function: &str, code: &str, x: f64| {
                    let (of, what) = (book.node(i), book.said(code));
                    let text = of_range(&range, &format!("{function}({range})"));
                    let cell = if book.is_given() { Cell::Fixed(x) } else { Cell::live(text, x) };
                    book.listed(Tab::References, &of, (Some(period), by_class.then_some(class)), &what, cell)
                };
                let mut sorted = peers.clone();
                sorted.sort_by(f64::total_cmp);
                let middle = crate::number::statistics::median(sorted.len(), |k| sorted[k]);
                let average = crate::number::statistics::mean(sorted.iter().copied());
                let mut pair = [String::new(), String::new()];
                if mean {
                    pair[0] = one(book, "AVERAGE", "book_peer_mean", average);
                }
                if median {
                    pair[1] = one(book, "MEDIAN", "book_peer_median", middle);
                }
                statistics.push(pair);
            }
        }
    }
    let full = plan.final_step.full_points;
    let head = book.said("book_score");
    book.each(Tab::Scores, (book.node(i), head), "#,##0.0000", |_, row| {
        let set = statistics.get(data.panel.period_of(row) * classes + data.class(row));
        let peers = |k: usize| set.map_or_else(|| "\"\"".to_owned(), |set| set[k].clone());
        let matters = data.is_part(row) && plan.counts(data.class(row), i);
        let missing = match policy.missing {
            _ if !matters => "\"\"".to_owned(),
            Missing::Zero => "0".to_owned(),
            Missing::Full => number(full),
            Missing::PeerMean => peers(0),
            Missing::PeerMedian => peers(1),
            _ => "\"\"".to_owned(),
        };
        let missing = match cells.screened {
            Some(screened) if missing != "\"\"" => format!("IF({}=1,\"\",{missing})", screened.cell(row)),
            _ => missing,
        };
        let (cell, value) = (own.cell(row), cells.values[i].cell(row));
        let mut text = format!("IF(ISNUMBER({cell}),{cell},IF(ISNUMBER({value}),\"\",{missing}))");
        if let (Some(applies), Some(then)) = (cells.applies[i], then) {
            let instead = match then {
                NotApplicableThen::Redistribute => "\"\"".to_owned(),
                NotApplicableThen::Full => number(full),
                NotApplicableThen::Zero => "0".to_owned(),
                NotApplicableThen::PeerMean => peers(0),
            };
            text = format!("IF({}=0,{instead},{text})", applies.cell(row));
        }
        Cell::live(text, score.score[row])
    })
}

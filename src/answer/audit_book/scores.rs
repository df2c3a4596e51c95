//! From values to the scores of indicators: measures, references, rules, parts, and what is filled in.

use super::book::{Book, Place, Tab, number, or_error, where_known};
use super::cells::Cells;
use super::program::written;
use super::sets::{SetRange, of_range};
use crate::assess::cells::{Origin, scored};
use crate::assess::reference::{input_anchors, takes_rank};
use crate::assess::sets::{Level, class_count, differs};
use crate::formula::Load;
use crate::method::anchor::Anchor;
use crate::method::measures::{Measure, Need};
use crate::method::missing::Missing;
use crate::method::part::Over;
use crate::method::rules::{Combine, Equals, Kernel, Leaf as Rule};
use crate::report::xlsx::live::Cell;
use crate::scheme::model::NotApplicableThen;
use crate::scheme::plan::Scoring;

/// What a leaf reads at one level.
struct Reference {
    level: Level,
    /// What is looked at.
    x: Place,
    anchors: Vec<Anchor>,
    /// Cells of the anchors, set by set.
    sets: Vec<Vec<String>>,
    /// Ranks within the set.
    ranks: Option<Place>,
}

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

fn title(book: &Book<'_>, leaf: usize) -> String {
    let own = &book.plan().leaves[leaf];
    let of = book.node(own.indicator);
    let rule = crate::method::rules::Rule::Leaf(own.rule.clone());
    format!("{of} {}", book.said(rule.title()))
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

/// The anchors of a leaf at one level: a line of the list of references for each set and anchor.
fn reference(
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
        let made = book.rows().map(|row| {
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
            let mut conditions =
                vec![format!("ISNUMBER({})", x.cell(row)), format!("COUNT({})={}", all.join(","), all.len())];
            conditions.extend(
                cells.peer.iter().chain(&cells.applies[own.indicator]).map(|p| format!("{}=1", p.cell(row))),
            );
            let cell = cells.variables[slot].cell(source);
            let value = if complete(row) { data.columns[slot].values()[source] } else { f64::NAN };
            Cell::live(format!("IF(AND({}),{cell},\"\")", conditions.join(",")), value)
        });
        let made = made.collect();
        let (over, head) = (title(book, leaf), book.said("explain_anchor_pooled"));
        columns.push((*load, book.push(Tab::Workings, (over, head), "General", made)));
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
    let made = book.rows().map(|row| {
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
    });
    let made = made.collect();
    let (over, head) = (book.node(own.indicator), book.said("col_rank"));
    book.push(Tab::Measures, (over, head), "General", made)
}

/// The cell or the number of an anchor for a row.
fn anchor(book: &Book<'_>, cells: &Cells, (leaf, row): (usize, usize), of: &Reference, k: usize) -> String {
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
    let made = book.rows().map(|row| {
        let x = near.cells.scoring(&plan.classes[data.class(row)].scoring[i], row).v;
        super::sets::shown(&used[row].cell(row), x)
    });
    let made = made.collect();
    let head = book.said("book_score");
    book.push(Tab::Scores, (book.node(i), head), "#,##0.0000", made)
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
    let data = book.data();
    let same =
        |row: usize| book.plan().classes[data.class(row)].scoring[i] == book.plan().classes[class].scoring[i];
    let made = book.rows().map(|row| {
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
    });
    let made = made.collect();
    let head = match scoring {
        Scoring::Combine { rule, .. } => {
            book.said(crate::method::rules::Rule::Combinator(rule.clone()).title())
        }
        _ => book.said("book_parts"),
    };
    book.push(Tab::Scores, (book.node(i), head), "#,##0.0000", made)
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
    let made = book.rows().map(|row| {
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
    });
    let made = made.collect();
    let head = book.said("book_score");
    book.push(Tab::Scores, (book.node(i), head), "#,##0.0000", made)
}

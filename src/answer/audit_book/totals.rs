//! From the raw total to rank and grade.

use super::book::{Book, Place, Tab, literal, number, or_error, where_known};
use super::cells::Cells;
use super::groups::share;
use super::program::{condition, written};
use crate::assess::total::Step;
use crate::formula::Program;
use crate::method::ranking::{GradeBy, RankOn, Ties};
use crate::report::xlsx::format_of;
use crate::report::xlsx::live::{Cell, Value};
use crate::report::{Digits, Measure};
use crate::scheme::final_step::TieBreak;
use crate::scheme::plan::Slot;

/// Lower than every number that decides between equal totals.
const NOTHING: &str = "-1E+300";

/// The sheet of totals.
pub(super) fn write(book: &mut Book<'_>, cells: &mut Cells) {
    let (inner, plan) = (book.inner(), book.plan());
    let (near, step) = (inner.near(), inner.final_step());
    let data = book.data();
    let root = plan.root();
    let made = book.rows().map(|row| {
        let cell = cells.scores[root].cell(row);
        let x = if data.is_screened(row) { f64::NAN } else { inner.nodes[root].scores.score[row] };
        let text = where_known(std::slice::from_ref(&cell), &cell);
        let text = cells
            .screened
            .map_or(text.clone(), |screened| format!("IF({}=1,\"\",{text})", screened.cell(row)));
        Cell::live(text, x)
    });
    let made = made.collect();
    let head = book.said("book_raw_total");
    let own = book.push(Tab::Total, ("", head), "#,##0.0000", made);
    let raw = blended(book, cells, own);
    let (mut sum, mut bonus, mut deduction): (Place, Option<Place>, Option<Place>) = (raw, None, None);
    let total = &plan.final_step.total;
    let adjustments = book.document().adjustments.clone();
    for (k, adjusting) in plan.final_step.adjustments.iter().enumerate() {
        let label = crate::report::Label::new(&adjustments[k].id, &adjustments[k].title).text(book.lang);
        let program = &plan.adjustments[k];
        let mut made = Vec::new();
        for row in book.rows() {
            let x = step.adjustment(&near, k, row, &step.raw(&near, row)).v;
            let nothing = if adjusting.factor { "1" } else { "0" };
            let (text, known) = after(book, cells, program, row, raw);
            let text = match adjusting.cap {
                Some(cap) if adjusting.factor => format!("MIN({},{text})", number(cap)),
                Some(cap) => format!("MIN({},MAX({},{text}))", number(cap), number(-cap)),
                None => text,
            };
            let text = if known.is_empty() {
                format!("IFERROR({text},{nothing})")
            } else {
                format!("IF(COUNT({})<{},{nothing},IFERROR({text},{nothing}))", known.join(","), known.len())
            };
            made.push(Cell::live(text, x));
        }
        let head = book.said("book_adjustment");
        let points = book.push(Tab::Total, (label.clone(), head), "#,##0.00##", made);
        // What stands after each step, as the engine sums it.
        let stand = |row: usize, upto: usize| -> f64 {
            let raw = step.raw(&near, row);
            let mut x = raw.v;
            step.summed_by(
                &raw,
                |k| step.adjustment(&near, k, row, &raw),
                |at, more| {
                    if matches!(at, Step::Adjustment(k) if k <= upto) {
                        x += more.v;
                    }
                },
            );
            x
        };
        let mut made = Vec::new();
        if adjusting.factor {
            for row in book.rows() {
                let cells = [sum.cell(row), points.cell(row)];
                made.push(Cell::live(where_known(&cells, &cells.join("*")), stand(row, k)));
            }
        } else {
            let capped = |cap: Option<f64>| cap.is_some();
            if capped(total.bonus_cap) || capped(total.deduction_cap) {
                let (up, down) =
                    capped_sums(book, (points, k), (bonus, deduction), total.bonus_cap, total.deduction_cap);
                for row in book.rows() {
                    let before =
                        |place: Option<Place>| place.map_or_else(|| "0".to_owned(), |place| place.cell(row));
                    let cell = sum.cell(row);
                    let text = format!(
                        "{cell}+({}-{})+({}-{})",
                        up.cell(row),
                        before(bonus),
                        down.cell(row),
                        before(deduction)
                    );
                    made.push(Cell::live(where_known(std::slice::from_ref(&cell), &text), stand(row, k)));
                }
                (bonus, deduction) = (Some(up), Some(down));
            } else {
                for row in book.rows() {
                    let cells = [sum.cell(row), points.cell(row)];
                    made.push(Cell::live(where_known(&cells, &cells.join("+")), stand(row, k)));
                }
            }
        }
        let head = book.said("book_after");
        sum = book.push(Tab::Total, (label, head), "#,##0.0000", made);
    }
    if let Some(cap) = total.cap {
        let made = book.rows().map(|row| {
            let cell = sum.cell(row);
            Cell::live(
                where_known(std::slice::from_ref(&cell), &format!("MIN({cell},{})", number(cap))),
                step.adjusted(&near, row).v,
            )
        });
        let made = made.collect();
        let head = book.said("book_capped");
        sum = book.push(Tab::Total, ("", head), "#,##0.0000", made);
    }
    let floors = floors(book, cells, sum);
    let unrounded = floored(book, sum, &floors);
    cells.unrounded = Some(unrounded);
    let shown = inner.totals.shown();
    let printed = total.round.map_or(unrounded, |how| {
        let made = book.rows().map(|row| {
            let cell = unrounded.cell(row);
            Cell::live(where_known(std::slice::from_ref(&cell), &how.sheet(&cell)), shown[row])
        });
        let made = made.collect();
        let head = book.said("col_total_score");
        let format = format_of(&Measure::pure(Digits::of(total.round.as_ref())), shown);
        book.push(Tab::Total, ("", head), format, made)
    });
    cells.total = Some(printed);
    let rows = book.rows();
    book.names.push(("kaohe_total", printed.range(&rows)));
    ranks(book, cells, &floors);
    if total.grades.is_some() {
        grades(book, cells, &floors);
    }
}

/// A formula over results: the cells that it needs beside.
fn after(
    book: &mut Book<'_>,
    cells: &Cells,
    program: &Program,
    row: usize,
    total: Place,
) -> (String, Vec<String>) {
    let mut reads = Vec::new();
    for load in program.loads() {
        let read = reading(book, cells, program, row, *load, total);
        reads.push((*load, read));
    }
    written(program, &mut |load| reads.iter().find(|(own, _)| own == load).and_then(|(_, read)| read.clone()))
}

fn reading(
    book: &mut Book<'_>,
    cells: &Cells,
    program: &Program,
    row: usize,
    load: crate::formula::Load,
    total: Place,
) -> Option<String> {
    let mut points = None;
    let found = book.read(cells, program, row, load, &|slot, at| match slot {
        Slot::Total => Some(total.cell(at)),
        Slot::Value(i) => Some(cells.untreated[i].cell(at)),
        Slot::Score(node) => Some(cells.carried[node].cell(at)),
        Slot::Points(node) => Some(format!("{node}@{at}")),
        Slot::Variable(_) => None,
    });
    if let Some((node, at)) = found
        .as_ref()
        .and_then(|text| text.split_once('@'))
        .and_then(|(n, a)| Some((n.parse::<usize>().ok()?, a.parse::<usize>().ok()?)))
    {
        let cell = cells.carried[node].cell(at);
        points =
            Some(format!("IF(ISNUMBER({cell}),IFERROR({cell}*{},NA()),NA())", share(book, cells, node, at)));
    }
    points.or(found)
}

/// Sums of bonuses and of deductions within their caps.
fn capped_sums(
    book: &mut Book<'_>,
    (points, k): (Place, usize),
    (bonus, deduction): (Option<Place>, Option<Place>),
    most: Option<f64>,
    least: Option<f64>,
) -> (Place, Place) {
    let (near, step) = (book.inner().near(), book.inner().final_step());
    let known = |row: usize, up: bool| -> f64 {
        let raw = step.raw(&near, row);
        let mut x = 0.0f64;
        for (j, adjusting) in book.plan().final_step.adjustments.iter().enumerate().take(k + 1) {
            if adjusting.factor {
                continue;
            }
            let own = step.adjustment(&near, j, row, &raw).v;
            x = if up {
                most.map_or(x + own.max(0.0), |cap| (x + own.max(0.0)).min(cap))
            } else {
                least.map_or(x + own.min(0.0), |cap| (x + own.min(0.0)).max(-cap))
            };
        }
        x
    };
    let before =
        |place: Option<Place>, row: usize| place.map_or_else(|| "0".to_owned(), |place| place.cell(row));
    let up = book.rows().map(|row| {
        let sum = format!("{}+MAX({},0)", before(bonus, row), points.cell(row));
        Cell::live(most.map_or(sum.clone(), |cap| format!("MIN({sum},{})", number(cap))), known(row, true))
    });
    let up = up.collect();
    let down = book.rows().map(|row| {
        let sum = format!("{}+MIN({},0)", before(deduction, row), points.cell(row));
        Cell::live(least.map_or(sum.clone(), |cap| format!("MAX({sum},{})", number(-cap))), known(row, false))
    });
    let down = down.collect();
    let (head_up, head_down) = (book.said("book_bonus"), book.said("book_deduction"));
    let up = book.push(Tab::Total, ("", head_up), "#,##0.00##", up);
    let down = book.push(Tab::Total, ("", head_down), "#,##0.00##", down);
    (up, down)
}

/// The raw totals of several periods blended into one.
fn blended(book: &mut Book<'_>, cells: &Cells, own: Place) -> Place {
    let plan = book.plan();
    let Some(blend) = &plan.final_step.total.blend else { return own };
    let (near, step, panel) = (book.inner().near(), book.inner().final_step(), book.panel());
    let made = book.rows().map(|row| {
        let (period, entity) = (panel.period_of(row), panel.entity_of(row));
        let mean = |parts: &[(f64, usize)]| {
            let term = |with: bool| {
                let one = |(w, at): &(f64, usize)| {
                    let cell = own.cell(*at);
                    let value = if with { format!("{}*{cell}", number(*w)) } else { number(*w) };
                    format!("IF(ISNUMBER({cell}),{value},0)")
                };
                parts.iter().map(one).collect::<Vec<_>>().join("+")
            };
            format!("({})/({})", term(true), term(false))
        };
        let places = blend.within_year.len();
        let mut text = or_error(&own.cell(row));
        if places > 0 && panel.periods()[period].place_in_year() + 1 == places {
            let parts: Vec<(f64, usize)> = (0..places)
                .filter_map(|k| {
                    let back = u16::try_from(places - 1 - k).ok()?;
                    Some((blend.within_year[k], panel.row(panel.earlier(period, back)?, entity)?))
                })
                .collect();
            text = mean(&parts);
        }
        if let Some(share) = blend.earlier
            && period + 1 == panel.periods().len()
            && period > 0
        {
            let parts: Vec<(f64, usize)> =
                (0..period).filter_map(|p| panel.row(p, entity)).map(|row| (1.0, row)).collect();
            if !parts.is_empty() {
                let cells: Vec<String> = parts.iter().map(|(_, at)| own.cell(*at)).collect();
                let rest = number(1.0 - share);
                text = format!(
                    "IF(COUNT({})=0,{text},{}*{share}+({text})*{rest})",
                    cells.join(","),
                    mean(&parts)
                );
            }
        }
        let text = format!("IFERROR({text},\"\")");
        let screened =
            cells.screened.map_or(text.clone(), |place| format!("IF({}=1,\"\",{text})", place.cell(row)));
        Cell::live(screened, step.raw(&near, row).v)
    });
    let made = made.collect();
    let head = book.said("book_blended");
    book.push(Tab::Total, ("", head), "#,##0.0000", made)
}

/// Which floors apply: a column of 1 and 0 each.
fn floors(book: &mut Book<'_>, cells: &Cells, total: Place) -> Vec<Place> {
    let (inner, plan) = (book.inner(), book.plan());
    let documents = book.document().floors.clone();
    let mut made = Vec::new();
    for (f, program) in plan.floors.iter().enumerate() {
        let mut column = Vec::new();
        for row in book.rows() {
            let x = inner.totals.floors_of(row).any(|own| own == f);
            let mut reads = Vec::new();
            for load in program.loads() {
                let read = reading(book, cells, program, row, *load, total);
                reads.push((*load, read));
            }
            let text = condition(program, &mut |load| {
                reads.iter().find(|(own, _)| own == load).and_then(|(_, read)| read.clone())
            });
            let text = cells.screened.map_or(format!("IF({text},1,0)"), |screened| {
                format!("IF({}=1,0,IF({text},1,0))", screened.cell(row))
            });
            column.push(Cell::live(text, f64::from(u8::from(x))));
        }
        let label = crate::report::Label::new(&documents[f].id, &documents[f].title).text(book.lang);
        let over = book.said("book_floors");
        made.push(book.push(Tab::Total, (over, label), "0", column));
    }
    made
}

/// The total after the floors that apply.
fn floored(book: &mut Book<'_>, sum: Place, floors: &[Place]) -> Place {
    let (inner, plan) = (book.inner(), book.plan());
    let changes = |f: usize| {
        plan.final_step.floors[f].cap_total.is_some() || plan.final_step.floors[f].set_total.is_some()
    };
    if !(0..floors.len()).any(changes) {
        return sum;
    }
    let made = book.rows().map(|row| {
        let mut text = sum.cell(row);
        for f in (0..floors.len()).filter(|f| changes(*f)) {
            let then = &plan.final_step.floors[f];
            let floor = floors[f].cell(row);
            let capped = match (then.set_total, then.cap_total) {
                (Some(x), _) => number(x),
                (None, Some(cap)) => format!("IF(ISNUMBER({text}),MIN({text},{}),\"\")", number(cap)),
                (None, None) => continue,
            };
            text = format!("IF({floor}=1,{capped},{text})");
        }
        Cell::live(text, inner.totals.unrounded.score[row])
    });
    let made = made.collect();
    let head = book.said("book_floored");
    book.push(Tab::Total, ("", head), "#,##0.0000", made)
}

/// What decides the rank, and the rank itself.
fn ranks(book: &mut Book<'_>, cells: &mut Cells, floors: &[Place]) {
    let (inner, plan, data) = (book.inner(), book.plan(), book.data());
    let total = &plan.final_step.total;
    let (panel, known) = (book.panel(), &inner.ranks);
    let (Some(printed), Some(unrounded)) = (cells.total, cells.unrounded) else { return };
    let on = if total.rank.on == RankOn::Rounded { printed } else { unrounded };
    let numbers: &[f64] =
        if total.rank.on == RankOn::Rounded { inner.totals.shown() } else { &inner.totals.unrounded.score };
    // Totals of those who are ranked, and nothing of the others.
    let made = book.rows().map(|row| {
        if !data.is_part(row) {
            return Cell::Blank;
        }
        let own = on.cell(row);
        let mut conditions =
            vec![format!("ISNUMBER({})", printed.cell(row)), format!("ISNUMBER({})", unrounded.cell(row))];
        let unranked = (0..floors.len()).filter(|f| plan.final_step.floors[*f].unranked);
        conditions.extend(unranked.map(|f| format!("{}=0", floors[f].cell(row))));
        conditions.extend(cells.screened.iter().map(|place| format!("{}=0", place.cell(row))));
        let x = if known[row].is_nan() { f64::NAN } else { numbers[row] };
        Cell::live(format!("IF(AND({}),{own},\"\")", conditions.join(",")), x)
    });
    let made = made.collect();
    let head = book.said("book_ranked");
    let ranked = book.push(Tab::Total, ("", head), "#,##0.00########", made);
    let mut deciders = Vec::new();
    // The rank one period before stands in the column of ranks itself, which comes behind all of these.
    let rank_column = book.width(Tab::Total)
        + plan.final_step.tie_break.len()
        + usize::from(total.rank.ties == Ties::Ordinal)
        + usize::from(data.class_of.is_some())
        + 2;
    let rank_place = book.place(Tab::Total, rank_column);
    for by in &plan.final_step.tie_break {
        let made = book.rows().map(|row| {
            let source = match by {
                TieBreak::Node(node) => Some(cells.carried[*node].cell(row)),
                TieBreak::Variable(v) => Some(cells.variables[*v].cell(row)),
                TieBreak::PreviousTotal => panel.lagged(row, 1).map(|at| on.cell(at)),
                TieBreak::PreviousRank => panel.lagged(row, 1).map(|at| rank_place.cell(at)),
            };
            let sign = if *by == TieBreak::PreviousRank { "-" } else { "" };
            let text = source.map_or_else(
                || NOTHING.to_owned(),
                |cell| format!("IF(ISNUMBER({cell}),{sign}{cell},{NOTHING})"),
            );
            Cell::live(text, decider(book, *by, row, numbers))
        });
        let made = made.collect();
        let over = book.said("book_tie_break");
        let head = match by {
            TieBreak::Node(node) => book.node(*node),
            TieBreak::Variable(v) => book.document().variables[*v].id.clone(),
            TieBreak::PreviousTotal => "previous_total".to_owned(),
            TieBreak::PreviousRank => "previous_rank".to_owned(),
        };
        deciders.push(book.push(Tab::Total, (over, head), "General", made));
    }
    if total.rank.ties == Ties::Ordinal {
        let mut names: Vec<String> = book.rows().map(|row| panel.name_of(row).into_owned()).collect();
        names.sort();
        names.dedup();
        let made = book.rows().map(|row| {
            let name = panel.name_of(row);
            Cell::Fixed(-(names.binary_search(&name.into_owned()).unwrap_or_default() as f64))
        });
        let made = made.collect();
        let over = book.said("book_tie_break");
        let head = book.said("book_by_name");
        deciders.push(book.push(Tab::Total, (over, head), "0", made));
    }
    let class = data.class_of.map(|of| {
        let made = of.iter().map(|class| Cell::Fixed(f64::from(*class))).collect();
        let head = book.said("book_class_number");
        book.push(Tab::Total, ("", head), "0", made)
    });
    let (ahead, equal) = counts(book, ranked, &deciders, class);
    let made = book.rows().map(|row| {
        let (a, e, own) = (ahead.cell(row), equal.cell(row), ranked.cell(row));
        let text = match total.rank.ties {
            Ties::Competition | Ties::Ordinal => format!("{a}+1"),
            Ties::Modified => format!("{a}+{e}"),
            Ties::Average => format!("{a}+({e}+1)/2"),
            Ties::Dense => {
                let rows = panel.rows_of(panel.period_of(row));
                let (all, sizes) = (ahead.range(&rows), equal.range(&rows));
                let same = class.map_or_else(String::new, |class| {
                    format!("*({}={})", class.range(&rows), class.cell(row))
                });
                // Each of a group of equals counts for its part of one.
                format!("ROUND(SUMPRODUCT((({all}<{a})*ISNUMBER({all}){same})/({sizes}+({sizes}=0))),0)+1")
            }
        };
        Cell::live(where_known(std::slice::from_ref(&own), &text), known[row])
    });
    let made = made.collect();
    let head = book.said("col_rank");
    let place = book.push(Tab::Total, ("", head), "General", made);
    debug_assert!(place == rank_place);
    cells.rank = Some(place);
    let rows = book.rows();
    book.names.push(("kaohe_rank", place.range(&rows)));
}

/// What decides between equals, as the library has it.
fn decider(book: &Book<'_>, by: TieBreak, row: usize, totals: &[f64]) -> f64 {
    use crate::assess::tree::NodeScored;
    let (inner, panel) = (book.inner(), book.panel());
    let before = panel.lagged(row, 1);
    let x = match by {
        TieBreak::Node(node) => inner.near().carried(node, row).v,
        TieBreak::Variable(v) => inner.columns[v].values()[row],
        TieBreak::PreviousTotal => before.map_or(f64::NAN, |at| totals[at]),
        TieBreak::PreviousRank => before.map_or(f64::NAN, |at| -inner.ranks[at]),
    };
    if x.is_nan() { -1e300 } else { x }
}

/// How many are ahead of a row, and how many are equal to it (itself, too).
fn counts(book: &mut Book<'_>, ranked: Place, deciders: &[Place], class: Option<Place>) -> (Place, Place) {
    let (panel, inner) = (book.panel(), book.inner());
    let data = book.data();
    let ranks = &inner.ranks;
    let field = |row: usize| -> Vec<usize> {
        panel
            .rows_of(panel.period_of(row))
            .filter(|other| !ranks[*other].is_nan() && data.class(*other) == data.class(row))
            .collect()
    };
    // From the ranks themselves: how many have a better one, and how many the same.
    let better =
        |row: usize| field(row).into_iter().filter(|other| ranks[*other] < ranks[row]).count() as f64;
    let same = |row: usize| field(row).into_iter().filter(|other| ranks[*other] == ranks[row]).count() as f64;
    let terms = |row: usize| -> (String, String) {
        let rows = panel.rows_of(panel.period_of(row));
        let all = ranked.range(&rows);
        let mut base = format!("ISNUMBER({all})");
        if let Some(class) = class {
            base = format!("{base}*({}={})", class.range(&rows), class.cell(row));
        }
        let mut chain = format!("({all}>{})", ranked.cell(row));
        let mut equal = format!("({all}={})", ranked.cell(row));
        for decider in deciders {
            let (range, own) = (decider.range(&rows), decider.cell(row));
            chain = format!("{chain}+{equal}*({range}>{own})");
            equal = format!("{equal}*({range}={own})");
        }
        (format!("{base}*({chain})"), format!("{base}*{equal}"))
    };
    let own = |row: usize| ranked.cell(row);
    let column = |of: &dyn Fn(usize) -> String, x: &dyn Fn(usize) -> f64| -> Vec<Cell> {
        book.rows()
            .map(|row| {
                let value = if ranks[row].is_nan() { f64::NAN } else { x(row) };
                Cell::live(where_known(&[own(row)], &format!("SUMPRODUCT({})", of(row))), value)
            })
            .collect()
    };
    let ahead = column(&|row| terms(row).0, &better);
    let equal = column(&|row| terms(row).1, &same);
    let (head_ahead, head_equal) = (book.said("book_ahead"), book.said("book_equal"));
    let ahead = book.push(Tab::Total, ("", head_ahead), "0", ahead);
    (ahead, book.push(Tab::Total, ("", head_equal), "0", equal))
}

/// The grade: its number in the table of grades, after the floors, and its name.
fn grades(book: &mut Book<'_>, cells: &mut Cells, floors: &[Place]) {
    let (inner, plan, data) = (book.inner(), book.plan(), book.data());
    let Some(table) = &plan.final_step.total.grades else { return };
    let (Some(printed), Some(unrounded), Some(rank)) = (cells.total, cells.unrounded, cells.rank) else {
        return;
    };
    let panel = book.panel();
    let names = &plan.final_step.grades;
    let number_of = |row: usize| {
        inner.grades.as_ref().map_or(f64::NAN, |grades| {
            if (grades[row] as usize) < names.len() { f64::from(grades[row]) + 1.0 } else { f64::NAN }
        })
    };
    let made: Vec<Cell> = book
        .rows()
        .map(|row| {
            if !data.is_part(row) {
                return Cell::Blank;
            }
            let rows = panel.rows_of(panel.period_of(row));
            let peers = rows.clone().filter(|other| data.class(*other) == data.class(row));
            let ranked = if data.class_of.is_some() {
                let cells: Vec<String> = peers.map(|other| rank.cell(other)).collect();
                format!("({})", cells.iter().map(|c| format!("COUNT({c})")).collect::<Vec<_>>().join("+"))
            } else {
                format!("COUNT({})", rank.range(&rows))
            };
            let reached = |bound: f64| match table.by {
                GradeBy::Score => format!("{}>={}", printed.cell(row), number(bound)),
                GradeBy::Rank => format!("AND(ISNUMBER({0}),N({0})<={1})", rank.cell(row), number(bound)),
                GradeBy::Proportion => format!(
                    "AND(ISNUMBER({0}),N({0})<=INT(ROUND({1}*{ranked},9)))",
                    rank.cell(row),
                    number(bound)
                ),
            };
            let mut text = "0".to_owned();
            for (k, (_, bound)) in table.table.iter().enumerate().rev() {
                text = format!("IF({},{},{text})", reached(*bound), k + 1);
            }
            for (f, then) in plan.final_step.floors.iter().enumerate() {
                let floor = floors[f].cell(row);
                if let Some(grade) = then.grade {
                    text = format!("IF({floor}=1,{},{text})", grade + 1);
                } else if let Some(cap) = then.cap_grade {
                    text = format!("IF(AND({floor}=1,{text}>0),MAX({text},{}),{text})", cap + 1);
                }
            }
            let x = number_of(row);
            let text = format!("IF(ISNUMBER({}),IF({text}=0,\"\",{text}),\"\")", unrounded.cell(row));
            Cell::live(text, x)
        })
        .collect();
    let head = book.said("book_grade_number");
    let place = book.push(Tab::Total, ("", head), "0", made);
    let made = book.rows().map(|row| {
        let cell = place.cell(row);
        let choices: Vec<String> = names.iter().map(|name| literal(name)).collect();
        let name = book.assessment.grade(row).unwrap_or_default().to_owned();
        Cell::Live(
            format!("IF(ISNUMBER({cell}),CHOOSE({cell},{}),\"\")", choices.join(",")),
            Value::Text(name),
        )
    });
    let made = made.collect();
    let head = book.said("col_grade");
    cells.grade = Some(book.push(Tab::Total, ("", head), "@", made));
}

//! Values of the indicators, who is compared with whom, and what is done to outlying values.

use super::book::{Book, Place, Tab, number, where_known};
use super::cells::Cells;
use super::filled::Filler;
use super::program::{condition, written};
use super::sets::Bench;
use crate::formula::Program;
use crate::method::anchor::Anchor;
use crate::method::screening::Screen;
use crate::number::rounding::Rounding;
use crate::report::Names;
use crate::report::xlsx::format_of;
use crate::report::xlsx::live::Cell;
use crate::scheme::plan::{Plan, Slot};

/// The sheets of values and of treatments.
pub(super) fn write(book: &mut Book<'_>, cells: &mut Cells) {
    let (inner, plan) = (book.inner(), book.plan());
    let mut bare = Vec::new();
    for (i, own) in plan.indicators.iter().enumerate() {
        let applies = own.not_applicable.as_ref().map(|(program, _)| {
            let holds = inner.applies[i].clone();
            let head = book.said("book_applies");
            book.each(Tab::Values, (book.node(i), head), "0", |book, row| {
                let text =
                    condition(program, &mut |load| book.read(cells, program, row, *load, &|_, _| None));
                Cell::live(
                    format!("IF({text},0,1)"),
                    f64::from(u8::from(holds.as_ref().is_none_or(|a| a[row]))),
                )
            })
        });
        cells.applies.push(applies);
        bare.push(value(book, cells, i));
    }
    peer(book, cells, &bare);
    let mut filler = Filler::new(&bare);
    for (i, own) in plan.indicators.iter().enumerate() {
        let filled = own.impute.as_ref().map_or(bare[i], |way| filler.value(book, cells, i, way));
        let shown = own.round.as_ref().map_or(filled, |how| {
            let x = inner.values[i].shown();
            let head = book.said("book_rounded");
            let format = format_of(&Names::of(book.document()).measure(&plan.nodes[i].id), x);
            book.rounded(Tab::Values, (book.node(i), head), format, (filled, how, x))
        });
        cells.shown.push(shown);
        cells.untreated.push(if own.round.is_some_and(|how| how.carry) { shown } else { filled });
    }
    if let (Some(first), Some(last)) = (cells.shown.first(), cells.shown.last()) {
        book.names.push(("kaohe_values", first.block(*last, &book.rows())));
    }
    for i in 0..plan.indicators.len() {
        let place = treated(book, cells, i);
        cells.values.push(place);
    }
}

/// What the formula of an indicator gives.
fn value(book: &mut Book<'_>, cells: &Cells, i: usize) -> Place {
    let (inner, own) = (book.inner(), &book.plan().indicators[i]);
    let x = &inner.bare[i].raw;
    let mut made = Vec::new();
    for row in book.rows() {
        if book.is_given() && !own.program.totals().is_empty() {
            made.push(Cell::Fixed(x[row]));
            continue;
        }
        let (text, known) =
            written(&own.program, &mut |load| book.read(cells, &own.program, row, *load, &|_, _| None));
        made.push(Cell::live(where_known(&known, &text), x[row]));
    }
    if book.is_given() && !own.program.totals().is_empty() {
        book.fix(book.node(i), "book_given");
    }
    let unit = &book.document().indicators[i].unit;
    let head = if unit == "1" || unit.is_empty() { book.said("col_value") } else { unit.clone() };
    let format = format_of(&Names::of(book.document()).measure(&book.plan().nodes[i].id).finer(), x);
    book.push(Tab::Values, (book.node(i), head), format, made)
}

/// Who is screened out, and who is kept out of the references of others.
fn peer(book: &mut Book<'_>, cells: &mut Cells, bare: &[Place]) {
    let (inner, plan, data) = (book.inner(), book.plan(), book.data());
    if let Some(screen) = book.document().screen.clone() {
        let head = book.said("book_screened");
        cells.screened = Some(book.each(Tab::Values, ("", head), "0", |book, row| {
            let name = book.panel().name_of(row);
            let is_in = |names: &[String]| names.iter().any(|own| *own == name);
            let out = f64::from(u8::from(data.is_screened(row)));
            let text = match (data.is_part(row), is_in(&screen.leave), is_in(&screen.keep)) {
                (false, ..) | (_, false, true) => "0".to_owned(),
                (_, true, _) => "1".to_owned(),
                _ => screened(book, cells, bare, &screen, row),
            };
            Cell::live(text, out)
        }));
    }
    let out: Vec<usize> = plan.final_step.keeping_out().collect();
    let kept = (!out.is_empty()).then(|| {
        let head = book.said("book_kept_out");
        book.each(Tab::Values, ("", head), "0", |book, row| {
            let conditions: Vec<String> = out
                .iter()
                .map(|f| {
                    let program: &Program = &plan.floors[*f];
                    condition(program, &mut |load| {
                        book.read(cells, program, row, *load, &|slot, at| match slot {
                            Slot::Value(i) => Some(carried_bare(carrying(plan, i), bare[i], at)),
                            _ => None,
                        })
                    })
                })
                .collect();
            let x = f64::from(u8::from(inner.kept_out.as_ref().is_some_and(|rows| rows[row])));
            Cell::live(format!("IF(OR({}),1,0)", conditions.join(",")), x)
        })
    });
    if cells.screened.is_some() || kept.is_some() {
        let head = book.said("book_peer");
        cells.peer = Some(book.each(Tab::Values, ("", head), "0", |_, row| {
            let conditions: Vec<String> =
                cells.screened.iter().chain(&kept).map(|place| format!("{}=1", place.cell(row))).collect();
            let x = f64::from(u8::from(data.is_peer(row)));
            if data.is_part(row) {
                Cell::live(format!("IF(OR({}),0,1)", conditions.join(",")), x)
            } else {
                Cell::live("0".to_owned(), x)
            }
        }));
    }
}

pub(super) fn carrying(plan: &Plan, i: usize) -> Option<Rounding> {
    plan.indicators[i].round.filter(|how| how.carry)
}

pub(super) fn carried_bare(round: Option<Rounding>, bare: Place, row: usize) -> String {
    let cell = bare.cell(row);
    round.map_or(cell.clone(), |how| format!("IF(ISNUMBER({cell}),{},NA())", how.sheet(&cell)))
}

/// Whether a row has too few values, as 1 or 0.
fn screened(book: &Book<'_>, cells: &Cells, bare: &[Place], screen: &Screen, row: usize) -> String {
    let data = book.data();
    let (plan, class) = (data.plan, data.class(row));
    let counted: Vec<usize> = (0..plan.indicators.len()).filter(|i| plan.counts(class, *i)).collect();
    let shares: Vec<f64> = counted
        .iter()
        .map(|i| crate::assess::tree::share_among::<f64>(plan, &plan.classes[class].weights, *i, |_| true))
        .collect();
    let applies = |i: usize| cells.applies[i].map(|place| format!("{}=1", place.cell(row)));
    // The sum of some weights over the indicators for which conditions hold.
    let sum = |weights: &[f64], of: &dyn Fn(usize) -> Vec<String>| -> String {
        let term = |(i, weight): (&usize, &f64)| match &of(*i)[..] {
            [] => number(*weight),
            conditions => format!("IF(AND({}),{},0)", conditions.join(","), number(*weight)),
        };
        let terms: Vec<String> = counted.iter().zip(weights).map(term).collect();
        if terms.is_empty() { "0".to_owned() } else { terms.join("+") }
    };
    let ones = vec![1.0; counted.len()];
    let all = |i: usize| applies(i).into_iter().collect::<Vec<_>>();
    let present = |i: usize| {
        let mut conditions = all(i);
        conditions.push(format!("ISNUMBER({})", bare[i].cell(row)));
        conditions
    };
    let nonzero = |i: usize| {
        let mut conditions = present(i);
        conditions.push(format!("IFERROR({},0)<>0", carried_bare(carrying(plan, i), bare[i], row)));
        conditions
    };
    let mut reasons = Vec::new();
    if let Some(least) = screen.available {
        reasons.push(format!("{}<({})*{least}", sum(&ones, &present), sum(&ones, &all)));
    }
    if let Some(least) = screen.available_weight {
        let (part, whole) = (sum(&shares, &present), sum(&shares, &all));
        reasons.push(format!("ROUND({part}-({whole})*{least},12)<0"));
    }
    if let Some(least) = screen.nonzero {
        reasons.push(format!("{}<({})*{least}", sum(&ones, &nonzero), sum(&ones, &present)));
    }
    if reasons.is_empty() { "0".to_owned() } else { format!("IF(OR({}),1,0)", reasons.join(",")) }
}

/// A value as it is scored.
fn treated(book: &mut Book<'_>, cells: &Cells, i: usize) -> Place {
    let (inner, plan) = (book.inner(), book.plan());
    let (Some(treat), Some(state)) = (&plan.indicators[i].treat, &inner.treated[i]) else {
        return cells.untreated[i];
    };
    let known = inner.known();
    let (numbers, after) = (known.untreated_column(i).x, state.numbers().x);
    let of = book.node(i);
    let own = cells.untreated[i];
    let scope = plan.fitted_on(i);
    let mut fitted: Vec<Vec<String>> = Vec::new();
    let fixed = book.is_given();
    if fixed {
        book.fix(of.clone(), "book_given");
        for set in &state.fitted.sets {
            fitted.push(set.iter().map(|x| number(x.near.v)).collect());
        }
    } else {
        let by_class = crate::assess::sets::class_count(&book.data(), scope) > 1;
        let columns = book.set_columns(cells, own, numbers, by_class, Some(i));
        let ranges = book.set_ranges(scope, &columns);
        let roles = treat.method.fits();
        for (set, range) in ranges.into_iter().enumerate() {
            if range.range.is_empty() || range.rows.is_empty() {
                let end = |role: &Anchor| match role {
                    Anchor::Number(x) => number(*x),
                    _ => "NA()".to_owned(),
                };
                fitted.push(roles.iter().map(end).collect());
                continue;
            }
            let mut bench =
                Bench { book, of: of.clone(), set: (range.period, range.class), rows: range.rows.clone() };
            let steps = treat.method.sheet_fit(&range.range, &mut bench);
            let data = book.data();
            let is_own = |row: usize| {
                data.joins(i, row)
                    && range.class.is_none_or(|c| data.class(row) == c)
                    && !numbers[row].is_nan()
            };
            // Of nobody there is nothing but what the scheme gives.
            let any = range.rows.clone().any(is_own);
            let shown = steps.iter().enumerate().map(|(k, step)| {
                let what = format!("{} {}", book.said("book_fitted"), k + 1);
                let is_given = matches!(roles.get(k), Some(Anchor::Number(_)));
                let own = state.fitted.sets.get(set).and_then(|own| own.get(k));
                let x = own.filter(|_| any || is_given).map_or(f64::NAN, |own| own.near.v);
                let text = format!("IF(ISNUMBER({step}),{step},\"\")");
                let text = if is_given { text } else { format!("IF(COUNT({})=0,\"\",{text})", range.range) };
                book.listed(Tab::References, &of, (range.period, range.class), &what, Cell::live(text, x))
            });
            let shown = shown.collect();
            fitted.push(shown);
        }
    }
    let data = book.data();
    let head = book.said("book_treated");
    let format = format_of(&Names::of(book.document()).measure(&plan.nodes[i].id).finer(), after);
    book.each(Tab::Treatment, (of, head), format, |_, row| {
        let cell = own.cell(row);
        let set = state.fitted.set(&data, row);
        let ends = &fitted[set];
        let text = treat.method.sheet(&cell, ends);
        let present: Vec<String> = ends.iter().map(|end| format!("ISNUMBER({end})")).collect();
        let present = format!("OR({})", present.join(","));
        Cell::live(format!("IF(ISNUMBER({cell}),IF({present},IFERROR({text},\"\"),{cell}),\"\")"), after[row])
    })
}

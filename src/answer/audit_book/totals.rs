//! From the raw total to the printed one.

use super::book::{Book, Place, Tab, number, or_error, where_known};
use super::cells::Cells;
use super::program::{condition, written};
use super::ranks;
use super::weights::share;
use crate::assess::total::Step;
use crate::formula::{Load, Program};
use crate::report::xlsx::format_of;
use crate::report::xlsx::live::Cell;
use crate::report::{Digits, Label, Measure};
use crate::scheme::plan::Slot;

/// The sheet of totals.
pub(super) fn write(book: &mut Book<'_>, cells: &mut Cells) {
    let (inner, plan) = (book.inner(), book.plan());
    let (near, step) = (inner.near(), inner.final_step());
    let data = book.data();
    let root = plan.root();
    let head = book.said("book_raw_total");
    let own = book.each(Tab::Total, ("", head), "#,##0.0000", |_, row| {
        let cell = cells.scores[root].cell(row);
        let x = if data.is_screened(row) { f64::NAN } else { inner.nodes[root].scores.score[row] };
        let text = where_known(std::slice::from_ref(&cell), &cell);
        let text = cells
            .screened
            .map_or(text.clone(), |screened| format!("IF({}=1,\"\",{text})", screened.cell(row)));
        Cell::live(text, x)
    });
    let raw = blended(book, cells, own);
    let total = &plan.final_step.total;
    let mut sum = adjusted(book, cells, raw);
    if let Some(cap) = total.cap {
        let head = book.said("book_capped");
        sum = book.each(Tab::Total, ("", head), "#,##0.0000", |_, row| {
            let cell = sum.cell(row);
            Cell::live(
                where_known(std::slice::from_ref(&cell), &format!("MIN({cell},{})", number(cap))),
                step.adjusted(&near, row).v,
            )
        });
    }
    let floors = floors(book, cells, sum);
    let unrounded = floored(book, sum, &floors);
    cells.unrounded = Some(unrounded);
    let shown = inner.totals.shown();
    let printed = total.round.map_or(unrounded, |how| {
        let head = book.said("col_total_score");
        let format = format_of(&Measure::pure(Digits::of(total.round.as_ref())), shown);
        book.rounded(Tab::Total, ("", head), format, (unrounded, &how, shown))
    });
    cells.total = Some(printed);
    let rows = book.rows();
    book.names.push(("kaohe_total", printed.range(&rows)));
    ranks::write(book, cells, &floors);
}

/// The raw total with what adjustments add or take away, one after the other; each has its points beside what it leaves.
fn adjusted(book: &mut Book<'_>, cells: &Cells, raw: Place) -> Place {
    let plan = &book.plan().final_step;
    let caps = (plan.total.bonus_cap, plan.total.deduction_cap);
    let (mut sum, mut within) = (raw, None);
    for (k, own) in book.document().adjustments.iter().enumerate() {
        let label = Label::new(&own.id, &own.title).text(book.lang);
        let points = adjustment(book, cells, (k, &label), raw);
        let is_factor = plan.adjustments[k].factor;
        let before = within;
        if !is_factor && caps != (None, None) {
            within = Some(capped_sums(book, (points, k), before, caps));
        }
        let head = book.said("book_after");
        sum = book.each(Tab::Total, (label, head), "#,##0.0000", |book, row| {
            let (cell, own) = (sum.cell(row), points.cell(row));
            let x = stand(book, row, k);
            match within {
                _ if is_factor => {
                    let text = format!("{cell}*{own}");
                    Cell::live(where_known(&[cell, own], &text), x)
                }
                None => {
                    let text = format!("{cell}+{own}");
                    Cell::live(where_known(&[cell, own], &text), x)
                }
                Some((up, down)) => {
                    let more = |now: Place, before: Option<Place>| {
                        format!("({}-{})", now.cell(row), or_zero(before, row))
                    };
                    let (ups, downs) = before.unzip();
                    let text = format!("{cell}+{}+{}", more(up, ups), more(down, downs));
                    Cell::live(where_known(std::slice::from_ref(&cell), &text), x)
                }
            }
        });
    }
    sum
}

/// The points of an adjustment, within its own cap; what is missing changes nothing.
fn adjustment(book: &mut Book<'_>, cells: &Cells, (k, label): (usize, &str), raw: Place) -> Place {
    let (plan, own) = (book.plan(), book.plan().final_step.adjustments[k]);
    let (near, step) = (book.inner().near(), book.inner().final_step());
    let (program, nothing) = (&plan.adjustments[k], if own.factor { "1" } else { "0" });
    let head = book.said("book_adjustment");
    book.each(Tab::Total, (label, head), "#,##0.00##", |book, row| {
        let (text, known) = written(program, &mut |load| reading(book, cells, program, row, *load, raw));
        let text = match own.cap {
            Some(cap) if own.factor => format!("MIN({},{text})", number(cap)),
            Some(cap) => format!("MIN({},MAX({},{text}))", number(cap), number(-cap)),
            None => text,
        };
        let text = if known.is_empty() {
            format!("IFERROR({text},{nothing})")
        } else {
            format!("IF(COUNT({})<{},{nothing},IFERROR({text},{nothing}))", known.join(","), known.len())
        };
        Cell::live(text, step.adjustment(&near, k, row, &step.raw(&near, row)).v)
    })
}

/// What stands in a row after the first adjustments, as the engine sums it.
fn stand(book: &Book<'_>, row: usize, upto: usize) -> f64 {
    let (near, step) = (book.inner().near(), book.inner().final_step());
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
}

/// The cell that a formula over results reads in a row; nothing where there is no such row.
fn reading(
    book: &mut Book<'_>,
    cells: &Cells,
    program: &Program,
    row: usize,
    load: Load,
    total: Place,
) -> Option<String> {
    if let Load::Column { slot, lag } = load
        && let Slot::Points(node) = book.plan().slots[slot as usize]
    {
        let at = book.panel().lagged(row, lag)?;
        let cell = cells.carried[node].cell(at);
        return Some(format!(
            "IF(ISNUMBER({cell}),IFERROR({cell}*{},NA()),NA())",
            share(book, cells, node, at)
        ));
    }
    book.read(cells, program, row, load, &|slot, at| match slot {
        Slot::Total => Some(total.cell(at)),
        Slot::Value(i) => Some(cells.untreated[i].cell(at)),
        Slot::Score(node) => Some(cells.carried[node].cell(at)),
        Slot::Points(_) | Slot::Variable(_) => None,
    })
}

/// The cell of a row, or 0 where there is no column yet.
fn or_zero(place: Option<Place>, row: usize) -> String {
    place.map_or_else(|| "0".to_owned(), |place| place.cell(row))
}

/// Sums of bonuses and of deductions within their caps.
fn capped_sums(
    book: &mut Book<'_>,
    (points, k): (Place, usize),
    before: Option<(Place, Place)>,
    (most, least): (Option<f64>, Option<f64>),
) -> (Place, Place) {
    let (near, step) = (book.inner().near(), book.inner().final_step());
    let adjustments = &book.plan().final_step.adjustments[..=k];
    let sum = |row: usize, take: &dyn Fn(f64, f64) -> f64| -> f64 {
        let raw = step.raw(&near, row);
        let own = (0..=k).filter(|j| !adjustments[*j].factor);
        own.fold(0.0, |x, j| take(x, step.adjustment(&near, j, row, &raw).v))
    };
    let up = |x: f64, own: f64| (x + own.max(0.0)).min(most.unwrap_or(f64::INFINITY));
    let down = |x: f64, own: f64| (x + own.min(0.0)).max(least.map_or(f64::NEG_INFINITY, |cap| -cap));
    let (bonus, deduction) = before.unzip();
    let head = book.said("book_bonus");
    let bonuses = book.each(Tab::Total, ("", head), "#,##0.00##", |_, row| {
        let text = format!("{}+MAX({},0)", or_zero(bonus, row), points.cell(row));
        let text = most.map_or(text.clone(), |cap| format!("MIN({text},{})", number(cap)));
        Cell::live(text, sum(row, &up))
    });
    let head = book.said("book_deduction");
    let deductions = book.each(Tab::Total, ("", head), "#,##0.00##", |_, row| {
        let text = format!("{}+MIN({},0)", or_zero(deduction, row), points.cell(row));
        let text = least.map_or(text.clone(), |cap| format!("MAX({text},{})", number(-cap)));
        Cell::live(text, sum(row, &down))
    });
    (bonuses, deductions)
}

/// The raw totals of several periods blended into one.
fn blended(book: &mut Book<'_>, cells: &Cells, own: Place) -> Place {
    let plan = book.plan();
    let Some(blend) = &plan.final_step.total.blend else { return own };
    let (near, step, panel) = (book.inner().near(), book.inner().final_step(), book.panel());
    let head = book.said("book_blended");
    book.each(Tab::Total, ("", head), "#,##0.0000", |_, row| {
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
    })
}

/// Which floors apply: a column of 1 and 0 each.
fn floors(book: &mut Book<'_>, cells: &Cells, total: Place) -> Vec<Place> {
    let (inner, plan) = (book.inner(), book.plan());
    let mut made = Vec::new();
    for (f, (program, own)) in plan.floors.iter().zip(&book.document().floors).enumerate() {
        let (over, label) = (book.said("book_floors"), Label::new(&own.id, &own.title).text(book.lang));
        made.push(book.each(Tab::Total, (over, label), "0", |book, row| {
            let text = condition(program, &mut |load| reading(book, cells, program, row, *load, total));
            let text = cells.screened.map_or(format!("IF({text},1,0)"), |screened| {
                format!("IF({}=1,0,IF({text},1,0))", screened.cell(row))
            });
            let applies = inner.totals.floors_of(row).any(|own| own == f);
            Cell::live(text, f64::from(u8::from(applies)))
        }));
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
    let head = book.said("book_floored");
    book.each(Tab::Total, ("", head), "#,##0.0000", |_, row| {
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
    })
}

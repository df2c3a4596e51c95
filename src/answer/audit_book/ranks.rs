//! From the printed total to rank and grade.

use super::book::{Book, Place, Tab, literal, number, where_known};
use super::cells::Cells;
use crate::method::ranking::{GradeBy, RankOn, Ties};
use crate::report::xlsx::live::{Cell, Value};
use crate::scheme::final_step::TieBreak;

/// Lower than every number that decides between equal totals.
const NOTHING: &str = "-1E+300";

/// Ranks, and grades where the scheme has some.
pub(super) fn write(book: &mut Book<'_>, cells: &mut Cells, floors: &[Place]) {
    ranks(book, cells, floors);
    if book.plan().final_step.total.grades.is_some() {
        grades(book, cells, floors);
    }
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
    let head = book.said("book_ranked");
    let ranked = book.each(Tab::Total, ("", head), "#,##0.00########", |_, row| {
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
    let mut deciders = Vec::new();
    // The rank one period before stands in the column of ranks itself, which comes behind all of these.
    let rank_column = book.width(Tab::Total)
        + plan.final_step.tie_break.len()
        + usize::from(total.rank.ties == Ties::Ordinal)
        + usize::from(data.class_of.is_some())
        + 2;
    let rank_place = book.place(Tab::Total, rank_column);
    for by in &plan.final_step.tie_break {
        let over = book.said("book_tie_break");
        let head = match by {
            TieBreak::Node(node) => book.node(*node),
            TieBreak::Variable(v) => book.document().variables[*v].id.clone(),
            TieBreak::PreviousTotal => "previous_total".to_owned(),
            TieBreak::PreviousRank => "previous_rank".to_owned(),
        };
        deciders.push(book.each(Tab::Total, (over, head), "General", |book, row| {
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
        }));
    }
    if total.rank.ties == Ties::Ordinal {
        let mut names: Vec<String> = book.rows().map(|row| panel.name_of(row).into_owned()).collect();
        names.sort();
        names.dedup();
        let over = book.said("book_tie_break");
        let head = book.said("book_by_name");
        deciders.push(book.each(Tab::Total, (over, head), "0", |_, row| {
            let name = panel.name_of(row);
            Cell::Fixed(-(names.binary_search(&name.into_owned()).unwrap_or_default() as f64))
        }));
    }
    let class = data.class_of.map(|of| {
        let made = of.iter().map(|class| Cell::Fixed(f64::from(*class))).collect();
        let head = book.said("book_class_number");
        book.push(Tab::Total, ("", head), "0", made)
    });
    let (ahead, equal) = counts(book, ranked, &deciders, class);
    let head = book.said("col_rank");
    let place = book.each(Tab::Total, ("", head), "General", |_, row| {
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
    let head = book.said("col_grade");
    cells.grade = Some(book.each(Tab::Total, ("", head), "@", |book, row| {
        let cell = place.cell(row);
        let choices: Vec<String> = names.iter().map(|name| literal(name)).collect();
        let name = book.assessment.grade(row).unwrap_or_default().to_owned();
        Cell::Live(
            format!("IF(ISNUMBER({cell}),CHOOSE({cell},{}),\"\")", choices.join(",")),
            Value::Text(name),
        )
    }));
}

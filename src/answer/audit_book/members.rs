//! The sheet of members, and the statistics that follow from it.

use std::ops::Range;
use std::sync::Arc;

use super::book::{Book, Place, Tab, number, where_known};
use super::data::headed;
use super::program::written;
use crate::formula::{Load, OverMembers, Program, SheetSample, takes_part};
use crate::panel::Members;
use crate::report::xlsx::format_of;
use crate::report::xlsx::live::{Cell, Value};
use crate::report::{Label, Measure, Names};
use crate::scheme::plan::StatisticPlan;

/// Makes the formula of a row from the places of its members.
type Formula = Box<dyn Fn(&Range<usize>) -> String>;

/// The members on their sheet.
pub(super) struct Below<'a> {
    members: &'a Members,
    /// Who they are.
    names: Place,
    /// The variables of the members with their numbers, in the order of the scheme; none that the table lacks.
    variables: Vec<Option<(Place, &'a [f64])>>,
}

impl<'a> Below<'a> {
    /// Writes the data of the members, if a variable follows from them.
    pub(super) fn of(book: &mut Book<'a>) -> Option<Self> {
        let (panel, document) = (book.panel(), book.document());
        let (members, table) = (panel.members()?, document.members.as_ref()?);
        let follows = |plan: &StatisticPlan| is_derived(book, plan.variable);
        if !book.plan().statistics.iter().any(follows) {
            return None;
        }
        let mut row_of = vec![0; members.len()];
        for row in book.rows() {
            row_of[members.of(row)].fill(row);
        }
        let text = |book: &mut Book<'_>, head: &str, cell: &dyn Fn(usize) -> String| {
            let cells = (0..members.len()).map(|member| Cell::Text(cell(member))).collect();
            let head = book.said(head);
            book.push(Tab::Members, ("", head), "@", cells)
        };
        text(book, "col_entity", &|member| panel.name_of(row_of[member]).into_owned());
        text(book, "col_period", &|member| panel.period_text_of(row_of[member]));
        let names = text(book, "col_member", &|member| members.name(member).to_owned());
        book.sheet(Tab::Members).names = 3;
        let mut variables = Vec::new();
        for variable in &table.variables {
            let label = Label::new(&variable.id, &variable.title);
            let head = headed(&book.label(&label), &variable.unit);
            variables.push(members.column(&variable.id).map(|column| {
                let format = format_of(&Measure::default(), column.values());
                let cells = column.values().iter().map(|x| Cell::Given(*x)).collect();
                (book.push(Tab::Members, ("", head), format, cells), column.values())
            }));
        }
        Some(Below { members, names, variables })
    }

    /// The cells of a variable that follows from the members, `x` being the library's numbers; nothing of another one.
    pub(super) fn statistic(&self, book: &mut Book<'_>, variable: usize, x: &[f64]) -> Option<Vec<Cell>> {
        let own = book.plan().statistics.iter().find(|own| own.variable == variable)?;
        if !is_derived(book, variable) {
            return None;
        }
        let names = Names::of(book.document());
        let over = book.label(&names.variable(&book.document().variables[variable].id));
        let formula = match own.program.of_sums_of() {
            Some(program) => self.of_sums(book, program, &over),
            None => self.of_sample(book, &own.program, &over),
        };
        let cell = |(row, x): (usize, &f64)| {
            let members = self.members.of(row);
            if members.is_empty() {
                // Nobody: their number, where the period has members at all.
                return if x.is_nan() { Cell::Blank } else { Cell::live(number(*x), *x) };
            }
            Cell::Array(formula(&members), Value::Number(*x))
        };
        Some(x.iter().enumerate().map(cell).collect())
    }

    /// A statistic of what is inside the brackets for each member.
    fn of_sample(&self, book: &mut Book<'_>, program: &Arc<OverMembers>, over: &str) -> Formula {
        let program = Arc::clone(program);
        let terms: Vec<(f64, Option<f64>)> = (0..self.members.len())
            .map(|member| program.term(&|slot| self.number(slot, member), &mut Vec::new()))
            .collect();
        let w = program.weight.as_ref().map(|weight| {
            let head = book.said("book_member_weight");
            self.column(book, (over, head), |member| {
                let (text, known) = written(weight, &mut |load| self.read(*load, member));
                let x = terms[member].1.unwrap_or(f64::NAN);
                let text = where_known(&known, &format!("IF({text}>=0,{text},\"\")"));
                (text, if x >= 0.0 { x } else { f64::NAN })
            })
        });
        let head = book.said("col_value");
        let x = self.column(book, (over, head), |member| {
            let value = match &program.of {
                // Everybody counts who has a name.
                None => format!("IF(LEN({})>0,1,\"\")", self.names.cell(member)),
                Some(of) => {
                    let (text, known) = written(of, &mut |load| self.read(*load, member));
                    where_known(&known, &text)
                }
            };
            let (x, weight) = &terms[member];
            let text = w.map_or(value.clone(), |w| format!("IF(ISNUMBER({}),{value},\"\")", w.cell(member)));
            (text, if takes_part(x, weight.as_ref()) { *x } else { f64::NAN })
        });
        Box::new(move |members| {
            let (range, weights) = (x.range(members), w.map(|w| w.range(members)));
            let sample = SheetSample { x: &range, w: weights.as_deref(), q: program.q };
            let text = (program.statistic.sheet)(&sample);
            let nobody = if program.statistic.name == "count" { "0" } else { "\"\"" };
            format!("IF(COUNT({range})=0,{nobody},IFERROR({text},\"\"))")
        })
    }

    /// A formula of the sums over the members that have everything it reads.
    fn of_sums(&self, book: &mut Book<'_>, program: &Program, over: &str) -> Formula {
        let (program, loads) = (program.clone(), program.loads().to_vec());
        let number = |load: Load, member| match load {
            Load::Column { slot, .. } => self.number(slot as usize, member),
            Load::Total { .. } => f64::NAN,
        };
        let column = |load: &Load| {
            let head = book.said("col_value");
            self.column(book, (over, head), |member| {
                let cells: Vec<String> = loads.iter().filter_map(|load| self.read(*load, member)).collect();
                let own = self.read(*load, member).unwrap_or_else(|| "NA()".to_owned());
                let complete = loads.iter().all(|load| !number(*load, member).is_nan());
                let text = format!("IF(COUNT({})={},{own},\"\")", cells.join(","), loads.len());
                (text, if complete { number(*load, member) } else { f64::NAN })
            })
        };
        let columns: Vec<Place> = loads.iter().map(column).collect();
        Box::new(move |members| {
            let (text, _) = written(&program, &mut |load| {
                let at = loads.iter().position(|own| own == load)?;
                Some(format!("SUM({})", columns[at].range(members)))
            });
            let some = columns.first().map_or("1".to_owned(), |x| format!("COUNT({})", x.range(members)));
            format!("IF({some}=0,\"\",IFERROR({text},\"\"))")
        })
    }

    /// A column with a formula, and what it gives, for every member.
    fn column(
        &self,
        book: &mut Book<'_>,
        heads: (&str, String),
        formula: impl Fn(usize) -> (String, f64),
    ) -> Place {
        let live = |(text, x): (String, f64)| Cell::live(text, x);
        book.push(Tab::Members, heads, "General", (0..self.members.len()).map(formula).map(live).collect())
    }

    /// The cell of a member's variable.
    fn read(&self, load: Load, member: usize) -> Option<String> {
        let Load::Column { slot, .. } = load else { return None };
        Some(self.variables.get(slot as usize)?.as_ref()?.0.cell(member))
    }

    /// What a member has of a variable.
    fn number(&self, slot: usize, member: usize) -> f64 {
        self.variables.get(slot).and_then(Option::as_ref).map_or(f64::NAN, |(_, column)| column[member])
    }
}

/// Whether a variable's numbers follow from the members: not the caller's own.
fn is_derived(book: &Book<'_>, variable: usize) -> bool {
    let id = &book.document().variables[variable].id;
    book.panel().column(id).is_some_and(|column| column.derived().is_some())
}

//! The sheets while they are written: where a cell stands, what is no formula, what is checked in the end.

use std::ops::Range;

use crate::assess::data::Data;
use crate::assess::{Assessment, Inner};
use crate::formula::Program;
use crate::method::sheet::{self, CellFormula};
use crate::number::rounding::Rounding;
use crate::panel::Panel;
use crate::report::xlsx::live::{ABOVE, Cell, Column, Sheet, Value};
use crate::report::{Label, Names};
use crate::scheme::model::Document;
use crate::scheme::plan::Plan;
use crate::text::{self, Lang};

use super::sets::Sets;

/// The longest formula that spreadsheets take is 8,192 characters.
const LONGEST: usize = 8000;
/// Brackets that may stand in each other: functions in functions are 64 at most.
const DEEPEST: usize = 60;

/// The sheets with formulas, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Tab {
    Data,
    Members,
    Values,
    Treatment,
    Measures,
    References,
    Scores,
    Weights,
    Groups,
    Points,
    Total,
    Comparison,
    Workings,
    Steps,
}

impl Tab {
    pub(super) const ALL: [(Tab, &'static str, &'static str); 14] = [
        (Tab::Data, "sheet_data", "book_data"),
        (Tab::Members, "sheet_members", "book_members"),
        (Tab::Values, "sheet_values", "book_values"),
        (Tab::Treatment, "sheet_treatment", "book_treatment"),
        (Tab::Measures, "sheet_measures", "book_measures"),
        (Tab::References, "sheet_references", "book_references"),
        (Tab::Scores, "sheet_scores", "book_scores"),
        (Tab::Weights, "sheet_weights", "book_weights"),
        (Tab::Groups, "sheet_groups", "book_groups"),
        (Tab::Points, "sheet_weighted", "book_points"),
        (Tab::Total, "sheet_total", "book_total"),
        (Tab::Comparison, "sheet_comparison", "book_comparison"),
        (Tab::Workings, "sheet_workings", "book_workings"),
        (Tab::Steps, "sheet_steps", "book_steps"),
    ];

    fn index(self) -> usize {
        self as usize
    }
}

/// Stands in front of the letter of a sheet in a formula that is not yet placed; no text of a scheme keeps it.
const MARK: char = '\u{1}';

/// A column of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Place {
    tab: Tab,
    column: u16,
}

impl Place {
    /// The cell of a row.
    pub(super) fn cell(self, row: usize) -> String {
        format!("{}${}{}", self.sheet(), letters(self.column), row + ABOVE + 1)
    }

    /// The cell of a row that stays where it is when a formula is copied.
    pub(super) fn fixed(self, row: usize) -> String {
        format!("{}${}${}", self.sheet(), letters(self.column), row + ABOVE + 1)
    }

    /// The cells of some rows.
    pub(super) fn range(self, rows: &Range<usize>) -> String {
        self.block(self, rows)
    }

    /// The cells of some rows from this column to another one.
    pub(super) fn block(self, last: Place, rows: &Range<usize>) -> String {
        let (from, to) = (letters(self.column), letters(last.column));
        format!("{}${from}${}:${to}${}", self.sheet(), rows.start + ABOVE + 1, rows.end + ABOVE)
    }

    /// The cells of a row from this column to another one.
    pub(super) fn across(self, last: Place, row: usize) -> String {
        let row = row + ABOVE + 1;
        format!("{}${}{row}:${}{row}", self.sheet(), letters(self.column), letters(last.column))
    }

    /// The same, and it stays where it is when a formula is copied.
    pub(super) fn across_fixed(self, last: Place, row: usize) -> String {
        let row = row + ABOVE + 1;
        format!("{}${}${row}:${}${row}", self.sheet(), letters(self.column), letters(last.column))
    }

    fn sheet(self) -> String {
        let letter = (b'a' + self.tab.index() as u8) as char;
        format!("{MARK}{letter}")
    }
}

/// The letters of a column.
fn letters(column: u16) -> String {
    let mut rest = usize::from(column) + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        letters.push(b'A' + ((rest - 1) % 26) as u8);
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().map(|letter| *letter as char).collect()
}

/// A text inside a formula.
pub(super) fn literal(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A number inside a formula.
pub(super) fn number(x: f64) -> String {
    if x.is_nan() { "NA()".to_owned() } else { sheet::number(x) }
}

/// A formula that is an empty text where a number that it reads is missing, or where it has none.
pub(super) fn where_known(cells: &[String], formula: &str) -> String {
    if cells.is_empty() {
        return format!("IFERROR({formula},\"\")");
    }
    format!("IF(COUNT({})<{},\"\",IFERROR({formula},\"\"))", cells.join(","), cells.len())
}

/// A cell whose missing number is an error, as formulas hand it on.
pub(super) fn or_error(cell: &str) -> String {
    format!("IF(ISNUMBER({cell}),{cell},NA())")
}

/// The cell of the `k`-th row of a range of one column.
pub(super) fn nth(range: &str, k: usize) -> String {
    let (first, _) = range.split_once(':').unwrap_or((range, ""));
    let at = first.rfind('$').unwrap_or_default();
    let row: usize = first[at + 1..].parse().unwrap_or_default();
    format!("{}{}", &first[..at], row + k)
}

/// A cell with the formula of a method, as `text` hands it on, and the number that it gave.
pub(super) fn cell_of(formula: &CellFormula, text: String, x: f64) -> Cell {
    if formula.is_array { Cell::Array(text, Value::Number(x)) } else { Cell::live(text, x) }
}

/// What is no formula, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fixed {
    pub(super) what: String,
    pub(super) why: &'static str,
}

/// The workbook while it is written.
pub(super) struct Book<'a> {
    pub(super) assessment: &'a Assessment,
    pub(super) lang: Lang,
    pub(super) sheets: Vec<Sheet>,
    pub(super) fixed: Vec<Fixed>,
    pub(super) sets: Sets,
    /// What is summed over the panel, and where it stands.
    pub(super) sums: Vec<(Program, Place)>,
    /// Ranges that have a name.
    pub(super) names: Vec<(&'static str, String)>,
}

impl<'a> Book<'a> {
    pub(super) fn new(assessment: &'a Assessment, lang: Lang) -> Self {
        let title = assessment.headline().message(lang);
        let sheet = |(_, name, said): &(Tab, &str, &str)| Sheet {
            name: text::render(name, lang, &[]),
            title: title.clone(),
            said: text::render(said, lang, &[]),
            ..Sheet::default()
        };
        let mut book = Book {
            assessment,
            lang,
            sheets: Tab::ALL.iter().map(sheet).collect(),
            fixed: Vec::new(),
            sets: Sets::default(),
            sums: Vec::new(),
            names: Vec::new(),
        };
        for (tab, ..) in Tab::ALL {
            if !matches!(tab, Tab::Members | Tab::References | Tab::Weights | Tab::Steps) {
                book.keys(tab);
            }
        }
        book
    }

    /// The names of the rows at the left of a sheet.
    fn keys(&mut self, tab: Tab) {
        let panel = self.panel();
        let timeless = panel.periods().len() == 1 && text::is_timeless(&panel.period_text_of(0));
        let rows = 0..panel.len();
        let entities = rows.clone().map(|row| Cell::Text(panel.name_of(row).into_owned())).collect();
        let periods = rows.clone().map(|row| Cell::Text(panel.period_text_of(row))).collect();
        let names = Names::of(self.document());
        let class = |row| {
            self.assessment.class(row).map_or(Cell::Blank, |id| Cell::Text(names.class(id).text(self.lang)))
        };
        let classes: Option<Vec<Cell>> = self.inner().class_of.as_ref().map(|_| rows.map(class).collect());
        self.push(tab, ("", self.said("col_entity")), "@", entities);
        if !timeless {
            self.push(tab, ("", self.said("col_period")), "@", periods);
        }
        if let Some(classes) = classes {
            self.push(tab, ("", self.said("col_class")), "@", classes);
        }
        self.sheets[tab.index()].names = self.sheets[tab.index()].columns.len();
    }

    pub(super) fn inner(&self) -> &'a Inner {
        &self.assessment.inner
    }

    pub(super) fn data(&self) -> Data<'a> {
        self.assessment.inner.data()
    }

    pub(super) fn panel(&self) -> &'a Panel {
        &self.assessment.inner.panel
    }

    pub(super) fn plan(&self) -> &'a Plan {
        self.assessment.inner.scheme.plan()
    }

    pub(super) fn document(&self) -> &'a Document {
        self.assessment.inner.scheme.document()
    }

    pub(super) fn rows(&self) -> Range<usize> {
        0..self.panel().len()
    }

    /// A word of the catalogue.
    pub(super) fn said(&self, code: &str) -> String {
        text::render(code, self.lang, &[])
    }

    /// What a node is called.
    pub(super) fn node(&self, node: usize) -> String {
        Names::of(self.document()).node(&self.plan().nodes[node].id).text(self.lang)
    }

    pub(super) fn label(&self, label: &Label) -> String {
        label.text(self.lang)
    }

    /// Whether what is compared with is given, not taken of the data.
    pub(super) fn is_given(&self) -> bool {
        self.data().references.is_some()
    }

    /// Adds a column to a sheet.
    pub(super) fn push(
        &mut self,
        tab: Tab,
        (over, head): (impl Into<String>, impl Into<String>),
        format: impl Into<String>,
        cells: Vec<Cell>,
    ) -> Place {
        let (over, head) = (over.into(), head.into());
        let what = || if over.is_empty() { head.clone() } else { format!("{over} · {head}") };
        let mut long = false;
        let cells: Vec<Cell> = cells.into_iter().map(|cell| self.placed(tab, cell, &mut long)).collect();
        if long {
            self.fix(what(), "book_too_long");
        }
        let columns = &mut self.sheets[tab.index()].columns;
        columns.push(Column { over, head, format: format.into(), cells, entry: None });
        Place { tab, column: (columns.len() - 1) as u16 }
    }

    /// Adds a column with a cell for every row of the panel.
    pub(super) fn each(
        &mut self,
        tab: Tab,
        heads: (impl Into<String>, impl Into<String>),
        format: impl Into<String>,
        mut cell: impl FnMut(&mut Self, usize) -> Cell,
    ) -> Place {
        let cells = self.rows().map(|row| cell(self, row)).collect();
        self.push(tab, heads, format, cells)
    }

    /// Adds a column with the numbers of another one, rounded; `x` is what they come to.
    pub(super) fn rounded(
        &mut self,
        tab: Tab,
        heads: (impl Into<String>, impl Into<String>),
        format: impl Into<String>,
        (of, how, x): (Place, &Rounding, &[f64]),
    ) -> Place {
        self.each(tab, heads, format, |_, row| {
            let cell = of.cell(row);
            Cell::live(where_known(std::slice::from_ref(&cell), &how.sheet(&cell)), x[row])
        })
    }

    /// Adds a row to a sheet that is a list: one cell a column. The columns must be there.
    pub(super) fn add(&mut self, tab: Tab, cells: Vec<Cell>) -> usize {
        let mut long = false;
        let cells: Vec<Cell> = cells.into_iter().map(|cell| self.placed(tab, cell, &mut long)).collect();
        let columns = &mut self.sheets[tab.index()].columns;
        columns.iter_mut().zip(cells).for_each(|(column, cell)| column.cells.push(cell));
        columns.first().map_or(0, |column| column.cells.len() - 1)
    }

    /// The heading of a column.
    pub(super) fn head(&self, place: Place) -> String {
        let column = &self.sheets[place.tab.index()].columns[usize::from(place.column)];
        if column.over.is_empty() { column.head.clone() } else { format!("{} {}", column.over, column.head) }
    }

    /// How many columns a sheet has.
    pub(super) fn width(&self, tab: Tab) -> usize {
        self.sheets[tab.index()].columns.len()
    }

    /// A column of a sheet by its number.
    pub(super) fn place(&self, tab: Tab, column: usize) -> Place {
        debug_assert!(self.width(tab) > 0);
        Place { tab, column: column as u16 }
    }

    pub(super) fn sheet(&mut self, tab: Tab) -> &mut Sheet {
        &mut self.sheets[tab.index()]
    }

    /// Notes that something is no formula.
    pub(super) fn fix(&mut self, what: String, why: &'static str) {
        let fixed = Fixed { what, why };
        if !self.fixed.contains(&fixed) {
            self.fixed.push(fixed);
        }
    }

    /// A cell with its formula as the sheet writes it; one that is too long becomes the number that it gave.
    fn placed(&self, tab: Tab, cell: Cell, long: &mut bool) -> Cell {
        let (formula, value, array) = match cell {
            Cell::Live(formula, value) => (formula, value, false),
            Cell::Array(formula, value) => (formula, value, true),
            other => return other,
        };
        let formula = self.spelled(Some(tab), &formula);
        if formula.chars().count() > LONGEST || depth(&formula) > DEEPEST {
            *long = true;
            return match value {
                Value::Number(x) => Cell::Fixed(x),
                Value::Text(text) => Cell::Text(text),
            };
        }
        if array { Cell::Array(formula, value) } else { Cell::Live(formula, value) }
    }

    /// A formula with the names of the sheets, but for its own.
    pub(super) fn spelled(&self, own: Option<Tab>, formula: &str) -> String {
        let mut text = String::with_capacity(formula.len() * 2);
        let mut chars = formula.chars();
        while let Some(c) = chars.next() {
            if c != MARK {
                text.push(c);
                continue;
            }
            let index = chars.next().map_or(0, |letter| (letter as u8 - b'a') as usize);
            if own.is_none_or(|own| own.index() != index) {
                let name = &self.sheets[index].name;
                if name.chars().all(|c| c.is_ascii_alphabetic()) {
                    text.push_str(name);
                } else {
                    text.extend(["'", name, "'"]);
                }
                text.push('!');
            }
        }
        text
    }
}

/// How deep brackets stand in each other, texts left out.
fn depth(formula: &str) -> usize {
    let (mut depth, mut deepest, mut quoted) = (0usize, 0, false);
    for c in formula.chars() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

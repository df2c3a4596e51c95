//! The blank workbook that collects the data of a scheme: a row for each entity and period, a column for each variable, checked as
//! people type, and laid out so that [`Grid::table`](crate::workbook::Grid::table) reads it back by itself.

use std::collections::HashSet;

use crate::error::DataError;
use crate::finding::{Finding, Place};
use crate::panel::Period;
use crate::report::xlsx::live::{Cell, Column, Entry, Sheet};
use crate::report::xlsx::{Page, Part, mixed};
use crate::report::{Label, Names, Table};
use crate::scheme::Scheme;
use crate::scheme::model::Variable;
use crate::text::{self, Lang};
use crate::workbook::{compared, meant};

/// Rows of a sheet, those above the table apart.
const MOST_ROWS: usize = 1_000_000;

impl Scheme {
    /// A blank workbook (`.xlsx`) to collect the data of these entities and periods in: a row for each entity and period, a column for each
    /// variable, with its title and unit. A cell takes numbers alone (and the variable's missing marks), says what belongs into it, and
    /// asks back outside of `plausible`. A second sheet explains the variables. [`Grid::table`](crate::workbook::Grid::table) reads the filled
    /// workbook back.
    ///
    /// Without periods there is no column of periods. What members say is collected elsewhere: their number is not known here.
    ///
    /// # Missing values
    /// An empty cell, or one of the variable's `missing_marks`.
    ///
    /// # Errors
    /// No entity; one that is given twice or without a name; a text that is no period; more rows than a sheet has. All problems at once.
    ///
    /// ```
    /// # #[cfg(feature = "toml")] {
    /// use kaohe::workbook::{Grid, Options};
    /// use kaohe::{Lang, Scheme};
    ///
    /// let scheme = Scheme::from_toml(r#"
    /// kaohe = 1
    /// id = "research"
    /// variable = [{ id = "rd", unit = "亿元", title = "研发经费" }]
    /// indicator = [{ id = "i", formula = "rd", unit = "亿元", points = { rule = "linear" } }]
    /// "#)?;
    /// let blank = scheme.collection(&["甲市", "乙市"], &["2023", "2024"], Lang::Zh)?;
    /// let table = Grid::from_bytes("blank.xlsx", blank)?.table(Some(&scheme), &Options::default())?;
    /// assert_eq!((table.len(), table.columns[0].0.as_str()), (4, "rd"));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn collection(&self, entities: &[&str], periods: &[&str], lang: Lang) -> Result<Vec<u8>, DataError> {
        let mut found = repeated(entities);
        found.extend(unreadable(periods));
        if entities.is_empty() {
            found.push(Finding::error("collection_nobody"));
        }
        let rows = entities.len() * periods.len().max(1);
        if rows > MOST_ROWS {
            let finding =
                Finding::error("workbook_too_long").fact("sheet", text::render("sheet_entries", lang, &[]));
            found.push(finding.fact("limit", MOST_ROWS));
        }
        if !found.is_empty() {
            return Err(DataError::new(found));
        }
        let variables: Vec<&Variable> =
            self.document().variables.iter().filter(|variable| !variable.is_statistic()).collect();
        let entries = self.entries(entities, periods, &variables, lang);
        let about = self.about(&variables, lang);
        let (name, title) = (text::render("sheet_instructions", lang, &[]), self.collected(lang));
        let page = Page { name, title, tables: vec![(String::new(), &about)] };
        let fingerprint = format!("{} {}", self.document().id, self.fingerprint());
        mixed(&[Part::Live(entries), Part::Page(page)], &[], &fingerprint, lang)
    }

    fn collected(&self, lang: Lang) -> String {
        let title = self.document().title.get(lang).unwrap_or(&self.document().id).to_owned();
        text::render("collection_title", lang, &[("title", title)])
    }

    /// The sheet that is filled in.
    fn entries(&self, entities: &[&str], periods: &[&str], variables: &[&Variable], lang: Lang) -> Sheet {
        let each = periods.len().max(1);
        let rows = entities.len() * each;
        let texts = |of: &dyn Fn(usize) -> String| (0..rows).map(|row| Cell::Text(of(row))).collect();
        let head = |code: &str| text::render(code, lang, &[]);
        let mut columns = vec![Column {
            head: head("col_entity"),
            cells: texts(&|row| entities[row / each].to_owned()),
            ..Column::default()
        }];
        if !periods.is_empty() {
            let cells = texts(&|row| periods[row % each].to_owned());
            columns.push(Column { head: head("col_period"), cells, ..Column::default() });
        }
        let names = columns.len();
        let blank = || vec![Cell::Given(f64::NAN); rows];
        for column in self.document().text_columns() {
            let entry = Entry { choices: self.choices(column), ..Entry::default() };
            columns.push(Column {
                head: column.to_owned(),
                cells: blank(),
                entry: Some(entry),
                ..Column::default()
            });
        }
        let titled: Vec<String> = variables.iter().map(|variable| heading(variable, lang)).collect();
        let known = meant(self, &titled);
        for ((variable, titled), known) in variables.iter().zip(titled).zip(known) {
            columns.push(Column {
                // A title that means another column, or none, gives way to the id.
                head: if known == Some(&variable.id) { titled } else { variable.id.clone() },
                format: "#,##0.##########".to_owned(),
                cells: blank(),
                entry: Some(entry(variable, lang)),
                ..Column::default()
            });
        }
        let name = text::render("sheet_entries", lang, &[]);
        let said = text::render("collection_said", lang, &[]);
        Sheet { name, title: self.collected(lang), said, names, columns, ..Sheet::default() }
    }

    /// What a column of texts may hold: the classes, where it is theirs.
    fn choices(&self, column: &str) -> Vec<String> {
        let document = self.document();
        let classes = document.class_column.as_deref() == Some(column);
        document.classes.iter().filter(|_| classes).map(|class| class.id.clone()).collect()
    }

    /// What each variable is, which indicators read it, and what is allowed.
    fn about(&self, variables: &[&Variable], lang: Lang) -> Table {
        let titles = Names::of(self.document());
        let readers = |id: &str| -> String {
            let reads = |formula: &crate::formula::Formula| formula.names().any(|name| name.name == *id);
            let plans = self.document().indicators.iter().zip(&self.plan().indicators);
            let read = plans.filter(|(_, plan)| reads(&plan.formula));
            let separator = text::render("collection_separator", lang, &[]);
            read.map(|(indicator, _)| titles.label(&indicator.id).text(lang))
                .collect::<Vec<_>>()
                .join(&separator)
        };
        let plain = |text: String| (!text.is_empty()).then(|| Label::plain(&text));
        Table::of("instructions", variables)
            .labels("variable", "col_variable", |v| Some(titles.variable(&v.id)))
            .labels("id", "col_heading", |v| Some(Label::plain(&v.id)))
            .labels("unit", "col_unit", |v| plain(unit(v).to_owned()))
            .labels("allowed", "col_allowed", |v| plain(allowed(v, lang)))
            .labels("indicator", "col_read_by", |v| plain(readers(&v.id)))
            .done()
    }
}

/// Entities without a name, and those that are given once more.
fn repeated(entities: &[&str]) -> Vec<Finding> {
    let mut seen = HashSet::new();
    let wrong = |name: &&&str| compared(name).is_empty() || !seen.insert(compared(name));
    let found = entities.iter().filter(wrong).map(|name| {
        let code = if compared(name).is_empty() { "collection_nameless" } else { "collection_twice" };
        Finding::error(code).fact("entity", name)
    });
    found.collect()
}

fn unreadable(periods: &[&str]) -> Vec<Finding> {
    let mut seen = HashSet::new();
    let read = periods.iter().map(|text| (text, Period::parse_like(text, None)));
    let wrong = read.filter_map(|(text, period)| {
        let place = Place { value: Some((*text).to_owned()), ..Place::default() };
        match period {
            None => Some(Finding::error("period_not_readable").placed(place).fact("value", text)),
            Some(period) => {
                (!seen.insert(period)).then(|| Finding::error("collection_twice").fact("entity", text))
            }
        }
    });
    wrong.collect()
}

/// The title of a variable with its unit.
fn heading(variable: &Variable, lang: Lang) -> String {
    let title = variable.title.get(lang).unwrap_or(&variable.id);
    match (unit(variable), lang) {
        ("", _) => title.to_owned(),
        (unit, Lang::Zh) => format!("{title}（{unit}）"),
        (unit, Lang::En) => format!("{title} ({unit})"),
    }
}

/// The unit as people see it.
fn unit(variable: &Variable) -> &str {
    if variable.unit == "1" { "" } else { &variable.unit }
}

/// What a cell of a variable takes.
fn entry(variable: &Variable, lang: Lang) -> Entry {
    let code = if variable.plausible.is_some() { "collection_implausible" } else { "collection_no_number" };
    let title = variable.title.get(lang).unwrap_or(&variable.id).to_owned();
    let said = allowed(variable, lang);
    Entry {
        number: true,
        range: variable.plausible,
        marks: variable.missing_marks.clone(),
        choices: Vec::new(),
        wrong: text::render(code, lang, &[("allowed", said.clone())]),
        title,
        said,
    }
}

/// In words, what a cell of a variable takes.
fn allowed(variable: &Variable, lang: Lang) -> String {
    let mut said = vec![match unit(variable) {
        "" => text::render("collection_number", lang, &[]),
        unit => text::render("collection_unit", lang, &[("unit", unit.to_owned())]),
    }];
    if let Some([low, high]) = variable.plausible {
        let facts = [("low", low.to_string()), ("high", high.to_string())];
        said.push(text::render("collection_range", lang, &facts));
    }
    said.push(match &variable.missing_marks[..] {
        [] => text::render("collection_empty", lang, &[]),
        marks => text::render("collection_marks", lang, &[("marks", marks.join(" "))]),
    });
    said.join(if lang == Lang::Zh { "" } else { " " })
}

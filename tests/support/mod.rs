//! What the tests share: pinned texts, and panels from the CSV files of `tests/data`, or from a few lines.
#![allow(dead_code, reason = "each test binary uses its own part of this")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

pub(crate) mod oracle;

use kaohe::scheme::model::Document;
use kaohe::{Assessment, CheckInput, Finding, Labels, Lang, Panel, Period, check};

/// Compares with a pinned text below `tests`; `KAOHE_PIN=1` writes it instead, to be read before it is committed.
pub(crate) fn pinned(name: &str, text: impl AsRef<str>) {
    let path = format!("{}/tests/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = text.as_ref();
    if std::env::var_os("KAOHE_PIN").is_some() {
        std::fs::create_dir_all(std::path::Path::new(&path).parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(&path).unwrap_or_default(), "{name}");
}

/// A scheme with these variables and, before them, these keys.
pub(crate) fn scheme(keys: &str, variables: &[(&str, &str, &str)]) -> Document {
    let mut text = format!("kaohe = 1\nid = \"test\"\n{keys}\n");
    for (id, unit, more) in variables {
        text.extend(["[[variable]]\nid = \"", id, "\"\nunit = \"", unit, "\"\n", more, "\n"]);
    }
    toml::from_str(&text).unwrap()
}

/// Rows of a table before they become a panel.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub(crate) entities: Vec<String>,
    pub(crate) periods: Vec<Period>,
    pub(crate) columns: Vec<(String, Vec<f64>)>,
    pub(crate) texts: Vec<(String, Vec<Option<String>>)>,
}

impl Table {
    pub(crate) fn build(&self) -> Result<Panel, Vec<Finding>> {
        let names: Labels = self.entities.iter().collect();
        let mut builder = Panel::builder(names, self.periods.clone());
        for (name, values) in &self.columns {
            builder = builder.column(name, values.clone());
        }
        for (name, values) in &self.texts {
            builder = builder.text(name, values.clone());
        }
        builder.build().map_err(kaohe::DataError::into_findings)
    }

    pub(crate) fn panel(&self) -> Panel {
        self.build().unwrap()
    }

    pub(crate) fn set(&mut self, entity: &str, period: &str, column: &str, value: impl Fn(f64) -> f64) {
        let at = self.row(entity, period);
        let column = self.columns.iter_mut().find(|(n, _)| n == column).unwrap();
        column.1[at] = value(column.1[at]);
    }

    pub(crate) fn row(&self, entity: &str, period: &str) -> usize {
        let period = Period::parse(period).unwrap();
        (0..self.entities.len()).find(|&r| self.entities[r] == entity && self.periods[r] == period).unwrap()
    }

    /// The same rows in another order: row `i` of the result is row `order[i]`.
    pub(crate) fn rearranged(&self, order: &[usize]) -> Table {
        Table {
            entities: order.iter().map(|&r| self.entities[r].clone()).collect(),
            periods: order.iter().map(|&r| self.periods[r]).collect(),
            columns: self
                .columns
                .iter()
                .map(|(n, v)| (n.clone(), order.iter().map(|&r| v[r]).collect()))
                .collect(),
            texts: self
                .texts
                .iter()
                .map(|(n, v)| (n.clone(), order.iter().map(|&r| v[r].clone()).collect()))
                .collect(),
        }
    }

    pub(crate) fn kept(&self, keep: impl Fn(&str, Period) -> bool) -> Table {
        let rows: Vec<usize> =
            (0..self.entities.len()).filter(|&r| keep(&self.entities[r], self.periods[r])).collect();
        self.rearranged(&rows)
    }
}

/// Entity and period in the first two columns of `file`, and the named columns of numbers.
pub(crate) fn csv(file: &str, columns: &[&str]) -> Table {
    read(file, columns, |_| (0, 1))
}

/// Entity and period in the columns of these names, and the named columns of numbers.
pub(crate) fn csv_of(file: &str, columns: &[&str], entity: &str, period: &str) -> Table {
    read(file, columns, |head| {
        let at = |name: &str| head.iter().position(|h| h == name).unwrap();
        (at(entity), at(period))
    })
}

fn read(file: &str, columns: &[&str], keys: impl Fn(&[String]) -> (usize, usize)) -> Table {
    let path = format!("{}/tests/data/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(fields);
    let head = lines.next().unwrap();
    let (entity, period) = keys(&head);
    let columns = columns.iter().map(|c| ((*c).to_owned(), Vec::new())).collect();
    let mut table = Table { columns, ..Table::default() };
    for line in lines {
        table.entities.push(line[entity].clone());
        table.periods.push(Period::parse(&line[period]).unwrap());
        for (name, values) in &mut table.columns {
            let at = head.iter().position(|h| h == name).unwrap();
            values.push(if line[at].is_empty() { f64::NAN } else { line[at].parse().unwrap() });
        }
    }
    table
}

fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            c => fields.last_mut().unwrap().push(c),
        }
    }
    fields
}

/// `entities × years from 2019` of one column, period by period.
pub(crate) fn small(column: &str, entities: &[&str], by_year: &[&[f64]]) -> Table {
    let mut table = Table { columns: vec![(column.to_owned(), Vec::new())], ..Table::default() };
    for (year, values) in (2019..).zip(by_year) {
        for (entity, value) in entities.iter().zip(*values) {
            table.entities.push((*entity).to_owned());
            table.periods.push(Period::year(year).unwrap());
            table.columns[0].1.push(*value);
        }
    }
    table
}

pub(crate) fn found(document: &Document, table: &Table) -> Vec<Finding> {
    check(document, &table.panel(), &CheckInput::default())
}

/// Severity, code, row, entity, period, column, value and both messages, one a line.
pub(crate) fn shown(findings: &[Finding]) -> String {
    let line = |f: &Finding| {
        let p = &f.place;
        let row = p.row.map_or_else(|| "-".to_owned(), |r| r.to_string());
        let or = |x: &Option<String>| x.clone().unwrap_or_else(|| "-".to_owned());
        format!(
            "{} {} [{row} {} {} {} {}]\n  {}\n  {}",
            f.severity.name(),
            f.code,
            or(&p.entity),
            or(&p.period),
            or(&p.column),
            or(&p.value),
            f.message(Lang::En),
            f.message(Lang::Zh),
        )
    };
    findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Columns of the nodes that a test names.
pub(crate) trait ById {
    fn values_of(&self, id: &str) -> &[f64];
    fn scores_of(&self, id: &str) -> &[f64];
}

impl ById for Assessment {
    fn values_of(&self, id: &str) -> &[f64] {
        self.values(self.node(id).unwrap())
    }

    fn scores_of(&self, id: &str) -> &[f64] {
        self.scores(self.node(id).unwrap())
    }
}

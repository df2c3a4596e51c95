//! Which column of a sheet holds what.

use std::collections::HashSet;

use super::clean::compared;
use super::column::Scale;
use super::grid::{Cell, Sheet};
use super::header::{self, Header, Heading};
use super::names::{Named, Names, Role};
use super::{Options, when};
use crate::finding::{Finding, Place};
use crate::formula::Unit;
use crate::panel::Period;
use crate::scheme::model::Variable;

/// Rows that are looked at to tell which column is a key.
const SAMPLE: usize = 50;

/// The columns of a sheet.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) header: Header,
    pub(super) entity: Heading,
    pub(super) period: Option<Heading>,
    /// Columns of texts by their place among those of the scheme.
    pub(super) labels: Vec<(usize, u32)>,
    /// Variables by their place in the scheme.
    pub(super) variables: Vec<(usize, u32, Scale)>,
    /// Columns that are none of the scheme's.
    pub(super) others: Vec<Heading>,
    /// What is worth knowing, or wrong with single columns.
    pub(super) findings: Vec<Finding>,
}

impl Layout {
    pub(super) fn of(sheet: &Sheet, names: &Names<'_>, options: &Options) -> Result<Self, Vec<Finding>> {
        let given = options.header;
        let header = header::find(sheet, names, given).ok_or_else(|| {
            let (first, last) = given.unwrap_or_default();
            vec![
                Finding::error("header_empty")
                    .fact("rows", if first == last { first.to_string() } else { format!("{first}-{last}") })
                    .placed(whole(sheet)),
            ]
        })?;
        let mut find = Finder { sheet, names, options, header: &header, roles: Vec::new() };
        find.roles = header.columns.iter().map(|h| names.resolve(&h.path)).collect();
        let period = find.period()?;
        let entity = find.entity(period)?;
        let keys: HashSet<usize> = [Some(entity), period].into_iter().flatten().collect();
        let mut findings = Vec::new();
        let mut labels: Vec<(usize, usize)> = Vec::new();
        for (i, role) in find.roles.iter().enumerate().filter(|(i, _)| !keys.contains(i)) {
            let Some((Role::Label(k), _)) = role else { continue };
            if labels.iter().all(|(known, _)| known != k) {
                labels.push((*k, i));
            }
        }
        let variables = find.variables(&keys, &mut findings);
        let taken: HashSet<usize> = variables.iter().map(|(_, i, _)| *i).collect();
        // Without a scheme the keys are columns like the others.
        let spare = |i: &usize| {
            names.document.is_none()
                || !keys.contains(i) && !taken.contains(i) && labels.iter().all(|(_, own)| own != i)
        };
        let others = (0..header.columns.len()).filter(spare).map(|i| header.columns[i].clone()).collect();
        let column = |i: usize| header.columns[i].column;
        let layout = Layout {
            entity: header.columns[entity].clone(),
            period: period.map(|i| header.columns[i].clone()),
            labels: labels.iter().map(|(k, i)| (*k, column(*i))).collect(),
            variables: variables.into_iter().map(|(v, i, scale)| (v, column(i), scale)).collect(),
            others,
            findings,
            header,
        };
        match (names.document, layout.twice()) {
            (None, Some(name)) => {
                Err(vec![Finding::error("column_twice").placed(whole(sheet)).fact("column", name)])
            }
            _ => Ok(layout),
        }
    }
}

impl Layout {
    /// A heading that two columns have.
    fn twice(&self) -> Option<String> {
        let mut seen = HashSet::new();
        self.others.iter().map(Heading::text).find(|text| !seen.insert(text.clone()))
    }
}

/// A sheet as a whole.
fn whole(sheet: &Sheet) -> Place {
    Place { cell: (!sheet.name.is_empty()).then(|| sheet.name.clone()), ..Place::default() }
}

struct Finder<'a> {
    sheet: &'a Sheet,
    names: &'a Names<'a>,
    options: &'a Options,
    header: &'a Header,
    roles: Vec<Option<(Role, Named)>>,
}

impl Finder<'_> {
    fn headings(&self) -> &[Heading] {
        &self.header.columns
    }

    /// The column that the caller names.
    fn named(&self, name: &str) -> Option<usize> {
        let name = compared(name);
        self.headings().iter().position(|h| readings(h, self.names).contains(&name))
    }

    fn absent(&self, name: &str) -> Vec<Finding> {
        let texts: Vec<String> = self.headings().iter().map(Heading::text).collect();
        let present: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut finding = Finding::absent_column(name, &present);
        finding.place.cell = whole(self.sheet).cell;
        vec![finding]
    }

    /// Whether a column is free to be a key.
    fn is_free(&self, i: usize) -> bool {
        !matches!(self.roles[i], Some((Role::Variable(_) | Role::Label(_), _)))
    }

    fn period(&self) -> Result<Option<usize>, Vec<Finding>> {
        if let Some(name) = &self.options.period {
            let frequency = self.names.document.map(|d| d.period);
            return match self.named(name) {
                Some(i) => Ok(Some(i)),
                None if Period::parse_like(name, frequency).is_some() => Ok(None),
                None => Err(self.absent(name)),
            };
        }
        let entity = self.options.entity.as_deref().and_then(|name| self.named(name));
        let usual = self.usual(|role| if let Role::Period(rank) = role { Some(rank) } else { None }, entity);
        Ok(usual.or_else(|| self.only(entity, |cells| cells.iter().all(|c| is_period(c)))))
    }

    fn entity(&self, period: Option<usize>) -> Result<usize, Vec<Finding>> {
        if let Some(name) = &self.options.entity {
            return self.named(name).ok_or_else(|| self.absent(name));
        }
        let usual = self.usual(|role| if let Role::Entity(rank) = role { Some(rank) } else { None }, period);
        let is_text = |c: &Cell| c.text().is_some() && !header::is_number(c, self.names);
        let only = || self.only(period, |cells| cells.iter().any(|c| is_text(c)));
        let any = || self.names.document.is_none().then_some(0);
        usual.or_else(only).or_else(any).ok_or_else(|| {
            let texts: Vec<String> = self.headings().iter().map(Heading::text).collect();
            vec![
                Finding::error("entity_column_unknown")
                    .placed(whole(self.sheet))
                    .fact("columns", texts.join(", ")),
            ]
        })
    }

    /// The column with the most usual of these names.
    fn usual(&self, rank: impl Fn(Role) -> Option<usize>, but: Option<usize>) -> Option<usize> {
        let ranked = self.roles.iter().enumerate().filter(|(i, _)| Some(*i) != but);
        let ranked = ranked.filter_map(|(i, role)| Some((rank(role.as_ref()?.0)?, i)));
        ranked.min().map(|(_, i)| i)
    }

    /// The only free column whose cells look it.
    fn only(&self, but: Option<usize>, looks: impl Fn(&[&Cell]) -> bool) -> Option<usize> {
        let mut found = (0..self.headings().len()).filter(|&i| {
            let cells = self.sample(self.headings()[i].column);
            Some(i) != but && self.is_free(i) && self.roles[i].is_none() && !cells.is_empty() && looks(&cells)
        });
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    fn sample(&self, column: u32) -> Vec<&Cell> {
        let below = self.sheet.rows().skip_while(|(row, _)| *row <= self.header.rows.1).take(SAMPLE);
        below.filter_map(|(_, cells)| super::grid::find(cells, column)).collect()
    }

    /// The scheme's variables: where each is, and how its numbers become those of the scheme's unit.
    fn variables(&self, keys: &HashSet<usize>, findings: &mut Vec<Finding>) -> Vec<(usize, usize, Scale)> {
        let Some(document) = self.names.document else { return Vec::new() };
        let sheet_units = self.sheet_units();
        let mut found: Vec<(usize, usize, Scale)> = Vec::new();
        for (i, role) in self.roles.iter().enumerate() {
            let Some((Role::Variable(v), unit)) = role else { continue };
            if keys.contains(&i) {
                continue;
            }
            let variable = &document.variables[*v];
            if let Some((_, other, _)) = found.iter().find(|(other, ..)| other == v) {
                findings.push(
                    self.about("heading_twice", i, variable)
                        .fact("other", self.cell(*other))
                        .fact("second", self.cell(i)),
                );
                continue;
            }
            let scale = self.scale(variable, i, unit, &sheet_units, findings);
            found.push((*v, i, scale));
        }
        found
    }

    /// The units that lines above the table name.
    fn sheet_units(&self) -> Vec<(String, Unit)> {
        let above = self.sheet.rows().take_while(|(row, _)| *row < self.header.rows.0);
        above
            .flat_map(|(_, cells)| {
                cells.iter().filter_map(|p| p.cell.text()).flat_map(|t| self.names.of_sheet(t))
            })
            .collect()
    }

    fn scale(
        &self,
        variable: &Variable,
        i: usize,
        named: &Named,
        of_sheet: &[(String, Unit)],
        findings: &mut Vec<Finding>,
    ) -> Scale {
        let Ok(own) = self.names.units.parse(&variable.unit) else { return Scale::Same };
        let (text, unit) = match named {
            Named::Unit(text, unit) => (text, unit),
            Named::Unknown(text) => {
                findings.push(self.about("heading_unit_unknown", i, variable).fact("found", text));
                return Scale::Same;
            }
            // A line above the table is about the columns that it can be about.
            Named::Nothing => match of_sheet.iter().find(|(_, unit)| unit.is_like(&own)) {
                Some((text, unit)) => (text, unit),
                None => return Scale::Same,
            },
        };
        match Scale::between(unit, &own) {
            Some(Scale::Same) => Scale::Same,
            Some(scale) => {
                let mut finding = self
                    .about("unit_converted", i, variable)
                    .fact("found", text)
                    .fact("factor", scale.factor());
                finding.severity = crate::finding::Severity::Info;
                findings.push(finding);
                scale
            }
            None => {
                findings.push(self.about("unit_contradicts", i, variable).fact("found", text));
                Scale::Same
            }
        }
    }

    fn cell(&self, i: usize) -> String {
        self.sheet.address(self.header.rows.1, self.headings()[i].column)
    }

    /// An error about the heading of a variable.
    fn about(&self, code: &'static str, i: usize, variable: &Variable) -> Finding {
        let place = Place { cell: Some(self.cell(i)), column: Some(variable.id.clone()), ..Place::default() };
        Finding::error(code)
            .placed(place)
            .fact("heading", self.headings()[i].text())
            .fact("variable", &variable.id)
            .fact("unit", &variable.unit)
    }
}

/// The texts by which a caller may name a column, as they are compared.
pub(super) fn readings(heading: &Heading, names: &Names<'_>) -> Vec<String> {
    let last = heading.path.last().map(String::as_str).unwrap_or_default();
    let mut all = vec![compared(&heading.text()), compared(&heading.path.concat()), compared(last)];
    all.extend(names.split(last).filter(|(base, _)| !base.is_empty()).map(|(base, _)| compared(base)));
    if let [.., above, _] = heading.path.as_slice()
        && names.whole_unit(last).is_some()
    {
        all.push(compared(above));
    }
    all
}

/// Whether a cell looks like a period of our time.
fn is_period(cell: &Cell) -> bool {
    let text = cell.written();
    (text.starts_with("19") || text.starts_with("20") || cell.text().is_some())
        && matches!(when::read(Some(cell), None, None, false), when::When::Text(t) if t.starts_with("19") || t.starts_with("20"))
}

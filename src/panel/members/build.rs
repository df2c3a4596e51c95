//! From batches of rows in any order to the members of a panel.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;

use super::super::build::sorted_by;
use super::super::{Column, Labels, Panel, Period, Periods};
use super::names::Interner;
use super::{Members, Who};
use crate::error::DataError;
use crate::finding::{Finding, LISTED, Place, Severity, listed};
use crate::number::Exact;

/// Collects the rows of members batch by batch, then checks them and puts those of one entity and period side by side.
///
/// ```
/// use kaohe::{Column, Labels, MembersBuilder, Panel, Period, Periods};
/// let year = Period::year(2023).unwrap();
/// let counties: Labels = ["甲县", "乙县"].into_iter().collect();
/// let panel = Panel::builder(counties, vec![year, year]).build()?;
/// let (county, school): (Labels, Labels) = (["甲县", "甲县"].into_iter().collect(), ["一小", "二小"].into_iter().collect());
/// let mut members = MembersBuilder::new();
/// members.push(&county, &Periods::Runs(vec![(year, 2)]), &school, &[("pupils", &Column::from(vec![45.0, 37.0]))]);
/// let panel = members.build(&panel, &indexmap::IndexMap::new())?;
/// let members = panel.members().unwrap();
/// assert_eq!((members.of(0), members.name(1)), (0..2, "二小"));
/// assert_eq!(members.column("pupils").unwrap().values(), [45.0, 37.0]);
/// # Ok::<(), kaohe::DataError>(())
/// ```
#[derive(Debug, Default)]
pub struct MembersBuilder {
    entities: Interner,
    /// Entity and period of each place, told apart, and the first row that has them.
    places: IndexMap<(u32, Period), usize>,
    place_of: Vec<u32>,
    names: Interner,
    name_of: Vec<u32>,
    columns: IndexMap<String, Values>,
    rows: usize,
    findings: Vec<Finding>,
}

/// A variable so far.
#[derive(Debug, Default)]
struct Values {
    floats: Vec<f64>,
    long: BTreeMap<usize, Exact>,
}

impl MembersBuilder {
    /// No rows yet.
    pub fn new() -> Self {
        MembersBuilder::default()
    }

    /// Rows so far.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Says what is wrong with a batch of so many rows, which is not taken: the others are looked at all the same.
    pub fn refuse(&mut self, findings: impl IntoIterator<Item = Finding>, rows: usize) {
        for mut finding in findings {
            finding.place.row = finding.place.row.map(|row| row + self.rows);
            self.findings.push(finding);
        }
        self.rows += rows;
    }

    /// Takes a batch of rows: entity, period and member of each, and its variables. What is wrong is said by
    /// [`build`](Self::build).
    pub fn push(
        &mut self,
        entities: &Labels,
        periods: &Periods,
        members: &Labels,
        columns: &[(&str, &Column)],
    ) {
        let rows = entities.len();
        let lengths = [("period", periods.len()), ("member", members.len())].into_iter();
        let lengths = lengths.chain(columns.iter().map(|(name, column)| (*name, column.values().len())));
        let wrong: Vec<Finding> = lengths
            .filter(|(_, n)| *n != rows)
            .map(|(name, n)| {
                Finding::error("column_length").of_column(name).fact("rows", n).fact("expected", rows)
            })
            .collect();
        if !wrong.is_empty() {
            self.findings.extend(wrong);
            return;
        }
        self.keys(entities, periods, members);
        for (name, column) in columns {
            let of = self.columns.entry((*name).to_owned()).or_default();
            // A column that an earlier batch did not have is missing there.
            of.floats.resize(self.rows, f64::NAN);
            of.floats.extend_from_slice(column.values());
            let long = (0..rows).filter(|_| column.has_long());
            of.long.extend(long.filter_map(|i| Some((self.rows + i, column.long(i)?.clone()))));
        }
        self.rows += rows;
        for (_, of) in &mut self.columns {
            of.floats.resize(self.rows, f64::NAN);
        }
    }

    /// Takes the members of another panel.
    pub(crate) fn push_of(&mut self, panel: &Panel) {
        let Some(members) = panel.members() else { return };
        let rows: Vec<(usize, usize)> =
            (0..panel.len()).flat_map(|row| members.of(row).map(move |member| (row, member))).collect();
        let entities: Labels = rows.iter().map(|(row, _)| panel.name_of(*row)).collect();
        let periods = rows.iter().map(|(row, _)| panel.periods()[panel.period_of(*row)]).collect();
        let names: Labels = rows.iter().map(|(_, member)| members.name(*member)).collect();
        let order: Vec<u32> = rows.iter().map(|(_, member)| *member as u32).collect();
        let columns: Vec<(&str, Column)> =
            members.columns.iter().map(|(name, column)| (name.as_str(), column.gather(&order))).collect();
        let columns: Vec<(&str, &Column)> = columns.iter().map(|(name, column)| (*name, column)).collect();
        self.push(&entities, &Periods::Each(periods), &names, &columns);
    }

    /// The place of each row, and the name of its member.
    fn keys(&mut self, entities: &Labels, periods: &Periods, members: &Labels) {
        let (names, of) = entities.distinct();
        let own: Vec<u32> = (0..names.len()).map(|i| self.entities.index(&names.get(i))).collect();
        // Rows of one entity and period mostly follow each other.
        let mut last: Option<((u32, Period), u32)> = None;
        for (i, (of, period)) in of.into_iter().zip(periods.iter()).enumerate() {
            let key = (own[of as usize], period);
            let place = match last {
                Some((known, place)) if known == key => place,
                _ => {
                    let entry = self.places.entry(key);
                    let place = entry.index() as u32;
                    entry.or_insert(self.rows + i);
                    place
                }
            };
            last = Some((key, place));
            self.place_of.push(place);
            self.name_of.push(self.names.index(&members.get(i)));
        }
    }

    /// The row of the panel of each place; of those that it does not have, what is wrong.
    fn located(&mut self, panel: &Panel, alias: &IndexMap<String, String>) -> Vec<u32> {
        let names = std::mem::take(&mut self.entities).done();
        let mut said: HashSet<(String, Option<Period>)> = HashSet::new();
        let mut rows = Vec::with_capacity(self.places.len());
        for ((entity, period), first) in std::mem::take(&mut self.places) {
            let name = names.get(entity);
            let name = alias.get(name).map_or(name, String::as_str);
            let (at, when) = (panel.entity_index(name), panel.period_index(period));
            let row = at.zip(when).and_then(|(at, when)| panel.row(when, at));
            rows.push(row.map_or(0, |row| row as u32));
            // An entity, or a period, that the panel does not have is said once.
            let (code, key) = match (row, at, when) {
                (Some(_), ..) => continue,
                (None, None, _) => ("member_of_nobody", (name.to_owned(), None)),
                (None, _, None) => ("member_of_no_period", (String::new(), Some(period))),
                _ => ("member_of_no_row", (name.to_owned(), Some(period))),
            };
            if said.len() < LISTED && said.insert(key) {
                let text = panel.period_text(period);
                let finding = Finding::error(code).fact("entity", name).fact("period", &text);
                let (entity, period) = (Some(name.to_owned()), Some(text));
                let place = Place { row: Some(first), entity, period, ..Place::default() };
                self.findings.push(finding.placed(place));
            }
        }
        rows
    }

    /// A panel with these members, or everything that is wrong: entities and periods that the panel does not have, a member
    /// twice in an entity and period, infinities, columns of unequal length. `alias` has the entities that were renamed: the
    /// old name and the one that counts.
    ///
    /// # Errors
    /// A [`DataError`] with a finding for each.
    pub fn build(mut self, panel: &Panel, alias: &IndexMap<String, String>) -> Result<Panel, DataError> {
        if self.rows >= u32::MAX as usize {
            let finding = Finding::error("too_many_rows").fact("rows", self.rows);
            self.findings.push(finding.fact("limit", u32::MAX - 1));
        }
        let row_of = self.located(panel, alias);
        let refused = |findings: &[Finding]| findings.iter().any(|f| f.severity == Severity::Error);
        if refused(&self.findings) {
            return Err(DataError::new(self.findings));
        }
        for place in &mut self.place_of {
            *place = row_of[*place as usize];
        }
        let (order, starts) = self.order(panel.len());
        let row = |member: usize| order.as_ref().map_or(member, |order| order[member] as usize);
        let spans: Vec<_> = starts.windows(2).map(|span| span[0]..span[1]).collect();
        let names = std::mem::take(&mut self.names).done();
        let mut twice = Vec::new();
        for (at, span) in spans.iter().enumerate() {
            let mut all: Vec<(u32, usize)> = span.clone().map(|m| (self.name_of[row(m)], row(m))).collect();
            all.sort_unstable();
            twice.extend(all.windows(2).filter(|w| w[0].0 == w[1].0).map(|w| (at, w[0].1, w[1])));
        }
        twice.sort_unstable_by_key(|(_, _, again)| again.1);
        let place = |at: usize, row: usize| Place { row: Some(row), ..panel.place(at, None) };
        self.findings.extend(listed(twice, |(at, first, (name, again))| {
            let finding = Finding::error("member_twice").of_row(place(at, again));
            finding.fact("member", names.get(name)).fact("first", first)
        }));
        let row_of = &self.place_of;
        let cells = self.columns.iter().flat_map(|(name, of)| {
            let infinite = of.floats.iter().enumerate().filter(|(_, x)| x.is_infinite());
            infinite.map(move |(row, x)| (name, row, *x))
        });
        let found = listed(cells, |(name, row, x)| {
            let value = Some(x.to_string());
            let place = Place { value, ..place(row_of[row] as usize, row) };
            Finding::error("infinite_value").placed(place).of_column(name)
        });
        self.findings.extend(found);
        if refused(&self.findings) {
            return Err(DataError::new(self.findings));
        }
        drop(std::mem::take(&mut self.place_of));
        let mut columns = IndexMap::with_capacity(self.columns.len());
        for (name, Values { mut floats, long }) in std::mem::take(&mut self.columns) {
            floats.shrink_to_fit();
            let column = Column::from(floats).with_decimals(long);
            columns.insert(name, order.as_ref().map_or(column.clone(), |order| column.gather(order)));
        }
        let name_of = match &order {
            Some(order) => order.iter().map(|row| self.name_of[*row as usize]).collect(),
            None => std::mem::take(&mut self.name_of),
        };
        let who = Arc::new(Who { name_of, names, order });
        Ok(panel.with_members(Members { spans, who, columns }))
    }

    /// The caller's rows by the row of the panel, each in the order in which they came, and where those of each row begin.
    fn order(&self, rows: usize) -> (Option<Vec<u32>>, Vec<usize>) {
        if self.place_of.is_sorted() {
            let start = |row: usize| self.place_of.partition_point(|of| (*of as usize) < row);
            return (None, (0..=rows).map(start).collect());
        }
        let all: Vec<u32> = (0..self.place_of.len() as u32).collect();
        let (order, starts) = sorted_by(&all, &self.place_of, rows);
        (Some(order), starts)
    }
}

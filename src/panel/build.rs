//! From rows in any order to a panel.

use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;

use super::labels::Places;
use super::spelling::Spelling;
use super::{Column, Labels, NONE, Origin, Panel, Period, Periods};
use crate::error::DataError;
use crate::exec::{self, Chunks};
use crate::finding::{Finding, Place, listed};

/// Collects the columns of a panel, then checks and sorts.
#[derive(Debug)]
pub struct PanelBuilder {
    entities: Labels,
    periods: Periods,
    columns: IndexMap<String, Column>,
    texts: IndexMap<String, Vec<Option<String>>>,
    spelling: Spelling,
    origin: Option<Arc<Origin>>,
}

impl PanelBuilder {
    pub(super) fn new(entities: Labels, periods: Periods) -> Self {
        PanelBuilder {
            entities,
            periods,
            columns: IndexMap::new(),
            texts: IndexMap::new(),
            spelling: Spelling::default(),
            origin: None,
        }
    }

    /// With a variable, one value per row.
    #[must_use]
    pub fn column(mut self, name: impl Into<String>, values: impl Into<Column>) -> Self {
        self.columns.insert(name.into(), values.into());
        self
    }

    /// With a text column, one text a row.
    #[must_use]
    pub fn text(mut self, name: impl Into<String>, texts: Vec<Option<String>>) -> Self {
        self.texts.insert(name.into(), texts);
        self
    }

    /// With a period as the caller writes it (`2023年三季度`): so it is shown everywhere.
    #[must_use]
    pub fn spelled(mut self, period: Period, text: &str) -> Self {
        self.spelling.add(period, text);
        self
    }

    /// With the periods written as another panel writes them.
    #[must_use]
    pub(crate) fn spelled_like(mut self, panel: &Panel) -> Self {
        self.spelling = panel.shape.spelling.clone();
        self
    }

    /// With entities that were renamed: the old name and the one that counts.
    #[must_use]
    pub fn alias(mut self, alias: &IndexMap<String, String>) -> Self {
        if !alias.is_empty() {
            self.entities = self.entities.renamed(alias);
        }
        self
    }

    /// With the cells of the workbook that the rows came from: findings name them.
    #[must_use]
    pub fn origin(mut self, origin: Arc<Origin>) -> Self {
        self.origin = Some(origin);
        self
    }

    /// The panel, or everything that is wrong: columns of unequal length, periods of mixed length, an entity twice in a
    /// period, infinities.
    ///
    /// # Errors
    /// A [`DataError`] with a finding for each.
    pub fn build(self) -> Result<Panel, DataError> {
        let mut findings = self.lengths();
        findings.extend(self.mixed_periods());
        if !findings.is_empty() {
            return Err(DataError::new(findings));
        }
        let mut shape = Shape::of(&self.entities, &self.periods);
        shape.spelling = self.spelling.clone();
        findings.extend(self.duplicates(&shape));
        findings.extend(self.infinities());
        if !findings.is_empty() {
            return Err(DataError::new(findings));
        }
        let columns = match &shape.order {
            Some(order) => {
                let gather = |(name, column): (String, Column)| (name, column.gather(order));
                exec::map_rows(order.len(), self.columns.into_iter().collect(), gather).into_iter().collect()
            }
            None => self.columns,
        };
        let sort = |texts: Vec<Option<String>>| -> Arc<[Option<String>]> {
            match &shape.order {
                Some(order) => order.iter().map(|&row| texts[row as usize].clone()).collect(),
                None => texts.into(),
            }
        };
        let texts = self.texts.into_iter().map(|(name, texts)| (name, sort(texts))).collect();
        Ok(Panel { columns, texts, shape: Arc::new(shape), origin: self.origin, members: None })
    }

    fn lengths(&self) -> Vec<Finding> {
        let rows = self.periods.len();
        let mut lengths: Vec<(&str, usize)> = vec![("entity", self.entities.len())];
        lengths.extend(self.columns.iter().map(|(n, c)| (n.as_str(), c.values().len())));
        lengths.extend(self.texts.iter().map(|(n, t)| (n.as_str(), t.len())));
        let mut findings: Vec<Finding> = lengths
            .into_iter()
            .filter(|(_, n)| *n != rows)
            .map(|(name, n)| {
                Finding::error("column_length").of_column(name).fact("rows", n).fact("expected", rows)
            })
            .collect();
        if rows >= NONE as usize {
            findings.push(Finding::error("too_many_rows").fact("rows", rows).fact("limit", NONE - 1));
        }
        if rows == 0 {
            findings.push(Finding::error("no_rows"));
        }
        findings
    }

    fn mixed_periods(&self) -> Option<Finding> {
        let first = self.periods.get(0)?;
        let (row, other) = self.periods.first_unlike(first)?;
        let [first, other] = [first, other].map(|p| self.spelling.text(p));
        let place = Place { period: Some(other.clone()), ..self.place(row, None) };
        Some(Finding::error("mixed_periods").placed(place).fact("first", first).fact("other", other))
    }

    fn duplicates(&self, shape: &Shape) -> Vec<Finding> {
        let one = |&(first, again): &(u32, u32)| {
            let place = self.place(again as usize, None);
            Finding::error("duplicate_row").of_row(place).fact("first", first)
        };
        listed(shape.duplicates.iter(), one)
    }

    fn infinities(&self) -> Vec<Finding> {
        let infinite = |column: &Column| {
            let chunks = column.values().chunks(exec::CHUNK).collect();
            let any = |chunk: &[f64]| chunk.iter().fold(false, |any, x| any | x.is_infinite());
            exec::map_rows(column.values().len(), chunks, any).contains(&true)
        };
        let cells = self.columns.iter().filter(|(_, column)| infinite(column)).flat_map(|(name, column)| {
            let rows = column.values().iter().enumerate().filter(|(_, x)| x.is_infinite());
            rows.map(move |(row, x)| (name, row, *x))
        });
        listed(cells, |(name, row, x)| {
            let place = Place { value: Some(x.to_string()), ..self.place(row, Some(name)) };
            Finding::error("infinite_value").placed(place).of_column(name)
        })
    }

    fn place(&self, row: usize, column: Option<&str>) -> Place {
        Place {
            row: Some(row),
            cell: self.origin.as_ref().and_then(|origin| origin.address(row, column)),
            entity: Some(self.entities.get(row).into_owned()),
            period: self.periods.get(row).map(|p| self.spelling.text(p)),
            ..Place::default()
        }
    }
}

/// Where every row goes.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) entities: Labels,
    pub(super) periods: Vec<Period>,
    /// Which rows each period has.
    pub(super) chunks: Arc<Chunks>,
    /// Entity of each row; `None` if every period has every entity, in order.
    pub(super) entity_of: Option<Vec<u32>>,
    /// Row of the caller's data for each row here; `None` if they are the same.
    pub(super) order: Option<Vec<u32>>,
    /// Where each entity stands, once somebody asks for one by its name.
    pub(super) places: OnceLock<Places>,
    /// How the caller writes periods.
    pub(super) spelling: Spelling,
    /// Rows with the same entity and period as an earlier one: (earlier, later). A panel has none.
    duplicates: Vec<(u32, u32)>,
}

impl Shape {
    fn of(entities: &Labels, periods: &Periods) -> Self {
        Self::blocks(entities, periods).unwrap_or_else(|| Self::sorted(entities, periods))
    }

    /// The path without a copy: periods ascending, each with the same entities in the same order.
    fn blocks(keys: &Labels, per_row: &Periods) -> Option<Self> {
        let (periods, n) = per_row.blocks()?;
        if !(1..periods.len()).all(|b| keys.same_run(0, b * n, n)) {
            return None;
        }
        let (entities, _) = keys.head(n).distinct();
        (entities.len() == n).then(|| Shape {
            entities,
            chunks: Arc::new(Chunks::new((0..=periods.len()).map(|p| p * n).collect())),
            periods,
            entity_of: None,
            order: None,
            places: OnceLock::new(),
            spelling: Spelling::default(),
            duplicates: Vec::new(),
        })
    }

    fn sorted(keys: &Labels, per_row: &Periods) -> Self {
        let (entities, entity) = keys.distinct();
        let mut periods: Vec<Period> = per_row.iter().collect();
        periods.sort_unstable();
        periods.dedup();
        let period: Vec<u32> =
            per_row.iter().map(|p| periods.partition_point(|other| *other < p) as u32).collect();
        // By entity and then by period, each in the order before.
        let rows: Vec<u32> = (0..period.len() as u32).collect();
        let (rows, _) = sorted_by(&rows, &entity, entities.len());
        let (order, starts) = sorted_by(&rows, &period, periods.len());
        let key = |row: u32| (period[row as usize], entity[row as usize]);
        let mut duplicates: Vec<(u32, u32)> = order
            .chunk_by(|a, b| key(*a) == key(*b))
            .flat_map(|rows| rows[1..].iter().map(|again| (rows[0], *again)))
            .collect();
        duplicates.sort_unstable_by_key(|(_, again)| *again);
        let balanced = order.len() == entities.len() * periods.len();
        let same = order.iter().enumerate().all(|(i, &row)| i == row as usize);
        let entity_of = order.iter().map(|row| entity[*row as usize]).collect();
        Shape {
            entities,
            periods,
            chunks: Arc::new(Chunks::new(starts)),
            entity_of: (!balanced).then_some(entity_of),
            order: (!same).then_some(order),
            places: OnceLock::new(),
            spelling: Spelling::default(),
            duplicates,
        }
    }
}

/// Rows by a key below `keys`, equals in the order before, and where the rows of each key begin.
pub(super) fn sorted_by(rows: &[u32], key: &[u32], keys: usize) -> (Vec<u32>, Vec<usize>) {
    let mut starts = vec![0usize; keys + 1];
    for k in key {
        starts[*k as usize + 1] += 1;
    }
    for k in 1..=keys {
        starts[k] += starts[k - 1];
    }
    let (mut next, mut sorted) = (starts.clone(), vec![0; rows.len()]);
    for row in rows {
        let place = &mut next[key[*row as usize] as usize];
        sorted[*place] = *row;
        *place += 1;
    }
    (sorted, starts)
}

impl Panel {
    /// The same rows with the entities of each period in the order of their names, whatever order they came in: the entities
    /// of the first period first, then those that come later.
    pub(crate) fn by_name(&self) -> Panel {
        let n = self.entity_count();
        let mut by_name: Vec<u32> = (0..n as u32).collect();
        by_name.sort_by_cached_key(|e| self.entity_name(*e as usize).into_owned());
        let mut rank = vec![0; n];
        (0..).zip(&by_name).for_each(|(k, entity)| rank[*entity as usize] = k);
        let periods = 0..self.periods().len();
        let sorted = |period: usize, by: &[u32]| {
            let mut rows: Vec<u32> = self.rows_of(period).map(|row| row as u32).collect();
            rows.sort_unstable_by_key(|row| by[self.entity_of(*row as usize)]);
            rows
        };
        // New places of the entities, in the order of their first appearance in rows by period and name.
        let mut place = vec![NONE; n];
        let mut entities = Vec::with_capacity(n);
        for row in periods.clone().flat_map(|period| sorted(period, &rank)) {
            let entity = self.entity_of(row as usize);
            if place[entity] == NONE {
                place[entity] = entities.len() as u32;
                entities.push(entity);
            }
        }
        if entities.iter().enumerate().all(|(i, entity)| i == *entity) {
            return self.clone();
        }
        let order: Vec<u32> = periods.flat_map(|period| sorted(period, &place)).collect();
        let entity_of: Vec<u32> = order.iter().map(|row| place[self.entity_of(*row as usize)]).collect();
        let shape = Shape {
            entities: entities.iter().map(|e| self.entity_name(*e).into_owned()).collect(),
            periods: self.shape.periods.clone(),
            chunks: Arc::clone(&self.shape.chunks),
            order: Some(order.iter().map(|row| self.caller_row(*row as usize) as u32).collect()),
            entity_of: (!self.is_balanced()).then_some(entity_of),
            places: OnceLock::new(),
            spelling: self.shape.spelling.clone(),
            duplicates: Vec::new(),
        };
        let text = |texts: &Arc<[Option<String>]>| order.iter().map(|r| texts[*r as usize].clone()).collect();
        Panel {
            columns: self
                .columns
                .iter()
                // What follows from the members follows again.
                .filter(|(_, column)| column.derived().is_none())
                .map(|(name, column)| (name.clone(), column.gather(&order)))
                .collect(),
            texts: self.texts.iter().map(|(name, texts)| (name.clone(), text(texts))).collect(),
            shape: Arc::new(shape),
            origin: self.origin.clone(),
            members: self.members.as_ref().map(|members| Arc::new(members.gather(&order))),
        }
    }
}

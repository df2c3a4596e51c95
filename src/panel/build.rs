//! From rows in any order to a panel.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{Column, Labels, NONE, Panel, Period, Periods};
use crate::exec;
use crate::finding::{Finding, Place, listed};

/// Collects the columns of a panel, then checks and sorts.
#[derive(Debug)]
pub struct PanelBuilder {
    entities: Labels,
    periods: Periods,
    columns: IndexMap<String, Column>,
    texts: IndexMap<String, Vec<Option<String>>>,
}

/// Entities × periods that a panel with gaps may span: a gigabyte of index, so that a sparse table costs no more.
const MOST_CELLS: usize = 1 << 28;

impl PanelBuilder {
    pub(super) fn new(entities: Labels, periods: Periods) -> Self {
        PanelBuilder { entities, periods, columns: IndexMap::new(), texts: IndexMap::new() }
    }

    /// With a variable, one value a row.
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

    /// The panel, or everything that is wrong: columns of unequal length, periods of mixed length, an entity twice in a
    /// period, infinities.
    pub fn build(self) -> Result<Panel, Vec<Finding>> {
        let mut findings = self.lengths();
        findings.extend(self.mixed_periods());
        if !findings.is_empty() {
            return Err(findings);
        }
        let shape = Shape::of(&self.entities, &self.periods).map_err(|too_large| vec![*too_large])?;
        findings.extend(self.duplicates(&shape));
        findings.extend(self.infinities());
        if !findings.is_empty() {
            return Err(findings);
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
        Ok(Panel { columns, texts, shape: Arc::new(shape) })
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
                let place = Place { column: Some(name.to_owned()), ..Place::default() };
                Finding::error("column_length")
                    .placed(place)
                    .fact("column", name)
                    .fact("rows", n)
                    .fact("expected", rows)
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
        let place = Place { row: Some(row), period: Some(other.to_string()), ..Place::default() };
        Some(Finding::error("mixed_periods").placed(place).fact("first", first).fact("other", other))
    }

    fn duplicates(&self, shape: &Shape) -> Vec<Finding> {
        let one = |&(first, again): &(u32, u32)| {
            let again = self.place(again as usize);
            let (entity, period) =
                (again.entity.clone().unwrap_or_default(), again.period.clone().unwrap_or_default());
            Finding::error("duplicate_row")
                .placed(again)
                .fact("entity", entity)
                .fact("period", period)
                .fact("first", first)
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
            let place = Place { column: Some(name.clone()), value: Some(x.to_string()), ..self.place(row) };
            Finding::error("infinite_value").placed(place).fact("column", name)
        })
    }

    fn place(&self, row: usize) -> Place {
        Place {
            row: Some(row),
            entity: Some(self.entities.get(row).into_owned()),
            period: self.periods.get(row).map(|p| p.to_string()),
            ..Place::default()
        }
    }
}

/// Where every row goes.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) entities: Labels,
    pub(super) periods: Vec<Period>,
    /// Rows of period `p` are `starts[p]..starts[p + 1]`.
    pub(super) starts: Vec<usize>,
    /// Entity of each row; `None` if every period has every entity, in order.
    pub(super) entity_of: Option<Vec<u32>>,
    /// Row by `period · entities + entity`, `NONE` where there is none; `None` as above.
    pub(super) grid: Option<Vec<u32>>,
    /// Row of the caller's data for each row here; `None` if they are the same.
    pub(super) order: Option<Vec<u32>>,
    /// Rows with the same entity and period as an earlier one: (earlier, later). A panel has none.
    duplicates: Vec<(u32, u32)>,
}

impl Shape {
    fn of(entities: &Labels, periods: &Periods) -> Result<Self, Box<Finding>> {
        match Self::blocks(entities, periods) {
            Some(shape) => Ok(shape),
            None => Self::sorted(entities, periods),
        }
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
            starts: (0..=periods.len()).map(|p| p * n).collect(),
            periods,
            entity_of: None,
            grid: None,
            order: None,
            duplicates: Vec::new(),
        })
    }

    fn sorted(keys: &Labels, per_row: &Periods) -> Result<Self, Box<Finding>> {
        let (entities, entity) = keys.distinct();
        let mut periods: Vec<Period> = per_row.iter().collect();
        periods.sort_unstable();
        periods.dedup();
        let n = entities.len();
        if n.saturating_mul(periods.len()) > MOST_CELLS {
            let limit = Finding::error("too_sparse").fact("entities", n).fact("periods", periods.len());
            return Err(Box::new(limit.fact("limit", MOST_CELLS)));
        }
        let mut grid = vec![NONE; n * periods.len()];
        let mut duplicates = Vec::new();
        for (row, p) in per_row.iter().enumerate() {
            let Ok(period) = periods.binary_search(&p) else { continue };
            let cell = &mut grid[period * n + entity[row] as usize];
            if *cell == NONE {
                *cell = row as u32;
            } else {
                duplicates.push((*cell, row as u32));
            }
        }
        let mut order = Vec::with_capacity(per_row.len());
        let mut entity_of = Vec::with_capacity(per_row.len());
        let mut starts = vec![0];
        for block in grid.chunks_mut(n.max(1)) {
            for (entity, cell) in block.iter_mut().enumerate() {
                if *cell != NONE {
                    order.push(*cell);
                    entity_of.push(entity as u32);
                    *cell = (order.len() - 1) as u32;
                }
            }
            starts.push(order.len());
        }
        let balanced = order.len() == grid.len();
        let same = order.iter().enumerate().all(|(i, &row)| i == row as usize);
        Ok(Shape {
            entities,
            periods,
            starts,
            entity_of: (!balanced).then_some(entity_of),
            grid: (!balanced).then_some(grid),
            order: (!same).then_some(order),
            duplicates,
        })
    }
}

impl Panel {
    /// The same rows with the entities of each period in the order of their names, whatever order they came in: the entities
    /// of the first period first, then those that come later.
    pub(crate) fn by_name(&self) -> Panel {
        let n = self.entity_count();
        let mut by_name: Vec<u32> = (0..n as u32).collect();
        by_name.sort_by_cached_key(|e| self.entity_name(*e as usize).into_owned());
        // New places of the entities, in the order of their first appearance in rows by period and name.
        let mut place = vec![NONE; n];
        let mut entities = Vec::with_capacity(n);
        for period in 0..self.periods().len() {
            for entity in &by_name {
                if place[*entity as usize] == NONE && self.row(period, *entity as usize).is_some() {
                    place[*entity as usize] = entities.len() as u32;
                    entities.push(*entity);
                }
            }
        }
        if entities.iter().enumerate().all(|(i, entity)| i == *entity as usize) {
            return self.clone();
        }
        let rows = |period: usize| entities.iter().filter_map(move |e| self.row(period, *e as usize));
        let order: Vec<u32> = (0..self.periods().len()).flat_map(rows).map(|row| row as u32).collect();
        let entity_of: Vec<u32> = order.iter().map(|row| place[self.entity_of(*row as usize)]).collect();
        let grid = || {
            let mut grid = vec![NONE; n * self.periods().len()];
            for (row, entity) in entity_of.iter().enumerate() {
                grid[self.period_of(row) * n + *entity as usize] = row as u32;
            }
            grid
        };
        let balanced = self.is_balanced();
        let shape = Shape {
            entities: entities.iter().map(|e| self.entity_name(*e as usize).into_owned()).collect(),
            periods: self.shape.periods.clone(),
            starts: self.shape.starts.clone(),
            grid: (!balanced).then(grid),
            order: Some(order.iter().map(|row| self.caller_row(*row as usize) as u32).collect()),
            entity_of: (!balanced).then_some(entity_of),
            duplicates: Vec::new(),
        };
        let text = |texts: &Arc<[Option<String>]>| order.iter().map(|r| texts[*r as usize].clone()).collect();
        Panel {
            columns: self
                .columns
                .iter()
                .map(|(name, column)| (name.clone(), column.gather(&order)))
                .collect(),
            texts: self.texts.iter().map(|(name, texts)| (name.clone(), text(texts))).collect(),
            shape: Arc::new(shape),
        }
    }
}

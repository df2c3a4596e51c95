//! References of a table that comes in batches.
//!
//! A batch keeps what the scheme reads of its rows: the totals of a reference are one number per row anyway, and so are the ordered
//! sets behind ranks, medians and quantiles. So one round over the data is enough, whatever a measure compares with, and merging
//! is putting rows side by side.

use super::References;
use crate::assess::{Options, bound, members};
use crate::error::DataError;
use crate::finding::Finding;
use crate::number::Exact;
use crate::panel::{Column, Labels, MembersBuilder, Panel, Period};
use crate::scheme::Scheme;

/// What references need of some rows of a table; see [`Scheme::partial`].
#[derive(Debug, Clone)]
pub struct PartialReferences {
    scheme: Scheme,
    options: Options,
    batches: Vec<Panel>,
}

impl Scheme {
    /// What references need of some rows of a table. Partials of all batches, merged in any order and grouping, finish to what
    /// [`Scheme::references`] gives for the whole, bit by bit.
    ///
    /// # Errors
    /// Columns that are missing. Everything else that keeps the data from being assessed is found when they finish.
    ///
    /// ```
    /// # #[cfg(feature = "toml")] {
    /// use kaohe::{Panel, Period, Scheme};
    /// # let scheme = Scheme::from_toml(r#"
    /// # kaohe = 1
    /// # id = "example"
    /// # variable = [{ id = "rd", unit = "亿元" }]
    /// # [[indicator]]
    /// # id = "research"
    /// # formula = "rd"
    /// # unit = "亿元"
    /// # points = { rule = "zscore" }
    /// # "#)?;
    /// let year = Period::year(2023).unwrap();
    /// let batch = |names: &[&str], rd: &[f64]| {
    ///     let names = names.iter().copied().collect();
    ///     Panel::builder(names, vec![year; rd.len()]).column("rd", rd.to_vec()).build().unwrap()
    /// };
    /// let mut partial = scheme.partial(&batch(&["丙"], &[2.5]))?;
    /// partial.merge(scheme.partial(&batch(&["甲", "乙"], &[1.0, 3.0]))?)?;
    /// let whole = scheme.references(&batch(&["甲", "乙", "丙"], &[1.0, 3.0, 2.5]))?;
    /// assert_eq!(partial.finish()?, whole);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn partial(&self, panel: &Panel) -> Result<PartialReferences, DataError> {
        self.partial_with(panel, &Options::default())
    }

    /// As [`Scheme::partial`], with options: they are those of the whole, and the same for every batch.
    ///
    /// # Errors
    /// As [`Scheme::partial`].
    pub fn partial_with(&self, panel: &Panel, options: &Options) -> Result<PartialReferences, DataError> {
        let panel = &members::completed(self, panel);
        let absent = bound::absent(self.document(), panel);
        if !absent.is_empty() {
            return Err(DataError::new(absent));
        }
        Ok(PartialReferences { scheme: self.clone(), options: options.clone(), batches: vec![panel.clone()] })
    }
}

impl PartialReferences {
    /// Rows so far.
    pub fn rows(&self) -> usize {
        self.batches.iter().map(Panel::len).sum()
    }

    /// Takes the rows of other ones in.
    ///
    /// # Errors
    /// Partials of another scheme, with what differs, or with other targets.
    pub fn merge(&mut self, other: PartialReferences) -> Result<(), DataError> {
        if let Some(refused) = super::refusal(&self.scheme, &other.scheme) {
            return Err(DataError::new(vec![refused]));
        }
        if self.options.targets != other.options.targets {
            return Err(DataError::new(vec![Finding::error("references_targets")]));
        }
        self.batches.extend(other.batches);
        Ok(())
    }

    /// The references of all rows.
    ///
    /// # Errors
    /// As [`Scheme::references`]; an entity that two batches have in one period.
    pub fn finish(&self) -> Result<References, DataError> {
        let whole = self.whole()?;
        self.scheme.references_with(&whole, &self.options)
    }

    /// The rows of all batches in the order of periods and names.
    fn whole(&self) -> Result<Panel, DataError> {
        let row = |(batch, panel): (usize, &Panel)| {
            let of = |row: usize| {
                let name = panel.name_of(row).into_owned();
                (panel.periods()[panel.period_of(row)], name, batch, row)
            };
            (0..panel.len()).map(of).collect::<Vec<_>>()
        };
        let mut rows: Vec<(Period, String, usize, usize)> =
            self.batches.iter().enumerate().flat_map(row).collect();
        rows.sort();
        let names: Labels = rows.iter().map(|(_, name, ..)| name).collect();
        let mut whole = Panel::builder(names, rows.iter().map(|(period, ..)| *period).collect());
        let document = self.scheme.document();
        for variable in &document.variables {
            if self.batches.iter().any(|b| b.column(&variable.id).is_some_and(|c| c.derived().is_some())) {
                // It follows from the members of the whole.
                continue;
            }
            let columns: Vec<Option<&Column>> = self.batches.iter().map(|b| b.column(&variable.id)).collect();
            let datum = |(_, _, batch, row): &(Period, String, usize, usize)| {
                columns[*batch].map_or(f64::NAN, |column| column.values()[*row])
            };
            let long = rows
                .iter()
                .enumerate()
                .filter_map(|(to, (_, _, batch, row))| Some((to, columns[*batch]?.long(*row)?.clone())));
            let long: Vec<(usize, Exact)> = long.collect();
            let column = Column::from(rows.iter().map(datum).collect::<Vec<_>>());
            whole = whole.column(&variable.id, column.with_decimals(long));
        }
        if let Some(class) = &document.class_column {
            let text = |(_, _, batch, row): &(Period, String, usize, usize)| {
                self.batches[*batch].text(class).and_then(|texts| texts[*row].clone())
            };
            whole = whole.text(class, rows.iter().map(text).collect());
        }
        let whole = whole.build()?;
        let members: Vec<&Panel> = self.batches.iter().filter(|batch| batch.members().is_some()).collect();
        if members.is_empty() {
            return Ok(whole);
        }
        let mut builder = MembersBuilder::new();
        for batch in members {
            builder.push_of(batch);
        }
        builder.build(&whole, &indexmap::IndexMap::new())
    }
}

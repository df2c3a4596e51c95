//! One record against references: what a service asks, again and again.

use std::sync::Arc;

use super::References;
use super::fast::{Fast, Scratch};
use super::ranked::Own;
use super::record::{RecordInput, blank, inputs, takes_earlier_scores};
use super::written::Field;
use crate::assess::bound::Bound;
use crate::assess::ties::Deciders;
use crate::assess::{Inner, Options, run};
use crate::error::DataError;
use crate::finding::Finding;
use crate::panel::{Column, Period};
use crate::scheme::Scheme;

/// Whose records are scored, and when: what is left out is the last period of the references, and nobody in particular.
#[derive(Debug, Clone, Default)]
pub struct Whose {
    /// Period, of which the references have the sets.
    pub period: Option<Period>,
    /// Entity: its targets, and its class where the scheme lists the entities of each.
    pub entity: Option<String>,
    /// Class, where a column names it.
    pub class: Option<String>,
}

/// Scores one record at a time against references: see [`Scheme::scorer`].
#[derive(Debug)]
pub struct Scorer {
    pub(super) scheme: Scheme,
    options: Arc<Options>,
    /// Of the records.
    whose: Whose,
    period: Period,
    inputs: Vec<RecordInput>,
    /// Nothing where only the engine can tell.
    pub(super) fast: Option<Fast>,
    /// Place of the totals that the record is ranked among.
    field: Option<usize>,
}

/// What a record gets, and the memory to work it out in: made once, filled by every call.
#[derive(Debug, Clone)]
pub struct Scored {
    pub(super) values: Vec<f64>,
    pub(super) scores: Vec<f64>,
    pub(super) rank: Option<usize>,
    missing: Vec<usize>,
    exactly: bool,
    pub(super) scratch: Scratch,
}

impl Scored {
    /// The total, as printed.
    pub fn total(&self) -> f64 {
        self.scores.last().copied().unwrap_or(f64::NAN)
    }

    /// Scores by node, in the order of [`Scheme::nodes`]; the last is the total.
    pub fn scores(&self) -> &[f64] {
        &self.scores
    }

    /// Values by indicator.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// 1 + how many of the reference's totals of the period (and class) are better; none for a record that is not ranked.
    pub fn rank_among_reference(&self) -> Option<usize> {
        self.rank
    }

    /// Places among the inputs of those that the record lacks.
    pub fn missing(&self) -> &[usize] {
        &self.missing
    }

    /// Whether floats left something open, so that the engine decided: a number on a threshold, or one that is missing.
    pub fn is_decided_exactly(&self) -> bool {
        self.exactly
    }
}

impl Scheme {
    /// A scorer of records of the references' last period. Each has what [`Scheme::assess_against`] gives a panel of that
    /// record alone, and its rank among the totals of the references.
    ///
    /// A record whose numbers are all there, and away from every threshold, is scored in floats without allocating; anything
    /// else goes through the engine.
    ///
    /// # Errors
    /// References of another scheme; a scheme of which a score takes earlier scores (`blend`, `prev(score(x))`); a class that
    /// is not known.
    ///
    /// ```
    /// # #[cfg(feature = "toml")] {
    /// use kaohe::{Panel, Period, Scheme};
    /// # let scheme = Scheme::from_toml(r#"
    /// # kaohe = 1
    /// # id = "example"
    /// # variable = [{ id = "rd", unit = "亿元" }, { id = "gdp", unit = "亿元" }]
    /// # [[indicator]]
    /// # id = "rd_intensity"
    /// # formula = "rd / gdp"
    /// # unit = "%"
    /// # points = { rule = "linear" }
    /// # "#)?;
    /// # let year = Period::year(2023).unwrap();
    /// # let panel = Panel::builder(["甲", "乙"].into_iter().collect(), vec![year; 2])
    /// #     .column("rd", vec![1.0, 3.0]).column("gdp", vec![100.0, 100.0]).build().unwrap();
    /// let references = scheme.references(&panel)?;
    /// let scorer = scheme.scorer(&references)?;
    /// let names: Vec<String> = scorer.inputs().iter().map(ToString::to_string).collect();
    /// assert_eq!(names, ["rd", "gdp"]);
    /// let mut scored = scorer.scored();
    /// scorer.score(&[5.0, 200.0], &mut scored)?;
    /// assert_eq!((scored.total(), scored.rank_among_reference()), (75.0, Some(2)));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn scorer(&self, references: &References) -> Result<Scorer, DataError> {
        self.scorer_of(references, &Whose::default())
    }

    /// As [`Scheme::scorer`], of the records of somebody.
    ///
    /// # Errors
    /// As [`Scheme::scorer`]; a period that the references lack.
    pub fn scorer_of(&self, references: &References, whose: &Whose) -> Result<Scorer, DataError> {
        references.accept(self)?;
        Scorer::of(self, references, whose).map_err(DataError::new)
    }
}

impl Scorer {
    fn of(scheme: &Scheme, references: &References, whose: &Whose) -> Result<Self, Vec<Finding>> {
        let plan = scheme.plan();
        if let Some(what) = takes_earlier_scores(scheme) {
            return Err(vec![Finding::error("scorer_earlier_scores").fact("what", what)]);
        }
        let Some(period) = whose.period.or_else(|| references.periods().last().copied()) else {
            return Err(vec![Finding::error("references_damaged").fact("what", "covers")]);
        };
        let inputs = inputs(scheme);
        let lags = inputs.iter().map(|input| input.lag).max().unwrap_or(0);
        let panel = blank(scheme, whose, &(0..=lags).rev().map(|lag| period.back(lag)).collect::<Vec<_>>())?;
        let options = Options { references: Some(references.clone()), ..Options::default() };
        let mut findings = Vec::new();
        let bound = Bound::of(scheme, &panel, Some(references), None, &mut findings);
        // What fills a gap is only looked for where there is one.
        findings.retain(|finding| !finding.code.starts_with("references_"));
        let (Some(bound), true) = (bound, findings.is_empty()) else { return Err(findings) };
        let data = bound.data(plan, &panel, Some(references));
        let class = data.class(panel.len() - 1);
        let lacking: Vec<Finding> =
            references.lacking(&crate::assess::data::Data { benchmark: None, ..data });
        let own = period.to_string();
        let lacking: Vec<Finding> =
            lacking.into_iter().filter(|f| f.place.period.as_ref() == Some(&own)).collect();
        if !lacking.is_empty() {
            return Err(lacking);
        }
        let id = &plan.classes[class].id;
        let fields = &references.0.content.totals;
        let field = fields.iter().position(|field| field.period == period && field.class == *id);
        let field = field.filter(|_| data.counts(panel.len() - 1));
        let fast = Fast::of(scheme, references, &data, &inputs);
        let (scheme, options, whose) = (scheme.clone(), Arc::new(options), whose.clone());
        Ok(Scorer { scheme, options, whose, period, inputs, fast, field })
    }

    /// What a record has, in its order.
    pub fn inputs(&self) -> &[RecordInput] {
        &self.inputs
    }

    /// The scheme.
    pub fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// The references.
    pub fn references(&self) -> Option<&References> {
        self.options.references.as_ref()
    }

    /// Room for what a record gets.
    pub fn scored(&self) -> Scored {
        let plan = self.scheme.plan();
        Scored {
            values: vec![f64::NAN; plan.indicators.len()],
            scores: vec![f64::NAN; plan.nodes.len()],
            rank: None,
            missing: Vec::with_capacity(self.inputs.len()),
            exactly: false,
            scratch: self.fast.as_ref().map_or_else(Scratch::default, Fast::scratch),
        }
    }

    pub(super) fn field(&self) -> Option<&Field> {
        self.options.references.as_ref()?.0.content.totals.get(self.field?)
    }

    /// Scores a record: one number for each of [`Scorer::inputs`], NaN where it is missing.
    ///
    /// # Errors
    /// A record of another length, an infinite number, and whatever [`Scheme::assess_against`] refuses of that record.
    pub fn score(&self, record: &[f64], scored: &mut Scored) -> Result<(), DataError> {
        if record.len() != self.inputs.len() {
            let finding = Finding::error("scorer_inputs").fact("expected", self.inputs.len());
            return Err(DataError::new(vec![finding.fact("found", record.len())]));
        }
        scored.missing.clear();
        scored.missing.extend(record.iter().enumerate().filter(|(_, x)| x.is_nan()).map(|(k, _)| k));
        scored.exactly = false;
        if let Some(fast) = &self.fast
            && scored.missing.is_empty()
            && fast.score(self, record, scored).is_some()
        {
            return Ok(());
        }
        scored.exactly = true;
        self.by_engine(record, scored).map_err(DataError::new)
    }

    /// The same through the engine, on a panel of the record alone.
    pub(super) fn by_engine(&self, record: &[f64], scored: &mut Scored) -> Result<(), Vec<Finding>> {
        // A period of which nothing is known has no row.
        let is_known = |lag: u16| {
            lag == 0 || self.inputs.iter().zip(record).any(|(input, x)| input.lag == lag && !x.is_nan())
        };
        let most = self.inputs.iter().map(|input| input.lag).max().unwrap_or(0);
        let lags: Vec<u16> = (0..=most).rev().filter(|lag| is_known(*lag)).collect();
        let periods: Vec<Period> = lags.iter().map(|lag| self.period.back(*lag)).collect();
        let mut panel = blank(&self.scheme, &self.whose, &periods)?;
        for (slot, variable) in self.scheme.document().variables.iter().enumerate() {
            let datum = |lag: &u16| {
                let own = self.inputs.iter().position(|input| input.is(slot, *lag));
                own.map_or(f64::NAN, |k| record[k])
            };
            let column: Vec<f64> = lags.iter().map(datum).collect();
            if column.iter().any(|x| x.is_infinite()) {
                return Err(vec![Finding::error("infinite_value").fact("column", &variable.id)]);
            }
            let with = panel.with_column(&variable.id, Column::from(column));
            panel = with.map_err(|e| e.findings().to_vec())?;
        }
        let inner = run::run_last(&self.scheme, &panel, &self.options)?;
        self.read(&inner, scored);
        Ok(())
    }

    /// What the last row got.
    fn read(&self, inner: &Inner, scored: &mut Scored) {
        let row = inner.panel.len() - 1;
        let root = inner.scheme.plan().root();
        for (to, values) in scored.values.iter_mut().zip(&inner.values) {
            *to = values.shown()[row];
        }
        for (node, to) in scored.scores.iter_mut().enumerate() {
            *to = if node == root { inner.totals.shown()[row] } else { inner.score(node)[row] };
        }
        scored.rank = self.field().filter(|_| !inner.ranks[row].is_nan()).map(|field| {
            let (near, exact, final_step) = (inner.near(), inner.exact(), inner.final_step());
            // What a record had the period before is as far known as its earlier rows tell: its rank is not.
            let deciders = Deciders {
                near: &near,
                exact: &exact,
                final_step: &final_step,
                totals: &inner.totals,
                ranks: &[],
            };
            let ties = &final_step.plan.tie_break;
            let own = Own {
                total: deciders.total(row),
                tie: |k: usize| deciders.near(ties[k], row),
                exact: |k: Option<usize>| {
                    Some(k.map_or_else(|| deciders.exact_total(row), |k| deciders.exact(ties[k], row)))
                },
            };
            own.rank(field).unwrap_or_default()
        });
    }
}

//! The data checks with what only the scheme's formulas know: what they divide by, and what they read.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::bound::Bound;
use super::cells::{Known, Targets};
use super::data::Data;
use super::values::{self, PanelSums, Values};
use super::{bases, conditions, imputed, members, screen, treated};
use crate::finding::Finding;
use crate::formula::Formula;
use crate::panel::{CheckInput, Column, Panel, check};
use crate::scheme::Scheme;
use crate::scheme::plan::IndicatorPlan;

/// Missing data, as variable and row.
type Needed = BTreeSet<(usize, usize)>;

impl Scheme {
    /// Checks a panel against the scheme: [`check`] with divisors and needed variables taken from the formulas.
    ///
    /// `columns` are columns of the caller's data that did not become columns of the panel, so that a missing one can be
    /// named with its nearest name. Refuses nothing; an empty list is a clean bill.
    ///
    /// ```
    /// # #[cfg(feature = "toml")] {
    /// use kaohe::{Labels, Lang, Panel, Period, Scheme};
    /// let scheme = Scheme::from_toml(r#"
    /// kaohe = 1
    /// id = "a"
    /// variable = [{ id = "rd", unit = "亿元" }, { id = "gdp", unit = "亿元" }]
    /// [[indicator]]
    /// id = "rd_intensity"
    /// formula = "rd / gdp"
    /// unit = "%"
    /// points = { rule = "linear", low = 0, high = 3 }
    /// "#)?;
    /// let panel = Panel::builder(Labels::from_iter(["兰州"]), Period::year(2023).into_iter().collect())
    ///     .column("rd", vec![98.1])
    ///     .column("gdp", vec![0.0])
    ///     .build()
    ///     .unwrap_or_else(|_| unreachable!());
    /// assert_eq!(scheme.check(&panel, &[])[0].code, "zero_denominator");
    /// # }
    /// # Ok::<(), kaohe::SchemeError>(())
    /// ```
    pub fn check(&self, panel: &Panel, columns: &[&str]) -> Vec<Finding> {
        let (document, panel) = (self.document(), &members::completed(self, panel));
        // Every formula of a loaded scheme parses.
        let parse = |text: &String| Formula::parse(text).ok();
        let mut conditions = Vec::new();
        let mut formulas = Vec::new();
        for indicator in &document.indicators {
            formulas.push((indicator.id.as_str(), parse(&indicator.formula)));
            conditions.push(indicator.not_applicable.as_ref().and_then(|n| parse(&n.when)));
        }
        let mut denominators = Vec::new();
        for ((id, formula), condition) in formulas.iter().zip(&conditions) {
            // A condition under which the indicator does not apply looks after the zeros of what it names.
            let guarded = |name: &str| condition.iter().flat_map(Formula::names).any(|r| r.name == name);
            let divisors = formula.iter().flat_map(Formula::divisors);
            denominators.extend(divisors.filter(|name| !guarded(name)).map(|name| (*id, name)));
        }
        let others = document.adjustments.iter().map(|a| parse(&a.formula));
        let others: Vec<_> = others.chain(document.floors.iter().map(|f| parse(&f.when))).collect();
        let all = formulas.iter().map(|(_, f)| f).chain(&conditions).chain(&others).flatten();
        let names: Vec<_> = all.flat_map(Formula::names).map(|r| r.name).collect();
        let mut used: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        used.sort_unstable();
        used.dedup();
        let (compared, needed) = self.compared(panel);
        let id = |(variable, row): (usize, usize)| (document.variables[variable].id.as_str(), row);
        let needed: Option<Vec<(&str, usize)>> = needed.map(|cells| {
            let mut cells: Vec<_> = cells.into_iter().map(id).collect();
            cells.sort_unstable();
            cells
        });
        let input =
            CheckInput { denominators: &denominators, columns, used: Some(&used), needed: needed.as_deref() };
        let mut found = check(document, panel, &input);
        found.extend(compared);
        found.sort_by_key(|f| std::cmp::Reverse(f.severity));
        found
    }

    /// What parts compare with in other periods and do not find there, and what treatments make of the values; the missing data without
    /// which something cannot be computed, where that can be told.
    fn compared(&self, panel: &Panel) -> (Vec<Finding>, Option<Needed>) {
        let (document, plan) = (self.document(), self.plan());
        let mut found = bases::absent(document, plan, panel);
        let Some(bound) = Bound::of(self, panel, None, None, &mut Vec::new()) else { return (found, None) };
        let applies = conditions::applies(&bound.data(plan, panel, None));
        let data = Data { applies: Some(&applies), ..bound.data(plan, panel, None) };
        found.extend(bases::without(document, &data));
        let is_prepared = |own: &IndicatorPlan| own.treat.is_some() || own.impute.is_some();
        let lacks = |column: &Column| column.values().iter().any(|x| x.is_nan());
        if document.screen.is_none()
            && !plan.indicators.iter().any(is_prepared)
            && !bound.columns.iter().any(lacks)
        {
            return (found, None);
        }
        let (valued, needed) = self.valued(&data);
        found.extend(valued);
        (found, Some(needed))
    }

    /// Who is screened out, and what treatments make of the values; the missing data without which something cannot be computed.
    fn valued(&self, data: &Data<'_>) -> (Vec<Finding>, Needed) {
        let (document, plan) = (self.document(), self.plan());
        let sums: Vec<Arc<PanelSums>> =
            plan.indicators.iter().map(|own| Arc::new(PanelSums::of(data, &own.program))).collect();
        let values: Vec<Arc<Values>> =
            (0..sums.len()).map(|i| Arc::new(values::compute(data, i, &sums[i], None))).collect();
        let targets = Targets::default();
        let known =
            Known { data: *data, values: &values, treated: &[], sums: &sums, targets: &targets, leaves: &[] };
        let screened = screen::screened(document.screen.as_ref(), &known);
        let data = Data { screened: screened.as_ref().map(|screened| screened.rows()), ..*data };
        let kept_out = conditions::kept_out(&Known { data, ..known });
        let data = Data { kept_out: kept_out.as_ref().map(|rows| rows.as_slice()), ..data };
        let mut refused = Vec::new();
        let fills = imputed::compute(&Known { data, ..known }, &mut refused);
        let mut found = refused;
        found.extend(imputed::check(&Known { data, ..known }, &fills));
        let filled = values.iter().zip(fills).enumerate().map(|(i, (values, fills))| {
            let with = |fills| Arc::new(values.with(fills, plan.indicators[i].round.as_ref()));
            fills.map_or_else(|| Arc::clone(values), with)
        });
        let filled: Vec<Arc<Values>> = filled.collect();
        let known = Known { values: &filled, ..known };
        found.extend(screened.iter().flat_map(|screened| screen::check(screened, &data)));
        found.extend(treated::check(document, &Known { data, ..known }));
        (found, conditions::needed(&Known { data, ..known }))
    }
}

//! The data checks with what only the scheme's formulas know: what they divide by, and what they read.

use super::bound::Bound;
use super::data::Data;
use super::{bases, conditions, treated};
use crate::finding::Finding;
use crate::formula::Formula;
use crate::panel::{CheckInput, Panel, check};
use crate::scheme::Scheme;

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
        let document = self.document();
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
        let mut found =
            check(document, panel, &CheckInput { denominators: &denominators, columns, used: Some(&used) });
        found.extend(self.compared(panel));
        found.sort_by_key(|f| std::cmp::Reverse(f.severity));
        found
    }

    /// What parts compare with in other periods and do not find there, and what treatments make of the values.
    fn compared(&self, panel: &Panel) -> Vec<Finding> {
        let (document, plan) = (self.document(), self.plan());
        let mut found = bases::absent(document, plan, panel);
        if let Some(bound) = Bound::of(self, panel, None, None, &mut Vec::new()) {
            let applies = conditions::applies(&bound.data(plan, panel, None));
            let data = Data { applies: Some(&applies), ..bound.data(plan, panel, None) };
            found.extend(bases::without(document, &data));
            found.extend(treated::check(document, &data));
        }
        found
    }
}

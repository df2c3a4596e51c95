//! What those who are assessed can be advised to change.

use super::model::Document;
use crate::formula::Formula;

/// Which variables a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Variables {
    /// Those that can be changed: nobody is advised to have a smaller product, or fewer firms.
    #[default]
    Controllable,
    /// All of them.
    All,
}

impl Variables {
    /// Whether a variable of a scheme is among them.
    pub fn include(self, document: &Document, variable: &str) -> bool {
        self == Variables::All || document.is_controllable(variable)
    }
}

impl Document {
    /// Whether a variable can be changed by those who are assessed: as the scheme says, else unless it only stands below the
    /// line of the indicators that read it.
    ///
    /// ```
    /// # #[cfg(feature = "toml")] {
    /// let scheme = kaohe::Scheme::builtin("strong-science-provinces").ok_or("no such scheme")?;
    /// assert!(scheme.document().is_controllable("rd"));
    /// assert!(!scheme.document().is_controllable("gdp"));
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_controllable(&self, variable: &str) -> bool {
        let declared = self.variables.iter().find(|v| v.id == variable).and_then(|v| v.controllable);
        declared.unwrap_or_else(|| {
            let formulas = self.indicators.iter().filter_map(|i| Formula::parse(&i.formula).ok());
            let places: Vec<bool> = formulas.filter_map(|f| f.only_divides(variable)).collect();
            places.is_empty() || places.contains(&false)
        })
    }
}

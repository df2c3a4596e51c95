//! Statistics over members as a spreadsheet writes them, as formulas over arrays.

/// The members that take part: a range with what is inside the brackets (an empty text for who does not take part) and one with the
/// weights.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SheetSample<'a> {
    pub(crate) x: &'a str,
    pub(crate) w: Option<&'a str>,
    /// The share of a quantile.
    pub(crate) q: f64,
}

impl SheetSample<'_> {
    /// `Σ w · term`, or `Σ term`, over the members that take part.
    pub(super) fn weighted(&self, term: &str) -> String {
        let weight = self.w.map(|w| format!("{w}*")).unwrap_or_default();
        format!("SUM(IF(ISNUMBER({}),{weight}{term},0))", self.x)
    }

    /// `Σ w · x`, or `Σ x`
    pub(super) fn sum(&self) -> String {
        self.w.map_or_else(|| format!("SUM({})", self.x), |_| self.weighted(self.x))
    }

    /// `Σ w`, or their number.
    pub(super) fn weight(&self) -> String {
        self.w.map_or_else(|| format!("COUNT({})", self.x), |_| self.weighted("1"))
    }

    /// `Σ w · x / Σ w`
    pub(super) fn mean(&self) -> String {
        self.w.map_or_else(|| format!("AVERAGE({})", self.x), |_| format!("{}/{}", self.sum(), self.weight()))
    }
}

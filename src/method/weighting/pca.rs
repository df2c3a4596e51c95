//! 主成分法 (PCA): what the first principal component is made of.

use serde::{Deserialize, Serialize};

use super::members::Correlated;
use super::powers::high_power;
use super::{Members, SheetMembers, Weigh};
use crate::method::sheet::{CellFormula, Scratch, Title};
use crate::number::Number;
use crate::tree::{read_table, read_words};

/// # Formula
/// With `v` the eigenvector of the largest eigenvalue `λ` of the correlations (Pearson) of the members' scores:
/// ```text
/// squared    d_j = v_j²         absolute   d_j = |v_j|
/// ```
/// over the entities that have a score of every member; a member that is all alike has 0. Where several eigenvalues are the largest, `v_j²` is the
/// mean over their vectors, which does not depend on how they are chosen. The eigenvectors are floats of thirteen decimals.
///
/// A member that runs against the others has a loading of the other sign: its size counts, since a weight is not negative. COINr takes the
/// loadings with their signs; where they are all of one sign, `absolute` is its weights.
///
/// # Source
/// OECD and JRC, *Handbook on Constructing Composite Indicators* (2008), step 6.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Pca {
    /// What of a loading counts.
    #[serde(default, skip_serializing_if = "super::members::is_default")]
    pub by: Loadings,
}

read_table!(Pca: by = _);

/// What of a loading counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Loadings {
    /// Its square: the part of the component's variance.
    #[default]
    Squared,
    /// Its size.
    Absolute,
}

read_words!(Loadings);

/// Eigenvalues within this part of the largest one are as large: the difference is rounding.
const AS_LARGE: f64 = 1e-9;

impl Weigh for Pca {
    fn sentence(&self) -> &'static str {
        match self.by {
            Loadings::Squared => "explain_weights_pca",
            Loadings::Absolute => "explain_weights_pca_absolute",
        }
    }

    fn importances<N: Number>(&self, of: &Members<'_, N>) -> Vec<N> {
        let correlated = Correlated::of(of);
        let eigen = correlated.eigen();
        let largest = eigen.values.first().copied().unwrap_or_default();
        let first = eigen.values.iter().take_while(|value| **value >= largest * (1.0 - AS_LARGE)).count();
        let square = |j: usize| eigen.vectors[..first].iter().map(|v| v[j] * v[j]).sum::<f64>();
        let own = |j: usize| match self.by {
            Loadings::Squared => square(j),
            Loadings::Absolute => square(j).sqrt(),
        };
        correlated.importances(own)
    }

    fn sheet(&self, of: &SheetMembers<'_>, cells: &mut dyn Scratch) -> Option<Vec<CellFormula>> {
        let complete = of.complete(cells);
        let differs = |s: &String| format!("MAX({s})>MIN({s})");
        let correlation = |i: usize, j: usize| {
            let (own, other) = (&complete[i], &complete[j]);
            let number = if i == j { "1".to_owned() } else { format!("CORREL({own},{other})") };
            format!("IF(AND({},{}),{number},0)", differs(own), differs(other))
        };
        let mut matrix = vec![Vec::new(); complete.len()];
        for (i, row) in matrix.iter_mut().enumerate() {
            for j in 0..complete.len() {
                let formula = CellFormula::plain(correlation(i, j));
                row.push(cells.cell(Title::at("sheet_correlation", &[i, j]), formula));
            }
        }
        // What is left of a high power of the correlations is Σ v·vᵀ over the vectors of the largest eigenvalue.
        let power = high_power(matrix, cells)?;
        let own = |k: usize| match self.by {
            Loadings::Squared => CellFormula::plain(&power[k][k]),
            Loadings::Absolute => CellFormula::plain(format!("SQRT({})", power[k][k])),
        };
        Some((0..complete.len()).map(own).collect())
    }
}

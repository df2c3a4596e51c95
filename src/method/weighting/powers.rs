//! High powers of a matrix in spreadsheet cells: what grows fastest is all that is left.

use crate::method::sheet::{CellFormula, Scratch, Title};

/// How often a matrix is squared. In its 2²⁴-th power what grows slower by two millionths is gone, and the rounding of floats has not yet
/// told equals apart.
const SQUARINGS: usize = 24;

/// Rows of a matrix whose powers are written out: that of sixteen members would take 6,000 cells a set.
const MOST_ROWS: usize = 15;

/// A high power of a matrix, on any scale: of its eigenvectors those of the largest eigenvalue are left. `None` where it takes too many cells.
pub(super) fn high_power(mut matrix: Vec<Vec<String>>, cells: &mut dyn Scratch) -> Option<Vec<Vec<String>>> {
    let m = matrix.len();
    if m > MOST_ROWS {
        return None;
    }
    for step in 0..SQUARINGS {
        // Over its square the numbers stay in the range of floats.
        let diagonal: Vec<&str> = (0..m).map(|i| matrix[i][i].as_str()).collect();
        let trace = cells.cell(Title::at("sheet_trace", &[step]), CellFormula::plain(diagonal.join("+")));
        let mut next = vec![Vec::new(); m];
        for (i, row) in next.iter_mut().enumerate() {
            for j in 0..m {
                let products: Vec<String> =
                    (0..m).map(|k| format!("{}*{}", matrix[i][k], matrix[k][j])).collect();
                let square = CellFormula::plain(format!("({})/{trace}^2", products.join("+")));
                row.push(cells.cell(Title::at("sheet_square", &[step, i, j]), square));
            }
        }
        matrix = next;
    }
    Some(matrix)
}

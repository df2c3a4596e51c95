//! The numbers of other programs in tests/data/oracle.

/// A row by its name.
pub(crate) struct Row {
    pub(crate) name: String,
    /// Missing ones, and texts, are `NaN`.
    pub(crate) numbers: Vec<f64>,
}

/// The names of the columns of numbers, and the rows.
pub(crate) fn table(file: &str) -> (Vec<String>, Vec<Row>) {
    let path = format!("{}/tests/data/oracle/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<String>>());
    let names = lines.next().unwrap().split_off(1);
    let number = |text: &String| if text.is_empty() { f64::NAN } else { text.parse().unwrap_or(f64::NAN) };
    let row =
        |cells: Vec<String>| Row { name: cells[0].clone(), numbers: cells[1..].iter().map(number).collect() };
    (names, lines.map(row).collect())
}

/// The rows alone.
pub(crate) fn rows(file: &str) -> Vec<Row> {
    table(file).1
}

/// That numbers are those of the other program but for a relative difference.
pub(crate) fn assert_close(what: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (k, (a, b)) in found.iter().zip(expected).enumerate() {
        let same = (a.is_nan() && b.is_nan()) || (a - b).abs() <= tolerance * b.abs().max(f64::MIN_POSITIVE);
        assert!(same, "{what} {k}: {a}, expected {b}");
    }
}

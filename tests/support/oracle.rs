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

/// A cell of numbers; what is empty is missing.
pub(crate) fn number(text: &str) -> f64 {
    match text {
        "" => f64::NAN,
        "-Inf" => f64::NEG_INFINITY,
        text => text.parse().unwrap(),
    }
}

/// The header and the rows as texts.
pub(crate) fn texts(file: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let path = format!("{}/tests/data/oracle/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<String>>());
    (lines.next().unwrap(), lines.collect())
}

/// The rows as texts.
pub(crate) fn cells(file: &str) -> Vec<Vec<String>> {
    texts(file).1
}

/// What a function makes of a vector.
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) function: String,
    pub(crate) x: Vec<f64>,
    pub(crate) y: Vec<f64>,
}

/// The vectors of a file, cell by cell `vec,fun,x,y`.
pub(crate) fn vectors(file: &str) -> Vec<Vector> {
    let mut all: Vec<Vector> = Vec::new();
    for row in cells(file) {
        if all.last().is_none_or(|last| last.name != row[0] || last.function != row[1]) {
            all.push(Vector { name: row[0].clone(), function: row[1].clone(), x: Vec::new(), y: Vec::new() });
        }
        let last = all.last_mut().unwrap();
        last.x.push(number(&row[2]));
        last.y.push(number(&row[3]));
    }
    all
}

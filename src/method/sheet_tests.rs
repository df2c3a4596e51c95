//! The formulas of methods, computed by LibreOffice, are what the methods say.
//!
//! `KAOHE_SOFFICE` names the program; without it nothing is computed (`python3 dev.py see` sets it).

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

use calamine::{Data, Reader as _, Xlsx};
use rust_xlsxwriter::{Formula, Workbook, Worksheet, utility::column_number_to_name};

use super::{CellFormula, Scratch, Title};
use crate::method::aggregation::{Aggregation, Compared, SheetRow};
use crate::method::anchor::Anchor;
use crate::method::treatment::Method;
use crate::method::weighting::tests::stepwise;
use crate::method::weighting::{Members, SheetMembers, Weighting};
use crate::number::random::Philox;
use crate::number::rounding::Rounding;
use crate::number::{Exact, Number, statistics};

/// Sums and powers of a spreadsheet's floats, of which some cancel.
const CLOSE: f64 = 1e-9;

const GAP: f64 = f64::NAN;

/// A sheet with numbers, formulas and what they shall come to.
struct Case {
    name: String,
    sheet: Worksheet,
    next: u16,
    expected: Vec<(u32, u16, f64, String)>,
}

fn at(row: u32, column: u16) -> String {
    format!("${}${}", column_number_to_name(column), row + 1)
}

impl Case {
    fn new(name: String) -> Self {
        let mut sheet = Worksheet::new();
        // LibreOffice computes what has no result.
        sheet.set_formula_result_default("");
        Case { name, sheet, next: 0, expected: Vec::new() }
    }

    fn write(&mut self, row: u32, column: u16, x: f64) {
        self.sheet.write_number(row, column, x).unwrap();
    }

    /// A column of numbers; its range.
    fn column(&mut self, x: &[f64]) -> String {
        let column = self.next;
        self.next += 1;
        for (row, x) in (0u32..).zip(x) {
            // As a guarded formula leaves it: a text, not an empty cell.
            if x.is_nan() {
                self.put(row, column, &CellFormula::plain("\"\""));
            } else {
                self.write(row, column, *x);
            }
        }
        format!("{}:{}", at(0, column), at(x.len() as u32 - 1, column))
    }

    fn put(&mut self, row: u32, column: u16, formula: &CellFormula) {
        let text = format!("={}", formula.text);
        if formula.is_array {
            self.sheet.write_array_formula(row, column, row, column, Formula::new(text)).unwrap();
        } else {
            self.sheet.write_formula(row, column, Formula::new(text)).unwrap();
        }
    }

    /// A formula that shall come to a number.
    fn expect(&mut self, row: u32, formula: &CellFormula, expected: f64) {
        let column = self.next;
        self.put(row, column, formula);
        self.expected.push((row, column, expected, formula.text.clone()));
    }
}

fn place(address: &str) -> (u32, u16) {
    let address = address.replace('$', "");
    let split = address.find(|c: char| c.is_ascii_digit()).unwrap();
    let column = address[..split].bytes().fold(0, |sum, b| sum * 26 + u16::from(b - b'A') + 1) - 1;
    (address[split..].parse::<u32>().unwrap() - 1, column)
}

/// A formula whose error is a missing number, as who lays out the cells guards them.
fn guarded(formula: &CellFormula) -> CellFormula {
    CellFormula { text: format!("IFERROR({},\"\")", formula.text), is_array: formula.is_array }
}

impl Scratch for Case {
    fn cell(&mut self, _: Title, formula: CellFormula) -> String {
        let column = self.next;
        self.next += 1;
        self.put(0, column, &guarded(&formula));
        at(0, column)
    }

    fn column(&mut self, _: Title, ranges: &[String], of: &dyn Fn(&[String]) -> CellFormula) -> String {
        let column = self.next;
        self.next += 1;
        let (_, last) = ranges[0].split_once(':').unwrap();
        let last = place(last).0;
        for row in 0..=last {
            let cells: Vec<String> =
                ranges.iter().map(|range| at(row, place(range.split_once(':').unwrap().0).1)).collect();
            self.put(row, column, &guarded(&of(&cells)));
        }
        format!("{}:{}", at(0, column), at(last, column))
    }
}

/// Lets LibreOffice compute the sheets, and compares.
fn compare(mut cases: Vec<Case>) {
    let Ok(soffice) = std::env::var("KAOHE_SOFFICE") else { return };
    let mut book = Workbook::new();
    let mut expected = HashMap::new();
    for (k, case) in cases.drain(..).enumerate() {
        let mut sheet = case.sheet;
        sheet.set_name(format!("s{k}")).unwrap();
        book.push_worksheet(sheet);
        expected.insert(format!("s{k}"), (case.name, case.expected));
    }
    let name = std::thread::current().name().unwrap().replace("::", "_");
    let folder = std::env::temp_dir().join(format!("kaohe_{name}_{}", std::process::id()));
    std::fs::create_dir_all(folder.join("out")).unwrap();
    book.save(folder.join("book.xlsx")).unwrap();
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    let ran = Command::new(soffice)
        .args([&profile, "--headless", "--convert-to", "xlsx", "--outdir"])
        .args([folder.join("out"), folder.join("book.xlsx")])
        .output()
        .unwrap();
    assert!(ran.status.success(), "{ran:?}");
    let wrong = differences(&folder.join("out/book.xlsx"), &expected);
    assert!(wrong.is_empty(), "{} of them in {}:\n{}", wrong.len(), folder.display(), wrong.join("\n"));
    std::fs::remove_dir_all(folder).unwrap();
}

type Expected = HashMap<String, (String, Vec<(u32, u16, f64, String)>)>;

fn differences(book: &Path, expected: &Expected) -> Vec<String> {
    let mut book: Xlsx<_> = calamine::open_workbook(book).unwrap();
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for (sheet, (name, cells)) in expected {
        let range = book.worksheet_range(sheet).unwrap();
        for (row, column, expected, formula) in cells {
            seen += 1;
            let found = range.get_value((*row, u32::from(*column)));
            let number = match found {
                Some(Data::Float(x)) => *x,
                Some(Data::Int(x)) => *x as f64,
                Some(Data::Bool(x)) => f64::from(u8::from(*x)),
                _ => f64::NAN,
            };
            let is_close = (number - expected).abs() <= CLOSE * expected.abs().max(1.0);
            if !(is_close || number.is_nan() && expected.is_nan()) {
                wrong.push(format!("{name} {}: {found:?}, not {expected}: {formula}", at(*row, *column)));
            }
        }
    }
    assert!(seen > 0);
    wrong
}

/// Numbers between 0 and 100 with ties, zeros and gaps.
fn random(key: u64, n: usize, gaps: bool) -> Vec<f64> {
    let mut x = vec![0.0; n];
    Philox::new([key, 7]).uniforms(0, &mut x);
    let shape = |x: &f64| match (x * 20.0) as u32 {
        0 => 0.0,
        1 if gaps => GAP,
        2 | 3 => 50.0,
        _ => (x * 10_000.0).round() / 100.0,
    };
    x.iter().map(shape).collect()
}

fn read<T: serde::de::DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap()
}

#[test]
fn roundings() {
    let quotients = [
        ("1.15*100", "115"),
        ("0.285*100", "28.5"),
        ("2.675*1", "2.675"),
        ("-0.145*100", "-14.5"),
        ("1/3*3", "1"),
    ];
    let typed = [
        "0",
        "0.5",
        "1.5",
        "2.5",
        "-0.5",
        "-1.5",
        "-2.5",
        "28.165",
        "1.005",
        "12345.675",
        "-12345.675",
        "0.000125",
        "1e-9",
        "123456789012.345",
        "999.9996",
        "0.99999",
        "1000",
        "7.25",
        "7.75",
        "-7.25",
        "35",
        "45",
        "1234567.891",
    ];
    let roundings = [
        "{}",
        r#"{"digits": 2}"#,
        r#"{"digits": -1}"#,
        r#"{"digits": 1, "interval": 5}"#,
        r#"{"significant": 3}"#,
        r#"{"significant": 2, "interval": 5}"#,
        r#"{"digits": 6}"#,
    ];
    let mut cases = Vec::new();
    for mode in ["half_up", "half_even", "truncate", "ceiling", "floor"] {
        for rounding in roundings {
            let mut value: serde_json::Value = read(rounding);
            value["mode"] = mode.into();
            let rounding: Rounding = serde_json::from_value(value.clone()).unwrap();
            let mut case = Case::new(value.to_string());
            let typed = typed.iter().map(|x| (*x, *x));
            for (row, (formula, exact)) in (0..).zip(quotients.into_iter().chain(typed)) {
                case.put(row, 0, &CellFormula::plain(formula));
                case.next = 1;
                let expected = Exact::parse(exact).unwrap().round(&rounding).to_f64();
                case.expect(row, &CellFormula::plain(rounding.sheet(&at(row, 0))), expected);
            }
            cases.push(case);
        }
    }
    compare(cases);
}

#[test]
fn anchors() {
    let mut cases = Vec::new();
    for key in 0..4 {
        let x = random(key, 12, true);
        let mut case = Case::new(format!("anchors {key}"));
        let set = case.column(&x);
        let mut there: Vec<f64> = x.into_iter().filter(|x| !x.is_nan()).collect();
        there.sort_by(f64::total_cmp);
        let n = there.len();
        for (anchor, expected) in [
            (Anchor::Min, there[0]),
            (Anchor::Max, there[n - 1]),
            (Anchor::First, there[0]),
            (Anchor::Mean, statistics::mean(there.iter().copied())),
            (Anchor::Median, statistics::median(n, |k| there[k])),
            (Anchor::Sd, statistics::deviation(&there)),
            (Anchor::Count, n as f64),
            (Anchor::Quantile(0.9), statistics::quantile(n, 0.9, |k| there[k])),
            (Anchor::Quantile(0.0), there[0]),
        ] {
            case.expect(0, &CellFormula::plain(anchor.sheet(&set, false).unwrap()), expected);
            case.next += 1;
        }
        cases.push(case);
    }
    compare(cases);
}

/// Sets of values: skewed either way, alike, few, none so far from the others.
fn sets() -> Vec<Vec<f64>> {
    let far = vec![1.0, 2.0, 3.0, 4.0, 5.0, GAP, 6.0, 7.0, 8.0, 9.0, 10.0, 30.0, 100.0, 100.0];
    let down: Vec<f64> = far.iter().map(|x| -x).collect();
    vec![
        far,
        down,
        random(1, 20, true),
        vec![5.0; 6],
        vec![3.0, GAP, 8.0],
        vec![0.2, 0.9, 0.4, 0.1, 0.95],
        vec![7.0],
    ]
}

#[test]
fn treatments() {
    let simple = [
        r#"{"method": "winsorise", "low": 3, "high": {"quantile": 0.9}}"#,
        r#"{"method": "winsorise", "high": 8}"#,
        r#"{"method": "winsorise", "low": {"quantile": 0.05}}"#,
        r#"{"method": "winsorise", "most": 5}"#,
        r#"{"method": "winsorise", "most": 1, "skewness": 1, "kurtosis": 1}"#,
        r#"{"method": "log"}"#,
        r#"{"method": "log_plus"}"#,
        r#"{"method": "log_shift"}"#,
        r#"{"method": "log_gii"}"#,
        r#"{"method": "box_cox", "lambda": 0.5}"#,
        r#"{"method": "box_cox", "lambda": -1}"#,
        r#"{"method": "box_cox", "lambda": 0}"#,
    ];
    let stages = |of: &[&str], chained: bool, limits: &str| {
        format!(r#"{{"method": "stages", "of": [{}], "chained": {chained}{limits}}}"#, of.join(","))
    };
    let low = r#", "skewness": 0.5, "kurtosis": 0.5"#;
    let mut methods: Vec<String> = simple.iter().map(|json| (*json).to_owned()).collect();
    methods.extend([
        stages(&[simple[4], simple[5]], false, low),
        stages(&[simple[4], simple[5]], true, low),
        stages(&[simple[3], simple[6]], false, ""),
        stages(&[simple[9], simple[4], simple[7]], true, low),
    ]);
    let mut cases = Vec::new();
    for json in methods {
        let method: Method = read(&json);
        for (k, set) in sets().into_iter().enumerate() {
            let mut case = Case::new(format!("{json} on set {k}"));
            let range = case.column(&set);
            let there: Vec<Exact> = set.iter().filter(|x| !x.is_nan()).map(|x| Exact::of(*x)).collect();
            let near: Vec<f64> = method
                .fitted(there.iter().map(|x| crate::number::Bounded::of(x.to_f64())).collect())
                .0
                .iter()
                .map(|b| b.v)
                .collect();
            let near = if matches!(method.name(), "winsorise") && near.len() != method.fits().len() {
                near.into_iter().filter(|x| !x.is_nan()).collect()
            } else {
                near
            };
            let cells = method.sheet_fit(&range, &mut case);
            assert_eq!((cells.len(), near.len()), (method.fits().len(), method.fits().len()), "{json}");
            for (cell, number) in cells.iter().zip(&near) {
                case.expect(0, &CellFormula::plain(cell.as_str()), *number);
                case.next += 1;
            }
            let others = [-500.0, 0.0, 1e3];
            for (row, x) in (0u32..).zip(set.iter().chain(&others)) {
                if x.is_nan() {
                    continue;
                }
                let column = case.next;
                case.write(row, column, *x);
                case.next += 1;
                case.expect(
                    row,
                    &CellFormula::plain(method.sheet(&at(row, column), &cells)),
                    method.apply(x, &near),
                );
                case.next -= 1;
            }
            cases.push(case);
        }
    }
    compare(cases);
}

fn means() -> Vec<Aggregation> {
    [
        r#""arithmetic""#,
        r#""geometric""#,
        r#""harmonic""#,
        r#"{"power": 2}"#,
        r#"{"power": -1.5}"#,
        r#"{"power": 0.5}"#,
        r#""minimum""#,
        r#""maximum""#,
        r#""sum""#,
        r#""median""#,
        r#"{"owa": [0, 0.5]}"#,
        r#"{"owa": [0.3, 0.8]}"#,
        r#"{"waspas": 0.3}"#,
        r#""mazziotta_pareto""#,
        r#""mazziotta_pareto_plus""#,
    ]
    .iter()
    .map(|json| read(json))
    .collect()
}

/// Rows of scores: with gaps, zeros, ties, one below zero, one score alone, none at all, all alike.
fn rows(members: usize) -> Vec<Vec<f64>> {
    let mut rows: Vec<Vec<f64>> = (0..8).map(|key| random(key + 100, members, key % 2 == 1)).collect();
    let mut below = random(3, members, false);
    below[0] = -4.0;
    let mut alone = vec![GAP; members];
    alone[members - 1] = 12.5;
    let mut none = vec![GAP; members];
    none.fill(GAP);
    rows.extend([below, alone, none, vec![60.0; members], vec![0.0; members]]);
    rows
}

fn write_row(case: &mut Case, row: u32, x: &[f64]) -> String {
    for (column, x) in (0u16..).zip(x) {
        if x.is_nan() {
            case.put(row, column, &CellFormula::plain("\"\""));
        } else {
            case.write(row, column, *x);
        }
    }
    format!("{}:{}", at(row, 0), at(row, x.len() as u16 - 1))
}

fn there(weights: &[f64], scores: &[f64]) -> Vec<(f64, f64)> {
    weights.iter().copied().zip(scores.iter().copied()).filter(|(w, s)| *w != 0.0 && !s.is_nan()).collect()
}

#[test]
fn means_of_a_row() {
    let mut cases = Vec::new();
    for weights in [vec![0.2, 0.3, 0.1, 0.4, 0.25], vec![3.0, 0.0, 1.0, 1.0, 1.0], vec![1.0]] {
        for way in means() {
            let mut case = Case::new(format!("{way:?}"));
            let w = write_row(&mut case, 0, &weights);
            for (row, scores) in (1u32..).zip(rows(weights.len())) {
                let s = write_row(&mut case, row, &scores);
                case.next = weights.len() as u16;
                let members = there(&weights, &scores);
                if members.is_empty() {
                    // Who lays out the cells asks first.
                    continue;
                }
                let expected = way.combine(&members, &Compared::NOTHING);
                case.expect(row, &way.sheet(&w, &s).unwrap(), expected);
            }
            cases.push(case);
        }
    }
    compare(cases);
}

#[test]
fn aggregations_over_a_set() {
    let ways = [
        r#""topsis""#,
        r#""topsis_vector""#,
        r#"{"vikor": 0.4}"#,
        r#""wroclaw""#,
        r#""promethee""#,
        r#""copeland""#,
    ];
    let mut cases = Vec::new();
    for weights in [vec![0.2, 0.3, 0.1, 0.4, 0.25], vec![3.0, 0.0, 1.0, 1.0, 1.0], vec![1.0]] {
        for (json, gaps) in ways.iter().flat_map(|json| [(json, false), (json, true)]) {
            let (way, m) = (read::<Aggregation>(json), weights.len());
            let mut case = Case::new(format!("{json} {weights:?} {gaps}"));
            // What does not count is not shown.
            let shown = |mut row: Vec<f64>| {
                row.iter_mut().zip(&weights).filter(|(_, w)| **w == 0.0).for_each(|(s, _)| *s = GAP);
                row
            };
            let block: Vec<Vec<f64>> = (0..9).map(|key| shown(random(key + 40, m, gaps))).collect();
            let set = format!("{}:{}", at(10, 0), at(18, m as u16 - 1));
            let w = write_row(&mut case, 0, &weights);
            let columns: Vec<String> =
                (0..m as u16).map(|k| format!("{}:{}", at(10, k), at(18, k))).collect();
            let kept = way.sheet_kept(&columns[0]).len();
            let kept: Vec<String> = (0..kept)
                .map(|k| {
                    for (column, range) in (0u16..).zip(&columns) {
                        let formula = &way.sheet_kept(range)[k].1;
                        let text = format!("IF(COUNT({range})=0,\"\",{})", formula.text);
                        case.put(k as u32 + 1, column, &CellFormula { text, ..*formula });
                    }
                    format!("{}:{}", at(k as u32 + 1, 0), at(k as u32 + 1, m as u16 - 1))
                })
                .collect();
            for (row, scores) in (10u32..).zip(&block) {
                let s = write_row(&mut case, row, scores);
                let members = there(&weights, scores);
                let counted = weights.iter().filter(|w| **w != 0.0).count();
                let of = SheetRow {
                    weights: &w,
                    scores: &s,
                    set: &set,
                    kept: &kept,
                    is_complete: members.len() == counted,
                };
                case.next = m as u16;
                let workings: Vec<[String; 2]> = way
                    .sheet_workings(&of)
                    .iter()
                    .map(|(_, formula)| {
                        let column = case.next;
                        case.next += 1;
                        case.put(row, column, formula);
                        [at(row, column), format!("{}:{}", at(10, column), at(18, column))]
                    })
                    .collect();
                let present = (0..m).filter(|k| weights[*k] != 0.0 && !scores[*k].is_nan());
                let of_member = |k: usize| {
                    let column: Vec<f64> = block.iter().map(|row| row[k]).collect();
                    way.fit(&if way.keeps_rows() {
                        column
                    } else {
                        column.into_iter().filter(|s| !s.is_nan()).collect()
                    })
                };
                let fitted: Vec<f64> = present.flat_map(of_member).collect();
                let expected = way.combine(&members, &Compared { fitted: &fitted, full: 80.0 });
                match way.sheet_over(&of, &workings, 80.0) {
                    Some(formula) => case.expect(row, &formula, expected),
                    None => assert!(!of.is_complete && json.contains("vikor")),
                }
            }
            cases.push(case);
        }
    }
    compare(cases);
}

#[test]
fn computed_weights() {
    let judged = [
        r#"{"method": "rank_order_centroid", "order": ["b", "a", "c", "d"]}"#.to_owned(),
        r#""pca""#.to_owned(),
        r#"{"method": "pca", "by": "absolute"}"#.to_owned(),
        r#"{"method": "ahp", "pairs": [["a", "b", 2], ["b", "c", 3], ["a", "c", 4], ["a", "d", 5], ["b", "d", 2], ["c", "d", 1]]}"#.to_owned(),
    ];
    let names = ["a", "b", "c", "d"];
    let falls = [false, true, false, true];
    let mut cases = Vec::new();
    for json in stepwise().iter().chain(&judged) {
        let way: Weighting = read(json);
        for (k, m) in [(0u64, 4), (1, 4), (2, 4), (3, 4), (4, 1), (5, 4)] {
            let column = |member: u64| {
                let x = random(10 * k + member, if k == 3 { 2 } else { 15 }, k == 1);
                match k {
                    2 if member == 1 => vec![40.0; x.len()],
                    5 => vec![GAP; x.len()],
                    _ if json.contains("merec") || json.contains("idocriw") => {
                        x.iter().map(|x| x + 1.0).collect()
                    }
                    _ => x,
                }
            };
            let scores: Vec<Vec<f64>> = (0..m).map(column).collect();
            let m = scores.len();
            let expected = way.weights(&Members { names: &names[..m], falls: &falls[..m], scores: &scores });
            let mut case = Case::new(format!("{json} {k}"));
            let ranges: Vec<String> = scores.iter().map(|x| case.column(x)).collect();
            let of = SheetMembers { names: &names[..m], falls: &falls[..m], scores: &ranges };
            let Some(cells) = way.sheet(&of, &mut case) else { continue };
            for (cell, expected) in cells.iter().zip(&expected) {
                case.expect(0, &CellFormula::plain(cell.as_str()), *expected);
                case.next += 1;
            }
            cases.push(case);
        }
    }
    compare(cases);
}

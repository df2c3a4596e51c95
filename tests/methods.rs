//! Methods of real public texts (scoring-rules, part B): one scheme file each in `tests/methods` or among the built-in
//! ones, and beside it the cases: data, and what the text prescribes for them.
//!
//! A table of cases has the columns `entity`, `period`, the variables, `target:ID` for targets, and what is expected:
//! `=total`, `=raw` (the total before floors), `=grade`, `=rank`, `=value:ID`, `=score:ID`, `=points:ID`. An empty cell is
//! missing; an empty expectation is not looked at; `-` expects nothing to be there.
#![cfg(feature = "toml")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    reason = "a test that cannot be set up fails"
)]

use std::path::{Path, PathBuf};

use kaohe::scheme::model::Target;
use kaohe::{Assessment, Labels, Lang, Options, Panel, Period, Scheme, Severity};

struct Cases {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Cases {
    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let mut lines = text.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty());
        let split = |l: &str| l.split(',').map(|c| c.trim().to_owned()).collect::<Vec<_>>();
        let header = split(lines.next().unwrap());
        let rows: Vec<Vec<String>> = lines.map(split).collect();
        assert!(rows.iter().all(|r| r.len() == header.len()), "{}: uneven rows", path.display());
        Cases { header, rows }
    }

    fn column(&self, name: &str) -> Vec<&str> {
        let at = self.header.iter().position(|h| h == name).unwrap_or_else(|| panic!("no column {name}"));
        self.rows.iter().map(|r| r[at].as_str()).collect()
    }

    fn panel(&self, scheme: &Scheme) -> Panel {
        let entities: Labels = self.column("entity").into_iter().collect();
        let periods = self.column("period").into_iter().map(|p| Period::parse(p).unwrap()).collect();
        let mut builder = Panel::builder(entities, periods);
        for name in self.header.iter().skip(2).filter(|h| !h.starts_with('=') && !h.starts_with("target:")) {
            let cells = self.column(name);
            builder = if scheme.document().class_column.as_ref() == Some(name) {
                builder.text(name, cells.into_iter().map(|c| Some(c.to_owned())).collect())
            } else {
                builder.column(name, cells.into_iter().map(number).collect::<Vec<f64>>())
            };
        }
        builder.build().unwrap_or_else(|f| panic!("{f:?}"))
    }

    fn targets(&self) -> Vec<Target> {
        let mut targets = Vec::new();
        for name in self.header.iter().filter(|h| h.starts_with("target:")) {
            for (row, cell) in self.rows.iter().zip(self.column(name)).filter(|(_, c)| !c.is_empty()) {
                targets.push(Target {
                    indicator: name["target:".len()..].to_owned(),
                    entity: Some(row[0].clone()),
                    period: Some(row[1].clone()),
                    value: number(cell),
                });
            }
        }
        targets
    }
}

fn number(cell: &str) -> f64 {
    if cell.is_empty() || cell == "-" { f64::NAN } else { cell.parse().unwrap() }
}

/// The number an expectation is about.
fn found(a: &Assessment, what: &str, row: usize) -> f64 {
    let (kind, id) = what.split_once(':').unwrap_or((what, ""));
    let node = || a.node(id).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)));
    match kind {
        "total" => a.totals()[row],
        "raw" => a.raw_totals()[row],
        "rank" => a.ranks()[row],
        "value" => a.values(node())[row],
        "score" => a.scores(node())[row],
        "points" => a.points(node())[row],
        "adjustment" => {
            let adjustments = &a.scheme().document().adjustments;
            let k = adjustments
                .iter()
                .position(|own| own.id == id)
                .unwrap_or_else(|| panic!("no adjustment {id}"));
            a.account().adjustments[k][row]
        }
        "floors" => a.account().floors.unwrap()[row],
        "remainder" => a.account().remainder.unwrap()[row],
        _ => panic!("unknown expectation {what}"),
    }
}

/// What differs from the expectations.
fn check(name: &str, scheme: &Scheme, cases: &Path) -> Vec<String> {
    let cases = Cases::read(cases);
    let panel = cases.panel(scheme);
    let options = Options { targets: cases.targets(), ..Options::default() };
    let a = match scheme.assess_with(&panel, &options) {
        Ok(a) => a,
        Err(error) => return vec![format!("{name}: {}", error.render(Lang::En))],
    };
    let mut wrong = Vec::new();
    let mut seen = 0;
    for expectation in cases.header.iter().filter_map(|h| h.strip_prefix('=')) {
        for (line, cell) in cases.rows.iter().zip(cases.column(&format!("={expectation}"))) {
            if cell.is_empty() {
                continue;
            }
            seen += 1;
            let row = a.row(&line[0], Period::parse(&line[1]).unwrap()).unwrap();
            let (ok, got) = if expectation == "grade" {
                let grade = a.grade(row).unwrap_or("-");
                (grade == cell, grade.to_owned())
            } else {
                let (got, wanted) = (found(&a, expectation, row), number(cell));
                // Points of a document are decimals; what is not rounded by the scheme may end in a binary digit more.
                let near = (got - wanted).abs() <= 1e-9 * wanted.abs().max(1.0);
                (near || (got.is_nan() && wanted.is_nan()), got.to_string())
            };
            if !ok {
                wrong.push(format!("{name}: {} {} {expectation}: {got}, not {cell}", line[0], line[1]));
            }
        }
    }
    assert!(seen > 0, "{name}: nothing is expected");
    wrong
}

fn tables(ending: &str) -> Vec<PathBuf> {
    tables_of("methods", ending)
}

fn tables_of(folder: &str, ending: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let files = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let mut files: Vec<PathBuf> = files.filter(|p| p.to_string_lossy().ends_with(ending)).collect();
    files.sort();
    files
}

#[test]
fn every_method_gives_the_points_its_text_prescribes() {
    let mut wrong = Vec::new();
    for cases in tables(".csv") {
        let name = cases.file_stem().unwrap().to_string_lossy().into_owned();
        let own = cases.with_extension("toml");
        let text = if own.exists() {
            std::fs::read_to_string(own).unwrap()
        } else {
            let text = Scheme::builtin_text(&name);
            text.unwrap_or_else(|| panic!("{name} is neither a file nor built in")).to_owned()
        };
        let scheme = match Scheme::from_toml(&text) {
            Ok(scheme) => scheme,
            Err(error) => {
                wrong.push(format!("{name}: {}", error.render(Lang::En)));
                continue;
            }
        };
        wrong.extend(check(&name, &scheme, &cases));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_method_says_where_it_comes_from_and_is_tested() {
    for file in tables(".toml") {
        let name = file.display();
        assert!(file.with_extension("csv").exists(), "{name} has no cases");
        let scheme = Scheme::load(&file).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)));
        let document = scheme.document();
        assert!(document.source.as_ref().is_some_and(|s| s.contains("http")), "{name}: no source");
        assert!(document.title.zh.is_some() && document.title.en.is_some(), "{name}: no title");
        assert!(scheme.warnings().is_empty(), "{name}: {:?}", scheme.warnings());
        assert_eq!(Scheme::from_toml(&scheme.to_toml()).unwrap(), scheme, "{name}");
    }
    let rows =
        tables(".csv").iter().filter(|p| p.file_stem().unwrap().to_string_lossy().starts_with("row")).count();
    // Row 10 is the built-in scheme of Huangyan.
    assert_eq!(rows, 20);
}

fn official(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/official");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// The file whose weights and shares load with a warning.
const WARNED: &str = "weights-sum";

#[test]
fn every_rule_of_official_runs_counts_as_it_is_written() {
    let mut wrong = Vec::new();
    for file in tables_of("official", ".toml") {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let scheme = Scheme::load(&file).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)));
        assert_eq!(Scheme::from_toml(&scheme.to_toml()).unwrap(), scheme, "{name}");
        let warned = scheme.warnings().iter().any(|f| f.severity == Severity::Warning);
        assert!(warned == (name == WARNED), "{name}: {:?}", scheme.warnings());
        if name != "growth-error" {
            wrong.extend(check(&name, &scheme, &file.with_extension("csv")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Who is kept out says so, its flag too, and those who are compared without it; references hold the same sets.
#[test]
fn who_is_kept_out_of_references_is_named() {
    let scheme = Scheme::from_toml(&official("false-data-references.toml")).unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/official/false-data-references.csv");
    let panel = Cases::read(&file).panel(&scheme);
    let a = scheme.assess(&panel).unwrap();
    let year = Period::year(2024).unwrap();
    let said = |a: &kaohe::Assessment, who: &str, lang| a.explain(who, year).unwrap().to_text(lang);
    assert!(said(&a, "甲", Lang::En).contains("kept out by a floor: 1"));
    assert!(said(&a, "甲", Lang::Zh).contains("其中 1 个考核对象因触及底线被移出比较基准"));
    assert!(said(&a, "乙", Lang::En).contains("in nobody else's reference"));
    let flags = a.flags_of(a.row("乙", year).unwrap());
    assert!(flags.iter().any(|f| f.finding.code == "flag_kept_out"), "{flags:?}");
    let references = scheme.references(&panel).unwrap();
    let references = kaohe::References::from_json(&references.to_json()).unwrap();
    let options = Options { references: Some(references), ..Options::default() };
    let against = scheme.assess_with(&panel, &options).unwrap();
    for row in 0..panel.len() {
        assert_eq!(against.totals()[row].to_bits(), a.totals()[row].to_bits());
    }
    assert!(said(&against, "甲", Lang::En).contains("kept out by a floor: 1"));
}

#[test]
fn growth_without_an_earlier_number_is_refused_where_the_scheme_says_so() {
    let scheme = Scheme::from_toml(&official("growth-error.toml")).unwrap();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/official/growth-error.csv");
    let error = scheme.assess(&Cases::read(&cases).panel(&scheme)).unwrap_err();
    let said: Vec<(&str, Option<&str>, Option<&str>)> = error
        .findings()
        .iter()
        .map(|f| (f.code, f.place.entity.as_deref(), f.place.period.as_deref()))
        .collect();
    let wanted =
        [("甲", "2023"), ("乙", "2024")].map(|(who, when)| ("part_not_scored", Some(who), Some(when)));
    assert_eq!(said, wanted);
}

#[test]
fn sums_of_weights_and_shares_are_warned_of_or_refused() {
    let text = official("weights-sum.toml");
    let scheme = Scheme::from_toml(&text).unwrap();
    let codes: Vec<&str> = scheme.warnings().iter().map(|f| f.code).collect();
    assert!(codes.contains(&"weights_sum") && codes.contains(&"shares_sum"), "{codes:?}");
    let strict = text.replacen("\n\n", "\nweights_sum = 100\n\n", 1);
    let error = Scheme::from_toml(&strict).unwrap_err();
    assert!(error.findings().iter().any(|f| f.code == "weights_sum_not"), "{error}");
    // An error may have made the sum: it is said alone.
    let misspelt = text.replacen("rule = \"linear\"", "rule = \"linaer\"", 1);
    let error = Scheme::from_toml(&misspelt).unwrap_err();
    assert!(error.findings().iter().all(|f| f.severity == Severity::Error), "{error}");
}

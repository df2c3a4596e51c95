//! The public surface as other crates use it: threads, errors, texts, serde.
#![cfg(all(feature = "toml", feature = "json"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests say what they mean")]

use std::path::{Path, PathBuf};

use kaohe::formula::Formula;
use kaohe::scheme::model::Document;
use kaohe::{
    Assessment, Budget, DataError, DataErrorKind, Exact, Explanation, Finding, Labels, Lang, Number, Panel,
    ParseError, PartialReferences, Period, References, Scheme, SchemeError, Scorer,
};

/// A service shares these between its threads.
#[test]
fn the_main_types_go_from_thread_to_thread() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Scheme>();
    shared::<Document>();
    shared::<Panel>();
    shared::<Assessment>();
    shared::<References>();
    shared::<PartialReferences>();
    shared::<Scorer>();
    shared::<Budget>();
    shared::<Explanation>();
    shared::<Finding>();
    shared::<Formula>();
    shared::<Exact>();
}

#[test]
fn errors_are_errors() {
    fn error<T: std::error::Error + Send + Sync + 'static>() {}
    error::<SchemeError>();
    error::<DataError>();
    error::<ParseError>();
    error::<kaohe::formula::FormulaError>();
    error::<kaohe::formula::UnitError>();
}

const SCHEME: &str = r#"
kaohe = 1
id = "t"
[[variable]]
id = "x"
unit = "家"
[[indicator]]
id = "x_level"
formula = "x"
unit = "家"
points = { rule = "linear" }
"#;

fn panel(values: &[f64]) -> Result<Panel, DataError> {
    let names: Vec<String> = (0..values.len()).map(|i| format!("县{i}")).collect();
    let year = Period::year(2023).unwrap();
    Panel::builder(Labels::from_iter(names), vec![year; values.len()]).column("x", values.to_vec()).build()
}

#[test]
fn an_error_says_what_kind_it_is() {
    assert_eq!(panel(&[f64::INFINITY]).unwrap_err().kind(), DataErrorKind::Data);
    let scheme = Scheme::from_toml(SCHEME).unwrap();
    let result = scheme.assess(&panel(&[1.0, 3.0, 2.0]).unwrap()).unwrap();
    let year = Period::year(2023).unwrap();
    assert_eq!(result.explain("nobody", year).unwrap_err().kind(), DataErrorKind::Question);
    assert_eq!(result.node("nothing").unwrap_err().kind(), DataErrorKind::Question);
    assert_eq!(References::from_json("{}").unwrap_err().kind(), DataErrorKind::References);
    let budget = Budget::new();
    budget.cancel();
    assert_eq!(budget.run(|| 0).unwrap_err().kind(), DataErrorKind::Ended);
}

#[test]
fn what_is_parsed_is_parsed_by_the_language_too() {
    assert_eq!("2023Q1".parse::<Period>().unwrap().to_string(), "2023Q1");
    assert_eq!(
        "2023Q5".parse::<Period>().unwrap_err().to_string(),
        "`2023Q5` is not a period such as 2020, 2020Q1 or 2020-03"
    );
    assert_eq!("zh-CN".parse::<Lang>(), Ok(Lang::Zh));
    assert_eq!("28.175".parse::<Exact>().unwrap().to_f64(), 28.175);
    assert_eq!("rd / gdp".parse::<Formula>().unwrap().to_string(), "rd / gdp");
}

#[test]
fn findings_flags_and_ranks_are_data() {
    let error = panel(&[1.0, f64::INFINITY]).unwrap_err();
    assert_eq!(
        serde_json::to_string(&error).unwrap(),
        r#"{"findings":[{"code":"infinite_value","severity":"error","place":{"row":1,"entity":"县1","period":"2023","column":"x","value":"inf"},"facts":{"column":"x"}}]}"#
    );
    let scheme = Scheme::from_toml(SCHEME).unwrap();
    let result = scheme.assess(&panel(&[1.0, 3.0]).unwrap()).unwrap();
    let ranking = result.ranking(Period::year(2023).unwrap()).unwrap();
    assert_eq!(
        serde_json::to_string(&ranking[0]).unwrap(),
        r#"{"row":1,"entity":"县1","class":null,"total":100.0,"rank":1.0,"rank_change":null,"grade":null}"#
    );
    let flags = result.flags();
    assert!(!flags.is_empty());
    let again: Vec<kaohe::Flag> = serde_json::from_str(&serde_json::to_string(&flags).unwrap()).unwrap();
    assert_eq!(again, flags);
    let again: kaohe::DataError = serde_json::from_str(&serde_json::to_string(&error).unwrap()).unwrap();
    assert_eq!(again, error);
    let unknown = r#"{"code":"no_such_code","severity":"error","place":{},"facts":{}}"#;
    assert!(
        serde_json::from_str::<kaohe::Finding>(unknown).unwrap_err().to_string().contains("no_such_code")
    );
}

/// What a source file of the package includes is in the package, so that its tests compile there.
#[test]
fn the_package_has_what_its_sources_include() {
    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { sources(&path, found) } else { found.push(path) }
        }
    }
    let manifest: toml::Table = toml::from_str(&std::fs::read_to_string("Cargo.toml").unwrap()).unwrap();
    let packed: Vec<&str> =
        manifest["package"]["include"].as_array().unwrap().iter().filter_map(|path| path.as_str()).collect();
    let (mut files, mut seen) = (Vec::new(), 0);
    sources(Path::new("src"), &mut files);
    for file in files.iter().filter(|file| file.extension().is_some_and(|e| e == "rs")) {
        let text = std::fs::read_to_string(file).unwrap();
        for included in text.split("include_str!(\"").skip(1) {
            let included = included.split('"').next().unwrap();
            let path = file.parent().unwrap().join(included).canonicalize().unwrap();
            let path = path.strip_prefix(std::env::current_dir().unwrap()).unwrap().display().to_string();
            let is_packed = path.starts_with("src/")
                || packed.contains(&format!("/{path}").as_str())
                || (path.starts_with("README") && packed.contains(&"/README*.md"));
            assert!(is_packed, "{path}, which {} includes, is not in the package", file.display());
            seen += 1;
        }
    }
    assert!(seen > 10);
}

/// A node is found once, by its name, and asked of any assessment of the scheme.
#[test]
fn a_node_is_named_not_numbered() {
    let text =
        SCHEME.replace("formula = \"x\"", "parent = \"g\"\nformula = \"x\"") + "[[group]]\nid = \"g\"\n";
    let scheme = Scheme::from_toml(&text).unwrap();
    let result = scheme.assess(&panel(&[1.0, 3.0]).unwrap()).unwrap();
    let [x, group, total] = ["x_level", "g", "total"].map(|id| scheme.node(id).unwrap());
    assert_eq!(scheme.node_ids().collect::<Vec<_>>(), [x, group, total]);
    assert_eq!(scheme.indicators().collect::<Vec<_>>(), [x]);
    assert_eq!(scheme.nodes().nth(group.index()), Some("g"));
    assert_eq!(result.node("g").unwrap(), group);
    assert_eq!((result.values(x), result.scores(x)), (&[1.0, 3.0][..], &[0.0, 100.0][..]));
    assert_eq!((result.values(total), result.scores(total)), (&[][..], result.totals()));
    let error = result.node("x_lvl").unwrap_err();
    assert_eq!((error.kind(), error.findings()[0].code), (DataErrorKind::Question, "unknown_node_near"));
    assert_eq!(result.panel().entity_at(1).as_deref(), Some("县1"));
    assert_eq!(result.panel().period_at(1), Period::year(2023));
    assert_eq!(result.panel().entity_at(2), None);
}

/// An index of Arrow keys that a caller makes, too, has no name where there is none.
#[test]
#[cfg(feature = "arrow")]
fn an_index_of_keys_names_nobody_beyond_its_end() {
    use kaohe::arrow::{Index, Keys, NOBODY};
    let each = Index::Each(vec![0, NOBODY]);
    assert_eq!([0, 1, 2].map(|row| each.get(row)), [Some(0), None, None]);
    let runs = Index::Runs(vec![(1, 2), (NOBODY, 3)]);
    assert_eq!([1, 2, 3].map(|row| runs.get(row)), [Some(1), None, None]);
    let rounds = Index::Rounds { size: 0, rows: 2 };
    assert_eq!([0, 2].map(|row| rounds.get(row)), [None, None]);
    let keys = Keys::new(Labels::from_iter(["a"]), rounds);
    assert_eq!((keys.name(0), keys.labels().len()), (None, 2));
}

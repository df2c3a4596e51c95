//! Data prepared before they are scored, against COINr 1.1.14 on data made for this.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up fails")]
#![allow(clippy::format_push_string, reason = "schemes are put together line by line")]

use kaohe::{Assessment, Edit, FlagKind, Labels, Lang, Panel, Period, Scheme};

use crate::support::ById;
use crate::support::oracle::{self, Row, Vector, assert_close};

/// What the other program's sums in floats may be off by, relatively.
const FLOATS: f64 = 1e-12;

fn load(text: &str) -> Scheme {
    Scheme::from_toml(text).unwrap_or_else(|e| panic!("{}\n{text}", e.render(Lang::En)))
}

/// The synthetic index: its indicators with their denominators, scored by what they are, and the panel of its raw data.
fn index(more: &str, per_indicator: &str) -> (Scheme, Panel) {
    let structure = oracle::cells("composite/structure.csv");
    let mut text = format!("kaohe = 1\nid = \"t\"\n{more}");
    for variable in ["pop", "gdp"] {
        text.push_str(&format!("[[variable]]\nid = \"{variable}\"\nunit = \"1\"\n"));
    }
    for row in structure.iter().filter(|row| row[0] == "1") {
        let (id, denominator) = (&row[1], &row[5]);
        let formula =
            if denominator.is_empty() { format!("v_{id}") } else { format!("v_{id} / {denominator}") };
        text.push_str(&format!(
            "[[variable]]\nid = \"v_{id}\"\nunit = \"1\"\n[[indicator]]\nid = \"{id}\"\nformula = \"{formula}\"\nunit = \"1\"\n\
             missing = \"skip\"\n{per_indicator}points = {{ rule = \"formula\", formula = \"x\" }}\n"
        ));
    }
    let (header, rows) = oracle::texts("composite/data.csv");
    let entities: Labels = rows.iter().map(|row| row[0].as_str()).collect();
    let mut panel = Panel::builder(entities, vec![Period::year(2023).unwrap(); rows.len()]);
    for (k, name) in header.iter().enumerate().skip(1) {
        if name == "cls" {
            panel = panel.text("cls", rows.iter().map(|row| Some(row[k].clone())).collect::<Vec<_>>());
            continue;
        }
        let id = if name.starts_with('x') { format!("v_{name}") } else { name.clone() };
        panel = panel.column(id, rows.iter().map(|row| oracle::number(&row[k])).collect::<Vec<f64>>());
    }
    (load(&text), panel.build().unwrap())
}

fn assert_columns(file: &str, of: impl Fn(&str) -> Vec<f64>) {
    let (names, rows) = oracle::table(file);
    for (k, name) in names.iter().enumerate() {
        let expected: Vec<f64> = rows.iter().map(|row: &Row| row.numbers[k]).collect();
        assert_close(&format!("{file} {name}"), &of(name), &expected, FLOATS);
    }
}

/// One year of a vector.
fn assess(x: &[f64], treat: &str) -> Assessment {
    let scheme = load(&format!(
        "kaohe = 1\nid = \"t\"\nvariable = [{{ id = \"x\", unit = \"1\" }}]\n[[indicator]]\nid = \"i\"\nformula = \"x\"\nunit = \"1\"\n\
         missing = \"skip\"\n{treat}points = {{ rule = \"formula\", formula = \"x\" }}\n"
    ));
    let names: Vec<String> = (0..x.len()).map(|k| format!("e{k:02}")).collect();
    let labels: Labels = names.iter().map(String::as_str).collect();
    let panel = Panel::builder(labels, vec![Period::year(2023).unwrap(); x.len()]);
    scheme.assess(&panel.column("x", x.to_vec()).build().unwrap()).unwrap()
}

#[test]
fn a_quotient_is_that_of_a_denominator() {
    let (scheme, panel) = index("", "");
    let assessment = scheme.assess(&panel).unwrap();
    assert_columns("composite/denominated.csv", |id| assessment.values_of(id).to_vec());
}

#[test]
fn an_index_is_treated_as_coinr_treats_it() {
    let stages = r#"{ method = "stages", of = [{ method = "winsorise", most = 5 }, { method = "log" }] }"#;
    let (scheme, panel) = index("", &format!("treat = {stages}\n"));
    let assessment = scheme.assess(&panel).unwrap();
    assert_columns("composite/treated.csv", |id| assessment.scores_of(id).to_vec());
    assert_columns("composite/denominated.csv", |id| assessment.values_of(id).to_vec());
    let flagged = |id: &str| {
        let is = |row: &usize| {
            let flags = assessment.flags_of(*row);
            flags.iter().any(|f| f.kind == FlagKind::Treated && f.finding.place.column.as_deref() == Some(id))
        };
        (0..panel.len()).filter(is).count()
    };
    for row in oracle::cells("composite/treated_details.csv") {
        let moved = row[4].parse().unwrap_or(0usize);
        assert_eq!(flagged(&row[0]), moved, "{}", row[0]);
    }
}

/// COINr's functions and our treatments. (Its `log_GII` leaves every value as it is.)
const TREATMENTS: [(&str, &str); 10] = [
    ("winsorise2", r#"{ method = "winsorise", most = 2 }"#),
    ("winsorise5", r#"{ method = "winsorise", most = 5 }"#),
    ("winsoriseNULL", r#"{ method = "winsorise", most = 1000 }"#),
    ("log_CT", r#"{ method = "log" }"#),
    ("log_CT_plus", r#"{ method = "log_plus" }"#),
    ("log_CT_orig", r#"{ method = "log_shift" }"#),
    ("boxcox0", r#"{ method = "box_cox", lambda = 0 }"#),
    ("boxcox2", r#"{ method = "box_cox", lambda = 2 }"#),
    ("Treat", r#"{ method = "stages", of = [{ method = "winsorise", most = 5 }, { method = "log" }] }"#),
    (
        "Treat_combine",
        r#"{ method = "stages", of = [{ method = "winsorise", most = 5 }, { method = "log" }], chained = true }"#,
    ),
];

#[test]
fn every_treatment_is_that_of_coinr() {
    let mut compared = 0;
    for Vector { name, function, x, y } in oracle::vectors("unit/vectors.csv") {
        let Some((_, treat)) = TREATMENTS.iter().find(|(coinr, _)| *coinr == function) else { continue };
        // COINr stops where values have no skewness; here nothing is treated then, and of equal values no logarithm is taken.
        let nothing = y.iter().all(|y| y.is_nan()) || y.contains(&f64::NEG_INFINITY);
        let expected = if nothing && function != "log_CT_plus" { x.clone() } else { y };
        if nothing && function == "log_CT_plus" {
            continue;
        }
        let assessment = assess(&x, &format!("treat = {treat}\n"));
        assert_close(&format!("{name} {function}"), assessment.scores_of("i"), &expected, FLOATS);
        compared += 1;
    }
    assert_eq!(compared, 158);
}

#[test]
fn as_many_values_are_moved_as_coinr_moves() {
    let vectors = oracle::vectors("unit/vectors.csv");
    let mut compared = 0;
    for row in oracle::cells("unit/winsorise_counts.csv") {
        let Some(vector) = vectors.iter().find(|vector| vector.name == row[0]) else { continue };
        let (most, moved) = (row[1].replace("-1", "1000"), row[2].parse().unwrap_or(0usize));
        let treat = format!("treat = {{ method = \"winsorise\", most = {most} }}\n");
        let assessment = assess(&vector.x, &treat);
        let is = |row: &usize| assessment.flags_of(*row).iter().any(|f| f.kind == FlagKind::Treated);
        let flagged: Vec<usize> = (0..vector.x.len()).filter(is).collect();
        assert_eq!(flagged.len(), moved, "{} {most}", row[0]);
        compared += 1;
    }
    assert_eq!(compared, 64);
}

#[test]
fn a_logarithm_of_the_innovation_index_is_what_its_formula_says() {
    // COINr 1.1.14's log_GII returns its argument; the formula of the Global Innovation Index is ln((max − 1)(x − min)/(max − min) + 1).
    let x: [f64; 4] = [1.0, 3.0, 30.0, 100.0];
    let assessment = assess(&x, "treat = { method = \"log_gii\" }\n");
    let expected = x.map(|x| (99.0 * (x - 1.0) / 99.0 + 1.0).ln());
    assert_close("log_gii", assessment.scores_of("i"), &expected, FLOATS);
    // With a maximum of at most 1 the formula would turn the order round.
    let shares = [0.1, 0.2, 0.9];
    assert_eq!(assess(&shares, "treat = { method = \"log_gii\" }\n").scores_of("i"), shares);
}

#[test]
fn limits_are_met_exactly() {
    // One of five is another: skewness (type 2) is √5 = 2.236… and kurtosis 5; neither is known to a float's last digit.
    let x = [0.1, 0.1, 0.1, 0.1, 0.4];
    let moved = |limits: &str| {
        let a = assess(&x, &format!("treat = {{ method = \"winsorise\", most = 1, {limits} }}\n"));
        a.scores_of("i")[4] == 0.1
    };
    assert!(moved("skewness = 2, kurtosis = 5"));
    assert!(!moved("skewness = 2, kurtosis = 5.000000000000001"));
    assert!(!moved("skewness = 2.2361, kurtosis = 3.5"));
}

#[test]
fn a_treatment_in_stages_is_explained_and_frozen() {
    let x: Vec<f64> = (1..=10).map(f64::from).chain([30.0, 100.0]).collect();
    let treat =
        r#"treat = { method = "stages", of = [{ method = "winsorise", most = 0 }, { method = "log" }] }"#;
    let assessment = assess(&x, &format!("{treat}\n"));
    let said = assessment.explain("e11", Period::year(2023).unwrap()).unwrap();
    let (en, zh) = (said.to_text(Lang::En), said.to_text(Lang::Zh));
    assert!(en.contains("the value 100 is scored as 4.605"), "{en}");
    assert!(en.contains("Stage that counts (0 for none)") && zh.contains("采用第几级"), "{en}{zh}");
    assert!(zh.contains("ln（数值 − 最低值 + 0.01 ×（最高值 − 最低值））"), "{zh}");
    // What is assessed later is treated as those before it were: stage, minimum and maximum are kept.
    let scheme = assessment.scheme();
    let panel = |x: &[f64]| {
        let names: Vec<String> = (0..x.len()).map(|k| format!("n{k:02}")).collect();
        let labels: Labels = names.iter().map(String::as_str).collect();
        let builder = Panel::builder(labels, vec![Period::year(2023).unwrap(); x.len()]);
        builder.column("x", x.to_vec()).build().unwrap()
    };
    let references = scheme.references(&panel(&x)).unwrap();
    let read = kaohe::References::from_json(&references.to_json()).unwrap();
    assert_eq!(read, references);
    let anchors: Vec<String> =
        references.anchors().iter().map(|a| format!("{} {:?}", a.anchor, a.value)).collect();
    assert!(anchors.contains(&"stage Some(2.0)".to_owned()), "{anchors:?}");
    assert!(anchors.contains(&"stage 2 high Some(100.0)".to_owned()), "{anchors:?}");
    let later = scheme.assess_against(&references, &panel(&[100.0, 200.0, -5.0])).unwrap();
    let expected = [(99.0 + 0.99f64).ln(), (199.0 + 0.99f64).ln(), 0.99f64.ln()];
    assert_close("later", later.scores_of("i"), &expected, FLOATS);
}

/// Two indicators, three entities; the third has one value of two, the second is zero in one of two.
fn screened(screen: &str, more: &str) -> Assessment {
    let scheme = load(&format!(
        "kaohe = 1\nid = \"t\"\n{more}screen = {screen}\nvariable = [{{ id = \"x\", unit = \"1\" }}, {{ id = \"y\", unit = \"1\" }}]\n\
         [[indicator]]\nid = \"a\"\nformula = \"x\"\nunit = \"1\"\nweight = 3\nmissing = \"skip\"\npoints = {{ rule = \"linear\" }}\n\
         [[indicator]]\nid = \"b\"\nformula = \"y\"\nunit = \"1\"\npoints = {{ rule = \"linear\" }}\n"
    ));
    let panel =
        Panel::builder(["甲", "乙", "丙"].into_iter().collect(), vec![Period::year(2023).unwrap(); 3]);
    let panel =
        panel.column("x", vec![1.0, 5.0, 100.0]).column("y", vec![4.0, 0.0, f64::NAN]).build().unwrap();
    scheme.assess(&panel).unwrap()
}

#[test]
fn who_has_too_few_values_has_no_total_and_is_in_no_reference() {
    let year = Period::year(2023).unwrap();
    // 丙 has no y; where it is assessed `missing` of b refuses it.
    let a = screened("{ available = 0.6 }", "");
    assert_eq!(a.values_of("a"), [1.0, 5.0, 100.0]);
    // Its 100 is not the maximum.
    assert_eq!(a.scores_of("a"), [0.0, 100.0, 100.0]);
    assert!(a.totals()[2].is_nan() && a.ranks()[2].is_nan());
    assert_eq!(a.ranks()[..2], [2.0, 1.0]);
    let flags = a.flags_of(2);
    assert_eq!(flags.len(), 1);
    assert_eq!(flags[0].kind, FlagKind::Screened);
    let said = "1 of 2 indicators have a value (50 %, 60 % required): left out, without total and rank, and in nobody's reference";
    assert_eq!(flags[0].finding.message(Lang::En), said);
    assert!(a.explain("丙", year).unwrap().to_text(Lang::En).contains(said));
    assert!(
        a.explain("丙", year)
            .unwrap()
            .to_text(Lang::Zh)
            .contains("2 个指标中只有 1 个有数值（50%，要求 60%）")
    );
    let found = a.scheme().check(a.panel(), &[]);
    let found: Vec<&kaohe::Finding> = found.iter().filter(|f| f.code == "screened_available").collect();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].place.entity.as_deref(), Some("丙"));
}

#[test]
fn weights_zeros_and_names_screen_too() {
    let out = |screen: &str| -> Vec<bool> {
        let a = screened(&format!("{{ available = 0.6, {screen} }}"), "");
        a.totals().iter().map(|total| total.is_nan()).collect()
    };
    // Half of the values of 乙 are zero: 0.5 is reached by 0.5, 0.51 is not.
    assert_eq!(out("nonzero = 0.5"), [false, false, true]);
    assert_eq!(out("nonzero = 0.51"), [false, true, true]);
    assert_eq!(out("nonzero = 0.51, keep = [\"乙\"]"), [false, false, true]);
    assert_eq!(out("leave = [\"甲\"]"), [true, false, true]);
    // The value that 丙 has makes three quarters of the weight.
    let by_weight = |least: &str| {
        let a = screened(&format!("{{ available_weight = {least}, leave = [\"丙\"] }}"), "");
        a.totals()[2].is_nan()
    };
    assert!(by_weight("0.75"));
    let a = screened("{ available_weight = 0.76 }", "");
    assert_eq!(
        a.flags_of(2)[0].finding.message(Lang::En),
        "the indicators that have a value make 75 % of the weight (76 % required): left out, without total and rank, and in nobody's reference"
    );
}

#[test]
fn a_screened_out_year_leaves_the_others_alone() {
    let text = "kaohe = 1\nid = \"t\"\nscreen = { available = 1 }\nvariable = [{ id = \"x\", unit = \"1\" }]\n[[indicator]]\nid = \"a\"\nformula = \"x\"\n\
                unit = \"1\"\npoints = { rule = \"ratio\", to = 10 }\n[[adjustment]]\nid = \"more\"\nformula = \"1\"\n[[floor]]\nid = \"f\"\n\
                when = \"is_missing(x)\"\nthen = { set_total = 7 }\n[total]\nblend = { earlier = 0.5 }\n";
    let periods: Vec<Period> = [2021, 2022, 2023].map(|y| Period::year(y).unwrap()).to_vec();
    let panel = Panel::builder(["甲"; 3].into_iter().collect(), periods);
    let a = load(text).assess(&panel.column("x", vec![1.0, f64::NAN, 3.0]).build().unwrap()).unwrap();
    // 10 points before, 30 now, and one more; nothing of the year between, not even by a floor.
    assert!(a.totals()[1].is_nan());
    assert_eq!([a.totals()[0], a.totals()[2]], [11.0, 21.0]);
    let refused = |screen: &str| {
        let text = text.replace("{ available = 1 }", screen);
        Scheme::from_toml(&text).unwrap_err().render(Lang::En)
    };
    assert!(refused("{ available = 1.5 }").contains("must be between 0 and 1, not 1.5"));
    assert!(
        refused("{ keep = [\"甲\"], leave = [\"甲\"] }").contains("甲 cannot be in both `keep` and `leave`")
    );
    assert!(refused("{ avilable = 1 }").contains("did you mean `available`?"));
}

/// Values of one variable that is one indicator, entity by entity and year by year from 2020, filled in.
fn filled(impute: &str, entities: &[(&str, &[f64])], more: &str) -> Vec<Vec<f64>> {
    let scheme = load(&format!(
        "kaohe = 1\nid = \"t\"\n{more}variable = [{{ id = \"x\", unit = \"1\" }}]\n[[indicator]]\nid = \"i\"\nformula = \"x\"\nunit = \"1\"\n\
         impute = {impute}\nmissing = \"skip\"\npoints = {{ rule = \"formula\", formula = \"x\" }}\n"
    ));
    let mut rows: Vec<(String, Period, f64)> = Vec::new();
    for (name, x) in entities {
        rows.extend((2020..).zip(*x).map(|(y, x)| ((*name).to_owned(), Period::year(y).unwrap(), *x)));
    }
    let labels: Labels = rows.iter().map(|(name, ..)| name.as_str()).collect();
    let panel = Panel::builder(labels, rows.iter().map(|(_, p, _)| *p).collect());
    let panel = panel.column("x", rows.iter().map(|(.., x)| *x).collect::<Vec<f64>>()).build().unwrap();
    let a = scheme.assess(&panel).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)));
    let row = |name: &str, y: i32| {
        let period = panel.period_index(Period::year(y).unwrap()).unwrap();
        panel.row(period, panel.entity_index(name).unwrap()).unwrap()
    };
    let of =
        |(name, x): &(&str, &[f64])| (2020..).zip(*x).map(|(y, _)| a.scores_of("i")[row(name, y)]).collect();
    entities.iter().map(of).collect()
}

fn assert_same(found: &[f64], expected: &[f64]) {
    assert_close("filled", found, expected, 0.0);
}

const N: f64 = f64::NAN;

#[test]
fn a_series_is_filled_as_coinr_fills_it() {
    let series: [&[f64]; 2] = [&[1.0, N, N, 4.0], &[N, 2.0, N, N]];
    for (impute, expected) in [
        (r#""carry_forward""#, [[1.0, 1.0, 1.0, 4.0], [N, 2.0, 2.0, 2.0]]),
        (r#"{ method = "carry_forward", within = 1 }"#, [[1.0, 1.0, N, 4.0], [N, 2.0, 2.0, N]]),
        (r#"{ method = "carry_forward", ends = true }"#, [[1.0, 1.0, 1.0, 4.0], [2.0; 4]]),
        (r#""interpolate""#, [[1.0, 2.0, 3.0, 4.0], [N, 2.0, N, N]]),
        (r#"{ method = "interpolate", ends = true }"#, [[1.0, 2.0, 3.0, 4.0], [2.0; 4]]),
        (r#"{ method = "constant", value = 7 }"#, [[1.0, 7.0, 7.0, 4.0], [7.0, 2.0, 7.0, 7.0]]),
        (r#""peer_mean""#, [[1.0, 2.0, N, 4.0], [1.0, 2.0, N, 4.0]]),
    ] {
        let found = filled(impute, &[("a", series[0]), ("b", series[1])], "");
        found.iter().zip(expected).for_each(|(found, expected)| assert_same(found, &expected));
    }
}

#[test]
fn gaps_of_an_index_are_those_that_coinr_fills() {
    for (file, impute) in [
        ("composite/imputed_median.csv", "impute = \"peer_median\"\n"),
        ("composite/imputed_mean_by_class.csv", "impute = { method = \"peer_mean\", by = \"cls\" }\n"),
    ] {
        let (scheme, panel) = index(impute, "");
        let a = scheme.assess(&panel).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)));
        assert_columns(file, |id| a.values_of(id).to_vec());
        // An indicator may say so itself, or be left out of the default.
        let (scheme, _) = index("impute = \"none\"\n", impute);
        let own = scheme.assess(&panel).unwrap();
        assert_columns(file, |id| own.values_of(id).to_vec());
        let (scheme, _) = index(impute, "impute = \"none\"\n");
        let none = scheme.assess(&panel).unwrap();
        assert_columns("composite/denominated.csv", |id| none.values_of(id).to_vec());
    }
}

#[test]
fn a_variable_is_filled_before_its_formulas_run() {
    let scheme = |of_variable: &str| {
        load(&format!(
            "kaohe = 1\nid = \"t\"\nvariable = [{{ id = \"x\", unit = \"1\"{of_variable} }}]\n[[indicator]]\nid = \"i\"\nformula = \"x * x\"\nunit = \"1\"\n\
             points = {{ rule = \"formula\", formula = \"x\" }}\n"
        ))
    };
    let names: Labels = ["a", "b", "c", "d", "e"].into_iter().collect();
    let panel = Panel::builder(names, vec![Period::year(2023).unwrap(); 5]);
    let labels = ["n", "n", "n", "s", ""].map(|text| Some(text.to_owned()));
    let panel = panel.column("x", vec![1.0, 3.0, N, 10.0, N]).text("地区", labels.to_vec()).build().unwrap();
    let by = ", impute = { method = \"peer_mean\", by = \"地区\" }, missing = \"peer_median\"";
    let a = scheme(by).assess(&panel).unwrap();
    // c has the mean of its 地区, e has none and takes the median of all that were not filled.
    assert_eq!(a.values_of("i"), [1.0, 9.0, 4.0, 100.0, 9.0]);
    let flags: Vec<String> = a.flags().iter().map(|f| f.finding.message(Lang::En)).collect();
    assert!(flags.contains(&"x was missing: from 2 peers of the period (2)".to_owned()), "{flags:?}");
    assert!(flags.contains(&"x was missing: from 3 peers of the period (3)".to_owned()), "{flags:?}");
    let found = a.scheme().check(&panel, &[]);
    assert!(!found.iter().any(|f| f.code == "missing_value" || f.code == "unused_column"), "{found:?}");
    // References keep both by themselves.
    let references = a.scheme().references(&panel).unwrap();
    let again = a.scheme().assess_against(&references, &panel).unwrap();
    assert_eq!(again.values_of("i"), a.values_of("i"));
}

/// Three indicators of two groups over one year; `b` is better the less it is.
fn siblings(impute: &str, columns: [&[f64]; 3]) -> Result<Assessment, kaohe::DataError> {
    let mut text = "kaohe = 1\nid = \"t\"\ngroup = [{ id = \"g\" }, { id = \"h\" }]\n".to_owned();
    for (id, parent, direction) in [("a", "g", "positive"), ("b", "g", "negative"), ("c", "h", "positive")] {
        text.push_str(&format!(
            "[[variable]]\nid = \"v_{id}\"\nunit = \"1\"\n[[indicator]]\nid = \"{id}\"\nparent = \"{parent}\"\nformula = \"v_{id}\"\nunit = \"1\"\n\
             direction = \"{direction}\"\nimpute = {impute}\nmissing = \"skip\"\npoints = {{ rule = \"linear\" }}\n"
        ));
    }
    let names: Vec<String> = (0..columns[0].len()).map(|k| format!("e{k}")).collect();
    let labels: Labels = names.iter().map(String::as_str).collect();
    let mut panel = Panel::builder(labels, vec![Period::year(2023).unwrap(); names.len()]);
    for (id, column) in ["v_a", "v_b", "v_c"].into_iter().zip(columns) {
        panel = panel.column(id, column.to_vec());
    }
    load(&text).assess(&panel.build().unwrap())
}

#[test]
fn a_row_is_filled_from_its_other_indicators_on_one_scale() {
    // e2 has b = 20 of 10 … 50: three quarters of the way to the best; c = 1 of 0 … 4: a quarter.
    let columns: [&[f64]; 3] = [&[0.0, 8.0, N, 2.0], &[50.0, 10.0, 20.0, 30.0], &[0.0, 4.0, 1.0, 2.0]];
    let a = siblings(r#""row_mean""#, columns).unwrap();
    assert_eq!(a.values_of("a")[2], 6.0, "of the same group: b alone");
    let a = siblings(r#"{ method = "row_mean", of = "all" }"#, columns).unwrap();
    assert_eq!(a.values_of("a")[2], 4.0);
    // Back to an indicator of which less is better: a lies at a quarter, so b at 50 − 40/4.
    let columns: [&[f64]; 3] = [&[0.0, 8.0, 2.0, 2.0], &[50.0, 10.0, N, 30.0], &[0.0, 4.0, 1.0, 2.0]];
    let a = siblings(r#""row_median""#, columns).unwrap();
    assert_eq!(a.values_of("b")[2], 40.0);
    let flags = a.flags_of(2);
    let flag = flags.iter().find(|f| f.kind == FlagKind::Imputed).unwrap();
    assert_eq!(flag.finding.message(Lang::En), "b was missing: from 1 other indicators of the entity (40)");
    let said = a.explain("e2", Period::year(2023).unwrap()).unwrap().to_text(Lang::En);
    assert!(said.contains("was missing; from 1 other indicators of the entity"), "{said}");
}

#[test]
fn a_normal_distribution_fills_conditional_means() {
    // Anderson (1957): with a complete and b missing in some rows, b follows the regression of the complete rows. c is noise.
    let a: &[f64] = &[1.0, 2.0, 4.0, 5.0, 6.0, 9.0];
    let b: &[f64] = &[3.0, 5.0, 8.0, 12.0, N, N];
    let c: &[f64] = &[2.0, 1.0, 5.0, 3.0, 4.0, 1.0];
    let found = siblings(r#""expectation_maximisation""#, [a, b, c]).unwrap();
    // Least squares of b on a and c over the four complete rows (numpy.linalg.lstsq 2.4.6).
    let expected = [13.577_669_902_912_618, 22.300_970_873_786_405];
    for (row, expected) in [4, 5].into_iter().zip(expected) {
        let own = found.values_of("b")[row];
        assert!((own - expected).abs() < 1e-9 * expected.abs(), "{own} {expected}");
        assert_eq!(own, format!("{own:.11e}").parse::<f64>().unwrap(), "twelve significant digits");
    }
    let refused = |columns: [&[f64]; 3]| {
        siblings(r#""expectation_maximisation""#, columns).unwrap_err().render(Lang::En)
    };
    let twice: Vec<f64> = a.iter().map(|x| 2.0 * x).collect();
    assert!(refused([a, b, &twice]).contains("c follows from the others"), "{}", refused([a, b, &twice]));
    let empty = refused([&[1.0, 2.0, 4.0, 5.0, 6.0, N], b, &[2.0, 1.0, 5.0, 3.0, 4.0, N]]);
    assert!(empty.contains("e5 in 2023 has no value of any of the indicators"), "{empty}");
}

#[test]
fn what_fills_a_value_is_exact_kept_by_references_and_not_filled_from() {
    // Of 0.1, 0.2 and 0.4 the mean is 7/30; a threshold of a third of 0.7 is met exactly.
    let text = "kaohe = 1\nid = \"t\"\nvariable = [{ id = \"x\", unit = \"1\" }]\n[[indicator]]\nid = \"i\"\nformula = \"x\"\nunit = \"1\"\n\
                impute = \"peer_mean\"\npoints = { rule = \"formula\", formula = \"if(3 * x >= 0.7, 1, 0)\" }\n";
    let panel = |x: &[f64]| {
        let names: Vec<String> = (0..x.len()).map(|k| format!("e{k}")).collect();
        let labels: Labels = names.iter().map(String::as_str).collect();
        let builder = Panel::builder(labels, vec![Period::year(2023).unwrap(); x.len()]);
        builder.column("x", x.to_vec()).build().unwrap()
    };
    let scheme = load(text);
    let all = panel(&[0.1, 0.2, 0.4, N, N]);
    let a = scheme.assess(&all).unwrap();
    assert_eq!(a.scores_of("i"), [0.0, 0.0, 1.0, 1.0, 1.0]);
    let references = scheme.references(&all).unwrap();
    assert_eq!(kaohe::References::from_json(&references.to_json()).unwrap(), references);
    let later = scheme.assess_against(&references, &panel(&[N, 9.0])).unwrap();
    assert_eq!(later.values_of("i")[0].to_bits(), a.values_of("i")[3].to_bits());
    assert_eq!(later.scores_of("i"), [1.0, 1.0]);
    // What a row is changed to moves what fills the others: an edit is a fresh assessment.
    let cell = Edit::Cell {
        entity: "e0".to_owned(),
        period: Period::year(2023).unwrap(),
        variable: "x".to_owned(),
        value: 0.3,
    };
    assert_eq!(a.edit(&[cell]).unwrap().values_of("i")[3], 0.3);
    let found = scheme.check(&all, &[]);
    assert!(
        found
            .iter()
            .any(|f| f.message(Lang::En) == "2 values of indicator i are missing and filled by peer_mean")
    );
}

#[test]
fn an_imputation_that_cannot_be_meant_is_refused() {
    let refused = |of_variable: &str, of_indicator: &str| {
        let text = format!(
            "kaohe = 1\nid = \"t\"\nvariable = [{{ id = \"x\", unit = \"1\"{of_variable} }}]\n[[indicator]]\nid = \"i\"\nformula = \"x\"\nunit = \"1\"\n\
             {of_indicator}points = {{ rule = \"linear\" }}\n"
        );
        Scheme::from_toml(&text).unwrap_err().render(Lang::En)
    };
    for (of_variable, of_indicator, message) in [
        (
            ", impute = \"row_mean\"",
            "",
            "row_mean looks at several indicators and cannot be that of a variable",
        ),
        ("", "impute = \"constant\"\n", "the key `value` is missing"),
        (
            "",
            "impute = { method = \"peer_mean\", by = \"r\", among = \"all\" }\n",
            "`by` says who the peers are",
        ),
        ("", "impute = { method = \"carry_forward\", within = 0 }\n", "must be greater than 0, not 0"),
        ("", "impute = \"peer_men\"\n", "did you mean `peer_mean`?"),
    ] {
        let error = refused(of_variable, of_indicator);
        assert!(error.contains(message), "{message}: {error}");
    }
    let by = load(
        "kaohe = 1\nid = \"t\"\nvariable = [{ id = \"x\", unit = \"1\", impute = { method = \"peer_mean\", by = \"地区\" } }]\n\
         [[indicator]]\nid = \"i\"\nformula = \"x\"\nunit = \"1\"\npoints = { rule = \"linear\" }\n",
    );
    let panel = Panel::builder(["a"].into_iter().collect(), vec![Period::year(2023).unwrap()]);
    let error = by.assess(&panel.column("x", vec![1.0]).build().unwrap()).unwrap_err().render(Lang::En);
    assert!(error.contains("the data have no column 地区"), "{error}");
}

#[test]
fn a_check_has_an_error_where_an_assessment_refuses_what_is_missing() {
    let gap = f64::NAN;
    let panel = |a: [f64; 4], b: [f64; 4]| {
        let periods = [2022, 2023].map(|year| Period::year(year).unwrap());
        let periods = [periods[0], periods[0], periods[1], periods[1]].to_vec();
        let entities: Labels = ["x", "y", "x", "y"].into_iter().collect();
        Panel::builder(entities, periods).column("a", a.to_vec()).column("b", b.to_vec()).build().unwrap()
    };
    let full = [1.0, 2.0, 3.0, 4.0];
    let one = [1.0, gap, 3.0, 4.0];
    let cases = [
        ("formula = \"a\"", "", one, Some(1)),
        ("formula = \"a\"\nmissing = \"skip\"", "", one, None),
        ("formula = \"a\"\nmissing = \"full\"", "", one, None),
        ("formula = \"a\"\nimpute = \"peer_mean\"", "", one, None),
        ("formula = \"a\"\nimpute = \"carry_forward\"", "", one, Some(1)),
        ("formula = \"if(is_missing(a), 0, a)\"", "", one, None),
        (
            "formula = \"b\"\nnot_applicable = { when = \"is_missing(a)\", then = \"redistribute\" }",
            "",
            one,
            None,
        ),
        // Of a variable that nothing reads nothing is asked.
        ("formula = \"b\"", "", one, None),
        ("formula = \"b\"", "adjustment = [{ id = \"c\", formula = \"a\" }]\n", one, Some(1)),
        (
            "formula = \"b\"",
            "adjustment = [{ id = \"c\", formula = \"if(is_missing(a), 0, 1)\" }]\n",
            one,
            None,
        ),
        // A sum leaves out what is missing, unless all of it is.
        ("formula = \"b / total(a)\"", "", one, None),
        ("formula = \"b / total(a)\"", "", [gap, gap, 3.0, 4.0], Some(2)),
        ("formula = \"a\"\n", "benchmarks = [\"y\"]\n", one, None),
    ];
    for (indicator, more, a, errors) in cases {
        let scheme = load(&format!(
            "kaohe = 1\nid = \"t\"\n{more}variable = [{{ id = \"a\", unit = \"1\" }}, {{ id = \"b\", unit = \"1\" }}]\n\
             [[indicator]]\nid = \"i\"\nunit = \"1\"\npoints = {{ rule = \"formula\", formula = \"x\" }}\n{indicator}\n\
             [[indicator]]\nid = \"j\"\nunit = \"1\"\nformula = \"b\"\npoints = {{ rule = \"formula\", formula = \"x\" }}\n"
        ));
        let panel = panel(a, full);
        let found = scheme.check(&panel, &[]);
        let missing = found.iter().filter(|f| f.code == "missing_value").count();
        assert_eq!(missing, errors.unwrap_or_default(), "{indicator} {more}: {found:?}");
        assert_eq!(scheme.assess(&panel).is_err(), errors.is_some(), "{indicator} {more}");
        let allowed = found.iter().filter(|f| f.code == "missing_allowed").count();
        assert_eq!(allowed, usize::from(errors.is_none()), "{indicator} {more}: {found:?}");
    }
}

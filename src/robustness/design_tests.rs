use super::*;
use crate::panel::{Panel, Period};
use crate::robustness::runner::Model;
use crate::scheme::model::Free;

const SCHEME: &str = r#"
kaohe = 1
id = "study"
weights_sum = 100
variable = [{ id = "rd", unit = "亿元" }, { id = "gdp", unit = "亿元" }, { id = "old_gdp", unit = "亿元" }, { id = "se", unit = "亿元" }]
group = [{ id = "input", weight = 60, aggregate = "geometric" }]
[[indicator]]
id = "intensity"
parent = "input"
formula = "rd / gdp"
unit = "%"
weight = 40
points = { rule = "linear", low = 0, high = 5 }
[[indicator]]
id = "money"
parent = "input"
formula = "rd"
unit = "亿元"
weight = 20
points = { rule = "linear", low = 0, high = 10 }
[[indicator]]
id = "size"
formula = "gdp"
unit = "亿元"
weight = 40
points = { rule = "linear", low = 0, high = 300 }
"#;

fn assessment() -> Assessment {
    let scheme = Scheme::from_toml(SCHEME).expect("the scheme of the tests loads");
    let periods = [2022, 2023].map(|year| Period::year(year).expect("a year"));
    let entities: Vec<(&str, Period)> =
        periods.iter().flat_map(|p| ["甲", "乙", "丙"].map(|name| (name, *p))).collect();
    let panel = Panel::builder(
        entities.iter().map(|(name, _)| *name).collect(),
        entities.iter().map(|(_, period)| *period).collect(),
    )
    .column("rd", vec![1.0, 2.0, 3.0, 2.0, 3.0, 4.0])
    .column("gdp", vec![100.0, 120.0, 90.0, 130.0, 140.0, 110.0])
    .column("old_gdp", vec![90.0, 110.0, 95.0, 120.0, 150.0, 100.0])
    .column("se", vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    .build()
    .expect("the panel of the tests is sound");
    scheme.assess(&panel).expect("the assessment of the tests runs")
}

fn factors(toml: &str) -> Vec<Factor> {
    let text = format!("{toml}\n{SCHEME}");
    let scheme = Scheme::from_toml(&text).map_err(|e| e.to_string()).expect("the factors load");
    scheme.document().robustness.factors.clone()
}

fn every_factor() -> Vec<Factor> {
    factors(
        r#"
robustness.factor = [
  { id = "weights", weights = { within = 0.25 } },
  { id = "aggregation", setting = { at = "total.aggregate", among = ["geometric"], keep = true, chances = [0.25, 0.75] } },
  { id = "high", setting = { at = "indicator.size.points.high", between = [200, 400] } },
  { id = "out", leave_out = ["*"] },
  { id = "vintage", columns = { gdp = "old_gdp" } },
  { id = "error", error = { variables = ["rd", "gdp"], normal = 0.01, relative = true, correlation = 0.5 } },
  { id = "digits", error = { variables = ["old_gdp"], digits = 0 } },
  { id = "known", error = { variables = ["gdp"], column = "se" } },
]
"#,
    )
}

fn design(factors: &[Factor]) -> Design {
    Design::of(&assessment(), factors).map_err(|e| e.to_string()).expect("the design compiles")
}

#[test]
fn every_kind_of_factor_is_compiled_and_written_again() {
    let factors = every_factor();
    let design = design(&factors);
    // Weights of the two members of `input` and of the two of the total, and one coordinate for each of the others.
    assert_eq!(design.dimensions(), 4 + 7);
    assert_eq!(design.factors()[3].chances(), Some(&[0.25; 4][..]));
    let mut document = assessment().inner.scheme.document().clone();
    document.robustness.factors.clone_from(&factors);
    let written = Scheme::from_document(document).expect("factors are part of a scheme").to_toml();
    let again = Scheme::from_toml(&written).expect("what was written loads");
    assert_eq!(again.document().robustness.factors, factors);
}

#[test]
fn a_point_is_the_change_it_says() {
    let (base, design) = (assessment(), design(&every_factor()));
    let mut point = vec![0.5; design.dimensions()];
    point[..4].copy_from_slice(&[1.0, 0.5, 0.0, 0.5]);
    // The geometric mean, the highest `high`, nothing left out, the old numbers.
    point[4..8].copy_from_slice(&[0.3, 1.0, 0.1, 0.9]);
    let mut choices = Vec::new();
    design.choices(&point, &mut choices);
    assert_eq!(choices, [1, 1]);
    let started = base.edit(&design.base_edits(&base, &choices)).expect("the alternatives apply");
    let old = base.inner.panel.column("old_gdp").expect("the column is there").values().to_vec();
    assert_eq!(started.inner.panel.column("gdp").expect("the column is there").values(), old);
    let plan = started.inner.scheme.plan();
    let mut weights = vec![0.0; plan.nodes.len()];
    design.weights(plan, 0, &point, &mut weights);
    let of = |id: &str| weights[plan.node(id).expect("a node")];
    assert_eq!([of("intensity"), of("money"), of("size"), of("input")], [50.0, 20.0, 30.0, 60.0]);
    let run = started.edit(&design.edits(&started, &point)).expect("the run works");
    let document = run.inner.scheme.document();
    assert_eq!(document.indicators[0].weight, 50.0);
    assert_eq!(document.weights_sum, None);
    assert_eq!(document.total.aggregate, crate::method::aggregation::Aggregation::Geometric);
    assert!(run.inner.scheme.to_toml().contains("high = 400"));
    assert!(!design.is_reweighed());
}

#[test]
fn errors_have_the_size_that_is_said() {
    let base = assessment();
    let panel = &base.inner.panel;
    let design = design(&factors(
        r#"robustness.factor = [{ id = "e", error = { variables = ["rd", "gdp"], normal = 0.1, relative = true, correlation = 0.8 } }]"#,
    ));
    let (mut squares, mut products, mut count) = ([0.0; 2], 0.0, 0.0);
    for run in 0..5_000 {
        let mut point = [0.0];
        design.draw(7, run, &mut point);
        let edits = design.edits(&base, &point);
        let relative = |edit: &Edit| match edit {
            Edit::Column { variable, column } => {
                let own = panel.column(variable).expect("a column").values();
                column.values().iter().zip(own).map(|(x, own)| (x / own - 1.0) / 0.1).collect::<Vec<_>>()
            }
            _ => Vec::new(),
        };
        let (a, b) = (relative(&edits[0]), relative(&edits[1]));
        for (a, b) in a.iter().zip(&b) {
            squares = [squares[0] + a * a, squares[1] + b * b];
            products += a * b;
            count += 1.0;
        }
    }
    // Five standard errors of a mean of 30,000 numbers.
    let close = 5.0 * (2.0f64 / count).sqrt();
    assert!((squares[0] / count - 1.0).abs() < close && (squares[1] / count - 1.0).abs() < close);
    assert!((products / count - 0.8).abs() < close, "correlation {}", products / count);
}

#[test]
fn free_weights_are_uniform_on_their_simplex() {
    let given = [5.0, 0.0, 3.0, 2.0];
    let mean = |draw: WeightDraw| {
        let mut sums = [0.0; 4];
        for run in 0..20_000u64 {
            let (mut u, mut to) = ([0.0; 4], [0.0; 4]);
            Philox::new([0, 1]).uniforms(4 * run, &mut u);
            draw.weights(&[0, 1, 2, 3], &given, &u, &mut to);
            assert!((to.iter().sum::<f64>() - 10.0).abs() < 1e-12 && to[1] == 0.0);
            sums.iter_mut().zip(to).for_each(|(sum, w)| *sum += w / 20_000.0);
        }
        sums
    };
    // Of the shares of a uniform point of a simplex of three, each is 1/3 at the mean; in order 11/18, 5/18, 2/18. Dirichlet keeps the scheme's.
    let cases = [
        (WeightDraw::Free(Free::Any), [10.0 / 3.0, 0.0, 10.0 / 3.0, 10.0 / 3.0]),
        (WeightDraw::Free(Free::InOrder), [110.0 / 18.0, 0.0, 50.0 / 18.0, 20.0 / 18.0]),
        (WeightDraw::Dirichlet(20.0), given),
    ];
    for (draw, expected) in cases {
        for (own, expected) in mean(draw).iter().zip(expected) {
            // Five standard errors; a share has a standard deviation below 0.25.
            assert!((own - expected).abs() < 5.0 * 2.5 / 20_000.0f64.sqrt(), "{draw:?}: {own}, {expected}");
        }
    }
}

#[test]
fn what_is_wrong_with_factors_is_said_at_once() {
    let toml = r#"
robustness.factor = [
  { id = "a", weights = { within = 2 } },
  { id = "a", setting = { at = "total.agregate", among = [1] } },
  { id = "b", setting = { at = "group.nobody.aggregate", among = ["geometric"] } },
  { id = "c", setting = { at = "total.aggregate", among = ["geometric"], chances = [0.5] } },
  { id = "d", error = { variables = ["rnd"], normal = -1 } },
  { id = "e", columns = { gdp = "nothing" } },
  { id = "f", leave_out = [] },
  { id = "g", setting = { at = "indicator.size.weight", between = [3, 1] } },
]
"#;
    let error = Scheme::from_toml(&format!("{toml}{SCHEME}")).expect_err("the factors are wrong");
    let codes: Vec<&str> = error.findings().iter().map(|f| f.code).collect();
    let expected = [
        "out_of_range",
        "duplicate_id",
        "address_unknown",
        "vary_chances_sum",
        "unknown_variable_near",
        "negative",
        "unknown_variable",
        "empty_list",
        "vary_weight_twice",
        "vary_between",
    ];
    assert_eq!(codes, expected);
    assert!(error.findings().iter().all(|f| f.place.line.is_some()), "{error}");
    // Whether an alternative is one the scheme can have is known once it is tried.
    let wrong =
        factors(r#"robustness.factor = [{ id = "a", setting = { at = "total.agregate", among = [1] } }]"#);
    let error = Design::of(&assessment(), &wrong).expect_err("there is no such key");
    assert_eq!(error.findings()[0].place.path.as_deref(), Some("factors[0].setting.among[0]"));
    assert_eq!(error.findings()[0].code, "unknown_key_near");
    let too_far = WeightsWay::Within(2.0);
    let beside = Vary::Weights(VaryWeights { way: too_far, groups: Vec::new() });
    let both = [Factor { id: "b".to_owned(), title: Title::default(), vary: beside }, wrong[0].clone()];
    let error = Design::of(&assessment(), &both).expect_err("both are wrong");
    assert_eq!(
        error.findings().iter().map(|f| f.code).collect::<Vec<_>>(),
        ["out_of_range", "unknown_key_near"]
    );
}

#[test]
fn a_weight_that_a_class_writes_varies_with_the_others() {
    // The same as that of everybody else: it is the class's own nevertheless.
    let text = r#"
        kaohe = 1
        id = "t"
        variable = [{ id = "x", unit = "1" }, { id = "y", unit = "1" }]
        indicator = [
            { id = "i", formula = "x", unit = "1", weight = 4, points = { rule = "formula", formula = "x" } },
            { id = "j", formula = "y", unit = "1", weight = 1, points = { rule = "formula", formula = "x" } },
        ]
        class = [{ id = "A", entities = ["a"] }, { id = "B", entities = ["b"], weights = { i = 4, j = 2 } }]
    "#;
    let year = Period::year(2023).unwrap();
    let panel = Panel::builder(["a", "b"].into_iter().collect(), vec![year; 2])
        .column("x", vec![90.0, 20.0])
        .column("y", vec![10.0, 50.0])
        .build()
        .unwrap();
    let assessment = Scheme::from_toml(text).unwrap().assess(&panel).unwrap();
    let varied = factors(r#"robustness.factor = [{ id = "w", weights = { within = 0.5 } }]"#);
    let model = Model::of(&assessment, year, &varied).unwrap();
    let point = [0.0, 1.0];
    // Half of the weight of i, half as much again of that of j.
    let expected = [(2.0 * 90.0 + 1.5 * 10.0) / 3.5, (2.0 * 20.0 + 3.0 * 50.0) / 5.0];
    let whole = model.replay(&point).unwrap();
    let mut runner = model.runner();
    let fast = runner.run(&point).unwrap();
    for (row, expected) in expected.into_iter().enumerate() {
        approx::assert_relative_eq!(whole.totals()[row], expected, max_relative = 1e-12);
        approx::assert_relative_eq!(fast.totals[row], expected, max_relative = 1e-12);
    }
}

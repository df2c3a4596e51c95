//! What a scheme means where several readings were possible: directions, conditions over missing data, entities that an
//! indicator does not apply to, parts without a base, points where something is left out, numbers beyond `f64`.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up fails")]

use kaohe::{Assessment, DataError, FlagKind, Labels, Lang, Panel, Period, Scheme, Severity};

use crate::support::ById;

/// Points are sums of a few products of small decimals: this is far above their rounding, far below a digit shown.
const ROUNDING: f64 = 1e-9;

fn scheme(rest: &str) -> Scheme {
    let text = format!("kaohe = 1\nid = \"t\"\n{rest}");
    Scheme::from_toml(&text).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)))
}

/// Variables `x`, `y` and `z` in 分, with more keys of `z`, then the rest.
fn three(of_z: &str, rest: &str) -> Scheme {
    let variable = |id: &str, more: &str| format!("[[variable]]\nid = \"{id}\"\nunit = \"分\"\n{more}\n");
    scheme(&format!("{}{}{}{rest}", variable("x", ""), variable("y", ""), variable("z", of_z)))
}

/// Indicators without weight that leave `y` and `z` out where they are missing: what a condition reads besides an
/// indicator obeys the indicator's policy.
fn beside() -> String {
    let leaf = |of: &str| {
        format!(
            "[[indicator]]\nid = \"of_{of}\"\nformula = \"{of}\"\nunit = \"分\"\nweight = 0\nmissing = \"skip\"\n\
             points = {{ rule = \"ratio\", to = 100 }}\n"
        )
    };
    format!("{}{}", leaf("y"), leaf("z"))
}

/// Rows of entity, year, `x`, `y`, `z`.
fn panel(rows: &[(&str, i32, f64, f64, f64)]) -> Panel {
    let names: Labels = rows.iter().map(|r| r.0).collect();
    Panel::builder(names, rows.iter().map(|r| Period::year(r.1).unwrap()).collect())
        .column("x", rows.iter().map(|r| r.2).collect::<Vec<f64>>())
        .column("y", rows.iter().map(|r| r.3).collect::<Vec<f64>>())
        .column("z", rows.iter().map(|r| r.4).collect::<Vec<f64>>())
        .build()
        .unwrap()
}

fn assess(scheme: &Scheme, panel: &Panel) -> Assessment {
    scheme.assess(panel).unwrap_or_else(|e| panic!("{}", e.render(Lang::En)))
}

fn refused(scheme: &Scheme, panel: &Panel) -> DataError {
    scheme.assess(panel).unwrap_err()
}

fn total(a: &Assessment, entity: &str, year: i32) -> f64 {
    a.totals()[a.row(entity, Period::year(year).unwrap()).unwrap()]
}

const NONE: f64 = f64::NAN;

fn indicator(more: &str, points: &str) -> String {
    format!("[[indicator]]\nid = \"a\"\nformula = \"x\"\nunit = \"分\"\n{more}\npoints = {points}\n")
}

#[test]
fn attainment_of_a_planned_fall_is_the_share_of_the_way_down() {
    let points = "{ measure = { kind = \"attainment\", form = \"change\", base = 100 }, rule = \"linear\", low = 0, \
                  high = 1, clamp = false }";
    let text = format!(
        "{}[[target]]\nindicator = \"a\"\nvalue = 90\n",
        indicator("direction = \"negative\"", points)
    );
    let rows = [("甲", 2023, 80.0, 0.0, 0.0), ("乙", 2023, 90.0, 0.0, 0.0), ("丙", 2023, 110.0, 0.0, 0.0)];
    let a = assess(&three("", &text), &panel(&rows));
    assert_eq!(["甲", "乙", "丙"].map(|e| total(&a, e, 2023)), [200.0, 100.0, -100.0]);
    let said = a.explain("甲", Period::year(2023).unwrap()).unwrap().to_text(Lang::En);
    assert!(said.contains("the share of the way from 100 to the target 90"), "{said}");
}

#[test]
fn a_rank_change_counts_ranks_in_the_direction_of_the_indicator() {
    // Less is better: 甲 falls from the first place to the third.
    let points = "{ measure = \"rank_change\", rule = \"linear\", low = -2, high = 2 }";
    let rows = [
        ("甲", 2022, 1.0, 0.0, 0.0),
        ("乙", 2022, 2.0, 0.0, 0.0),
        ("丙", 2022, 3.0, 0.0, 0.0),
        ("甲", 2023, 9.0, 0.0, 0.0),
        ("乙", 2023, 2.0, 0.0, 0.0),
        ("丙", 2023, 3.0, 0.0, 0.0),
    ];
    let a = assess(&three("", &indicator("direction = \"negative\"", points)), &panel(&rows));
    assert_eq!(["甲", "乙", "丙"].map(|e| total(&a, e, 2023)), [0.0, 75.0, 75.0]);
    let b = assess(&three("", &indicator("", points)), &panel(&rows));
    assert_eq!(["甲", "乙", "丙"].map(|e| total(&b, e, 2023)), [100.0, 25.0, 25.0]);
}

#[test]
fn the_first_value_of_a_target_is_the_best_of_the_indicator() {
    let points = "{ measure = { kind = \"attainment\", form = \"reverse\", target = \"first\" }, rule = \"linear\", \
                  low = 0, high = 1 }";
    let rows = [("甲", 2023, 4.0, 0.0, 0.0), ("乙", 2023, 8.0, 0.0, 0.0)];
    let a = assess(&three("", &indicator("direction = \"negative\"", points)), &panel(&rows));
    assert_eq!(["甲", "乙"].map(|e| total(&a, e, 2023)), [100.0, 50.0]);
}

/// Whether a veto to 10 points applies, for three values of `y` and `z`.
fn vetoes(when: &str, y: f64, z: f64) -> bool {
    let floor = format!("[[floor]]\nid = \"v\"\nwhen = \"{when}\"\nthen = {{ set_total = 10 }}\n");
    let text = format!("{}{}{floor}", indicator("", "{ rule = \"ratio\", to = 100 }"), beside());
    let a = assess(&three("", &text), &panel(&[("甲", 2023, 50.0, y, z)]));
    total(&a, "甲", 2023) == 10.0
}

#[test]
fn a_condition_over_something_missing_is_decided_where_the_rest_decides() {
    // True or missing is true; false and missing is false; else missing, which is not met.
    for (y, z, or, and) in [
        (5.0, 5.0, true, true),
        (5.0, 0.0, true, false),
        (5.0, NONE, true, false),
        (NONE, 5.0, true, false),
        (0.0, NONE, false, false),
        (NONE, 0.0, false, false),
        (NONE, NONE, false, false),
    ] {
        assert_eq!(vetoes("y > 1 or z > 1", y, z), or, "{y} or {z}");
        assert_eq!(vetoes("y > 1 and z > 1", y, z), and, "{y} and {z}");
        // What is false for certain is the negation's truth; what is missing stays so.
        let known_false = |x: f64| !x.is_nan() && x <= 1.0;
        assert_eq!(
            vetoes("not (y > 1 and z > 1)", y, z),
            known_false(y) || known_false(z),
            "not ({y} and {z})"
        );
        assert_eq!(
            vetoes("not (y > 1 or z > 1)", y, z),
            known_false(y) && known_false(z),
            "not ({y} or {z})"
        );
    }
    // Also where a comparison is too close for floats: 0.1 + 0.2 is 0.3.
    assert!(vetoes("number(y) + 0.2 == 0.3 or z > 1", 0.1, NONE));
    assert!(!vetoes("number(y) + 0.2 != 0.3 and z > 1", 0.1, NONE));
}

#[test]
fn an_indicator_that_may_not_apply_asks_a_condition_of_three_values() {
    let more = "not_applicable = { when = \"y > 1 or z > 1\", then = \"zero\" }";
    let text = format!("{}{}", indicator(more, "{ rule = \"ratio\", to = 100 }"), beside());
    let rows = [("甲", 2023, 50.0, 5.0, NONE), ("乙", 2023, 50.0, 0.0, NONE), ("丙", 2023, 50.0, NONE, 5.0)];
    let a = assess(&three("", &text), &panel(&rows));
    assert_eq!(["甲", "乙", "丙"].map(|e| total(&a, e, 2023)), [0.0, 50.0, 0.0]);
}

#[test]
fn what_only_conditions_and_adjustments_read_obeys_its_missing() {
    let rows = [
        ("甲", 2022, 50.0, 0.0, 1.0),
        ("乙", 2022, 50.0, 0.0, 0.0),
        ("甲", 2023, 50.0, 0.0, 1.0),
        ("乙", 2023, 50.0, 0.0, NONE),
    ];
    let linear = "{ rule = \"ratio\", to = 100 }";
    let floor = "[[floor]]\nid = \"v\"\nwhen = \"z > 0\"\nthen = { set_total = 10 }\n";
    let adjustment = "[[adjustment]]\nid = \"v\"\nformula = \"number(z)\"\n";
    let condition = indicator("not_applicable = { when = \"z > 0\", then = \"zero\" }", linear);
    for text in [
        format!("{}{floor}", indicator("", linear)),
        format!("{}{adjustment}", indicator("", linear)),
        condition,
    ] {
        let strict = three("", &text);
        let error = refused(&strict, &panel(&rows));
        let finding = &error.findings()[0];
        assert_eq!((error.findings().len(), finding.code), (1, "missing_value"));
        assert_eq!(
            (finding.place.entity.as_deref(), finding.place.period.as_deref()),
            (Some("乙"), Some("2023"))
        );
        assert_eq!(finding.place.column.as_deref(), Some("z"));
        assert!(
            finding.message(Lang::En).starts_with("z of 乙 in 2023 is missing"),
            "{}",
            finding.message(Lang::En)
        );
        let checked = strict.check(&panel(&rows), &[]);
        assert!(
            checked
                .iter()
                .any(|f| f.code == "missing_value" && f.message(Lang::En) == finding.message(Lang::En))
        );
        // What nothing is there to fill from is refused as well.
        assert_eq!(
            refused(&three("missing = \"interpolate\"", &text), &panel(&rows[3..])).findings()[0].code,
            "unfilled_value"
        );
        for fills in ["zero", "carry_forward"] {
            let lenient = three(&format!("missing = \"{fills}\""), &text);
            assert!(lenient.assess(&panel(&rows)).is_ok(), "{fills}");
        }
    }
    // Who asks whether it is missing has said what that means.
    let asked = floor.replace("z > 0", "is_missing(z)");
    let a = assess(&three("", &format!("{}{asked}", indicator("", linear))), &panel(&rows));
    assert_eq!([total(&a, "甲", 2023), total(&a, "乙", 2023)], [50.0, 10.0]);
    // An entity that only serves as reference is not assessed.
    let benchmark = scheme(&format!(
        "benchmarks = [\"乙\"]\nvariable = [{{ id = \"x\", unit = \"分\" }}, {{ id = \"z\", unit = \"分\" }}]\n{}{floor}",
        indicator("", linear)
    ));
    assert!(benchmark.assess(&panel(&rows)).is_ok());
}

#[test]
fn an_entity_that_an_indicator_does_not_apply_to_is_in_nobodys_reference() {
    let rows = [
        ("甲", 2023, 10.0, 0.0, 0.0),
        ("乙", 2023, 20.0, 0.0, 0.0),
        ("丙", 2023, 30.0, 0.0, 0.0),
        ("丁", 2023, 90.0, 9.0, 0.0),
        ("戊", 2023, 1.0, 9.0, 0.0),
    ];
    let with = |points: &str| {
        let more = "not_applicable = { when = \"y > 1\", then = \"redistribute\" }";
        let other = "[[indicator]]\nid = \"b\"\nformula = \"z\"\nunit = \"分\"\nweight = 0\npoints = { rule = \"ratio\", to = 1 }\n";
        assess(&three("", &format!("{}{other}", indicator(more, points))), &panel(&rows))
    };
    let three_of = |a: &Assessment| ["甲", "乙", "丙"].map(|e| total(a, e, 2023));
    let a = with("{ rule = \"linear\" }");
    assert_eq!(three_of(&a), [0.0, 50.0, 100.0]);
    assert!(total(&a, "丁", 2023).is_nan() && total(&a, "戊", 2023).is_nan());
    assert_eq!(three_of(&with("{ rule = \"rank\", table = [100, 60, 20] }")), [20.0, 60.0, 100.0]);
    assert_eq!(
        three_of(&with("{ rule = \"rank\", percentile = true }")),
        three_of(&with("{ rule = \"linear\" }"))
    );
    let by = |anchor: &str| format!("{{ rule = \"linear\", low = 0, high = {anchor}, clamp = false }}");
    assert_eq!(three_of(&with(&by("\"mean\""))), [50.0, 100.0, 150.0]);
    assert_eq!(three_of(&with(&by("\"median\""))), [50.0, 100.0, 150.0]);
    assert_eq!(three_of(&with(&by("{ quantile = 0.5 }"))), [50.0, 100.0, 150.0]);
    assert_eq!(three_of(&with(&by("\"sd\""))), [100.0, 200.0, 300.0]);
    let pooled = three_of(&with(&by("\"pooled\"")));
    assert!(
        pooled.iter().zip([50.0 / 3.0, 100.0 / 3.0, 50.0]).all(|(a, b)| (a - b).abs() <= ROUNDING),
        "{pooled:?}"
    );
    assert_eq!(three_of(&with("{ rule = \"formula\", formula = \"count\" }")), [3.0, 3.0, 3.0]);
    let gap = "{ measure = \"gap_to_mean\", rule = \"linear\", low = -10, high = 10 }";
    assert_eq!(three_of(&with(gap)), [0.0, 50.0, 100.0]);
    let year = Period::year(2023).unwrap();
    let said = a.explain("乙", year).unwrap().to_text(Lang::En);
    assert!(
        said.contains("of 3 values")
            && said.contains("2 entities that the indicator does not apply to are not counted"),
        "{said}"
    );
    let said = a.explain("丁", year).unwrap().to_text(Lang::Zh);
    assert!(said.contains("其数值不进入任何比较基准"), "{said}");
}

#[test]
fn a_row_that_an_indicator_does_not_apply_to_fills_no_peer() {
    let rows = [
        ("甲", 2023, 10.0, 0.0, 0.0),
        ("乙", 2023, 30.0, 0.0, 0.0),
        ("丙", 2023, NONE, 0.0, 0.0),
        ("丁", 2023, 90.0, 9.0, 0.0),
    ];
    let more = "not_applicable = { when = \"y > 1\", then = \"full\" }\nmissing = \"peer_mean\"";
    let a = assess(&three("", &indicator(more, "{ rule = \"ratio\", to = 100 }")), &panel(&rows));
    assert_eq!(["甲", "乙", "丙", "丁"].map(|e| total(&a, e, 2023)), [10.0, 30.0, 20.0, 100.0]);
}

const GROWTH: &str = "[{ share = 0.6, rule = \"ratio\", to = 100 }, { share = 0.4, measure = \"growth\", rule = \"linear\", low = 0, high = 1 }]";

#[test]
fn a_part_without_an_earlier_value_is_left_out_and_never_in_silence() {
    let rows = [
        ("甲", 2022, 50.0, 0.0, 0.0),
        ("乙", 2022, NONE, 0.0, 0.0),
        ("甲", 2023, 75.0, 0.0, 0.0),
        ("乙", 2023, 50.0, 0.0, 0.0),
        ("丙", 2023, 50.0, 0.0, 0.0),
    ];
    let with = |missing: &str| {
        let part = format!("rule = \"linear\", measure = \"growth\"{missing}");
        let growth = GROWTH.replacen("measure = \"growth\", rule = \"linear\"", &part, 1);
        assert!(growth.contains(&part), "{GROWTH}");
        three("", &indicator("missing = \"skip\"", &growth))
    };
    // The data have 2022, but not of 乙 and 丙: by default that is refused, cell by cell, and `check` says it, too.
    let error = refused(&with(""), &panel(&rows));
    let said: Vec<String> = error.findings().iter().map(|f| f.message(Lang::En)).collect();
    let of = |entity: &str| {
        format!(
            "part of indicator a of {entity} in 2023 (growth) takes the value of 2022, which is missing; supply it, or say in the \
             part how to treat it (missing = \"zero\", \"full\" or \"redistribute\")"
        )
    };
    assert_eq!(said, [of("乙"), of("丙")]);
    let checked = with("").check(&panel(&rows), &[]);
    let found =
        |code: &str| checked.iter().filter(|f| f.code == code).map(|f| f.severity).collect::<Vec<_>>();
    assert_eq!(found("part_base_missing"), [Severity::Error]);
    assert_eq!(found("part_without_base"), [Severity::Warning]);
    // Refused wherever there is nothing to compare with, also where the data begin.
    let error = refused(&with(", missing = \"error\""), &panel(&rows));
    let codes: Vec<&str> = error.findings().iter().map(|f| f.code).collect();
    assert_eq!(codes, ["part_not_scored"; 3]);
    // With points of its own the part keeps its share.
    let totals = |missing: &str| {
        let a = assess(&with(missing), &panel(&rows));
        let flags = a.flags().into_iter().filter(|f| f.finding.code == "flag_part_filled").count();
        assert_eq!(flags, 3, "{missing}");
        [total(&a, "甲", 2022), total(&a, "甲", 2023), total(&a, "乙", 2023)]
    };
    assert_eq!(totals(", missing = \"zero\""), [30.0, 65.0, 30.0]);
    assert_eq!(totals(", missing = \"full\""), [70.0, 65.0, 70.0]);
    let filled = assess(&with(", missing = \"zero\""), &panel(&rows));
    let said = filled.explain("乙", Period::year(2023).unwrap()).unwrap().to_text(Lang::Zh);
    assert!(said.contains("没有可比的数值（如缺上期数值），按方案规定计零分"), "{said}");
    let s = with(", missing = \"redistribute\"");
    let a = assess(&s, &panel(&rows));
    assert_eq!([total(&a, "甲", 2022), total(&a, "甲", 2023), total(&a, "乙", 2023)], [50.0, 65.0, 50.0]);
    let out: Vec<(String, String)> = a
        .flags()
        .into_iter()
        .filter(|f| f.finding.code == "flag_part_out")
        .map(|f| {
            assert_eq!(f.kind, FlagKind::Filled);
            assert!(f.finding.message(Lang::En).contains("growth"), "{}", f.finding.message(Lang::En));
            (f.finding.place.entity.unwrap(), f.finding.place.period.unwrap())
        })
        .collect();
    let wanted = [("甲", "2022"), ("乙", "2023"), ("丙", "2023")].map(|(e, p)| (e.to_owned(), p.to_owned()));
    assert_eq!(out, wanted);
    let warned: Vec<String> = s
        .check(&panel(&rows), &[])
        .into_iter()
        .filter(|f| f.code == "part_without_base")
        .map(|f| {
            assert_eq!((f.severity, f.place.column.as_deref()), (Severity::Warning, Some("a")));
            f.message(Lang::En)
        })
        .collect();
    assert_eq!(warned.len(), 2, "{warned:?}");
    assert!(warned[0].contains("2022") && warned[0].contains('甲'), "{warned:?}");
    assert!(warned[1].contains("2023") && warned[1].contains("乙") && warned[1].contains('丙'), "{warned:?}");
}

#[test]
fn a_base_period_that_is_not_there_is_refused() {
    let text = indicator("", "{ rule = \"linear\", over = \"2000\" }");
    let rows = [("甲", 2022, 1.0, 0.0, 0.0), ("甲", 2023, 2.0, 0.0, 0.0)];
    let s = three("", &text);
    let error = refused(&s, &panel(&rows));
    let finding = &error.findings()[0];
    assert_eq!((finding.code, finding.place.column.as_deref()), ("no_base_period", Some("a")));
    let said = finding.message(Lang::En);
    assert!(["2000", "2022", "2023"].iter().all(|p| said.contains(p)), "{said}");
    assert!(
        s.check(&panel(&rows), &[])
            .iter()
            .any(|f| f.code == "no_base_period" && f.severity == Severity::Error)
    );
    let there = three(
        "",
        &indicator("", "{ rule = \"linear\", low = 0, high = \"max\", over = \"2022\", clamp = false }"),
    );
    assert_eq!(total(&assess(&there, &panel(&rows)), "甲", 2023), 200.0);
}

#[test]
fn grades_beyond_255_are_themselves() {
    let table: Vec<String> = (0..300).map(|g| format!("[\"g{g}\", {}]", 300 - g)).collect();
    let text = format!(
        "{}[total]\ngrades = [{}]\n",
        indicator("", "{ rule = \"linear\", low = 0, high = 300, clamp = false, between = [0, 300] }"),
        table.join(", ")
    );
    let a = assess(
        &three("", &text),
        &panel(&[("甲", 2023, 40.0, 0.0, 0.0), ("乙", 2023, 0.5, 0.0, 0.0), ("丙", 2023, 45.0, 0.0, 0.0)]),
    );
    let grade = |e: &str| a.grade(a.row(e, Period::year(2023).unwrap()).unwrap());
    assert_eq!((grade("甲"), grade("乙"), grade("丙")), (Some("g260"), None, Some("g255")));
}

/// Two groups of two indicators over `x`, `y`, `x` and `z`; the last, of `w`, is left out where `z` is missing.
fn grouped(round: &str) -> Scheme {
    let group = |id: &str, weight: u32| format!("[[group]]\nid = \"{id}\"\nweight = {weight}\n");
    let leaf = |id: &str, of: &str, parent: &str, weight: u32| {
        format!(
            "[[indicator]]\nid = \"{id}\"\nparent = \"{parent}\"\nformula = \"{of}\"\nunit = \"分\"\nweight = {weight}\n\
             missing = \"skip\"\npoints = {{ rule = \"ratio\", to = 100 }}\n{round}"
        )
    };
    let leaves =
        [leaf("a", "x", "g", 1), leaf("b", "y", "g", 2), leaf("c", "y", "h", 3), leaf("d", "z", "h", 1)];
    three("", &format!("{}{}{}", group("g", 3), group("h", 1), leaves.concat()))
}

#[test]
fn points_are_those_of_the_weights_that_are_left() {
    let rows = [
        ("甲", 2023, 40.0, 50.0, 60.0),
        ("乙", 2023, 40.0, 50.0, NONE),
        ("丙", 2023, NONE, 50.0, 60.0),
        ("丁", 2023, 40.0, NONE, NONE),
    ];
    for round in ["", "points_round = { digits = 1, carry = true }\n"] {
        let a = assess(&grouped(round), &panel(&rows));
        let nth = |i| a.scheme().node_ids().nth(i).unwrap();
        for (row, (name, ..)) in rows.iter().enumerate() {
            let points: Vec<f64> = (0..4).map(|i| a.points(nth(i))[row]).filter(|p| !p.is_nan()).collect();
            let total = a.totals()[row];
            assert!(
                (points.iter().sum::<f64>() - total).abs() <= ROUNDING,
                "{name}: {points:?}, not {total}"
            );
            let groups: f64 = (4..6).map(|g| a.points(nth(g))[row]).filter(|p| !p.is_nan()).sum();
            assert!((groups - total).abs() <= ROUNDING, "{name}: {groups}, not {total}");
        }
    }
    let a = assess(&grouped(""), &panel(&rows));
    let year = Period::year(2023).unwrap();
    for (name, ..) in rows {
        let row = a.row(name, year).unwrap();
        let told = a.contributions(name, year).unwrap();
        let nth = |i| a.scheme().node_ids().nth(i).unwrap();
        for (i, own) in told.rows.iter().take(4).enumerate() {
            let points = a.points(nth(i))[row];
            assert!(
                (own.points - if points.is_nan() { 0.0 } else { points }).abs() <= ROUNDING,
                "{name}: {own:?}"
            );
        }
        assert_eq!(told.rows.len(), 4, "{told:?}");
        let root = a.explain(name, year).unwrap().root;
        let groups: f64 = root.children.iter().filter_map(|g| g.points).sum();
        assert!((groups - a.totals()[row]).abs() <= ROUNDING, "{name}");
    }
}

#[test]
fn equal_totals_in_a_stated_order_go_by_name_whatever_the_order_of_rows() {
    let text = format!(
        "{}[total]\nrank = {{ ties = \"ordinal\" }}\n",
        indicator("", "{ rule = \"ratio\", to = 100 }")
    );
    let s = three("", &text);
    let rows = [
        ("c", 2023, 5.0, 0.0, 0.0),
        ("a", 2023, 5.0, 0.0, 0.0),
        ("b", 2023, 5.0, 0.0, 0.0),
        ("d", 2023, 9.0, 0.0, 0.0),
    ];
    for turn in 0..rows.len() {
        let mut turned = rows;
        turned.rotate_left(turn);
        let a = assess(&s, &panel(&turned));
        let rank = |e: &str| a.ranks()[a.row(e, Period::year(2023).unwrap()).unwrap()];
        assert_eq!(["d", "a", "b", "c"].map(rank), [1.0, 2.0, 3.0, 4.0]);
    }
}

#[test]
fn a_number_beyond_the_largest_is_refused_by_name() {
    let huge = [("甲", 2023, 1.0, 0.0, 0.0), ("乙", 2023, 1e200, 0.0, 0.0)];
    let linear = "{ rule = \"linear\", low = 0, high = 1 }";
    let squared = indicator("", linear)
        .replace("formula = \"x\"", "formula = \"number(x) * number(x)\"")
        .replace("分", "1");
    let ratio = indicator("", "{ rule = \"ratio\", to = 1e-200 }");
    let adjusted =
        format!("{}[[adjustment]]\nid = \"p\"\nformula = \"number(x) * number(x)\"\n", indicator("", linear));
    for (text, code) in [(squared, "overflow_value"), (ratio, "overflow_score"), (adjusted, "overflow_total")]
    {
        let s = if code == "overflow_value" {
            scheme(&format!("variable = [{{ id = \"x\", unit = \"1\" }}]\n{text}"))
        } else {
            three("", &text)
        };
        let error = refused(&s, &panel(&huge));
        let finding = &error.findings()[0];
        assert_eq!((error.findings().len(), finding.code), (1, code));
        assert_eq!(finding.place.entity.as_deref(), Some("乙"));
        let said = finding.message(Lang::En);
        assert!(said.contains("乙") && said.contains("2023"), "{said}");
    }
    // So are powers and exponentials, which are no missing values.
    for formula in ["number(x) ^ 2", "number(x) ^ 2.5", "number(x) ^ number(x)", "exp(number(x))"] {
        let text = indicator("", linear)
            .replace("formula = \"x\"", &format!("formula = \"{formula}\""))
            .replace("unit = \"分\"", "unit = \"1\"");
        let error = refused(&three("", &text), &panel(&huge));
        let codes: Vec<&str> = error.findings().iter().map(|f| f.code).collect();
        assert_eq!(codes, ["overflow_value"], "{formula}");
    }
    // A product that only passes beyond it on the way is computed exactly.
    let there_and_back =
        indicator("", linear).replace("formula = \"x\"", "formula = \"x * number(x) / number(x)\"");
    let a = assess(&three("", &there_and_back), &panel(&huge));
    assert_eq!(a.values_of("a"), [1.0, 1e200]);
}

#[test]
fn a_group_that_a_class_leaves_out_is_left_out_with_all_below() {
    let leaf = |id: &str, of: &str, more: &str, points: &str| {
        format!("[[indicator]]\nid = \"{id}\"\nformula = \"{of}\"\nunit = \"分\"\n{more}points = {points}\n")
    };
    let ratio = "{ rule = \"ratio\", to = 100 }";
    let of_group = |class: &str| {
        format!(
            "[[group]]\nid = \"g\"\n{}{}{}[[class]]\nid = \"A\"\nentities = [\"甲\"]\n{class}",
            leaf("a", "x", "", ratio),
            leaf("b", "y", "parent = \"g\"\n", ratio),
            leaf("c", "x", "parent = \"g\"\n", "{ measure = \"attainment\", rule = \"ratio\", to = 1 }"),
        )
    };
    let panel = panel(&[("甲", 2023, 80.0, NONE, 1.0)]);
    let says = refused(&three("", &of_group("")), &panel).render(Lang::En);
    assert!(says.contains("b of 甲 in 2023") && says.contains("c of 甲 in 2023 has no target"), "{says}");
    let left_out = three("", &of_group("weights = { g = 0 }\n"));
    assert_eq!(total(&assess(&left_out, &panel), "甲", 2023), 80.0);
}

#[test]
fn a_target_is_needed_where_the_class_compares_with_it() {
    let scoring =
        "weights = { a = 1 }\npoints = { a = { measure = \"attainment\", rule = \"ratio\", to = 1 } }";
    let class =
        |id: &str, of: &str, more: &str| format!("[[class]]\nid = \"{id}\"\nentities = [\"{of}\"]\n{more}\n");
    let own = "{ measure = \"growth\", rule = \"curve\", at = [[0, 60], [1, 100]] }";
    let part = indicator(
        "",
        &format!("[{own}, {{ measure = \"change\", rule = \"curve\", at = [[0, 60], [1, 100]] }}]"),
    );
    let scheme = three("", &format!("{part}{}{}", class("A", "甲", scoring), class("B", "乙", "")));
    // 乙 has no earlier value to compare with, and needs no target.
    let without = panel(&[("乙", 2023, 80.0, 1.0, 1.0)]);
    assert!(total(&assess(&scheme, &without), "乙", 2023).is_nan());
    let with = panel(&[("甲", 2023, 80.0, 1.0, 1.0), ("乙", 2023, 80.0, 1.0, 1.0)]);
    let says = refused(&scheme, &with).render(Lang::En);
    assert!(says.contains("甲") && !says.contains("乙"), "{says}");
}

#[test]
fn a_mean_that_is_not_taken_refuses_no_negative_score() {
    let leaf = |id: &str, of: &str| {
        format!(
            "[[indicator]]\nid = \"{id}\"\nformula = \"{of}\"\nunit = \"分\"\nmissing = \"skip\"\nparent = \"g\"\n\
             points = {{ rule = \"curve\", at = [[0, 0], [1, 1]], outside = \"extrapolate\" }}\n"
        )
    };
    let of = |more: &str| {
        let group = "[[group]]\nid = \"g\"\naggregate = \"geometric\"\navailable = 1\n";
        three(
            "",
            &format!(
                "{}{group}{}{}{more}",
                indicator("", "{ rule = \"ratio\", to = 100 }"),
                leaf("b", "y"),
                leaf("c", "z")
            ),
        )
    };
    // The group is left out for want of `z`, or by the class: no mean is taken.
    let short = panel(&[("甲", 2023, 80.0, -5.0, NONE)]);
    assert_eq!(total(&assess(&of(""), &short), "甲", 2023), 80.0);
    let whole = panel(&[("甲", 2023, 80.0, -5.0, 4.0)]);
    assert!(refused(&of(""), &whole).render(Lang::En).contains("-5"));
    let class = "[[class]]\nid = \"A\"\nentities = [\"甲\"]\nweights = { g = 0 }\n";
    assert_eq!(total(&assess(&of(class), &whole), "甲", 2023), 80.0);
}

#[test]
fn a_step_beside_a_logarithm_is_decided_exactly() {
    // (0.7 − 0.1) / 0.2 is 3 steps as typed, and less in floats.
    let step = "{ rule = \"per_step\", from = 0.1, up = { each = 0.2, points = 10 }, base = 0 }";
    let log = "{ rule = \"formula\", formula = \"ln(x + 1)\" }";
    let best = format!("{{ rule = \"best_of\", of = [{step}, {log}] }}");
    let panel = panel(&[("甲", 2023, 0.7, 1.0, 1.0)]);
    assert_eq!(total(&assess(&three("", &indicator("", &best)), &panel), "甲", 2023), 30.0);
    let shared = three("", &indicator("", &format!("[{step}, {log}]")));
    let right = (30.0 + 1.7f64.ln()) / 2.0;
    assert!((total(&assess(&shared, &panel), "甲", 2023) - right).abs() < ROUNDING);
}

#[test]
fn an_adjustment_beside_a_logarithm_is_decided_exactly() {
    // 0.3 − 0.1 is 0.2 as typed, and less in floats.
    let more = "[[adjustment]]\nid = \"b\"\nformula = \"if(x - y >= 0.2, 5, 0)\"\n\
                [[adjustment]]\nid = \"f\"\nfactor = true\nformula = \"if(x - y >= 0.2 and total > 0, 2, 1)\"\n\
                [[floor]]\nid = \"v\"\nwhen = \"x - y >= 0.2 and total > 0\"\nthen = { set_total = 3 }\n";
    let log = "{ rule = \"formula\", formula = \"ln(x + 1)\" }";
    let panel = panel(&[("甲", 2023, 0.3, 0.1, 1.0)]);
    let of =
        |more: &str| total(&assess(&three("", &format!("{}{more}", indicator("", log))), &panel), "甲", 2023);
    let (adjustments, floor) = more.split_at(more.find("[[floor]]").unwrap());
    assert!((of(adjustments) - (1.3f64.ln() + 5.0) * 2.0).abs() < ROUNDING, "{}", of(adjustments));
    assert_eq!(of(floor), 3.0);
}

#[test]
fn what_nobody_has_is_not_pooled() {
    let of = |formula: &str| {
        let points = "{ rule = \"formula\", formula = \"pooled + 50\" }";
        let own = indicator("missing = \"skip\"", points)
            .replace("formula = \"x\"", &format!("formula = \"{formula}\""));
        total(&assess(&three("", &own), &panel(&[("甲", 2023, 80.0, NONE, 1.0)])), "甲", 2023)
    };
    assert!(of("if(is_missing(y), 1, x)").is_nan());
    assert!(of("if(is_missing(x), total(x), 1)").is_nan());
    assert_eq!(of("if(is_missing(x), 1, z)"), 51.0);
}

#[test]
fn a_floor_that_is_unknown_beside_a_logarithm_does_not_apply() {
    let floor = "[[floor]]\nid = \"v\"\nwhen = \"y < 1 or score(a) >= 50\"\nthen = { set_total = 60 }\n";
    let log = "{ rule = \"formula\", formula = \"ln(x + 1)\" }";
    let scheme = three("", &format!("{}{}{floor}", indicator("", log), beside()));
    let found = total(&assess(&scheme, &panel(&[("甲", 2023, 0.3, NONE, 1.0)])), "甲", 2023);
    assert!((found - 1.3f64.ln()).abs() < ROUNDING, "{found}");
}

/// A yearly scheme does not rank quarters.
#[test]
fn periods_of_another_length_are_refused() {
    let quarters = ["2023Q1", "2023Q2"].map(|text| Period::parse(text).unwrap()).to_vec();
    let panel = Panel::builder(Labels::from_iter(["甲", "甲"]), quarters)
        .column("x", vec![1.0, 2.0])
        .column("y", vec![1.0, 2.0])
        .column("z", vec![1.0, 2.0])
        .build()
        .unwrap();
    let error = refused(&three("", &indicator("", "{ rule = \"ratio\", to = 100 }")), &panel);
    assert_eq!(
        error.findings()[0].message(Lang::Zh),
        "数据的时期如 2023Q1（period = \"quarter\"），方案写的是 period = \"year\"；请改方案或换数据"
    );
}

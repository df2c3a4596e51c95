//! How ranks hold when what is uncertain varies: parts, replays, failures, and numbers that can be worked out by hand.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use kaohe::robustness::{Robustness, Runs, Sampling, Shown};
use kaohe::scheme::model::Factor;
use kaohe::{Assessment, Budget, Panel, Period, Scheme};
use proptest::prelude::*;

const SCHEME: &str = r#"
kaohe = 1
id = "study"
variable = [{ id = "a", unit = "1" }, { id = "b", unit = "1" }, { id = "c", unit = "1" }]
[[indicator]]
id = "a"
formula = "a"
unit = "1"
points = { rule = "linear", low = 0, high = 100, clamp = false }
[[indicator]]
id = "b"
formula = "b"
unit = "1"
points = { rule = "linear", low = 0, high = 100, clamp = false }
[[indicator]]
id = "c"
formula = "c"
unit = "1"
weight = 0.5
points = { rule = "linear", low = "min", high = "max" }
[total.rank]
ties = "average"
"#;

fn year() -> Period {
    Period::year(2023).unwrap()
}

fn assessed(names: &[&str], a: &[f64], b: &[f64], c: &[f64]) -> Assessment {
    let panel = Panel::builder(names.iter().copied().collect(), vec![year(); names.len()]);
    let panel = panel.column("a", a.to_vec()).column("b", b.to_vec()).column("c", c.to_vec());
    Scheme::from_toml(SCHEME).unwrap().assess(&panel.build().unwrap()).unwrap()
}

fn six() -> Assessment {
    assessed(
        &["甲", "乙", "丙", "丁", "戊", "己"],
        &[80.0, 58.0, 61.0, 50.0, 50.0, 12.0],
        &[40.0, 60.0, 55.0, 50.0, 50.0, 30.0],
        &[3.0, 5.0, 4.0, 2.0, 2.0, 1.0],
    )
}

fn factors(json: &str) -> Vec<Factor> {
    serde_json::from_str(json).unwrap()
}

fn of(assessment: &Assessment, factors: Option<&[Factor]>, samples: u64, first: u64) -> Robustness {
    let sampling = Sampling { samples, first, seed: 7 };
    assessment.robustness(year(), factors, sampling, &Shown::default()).unwrap()
}

#[test]
fn the_share_of_the_weights_that_put_one_ahead_is_its_area() {
    // With weights u and v between 0.75 and 1.25 the first is ahead where 22 u > 20 v: but for 0.082103 of the square of 0.25.
    let two = assessed(&["甲", "乙"], &[80.0, 58.0], &[40.0, 60.0], &[1.0, 1.0]);
    let found = of(&two, None, 20_000, 0);
    let expected = 1.0 - 0.082_102_3 / 0.25;
    // Four standard deviations of a share of 20,000 draws.
    let slack = 4.0 * (expected * (1.0 - expected) / 20_000.0f64).sqrt();
    let share = found.beats("甲", "乙").unwrap();
    assert!((share - expected).abs() < slack, "{share} {expected}");
    let mean = found.rows.iter().find(|row| row.name == "甲").unwrap().mean;
    assert!((mean - (2.0 - share)).abs() < 1e-12, "{mean}");
}

#[test]
fn equal_rows_tie_in_every_run_and_ranks_sum_to_the_same() {
    let found = of(&six(), None, 500, 0);
    assert_eq!((found.beats("丁", "戊").unwrap(), found.beats("戊", "丁").unwrap()), (0.0, 0.0));
    let own = |name: &str| found.rows.iter().find(|row| row.name == name).unwrap();
    assert_eq!(own("丁").quantiles, own("戊").quantiles);
    assert_eq!(own("丁").alike.as_ref().unwrap(), &["戊"]);
    let sum: f64 = found.rows.iter().map(|row| row.mean).sum();
    assert!((sum - 21.0).abs() < 1e-12, "{sum}");
    assert_eq!(found.rows[5].quantiles, [6.0; 5]);
}

#[test]
fn a_run_is_replayed_with_its_scheme() {
    let vary = factors(
        r#"[{"id": "w", "weights": {"dirichlet": 8}}, {"id": "way", "setting": {"at": "total.aggregate", "among": ["geometric"], "keep": true}},
            {"id": "low", "setting": {"at": "indicator.c.points.high", "between": [3, 6]}},
            {"id": "left", "leave_out": ["b"]}, {"id": "e", "error": {"variables": ["a"], "normal": 2}}]"#,
    );
    let assessment = six();
    let whole = of(&assessment, Some(&vary), 24, 0);
    let mut counts = vec![0; 6];
    for run in 0..24 {
        let one = of(&assessment, Some(&vary), 1, run);
        match assessment.run(&whole.runs, run) {
            Ok(replayed) => {
                let text = replayed.scheme().to_toml();
                let again = Scheme::from_toml(&text).unwrap().assess(replayed.panel()).unwrap();
                assert_eq!(again.ranks(), replayed.ranks());
                for (k, own) in one.runs.study.entities.iter().enumerate() {
                    let row = replayed.row(&own.name, year()).unwrap();
                    let (rank, _) = one.runs.tallies[k].ranks.iter().next().unwrap();
                    assert_eq!(rank, replayed.ranks()[row], "{} in run {run}", own.name);
                    counts[k] += usize::from(rank == 1.0);
                }
            }
            Err(error) => assert_eq!(error.findings()[0], one.runs.failed[0].finding),
        }
    }
    for (own, count) in whole.runs.tallies.iter().zip(counts) {
        assert_eq!(own.ranks.at_most(1.0), count as u64);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn parts_in_any_order_are_the_whole(mut cuts in prop::collection::vec(1u64..400, 0..5), order: u64) {
        let assessment = six();
        cuts.extend([0, 400]);
        cuts.sort_unstable();
        cuts.dedup();
        let mut parts: Vec<Runs> =
            cuts.windows(2).map(|w| of(&assessment, None, w[1] - w[0], w[0]).runs).collect();
        let whole = of(&assessment, None, 400, 0).runs;
        let length = parts.len();
        parts.rotate_left(order as usize % length);
        let first = parts.remove(0);
        // What is sent elsewhere comes back as it was.
        let sent = |runs: &Runs| -> Runs { serde_json::from_str(&serde_json::to_string(runs).unwrap()).unwrap() };
        let merged = parts.iter().fold(first, |all, part| all.merge(&sent(part).checked().unwrap()).unwrap());
        prop_assert_eq!(serde_json::to_string(&merged).unwrap(), serde_json::to_string(&whole).unwrap());
        let begun = of(&assessment, None, cuts[1], 0);
        let more = if cuts[1] == 400 { begun } else { assessment.more_runs(begun, 400 - cuts[1]).unwrap() };
        prop_assert_eq!(more.runs, whole);
    }
}

#[test]
fn threads_do_not_matter() {
    let assessment = six();
    let many = of(&assessment, None, 3000, 0);
    let one = kaohe::on_one_thread(|| of(&assessment, None, 3000, 0));
    assert_eq!(serde_json::to_string(&many).unwrap(), serde_json::to_string(&one).unwrap());
}

#[test]
fn a_failing_run_is_counted_and_named() {
    // A geometric mean of a score below zero has no meaning.
    let assessment = assessed(&["甲", "乙"], &[80.0, -5.0], &[40.0, 60.0], &[1.0, 2.0]);
    let vary = factors(
        r#"[{"id": "way", "setting": {"at": "total.aggregate", "among": ["geometric"], "keep": true}}]"#,
    );
    let found = of(&assessment, Some(&vary), 40, 0);
    let failed = &found.runs.failed;
    assert_eq!((failed.len(), failed[0].finding.code), (1, "score_below_zero"));
    assert!(failed[0].count > 5 && failed[0].count + found.samples == 40);
    assert!(assessment.run(&found.runs, failed[0].first).is_err());
    let names = kaohe::report::Names::none();
    let said = kaohe::report::Report::to_text(&found, names, kaohe::Lang::En);
    assert!(said.contains(&format!("{} runs failed", failed[0].count)), "{said}");
}

#[test]
fn a_budget_that_ends_leaves_what_was_done() {
    let assessment = six();
    let (budget, mut kept) = (Budget::new().cells(6000), None);
    let ended = budget.run(|| kaohe::on_one_thread(|| kept = Some(of(&assessment, None, 100_000, 0))));
    assert_eq!(ended.unwrap_err().findings()[0].code, "budget_cells");
    let part = kept.unwrap();
    assert!(part.samples > 0 && part.samples + part.lacking == 100_000, "{}", part.samples);
    let more = assessment.more_runs(part, 50).unwrap();
    assert_eq!(more.lacking, 0);
    assert_eq!(more.runs.ranges[0][0], 0);
}

#[test]
fn what_cannot_be_answered_is_said_at_once() {
    let assessment = six();
    let error = |shown: Shown, samples: u64| {
        let sampling = Sampling { samples, ..Sampling::default() };
        assessment.robustness(year(), None, sampling, &shown).unwrap_err().to_string()
    };
    let wrong = Shown { quantiles: vec![0.9, 0.1], level: 0.2, entity: Some("庚".to_owned()) };
    let said = error(wrong, 5);
    for part in
        ["the quantiles are 0.9, 0.1; expected numbers from 0 to 1", "the level is 0.2; expected", "庚"]
    {
        assert!(said.contains(part), "{said}");
    }
    assert!(error(Shown::default(), 0).contains("0 samples; expected 1 to 1000000000"));
    let far = Sampling { samples: 5, first: u64::MAX - 3, seed: 0 };
    let far = assessment.robustness(year(), None, far, &Shown::default()).unwrap_err().to_string();
    assert!(far.contains("expected 1000000000000000 at most"), "{far}");
    let (a, b) = (of(&assessment, None, 10, 0), of(&assessment, None, 10, 5));
    assert!(assessment.run(&a.runs, u64::MAX).unwrap_err().to_string().contains("expected 1000000000000000"));
    let same = a.clone().merge(&b).unwrap_err().to_string();
    assert!(same.contains("both have the runs 5 to 9"), "{same}");
    let other =
        assessment.robustness(year(), None, Sampling { samples: 5, first: 90, seed: 1 }, &Shown::default());
    let other = a.clone().merge(&other.unwrap()).unwrap_err().to_string();
    assert!(other.contains("these are runs of another study"), "{other}");
    let two = assessed(&["甲", "乙"], &[80.0, 58.0], &[40.0, 60.0], &[1.0, 1.0]);
    assert!(two.run(&a.runs, 0).unwrap_err().to_string().contains("these are runs of another study"));
    assert!(a.beats("甲", "庚").unwrap_err().to_string().contains("庚"));
}

#[test]
fn damaged_runs_are_refused() {
    let text = serde_json::to_string(&of(&six(), None, 10, 0).runs).unwrap();
    let broken = [
        ("\"ranges\":[[0,10]]", "\"ranges\":[[0,11]]"),
        ("\"ranges\":[[0,10]]", "\"ranges\":[[10,0]]"),
        ("\"unranked\":0", "\"unranked\":3"),
        ("\"before\":[0,", "\"before\":["),
    ];
    for (was, now) in broken {
        let runs: Runs = serde_json::from_str(&text.replacen(was, now, 1)).unwrap();
        let error = runs.checked().unwrap_err();
        assert_eq!(error.findings()[0].code, "robustness_shard", "{now}");
    }
    assert!(serde_json::from_str::<Runs>(&text.replacen("[[1.0,", "[[1.3,", 1)).is_err());
}

//! The smallest change of weights that turns an order: by hand, against a solver, and given back to the engine.
#![cfg(feature = "toml")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use kaohe::analysis::Overtake;
use kaohe::{Assessment, Edit, Lang};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::rank_attribution::{assessed, year};

/// What is left of the margin of 10⁻¹² of the totals, over differences of scores of a tenth and more.
const MARGIN: f64 = 1e-8;

fn ask(a: &Assessment, entity: &str, rival: &str) -> Overtake {
    a.overtake(entity, Some(rival), year(), None).unwrap()
}

/// Unrounded totals with the weights found: of the entity and of the rival.
fn totals(a: &Assessment, found: &Overtake) -> [f64; 2] {
    let edit =
        |own: &kaohe::analysis::Reweighted| Edit::Weight { node: own.node.clone(), weight: own.new_weight };
    let other = a.edit(&found.rows.iter().map(edit).collect::<Vec<_>>()).unwrap();
    let row = |name: &str| a.row(name, year()).unwrap();
    [&found.entity, found.rival.as_ref().unwrap()].map(|name| other.unrounded_totals()[row(name)])
}

#[test]
fn two_weights_by_hand() {
    // Weights 1 and 2 of 3: e0 has 60, e1 has 50; level where 30 x = 60 y − … : x = 2/3, so that a third goes over.
    let a = assessed(&[vec![20.0, 50.0], vec![80.0, 50.0]], "", &["", ""]);
    let found = ask(&a, "e0", "e1");
    // 30 x = 30 (1 − x) at x = ½: from ⅓ it is ⅙ that moves, and both shares change by it.
    assert!((found.change.unwrap() - 1.0 / 3.0).abs() < MARGIN);
    let weights: Vec<f64> = found.rows.iter().map(|row| row.new_weight).collect();
    assert!(weights.iter().all(|w| (w - 1.5).abs() < MARGIN), "{weights:?}");
    assert_eq!((found.new_rank, found.new_rival_rank, found.turned), (Some(2.0), Some(1.0), Some(true)));
    // Who is behind in everything never overtakes; who is ahead has nothing to change.
    let a = assessed(&[vec![20.0, 10.0, 90.0], vec![80.0, 50.0, 90.0]], "", &["", ""]);
    assert_eq!(ask(&a, "e0", "e1").change, None);
    assert_eq!(ask(&a, "e0", "e2").change, Some(0.0));
    assert_eq!(a.overtake("e2", None, year(), None).unwrap().change, None);
}

#[test]
fn a_solver_finds_the_same() {
    // scipy.optimize.linprog (HiGHS) on |Δ| split in two: minimise Σ(u + v), Σ(u − v) = 0, v ≤ e, Σ(u − v) d ≥ −Σ e d, of these scores
    // with e = 1/10 … 4/10; and on their logarithms.
    let columns =
        [vec![70.0, 40.0, 55.0], vec![30.0, 60.0, 45.0], vec![80.0, 65.0, 77.0], vec![50.0, 52.0, 58.0]];
    for (way, expected) in [("arithmetic", LINEAR), ("geometric", LOGARITHMS)] {
        let a = assessed(&columns, &format!("total = {{ aggregate = \"{way}\" }}"), &[""; 4]);
        let of = |i: usize, j: usize| {
            let ahead = a.ranks()[i] < a.ranks()[j];
            let (i, j) = if ahead { (i, j) } else { (j, i) };
            ask(&a, &format!("e{i}"), &format!("e{j}")).change.unwrap()
        };
        for (own, expected) in [of(0, 1), of(0, 2), of(1, 2)].into_iter().zip(expected) {
            assert!((own - expected).abs() < MARGIN, "{way}: {own}, not {expected}");
        }
    }
}

const LINEAR: [f64; 3] = [0.023_333_333_333_333_3, 0.253_333_333_333_333_4, 0.311_111_111_111_111_06];
const LOGARITHMS: [f64; 3] = [0.057_575_669_225_920_83, 0.324_386_168_197_403_6, 0.235_880_711_493_696_88];

#[test]
fn only_the_weights_of_a_group_move() {
    let tree =
        "[[group]]\nid = \"g\"\nweight = 3\n[[group]]\nid = \"h\"\nweight = 1\naggregate = \"maximum\"\n";
    let columns = [vec![90.0, 60.0], vec![70.0, 75.0], vec![60.0, 65.0], vec![10.0, 12.0]];
    let a = assessed(&columns, tree, &["g", "g", "h", "h"]);
    let all = ask(&a, "e0", "e1");
    let inside = a.overtake("e0", Some("e1"), year(), Some("g")).unwrap();
    for found in [&all, &inside] {
        let [own, rival] = totals(&a, found);
        assert!(rival >= own && rival - own < MARGIN, "{found:?}");
    }
    // The weight of a group that is made in another way moves as one, the weights inside of it stay.
    assert!(all.rows.iter().all(|row| !["i2", "i3"].contains(&row.node.as_str())));
    let moved: Vec<&str> = inside.rows.iter().map(|row| row.node.as_str()).collect();
    assert_eq!(moved, ["i0", "i1"]);
    assert!(all.change.unwrap() <= inside.change.unwrap() + MARGIN);
    let error = |a: &Assessment, group| a.overtake("e0", None, year(), group).unwrap_err().render(Lang::En);
    assert_eq!(
        error(&a, Some("h")),
        "h is no weighted mean or sum, or not of the kind of the groups above it, so that no linear programme finds the weights"
    );
    let median = assessed(&columns, "total = { aggregate = \"median\" }", &[""; 4]);
    assert!(error(&median, None).starts_with("total is no weighted mean or sum"));
    let zero =
        assessed(&[vec![1.0, 0.0], vec![1.0, 9.0]], "total = { aggregate = \"arithmetic\" }", &["", ""]);
    assert!(zero.overtake("e1", Some("e0"), year(), None).is_ok());
    let lacks = assessed(&[vec![9.0, 1.0], vec![f64::NAN, 2.0]], "", &["", ""]);
    assert_eq!(
        lacks.overtake("e0", Some("e1"), year(), None).unwrap_err().render(Lang::En),
        "e1 and e0 lack different scores (i0), so that weights are handed on differently"
    );
    assert_eq!(lacks.overtake("e0", None, year(), None).unwrap().rivals, []);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(14), ..ProptestConfig::with_cases(40) })]

    /// The weights make the rival level or put it ahead, by no more than the margin; and nothing smaller does.
    #[test]
    fn the_weights_turn_the_order(
        columns in prop::collection::vec(prop::collection::vec((5u8..100).prop_map(f64::from), 4), 5),
        geometric in any::<bool>(),
        grouped in any::<bool>(),
    ) {
        let way = if geometric { "geometric" } else { "arithmetic" };
        let groups = format!("[[group]]\nid = \"g\"\naggregate = \"{way}\"\nweight = 3\n");
        let tree = format!("total = {{ aggregate = \"{way}\" }}\n{}", if grouped { groups.as_str() } else { "" });
        let parents = if grouped { ["g", "g", "g", "", ""] } else { [""; 5] };
        let a = assessed(&columns, &tree, &parents);
        let first = (0..4).find(|row| a.ranks()[*row] == 1.0).unwrap();
        let found = a.overtake(&format!("e{first}"), None, year(), None).unwrap();
        let Some(change) = found.change else { return Ok(()) };
        prop_assert!(found.rivals.iter().all(|rival| rival.change.is_none_or(|own| own >= change)));
        prop_assert_eq!(found.turned, Some(true));
        let moved: f64 = found.rows.iter().filter(|row| row.node.starts_with('i')).map(|row| (row.new_share - row.share).abs()).sum();
        prop_assert!((moved - change).abs() < MARGIN);
        if change > 0.0 {
            let [own, rival] = totals(&a, &found);
            prop_assert!(rival >= own && rival - own < MARGIN, "{own} {rival} {found:?}");
        }
    }
}

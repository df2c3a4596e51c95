use super::*;
use crate::number::{Bounded, Exact};

/// Columns of numbers, as each number type takes them.
fn columns<N: Number>(table: &[[f64; 3]]) -> Vec<Vec<N>> {
    (0..3).map(|j| table.iter().map(|row| N::of(row[j])).collect()).collect()
}

fn weights<N: Number>(way: &Weighting, scores: &[Vec<N>]) -> Vec<N> {
    let (names, falls) = (["a", "b", "c", "d"], [false, true, false, false]);
    let m = scores.len();
    way.weights(&Members { names: &names[..m], falls: &falls[..m], scores })
}

/// Methods that take scores alone and work them out step by step, as JSON.
pub(in crate::method) fn stepwise() -> Vec<String> {
    let words = [
        "equal",
        "entropy",
        "standard_deviation",
        "variance",
        "coefficient_of_variation",
        "gini",
        "angle",
        "merec",
        "cilos",
        "critic",
        "lopcow",
        "idocriw",
    ];
    let tables =
        ["critic", "lopcow", "idocriw"].map(|name| format!(r#"{{"method": "{name}", "undirected": true}}"#));
    words.map(|word| format!("\"{word}\"")).into_iter().chain(tables).collect()
}

/// Every method that takes scores alone.
fn ways() -> Vec<Weighting> {
    let meant = r#""importances": {"a": 1, "b": 2, "c": 3}"#;
    let balanced =
        ["pearson", "first_order"].map(|by| format!(r#"{{"method": "balanced", {meant}, "by": "{by}"}}"#));
    let searched = ["pca", "factor"].map(|word| format!("\"{word}\""));
    stepwise()
        .iter()
        .chain(&searched)
        .chain(&balanced)
        .map(|json| serde_json::from_str(json).unwrap())
        .collect()
}

#[test]
fn entropy_and_deviation_of_a_table() {
    // Computed with 50 digits: p ln p and the sample deviation of the columns.
    let table = [[1.0, 20.0, 5.0], [2.0, 25.0, 5.0], [4.0, 30.0, 5.0], [8.0, 0.0, 5.0]];
    for (way, expected) in [
        (Weighting::Entropy, [0.453_015_869_479_625_16, 0.546_984_130_520_374_9, 0.0]),
        (Weighting::StandardDeviation, [0.190_557_438_402_091_33, 0.809_442_561_597_908_6, 0.0]),
    ] {
        let exact = weights(&way, &columns::<Exact>(&table));
        for k in 0..3 {
            approx::assert_relative_eq!(exact[k].to_f64(), expected[k], epsilon = 1e-15);
        }
    }
}

#[test]
fn floats_know_how_far_off_they_are() {
    let table = [[1.0, 20.5, 5.0], [2.25, 25.0, 4.0], [4.0, 30.0, 6.0], [8.1, 3.0, 5.5], [6.0, 11.0, 7.0]];
    for way in ways() {
        let (exact, near) =
            (weights(&way, &columns::<Exact>(&table)), weights(&way, &columns::<Bounded>(&table)));
        let plain = weights(&way, &columns::<f64>(&table));
        for k in 0..3 {
            let off = Exact::of(near[k].v).sub(&exact[k]).abs().to_f64();
            assert!(off <= near[k].e + f64::EPSILON, "{way:?} {k}: {near:?} {}", exact[k].to_f64());
            assert!(near[k].e.is_infinite() || near[k].e < 1e-12, "{way:?} {k}: {near:?}");
            assert_eq!(near[k].v.to_bits(), plain[k].to_bits(), "{way:?}");
        }
        approx::assert_relative_eq!(plain.iter().sum::<f64>(), 1.0, max_relative = 1e-14);
    }
}

#[test]
fn what_tells_nobody_apart_weighs_nothing() {
    for way in ways() {
        let same = vec![vec![Exact::of(3.0); 4], vec![Exact::of(7.0); 4]];
        assert_eq!(weights(&way, &same), vec![Exact::of(0.5); 2], "{way:?}");
        let nobody = vec![vec![Exact::missing()], vec![Exact::missing()]];
        assert_eq!(weights(&way, &nobody), vec![Exact::of(0.5); 2], "{way:?}");
    }
    for way in [Weighting::Entropy, Weighting::StandardDeviation, Weighting::Gini] {
        let alone = vec![vec![Exact::of(3.0), Exact::missing()], vec![Exact::of(1.0), Exact::of(2.0)]];
        assert_eq!(weights(&way, &alone), vec![Exact::zero(), Exact::one()], "{way:?}");
    }
}

#[test]
fn an_order_of_importance_is_a_centroid() {
    let way: Weighting =
        serde_json::from_str(r#"{"method": "rank_order_centroid", "order": ["b", "c", "a"]}"#).unwrap();
    let found: Vec<f64> = weights(&way, &vec![vec![Exact::one()]; 3]).iter().map(Number::to_f64).collect();
    assert_eq!(found, [2.0 / 18.0, 11.0 / 18.0, 5.0 / 18.0]);
    // Without c: 3/4 and 1/4.
    let found: Vec<f64> = weights(&way, &vec![vec![Exact::one()]; 2]).iter().map(Number::to_f64).collect();
    assert_eq!(found, [0.25, 0.75]);
}

#[test]
fn a_method_is_written_as_short_as_it_can_be() {
    for text in [
        r#""gini""#,
        r#""critic""#,
        r#"{"method":"critic","undirected":true}"#,
        r#"{"method":"rank_order_centroid","order":["b","a"]}"#,
        r#"{"method":"pca","by":"absolute"}"#,
        r#"{"method":"factor","factors":2}"#,
        r#"{"method":"ahp","pairs":[["a","b",3.0],["c","a","1/3"]],"by":"geometric_mean"}"#,
        r#"{"method":"best_worst","best":"a","worst":"b","best_to_others":{"b":"5/2"},"others_to_worst":{}}"#,
    ] {
        let way: Weighting = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&way).unwrap(), text);
    }
    let long: Weighting = serde_json::from_str(r#"{"method": "critic", "undirected": false}"#).unwrap();
    assert_eq!(serde_json::to_string(&long).unwrap(), r#""critic""#);
    assert!(serde_json::from_str::<Weighting>(r#"{"method": "gini", "undirected": true}"#).is_err());
}

#[test]
fn the_best_of_several_is_their_mean() {
    // Two entities are best in the first member and lose a half and nothing of the second: a quarter. Nobody loses what the others take.
    let columns = [[4.0, 4.0, 1.0], [1.0, 2.0, 2.0]].map(|own| own.map(Exact::of).to_vec());
    let found = weights(&Weighting::Cilos, &columns);
    // Losses: of the second where the first is best 1/4; of the first where the second is best 3/8: weights 3/8 : 1/4, turned.
    assert_eq!(found, vec![Exact::of(0.4), Exact::of(0.6)]);
}

#[test]
fn the_order_of_the_members_does_not_matter() {
    // Nobody loses what the first one gains: the other two balance each other alone, and it weighs nothing.
    let columns = [[100.0, 50.0, 50.0], [100.0, 100.0, 50.0], [100.0, 50.0, 100.0]];
    let columns = columns.map(|own| own.map(Exact::of).to_vec());
    let half = Exact::of(0.5);
    for order in [[0, 1, 2], [1, 2, 0], [2, 0, 1]] {
        let turned = order.map(|k| columns[k].clone());
        let expected = order.map(|k: usize| if k == 0 { Exact::zero() } else { half.clone() });
        assert_eq!(weights(&Weighting::Cilos, &turned), expected, "{order:?}");
    }
}

//! Reweighing gives what editing the weights gives, for every method there is.

use proptest::prelude::*;

use super::{Ran, Reweigh, Scratch};
use crate::Edit;
use crate::analysis::random_tests::{Document, Table, document, table};
use crate::assess::Assessment;

/// Rounding of floats in totals that are shown side by side: a thousand units in the last place.
const CLOSE: f64 = 1e-12;

/// Weights by node, with the edits that give them.
fn weights(assessment: &Assessment, factors: &[u32]) -> (Vec<f64>, Vec<Edit>) {
    let plan = assessment.scheme().plan();
    let mut weights = plan.classes[0].weights.to_vec();
    let mut edits = Vec::new();
    for (node, factor) in (0..plan.root()).zip(factors.iter().cycle()) {
        weights[node] *= 0.25 + f64::from(*factor) / 8.0;
        edits.push(Edit::Weight { node: plan.nodes[node].id.clone(), weight: weights[node] });
    }
    (weights, edits)
}

/// How many runs floats decided, of how many.
fn compare(assessment: &Assessment, factors: &[Vec<u32>]) -> Result<(usize, usize), TestCaseError> {
    let (mut decided, mut all) = (0, 0);
    let panel = assessment.panel();
    let mut scratch = Scratch::default();
    for period in 0..panel.periods().len() {
        let rows: Vec<usize> =
            panel.rows_of(period).filter(|row| !assessment.ranks()[*row].is_nan()).collect();
        let fast = Reweigh::of(assessment, period, &rows);
        for factors in factors {
            all += 1;
            let (weights, edits) = weights(assessment, factors);
            let (mut totals, mut ranks) = (vec![0.0; rows.len()], vec![0.0; rows.len()]);
            let Some(fast) = &fast else { continue };
            let plan = assessment.scheme().plan();
            let of = |class: usize, to: &mut [f64]| {
                let own = class.checked_sub(1).map(|class| &assessment.scheme().document().classes[class]);
                for (node, to) in to.iter_mut().enumerate() {
                    let written = own.and_then(|class| class.weights.get(&plan.nodes[node].id));
                    *to = written.copied().unwrap_or(weights[node]);
                }
            };
            if fast.run(&of, &mut scratch, (&mut totals, &mut ranks)) != Ran::Done {
                continue;
            }
            decided += 1;
            let edited = assessment.edit(&edits);
            prop_assert!(edited.is_ok(), "{:?}", edited.err());
            let edited = edited.unwrap();
            for (k, row) in rows.iter().enumerate() {
                let (rank, total) = (edited.ranks()[*row], edited.unrounded_totals()[*row]);
                prop_assert!(ranks[k] == rank || (ranks[k].is_nan() && rank.is_nan()), "{} {rank}", ranks[k]);
                let near = (totals[k] - total).abs() <= CLOSE * total.abs().max(1.0);
                prop_assert!(near || (totals[k].is_nan() && total.is_nan()), "{} {total}", totals[k]);
            }
        }
    }
    Ok((decided, all))
}

/// The scheme with given weights, plainer the more often.
fn plainer(document: &Document, how: u8) -> Document {
    match how {
        0 => document.given(),
        1 => document.given().usual(),
        2 => document.given().usual().bare(),
        _ => document.additive(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn ranks_are_those_of_the_edited_assessment(
        document in document(),
        table in table(),
        how in 0u8..4,
        factors in prop::collection::vec(prop::collection::vec(0u32..12, 7), 2),
    ) {
        let table: Table = table;
        let assessment = table.assess(&plainer(&document, how));
        compare(&assessment, &factors)?;
    }
}

#[test]
fn floats_decide_most_runs() {
    use proptest::strategy::{Strategy, ValueTree};
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let (mut decided, mut all) = (0, 0);
    for _ in 0..30 {
        let (document, table) = (document(), table()).new_tree(&mut runner).unwrap().current();
        let (some, of) = compare(&table.assess(&document.additive()), &[vec![3, 9, 5]]).unwrap();
        (decided, all) = (decided + some, all + of);
    }
    assert!(decided * 4 > all * 3, "{decided} of {all}");
}

//! A record gets what its row gets, over random schemes.

use proptest::prelude::*;

use super::tests::{LAST_BITS, rows};
use super::{Scorer, Whose};
use crate::analysis::random_tests::{document, table};
use crate::assess::reuse_tests::{bits, config};
use crate::method::ranking::Ties;
use crate::{Lang, NodeId, Panel};

/// The numbers of a row, and of those before it.
fn record(scorer: &Scorer, panel: &Panel, row: usize) -> Vec<f64> {
    let number = |input: &super::RecordInput| {
        let there = panel.lagged(row, input.lag);
        there.map_or(f64::NAN, |row| panel.column(&input.variable).unwrap().values()[row])
    };
    scorer.inputs().iter().map(number).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 100, ..config(150) })]

    #[test]
    fn a_record_gets_what_its_row_gets(document in document(), data in table()) {
        let (scheme, panel) = (data.scheme(&document.usual()), data.panel());
        let (Ok(references), Ok(all)) = (scheme.references(&panel), scheme.assess(&panel)) else { return Ok(()) };
        let ties = scheme.document().total.rank.ties;
        for row in 0..panel.len() {
            let entity = panel.entity_of(row);
            let whose = Whose {
                period: Some(panel.periods()[panel.period_of(row)]),
                entity: Some(panel.entity_name(entity).into_owned()),
                class: None,
            };
            let Ok(scorer) = scheme.scorer_of(&references, &whose) else {
                prop_assert!(scheme.document().total.blend.is_some());
                return Ok(());
            };
            let lags = scorer.inputs().iter().map(|input| input.lag).max().unwrap_or(0);
            let own: Vec<usize> = (0..=lags).rev().filter_map(|lag| panel.lagged(row, lag)).collect();
            let mut scored = scorer.scored();
            let record = record(&scorer, &panel, row);
            // What a row of the panel fills from its neighbours, or is filled with where a record has nothing at all of a
            // period, is not the record's.
            let from_others = |v: &crate::scheme::model::Variable| matches!(v.missing.name(), "carry_forward" | "interpolate");
            let filled = scheme.document().variables.iter().any(from_others);
            let lacks = |(input, x): (&super::RecordInput, &f64)| {
                x.is_nan() && (filled || (input.lag > 0 && panel.lagged(row, input.lag).is_some()))
            };
            if scorer.inputs().iter().zip(&record).any(lacks) {
                continue;
            }
            let alone = scheme.assess_against(&references, &rows(&panel, &own));
            let done = scorer.score(&record, &mut scored);
            let (Ok(alone), Ok(())) = (alone.as_ref(), done.as_ref()) else { continue };
            let last = own.len() - 1;
            let nodes = 0..alone.nodes().count();
            let expected: Vec<f64> = nodes.map(|n| alone.scores(NodeId(n))[last]).collect();
            // Of a row with others before it the last bits are those that all of them share an error for.
            let close = |(x, y): (&f64, &f64)| {
                x.to_bits() == y.to_bits() || (lags > 0 && (x - y).abs() <= LAST_BITS * (1.0 + x.abs()))
            };
            prop_assert!(
                scored.scores().iter().zip(&expected).all(close),
                "row {row}: {:?}, not {expected:?}", scored.scores()
            );
            if scheme.document().total.round.is_some() {
                prop_assert_eq!(scored.total().to_bits(), expected[expected.len() - 1].to_bits());
            }
            let values: Vec<f64> = (0..alone.indicator_count()).map(|i| alone.values(NodeId(i))[last]).collect();
            prop_assert_eq!(bits(scored.values()), bits(&values));
            let rank = scored.rank_among_reference();
            if ties == Ties::Competition {
                let expected = Some(all.ranks()[row]).filter(|r| !r.is_nan());
                prop_assert_eq!(rank.map(|r| r as f64), expected, "row {}", row);
            }
            // In floats and by the engine it is the same.
            if !scored.is_decided_exactly() {
                let mut slow = scorer.scored();
                let engine = scorer.by_engine(&record, &mut slow);
                prop_assert!(engine.is_ok(), "{:?}", engine.err().map(|f| f[0].message(Lang::En)));
                prop_assert_eq!(bits(slow.scores()), bits(scored.scores()));
                prop_assert_eq!(slow.rank_among_reference(), rank);
            }
        }
    }
}

//! An assessment against references of the same data is that of the data itself, over random schemes.

use proptest::prelude::*;

use crate::analysis::property_tests::bridges;
use crate::analysis::random_tests::{document, table};
use crate::assess::reuse_tests::{bits, config, same};
use crate::panel::Labels;
use crate::{Assessment, Lang, NodeId, Panel, References};

/// The rows of a panel in an order of the caller's; those that are left out are not there.
pub(super) fn rows(panel: &Panel, order: &[usize]) -> Panel {
    let names: Labels = order.iter().map(|r| panel.name_of(*r).into_owned()).collect();
    let periods = order.iter().map(|r| panel.periods()[panel.period_of(*r)]).collect();
    let mut some = Panel::builder(names, periods);
    for name in panel.column_names() {
        let values = panel.column(name).unwrap().values();
        some = some.column(name, order.iter().map(|r| values[*r]).collect::<Vec<_>>());
    }
    some.build().unwrap()
}

/// Floats that are not rounded by the scheme are known to an error that all rows of a column share, so the last bits of one may
/// depend on which others stand beside it; what is decided does not.
pub(super) const LAST_BITS: f64 = 1e-11;

/// Whether two assessments give the same in a row of each.
fn is_same_row((a, row): (&Assessment, usize), (b, other): (&Assessment, usize)) -> bool {
    let close = |x: f64, y: f64| x.to_bits() == y.to_bits() || (x - y).abs() <= LAST_BITS * (1.0 + x.abs());
    let total = |a: &Assessment, row: usize| (a.grade(row).map(str::to_owned), bits(&a.totals()[row..=row]));
    let rounded = a.scheme().document().total.round.is_some();
    (0..a.nodes().count()).all(|n| {
        close(a.scores(NodeId(n))[row], b.scores(NodeId(n))[other])
            || (a.scores(NodeId(n))[row].is_nan() && b.scores(NodeId(n))[other].is_nan())
    }) && (0..a.indicator_count()).all(|i| {
        close(a.values(NodeId(i))[row], b.values(NodeId(i))[other])
            || (a.values(NodeId(i))[row].is_nan() && b.values(NodeId(i))[other].is_nan())
    }) && (!rounded || total(a, row) == total(b, other))
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn against_its_own_references_data_are_assessed_alike(document in document(), data in table()) {
        let (scheme, panel) = (data.scheme(&document), data.panel());
        let Ok(plain) = scheme.assess(&panel) else { return Ok(()) };
        let references = scheme.references(&panel).unwrap();
        let text = references.to_json();
        let read = References::from_json(&text).unwrap();
        prop_assert_eq!(&read.to_json(), &text);
        prop_assert_eq!(&read, &references);
        for references in [references, read] {
            let against = scheme.assess_against(&references, &panel);
            let against = against.map_err(|e| TestCaseError::fail(e.render(Lang::En)))?;
            same(&against, &plain);
        }
    }

    #[test]
    fn an_entity_alone_gets_what_it_got_among_all(document in document(), data in table()) {
        let (scheme, panel) = (data.scheme(&document), data.panel());
        let Ok(all) = scheme.assess(&panel) else { return Ok(()) };
        let references = scheme.references(&panel).unwrap();
        for entity in 0..panel.entity_count() {
            let own: Vec<usize> = (0..panel.len()).filter(|r| panel.entity_of(*r) == entity).collect();
            if own.len() < panel.periods().len() {
                // What is blended is that of the last period that the data have.
                continue;
            }
            let alone = scheme.assess_against(&references, &rows(&panel, &own));
            let alone = alone.map_err(|e| TestCaseError::fail(e.render(Lang::En)))?;
            for (row, among) in own.iter().enumerate() {
                prop_assert!(is_same_row((&alone, row), (&all, *among)), "row {} of {}", row, entity);
            }
        }
    }

    #[test]
    fn the_order_of_the_rows_leaves_no_trace(document in document(), data in table(), seed: u64) {
        let (scheme, panel) = (data.scheme(&document), data.panel());
        let Ok(references) = scheme.references(&panel) else { return Ok(()) };
        let mut order: Vec<usize> = (0..panel.len()).collect();
        order.sort_by_key(|r| (*r as u64 + 1).wrapping_mul(seed | 1).rotate_left(17));
        prop_assert_eq!(scheme.references(&rows(&panel, &order)).unwrap().to_json(), references.to_json());
    }

    #[test]
    fn batches_merge_to_the_whole(
        document in document(),
        data in table(),
        of in prop::collection::vec(0usize..4, 21),
        order in Just([0usize, 1, 2, 3]).prop_shuffle(),
        pairs: bool,
    ) {
        let (scheme, panel) = (data.scheme(&document), data.panel());
        let Ok(whole) = scheme.references(&panel) else { return Ok(()) };
        let part = |k: &usize| (0..panel.len()).filter(|r| of[r % of.len()] == *k).collect::<Vec<_>>();
        let parts = order.iter().map(part).filter(|part| !part.is_empty());
        let mut partials: Vec<_> = parts.map(|part| scheme.partial(&rows(&panel, &part)).unwrap()).collect();
        while partials.len() > 1 {
            let last = partials.pop().unwrap();
            let to = if pairs { partials.len() - 1 } else { 0 };
            partials[to].merge(last).unwrap();
        }
        prop_assert_eq!(partials[0].rows(), panel.len());
        prop_assert_eq!(partials[0].finish().unwrap().to_json(), whole.to_json());
    }
}

proptest! {
    #![proptest_config(config(30))]

    #[test]
    fn analyses_against_references_are_whole(document in document(), data in table(), other in table()) {
        let (scheme, periods) = (data.scheme(&document), data.periods());
        let (Ok(references), panel) = (scheme.references(&data.panel()), data.revised(&other).panel()) else {
            return Ok(());
        };
        let Ok(against) = scheme.assess_against(&references, &panel) else { return Ok(()) };
        for pair in [[0, 1], [1, 2]] {
            bridges(&against, pair.map(|k| periods[k]));
        }
    }
}

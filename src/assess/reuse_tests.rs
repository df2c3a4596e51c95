//! An edited assessment is a fresh one to the last bit, over random schemes, data and chains of edits.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::analysis::random_tests::{document, editions, table};
use crate::scheme::model::Target;
use crate::{Assessment, Budget, Edit, Lang, NodeId, Panel, Scheme};

pub(super) fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(std::env::var("SEED").map_or(2026, |s| s.parse().unwrap())),
        ..ProptestConfig::with_cases(cases)
    }
}

pub(super) fn bits(x: &[f64]) -> Vec<u64> {
    x.iter().map(|x| x.to_bits()).collect()
}

/// Everything that both say, bit by bit.
pub(super) fn same(edited: &Assessment, fresh: &Assessment) {
    let nodes: Vec<String> = fresh.nodes().map(str::to_owned).collect();
    for (n, id) in nodes.iter().enumerate() {
        assert_eq!(bits(edited.scores(NodeId(n))), bits(fresh.scores(NodeId(n))), "scores of {id}");
        assert_eq!(bits(&edited.points(NodeId(n))), bits(&fresh.points(NodeId(n))), "points of {id}");
        if n >= fresh.indicator_count() {
            continue;
        }
        assert_eq!(bits(edited.values(NodeId(n))), bits(fresh.values(NodeId(n))), "values of {id}");
        assert_eq!(
            bits(edited.unrounded_values(NodeId(n))),
            bits(fresh.unrounded_values(NodeId(n))),
            "values of {id}"
        );
    }
    assert_eq!(bits(edited.unrounded_totals()), bits(fresh.unrounded_totals()));
    assert_eq!(bits(edited.totals()), bits(fresh.totals()));
    assert_eq!(bits(edited.ranks()), bits(fresh.ranks()));
    assert_eq!(edited.exact_cells(), fresh.exact_cells());
    assert_eq!(edited.flags(), fresh.flags());
    for row in 0..fresh.panel().len() {
        assert_eq!(edited.grade(row), fresh.grade(row));
        assert_eq!(edited.class(row), fresh.class(row));
    }
    let panel = fresh.panel();
    for row in [0, panel.len() / 2, panel.len() - 1] {
        let (entity, period) = (panel.name_of(row), panel.periods()[panel.period_of(row)]);
        let text = |a: &Assessment| a.explain(&entity, period).map(|e| e.to_text(Lang::En));
        assert_eq!(text(edited), text(fresh));
    }
}

/// A fresh assessment of the same scheme, data and targets.
fn fresh(scheme: &Scheme, panel: &Panel, like: &Assessment) -> Result<Assessment, crate::DataError> {
    scheme.assess_with(panel, &like.inner.options)
}

/// Cells as they are drawn: variable, row (both taken around) and value.
type Drawn = Vec<(usize, usize, Option<i32>)>;

fn cells() -> impl Strategy<Value = Drawn> {
    let value = prop_oneof![4 => (-20i32..1000).prop_map(Some), 1 => Just(None)];
    prop::collection::vec((0usize..4, 0usize..21, value), 0..3)
}

/// The edits, and the panel that they make.
fn edits(drawn: &Drawn, panel: &Panel) -> (Vec<Edit>, Panel) {
    let mut changed = panel.clone();
    let one = |(variable, row, value): &(usize, usize, Option<i32>)| {
        let (name, row) = (["x0", "x1", "x2", "y"][*variable], row % panel.len());
        let value = value.map_or(f64::NAN, |v| f64::from(v) / 10.0);
        changed = changed.replaced(name, &[(row, value)]);
        Edit::Cell {
            entity: panel.name_of(row).into_owned(),
            period: panel.periods()[panel.period_of(row)],
            variable: name.to_owned(),
            value,
        }
    };
    let edits = drawn.iter().map(one).collect();
    (edits, changed)
}

/// A step of a chain: another edition of the scheme, cells, a weight, a target.
type Step = (Option<bool>, Drawn, Option<u32>, Option<u32>);

fn step() -> impl Strategy<Value = Step> {
    let maybe = |range| prop::option::of(range);
    (prop::option::of(any::<bool>()), cells(), maybe(1u32..9), maybe(5u32..40))
}

/// Whether the weight of an indicator is computed.
fn computes(scheme: &Scheme, indicator: &str) -> bool {
    let document = scheme.document();
    let parent = document.indicators.iter().find(|i| i.id == indicator).and_then(|i| i.parent.as_ref());
    let group = parent.and_then(|parent| document.groups.iter().find(|g| g.id == *parent));
    group.map_or(document.total.weights.is_some(), |group| group.weights.is_some())
}

proptest! {
    #![proptest_config(config(120))]

    #[test]
    fn a_chain_of_edits_gives_what_fresh_assessments_give(
        documents in editions(),
        data in table(),
        steps in prop::collection::vec(step(), 1..5),
    ) {
        let schemes = documents.each_ref().map(|document| data.scheme(document));
        let mut panel = data.panel();
        let Ok(mut edited) = schemes[0].assess(&panel) else { return Ok(()) };
        for (edition, drawn, weight, target) in &steps {
            let (mut all, changed) = edits(drawn, &panel);
            if let Some(edition) = edition {
                all.insert(0, Edit::Scheme(schemes[usize::from(*edition)].clone()));
            }
            let scheme = edition.map_or(edited.scheme(), |edition| &schemes[usize::from(edition)]);
            // A weight that is computed can only be left out.
            let weight = weight.filter(|w| *w == 0 || !computes(scheme, "i1"));
            all.extend(weight.map(|w| Edit::Weight { node: "i1".to_owned(), weight: f64::from(w) }));
            all.extend(target.map(|value| {
                let (indicator, entity) = ("i0".to_owned(), Some("b".to_owned()));
                Edit::Target(Target { indicator, entity, period: None, value: f64::from(value) })
            }));
            let Ok(now) = edited.edit(&all) else { return Ok(()) };
            same(&now, &fresh(now.scheme(), &changed, &now).unwrap());
            (edited, panel) = (now, changed);
        }
    }

    #[test]
    fn what_a_fresh_assessment_refuses_an_edit_refuses(
        documents in editions(),
        data in table(),
        drawn in cells(),
    ) {
        let schemes = documents.each_ref().map(|document| data.scheme(document));
        let Ok(first) = schemes[0].assess(&data.panel()) else { return Ok(()) };
        let (mut all, changed) = edits(&drawn, first.panel());
        all.push(Edit::Scheme(schemes[1].clone()));
        let (now, fresh) = (first.edit(&all), fresh(&schemes[1], &changed, &first));
        prop_assert_eq!(now.err(), fresh.err());
    }

    #[test]
    fn an_edit_that_is_undone_leaves_nothing(document in document(), data in table(), drawn in cells()) {
        let scheme = data.scheme(&document);
        let panel = data.panel();
        let Ok(first) = scheme.assess(&panel) else { return Ok(()) };
        let (all, _) = edits(&drawn, &panel);
        let Ok(edited) = first.edit(&all) else { return Ok(()) };
        let back = ["x0", "x1", "x2", "y"].map(|name| Edit::Column {
            variable: name.to_owned(),
            column: panel.column(name).unwrap().clone(),
        });
        same(&edited.edit(&back).unwrap(), &first);
    }

    #[test]
    fn what_nothing_touches_is_not_computed_again(document in document(), data in table()) {
        let scheme = data.scheme(&document);
        let Ok(first) = scheme.assess(&data.panel()) else { return Ok(()) };
        let budget = Budget::new();
        let again = budget.run(|| first.edit(&[])).unwrap().unwrap();
        same(&again, &first);
        prop_assert_eq!(budget.work().cells, 0);
    }
}

#[cfg(feature = "toml")]
mod single {
    use super::*;
    use crate::assess::cells::Origin;
    use crate::number::{Exact, Number};
    use crate::{Column, Period};

    const LINEAR: &str = r#"
        kaohe = 1
        id = "t"
        variable = [{ id = "x", unit = "家" }]
        [[indicator]]
        id = "x"
        formula = "x"
        unit = "家"
        points = { rule = "linear", low = "min", high = HIGH }
    "#;

    fn assessed(high: &str, x: Column) -> (Scheme, Assessment) {
        let scheme = Scheme::from_toml(&LINEAR.replace("HIGH", high)).unwrap();
        let years = [2021, 2022].map(|y| Period::year(y).unwrap());
        let entities = ["a", "b", "c", "a", "b", "c"].into_iter().collect();
        let panel = Panel::builder(entities, years.into_iter().flat_map(|y| [y; 3]).collect::<Vec<_>>());
        let result = scheme.assess(&panel.column("x", x).build().unwrap()).unwrap();
        (scheme, result)
    }

    #[test]
    fn an_entity_that_others_are_compared_with_moves_them_in_its_own_period() {
        let (scheme, first) =
            assessed("{ entity = \"a\" }, over = \"all\"", vec![9.0, 2.0, 3.0, 9.0, 2.0, 3.0].into());
        for period in [2021, 2022] {
            let edit = Edit::Cell {
                entity: "a".into(),
                period: Period::year(period).unwrap(),
                variable: "x".into(),
                value: 7.0,
            };
            let edited = first.edit(&[edit]).unwrap();
            same(&edited, &fresh(&scheme, edited.panel(), &edited).unwrap());
        }
    }

    /// Equal floats, and the same row first among them; behind them a smaller decimal has come.
    #[test]
    fn an_extreme_that_moved_behind_its_float_is_worked_out_again() {
        let x = |second: &str| {
            let long = |text: &str| Exact::parse(text).unwrap();
            Column::from(vec![1.0, 1.0, 3.0, 1.0, 2.0, 3.0])
                .with_decimals([(0, long("1.00000000000000000002")), (1, long(second))])
        };
        let (_, first) = assessed("\"max\"", x("1.00000000000000000004"));
        let least = |a: &Assessment| {
            let leaf = &a.inner.leaves[0].anchors;
            a.inner.exact().cells.common(leaf, 0, 0, 0)
        };
        assert_eq!(
            least(&first).order(&Exact::parse("1.00000000000000000002").unwrap()),
            Some(std::cmp::Ordering::Equal)
        );
        let column = x("1.00000000000000000001");
        let edited = first.edit(&[Edit::Column { variable: "x".into(), column }]).unwrap();
        assert_eq!(
            least(&edited).order(&Exact::parse("1.00000000000000000001").unwrap()),
            Some(std::cmp::Ordering::Equal)
        );
    }

    proptest! {
        #![proptest_config(config(100))]

        /// Totals that move past others, meet them, leave them, go and come.
        #[test]
        fn a_few_totals_that_move_are_ranked_like_all(
            values in prop::collection::vec(0u8..12, 60),
            moves in prop::collection::vec((prop_oneof![3 => 0usize..60, 1 => Just(3)], prop::option::of(0u8..12)), 1..4),
            (rounded, others) in (any::<bool>(), any::<bool>()),
            tie_break in prop::sample::select(vec!["", "\"y\"", "\"n\"", "\"previous_total\"", "\"y\", \"previous_rank\""]),
            ties in prop::sample::select(vec!["competition", "average"]),
        ) {
            let round = if rounded { "round = { digits = 0 }" } else { "" };
            let of = |range: std::ops::Range<usize>| range.map(|i| format!("\"e{i}\"")).collect::<Vec<_>>().join(", ");
            let classes = format!(
                "benchmarks = [\"e3\"]\n[[class]]\nid = \"a\"\nentities = [{}]\n[[class]]\nid = \"b\"\nentities = [{}]",
                of(0..12),
                of(12..30)
            );
            let (head, classes) = classes.split_once('\n').filter(|_| others).unwrap_or_default();
            let scheme = Scheme::from_toml(&format!(r#"
                kaohe = 1
                id = "t"
                {head}
                variable = [{{ id = "x", unit = "家" }}, {{ id = "y", unit = "家" }}, {{ id = "n", unit = "家" }}]
                [[indicator]]
                id = "x"
                formula = "x / 3"
                unit = "家"
                missing = "skip"
                points = {{ rule = "linear", low = 0, high = 4 }}
                [[indicator]]
                id = "y"
                formula = "y"
                unit = "家"
                missing = "skip"
                weight = 0.001
                points = {{ rule = "linear", low = 0, high = 12 }}
                [total]
                {round}
                rank = {{ ties = "{ties}", tie_break = [{tie_break}] }}
                {classes}
            "#)).unwrap();
            let names: Vec<String> = (0..30).map(|i| format!("e{i}")).collect();
            let years = [2021, 2022].map(|year| Period::year(year).unwrap());
            let year = |row: usize| years[row / 30];
            let column: Vec<f64> = values.iter().map(|v| f64::from(*v)).collect();
            let rows = 0..60usize;
            let names: Vec<&str> = rows.clone().map(|row| names[row % 30].as_str()).collect();
            let by = |of: usize| rows.clone().map(|row| (row % of) as f64).collect::<Vec<f64>>();
            let panel = Panel::builder(names.iter().map(|name| (*name).to_owned()).collect(), rows.clone().map(year).collect())
                .column("x", column)
                .column("y", by(5))
                .column("n", by(7))
                .build()
                .unwrap();
            let mut edited = scheme.assess(&panel).unwrap();
            for (row, value) in moves {
                let cell = Edit::Cell {
                    entity: names[row].to_owned(),
                    period: year(row),
                    variable: "x".to_owned(),
                    value: value.map_or(f64::NAN, f64::from),
                };
                edited = edited.edit(&[cell]).unwrap();
                same(&edited, &fresh(&scheme, edited.panel(), &edited).unwrap());
            }
        }
    }
}

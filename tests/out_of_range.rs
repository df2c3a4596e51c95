//! What a caller builds by hand: refused or read as it stands, never a panic.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::sync::Arc;

use kaohe::{Column, Labels, Lang, Panel, Period, Periods, Scheme};

const SCHEME: &str = r#"
kaohe = 1
id = "t"
variable = [{ id = "x", unit = "1" }]
indicator = [{ id = "i", formula = "x", unit = "1", points = { rule = "linear", low = 0, high = 10 } }]
"#;

fn panel(order: [&str; 4]) -> Panel {
    let years = [2021, 2021, 2022, 2022].map(|y| Period::year(y).unwrap());
    Panel::builder(Labels::from_iter(order), years.into())
        .column("x", vec![1.0, 2.0, 3.0, 4.0])
        .build()
        .unwrap()
}

#[test]
fn an_index_beyond_the_end_is_nobody() {
    for panel in [panel(["a", "b", "a", "b"]), panel(["a", "b", "a", "c"]), panel(["b", "a", "a", "b"])] {
        for far in [panel.len(), 99, usize::MAX] {
            assert!(panel.rows_of(far).is_empty());
            assert_eq!((panel.row(far, 0), panel.row(0, far), panel.row(far, far)), (None, None, None));
            assert_eq!(
                (panel.earlier(far, 1), panel.lagged(far, 0), panel.lagged(far, 1)),
                (None, None, None)
            );
            assert_eq!((panel.entity_at(far), panel.period_at(far)), (None, None));
            assert_eq!((panel.caller_row_at(far), panel.entity_name(far).as_ref()), (None, ""));
        }
        let assessment = Scheme::from_toml(SCHEME).unwrap().assess(&panel);
        let Ok(assessment) = assessment else { continue };
        // A node of a larger scheme: this one has none in its place.
        let larger = SCHEME.replace("formula", "parent = \"g\", formula") + "group = [{ id = \"g\" }]";
        let larger = Scheme::from_toml(&larger).unwrap();
        let (far, group) = (larger.node("total").unwrap(), assessment.node("total").unwrap());
        assert_eq!((far.index(), group.index()), (2, 1));
        assert!(assessment.values(group).is_empty() && assessment.unrounded_values(group).is_empty());
        assert!(assessment.values(far).is_empty() && assessment.unrounded_values(far).is_empty());
        assert!(assessment.scores(far).is_empty() && assessment.points(far).is_empty());
        let mut out = [7.0; 4];
        assessment.points_into(far, &mut out);
        assert_eq!(out, [7.0; 4]);
        assert_eq!(
            (assessment.grade(99), assessment.class(99), assessment.flags_of(99)),
            (None, None, vec![])
        );
        assert_eq!(assessment.rank_change(99), None);
    }
}

#[test]
fn a_column_of_another_length_is_refused() {
    let panel = panel(["a", "b", "a", "b"]);
    for rows in [0, 1, 9] {
        let error = panel.with_column("x", vec![5.0; rows].into()).unwrap_err();
        assert_eq!(error.render(Lang::En), format!("column x has {rows} rows, the others have 4"));
    }
    assert_eq!(panel.with_column("x", vec![5.0; 4].into()).unwrap().column("x").unwrap().values(), [5.0; 4]);
}

#[test]
fn what_is_missing_in_a_shared_buffer_stays_missing() {
    let buffer: Arc<Vec<f64>> = Arc::new(vec![1.0, 0.0, 3.0]);
    let column = Column::shared(buffer.clone()).with_missing([1, 99]);
    assert!(column.values()[1].is_nan() && column.values()[0] == 1.0);
    assert_eq!(buffer[1], 0.0, "the buffer is the other owner's");
}

#[test]
fn periods_and_labels_of_any_length_are_refused_in_words() {
    let year = Period::year(2021).unwrap();
    for runs in
        [vec![(year, usize::MAX), (year, usize::MAX)], vec![(year, 0)], vec![], vec![(year, 3), (year, 1)]]
    {
        for names in [Labels::codes(vec![1, 2]), Labels::repeated(Labels::codes(vec![1]), usize::MAX)] {
            assert!(Panel::builder_with(names, Periods::Runs(runs.clone())).build().is_err());
        }
    }
}

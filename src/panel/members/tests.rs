//! Members side by side, whatever order they came in.

use super::*;
use crate::panel::{Labels, Period, Periods};

#[test]
fn members_stand_by_the_row_of_the_panel() {
    let years = [2022, 2023].map(|y| Period::year(y).unwrap());
    let names: Labels = ["a", "b", "a", "b"].into_iter().collect();
    let panel = Panel::builder(names, [years[0], years[0], years[1], years[1]].to_vec()).build().unwrap();
    let mut builder = MembersBuilder::new();
    let entities: Labels = ["b", "a", "b", "a"].into_iter().collect();
    let periods = Periods::Each(vec![years[1], years[0], years[0], years[0]]);
    let members: Labels = ["x", "y", "x", "z"].into_iter().collect();
    builder.push(&entities, &periods, &members, &[("n", &Column::from(vec![1.0, 2.0, 3.0, 4.0]))]);
    // A later batch may have a column of its own.
    let last = Periods::Runs(vec![(years[1], 1)]);
    let one = Column::from(vec![5.0]);
    builder.push(&Labels::from_iter(["b"]), &last, &Labels::from_iter(["y"]), &[("m", &one)]);
    let panel = builder.build(&panel, &IndexMap::new()).unwrap();
    let members = panel.members().unwrap();
    assert_eq!([0, 1, 2, 3, 4].map(|row| members.of(row)), [0..2, 2..3, 3..3, 3..5, 0..0]);
    let names: Vec<&str> = (0..members.len()).map(|m| members.name(m)).collect();
    assert_eq!(names, ["y", "z", "x", "x", "y"]);
    assert_eq!(members.column("n").unwrap().values()[..4], [2.0, 4.0, 3.0, 1.0]);
    assert!(members.column("m").unwrap().values()[0].is_nan());
    assert_eq!((members.find(3, "y"), members.find(2, "y"), members.caller_row(3)), (Some(4), None, 0));
}

#[test]
fn names_are_told_apart_however_many_there_are() {
    let mut interner = names::Interner::default();
    let names: Vec<String> = (0..5000).map(|i| format!("校{}", i * 7919 % 5000)).collect();
    let first: Vec<u32> = names.iter().map(|name| interner.index(name)).collect();
    assert!(names.iter().map(|name| interner.index(name)).eq(first.iter().copied()));
    let kept = interner.done();
    assert!(names.iter().zip(&first).all(|(name, index)| kept.get(*index) == name));
}

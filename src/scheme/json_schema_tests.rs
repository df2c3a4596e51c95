//! The schema and the reader agree.

use std::collections::BTreeSet;

use schemars::JsonSchema;

use super::Value;
use crate::method::ranking::Ranking;
use crate::method::rules as r;
use crate::method::treatment::Winsorise;
use crate::number::rounding::Rounding;
use crate::scheme::model as m;
use crate::tree::{Kind, Node, Read, Reader};

/// The keys that a table of the type has, and those that must be there.
fn same<T: JsonSchema + Read>(keys: &[&str]) {
    let schema = Value::from(schemars::schema_for!(T));
    let names = |at: &str| -> BTreeSet<String> {
        match schema.get(at) {
            Some(Value::Object(map)) => map.keys().cloned().collect(),
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).map(String::from).collect(),
            _ => BTreeSet::new(),
        }
    };
    let set = |keys: &[&str]| keys.iter().copied().map(String::from).collect::<BTreeSet<_>>();
    assert_eq!(names("properties"), set(keys), "{}", T::schema_name());
    let mut reader = Reader::default();
    let _ = T::read(&Node::bare(Kind::Table(Vec::new())), &mut reader);
    let missing: Vec<&str> = reader.absent.into_values().flatten().collect();
    assert_eq!(names("required"), set(&missing), "{}", T::schema_name());
}

#[test]
fn the_schema_knows_the_keys_that_are_read() {
    macro_rules! same {
        ($($name:ty),*) => { $(same::<$name>(<$name>::KEYS);)* };
    }
    same!(m::Document, m::UnitOfMeasure, m::Variable, m::Indicator, m::NotApplicable, m::Group, m::Total);
    same!(m::Blend, m::Adjustment, m::Floor, m::Override, m::Class, Ranking, Winsorise, Rounding);
    same!(
        r::Bands,
        r::Sum,
        r::BestOf,
        r::WorstOf,
        r::Curve,
        r::Exponential,
        r::Interval,
        r::Linear,
        r::Matrix
    );
    same!(r::PerStep, r::Step, r::FromNegative, r::Rank, r::Ratio, r::Steps, r::ZScore);
}

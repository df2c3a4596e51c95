//! Tables of Arrow in Rust: what is missing stays missing, what is typed is read as typed, what is wrong is named.
#![cfg(feature = "arrow")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests say what they mean")]

use std::sync::Arc;

use arrow_array::{
    ArrayRef, Decimal128Array, Float32Array, Float64Array, Int64Array, RecordBatch, StringArray, UInt8Array,
};
use kaohe::{Column, DataErrorKind, Exact, Labels, Period, arrow};

fn read(chunks: &[ArrayRef]) -> Vec<Option<f64>> {
    let column = Column::from_arrow("x", chunks).unwrap();
    column.values().iter().map(|x| (!x.is_nan()).then_some(*x)).collect()
}

/// The buffer of an Arrow column says nothing of its nulls: behind one stands zero, as often as not.
#[test]
fn a_null_is_missing() {
    let expected = vec![Some(1.0), None, Some(3.0)];
    let floats = Float64Array::from(vec![Some(1.0), None, Some(3.0)]);
    assert_eq!(Column::shared(Arc::new(floats.values().clone())).values(), [1.0, 0.0, 3.0]);
    assert_eq!(read(&[Arc::new(floats)]), expected);
    assert_eq!(read(&[Arc::new(Int64Array::from(vec![Some(1), None, Some(3)]))]), expected);
    assert_eq!(read(&[Arc::new(UInt8Array::from(vec![Some(1), None, Some(3)]))]), expected);
    assert_eq!(read(&[Arc::new(StringArray::from(vec![Some("1"), None, Some("3")]))]), expected);
    let chunks: [ArrayRef; 2] =
        [Arc::new(Float64Array::from(vec![Some(1.0), None])), Arc::new(Float64Array::from(vec![Some(3.0)]))];
    assert_eq!(read(&chunks), expected);
}

#[test]
fn numbers_are_read_as_typed() {
    assert_eq!(read(&[Arc::new(Float32Array::from(vec![0.1]))]), [Some(0.1)]);
    let decimals = Decimal128Array::from(vec![Some(1_234_567_890_123_456_789), None]);
    let decimals: ArrayRef = Arc::new(decimals.with_precision_and_scale(30, 2).unwrap());
    let column = Column::from_arrow("x", &[decimals]).unwrap();
    assert_eq!(column.exact(0), "12345678901234567.89".parse::<Exact>().unwrap());
    assert!(column.values()[1].is_nan());
}

#[test]
fn floats_without_a_gap_are_shared() {
    let floats = Float64Array::from(vec![1.0, 2.0]);
    let at = floats.values().as_ptr();
    assert_eq!(Column::from_arrow("x", &[Arc::new(floats)]).unwrap().values().as_ptr(), at);
}

#[test]
fn what_is_wrong_is_named() {
    let error =
        Column::from_arrow("x", &[Arc::new(StringArray::from(vec!["1", "1,234", "many"]))]).unwrap_err();
    assert_eq!(error.kind(), DataErrorKind::Data);
    let found: Vec<_> = error.findings().iter().map(|f| (f.code, f.place.row)).collect();
    assert_eq!(found, [("number_is_text_near", Some(1)), ("number_is_text", Some(2))]);
    let error =
        Labels::from_arrow("city", &[Arc::new(StringArray::from(vec![Some("a"), None]))]).unwrap_err();
    assert_eq!(error.findings()[0].code, "key_missing");
}

#[test]
fn a_table_is_a_panel() {
    let batch = |from: i64| {
        let cities: ArrayRef = Arc::new(StringArray::from(vec!["甲市", "乙市"]));
        let years: ArrayRef = Arc::new(Int64Array::from(vec![from, from]));
        let classes: ArrayRef = Arc::new(StringArray::from(vec![Some("山区"), None]));
        let rd: ArrayRef = Arc::new(Float64Array::from(vec![Some(1.5), None]));
        RecordBatch::try_from_iter([("city", cities), ("year", years), ("class", classes), ("rd", rd)])
            .unwrap()
    };
    let batches = [batch(2022), batch(2023)];
    let panel = arrow::panel(&batches, "city", Some("year"), &["class"]).unwrap();
    assert_eq!(panel.periods(), [Period::year(2022).unwrap(), Period::year(2023).unwrap()]);
    assert_eq!((panel.len(), panel.entity_count()), (4, 2));
    assert_eq!(panel.entity_name(1), "乙市");
    assert_eq!(panel.column_names().collect::<Vec<_>>(), ["rd"]);
    let rd = panel.column("rd").unwrap().values();
    assert!(rd[0] == 1.5 && rd[1].is_nan() && rd[2] == 1.5 && rd[3].is_nan());
    assert_eq!(panel.text("class").unwrap()[..2], [Some("山区".to_owned()), None]);
    let error = arrow::panel(&batches, "town", Some("year"), &[]).unwrap_err();
    assert_eq!(error.findings()[0].code, "column_missing");
    let error = arrow::panel(&batches, "city", Some("class"), &[]).unwrap_err();
    assert_eq!(
        error.findings().iter().map(|f| f.code).collect::<Vec<_>>(),
        ["key_missing", "key_missing", "period_not_readable"]
    );
}

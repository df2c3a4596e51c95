//! A record that floats decide is scored without allocating: in a binary of its own, whose allocator counts.
#![cfg(feature = "toml")]
#![allow(unsafe_code, reason = "an allocator cannot be counted otherwise")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use kaohe::{Panel, Period, Scheme};

struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is handed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const SCHEME: &str = r#"
kaohe = 1
id = "s"
variable = [{ id = "a", unit = "亿元" }, { id = "b", unit = "亿元" }, { id = "c", unit = "1" }]
group = [{ id = "g" }]
[[indicator]]
id = "ratio"
parent = "g"
formula = "a / b"
unit = "%"
round = { digits = 2 }
points = [{ share = 0.6, rule = "linear", between = [60, 100] }, { share = 0.4, measure = "change", rule = "zscore" }]
[[indicator]]
id = "share"
parent = "g"
formula = "share(a)"
unit = "%"
points = { rule = "rank", by = 3 }
[[indicator]]
id = "size"
formula = "c"
unit = "1"
points = { rule = "sum", of = [{ rule = "steps", at = [[8, 60], [3, 30]] }, { rule = "ratio", to = "mean", cap = 1.5 }] }
[[indicator]]
id = "gap"
formula = "c"
unit = "1"
points = { measure = "gap_to_mean", rule = "curve", at = [[-10, 0], [0, 60], [10, 100]] }
[[adjustment]]
id = "bonus"
formula = "points(size) / 10"
cap = 3
[[floor]]
id = "veto"
when = "a > 900 [亿元]"
then = { cap_total = 50 }
[total]
round = { digits = 2 }
rank = { tie_break = ["ratio"] }
"#;

#[test]
fn a_record_is_scored_without_allocating() {
    let years = [2022, 2023].map(|y| Period::year(y).unwrap());
    let panel = Panel::builder(
        ["x", "y", "z", "x", "y", "z"].into_iter().collect(),
        [[years[0]; 3], [years[1]; 3]].concat(),
    )
    .column("a", vec![10.0, 20.0, 31.0, 12.0, 19.0, 35.0])
    .column("b", vec![100.0, 110.0, 121.0, 104.0, 115.0, 130.0])
    .column("c", vec![1.0, 4.0, 7.5, 2.0, 6.0, 9.0])
    .build()
    .unwrap();
    let scheme = Scheme::from_toml(SCHEME).unwrap();
    let scorer = scheme.scorer(&scheme.references(&panel).unwrap()).unwrap();
    let names: Vec<String> = scorer.inputs().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["a", "b", "c", "prev(a)", "prev(b)"]);
    let mut scored = scorer.scored();
    scorer.score(&[21.0, 117.0, 5.3, 17.7, 111.0], &mut scored).unwrap();
    let first = (scored.total(), scored.rank_among_reference());
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    for k in 0..1000 {
        let more = f64::from(k) / 7919.0;
        scorer.score(&[21.0 + more, 117.0, 5.3 + more, 17.7, 111.0], &mut scored).unwrap();
        assert!(!scored.is_decided_exactly(), "record {k}");
    }
    scorer.score(&[21.0, 117.0, 5.3, 17.7, 111.0], &mut scored).unwrap();
    assert_eq!(ALLOCATIONS.load(Ordering::Relaxed), before);
    assert_eq!((scored.total(), scored.rank_among_reference()), first);
    assert!(scored.rank_among_reference().is_some());
}

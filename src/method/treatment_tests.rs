use super::*;
use crate::number::{Bounded, Exact};

fn winsorise(low: Option<Anchor>, high: Option<Anchor>) -> Method {
    Method::Winsorise(Winsorise { low, high, most: None, skewness: None, kurtosis: None })
}

#[test]
fn what_lies_beyond_an_end_becomes_the_end() {
    let both = winsorise(Some(Anchor::Number(2.0)), Some(Anchor::Quantile(0.9)));
    assert_eq!(both.fits(), [Anchor::Number(2.0), Anchor::Quantile(0.9)]);
    let ends = [2.0, 5.0];
    for (x, treated, instead) in
        [(1.0, 2.0, Some(0)), (2.0, 2.0, None), (3.0, 3.0, None), (5.0, 5.0, None), (9.0, 5.0, Some(1))]
    {
        assert_eq!(both.moves(&x, &ends), instead.map(Moved::End), "{x}");
        assert_eq!(both.apply(&Exact::of(x), &ends.map(Exact::of)), Exact::of(treated), "{x}");
        assert_eq!(both.apply(&Bounded::of(x), &ends.map(Bounded::of)).v, treated, "{x}");
    }
    assert!(both.apply(&f64::NAN, &ends).is_nan());
    // An end that nothing was fitted on moves nothing.
    assert_eq!(both.apply(&1.0, &[2.0, f64::NAN]), 2.0);
    assert_eq!(both.apply(&9.0, &[2.0, f64::NAN]), 9.0);
}

#[test]
fn one_end_may_be_left_out_and_ends_may_cross() {
    let (low, high) =
        (winsorise(Some(Anchor::Number(2.0)), None), winsorise(None, Some(Anchor::Number(2.0))));
    assert_eq!((low.apply(&1.0, &[2.0]), low.apply(&9.0, &[2.0])), (2.0, 9.0));
    assert_eq!((high.apply(&1.0, &[2.0]), high.apply(&9.0, &[2.0])), (1.0, 2.0));
    assert_eq!((low.role(0), high.role(0)), ("explain_low", "explain_high"));
    // A high quantile below a low end that is given: the high end holds for all.
    let crossed = winsorise(Some(Anchor::Number(5.0)), Some(Anchor::Quantile(0.9)));
    for x in [1.0, 4.0, 9.0] {
        assert_eq!(crossed.apply(&x, &[5.0, 3.0]), 3.0);
    }
    assert_eq!(crossed.moves(&3.0, &[5.0, 3.0]), None);
}

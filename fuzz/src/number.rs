//! Numbers as people write them, and rounding against integers.

use kaohe::{Bounded, Exact, Mode, Number, Rounding};

use crate::draw::Bytes;
use crate::same::{of_bits, same_bits};

/// First byte even: the rest is a text. Odd: a number and a rounding are drawn.
pub fn number(data: &[u8]) {
    match data.split_first() {
        Some((kind, rest)) if kind % 2 == 0 => {
            if let Ok(text) = std::str::from_utf8(rest) {
                read(text);
            }
        }
        Some((_, rest)) => rounding(&mut Bytes::of(rest)),
        None => {}
    }
}

/// What is read is what Rust reads; a sign and a point mean what they mean.
fn read(text: &str) {
    let Some(number) = Exact::parse(text) else { return };
    let float = number.to_f64();
    let nearest: f64 = text.parse().unwrap_or_else(|e| panic!("{text:?} is {number:?}: {e}"));
    assert!(
        same_bits(float + 0.0, nearest + 0.0) || nearest.is_infinite() && !float.is_finite(),
        "{text:?}: {float} {nearest}"
    );
    assert_eq!(number.neg().neg(), number);
    assert_eq!(number.sub(&number), Exact::zero(), "{text:?}");
    assert_eq!(number.add(&Exact::zero()), number);
    if float.is_finite() {
        // The shortest notation of the nearest float names a decimal that is nearest to the same float.
        assert!(same_bits(Exact::of(float).to_f64(), float), "{text:?}");
        let bounded = Bounded::of(float);
        let off = Exact::of(float).sub(&of_bits(float)).abs().to_f64();
        assert!(off <= bounded.e, "{text:?}: {off} beyond {}", bounded.e);
    }
    for mode in MODES {
        for digits in [-15, -2, 0, 2, 15] {
            let how = Rounding { mode, ..Rounding::digits(digits) };
            let rounded = number.round(&how);
            assert_eq!(rounded.round(&how), rounded, "{text:?} {how:?}");
            let off = rounded.sub(&number).abs();
            assert!(off.is_less(&Exact::of(10.0).pow(&Exact::of(f64::from(-digits)))), "{text:?} {how:?}");
        }
    }
}

const MODES: [Mode; 5] = [Mode::HalfUp, Mode::HalfEven, Mode::Truncate, Mode::Ceiling, Mode::Floor];

/// `n / 10^k` rounded to steps of `step / 10^d`, in integers and in every number type.
fn rounding(u: &mut Bytes<'_>) {
    let size = u.pick(&[9, 999, 999_999, 99_999_999_999_999_999]);
    let n = u.upto(size) as i128 * if u.yes() { -1 } else { 1 };
    let k = u.upto(15) as u32;
    let d = u.upto(30) as i32 - 15;
    let step = 1 + if u.yes() { u.upto(254) } else { 0 } as i128;
    let mode = u.pick(&MODES);
    let how = Rounding {
        digits: Some(d as i8),
        interval: (step != 1).then_some(step as u8),
        mode,
        ..Rounding::default()
    };
    // n / 10^k  ÷  step / 10^d  =  n · 10^d / (step · 10^k)
    let ten = |power: i32| 10i128.pow(power.max(0).unsigned_abs());
    let (top, bottom) = (n * ten(d), step * ten(k as i32) * ten(-d));
    let (down, rest) = (top.div_euclid(bottom), top.rem_euclid(bottom));
    let up = match mode {
        Mode::Floor => false,
        Mode::Ceiling => rest != 0,
        Mode::Truncate => rest != 0 && n < 0,
        // Away from zero at a tie.
        Mode::HalfUp => 2 * rest > bottom || (2 * rest == bottom && n > 0),
        Mode::HalfEven => 2 * rest > bottom || (2 * rest == bottom && down % 2 != 0),
    };
    let count = (down + i128::from(up)) * step;
    let text = format!("{n}e-{k}");
    let right = Exact::parse(&format!("{count}e{}", -d)).expect("a decimal");
    let exact = Exact::parse(&text).expect("a decimal");
    assert_eq!(exact.round(&how), right, "{text} {how:?}");
    if let Some(marked) = how.marked(&exact) {
        assert!(same_bits(marked.to_f64() + 0.0, right.to_f64() + 0.0), "{text} {how:?}: {marked}");
    }
    // Up to 15 digits a float says which decimal was typed.
    if n.unsigned_abs() < 1_000_000_000_000_000 {
        let float = exact.to_f64();
        assert!(same_bits(how.nearest(float) + 0.0, right.to_f64() + 0.0), "{text} {how:?}");
        assert!(same_bits(Number::round(&float, &how) + 0.0, right.to_f64() + 0.0), "{text} {how:?}");
        let bounded = Bounded::of(float).round(&how);
        let off = right.sub(&of_bits(bounded.v)).abs().to_f64();
        assert!(off <= bounded.e, "{text} {how:?}: {bounded:?}");
        for error in [0.0, float.abs() * 1e-14, 1e-3] {
            if let Some(decided) = how.decided(float, error) {
                assert!(same_bits(decided + 0.0, right.to_f64() + 0.0), "{text} {how:?} within {error}");
            }
        }
    }
    let significant =
        Rounding { digits: None, significant: Some(1 + u.upto(14) as u8), mode, ..Rounding::default() };
    let rounded = exact.round(&significant);
    assert_eq!(rounded.round(&significant), rounded, "{text} {significant:?}");
}

//! What several targets assert.

use std::sync::LazyLock;

use kaohe::formula::Units;
use kaohe::{DataError, Exact, Finding, Lang, Number, SchemeError};

pub const LANGUAGES: [Lang; 2] = [Lang::Zh, Lang::En];

/// The built-in units, made once.
pub static UNITS: LazyLock<Units> = LazyLock::new(Units::builtin);

/// A text in both languages.
pub fn in_words(of: impl Fn(Lang) -> String) {
    for lang in LANGUAGES {
        assert!(!of(lang).is_empty());
    }
}

/// A refusal says something, in both languages, and leaves no mark of a sentence unfilled.
pub fn refused(findings: &[Finding]) {
    assert!(!findings.is_empty(), "refused without a reason");
    for finding in findings {
        for lang in LANGUAGES {
            let text = finding.message(lang);
            assert!(!text.is_empty() && text != finding.code, "no sentence for {}", finding.code);
        }
        let _ = finding.to_string();
    }
}

pub fn refused_data(error: &DataError) {
    refused(error.findings());
    in_words(|lang| error.render(lang));
}

pub fn refused_scheme(error: &SchemeError) {
    refused(error.findings());
    in_words(|lang| error.render(lang));
}

/// Finite or missing: infinity never stands in a result.
pub fn sound(what: &str, numbers: &[f64]) {
    for (row, x) in numbers.iter().enumerate() {
        assert!(!x.is_infinite(), "{what}: row {row} is {x}");
    }
}

pub fn same_bits(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

/// The parts sum to the whole: to 10⁻¹² of it, or to the last bit of the largest part.
pub fn sums(what: &str, parts: impl Iterator<Item = f64>, whole: f64) {
    let parts: Vec<f64> = parts.collect();
    let sum = parts.iter().fold(Exact::zero(), |sum, p| sum.add(&Exact::of(*p))).to_f64();
    let largest = parts.iter().fold(0.0f64, |m, p| m.max(p.abs()));
    let slack = (1e-12 * whole.abs()).max(4.0 * largest * f64::EPSILON);
    assert!((sum - whole).abs() <= slack, "{what}: {parts:?} sum to {sum} instead of {whole}");
}

/// The number that the bits of `x` are, which is seldom the decimal that they stand for.
pub fn of_bits(x: f64) -> Exact {
    let bits = x.to_bits();
    let (sign, exponent, fraction) = (bits >> 63, (bits >> 52 & 0x7ff) as i32, bits & ((1 << 52) - 1));
    let (mantissa, exponent) =
        if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
    // 2^±64 is exact; below 2^53 a whole number is its own decimal.
    let mut value = Exact::of(mantissa as f64);
    let mut left = exponent;
    while left != 0 {
        let step = left.clamp(-64, 64);
        value = value.mul(&Exact::of(2.0).pow(&Exact::of(f64::from(step))));
        left -= step;
    }
    if sign == 1 { value.neg() } else { value }
}

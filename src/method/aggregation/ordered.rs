//! Means of scores in order: OWA and the median.

use crate::number::Number;

/// Scores from the highest down, each with its weight.
fn descending<N: Number>(members: &[(N, N)]) -> Vec<(N, N)> {
    let mut sorted = members.to_vec();
    let alike = members.windows(2).all(|pair| pair[0].0.to_f64() == pair[1].0.to_f64());
    // A network of pairs, so that floats in doubt carry their doubt; equal weights need not be told apart.
    for end in (1..sorted.len()).rev() {
        for i in 0..end {
            let ((v, a), (w, b)) = (sorted[i].clone(), sorted[i + 1].clone());
            let (high, low) = (a.max(&b), a.min(&b));
            let (first, second) = if alike {
                (v, w)
            } else {
                let swap = a.less(&b);
                (swap.select(&w, &v), swap.select(&v, &w))
            };
            (sorted[i], sorted[i + 1]) = ((first, high), (second, low));
        }
    }
    sorted
}

/// The ordered weighted average with the quantifier that rises from 0 at `from` to 1 at `to`.
pub(super) fn owa<N: Number>([from, to]: [f64; 2], members: &[(N, N)]) -> N {
    let sorted = descending(members);
    let (from, to) = (N::of(from), N::of(to));
    let quantifier = |part: &N| part.sub(&from).div(&to.sub(&from)).clamp(&N::zero(), &N::one());
    let whole = N::sum(&mut members.iter().map(|(w, _)| w.clone()));
    let (mut reached, mut before, mut terms) = (N::zero(), N::zero(), Vec::with_capacity(sorted.len()));
    for (w, s) in sorted {
        reached = reached.add(&w);
        let now = quantifier(&reached.div(&whole));
        terms.push(now.sub(&before).mul(&s));
        before = now;
    }
    N::sum(&mut terms.into_iter())
}

/// [`owa`] as an array formula of a spreadsheet. The weight ahead of a member is that of the members with higher scores, and among equals of
/// those to the left; what the quantifier says of it and of the member's own on top is the member's part.
pub(super) fn sheet_owa([from, to]: [f64; 2], w: &str, s: &str) -> String {
    let weights = format!("IF(ISNUMBER({s}),{w},0)");
    let is_ahead = format!("(TRANSPOSE({s})>{s})+(TRANSPOSE({s})={s})*(TRANSPOSE(COLUMN({s}))<COLUMN({s}))");
    let ahead = format!("MMULT({weights},{is_ahead})");
    let whole = format!("SUM({weights})");
    // (|t| − |t − 1| + 1) / 2 is t between 0 and 1; two of them are subtracted, so that the 1 is gone.
    let within = |reached: &str| {
        let t = format!("(({reached})/{whole}-{from})/({to}-{from})");
        format!("ABS({t})-ABS({t}-1)")
    };
    let part = format!("({}-({}))/2", within(&format!("{ahead}+{weights}")), within(&ahead));
    format!("SUM(IF(ISNUMBER({s}),{part}*{s},0))")
}

/// The middle score, or the mean of the two middle ones.
pub(super) fn median<N: Number>(members: &[(N, N)]) -> N {
    let alike: Vec<(N, N)> = members.iter().map(|(_, s)| (N::one(), s.clone())).collect();
    let sorted = descending(&alike);
    crate::number::statistics::median(sorted.len(), |k| sorted[sorted.len() - 1 - k].1.clone())
}

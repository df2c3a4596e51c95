//! How the change of a group comes about where its aggregation is no mean under a function: one thing is changed after the other.
//!
//! Weights, then the scores of the members one by one, then what they are compared with; and the other way round, back to front. Each part is the
//! mean of what it does in both orders, so that the parts sum to the change.

use super::climb::{Member, Split};

/// Which side the weights, each member's score, and what the members are compared with are taken of.
#[derive(Clone)]
struct State {
    weights: usize,
    scores: Vec<usize>,
    fits: Fits,
}

#[derive(Clone, Copy)]
enum Fits {
    Of(usize),
    /// Those of a side with the entity's own data of the other one.
    Mixed(usize),
}

/// The members as they are in a state. A member that a side lacks keeps the score of the other one.
fn members(sides: &[Vec<Member>; 2], state: &State) -> Vec<Member> {
    let one = |k: usize| {
        let weight = sides[state.weights][k].weight;
        let side = state.scores[k];
        let side = if sides[side][k].is_present() { side } else { 1 - side };
        let fitted = match state.fits {
            Fits::Of(side) => &sides[side][k].fitted,
            Fits::Mixed(side) => &sides[side][k].mixed,
        };
        Member { weight, score: sides[side][k].score, fitted: fitted.clone(), ..Member::default() }
    };
    (0..sides[0].len()).map(one).collect()
}

/// The part of the largest score by which a score differs in floats without having moved.
const ROUNDING: f64 = 1e-12;

/// Splits the change of a group; `combine` makes its score of its members.
pub(super) fn split(sides: &[Vec<Member>; 2], combine: impl Fn(&[Member]) -> f64) -> Split {
    let n = sides[0].len();
    let score = |state: &State| combine(&members(sides, state));
    let mut split = Split::still(n);
    let size = sides.iter().flatten().fold(0.0_f64, |size, m| size.max(m.score.abs()));
    let is_mixed = sides.iter().flatten().all(|m| !m.is_present() || m.mixed.len() == m.fitted.len());
    for from in [0, 1] {
        // Forth from the first side, and back from the second one.
        let (to, sign) = (1 - from, if from == 0 { 0.5 } else { -0.5 });
        let mut state = State { weights: from, scores: vec![from; n], fits: Fits::Of(from) };
        let mut at = score(&state);
        let mut step = |state: &State| {
            let now = score(state);
            if now.is_nan() {
                // On the way nobody may have a score to be compared with: the next step that has one takes what this one did.
                return 0.0;
            }
            let effect = sign * (now - std::mem::replace(&mut at, now));
            if effect.is_nan() { 0.0 } else { effect }
        };
        state.weights = to;
        split.weights += step(&state);
        for (k, (a, b)) in sides[0].iter().zip(&sides[1]).enumerate() {
            state.scores[k] = to;
            let (effect, moved) = (step(&state), b.score - a.score);
            let is_real = moved.abs() > ROUNDING * size;
            if !(a.is_present() && b.is_present()) {
                split.weights += effect;
            } else if is_real {
                split.slope[k] += effect / moved;
            } else {
                // A score that has not moved but for rounding can still break a tie with others.
                split.ideal.others += effect;
            }
        }
        if is_mixed {
            state.fits = Fits::Mixed(from);
            split.ideal.own += step(&state);
        }
        state.fits = Fits::Of(to);
        split.ideal.others += step(&state);
    }
    split
}

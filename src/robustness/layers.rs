//! Families of pairs in layers: what leaves a family together, as few draws foretell.
//!
//! Largest differences are kept layer by layer, so that one sweep over all draws gives the quantile of every family that is a union of layers:
//! that of the whole, and those of what is left step by step. Where the draws come out otherwise, what is left is swept again: the numbers are the same.

use super::noise::Noise;
use super::pairs::{Critical, Draws, Family, SURE, TASK, critical, swept};

/// A pair that is compared: whether the first may be above the second, and the second above the first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair {
    pub(super) j: usize,
    pub(super) k: usize,
    pub(super) scale: f64,
    pub(super) both: bool,
}

/// A family in layers.
#[derive(Debug)]
pub(super) struct Layers {
    pub(super) of: Vec<Layer>,
    /// Of many draws only those with a larger number in some layer are kept.
    pub(super) threshold: f64,
}

impl Layers {
    /// A family in one layer, of which all draws are kept.
    pub(super) fn whole(family: Family, noise: &Noise) -> Self {
        Layers { of: vec![Layer::of(family, noise)], threshold: f64::NEG_INFINITY }
    }
}

/// Pairs that are thought to leave together.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) family: Family,
    pub(super) pairs: Vec<Pair>,
}

impl Layer {
    fn of(family: Family, noise: &Noise) -> Self {
        let pairs = paired(&family, |j, k| noise.of_difference(j, k));
        Layer { family, pairs }
    }
}

/// Steps that are foretold, and pairs that stand alone since it is not sure in which step they leave.
const STEPS: usize = 12;
const ALONE: usize = 40;

/// Standard deviations of the quantile of few draws within which a pair may leave or not.
const DOUBT: f64 = 5.0;

/// How many times as far a pair in doubt may lie below.
const LOWER: f64 = 3.0;

/// Standard deviations of a share of few draws below its level from which on draws are kept.
const LOW: f64 = 8.0;

/// What few draws say of a step: above what a pair leaves, and how large the numbers are that matter.
#[derive(Debug, Clone, Copy)]
struct Step {
    critical: Critical,
    threshold: f64,
}

impl Step {
    fn of(numbers: &[f64], few: Draws) -> Self {
        let (n, level) = (numbers.len() as f64, few.level);
        let at = level - LOW * (level * (1.0 - level) / n).sqrt();
        let threshold = numbers.get((at * n) as usize).filter(|_| at > 0.0).copied();
        Step { critical: critical(0, numbers, few), threshold: threshold.unwrap_or(f64::NEG_INFINITY) }
    }

    /// How far a number is from leaving for sure: above 0 it leaves, below it stays; none in doubt.
    fn leaves(&self, t: f64) -> Option<bool> {
        let Critical { value, ends: [low, high] } = self.critical;
        let doubt = DOUBT / SURE * (high - value).max(value - low);
        // What leaves against expectation lowers the steps behind it.
        let open = value - LOWER * doubt..=value + doubt;
        if open.contains(&t) { None } else { Some(t > value) }
    }
}

/// Layers of families, as the first draws foretell them. Of few draws there is nothing to gain: then each family is one.
pub(super) fn foretold(
    noise: &Noise,
    families: &[Family],
    t: &dyn Fn((usize, usize)) -> f64,
    draws: Draws,
) -> Vec<Layers> {
    let whole = |family: &Family| Layers::whole(family.clone(), noise);
    if draws.count <= 2 * TASK {
        return families.iter().map(whole).collect();
    }
    let few = Draws { count: TASK, ..draws };
    let mut steps: Vec<Vec<Step>> = vec![Vec::new(); families.len()];
    let mut active: Vec<(usize, Family)> = families.iter().cloned().enumerate().collect();
    for _ in 0..STEPS {
        let wholes: Vec<Layers> = active.iter().map(|(_, family)| whole(family)).collect();
        let swept = swept(noise, &wholes, few, 0);
        let next = active.into_iter().zip(swept).filter_map(|((f, family), swept)| {
            let step = Step::of(&swept.largest(&[true]).1, few);
            steps[f].push(step);
            let stays = |pair: &(usize, usize)| t(*pair) <= step.critical.value;
            let left: Family = family.iter().copied().filter(stays).collect();
            (!left.is_empty() && left.len() < family.len()).then_some((f, left))
        });
        active = next.collect();
        if active.is_empty() {
            break;
        }
    }
    families.iter().zip(steps).map(|(family, steps)| layered(noise, family, &steps, t)).collect()
}

/// A family in layers: one a step, the pairs in doubt alone, and what stays.
fn layered(noise: &Noise, family: &Family, steps: &[Step], t: &dyn Fn((usize, usize)) -> f64) -> Layers {
    let mut sure: Vec<Family> = vec![Family::new(); steps.len() + 1];
    let mut doubtful: Vec<Family> = vec![Family::new(); steps.len()];
    for pair in family {
        let at = steps.iter().enumerate().find(|(_, step)| step.leaves(t(*pair)) != Some(false));
        match at {
            Some((k, step)) if step.leaves(t(*pair)).is_none() => doubtful[k].push(*pair),
            Some((k, _)) => sure[k].push(*pair),
            None => sure[steps.len()].push(*pair),
        }
    }
    if doubtful.iter().map(Vec::len).sum::<usize>() <= ALONE {
        doubtful = doubtful.into_iter().flatten().map(|pair| vec![pair]).collect();
    }
    sure.retain(|family| !family.is_empty());
    doubtful.retain(|family| !family.is_empty());
    let threshold = steps.iter().map(|step| step.threshold).fold(f64::INFINITY, f64::min);
    if threshold == f64::NEG_INFINITY {
        // All draws are kept: one number of each is enough.
        (sure, doubtful) = (vec![family.clone()], Vec::new());
    }
    let of = sure.into_iter().chain(doubtful).map(|family| Layer::of(family, noise)).collect();
    Layers { of, threshold }
}

/// A family with both directions of a pair in one.
fn paired(family: &[(usize, usize)], scale: impl Fn(usize, usize) -> f64) -> Vec<Pair> {
    let mut directed: Vec<(usize, usize, bool)> =
        family.iter().map(|&(j, k)| (j.min(k), j.max(k), j < k)).collect();
    directed.sort_unstable();
    let mut pairs: Vec<Pair> = Vec::with_capacity(directed.len());
    for (low, high, forward) in directed {
        match pairs.last_mut() {
            Some(last) if (last.j.min(last.k), last.j.max(last.k)) == (low, high) => last.both = true,
            _ => {
                let (j, k) = if forward { (low, high) } else { (high, low) };
                pairs.push(Pair { j, k, scale: 1.0 / scale(j, k), both: false });
            }
        }
    }
    pairs
}

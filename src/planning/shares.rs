//! A sum shared so that equals get the same, to the last unit.

use dashu_int::IBig;
use dashu_ratio::RBig;

use super::decimal::Decimals;
use crate::number::{Exact, Number, Rational, shift_decimal};

/// Shares a sum in proportion to keys that are not negative; what it cannot share equally is left over.
///
/// Each share is cut to the declared decimals. The units left over go to the largest remainders, to all who have the same key or to
/// none of them: equals never differ by a unit, and a smaller key never gets more. Returns the shares and the rest.
pub(crate) fn equal_shares(total: &Exact, keys: &[Exact], decimals: Decimals) -> (Vec<Exact>, Exact) {
    let Some((keys, steps, per_key)) = scaled(total, keys, decimals) else {
        return (vec![Exact::zero(); keys.len()], total.clone());
    };
    // Those with the same key stand together.
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by(|a, b| keys[*b].cmp(&keys[*a]));
    let mut groups: Vec<(&[usize], IBig, RBig)> = Vec::new();
    for group in order.chunk_by(|a, b| keys[*a] == keys[*b]) {
        let share = &keys[group[0]] * &per_key;
        let floor = share.floor();
        groups.push((group, floor.clone(), share - RBig::from(floor)));
    }
    let size = |group: &[usize]| IBig::from(group.len());
    let mut left = steps.floor() - groups.iter().fold(IBig::ZERO, |s, (g, floor, _)| s + size(g) * floor);
    // Stable: of equal remainders the larger key goes first.
    groups.sort_by(|a, b| b.2.cmp(&a.2));
    let unit = |steps: IBig| in_units(steps, decimals);
    let mut shares = vec![Exact::zero(); keys.len()];
    let mut more = true;
    for (group, floor, _) in groups {
        // Once a group cannot be served nobody after it is, or the smaller key would get more.
        more &= size(group) <= left;
        if more {
            left -= size(group);
        }
        let share = unit(floor + IBig::from(u8::from(more)));
        for i in group {
            shares[*i] = share.clone();
        }
    }
    (shares, unit(left))
}

/// Shares a whole sum to the last unit: the units left over go to the largest remainders, of equal ones to the first.
pub(crate) fn all_shares(total: &Exact, keys: &[Exact], decimals: Decimals) -> (Vec<Exact>, Exact) {
    let Some((keys, steps, per_key)) = scaled(total, keys, decimals) else {
        return (vec![Exact::zero(); keys.len()], total.clone());
    };
    let parts: Vec<RBig> = keys.iter().map(|key| key * &per_key).collect();
    let mut floors: Vec<IBig> = parts.iter().map(RBig::floor).collect();
    let rest: Vec<RBig> = parts.iter().zip(&floors).map(|(part, f)| part - RBig::from(f.clone())).collect();
    let mut order: Vec<usize> = (0..keys.len()).collect();
    // Stable: of equal remainders the first.
    order.sort_by(|a, b| rest[*b].cmp(&rest[*a]));
    let left = floors.iter().fold(steps.floor(), |left, floor| left - floor);
    for i in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        floors[i] += IBig::ONE;
    }
    (floors.into_iter().map(|steps| in_units(steps, decimals)).collect(), Exact::zero())
}

/// The keys, the total in units of the last decimal, and how many of these a key of 1 gets; none where all keys are zero.
fn scaled(total: &Exact, keys: &[Exact], decimals: Decimals) -> Option<(Vec<RBig>, RBig, RBig)> {
    let keys: Vec<RBig> = keys.iter().map(|key| key.rational().cloned().unwrap_or(RBig::ZERO)).collect();
    let whole: RBig = keys.iter().fold(RBig::ZERO, |a, b| a + b);
    let steps = decimals.steps(total).filter(|_| whole > RBig::ZERO)?;
    let per_key = &steps / whole;
    Some((keys, steps, per_key))
}

/// A number of units of the last decimal.
fn in_units(steps: IBig, decimals: Decimals) -> Exact {
    Exact::Value(Rational(RBig::from(steps) / shift_decimal(IBig::ONE, decimals.exponent())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_sum_is_shared_where_that_is_declared() {
        let shared = |total: f64, n: usize, digits| {
            let (shares, rest) = all_shares(&Exact::of(total), &vec![Exact::one(); n], Decimals(digits));
            (shares.iter().map(Exact::to_f64).collect::<Vec<f64>>(), rest.to_f64())
        };
        assert_eq!(shared(85.0, 2, 0), (vec![43.0, 42.0], 0.0));
        assert_eq!(shared(85.0, 2, 1), (vec![42.5, 42.5], 0.0));
        assert_eq!(shared(20.0, 3, 2), (vec![6.67, 6.67, 6.66], 0.0));
    }

    fn shared(total: f64, keys: &[f64], digits: i16) -> (Vec<f64>, f64) {
        let keys: Vec<Exact> = keys.iter().map(|k| Exact::of(*k)).collect();
        let (shares, rest) = equal_shares(&Exact::of(total), &keys, Decimals(digits));
        (shares.iter().map(Exact::to_f64).collect(), rest.to_f64())
    }

    #[test]
    fn equals_get_the_same_and_the_rest_is_left() {
        assert_eq!(shared(100.0, &[1.0; 3], 0), (vec![33.0; 3], 1.0));
        assert_eq!(shared(20.0, &[1.0; 3], 2), (vec![6.66; 3], 0.02));
        // 33.3, 33.3, 22.2 and 11.1: the unit left over would go to the pair, which cannot share it, so to nobody.
        assert_eq!(shared(100.0, &[3.0, 3.0, 2.0, 1.0], 0), (vec![33.0, 33.0, 22.0, 11.0], 1.0));
        // Of 2.502, 2.502, 2.502 and 2.494 the last must not get the most.
        assert_eq!(shared(10.0, &[3.0, 3.0, 3.0, 2.99], 0), (vec![2.0; 4], 2.0));
        assert_eq!(shared(7.0, &[60.0, 25.0, 15.0], 0), (vec![4.0, 2.0, 1.0], 0.0));
        assert_eq!(shared(5.0, &[0.0, 0.0], 0), (vec![0.0, 0.0], 5.0));
    }
}

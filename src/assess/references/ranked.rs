//! The rank of a record among the totals that references hold.

use std::cmp::Ordering;

use super::held::Held;
use super::written::{Field, Standing};
use crate::number::{Bounded, Exact, Number};

/// A record that is ranked: its total, and by place the scores that decide between equals; the exact form of either, or
/// nothing where none can be had.
pub(super) struct Own<T, E> {
    pub(super) total: Bounded,
    pub(super) tie: T,
    pub(super) exact: E,
}

impl<T: Fn(usize) -> Bounded, E: Fn(Option<usize>) -> Option<Exact>> Own<T, E> {
    /// 1 + how many are better; nothing where an exact number is asked for in vain.
    pub(super) fn rank(&self, field: &Field) -> Option<usize> {
        let members = &field.members;
        // All have one error.
        let reach = self.total.e + members.first().map_or(0.0, |m| m.total.near.e);
        let above = members.partition_point(|m| m.total.near.v - self.total.v > reach);
        let near = members[above..].iter().take_while(|m| self.total.v - m.total.near.v <= reach);
        let mut better = above;
        for member in near {
            better += usize::from(self.is_behind(member)?);
        }
        Some(better + 1)
    }

    /// Whether a member stands before the record.
    fn is_behind(&self, member: &Standing) -> Option<bool> {
        let mut order = self.order(&member.total, self.total, None)?;
        for (k, score) in member.ties.iter().enumerate() {
            if order != Ordering::Equal {
                break;
            }
            order = self.order(score, (self.tie)(k), Some(k))?;
        }
        Some(order == Ordering::Greater)
    }

    /// How a member's number stands to the record's; a missing one is the lowest.
    fn order(&self, member: &Held, own: Bounded, k: Option<usize>) -> Option<Ordering> {
        let by_float = || match (member.near.is_missing(), own.is_missing()) {
            (false, false) => member.near.v.partial_cmp(&own.v).unwrap_or(Ordering::Equal),
            (there, here) => here.cmp(&there),
        };
        let reach = member.near.e + own.e;
        let apart = (member.near.v - own.v).abs();
        if apart.is_nan() || apart > reach || reach == 0.0 {
            return Some(by_float());
        }
        let exact = (self.exact)(k)?;
        Some(member.exact.order(&exact).unwrap_or_else(by_float))
    }
}

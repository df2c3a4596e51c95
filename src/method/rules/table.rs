//! What tables of thresholds share: bounds in or out, order, checks, the spreadsheet's nested IF.

use serde::{Deserialize, Serialize, Serializer};

use super::kernel::Break;
use crate::finding::Finding;
use crate::method::anchor::Anchor;
use crate::number::Number;
use crate::tree::{Node, Read, Reader, deserialize_by_reading, read_words};

/// Excel nests at most 64 functions; a longer table could not be written into the audit workbook.
pub(super) const LONGEST: usize = 60;

/// Which side of a threshold counts, and whether the threshold itself does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// `x ≥ t` (达到, 含)
    AtLeast,
    /// `x > t` (超过, 不含)
    Above,
    /// `x ≤ t` (不高于, 含)
    AtMost,
    /// `x < t` (低于, 不含)
    Below,
}

read_words!(Bound);

impl Bound {
    /// `at_least`, or `at_most` where a lower value is better.
    pub(super) fn natural(negative: bool) -> Self {
        if negative { Bound::AtMost } else { Bound::AtLeast }
    }
    pub(super) fn is_lower(self) -> bool {
        matches!(self, Bound::AtLeast | Bound::Above)
    }
    /// Whether `x` is on the side of `t` that counts, decided by value.
    #[inline]
    pub(super) fn holds<N: Number>(self, x: &N, t: &N) -> bool {
        match self {
            Bound::AtLeast => x.is_at_least(t),
            Bound::Above => t.is_less(x),
            Bound::AtMost => t.is_at_least(x),
            Bound::Below => x.is_less(t),
        }
    }
    /// The same as a number, 1 or 0, with its doubt: for comparing anchors with each other, which no break guards.
    pub(super) fn test<N: Number>(self, x: &N, t: &N) -> N {
        match self {
            Bound::AtLeast => N::one().sub(&x.less(t)),
            Bound::Above => t.less(x),
            Bound::AtMost => N::one().sub(&t.less(x)),
            Bound::Below => x.less(t),
        }
    }
    /// As a spreadsheet and an explanation write it.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Bound::AtLeast => ">=",
            Bound::Above => ">",
            Bound::AtMost => "<=",
            Bound::Below => "<",
        }
    }
}

/// A line of a table: `[threshold, points]`, or `[threshold, points, "above"]` where this line's bound differs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// Threshold.
    pub at: f64,
    /// Points from there.
    pub points: f64,
    /// Bound of this line, if not the table's.
    pub bound: Option<Bound>,
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self.bound {
            None => (self.at, self.points).serialize(s),
            Some(bound) => (self.at, self.points, bound).serialize(s),
        }
    }
}

impl Read for Entry {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        let (at, points, bound) = match node.items() {
            [at, points] => (at, points, None),
            [at, points, bound] => (at, points, Some(bound)),
            _ => return r.expected(node, "[threshold, points] or [threshold, points, \"above\"]"),
        };
        let (at, points) = (r.value(at), r.value(points));
        Some(Entry { bound: bound.and_then(|bound| r.value(bound)), at: at?, points: points? })
    }
}

deserialize_by_reading!(Entry);

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Entry {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Entry".into()
    }
    fn json_schema(g: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let bound = g.subschema_for::<Bound>();
        schemars::json_schema!({
            "description": "[threshold, points], or [threshold, points, bound] where the bound of this line differs.",
            "type": "array", "prefixItems": [{ "type": "number" }, { "type": "number" }, bound],
            "minItems": 2, "maxItems": 3
        })
    }
}

/// The lines in the order they are tried: the highest threshold first for lower bounds, the lowest for upper ones.
/// A table may be written either way round.
#[inline]
pub(super) fn tried(at: &[Entry], lower: bool) -> impl DoubleEndedIterator<Item = &Entry> {
    let ascending = matches!((at.first(), at.last()), (Some(f), Some(l)) if f.at < l.at);
    let turned = ascending == lower;
    (0..at.len()).map(move |i| if turned { &at[at.len() - 1 - i] } else { &at[i] })
}

/// Lines, order and bounds of a table at `key`.
pub(super) fn check(key: &'static str, at: &[Entry], default: Bound) -> Vec<Finding> {
    let thresholds: Vec<f64> = at.iter().map(|e| e.at).collect();
    let mut found = check_order(key, &thresholds, 1);
    let mixed = at.iter().any(|e| e.bound.unwrap_or(default).is_lower() != default.is_lower());
    if mixed {
        found.push(Finding::error("rule_table_bounds").at(key).fact("bound", default.sign()));
    }
    found
}

/// At least `least` thresholds, not too many, strictly rising or strictly falling.
pub(super) fn check_order(key: &'static str, at: &[f64], least: usize) -> Vec<Finding> {
    let mut found = Vec::new();
    if at.len() < least {
        found.push(Finding::error("rule_table_short").at(key).fact("least", least).fact("found", at.len()));
    }
    if at.len() > LONGEST {
        found.push(Finding::error("rule_table_long").at(key).fact("most", LONGEST).fact("found", at.len()));
    }
    let rising = matches!((at.first(), at.last()), (Some(f), Some(l)) if f < l);
    let wrong = at.windows(2).position(|w| !(if rising { w[0] < w[1] } else { w[0] > w[1] }));
    if let Some(i) = wrong {
        found.push(
            Finding::error("rule_table_order")
                .at(format!("{key}[{}]", i + 1))
                .fact("before", at[i])
                .fact("value", at[i + 1]),
        );
    }
    found
}

/// `a` where it is above zero, missing elsewhere: a multiple of nothing, or of a loss, says nothing.
pub(super) fn positive<N: Number>(a: &N) -> N {
    N::zero().less(a).select(a, &N::missing())
}

/// Ascending by place.
pub(super) fn sorted<N: Number>(mut breaks: Vec<Break<N>>) -> Vec<Break<N>> {
    breaks.sort_by(|a, b| a.place().order(b.place()).unwrap_or(std::cmp::Ordering::Equal));
    breaks
}

pub(super) use crate::method::sheet::number as cell;

/// A formula that holds where the anchor in `base` is above zero; a typed number has been checked.
pub(super) fn where_positive(anchor: &Anchor, base: &str, formula: String) -> String {
    if matches!(anchor, Anchor::Number(x) if *x > 0.0) {
        formula
    } else {
        format!("IF({base}>0,{formula},NA())")
    }
}

/// `IF(x>=t1,p1,IF(x>=t2,p2,…below))`
pub(super) fn nested_if(
    at: &[Entry],
    default: Bound,
    below: &str,
    condition: impl Fn(Bound, &Entry) -> String,
) -> String {
    tried(at, default.is_lower()).rev().fold(below.to_owned(), |rest, e| {
        format!("IF({},{},{rest})", condition(e.bound.unwrap_or(default), e), cell(e.points))
    })
}

pub(super) fn yes() -> bool {
    true
}
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
pub(super) fn is_yes(b: &bool) -> bool {
    *b
}
pub(super) fn is_default<T: Default + PartialEq>(x: &T) -> bool {
    *x == T::default()
}

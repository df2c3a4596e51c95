//! Ranks and grades.

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use crate::tree::{Kind, Node, Read, Reader, deserialize_by_reading, read_table, read_words};

/// Ranks of equal totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    /// 1 2 2 4
    #[default]
    Competition,
    /// 1 2 2 3
    Dense,
    /// 1 3 3 4
    Modified,
    /// 1 2.5 2.5 4
    Average,
    /// 1 2 3 4, equal totals in the order of the entities' names (by code point), whatever the order of the rows.
    Ordinal,
}

/// Which total decides the rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RankOn {
    /// The total as printed.
    #[default]
    Rounded,
    /// The total before rounding.
    Exact,
}

/// How totals become ranks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Ranking {
    /// Ranks of equal totals.
    #[serde(skip_serializing_if = "is_default")]
    pub ties: Ties,
    /// Which total decides.
    #[serde(skip_serializing_if = "is_default")]
    pub on: RankOn,
    /// Indicators or groups whose score decides between equal totals, in this order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tie_break: Vec<String>,
}

read_table!(Ranking: ties = _, on = _, tie_break = _);

fn is_default<T: Default + PartialEq>(x: &T) -> bool {
    *x == T::default()
}

impl Ties {
    /// Ranks from groups of equals in order, best first: `sizes` gives how many share each place.
    pub fn ranks(self, sizes: impl IntoIterator<Item = usize>) -> Vec<f64> {
        let (mut ranks, mut before) = (Vec::new(), 0usize);
        for (place, size) in sizes.into_iter().enumerate() {
            ranks.extend((0..size).map(|k| self.rank(Group { place, before, size }, k)));
            before += size;
        }
        ranks
    }

    /// Rank of the `k`-th member of a group of equals.
    #[inline]
    pub(crate) fn rank(self, group: Group, k: usize) -> f64 {
        let Group { place, before, size } = group;
        match self {
            Ties::Competition => (before + 1) as f64,
            Ties::Dense => (place + 1) as f64,
            Ties::Modified => (before + size) as f64,
            Ties::Average => before as f64 + (size as f64 + 1.0) / 2.0,
            Ties::Ordinal => (before + k + 1) as f64,
        }
    }
}

/// A group of equals among the groups in front of and behind it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group {
    /// Groups in front.
    pub(crate) place: usize,
    /// Members of the groups in front.
    pub(crate) before: usize,
    /// Members.
    pub(crate) size: usize,
}

/// How totals become grades. Written as the table alone where its numbers are totals, else as `{ by = …, table = … }`.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = list_or_table))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct Grades {
    /// What the table's numbers are.
    #[cfg_attr(feature = "schema", schemars(default))]
    pub by: GradeBy,
    /// `[name, bound]` from the best down: the lowest total, the last rank, or the share of entities (cumulated) that
    /// still gets the grade.
    pub table: Vec<(String, f64)>,
}

impl Serialize for Grades {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if self.by == GradeBy::default() {
            return self.table.serialize(s);
        }
        let mut map = s.serialize_map(Some(2))?;
        map.serialize_entry("by", &self.by)?;
        map.serialize_entry("table", &self.table)?;
        map.end()
    }
}

impl Read for Grades {
    fn read(node: &Node, r: &mut Reader) -> Option<Self> {
        match &node.kind {
            Kind::List(_) => Some(Grades { by: GradeBy::default(), table: r.value(node)? }),
            Kind::Table(_) => {
                r.table(node, &["by", "table"], &[])?;
                Some(Grades { by: r.or(node, "by", GradeBy::default), table: r.required(node, "table")? })
            }
            _ => r.expected(node, "[[\"…\", 90], …] or { by = \"rank\", table = [[\"…\", 3], …] }"),
        }
    }
}

deserialize_by_reading!(Grades);

/// The schema of both forms.
#[cfg(feature = "schema")]
fn list_or_table(schema: &mut schemars::Schema) {
    let list = schema.pointer("/properties/table").cloned();
    let description = schema.remove("description");
    let table = std::mem::take(schema);
    *schema = schemars::json_schema!({ "description": description, "anyOf": [list, table] });
}

/// What the numbers of a grade table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum GradeBy {
    /// Total at least the bound.
    #[default]
    Score,
    /// Rank at most the bound.
    Rank,
    /// Rank at most the bound times the number ranked, rounded down (前 20 %).
    Proportion,
}

read_words!(Ties, RankOn, GradeBy);

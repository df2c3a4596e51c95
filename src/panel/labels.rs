//! Names of entities: texts, or whole numbers that are only written out when somebody looks.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::budget;

/// Keys of entities, one a row or one an entity: texts, collected from an iterator, or what the constructors say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// Texts, one behind the other, with the offsets of their ends.
    Text {
        bytes: String,
        ends: Vec<usize>,
    },
    Code(Vec<i64>),
    Indexed {
        names: Box<Labels>,
        of: Vec<u32>,
    },
    Repeated {
        names: Box<Labels>,
        times: usize,
    },
}

impl<S: AsRef<str>> FromIterator<S> for Labels {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        let (mut bytes, mut ends) = (String::new(), Vec::new());
        for name in names {
            bytes.push_str(name.as_ref());
            ends.push(bytes.len());
        }
        Labels(Kind::Text { bytes, ends })
    }
}

impl Labels {
    /// Whole numbers (administrative codes, firm numbers).
    pub fn codes(codes: Vec<i64>) -> Self {
        Labels(Kind::Code(codes))
    }

    /// Names that others have told apart already, with an index into them for each row; beyond the last name is the empty one.
    pub fn indexed(names: Labels, of: Vec<u32>) -> Self {
        Labels(Kind::Indexed { names: Box::new(names), of })
    }

    /// The same names over and over: every entity, period after period.
    pub fn repeated(names: Labels, times: usize) -> Self {
        Labels(Kind::Repeated { names: Box::new(names), times })
    }

    /// The same labels with some names changed.
    pub(crate) fn renamed(&self, alias: &indexmap::IndexMap<String, String>) -> Self {
        let new = |i: usize| {
            let name = self.get(i);
            alias.get(name.as_ref()).map_or(name, |to| Cow::Borrowed(to.as_str()))
        };
        (0..self.len()).map(new).collect()
    }

    /// Whether they are texts, which people may have written in two ways.
    pub(crate) fn are_texts(&self) -> bool {
        matches!(self.0, Kind::Text { .. })
    }

    /// How many.
    pub fn len(&self) -> usize {
        match &self.0 {
            Kind::Text { ends, .. } => ends.len(),
            Kind::Code(codes) => codes.len(),
            Kind::Indexed { of, .. } => of.len(),
            Kind::Repeated { names, times } => names.len().saturating_mul(*times),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name at `i`, empty beyond the end.
    pub fn get(&self, i: usize) -> Cow<'_, str> {
        match &self.0 {
            Kind::Text { bytes, ends } => {
                let start = if i == 0 { 0 } else { ends.get(i - 1).copied().unwrap_or(bytes.len()) };
                let end = ends.get(i).copied().unwrap_or(bytes.len());
                Cow::Borrowed(&bytes[start..end])
            }
            Kind::Code(codes) => codes.get(i).map_or(Cow::Borrowed(""), |c| Cow::Owned(c.to_string())),
            Kind::Indexed { names, of } => of.get(i).map_or(Cow::Borrowed(""), |n| names.get(*n as usize)),
            Kind::Repeated { names, .. } if i < self.len() => names.get(i % names.len()),
            Kind::Repeated { .. } => Cow::Borrowed(""),
        }
    }

    /// The index of a name: a look at each of them.
    pub fn position(&self, name: &str) -> Option<usize> {
        budget::count_cells(self.len());
        match &self.0 {
            Kind::Text { .. } | Kind::Indexed { .. } => (0..self.len()).find(|&i| self.get(i) == name),
            Kind::Code(codes) => {
                let code: i64 = name.parse().ok()?;
                codes.iter().position(|&c| c == code)
            }
            Kind::Repeated { names, times } => names.position(name).filter(|_| *times > 0),
        }
    }

    /// Whether rows `a..a+n` carry the same names as rows `b..b+n`, in order.
    pub(crate) fn same_run(&self, a: usize, b: usize, n: usize) -> bool {
        match &self.0 {
            Kind::Code(codes) => codes[a..a + n] == codes[b..b + n],
            Kind::Indexed { of, .. } => of[a..a + n] == of[b..b + n],
            Kind::Repeated { names, .. } if (b - a).is_multiple_of(names.len()) => true,
            Kind::Text { .. } | Kind::Repeated { .. } => (0..n).all(|i| self.get(a + i) == self.get(b + i)),
        }
    }

    /// The distinct names in order of first appearance, and for every row the index of its name.
    pub(crate) fn distinct(&self) -> (Labels, Vec<u32>) {
        match &self.0 {
            Kind::Code(codes) if codes.is_sorted_by(|a, b| a < b) => {
                (self.clone(), (0..codes.len() as u32).collect())
            }
            Kind::Code(codes) => {
                let mut seen: HashMap<i64, u32> = HashMap::new();
                let mut names = Vec::new();
                let of = codes.iter().map(|&c| index_of(&mut seen, c, || names.push(c))).collect();
                (Labels(Kind::Code(names)), of)
            }
            Kind::Indexed { names, of } => {
                // In order of first appearance, names that no row has left out.
                // An index beyond the names is the empty name, as `get` has it.
                let beyond = names.len() as u32;
                let (mut place, mut used) = (vec![u32::MAX; names.len() + 1], Vec::new());
                let of = of
                    .iter()
                    .map(|&name| {
                        let name = name.min(beyond);
                        let place = &mut place[name as usize];
                        if *place == u32::MAX {
                            *place = used.len() as u32;
                            used.push(name);
                        }
                        *place
                    })
                    .collect();
                let in_order = used.iter().enumerate().all(|(i, name)| i == *name as usize);
                let names = if in_order && used.len() == names.len() {
                    (**names).clone()
                } else {
                    used.iter().map(|name| names.get(*name as usize)).collect()
                };
                (names, of)
            }
            Kind::Repeated { names, times } => {
                let (names, of) = names.distinct();
                (names, of.repeat(*times))
            }
            Kind::Text { .. } => {
                let mut seen: HashMap<Cow<'_, str>, u32> = HashMap::new();
                let (mut bytes, mut ends) = (String::new(), Vec::new());
                let of = (0..self.len())
                    .map(|i| {
                        let name = self.get(i);
                        index_of(&mut seen, name.clone(), || {
                            bytes.push_str(&name);
                            ends.push(bytes.len());
                        })
                    })
                    .collect();
                (Labels(Kind::Text { bytes, ends }), of)
            }
        }
    }

    /// The first `n`.
    pub(crate) fn head(&self, n: usize) -> Labels {
        match &self.0 {
            Kind::Code(codes) => Labels(Kind::Code(codes[..n].to_vec())),
            Kind::Indexed { names, of } => {
                Labels(Kind::Indexed { names: names.clone(), of: of[..n].to_vec() })
            }
            Kind::Repeated { names, .. } if n == names.len() => (**names).clone(),
            Kind::Text { .. } | Kind::Repeated { .. } => (0..n).map(|i| self.get(i)).collect(),
        }
    }
}

/// Where each of many names stands: a hash and an index a word, ascending.
#[derive(Debug)]
pub(super) struct Places(Vec<u64>);

impl Places {
    pub(super) fn of(labels: &Labels) -> Self {
        budget::count_cells(labels.len());
        let mut words: Vec<u64> =
            (0..labels.len()).map(|i| hash_of(&labels.get(i)) << 32 | i as u64).collect();
        words.sort_unstable();
        Places(words)
    }

    /// The index of a name among those that this was made of.
    pub(super) fn find(&self, labels: &Labels, name: &str) -> Option<usize> {
        let code = match &labels.0 {
            Kind::Code(_) => Some(name.parse::<i64>().ok()?.to_string()),
            _ => None,
        };
        let name = code.as_deref().unwrap_or(name);
        let hash = hash_of(name);
        let first = self.0.partition_point(|word| word >> 32 < hash);
        let alike = self.0[first..].iter().take_while(|word| **word >> 32 == hash);
        alike.map(|word| *word as u32 as usize).find(|i| labels.get(*i) == name)
    }
}

/// 32 bits that are the same in every process.
fn hash_of(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish() >> 32
}

/// Distinct names in the order in which they first appear.
#[cfg(any(feature = "arrow", feature = "workbook"))]
#[derive(Debug, Default)]
pub(crate) struct Distinct {
    pub(crate) names: Vec<String>,
    seen: HashMap<String, u32>,
}

#[cfg(any(feature = "arrow", feature = "workbook"))]
impl Distinct {
    /// The index of a name, new or known.
    pub(crate) fn index(&mut self, name: &str) -> u32 {
        if let Some(index) = self.seen.get(name) {
            return *index;
        }
        let next = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.seen.insert(name.to_owned(), next);
        next
    }
}

fn index_of<K: std::hash::Hash + Eq>(seen: &mut HashMap<K, u32>, key: K, new: impl FnOnce()) -> u32 {
    let next = seen.len() as u32;
    *seen.entry(key).or_insert_with(|| {
        new();
        next
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexed_names_come_in_order_of_appearance_and_none_is_out_of_reach() {
        let names: Labels = ["a", "b", "c"].into_iter().collect();
        let labels = Labels::indexed(names, vec![2, 0, 2, 9, 9]);
        let (distinct, of) = labels.distinct();
        assert_eq!((0..3).map(|i| distinct.get(i).into_owned()).collect::<Vec<_>>(), ["c", "a", ""]);
        assert_eq!(of, [0, 1, 0, 2, 2]);
    }

    #[test]
    fn a_name_is_found_where_a_look_at_each_finds_it() {
        let texts: Labels = (0..500).map(|i| format!("e{}", i * 7 % 500)).collect();
        let codes = Labels::codes((0..500).map(|i| i * 7 % 500).collect());
        for (labels, names) in [(texts, ["e0", "e499", "e500"]), (codes, ["0", "007", "x"])] {
            let places = Places::of(&labels);
            for name in names {
                assert_eq!(places.find(&labels, name), labels.position(name), "{name}");
            }
        }
    }

    #[test]
    fn names_over_and_over_are_names_row_by_row() {
        let names = || Labels::from_iter(["a", "b"]);
        let labels = Labels::repeated(names(), 3);
        assert_eq!(
            (labels.len(), labels.get(3).into_owned(), labels.get(6).into_owned()),
            (6, "b".into(), String::new())
        );
        assert_eq!(labels.distinct(), (names(), vec![0, 1, 0, 1, 0, 1]));
        assert!(labels.same_run(0, 4, 2) && !labels.same_run(0, 1, 2));
        assert_eq!((labels.head(2), labels.head(3)), (names(), Labels::from_iter(["a", "b", "a"])));
        let none = Labels::repeated(Labels::codes(Vec::new()), 3);
        assert!(none.is_empty() && none.get(0).is_empty());
    }
}

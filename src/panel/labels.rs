//! Names of entities: texts, or whole numbers that are only written out when somebody looks.

use std::borrow::Cow;
use std::collections::HashMap;

/// Keys of entities, one a row or one an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Labels {
    /// Texts, one behind the other, with the offsets of their ends.
    Text {
        /// All texts.
        bytes: String,
        /// End of each.
        ends: Vec<usize>,
    },
    /// Whole numbers (administrative codes, firm numbers).
    Code(Vec<i64>),
    /// Names that others have told apart already: an index into them for each.
    Indexed {
        /// The distinct names.
        names: Box<Labels>,
        /// Index of each.
        of: Vec<u32>,
    },
    /// The same names over and over: every entity, period after period.
    Repeated {
        /// The names of one round.
        names: Box<Labels>,
        /// Rounds.
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
        Labels::Text { bytes, ends }
    }
}

impl Labels {
    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Labels::Text { ends, .. } => ends.len(),
            Labels::Code(codes) => codes.len(),
            Labels::Indexed { of, .. } => of.len(),
            Labels::Repeated { names, times } => names.len().saturating_mul(*times),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name at `i`, empty beyond the end.
    pub fn get(&self, i: usize) -> Cow<'_, str> {
        match self {
            Labels::Text { bytes, ends } => {
                let start = if i == 0 { 0 } else { ends.get(i - 1).copied().unwrap_or(bytes.len()) };
                let end = ends.get(i).copied().unwrap_or(bytes.len());
                Cow::Borrowed(&bytes[start..end])
            }
            Labels::Code(codes) => codes.get(i).map_or(Cow::Borrowed(""), |c| Cow::Owned(c.to_string())),
            Labels::Indexed { names, of } => of.get(i).map_or(Cow::Borrowed(""), |n| names.get(*n as usize)),
            Labels::Repeated { names, .. } if i < self.len() => names.get(i % names.len()),
            Labels::Repeated { .. } => Cow::Borrowed(""),
        }
    }

    /// The index of a name.
    pub fn position(&self, name: &str) -> Option<usize> {
        match self {
            Labels::Text { .. } | Labels::Indexed { .. } => (0..self.len()).find(|&i| self.get(i) == name),
            Labels::Code(codes) => {
                let code: i64 = name.parse().ok()?;
                codes.iter().position(|&c| c == code)
            }
            Labels::Repeated { names, times } => names.position(name).filter(|_| *times > 0),
        }
    }

    /// Whether rows `a..a+n` carry the same names as rows `b..b+n`, in order.
    pub(crate) fn same_run(&self, a: usize, b: usize, n: usize) -> bool {
        match self {
            Labels::Code(codes) => codes[a..a + n] == codes[b..b + n],
            Labels::Indexed { of, .. } => of[a..a + n] == of[b..b + n],
            Labels::Repeated { names, .. } if (b - a).is_multiple_of(names.len()) => true,
            Labels::Text { .. } | Labels::Repeated { .. } => {
                (0..n).all(|i| self.get(a + i) == self.get(b + i))
            }
        }
    }

    /// The distinct names in order of first appearance, and for every row the index of its name.
    pub(crate) fn distinct(&self) -> (Labels, Vec<u32>) {
        match self {
            Labels::Code(codes) if codes.is_sorted_by(|a, b| a < b) => {
                (self.clone(), (0..codes.len() as u32).collect())
            }
            Labels::Code(codes) => {
                let mut seen: HashMap<i64, u32> = HashMap::new();
                let mut names = Vec::new();
                let of = codes.iter().map(|&c| index_of(&mut seen, c, || names.push(c))).collect();
                (Labels::Code(names), of)
            }
            Labels::Indexed { names, of } => {
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
            Labels::Repeated { names, times } => {
                let (names, of) = names.distinct();
                (names, of.repeat(*times))
            }
            Labels::Text { .. } => {
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
                (Labels::Text { bytes, ends }, of)
            }
        }
    }

    /// The first `n`.
    pub(crate) fn head(&self, n: usize) -> Labels {
        match self {
            Labels::Code(codes) => Labels::Code(codes[..n].to_vec()),
            Labels::Indexed { names, of } => Labels::Indexed { names: names.clone(), of: of[..n].to_vec() },
            Labels::Repeated { names, .. } if n == names.len() => (**names).clone(),
            Labels::Text { .. } | Labels::Repeated { .. } => (0..n).map(|i| self.get(i)).collect(),
        }
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
        let labels = Labels::Indexed { names: Box::new(names), of: vec![2, 0, 2, 9, 9] };
        let (distinct, of) = labels.distinct();
        assert_eq!((0..3).map(|i| distinct.get(i).into_owned()).collect::<Vec<_>>(), ["c", "a", ""]);
        assert_eq!(of, [0, 1, 0, 2, 2]);
    }

    #[test]
    fn names_over_and_over_are_names_row_by_row() {
        let names = || Labels::from_iter(["a", "b"]);
        let labels = Labels::Repeated { names: Box::new(names()), times: 3 };
        assert_eq!(
            (labels.len(), labels.get(3).into_owned(), labels.get(6).into_owned()),
            (6, "b".into(), String::new())
        );
        assert_eq!(labels.distinct(), (names(), vec![0, 1, 0, 1, 0, 1]));
        assert!(labels.same_run(0, 4, 2) && !labels.same_run(0, 1, 2));
        assert_eq!((labels.head(2), labels.head(3)), (names(), Labels::from_iter(["a", "b", "a"])));
        let none = Labels::Repeated { names: Box::new(Labels::Code(Vec::new())), times: 3 };
        assert!(none.is_empty() && none.get(0).is_empty());
    }
}

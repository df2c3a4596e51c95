//! Who is whose peer: the same class, and no benchmark.

use std::collections::{HashMap, HashSet};

use crate::panel::Panel;
use crate::scheme::model::Document;

/// Peer groups of the rows of a panel.
pub(super) struct Peers {
    /// By entity; empty if the scheme has no benchmark.
    benchmark: Vec<bool>,
    /// By row; `None` if everybody is everybody's peer.
    class: Option<Vec<u32>>,
}

impl Peers {
    pub(super) fn of(document: &Document, panel: &Panel) -> Self {
        let names: HashSet<&str> = document.benchmarks.iter().map(String::as_str).collect();
        let benchmark = if names.is_empty() {
            Vec::new()
        } else {
            (0..panel.entity_count()).map(|e| names.contains(panel.entity_name(e).as_ref())).collect()
        };
        Peers { benchmark, class: classes(document, panel) }
    }

    pub(super) fn is_benchmark(&self, entity: usize) -> bool {
        self.benchmark.get(entity).copied().unwrap_or(false)
    }

    /// Group of a row, `None` for a benchmark.
    pub(super) fn group(&self, panel: &Panel, row: usize) -> Option<u32> {
        if self.is_benchmark(panel.entity_of(row)) {
            return None;
        }
        Some(self.class.as_ref().map_or(0, |class| class[row]))
    }
}

/// Class of each row by the class column, else by the lists of the classes; 0 where there is none.
fn classes(document: &Document, panel: &Panel) -> Option<Vec<u32>> {
    if let Some(texts) = document.class_column.as_deref().and_then(|c| panel.text(c)) {
        let mut known: HashMap<&str, u32> = HashMap::new();
        let class = texts.iter().map(|text| match text {
            None => 0,
            Some(id) => {
                let next = known.len() as u32 + 1;
                *known.entry(id).or_insert(next)
            }
        });
        return Some(class.collect());
    }
    let listed = document.classes.iter().zip(1u32..);
    let of: HashMap<&str, u32> =
        listed.flat_map(|(class, i)| class.entities.iter().map(move |e| (e.as_str(), i))).collect();
    if of.is_empty() {
        return None;
    }
    let entities: Vec<u32> = (0..panel.entity_count())
        .map(|e| of.get(panel.entity_name(e).as_ref()).copied().unwrap_or(0))
        .collect();
    Some((0..panel.len()).map(|row| entities[panel.entity_of(row)]).collect())
}

//! Names that are kept once, told apart by a table of their places.

use std::hash::{DefaultHasher, Hash, Hasher};

/// Names, one behind the other.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Names {
    bytes: String,
    ends: Vec<usize>,
}

impl Names {
    pub(super) fn get(&self, name: u32) -> &str {
        let at = name as usize;
        let start = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        start.zip(self.ends.get(at)).and_then(|(start, end)| self.bytes.get(start..*end)).unwrap_or_default()
    }

    fn len(&self) -> usize {
        self.ends.len()
    }
}

/// No name.
const FREE: u32 = u32::MAX;

/// Names that are still being collected: ten million of them take their letters and some twenty bytes each.
#[derive(Debug, Default)]
pub(super) struct Interner {
    names: Names,
    /// Names by their hashes; a power of two of them, at most half of them taken.
    places: Vec<u32>,
}

impl Interner {
    /// The number of a name, new or known.
    pub(super) fn index(&mut self, name: &str) -> u32 {
        if self.places.len() < 2 * (self.names.len() + 1) {
            self.grow();
        }
        let place = self.place(name);
        match self.places.get_mut(place) {
            Some(free) if *free == FREE => {
                *free = self.names.len() as u32;
                self.names.bytes.push_str(name);
                self.names.ends.push(self.names.bytes.len());
                self.names.len() as u32 - 1
            }
            known => known.map_or(FREE, |name| *name),
        }
    }

    /// Where a name stands, or would.
    fn place(&self, name: &str) -> usize {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        let mask = self.places.len() - 1;
        let mut place = hasher.finish() as usize & mask;
        while self.places.get(place).is_some_and(|at| *at != FREE && self.names.get(*at) != name) {
            place = (place + 1) & mask;
        }
        place
    }

    fn grow(&mut self) {
        self.places = vec![FREE; (4 * (self.names.len() + 1)).next_power_of_two()];
        for name in 0..self.names.len() as u32 {
            let place = self.place(self.names.get(name));
            if let Some(free) = self.places.get_mut(place) {
                *free = name;
            }
        }
    }

    pub(super) fn done(mut self) -> Names {
        self.names.bytes.shrink_to_fit();
        self.names.ends.shrink_to_fit();
        self.names
    }
}

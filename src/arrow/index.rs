//! Which of its distinct names a key column has in every row, in as little memory as its pattern allows.

use std::collections::HashMap;

/// Index of a row without a name, where [`Index::Each`] and [`Index::Runs`] hold one.
pub const NOBODY: u32 = u32::MAX;

/// One index a row.
#[derive(Debug)]
pub enum Index {
    /// As it comes.
    Each(Vec<u32>),
    /// `0..size`, over and over: the same entities period after period.
    Rounds {
        /// How many there are in a round.
        size: usize,
        /// Number of rows.
        rows: usize,
    },
    /// Indices, each with the row where it ends: a period after the other.
    Runs(Vec<(u32, usize)>),
}

impl Default for Index {
    fn default() -> Self {
        Index::Each(Vec::new())
    }
}

impl Index {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Index::Each(of) => of.len(),
            Index::Rounds { rows, .. } => *rows,
            Index::Runs(runs) => runs.last().map_or(0, |(_, end)| *end),
        }
    }

    /// The index of a row's name; none of a row without one, and beyond the last row.
    pub fn get(&self, row: usize) -> Option<u32> {
        let found = match self {
            Index::Each(of) => of.get(row).copied(),
            Index::Rounds { size, rows } if row < *rows => row.checked_rem(*size).map(|name| name as u32),
            Index::Rounds { .. } => None,
            Index::Runs(runs) => runs.get(runs.partition_point(|(_, end)| *end <= row)).map(|run| run.0),
        };
        found.filter(|name| *name != NOBODY)
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether every row has a name.
    pub fn is_whole(&self) -> bool {
        match self {
            Index::Each(of) => !of.contains(&NOBODY),
            Index::Rounds { .. } => true,
            Index::Runs(runs) => runs.iter().all(|(of, _)| *of != NOBODY),
        }
    }
}

/// How long a round of numbers is that come again and again in the same ascending order: the whole column if they never do.
/// `None` where they come in another way.
pub(super) fn round(numbers: &[i64]) -> Option<usize> {
    let first = *numbers.first()?;
    let size = numbers.iter().skip(1).position(|x| *x == first).map_or(numbers.len(), |i| i + 1);
    let ascending = numbers[..size].is_sorted_by(|a, b| a < b);
    let whole = ascending && size > 1 && numbers.len().is_multiple_of(size);
    let again = || numbers[size..] == numbers[..numbers.len() - size];
    (whole && again()).then_some(size)
}

/// Rows from which on a column is looked at for runs.
const RUNS_FROM: usize = 1024;
/// Rows that a run has on average, at least, for runs to be worth their while.
const RUN: usize = 64;

/// Numbers that come in long runs, each with the row where it ends; `None` where they do not.
pub(super) fn runs(numbers: &[i64]) -> Option<Vec<(i64, usize)>> {
    if numbers.len() < RUNS_FROM {
        return None;
    }
    let most = numbers.len() / RUN;
    let changes = numbers.windows(2).enumerate().filter(|(_, pair)| pair[0] != pair[1]).map(|(i, _)| i + 1);
    let ends: Vec<usize> = changes.chain([numbers.len()]).take(most + 1).collect();
    (ends.len() <= most).then(|| ends.into_iter().map(|end| (numbers[end - 1], end)).collect())
}

/// Distinct numbers in order of first appearance.
pub(super) struct Seen {
    pub(super) names: Vec<i64>,
    places: Places,
}

/// Where each number stands among the names.
enum Places {
    /// By its distance from the least number: entity codes and years lie close together.
    Near(i64, Vec<u32>),
    Anywhere(HashMap<i64, u32>),
}

/// Room for so many numbers a row is not too much for a look-up without hashing.
const ROOM: usize = 4;

impl Seen {
    /// For these numbers.
    pub(super) fn of(numbers: &[i64]) -> Self {
        let (low, high) =
            numbers.iter().fold((i64::MAX, i64::MIN), |(low, high), x| (low.min(*x), high.max(*x)));
        let span = high.checked_sub(low).and_then(|span| usize::try_from(span).ok());
        let places = match span.filter(|span| span / ROOM < numbers.len()) {
            Some(span) => Places::Near(low, vec![NOBODY; span + 1]),
            None => Places::Anywhere(HashMap::new()),
        };
        Seen { names: Vec::new(), places }
    }

    /// The index of one of the numbers, new or known.
    pub(super) fn index(&mut self, number: i64) -> u32 {
        let next = self.names.len() as u32;
        let place = match &mut self.places {
            Places::Near(low, places) => &mut places[(number - *low) as usize],
            Places::Anywhere(places) => places.entry(number).or_insert(NOBODY),
        };
        if *place == NOBODY {
            *place = next;
            self.names.push(number);
        }
        *place
    }
}

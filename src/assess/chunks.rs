//! What is known of a column chunk by chunk, and which of its rows are other ones than before.
//!
//! The error of a column is held by chunk: digits that cancel in one row leave the others alone. A chunk is written from nothing
//! but its rows, what these are compared with, and the errors of the chunks that they read; so in an assessment that was made
//! from another one a chunk without a changed row keeps its bits, and only the others are written again.

use std::ops::Range;
use std::sync::Arc;

use super::data::Tolerance;
use crate::exec::{self, Chunks, Task};
use crate::memory::Pages;
use crate::number::Bounded;
use crate::panel::Panel;

/// Rows whose numbers may be other ones than before: ranges, ascending and apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Changed(Vec<Range<usize>>);

impl Changed {
    /// No row.
    pub(crate) const NONE: Changed = Changed(Vec::new());

    /// Every row there may be.
    pub(crate) fn all() -> Self {
        Changed(Vec::from([Range { start: 0, end: usize::MAX }]))
    }

    /// Every row or none.
    pub(crate) fn all_if(changed: bool) -> Self {
        if changed { Changed::all() } else { Changed::NONE }
    }

    /// Ranges in any order.
    pub(crate) fn ranges(ranges: impl IntoIterator<Item = Range<usize>>) -> Self {
        let mut ranges: Vec<Range<usize>> = ranges.into_iter().filter(|range| !range.is_empty()).collect();
        ranges.sort_unstable_by_key(|range| range.start);
        let mut apart: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match apart.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => apart.push(range),
            }
        }
        Changed(apart)
    }

    pub(crate) fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn is_all(&self) -> bool {
        self.0.first().is_some_and(|range| range.end == usize::MAX)
    }

    /// Those of a range.
    pub(crate) fn within(&self, rows: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let first = self.0.partition_point(|range| range.end <= rows.start);
        let clipped = |range: &Range<usize>| range.start.max(rows.start)..range.end.min(rows.end);
        self.0[first..].iter().map(clipped).take_while(|range| !range.is_empty())
    }

    /// Those of the first so many, cut into pieces for threads.
    pub(crate) fn chunks(&self, rows: usize) -> Vec<Range<usize>> {
        let pieces = |range: Range<usize>| {
            let end = range.end;
            range.step_by(exec::CHUNK).map(move |start| start..(start + exec::CHUNK).min(end))
        };
        self.within(&(0..rows)).flat_map(pieces).collect()
    }

    /// Whether a row of a range is among them.
    pub(crate) fn touches(&self, rows: &Range<usize>) -> bool {
        self.within(rows).next().is_some()
    }

    /// These and others.
    pub(crate) fn and(self, other: &Changed) -> Self {
        if other.is_none() || self.is_all() {
            return self;
        }
        Changed::ranges(self.0.into_iter().chain(other.0.iter().cloned()))
    }

    /// The rows that read these so many periods before theirs.
    pub(crate) fn later(&self, lag: u16, panel: &Panel) -> Self {
        if lag == 0 || self.is_all() {
            return self.clone();
        }
        let mut readers = Vec::new();
        for period in 0..panel.periods().len() {
            let (rows, Some(from)) = (panel.rows_of(period), panel.earlier(period, lag)) else { continue };
            let earlier = panel.rows_of(from);
            for range in self.within(&earlier) {
                if panel.is_balanced() {
                    readers.push(
                        range.start - earlier.start + rows.start..range.end - earlier.start + rows.start,
                    );
                } else {
                    let reader = |row: usize| panel.row(period, panel.entity_of(row));
                    readers.extend(range.filter_map(reader).map(|row| row..row + 1));
                }
            }
        }
        Changed::ranges(readers)
    }
}

/// One report a chunk.
#[derive(Debug, Clone)]
pub(crate) struct Chunked<R> {
    chunks: Arc<Chunks>,
    reports: Vec<R>,
}

/// What a column was before, and where it is to be written again; none where it is written for the first time.
pub(crate) type Again<'a, C> = Option<(&'a C, &'a Changed)>;

/// What was before, if the row of a chunk that is written again is none of those that are different: all that it follows from is as
/// it was, and what was decided exactly need not be decided again.
pub(crate) fn kept<C>(again: Again<'_, C>, row: usize) -> Option<&C> {
    again.filter(|(_, changed)| !changed.touches(&(row..row + 1))).map(|(before, _)| before)
}

impl<R: Default + Clone + Send> Chunked<R> {
    /// Writes columns chunk by chunk. Those that hold what was before keep the chunks that nothing changed reaches.
    pub(crate) fn write<'a>(
        panel: &Panel,
        columns: impl IntoIterator<Item = &'a mut Pages<f64>>,
        again: Again<'_, Chunked<R>>,
        f: impl Fn(Task<'_>) -> R + Sync + Send,
    ) -> Self {
        let chunks = Arc::clone(panel.chunks());
        let mut tasks = chunks.tasks(columns);
        let mut reports = match again {
            Some((before, changed)) => {
                tasks.retain(|task| changed.touches(&task.rows));
                before.reports.clone()
            }
            None => vec![R::default(); chunks.len()],
        };
        let places: Vec<usize> = tasks.iter().map(|task| task.chunk).collect();
        for (place, report) in places.into_iter().zip(exec::write(tasks, f)) {
            reports[place] = report;
        }
        Chunked { chunks, reports }
    }
}

impl<R> Chunked<R> {
    /// The report of a chunk.
    #[inline]
    pub(crate) fn chunk(&self, chunk: usize) -> &R {
        &self.reports[chunk]
    }

    /// The report of the chunk of a row.
    #[inline]
    pub(crate) fn of(&self, row: usize) -> &R {
        if let [one] = self.reports.as_slice() {
            return one;
        }
        &self.reports[self.chunks.of(row)]
    }

    /// The reports of the chunks of some rows.
    pub(crate) fn within(&self, rows: &Range<usize>) -> &[R] {
        if rows.is_empty() {
            &[]
        } else {
            &self.reports[self.chunks.of(rows.start)..=self.chunks.of(rows.end - 1)]
        }
    }

    /// The reports of all chunks.
    pub(crate) fn all(&self) -> impl Iterator<Item = &R> {
        self.reports.iter()
    }

    /// The reports of all chunks, to be changed.
    pub(crate) fn all_mut(&mut self) -> impl Iterator<Item = &mut R> {
        self.reports.iter_mut()
    }

    /// The rows of each chunk, with its report.
    pub(crate) fn chunks(&self) -> impl Iterator<Item = (Range<usize>, &R)> {
        self.chunks.tasks([]).into_iter().map(|task| task.rows).zip(&self.reports)
    }

    /// The rows of each chunk, with its report, to be changed.
    pub(crate) fn chunks_mut(&mut self) -> impl Iterator<Item = (Range<usize>, &mut R)> {
        self.chunks.tasks([]).into_iter().map(|task| task.rows).zip(&mut self.reports)
    }

    /// Something that follows from the report of each chunk.
    pub(crate) fn map<S>(&self, f: impl FnMut(&R) -> S) -> Chunked<S> {
        Chunked { chunks: Arc::clone(&self.chunks), reports: self.reports.iter().map(f).collect() }
    }

    /// Adds the rows of chunks of which another thing is known than before: what reads them may be another one, too.
    pub(crate) fn widened(
        &self,
        changed: Changed,
        before: &Self,
        is_same: impl Fn(&R, &R) -> bool,
    ) -> Changed {
        let pairs = self.chunks().zip(&before.reports);
        let other = pairs.filter(|((_, now), was)| !is_same(now, was)).map(|((rows, _), _)| rows);
        let other = Changed::ranges(other);
        changed.and(&other)
    }
}

/// What is known of a chunk of values or measures.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Report {
    /// Error of the numbers.
    pub(crate) tolerance: Tolerance,
    /// Cells that needed exact arithmetic.
    pub(crate) exact_cells: usize,
}

/// A column of numbers, with what is known of their errors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbers<'a> {
    pub(crate) x: &'a [f64],
    /// None for decimals, each stored as the nearest `f64`.
    errors: Option<&'a Chunked<Report>>,
}

impl<'a> Numbers<'a> {
    pub(crate) fn new(x: &'a [f64], errors: &'a Chunked<Report>) -> Self {
        Numbers { x, errors: Some(errors) }
    }

    /// Decimals, each stored as the nearest `f64`.
    pub(crate) fn decimals(x: &'a [f64]) -> Self {
        Numbers { x, errors: None }
    }

    /// The number of a row with its error.
    #[inline]
    pub(crate) fn at(self, row: usize) -> Bounded {
        self.errors.map_or(Tolerance::DECIMAL, |errors| errors.of(row).tolerance).of(self.x[row])
    }

    /// The error of a chunk.
    pub(crate) fn chunk(self, chunk: usize) -> Tolerance {
        self.errors.map_or(Tolerance::DECIMAL, |errors| errors.chunk(chunk).tolerance)
    }

    /// An error that no number of some rows exceeds.
    pub(crate) fn widest_in(self, rows: &Range<usize>) -> Tolerance {
        self.errors.map_or(Tolerance::DECIMAL, |errors| {
            let within = errors.within(rows).iter();
            within.fold(Tolerance::default(), |widest, report| widest.or(report.tolerance))
        })
    }

    /// An error that no number of the column exceeds.
    pub(crate) fn widest(self) -> Tolerance {
        self.errors.map_or(Tolerance::DECIMAL, |errors| {
            errors.all().fold(Tolerance::default(), |widest, report| widest.or(report.tolerance))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::Period;

    /// Three years of seven entities: chunks end at a year and at every fourth row (in unit tests).
    fn panel() -> Panel {
        let years: Vec<Period> = (2020..2023).flat_map(|y| [Period::year(y).unwrap(); 7]).collect();
        let entities = (0..3).flat_map(|_| ["a", "b", "c", "d", "e", "f", "g"]).collect();
        Panel::builder(entities, years).build().unwrap()
    }

    fn rows(range: Range<usize>) -> Changed {
        Changed::ranges(std::iter::once(range))
    }

    fn report(panel: &Panel, of: impl Fn(usize) -> usize + Sync + Send) -> Chunked<usize> {
        Chunked::write(panel, [], None, |task| of(task.rows.start))
    }

    #[test]
    fn a_chunk_of_which_another_thing_is_known_is_changed() {
        let panel = panel();
        let (was, now) = (report(&panel, |_| 0), report(&panel, |row| usize::from(row == 8)));
        let changed = now.widened(rows(2..3), &was, |a, b| a == b);
        assert_eq!(changed, Changed::ranges([2..3, 8..12]));
    }

    #[test]
    fn only_chunks_with_a_changed_row_are_written_again() {
        let panel = panel();
        let was = report(&panel, |_| 0);
        let changed = Changed::ranges([5..6, 20..21]);
        let now = Chunked::write(&panel, [], Some((&was, &changed)), |task| 100 + task.rows.start);
        let written: Vec<usize> = now.all().copied().filter(|r| *r > 0).collect();
        assert_eq!(written, [104, 120]);
        assert_eq!((*now.of(5), *now.of(6), *now.of(7), *now.of(20)), (104, 104, 0, 120));
    }

    #[test]
    fn rows_that_read_an_earlier_period_follow_it() {
        let panel = panel();
        let changed = Changed::ranges([3..5, 20..21]);
        assert_eq!(changed.later(1, &panel), rows(10..12));
        assert_eq!(changed.later(2, &panel), rows(17..19));
        assert_eq!(Changed::all().later(1, &panel), Changed::all());
    }

    #[test]
    fn ranges_that_touch_are_one() {
        let all = Changed::ranges([5..6, 0..2, 2..3, 9..9]).and(&rows(1..4));
        assert_eq!(all, Changed::ranges([0..4, 5..6]));
        assert_eq!(all.within(&(3..9)).collect::<Vec<_>>(), [3..4, 5..6]);
        assert!(!all.touches(&(4..5)) && all.touches(&(0..1)));
    }
}

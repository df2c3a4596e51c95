//! The periods of rows: one a row, or in runs.

use std::borrow::Cow;

use super::Period;

/// When each row was measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Periods {
    /// A period a row.
    Each(Vec<Period>),
    /// Periods with the number of rows that each goes on for.
    Runs(Vec<(Period, usize)>),
}

impl Periods {
    /// Rows.
    pub fn len(&self) -> usize {
        match self {
            Periods::Each(each) => each.len(),
            Periods::Runs(runs) => runs.iter().fold(0, |rows, (_, n)| rows.saturating_add(*n)),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The period of every row.
    pub fn iter(&self) -> impl Iterator<Item = Period> {
        self.stretches().flat_map(|(period, n)| std::iter::repeat_n(period, n))
    }

    /// The period of a row.
    pub fn get(&self, row: usize) -> Option<Period> {
        match self {
            Periods::Each(each) => each.get(row).copied(),
            Periods::Runs(_) => self.iter().nth(row),
        }
    }

    /// The first row whose period is of another length than a given one.
    pub(super) fn first_unlike(&self, like: Period) -> Option<(usize, Period)> {
        let mut row = 0;
        for (period, n) in self.stretches() {
            if period.frequency() != like.frequency() && n > 0 {
                return Some((row, period));
            }
            row = row.saturating_add(n);
        }
        None
    }

    /// Stretches of one period, which may go on in the next one.
    fn stretches(&self) -> impl Iterator<Item = (Period, usize)> {
        let (each, runs): (&[Period], &[(Period, usize)]) = match self {
            Periods::Each(each) => (each, &[]),
            Periods::Runs(runs) => (&[], runs),
        };
        each.iter().map(|p| (*p, 1)).chain(runs.iter().copied())
    }

    /// Ascending periods of equally many rows each, and how many; `None` where they do not lie so.
    pub(super) fn blocks(&self) -> Option<(Vec<Period>, usize)> {
        let runs: Cow<'_, [(Period, usize)]> = match self {
            Periods::Runs(runs) => Cow::Borrowed(runs),
            Periods::Each(each) => {
                let n = each.iter().take_while(|p| Some(*p) == each.first()).count();
                let whole = n > 0 && each.len().is_multiple_of(n);
                if !whole || !each.chunks(n).all(|block| block.iter().all(|p| *p == block[0])) {
                    return None;
                }
                Cow::Owned(each.chunks(n).map(|block| (block[0], n)).collect())
            }
        };
        let n = runs.first()?.1;
        let even = runs.iter().all(|(_, rows)| *rows == n) && runs.windows(2).all(|w| w[0].0 < w[1].0);
        even.then(|| (runs.iter().map(|(p, _)| *p).collect(), n))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_periods_row_by_row() {
        let [a, b] = [2021, 2022].map(|y| Period::year(y).unwrap());
        let runs = Periods::Runs(vec![(a, 2), (b, 2)]);
        let each = Periods::Each(vec![a, a, b, b]);
        assert_eq!(runs.iter().collect::<Vec<_>>(), each.iter().collect::<Vec<_>>());
        assert_eq!((runs.len(), runs.get(2), runs.get(4)), (4, Some(b), None));
        assert_eq!((runs.blocks(), each.blocks()), (Some((vec![a, b], 2)), Some((vec![a, b], 2))));
        assert_eq!(Periods::Each(vec![a, b, b, a]).blocks(), None);
        assert_eq!(Periods::Runs(vec![(b, 1), (a, 1)]).blocks(), None);
    }
}

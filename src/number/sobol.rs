//! Sobol' points: numbers between 0 and 1 that fill a cube more evenly than chance does, each of which can be made by itself.
//!
//! # Source
//! I. M. Sobol' (1967); direction numbers `new-joe-kuo-6` of S. Joe and F. Y. Kuo, *Constructing Sobol sequences with better two-dimensional
//! projections* (2008; `LICENSE-SOBOL`); linear matrix scramble and digital shift of J. Matoušek, *On the L₂-discrepancy for anchored boxes*
//! (1998). The digits are those of `scipy.stats.qmc.Sobol` with its 30 bits, plain or scrambled with the stream
//! `numpy.random.Philox(key=…)`; `tools/make_sobol.py` says how to have scipy draw from it.

use super::random::Philox;

/// Binary digits of a coordinate.
const BITS: usize = 30;

/// How many dimensions there are direction numbers for.
pub(crate) const DIMENSIONS: usize = 2048;

/// How many points there are before they repeat.
pub(crate) const POINTS: u64 = 1 << BITS;

/// Polynomials and first direction numbers, as `tools/make_sobol.py` packs them.
const NUMBERS: &[u8] = include_bytes!("sobol.bin");

/// Points of a cube. Their order is that of Gray's code, so that neighbours differ by one direction number.
#[derive(Debug, Clone)]
pub(crate) struct Sobol {
    /// The direction numbers of each dimension.
    directions: Vec<[u32; BITS]>,
    /// The first point.
    shift: Vec<u32>,
}

impl Sobol {
    /// The points as they are defined; none where there are more dimensions than direction numbers.
    pub(crate) fn plain(dimensions: usize) -> Option<Sobol> {
        let mut directions = Vec::with_capacity(dimensions);
        let mut left = NUMBERS;
        while directions.len() < dimensions {
            let starts = if directions.is_empty() { None } else { Some(read(&mut left)?) };
            let mut own = starts.map_or([1; BITS], |(polynomial, starts)| continued(polynomial, starts));
            for (k, number) in own.iter_mut().enumerate() {
                *number <<= BITS - 1 - k;
            }
            directions.push(own);
        }
        Some(Sobol { directions, shift: vec![0; dimensions] })
    }

    /// The points with random digits, which keep how even they are: every coordinate is uniform, and another key gives others.
    pub(crate) fn scrambled(dimensions: usize, key: [u64; 2]) -> Option<Sobol> {
        let mut points = Sobol::plain(dimensions)?;
        let mut coins = Coins::of(Philox::new(key));
        for shift in &mut points.shift {
            *shift = (0..BITS).fold(0, |bits, k| bits | coins.next() << k);
        }
        for own in &mut points.directions {
            // The digit of a place becomes a sum of itself and of some before it.
            let rows: [u32; BITS] = std::array::from_fn(|place| {
                let drawn = (0..BITS).fold(0, |row, _| row << 1 | coins.next());
                let itself = 1 << (BITS - 1 - place);
                drawn & !(2 * itself - 1) | itself
            });
            for number in own {
                let digit = |row: &u32| (row & *number).count_ones() & 1;
                *number = rows.iter().fold(0, |bits, row| bits << 1 | digit(row));
            }
        }
        Some(points)
    }

    /// Point `k`, in the middle of the cells of its digits, so that neither 0 nor 1 is among the coordinates.
    pub(crate) fn point(&self, k: u64, to: &mut [f64]) {
        let gray = k ^ (k >> 1);
        for ((own, shift), x) in self.directions.iter().zip(&self.shift).zip(to) {
            let (mut digits, mut left) = (*shift, gray & (POINTS - 1));
            while left != 0 {
                digits ^= own[left.trailing_zeros() as usize];
                left &= left - 1;
            }
            *x = (f64::from(digits) + 0.5) / POINTS as f64;
        }
    }
}

/// The polynomial of the next dimension, and its direction numbers as far as they are given.
fn read(left: &mut &[u8]) -> Option<(u32, [u32; BITS])> {
    let (low, high) = (*left.first()?, *left.get(1)?);
    let polynomial = u32::from(low) | u32::from(high) << 8;
    let degree = polynomial.ilog2() as usize;
    let packed = left.get(2..2 + (degree * (degree - 1) / 2).div_ceil(8))?;
    let (mut starts, mut at) = ([1; BITS], 0);
    for (k, start) in starts[..degree].iter_mut().enumerate() {
        for bit in 0..k {
            *start |= u32::from(packed[at / 8] >> (at % 8) & 1) << (bit + 1);
            at += 1;
        }
    }
    *left = &left[2 + packed.len()..];
    Some((polynomial, starts))
}

/// The direction numbers that follow from the first ones by the recurrence of a polynomial.
fn continued(polynomial: u32, mut numbers: [u32; BITS]) -> [u32; BITS] {
    let degree = polynomial.ilog2() as usize;
    for at in degree..BITS {
        let mut next = numbers[at - degree];
        for k in 1..=degree {
            if polynomial >> (degree - k) & 1 == 1 {
                next ^= numbers[at - k] << k;
            }
        }
        numbers[at] = next;
    }
    numbers
}

/// Zeros and ones as numpy's `integers(2)` draws them: the top bits of halves of a stream's numbers, the lower half first.
struct Coins {
    stream: Philox,
    drawn: [u64; 4],
    at: u64,
}

impl Coins {
    fn of(stream: Philox) -> Self {
        Coins { stream, drawn: [0; 4], at: 0 }
    }

    fn next(&mut self) -> u32 {
        let place = self.at % 8;
        if place == 0 {
            self.drawn = self.stream.block(self.at / 8);
        }
        self.at += 1;
        let half = 31 + 32 * (place % 2);
        (self.drawn[(place / 2) as usize] >> half & 1) as u32
    }
}

#[cfg(test)]
#[path = "sobol_tests.rs"]
mod tests;

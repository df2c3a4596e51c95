//! Long columns of the engine's own.

#[cfg(all(feature = "huge-pages", target_os = "linux"))]
mod mapped;

use std::ops::{Deref, DerefMut};

/// A column that is made once at its full length. With the feature `huge-pages`, Linux is asked to back long ones with huge
/// pages: ten million numbers otherwise cost more in page faults than in arithmetic.
#[derive(Debug)]
pub(crate) struct Pages<T: Plain>(Kind<T>);

#[derive(Debug)]
enum Kind<T: Plain> {
    Heap(Vec<T>),
    #[cfg(all(feature = "huge-pages", target_os = "linux"))]
    Mapped(mapped::Mapped<T>),
}

/// What a column may hold: numbers of which every pattern of bits is one.
#[cfg(not(all(feature = "huge-pages", target_os = "linux")))]
pub(crate) trait Plain: Copy + Default {}

/// What a column may hold: numbers of which every pattern of bits is one.
#[cfg(all(feature = "huge-pages", target_os = "linux"))]
pub(crate) trait Plain: Copy + Default + bytemuck::Pod {}

impl Plain for f64 {}
impl Plain for u64 {}

impl<T: Plain> Pages<T> {
    /// `n` zeros.
    pub(crate) fn zeros(n: usize) -> Self {
        #[cfg(all(feature = "huge-pages", target_os = "linux"))]
        if let Some(mapped) = mapped::Mapped::zeros(n) {
            return Pages(Kind::Mapped(mapped));
        }
        Pages(Kind::Heap(vec![T::default(); n]))
    }
}

impl<T: Plain> Deref for Pages<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match &self.0 {
            Kind::Heap(column) => column,
            #[cfg(all(feature = "huge-pages", target_os = "linux"))]
            Kind::Mapped(column) => column.items(),
        }
    }
}

impl<T: Plain> DerefMut for Pages<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        match &mut self.0 {
            Kind::Heap(column) => column,
            #[cfg(all(feature = "huge-pages", target_os = "linux"))]
            Kind::Mapped(column) => column.items_mut(),
        }
    }
}

impl<T: Plain> AsRef<[T]> for Pages<T> {
    fn as_ref(&self) -> &[T] {
        self
    }
}

impl<T: Plain> Default for Pages<T> {
    fn default() -> Self {
        Pages(Kind::Heap(Vec::new()))
    }
}

impl<T: Plain> Clone for Pages<T> {
    fn clone(&self) -> Self {
        let mut copy = Pages::zeros(self.len());
        copy.copy_from_slice(self);
        copy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_long_as_asked_and_holds_what_is_written() {
        for n in [0, 3, 1 << 20] {
            let mut column: Pages<f64> = Pages::zeros(n);
            assert!(column.len() == n && column.iter().all(|x| *x == 0.0));
            column.iter_mut().enumerate().for_each(|(i, x)| *x = i as f64);
            let copy = column.clone();
            drop(column);
            assert!(copy.iter().enumerate().all(|(i, x)| *x == i as f64));
        }
    }
}

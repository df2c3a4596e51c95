//! Memory straight from Linux, in huge pages where it has some.

use std::marker::PhantomData;

use memmap2::{Advice, MmapMut};

use super::Plain;

/// Columns from here on are mapped: two huge pages.
const FROM_BYTES: usize = 4 << 20;

/// A mapped column.
#[derive(Debug)]
pub(super) struct Mapped<T> {
    memory: MmapMut,
    of: PhantomData<T>,
}

impl<T: Plain> Mapped<T> {
    /// `n` zeros, which fresh pages are; `None` where the column is short or the system gives no memory this way.
    pub(super) fn zeros(n: usize) -> Option<Self> {
        let bytes = n.checked_mul(size_of::<T>()).filter(|bytes| *bytes >= FROM_BYTES)?;
        let memory = MmapMut::map_anon(bytes).ok()?;
        // A system without huge pages refuses the advice and gives small ones: nothing but time depends on it.
        let _ = memory.advise(Advice::HugePage);
        Some(Mapped { memory, of: PhantomData })
    }

    #[inline]
    pub(super) fn items(&self) -> &[T] {
        // Pages begin at addresses that suit every number, and the length was made a multiple of its size.
        bytemuck::try_cast_slice(&self.memory).unwrap_or_default()
    }

    #[inline]
    pub(super) fn items_mut(&mut self) -> &mut [T] {
        bytemuck::try_cast_slice_mut(&mut self.memory).unwrap_or_default()
    }
}

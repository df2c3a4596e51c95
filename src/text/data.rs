//! Messages of data.

crate::text::catalogue! {}

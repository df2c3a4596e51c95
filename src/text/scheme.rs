//! Messages of scheme.

crate::text::catalogue! {}

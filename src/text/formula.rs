//! Messages of formula.

crate::text::catalogue! {}

//! Schemes that ship with the crate: one line each.

const SCHEMES: &[(&str, &str)] = &[
    ("strong-science", include_str!("builtin/strong-science.toml")),
    ("strong-science-provinces", include_str!("builtin/strong-science-provinces.toml")),
    ("hdi", include_str!("builtin/hdi.toml")),
];

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    SCHEMES.iter().map(|(name, _)| *name)
}

pub(super) fn text(name: &str) -> Option<&'static str> {
    SCHEMES.iter().find(|(n, _)| *n == name).map(|(_, text)| *text)
}

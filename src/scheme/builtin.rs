//! Schemes that ship with the crate: one line each.

const SCHEMES: &[(&str, &str)] = &[
    ("strong-science", include_str!("builtin/strong-science.toml")),
    ("strong-science-provinces", include_str!("builtin/strong-science-provinces.toml")),
    ("hdi", include_str!("builtin/hdi.toml")),
    ("hdi-2013", include_str!("builtin/hdi-2013.toml")),
    ("st-progress-index", include_str!("builtin/st-progress-index.toml")),
    ("china-innovation-index", include_str!("builtin/china-innovation-index.toml")),
    ("tech-sme", include_str!("builtin/tech-sme.toml")),
    ("innovative-sme", include_str!("builtin/innovative-sme.toml")),
    ("hitech-growth", include_str!("builtin/hitech-growth.toml")),
    ("huangyan-mujun", include_str!("builtin/huangyan-mujun.toml")),
];

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    SCHEMES.iter().map(|(name, _)| *name)
}

pub(super) fn text(name: &str) -> Option<&'static str> {
    SCHEMES.iter().find(|(n, _)| *n == name).map(|(_, text)| *text)
}

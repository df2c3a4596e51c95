//! The JSON Schema in the repository is the one the types give. `KAOHE_UPDATE=1 cargo test` writes it.
#![cfg(feature = "schema")]

use kaohe::scheme::json_schema;

#[test]
fn the_committed_schema_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/scheme.schema.json");
    let now = json_schema();
    if std::env::var_os("KAOHE_UPDATE").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == now,
        "docs/scheme.schema.json is stale: KAOHE_UPDATE=1 cargo test --features schema"
    );
}

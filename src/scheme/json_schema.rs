//! The JSON Schema of scheme files, made from the types.

use serde_json::Value;

use super::model::Document;

/// The JSON Schema (draft 2020-12) of a scheme file, TOML and JSON alike, as indented text.
///
/// Editors complete and check scheme files with it; what it cannot say (names that must exist, weights that must not
/// all be zero) the loader checks. The file `docs/scheme.schema.json` holds the same.
pub fn json_schema() -> String {
    let mut schema = schemars::schema_for!(Document);
    schema.insert("title".to_owned(), "kaohe scheme".into());
    let mut schema = serde_json::Value::from(schema);
    name_rules(&mut schema);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// Gives each rule its name as title, which editors show when they offer a choice of rules.
fn name_rules(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(name_rules),
        Value::Object(map) => {
            let name = map.get("properties").and_then(|p| p.pointer("/rule/const")).cloned();
            if let Some(name) = name {
                map.insert("title".to_owned(), name);
            }
            map.values_mut().for_each(name_rules);
        }
        _ => {}
    }
}

#[cfg(test)]
#[path = "json_schema_tests.rs"]
mod tests;

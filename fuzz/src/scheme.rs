//! Scheme files.

use kaohe::{Scheme, SchemeError};

use crate::same::refused_scheme;

/// A TOML file loads whole and returns to itself, or is refused with reasons.
pub fn scheme_toml(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        read(text, Scheme::from_toml);
    }
}

/// The same of JSON.
pub fn scheme_json(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        read(text, Scheme::from_json);
    }
}

fn read(text: &str, parse: fn(&str) -> Result<Scheme, SchemeError>) {
    match parse(text) {
        Ok(scheme) => {
            let (toml, json) = (scheme.to_toml(), scheme.to_json());
            let again = [Scheme::from_toml(&toml), Scheme::from_json(&json)];
            for (again, form) in again.into_iter().zip([&toml, &json]) {
                let again = again.unwrap_or_else(|e| panic!("the canonical form is refused: {e}\n{form}"));
                assert_eq!(again.fingerprint(), scheme.fingerprint(), "{form}");
                assert_eq!(again.to_toml(), toml);
                assert_eq!(again.to_json(), json);
            }
            let document = Scheme::from_document(scheme.document().clone());
            let document = document.unwrap_or_else(|e| panic!("the document is refused: {e}\n{toml}"));
            assert_eq!(document.fingerprint(), scheme.fingerprint());
            assert!(kaohe::scheme::diff(&scheme, &document).is_empty());
            for warning in scheme.warnings() {
                crate::same::refused(std::slice::from_ref(warning));
            }
        }
        Err(error) => refused_scheme(&error),
    }
}

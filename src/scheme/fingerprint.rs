//! Which method it was: a hash of the canonical form.

use std::fmt;

use sha2::{Digest, Sha256};

use super::canonical;
use super::model::Document;

/// SHA-256 of a scheme's canonical form: the same for the same method, whatever file it was read from. Comments, the order
/// of keys, blanks and defaults that were written out do not count; titles and sources do.
///
/// Prints its first 16 bytes as 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(crate) fn of(document: &Document) -> Self {
        let mut text = String::new();
        crate::tree::json(&mut text, &canonical::tree(document), None);
        Fingerprint(Sha256::digest(text.as_bytes()).into())
    }

    /// All 32 bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0[..16].iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

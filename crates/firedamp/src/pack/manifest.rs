//! What a pack says of itself: its parts, each with its SHA-256, chained so that none is taken out,
//! put in or moved; signed as a whole.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The version of packs that this program writes.
pub const VERSION: u32 = 2;
/// The versions that it reads: those of the first do not say what was left out, and leave nothing out.
pub const VERSIONS: std::ops::RangeInclusive<u32> = 1..=VERSION;

/// How often what looks like a secret was left out.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Redacted {
    /// Of so many records something.
    pub records: u64,
    /// Of so many texts of the judgement and of the clean-ups something.
    pub texts: u64,
}

/// One part.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its name in the archive.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// SHA-256 of the link before, the name's length, the name and the part's own hash.
    pub chain: String,
}

/// The manifest.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of packs.
    pub version: u32,
    /// The number of the case at the desk.
    pub case: i64,
    /// `provider:account`.
    pub account: String,
    /// When it was made, RFC 3339.
    pub made_at: String,
    /// The public key of the desk, in base64.
    pub key: String,
    /// What was left out; the hashes that records name are those of the objects as they were read.
    #[serde(default)]
    pub redacted: Redacted,
    /// The parts, in order.
    pub parts: Vec<Part>,
}

/// SHA-256 in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The chain after one more part; it begins with nothing.
#[must_use]
pub fn link(before: &str, name: &str, own: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(before.as_bytes());
    hasher.update((name.len() as u64).to_be_bytes());
    hasher.update(name.as_bytes());
    hasher.update(own.as_bytes());
    hex(&hasher.finalize())
}

impl Part {
    /// The part that follows one with the link `before`.
    #[must_use]
    pub fn after(before: &str, name: &str, content: &[u8]) -> Self {
        let own = sha256(content);
        let chain = link(before, name, &own);
        Self { name: name.to_string(), bytes: content.len() as u64, sha256: own, chain }
    }
}

//! What could not be read.

use std::collections::BTreeMap;

use crate::sink::Reason;

/// Excerpts kept of rejected records, for people.
const EXCERPTS_MAX: usize = 3;
/// Bytes kept of one.
const EXCERPT_BYTES_MAX: usize = 120;

/// What was rejected, by reason.
#[derive(Clone, Debug, Default)]
pub struct Rejects {
    /// How many records, by reason.
    pub counts: BTreeMap<Reason, u64>,
    /// The first few: record number, reason, beginning.
    pub excerpts: Vec<(u64, Reason, String)>,
}

impl Rejects {
    pub(super) fn add(&mut self, record: u64, reason: Reason, excerpt: &[u8]) {
        *self.counts.entry(reason).or_default() += 1;
        if self.excerpts.len() < EXCERPTS_MAX {
            let beginning = excerpt.get(..EXCERPT_BYTES_MAX).unwrap_or(excerpt);
            let text = crate::text::printable(&String::from_utf8_lossy(beginning));
            self.excerpts.push((record, reason, text));
        }
    }

    /// Adds what another part of the same object rejected.
    pub fn merge(&mut self, other: &Self) {
        for (reason, count) in &other.counts {
            *self.counts.entry(reason).or_default() += count;
        }
        self.excerpts.extend(other.excerpts.iter().cloned());
        self.excerpts.sort();
        self.excerpts.truncate(EXCERPTS_MAX);
    }

    /// How many records in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }
}

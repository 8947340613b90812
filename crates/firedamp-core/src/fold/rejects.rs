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
    /// The number of the first record, by reason: where to look.
    pub firsts: BTreeMap<Reason, u64>,
    /// The first few: record number, reason, beginning.
    pub excerpts: Vec<(u64, Reason, String)>,
}

impl Rejects {
    pub(super) fn add(&mut self, record: u64, reason: Reason, excerpt: &[u8]) {
        *self.counts.entry(reason).or_default() += 1;
        self.note_first(reason, record);
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
        for (reason, first) in &other.firsts {
            self.note_first(reason, *first);
        }
        self.excerpts.extend(other.excerpts.iter().cloned());
        self.excerpts.sort();
        self.excerpts.truncate(EXCERPTS_MAX);
    }

    fn note_first(&mut self, reason: Reason, record: u64) {
        let first = self.firsts.entry(reason).or_insert(record);
        *first = record.min(*first);
    }

    /// How many records in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_counted_and_has_its_first_record_whichever_part_was_read_first() {
        let part = |records: &[(u64, Reason)]| {
            let mut part = Rejects::default();
            records.iter().for_each(|(record, reason)| part.add(*record, reason, b"x"));
            part
        };
        let (early, late) = (part(&[(7, "a"), (9, "b"), (12, "b")]), part(&[(20, "b"), (31, "c")]));
        for (first, second) in [(&early, &late), (&late, &early)] {
            let mut joined = first.clone();
            joined.merge(second);
            assert_eq!(joined.counts, [("a", 1), ("b", 3), ("c", 1)].into());
            assert_eq!(joined.firsts, [("a", 7), ("b", 9), ("c", 31)].into());
            assert_eq!(joined.total(), 5);
        }
    }
}

//! Why records of an object could not be read.

use firedamp_core::fold::Rejects;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Reasons that are kept of one object.
pub const REASONS_MAX: usize = 8;

/// Records of an object that could not be read for one reason.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[schema(as = RejectedRecords)]
pub struct Rejected {
    /// Why, in the words of the format.
    pub reason: String,
    /// How many records.
    pub records: u64,
    /// The number of the first of them within the object, from 1 on. What stands there is not kept.
    pub first: u64,
}

impl Rejected {
    /// The most frequent reasons, as many as are kept.
    #[must_use]
    pub fn most(rejects: &Rejects) -> Vec<Self> {
        let mut all: Vec<Self> = rejects
            .counts
            .iter()
            .map(|(reason, records)| Self {
                reason: (*reason).to_string(),
                records: *records,
                first: rejects.firsts.get(reason).copied().unwrap_or_default(),
            })
            .collect();
        all.sort_by_key(|reason| std::cmp::Reverse(reason.records));
        all.truncate(REASONS_MAX);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_reasons_the_most_frequent_are_kept() {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
        let mut rejects = Rejects::default();
        for (count, name) in (1..).zip(names) {
            rejects.counts.insert(name, count);
            rejects.firsts.insert(name, 10 * count);
        }
        let most = Rejected::most(&rejects);
        assert_eq!(most.len(), REASONS_MAX);
        let first = Rejected { reason: "i".to_string(), records: 9, first: 90 };
        assert_eq!(most.first(), Some(&first));
        assert!(most.iter().all(|one| one.reason != "a"), "{most:?}");
        assert_eq!(Rejected::most(&Rejects::default()), []);
    }
}

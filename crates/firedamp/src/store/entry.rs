//! What happened to a case, in a chain: each entry holds the hash of the one before, so that nobody
//! changes or takes one out unseen.

use firedamp_core::{saying::Saying, time::Time};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    language::{Language, Sentences},
    report,
};

/// One thing that happened to a case.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Entry {
    /// 1, 2, 3 …
    pub number: i64,
    /// When, in milliseconds since 1970.
    #[serde(skip)]
    pub at: Time,
    /// Who.
    pub actor: String,
    /// What kind of thing.
    pub kind: String,
    /// What.
    pub text: String,
    /// The same by its sentence's id and what stands in its blanks, where the program wrote it; not a part
    /// of the chain.
    #[serde(skip_serializing_if = "Saying::is_empty")]
    #[schema(value_type = Option<Object>)]
    pub said: Saying,
    /// The hash of all this and of the entry before.
    #[serde(skip)]
    pub hash: [u8; 32],
}

impl Entry {
    /// The entry after one with `before` as its hash (zeros for the first).
    #[must_use]
    pub fn after(
        before: (i64, [u8; 32]),
        case: i64,
        at: Time,
        (actor, kind, text): (&str, &str, &str),
    ) -> Self {
        let mut entry = Self {
            number: before.0 + 1,
            at,
            actor: actor.to_string(),
            kind: kind.to_string(),
            text: text.to_string(),
            said: Saying::default(),
            hash: [0; 32],
        };
        entry.hash = entry.hash_after(before.1, case);
        entry
    }

    /// What it says in the language of `say`, or as it was written.
    pub(crate) fn told(&self, say: &Sentences) -> String {
        self.retold(say).unwrap_or_else(|| report::shown(&self.text))
    }

    /// What it says in the language of `say`, only where that is what its text says, which the chain
    /// protects.
    pub(crate) fn retold(&self, say: &Sentences) -> Option<String> {
        let english = Sentences::of(Language::English).written(&self.said);
        let is_text = !self.said.is_empty() && english.as_ref() == Some(&self.text);
        if is_text { say.told(&self.said) } else { None }
    }

    /// BLAKE3 of the entry before and of every field behind its length, so that no two entries give
    /// the same bytes.
    fn hash_after(&self, before: [u8; 32], case: i64) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&before);
        for number in [case, self.number, self.at.millis()] {
            hasher.update(&number.to_le_bytes());
        }
        for field in [&self.actor, &self.kind, &self.text] {
            hasher.update(&(field.len() as u64).to_le_bytes());
            hasher.update(field.as_bytes());
        }
        *hasher.finalize().as_bytes()
    }
}

/// The number of the first entry that does not follow from those before it.
#[must_use]
pub fn broken_at(case: i64, entries: &[Entry]) -> Option<i64> {
    let mut before = (0, [0; 32]);
    for entry in entries {
        if entry.number != before.0 + 1 || entry.hash != entry.hash_after(before.1, case) {
            return Some(before.0 + 1);
        }
        before = (entry.number, entry.hash);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain() -> Vec<Entry> {
        let mut before = (0, [0; 32]);
        (0..4)
            .map(|hour| {
                let at = Time::from_seconds(hour * 3600);
                let entry = Entry::after(before, 7, at, ("alice", "comment", "a word"));
                before = (entry.number, entry.hash);
                entry
            })
            .collect()
    }

    #[test]
    fn a_whole_chain_holds() {
        assert_eq!(broken_at(7, &chain()), None);
        assert_eq!(broken_at(7, &[]), None);
    }

    #[test]
    fn a_changed_word_a_missing_entry_and_another_case_are_seen() {
        let mut changed = chain();
        changed[2].text = "another word".to_string();
        assert_eq!(broken_at(7, &changed), Some(3));
        let mut missing = chain();
        missing.remove(1);
        assert_eq!(broken_at(7, &missing), Some(2));
        assert_eq!(broken_at(8, &chain()), Some(1));
    }

    #[test]
    fn an_entry_is_told_in_the_readers_language_if_it_says_what_the_chain_holds() {
        let said = Saying::of("log-assigned").text("name", "bob\u{202e}");
        let mut entry =
            Entry::after((0, [0; 32]), 7, Time::default(), ("a", "assigned", "to bob\u{202e}"));
        let german = Sentences::of(Language::German);
        assert_eq!(entry.told(&german), "to bob?");
        entry.said = said.clone();
        assert_eq!(entry.told(&german), "an bob?");
        assert_eq!(entry.told(&Sentences::of(Language::English)), "to bob?");
        entry.said = said.text("name", "eve");
        assert_eq!(entry.told(&german), "to bob?", "somebody changed what it says");
    }

    #[test]
    fn letters_do_not_move_from_one_field_to_the_next() {
        let one = Entry::after((0, [0; 32]), 1, Time::default(), ("ab", "c", "d"));
        let other = Entry::after((0, [0; 32]), 1, Time::default(), ("a", "bc", "d"));
        assert_ne!(one.hash, other.hash);
    }
}

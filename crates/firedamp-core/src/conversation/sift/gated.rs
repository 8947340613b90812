//! What passed the first look.

use std::{
    collections::{BTreeSet, HashMap},
    hash::BuildHasherDefault,
    net::IpAddr,
};

use super::shard::Identity;

/// The conversations that passed, and what did not fit.
#[derive(Clone, Debug, Default)]
pub struct Gated {
    /// The conversations, with half of their account's hash.
    pub(super) keys: HashMap<u64, u32, BuildHasherDefault<Identity>>,
    /// Their servers.
    pub servers: BTreeSet<IpAddr>,
    /// How many more would have passed.
    pub shed: u64,
    /// There were more conversations than the table holds: some were not looked at.
    pub sampled: bool,
}

impl Gated {
    /// Whether a conversation passed.
    #[must_use]
    pub fn contains(&self, key: u64) -> bool {
        self.keys.contains_key(&key)
    }

    /// Halves of the hashes of accounts whose conversations passed now and not in `before`.
    #[must_use]
    pub fn accounts_since(&self, before: &Self) -> BTreeSet<u32> {
        let new = self.keys.iter().filter(|(key, _)| !before.contains(**key));
        new.map(|(_, account)| *account).collect()
    }

    /// Whether nothing passed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether a bound was reached, so that some conversations were not looked at.
    #[must_use]
    pub const fn is_approximate(&self) -> bool {
        self.shed > 0 || self.sampled
    }
}

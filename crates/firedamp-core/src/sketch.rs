//! A bounded map that forgets without looking at the order of arrival.
//!
//! Every entry is keyed by a hash of what it stands for. Below the bound the map is exact; at the
//! bound it keeps the entries with the smallest hashes, which is a uniform sample, and the largest
//! hash kept tells how many there were (Bar-Yossef et al., "Counting distinct elements in a data
//! stream", 2002). Joining two maps in any order, any number of times, gives the same map.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use siphasher::sip::SipHasher13;

/// The key of the hash. Fixed, so that two runs agree; changing it changes which entries survive
/// at a bound, nothing else.
const KEY: (u64, u64) = (0x6669_7265_6461_6d70, 0x6d69_6e65_7220_6761);

/// Hashes what an entry stands for.
#[must_use]
pub fn hash(of: &impl std::hash::Hash) -> u64 {
    use std::hash::Hasher;
    let mut hasher = SipHasher13::new_with_keys(KEY.0, KEY.1);
    of.hash(&mut hasher);
    hasher.finish()
}

/// Hashes a few numbers, several times faster than [`hash`]: each is folded in by one long
/// multiplication (as in wyhash). For tables of the hot path; nothing is stored under it.
#[must_use]
#[inline]
pub(crate) fn mix<const N: usize>(numbers: [u64; N]) -> u64 {
    const MULTIPLIERS: [u64; 2] = [0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db];
    let fold = |one: u64, other: u64| {
        let product = u128::from(one) * u128::from(other);
        product as u64 ^ (product >> 64) as u64
    };
    let mixed = numbers.iter().fold(KEY.0, |mixed, number| {
        fold(mixed ^ number, MULTIPLIERS[0]).wrapping_add(number.rotate_left(29))
    });
    fold(mixed ^ KEY.1, MULTIPLIERS[1])
}

/// At most `MAX` entries of `V`, by hash.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Sample<V, const MAX: usize> {
    entries: BTreeMap<u64, V>,
    shed: bool,
}

impl<V, const MAX: usize> Default for Sample<V, MAX> {
    fn default() -> Self {
        Self { entries: BTreeMap::new(), shed: false }
    }
}

impl<V, const MAX: usize> Sample<V, MAX> {
    /// The entry with this hash, made by `new` if it is admitted and not there.
    pub fn entry(&mut self, hash: u64, new: impl FnOnce() -> V) -> Option<&mut V> {
        if self.entries.len() < MAX {
            return Some(self.entries.entry(hash).or_insert_with(new));
        }
        // Most of what comes at the bound is beyond it, and costs one look.
        let largest = self.entries.last_key_value().map_or(0, |(largest, _)| *largest);
        if hash > largest {
            self.shed = true;
            return None;
        }
        self.entries.entry(hash).or_insert_with(new);
        self.trim();
        self.entries.get_mut(&hash)
    }

    /// Joins two samples; `join` joins two entries of the same hash.
    #[must_use]
    pub fn merge(mut self, other: Self, join: impl Fn(V, V) -> V) -> Self {
        self.shed |= other.shed;
        for (hash, value) in other.entries {
            let joined = match self.entries.remove(&hash) {
                Some(own) => join(own, value),
                None => value,
            };
            self.entries.insert(hash, joined);
        }
        self.trim();
        self
    }

    fn trim(&mut self) {
        while self.entries.len() > MAX {
            self.entries.pop_last();
            self.shed = true;
        }
    }

    /// The entries, by hash.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.entries.values()
    }

    /// The hashes of the entries, smallest first.
    pub fn hashes(&self) -> impl Iterator<Item = u64> {
        self.entries.keys().copied()
    }

    /// The entries with their hashes.
    pub fn entries(&self) -> impl Iterator<Item = (u64, &V)> {
        self.entries.iter().map(|(hash, value)| (*hash, value))
    }

    /// The entry with this hash.
    #[must_use]
    pub fn get(&self, hash: u64) -> Option<&V> {
        self.entries.get(&hash)
    }

    /// The entries, to be changed in place.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.entries.values_mut()
    }

    /// Whether entries were shed, so that totals are estimates.
    #[must_use]
    pub const fn is_approximate(&self) -> bool {
        self.shed
    }

    /// By how much a total over the entries must be multiplied: 1 while nothing was shed.
    #[must_use]
    pub fn scale(&self) -> f64 {
        let kept = self.entries.len() as f64;
        match self.entries.last_key_value() {
            Some((largest, _)) if self.shed && kept > 1.0 => {
                let share = (*largest as f64 / u64::MAX as f64).max(f64::MIN_POSITIVE);
                ((kept - 1.0) / share / kept).max(1.0)
            }
            _ => 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Small = Sample<u64, 64>;

    fn sample(numbers: impl Iterator<Item = u64>) -> Small {
        let mut sample = Small::default();
        for number in numbers {
            let _entry = sample.entry(hash(&number), || number);
        }
        sample
    }

    #[test]
    fn does_not_depend_on_order_split_or_repetition() {
        let all = sample(0..1000);
        assert_eq!(sample((0..1000).rev()), all);
        let halves = sample(0..600).merge(sample(400..1000), |one, _| one);
        assert_eq!(halves, all);
        assert_eq!(all.clone().merge(all.clone(), |one, _| one), all);
    }

    #[test]
    fn mixed_numbers_spread_over_all_bits() {
        let mixed: std::collections::BTreeSet<u64> = (0..100_000_u64)
            .map(|number| mix([7, ((number / 300) << 32) | (number % 300), 443]))
            .collect();
        assert_eq!(mixed.len(), 100_000);
        for bit in 0..64 {
            let set = mixed.iter().filter(|mixed| **mixed >> bit & 1 == 1).count();
            assert!((49_000..51_000).contains(&set), "bit {bit}: {set}");
        }
    }

    #[test]
    fn is_exact_below_its_bound_and_close_above() {
        assert_eq!(sample(0..64).scale(), 1.0);
        let estimate = sample(0..10_000).scale() * 64.0;
        assert!((6_000.0..15_000.0).contains(&estimate), "{estimate}");
    }
}

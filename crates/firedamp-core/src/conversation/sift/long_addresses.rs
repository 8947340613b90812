//! Addresses that are too long for what is kept of a conversation, which holds their places instead.

use std::{collections::BTreeMap, net::Ipv6Addr};

/// Addresses by their places, from nought on.
#[derive(Debug, Default)]
pub(super) struct LongAddresses(BTreeMap<Ipv6Addr, u32>);

impl LongAddresses {
    /// The address's place: the next one, where it has none yet.
    pub(super) fn place(&mut self, address: Ipv6Addr) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        *self.0.entry(address).or_insert(next)
    }

    /// Every address, at its place.
    pub(super) fn in_places(&self) -> Vec<Ipv6Addr> {
        let mut addresses = vec![Ipv6Addr::UNSPECIFIED; self.0.len()];
        for (address, place) in &self.0 {
            if let Some(slot) = addresses.get_mut(*place as usize) {
                *slot = *address;
            }
        }
        addresses
    }
}

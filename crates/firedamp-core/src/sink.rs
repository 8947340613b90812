//! Where decoders put what they read. A format knows this trait and the events, nothing above.

use std::{net::IpAddr, sync::Arc};

use crate::{
    event::{Event, Signal},
    id::AccountRef,
    time::Span,
};

/// Takes events and rejects from a decoder. Records are numbered from 1 within their object.
pub trait Sink {
    /// The addresses that flows are worth keeping for. A decoder on the hot path may leave out any
    /// flow neither of whose addresses passes, as long as it tells [`Sink::skipped`].
    fn gate(&self) -> Arc<Gate>;

    /// Takes one event.
    fn event(&mut self, record: u64, event: &Event<'_>);

    /// `records` of `signal` were read for `account` in `span` and none concerns the gate.
    fn skipped(&mut self, account: AccountRef<'_>, signal: Signal, span: Span, records: u64);

    /// The source itself says that it lost records (`SKIPDATA`) or had none (`NODATA`).
    fn gap(&mut self, account: AccountRef<'_>, span: Span, lost: bool);

    /// A record could not be read. `excerpt` is its beginning, for people.
    fn reject(&mut self, record: u64, reason: Reason, excerpt: &[u8]);
}

/// Why a record was rejected; few, fixed texts so that they can be counted.
pub type Reason = &'static str;

/// How many bits of the multiplicative hash index the bitmap: 2^20 bits are 128 kB, which stays in
/// the second-level cache, and let 2 % of strangers through at 20,000 listed addresses.
const INDEX_BITS: u32 = 20;
const WORDS: usize = 1 << (INDEX_BITS - 6);

/// A set of addresses that answers "certainly not" in a nanosecond, and never wrongly.
#[derive(Clone, Debug)]
pub struct Gate {
    words: Vec<u64>,
    open: bool,
}

impl Default for Gate {
    fn default() -> Self {
        Self { words: vec![0; WORDS], open: false }
    }
}

impl Gate {
    /// A gate that lets everything through.
    #[must_use]
    pub fn open() -> Self {
        Self { open: true, ..Self::default() }
    }

    /// Lets `address` through from now on.
    pub fn admit(&mut self, address: IpAddr) {
        let index = match address.to_canonical() {
            IpAddr::V4(v4) => index_v4(v4.to_bits()),
            IpAddr::V6(v6) => index_v6(v6.to_bits()),
        };
        if let Some(word) = self.words.get_mut(index >> 6) {
            *word |= 1 << (index & 63);
        }
    }

    /// False when `address` was never admitted; true when it was, and now and then otherwise.
    #[must_use]
    #[inline]
    pub fn passes(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(v4) => self.passes_v4(v4.to_bits()),
            IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
                Some(v4) => self.passes_v4(v4.to_bits()),
                None => self.has(index_v6(v6.to_bits())),
            },
        }
    }

    /// The same for an IPv4 address as a number.
    #[must_use]
    #[inline]
    pub fn passes_v4(&self, address: u32) -> bool {
        self.has(index_v4(address))
    }

    #[inline]
    fn has(&self, index: usize) -> bool {
        self.open || self.words.get(index >> 6).is_some_and(|word| word >> (index & 63) & 1 == 1)
    }
}

/// Fibonacci hashing (Knuth, TAOCP 3, 6.4): the top bits of a product with 2^32 divided by the
/// golden ratio.
#[inline]
const fn index_v4(address: u32) -> usize {
    (address.wrapping_mul(0x9E37_79B9) >> (32 - INDEX_BITS)) as usize
}

#[inline]
fn index_v6(address: u128) -> usize {
    let folded = (address >> 64) as u64 ^ (address as u64).rotate_left(29);
    let mixed = folded.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - INDEX_BITS);
    usize::try_from(mixed).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn never_stops_an_admitted_address() {
        let mut gate = Gate::default();
        let listed: IpAddr = Ipv4Addr::new(203, 0, 113, 9).into();
        gate.admit(listed);
        assert!(gate.passes(listed));
        assert!(gate.passes("::ffff:203.0.113.9".parse().expect("an address")));
        assert!(!gate.passes(Ipv4Addr::new(203, 0, 113, 10).into()));
    }
}

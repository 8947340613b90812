//! Where decoders put what they read. A format knows this trait and the events, nothing above.

use std::{net::IpAddr, sync::Arc};

use crate::{
    event::{Event, Resource, Signal},
    id::AccountRef,
    net, simd,
    time::Span,
};

/// Takes events and rejects from a decoder. Records are numbered from 1 within their object.
pub trait Sink {
    /// The addresses that flows are worth keeping for. A decoder on the hot path may leave out any
    /// flow neither of whose addresses passes, as long as it tells [`Sink::skipped`].
    fn gate(&self) -> Arc<Gate>;

    /// Events outside do not matter. A decoder that tells [`Sink::skipped`] of many records at once
    /// leaves out those outside, so that it tells the same in pieces of any size.
    fn window(&self) -> Option<Span> {
        None
    }

    /// Takes one event.
    fn event(&mut self, record: u64, event: &Event<'_>);

    /// An inventory knows one resource by all of these names; nothing happened to it.
    fn names(&mut self, _record: u64, _account: AccountRef<'_>, _resource: &Resource<'_>) {}

    /// `records` of `signal` were read for `account` in `span` and none concerns the gate.
    fn skipped(&mut self, account: AccountRef<'_>, signal: Signal, span: Span, records: u64);

    /// The source itself says that it lost records (`SKIPDATA`) or had none (`NODATA`).
    fn gap(&mut self, account: AccountRef<'_>, span: Span, lost: bool);

    /// The bytes of record `first`, or of the lines that begin with it, before they are decoded.
    /// What is wrapped in a record comes after it, with its number.
    fn raw(&mut self, _first: u64, _bytes: &[u8], _lines: bool) {}

    /// A record could not be read. `excerpt` is its beginning, for people.
    fn reject(&mut self, record: u64, reason: Reason, excerpt: &[u8]);
}

/// Why a record was rejected; few, fixed texts so that they can be counted.
pub type Reason = &'static str;

/// How many bits of a hash index the bitmap: 2^20 bits are 128 kB, which stays in the second-level
/// cache.
const INDEX_BITS: u32 = 20;
const WORDS: usize = 1 << (INDEX_BITS - 6);

/// A set of addresses that answers "certainly not" in a nanosecond or two, and never wrongly: a
/// Bloom filter of two bits an address (Bloom, 1970), which lets 0.15 % of strangers through at
/// 20,000 listed addresses.
#[derive(Clone, Debug)]
pub struct Gate {
    words: Vec<u64>,
    /// The same for IPv4 addresses as text: reading a number costs more than looking it up.
    texts: Vec<u64>,
    open: bool,
}

impl Default for Gate {
    fn default() -> Self {
        Self { words: vec![0; WORDS], texts: vec![0; WORDS], open: false }
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
        let address = address.to_canonical();
        set(&mut self.words, mixed(number(address)));
        if let IpAddr::V4(v4) = address {
            let text = v4.to_string();
            if let Some(word) = simd::word(text.as_bytes(), 0, text.len()) {
                set(&mut self.texts, mixed(word));
            }
        }
    }

    /// False when `address` was never admitted; true when it was, and now and then otherwise.
    #[must_use]
    #[inline]
    pub fn passes(&self, address: IpAddr) -> bool {
        self.open || has(&self.words, mixed(number(address.to_canonical())))
    }

    /// The same for an address as it is written; `None` when it is no address. IPv4 addresses are
    /// told by their shape and looked up as text, which is several times faster than reading them.
    #[must_use]
    #[inline]
    pub fn passes_written(&self, text: &str) -> Option<bool> {
        match simd::word(text.as_bytes(), 0, text.len()) {
            Some(word) if simd::looks_like_v4(word, text.len()) => Some(self.passes_text(word)),
            _ => net::parse_address(text).map(|address| self.passes(address)),
        }
    }

    /// The same for an IPv4 address in its usual writing, as [`simd::word`] gives it.
    #[inline]
    pub(crate) fn passes_text(&self, word: u128) -> bool {
        self.open || has(&self.texts, mixed(word))
    }
}

const fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_bits() as u128,
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

/// Multiplicative hashing (Knuth, TAOCP 3, 6.4) of both halves, folded.
#[inline]
const fn mixed(word: u128) -> u64 {
    let (low, high) = (word as u64, (word >> 64) as u64);
    let mixed = low.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ high.wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
    (mixed ^ mixed >> 32).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// The two bits of a hash: its top bits, and the bits below them.
#[inline]
const fn indexes(hash: u64) -> [usize; 2] {
    let second = (hash << INDEX_BITS) >> (64 - INDEX_BITS);
    [(hash >> (64 - INDEX_BITS)) as usize, second as usize]
}

fn set(words: &mut [u64], hash: u64) {
    for index in indexes(hash) {
        if let Some(word) = words.get_mut(index >> 6) {
            *word |= 1 << (index & 63);
        }
    }
}

#[inline]
fn has(words: &[u64], hash: u64) -> bool {
    let bit =
        |index: usize| words.get(index >> 6).is_some_and(|word| word >> (index & 63) & 1 == 1);
    let [first, second] = indexes(hash);
    bit(first) && bit(second)
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
        let text = |text: &str| simd::word(text.as_bytes(), 0, text.len()).expect("short");
        assert!(gate.passes_text(text("203.0.113.9")));
        assert!(!gate.passes_text(text("203.0.113.10")));
    }
}

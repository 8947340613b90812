//! Counts the records that concern nobody, by account, without allocating for each.

use std::collections::HashMap;

use crate::{
    event::Signal,
    id::{AccountRef, Provider},
    sink::Sink,
    time::{Span, Time},
};

/// The account id as [`crate::simd::word`] gives it: AWS account ids have twelve digits.
type Key = u128;

/// How many accounts are found again without hashing for real.
const RECENT: usize = 1024;

pub(super) struct Tally {
    index: HashMap<Key, usize>,
    counts: Vec<Count>,
    /// Places in `counts` of accounts met lately.
    recent: Box<[usize; RECENT]>,
    /// Records outside (epoch seconds) are not counted.
    window: (u64, u64),
}

struct Count {
    account: Key,
    first: u64,
    last: u64,
    records: u64,
}

impl Tally {
    /// A tally of the records that touch `window`.
    pub(super) fn new(window: Option<Span>) -> Self {
        let seconds = |time: Time| u64::try_from(time.seconds()).unwrap_or(0);
        let window = window.map_or((0, u64::MAX), |span| {
            let first = Time::from_millis(span.first.millis().saturating_add(999));
            (seconds(first), seconds(span.last))
        });
        let recent = Box::new([0; RECENT]);
        Self { index: HashMap::new(), counts: Vec::new(), recent, window }
    }

    /// Counts one record of `account` in the window from `start` to `end` (epoch seconds).
    #[inline]
    pub(super) fn add(&mut self, account: Key, start: u64, end: u64) {
        if end < self.window.0 || start > self.window.1 {
            return;
        }
        let slot = slot(account);
        let known = self.recent.get(slot).copied().unwrap_or_default();
        let at = match self.counts.get(known) {
            Some(count) if count.account == account => known,
            _ => self.find(account, slot),
        };
        if let Some(count) = self.counts.get_mut(at) {
            count.first = count.first.min(start);
            count.last = count.last.max(end);
            count.records += 1;
        }
    }

    #[cold]
    fn find(&mut self, account: Key, slot: usize) -> usize {
        let counts = &mut self.counts;
        let at = *self.index.entry(account).or_insert_with(|| {
            counts.push(Count { account, first: u64::MAX, last: 0, records: 0 });
            counts.len() - 1
        });
        if let Some(recent) = self.recent.get_mut(slot) {
            *recent = at;
        }
        at
    }

    /// Tells the sink what was counted.
    pub(super) fn flush(self, sink: &mut dyn Sink) {
        for count in self.counts {
            let id = count.account.to_le_bytes();
            let id = String::from_utf8_lossy(&id);
            let id = id.trim_end_matches('\0').trim_end();
            let time = |seconds| Time::from_seconds(i64::try_from(seconds).unwrap_or(i64::MAX));
            let span = Span::between(time(count.first), time(count.last));
            let account = AccountRef::new(Provider::Aws, if id == "-" { "" } else { id });
            sink.skipped(account, Signal::Flow, span, count.records);
        }
    }
}

/// Account ids differ most in their last digits.
#[inline]
const fn slot(account: Key) -> usize {
    let mixed = (account as u64 ^ (account >> 32) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 54) as usize
}

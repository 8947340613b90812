//! Counts the records that concern nobody, by account, without allocating for each.

use std::collections::HashMap;

use crate::{
    event::Signal,
    id::{AccountRef, Provider},
    sink::Sink,
    time::{Span, Time},
};

/// The account id as bytes, padded with zeros: AWS account ids have twelve digits.
type Key = [u8; 16];

#[derive(Default)]
pub(super) struct Tally {
    index: HashMap<Key, usize>,
    counts: Vec<Count>,
    last: usize,
}

struct Count {
    account: Key,
    first: u64,
    last: u64,
    records: u64,
}

impl Tally {
    /// Counts one record of `account` in the window from `start` to `end` (epoch seconds).
    #[inline]
    pub(super) fn add(&mut self, account: &[u8], start: u64, end: u64) {
        let account = key(account);
        let at = match self.counts.get(self.last) {
            Some(count) if count.account == account => self.last,
            _ => self.find(account),
        };
        self.last = at;
        if let Some(count) = self.counts.get_mut(at) {
            count.first = count.first.min(start);
            count.last = count.last.max(end);
            count.records += 1;
        }
    }

    fn find(&mut self, account: Key) -> usize {
        let counts = &mut self.counts;
        *self.index.entry(account).or_insert_with(|| {
            counts.push(Count { account, first: u64::MAX, last: 0, records: 0 });
            counts.len() - 1
        })
    }

    /// Tells the sink what was counted.
    pub(super) fn flush(self, sink: &mut dyn Sink) {
        for count in self.counts {
            let id = String::from_utf8_lossy(&count.account);
            let id = id.trim_end_matches('\0').trim_end();
            let time = |seconds| Time::from_seconds(i64::try_from(seconds).unwrap_or(i64::MAX));
            let span = Span::between(time(count.first), time(count.last));
            let account = AccountRef::new(Provider::Aws, if id == "-" { "" } else { id });
            sink.skipped(account, Signal::Flow, span, count.records);
        }
    }
}

#[inline]
fn key(account: &[u8]) -> Key {
    let mut key = Key::default();
    for (to, from) in key.iter_mut().zip(account) {
        *to = *from;
    }
    key
}

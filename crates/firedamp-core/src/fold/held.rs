//! The states of one partial, found by account in a few nanoseconds.

use std::collections::HashMap;

use crate::{
    event::Signal,
    id::{Account, AccountRef, Provider},
    sketch,
    time::{Span, Time},
};

use super::AccountState;

/// Accounts that are found again without hashing for real.
const RECENT: usize = 256;
const HOUR_MILLIS: i64 = 3_600_000;

/// An account with its state.
#[derive(Debug)]
pub(super) struct Held {
    account: Account,
    pub(super) state: AccountState,
    /// A hash of the account.
    pub(super) hash: u64,
    /// Flows of one hour that coverage was not told of yet.
    heard: Option<Heard>,
}

/// Flows within one hour.
#[derive(Clone, Copy, Debug)]
struct Heard {
    hour: i64,
    span: Span,
}

impl Heard {
    /// `None` for what lies in more than one hour.
    fn of(span: Span) -> Option<Self> {
        let hour = |time: Time| time.millis().div_euclid(HOUR_MILLIS);
        // What ends on the hour belongs to the hour before.
        let last = Time::from_millis(span.last.millis().saturating_sub(1)).max(span.first);
        (hour(span.first) == hour(last)).then(|| Self { hour: hour(span.first), span })
    }
}

impl Held {
    /// Notes that flows were read. Coverage keeps hours, and is told once an hour.
    #[inline]
    pub(super) fn hear(&mut self, span: Span) {
        let heard = Heard::of(span);
        match (&mut self.heard, heard) {
            (Some(known), Some(heard)) if known.hour == heard.hour => {
                known.span = known.span.joined(span);
            }
            _ => {
                self.tell();
                self.heard = heard;
                if heard.is_none() {
                    self.state.coverage.see(Signal::Flow, span);
                }
            }
        }
    }

    /// Tells coverage what was heard.
    pub(super) fn tell(&mut self) {
        if let Some(heard) = self.heard.take() {
            self.state.coverage.see(Signal::Flow, heard.span);
        }
    }
}

/// Every account that a part of the input told of.
#[derive(Debug, Default)]
pub(super) struct HeldAccounts {
    index: HashMap<Provider, HashMap<String, usize>>,
    /// Whom the record before was of.
    last: usize,
    /// Places of accounts met lately, by a few bytes of their ids.
    recent: Vec<usize>,
    held: Vec<Held>,
}

impl HeldAccounts {
    /// The account, with an empty state if it is new.
    #[inline]
    pub(super) fn find(&mut self, account: AccountRef<'_>) -> &mut Held {
        let is_it = |held: &Held| held.account.as_ref() == account;
        if !self.held.get(self.last).is_some_and(is_it) {
            let slot = slot(account.id);
            let known = self.recent.get(slot).copied().unwrap_or_default();
            self.last = match self.held.get(known).is_some_and(is_it) {
                true => known,
                false => self.look_up(account, slot),
            };
        }
        // `last` is a place that was just seen or made.
        &mut self.held[self.last]
    }

    fn look_up(&mut self, account: AccountRef<'_>, slot: usize) -> usize {
        let at = self.indexed(account);
        self.recent.resize(RECENT, 0);
        if let Some(recent) = self.recent.get_mut(slot) {
            *recent = at;
        }
        at
    }

    fn indexed(&mut self, account: AccountRef<'_>) -> usize {
        if let Some(at) = self.index.get(&account.provider).and_then(|ids| ids.get(account.id)) {
            return *at;
        }
        let owned = account.to_owned();
        let at = self.held.iter().position(|held| held.account == owned).unwrap_or_else(|| {
            let hash = sketch::hash(&owned);
            let state = AccountState::default();
            self.held.push(Held { account: owned, state, hash, heard: None });
            self.held.len() - 1
        });
        self.index.entry(account.provider).or_default().insert(account.id.to_string(), at);
        at
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Held> {
        self.held.iter_mut()
    }

    /// The states with their accounts.
    pub(super) fn into_states(self) -> impl Iterator<Item = (Account, AccountState)> {
        self.held.into_iter().map(|mut held| {
            held.tell();
            (held.account, held.state)
        })
    }
}

/// Ids differ most at their ends.
#[inline]
fn slot(id: &str) -> usize {
    let bytes = id.as_bytes();
    let end = match bytes.last_chunk::<8>() {
        Some(end) => u64::from_le_bytes(*end),
        None => bytes.iter().fold(0, |end, byte| end << 8 | u64::from(*byte)),
    };
    (end.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as usize % RECENT
}

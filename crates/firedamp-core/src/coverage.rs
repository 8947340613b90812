//! What could be read for an account, and what was missing: silence is no alibi.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    event::Signal,
    time::{Span, Time},
};

/// The telemetry of one account.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Coverage {
    signals: BTreeMap<Signal, Span>,
    lost: Option<Span>,
}

impl Coverage {
    /// Notes that `signal` was read for `span`.
    pub fn see(&mut self, signal: Signal, span: Span) {
        self.signals.entry(signal).and_modify(|known| *known = known.joined(span)).or_insert(span);
    }

    /// Notes that the source lost records in `span`.
    pub fn lose(&mut self, span: Span) {
        self.lost = Some(self.lost.map_or(span, |known| known.joined(span)));
    }

    /// Joins two coverages.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        other.signals.into_iter().for_each(|(signal, span)| self.see(signal, span));
        other.lost.into_iter().for_each(|span| self.lose(span));
        self
    }

    /// From when to when a signal was read.
    #[must_use]
    pub fn of(&self, signal: Signal) -> Option<Span> {
        self.signals.get(&signal).copied()
    }

    /// Signals of which nothing was read.
    pub fn absent(&self) -> impl Iterator<Item = Signal> + '_ {
        Signal::ALL.into_iter().filter(|signal| !self.signals.contains_key(signal))
    }

    /// When the source lost records, if it says so.
    #[must_use]
    pub const fn lost(&self) -> Option<Span> {
        self.lost
    }

    /// The last instant of a signal.
    #[must_use]
    pub fn last(&self, signal: Signal) -> Option<Time> {
        self.of(signal).map(|span| span.last)
    }
}

//! The fold: events in, per-account state out. One [`Partial`] belongs to one object; partials join
//! in any order.

mod held;
mod outside;
mod partial;
mod plan;
mod rejects;

use std::{collections::BTreeMap, net::IpAddr};

use serde::{Deserialize, Serialize};

use crate::{
    bill::Bill,
    conversation::Conversations,
    coverage::Coverage,
    detector::{States, Watch, provider_alert},
    event::Event,
    id::{Account, ObjectId, Place},
    lookups::Lookups,
    names::{Names, Sighting},
    origin::Origins,
    time::Time,
};

pub use partial::Partial;
pub use plan::Plan;
pub use rejects::Rejects;

/// The version of [`AccountState`] as it is stored; states of another version are folded anew.
pub const STATE_VERSION: u32 = 10;

/// Everything that is kept for one account.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct AccountState {
    /// What could be read.
    pub coverage: Coverage,
    /// What was used and what it cost.
    pub bill: Bill,
    /// Who talks to whom, for long.
    pub conversations: Conversations,
    /// Who is who.
    pub names: Names,
    /// Questions for listed names.
    pub lookups: Lookups,
    /// Who made what.
    pub origins: Origins,
    /// What each detector keeps.
    pub detectors: States,
}

impl AccountState {
    /// Notes who is who, and what detectors share.
    fn note(&mut self, event: &Event<'_>, place: Place, watch: &Watch) {
        let provider = event.account().provider;
        match event {
            Event::Alert(alert) => {
                provider_alert::sightings(alert).iter().for_each(|one| self.names.see(one));
            }
            Event::Dns(query) => {
                if self.lookups.observe(query, place, &watch.indicators) {
                    self.names.see(&Sighting::of(provider, &query.client));
                }
            }
            Event::Metric(metric) => self.names.see(&Sighting::of(provider, &metric.resource)),
            Event::Process(process) => self.names.see(&Sighting::of(provider, &process.resource)),
            // Seen to by `Partial`.
            Event::Call(_) | Event::Flow(_) | Event::Usage(_) => {}
        }
    }

    /// Names the object that was read, in every place that says "here".
    fn seal(&mut self, object: ObjectId) {
        self.bill.seal(object);
        self.conversations.seal(object);
        self.lookups.seal(object);
        self.origins.seal(object);
        self.detectors.seal(object);
    }

    /// Joins what two parts of the input gave.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self {
            coverage: self.coverage.merge(other.coverage),
            bill: self.bill.merge(other.bill),
            conversations: self.conversations.merge(other.conversations),
            names: self.names.merge(other.names),
            lookups: self.lookups.merge(other.lookups),
            origins: self.origins.merge(other.origins),
            detectors: self.detectors.merge(other.detectors),
        }
    }
}

/// Account states joined from any number of partials.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Accounts(pub BTreeMap<Account, AccountState>);

impl Accounts {
    /// Joins two sets of states.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        for (account, state) in other.0 {
            let merged = match self.0.remove(&account) {
                Some(known) => known.merge(state),
                None => state,
            };
            self.0.insert(account, merged);
        }
        self
    }

    /// Notes when objects were written, where that is known: it tells which of two bills is the later.
    pub fn date(&mut self, written: &BTreeMap<ObjectId, Time>) {
        self.0.values_mut().for_each(|state| state.bill.date(written));
    }

    /// Every address that a listed name was resolved to, in any account.
    pub fn answers(&self) -> impl Iterator<Item = IpAddr> + '_ {
        self.0.values().flat_map(|state| state.lookups.answers())
    }

    /// The states as bytes, behind their version.
    ///
    /// # Errors
    /// When memory runs out; the states themselves can always be written.
    pub fn to_bytes(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_stdvec(&(STATE_VERSION, self))
    }

    /// Reads what [`Accounts::to_bytes`] wrote; `None` for another version and for junk.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (version, rest) = postcard::take_from_bytes::<u32>(bytes).ok()?;
        (version == STATE_VERSION).then(|| postcard::from_bytes(rest).ok())?
    }
}

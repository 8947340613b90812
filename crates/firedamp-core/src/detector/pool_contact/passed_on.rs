//! What a device only passed on, as a gateway does that translates addresses: the machines behind it are
//! told of by themselves.

use std::collections::BTreeMap;

use super::{Contacts, Conversation, Record, Remote, Talks};
use crate::{detector::Context, names::Sighting};

/// A device's conversation is what machines behind it said when they said this share of it: records are
/// lost now and then, and windows cut differently.
const SHARE_MIN: f64 = 0.5;

/// What machines that are known by an address alone said to each remote and port, in bytes.
pub(super) struct PassedOn<'a>(BTreeMap<(&'a Remote, u16), f64>);

impl<'a> PassedOn<'a> {
    pub(super) fn of(state: &'a Contacts) -> Self {
        let inner = state.0.iter().filter(|(resource, _)| !resource.is_named());
        let mut said = BTreeMap::new();
        for talks in inner.flat_map(|(_, remotes)| remotes.values()) {
            for talk in talks.ports.values() {
                *said.entry((&talks.remote, talk.port)).or_default() += bytes(talk);
            }
        }
        Self(said)
    }

    /// The same, if `resource` is a device that passes on.
    pub(super) fn by(&self, resource: &Sighting, context: &Context<'_>) -> Option<&Self> {
        let device = resource.interface.as_deref().or(resource.instance.as_deref())?;
        context.names.is_transit(device).then_some(self)
    }

    /// Whether a device's conversation is that of machines behind it.
    pub(super) fn explains(&self, talks: &Talks, talk: &Conversation) -> bool {
        let said = self.0.get(&(&talks.remote, talk.port));
        said.is_some_and(|said| *said >= SHARE_MIN * bytes(talk))
    }
}

fn bytes(talk: &Conversation) -> f64 {
    let bytes = |record: &Record| record.out.bytes.saturating_add(record.back.bytes) as f64;
    talk.records.values().map(bytes).sum::<f64>() * talk.records.scale()
}

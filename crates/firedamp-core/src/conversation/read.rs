//! From records to talks: which resource talked to whom, and how, in minutes.

use std::{collections::BTreeMap, net::IpAddr};

use serde::{Deserialize, Serialize};

use super::{
    Conversations, Key, Records, SINCE_PREVIOUS, Series,
    once::{self, Covering},
    relay,
};
use crate::{
    event::Endpoint,
    id::{Place, Provider},
    names::{Resolved, Sighting},
    time::Time,
};

/// A name that led to a server, and when it first did.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Answer {
    /// The first answer that is known.
    pub first: Time,
    /// The name that was asked for.
    pub name: String,
}

/// A long, small conversation of one resource with one server.
#[derive(Clone, Debug)]
pub struct Talk {
    /// The resource, by its id in the case.
    pub resource: String,
    /// The resource's names in the records.
    pub client: Sighting,
    /// Who was called.
    pub server: Endpoint,
    /// What went over the wire.
    pub series: Series,
    /// Seconds since 1970 of single packets, in order, where the log samples packets: of each record
    /// the first and the last that was seen.
    pub moments: Vec<u32>,
    /// The first and the last record.
    pub places: Vec<Place>,
    /// The name that led to the server.
    pub answer: Option<Answer>,
    /// Whether the resource's questions to name servers are logged.
    pub asks: bool,
    /// A bound was reached: the earliest records are missing.
    pub approximate: bool,
    /// Machines that carried it on one after the other; one, where no relay was needed.
    pub machines: usize,
}

impl Conversations {
    /// Whether no talk was looked at for a second time.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.talks.is_empty()
    }

    /// Every talk, by resource and server, then relays of machines that live for minutes. Of several
    /// reporters the one with the most records is believed.
    #[must_use]
    pub fn read(&self, resources: &Resolved<'_>, provider: Provider) -> Vec<Talk> {
        let mut best: BTreeMap<(String, IpAddr, u16), &Records> = BTreeMap::new();
        for records in self.talks.values() {
            let Some(resource) = resources.id(&records.key.client) else {
                continue;
            };
            let Key { server, port, .. } = records.key;
            let known = best.entry((resource, server, port)).or_insert(records);
            if records.records.len() > known.records.len() {
                *known = records;
            }
        }
        let asking: Vec<String> =
            self.askers.iter().filter_map(|asker| resources.id(asker)).collect();
        let mut talks: Vec<Talk> = best
            .into_iter()
            .filter_map(|((resource, ..), records)| {
                self.talk(resource, records, &asking, provider.samples_packets())
            })
            .collect();
        talks.extend(relay::relays(&talks));
        talks
    }

    fn talk(
        &self,
        resource: String,
        records: &Records,
        asking: &[String],
        samples: bool,
    ) -> Option<Talk> {
        let key = &records.key;
        let unpacked = records.records.unpack();
        let (first, last) = (records.first.1, records.last.1);
        Some(Talk {
            client: key.client.clone(),
            server: Endpoint { address: key.server, port: key.port },
            series: Series::of(&unpacked)?,
            moments: if samples { moments(&once::told(&unpacked)) } else { Vec::new() },
            places: if first == last { vec![first] } else { vec![first, last] },
            answer: self.answers.get(&key.server).cloned(),
            asks: asking.contains(&resource),
            approximate: records.shed,
            machines: 1,
            resource,
        })
    }
}

/// When the first and the last packet of each record came.
fn moments(told: &[Covering<'_>]) -> Vec<u32> {
    let windows = told.iter().filter(|one| one.record.seconds != SINCE_PREVIOUS);
    let mut moments: Vec<u32> = windows
        .flat_map(|one| {
            let last = one.start.saturating_add(one.seconds);
            [Some(one.start), (last > one.start).then_some(last)]
        })
        .flatten()
        .collect();
    moments.sort_unstable();
    moments
}

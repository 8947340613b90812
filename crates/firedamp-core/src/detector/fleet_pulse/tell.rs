//! What a fleet says of one of its machines.

use std::net::IpAddr;

use serde_json::{Map, json};

use super::{FleetPulse, gather::Member};
use crate::{
    detector::Detector,
    finding::{Finding, Scope, rounded},
    saying::Saying,
    weights,
};

/// What a conversation has in common with others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shared {
    /// Machines that have it in common.
    pub(super) machines: usize,
    /// In how many accounts.
    pub(super) accounts: usize,
    /// By how many standard deviations this one agrees with the others' time; `None` when they share a
    /// server only.
    pub(super) z: Option<f64>,
}

impl Shared {
    fn llr(&self, weights: &weights::FleetPulse) -> f64 {
        match (self.z, self.machines) {
            (None, _) => weights.server,
            (Some(_), 2) => weights.pair,
            (Some(_), machines) => {
                let doublings = (machines as f64 / 3.0).log2();
                (weights.clock + weights.per_doubling * doublings).min(weights.most)
            }
        }
    }

    /// How many, in words that name no other customer.
    fn who(&self) -> Saying {
        let accounts =
            Saying::of("found-fleet.accounts").number("accounts", self.accounts as f64, 0);
        Saying::of("found-fleet.who")
            .count("others", self.others())
            .say("where", (self.accounts > 1).then_some(accounts))
    }

    const fn others(&self) -> usize {
        self.machines.saturating_sub(1)
    }

    fn said(&self, (address, port): (IpAddr, u16)) -> Saying {
        let said = match self.z {
            Some(_) => Saying::of("found-fleet-clock"),
            None => Saying::of("found-fleet-server").count("others", self.others()),
        };
        said.text("server", address).text("port", port).say("who", self.who())
    }
}

pub(super) fn finding(member: &Member, shared: &Shared, weights: &weights::FleetPulse) -> Finding {
    let (address, port) = member.server;
    let mut evidence = Map::new();
    evidence.insert("remote".into(), address.to_string().into());
    evidence.insert("port".into(), port.into());
    evidence.insert("machines".into(), shared.machines.into());
    evidence.insert("accounts".into(), shared.accounts.into());
    if let Some(z) = shared.z {
        evidence.insert("z".into(), json!(rounded(z, 1)));
    }
    let said = shared.said(member.server);
    Finding {
        detector: FleetPulse::INFO.id,
        group: FleetPulse::INFO.group,
        resource: member.resource.clone(),
        scope: Scope::Resource,
        llr: shared.llr(weights),
        span: member.span,
        summary: said.english(),
        said,
        evidence,
        places: member.places.clone(),
        approximate: member.approximate,
        sample: false,
        ongoing: true,
    }
}

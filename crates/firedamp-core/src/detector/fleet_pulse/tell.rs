//! What a fleet says of one of its machines.

use serde_json::{Map, json};

use super::{FleetPulse, gather::Member};
use crate::{
    detector::Detector,
    finding::{Finding, Scope, rounded},
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
    fn who(&self) -> String {
        let others = self.machines - 1;
        let machines = if others == 1 { "machine" } else { "machines" };
        match self.accounts {
            1 => format!("{others} other {machines}"),
            accounts => format!("{others} other {machines} in {accounts} accounts"),
        }
    }
}

pub(super) fn finding(member: &Member, shared: &Shared, weights: &weights::FleetPulse) -> Finding {
    let (address, port) = member.server;
    let mut evidence = Map::new();
    evidence.insert("remote".into(), address.to_string().into());
    evidence.insert("port".into(), port.into());
    evidence.insert("machines".into(), shared.machines.into());
    evidence.insert("accounts".into(), shared.accounts.into());
    let summary = match shared.z {
        Some(z) => {
            evidence.insert("z".into(), json!(rounded(z, 1)));
            format!(
                "its connection to {address} port {port} keeps the same hidden time as those of {}",
                shared.who()
            )
        }
        None => {
            format!("{} talk to {address} port {port} with a miner's footprint, too", shared.who())
        }
    };
    Finding {
        detector: FleetPulse::INFO.id,
        group: FleetPulse::INFO.group,
        resource: member.resource.clone(),
        scope: Scope::Resource,
        llr: shared.llr(weights),
        span: member.span,
        summary,
        evidence,
        places: member.places.clone(),
        approximate: member.approximate,
        sample: false,
        ongoing: true,
    }
}

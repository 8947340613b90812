//! What was done on the control plane, told one by one: for plans that undo it, and for the proof that
//! it ended.

use std::net::IpAddr;

use serde::{Serialize, Serializer};

use super::{Calls, HijackSequence, calls::Step};
use crate::{
    detector::States,
    event::{Action, CallerKind, ComputeKind},
    names::{Resolved, Sighting},
    time::Time,
};

/// Resources named of one deed.
const RESOURCES_MAX: usize = 64;

/// One call that changed something, and worked.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Deed {
    /// When.
    #[serde(serialize_with = "time")]
    pub at: Time,
    /// What it means.
    pub action: Action,
    /// The operation as the provider calls it.
    pub operation: String,
    /// The region; empty where the provider has one place for all.
    pub region: String,
    /// Who; empty where the record does not say.
    pub principal: String,
    /// What kind of principal.
    pub kind: CallerKind,
    /// From where, where the record says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// The kind of compute that was made.
    pub compute: Option<ComputeKind>,
    /// The record says that what it was done to was there before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_there: bool,
    /// What it was done to, by the ids of the case.
    pub resources: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn time<S: Serializer>(value: &Time, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

impl Deed {
    /// Whether a service of the provider did it, for what others have set up.
    #[must_use]
    pub fn by_provider(&self) -> bool {
        self.kind == CallerKind::Provider
    }

    fn of(step: &Step, resolved: &Resolved<'_>) -> Self {
        let id = |sighting: &Sighting| resolved.id(sighting).or_else(|| sighting.best());
        Self {
            at: step.time(),
            action: step.action,
            operation: step.operation.clone(),
            region: step.region.clone(),
            principal: step.principal.clone(),
            kind: step.caller,
            address: step.address,
            compute: step.machines.as_ref().map(|machines| machines.kind),
            is_there: step.is_there,
            resources: step.resources.iter().filter_map(id).take(RESOURCES_MAX).collect(),
        }
    }
}

impl HijackSequence {
    /// The calls that its state keeps.
    #[must_use]
    pub fn calls(states: &States) -> &Calls {
        &states.hijack_sequence
    }
}

impl Calls {
    /// The deeds that are `wanted`, by time.
    pub fn deeds(&self, resolved: &Resolved<'_>, wanted: impl Fn(&Deed) -> bool) -> Vec<Deed> {
        let changes =
            |step: &Step| !matches!(step.action, Action::ReadQuota | Action::EnableService);
        let steps = self.steps();
        let done = steps.values().map(|(step, _)| step);
        let done = done.filter(|step| step.succeeded() && changes(step));
        let mut deeds: Vec<Deed> =
            done.map(|step| Deed::of(step, resolved)).filter(wanted).collect();
        deeds.sort_by(|one, other| {
            let key = |deed: &Deed| (deed.at, deed.operation.clone(), deed.resources.clone());
            key(one).cmp(&key(other))
        });
        deeds
    }
}

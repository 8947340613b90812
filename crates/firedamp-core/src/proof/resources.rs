//! The proof, resource by resource: that less is spent and nothing talks in sum may hide one that goes on.

use std::net::IpAddr;

use serde::Serialize;

use super::{
    CALL_SECONDS_MIN, GRACE_SECONDS, Says, Verdict, is_covered, is_of_flows, is_stopped, spend,
    traffic, verdict,
};
use crate::{
    event::Action,
    judged::{Charged, Found, Judged, Resource},
    plan,
    time::Time,
};

/// Resources that one proof tells of.
pub const RESOURCES_MAX: usize = 1000;

/// What is proven of one resource.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct OfResource {
    /// Its id in the case: hostile.
    pub resource: String,
    /// What it comes to.
    pub verdict: Verdict,
    /// Flows to where it went.
    pub flows: Says,
    /// What it costs.
    pub spend: Says,
    /// What was done with it.
    pub control_plane: Says,
}

/// The resources of a case, and whether there are more. The account itself is no resource of its own.
pub(super) fn of_each(judged: &Judged, since: Time) -> (Vec<OfResource>, bool) {
    let mut own = judged.resources.iter().filter(|one| one.id != judged.account);
    let told = own.by_ref().take(RESOURCES_MAX);
    let told = told.map(|one| of_one(judged, one, since)).collect();
    (told, own.next().is_some())
}

fn of_one(judged: &Judged, resource: &Resource, since: Time) -> OfResource {
    // A plan lets run what the customer works with: that it runs, and costs, speaks for nothing.
    let is_kept = plan::was_there(judged, resource);
    let flows = flows(judged, resource, since);
    let control_plane = match control_plane(judged, resource, since) {
        Says::TooLittle if is_kept => Says::Nothing,
        says => says,
    };
    let days = spend::days(flows, control_plane);
    let spend = match spend_of(judged, resource, since, days) {
        Says::TooLittle | Says::GoesOn if is_kept => Says::Nothing,
        says => says,
    };
    let verdict = verdict(&[flows, spend, control_plane]);
    OfResource { resource: resource.id.clone(), verdict, flows, spend, control_plane }
}

fn is_it(resource: &Resource, name: &String) -> bool {
    resource.id == *name || resource.aliases.contains(name)
}

fn flows(judged: &Judged, resource: &Resource, since: Time) -> Says {
    let own = traffic(judged).filter(|found| is_it(resource, &found.resource));
    let own: Vec<&Found> = own.collect();
    let late = since.plus_seconds(GRACE_SECONDS);
    if own.iter().any(|found| found.last_observed.is_some_and(|last| last > late)) {
        return Says::GoesOn;
    }
    let is_read = judged.covered("flow").is_some_and(|covered| covered.last_observed.is_some());
    // The end of flows is no proof for what no flow showed.
    if !is_read || !own.iter().any(|found| is_of_flows(found)) {
        return Says::Nothing;
    }
    if is_covered(judged, since) { Says::Ended } else { Says::TooLittle }
}

fn spend_of(judged: &Judged, resource: &Resource, since: Time, days: i64) -> Says {
    let until = judged.covered("billing").and_then(|covered| covered.last_observed);
    let own = judged.charges.iter().filter(|charged| is_it(resource, &charged.resource));
    let own: Vec<&Charged> = own.collect();
    spend::billed(&own, since, days, until).0
}

fn control_plane(judged: &Judged, resource: &Resource, since: Time) -> Says {
    let until = judged.covered("control_plane").and_then(|covered| covered.last_observed);
    let Some(until) = until.filter(|_| resource.id.parse::<IpAddr>().is_err()) else {
        // No call names an address.
        return Says::Nothing;
    };
    let late = since.plus_seconds(GRACE_SECONDS);
    let is_again = judged.deeds.iter().any(|done| {
        done.action == Action::CreateCompute
            && done.at.is_some_and(|at| at > late)
            && done.resources.iter().any(|name| is_it(resource, name))
    });
    match () {
        () if is_again => Says::GoesOn,
        () if until >= since.plus_seconds(CALL_SECONDS_MIN) && is_stopped(judged, &resource.id) => {
            Says::Ended
        }
        () => Says::TooLittle,
    }
}

//! Clean-up from the plan to the end of the case: scripts that no name breaks, runs that are killed
//! and go on, clouds that answer as they should and as they should not, and the whole story.

pub(crate) mod clouds;
pub(crate) mod moto;
pub(crate) mod packs;
mod recorded;
mod runs;
mod scripts;
mod story;
mod undo;

use std::sync::Arc;

use firedamp::store::{Judgement, Sqlite, Store};
use firedamp_core::{
    case::{CaseResource, Charge, Details},
    detector::hijack_sequence::Deed,
    event::{Action, CallerKind, ComputeKind},
    finding::{Finding, Group, Scope},
    id::{Account, Provider},
    judged::Judged,
    plan::{self, Plan},
    saying::Saying,
    time::{Span, Time},
};
use serde_json::json;

use crate::program::Folder;

pub(crate) const NOW: Time = Time::from_seconds(1_775_000_000);
/// Moto's only account.
pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const HIJACKER: &str = "arn:aws:iam::111122223333:user/intruder";

fn at(seconds: i64) -> Time {
    NOW.plus_seconds(seconds)
}

fn deed(seconds: i64, action: Action, operation: &str, resources: &[&str]) -> Deed {
    Deed {
        at: at(seconds),
        action,
        operation: operation.to_string(),
        region: "us-east-1".to_string(),
        principal: HIJACKER.to_string(),
        kind: CallerKind::Person,
        address: None,
        compute: (action == Action::CreateCompute).then_some(ComputeKind::Machine),
        is_there: false,
        resources: resources.iter().map(ToString::to_string).collect(),
    }
}

fn finding(detector: &'static str, group: Group, resource: &str) -> Finding {
    Finding {
        detector,
        group,
        resource: resource.to_string(),
        scope: Scope::Resource,
        llr: 9.0,
        span: Span { first: at(0), last: at(3600) },
        summary: format!("{detector} speaks of {resource}"),
        said: Saying::default(),
        evidence: serde_json::Map::new(),
        places: Vec::new(),
        approximate: false,
        sample: false,
        ongoing: true,
    }
}

fn resource(id: &str) -> CaseResource {
    CaseResource {
        id: id.to_string(),
        aliases: Vec::new(),
        probability: 0.99,
        first_observed: at(0),
        last_observed: at(3600),
        created: None,
        created_unknown: None,
        reckoning: Vec::new(),
    }
}

/// A hijack of an account: these machines were made in it.
pub(crate) fn hijack(provider: Provider, account: &str, machines: &[&str]) -> Judgement {
    let mut judgement = crate::store::case(1, 0.99, 96.0);
    let case = &mut judgement.case;
    let id = Account { provider, id: account.to_string() };
    (case.id, case.provider, case.account) = (id.to_string(), provider, account.to_string());
    (case.first_observed, case.last_observed) = (at(0), at(3600));
    case.resources = machines.iter().map(|id| resource(id)).collect();
    let mut hijack = finding("hijack_sequence", Group::ControlPlane, account);
    hijack.evidence.insert("principals".into(), json!([HIJACKER]));
    hijack.evidence.insert("routine".into(), false.into());
    // Machines are made within the hijack.
    hijack.span.first = at(-700);
    let contacts = machines.iter().map(|id| finding("pool_contact", Group::Network, id));
    case.findings = contacts.chain([hijack]).collect();
    let days = [("2026-03-31", 96.0), ("2026-04-01", 96.0)];
    case.details = Details {
        deeds: vec![deed(-600, Action::CreateCompute, "RunInstances", machines)],
        charges: vec![Charge {
            resource: machines.first().copied().unwrap_or_default().to_string(),
            currency: "USD".to_string(),
            estimated: false,
            refunded: None,
            since: at(-600),
            days: days.into_iter().map(|(day, amount)| (day.to_string(), amount)).collect(),
        }],
        ..Details::default()
    };
    judgement
}

pub(crate) fn plan_of(judgement: &Judgement) -> Plan {
    let text = serde_json::to_string(&judgement.case).expect("text");
    plan::of(&Judged::read(&text).expect("a judgement"), NOW)
}

/// A desk's store with one case.
pub(crate) async fn store_with(judgement: &Judgement) -> (Folder, Arc<dyn Store>, i64) {
    let folder = Folder::new();
    let store: Arc<dyn Store> =
        Arc::new(Sqlite::open(&folder.path("desk.db")).await.expect("a store"));
    let case = store.judge(judgement, NOW).await.expect("judged").expect("a case");
    (folder, store, case)
}

//! Made-up creations.

use std::borrow::Cow;

use super::*;
use crate::{
    event::{Caller, Compute, ComputeKind, Resource},
    time::Span,
};

const VM: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm";
const SUBSCRIPTION: &str = "00000000-0000-0000-0000-000000000001";

fn call(action: Action, operation: &'static str, seconds: i64) -> ApiCall<'static> {
    ApiCall {
        account: AccountRef::new(Provider::Azure, SUBSCRIPTION),
        id: Cow::Owned(format!("op-{operation}")),
        time: Time::from_seconds(seconds),
        service: "Microsoft.Compute".into(),
        operation: operation.into(),
        action,
        outcome: CallOutcome::Succeeded,
        caller: Caller {
            principal: "alice".into(),
            kind: CallerKind::Person,
            address: "203.0.113.9".parse().ok(),
            mfa: Some(false),
            ..Caller::default()
        },
        region: "westeurope".into(),
        resources: vec![Resource { instance: Some(VM), ..Resource::default() }],
        compute: Some(Compute::new(ComputeKind::Machine)),
        texts: Vec::new(),
    }
}

fn write(seconds: i64) -> ApiCall<'static> {
    call(Action::CreateCompute, "Microsoft.Compute/virtualMachines/write", seconds)
}

fn seen(calls: &[ApiCall<'_>]) -> Origins {
    let mut origins = Origins::default();
    for (record, call) in calls.iter().enumerate() {
        origins.observe(call, Place::here(record as u64));
    }
    origins
}

fn only(origins: &Origins) -> Option<Created> {
    origins.by_resource(&Resolved::default()).into_values().next()
}

#[test]
fn the_earliest_call_that_worked_made_it() {
    let update = ApiCall { id: "later".into(), ..write(500) };
    let start = call(Action::CreateCompute, "Microsoft.Compute/virtualMachines/start/action", 10);
    let created = only(&seen(&[update, start, write(102), write(100)])).expect("a creation");
    assert_eq!(created.at, Time::from_seconds(100));
    assert_eq!((created.by.as_str(), created.mfa), ("alice", Some(false)));
    let json = serde_json::to_value(&created).expect("JSON");
    assert_eq!(json["network"], "203.0.113.0/24");
    assert_eq!(json["at"], "1970-01-01T00:01:40Z");
    assert_eq!(json["records"][0]["record"], 3);
}

#[test]
fn what_began_and_failed_made_nothing() {
    let end = ApiCall { outcome: CallOutcome::OverQuota, ..write(101) };
    assert_eq!(only(&seen(&[write(100), end.clone()])), None);
    assert_eq!(only(&seen(&[end]).merge(seen(&[write(100)]))), None);
}

#[test]
fn what_was_there_and_was_changed_was_not_made() {
    let there = Compute { is_there: true, ..Compute::new(ComputeKind::Machine) };
    let accepted = ApiCall { compute: Some(there), ..write(101) };
    assert_eq!(only(&seen(&[write(100), accepted.clone()])), None);
    let made = ApiCall { id: "earlier".into(), ..write(50) };
    let created = only(&seen(&[write(100), accepted, made])).expect("a creation");
    assert_eq!(created.at, Time::from_seconds(50));
}

#[test]
fn only_some_operations_make_something() {
    for operation in ["RunInstances", "v1.compute.instances.insert", "CreateFleet", "a/b/write"] {
        assert!(makes(operation), "{operation}");
    }
    for operation in
        ["StartInstances", "v1.compute.instances.start", "a/b/start/action", "SetDesiredCapacity"]
    {
        assert!(!makes(operation), "{operation}");
    }
}

#[test]
fn an_account_is_named_or_its_own() {
    let mut own = call(Action::CreateAccount, "Microsoft.Subscription/aliases/write", 1);
    assert_eq!(accounts_of(&own)[0].id, SUBSCRIPTION);
    let other = "/subscriptions/00000000-0000-0000-0000-000000000002";
    own.resources = vec![Resource { instance: Some(other), ..Resource::default() }];
    assert_eq!(accounts_of(&own)[0].id, "00000000-0000-0000-0000-000000000002");
    assert!(accounts_of(&write(1)).is_empty());
    let mut origins = Origins::default();
    origins.observe_account(&own, Place::here(1));
    origins.observe_account(&own, Place::here(2));
    let moved = call(Action::MoveAccount, "Microsoft.Subscription/changeDirectory/action", 9);
    origins.observe_account(&moved, Place::here(3));
    assert_eq!(origins.account_created().map(|created| created.at.seconds()), Some(1));
    assert_eq!(origins.account_moved().len(), 1);
}

#[test]
fn joining_hangs_on_no_order() {
    let calls: Vec<ApiCall<'_>> = (0..9)
        .map(|at| ApiCall { id: Cow::Owned(format!("op-{}", at % 5)), ..write(100 - at) })
        .collect();
    let part = |calls: &[ApiCall<'_>]| {
        let mut origins = Origins::default();
        calls.iter().for_each(|call| origins.observe(call, Place::here(1)));
        origins.seal(ObjectId([7; 16]));
        origins
    };
    let whole = part(&calls);
    for at in 0..calls.len() {
        let (one, other) = calls.split_at(at);
        assert_eq!(part(one).merge(part(other)), whole);
        assert_eq!(part(other).merge(part(one)).merge(part(other)), whole);
    }
}

#[test]
fn why_it_is_not_known_is_said() {
    let (at, origins) = (Time::from_seconds, Origins::default());
    let mut coverage = Coverage::default();
    assert!(unknown(&origins, &coverage, at(0)).english().starts_with("no audit log"));
    coverage.see(Signal::Call, Span::at(at(10_000)));
    assert_eq!(
        unknown(&origins, &coverage, at(9000)).english(),
        "older than the audit log that was read, which begins 1970-01-01T02:46:40Z"
    );
    assert_eq!(
        unknown(&origins, &coverage, at(90_000)).english(),
        "the audit log does not name it"
    );
    assert_eq!(account_unknown(&coverage).english(), "the audit log does not name it");
}

#[test]
fn a_case_says_who_made_what() {
    use crate::{
        case::Judge,
        event::{AlertKind, AlertState, Event, Level, ProviderAlert},
        fold::{Partial, Plan},
        indicator::IndicatorSet,
        sink::Sink,
        weights::Weights,
    };
    /// 2026-03-01T00:00:00Z: what is read must have a time that a log can have.
    const DAY: i64 = 1_772_323_200;
    let alert = ProviderAlert {
        account: AccountRef::new(Provider::Azure, SUBSCRIPTION),
        product: "defender",
        id: "a1",
        origin: None,
        type_name: "VM_DigitalCurrencyMining",
        title: "mining",
        kind: AlertKind::Mining,
        confidence: Level::High,
        sample: false,
        state: AlertState::Open,
        span: Span::at(Time::from_seconds(DAY + 900)),
        updated: Time::from_seconds(DAY + 900),
        due: None,
        resources: write(0).resources,
        remotes: Vec::new(),
        domains: Vec::new(),
    };
    let alias = call(Action::CreateAccount, "Microsoft.Subscription/aliases/write", DAY + 50);
    let mut partial = Partial::new(std::sync::Arc::new(Plan::default()), None);
    for (record, event) in
        [Event::Call(ApiCall { resources: Vec::new(), ..alias }), Event::Call(write(DAY + 100))]
            .into_iter()
            .chain([Event::Alert(alert)])
            .enumerate()
    {
        partial.event(record as u64 + 1, &event);
    }
    partial.seal(ObjectId([7; 16]));
    let (indicators, weights) = (IndicatorSet::empty(), Weights::embedded());
    let judge = Judge {
        indicators: &indicators,
        weights: &weights,
        without: &[],
        all: false,
        blocks: &Default::default(),
        fleets: &Default::default(),
    };
    let accounts = partial.into_accounts();
    let case = accounts.0.iter().find_map(|(account, state)| judge.judge(account, state));
    let case = case.expect("a case");
    let made = case.resources[0].created.as_ref().expect("a creation");
    assert_eq!(made.place, Place { object: ObjectId([7; 16]), record: 2 });
    assert_eq!(case.resources[0].created_unknown, None);
    assert_eq!(case.account_created.expect("a creation").at, Time::from_seconds(DAY + 50));
}

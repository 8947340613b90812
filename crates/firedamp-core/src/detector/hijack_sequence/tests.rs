//! Days of made-up accounts.

mod days;

use std::borrow::Cow;

use super::*;
use crate::{
    coverage::Coverage,
    detector::State,
    event::{ApiCall, CallOutcome, Caller, CallerKind, Compute, Resource},
    id::{Account, AccountRef, Provider},
    indicator::IndicatorSet,
    lookups::Lookups,
    names::{Names, Resolved},
    time::Time,
    weights::Weights,
};

const THIEF: &str = "arn:aws:iam::111122223333:user/thief";
const PIPELINE: &str = "arn:aws:iam::111122223333:role/pipeline";
const REGIONS: [&str; 6] =
    ["us-east-1", "us-west-2", "eu-west-1", "eu-north-1", "ap-south-1", "sa-east-1"];

/// 2026-03-01T10:00:00Z and some minutes.
fn minute(minutes: i64) -> Time {
    Time::from_seconds(1_772_359_200 + 60 * minutes)
}

fn call(action: Action, minutes: i64) -> ApiCall<'static> {
    ApiCall {
        account: AccountRef::new(Provider::Aws, "111122223333"),
        id: Cow::Owned(format!("{action:?}{minutes}")),
        time: minute(minutes),
        service: "ec2.amazonaws.com".into(),
        operation: Cow::Owned(format!("{action:?}")),
        action,
        outcome: CallOutcome::Succeeded,
        caller: Caller {
            principal: THIEF.into(),
            kind: CallerKind::Person,
            address: "203.0.113.9".parse().ok(),
            ..Caller::default()
        },
        region: "us-east-1".into(),
        resources: Vec::new(),
        compute: None,
        texts: Vec::new(),
    }
}

fn of(call: ApiCall<'static>, principal: &'static str, address: &str) -> ApiCall<'static> {
    let address = address.parse().ok();
    let caller = Caller { principal: principal.into(), address, ..call.caller };
    ApiCall { caller, ..call }
}

fn within(call: ApiCall<'static>, region: &'static str) -> ApiCall<'static> {
    let id = format!("{}{region}", call.id);
    ApiCall { region: region.into(), id: id.into(), ..call }
}

fn machines(minutes: i64, size: &'static str, count: u64) -> ApiCall<'static> {
    let compute = Compute { size: Some(size.into()), count, ..Compute::new(ComputeKind::Machine) };
    let resources = vec![Resource { instance: Some("i-0abc"), ..Resource::default() }];
    ApiCall { compute: Some(compute), resources, ..call(Action::CreateCompute, minutes) }
}

/// Two weeks of ordinary calls before the day: the pipeline's, in one region.
fn past() -> Vec<ApiCall<'static>> {
    let day = |day: i64| of(call(Action::Other, -1440 * day), PIPELINE, "198.51.100.7");
    (1..15).map(day).collect()
}

fn sweep(minutes: i64) -> Vec<ApiCall<'static>> {
    REGIONS.iter().map(|region| within(call(Action::ReadQuota, minutes), region)).collect()
}

/// Probe, make, protect, blind.
fn hijack() -> Vec<ApiCall<'static>> {
    let mut calls = sweep(0);
    let dry = |at| ApiCall { outcome: CallOutcome::DryRun, ..machines(at, "p4d.24xlarge", 1) };
    calls.extend((1..5).map(dry));
    calls.push(call(Action::CreatePrincipal, 6));
    calls.extend(REGIONS.iter().map(|region| within(machines(8, "p4d.24xlarge", 8), region)));
    calls.push(call(Action::Protect, 20));
    calls.push(call(Action::Blind, 30));
    calls
}

fn folded(calls: &[ApiCall<'static>]) -> Calls {
    let mut state = Calls::default();
    for (record, call) in calls.iter().enumerate() {
        let event = Event::Call(call.clone());
        HijackSequence::observe(&mut state, &event, Place::here(record as u64), &Watch::default());
    }
    state
}

fn judged(state: &Calls) -> Vec<Finding> {
    let context = Context {
        account: &Account { provider: Provider::Aws, id: "111122223333".into() },
        bill: &crate::bill::Ledger::default(),
        indicators: &IndicatorSet::empty(),
        weights: &Weights::embedded(),
        lookups: &Lookups::default(),
        names: &Names::default(),
        resources: &Resolved::default(),
        coverage: &Coverage::default(),
        footprints: &Default::default(),
        blocks: &Default::default(),
        fleets: &Default::default(),
    };
    HijackSequence::findings(state, &context)
}

fn llr(calls: &[ApiCall<'static>]) -> f64 {
    judged(&folded(calls)).iter().map(|finding| finding.llr).fold(0.0, f64::max)
}

/// What leaves an account under one in ten.
const QUIET: f64 = 7.0;

#[test]
fn a_full_sequence_is_enough_with_and_without_a_past() {
    assert!(llr(&hijack()) >= 10.1);
    let with_past = [past(), hijack()].concat();
    let findings = judged(&folded(&with_past));
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert!(finding.llr >= 10.1);
    assert_eq!(finding.scope, Scope::Resources(["i-0abc".to_string()].into()));
    assert_eq!(finding.resource, "111122223333");
    for said in [
        "within 30 min arn:aws:iam::111122223333:user/thief: ",
        "read quotas in six regions",
        "tried four calls without effect",
        "asked for 48 large or GPU machines in six regions",
        "protected one fresh resource from removal",
        "removed logs, alerts, budgets or detectors (Blind)",
        "in this order",
    ] {
        assert!(finding.summary.contains(said), "{said} in {}", finding.summary);
    }
    assert!(finding.ongoing && !finding.approximate);
    assert!(finding.places.len() >= 5);
}

#[test]
fn parts_of_it_are_not() {
    let roll_out = |size| {
        let mut calls = past();
        calls.extend([Action::CreatePrincipal, Action::GrantAccess].map(|what| call(what, 1)));
        calls.extend([Action::CreateGround, Action::RaiseQuota].map(|what| call(what, 2)));
        calls.extend(REGIONS[..3].iter().map(|region| within(machines(5, size, 20), region)));
        calls
    };
    // Somebody new rolls GPUs out to three new regions, …
    let gpu = llr(&roll_out("p4d.24xlarge"));
    assert!(gpu < 5.1, "{gpu}");
    // … locks them, …
    let locked = [roll_out("p4d.24xlarge"), vec![call(Action::Protect, 9)]].concat();
    assert!(llr(&locked) < 8.1);
    // … somebody tests what he may do, and somebody only asks.
    assert!(llr(&[past(), sweep(0), vec![machines(4, "t3.micro", 1)]].concat()) < QUIET);
    assert_eq!(llr(&[past(), sweep(0)].concat()), 0.0);
    assert_eq!(llr(&[past(), vec![call(Action::Blind, 1)]].concat()), 0.0);
}

#[test]
fn who_has_long_been_there_counts_half() {
    let mut calls = past();
    calls.extend(hijack().into_iter().map(|call| of(call, PIPELINE, "198.51.100.7")));
    let known = llr(&calls);
    assert!((4.0..QUIET).contains(&known), "{known}");
    // The same keys from elsewhere do not.
    let mut calls = past();
    calls.extend(hijack().into_iter().map(|call| of(call, PIPELINE, "203.0.113.9")));
    assert!(llr(&calls) >= 10.1);
}

#[test]
fn what_three_people_do_is_no_sequence() {
    let mut calls: Vec<ApiCall<'_>> =
        sweep(0).into_iter().map(|call| of(call, "auditor", "198.51.100.1")).collect();
    calls.extend((1..6).map(|at| of(call(Action::Protect, at), "platform", "198.51.100.2")));
    calls.extend((1..9).map(|at| of(machines(at, "p4d.24xlarge", 9), "science", "198.51.100.3")));
    assert!(llr(&calls) < QUIET);
    // Nor is it from one address that many share.
    let names = ["auditor", "platform", "science", "sales", "support"];
    let from_one = |call: ApiCall<'static>| {
        let name = names.into_iter().find(|name| *name == call.caller.principal);
        of(call, name.unwrap_or("support"), "198.51.100.1")
    };
    let mut shared: Vec<ApiCall<'_>> = calls.into_iter().map(from_one).collect();
    shared.extend(
        ["sales", "support"].map(|name| of(call(Action::CreateGround, 3), name, "198.51.100.1")),
    );
    shared.iter_mut().enumerate().for_each(|(at, call)| call.id = Cow::Owned(format!("c{at}")));
    assert!(llr(&shared) < QUIET);
    // Without names, an address makes them one.
    let one = |call| of(call, "", "203.0.113.9");
    let mut calls: Vec<ApiCall<'_>> = hijack().into_iter().map(one).collect();
    calls.extend(sweep(1));
    assert!(llr(&calls) >= 10.1);
}

#[test]
fn a_principal_made_on_the_way_belongs_to_its_maker() {
    let mut calls = past();
    let (made, rest): (Vec<_>, Vec<_>) =
        hijack().into_iter().partition(|call| call.time < minute(8));
    calls.extend(made);
    calls.extend(rest.into_iter().map(|call| of(call, "role/fresh", "192.0.2.7")));
    assert!(llr(&calls) >= 10.1);
}

#[test]
fn start_and_end_of_one_operation_count_once() {
    let twice = |outcome| {
        let start = machines(0, "Standard_NC24ads_A100_v4", 6);
        let compute = Some(Compute::new(ComputeKind::Machine));
        let end = ApiCall { time: minute(1), outcome, compute, ..start.clone() };
        let seen = |calls: &[&ApiCall<'_>]| {
            let mut state = Calls::default();
            calls.iter().for_each(|call| state.see(call, Place::here(1)));
            state
        };
        let state = seen(&[&start, &end]);
        assert_eq!(state, seen(&[&end, &start, &end]), "any order, any number of times");
        let steps = state.steps();
        assert_eq!(steps.len(), 1);
        let (step, _) = steps.into_values().next().expect("a step");
        (step.count(), step.is_large(), step.outcome(), step.time())
    };
    let succeeded = CallOutcome::Succeeded;
    assert_eq!(twice(succeeded), (6, true, succeeded, minute(0)));
    assert_eq!(twice(CallOutcome::OverQuota).2, CallOutcome::OverQuota);
}

#[test]
fn one_step_a_day_is_missed() {
    let mut calls = past();
    for (day, call) in hijack().into_iter().enumerate() {
        let time = call.time.plus_seconds(86_400 * day as i64);
        calls.push(ApiCall { time, ..call });
    }
    assert!(llr(&calls) < QUIET);
}

#[test]
fn any_split_joins_to_the_same_and_joining_again_changes_nothing() {
    let calls = [past(), hijack()].concat();
    let whole = folded(&calls);
    for at in 0..calls.len() {
        let (one, other) = calls.split_at(at);
        let part = |calls, record| {
            let mut state = folded(calls);
            // Places of the second half begin where those of the first end.
            let lanes = state.steps.values_mut().flat_map(crate::sketch::Sample::values_mut);
            lanes.for_each(|step: &mut calls::Step| step.first.1.record += record);
            state
        };
        let joined = part(one, 0).merge(part(other, at as u64));
        assert_eq!(joined, whole);
        assert_eq!(joined.clone().merge(part(one, 0)), whole);
    }
    assert_eq!(Calls::default().merge(whole.clone()), whole);
}

#[test]
fn a_flood_of_principals_is_bounded_and_said_to_be() {
    let mut state = folded(&[past(), hijack()].concat());
    for number in 0..20_000_i64 {
        let principal = format!("arn:aws:iam::111122223333:user/u{number}");
        let mut call = call(Action::CreatePrincipal, number % 600);
        call.id = Cow::Owned(format!("flood{number}"));
        call.caller.principal = Cow::Owned(principal);
        call.caller.address = None;
        state.see(&call, Place::here(1));
    }
    assert!(state.is_approximate());
    assert!(postcard::to_stdvec(&state).expect("bytes").len() < 2_000_000);
    let findings = judged(&state);
    assert!(findings.iter().any(|finding| finding.llr >= 10.1 && finding.approximate));
}

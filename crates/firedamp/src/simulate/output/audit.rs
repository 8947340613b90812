//! The control plane: ordinary calls from two weeks before on, the making of machines, and what
//! somebody does who takes an account over for its machines.

mod wording;

use firedamp_core::{id::Provider, time::Time};

use crate::simulate::{
    dice::Dice,
    estate::{Estate, Host, regions},
    scenario::{Plan, Scenario},
};

/// What a call does; each cloud has its own word for it.
enum Deed {
    /// Looks at machines.
    Look,
    /// Asks what quota a region has.
    ReadQuota,
    /// Asks for more.
    RaiseQuota,
    /// Gives itself rights.
    Rise,
    /// Makes the host of this number.
    Make(usize),
    /// Makes a function, or what else runs programs without a machine.
    MakeFunction,
    /// Protects the host of this number from removal.
    Protect(usize),
}

/// One call.
struct Call {
    /// Epoch seconds.
    second: i64,
    deed: Deed,
    region: &'static str,
    caller: Caller,
    number: usize,
}

/// Who calls.
#[derive(Clone, Copy, PartialEq)]
enum Caller {
    /// Those whose account it is, as they always did.
    Own,
    /// Their new pipeline, from a new network.
    New,
    /// Who has their keys.
    Intruder,
}

const HOUR: i64 = 3600;
/// Ordinary calls begin so long before the window: who is new is known after a week only.
const BEFORE_SECONDS: i64 = 14 * 24 * HOUR;
/// Seconds between them, on average, before the window and in it.
const CALL_GAPS: (f64, f64) = (3.0 * 3600.0, 2400.0);
/// From the first look at quotas to the first machine.
const LEAD_SECONDS: i64 = 8 * 60;

/// The account's log.
pub(super) fn calls(plan: &Plan, estate: &Estate) -> Vec<u8> {
    let mut calls = ordinary(estate);
    let hijacked = plan.scenario == Scenario::HijackedSubscription;
    let team = team(plan, estate);
    let made = |host: &Host| host.born >= 0.0 && !host.machine.serverless;
    for (host, one) in estate.hosts.iter().enumerate().filter(|(_, host)| made(host)) {
        let second = estate.window.start + one.born as i64;
        let caller = if hijacked && one.mines { Caller::Intruder } else { team };
        calls.push(call(second, Deed::Make(host), one.region, caller));
        if caller == Caller::Intruder || plan.scenario == Scenario::RollOut {
            calls.push(call(second + 40, Deed::Protect(host), one.region, caller));
        }
    }
    if plan.scenario == Scenario::RollOut {
        // Whoever rolls out asks where it goes, not everywhere.
        let abroad = regions(estate.provider).get(1..).unwrap_or_default();
        calls.extend(room(abroad, first_made(estate) - LEAD_SECONDS, team));
    }
    if plan.scenario == Scenario::ServerlessSpread {
        calls.extend(spread(estate));
    }
    if hijacked {
        let born = estate.hosts.iter().filter(|host| host.mines).map(|host| host.born as i64).min();
        calls.extend(intrusion(estate, estate.window.start + born.unwrap_or(0) - LEAD_SECONDS));
    }
    calls.sort_by_key(|call| call.second);
    calls.iter_mut().enumerate().for_each(|(number, call)| call.number = number);
    document(estate, &calls)
}

const fn call(second: i64, deed: Deed, region: &'static str, caller: Caller) -> Call {
    Call { second, deed, region, caller, number: 0 }
}

/// Who makes an account's own machines: of what is new every other time somebody new.
fn team(plan: &Plan, estate: &Estate) -> Caller {
    let may_be_new = matches!(plan.scenario, Scenario::NewTraining | Scenario::RollOut);
    if may_be_new && estate.dice("team", 0).chance(0.5) { Caller::New } else { Caller::Own }
}

/// When the first machine of the window was made, epoch seconds.
fn first_made(estate: &Estate) -> i64 {
    let born = estate.hosts.iter().filter(|host| host.born >= 0.0).map(|host| host.born as i64);
    estate.window.start + born.min().unwrap_or(0)
}

/// What an account's people and tools ask all day.
fn ordinary(estate: &Estate) -> Vec<Call> {
    let mut dice: Dice = estate.dice("calls", 0);
    let home = regions(estate.provider).first().copied().unwrap_or_default();
    let end = estate.window.seconds();
    let mut at = -(BEFORE_SECONDS as f64);
    let mut calls = Vec::new();
    while at < end {
        calls.push(call(estate.window.start + at as i64, Deed::Look, home, Caller::Own));
        at += dice.gap(if at < 0.0 { CALL_GAPS.0 } else { CALL_GAPS.1 });
    }
    calls
}

/// Rights, then quotas in every region, then more of them.
fn intrusion(estate: &Estate, begin: i64) -> Vec<Call> {
    let home = regions(estate.provider).first().copied().unwrap_or_default();
    let mut calls = vec![call(begin, Deed::Rise, home, Caller::Intruder)];
    calls.extend(room(regions(estate.provider), begin, Caller::Intruder));
    calls
}

/// Quotas in each of these regions, then more of them.
fn room(regions: &[&'static str], begin: i64, caller: Caller) -> Vec<Call> {
    let mut calls = Vec::new();
    for (index, region) in (1..).zip(regions) {
        calls.push(call(begin + 30 + index * 7, Deed::ReadQuota, region, caller));
        calls.push(call(begin + 120 + index * 11, Deed::RaiseQuota, region, caller));
    }
    calls
}

/// Rights, then functions in every region (the campaign of 2023 that avoided machines altogether).
fn spread(estate: &Estate) -> Vec<Call> {
    let functions = || estate.hosts.iter().filter(|host| host.mines);
    let born = functions().map(|host| host.born as i64).min().unwrap_or(0);
    let begin = estate.window.start + born - LEAD_SECONDS;
    let home = regions(estate.provider).first().copied().unwrap_or_default();
    let mut calls = vec![call(begin, Deed::Rise, home, Caller::Intruder)];
    for (index, region) in (1..).zip(regions(estate.provider)) {
        if functions().any(|host| host.region == *region) {
            calls.push(call(begin + 60 + index * 30, Deed::MakeFunction, region, Caller::Intruder));
        }
    }
    calls
}

fn document(estate: &Estate, calls: &[Call]) -> Vec<u8> {
    let records: Vec<String> = calls.iter().map(|call| record(estate, call)).collect();
    match estate.provider {
        Provider::Aws => format!("{{\"Records\":[{}]}}\n", records.join(",\n")).into_bytes(),
        _ => (records.join("\n") + "\n").into_bytes(),
    }
}

fn record(estate: &Estate, call: &Call) -> String {
    let time = Time::from_seconds(call.second);
    match estate.provider {
        Provider::Azure => wording::azure(estate, call, time),
        Provider::Gcp => wording::gcp(estate, call, time),
        _ => wording::aws(estate, call, time),
    }
}

//! What the clouds' own detectors say: Amazon `GuardDuty`, Security Command Center, Defender for Cloud
//! and Partner Center.
//!
//! No cloud publishes how often it is right or late. What is known: each goes by lists of names and
//! addresses, or by memory of known programs. The one share that was measured is that of a list: of
//! three endpoints of miners seen in January 2026 one was on any list (`detection.md`, section 4). So
//! one pool in three is known to a cloud, and so is the program of one account in three; a pool or
//! proxy of the attacker's own never is. An alert that comes after the window is not there yet.

mod aws;
mod azure;
mod gcp;

use std::{collections::BTreeMap, net::Ipv4Addr};

use firedamp_core::{id::Provider, time::Time};

use crate::simulate::{
    coin::Coin,
    dice::mixed,
    estate::{Estate, Host},
};

/// Of so many pools and programs one is known to a cloud.
const KNOWN_ONE_IN: u64 = 3;

/// What a cloud saw of a host.
struct Sight<'a> {
    host: &'a Host,
    number: usize,
    /// When first, in seconds of the window.
    second: f64,
    /// The pool's name, where the host asked for it.
    name: Option<&'static str>,
    remote: Ipv4Addr,
    port: u16,
}

/// The files of alerts, by name.
pub(super) fn files(estate: &Estate) -> Vec<(&'static str, Vec<u8>)> {
    let known = known(estate);
    let sights = sights(estate, &known);
    match estate.provider {
        Provider::Azure => vec![
            ("defender.jsonl", azure::defender(estate, &sights)),
            ("fraud-events.json", azure::fraud_events(estate, &sights)),
        ],
        Provider::Gcp => vec![("scc.jsonl", gcp::findings(estate, &sights))],
        _ => vec![("guardduty.jsonl", aws::findings(estate, &sights))],
    }
}

/// The first time that each host asked for a pool that this cloud knows; of hosts that asked for none,
/// the first time that it talked to one.
fn sights<'a>(estate: &'a Estate, known: &'a Known) -> Vec<Sight<'a>> {
    let mut by_name: Vec<Sight<'_>> = asked(estate, known).collect();
    let mut by_address: Vec<Sight<'_>> = talked(estate, known).collect();
    for sights in [&mut by_name, &mut by_address] {
        sights.sort_by(|one, other| one.second.total_cmp(&other.second));
    }
    let mut first = BTreeMap::new();
    for sight in by_name.into_iter().chain(by_address) {
        first.entry(sight.number).or_insert(sight);
    }
    first.into_values().collect()
}

type Known = BTreeMap<Ipv4Addr, &'static str>;

fn asked<'a>(estate: &'a Estate, known: &'a Known) -> impl Iterator<Item = Sight<'a>> {
    estate.lookups.iter().filter_map(|lookup| {
        let name = known.values().find(|name| **name == lookup.name).copied()?;
        Some(Sight {
            host: estate.hosts.get(lookup.host)?,
            number: lookup.host,
            second: lookup.second,
            name: Some(name),
            remote: lookup.address,
            port: 0,
        })
    })
}

fn talked<'a>(estate: &'a Estate, known: &'a Known) -> impl Iterator<Item = Sight<'a>> {
    let window = estate.window;
    let all = estate.conversations.iter();
    all.filter(|one| known.contains_key(&one.remote)).filter_map(move |one| {
        Some(Sight {
            host: estate.hosts.get(one.host)?,
            number: one.host,
            second: (window.begin(one.first) - window.start) as f64,
            name: None,
            remote: one.remote,
            port: one.remote_port,
        })
    })
}

/// The pools that this cloud knows, by address: a third of each coin's.
fn known(estate: &Estate) -> Known {
    let mut known = Known::new();
    for coin in Coin::ALL {
        let mut names: Vec<&'static str> = coin.pools().iter().map(|(name, ..)| *name).collect();
        let purpose = |name: &str| format!("known to {}: {name}", estate.provider.id());
        names.sort_by_key(|name| mixed(estate.seed, &purpose(name), &[]));
        names.truncate(names.len().div_ceil(KNOWN_ONE_IN as usize));
        known.extend(names.into_iter().map(|name| (estate.pool(name), name)));
    }
    known
}

/// When an alert is there, so long after what it speaks of; nothing where that is after the window.
fn told(estate: &Estate, second: f64, delay_seconds: i64) -> Option<(Time, Time)> {
    let seen = estate.window.start + second as i64;
    let end = estate.window.start + estate.window.seconds() as i64;
    (seen + delay_seconds <= end)
        .then(|| (Time::from_seconds(seen), Time::from_seconds(seen + delay_seconds)))
}

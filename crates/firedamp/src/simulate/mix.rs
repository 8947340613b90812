//! The mix that detectors are measured by.

use firedamp_core::id::Provider;

use super::{
    coin::Coin,
    evasion::Evasion,
    scenario::{Plan, Scenario},
};

/// The clouds that are made up.
pub const CLOUDS: [Provider; 3] = [Provider::Aws, Provider::Azure, Provider::Gcp];

/// Pairs of evasions that go together in the wild.
const PAIRS: [[Evasion; 2]; 6] = [
    [Evasion::Unlisted, Evasion::Delay30s],
    [Evasion::DirectIp, Evasion::Padding2k],
    [Evasion::Doh, Evasion::Padding20k],
    [Evasion::ManySmall, Evasion::Delay60s],
    [Evasion::Renamed, Evasion::ConfigFile],
    [Evasion::ConfigFile, Evasion::HalfCores],
];

/// The fixed mix: in each cloud, every way of mining once for each coin without an evasion, then for
/// Monero with each evasion that fits and with six pairs of them; and `rounds` accounts of every
/// innocent. Two hosts mine; what may be one alone is there a second time with one. Of innocents there
/// are one to three in turn.
#[must_use]
pub fn mix(rounds: usize) -> Vec<Plan> {
    let mut plans = Vec::new();
    for cloud in CLOUDS {
        for scenario in Scenario::ALL.iter().copied() {
            if scenario.mines() {
                plans.extend(miners(scenario, cloud));
            } else {
                plans.extend((0..rounds).map(|round| innocent(scenario, cloud, 1 + round % 3)));
            }
        }
    }
    plans
}

fn miners(scenario: Scenario, cloud: Provider) -> Vec<Plan> {
    let alone = matches!(
        scenario,
        Scenario::Plain
            | Scenario::Tls
            | Scenario::OwnProxy
            | Scenario::Throttled
            | Scenario::ExistingHost
    );
    let hosts: &[usize] = if alone { &[1, 2] } else { &[2] };
    hosts.iter().flat_map(|hosts| miners_on(scenario, cloud, *hosts)).collect()
}

fn miners_on(scenario: Scenario, cloud: Provider, hosts: usize) -> impl Iterator<Item = Plan> {
    let plan = move |coin: Coin, evasions: Vec<Evasion>| Plan {
        scenario,
        cloud,
        evasions,
        coin: Some(coin),
        hosts,
    };
    let coins = Coin::ALL.iter().map(move |coin| plan(*coin, Vec::new()));
    let fits = move |evasion: &Evasion| scenario.fits(*evasion);
    let single = Evasion::ALL.iter().copied().filter(fits);
    let single = single.map(move |evasion| plan(Coin::Xmr, vec![evasion]));
    let pairs = PAIRS.into_iter().filter(move |pair| pair.iter().all(fits));
    coins.chain(single).chain(pairs.map(move |pair| plan(Coin::Xmr, pair.to_vec())))
}

const fn innocent(scenario: Scenario, cloud: Provider, hosts: usize) -> Plan {
    Plan { scenario, cloud, evasions: Vec::new(), coin: None, hosts }
}

//! Made-up worlds: accounts in several clouds whose miners and innocents are known beforehand.
//!
//! Everything follows from a seed: what an account does is drawn, the packets of each of its
//! conversations are counted by the flow log's windows, and the counts are written as the cloud
//! would write them. Nothing here mines, speaks to anybody or looks at a clock. Addresses outside
//! are from 198.18.0.0/15, which is kept for measurements.

mod captures;
mod coin;
mod dice;
mod estate;
mod evasion;
mod fleet;
mod habit;
mod innocent;
mod load;
mod miner;
mod mix;
mod output;
mod program;
mod scenario;
mod traffic;
pub mod truth;
mod world;

use std::sync::Arc;

use firedamp_core::{id::Provider, time::Time};

pub use captures::Captures;
pub use coin::{Coin, blocks};
pub use evasion::Evasion;
pub use mix::{CLOUDS, mix};
pub use output::format_of;
pub use scenario::{Plan, Scenario};
use traffic::Window;
pub use truth::Truth;
pub use world::{write, write_and_tell};

use estate::{Estate, Host};
use fleet::Mined;

/// Which logs are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Signals {
    /// Flow logs.
    pub flows: bool,
    /// The resolver's logs.
    pub dns: bool,
    /// Calls of the control plane.
    pub audit: bool,
    /// The bill.
    pub bill: bool,
    /// Alerts of the cloud's own detectors.
    pub alerts: bool,
    /// Programs that were started, by sensors on machines.
    pub runtime: bool,
    /// How hard machines worked.
    pub metrics: bool,
    /// Which network card is which machine's.
    pub inventory: bool,
}

/// What is the same for all accounts of a world.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What chance begins with.
    pub seed: u64,
    /// When the window begins.
    pub start: Time,
    /// How long it is.
    pub hours: u32,
    /// Seconds that a flow record counts: 60, 300 or 600.
    pub record_seconds: u32,
    /// Which logs are written.
    pub signals: Signals,
    /// Real minutes to replay where one host mines Monero.
    pub miner_minutes: Option<Arc<Captures>>,
}

impl Signals {
    /// Every log.
    pub const ALL: Self = Self {
        flows: true,
        dns: true,
        audit: true,
        bill: true,
        alerts: true,
        runtime: true,
        metrics: true,
        inventory: true,
    };
    /// No log.
    pub const NONE: Self = Self {
        flows: false,
        dns: false,
        audit: false,
        bill: false,
        alerts: false,
        runtime: false,
        metrics: false,
        inventory: false,
    };
}

impl Settings {
    fn window(&self) -> Window {
        let step = self.record_seconds.max(1);
        Window {
            start: self.start.seconds(),
            bins: (self.hours as usize * 3600) / step as usize,
            step,
        }
    }
}

/// The most ordinary hosts beside those that a scenario tells of.
const ORDINARY_HOSTS: (u32, u32) = (2, 5);

/// One account: its files (path below the world's folder, and content), and what is true of it. The
/// same settings, plan and number give the same bytes.
#[must_use]
pub fn account(settings: &Settings, plan: &Plan, number: u32) -> (Vec<(String, Vec<u8>)>, Truth) {
    let mut estate = Estate::new(settings.seed, number, plan.cloud, settings.window());
    let count = estate.dice("size", 0).whole(ORDINARY_HOSTS.0, ORDINARY_HOSTS.1);
    let ordinary = innocent::settle(&mut estate, count as usize);
    innocent::ordinary(&mut estate, &ordinary);
    let mined = if plan.scenario.mines() {
        Some(fleet::mine(&mut estate, plan, settings.miner_minutes.as_deref()))
    } else {
        let hosts = innocent::staff(&mut estate, plan.scenario, plan.hosts.max(1));
        hosts.iter().for_each(|host| innocent::work(&mut estate, plan.scenario, *host));
        None
    };
    (0..estate.hosts.len()).for_each(|host| innocent::background(&mut estate, host));
    (output::files(settings, plan, &estate), told(settings, plan, &estate, mined.as_ref()))
}

/// What is true of an account.
fn told(settings: &Settings, plan: &Plan, estate: &Estate, mined: Option<&Mined>) -> Truth {
    let mines = plan.scenario.mines();
    let mut evasions: Vec<String> =
        plan.evasions.iter().map(|evasion| evasion.id().to_owned()).collect();
    evasions.sort();
    let lived = |host: usize| {
        let (from, to) = estate.life(host);
        (to - from).max(0.0) / 86_400.0
    };
    let mining = || estate.hosts.iter().filter(|host| host.mines);
    Truth {
        account: format!("{}:{}", estate.provider.id(), estate.id),
        scenario: plan.scenario.id().to_owned(),
        mines,
        evasions,
        coin: mines.then(|| plan.coin.unwrap_or(Coin::Xmr).id().to_owned()),
        seed: settings.seed,
        replayed: mined.is_some_and(|mined| mined.replayed),
        resources: estate.hosts.len(),
        resource_days: (0..estate.hosts.len()).map(lived).sum(),
        mining_resources: mining().map(|host| told_name(settings, plan, host)).collect(),
        mining_since: mined.map(|mined| settings.start.plus_seconds(mined.since as i64)),
        dollars_per_hour: mined.map_or(0.0, |mined| dollars_per_hour(estate, mined.since)),
    }
}

/// What mining costs on average from its begin to the end of its last host.
fn dollars_per_hour(estate: &Estate, since: f64) -> f64 {
    let mining = || estate.hosts.iter().filter(|host| host.mines);
    let end = estate.window.seconds();
    let until = mining().map(|host| host.died.min(end)).fold(since, f64::max);
    let lived = |host: &Host| (host.died.min(end) - host.born.max(since)).max(0.0);
    let spent: f64 = mining().map(|host| lived(host) * host.machine.dollars).sum();
    if until > since { spent / (until - since) } else { 0.0 }
}

/// The name by which a host is known: Google's logs have the machine's; Amazon's and Azure's flow
/// logs have the network card's, in cases in lower case.
fn told_name(settings: &Settings, plan: &Plan, host: &Host) -> String {
    if plan.cloud == Provider::Gcp || !settings.signals.flows {
        host.name.clone()
    } else {
        host.card.to_ascii_lowercase()
    }
}

#[cfg(test)]
mod tests;

//! Made-up worlds: accounts in several clouds whose miners and innocents are known beforehand.
//!
//! Everything follows from a seed: what an account does is drawn, the packets of each of its
//! conversations are counted by the flow log's windows, and the counts are written as the cloud
//! would write them. Nothing here mines, speaks to anybody or looks at a clock. Addresses outside
//! are from 198.18.0.0/15, which is kept for measurements.

mod coin;
mod dice;
mod estate;
mod evasion;
mod fleet;
mod habit;
mod innocent;
mod miner;
mod output;
mod scenario;
mod traffic;
pub mod truth;

use firedamp_core::time::Time;

pub use coin::{Coin, blocks};
pub use evasion::Evasion;
pub use scenario::{Plan, Scenario};
use traffic::Window;
pub use truth::Truth;

use estate::Estate;

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
    let since = if plan.scenario.mines() {
        Some(fleet::mine(&mut estate, plan))
    } else {
        let hosts = innocent::settle(&mut estate, plan.hosts.max(1));
        hosts.iter().for_each(|host| innocent::work(&mut estate, plan.scenario, *host));
        None
    };
    (0..estate.hosts.len()).for_each(|host| innocent::background(&mut estate, host));
    (output::files(settings, plan, &estate), told(settings, plan, &estate, since))
}

/// What is true of an account.
fn told(settings: &Settings, plan: &Plan, estate: &Estate, since: Option<f64>) -> Truth {
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
        replayed: false,
        resources: estate.hosts.len(),
        resource_days: (0..estate.hosts.len()).map(lived).sum(),
        mining_resources: mining().map(|host| host.card.clone()).collect(),
        mining_since: since.map(|second| settings.start.plus_seconds(second as i64)),
        dollars_per_hour: mining().map(|host| host.machine.dollars).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            seed: 7,
            start: Time::from_seconds(1_772_409_600),
            hours: 3,
            record_seconds: 60,
            signals: Signals { flows: true, dns: true, audit: true, bill: true, alerts: true },
        }
    }

    #[test]
    fn a_plain_miner() {
        let plan = Plan {
            scenario: Scenario::Plain,
            cloud: firedamp_core::id::Provider::Aws,
            evasions: Vec::new(),
            coin: None,
            hosts: 2,
        };
        let (files, truth) = account(&settings(), &plan, 1);
        assert_eq!(account(&settings(), &plan, 1).0, files);
        println!("{truth:?}");
        println!("{}", String::from_utf8_lossy(&files[0].1).lines().count());
        for line in String::from_utf8_lossy(&files[0].1).lines().skip(9000).take(60) {
            println!("{line}");
        }
    }
}

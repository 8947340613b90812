//! The ways of mining: which hosts mine when, and along which route.

use std::net::Ipv4Addr;

use firedamp_core::id::Provider;

use super::{
    captures::Captures,
    coin::{self, Coin},
    dice::Dice,
    estate::{Estate, FUNCTION, Machine, machines},
    evasion::{self, Evasion},
    innocent,
    load::Mining,
    miner::{self, Route, Work},
    program::{self, Manner},
    scenario::{Plan, Scenario},
    traffic::Carrier,
};

/// Hosts of a fleet for each one that the plan asks for.
const BURST_FACTOR: usize = 6;
const HIJACK_FACTOR: usize = 3;
/// So many of so many pools know `keepalived`.
const KEEPALIVE_POOLS: (u64, u64) = (2, 3);
const SMALL_FACTOR: usize = 4;
/// The port of a proxy inside the network (xmrig-proxy's).
const PROXY_PORT: u16 = 3333;
const HOUR: f64 = 3600.0;

/// One account's mining: what all of its miners share.
struct Fleet<'a> {
    plan: &'a Plan,
    coin: Coin,
    jobs: Vec<(f64, u32)>,
    keepalive: bool,
    route: Route,
    machine: Machine,
    dice: Dice,
    count: usize,
    start: f64,
    manner: Manner,
    /// Percent of the processors that the miner takes.
    percent: f64,
    /// Minutes to replay, where that can be done honestly.
    captures: Option<&'a Captures>,
}

/// What a fleet did.
pub(super) struct Mined {
    /// When mining began, in seconds of the window.
    pub(super) since: f64,
    /// Whether a real miner's minutes were replayed.
    pub(super) replayed: bool,
}

/// Lets the hosts of a plan mine.
pub(super) fn mine(estate: &mut Estate, plan: &Plan, captures: Option<&Captures>) -> Mined {
    let mut fleet = Fleet::new(estate, plan, captures);
    let end = estate.window.seconds();
    let whole = (fleet.start, end);
    match plan.scenario {
        Scenario::InnerProxy => fleet.behind_proxy(estate),
        Scenario::SpotFleet => fleet.in_turns(estate, (20.0 * 60.0, 55.0 * 60.0), 1),
        Scenario::ServerlessSpread => fleet.in_turns(estate, (5.0 * 60.0, 15.0 * 60.0), 4),
        Scenario::BurstFleet => {
            let until = end.min(fleet.start + fleet.dice.between(3.0, 6.0) * HOUR);
            fleet.at_once(estate, (fleet.start, until));
        }
        Scenario::ExistingHost => fleet.beside_work(estate),
        _ => fleet.at_once(estate, whole),
    }
    Mined { since: fleet.start, replayed: fleet.captures.is_some() }
}

impl<'a> Fleet<'a> {
    fn new(estate: &Estate, plan: &'a Plan, captures: Option<&'a Captures>) -> Self {
        let mut dice = estate.dice("fleet", 0);
        let coin = plan.coin.unwrap_or(Coin::Xmr);
        let (pool, route) = route(estate, plan, coin, &mut dice);
        let [_, large, small] = machines(estate.provider);
        let many = plan.evasions.contains(&Evasion::ManySmall);
        let factor = match plan.scenario {
            Scenario::BurstFleet => BURST_FACTOR,
            Scenario::HijackedSubscription => HIJACK_FACTOR,
            _ => 1,
        };
        Self {
            plan,
            coin,
            keepalive: coin == Coin::Xmr && pool % KEEPALIVE_POOLS.1 < KEEPALIVE_POOLS.0,
            jobs: coin::jobs(estate.seed, estate.window, coin, pool),
            route,
            machine: match plan.scenario {
                Scenario::ServerlessSpread => FUNCTION,
                _ if many => small,
                _ => large,
            },
            count: plan.hosts.max(1) * factor * if many { SMALL_FACTOR } else { 1 },
            start: dice.between(0.0, (estate.window.seconds() / 6.0).min(2.0 * HOUR)),
            manner: program::manner(plan, &mut estate.dice("manner", 0)),
            percent: percent(estate, plan, coin),
            dice,
            captures: captures.filter(|_| can_replay(plan)),
        }
    }

    fn work(&mut self) -> Work<'_> {
        let (low, high) = self.coin.speech().share_gap;
        let slow = self.plan.scenario == Scenario::Throttled
            || self.plan.evasions.contains(&Evasion::ManySmall);
        let share_gap = self.dice.scaled(low, high);
        Work {
            coin: self.coin,
            jobs: &self.jobs,
            share_gap: if slow { share_gap * 4.0 } else { share_gap },
            keepalive: self.keepalive,
            delay: evasion::delay(&self.plan.evasions),
            padding: evasion::padding(&self.plan.evasions),
        }
    }

    /// A new host that mines all its life.
    fn host(&mut self, estate: &mut Estate, region: usize, life: (f64, f64)) -> usize {
        let host = estate.add_host(self.machine, region, life);
        if let Some(host) = estate.hosts.get_mut(host) {
            host.mines = true;
        }
        host
    }

    fn at_once(&mut self, estate: &mut Estate, (from, until): (f64, f64)) {
        // Whoever takes a subscription over makes machines where there is room.
        let regions = if self.plan.scenario == Scenario::HijackedSubscription { 3 } else { 1 };
        for place in 0..self.count {
            let boot = self.dice.between(20.0, 120.0);
            let host = self.host(estate, place % regions, (from, until));
            self.run(estate, host, (from + boot, until));
        }
    }

    /// Lets one host mine along the fleet's route.
    fn run(&mut self, estate: &mut Estate, host: usize, life: (f64, f64)) {
        let (route, captures) = (self.route.clone(), self.captures);
        self.show(estate, host, &route, life);
        let work = self.work();
        match captures {
            Some(captures) => miner::replay(estate, host, captures, &work, &route, life),
            None => miner::mine(estate, host, &work, &route, life),
        }
    }

    /// What a sensor and the cloud's metrics can see of mining on a host.
    fn show(&self, estate: &mut Estate, host: usize, route: &Route, (from, until): (f64, f64)) {
        let serverless = estate.hosts.get(host).is_some_and(|host| host.machine.serverless);
        if !serverless {
            let told = (route.told.as_str(), route.tls);
            program::mine(estate, host, (from - 5.0).max(0.0), (self.coin, self.manner), told);
        }
        if let Some(host) = estate.hosts.get_mut(host) {
            host.mining = Some(Mining { from, until, percent: self.percent });
        }
    }

    /// Hosts that live for a while only, one after the other in each of the places.
    fn in_turns(&mut self, estate: &mut Estate, (low, high): (f64, f64), regions: usize) {
        let end = estate.window.seconds();
        for place in 0..self.count * regions {
            let mut from = self.start + self.dice.between(0.0, 120.0);
            while from < end {
                let until = end.min(from + self.dice.between(low, high));
                let host = self.host(estate, place % regions, (from, until));
                let boot = self.dice.between(10.0, 40.0);
                self.run(estate, host, (from + boot, until));
                from = until + self.dice.between(60.0, 300.0);
            }
        }
    }

    /// A web server that was there before, and works on.
    fn beside_work(&mut self, estate: &mut Estate) {
        let [ordinary, ..] = machines(estate.provider);
        self.machine = ordinary;
        let end = estate.window.seconds();
        for _ in 0..self.count {
            let host = self.host(estate, 0, (-1.0, end));
            innocent::work(estate, Scenario::WebServer, host);
            self.run(estate, host, (self.start, end));
        }
    }

    /// A proxy reckons nothing; its program is as hidden as the miners'.
    fn show_proxy(&self, estate: &mut Estate, host: usize, route: &Route) {
        let manner = Manner { from_file: true, ..self.manner };
        let told = (route.told.as_str(), route.tls);
        program::mine(estate, host, self.start, (self.coin, manner), told);
    }

    /// Several workers, one proxy, one connection to the pool.
    fn behind_proxy(&mut self, estate: &mut Estate) {
        let end = estate.window.seconds();
        let outer = self.route.clone();
        let proxy = self.host(estate, 0, (self.start, end));
        let start = self.start;
        self.show_proxy(estate, proxy, &outer);
        miner::mine(estate, proxy, &self.work(), &outer, (start + 20.0, end));
        let inner = Route {
            name: None,
            remote: (estate.address(proxy), PROXY_PORT),
            carrier: Carrier::TCP,
            tls: false,
            told: format!("{}:{PROXY_PORT}", estate.address(proxy)),
            secret_resolver: None,
        };
        for _ in 0..self.count.max(3) {
            let host = self.host(estate, 0, (self.start, end));
            self.show(estate, host, &inner, (start + 40.0, end));
            let work = Work { padding: 0, ..self.work() };
            miner::mine(estate, host, &work, &inner, (start + 40.0, end));
        }
    }
}

/// Percent of the processors that a miner takes. Monero's takes as many cores as the cache has room
/// for, 2 MB each: on Intel's large machines about half of them, unless it is told otherwise.
fn percent(estate: &Estate, plan: &Plan, coin: Coin) -> f64 {
    let halved = plan.evasions.contains(&Evasion::HalfCores);
    if halved || plan.scenario == Scenario::Throttled {
        return 50.0;
    }
    let intel = matches!(estate.provider, Provider::Azure | Provider::Gcp);
    let is_large = !matches!(plan.scenario, Scenario::ExistingHost)
        && !plan.evasions.contains(&Evasion::ManySmall);
    let by_cache = intel && is_large && coin == Coin::Xmr;
    if by_cache && estate.dice("cores", 0).chance(0.5) { 55.0 } else { 98.5 }
}

/// Whether captures can stand for this plan: they are one Monero miner's in clear text. Two of them
/// would have to be synchronous, and minutes cannot be shifted by seconds nor put into cells.
fn can_replay(plan: &Plan) -> bool {
    let alone = matches!(
        plan.scenario,
        Scenario::Plain | Scenario::Tls | Scenario::OwnProxy | Scenario::ExistingHost
    );
    let spoilt = |evasion: &Evasion| {
        evasion::delay(&[*evasion]) > 0.0 || matches!(evasion, Evasion::Tor | Evasion::ManySmall)
    };
    alone
        && plan.hosts <= 1
        && plan.coin.is_none_or(|coin| coin == Coin::Xmr)
        && !plan.evasions.iter().any(spoilt)
}

/// The way to a pool, and which pool it is.
fn route(estate: &Estate, plan: &Plan, coin: Coin, dice: &mut Dice) -> (u64, Route) {
    let pools = coin.pools();
    let chosen = dice.whole(0, pools.len().saturating_sub(1) as u32) as usize;
    let (listed, clear_port, tls_port) = pools.get(chosen).copied().unwrap_or(("", 3333, 443));
    let has = |evasion: Evasion| plan.evasions.contains(&evasion);
    let own_proxy = plan.scenario == Scenario::OwnProxy;
    let tls = own_proxy || plan.scenario == Scenario::Tls;
    let name = if own_proxy {
        format!("static-{}.edge-{}.example", dice.whole(1, 99), estate.number)
    } else if has(Evasion::Unlisted) {
        format!("work-{}.harbour-{}.example", coin.id(), chosen)
    } else {
        listed.to_owned()
    };
    let port = match (own_proxy, tls) {
        (true, _) => 443,
        (false, true) => tls_port,
        (false, false) => clear_port,
    };
    let mut route = Route {
        remote: (estate.pool(&name), port),
        told: format!("{name}:{port}"),
        name: Some(name),
        carrier: Carrier::TCP,
        tls,
        secret_resolver: None,
    };
    hide(estate, plan, &mut route);
    (chosen as u64, route)
}

/// What the evasions do to a route.
fn hide(estate: &Estate, plan: &Plan, route: &mut Route) {
    let has = |evasion: Evasion| plan.evasions.contains(&evasion);
    if has(Evasion::Doh) {
        route.name = None;
        route.secret_resolver = Some(estate.outside("resolver.example"));
    }
    if has(Evasion::DirectIp) {
        route.name = None;
        route.told = format!("{}:{}", route.remote.0, route.remote.1);
    }
    let around =
        |purpose: &str| -> Ipv4Addr { estate.pool(&format!("{purpose}-{}", estate.number)) };
    if has(Evasion::Vpn) {
        route.name = None;
        (route.remote, route.carrier) = ((around("vpn"), 51_820), Carrier::VPN);
    } else if has(Evasion::Tor) {
        route.name = None;
        (route.remote, route.carrier) = ((around("guard"), 9001), Carrier::TOR);
    }
}

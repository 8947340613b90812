//! From all accounts' conversations to those that belong together.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use super::tell::{Shared, finding};
use crate::{
    conversation::{Series, Talk},
    finding::Finding,
    fold::Accounts,
    id::Account,
    pulse::{self, clusters},
    stratum::Fitting,
    weights::Weights,
};

/// Series looked at in one group; of more, the first by account and resource.
const GROUP_MAX: usize = 100_000;

/// What fleets say of each account.
#[derive(Clone, Debug, Default)]
pub struct Fleets(BTreeMap<Account, Vec<Finding>>);

/// A conversation with a miner's footprint.
pub(super) struct Member {
    pub(super) account: Account,
    pub(super) talk: Talk,
    /// What stands out of each minute; nothing where records do not tell.
    residual: Vec<f64>,
    coin: String,
}

impl Member {
    /// Two machines are two, in whatever account.
    fn machine(&self) -> (&Account, &str) {
        (&self.account, &self.talk.resource)
    }
}

impl Fleets {
    /// What is said of an account.
    #[must_use]
    pub fn of(&self, account: &Account) -> &[Finding] {
        self.0.get(account).map_or(&[], Vec::as_slice)
    }

    /// Looks at the conversations of all accounts together.
    #[must_use]
    pub fn of_all(accounts: &Accounts, weights: &Weights) -> Self {
        let members = members(accounts, weights);
        let mut shared: BTreeMap<usize, Shared> = BTreeMap::new();
        for group in groups(&members) {
            share_server(&members, &group, &mut shared);
            share_clock(&members, &group.members, weights, &mut shared);
        }
        let mut fleets = Self::default();
        for (at, shared) in shared {
            if let Some(member) = members.get(at) {
                let finding = finding(member, &shared, &weights.fleet_pulse);
                fleets.0.entry(member.account.clone()).or_default().push(finding);
            }
        }
        fleets
    }
}

fn members(accounts: &Accounts, weights: &Weights) -> Vec<Member> {
    let mut members = Vec::new();
    for (account, state) in &accounts.0 {
        for talk in state.conversations.read(&state.names.resolve()) {
            let fitting = Fitting::of(&talk, account.provider, &weights.stratum_profile);
            let good = fitting.filter(|one| one.fit.score >= weights.fleet_pulse.score_min);
            if let Some((keeps_time, coin)) = good.map(|one| (one.keeps_time(), one.fit.coin)) {
                let residual = if keeps_time { residual(&talk.series) } else { Vec::new() };
                members.push(Member { account: account.clone(), talk, residual, coin });
            }
        }
    }
    members
}

fn residual(series: &Series) -> Vec<f64> {
    let down: Vec<f64> = series.minutes.iter().map(|minute| minute.down_bytes).collect();
    pulse::residual(&down)
}

/// Conversations that may belong together.
struct Group {
    members: Vec<usize>,
    is_server: bool,
}

/// By server, by account, and by coin over all accounts.
fn groups(members: &[Member]) -> Vec<Group> {
    let mut servers: BTreeMap<(IpAddr, u16), Vec<usize>> = BTreeMap::new();
    let mut accounts: BTreeMap<&Account, Vec<usize>> = BTreeMap::new();
    let mut coins: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, member) in members.iter().enumerate() {
        let server = member.talk.server;
        servers.entry((server.address, server.port)).or_default().push(at);
        accounts.entry(&member.account).or_default().push(at);
        coins.entry(&member.coin).or_default().push(at);
    }
    let servers = servers.into_values().map(|members| Group { members, is_server: true });
    let others = accounts.into_values().chain(coins.into_values());
    let others = others.map(|members| Group { members, is_server: false });
    servers.chain(others).filter(|group| group.members.len() > 1).collect()
}

fn machines<'a>(members: &'a [Member], group: &[usize]) -> BTreeSet<(&'a Account, &'a str)> {
    group.iter().filter_map(|at| members.get(*at)).map(Member::machine).collect()
}

fn share_server(members: &[Member], group: &Group, shared: &mut BTreeMap<usize, Shared>) {
    let machines = machines(members, &group.members);
    if !group.is_server || machines.len() < 3 {
        return;
    }
    let accounts = machines.iter().map(|(account, _)| account).collect::<BTreeSet<_>>().len();
    for at in &group.members {
        let now = Shared { machines: machines.len(), accounts, nats: None };
        keep_best(shared, *at, now);
    }
}

fn share_clock(
    members: &[Member],
    group: &[usize],
    weights: &Weights,
    shared: &mut BTreeMap<usize, Shared>,
) {
    let keeping_time: Vec<usize> = group
        .iter()
        .filter(|at| members.get(**at).is_some_and(|member| !member.residual.is_empty()))
        .copied()
        .take(GROUP_MAX)
        .collect();
    let series: Vec<(i64, &[f64])> = keeping_time
        .iter()
        .filter_map(|at| members.get(*at))
        .map(|member| (member.talk.series.first_minute, member.residual.as_slice()))
        .collect();
    for cluster in clusters(&series, weights.fleet_pulse.nats_min) {
        let found: Vec<(usize, f64)> = cluster
            .members
            .iter()
            .filter_map(|(place, nats)| Some((*keeping_time.get(*place)?, *nats)))
            .collect();
        let places: Vec<usize> = found.iter().map(|(at, _)| *at).collect();
        let machines = machines(members, &places);
        let accounts = machines.iter().map(|(account, _)| account).collect::<BTreeSet<_>>().len();
        if machines.len() < 2 {
            continue;
        }
        for (at, nats) in found {
            let now = Shared { machines: machines.len(), accounts, nats: Some(nats) };
            keep_best(shared, at, now);
        }
    }
}

/// A clock says more than a server, and more machines more than fewer.
fn keep_best(shared: &mut BTreeMap<usize, Shared>, at: usize, now: Shared) {
    let rank = |shared: &Shared| (shared.nats.is_some(), shared.machines);
    let known = shared.entry(at).or_insert(now);
    let is_better = match (rank(&now), rank(known)) {
        // Two machines in time say less than three at one server.
        ((true, 2), (false, _)) => false,
        ((false, _), (true, 2)) => true,
        (now, known) => now > known,
    };
    if is_better {
        *known = now;
    }
}

//! From all accounts' conversations to those that belong together.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    ops::Range,
};

use super::tell::{Shared, finding};
use crate::{
    conversation::{Series, Talk},
    finding::Finding,
    fold::Accounts,
    id::{Account, Provider},
    pulse::{self, Trace},
    sketch,
    stratum::Fitting,
    weights::Weights,
};

/// Series that are compared; of more, the first by account and resource.
const SERIES_MAX: usize = 100_000;
/// The longest time that is compared: two days.
const WINDOW_MINUTES_MAX: i64 = 2880;
/// Machines that make a fleet.
const FLEET_MIN: usize = 3;

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
    /// The log samples packets.
    sampled: bool,
}

impl Member {
    const fn first_minute(&self) -> i64 {
        self.talk.series.first_minute
    }

    /// The residual in these minutes; nothing stands out where there is no record.
    fn within(&self, window: &Range<i64>) -> Vec<f64> {
        window
            .clone()
            .map(|minute| {
                let at = usize::try_from(minute - self.first_minute()).ok();
                at.and_then(|at| self.residual.get(at)).copied().unwrap_or_default()
            })
            .collect()
    }

    /// With whom it is compared first.
    fn blocks(&self) -> Vec<u64> {
        let server = self.talk.server;
        vec![
            sketch::hash(&("server", server.address, server.port)),
            sketch::hash(&("account", &self.account)),
            sketch::hash(&("coin", &self.coin)),
        ]
    }

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

    /// Accounts of which something else is said than `before`: new telemetry of one account changes
    /// what is said of others that share a fleet with it.
    #[must_use]
    pub fn changed_since(&self, before: &Self) -> BTreeSet<Account> {
        let either = self.0.keys().chain(before.0.keys());
        either.filter(|account| self.of(account) != before.of(account)).cloned().collect()
    }

    /// Looks at the conversations of all accounts together.
    #[must_use]
    pub fn of_all(accounts: &Accounts, weights: &Weights) -> Self {
        let members = members(accounts, weights);
        let mut shared: BTreeMap<usize, Shared> = BTreeMap::new();
        for group in servers(&members).values() {
            share_server(&members, group, &mut shared);
        }
        share_clock(&members, &mut shared);
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
    // Resolving names costs more than all that follows where there are no talks.
    let talkative = accounts.0.iter().filter(|(_, state)| !state.conversations.is_silent());
    for (account, state) in talkative {
        for talk in state.conversations.read(&state.names.resolve()) {
            let fitting = Fitting::of(&talk, account.provider, &weights.stratum_profile);
            let good = fitting.filter(|one| one.fit.score >= weights.fleet_pulse.score_min);
            let sampled = account.provider == Provider::Gcp;
            if let Some((keeps_time, coin)) = good.map(|one| (one.keeps_time(), one.fit.coin)) {
                let residual = if keeps_time { residual(&talk.series) } else { Vec::new() };
                members.push(Member { account: account.clone(), talk, residual, coin, sampled });
            }
        }
    }
    members
}

/// What stands out of each minute; nothing of what people's own clocks drive.
fn residual(series: &Series) -> Vec<f64> {
    let down: Vec<f64> = series.minutes.iter().map(|minute| minute.down_bytes).collect();
    let residual = pulse::residual(&down);
    if pulse::is_clockwork(&residual).is_some() { Vec::new() } else { residual }
}

/// Conversations with one server.
fn servers(members: &[Member]) -> BTreeMap<(IpAddr, u16), Vec<usize>> {
    let mut servers: BTreeMap<(IpAddr, u16), Vec<usize>> = BTreeMap::new();
    // Samples fit now and then by themselves: that several do says nothing.
    let clear = members.iter().enumerate().filter(|(_, member)| !member.sampled);
    for (at, member) in clear {
        let server = member.talk.server;
        servers.entry((server.address, server.port)).or_default().push(at);
    }
    servers
}

fn machines<'a>(members: &'a [Member], group: &[usize]) -> BTreeSet<(&'a Account, &'a str)> {
    group.iter().filter_map(|at| members.get(*at)).map(Member::machine).collect()
}

fn share_server(members: &[Member], group: &[usize], shared: &mut BTreeMap<usize, Shared>) {
    let machines = machines(members, group);
    if machines.len() < FLEET_MIN {
        return;
    }
    let accounts = machines.iter().map(|(account, _)| account).collect::<BTreeSet<_>>().len();
    for at in group {
        keep_best(shared, *at, Shared { machines: machines.len(), accounts, z: None });
    }
}

/// Whose conversations keep one time. Those of one server, of one account and of one coin's footprint
/// are compared with one another first, and what they have in common with everybody.
fn share_clock(members: &[Member], shared: &mut BTreeMap<usize, Shared>) {
    let keeping_time: Vec<usize> = members
        .iter()
        .enumerate()
        .filter(|(_, member)| !member.residual.is_empty())
        .map(|(at, _)| at)
        .take(SERIES_MAX)
        .collect();
    let own = || keeping_time.iter().filter_map(|at| members.get(*at));
    let Some(window) = window(own()) else {
        return;
    };
    let traces: Vec<Trace> =
        own().map(|member| Trace::of_residual(&member.within(&window), member.blocks())).collect();
    for cluster in pulse::clusters(&traces).found {
        let found: Vec<(usize, f64)> = cluster
            .members
            .iter()
            .filter_map(|member| Some((*keeping_time.get(member.index)?, member.z)))
            .collect();
        share_one_clock(members, &found, shared);
    }
}

fn share_one_clock(
    members: &[Member],
    found: &[(usize, f64)],
    shared: &mut BTreeMap<usize, Shared>,
) {
    let places: Vec<usize> = found.iter().map(|(at, _)| *at).collect();
    let machines = machines(members, &places);
    let accounts = machines.iter().map(|(account, _)| account).collect::<BTreeSet<_>>().len();
    if machines.len() < 2 {
        return;
    }
    for (at, z) in found {
        keep_best(shared, *at, Shared { machines: machines.len(), accounts, z: Some(*z) });
    }
}

/// The minutes that all conversations cover together, the latest of them.
fn window<'a>(members: impl Iterator<Item = &'a Member> + Clone) -> Option<Range<i64>> {
    let ends = members.clone().map(|member| member.first_minute() + member.residual.len() as i64);
    let last = ends.max()?;
    let first = members.map(Member::first_minute).min()?;
    Some(first.max(last - WINDOW_MINUTES_MAX)..last)
}

/// A clock says more than a server, and more machines more than fewer.
fn keep_best(shared: &mut BTreeMap<usize, Shared>, at: usize, now: Shared) {
    let rank = |shared: &Shared| (shared.z.is_some(), shared.machines);
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

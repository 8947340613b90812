//! From all accounts' conversations to those that belong together.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    ops::Range,
};

use serde::{Deserialize, Serialize};

use super::{
    tell::{Shared, finding},
    twins, windows,
};
use crate::{
    conversation::{Minute, Series, Talk},
    finding::Finding,
    fold::{AccountState, Accounts},
    id::{Account, Place},
    pulse::{self, Trace},
    sketch,
    stratum::Fitting,
    time::Span,
    weights::Weights,
};

/// Series that are compared; of more, those with the smallest hashes.
const SERIES_MAX: usize = 100_000;
/// Times that are compared, from the latest on, each of two days. Those that one account alone tells of do
/// not count, so that it takes no place of the others.
const TIMES_MAX: usize = 4;
/// Minutes of which the bytes to the server are kept.
const TEN: usize = 10;
/// Machines that make a fleet.
const FLEET_MIN: usize = 3;

/// What fleets say of each account.
#[derive(Clone, Debug, Default)]
pub struct Fleets(BTreeMap<Account, Vec<Finding>>);

/// The conversations of one account that have a miner's footprint, in some two bytes a minute: what
/// other accounts are compared with, so that not all states need to be at hand.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Members(Vec<Member>);

/// A conversation with a miner's footprint.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Member {
    pub(super) resource: String,
    pub(super) server: (IpAddr, u16),
    pub(super) span: Span,
    pub(super) places: Vec<Place>,
    pub(super) approximate: bool,
    pub(super) first_minute: i64,
    /// What stands out of each minute, in steps; nothing where records do not tell.
    pub(super) steps: Vec<i8>,
    /// Bytes to the server and from it, in all.
    pub(super) bytes: (u64, u64),
    /// Bytes to the server in whole ten minutes of the clock: what a miner hands in is its own luck.
    pub(super) sent: Vec<u32>,
    pub(super) coin: String,
    /// The log samples packets.
    pub(super) sampled: bool,
}

impl Members {
    /// Those of an account.
    #[must_use]
    pub fn of(account: &Account, state: &AccountState, weights: &Weights) -> Self {
        // Resolving names costs more than all that follows where there are no talks.
        if state.conversations.is_silent() {
            return Self::default();
        }
        let talks = state.conversations.read(&state.names.resolve(), account.provider);
        let members = talks.into_iter().filter_map(|talk| Member::of(talk, account, weights));
        Self(members.collect())
    }

    /// Whether one of them was heard in this time.
    #[must_use]
    pub fn touches(&self, time: Span) -> bool {
        self.0.iter().any(|one| one.span.first <= time.last && one.span.last >= time.first)
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Member {
    fn of(talk: Talk, account: &Account, weights: &Weights) -> Option<Self> {
        let fitting = Fitting::of(&talk, account.provider, &weights.stratum_profile)?;
        if fitting.fit.score < weights.fleet_pulse.score_min {
            return None;
        }
        let coin = fitting.fit.coin.clone();
        let steps = if fitting.keeps_time() { steps(&talk.series) } else { Vec::new() };
        Some(Self {
            server: (talk.server.address, talk.server.port),
            span: talk.series.span(),
            first_minute: talk.series.first_minute,
            bytes: bytes(&talk.series),
            sent: sent(&talk.series),
            resource: talk.resource,
            places: talk.places,
            approximate: talk.approximate,
            sampled: account.provider.samples_packets(),
            steps,
            coin,
        })
    }

    /// Bytes a minute from the server, to a power of two: jobs make most of them, and jobs are of one size.
    fn rate_band(&self) -> u32 {
        let minutes = self.steps.len().max(1) as u64;
        (self.bytes.1 / minutes).max(1).ilog2()
    }

    /// The minutes since 1970 of which it says what stands out.
    pub(super) fn recorded(&self) -> Range<i64> {
        self.first_minute..self.first_minute + self.steps.len() as i64
    }

    /// The ten minutes since 1970 that it tells of as a whole.
    pub(super) fn tens(&self) -> Range<i64> {
        let first = self.first_minute.div_euclid(TEN as i64) + 1;
        first..first + self.sent.len() as i64
    }

    /// Bytes to the server in ten minutes since 1970.
    pub(super) fn sent_in(&self, ten: i64) -> Option<u32> {
        self.sent.get(usize::try_from(ten - self.tens().start).ok()?).copied()
    }

    /// What stands out of a minute since 1970.
    pub(super) fn step(&self, minute: i64) -> Option<i8> {
        self.steps.get(usize::try_from(minute - self.first_minute).ok()?).copied()
    }
}

/// Bytes to the server and from it, in all.
fn bytes(series: &Series) -> (u64, u64) {
    let sum = |of: fn(&Minute) -> f64| series.minutes.iter().map(of).sum::<f64>() as u64;
    (sum(|minute| minute.up_bytes), sum(|minute| minute.down_bytes))
}

/// Bytes to the server in whole ten minutes of the clock. The first minute and the last are partial.
fn sent(series: &Series) -> Vec<u32> {
    let begun = TEN - usize::try_from(series.first_minute.rem_euclid(TEN as i64)).unwrap_or(0);
    let whole = series.minutes.get(begun..series.minutes.len().saturating_sub(1));
    let tens = whole.unwrap_or_default().chunks_exact(TEN);
    tens.map(|ten| ten.iter().map(|one| one.up_bytes).sum::<f64>().round() as u32).collect()
}

/// The neighbourhood of an address: 256 of IPv4's, a site of IPv6's.
fn network(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().into_iter().take(3).collect(),
        IpAddr::V6(address) => address.octets().into_iter().take(6).collect(),
    }
}

/// A member with whose it is.
#[derive(Clone, Copy)]
pub(super) struct Owned<'a> {
    account: &'a Account,
    pub(super) member: &'a Member,
}

impl<'a> Owned<'a> {
    /// What stands out in these minutes, and in which of them it was recorded.
    fn trace(&self, window: &Range<i64>) -> Trace {
        let recorded = self.member.recorded();
        let recorded = recorded.start.max(window.start)..recorded.end.min(window.end);
        let minutes = window.clone().map(|minute| self.member.step(minute).unwrap_or_default());
        let place = |minute: i64| usize::try_from(minute - window.start).unwrap_or_default();
        Trace::of_steps(minutes.collect(), self.blocks())
            .recorded_in(place(recorded.start)..place(recorded.end))
            .known_by(self.id())
    }

    /// Whose conversation with whom it is, whoever else there is.
    fn id(&self) -> u64 {
        sketch::hash(&(self.account, &self.member.resource, self.member.server))
    }

    /// With whom it is compared first. What is shared by many (a coin, a rate) finds large fleets
    /// whatever they share besides; what is shared by few, those of which a draw would leave too little.
    fn blocks(&self) -> Vec<u64> {
        let (address, port) = self.member.server;
        vec![
            sketch::hash(&("server", address, port)),
            sketch::hash(&("network", network(address))),
            sketch::hash(&("account", self.account)),
            sketch::hash(&("coin", &self.member.coin)),
            sketch::hash(&("rate", self.member.rate_band())),
        ]
    }

    /// Two machines are two, in whatever account.
    const fn machine(&self) -> (&'a Account, &'a str) {
        (self.account, self.member.resource.as_str())
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
        let members = |(account, state)| (account, Members::of(account, state, weights));
        let members: Vec<(&Account, Members)> = accounts.0.iter().map(members).collect();
        Self::of_members(members.iter().map(|(account, members)| (*account, members)), weights)
    }

    /// The same from what was kept of each account, in the order of the accounts.
    #[must_use]
    pub fn of_members<'a>(
        members: impl Iterator<Item = (&'a Account, &'a Members)>,
        weights: &Weights,
    ) -> Self {
        let owned = |(account, members): (&'a Account, &'a Members)| {
            members.0.iter().map(move |member| Owned { account, member })
        };
        let members: Vec<Owned<'a>> = members.flat_map(owned).collect();
        let mut shared: BTreeMap<usize, Shared> = BTreeMap::new();
        for group in servers(&members).values() {
            share_server(&members, group, &mut shared);
        }
        let crowded = share_clock(&members, &mut shared);
        let mut fleets = Self::default();
        for (at, shared) in shared {
            if let Some(Owned { account, member }) = members.get(at) {
                let mut finding = finding(member, &shared, &weights.fleet_pulse);
                finding.approximate |= shared.z.is_some() && crowded.contains(&at);
                fleets.0.entry((*account).clone()).or_default().push(finding);
            }
        }
        fleets
    }
}

/// What stands out of each minute; nothing of what people's own clocks drive.
fn steps(series: &Series) -> Vec<i8> {
    let down: Vec<f64> = series.minutes.iter().map(|minute| minute.down_bytes).collect();
    let rest = pulse::without_timer(&pulse::residual(&down));
    rest.map_or_else(Vec::new, |rest| Trace::steps(&rest))
}

/// Conversations with one server.
fn servers(members: &[Owned<'_>]) -> BTreeMap<(IpAddr, u16), Vec<usize>> {
    let mut servers: BTreeMap<(IpAddr, u16), Vec<usize>> = BTreeMap::new();
    // Samples fit now and then by themselves: that several do says nothing.
    let clear = members.iter().enumerate().filter(|(_, one)| !one.member.sampled);
    for (at, one) in clear {
        servers.entry(one.member.server).or_default().push(at);
    }
    servers
}

/// The machines of a group; what a gateway or a firewall tells of a conversation that its machine's
/// own log tells, too, is no second one.
fn machines<'a>(members: &[Owned<'a>], group: &[usize]) -> BTreeSet<(&'a Account, &'a str)> {
    let own: Vec<Owned<'a>> = group.iter().filter_map(|at| members.get(*at)).copied().collect();
    let told: Vec<&Member> = own.iter().map(|one| one.member).collect();
    let twins = twins::repeated(&told);
    own.iter().zip(twins).filter(|(_, is_twin)| !is_twin).map(|(one, _)| one.machine()).collect()
}

fn share_server(members: &[Owned<'_>], group: &[usize], shared: &mut BTreeMap<usize, Shared>) {
    let machines = machines(members, group);
    if machines.len() < FLEET_MIN {
        return;
    }
    let accounts = machines.iter().map(|(account, _)| account).collect::<BTreeSet<_>>().len();
    for at in group {
        keep_best(shared, *at, Shared { machines: machines.len(), accounts, z: None });
    }
}

/// Whose conversations keep one time. Those of one server or its neighbours, of one account, of one
/// coin's footprint and of about one rate are compared with one another first, and what they have in
/// common with everybody. Says of whom there were too many for that, so that their fleets may be larger.
fn share_clock(members: &[Owned<'_>], shared: &mut BTreeMap<usize, Shared>) -> BTreeSet<usize> {
    let all: Vec<usize> = members
        .iter()
        .enumerate()
        .filter(|(_, one)| !one.member.steps.is_empty())
        .map(|(at, _)| at)
        .collect();
    let is_drawn = all.len() > SERIES_MAX;
    let mut crowded: BTreeSet<usize> = all.iter().copied().filter(|_| is_drawn).collect();
    let mut left = drawn(members, all);
    let told = |at: &usize| members.get(*at).map(|one| one.member);
    let mut times = 0;
    while let Some(window) = windows::latest(left.iter().filter_map(told)) {
        let has_some = |at: &usize| told(at).is_some_and(|one| windows::has_some(&window, one));
        let there: Vec<usize> = left.iter().copied().filter(has_some).collect();
        crowded.extend(share_clock_within(members, &there, &window, shared));
        times += usize::from(accounts(members, &there) > 1);
        if times == TIMES_MAX {
            break;
        }
        left.retain(|at| told(at).is_some_and(|one| !windows::has_most(&window, one)));
    }
    crowded
}

fn accounts(members: &[Owned<'_>], these: &[usize]) -> usize {
    let own = these.iter().filter_map(|at| members.get(*at));
    own.map(|one| one.account).collect::<BTreeSet<_>>().len()
}

/// The same of these in one time.
fn share_clock_within(
    members: &[Owned<'_>],
    these: &[usize],
    window: &Range<i64>,
    shared: &mut BTreeMap<usize, Shared>,
) -> Vec<usize> {
    let own: Vec<&Owned<'_>> = these.iter().filter_map(|at| members.get(*at)).collect();
    if own.len() < 2 {
        return Vec::new();
    }
    let traces: Vec<Trace> = own.iter().map(|one| one.trace(window)).collect();
    let clusters = pulse::clusters(&traces);
    for cluster in clusters.found {
        let found: Vec<(usize, f64)> = cluster
            .members
            .iter()
            .filter_map(|member| Some((*these.get(member.index)?, member.z)))
            .collect();
        share_one_clock(members, &found, shared);
    }
    clusters.crowded.iter().filter_map(|at| these.get(*at)).copied().collect()
}

/// At most [`SERIES_MAX`] of them, in their order: the same ones, whoever comes and goes.
fn drawn(members: &[Owned<'_>], mut all: Vec<usize>) -> Vec<usize> {
    if all.len() > SERIES_MAX {
        all.sort_by_cached_key(|at| (members.get(*at).map(Owned::id), *at));
        all.truncate(SERIES_MAX);
        all.sort_unstable();
    }
    all
}

fn share_one_clock(
    members: &[Owned<'_>],
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

/// A clock says more than a server, and more machines more than fewer.
fn keep_best(shared: &mut BTreeMap<usize, Shared>, at: usize, now: Shared) {
    let rank = |shared: &Shared| (shared.z.is_some(), shared.machines);
    let known = shared.entry(at).or_insert(now);
    let is_better = match (rank(&now), rank(known)) {
        // Two machines in time say less than three at one server.
        ((true, 2), (false, _)) => false,
        ((false, _), (true, 2)) => true,
        // Of two times in which as many were heard that one counts in which this was heard better.
        (one, other) => one > other || one == other && now.z > known.z,
    };
    if is_better {
        *known = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{id::Provider, time::Time};

    fn member(server: &str, bytes_per_minute: u64) -> Member {
        Member {
            resource: "i-0abc".to_owned(),
            server: (server.parse().expect("an address"), 443),
            span: Span::at(Time::default()),
            places: Vec::new(),
            approximate: false,
            first_minute: 0,
            steps: vec![0; 60],
            bytes: (0, 60 * bytes_per_minute),
            sent: Vec::new(),
            coin: "xmr".to_owned(),
            sampled: false,
        }
    }

    /// How many blocks conversations of two accounts have in common.
    fn met(one: &Member, other: &Member) -> usize {
        let [first, second] = ["111122223333", "444455556666"]
            .map(|id| Account { provider: Provider::Aws, id: id.into() });
        let blocks = Owned { account: &second, member: other }.blocks();
        let own = Owned { account: &first, member: one }.blocks();
        own.iter().filter(|block| blocks.contains(block)).count()
    }

    #[test]
    fn neighbours_and_equals_meet_in_small_blocks() {
        let one = member("203.0.113.9", 700);
        assert_eq!(met(&one, &member("198.51.100.9", 1100)), 1, "the coin alone");
        assert_eq!(met(&one, &member("203.0.113.77", 1100)), 2, "and the network");
        assert_eq!(met(&one, &member("198.51.100.9", 1000)), 2, "512 to 1023 bytes a minute");
        assert_eq!(met(&one, &member("203.0.113.9", 600)), 4, "all but the account");
        let far = [member("2001:db8:1:2::9", 700), member("2001:db8:1:ff::1", 70)];
        assert_eq!(met(&far[0], &far[1]), 2);
    }

    #[test]
    fn whole_ten_minutes_of_the_clock_are_kept() {
        // 1,003 to 1,036: ten minutes begin at 1,010 and at 1,020, and another may go on after the last.
        let minute = |up: i64| Minute { up_bytes: up as f64, ..Minute::default() };
        let minutes = (1003..1037).map(|at| minute(if at < 1020 { 5 } else { 7 })).collect();
        let series = Series { first_minute: 1003, minutes, record_seconds: 60, connections: 1 };
        assert_eq!(sent(&series), [50, 70]);
        let own = Member { first_minute: 1003, sent: sent(&series), ..member("203.0.113.9", 1) };
        assert_eq!((own.tens(), own.sent_in(102), own.sent_in(103)), (101..103, Some(70), None));
        let brief = Series { minutes: series.minutes[..3].to_vec(), ..series };
        assert!(sent(&brief).is_empty());
    }

    /// Six hours in which most of what stands out is common to all.
    fn in_time(own: u32, first_minute: i64) -> Member {
        let part = |of: u32, minute: i64, most: u64| (sketch::hash(&(of, minute)) % most) as i64;
        let step = |minute: i64| part(0, minute, 63) + part(own, minute, 31) - 46;
        let steps = (first_minute..first_minute + 360).map(|minute| step(minute) as i8).collect();
        let (resource, server) = (format!("i-{own}"), format!("203.0.113.{own}"));
        Member { resource, first_minute, steps, ..member(&server, 700) }
    }

    #[test]
    fn what_is_said_to_take_place_in_a_hundred_years_hides_nobody() {
        let weights = Weights::embedded();
        let [account, other] = ["111122223333", "444455556666"]
            .map(|id| Account { provider: Provider::Aws, id: id.into() });
        let own = Members((1..=3).map(|number| in_time(number, 29_000_000)).collect());
        // In a hundred years, at many times then, and so soon that an hour of the others is within two days.
        let many = (0..9).map(|number| 81_000_000 + 5000 * number).collect();
        for first in [vec![81_000_000], many, vec![29_000_000 + 300 + 2880 - 360]] {
            let others = Members(first.iter().map(|first| in_time(9, *first)).collect());
            let all = [(&account, &own), (&other, &others)];
            let fleets = Fleets::of_members(all.into_iter(), &weights);
            let z = |finding: &Finding| finding.evidence.get("z")?.as_f64();
            let z: Vec<f64> = fleets.of(&account).iter().filter_map(z).collect();
            assert!(z.len() == 3 && z.iter().all(|z| *z > 8.0), "{first:?}: {z:?}");
            assert!(fleets.of(&other).is_empty(), "{first:?}");
        }
    }

    /// A crowd at one server keeps no time; three of its account do, and three of another with another coin.
    #[test]
    fn of_a_crowd_only_clocks_that_were_drawn_from_are_approximate() {
        let [account, other] = ["111122223333", "444455556666"]
            .map(|id| Account { provider: Provider::Aws, id: id.into() });
        let first_minute = 29_000_000;
        let silent = |number: u32| {
            let resource = format!("i-silent-{number}");
            Member { resource, first_minute, ..member("198.51.100.9", 700) }
        };
        let timely = (1..=3).map(|number| in_time(number, first_minute));
        let own = Members((0..600).map(silent).chain(timely).collect());
        let apart = |number| Member { coin: "ltc".to_owned(), ..in_time(number, first_minute) };
        let others = Members((4..=6).map(apart).collect());
        let all = [(&account, &own), (&other, &others)];
        let fleets = Fleets::of_members(all.into_iter(), &Weights::embedded());
        let told = |account: &Account| {
            let mut counts: BTreeMap<(bool, bool), usize> = BTreeMap::new();
            for finding in fleets.of(account) {
                let has_clock = finding.evidence.get("z").is_some_and(|z| z.as_f64().is_some());
                *counts.entry((has_clock, finding.approximate)).or_default() += 1;
            }
            counts.into_iter().collect::<Vec<_>>()
        };
        assert_eq!(told(&account), [((false, false), 600), ((true, true), 3)]);
        assert_eq!(told(&other), [((true, false), 3)]);
    }

    #[test]
    fn a_window_has_most_of_what_ends_last_and_little_of_what_ended_long_before() {
        let told = |first_minute: i64, count: usize| Member {
            first_minute,
            steps: vec![0; count],
            ..member("203.0.113.9", 700)
        };
        let all = [told(10_000, 360), told(4000, 4320), told(7400, 1000), told(7479, 1)];
        let window = windows::latest(all.iter()).expect("minutes");
        assert_eq!(window, 7480..10_360);
        let has = |has: fn(&Range<i64>, &Member) -> bool| {
            all.iter().map(|one| has(&window, one)).collect::<Vec<bool>>()
        };
        // Of the second the last two days are 5440 to 8320: 840 of 2880 minutes are within.
        assert_eq!(has(windows::has_most), [true, false, true, false]);
        assert_eq!(has(windows::has_some), [true, true, true, false]);
        assert_eq!(windows::latest([].iter()), None);
    }
}

//! `fleet_pulse` as a whole: a hundred thousand conversations of a day, from flow records to fleets.

use std::{collections::BTreeSet, net::Ipv4Addr, sync::Arc, time::Instant};

use firedamp_core::{
    conversation::{Parties, sift::Notes},
    detector::{
        Watch,
        fleet_pulse::{Fleets, Members},
    },
    event::{Counters, Endpoint, Event, Flow, Phase, Resource},
    fold::{Accounts, Partial, Plan},
    id::{Account, AccountRef, ObjectId, Provider},
    sink::Sink,
    sketch,
    time::{Span, Time},
    weights::Weights,
};

use super::{
    draw::{self, Draw},
    miner,
};

const BEGIN: i64 = 1_772_323_200;
const MINUTES: i64 = 1440;
const ACCOUNTS: u32 = 400;
/// Clients of each account.
const CLIENTS: u32 = 250;
/// Fewer than pass the first look at once.
const ACCOUNTS_AT_ONCE: u32 = 100;
const CHAINS: u32 = 5;

/// Minute by minute, what a conversation is made of: bytes and packets up, the same down.
type Minutes = Vec<[u64; 4]>;

/// What the conversation of this number is: one in a hundred mines on one of five chains, a quarter of
/// the others each on a chain of its own, the rest are office machines and MQTT clients.
fn minutes(number: u32) -> Minutes {
    let mut draw = Draw::new(number.into());
    let down = match (number % 100, number % 4) {
        (0, _) => return mined(u64::from(number / 100 % CHAINS) + 1, number.into()),
        (_, 3) => return mined(1000 + u64::from(number), number.into()),
        (_, 1) => draw::keep_alive(&mut draw, MINUTES as usize, 150.0),
        (_, 2) => draw::hourly(&mut draw, MINUTES as usize),
        _ => draw::office(&mut draw, MINUTES as usize),
    };
    let packets = |bytes: f64| (bytes / 800.0).ceil() as u64;
    down.iter()
        .map(|down| [*down as u64 / 8, packets(*down), (*down as u64).min(200_000), packets(*down)])
        .collect()
}

fn mined(clock: u64, own: u64) -> Minutes {
    miner::minutes(clock, own, 3.5, MINUTES)
        .iter()
        .map(|one| [one.up_bytes, one.up_packets, one.down_bytes, one.down_packets])
        .collect()
}

fn account(number: u32) -> String {
    format!("1{:011}", number / CLIENTS)
}

fn flow<'a>(account: &'a str, number: u32, at: i64, seconds: i64, up: [u64; 2]) -> Flow<'a> {
    let first = Time::from_seconds(BEGIN + at);
    Flow {
        account: AccountRef::new(Provider::Aws, account),
        resource: Resource::default(),
        source: Endpoint::new(Ipv4Addr::from_bits(0x0a00_0000 + number).into(), 50_000),
        destination: Endpoint::new(Ipv4Addr::from_bits(0xf000_0000 + number).into(), 443),
        protocol: 6,
        span: Span { first, last: first.plus_seconds(seconds) },
        phase: Phase::Window,
        sent: Counters { bytes: up[0], packets: up[1] },
        returned: Counters::default(),
        accepted: true,
        initiator: None,
        transit: false,
        name: None,
    }
}

/// The states of some accounts after both looks.
fn accounts(numbers: std::ops::Range<u32>) -> Accounts {
    let plan = Plan::new(Watch::default(), None).sifting(Arc::default());
    let sift = plan.sift.expect("a first look");
    let mut notes = Notes::default();
    for number in numbers.clone() {
        let name = account(number);
        let hash = sketch::hash(&AccountRef::new(Provider::Aws, &name).to_owned());
        for piece in 0..8 {
            let flow = flow(&name, number, piece * 600, 600, [900, 9]);
            let (source, destination) = (flow.destination, flow.source);
            for flow in [Flow { source, destination, ..flow }, flow] {
                notes.add(&sift, &flow, &Parties::of(&flow).expect("a client's own"), hash);
            }
        }
    }
    notes.tell(&sift);
    let watch = Watch { second_look: true, ..Watch::default() };
    let plan = Plan::new(watch, None).with_gated(sift.gated());
    let mut partial = Partial::new(Arc::new(plan), None);
    for number in numbers {
        let name = account(number);
        for (at, [up, up_packets, down, down_packets]) in (0..).zip(minutes(number)) {
            let sent = flow(&name, number, at * 60, 60, [up, up_packets]);
            let returned = flow(&name, number, at * 60, 60, [down, down_packets]);
            let returned = Flow { source: sent.destination, destination: sent.source, ..returned };
            for flow in [sent, returned].into_iter().filter(|flow| flow.sent.packets > 0) {
                partial.event(1, &Event::Flow(flow));
            }
        }
    }
    partial.seal(ObjectId::default());
    partial.into_accounts()
}

pub(super) fn a_hundred_thousand_conversations_of_a_day() {
    let weights = Weights::embedded();
    let mut members: Vec<(Account, Members)> = Vec::new();
    let (mut folding, mut reading, mut bytes, mut count) = (0.0, 0.0, 0, 0);
    for first in (0..ACCOUNTS).step_by(ACCOUNTS_AT_ONCE as usize) {
        let started = Instant::now();
        let accounts = accounts(first * CLIENTS..(first + ACCOUNTS_AT_ONCE) * CLIENTS);
        folding += started.elapsed().as_secs_f64();
        bytes += accounts.to_bytes().expect("bytes").len();
        let started = Instant::now();
        for (account, state) in &accounts.0 {
            let own = Members::of(account, state, &weights);
            count += own.len();
            members.push((account.clone(), own));
        }
        reading += started.elapsed().as_secs_f64();
    }
    let conversations = (ACCOUNTS * CLIENTS) as usize;
    println!("{conversations} conversations drawn and folded in {folding:.1} s");
    println!("{} bytes a conversation, written", bytes / conversations);
    println!("read and held against a miner's footprint in {reading:.1} s: {count} fit");
    let started = Instant::now();
    let fleets = Fleets::of_members(members.iter().map(|(account, own)| (account, own)), &weights);
    println!("fleets found in {:.1} s", started.elapsed().as_secs_f64());
    let told: BTreeSet<&str> = members
        .iter()
        .flat_map(|(account, _)| fleets.of(account))
        .map(|finding| finding.resource.as_str())
        .collect();
    println!("{} of {} machines in a fleet were told", told.len(), conversations / 100);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!("{}", status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default());
}

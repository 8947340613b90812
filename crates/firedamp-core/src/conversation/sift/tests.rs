//! The first look at its bounds.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{note::Note, shard::HELD_MAX, *};
use crate::conversation::Parties;
use crate::{
    event::{Counters, Flow, Phase, Resource, Side},
    id::{AccountRef, Provider},
    time::Span,
};

const BEGIN: i64 = 1_772_323_200;
const ACCOUNT: u64 = 7;
const OTHER: u64 = 8;

/// One record of ten minutes, of both ways, from the machine of this number to its server.
fn flow(client: u32, piece: i64, bytes: u64) -> Flow<'static> {
    let first = Time::from_seconds(BEGIN + piece * 600);
    Flow {
        account: AccountRef::new(Provider::Aws, "111122223333"),
        resource: Resource::default(),
        source: Endpoint::new(Ipv4Addr::from_bits(0x0a00_0000 + client).into(), 50_000),
        destination: Endpoint::new(Ipv4Addr::from_bits(0xcb00_7100 + client).into(), 443),
        protocol: 6,
        span: Span { first, last: first.plus_seconds(600) },
        phase: Phase::Window,
        sent: Counters { packets: 9, bytes },
        returned: Counters { packets: 7, bytes: 700 },
        accepted: true,
        initiator: None,
        transit: false,
        name: None,
    }
}

/// One packet of one machine to the address of this number, and no answer.
fn unanswered(number: u32, piece: i64) -> Flow<'static> {
    let flow = flow(number, piece, 900);
    Flow {
        source: Endpoint::new(Ipv4Addr::new(10, 0, 0, 4).into(), 50_000),
        sent: Counters { packets: 1, bytes: 60 },
        returned: Counters::default(),
        ..flow
    }
}

fn parties(flow: &Flow<'_>) -> Parties {
    Parties::of(flow).expect("a client's own flow")
}

fn tell(sift: &Sift, account: u64, flows: impl Iterator<Item = Flow<'static>>) {
    let mut notes = Notes::default();
    for flow in flows {
        notes.add(sift, &flow, &parties(&flow), account);
    }
    notes.tell(sift);
}

fn sifted(flows: impl Iterator<Item = Flow<'static>>) -> Sift {
    let sift = Sift::default();
    tell(&sift, ACCOUNT, flows);
    sift
}

fn key(client: u32) -> u64 {
    parties(&flow(client, 0, 900)).key(ACCOUNT)
}

#[test]
fn a_conversation_takes_forty_eight_bytes_with_its_key() {
    assert_eq!(size_of::<(u64, Seen)>(), 48);
}

#[test]
fn what_is_long_and_small_passes_and_nothing_else() {
    let flows = (0..12).flat_map(|piece| {
        let brief = (piece == 0).then(|| flow(3, piece, 900));
        [Some(flow(1, piece, 9000)), Some(flow(2, piece, 90_000_000)), brief].into_iter().flatten()
    });
    let gated = sifted(flows).gated();
    assert_eq!([1, 2, 3].map(|client| gated.contains(key(client))), [true, false, false]);
    assert!(!gated.is_approximate());
}

#[test]
fn of_too_many_the_steadiest_pass_and_the_others_are_reported() {
    let crowd = GATED_MAX as u32 + 9;
    let brief = (0..6).flat_map(|piece| (1..=crowd).map(move |client| flow(client, piece, 900)));
    let steady = (0..40).map(|piece| flow(0, piece, 900));
    let gated = sifted(brief.chain(steady)).gated();
    assert!(gated.contains(key(0)));
    assert_eq!((gated.shed, gated.is_approximate()), (10, true));
}

fn note(account: u64, flow: &Flow<'_>) -> Note {
    Note::of(flow, &parties(flow), account)
}

fn filled<'a>(notes: impl Iterator<Item = &'a Note>) -> Shard {
    let mut shard = Shard::default();
    notes.for_each(|note| shard.add(note, &[]));
    shard.settle();
    shard
}

/// The keys that are kept, by account.
fn kept(shard: &Shard) -> BTreeMap<u32, BTreeSet<u64>> {
    let mut kept: BTreeMap<u32, BTreeSet<u64>> = BTreeMap::new();
    shard.seen.iter().for_each(|(key, seen)| {
        kept.entry(seen.account).or_default().insert(*key);
    });
    kept
}

#[test]
fn a_full_table_keeps_the_same_ones_in_any_order_and_says_so() {
    let note = |number: u32| note(ACCOUNT, &flow(number, i64::from(number % 3), 900));
    let notes: Vec<Note> = (0..HELD_MAX as u32 + 1000).map(note).collect();
    let filled = |notes: &mut dyn Iterator<Item = &Note>| {
        let shard = filled(notes);
        let mut kept: Vec<(u64, u32, u32)> =
            shard.seen.iter().map(|(key, seen)| (*key, seen.first, seen.last)).collect();
        kept.sort_unstable();
        (shard.halvings, kept)
    };
    let (halvings, kept) = filled(&mut notes.iter());
    assert_eq!(halvings, 1);
    assert!((SEEN_MAX * 2 / 5..SEEN_MAX * 3 / 5).contains(&kept.len()), "{}", kept.len());
    assert_eq!(filled(&mut notes.iter().rev().chain(&notes)), (halvings, kept));
}

#[test]
fn who_talks_to_too_many_sheds_his_own_and_the_unanswered_first() {
    let crowd: Vec<Note> =
        (0..=HELD_MAX as u32).map(|number| note(OTHER, &unanswered(number, 0))).collect();
    let answered: Vec<Note> = (0..5).map(|number| note(OTHER, &flow(number, 0, 900))).collect();
    let others: Vec<Note> = (0..100).map(|number| note(ACCOUNT, &unanswered(number, 0))).collect();
    let shard = filled(crowd.iter().chain(&answered).chain(&others));
    let all = kept(&shard);
    // All of the others and half of the table for the crowd.
    assert_eq!((shard.halvings, all[&7].len(), all[&8].len()), (1, 100, 100_000));
    assert!(answered.iter().all(|note| all[&8].contains(&note.key)));
    assert!(shard.seen.capacity() <= 229_376, "seven eighths of 2^18 places");
    let again = crowd.iter().rev().chain(&crowd);
    assert_eq!(kept(&filled(others.iter().chain(again).chain(&answered))), all);
}

#[test]
fn accounts_that_are_all_too_large_keep_the_same_share() {
    let notes: Vec<Note> = (0..90_000)
        .flat_map(|number| [7, 8, 9].map(|account| note(account, &flow(number, 0, 900))))
        .collect();
    let shard = filled(notes.iter());
    // Half of the table each would be too much, a quarter is not.
    let lengths: Vec<usize> = kept(&shard).values().map(BTreeSet::len).collect();
    assert_eq!((shard.halvings, lengths), (2, vec![50_000; 3]));
    assert_eq!(kept(&filled(notes.iter().rev())), kept(&shard));
}

#[test]
fn of_more_accounts_than_fit_half_keep_one_conversation_each() {
    // Accounts 17,179 apart, which is one in 250,000 of all there can be; 125,007 of them lie in the
    // lower half.
    let notes: Vec<Note> =
        (0..250_000).map(|number| note(number * 17_179, &flow(1, 0, 900))).collect();
    let shard = filled(notes.iter());
    assert_eq!((shard.halvings, shard.seen.len()), (18, 125_007));
    assert_eq!(kept(&filled(notes.iter().rev())), kept(&shard));
}

#[test]
fn what_is_over_is_forgotten_and_leaves_room() {
    let hour = |hour: i64| Time::from_seconds(BEGIN + hour * 3600);
    let long = (0..12).map(|piece| flow(1, piece, 900));
    let brief = [flow(2, 0, 900), flow(3, 60, 900)].map(|flow| {
        let span = Span { last: flow.span.first.plus_seconds(60), ..flow.span };
        Flow { span, ..flow }
    });
    let sift = sifted(long.chain(brief));
    let known = |sift: &Sift| {
        let has =
            |number: u32| sift.0.iter().any(|table| lock(table).seen.contains_key(&key(number)));
        [1, 2, 3].map(has)
    };
    sift.forget_before(hour(0), hour(1));
    assert_eq!(known(&sift), [true, false, true], "a brief one is forgotten sooner");
    assert!(sift.gated().contains(key(1)));
    sift.forget_before(hour(24), hour(24));
    assert_eq!(known(&sift), [false; 3]);
    let full = Shard { halvings: 3, ..Shard::default() };
    let mut emptied = full;
    emptied.forget_before(0, 0);
    assert_eq!(emptied.halvings, 0);
}

#[test]
fn an_answer_is_told_by_both_ways_of_one_record_or_of_two() {
    let answered = |flows: &[Flow<'_>]| {
        let mut ways = Ways::default();
        flows.iter().for_each(|flow| ways.join(Ways::of(flow, &parties(flow))));
        ways.are_answered()
    };
    // Amazon and Google: a record speaks of one way, and the other may come in a later window.
    let up = unanswered(1, 0);
    let down = Flow { source: up.destination, destination: up.source, ..unanswered(1, 5) };
    assert_eq!([answered(&[up]), answered(&[up, up]), answered(&[down])], [false; 3]);
    assert_eq!([answered(&[up, down]), answered(&[down, up, up])], [true; 2]);
    // Azure: a record of both, but for the one that a connection began.
    let azure = |phase, sent, returned| {
        let [sent, returned] =
            [sent, returned].map(|packets| Counters { packets, bytes: 60 * packets });
        Flow { phase, sent, returned, initiator: Some(Side::Source), ..flow(1, 0, 0) }
    };
    let begin = azure(Phase::Begin, 0, 0);
    assert!(answered(&[begin, azure(Phase::Continue, 8, 5)]));
    assert!(!answered(&[begin]) && !answered(&[begin, azure(Phase::End, 3, 0)]));
    // Its older logs count nothing: that is no silence.
    let uncounted = azure(Phase::Window, 0, 0);
    assert!(answered(&[uncounted]) && answered(&[uncounted, up, down]));
    assert!(!answered(&[uncounted, up]), "who does count saw no answer");
}

#[test]
fn who_never_gets_an_answer_takes_nobodys_place() {
    let crowd = GATED_MAX as u32 + 1;
    let sift = Sift::default();
    // Every half hour, over the turn of a quarter: ten quarters are active, and the fleet's eight.
    let turns = (0..5).map(|turn| 1 + 3 * turn);
    let spray = turns.flat_map(|piece| (0..crowd).map(move |number| unanswered(number, piece)));
    tell(&sift, OTHER, spray);
    let fleet = (0..12).flat_map(|piece| (1..=3).map(move |client| flow(client, piece, 900)));
    tell(&sift, ACCOUNT, fleet);
    let gated = sift.gated();
    assert_eq!([1, 2, 3].map(|client| gated.contains(key(client))), [true; 3]);
    assert_eq!((gated.keys.len(), gated.shed, gated.is_approximate()), (3, 0, false));
}

#[test]
fn an_accounts_crowd_takes_what_the_others_leave() {
    let crowd = GATED_MAX as u32 + 1;
    let sift = Sift::default();
    let turns = (0..5).map(|turn| 1 + 3 * turn);
    let polls = turns.flat_map(|piece| (0..crowd).map(move |client| flow(client, piece, 900)));
    tell(&sift, OTHER, polls);
    let fleet = (0..12).flat_map(|piece| (1..=3).map(move |client| flow(client, piece, 900)));
    tell(&sift, ACCOUNT, fleet);
    let gated = sift.gated();
    assert_eq!([1, 2, 3].map(|client| gated.contains(key(client))), [true; 3]);
    let theirs = gated.keys.values().filter(|account| **account == half(OTHER)).count();
    assert_eq!((theirs, gated.shed), (49_997, 4));
}

#[test]
fn accounts_take_turns_and_send_their_steadiest_first() {
    let passed = |account: u32, key: u64, quarters: u32, flow: &Flow<'_>| {
        let server = flow.destination;
        let active = (1_u64 << quarters) - 1;
        let seen = Seen { account, active, ..note(ACCOUNT, flow).seen() };
        Lasting { key, server, seen }
    };
    let (answered, silent) = (flow(1, 0, 900), unanswered(1, 0));
    let passed = [
        passed(1, 13, 7, &answered),
        passed(1, 11, 9, &answered),
        passed(2, 21, 3, &answered),
        passed(3, 32, 9, &silent),
        passed(3, 31, 5, &answered),
        passed(1, 12, 8, &answered),
    ];
    let keys = |most: usize| -> Vec<u64> {
        turns::in_turns(passed.iter().collect(), most).iter().map(|one| one.key).collect()
    };
    assert_eq!(keys(6), [11, 31, 21, 12, 32, 13]);
    assert_eq!(keys(4), [11, 31, 21, 12]);
}

#[test]
fn of_a_fleet_one_machine_may_have_missed_its_answers() {
    // Twenty minutes each, one after the other, at one server.
    let piece = |piece: i64, is_answered: bool| {
        let flow = flow(1 + piece as u32 / 2, piece, 900);
        let destination = Endpoint::new(Ipv4Addr::new(203, 0, 113, 200).into(), 443);
        let returned = if is_answered { flow.returned } else { Counters::default() };
        Flow { destination, returned, ..flow }
    };
    let first = sifted((0..6).map(|at| piece(at, at < 2))).gated();
    assert_eq!(first.keys.len(), 3, "samples of twenty minutes may miss what came back");
    assert!(sifted((0..6).map(|at| piece(at, false))).gated().is_empty());
}

#[test]
fn addresses_of_what_is_forgotten_are_forgotten() {
    let mut shard = Shard::default();
    let address = |number: u16| Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, number);
    for hour in 0..40_u16 {
        // One that is new each hour, and then the one that stays.
        for number in [100 + hour, 1] {
            let flow = flow(1, 6 * i64::from(hour), 900);
            let span = Span { last: flow.span.first.plus_seconds(60), ..flow.span };
            let destination = Endpoint::new(address(number).into(), 443);
            let mut note = note(ACCOUNT, &Flow { span, destination, ..flow });
            note.long_address = true;
            shard.add(&note, &[address(number)]);
        }
        let begin = seconds(Time::from_seconds(BEGIN));
        // The first hour's are both brief, and recent.
        let brief = begin + 3600 * u32::from(hour);
        shard.forget_before(begin, if hour == 0 { begin } else { brief + 61 });
        let left = if hour == 0 { vec![address(100), address(1)] } else { vec![address(1)] };
        assert_eq!(shard.long_addresses.in_places(), left);
    }
    let lasting: Vec<IpAddr> = shard.lasting().iter().map(|one| one.server.address).collect();
    assert_eq!(lasting, [IpAddr::V6(address(1))]);
}

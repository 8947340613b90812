//! The first look at its bounds.

use super::*;
use crate::conversation::Parties;
use crate::{
    event::{Counters, Flow, Phase, Resource},
    id::{AccountRef, Provider},
    time::Span,
};

const BEGIN: i64 = 1_772_323_200;
const ACCOUNT: u64 = 7;

/// One record of ten minutes, from the machine of this number to its server.
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
        returned: Counters::default(),
        accepted: true,
        initiator: None,
        transit: false,
        name: None,
    }
}

fn sifted(flows: impl Iterator<Item = Flow<'static>>) -> Sift {
    let (sift, mut notes) = (Sift::default(), Notes::default());
    for flow in flows {
        let parties = Parties::of(&flow).expect("a client's own flow");
        notes.add(&sift, &flow, &parties, ACCOUNT);
    }
    notes.tell(&sift);
    sift
}

fn key(client: u32) -> u64 {
    Parties::of(&flow(client, 0, 900)).expect("a client's own flow").key(ACCOUNT)
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

#[test]
fn a_full_table_keeps_the_same_ones_in_any_order_and_says_so() {
    let note = |number: u32| {
        let flow = flow(number, i64::from(number % 3), 900);
        let parties = Parties::of(&flow).expect("a client's own flow");
        Note::of(&flow, &parties, ACCOUNT)
    };
    let notes: Vec<Note> = (0..SEEN_MAX as u32 + 1000).map(note).collect();
    let filled = |notes: &mut dyn Iterator<Item = &Note>| {
        let mut shard = Shard::default();
        notes.for_each(|note| shard.add(note, &[]));
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
fn what_is_over_is_forgotten_and_leaves_room() {
    let hour = |hour: i64| Time::from_seconds(BEGIN + hour * 3600);
    let long = (0..12).map(|piece| flow(1, piece, 900));
    let brief = [flow(2, 0, 900), flow(3, 60, 900)];
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

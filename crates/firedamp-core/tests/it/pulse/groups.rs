//! Clusters of drawn miners among others.

use firedamp_core::pulse::{Trace, clusters, is_clockwork, residual};

use super::{
    draw::{self, Draw, Guise},
    scenes::{of_chain, other},
};

const MINUTES: usize = 720;

#[test]
fn two_chains_are_two_clusters_across_blocks() {
    let mut draw = Draw::new(5);
    let chains = [draw.poisson(MINUTES, 120.0), draw.poisson(MINUTES, 120.0)];
    // Chain A in blocks 1 and 2 and one alone in block 9; chain B in block 1; others everywhere.
    let mut traces = Vec::new();
    for (chain, key) in [(0, 1), (0, 1), (0, 1), (1, 1), (1, 1), (1, 1), (0, 2), (0, 2), (0, 9)] {
        traces.push(of_chain(&mut draw, MINUTES, &chains[chain], key));
    }
    traces.extend((0..60).map(|at| other(&mut draw, MINUTES, at, vec![1 + at as u64 % 3])));
    let found = clusters(&traces);
    let members: Vec<Vec<usize>> = (found.found.iter())
        .map(|cluster| cluster.members.iter().map(|member| member.index).collect())
        .collect();
    assert_eq!(members, [vec![0, 1, 2, 6, 7, 8], vec![3, 4, 5]]);
    assert!(found.found.iter().flat_map(|cluster| &cluster.members).all(|member| member.z > 8.0));
    assert_eq!(found, clusters(&traces), "twice the same");
}

#[test]
fn two_of_a_chain_are_a_pair() {
    let mut draw = Draw::new(6);
    let blocks = draw.poisson(MINUTES, 120.0);
    let mut traces: Vec<Trace> = (0..20).map(|at| other(&mut draw, MINUTES, at, vec![1])).collect();
    traces.extend((0..2).map(|_| of_chain(&mut draw, MINUTES, &blocks, 1)));
    let found = clusters(&traces).found;
    assert_eq!(found.len(), 1);
    assert!(found[0].is_pair());
    assert_eq!(found[0].members[0].index, 20);
}

#[test]
fn a_late_miner_is_found_late() {
    let mut draw = Draw::new(7);
    let blocks = draw.poisson(MINUTES, 120.0);
    let late: Vec<f64> = blocks.iter().map(|block| block + 60.0).collect();
    let traces: Vec<Trace> = [&blocks, &blocks, &blocks, &late]
        .iter()
        .map(|blocks| of_chain(&mut draw, MINUTES, blocks, 1))
        .collect();
    let found = clusters(&traces).found;
    let lags: Vec<i8> = found[0].members.iter().map(|member| member.lag_minutes).collect();
    assert_eq!([lags[1] - lags[0], lags[2] - lags[0], lags[3] - lags[0]], [0, 0, 1]);
}

#[test]
fn timers_are_clockwork_and_blocks_are_not() {
    let mut draw = Draw::new(8);
    for period in [2, 3, 5, 10, 15, 30, 60] {
        let down = draw::timer(&mut draw, 1440, period, 0.0);
        assert_eq!(is_clockwork(&down), Some(period));
        assert_eq!(is_clockwork(&residual(&down)), Some(period), "residual, {period}");
        assert_eq!(Trace::of_bytes(&down, vec![]), None);
    }
    assert_eq!(is_clockwork(&draw::keep_alive(&mut draw, 1440, 1e9)), Some(1));
    for minutes in [45, 60, 120, 240, 720, 1440] {
        for gap in [60.0, 120.0, 150.0, 600.0] {
            for _ in 0..20 {
                let blocks = draw.poisson(minutes, gap);
                let down = draw::miner(&mut draw, minutes, &blocks, Guise::default());
                assert_eq!(is_clockwork(&residual(&down)), None, "{minutes} {gap}");
                assert_eq!(is_clockwork(&down), None, "{minutes} {gap}");
            }
        }
    }
}

/// Four hours of somebody's own clock, within two days.
fn talk(draw: &mut Draw, blocks: &[f64], key: u64) -> Trace {
    const HOURS_FOUR: usize = 240;
    let own = residual(&draw::miner(draw, HOURS_FOUR, blocks, Guise::default()));
    let (begin, minutes) = (2400, 2880);
    let mut whole = vec![0.0; minutes];
    whole[begin..begin + HOURS_FOUR].copy_from_slice(&own);
    Trace::of_residual(&whole, vec![key]).recorded_in(begin..begin + HOURS_FOUR)
}

#[test]
fn talks_of_the_same_hours_do_not_keep_one_time_for_that() {
    let mut draw = Draw::new(9);
    let mut own_clock = |_| {
        let blocks = draw.poisson(240, 120.0);
        talk(&mut draw, &blocks, 1)
    };
    let mut traces: Vec<Trace> = (0..200).map(&mut own_clock).collect();
    assert_eq!(clusters(&traces).found, []);
    let mut draw = Draw::new(10);
    let blocks = draw.poisson(240, 120.0);
    traces.extend((0..8).map(|_| talk(&mut draw, &blocks, 1)));
    let found = clusters(&traces).found;
    assert_eq!(found.len(), 1, "{found:?}");
    let members: Vec<usize> = found[0].members.iter().map(|member| member.index).collect();
    assert!(members.len() >= 5 && members.iter().all(|index| *index >= 200), "{members:?}");
}

#[test]
fn who_mines_in_turn_is_heard_beside_who_mines_all_day() {
    let mut draw = Draw::new(11);
    let (minutes, part) = (1440, 360);
    let blocks = draw.poisson(minutes, 120.0);
    let mut traces: Vec<Trace> = (0..3).map(|_| of_chain(&mut draw, minutes, &blocks, 1)).collect();
    for begin in [0, 360, 720, 1080] {
        let down = draw::miner(&mut draw, minutes, &blocks, Guise::default());
        let mut whole = vec![0.0; minutes];
        let own = residual(&down[begin..begin + part]);
        whole[begin..begin + part].copy_from_slice(&own);
        traces.push(Trace::of_residual(&whole, vec![1]).recorded_in(begin..begin + part));
    }
    let found = clusters(&traces).found;
    assert_eq!(found.len(), 1);
    let members: Vec<usize> = found[0].members.iter().map(|member| member.index).collect();
    assert_eq!(members, [0, 1, 2, 3, 4, 5, 6]);
}

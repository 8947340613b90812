//! Clusters of drawn miners among others.

use std::time::Instant;

use firedamp_core::pulse::{Member, Trace, clusters, is_clockwork, residual};

use super::draw::{self, Draw, Guise};

const MINUTES: usize = 720;

fn of_chain(draw: &mut Draw, minutes: usize, blocks: &[f64], key: u64) -> Trace {
    let down = draw::miner(draw, minutes, blocks, Guise::default());
    Trace::of_bytes(&down, vec![key]).expect("no clockwork")
}

/// A flow without a clock of blocks, of one of four kinds.
fn other(draw: &mut Draw, minutes: usize, kind: usize, keys: Vec<u64>) -> Trace {
    let down = match kind % 4 {
        0 => draw::office(draw, minutes),
        1 => draw::keep_alive(draw, minutes, 150.0),
        2 => draw::hourly(draw, minutes),
        _ => {
            let own = draw.poisson(minutes, 120.0);
            draw::miner(draw, minutes, &own, Guise::default())
        }
    };
    // The rare series that looks like a timer is left out by the gate: here by a constant one.
    Trace::of_bytes(&down, keys).unwrap_or(Trace::of_residual(&vec![0.0; minutes], Vec::new()))
}

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

/// A hundred thousand series of a day: `cargo test --release -p firedamp-core -- --ignored
/// --nocapture hundred_thousand`.
#[test]
#[ignore = "a minute of work; run in release"]
fn a_hundred_thousand_series_of_a_day() {
    let minutes = 1440;
    let mut draw = Draw::new(9);
    let started = Instant::now();
    let chains: Vec<Vec<f64>> = (0..5).map(|_| draw.poisson(minutes, 120.0)).collect();
    let traces: Vec<Trace> = (0..100_000_usize)
        .map(|at| {
            // Each has an address of its own kind, a network and an account.
            let keys = [400.0, 200.0, 300.0].map(|kinds| draw.below(kinds) as u64);
            let keys = vec![keys[0], 1000 + keys[1], 2000 + keys[2]];
            if at % 100 == 0 {
                let chain = &chains[at / 100 % chains.len()];
                let down = draw::miner(&mut draw, minutes, chain, Guise::default());
                return Trace::of_bytes(&down, keys).expect("no clockwork");
            }
            other(&mut draw, minutes, at, keys)
        })
        .collect();
    println!("drawn and prepared in {:.1} s", started.elapsed().as_secs_f64());
    let started = Instant::now();
    let found = clusters(&traces);
    println!("clustered in {:.1} s", started.elapsed().as_secs_f64());
    let peak = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!("{}", peak.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default());
    println!("comparisons: {:.3e}", found.comparisons);
    for cluster in &found.found {
        let z: Vec<f64> = cluster.members.iter().map(|member| member.z).collect();
        let wrong = cluster.members.iter().filter(|member| member.index % 100 != 0).count();
        let least = z.iter().copied().fold(f64::MAX, f64::min);
        println!("cluster of {}: {wrong} not of it, least z {least:.1}", z.len());
    }
    assert_eq!(found.found.len(), chains.len());
    assert!(found.found.iter().all(|cluster| cluster.members.len() > 190));
}

/// Twenty thousand series that all mine: what a campaign of that size costs.
#[test]
#[ignore = "half a minute of work; run in release"]
fn nothing_but_miners() {
    let mut draw = Draw::new(10);
    let chains: Vec<Vec<f64>> = (0..5).map(|_| draw.poisson(1440, 120.0)).collect();
    let traces: Vec<Trace> = (0..20_000_usize)
        .map(|at| of_chain(&mut draw, 1440, &chains[at % 5], (at % 7919 / 99) as u64))
        .collect();
    let started = Instant::now();
    let found = clusters(&traces).found;
    println!("clustered in {:.1} s", started.elapsed().as_secs_f64());
    let sizes: Vec<usize> = found.iter().map(|cluster| cluster.members.len()).collect();
    println!("clusters of {sizes:?}");
    let pure = |members: &[Member]| members.iter().all(|m| m.index % 5 == members[0].index % 5);
    assert!(found.iter().all(|cluster| pure(&cluster.members)));
}

/// The share of miners found among 300 flows of one block, and how many others came with them.
#[test]
#[ignore = "tables, for release"]
fn recall() {
    println!("| miners of 300 flows | 2 h | 4 h | 6 h | 12 h | 24 h |");
    for miners in [2_usize, 3, 5, 10, 30] {
        let cells = [2, 4, 6, 12, 24].map(|hours| {
            let (mut found, mut wrong, runs) = (0, 0, 40);
            for run in 0..runs {
                let mut draw = Draw::new(1000 * hours as u64 + run);
                let blocks = draw.poisson(60 * hours, 120.0);
                let traces: Vec<Trace> = (0..300)
                    .map(|at| match at {
                        at if at < miners => of_chain(&mut draw, 60 * hours, &blocks, 1),
                        at => other(&mut draw, 60 * hours, at, vec![1]),
                    })
                    .collect();
                let members = clusters(&traces).found.into_iter().flat_map(|found| found.members);
                let (ours, others): (Vec<_>, Vec<_>) = members.partition(|m| m.index < miners);
                found += ours.len();
                wrong += others.len();
            }
            format!("{:.0} % ({wrong})", 100.0 * found as f64 / (miners * runs as usize) as f64)
        });
        println!("| {miners} | {} |", cells.join(" | "));
    }
}

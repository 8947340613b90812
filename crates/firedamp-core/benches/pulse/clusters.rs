//! Clusters: what many series cost, and how many of few miners are found.

use std::time::Instant;

use firedamp_core::pulse::{Member, Trace, clusters};

use super::{
    draw::{self, Draw, Guise},
    scenes::{of_chain, other},
};

/// A hundred thousand series of a day.
pub(super) fn a_hundred_thousand_series_of_a_day() {
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
pub(super) fn nothing_but_miners() {
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
pub(super) fn recall() {
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

//! The tables of `docs/pulse.md`:
//! `cargo test --release -p firedamp-core --test it -- --ignored --nocapture --test-threads 1 pulse`.

use firedamp_core::pulse::{clock_fit, residual, synchrony, unclocked};

use super::{
    Spread,
    draw::{self, Draw, Guise},
    real, z,
};

const HOURS: [usize; 5] = [2, 4, 6, 12, 24];

/// Two miners of one chain.
fn same_chain(draw: &mut Draw, minutes: usize, guises: [Guise; 2]) -> f64 {
    let blocks = draw.poisson(minutes, 120.0);
    let [one, other] = guises.map(|guise| draw::miner(draw, minutes, &blocks, guise));
    z(&one, &other)
}

/// Two miners of two chains.
fn two_chains(draw: &mut Draw, minutes: usize) -> f64 {
    let [one, other] = [(), ()].map(|()| {
        let blocks = draw.poisson(minutes, 120.0);
        draw::miner(draw, minutes, &blocks, Guise::default())
    });
    z(&one, &other)
}

/// A row of z at each window.
fn row(name: &str, runs: usize, mut run: impl FnMut(&mut Draw, usize) -> f64) {
    let cells = HOURS.map(|hours| {
        let mut draw = Draw::new(hours as u64);
        Spread::of((0..runs).map(|_| run(&mut draw, 60 * hours))).signal_cell()
    });
    println!("| {name} | {} |", cells.join(" | "));
}

#[test]
fn a_pair_of_six_hours_is_found() {
    let mut draw = Draw::new(1);
    let found = Spread::of((0..20).map(|_| same_chain(&mut draw, 360, [Guise::default(); 2])));
    assert!(found.at(0.5) > 5.0, "{}", found.at(0.5));
    let null = Spread::of((0..50).map(|_| two_chains(&mut draw, 360)));
    assert!(null.at(1.0) < 5.0, "{}", null.at(1.0));
}

#[test]
#[ignore = "tables, for release"]
fn signals() {
    println!("| two miners of one chain | 2 h | 4 h | 6 h | 12 h | 24 h |");
    row("plain", 400, |draw, minutes| same_chain(draw, minutes, [Guise::default(); 2]));
    for delay in [10.0, 30.0, 60.0] {
        let late = Guise { delay, ..Guise::default() };
        row(&format!("one late by U(0, {delay} s)"), 400, |draw, minutes| {
            same_chain(draw, minutes, [late, Guise::default()])
        });
        row(&format!("both late by U(0, {delay} s)"), 400, |draw, minutes| {
            same_chain(draw, minutes, [late; 2])
        });
    }
    for padding in [2e3, 20e3, 100e3] {
        let padded = Guise { padding, ..Guise::default() };
        row(&format!("one padded by U(0, {} kB)", padding / 1e3), 400, |draw, minutes| {
            same_chain(draw, minutes, [padded, Guise::default()])
        });
        row(&format!("both padded by U(0, {} kB)", padding / 1e3), 400, |draw, minutes| {
            same_chain(draw, minutes, [padded; 2])
        });
    }
    row("against the blocks themselves", 400, |draw, minutes| {
        let blocks = draw.poisson(minutes, 120.0);
        let down = draw::miner(draw, minutes, &blocks, Guise::default());
        let ticks: Vec<i64> = blocks.iter().map(|block| *block as i64).collect();
        clock_fit(&unclocked(&residual(&down)), 0, &ticks).map_or(0.0, |found| found.z)
    });
}

#[test]
#[ignore = "tables, for release"]
fn nulls() {
    println!("| null | pairs | mean | sd | z>2 | >3 | >4 | >5 | >6 | most |");
    let table = |name: &str, pairs: usize, run: &mut dyn FnMut(&mut Draw) -> f64| {
        let mut draw = Draw::new(77);
        println!("{}", Spread::of((0..pairs).map(|_| run(&mut draw))).null_row(name));
    };
    table("normal", 0x10000, &mut |draw| {
        (-2.0 * (1.0 - draw.part()).ln()).sqrt() * draw.below(std::f64::consts::TAU).cos()
    });
    for hours in [1, 2, 6, 24] {
        let minutes = 60 * hours;
        let pairs = 40_000 / hours;
        table(&format!("two chains, {hours} h"), pairs, &mut |draw| two_chains(draw, minutes));
        table(&format!("office machines, {hours} h"), pairs, &mut |draw| {
            z(&draw::office(draw, minutes), &draw::office(draw, minutes))
        });
        table(&format!("MQTT with messages, {hours} h"), pairs, &mut |draw| {
            let [one, other] = [(), ()].map(|()| draw::keep_alive(draw, minutes, 600.0));
            z(&one, &other)
        });
        table(&format!("cron at 5 min, {hours} h"), pairs / 4, &mut |draw| {
            let [one, other] = [(), ()].map(|()| draw::timer(draw, minutes, 5, 20.0));
            z(&one, &other)
        });
        table(&format!("the same, not unclocked, {hours} h"), pairs / 4, &mut |draw| {
            let [one, other] = [(), ()].map(|()| draw::timer(draw, minutes, 5, 20.0));
            synchrony(&residual(&one), &residual(&other)).map_or(0.0, |found| found.z)
        });
        table(&format!("hourly job in office traffic, {hours} h"), pairs / 4, &mut |draw| {
            let [one, other] = [(), ()].map(|()| {
                let job = draw::timer(draw, minutes, 60, 0.0);
                let rest = draw::office(draw, minutes);
                job.iter().zip(rest).map(|(job, rest)| 10.0 * job + rest).collect::<Vec<f64>>()
            });
            z(&one, &other)
        });
    }
    if let Some(captures) = real::captures() {
        let [unclocked, plain] = real::apart(&captures, 40);
        println!("{}", unclocked.null_row("real miners apart"));
        println!("{}", plain.null_row("real miners apart, not unclocked"));
    }
}

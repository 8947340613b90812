//! Pairs: signals, nulls, and what is told as clockwork.

use firedamp_core::pulse::{clock_fit, is_clockwork, residual};

use super::{
    connections,
    draw::{self, Draw, Guise},
    scenes::{same_chain, two_chains},
    spread::{Spread, z},
};

const HOURS: [usize; 5] = [2, 4, 6, 12, 24];

/// The median of a sample, and between what nine of ten of it are.
fn signal_cell(spread: &Spread) -> String {
    format!("{:.1} ({:.1}-{:.1})", spread.at(0.5), spread.at(0.05), spread.at(0.95))
}

/// A row of z at each window.
fn row(name: &str, runs: usize, mut run: impl FnMut(&mut Draw, usize) -> f64) {
    let cells = HOURS.map(|hours| {
        let mut draw = Draw::new(hours as u64);
        signal_cell(&Spread::of((0..runs).map(|_| run(&mut draw, 60 * hours))))
    });
    println!("| {name} | {} |", cells.join(" | "));
}

pub(super) fn signals() {
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
        clock_fit(&residual(&down), 0, &ticks).map_or(0.0, |found| found.z)
    });
}

pub(super) fn gate() {
    println!("| of 500, told as clockwork | 1 h | 2 h | 6 h | 24 h |");
    let table = |name: &str, run: &dyn Fn(&mut Draw, usize) -> Vec<f64>| {
        let told = [1, 2, 6, 24].map(|hours| {
            let mut draw = Draw::new(hours);
            let series = (0..500).map(|_| residual(&run(&mut draw, 60 * hours as usize)));
            series.filter(|series| is_clockwork(series).is_some()).count().to_string()
        });
        println!("| {name} | {} |", told.join(" | "));
    };
    for gap in [60.0, 120.0, 150.0, 600.0] {
        table(&format!("miner, blocks {gap} s apart"), &|draw, minutes| {
            let blocks = draw.poisson(minutes, gap);
            draw::miner(draw, minutes, &blocks, Guise::default())
        });
    }
    for (period, jitter) in
        [(1, 0.0), (1, 20.0), (5, 0.0), (5, 20.0), (5, 60.0), (15, 20.0), (60, 20.0)]
    {
        table(&format!("cron at {period} min, late by U(0, {jitter} s)"), &|draw, minutes| {
            draw::timer(draw, minutes, period, jitter)
        });
    }
    table("MQTT with messages", &|draw, minutes| draw::keep_alive(draw, minutes, 600.0));
    table("MQTT without", &|draw, minutes| draw::keep_alive(draw, minutes, 1e12));
    table("hourly job in office traffic", &draw::hourly);
}

pub(super) fn nulls() {
    println!("| null | pairs | mean | sd | z>2 | >3 | >4 | >5 | >6 | most |");
    let table = |name: &str, pairs: usize, run: &mut dyn FnMut(&mut Draw) -> f64| {
        let mut draw = Draw::new(79);
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
        table(&format!("hourly job in office traffic, {hours} h"), pairs / 4, &mut |draw| {
            let [one, other] = [(), ()].map(|()| draw::hourly(draw, minutes));
            z(&one, &other)
        });
    }
    if let Some(captures) = connections::captures() {
        println!("{}", connections::apart(&captures, 40).null_row("real miners apart"));
    }
}

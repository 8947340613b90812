//! Drawn traffic of pairs and crowds.

use firedamp_core::pulse::Trace;

use super::{
    draw::{self, Draw, Guise},
    spread::z,
};

/// Two miners of one chain.
pub(crate) fn same_chain(draw: &mut Draw, minutes: usize, guises: [Guise; 2]) -> f64 {
    let blocks = draw.poisson(minutes, 120.0);
    let [one, other] = guises.map(|guise| draw::miner(draw, minutes, &blocks, guise));
    z(&one, &other)
}

/// Two miners of two chains.
pub(crate) fn two_chains(draw: &mut Draw, minutes: usize) -> f64 {
    let [one, other] = [(), ()].map(|()| {
        let blocks = draw.poisson(minutes, 120.0);
        draw::miner(draw, minutes, &blocks, Guise::default())
    });
    z(&one, &other)
}

pub(crate) fn of_chain(draw: &mut Draw, minutes: usize, blocks: &[f64], key: u64) -> Trace {
    let down = draw::miner(draw, minutes, blocks, Guise::default());
    Trace::of_bytes(&down, vec![key]).expect("no clockwork")
}

/// A flow without a clock of blocks, of one of four kinds.
pub(crate) fn other(draw: &mut Draw, minutes: usize, kind: usize, keys: Vec<u64>) -> Trace {
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

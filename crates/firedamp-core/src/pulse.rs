//! The pulse: minute series that move together because they hang on one clock.
//!
//! A pool sends every miner a new job at each new block, so two miners of one chain receive bytes at
//! the same instants, whatever the pool, the port or the encryption. Per-minute bytes of a flow log
//! are enough to see it; ten-minute ones are not. What is measured about it, and what is weak, stands
//! in `docs/pulse.md`.
//!
//! A series is a slice of bytes from the far side to the machine, one value a minute, on clock
//! minutes, zero for a silent minute, NaN-free; the caller cuts two series to their common window, and
//! says of a trace in which part of it it was recorded.
//!
//! - [`residual`] leaves what stands out of a minute;
//! - [`synchrony`] compares two series, [`clock_fit`] a series with known blocks;
//! - [`clusters`] finds the groups that share a hidden clock, among very many;
//! - [`promptness`] compares single packets with known blocks, where a log samples packets;
//! - [`pushes`] says how much comes with each of them, and whether that is all that comes unasked;
//! - [`is_clockwork`] tells timers, which share a clock that nobody mines, and [`without_timer`] leaves
//!   what goes on beside one;
//! - [`nats`] says what a z is worth.
//!
//! `MineHunter`'s own statistic (Zhang et al., ACSAC 2021) is not here: it needs the first packet after each
//! block and the number of packets until the next, and no log that is read tells of every packet.

mod block;
mod clock;
mod clockwork;
mod clusters;
mod cover;
mod group;
mod moments;
mod pushes;
mod residual;
mod spectrum;
mod synchrony;
mod tail;
mod trace;

pub use self::{
    clock::clock_fit,
    clockwork::{is_clockwork, without_timer},
    clusters::{Cluster, Clusters, clusters},
    group::Member,
    moments::{Promptness, promptness},
    pushes::{Exchanged, Pushes, pushes},
    residual::residual,
    synchrony::{Synchrony, synchrony},
    tail::nats,
    trace::Trace,
};

/// Fewer common minutes than this say nothing: a miner has about one push in two minutes.
pub const LEAST_MINUTES: usize = 45;

/// Shifts nearer than this many minutes are no part of a null: a push and its answers may spread.
const NEAR: usize = 5;

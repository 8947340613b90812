//! Programs that hosts start: ordinary ones, those that look like a miner's, and a miner's own. What
//! of them a sensor sees is another matter.
//!
//! How miners are started follows their public documentation; which of them hide how is an assumption
//! ([`manner`]), as no survey of it is known.

mod innocent;
mod mining;

pub(super) use innocent::ordinary;
pub(super) use mining::{Manner, manner, mine};

/// A program that was started.
pub(super) struct Start {
    /// When, in seconds of the window.
    pub(super) second: f64,
    pub(super) host: usize,
    /// The program's path.
    pub(super) path: String,
    /// The command line.
    pub(super) command: String,
    /// The command line of the program that started it.
    pub(super) parent: String,
    pub(super) user: &'static str,
}

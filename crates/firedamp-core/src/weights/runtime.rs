//! What runs on machines.

use serde::Deserialize;

/// Programs that were started, and scripts that calls gave to machines.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Process {
    /// A miner with its pool.
    pub mining: f64,
    /// A pool's protocol, or the sensor's own word.
    pub told: f64,
    /// A miner by its name and options.
    pub configured: f64,
    /// A miner by its name, or a listed pool.
    pub miner: f64,
    /// A miner's options.
    pub options: f64,
    /// An endpoint and a user, as miners give them.
    pub login: f64,
    /// Hints of which honest machines show one now and then.
    pub hint_strong: f64,
    /// Hints that tuned machines show.
    pub hint_fair: f64,
    /// Hints that many machines show.
    pub hint_weak: f64,
    /// The share of hints that counts beside something stronger.
    pub hint_share: f64,
    /// The most that hints add to something that is none.
    pub hints_beside_max: f64,
    /// The most of hints alone.
    pub hints_max: f64,
    /// The most of a call that failed.
    pub attempt_max: f64,
}

/// An operator's own rules, by their level: informational, low, medium, high, critical.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Sigma {
    /// Of rules about mining.
    pub mining: [f64; 5],
    /// Of other rules.
    pub other: [f64; 5],
}

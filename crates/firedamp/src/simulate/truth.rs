//! What is true of an account, by which verdicts are measured: made up, or labelled by people.

use firedamp_core::time::Time;
use serde::{Deserialize, Serialize};

/// What is true of one account in the window that is looked at.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Truth {
    /// The account, as `provider:id`.
    pub account: String,
    /// What goes on in it: the id of a miner's way or of an innocent look-alike.
    pub scenario: String,
    /// Whether it mines.
    pub mines: bool,
    /// What its miner does not to be seen, by id; sorted.
    #[serde(default)]
    pub evasions: Vec<String>,
    /// What is mined.
    #[serde(default)]
    pub coin: Option<String>,
    /// The seed of the world; 0 for labelled telemetry.
    #[serde(default)]
    pub seed: u64,
    /// The traffic is a real miner's, replayed.
    #[serde(default)]
    pub replayed: bool,
    /// How many resources there are, mining or not.
    pub resources: usize,
    /// Resources times days.
    pub resource_days: f64,
    /// The resources that mine, by the names that telemetry gives them.
    #[serde(default)]
    pub mining_resources: Vec<String>,
    /// When mining began.
    #[serde(default)]
    pub mining_since: Option<Time>,
    /// What the mining resources cost an hour, in US dollars.
    #[serde(default)]
    pub dollars_per_hour: f64,
}

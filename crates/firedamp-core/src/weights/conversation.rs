//! Weights of what needs no list: footprints and clocks.

use serde::Deserialize;

/// How a long, small conversation is told from other ones.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct StratumProfile {
    /// The most.
    pub most: f64,
    /// The score that is worth the most.
    pub score_full: f64,
    /// The hours that are.
    pub hours_full: f64,
    /// The share of it that counts where the log samples packets.
    pub sampled_share: f64,
    /// How far bytes a minute spread about what they should be, in natural logarithms.
    pub rate_scale: f64,
    /// The same of bytes a packet, to the server.
    pub up_size_scale: f64,
    /// The same, from the server.
    pub down_size_scale: f64,
    /// Mean and deviation of the logarithms of any conversation: bytes down by bytes up, bytes a
    /// packet up, the same down.
    pub background: [[f64; 2]; 3],
    /// Within these a minute's packets spread as a miner's.
    pub dispersion: [f64; 2],
    /// For each factor of e beyond.
    pub per_dispersion: f64,
    /// The most that ten minutes vary, as a share of their mean.
    pub variation_max: f64,
    /// For each factor of e beyond.
    pub per_variation: f64,
    /// The most connections an hour.
    pub connections_per_hour_max: f64,
    /// For each factor of e beyond.
    pub per_connection: f64,
    /// The least share of ten minutes with traffic.
    pub active_min: f64,
    /// For the whole share.
    pub per_silence: f64,
    /// Fits expected before anything is known of an account, of `prior_servers`.
    pub prior_fits: f64,
    /// See `prior_fits`.
    pub prior_servers: f64,
    /// What miners of each coin are sent.
    pub coin: Vec<CoinProfile>,
}

/// The messages of one coin's pools.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct CoinProfile {
    /// The coin's usual sign.
    pub id: String,
    /// Jobs a minute, each as likely as the next.
    pub pushes_per_minute: Vec<f64>,
    /// Bytes of a job, without headers.
    pub job_bytes: Vec<f64>,
    /// Bytes of a submitted share.
    pub submit_bytes: f64,
    /// Bytes of the reply.
    pub reply_bytes: f64,
    /// Bytes that a wallet's server pushes at each block, in clear; 0 where no server pushes so little.
    pub header_bytes: f64,
}

/// Conversations with a server that no name led to.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct AddressWithoutName {
    /// With a miner's footprint.
    pub fitting: f64,
    /// The names of this long before must be known, in seconds.
    pub known_seconds: i64,
}

/// Conversations in time with a chain's blocks.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct BlockPulse {
    /// What a pulse beside a footprint is worth at least.
    pub least: f64,
    /// The most.
    pub most: f64,
    /// The most where packets are sampled, in nats.
    pub sampled_most: f64,
    /// The most where what comes with blocks may be headers.
    pub header_most: f64,
    /// Jobs for each block, below which they may be headers, if they are as small.
    pub jobs_per_block_min: f64,
    /// For each nat that the pulse itself gives.
    pub per_nat: f64,
    /// The nats that it must give.
    pub nats_min: f64,
    /// The footprint's score that it needs.
    pub score_min: f64,
}

/// Machines that share a server or a clock.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct FleetPulse {
    /// Machines that share a hidden clock.
    pub clock: f64,
    /// For each doubling of their number beyond three.
    pub per_doubling: f64,
    /// Two machines alone.
    pub pair: f64,
    /// Machines with one server and equal footprints, without a clock.
    pub server: f64,
    /// The most.
    pub most: f64,
    /// The footprint's score that each needs.
    pub score_min: f64,
}

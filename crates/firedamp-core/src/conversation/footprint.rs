//! What a conversation looks like over hours: rates, sizes, steadiness.
//!
//! Rates are medians over ten-minute pieces, so that neither a download through the same connection
//! nor a pause moves them.

use super::{Series, series::Minute};

/// Below this a conversation says nothing of its habits.
const MINUTES_MIN: usize = 45;
/// Flow logs of ten minutes still give the pieces.
const PIECE_MINUTES: usize = 10;
/// Pieces with so many times the median's bytes are bulk between the mining.
const OUTLIER: f64 = 3.0;
/// Google looks at about one packet in so many, and multiplies what it sees.
const SAMPLING: f64 = 30.0;
/// Sampled packets tell little of a minute, and of an hour only how much.
const SAMPLED_MINUTES_MIN: usize = 180;

/// The habits of a conversation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Footprint {
    /// How long it lasted.
    pub hours: f64,
    /// Bytes a minute, client to server.
    pub up_rate: f64,
    /// Bytes a minute, server to client.
    pub down_rate: f64,
    /// Bytes a packet, client to server.
    pub up_size: f64,
    /// Bytes a packet, server to client.
    pub down_size: f64,
    /// Standard deviation of the bytes of ten minutes, as a share of their mean.
    pub variation: f64,
    /// Share of ten-minute pieces with traffic.
    pub active: f64,
    /// Variance of the packets of a minute over their mean: 1 for independent packets, 0 for
    /// clockwork, tens for bursts. Unknown for records of more than a minute and for samples.
    pub dispersion: Option<f64>,
    /// Connections an hour.
    pub connections: f64,
    /// Packets that the numbers rest on, client to server and back, where the log samples packets.
    pub sampled_packets: Option<[f64; 2]>,
}

impl Footprint {
    /// `None` when there is too little to tell, or one direction is silent.
    #[must_use]
    pub fn of(series: &Series, sampled: bool) -> Option<Self> {
        // First and last minute are partial.
        let whole = series.minutes.get(1..series.minutes.len().checked_sub(1)?)?;
        let least = if sampled { SAMPLED_MINUTES_MIN } else { MINUTES_MIN };
        if whole.len() < least {
            return None;
        }
        let pieces: Vec<Minute> = whole.chunks_exact(PIECE_MINUTES).map(mean).collect();
        let active: Vec<Minute> =
            pieces.iter().filter(|piece| piece.bytes() > 0.0).copied().collect();
        let typical = median(active.iter().map(Minute::bytes).collect());
        let quiet: Vec<Minute> =
            active.iter().filter(|piece| piece.bytes() <= OUTLIER * typical).copied().collect();
        let total = mean(&quiet);
        let size = |bytes: f64, packets: f64| (packets > 0.0).then(|| bytes / packets);
        let rate = |of: fn(&Minute) -> f64| match sampled {
            true => of(&mean(&pieces)),
            false => median(active.iter().map(of).collect()),
        };
        let hours = whole.len() as f64 / 60.0;
        let footprint = Self {
            hours,
            up_rate: rate(|minute| minute.up_bytes),
            down_rate: rate(|minute| minute.down_bytes),
            up_size: size(total.up_bytes, total.up_packets)?,
            down_size: size(total.down_bytes, total.down_packets)?,
            variation: variation(&quiet),
            active: active.len() as f64 / pieces.len().max(1) as f64,
            dispersion: (!sampled && series.tells_minutes())
                .then(|| dispersion(whole, OUTLIER * typical)),
            connections: series.connections as f64 / hours.max(1.0),
            sampled_packets: sampled.then(|| {
                let sum = |of: fn(&Minute) -> f64| whole.iter().map(of).sum::<f64>() / SAMPLING;
                [sum(|minute| minute.up_packets), sum(|minute| minute.down_packets)]
            }),
        };
        (footprint.up_rate > 0.0 && footprint.down_rate > 0.0).then_some(footprint)
    }
}

fn mean(minutes: &[Minute]) -> Minute {
    let count = minutes.len().max(1) as f64;
    let sum = |of: fn(&Minute) -> f64| minutes.iter().map(of).sum::<f64>() / count;
    Minute {
        up_bytes: sum(|minute| minute.up_bytes),
        down_bytes: sum(|minute| minute.down_bytes),
        up_packets: sum(|minute| minute.up_packets),
        down_packets: sum(|minute| minute.down_packets),
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

fn moments(numbers: &[f64]) -> (f64, f64) {
    let count = numbers.len().max(1) as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let variance = numbers.iter().map(|number| (number - mean).powi(2)).sum::<f64>() / count;
    (mean, variance)
}

fn variation(pieces: &[Minute]) -> f64 {
    let (mean, variance) = moments(&pieces.iter().map(Minute::bytes).collect::<Vec<_>>());
    if mean > 0.0 { variance.sqrt() / mean } else { 0.0 }
}

/// The index of dispersion of packets by the minute, in pieces without bulk.
fn dispersion(whole: &[Minute], piece_bytes_max: f64) -> f64 {
    let packets: Vec<f64> = whole
        .chunks_exact(PIECE_MINUTES)
        .filter(|piece| (0.0..=piece_bytes_max).contains(&mean(piece).bytes()))
        .flatten()
        .map(|minute| minute.up_packets + minute.down_packets)
        .collect();
    let (mean, variance) = moments(&packets);
    if mean > 0.0 { variance / mean } else { 0.0 }
}

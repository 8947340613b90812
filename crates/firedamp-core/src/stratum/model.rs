//! A miner's connection as arithmetic: jobs pushed, shares submitted, and what that makes in bytes
//! and packets.
//!
//! A share is a submission and its reply; a job is pushed at each block and refresh. So of the four
//! numbers that a flow log has of a direction pair (bytes and packets each way), one is free (how
//! many shares) and the other three follow from the protocol. The density of the three, given the
//! bytes sent, is compared with what any long, small connection might have. Message sizes and rates
//! are in the weights file, with their source.

use crate::{
    conversation::Footprint,
    weights::{CoinProfile, StratumProfile},
};

/// IP and TCP headers with time stamps.
const HEADER_BYTES: f64 = 52.0;
/// Bytes that a wrapping adds to each message: none, TLS records, a VPN's packets.
const WRAPPINGS: [f64; 3] = [0.0, 29.0, 85.0];
/// Acknowledgements without data, for each share: pools that answer late send them.
const EMPTY_ANSWERS: [f64; 3] = [0.0, 0.25, 0.5];
/// Shares a minute: pools aim for one in three to sixty seconds, throttled miners hand in one in two
/// minutes. Who only listens is a subscriber to news of some kind.
const SHARES_MIN: f64 = 0.25;
const SHARES_MAX: f64 = 25.0;

/// How well a footprint fits.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fit {
    /// The coin whose rhythm fits best.
    pub(crate) coin: String,
    /// Log-likelihood ratio of the footprint against any other long, small connection.
    pub(crate) score: f64,
    /// Shares a minute.
    pub(crate) shares: f64,
}

/// What one way of mining sends, for given bytes a minute from the client.
struct Expected {
    shares: f64,
    down_rate: f64,
    up_size: f64,
    down_size: f64,
}

struct Cell {
    pushes: f64,
    job_bytes: f64,
    submit_bytes: f64,
    reply_bytes: f64,
    empty: f64,
}

impl Cell {
    fn expected(&self, up_rate: f64) -> Option<Expected> {
        let shares =
            (up_rate - HEADER_BYTES * self.pushes) / (self.submit_bytes + 2.0 * HEADER_BYTES);
        if !(SHARES_MIN..=SHARES_MAX).contains(&shares) {
            return None;
        }
        let down_rate = shares * (self.reply_bytes + HEADER_BYTES * (1.0 + self.empty))
            + self.pushes * (self.job_bytes + HEADER_BYTES);
        Some(Expected {
            shares,
            down_rate,
            up_size: up_rate / (2.0 * shares + self.pushes),
            down_size: down_rate / (shares * (1.0 + self.empty) + self.pushes),
        })
    }
}

fn cells(coin: &CoinProfile) -> impl Iterator<Item = Cell> + '_ {
    let each = WRAPPINGS.into_iter().flat_map(|wrap| EMPTY_ANSWERS.map(|empty| (wrap, empty)));
    each.flat_map(move |(wrap, empty)| {
        coin.pushes_per_minute.iter().flat_map(move |pushes| {
            coin.job_bytes.iter().map(move |job_bytes| Cell {
                pushes: *pushes,
                job_bytes: job_bytes + wrap,
                submit_bytes: coin.submit_bytes + wrap,
                reply_bytes: coin.reply_bytes + wrap,
                empty,
            })
        })
    })
}

impl Fit {
    /// The best coin's fit.
    pub(crate) fn of(footprint: &Footprint, weights: &StratumProfile) -> Option<Self> {
        let background = background(footprint, weights);
        let mut coins: Vec<(f64, f64, &str)> =
            weights.coin.iter().map(|coin| density(footprint, coin, weights)).collect();
        coins.sort_by(|one, other| other.0.total_cmp(&one.0));
        let total: f64 = coins.iter().map(|coin| coin.0).sum::<f64>() / coins.len().max(1) as f64;
        let (_, shares, coin) = coins.first().filter(|coin| coin.0 > 0.0)?;
        let score = (total / background).ln() + habits(footprint, weights);
        Some(Self { coin: (*coin).to_string(), score, shares: *shares })
    }
}

/// The score of a footprint as that of a miner of this coin and no other.
pub(super) fn score_as(footprint: &Footprint, coin: &CoinProfile, weights: &StratumProfile) -> f64 {
    let (density, ..) = density(footprint, coin, weights);
    (density / background(footprint, weights)).ln() + habits(footprint, weights)
}

/// The mean density of a coin's ways, and the shares of the likeliest.
fn density<'a>(
    footprint: &Footprint,
    coin: &'a CoinProfile,
    weights: &StratumProfile,
) -> (f64, f64, &'a str) {
    let noise = Noise::of(footprint);
    let (mut sum, mut count, mut best) = (0.0, 0.0, (0.0, 0.0));
    for cell in cells(coin) {
        count += 1.0;
        let Some(expected) = cell.expected(footprint.up_rate) else {
            continue;
        };
        let density =
            student(footprint.down_rate, expected.down_rate, noise.both.hypot(weights.rate_scale))
                * student(
                    footprint.up_size,
                    expected.up_size,
                    noise.up.hypot(weights.up_size_scale),
                )
                * student(
                    footprint.down_size,
                    expected.down_size,
                    noise.down.hypot(weights.down_size_scale),
                );
        sum += density;
        if density > best.0 {
            best = (density, expected.shares);
        }
    }
    (if count > 0.0 { sum / count } else { 0.0 }, best.1, &coin.id)
}

/// How far sampling alone moves the logarithm of a sum: by the root of one over the packets seen,
/// whose sizes differ by about as much as their mean.
struct Noise {
    up: f64,
    down: f64,
    both: f64,
}

impl Noise {
    fn of(footprint: &Footprint) -> Self {
        let [up, down] = footprint
            .sampled_packets
            .map_or([0.0; 2], |packets| packets.map(|count| (2.0 / count.max(1.0)).sqrt()));
        Self { up, down, both: up.hypot(down) }
    }
}

/// The same of any long, small connection.
fn background(footprint: &Footprint, weights: &StratumProfile) -> f64 {
    let [rate, up, down] = weights.background;
    let normal = |value: f64, [mean, deviation]: [f64; 2]| {
        let distance = (value - mean) / deviation;
        (-0.5 * distance * distance).exp() / (deviation * std::f64::consts::TAU.sqrt())
    };
    // As heavy as what it is compared with, so that what is far from both is no evidence.
    let floor = 0.002;
    normal((footprint.down_rate / footprint.up_rate).ln(), rate).max(floor)
        * normal(footprint.up_size.ln(), up).max(floor)
        * normal(footprint.down_size.ln(), down).max(floor)
}

/// Student's t with four degrees of freedom over the logarithm of a ratio.
fn student(value: f64, expected: f64, scale: f64) -> f64 {
    let distance = (value / expected).ln() / scale;
    let base = 1.0 + distance * distance / 4.0;
    0.375 / (scale * base * base * base.sqrt())
}

/// Steady over hours, irregular by the minute, one connection: each by how far it is off.
fn habits(footprint: &Footprint, weights: &StratumProfile) -> f64 {
    let over = |value: f64, limit: f64| (value / limit).ln().max(0.0);
    let under = |value: f64, limit: f64| (limit / value.max(1e-3)).ln().max(0.0);
    let dispersion = footprint.dispersion.map_or(0.0, |dispersion| {
        let [low, high] = weights.dispersion;
        weights.per_dispersion * (under(dispersion, low) + over(dispersion, high))
    });
    let connections =
        weights.per_connection * over(footprint.connections, weights.connections_per_hour_max);
    // A few packets of ten minutes, seen by chance, vary and miss whatever the connection does.
    if footprint.sampled_packets.is_some() {
        return -connections;
    }
    let variation = weights.per_variation * over(footprint.variation, weights.variation_max);
    let silence = weights.per_silence * (weights.active_min - footprint.active).max(0.0);
    -dispersion - variation - connections - silence
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weights::Weights;

    /// A steady conversation of twelve hours: bytes a minute and bytes a packet, up and down.
    fn steady([up_rate, down_rate]: [f64; 2], [up_size, down_size]: [f64; 2]) -> Footprint {
        Footprint {
            hours: 12.0,
            up_rate,
            down_rate,
            up_size,
            down_size,
            variation: 0.13,
            active: 1.0,
            dispersion: Some(2.0),
            connections: 0.1,
            sampled_packets: None,
        }
    }

    fn score(footprint: &Footprint, coin: &str) -> f64 {
        let weights = Weights::embedded().stratum_profile;
        let coin = weights.coin.iter().find(|one| one.id == coin).expect("a known coin");
        score_as(footprint, coin, &weights)
    }

    #[test]
    fn who_is_told_of_headers_fits_another_coin_than_the_one_it_hears_of() {
        // A shop of Litecoin's: 285 bytes at each block, a question of 179 bytes each 25 s, a ping a minute.
        let shop = steady([873.0, 670.0], [124.5, 183.8]);
        let weights = Weights::embedded().stratum_profile;
        assert!(Fit::of(&shop, &weights).expect("a fit").score > 2.0);
        assert!(score(&shop, "xmr") > 3.0);
        assert!(score(&shop, "ltc") < -2.0 && score(&shop, "btc") < -1.0);
    }

    #[test]
    fn a_miner_fits_its_own_coin() {
        let monero = steady([428.0, 478.0], [125.2, 229.4]);
        assert!(score(&monero, "xmr") > 3.0 && score(&monero, "ltc") < -4.0);
        let litecoin = steady([397.0, 1969.0], [89.5, 647.0]);
        assert!(score(&litecoin, "ltc") > 3.0 && score(&litecoin, "xmr") < -8.0);
    }
}

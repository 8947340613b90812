//! What a connection that keeps a chain's time is sent at its blocks: this coin's jobs, or news.

use super::{minutes_within, near};
use crate::{
    conversation::{Minute, Series},
    pulse::{self, Exchanged, Pushes},
    stratum::Fitting,
    weights::{StratumProfile, Weights},
};

/// IP and TCP headers with time stamps, and what sealing adds to a message.
const ENVELOPE_BYTES: f64 = 52.0 + 29.0;
/// What a measured size may be over the one in the books.
const SPARE: f64 = 1.1;
/// Minutes of so many times the usual bytes hold a download.
const BULK: f64 = 10.0;

/// What is sent at blocks, what says most of mining at the end.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Sent {
    /// Something else than this coin's miners are sent.
    News,
    /// As much as a header is, and nothing between blocks.
    Header,
    /// Jobs, as far as is known.
    Job,
}

impl Sent {
    /// By the arithmetic of this coin's mining, and by what comes with each block.
    pub(super) fn of(
        fitting: &Fitting<'_>,
        (coin, blocks): (&str, &[i64]),
        lag_minutes: i8,
        weights: &Weights,
    ) -> Self {
        // Where machines take turns, blocks fall between them, and what each is sent when it begins is none's:
        // nothing so exact can be said, and who wants to hear of blocks stays.
        if fitting.talk.machines > 1 {
            return Self::Job;
        }
        let (profile, limits) = (&weights.stratum_profile, &weights.block_pulse);
        let (first_minute, minutes) = reached(&fitting.talk.series, blocks);
        let pace = blocks_per_minute(first_minute, minutes.len(), blocks);
        if fitting.score_of(coin, pace, profile) < limits.score_min {
            return Self::News;
        }
        let first_minute = first_minute.saturating_sub(i64::from(lag_minutes));
        let bulk = BULK * fitting.footprint.down_rate;
        let own = near(blocks, first_minute, minutes.len());
        let pushes = pulse::pushes(&minutes, first_minute, own, bulk);
        if may_be_header(pushes, coin, weights) { Self::Header } else { Self::Job }
    }

    /// What evidence calls it; nothing for jobs.
    pub(super) const fn id(self) -> Option<&'static str> {
        match self {
            Self::News => Some("news"),
            Self::Header => Some("header"),
            Self::Job => None,
        }
    }
}

/// The minutes between a table's first block and its last, and the first of them.
fn reached(series: &Series, blocks: &[i64]) -> (i64, Vec<Exchanged>) {
    let table = blocks.first().zip(blocks.last()).map_or(0..0, |(first, last)| *first..*last);
    let within = minutes_within(&table, series.first_minute, series.minutes.len());
    let first_minute = series.first_minute.saturating_add(within.start as i64);
    let exchanged = |minute: &Minute| Exchanged {
        down_bytes: minute.down_bytes,
        down_packets: minute.down_packets,
        up_packets: minute.up_packets,
    };
    let minutes = series.minutes.get(within).unwrap_or_default();
    (first_minute, minutes.iter().map(exchanged).collect())
}

/// Of the chain, in so many minutes; tables are in order of time.
fn blocks_per_minute(first_minute: i64, minutes: usize, blocks: &[i64]) -> f64 {
    let before = |minute: i64| blocks.partition_point(|second| *second < minute.saturating_mul(60));
    let last_minute = first_minute.saturating_add(minutes as i64);
    let within = before(last_minute).saturating_sub(before(first_minute));
    within as f64 / minutes.max(1) as f64
}

/// Whether what comes with blocks may be headers: it is as small, and nothing comes between. Of a few blocks
/// nobody can tell; there the arithmetic of the coin's own mining must do, and of a coin that the weights do
/// not know there is none.
fn may_be_header(pushes: Option<Pushes>, coin: &str, weights: &Weights) -> bool {
    let (profile, limits) = (&weights.stratum_profile, &weights.block_pulse);
    let is_known = || profile.coin.iter().any(|known| known.id == coin);
    pushes.map_or_else(
        || !is_known(),
        |pushes| {
            pushes.bytes + pushes.error < header_bytes_max(coin, profile)
                && pushes.per_tick < limits.jobs_per_block_min
        },
    )
}

/// What comes with a block where nobody mines, at most; of a coin that the weights do not know the most
/// of any.
fn header_bytes_max(coin: &str, profile: &StratumProfile) -> f64 {
    let known = profile.coin.iter().find(|known| known.id == coin).map(|known| known.header_bytes);
    let any = || profile.coin.iter().map(|known| known.header_bytes).fold(0.0, f64::max);
    let bytes = known.unwrap_or_else(any);
    if bytes > 0.0 { SPARE * (bytes + ENVELOPE_BYTES) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        conversation::{Footprint, Talk},
        event::Endpoint,
        names::Sighting,
        stratum::Fit,
    };

    #[test]
    fn headers_are_small_and_alone_and_of_few_blocks_nobody_can_tell() {
        let weights = Weights::embedded();
        let told = |bytes: f64, per_tick: f64| Some(Pushes { bytes, error: 12.0, per_tick });
        // Bitcoin Cash is none of the coins in the weights, and nobody's jobs are looked for.
        for coin in ["btc", "bch"] {
            assert!(may_be_header(told(418.0, 1.0), coin, &weights), "{coin}");
            assert!(!may_be_header(told(1200.0, 1.0), coin, &weights), "{coin}");
            assert!(!may_be_header(told(418.0, 1.3), coin, &weights), "{coin}");
        }
        assert!(may_be_header(None, "bch", &weights));
        assert!(!may_be_header(None, "btc", &weights));
        assert!(!may_be_header(told(418.0, 1.0), "etc", &weights), "no header is as small there");
    }

    /// Half a day of what no miner sends.
    fn talk(machines: usize) -> Talk {
        let minute =
            Minute { up_bytes: 9000.0, down_bytes: 9000.0, up_packets: 6.0, down_packets: 6.0 };
        Talk {
            resource: "i-0abc".to_string(),
            client: Sighting::default(),
            server: Endpoint { address: [203, 0, 113, 9].into(), port: 443 },
            series: Series {
                first_minute: 0,
                minutes: vec![minute; 720],
                record_seconds: 60,
                connections: machines,
            },
            moments: Vec::new(),
            places: Vec::new(),
            answer: None,
            asks: true,
            approximate: false,
            machines,
        }
    }

    #[test]
    fn of_machines_that_take_turns_nothing_so_exact_is_said() {
        let weights = Weights::embedded();
        let blocks: Vec<i64> = (0..360).map(|number| number * 120).collect();
        let sent = |machines| {
            let talk = talk(machines);
            let footprint = Footprint::of(&talk.series, false).expect("long enough");
            let fit = Fit { coin: "xmr".to_string(), score: 1.0, shares: 2.0 };
            let fitting = Fitting { talk: &talk, footprint, fit };
            Sent::of(&fitting, ("xmr", &blocks), 0, &weights)
        };
        assert_eq!([sent(1), sent(8)], [Sent::News, Sent::Job]);
    }
}

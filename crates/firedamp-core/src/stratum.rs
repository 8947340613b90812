//! Conversations that fit the arithmetic of mining, for every detector that asks.

mod model;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use crate::{
    conversation::{Footprint, Talk},
    id::Provider,
    weights,
};

pub(crate) use model::Fit;

/// The share of a chain's blocks that its miners are told of at least, by the arithmetic.
const TOLD_SHARE: f64 = 0.9;

/// A talk with a miner's footprint.
pub(crate) struct Fitting<'a> {
    pub(crate) talk: &'a Talk,
    pub(crate) footprint: Footprint,
    pub(crate) fit: Fit,
}

impl<'a> Fitting<'a> {
    /// `None` when the footprint is likelier anyone else's.
    pub(crate) fn of(
        talk: &'a Talk,
        provider: Provider,
        weights: &weights::StratumProfile,
    ) -> Option<Self> {
        let footprint = Footprint::of(&talk.series, provider.samples_packets())?;
        let fit = Fit::of(&footprint, weights).filter(|fit| fit.score > 0.0)?;
        Some(Self { talk, footprint, fit })
    }

    /// How well it fits a miner of this very coin, whose chain has so many blocks a minute. Of a coin
    /// that the weights do not know, the likeliest that is sent jobs as often counts: `RandomX` and merged
    /// mining have the same messages on many chains.
    pub(crate) fn score_of(
        &self,
        coin: &str,
        blocks_per_minute: f64,
        weights: &weights::StratumProfile,
    ) -> f64 {
        let is_known = weights.coin.iter().any(|known| known.id == coin);
        let least = TOLD_SHARE * blocks_per_minute;
        let is_alike = |known: &weights::CoinProfile| {
            if is_known {
                known.id == coin
            } else {
                known.pushes_per_minute.iter().any(|pushes| *pushes >= least)
            }
        };
        let alike = weights.coin.iter().filter(|known| is_alike(known));
        let scores = alike.map(|known| model::score_as(&self.footprint, known, weights));
        scores.fold(f64::NEG_INFINITY, f64::max)
    }

    /// Whether the records tell one minute from the next: of samples, and of ten minutes, nothing
    /// is known of a minute, and what all machines hear at once (a download, a vendor's news) stands
    /// out of what is left.
    pub(crate) const fn keeps_time(&self) -> bool {
        self.footprint.sampled_packets.is_none() && self.talk.series.tells_minutes()
    }

    /// What the footprint weighs: by how well it fits, and how long it has.
    pub(crate) fn nats(&self, unusual: f64, weights: &weights::StratumProfile) -> f64 {
        let share = (self.fit.score.min(unusual) / weights.score_full).clamp(0.0, 1.0);
        let hours = (self.footprint.hours / weights.hours_full).clamp(0.0, 1.0).sqrt();
        let blur =
            if self.footprint.sampled_packets.is_some() { weights.sampled_share } else { 1.0 };
        weights.most * share * hours * blur
    }
}

/// The account's talks that fit, and how unusual that is there: reckoned once, for every detector.
#[derive(Default)]
pub struct Footprints<'a> {
    pub(crate) fitting: Vec<Fitting<'a>>,
    /// In nats; see [`unusual`].
    pub(crate) unusual: f64,
}

impl<'a> Footprints<'a> {
    /// Of these talks.
    #[must_use]
    pub fn of(talks: &'a [Talk], provider: Provider, weights: &weights::StratumProfile) -> Self {
        let fitting: Vec<Fitting<'a>> =
            talks.iter().filter_map(|talk| Fitting::of(talk, provider, weights)).collect();
        let unusual = unusual(talks, &fitting, weights);
        Self { fitting, unusual }
    }

    /// An account is judged by the root of the number of its machines times their odds. Machines that
    /// do the same are no independent witnesses, so each detector that speaks of each of them takes
    /// this back; what they have in common is weighed by itself.
    pub(crate) fn shared(&self, weights: &weights::StratumProfile) -> f64 {
        let good = self.fitting.iter().filter(|fitting| is_good(fitting, weights));
        let machines: BTreeSet<&str> = good.map(|fitting| fitting.talk.resource.as_str()).collect();
        0.5 * (machines.len().max(1) as f64).ln()
    }
}

/// Whether a fit is good enough to count as one.
fn is_good(fitting: &Fitting<'_>, weights: &weights::StratumProfile) -> bool {
    fitting.fit.score >= weights.score_full / 2.0
}

/// How unusual a fit is in this account, in nats: the background, learned from the account's own
/// servers. A server that many machines talk to counts once; before anything is known, a few
/// connections in a thousand fit.
fn unusual(talks: &[Talk], fitting: &[Fitting<'_>], weights: &weights::StratumProfile) -> f64 {
    let mut servers: BTreeMap<(IpAddr, u16), bool> = BTreeMap::new();
    for talk in talks {
        servers.entry((talk.server.address, talk.server.port)).or_default();
    }
    for fitting in fitting.iter().filter(|fitting| is_good(fitting, weights)) {
        let server = fitting.talk.server;
        servers.insert((server.address, server.port), true);
    }
    let fits = servers.values().filter(|fits| **fits).count() as f64;
    // The one that is judged is not evidence against itself.
    let others = (fits - 1.0).max(0.0);
    let rate = (others + weights.prior_fits) / (servers.len() as f64 + weights.prior_servers);
    -rate.ln()
}

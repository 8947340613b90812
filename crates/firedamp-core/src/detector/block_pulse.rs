//! A connection's minutes follow a chain's blocks.
//!
//! **What it sees**: with a table of when a chain had its blocks (`--blocks COIN=FILE`), whether a
//! connection with a miner's footprint is sent more in the minutes of blocks than at any other shift
//! of the same minutes.
//!
//! **Why it matters**: pools send new jobs at each block, to every miner, at any hash rate, through
//! TLS, a VPN or a proxy. Whatever is on no list still keeps time.
//!
//! **What it needs**: flow records of one minute, over three quarters of an hour at the least; twelve
//! hours are better. Ten-minute records do not show it.
//!
//! **What it misses**: chains without a table; jobs delayed by a minute and more, or buried in twenty
//! kilobytes a minute of padding.
//!
//! **What it mistakes**: whoever else waits for blocks: nodes and explorers (a hundred times the
//! volume), exchanges' feeds (many times the rate). So it speaks only beside the footprint.
//!
//! **What to do**: this is what no honest client but a miner looks like; find what runs there.

use serde_json::{Map, json};

use super::{Context, Detector, Info, Watch};
use crate::{
    event::Event,
    finding::{Finding, Group, Scope, rounded},
    id::Place,
    pulse::{self, Synchrony},
    stratum::{self, Fitting},
    text,
};

/// The detector.
pub struct BlockPulse;

impl Detector for BlockPulse {
    type State = ();

    const INFO: Info = Info {
        id: "block_pulse",
        group: Group::Network,
        says: "a miner's footprint rises with a chain's blocks; needs --blocks and one-minute records",
    };

    fn observe(_state: &mut (), _event: &Event<'_>, _place: Place, _watch: &Watch) {}

    fn findings(_state: &(), context: &Context<'_>) -> Vec<Finding> {
        if context.blocks.count() == 0 {
            return Vec::new();
        }
        let weights = context.weights;
        let talks =
            stratum::fitting(context.talks, context.account.provider, &weights.stratum_profile);
        let is_worth = |fitting: &Fitting<'_>| {
            fitting.keeps_time() && fitting.fit.score >= weights.block_pulse.score_min
        };
        let fitting: Vec<Fitting<'_>> = talks.into_iter().filter(is_worth).collect();
        let trials = (fitting.len() * context.blocks.count()) as f64;
        fitting.iter().filter_map(|fitting| finding(fitting, trials, context)).collect()
    }
}

fn finding(fitting: &Fitting<'_>, trials: f64, context: &Context<'_>) -> Option<Finding> {
    let weights = &context.weights.block_pulse;
    let series = &fitting.talk.series;
    let down: Vec<f64> = series.minutes.iter().map(|minute| minute.down_bytes).collect();
    let residual = pulse::residual(&down);
    let fits = context.blocks.coins().filter_map(|(coin, blocks)| {
        let fit = pulse::clock_fit(&residual, series.first_minute, blocks)?;
        Some((pulse::nats(fit.z, trials), fit, coin))
    });
    let (nats, fit, coin) = fits.max_by(|one, other| one.0.total_cmp(&other.0))?;
    (nats >= weights.nats_min).then(|| {
        let llr = (weights.least + weights.per_nat * (nats - weights.nats_min)).min(weights.most);
        told(fitting, llr, fit, coin)
    })
}

fn told(fitting: &Fitting<'_>, llr: f64, fit: Synchrony, coin: &str) -> Finding {
    let talk = fitting.talk;
    let mut evidence = Map::new();
    evidence.insert("remote".into(), talk.server.address.to_string().into());
    evidence.insert("port".into(), talk.server.port.into());
    evidence.insert("coin".into(), coin.into());
    evidence.insert("z".into(), json!(rounded(fit.z, 1)));
    evidence.insert("correlation".into(), json!(rounded(fit.correlation, 3)));
    evidence.insert("lag_minutes".into(), fit.lag_minutes.into());
    evidence.insert("minutes".into(), talk.series.minutes.len().into());
    Finding {
        detector: BlockPulse::INFO.id,
        group: BlockPulse::INFO.group,
        resource: talk.resource.clone(),
        scope: Scope::Resource,
        llr,
        span: talk.series.span(),
        summary: format!(
            "for {} what {} port {} sent rose with the blocks of {coin}: {:.0} standard deviations above \
             the same minutes at any other time",
            text::duration(talk.series.span().seconds()),
            talk.server.address,
            talk.server.port,
            fit.z
        ),
        evidence,
        places: talk.places.clone(),
        approximate: talk.approximate,
        sample: false,
        ongoing: true,
    }
}

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
//! hours are better. Ten-minute records do not show it. Where packets are sampled (Google), the seconds
//! of those that were seen do as well, over three hours at the least.
//!
//! **What it misses**: chains without a table, and what a table does not reach; jobs delayed by a minute
//! and more, or buried in twenty kilobytes a minute of padding; pools whose jobs are as small as a header
//! and come at blocks alone; where packets are sampled, jobs delayed by ten seconds and more.
//!
//! **What it mistakes**: whoever else waits for blocks: nodes and explorers (a hundred times the
//! volume), exchanges' feeds (many times the rate), wallets and shops that are told of headers: they
//! have the time of one coin's chain and the sizes of another one's mining, or are told something of a
//! header's size at each block and nothing between. So it speaks only beside a footprint of the same coin,
//! and softly where that may have been headers; where packets are sampled all that tells them apart too
//! badly, so that the two together make no case.
//!
//! **What to do**: this is what no honest client but a miner looks like; find what runs there.

mod sent;

use std::ops::Range;

use serde_json::{Map, Value, json};

use self::sent::Sent;
use super::{Context, Detector, Info, Watch};
use crate::{
    conversation::Talk,
    event::Event,
    finding::{Finding, Group, Scope, rounded},
    id::Place,
    pulse::{self, Promptness, Synchrony},
    saying::Saying,
    stratum::Fitting,
    weights::Weights,
};

/// What lies farther beyond a table's ends is not held against it.
const SLACK_SECONDS: i64 = 3600;

/// What a finding calls what was pushed, where that is not, or need not be, this coin's jobs.
pub(crate) const NO_JOBS: &str = "pushed";

/// The detector.
pub struct BlockPulse;

impl Detector for BlockPulse {
    type State = ();

    const INFO: Info = Info {
        id: "block_pulse",
        group: Group::Network,
        says: "a miner's footprint rises with a chain's blocks; needs --blocks and records of a minute or less",
    };

    fn observe(_state: &mut (), _event: &Event<'_>, _place: Place, _watch: &Watch) {}

    fn findings(_state: &(), context: &Context<'_>) -> Vec<Finding> {
        if context.blocks.count() == 0 {
            return Vec::new();
        }
        let weights = context.weights;
        let is_worth = |fitting: &Fitting<'_>| {
            let tells_time = fitting.keeps_time() || !fitting.talk.moments.is_empty();
            tells_time && fitting.fit.score >= weights.block_pulse.score_min
        };
        let fitting: Vec<&Fitting<'_>> =
            context.footprints.fitting.iter().filter(|fitting| is_worth(fitting)).collect();
        let trials = (fitting.len() * context.blocks.count()) as f64;
        let shared = context.footprints.shared(&weights.stratum_profile);
        fitting.iter().filter_map(|fitting| finding(fitting, (trials, shared), context)).collect()
    }
}

/// How a talk keeps the time of a chain.
enum Time {
    /// By bytes a minute.
    Minutes(Synchrony),
    /// By the seconds of sampled packets.
    Moments(Promptness),
}

impl Time {
    /// `None` when there is too little to tell.
    fn of(talk: &Talk, residual: &[f64], blocks: &[i64]) -> Option<Self> {
        let known = reach(blocks)?;
        if talk.moments.is_empty() {
            let first = talk.series.first_minute;
            let minutes = minutes_within(&known, first, residual.len());
            let first = first.saturating_add(i64::try_from(minutes.start).ok()?);
            let blocks = near(blocks, first, minutes.len());
            return pulse::clock_fit(residual.get(minutes)?, first, blocks).map(Self::Minutes);
        }
        let moments = talk.moments.iter().copied();
        let moments: Vec<u32> = moments.filter(|at| known.contains(&i64::from(*at))).collect();
        pulse::promptness(&moments, blocks).map(Self::Moments)
    }

    const fn z(&self) -> f64 {
        match self {
            Self::Minutes(fit) => fit.z,
            Self::Moments(fit) => fit.z,
        }
    }

    fn evidence(&self, evidence: &mut Map<String, Value>) {
        evidence.insert("z".into(), json!(rounded(self.z(), 1)));
        match self {
            Self::Minutes(fit) => {
                evidence.insert("correlation".into(), json!(rounded(fit.correlation, 3)));
                evidence.insert("lag_minutes".into(), fit.lag_minutes.into());
            }
            Self::Moments(fit) => {
                evidence.insert("packets_sampled".into(), fit.packets.into());
                evidence.insert("packets_after_blocks".into(), fit.soon.into());
                evidence.insert("by_chance".into(), json!(rounded(fit.by_chance, 1)));
            }
        }
    }

    fn said(&self, talk: &Talk, coin: &str) -> Saying {
        let said = match self {
            Self::Minutes(fit) => Saying::of("found-pulse-minutes").number("deviations", fit.z, 0),
            Self::Moments(fit) => Saying::of("found-pulse-moments")
                .number("packets", fit.packets as f64, 0)
                .number("soon", fit.soon as f64, 0)
                .number("chance", fit.by_chance, 0),
        };
        said.seconds("lasted", talk.series.span().seconds())
            .text("server", talk.server.address)
            .text("port", talk.server.port)
            .text("coin", coin)
    }
}

/// The seconds of which blocks are known. A table may end early: that no block stands behind its end does
/// not say that there was none. Within an hour of its ends it may as well be whole.
fn reach(blocks: &[i64]) -> Option<Range<i64>> {
    let (first, last) = (*blocks.first()?, *blocks.last()?);
    Some(first.saturating_sub(SLACK_SECONDS)..last.saturating_add(SLACK_SECONDS))
}

/// Which of so many minutes since `first_minute` lie within these seconds.
fn minutes_within(seconds: &Range<i64>, first_minute: i64, count: usize) -> Range<usize> {
    let at = |second: i64| {
        let minute = second.div_euclid(60).saturating_sub(first_minute);
        usize::try_from(minute).unwrap_or_default().min(count)
    };
    let (start, end) = (at(seconds.start), at(seconds.end.saturating_add(59)));
    start..end.max(start)
}

/// The blocks that so many minutes can show: their own, and those of two minutes before. A table of a year
/// has millions, and is held against every conversation.
fn near(blocks: &[i64], first_minute: i64, minutes: usize) -> &[i64] {
    let before = |minute: i64| blocks.partition_point(|second| *second < minute.saturating_mul(60));
    let end = before(first_minute.saturating_add(i64::try_from(minutes).unwrap_or(i64::MAX)));
    let start = before(first_minute.saturating_sub(2));
    blocks.get(start..end).unwrap_or_default()
}

/// A chain whose time a talk keeps.
struct Kept<'a> {
    coin: &'a str,
    time: Time,
    nats: f64,
    sent: Sent,
}

impl<'a> Kept<'a> {
    /// `None` when it does not.
    fn of(
        fitting: &Fitting<'_>,
        residual: &[f64],
        (coin, blocks): (&'a str, &[i64]),
        trials: f64,
        weights: &Weights,
    ) -> Option<Self> {
        let time = Time::of(fitting.talk, residual, blocks)?;
        let nats = pulse::nats(time.z(), trials);
        if nats < weights.block_pulse.nats_min {
            return None;
        }
        let sent = match &time {
            Time::Minutes(fit) => Sent::of(fitting, (coin, blocks), fit.lag_minutes, weights),
            // Of samples nothing so exact is known.
            Time::Moments(_) => Sent::Job,
        };
        Some(Self { coin, time, nats, sent })
    }
}

fn finding(
    fitting: &Fitting<'_>,
    (trials, shared): (f64, f64),
    context: &Context<'_>,
) -> Option<Finding> {
    let talk = fitting.talk;
    let down: Vec<f64> = talk.series.minutes.iter().map(|minute| minute.down_bytes).collect();
    let residual = pulse::residual(&down);
    let kept = context
        .blocks
        .coins()
        .filter_map(|coin| Kept::of(fitting, &residual, coin, trials, context.weights));
    let best =
        kept.max_by(|one, other| one.sent.cmp(&other.sent).then(one.nats.total_cmp(&other.nats)))?;
    Some(told(talk, worth(fitting, &best, shared, context), &best))
}

/// What a pulse of so many nats is worth. A footprint of minutes is rare, so that with it the least of
/// pulses makes a case. What is left of a footprint in samples fits many, others who keep a chain's time
/// among them: there the two add up, and make no case by themselves.
///
/// Nothing is worth what another coin's miners would be sent; and little what anybody is sent who wants to
/// hear of blocks: of that several machines have no more than one.
fn worth(fitting: &Fitting<'_>, kept: &Kept<'_>, shared: f64, context: &Context<'_>) -> f64 {
    let weights = &context.weights.block_pulse;
    match (&kept.time, kept.sent) {
        (Time::Minutes(_), Sent::News) => 0.0,
        (Time::Minutes(_), Sent::Header) => (weights.header_most - shared).max(0.0),
        (Time::Minutes(_), Sent::Job) => {
            (weights.least + weights.per_nat * (kept.nats - weights.nats_min)).min(weights.most)
        }
        (Time::Moments(_), _) => {
            let profile = &context.weights.stratum_profile;
            (kept.nats + fitting.nats(context.footprints.unusual, profile))
                .min(weights.sampled_most)
        }
    }
}

fn told(talk: &Talk, llr: f64, kept: &Kept<'_>) -> Finding {
    let Kept { coin, time, sent, .. } = kept;
    let said = time.said(talk, coin);
    let mut evidence = Map::new();
    evidence.insert("remote".into(), talk.server.address.to_string().into());
    evidence.insert("port".into(), talk.server.port.into());
    evidence.insert("coin".into(), (*coin).into());
    if let Some(pushed) = sent.id() {
        evidence.insert(NO_JOBS.into(), pushed.into());
    }
    time.evidence(&mut evidence);
    evidence.insert("minutes".into(), talk.series.minutes.len().into());
    Finding {
        detector: BlockPulse::INFO.id,
        group: BlockPulse::INFO.group,
        resource: talk.resource.clone(),
        scope: Scope::Resource,
        llr,
        span: talk.series.span(),
        summary: said.english(),
        said,
        evidence,
        places: talk.places.clone(),
        approximate: talk.approximate,
        sample: false,
        ongoing: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_minutes_that_a_table_reaches_are_compared() {
        // Minutes 1000 to 1599.
        let within = |first: i64, last: i64| {
            let known = reach(&[first * 60, (first + last) * 30, last * 60]).expect("blocks");
            minutes_within(&known, 1000, 600)
        };
        assert_eq!(within(900, 1700), 0..600);
        assert_eq!(within(1059, 1541), 0..600, "an hour is no hole");
        assert_eq!(within(1100, 1500), 40..560);
        assert_eq!(within(100, 800), 0..0, "it ended long before");
        assert_eq!(within(3000, 4000), 600..600, "it begins long after");
        assert_eq!(reach(&[]), None);
        assert_eq!(minutes_within(&(i64::MIN..i64::MAX), 1000, 600), 0..600);
    }

    #[test]
    fn blocks_far_away_are_not_looked_at_and_change_nothing() {
        let blocks: Vec<i64> = (0..100_000).map(|at| at * 97 + at * at % 61).collect();
        let residual: Vec<f64> = (0..600_i64).map(|at| (at * at * 7919 % 1009) as f64).collect();
        let own = near(&blocks, 1000, 600);
        assert!((365..380).contains(&own.len()), "{}", own.len());
        let whole = pulse::clock_fit(&residual, 1000, &blocks);
        assert!(whole.is_some());
        assert_eq!(pulse::clock_fit(&residual, 1000, own), whole);
        assert!(near(&blocks, -5000, 600).is_empty() && near(&blocks, i64::MAX, 600).is_empty());
    }
}

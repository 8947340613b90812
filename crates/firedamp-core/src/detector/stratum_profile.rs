//! A long, small, two-way connection has the footprint of mining.
//!
//! **What it sees**: bytes and packets each way that follow from jobs pushed and shares submitted,
//! for hours, steadily, over one connection; whoever the server is, encrypted or not.
//!
//! **Why it matters**: pools set the pace, not miners. A throttled miner has the same footprint, and
//! a proxy of the miner's own is on no list.
//!
//! **What it needs**: flow records with bytes and packets of both directions, of ten minutes or
//! less, over at least forty-five minutes (three hours where packets are sampled).
//!
//! **What it misses**: miners behind a tunnel that carries other traffic too, or that pad what they
//! send by more than they send.
//!
//! **What it mistakes**: chat, telemetry and message queues can look alike for hours. So a footprint
//! alone opens no case; how often the account's other connections fit is held against it.
//!
//! **What to do**: find out what the server is, and what on the machine talks to it.

mod model;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use serde_json::{Map, json};

use super::{Context, Detector, Info, Watch};
use crate::{
    conversation::{Footprint, Talk},
    event::Event,
    finding::{Finding, Group, Scope, rounded},
    id::{Place, Provider},
    text, weights,
};

pub(crate) use model::Fit;

/// The detector.
pub struct StratumProfile;

impl Detector for StratumProfile {
    type State = ();

    const INFO: Info = Info {
        id: "stratum_profile",
        group: Group::Network,
        says: "a long, small, two-way connection has a miner's footprint; weak alone",
    };

    fn observe(_state: &mut (), _event: &Event<'_>, _place: Place, _watch: &Watch) {}

    fn findings(_state: &(), context: &Context<'_>) -> Vec<Finding> {
        let weights = &context.weights.stratum_profile;
        let fitting: Vec<Fitting<'_>> = context
            .talks
            .iter()
            .filter_map(|talk| Fitting::of(talk, context.account.provider, weights))
            .collect();
        let unusual = unusual(context.talks, &fitting, weights);
        let shared = shared(&fitting, weights);
        let findings = fitting.iter().map(|fitting| {
            let finding = fitting.finding(unusual, weights);
            Finding { llr: finding.llr - shared, ..finding }
        });
        findings.filter(|finding| finding.llr > 0.0).collect()
    }
}

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
        let footprint = Footprint::of(&talk.series, provider == Provider::Gcp)?;
        let fit = Fit::of(&footprint, weights).filter(|fit| fit.score > 0.0)?;
        Some(Self { talk, footprint, fit })
    }

    /// What the footprint weighs: by how well it fits, and how long it has.
    pub(crate) fn nats(&self, unusual: f64, weights: &weights::StratumProfile) -> f64 {
        let share = (self.fit.score.min(unusual) / weights.score_full).clamp(0.0, 1.0);
        let hours = (self.footprint.hours / weights.hours_full).clamp(0.0, 1.0).sqrt();
        weights.most * share * hours
    }

    fn finding(&self, unusual: f64, weights: &weights::StratumProfile) -> Finding {
        let Self { talk, footprint, fit } = self;
        let mut evidence = Map::new();
        evidence.insert("remote".into(), talk.server.address.to_string().into());
        evidence.insert("port".into(), talk.server.port.into());
        evidence.insert("coin".into(), fit.coin.clone().into());
        evidence.insert("score".into(), json!(rounded(fit.score, 2)));
        evidence.insert("hours".into(), json!(rounded(footprint.hours, 1)));
        evidence.insert("bytes_per_minute_out".into(), json!(footprint.up_rate.round()));
        evidence.insert("bytes_per_minute_in".into(), json!(footprint.down_rate.round()));
        evidence.insert("bytes_per_packet_out".into(), json!(footprint.up_size.round()));
        evidence.insert("bytes_per_packet_in".into(), json!(footprint.down_size.round()));
        evidence.insert("shares_per_minute".into(), json!(rounded(fit.shares, 1)));
        Finding {
            detector: StratumProfile::INFO.id,
            group: StratumProfile::INFO.group,
            resource: talk.resource.clone(),
            scope: Scope::Resource,
            llr: self.nats(unusual, weights),
            span: talk.series.span(),
            summary: self.summary(),
            evidence,
            places: talk.places.clone(),
            approximate: talk.approximate,
            sample: false,
            ongoing: true,
        }
    }

    fn summary(&self) -> String {
        let Self { talk, footprint, fit } = self;
        format!(
            "talked to {} port {} for {} with the footprint of {} mining: {:.0} bytes a minute out, \
             {:.0} in, as of {:.1} shares a minute",
            talk.server.address,
            talk.server.port,
            text::duration((footprint.hours * 3600.0) as i64),
            fit.coin,
            footprint.up_rate,
            footprint.down_rate,
            fit.shares,
        )
    }
}

fn is_good(fitting: &Fitting<'_>, weights: &weights::StratumProfile) -> bool {
    fitting.fit.score >= weights.score_full / 2.0
}

/// An account is judged by the root of the number of its machines times their odds. Machines that do
/// the same are no independent witnesses, so this takes it back; what they have in common is weighed
/// by itself.
fn shared(fitting: &[Fitting<'_>], weights: &weights::StratumProfile) -> f64 {
    let good = fitting.iter().filter(|fitting| is_good(fitting, weights));
    let machines: BTreeSet<&str> = good.map(|fitting| fitting.talk.resource.as_str()).collect();
    0.5 * (machines.len().max(1) as f64).ln()
}

/// How unusual a fit is in this account, in nats: the background, learned from the account's own
/// servers. A server that many machines talk to counts once; before anything is known, a few
/// connections in a thousand fit.
pub(crate) fn unusual(
    talks: &[Talk],
    fitting: &[Fitting<'_>],
    weights: &weights::StratumProfile,
) -> f64 {
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

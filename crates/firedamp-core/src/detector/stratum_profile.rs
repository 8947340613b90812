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

use serde_json::{Map, json};

use super::{Context, Detector, Info, Watch};
use crate::{
    event::Event,
    finding::{Finding, Group, Scope, rounded},
    id::Place,
    saying::Saying,
    stratum::Fitting,
};

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
        let footprints = context.footprints;
        let shared = footprints.shared(weights);
        let findings = footprints.fitting.iter().map(|fitting| {
            let llr = fitting.nats(footprints.unusual, weights) - shared;
            finding(fitting, llr)
        });
        findings.filter(|finding| finding.llr > 0.0).collect()
    }
}

fn finding(fitting: &Fitting<'_>, llr: f64) -> Finding {
    let Fitting { talk, footprint, fit } = fitting;
    let mut evidence = Map::new();
    evidence.insert("remote".into(), talk.server.address.to_string().into());
    evidence.insert("port".into(), talk.server.port.into());
    if talk.machines > 1 {
        evidence.insert("machines".into(), talk.machines.into());
    }
    evidence.insert("coin".into(), fit.coin.clone().into());
    evidence.insert("score".into(), json!(rounded(fit.score, 2)));
    evidence.insert("hours".into(), json!(rounded(footprint.hours, 1)));
    evidence.insert("bytes_per_minute_out".into(), json!(footprint.up_rate.round()));
    evidence.insert("bytes_per_minute_in".into(), json!(footprint.down_rate.round()));
    evidence.insert("bytes_per_packet_out".into(), json!(footprint.up_size.round()));
    evidence.insert("bytes_per_packet_in".into(), json!(footprint.down_size.round()));
    evidence.insert("shares_per_minute".into(), json!(rounded(fit.shares, 1)));
    let said = said(fitting);
    Finding {
        detector: StratumProfile::INFO.id,
        group: StratumProfile::INFO.group,
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

fn said(fitting: &Fitting<'_>) -> Saying {
    let Fitting { talk, footprint, fit } = fitting;
    let who = Saying::of("found-profile.who").number("machines", talk.machines as f64, 0);
    Saying::of("found-profile")
        .say("who", (talk.machines > 1).then_some(who))
        .text("server", talk.server.address)
        .text("port", talk.server.port)
        .seconds("lasted", (footprint.hours * 3600.0) as i64)
        .text("coin", &fit.coin)
        .number("up", footprint.up_rate, 0)
        .number("down", footprint.down_rate, 0)
        .number("shares", fit.shares, 1)
}

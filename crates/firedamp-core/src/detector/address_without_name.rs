//! A long conversation with a server that no name led to.
//!
//! **What it sees**: a connection with a miner's footprint whose server's address was in no answer
//! that the account's name servers gave, although the machine's questions are logged.
//!
//! **Why it matters**: what is on no list is often in no name either: miners are given an address, or
//! ask over HTTPS.
//!
//! **What it needs**: logs of questions with their answers, from that machine, from before the
//! connection began.
//!
//! **What it misses**: a name of the miner's own; machines that ask other name servers.
//!
//! **What it mistakes**: names asked for before the logs began; addresses from a configuration, as
//! monitoring and databases have them. So it counts beside a miner's footprint alone; and of several
//! machines less each, as one configuration gives all of them the address.
//!
//! **What to do**: find out whose the address is.

use serde_json::Map;

use super::{Context, Detector, Info, Watch};
use crate::{
    conversation::Talk,
    event::{Event, Signal},
    finding::{Finding, Group, Scope},
    id::Place,
    net,
    saying::Saying,
    stratum::Fitting,
};

/// The detector.
pub struct AddressWithoutName;

impl Detector for AddressWithoutName {
    type State = ();

    const INFO: Info = Info {
        id: "address_without_name",
        group: Group::Dns,
        says: "a miner's footprint, and no name led to the server; weak alone",
    };

    fn observe(_state: &mut (), _event: &Event<'_>, _place: Place, _watch: &Watch) {}

    fn findings(_state: &(), context: &Context<'_>) -> Vec<Finding> {
        let fitting = context.footprints.fitting.iter();
        let nameless = fitting.filter(|fitting| is_nameless(fitting.talk, context));
        let shared = context.footprints.shared(&context.weights.stratum_profile);
        let findings = nameless.map(|fitting| finding(fitting, worth(fitting, context) - shared));
        findings.filter(|finding| finding.llr > 0.0).collect()
    }
}

fn is_nameless(talk: &Talk, context: &Context<'_>) -> bool {
    let began = talk.series.span().first;
    let known = context.coverage.of(Signal::Dns).is_some_and(|known| {
        began.seconds_since(known.first) >= context.weights.address_without_name.known_seconds
    });
    talk.asks && known && talk.answer.is_none() && !net::is_internal(talk.server.address)
}

/// As large a share of the most as the footprint is.
fn worth(fitting: &Fitting<'_>, context: &Context<'_>) -> f64 {
    let profile = &context.weights.stratum_profile;
    let share = fitting.nats(context.footprints.unusual, profile) / profile.most;
    context.weights.address_without_name.fitting * share
}

fn finding(fitting: &Fitting<'_>, llr: f64) -> Finding {
    let talk = fitting.talk;
    let remote = talk.server.address.to_string();
    let said = Saying::of("found-no-name").text("remote", &remote);
    let mut evidence = Map::new();
    evidence.insert("remote".into(), remote.into());
    evidence.insert("port".into(), talk.server.port.into());
    Finding {
        detector: AddressWithoutName::INFO.id,
        group: AddressWithoutName::INFO.group,
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
        ongoing: false,
    }
}

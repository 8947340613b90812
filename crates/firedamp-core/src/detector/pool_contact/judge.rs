//! From conversations to findings: what is known of the remote, what it weighs, how it is said.

use serde_json::{Map, Value, json};

use super::{
    Contacts, Conversation, PoolContact, Remote,
    shape::{Fit, Shape, Traffic},
};
use crate::{
    detector::{Context, Detector},
    finding::{Finding, rounded},
    indicator::{Freshness, Indicator},
    names::Sighting,
    net::Domain,
    text,
    time::Time,
    weights::{self, Forms},
};

/// Conversations told of for one resource; the weakest are left out.
const FINDINGS_MAX: usize = 50;

pub(super) fn findings(state: &Contacts, context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (resource, remotes) in &state.0 {
        if hides_known_machines(state, resource, context) {
            continue;
        }
        let mut own: Vec<Finding> = remotes
            .iter()
            .flat_map(|(remote, ports)| ports.values().map(move |talk| (remote, talk)))
            .filter_map(|(remote, talk)| finding(context, resource, remote, talk))
            .collect();
        own.sort_by(|one, other| {
            other.llr.total_cmp(&one.llr).then_with(|| one.summary.cmp(&other.summary))
        });
        own.truncate(FINDINGS_MAX);
        findings.extend(own);
    }
    findings
}

/// Whether `resource` only passed on, to the same remotes, what machines behind it sent.
fn hides_known_machines(state: &Contacts, resource: &Sighting, context: &Context<'_>) -> bool {
    let device = resource.interface.as_deref().or(resource.instance.as_deref());
    if !device.is_some_and(|device| context.names.is_transit(device)) {
        return false;
    }
    let inner = |sighting: &Sighting| sighting.interface.is_none() && sighting.instance.is_none();
    let mut inner_remotes =
        state.0.iter().filter(|(sighting, _)| inner(sighting)).flat_map(|(_, remotes)| remotes.keys());
    let own = state.0.get(resource);
    inner_remotes.any(|remote| own.is_some_and(|own| own.contains_key(remote)))
}

/// What is known of a remote, in the form that weighs most.
struct Known<'a> {
    form: &'static str,
    row: &'a Indicator,
    llr: f64,
    /// The listed name that led to the address, and when.
    answered: Option<(String, Time)>,
}

fn finding(
    context: &Context<'_>,
    resource: &Sighting,
    remote: &Remote,
    talk: &Conversation,
) -> Option<Finding> {
    let shape = Shape::of(talk, &context.weights.contact)?;
    let known = known(context, resource, remote, talk.port, &shape)?;
    let llr = known.llr + hour_bonus(context, &shape);
    let transit = context.names.transit_of(resource);
    Some(Finding {
        detector: PoolContact::INFO.id,
        group: PoolContact::INFO.group,
        resource: context.resources.id(resource)?,
        llr,
        span: shape.span,
        summary: summary(remote, talk.port, &known, &shape, &transit),
        evidence: evidence(remote, talk.port, &known, &shape, &transit),
        places: if talk.first.1 == talk.last.1 { vec![talk.first.1] } else { vec![talk.first.1, talk.last.1] },
        approximate: talk.records.is_approximate(),
        sample: false,
        ongoing: matches!(shape.fit, Fit::Long | Fit::Brief | Fit::LongUncounted),
    })
}

const fn forms<'a>(context: &Context<'a>, fit: Fit) -> &'a Forms {
    let contact = &context.weights.contact;
    match fit {
        Fit::Brief | Fit::BriefUncounted => &contact.brief,
        Fit::Busy => &contact.busy,
        Fit::Long | Fit::LongUncounted => &contact.long,
        Fit::OneWay => &contact.one_way,
        Fit::Rejected => &contact.rejected,
        Fit::Visit => &contact.visit,
    }
}

fn known<'a>(
    context: &Context<'a>,
    resource: &Sighting,
    remote: &Remote,
    port: u16,
    shape: &Shape,
) -> Option<Known<'a>> {
    let forms = forms(context, shape.fit);
    let address = match remote {
        Remote::Address(address) => *address,
        Remote::Name(listed) => {
            let row = context.indicators.domain(&Domain::parse(listed)?)?;
            let llr = weights::of_tier(&forms.name, row.tier);
            return Some(Known { form: "name", row, llr, answered: None });
        }
    };
    let shared = context.indicators.is_shared(address);
    let listed = |form, row: &'a Indicator, weights: &[f64; 4], extra: f64| {
        let llr = weights::of_tier(weights, row.tier) + extra;
        let llr = decayed(if shared { llr.min(context.weights.contact.shared_max) } else { llr }, row.freshness);
        Known { form, row, llr, answered: None }
    };
    let hint = if context.indicators.port_hint(port) { context.weights.contact.port_hint } else { 0.0 };
    let by_endpoint = context.indicators.endpoint(address, port).map(|row| listed("endpoint", row, &forms.endpoint, 0.0));
    let by_address = context.indicators.address(address).map(|row| listed("address", row, &forms.address, hint));
    answered(context, resource, address, shape)
        .into_iter()
        .chain(by_endpoint)
        .chain(by_address)
        .reduce(|best, next| if next.llr > best.llr { next } else { best })
}

/// The strongest of the names that led to `address`.
fn answered<'a>(
    context: &Context<'a>,
    resource: &Sighting,
    address: std::net::IpAddr,
    shape: &Shape,
) -> Option<Known<'a>> {
    let weights = &context.weights.contact;
    let own = context.resources.id(resource);
    let shared = context.indicators.is_shared(address);
    // A window begins before the packet that it holds, and clocks differ.
    let slack_seconds = shape.window_seconds.max(60) + 60;
    let candidates = context.lookups.leading_to(address).filter_map(|(client, name, span)| {
        let row = context.indicators.domain(&Domain::parse(name)?)?;
        let same = client.is_empty() || context.resources.id(client) == own;
        let mut llr = weights::of_tier(&forms(context, shape.fit).answered, row.tier);
        if !same {
            llr = if shared { llr.min(weights.shared_max) } else { llr + weights.other_client };
        }
        if shape.run.first.plus_seconds(slack_seconds) < span.first {
            llr += weights.late_answer;
        }
        let answered = Some((name.to_string(), span.first));
        Some(Known { form: "answered", row, llr: llr.max(0.0), answered })
    });
    candidates.reduce(|best, next| if next.llr > best.llr { next } else { best })
}

/// A listed address may have changed hands: with probability `validity` the evidence is what it
/// seems, otherwise it is none. The likelihood ratio of the mixture, in nats.
fn decayed(llr: f64, freshness: Freshness) -> f64 {
    let validity = freshness.validity();
    validity.mul_add(llr.exp(), 1.0 - validity).ln()
}

/// Duration only strengthens.
fn hour_bonus(context: &Context<'_>, shape: &Shape) -> f64 {
    let weights = &context.weights.contact;
    let hours = shape.run.seconds() as f64 / 3600.0;
    if !matches!(shape.fit, Fit::Long) || hours <= 1.0 {
        return 0.0;
    }
    (weights.hour_bonus * hours.log2()).min(weights.hour_bonus_max)
}

fn summary(remote: &Remote, port: u16, known: &Known<'_>, shape: &Shape, transit: &[String]) -> String {
    let endpoint = match remote {
        Remote::Address(address) => crate::event::Endpoint::new(*address, port).to_string(),
        Remote::Name(name) => format!("{name}:{port}"),
    };
    let run = text::duration(shape.run.seconds().max(1));
    let rate = |traffic: Traffic| text::bytes(traffic.bytes_per_minute);
    let rates = format!("{} out and {} in a minute", rate(shape.out), rate(shape.back));
    let did = match shape.fit {
        Fit::Long => format!("talked with {endpoint} for {run}, {rates}"),
        Fit::Brief => format!("talked with {endpoint} for {run} so far, {rates}"),
        Fit::Visit => format!("visited {endpoint} for {run}, as for a web page, {rates}"),
        Fit::Busy => format!("exchanged more with {endpoint} than miners do, {rates}"),
        Fit::OneWay => format!("called {endpoint} without an answer"),
        Fit::Rejected => format!("called {endpoint}; a firewall dropped it"),
        Fit::LongUncounted => format!("reached for {endpoint} again and again for {run}"),
        Fit::BriefUncounted => format!("reached for {endpoint}"),
    };
    let why = match (&known.answered, known.form) {
        (Some((name, at)), _) => format!("the address that {name} was resolved to at {at}"),
        (None, "endpoint") => "a listed address and port".to_string(),
        (None, "name") => "a listed name".to_string(),
        _ => "a listed address, on another port than the list has".to_string(),
    };
    let pool = if known.row.pool.is_empty() { String::new() } else { format!(" of {}", known.row.pool) };
    let list = format!("{} tier {}", known.row.freshness, known.row.tier);
    let through = if transit.is_empty() { String::new() } else { format!(", through {}", transit.join(", ")) };
    format!("{did}{through}: {why}{pool} ({list})")
}

fn evidence(
    remote: &Remote,
    port: u16,
    known: &Known<'_>,
    shape: &Shape,
    transit: &[String],
) -> Map<String, Value> {
    let mut evidence = Map::new();
    let remote = match remote {
        Remote::Address(address) => address.to_string(),
        Remote::Name(name) => name.clone(),
    };
    evidence.insert("remote".into(), remote.into());
    evidence.insert("port".into(), port.into());
    evidence.insert("form".into(), known.form.into());
    evidence.insert("fit".into(), format!("{:?}", shape.fit).into());
    evidence.insert("indicator".into(), known.row.name.to_string().into());
    evidence.insert("pool".into(), known.row.pool.clone().into());
    evidence.insert("tier".into(), known.row.tier.to_string().into());
    evidence.insert("freshness".into(), known.row.freshness.to_string().into());
    if let Some((name, at)) = &known.answered {
        evidence.insert("answered_name".into(), name.clone().into());
        evidence.insert("answered_at".into(), at.to_string().into());
    }
    evidence.insert("run_seconds".into(), shape.run.seconds().into());
    for (name, traffic) in [("out", shape.out), ("in", shape.back)] {
        let facts = json!({
            "packets": traffic.packets.round(),
            "bytes": traffic.bytes.round(),
            "bytes_per_minute": rounded(traffic.bytes_per_minute, 1),
        });
        evidence.insert(name.into(), facts);
    }
    if !transit.is_empty() {
        evidence.insert("transit".into(), json!(transit));
    }
    evidence
}

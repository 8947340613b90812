//! From conversations to findings: what is known of the remote, what it weighs, how it is said.

use std::net::IpAddr;

use serde_json::{Map, Value, json};

use super::{
    Contacts, Conversation, PoolContact, Remote, Talks,
    answers::{Answers, Led},
    pages::fit_for,
    passed_on::PassedOn,
    shape::{Fit, Shape},
};
use crate::{
    detector::{Context, Detector},
    finding::{Finding, Scope, rounded},
    indicator::{Freshness, Indicator},
    names::Sighting,
    net::Domain,
    saying::{Blank, Saying},
    time::Time,
    weights::{self, Forms},
};

/// Remotes told of for one resource; the weakest are left out.
const FINDINGS_MAX: usize = 50;

/// Ports on which the nodes of a chain find each other (Bitcoin and its test chain, Litecoin and
/// its, Dogecoin, Monero, Ethereum). Lists of addresses carry hundreds of nodes; miners' ports are
/// others.
const NODE_PORTS: [u16; 7] = [8333, 18_333, 9333, 19_335, 22_556, 18_080, 30_303];

pub(super) fn findings(state: &Contacts, context: &Context<'_>) -> Vec<Finding> {
    let (mut findings, passed_on) = (Vec::new(), PassedOn::of(state));
    let answers = Answers::of(context);
    let mut all: Vec<_> = state.0.iter().collect();
    all.sort_by_key(|(resource, _)| *resource);
    for (resource, remotes) in all {
        let passed_on = passed_on.by(resource, context);
        let is_crowded = state.0.is_approximate() || remotes.is_approximate();
        let mut own: Vec<Told> = remotes
            .values()
            .filter_map(|talks| strongest(context, &answers, resource, (talks, passed_on)))
            .map(|told| told.crowded(is_crowded))
            .collect();
        lower_scans(&mut own, &context.weights.contact);
        let mut own: Vec<Finding> = own.into_iter().map(|told| told.finding).collect();
        own.sort_by(|one, other| {
            other.llr.total_cmp(&one.llr).then_with(|| one.summary.cmp(&other.summary))
        });
        own.truncate(FINDINGS_MAX);
        findings.extend(own);
    }
    findings
}

/// A finding and the fit that it rests on.
struct Told {
    fit: Fit,
    finding: Finding,
}

impl Told {
    /// With a note that more was seen than is kept.
    fn crowded(mut self, is_crowded: bool) -> Self {
        self.finding.approximate |= is_crowded;
        self
    }
}

/// One remote is one piece of evidence, on however many ports: the strongest is told, the other
/// ports are named with it.
fn strongest(
    context: &Context<'_>,
    answers: &Answers<'_>,
    resource: &Sighting,
    (talks, passed_on): (&Talks, Option<&PassedOn<'_>>),
) -> Option<Told> {
    let own = |talk: &&Conversation| passed_on.is_none_or(|inner| !inner.explains(talks, talk));
    let mut all: Vec<(u16, Told)> = talks
        .ports
        .values()
        .filter(own)
        .filter_map(|talk| {
            let told = finding(context, answers, resource, (&talks.remote, talk))?;
            Some((talk.port, told))
        })
        .collect();
    all.sort_by(|(port, one), (other_port, other)| {
        other.finding.llr.total_cmp(&one.finding.llr).then(port.cmp(other_port))
    });
    let mut ports: Vec<u16> = all.iter().skip(1).map(|(port, _)| *port).collect();
    ports.sort_unstable();
    let (_, mut told) = all.into_iter().next()?;
    if !ports.is_empty() {
        told.finding.evidence.insert("other_ports".into(), json!(ports));
    }
    Some(told)
}

/// Who tries many listed remotes and stays with none looks at them; a miner has a handful.
fn lower_scans(own: &mut [Told], weights: &weights::Contact) {
    let is_try = |told: &Told| !matches!(told.fit, Fit::Long | Fit::LongUncounted);
    if own.iter().filter(|told| is_try(told)).count() < weights.scan_remotes_min {
        return;
    }
    for told in own.iter_mut().filter(|told| is_try(told)) {
        told.finding.llr = told.finding.llr.min(weights.scan_max);
        told.finding.evidence.insert("scan".into(), true.into());
        told.finding.ongoing = false;
    }
}

/// What is known of a remote, in the form that weighs most.
struct Known<'a> {
    form: &'static str,
    fit: Fit,
    row: &'a Indicator,
    llr: f64,
    /// The listed name that led to the address, and when.
    answered: Option<(String, Time)>,
}

fn finding(
    context: &Context<'_>,
    answers: &Answers<'_>,
    resource: &Sighting,
    (remote, talk): (&Remote, &Conversation),
) -> Option<Told> {
    let own = context.resources.id(resource);
    let calls = calls(context, answers, own.as_ref(), (remote, talk));
    let shape = Shape::of(talk, calls, &context.weights.contact)?;
    let led = |address| answers.leading_to(address, begun_by(&shape), own.as_ref());
    let known = known(context, led, remote, talk.port, &shape)?;
    let transit = context.names.transit_of(resource);
    let said = said(remote, talk.port, &known, &shape, &transit);
    let finding = Finding {
        detector: PoolContact::INFO.id,
        group: PoolContact::INFO.group,
        resource: own?,
        scope: Scope::Resource,
        llr: known.llr,
        span: shape.span,
        summary: said.english(),
        said,
        evidence: evidence(remote, talk.port, &known, &shape, &transit),
        places: if talk.first.1 == talk.last.1 {
            vec![talk.first.1]
        } else {
            vec![talk.first.1, talk.last.1]
        },
        approximate: talk.records.is_approximate(),
        sample: false,
        ongoing: matches!(known.fit, Fit::Long | Fit::Brief | Fit::LongUncounted),
    };
    Some(Told { fit: known.fit, finding })
}

/// Whether more than ports tells that the resource called.
fn calls(
    context: &Context<'_>,
    answers: &Answers<'_>,
    resource: Option<&String>,
    (remote, talk): (&Remote, &Conversation),
) -> bool {
    let Remote::Address(address) = remote else { return true };
    context.indicators.endpoint(*address, talk.port).is_some()
        || answers.leading_to(*address, talk.last.0, resource).next().is_some()
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

fn known<'a, L: Iterator<Item = Led<'a>>>(
    context: &Context<'a>,
    led: impl Fn(IpAddr) -> L,
    remote: &Remote,
    port: u16,
    shape: &Shape,
) -> Option<Known<'a>> {
    let address = match remote {
        Remote::Address(address) => *address,
        Remote::Name(listed) => {
            let row = context.indicators.domain(&Domain::parse(listed)?)?;
            let fit = fit_for(row, port, shape, false);
            let llr = weights::of_tier(&forms(context, fit).name, row.tier);
            return Some(Known { form: "name", fit, row, llr, answered: None });
        }
    };
    answered(context, led(address), address, port, shape)
        .into_iter()
        .chain(listed(context, address, port, shape))
        .reduce(|best, next| if next.llr > best.llr { next } else { best })
}

/// What the lists say of the address: with the port, or without.
fn listed<'a>(
    context: &Context<'a>,
    address: IpAddr,
    port: u16,
    shape: &Shape,
) -> impl Iterator<Item = Known<'a>> {
    let weights = &context.weights.contact;
    let max = if context.indicators.is_shared(address) { weights.shared_max } else { f64::MAX };
    let bonus = hour_bonus(context, shape);
    let hint = if context.indicators.port_hint(port) { weights.port_hint } else { 0.0 };
    let fit = if NODE_PORTS.contains(&port) { Fit::Busy } else { shape.fit };
    let forms = forms(context, fit);
    let known = move |form, row: &'a Indicator, llr: f64| {
        let llr = decayed(llr.min(max), row.freshness);
        Known { form, fit, row, llr, answered: None }
    };
    let endpoint = context
        .indicators
        .endpoint(address, port)
        .map(|row| known("endpoint", row, weights::of_tier(&forms.endpoint, row.tier) + bonus));
    let address = context.indicators.address(address).map(|row| {
        // However long it ran: that does not tell whose the address is by now.
        known("address", row, weights::of_tier(&forms.address, row.tier) + hint)
    });
    endpoint.into_iter().chain(address)
}

/// By when the conversation had begun: a window begins before the packet that it holds, and clocks differ.
fn begun_by(shape: &Shape) -> Time {
    shape.run.first.plus_seconds(shape.window_seconds.max(60) + 60)
}

/// The strongest of the names that led to `address`.
fn answered<'a>(
    context: &Context<'a>,
    led: impl Iterator<Item = Led<'a>>,
    address: IpAddr,
    port: u16,
    shape: &Shape,
) -> Option<Known<'a>> {
    let weights = &context.weights.contact;
    let shared = context.indicators.is_shared(address);
    let candidates = led.filter_map(|Led { name, span, same, only_pages }| {
        let row = context.indicators.domain(&Domain::parse(name)?)?;
        let late = begun_by(shape) < span.first;
        let long_ago = span.last.plus_seconds(weights.shared_answer_seconds) < shape.run.first;
        let fit = fit_for(row, port, shape, only_pages);
        let mut llr = weights::of_tier(&forms(context, fit).answered, row.tier);
        llr += if fit == shape.fit { hour_bonus(context, shape) } else { 0.0 };
        llr += if same { 0.0 } else { weights.other_client };
        llr += if late { weights.late_answer } else { 0.0 };
        if shared && (!same || late || long_ago) {
            llr = llr.min(weights.shared_max);
        }
        let answered = Some((name.to_string(), span.first));
        Some(Known { form: "answered", fit, row, llr: llr.max(0.0), answered })
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

fn said(
    remote: &Remote,
    port: u16,
    known: &Known<'_>,
    shape: &Shape,
    transit: &[String],
) -> Saying {
    let row = known.row;
    let pool = Saying::of("found-contact.pool").text("pool", &row.pool);
    let through = Saying::of("found-contact.through").text("devices", transit.join(", "));
    Saying::of("found-contact")
        .say("did", did(remote, port, known.fit, shape))
        .say("through", (!transit.is_empty()).then_some(through))
        .say("why", why(known))
        .say("pool", (!row.pool.is_empty()).then_some(pool))
        .say("freshness", freshness(row.freshness))
        .text("tier", row.tier)
}

/// What was done.
fn did(remote: &Remote, port: u16, fit: Fit, shape: &Shape) -> Saying {
    let endpoint = match remote {
        Remote::Address(address) => crate::event::Endpoint::new(*address, port).to_string(),
        Remote::Name(name) => format!("{name}:{port}"),
    };
    let (id, has_run, has_rates) = match fit {
        Fit::Long => ("found-contact.long", true, true),
        Fit::Brief => ("found-contact.brief", true, true),
        Fit::Visit => ("found-contact.visit", true, true),
        Fit::Busy => ("found-contact.busy", false, true),
        Fit::OneWay => ("found-contact.one-way", false, false),
        Fit::Rejected => ("found-contact.rejected", false, false),
        Fit::LongUncounted => ("found-contact.long-uncounted", true, false),
        Fit::BriefUncounted => ("found-contact.brief-uncounted", false, false),
    };
    let mut said = Saying::of(id).text("endpoint", endpoint);
    if has_run {
        said = said.seconds("run", shape.run.seconds().max(1));
    }
    if has_rates {
        let [out, back] = [shape.out, shape.back].map(|traffic| traffic.bytes_per_minute);
        said = said.bytes("out", out).bytes("back", back);
    }
    said
}

/// Why that speaks of a pool.
fn why(known: &Known<'_>) -> Saying {
    match (&known.answered, known.form) {
        (Some((name, at)), _) => {
            let said = Saying::of("found-contact.answered").text("name", name);
            said.with("at", Blank::Instant(*at))
        }
        (None, "endpoint") => Saying::of("found-contact.endpoint"),
        (None, "name") => Saying::of("found-contact.name"),
        _ => Saying::of("found-contact.address"),
    }
}

const fn freshness(freshness: Freshness) -> Saying {
    Saying::of(match freshness {
        Freshness::Fresh => "found-contact.fresh",
        Freshness::Maintained => "found-contact.maintained",
        Freshness::Stale => "found-contact.stale",
    })
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
    evidence.insert("fit".into(), format!("{:?}", known.fit).into());
    evidence.insert("indicator".into(), known.row.name.to_string().into());
    evidence.insert("pool".into(), known.row.pool.clone().into());
    evidence.insert("tier".into(), known.row.tier.to_string().into());
    evidence.insert("freshness".into(), known.row.freshness.to_string().into());
    if let Some((name, at)) = &known.answered {
        evidence.insert("answered_name".into(), name.clone().into());
        evidence.insert("answered_at".into(), at.to_string().into());
    }
    evidence.insert("connections".into(), shape.connections.into());
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

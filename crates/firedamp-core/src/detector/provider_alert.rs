//! The provider's own products say so.
//!
//! **What it sees**: alerts of `GuardDuty`, Security Hub, Security Command Center, Defender for
//! Cloud, Partner Center and Graph that name mining, or compute out of the ordinary.
//!
//! **Why it matters**: the provider sees what no log shows (memory, packets, other customers).
//!
//! **What it misses**: alerts come late, cover one cloud, and cover what the customer pays for.
//!
//! **What it mistakes**: a provider's heuristic is a heuristic. Samples, simulations and tests are
//! shown and worth nothing. One incident that three products report is one piece of evidence: of
//! all mining alerts on a resource the strongest counts, the others are named with it. A mail that tells
//! of a hijack and not of mining counts only beside signs of one in the audit log.
//!
//! **What to do**: open the alert in its product, then confirm with flows.

mod hijack;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Context, Detector, Info, State, Watch};
use crate::{
    event::{AlertKind, AlertState, Event, Level, ProviderAlert},
    finding::{Finding, Group, Scope},
    id::{ObjectId, Place},
    names::Sighting,
    saying::{Blank, Saying},
    sketch::{self, Sample},
    text,
    time::{Span, Time},
};

pub use self::hijack::HijackNotice;

/// The detector.
pub struct ProviderAlerts;

/// Alerts kept for one account.
const ALERTS_MAX: usize = 20_000;
/// Resources kept of one alert.
const RESOURCES_MAX: usize = 100;
/// Products whose word for a pool is worth telling a person.
const TEACHING: [&str; 2] = ["graph", "partner_center"];
/// Bytes kept of an alert's texts.
const TEXT_BYTES_MAX: usize = 300;
/// The product whose word nobody signed in for.
const UNVERIFIED: &str = "abuse_mail";

/// Every alert of an account, by product and id; of two versions the later one.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Alerts(Sample<Alert, ALERTS_MAX>);

/// What is kept of an alert. The order of the fields decides which of two versions wins.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
struct Alert {
    updated: Time,
    kind: AlertKind,
    confidence: Level,
    sample: bool,
    state: AlertState,
    first: Time,
    last: Time,
    product: String,
    id: String,
    type_name: String,
    title: String,
    resources: Vec<Sighting>,
    remotes: Vec<String>,
    due: Option<Time>,
    place: Place,
}

impl State for Alerts {
    fn merge(self, other: Self) -> Self {
        Self(self.0.merge(other.0, Ord::max))
    }

    fn seal(&mut self, object: ObjectId) {
        self.0.values_mut().for_each(|alert| alert.place.seal(object));
    }
}

impl Alert {
    fn of(alert: &ProviderAlert<'_>, place: Place) -> Self {
        let kept = |text: &str| text::truncated(&text::printable(text), TEXT_BYTES_MAX).to_string();
        let domains = alert.domains.iter().map(|domain| kept(domain));
        let remotes = alert.remotes.iter().map(ToString::to_string).chain(domains);
        Self {
            updated: alert.updated,
            kind: alert.kind,
            confidence: alert.confidence,
            sample: alert.sample,
            state: alert.state,
            first: alert.span.first,
            last: alert.span.last,
            product: alert.product.to_string(),
            id: kept(alert.id),
            type_name: kept(alert.type_name),
            title: kept(alert.title),
            resources: sightings(alert),
            remotes: remotes.take(RESOURCES_MAX).collect(),
            due: alert.due,
            place,
        }
    }
}

/// The resources that an alert names. Bare addresses beside one machine are that machine's; beside
/// several nobody knows whose.
pub(crate) fn sightings(alert: &ProviderAlert<'_>) -> Vec<Sighting> {
    let all = alert.resources.iter().take(RESOURCES_MAX);
    let all: Vec<Sighting> =
        all.map(|resource| Sighting::of(alert.account.provider, resource)).collect();
    let machine =
        |sighting: &&Sighting| sighting.instance.is_some() || sighting.interface.is_some();
    let mut machines: Vec<Sighting> = all.iter().filter(machine).cloned().collect();
    if machines.is_empty() {
        return all.into_iter().filter(|sighting| !sighting.is_empty()).collect();
    }
    let mut addresses = all.iter().filter(|sighting| !machine(sighting));
    if let ([only], Some(sighting), None) =
        (machines.as_mut_slice(), addresses.next(), addresses.next())
    {
        only.address = only.address.or(sighting.address);
    }
    machines
}

impl Detector for ProviderAlerts {
    type State = Alerts;

    const INFO: Info = Info {
        id: "provider_alert",
        group: Group::ProviderAlert,
        says: "the provider's own products say so; samples and tests are never counted",
    };

    fn observe(state: &mut Self::State, event: &Event<'_>, place: Place, _watch: &Watch) {
        let Event::Alert(alert) = event else {
            return;
        };
        let kept = Alert::of(alert, place);
        if alert.kind == AlertKind::Other && !kept.is_of_hijack() {
            return;
        }
        let known = state.0.entry(sketch::hash(&(alert.product, alert.id)), || kept.clone());
        if let Some(known) = known.filter(|known| **known < kept) {
            *known = kept;
        }
    }

    fn findings(state: &Self::State, context: &Context<'_>) -> Vec<Finding> {
        let mut incidents: BTreeMap<(bool, String), Vec<&Alert>> = BTreeMap::new();
        let mut unplaced = Vec::new();
        for alert in state.0.values() {
            if alert.resources.is_empty() {
                unplaced.push(alert);
            }
            for resource in &alert.resources {
                let id = context.resources.id(resource).unwrap_or_default();
                incidents.entry((alert.sample, id)).or_default().push(alert);
            }
        }
        for alert in unplaced {
            join_unplaced(&mut incidents, alert, &context.account.id);
        }
        let weights = &context.weights.alert;
        let approximate = state.0.is_approximate();
        incidents
            .into_iter()
            .filter_map(|((_, resource), mut alerts)| {
                // The strongest first; the order of arrival must not show.
                alerts.sort_by(|one, other| {
                    weight(weights, other).total_cmp(&weight(weights, one)).then(one.cmp(other))
                });
                let strongest = alerts.first()?;
                Some(Finding {
                    approximate,
                    llr: weight(weights, strongest),
                    ..incident(resource, strongest, &alerts)
                })
            })
            .collect()
    }
}

/// An alert without resources belongs to the incidents that are there, else to the account.
fn join_unplaced<'a>(
    incidents: &mut BTreeMap<(bool, String), Vec<&'a Alert>>,
    alert: &'a Alert,
    account: &str,
) {
    let placed: Vec<(bool, String)> = incidents
        .iter()
        .filter(|((sample, resource), alerts)| {
            let same_kind = alerts.iter().any(|other| other.kind >= alert.kind);
            *sample == alert.sample && resource != account && same_kind
        })
        .map(|(key, _)| key.clone())
        .collect();
    let keys = if placed.is_empty() { vec![(alert.sample, account.to_string())] } else { placed };
    for key in keys {
        incidents.entry(key).or_default().push(alert);
    }
}

fn weight(weights: &crate::weights::Alert, alert: &Alert) -> f64 {
    match (alert.sample, alert.state, alert.kind, alert.confidence) {
        (true, ..) | (_, _, AlertKind::Other, _) => 0.0,
        (_, AlertState::Dismissed, ..) => weights.dismissed,
        (_, _, AlertKind::ComputeAnomaly, _) => weights.compute_anomaly,
        (_, _, AlertKind::Mining, _) if alert.product == UNVERIFIED => weights.mining_unverified,
        (_, _, AlertKind::Mining, Level::High) => weights.mining_high,
        (_, _, AlertKind::Mining, Level::Medium) => weights.mining_medium,
        (_, _, AlertKind::Mining, Level::Low) => weights.mining_low,
    }
}

fn incident(resource: String, strongest: &Alert, alerts: &[&Alert]) -> Finding {
    // When somebody wrote of a hijack says nothing of when something mined.
    let dated = alerts.iter().filter(|alert| strongest.is_of_hijack() || !alert.is_of_hijack());
    let spans = dated.map(|alert| Span { first: alert.first, last: alert.last });
    let span = spans.reduce(Span::joined).unwrap_or(Span::at(strongest.last));
    let reports: Vec<_> = alerts
        .iter()
        .map(|alert| json!({"product": alert.product, "type": alert.type_name, "id": alert.id}))
        .collect();
    let mut remotes: Vec<&String> = alerts.iter().flat_map(|alert| &alert.remotes).collect();
    remotes.sort_unstable();
    remotes.dedup();
    let mut evidence = Map::new();
    evidence.insert("reports".into(), reports.into());
    evidence.insert("kind".into(), json!(strongest.kind));
    evidence.insert("confidence".into(), json!(strongest.confidence));
    evidence.insert("state".into(), json!(strongest.state));
    evidence.insert("remotes".into(), json!(remotes));
    let pools = pools_named(alerts);
    if !pools.is_empty() {
        evidence.insert("pools_named".into(), json!(pools));
    }
    if let Some(due) = due(alerts) {
        evidence.insert("due".into(), due);
    }
    let mut places: Vec<Place> = alerts.iter().map(|alert| alert.place).collect();
    places.sort_unstable();
    places.dedup();
    let said = said(strongest, alerts);
    Finding {
        detector: ProviderAlerts::INFO.id,
        group: ProviderAlerts::INFO.group,
        resource,
        scope: Scope::Resource,
        llr: 0.0,
        span,
        summary: said.english(),
        said,
        evidence,
        places,
        approximate: false,
        sample: strongest.sample,
        ongoing: is_ongoing(strongest, alerts),
    }
}

/// Whether an alert that says the same as the strongest is open: of two, one may be over.
fn is_ongoing(strongest: &Alert, alerts: &[&Alert]) -> bool {
    let mut alike = alerts.iter().filter(|alert| alert.kind == strongest.kind);
    !strongest.sample && alike.any(|alert| alert.state == AlertState::Open)
}

/// What Microsoft's alerts of mining call the other side. Of mails anybody may be the writer, and what
/// was dismissed was none.
fn pools_named<'a>(alerts: &[&'a Alert]) -> BTreeSet<&'a String> {
    let says = |alert: &&&Alert| {
        TEACHING.contains(&alert.product.as_str())
            && alert.kind == AlertKind::Mining
            && alert.state != AlertState::Dismissed
            && !alert.sample
    };
    alerts.iter().filter(says).flat_map(|alert| &alert.remotes).collect()
}

/// The first deadline that an alert sets which nobody has dealt with. A sample sets none.
fn due(alerts: &[&Alert]) -> Option<Value> {
    let waiting = alerts.iter().filter(|alert| !alert.sample && alert.state == AlertState::Open);
    let (by, alert) = waiting.filter_map(|alert| Some((alert.due?, *alert))).min()?;
    Some(json!({"by": by.to_string(), "who": alert.type_name, "title": alert.title}))
}

fn said(strongest: &Alert, alerts: &[&Alert]) -> Saying {
    let mut products: Vec<&str> = alerts.iter().map(|alert| product_name(&alert.product)).collect();
    products.sort_unstable();
    products.dedup();
    let id = match (strongest.sample, strongest.state) {
        (true, _) => "found-alert.sample",
        (_, AlertState::Dismissed) => "found-alert.dismissed",
        (_, AlertState::Over) if !is_ongoing(strongest, alerts) => "found-alert.over",
        _ => "found-alert",
    };
    let title = if strongest.title.is_empty() { &strongest.type_name } else { &strongest.title };
    let products = products.into_iter().map(ToString::to_string).collect();
    Saying::of(id)
        .with("products", Blank::Names(products))
        .text("title", title)
        .text("kind", &strongest.type_name)
}

fn product_name(product: &str) -> &str {
    match product {
        "defender" => "Defender for Cloud",
        "graph" => "Microsoft Graph",
        "guardduty" => "GuardDuty",
        "partner_center" => "Partner Center",
        "scc" => "Security Command Center",
        "security_hub" => "Security Hub",
        other => other,
    }
}

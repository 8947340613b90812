//! Hand-made cases for tests.

use std::collections::BTreeMap;

use firedamp_core::{
    assess::{Point, of_account},
    case::{Case, CaseResource, Details, Grade},
    event::CallerKind,
    finding::{Finding, Group, Scope},
    id::{AccountRef, ObjectId, Place, Provider},
    language::Language,
    money::Cost,
    origin::Created,
    portal,
    saying::Saying,
    time::{Span, Time},
};
use serde_json::{Map, Value, json};

use super::{Output, Report, words::logistic, write};

pub(super) const NOW: &str = "2026-03-01T18:00:00Z";

pub(super) fn at(text: &str) -> Time {
    Time::parse(text).expect("a time")
}

fn day() -> Span {
    Span::between(at("2026-03-01T10:00:00Z"), at("2026-03-01T16:00:00Z"))
}

fn facts(value: Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}

/// A conversation with a pool, as `pool_contact` tells of it.
pub(super) fn contact(resource: &str, llr: f64) -> Finding {
    Finding {
        detector: "pool_contact",
        group: Group::Network,
        resource: resource.to_string(),
        scope: Scope::Resource,
        llr,
        span: day(),
        summary: "talked with 203.0.113.9:443 for 6.0 h, 1.0 kB out and 849 B in a minute: the \
                  address that pool.example was resolved to at 2026-03-01T10:00:00Z (fresh, tier A)"
            .to_string(),
        said: Saying::default(),
        evidence: facts(json!({
            "remote": "203.0.113.9", "port": 443, "form": "answered", "answered_name": "pool.example",
        })),
        places: vec![Place { object: ObjectId([7; 16]), record: 12 }],
        approximate: false,
        sample: false,
        ongoing: true,
    }
}

/// A question for a pool's name.
pub(super) fn lookup(resource: &str) -> Finding {
    Finding {
        detector: "pool_lookup",
        group: Group::Dns,
        llr: 2.5,
        span: Span::at(day().first),
        summary: "asked for pool.example, 3 times".to_string(),
        evidence: facts(json!({"names": ["pool.example"], "questions": 3})),
        ongoing: false,
        ..contact(resource, 0.0)
    }
}

/// An alert of a provider's product.
pub(super) fn alert(resource: &str, title: &str, sample: bool) -> Finding {
    let worth = if sample { "sample, simulated or test alert, worth nothing: " } else { "" };
    Finding {
        detector: "provider_alert",
        group: Group::ProviderAlert,
        llr: if sample { 0.0 } else { 12.4 },
        summary: format!("{worth}GuardDuty: {title} (CryptoCurrency:EC2/BitcoinTool.B!DNS)"),
        evidence: facts(json!({
            "reports": [{"product": "guardduty", "type": "CryptoCurrency:EC2/BitcoinTool.B!DNS", "id": "a1"}],
            "remotes": ["203.0.113.9", "pool.example"],
        })),
        sample,
        ..contact(resource, 0.0)
    }
}

/// The case that these findings make: one resource for each name, no group capped.
pub(super) fn of(provider: Provider, account: &str, mut findings: Vec<Finding>) -> Case {
    findings.sort_by(|one, other| other.llr.total_cmp(&one.llr));
    let mut by_resource: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &findings {
        by_resource.entry(&finding.resource).or_default().push(finding);
    }
    let mut resources: Vec<CaseResource> =
        by_resource.into_iter().map(|(id, findings)| resource(id, &findings)).collect();
    resources.sort_by(|one, other| other.probability.total_cmp(&one.probability));
    let probabilities: Vec<f64> = resources.iter().map(|one| one.probability).collect();
    let probability = of_account(&probabilities);
    let account = AccountRef::new(provider, account).to_owned();
    let links = portal::links(&account, Some("i-0abc"), None);
    Case {
        id: account.to_string(),
        provider,
        account: account.id,
        probability,
        confidence: if probability >= 0.9 { Grade::High } else { Grade::Low },
        severity: Grade::Low,
        active: findings.iter().any(|finding| finding.ongoing),
        first_observed: day().first,
        last_observed: day().last,
        resources,
        findings,
        account_created: None,
        account_created_unknown: None,
        account_moved: Vec::new(),
        cost: None,
        links,
        coverage: Vec::new(),
        absent: vec!["provider_alert"],
        calibration: None,
        details: Details::default(),
    }
}

fn resource(id: &str, findings: &[&Finding]) -> CaseResource {
    let what = "before any evidence: one resource in ten thousand mines".to_string();
    let mut reckoning = vec![Point { what, said: Saying::default(), nats: -9.21 }];
    reckoning.extend(findings.iter().map(|finding| Point {
        what: format!("{}: {}", finding.group.id(), finding.summary),
        said: Saying::default(),
        nats: finding.llr,
    }));
    CaseResource {
        id: id.to_string(),
        aliases: vec!["eni-0abc".to_string(), "10.0.0.4".to_string()],
        probability: logistic(reckoning.iter().map(|point| point.nats).sum()),
        first_observed: day().first,
        last_observed: day().last,
        created: None,
        created_unknown: None,
        reckoning,
    }
}

/// A machine that asked for a pool and talked with it all day.
pub(super) fn case(account: &str) -> Case {
    of(Provider::Aws, account, vec![contact("i-0abc", 13.9), lookup("i-0abc")])
}

/// Somebody who made something.
pub(super) fn created() -> Created {
    Created {
        at: at("2026-03-01T10:04:30Z"),
        by: "arn:aws:iam::111122223333:user/alice".to_string(),
        name: None,
        kind: CallerKind::Person,
        application: None,
        address: "203.0.113.9".parse().ok(),
        mfa: Some(false),
        operation: "RunInstances".to_string(),
        size: None,
        place: Place { object: ObjectId([8; 16]), record: 3 },
    }
}

/// The same with known cost.
pub(super) fn costly(account: &str) -> Case {
    let currency = "USD".to_string();
    let (spent, per_day, forecast) = (1234.5, 96.0, 2000.0);
    let cost = Cost { spent, per_day, forecast, currency, estimated: false, refunded: None };
    Case { cost: Some(cost), ..case(account) }
}

/// A case whose every name an attacker wrote.
pub(super) fn hostile() -> Case {
    let name = "=cmd|' /C calc'!A1<script>alert(1)</script>\u{1b}[2J\u{202e}\r\n";
    let mut case = of(Provider::Gcp, name, vec![alert(name, name, false), contact(name, 3.0)]);
    case.resources[0].aliases = vec![format!("@{name}")];
    case.findings[0].summary = format!("+{name}");
    let created = Created { by: name.to_string(), operation: name.to_string(), ..created() };
    case.resources[0].created = Some(Created { name: Some(format!("-{name}")), ..created });
    case
}

/// What is written of `cases`.
pub(super) fn written(cases: &[Case], output: Output) -> String {
    with_paths(cases, output, &BTreeMap::new())
}

/// The same with paths of objects.
pub(super) fn with_paths(
    cases: &[Case],
    output: Output,
    paths: &BTreeMap<ObjectId, Vec<String>>,
) -> String {
    let mut out = Vec::new();
    write(&report(cases, paths), output, &mut out).expect("memory takes everything");
    String::from_utf8(out).expect("reports are text")
}

/// A report of `cases`.
pub(super) fn report<'a>(
    cases: &'a [Case],
    paths: &'a BTreeMap<ObjectId, Vec<String>>,
) -> Report<'a> {
    Report {
        cases,
        now: at(NOW),
        window: None,
        notes: &[],
        paths,
        min_probability: 0.1,
        all: false,
        is_unjudged: false,
        language: Language::English,
    }
}

/// Text as `anstream` leaves it where colors are not wanted.
pub(super) fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

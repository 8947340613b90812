//! What of a case decides about it: small, and kept beside the judgement, so that it can be looked at
//! again when an authorisation comes or goes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    case::{Case, Grade},
    finding::{Finding, Scope},
    id::Provider,
    money::Cost,
    time::{Span, Time},
};

/// Findings that are looked at one by one; a case with more is never wholly covered.
const TRACES_MAX: usize = 2000;
/// What is flat in a bill has no pause for as long.
const DAY_SECONDS: i64 = 86_400;
/// Names taken over from one list of a finding's evidence.
const NAMES_MAX: usize = 256;
/// What evidence calls one and the same endpoint.
const ONE_ENDPOINT: [&str; 4] = ["remote", "indicator", "answered_name", "pool"];
/// Lists of endpoints in evidence, each another one.
const ENDPOINTS: [&str; 3] = ["names", "pools", "remotes"];
/// Lists of regions in evidence.
const REGIONS: [&str; 2] = ["regions", "new_regions"];

/// A case, as far as people's decisions and authorisations hang on it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Seen {
    /// `provider:account`.
    pub account: String,
    /// The cloud.
    pub provider: Provider,
    /// When the account was made, if that is known.
    pub created: Option<Time>,
    /// That something in it mined.
    pub probability: f64,
    /// Money and spread.
    pub severity: Grade,
    /// Whether it still ran in the last telemetry.
    pub is_active: bool,
    /// First observation.
    pub first_observed: Time,
    /// Last observation.
    pub last_observed: Time,
    /// What it costs a day, where that is known in US dollars.
    pub usd_per_day: Option<f64>,
    /// What was seen, finding by finding; samples are left out.
    pub traces: Vec<Trace>,
    /// There are more findings than are listed.
    pub is_cut: bool,
}

/// One finding.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Trace {
    /// Which detector.
    pub detector: String,
    /// The resource's id in the case; the account's where it is said of the account.
    pub resource: String,
    /// It is said of the whole account.
    pub is_of_account: bool,
    /// Its other names.
    pub aliases: BTreeSet<String>,
    /// Where it is held against several resources, each by all its names.
    #[serde(default)]
    pub parts: Vec<BTreeSet<String>>,
    /// First and last observation.
    pub span: Span,
    /// Seconds of the periods by which it is known when it was observed; 0 where that is known exactly.
    #[serde(default)]
    pub grain_seconds: i64,
    /// What it talked with or asked for.
    pub endpoints: BTreeSet<Endpoint>,
    /// Whom it pays.
    pub wallets: BTreeSet<String>,
    /// Where it runs.
    pub regions: BTreeSet<String>,
    /// The longest time without a pause, in seconds.
    pub run_seconds: Option<i64>,
}

/// One pool by all the names that evidence has for it.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Endpoint(pub BTreeSet<String>);

impl Seen {
    /// What of a case decides.
    #[must_use]
    pub fn of(case: &Case) -> Self {
        let names = names_of_addresses(&case.findings);
        let aliases: BTreeMap<&str, &Vec<String>> =
            case.resources.iter().map(|one| (one.id.as_str(), &one.aliases)).collect();
        let counted = || case.findings.iter().filter(|finding| !finding.sample);
        let aliases = |id: &str| aliases.get(id).map_or(&[][..], |list| list);
        let trace = |finding: &Finding| Trace {
            regions: regions(finding, &case.details.regions),
            ..Trace::of(finding, &names, aliases)
        };
        Self {
            account: case.id.clone(),
            provider: case.provider,
            created: case.account_created.as_ref().map(|created| created.at),
            probability: case.probability,
            severity: case.severity,
            is_active: case.active,
            first_observed: case.first_observed,
            last_observed: case.last_observed,
            usd_per_day: case.cost.as_ref().and_then(Cost::dollars_per_day),
            traces: counted().take(TRACES_MAX).map(trace).collect(),
            is_cut: counted().nth(TRACES_MAX).is_some(),
        }
    }
}

/// Where a finding says that it runs, and where what it is held against is known to run.
fn regions(finding: &Finding, known: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let parts = match &finding.scope {
        Scope::Resources(ids) => Some(ids),
        Scope::Account | Scope::Resource => None,
    };
    let ids = parts.into_iter().flatten().chain([&finding.resource]);
    let places = ids.filter_map(|id| known.get(id)).flatten().cloned();
    REGIONS.iter().flat_map(|member| list(finding, member)).chain(places).collect()
}

/// What addresses are called by findings that know a name for them.
fn names_of_addresses(findings: &[Finding]) -> BTreeMap<String, BTreeSet<String>> {
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for finding in findings {
        let one = one_endpoint(finding);
        if let Some(remote) = text(finding, "remote").filter(|_| one.len() > 1) {
            names.entry(remote).or_default().extend(one);
        }
    }
    names
}

fn text(finding: &Finding, member: &str) -> Option<String> {
    finding.evidence.get(member)?.as_str().map(str::to_lowercase)
}

/// The longest time without a pause. A step in a bill that is flat goes on day and night.
fn run_seconds(finding: &Finding) -> Option<i64> {
    let is_flat = finding.evidence.get("flat").and_then(Value::as_bool) == Some(true);
    let known = finding.evidence.get("run_seconds").and_then(Value::as_i64);
    known.or_else(|| is_flat.then_some(DAY_SECONDS))
}

fn one_endpoint(finding: &Finding) -> BTreeSet<String> {
    ONE_ENDPOINT.iter().filter_map(|member| text(finding, member)).collect()
}

fn list(finding: &Finding, member: &str) -> impl Iterator<Item = String> {
    let list = finding.evidence.get(member).and_then(Value::as_array);
    let texts = list.into_iter().flatten().filter_map(Value::as_str);
    texts.take(NAMES_MAX).map(str::to_string)
}

impl Trace {
    fn of<'a>(
        finding: &Finding,
        names: &BTreeMap<String, BTreeSet<String>>,
        aliases: impl Fn(&str) -> &'a [String],
    ) -> Self {
        let others = |id: &str| aliases(id).iter().take(NAMES_MAX).cloned().collect();
        let all_of = |id: &String| {
            let mut all: BTreeSet<String> = others(id);
            all.insert(id.clone());
            all
        };
        let mut endpoints = BTreeSet::new();
        let mut add = |mut own: BTreeSet<String>| {
            let more: Vec<String> =
                own.iter().filter_map(|name| names.get(name)).flatten().cloned().collect();
            own.extend(more);
            if !own.is_empty() {
                endpoints.insert(Endpoint(own));
            }
        };
        add(one_endpoint(finding));
        for name in ENDPOINTS.iter().flat_map(|member| list(finding, member)) {
            add(BTreeSet::from([name.to_lowercase()]));
        }
        Self {
            detector: finding.detector.to_string(),
            resource: finding.resource.clone(),
            is_of_account: finding.scope == Scope::Account,
            aliases: others(&finding.resource),
            parts: match &finding.scope {
                Scope::Resources(ids) => ids.iter().map(all_of).collect(),
                Scope::Account | Scope::Resource => Vec::new(),
            },
            span: finding.span,
            grain_seconds: finding.group.grain_seconds(),
            endpoints,
            wallets: list(finding, "wallets").collect(),
            regions: BTreeSet::new(),
            run_seconds: run_seconds(finding),
        }
    }
}

//! A judgement as it is stored, read again: what plans, proofs and claims need of it. Other members
//! are passed over, and what is missing is empty, so that judgements of older versions can be read.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::{
    event::{Action, CallerKind, ComputeKind},
    id::Provider,
    money::Refunded,
    origin,
    saying::{self, Saying},
    time::Time,
};

/// From this weight on a hijack makes a case by itself (p = 0.10): with more than three of the five
/// pillars of `hijack_sequence`, which no roll-out has.
const HIJACK_LLR_MIN: f64 = 7.0;

/// A judgement.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Judged {
    /// `provider:account`.
    pub id: String,
    /// The cloud, by its text id.
    pub provider: String,
    /// The account in it.
    pub account: String,
    /// That something in the account mined.
    pub probability: f64,
    /// Whether it still ran in the last telemetry.
    pub active: bool,
    /// First observation.
    #[serde(deserialize_with = "time")]
    pub first_observed: Option<Time>,
    /// Last observation.
    #[serde(deserialize_with = "time")]
    pub last_observed: Option<Time>,
    /// What mines.
    pub resources: Vec<Resource>,
    /// Why.
    pub findings: Vec<Found>,
    /// What it costs.
    pub cost: Option<Cost>,
    /// What was read of the account, and when.
    pub coverage: Vec<Covered>,
    /// What was done on the control plane.
    pub deeds: Vec<Done>,
    /// What each named resource cost.
    pub charges: Vec<Charged>,
}

/// One resource.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Resource {
    /// The best name.
    pub id: String,
    /// Every other name.
    pub aliases: Vec<String>,
    /// That it mined.
    pub probability: f64,
    /// First observation.
    #[serde(deserialize_with = "time")]
    pub first_observed: Option<Time>,
    /// Last observation.
    #[serde(deserialize_with = "time")]
    pub last_observed: Option<Time>,
    /// Who made it.
    pub created: Option<Maker>,
}

/// How something came to be.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Maker {
    /// When.
    #[serde(deserialize_with = "time")]
    pub at: Option<Time>,
    /// By which principal.
    pub by: String,
    /// What kind of principal.
    pub kind: CallerKind,
    /// The application, or the key, that called for it.
    pub application: Option<String>,
}

/// What one detector says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Found {
    /// The detector's id.
    pub detector: String,
    /// The kind of evidence.
    pub group: String,
    /// The resource, or the account.
    pub resource: String,
    /// How much it weighs, in nats.
    pub llr: f64,
    /// First observation.
    #[serde(deserialize_with = "time")]
    pub first_observed: Option<Time>,
    /// Last observation.
    #[serde(deserialize_with = "time")]
    pub last_observed: Option<Time>,
    /// In English.
    pub summary: String,
    /// For other languages; empty in judgements of older versions.
    #[serde(deserialize_with = "saying::leniently")]
    pub said: Saying,
    /// The facts.
    pub evidence: Map<String, Value>,
}

/// What a case costs.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Cost {
    /// Spent since the first observation.
    pub spent: f64,
    /// Spent per day at the last rate.
    pub per_day: f64,
    /// ISO 4217 code.
    pub currency: String,
    /// From list prices.
    pub estimated: bool,
}

/// What was read of one signal.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Covered {
    /// The signal's id.
    pub signal: String,
    /// From when.
    #[serde(deserialize_with = "time")]
    pub first_observed: Option<Time>,
    /// Until when.
    #[serde(deserialize_with = "time")]
    pub last_observed: Option<Time>,
    /// Hours in between without a word.
    pub silent: Vec<Silence>,
}

/// A time without a word.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Silence {
    /// The first hour.
    #[serde(deserialize_with = "time")]
    pub from: Option<Time>,
    /// The end of the last.
    #[serde(deserialize_with = "time")]
    pub to: Option<Time>,
}

/// One deed on the control plane.
#[derive(Clone, Debug, Deserialize)]
pub struct Done {
    /// When.
    #[serde(deserialize_with = "time")]
    pub at: Option<Time>,
    /// What it means.
    pub action: Action,
    /// The operation.
    #[serde(default)]
    pub operation: String,
    /// The region.
    #[serde(default)]
    pub region: String,
    /// Who.
    #[serde(default)]
    pub principal: String,
    /// What kind of principal.
    #[serde(default)]
    pub kind: CallerKind,
    /// From where; not known in judgements of older versions.
    #[serde(default)]
    pub address: Option<IpAddr>,
    /// The kind of compute that was made.
    #[serde(default)]
    pub compute: Option<ComputeKind>,
    /// The record says that what it was done to was there before.
    #[serde(default)]
    pub is_there: bool,
    /// What it was done to.
    #[serde(default)]
    pub resources: Vec<String>,
}

impl Done {
    /// Whether it made something new, and did not only start, grow or change what was there.
    #[must_use]
    pub fn makes(&self) -> bool {
        self.action == Action::CreateCompute && !self.is_there && origin::makes(&self.operation)
    }
}

/// What one resource cost.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Charged {
    /// The resource.
    pub resource: String,
    /// ISO 4217 code.
    pub currency: String,
    /// From list prices.
    pub estimated: bool,
    /// What was charged, where all of it was given back.
    pub refunded: Option<Refunded>,
    /// The first use that was billed, of the case or before it.
    #[serde(deserialize_with = "time")]
    pub since: Option<Time>,
    /// Amounts by day, as `2026-03-01`.
    pub days: BTreeMap<String, f64>,
}

fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Time>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.as_deref().and_then(Time::parse))
}

impl Judged {
    /// Reads a stored judgement.
    ///
    /// # Errors
    /// When it is no judgement.
    pub fn read(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The cloud.
    #[must_use]
    pub fn cloud(&self) -> Provider {
        Provider::from_id(&self.provider).unwrap_or(Provider::Unknown)
    }

    /// The addresses that the evidence says were talked with.
    #[must_use]
    pub fn remotes(&self) -> BTreeSet<IpAddr> {
        let one =
            |found: &Found| found.evidence.get("remote").and_then(Value::as_str)?.parse().ok();
        self.findings.iter().filter_map(one).collect()
    }

    /// What was read of a signal, by its id.
    #[must_use]
    pub fn covered(&self, signal: &str) -> Option<&Covered> {
        self.coverage.iter().find(|covered| covered.signal == signal)
    }

    /// The principals of hijacks that make a case by themselves and are not the account's daily work.
    /// A roll-out looks like the weaker ones: who did those is asked.
    #[must_use]
    pub fn hijackers(&self) -> BTreeSet<&str> {
        self.principals_of(makes_case)
    }

    /// Whether a hijacker's deed belongs to the hijack: it is no earlier than the first sign of it or,
    /// where no finding dates that, than the case; and it is not the daily work of the one who was
    /// robbed. What came before, that one may have done in good faith.
    #[must_use]
    pub fn is_of_hijack(&self, done: &Done) -> bool {
        let signs = self.hijacks_by(&done.principal);
        let first = signs.iter().filter_map(|found| found.first_observed).min();
        let since = first.or(self.first_observed);
        let is_late = done.at.zip(since).is_some_and(|(at, since)| at >= since);
        !signs.is_empty() && is_late && !self.is_daily_work(done)
    }

    /// Whether somebody who was hijacked did this from where the account was always worked from, while
    /// the hijack also came from elsewhere.
    #[must_use]
    pub fn is_daily_work(&self, done: &Done) -> bool {
        let signs = self.hijacks_by(&done.principal);
        done.address.is_some_and(|from| signs.iter().any(|found| is_usual(found, from)))
    }

    /// When hijacks that make a case by themselves began.
    #[must_use]
    pub fn hijacked_since(&self) -> Option<Time> {
        let signs: Vec<&Found> = self.hijacks(makes_case).collect();
        let first = signs.iter().filter_map(|found| found.first_observed).min();
        first.or(self.first_observed).filter(|_| !signs.is_empty())
    }

    /// The hijacks that make a case by themselves and name a principal.
    fn hijacks_by(&self, principal: &str) -> Vec<&Found> {
        let names = |found: &&Found| principals(found).any(|who| who == principal);
        self.hijacks(makes_case).filter(names).collect()
    }

    /// The principals of everything that looks like a hijack and is not the account's daily work.
    #[must_use]
    pub fn suspected(&self) -> BTreeSet<&str> {
        self.principals_of(|_| true)
    }

    fn principals_of(&self, wanted: impl Fn(&Found) -> bool) -> BTreeSet<&str> {
        self.hijacks(wanted).flat_map(principals).collect()
    }

    fn hijacks(&self, wanted: impl Fn(&Found) -> bool) -> impl Iterator<Item = &Found> {
        self.findings.iter().filter(move |found| {
            found.detector == "hijack_sequence" && !is(found, "routine") && wanted(found)
        })
    }
}

/// Whether a hijack makes a case by itself.
fn makes_case(found: &Found) -> bool {
    is(found, "full") || found.llr >= HIJACK_LLR_MIN
}

/// Whom the evidence names.
fn principals(found: &Found) -> impl Iterator<Item = &str> {
    let named = found.evidence.get("principals").and_then(Value::as_array);
    named.into_iter().flatten().filter_map(Value::as_str).filter(|who| !who.is_empty())
}

/// Whether a hijack names an address as one that the account was worked from before.
fn is_usual(found: &Found, from: IpAddr) -> bool {
    let named = found.evidence.get("usual_addresses").and_then(Value::as_array);
    let mut named = named.into_iter().flatten().filter_map(Value::as_str);
    named.any(|address| address.parse::<IpAddr>().is_ok_and(|own| own == from))
}

/// Whether the evidence says so.
fn is(found: &Found, flag: &str) -> bool {
    found.evidence.get(flag).and_then(Value::as_bool).unwrap_or_default()
}

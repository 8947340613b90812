//! What is known of a case besides the verdict: who made what, what each resource cost on which day,
//! and what was done on the control plane. Plans, proofs and claims are made from it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::{Case, CaseResource, severity::severity};
use crate::{
    bill::{Amount, Ledger, Spent, resource_name},
    detector::{
        Context,
        hijack_sequence::{Deed, HijackSequence},
    },
    event::Action,
    finding::rounded,
    fold::AccountState,
    id::Account,
    money::{self, Refunded},
    origin::{self, Created},
    portal::{self, Link},
    saying::Saying,
    time::{Span, Time},
};

/// From this probability on a resource is named in a case.
const RESOURCE_PROBABILITY_MIN: f64 = 0.5;
/// Resources whose days are told; the dearest.
const CHARGED_MAX: usize = 100;
/// Days told of one resource; the latest.
const DAYS_MAX: usize = 92;
/// Deeds told of one case.
const DEEDS_MAX: usize = 400;
/// Deeds are told from so long before the first observation on: who hijacks an account does so in a
/// day or two before it mines (partner-center.md 5.2 looks back 48 to 72 hours).
pub const LOOKBACK_SECONDS: i64 = 3 * DAY_SECONDS;
const DAY_SECONDS: i64 = 86_400;

/// What clean-up, proof and claims are made from.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Details {
    /// What was done on the control plane by those whom the evidence names and to what it names, by
    /// time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deeds: Vec<Deed>,
    /// What each named resource cost by the bill, dearest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<Charge>,
    /// Where resources run, by their ids in the case, as far as that is known.
    #[serde(skip)]
    pub regions: BTreeMap<String, BTreeSet<String>>,
}

/// What one resource cost by the bill.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Charge {
    /// The resource, by its id in the case.
    pub resource: String,
    /// ISO 4217 code.
    pub currency: String,
    /// From list prices: a plan or a credit paid, or all was given back.
    pub estimated: bool,
    /// What was charged, where all of it was given back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refunded: Option<Refunded>,
    /// The first use that was billed, also long before the first observation.
    #[serde(serialize_with = "super::time")]
    pub since: Time,
    /// Amounts by day, as `2026-03-01`, from the first observation on.
    pub days: BTreeMap<String, f64>,
}

impl Charge {
    /// All days together.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.days.values().sum()
    }
}

impl Details {
    pub(super) fn of(case: &Case, state: &AccountState, context: &Context<'_>) -> Self {
        let deeds = deeds(case, state, context);
        let regions = regions(case, &deeds, context.bill);
        Self { charges: charges(case, context.bill), deeds, regions }
    }
}

/// Where resources run: where the audit log says that they were made, or else what the bill tells.
fn regions(case: &Case, deeds: &[Deed], ledger: &Ledger) -> BTreeMap<String, BTreeSet<String>> {
    let mut regions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let is_making = |deed: &&Deed| deed.action == Action::CreateCompute && !deed.region.is_empty();
    for deed in deeds.iter().filter(is_making) {
        for resource in &deed.resources {
            regions.entry(resource.clone()).or_default().insert(deed.region.clone());
        }
    }
    for resource in &case.resources {
        if !regions.contains_key(&resource.id)
            && let Some(region) = billed_in(resource, ledger)
        {
            regions.insert(resource.id.clone(), BTreeSet::from([region]));
        }
    }
    regions
}

/// Where a billed resource runs: bills are kept by resource and by region, so it is known only while
/// all compute since its first use is billed in one region. Some bills name places in words, which are
/// no regions' ids.
fn billed_in(resource: &CaseResource, ledger: &Ledger) -> Option<String> {
    let names = std::iter::once(&resource.id).chain(&resource.aliases);
    let spent = names.filter_map(|name| ledger.resources.get(&*resource_name(name)));
    let since = spent.map(|spent| spent.span.first).min()?;
    let used = ledger.meters.iter().filter(|(_, (span, _))| span.last > since);
    let mut regions: BTreeSet<&String> = used.map(|((_, region, _), _)| region).collect();
    let only = regions.pop_first().filter(|_| regions.is_empty())?;
    (!only.is_empty() && !only.contains(' ')).then(|| only.clone())
}

/// Where account and likeliest resource are looked up; this in the region of the last deed on it.
pub(super) fn links(account: &Account, case: &Case) -> Vec<Link> {
    let likeliest = case.resources.first().map(|resource| resource.id.as_str());
    let is_on_it = |deed: &&Deed| {
        !deed.region.is_empty() && deed.resources.iter().any(|id| Some(id.as_str()) == likeliest)
    };
    let region = case.details.deeds.iter().rev().find(is_on_it).map(|deed| deed.region.as_str());
    portal::links(account, likeliest, region)
}

pub(super) fn is_likely(resource: &CaseResource) -> bool {
    resource.probability >= RESOURCE_PROBABILITY_MIN
}

/// The principals that the evidence names: of hijacks, and who made the resources.
fn suspects(case: &Case) -> BTreeSet<String> {
    let of_hijacks = case
        .findings
        .iter()
        .filter(|finding| finding.detector == "hijack_sequence")
        .filter_map(|finding| finding.evidence.get("principals").and_then(Value::as_array))
        .flatten()
        .filter_map(Value::as_str)
        .map(ToString::to_string);
    let makers = case.resources.iter().filter_map(|resource| resource.created.as_ref());
    of_hijacks
        .chain(makers.map(|created| created.by.clone()))
        .filter(|who| !who.is_empty())
        .collect()
}

fn deeds(case: &Case, state: &AccountState, context: &Context<'_>) -> Vec<Deed> {
    if case.first_observed == Time::default() {
        return Vec::new();
    }
    let since = case.first_observed.plus_seconds(-LOOKBACK_SECONDS);
    let named: BTreeSet<&str> =
        case.resources.iter().map(|resource| resource.id.as_str()).collect();
    let suspects = suspects(case);
    let calls = HijackSequence::calls(&state.detectors);
    let mut deeds = calls.deeds(context.resources, |deed| {
        deed.at >= since
            && (suspects.contains(&deed.principal)
                || deed.by_provider()
                || deed.resources.iter().any(|resource| named.contains(resource.as_str())))
    });
    // What the account's own services make all day must not crowd out what was done to it.
    if deeds.len() > DEEDS_MAX {
        let is_named = |id: &String| named.contains(id.as_str());
        deeds.retain(|deed| !deed.by_provider() || deed.resources.iter().any(is_named));
    }
    // The first tell of the hijack, the last whether it goes on.
    if deeds.len() > DEEDS_MAX {
        deeds.drain(DEEDS_MAX / 2..deeds.len() - DEEDS_MAX / 2);
    }
    deeds
}

fn charges(case: &Case, ledger: &Ledger) -> Vec<Charge> {
    let first_day = day(case.first_observed);
    let mut charges: Vec<Charge> = case
        .resources
        .iter()
        .filter(|resource| is_likely(resource))
        .filter_map(|resource| {
            let names = std::iter::once(&resource.id).chain(&resource.aliases);
            let names: BTreeSet<_> = names.map(|name| resource_name(name)).collect();
            let spent = names.iter().filter_map(|name| ledger.resources.get(&**name));
            let spent: Vec<&Spent> = spent.collect();
            let since = spent.iter().map(|spent| spent.span.first).min()?;
            let days = spent.iter().flat_map(|spent| spent.days.range(first_day..));
            let given_back = names.iter().map(|name| ledger.given_back(name, first_day));
            let given_back = given_back.fold(0, i64::saturating_add);
            charge(&resource.id, since, days, (given_back, &ledger.currency))
        })
        .collect();
    charges.sort_by(|one, other| {
        other.total().total_cmp(&one.total()).then_with(|| one.resource.cmp(&other.resource))
    });
    charges.truncate(CHARGED_MAX);
    charges
}

fn charge<'a>(
    resource: &str,
    since: Time,
    days: impl Iterator<Item = (&'a i32, &'a Amount)>,
    (given_back, currency): (i64, &str),
) -> Option<Charge> {
    let mut amounts: BTreeMap<i32, (i64, i64)> = BTreeMap::new();
    for (day, amount) in days {
        let sum = amounts.entry(*day).or_default();
        sum.0 = sum.0.saturating_add(amount.cost_micros);
        sum.1 = sum.1.saturating_add(amount.worth_micros);
    }
    // What was given back stands on a day of its own.
    let left = amounts.values().map(|(cost, _)| *cost).fold(0, i64::saturating_add);
    let estimated = left <= 0;
    let refunded = Refunded::of(left, given_back, currency);
    while amounts.len() > DAYS_MAX {
        amounts.pop_first();
    }
    let units =
        |(cost, worth): (i64, i64)| rounded((if estimated { worth } else { cost }) as f64 / 1e6, 4);
    let days: BTreeMap<String, f64> =
        amounts.into_iter().map(|(day, sums)| (date(day), units(sums))).collect();
    let currency = if estimated { "USD" } else { currency };
    (!days.is_empty()).then(|| Charge {
        resource: resource.to_string(),
        currency: currency.to_string(),
        estimated,
        refunded,
        since,
        days,
    })
}

fn day(time: Time) -> i32 {
    i32::try_from(time.seconds().div_euclid(DAY_SECONDS)).unwrap_or(0)
}

fn date(day: i32) -> String {
    let (year, month, day) = Time::from_seconds(i64::from(day) * DAY_SECONDS).date();
    format!("{year:04}-{month:02}-{day:02}")
}

/// Says who made the account and its resources, or why that is not known.
pub(super) fn tell_origins(
    case: &mut Case,
    state: &AccountState,
    mut made: BTreeMap<String, Created>,
) {
    let unless = |known: &Option<Created>, why: Saying| known.is_none().then_some(why);
    let created = state.origins.account_created();
    let unknown = unless(&created, origin::account_unknown(&state.coverage));
    for resource in &mut case.resources {
        if resource.id == case.account {
            (resource.created, resource.created_unknown) = (created.clone(), unknown.clone());
            continue;
        }
        resource.created = made.remove(&resource.id);
        let why = origin::unknown(&state.origins, &state.coverage, resource.first_observed);
        resource.created_unknown = unless(&resource.created, why);
    }
    case.account_moved = state.origins.account_moved();
    (case.account_created, case.account_created_unknown) = (created, unknown);
}

/// What a case costs by list prices, where no bill tells.
pub(super) fn estimate(case: &mut Case) {
    if case.cost.is_some() {
        return;
    }
    let likely = case.resources.iter().filter(|resource| is_likely(resource));
    let sized = likely.filter_map(|resource| {
        let created = resource.created.as_ref()?;
        Some((created.size.as_deref()?, Span::between(created.at, resource.last_observed)))
    });
    case.cost = money::listed(sized, case.active);
    let count = case.resources.iter().filter(|resource| is_likely(resource)).count();
    case.severity = severity(case.cost.as_ref(), None, count);
}

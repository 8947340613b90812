//! Cases: everything about one account, judged.

mod details;
mod due;
mod hijack_notice;
mod observed;
mod overlap;
mod severity;

pub use details::{Charge, Details, LOOKBACK_SECONDS};
pub use due::Due;
pub use observed::observed;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    assess::{self, Point},
    blocks::Blocks,
    coverage::{Coverage, Covered},
    detector::{
        Context, Detector, Footprints,
        flat_compute::{Alibis, FlatCompute},
        fleet_pulse::Fleets,
        hijack_sequence::HijackSequence,
        spend_step,
    },
    event::Signal,
    finding::{Finding, Group, Scope, rounded},
    fold::AccountState,
    id::{Account, Provider},
    indicator::IndicatorSet,
    money::{self, Cost},
    names::Resolved,
    origin::Created,
    portal::Link,
    saying::{self, Saying},
    time::{Span, Time},
    weights::{Calibration, Weights},
};
use details::is_likely;
use severity::severity;

/// Findings weaker than this say nothing worth reading, unless all are asked for.
const FINDING_LLR_MIN: f64 = 0.5;
/// A feed is at most this late: mining seen until then still runs.
const FEED_LATE_SECONDS: i64 = 900;
/// Alerts repeat themselves about once a day, and who starts a miner does not start it every minute.
const EVENT_LATE_SECONDS: i64 = 86_400;
/// Bills come by the day.
const BILL_LATE_SECONDS: i64 = 172_800;

/// Who made each resource.
type Made = BTreeMap<String, Created>;

/// How much there is of something.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Little.
    Low,
    /// Some.
    Medium,
    /// Much.
    High,
}

impl Grade {
    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// All findings about one account, and what they come to.
#[derive(Clone, Debug, Serialize)]
pub struct Case {
    /// `provider:account`.
    pub id: String,
    /// The cloud.
    pub provider: Provider,
    /// The account in it.
    pub account: String,
    /// That something in the account mined at any time in the window.
    #[serde(serialize_with = "probability")]
    pub probability: f64,
    /// The probability as a word.
    pub confidence: Grade,
    /// Money and spread as a word.
    pub severity: Grade,
    /// Whether it still ran in the last telemetry.
    pub active: bool,
    /// First observation of anything that counts.
    #[serde(serialize_with = "time")]
    pub first_observed: Time,
    /// Last observation of anything that counts.
    #[serde(serialize_with = "time")]
    pub last_observed: Time,
    /// What mines.
    pub resources: Vec<CaseResource>,
    /// Why.
    pub findings: Vec<Finding>,
    /// Who made the account, when and from where.
    pub account_created: Option<Created>,
    /// Why that is not known.
    #[serde(serialize_with = "saying::in_english", skip_serializing_if = "Option::is_none")]
    pub account_created_unknown: Option<Saying>,
    /// Who moved the account to another tenant, organisation or payer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub account_moved: Vec<Created>,
    /// What it costs; nothing where nothing is known.
    pub cost: Option<Cost>,
    /// Where to look it up in the provider's portal.
    pub links: Vec<Link>,
    /// What was read of the account, and when.
    pub coverage: Vec<Covered>,
    /// Kinds of telemetry of which nothing was read.
    pub absent: Vec<&'static str>,
    /// Under which calibration it was judged, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calibration: Option<String>,
    /// What clean-up, proof and claims are made from.
    #[serde(flatten)]
    pub details: Details,
}

/// One resource of a case.
#[derive(Clone, Debug, Serialize)]
pub struct CaseResource {
    /// The best name.
    pub id: String,
    /// Every other name that was seen for it.
    pub aliases: Vec<String>,
    /// That it mined.
    #[serde(serialize_with = "probability")]
    pub probability: f64,
    /// First observation.
    #[serde(serialize_with = "time")]
    pub first_observed: Time,
    /// Last observation.
    #[serde(serialize_with = "time")]
    pub last_observed: Time,
    /// Who made it, when and from where.
    pub created: Option<Created>,
    /// Why that is not known.
    #[serde(serialize_with = "saying::in_english", skip_serializing_if = "Option::is_none")]
    pub created_unknown: Option<Saying>,
    /// How the probability came about.
    #[serde(skip)]
    pub reckoning: Vec<Point>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn probability<S: serde::Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(rounded(*value, 4))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn time<S: serde::Serializer>(value: &Time, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

/// How accounts are judged.
#[derive(Clone, Debug)]
pub struct Judge<'a> {
    /// The lists.
    pub indicators: &'a IndicatorSet,
    /// What evidence is worth.
    pub weights: &'a Weights,
    /// Detectors that are switched off, by id.
    pub without: &'a [String],
    /// Keep weak findings and resources too.
    pub all: bool,
    /// When chains had their blocks.
    pub blocks: &'a Blocks,
    /// What accounts have in common.
    pub fleets: &'a Fleets,
}

impl Judge<'_> {
    /// Judges one account. `None` when no detector says anything.
    #[must_use]
    pub fn judge(&self, account: &Account, state: &AccountState) -> Option<Case> {
        let resources = state.names.resolve();
        let bill = state.bill.read();
        let talks = state.conversations.read(&resources, account.provider);
        let footprints = Footprints::of(&talks, account.provider, &self.weights.stratum_profile);
        let context = Context {
            account,
            bill: &bill,
            indicators: self.indicators,
            weights: self.weights,
            lookups: &state.lookups,
            names: &state.names,
            resources: &resources,
            coverage: &state.coverage,
            footprints: &footprints,
            blocks: self.blocks,
            fleets: self.fleets,
        };
        let mut findings = state.detectors.findings(&context, self.without);
        let is_approximate = state.names.is_approximate();
        findings.iter_mut().for_each(|finding| finding.approximate |= is_approximate);
        overlap::temper(&mut findings);
        let made = state.origins.by_resource(&resources);
        let is_on = |id: &str| !self.without.iter().any(|off| off == id);
        if is_on(FlatCompute::INFO.id) {
            let (loads, weights) = (state.detectors.loads(), &self.weights.alibi);
            Alibis::of(loads, &resources, &made, weights).temper(&mut findings);
        }
        if is_on(HijackSequence::INFO.id) {
            spend_step::temper(&mut findings, &state.coverage, &made, &self.weights.spend_step);
        }
        spend_step::date(&mut findings, &made);
        hijack_notice::temper(&mut findings, &account.id, &self.weights.alert);
        (!findings.is_empty()).then(|| {
            let mut case = self.case(&context, findings, &made);
            details::tell_origins(&mut case, state, made);
            details::estimate(&mut case);
            case.details = Details::of(&case, state, &context);
            case.links = details::links(account, &case);
            case
        })
    }

    fn case(&self, context: &Context<'_>, mut findings: Vec<Finding>, made: &Made) -> Case {
        let Context { account, resources: resolved, coverage, .. } = *context;
        findings.sort_by(|one, other| {
            let key = |finding: &Finding| {
                (finding.detector, finding.resource.clone(), finding.summary.clone())
            };
            other.llr.total_cmp(&one.llr).then_with(|| key(one).cmp(&key(other)))
        });
        let (mut resources, probability) = self.resources(account, resolved, &findings, made);
        let active = findings.iter().any(|finding| is_active(finding, coverage));
        let counted = findings.iter().filter(|finding| finding.llr >= FINDING_LLR_MIN);
        let span = observed(counted, None).or_else(|| observed(&findings, None));
        if !self.all {
            resources.retain(is_likely);
            findings.retain(|finding| finding.llr >= FINDING_LLR_MIN);
        }
        let first = span.map_or_else(Time::default, |span| span.first);
        let suspects = resources.iter().filter(|resource| is_likely(resource));
        let names: Vec<&str> = suspects
            .flat_map(|resource| std::iter::once(&resource.id).chain(&resource.aliases))
            .map(String::as_str)
            .collect();
        let has_step = findings.iter().any(|finding| finding.group == Group::Billing);
        let cost = money::billed(context.bill, names.iter().copied(), first)
            .or_else(|| has_step.then(|| spend_step::excess(context.bill, first)).flatten());
        let worth = money::worth_per_day(context.bill, names, first);
        Case {
            links: Vec::new(),
            id: account.to_string(),
            provider: account.provider,
            account: account.id.clone(),
            probability,
            confidence: confidence(probability),
            severity: severity(cost.as_ref(), worth, resources.len()),
            active,
            first_observed: first,
            last_observed: span.map_or_else(Time::default, |span| span.last),
            resources,
            findings,
            account_created: None,
            account_created_unknown: None,
            account_moved: Vec::new(),
            cost,
            coverage: context.blocks.told(coverage, coverage.covered_and_billed(context.bill)),
            absent: coverage.absent().map(Signal::id).collect(),
            calibration: calibrated(self.weights),
            details: Details::default(),
        }
    }

    /// The resources, likeliest first, and the probability of the account: of what is held against
    /// each resource by itself, or of what is held against one of them and the account together.
    /// What is held against the account counts once, however many resources it covers.
    fn resources(
        &self,
        account: &Account,
        resolved: &Resolved<'_>,
        findings: &[Finding],
        made: &Made,
    ) -> (Vec<CaseResource>, f64) {
        let held = held_against(account, findings);
        let mut own_probabilities = Vec::new();
        let mut resources = Vec::new();
        for (id, findings) in held {
            let own: Vec<&Finding> =
                findings.iter().copied().filter(|finding| finding.resource == id).collect();
            own_probabilities.push(assess::assess(&own, self.weights).probability);
            let made = made.get(id).map(|created| created.at);
            resources.push(self.resource(id, resolved, &findings, made));
        }
        resources.sort_by(|one: &CaseResource, other| {
            other.probability.total_cmp(&one.probability).then_with(|| one.id.cmp(&other.id))
        });
        let likeliest = resources.first().map_or(0.0, |resource| resource.probability);
        (resources, assess::of_account(&own_probabilities).max(likeliest))
    }

    fn resource(
        &self,
        id: &str,
        resolved: &Resolved<'_>,
        findings: &[&Finding],
        made: Option<Time>,
    ) -> CaseResource {
        let assessment = assess::assess(findings, self.weights);
        let counted = findings.iter().copied().filter(|finding| finding.llr >= FINDING_LLR_MIN);
        let span = observed(counted, made).or_else(|| observed(findings.iter().copied(), made));
        let span = span.unwrap_or(Span::at(Time::default()));
        CaseResource {
            id: id.to_string(),
            aliases: resolved.aliases(id).to_vec(),
            probability: assessment.probability,
            first_observed: span.first,
            last_observed: span.last,
            created: None,
            created_unknown: None,
            reckoning: assessment.reckoning,
        }
    }
}

/// A calibration in words; nothing while all evidence counts whole.
fn calibrated(weights: &Weights) -> Option<String> {
    let Calibration { scale, name } = &weights.calibration;
    let name = if name.is_empty() { "the desk's weights" } else { name };
    (*scale != 1.0).then(|| format!("{name}: {:.0} % of the evidence counts", 100.0 * scale))
}

/// What is held against each resource. The account stands among them under its own id while
/// something is held against it and against no resource that could be named.
fn held_against<'a>(
    account: &'a Account,
    findings: &'a [Finding],
) -> BTreeMap<&'a str, Vec<&'a Finding>> {
    let mut held: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        match &finding.scope {
            Scope::Resource => held.entry(&finding.resource).or_default().push(finding),
            Scope::Resources(ids) => {
                ids.iter().for_each(|id| held.entry(id).or_default().push(finding));
            }
            Scope::Account => {}
        }
    }
    let of_account = || findings.iter().filter(|finding| finding.scope == Scope::Account);
    if held.is_empty() && of_account().next().is_some() {
        held.insert(&account.id, Vec::new());
    }
    held.values_mut().for_each(|findings| findings.extend(of_account()));
    held
}

/// Whether a finding tells of mining until the end of its telemetry.
fn is_active(finding: &Finding, coverage: &Coverage) -> bool {
    let last = coverage.last(finding.group.signal()).unwrap_or(finding.span.last);
    let late_seconds = match finding.group {
        Group::Billing => BILL_LATE_SECONDS,
        Group::ControlPlane | Group::ProviderAlert | Group::Runtime => EVENT_LATE_SECONDS,
        Group::Compute | Group::Dns | Group::Fleet | Group::Network => FEED_LATE_SECONDS,
    };
    finding.ongoing
        && finding.llr >= FINDING_LLR_MIN
        && last.seconds_since(finding.until()) <= late_seconds
}

fn confidence(probability: f64) -> Grade {
    match probability {
        p if p >= 0.9 => Grade::High,
        p if p >= 0.5 => Grade::Medium,
        _ => Grade::Low,
    }
}

/// Orders cases by expected loss, then probability, then account. The expected loss of a case
/// without known cost takes the median cost of the known ones.
pub fn sort(cases: &mut [Case]) {
    let per_day = |case: &Case| case.cost.as_ref().and_then(Cost::dollars_per_day);
    let mut known: Vec<f64> = cases.iter().filter_map(per_day).collect();
    known.sort_by(f64::total_cmp);
    let median = known.get(known.len() / 2).copied().unwrap_or(0.0);
    let loss = |case: &Case| case.probability * per_day(case).unwrap_or(median) * 30.0;
    cases.sort_by(|one, other| {
        loss(other)
            .total_cmp(&loss(one))
            .then_with(|| other.probability.total_cmp(&one.probability))
            .then_with(|| one.id.cmp(&other.id))
    });
}

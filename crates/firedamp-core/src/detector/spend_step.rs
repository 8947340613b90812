//! Compute steps away from what the account has always used.
//!
//! **What it sees**: bills by the hour or day. Use is weighed by list prices, so that credits,
//! reservations and savings plans hide nothing; the level of a day is held against the median of the
//! days before it, in logarithms, weekends by themselves.
//!
//! **Why it matters**: a hijacked account goes from its usual bill to its quota within an hour, in
//! regions and with machines that it never used, and stays there day and night. Fifty dollars of
//! compute are burnt for one that is mined, so the bill is loud.
//!
//! **What it misses**: miners on machines that run anyway; slow growth; accounts whose bills begin
//! with the step, for then there is nothing to compare with. It is late: bills come after a day.
//!
//! **What it mistakes**: a roll-out of an honest service that runs day and night, too, in new
//! regions. So it never says more than "ask the customer".
//!
//! **What to do**: look at who made what started that day, then ask.

mod days;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Context, Detector, Info, Watch};
use crate::{
    bill::Ledger,
    coverage::Coverage,
    event::{Event, Resource, Signal},
    finding::{Finding, Group, Scope, rounded},
    id::Place,
    money::Cost,
    names::Sighting,
    origin::Created,
    saying::{Blank, Saying},
    time::{Span, Time},
    weights,
};
use days::Step;

/// The detector; its facts stand in the account's [`crate::bill::Bill`].
pub struct SpendStep;

/// New places and resources told of in a finding.
const SHOWN_MAX: usize = 20;
/// Resources that a finding is held against.
const RESOURCES_MAX: usize = 1000;
/// Seconds of a day.
const DAY_SECONDS: i64 = 86_400;
/// A step that ended so many days before the bill does may be late, and later is over.
const LATE_DAYS_MAX: i32 = 2;

impl Detector for SpendStep {
    type State = ();

    const INFO: Info = Info {
        id: "spend_step",
        group: Group::Billing,
        says: "compute steps away from its baseline, flat day and night, in new regions or meters",
    };

    fn observe((): &mut Self::State, _event: &Event<'_>, _place: Place, _watch: &Watch) {}

    fn findings((): &Self::State, context: &Context<'_>) -> Vec<Finding> {
        let step = days::largest_step(context.bill);
        step.map(|step| finding(context, &step)).into_iter().collect()
    }
}

/// What the largest step costs, since `since`, beyond what went before it, at list prices: for bills
/// that name no resources. A day costs nothing more once the step is over.
#[must_use]
pub fn excess(ledger: &Ledger, since: Time) -> Option<Cost> {
    let step = days::largest_step(ledger)?;
    let day = |time: Time| i32::try_from(time.seconds().div_euclid(DAY_SECONDS)).unwrap_or(0);
    let held = step.end - step.start.max(day(since));
    let per_day = step.level - step.before;
    let is_over = step.end.saturating_add(LATE_DAYS_MAX) < day(ledger.last);
    (held > 0).then(|| {
        let last = if is_over { 0.0 } else { per_day };
        Cost::estimated(per_day * f64::from(held), last, ledger.last)
    })
}

/// Holds the bill against the audit log. Where that was read from a week before the step on, tells who
/// made the machines, and shows no more than daily work, somebody who belongs there made them: the
/// step counts in part.
pub fn temper(
    findings: &mut [Finding],
    coverage: &Coverage,
    made: &BTreeMap<String, Created>,
    weights: &weights::SpendStep,
) {
    // What those do who have long been there, from where they always did, is daily work however much.
    let is_routine =
        |finding: &Finding| finding.evidence.get("routine").and_then(Value::as_bool) == Some(true);
    let hijacked = findings
        .iter()
        .filter(|finding| finding.group == Group::ControlPlane && !is_routine(finding))
        .any(|finding| finding.llr > weights.daily_work_max);
    let Some(read) = coverage.of(Signal::Call).filter(|_| !hijacked) else {
        return;
    };
    for finding in findings.iter_mut().filter(|finding| finding.detector == SpendStep::INFO.id) {
        let week_before = finding.span.first.plus_seconds(-7 * DAY_SECONDS);
        if read.first <= week_before && is_accounted_for(&finding.scope, made) {
            finding.llr *= weights.daily_work_share;
            finding.say(finding.told_in(Saying::of("found-daily")));
        }
    }
}

/// Dates a step by when the first of its machines was made, where that is known of all of them: a bill
/// knows the day alone, and nothing mines on a machine before there is one.
pub fn date(findings: &mut [Finding], made: &BTreeMap<String, Created>) {
    for finding in findings.iter_mut().filter(|finding| finding.detector == SpendStep::INFO.id) {
        if let Scope::Resources(ids) = &finding.scope {
            let times: Option<Vec<Time>> =
                ids.iter().map(|id| made.get(id).map(|created| created.at)).collect();
            finding.span = finding.span_since(times.into_iter().flatten().min());
        }
    }
}

/// Whether it is known who made half of the resources or more.
fn is_accounted_for(scope: &Scope, made: &BTreeMap<String, Created>) -> bool {
    let Scope::Resources(ids) = scope else {
        return false;
    };
    let known = ids.iter().filter(|id| made.contains_key(*id)).count();
    known > 0 && known * 2 >= ids.len()
}

/// What is new since a step began.
struct News {
    regions: BTreeSet<String>,
    meters: BTreeSet<String>,
    resources: BTreeSet<String>,
}

impl News {
    fn of(context: &Context<'_>, step: &Step) -> Self {
        // What began late in a day makes its step on the next.
        let start = Time::from_seconds(i64::from(step.start - 1) * DAY_SECONDS);
        let end = Time::from_seconds(i64::from(step.end) * DAY_SECONDS);
        let within = |span: Span| span.first >= start && span.first < end;
        let ledger: &Ledger = context.bill;
        let worth_it = |worth: i64| worth as f64 / 1e6 >= days::NOISE_DOLLARS;
        let known_regions: BTreeSet<&String> = ledger
            .meters
            .iter()
            .filter(|(_, (span, worth))| worth_it(*worth) && span.first < start)
            .map(|((_, region, _), _)| region)
            .collect();
        let new_meters =
            ledger.meters.iter().filter(|(_, (span, worth))| worth_it(*worth) && within(*span));
        let mut news =
            Self { regions: BTreeSet::new(), meters: BTreeSet::new(), resources: BTreeSet::new() };
        for ((_, region, meter), _) in new_meters {
            news.meters.insert(meter.clone());
            if !region.is_empty() && !known_regions.contains(region) {
                news.regions.insert(region.clone());
            }
        }
        let new = ledger.resources.values().filter(|spent| within(spent.span));
        news.resources.extend(new.take(RESOURCES_MAX).map(|spent| id(context, &spent.resource)));
        news
    }

    /// How many places are new, whichever way they are counted.
    fn count(&self) -> usize {
        self.regions.len().max(self.meters.len())
    }
}

fn id(context: &Context<'_>, resource: &str) -> String {
    let resource = Resource { instance: Some(resource), ..Resource::default() };
    let sighting = Sighting::of(context.account.provider, &resource);
    context.resources.id(&sighting).unwrap_or_else(|| context.account.id.clone())
}

fn finding(context: &Context<'_>, step: &Step) -> Finding {
    let news = News::of(context, step);
    let at = |day: i32| Time::from_seconds(i64::from(day) * DAY_SECONDS);
    let mut evidence = Map::new();
    evidence.insert("from_dollars_per_day".into(), json!(rounded(step.before, 2)));
    evidence.insert("to_dollars_per_day".into(), json!(rounded(step.level, 2)));
    evidence.insert("days".into(), json!(step.held()));
    evidence.insert("flat".into(), json!(step.flat));
    let first =
        |names: &BTreeSet<String>| names.iter().take(SHOWN_MAX).cloned().collect::<Vec<_>>();
    evidence.insert("regions".into(), json!(first(&days::regions(context.bill, step))));
    evidence.insert("new_regions".into(), json!(first(&news.regions)));
    evidence.insert("new_meters".into(), json!(first(&news.meters)));
    let llr = llr(&context.weights.spend_step, step, news.count());
    let scope = if news.resources.is_empty() {
        Scope::Account
    } else {
        Scope::Resources(news.resources.clone())
    };
    let said = said(step, &news);
    Finding {
        detector: SpendStep::INFO.id,
        group: SpendStep::INFO.group,
        resource: context.account.id.clone(),
        scope,
        llr,
        span: Span { first: at(step.start), last: at(step.end - 1) },
        summary: said.english(),
        said,
        evidence,
        places: Vec::new(),
        approximate: context.bill.approximate,
        sample: false,
        ongoing: true,
    }
}

fn llr(weights: &weights::SpendStep, step: &Step, new_places: usize) -> f64 {
    let strength = (weights.per_deviation * (step.deviation - weights.deviation_min))
        .clamp(0.0, weights.step_max);
    let newness = match new_places {
        0 => 0.0,
        1 => weights.one_new_place,
        _ => weights.new_places,
    };
    let flat = if step.flat { weights.flat } else { 0.0 };
    let sum = strength + newness + flat;
    if step.held() >= weights.held_days_min { sum } else { sum.min(weights.short_max) }
}

fn said(step: &Step, news: &News) -> Saying {
    let day = Time::from_seconds(i64::from(step.start) * DAY_SECONDS);
    let days = usize::try_from(step.held()).unwrap_or_default();
    Saying::of("found-step")
        .number("before", step.before, 0)
        .number("level", step.level, 0)
        .with("day", Blank::Day(day))
        .count("days", days)
        .say("flat", step.flat.then(|| Saying::of("found-step.flat")))
        .say("places", places(news))
}

/// Where it is new.
fn places(news: &News) -> Option<Saying> {
    let meters = Saying::of("found-step.meters").count("meters", news.meters.len());
    let regions = Saying::of("found-step.regions")
        .count("regions", news.regions.len())
        .text("names", listed(&news.regions));
    match (news.regions.len(), news.meters.len()) {
        (0, 0) => None,
        (0, _) => Some(meters),
        _ => Some(regions),
    }
}

fn listed(names: &BTreeSet<String>) -> String {
    let shown: Vec<&str> = names.iter().take(3).map(String::as_str).collect();
    let more = if names.len() > shown.len() { " …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        bill::tests::{MONDAY, line, object},
        event::Usage,
    };

    #[test]
    fn a_step_that_is_over_costs_nothing_a_day_and_one_before_the_case_nothing() {
        let daily = |resource: &'static str, days: std::ops::Range<i64>| -> Vec<Usage<'static>> {
            days.map(|day| line(resource, "us-east-1", day, (0, 24), 24)).collect()
        };
        let of = |last: i64, since: i64| {
            let lines = [daily("i-0old", 0..last), daily("i-0new", 15..20)].concat();
            excess(&object(1, &lines).read(), Time::from_seconds(MONDAY + since * DAY_SECONDS))
        };
        let runs = of(20, 0).expect("a step");
        assert!(runs.per_day > 0.0 && (runs.spent - 5.0 * runs.per_day).abs() < 0.1, "{runs:?}");
        let over = of(40, 0).expect("a step");
        assert_eq!((over.per_day, over.spent, over.forecast), (0.0, runs.spent, over.spent));
        let half = of(20, 18).expect("a step");
        assert!((half.spent - 2.0 * runs.per_day).abs() < 0.1, "{half:?}");
        assert_eq!(of(40, 30), None);
    }

    #[test]
    fn what_began_late_on_the_day_before_is_new() {
        let days = |resource: &'static str, days: std::ops::Range<i64>| {
            days.map(move |day| line(resource, "us-east-1", day, (0, 24), 24))
        };
        let mut lines: Vec<Usage<'static>> =
            days("i-0old", 0..20).chain(days("i-0new", 15..20)).collect();
        lines.push(line("i-0new", "us-east-1", 14, (23, 24), 1));
        let context = Context {
            account: &crate::id::Account {
                provider: crate::id::Provider::Aws,
                id: "111122223333".into(),
            },
            bill: &object(1, &lines).read(),
            indicators: &crate::indicator::IndicatorSet::empty(),
            weights: &weights::Weights::embedded(),
            lookups: &Default::default(),
            names: &Default::default(),
            resources: &Default::default(),
            coverage: &Coverage::default(),
            footprints: &Default::default(),
            blocks: &Default::default(),
            fleets: &Default::default(),
        };
        let findings = SpendStep::findings(&(), &context);
        let found = findings.first().expect("a step");
        assert_eq!(found.scope, Scope::Resources(BTreeSet::from(["i-0new".to_string()])));
        assert_eq!(found.evidence["regions"], json!(["us-east-1"]));
        let day = |day: i64| Time::from_seconds(MONDAY + day * DAY_SECONDS);
        assert_eq!(found.span, Span { first: day(15), last: day(19) }, "not the end of the last");
        assert_eq!(found.until(), day(20));
    }

    #[test]
    fn a_step_is_dated_by_its_first_machine_where_all_are_known() {
        let created = |seconds| Created { at: Time::from_seconds(MONDAY + seconds), ..made_by() };
        let first = |made: &[(&str, i64)]| {
            let made = made.iter().map(|(id, seconds)| ((*id).to_string(), created(*seconds)));
            let mut step = told("spend_step", Group::Billing, 9.8, false);
            step.scope = Scope::Resources(["i-0new", "i-0other"].map(str::to_string).into());
            let mut findings = [step];
            date(&mut findings, &made.collect());
            findings[0].span.first.seconds() - MONDAY
        };
        assert_eq!(first(&[("i-0new", 66_300), ("i-0other", 70_000)]), 66_300);
        assert_eq!(first(&[("i-0new", 66_300)]), 0, "the other may have run from midnight on");
        assert_eq!(first(&[("i-0new", -10), ("i-0other", 70_000)]), 0);
    }

    fn made_by() -> Created {
        Created {
            at: Time::from_seconds(MONDAY),
            by: "arn:aws:iam::111122223333:role/pipeline".to_string(),
            name: None,
            kind: crate::event::CallerKind::Application,
            application: None,
            address: None,
            mfa: None,
            operation: "RunInstances".to_string(),
            size: None,
            place: Place::here(1),
        }
    }

    fn told(detector: &'static str, group: Group, llr: f64, routine: bool) -> Finding {
        Finding {
            detector,
            group,
            resource: "111122223333".to_string(),
            scope: Scope::Resources(BTreeSet::from(["i-0new".to_string()])),
            llr,
            span: Span::between(
                Time::from_seconds(MONDAY),
                Time::from_seconds(MONDAY + 4 * DAY_SECONDS),
            ),
            evidence: Map::from_iter([("routine".to_string(), Value::Bool(routine))]),
            ..crate::finding::tests::nothing()
        }
    }

    #[test]
    fn what_a_pipeline_always_did_is_daily_work_however_much() {
        let made = BTreeMap::from([("i-0new".to_string(), made_by())]);
        let mut coverage = Coverage::default();
        coverage.see(
            Signal::Call,
            Span::between(
                Time::from_seconds(MONDAY - 14 * DAY_SECONDS),
                Time::from_seconds(MONDAY + 4 * DAY_SECONDS),
            ),
        );
        let weights = &weights::Weights::embedded().spend_step;
        let left = |routine: bool| {
            let mut findings = [
                told("spend_step", Group::Billing, 9.8, false),
                told("hijack_sequence", Group::ControlPlane, 5.1, routine),
            ];
            temper(&mut findings, &coverage, &made, weights);
            findings[0].llr
        };
        assert_eq!(left(false), 9.8);
        assert!(left(true) < 4.0);
    }
}

//! What bills say to the end of the pipeline: what a case costs, and what may be had back of it.

use std::{collections::BTreeMap, sync::Arc};

use firedamp_core::{
    case::Case,
    compensation::{self, Known, Sum},
    indicator::IndicatorSet,
    judged::Judged,
    life::{self, Change, Life, Reason},
    money::Refunded,
    proof,
    scan::{self, Options},
    time::Time,
};
use serde_json::{Value, json};

/// 2026-03-02T00:00:00Z, a Monday.
const MONDAY: i64 = 1_772_409_600;
/// 2026-03-23T00:00:00Z.
const BEGIN: i64 = MONDAY + 21 * 86_400;
const HOUR: i64 = 3600;
const MACHINES: i64 = 6;
/// Hours that the fleet runs.
const HOURS: i64 = 96;

/// An hour of a Google machine in a detailed export.
fn hour(name: &str, region: &str, start: i64, core_hours: i64, cost: f64) -> Value {
    let time = |seconds: i64| Time::from_seconds(seconds).to_string();
    json!({
        "billing_account_id": "000000-000000-00000A",
        "service": {"description": "Compute Engine"},
        "sku": {"description": format!("C2 Instance Core running in {region}")},
        "usage_start_time": time(start), "usage_end_time": time(start + HOUR),
        "project": {"id": "a-project"}, "location": {"location": region, "region": region},
        "resource": {"name": name}, "cost": cost, "currency": "CHF",
        "usage": {"amount": core_hours * 3600, "unit": "seconds"},
        "credits": [], "cost_type": "regular",
    })
}

fn object(lines: impl IntoIterator<Item = Value>) -> String {
    lines.into_iter().map(|line| format!("{line}\n")).collect()
}

/// Two servers of the usual kind.
fn usual() -> String {
    let hours = (0..600).flat_map(|at| ["web-1", "web-2"].map(|name| (at, name)));
    object(hours.map(|(at, name)| hour(name, "us-central1", MONDAY + at * HOUR, 2, 0.1)))
}

fn region(machine: i64) -> &'static str {
    if machine % 2 == 0 { "asia-south1" } else { "southamerica-east1" }
}

/// Six large machines in two new regions for four days, five francs an hour before `credits`.
fn fleet(credits: &Value) -> Vec<Value> {
    fleet_for(HOURS, credits)
}

/// The same for so many hours.
fn fleet_for(hours: i64, credits: &Value) -> Vec<Value> {
    let hours = (0..hours).flat_map(|at| (0..MACHINES).map(move |machine| (at, machine)));
    let line = |(at, machine): (i64, i64)| {
        let name = format!("fleet-{machine}");
        let mut line = hour(&name, region(machine), BEGIN + at * HOUR, 96, 5.0);
        line["credits"] = credits.clone();
        line
    };
    hours.map(line).collect()
}

/// All that the fleet cost, given back by lines that are dated to the beginning of the month.
fn refunds() -> Vec<Value> {
    let line = |machine: i64| {
        let name = format!("fleet-{machine}");
        let mut line = hour(&name, region(machine), MONDAY, 0, -5.0 * HOURS as f64);
        line["cost_type"] = "adjustment".into();
        line
    };
    (0..MACHINES).map(line).collect()
}

fn judged(objects: &[String]) -> Case {
    let objects: Vec<&[u8]> = objects.iter().map(String::as_bytes).collect();
    let options = Options::new(Arc::new(IndicatorSet::empty()));
    let mut cases = scan::scan(&objects, &options);
    assert_eq!(cases.len(), 1, "{cases:?}");
    cases.remove(0)
}

fn sums(case: &Case) -> Vec<Sum> {
    let judged = Judged::read(&serde_json::to_string(case).expect("JSON")).expect("a judgement");
    let proof = proof::of(&judged, None);
    let now = Time::from_seconds(BEGIN + 5 * 86_400);
    let known = Known {
        judged: &judged,
        proof: &proof,
        opened: now,
        answer_due: None,
        now,
        has_customer: true,
        has_partner: true,
        has_actions: true,
        claimed_before: false,
    };
    compensation::claim(&known).expect("a claim").sums
}

#[test]
fn what_a_promotion_pays_is_seen_and_never_claimed() {
    let credits = json!([{"type": "PROMOTION", "amount": -5.0}]);
    let case = judged(&[usual(), object(fleet(&credits))]);
    let cost = case.cost.clone().expect("a cost");
    assert!(case.probability >= 0.5, "{}", case.probability);
    assert!(cost.estimated && cost.spent > 1000.0 && cost.refunded.is_none(), "{cost:?}");
    assert!(case.details.charges.iter().all(|charge| charge.estimated));
    assert_eq!(case.details.charges.len(), 6);
    assert!(sums(&case).iter().all(|sum| sum.estimated && sum.claimable == 0.0));
}

#[test]
fn a_day_of_a_bill_opens_a_case_again_only_when_it_begins_after_that_was_resolved() {
    let at = |hour: i64| Time::from_seconds(BEGIN + hour * HOUR);
    let billed = |hours: i64| judged(&[usual(), object(fleet_for(hours, &json!([])))]);
    let case = billed(96);
    // The fourth day is known to have been used, and not until when.
    assert_eq!((case.first_observed, case.last_observed), (at(0), at(72)));
    assert!(case.active && case.resources.iter().all(|one| one.last_observed == at(72)));
    let mut life = Life::default();
    assert_eq!(life.judged(&case), Some(Change::Opened));
    life.resolve(Reason::Fraud, &life::evidence(&case), at(82));
    assert_eq!(life.judged(&case), None, "of the day on which it was resolved");
    let next = billed(120);
    assert_eq!(next.last_observed, at(96));
    assert_eq!(life.judged(&next), Some(Change::Reopened));
}

#[test]
fn what_credits_leave_is_what_a_case_costs() {
    let credits = json!([
        {"type": "SUSTAINED_USAGE_DISCOUNT", "amount": -1.5},
        {"type": "PROMOTION", "amount": "-1.0"},
    ]);
    let case = judged(&[usual(), object(fleet(&credits))]);
    let cost = case.cost.clone().expect("a cost");
    assert_eq!((cost.spent, &*cost.currency, cost.estimated), (1440.0, "CHF", false));
    assert_eq!(cost.per_day, 360.0);
    let sums = sums(&case);
    assert_eq!(sums.len(), 1, "{sums:?}");
    assert_eq!((sums[0].charged, sums[0].claimable), (1440.0, 1440.0));
}

#[test]
fn a_case_whose_cost_was_given_back_is_told_so() {
    let (fleet, refunds) = (fleet(&json!([])), refunds());
    let again = refunds.iter().rev().cloned();
    let delivered = [usual(), object(fleet.clone()), object(refunds.clone()), object(again)];
    let together = [usual(), object(fleet.into_iter().chain(refunds))];
    for objects in [&delivered[..3], &delivered, &together] {
        let case = judged(objects);
        let cost = case.cost.clone().expect("a cost");
        let refunded = |charged: f64| Some(Refunded { charged, currency: "CHF".to_string() });
        assert_eq!(cost.refunded, refunded(2880.0));
        assert!(cost.estimated && cost.currency == "USD" && cost.spent > 1000.0, "{cost:?}");
        assert_eq!(case.details.charges.len(), 6);
        assert!(case.details.charges.iter().all(|charge| charge.refunded == refunded(480.0)));
        let sums = sums(&case);
        assert_eq!(sums.len(), 1, "{sums:?}");
        assert_eq!((sums[0].claimable, &sums[0].refunded), (0.0, &refunded(2880.0)));
    }
}

/// The same hours in the standard export, which names no resources.
fn standard(lines: &[Value]) -> Vec<Value> {
    let mut hours: BTreeMap<(String, String), Value> = BTreeMap::new();
    for line in lines {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
        let key = (text(&line["usage_start_time"]), text(&line["location"]["region"]));
        let sum = hours.entry(key).or_insert_with(|| {
            let mut sum = line.clone();
            sum["resource"] = Value::Null;
            sum["cost"] = json!(0.0);
            sum["usage"]["amount"] = json!(0);
            sum
        });
        let number = |value: &Value| value.as_f64().unwrap_or_default();
        sum["cost"] = (number(&sum["cost"]) + number(&line["cost"])).into();
        let amount = number(&sum["usage"]["amount"]) + number(&line["usage"]["amount"]);
        sum["usage"]["amount"] = (amount as i64).into();
    }
    hours.into_values().collect()
}

#[test]
fn the_standard_export_beside_the_detailed_one_changes_nothing() {
    let fleet = fleet(&json!([]));
    let detailed = [usual(), object(fleet.clone())];
    let both = [usual(), object(standard(&fleet)), object(fleet)];
    let (alone, beside) = (judged(&detailed), judged(&both));
    assert_eq!(beside.cost, alone.cost);
    assert_eq!(beside.details.charges, alone.details.charges);
    assert_eq!(beside.probability, alone.probability);
    let told = |case: &Case| case.coverage.iter().find_map(|covered| covered.told_twice);
    assert_eq!((told(&alone), told(&beside)), (None, Some(4)));
}

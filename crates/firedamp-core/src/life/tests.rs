use std::collections::BTreeSet;

use super::*;
use crate::{
    finding::{Finding, Group, Scope},
    id::Provider,
    money::Cost,
    time::Span,
};

fn at(hour: i64) -> Time {
    Time::from_seconds(1_772_359_200 + hour * 3600)
}

fn finding(detector: &'static str, resource: &str) -> Finding {
    Finding {
        detector,
        group: Group::Network,
        resource: resource.to_string(),
        scope: Scope::Resource,
        llr: 9.0,
        span: Span::between(at(0), at(1)),
        summary: String::new(),
        said: crate::saying::Saying::default(),
        evidence: serde_json::Map::new(),
        places: Vec::new(),
        approximate: false,
        sample: false,
        ongoing: true,
    }
}

pub(crate) fn case(probability: f64, last_hour: i64) -> Case {
    Case {
        id: "aws:111122223333".to_string(),
        provider: Provider::Aws,
        account: "111122223333".to_string(),
        probability,
        confidence: Grade::Low,
        severity: Grade::Low,
        active: true,
        first_observed: at(0),
        last_observed: at(last_hour),
        resources: Vec::new(),
        findings: vec![finding("pool_contact", "i-0abc")],
        account_created: None,
        calibration: None,
        account_created_unknown: None,
        account_moved: Vec::new(),
        cost: None,
        links: Vec::new(),
        coverage: Vec::new(),
        absent: Vec::new(),
        details: crate::case::Details::default(),
    }
}

fn costing(per_day: f64, case: Case) -> Case {
    let currency = "USD".to_string();
    let cost =
        Cost { spent: 0.0, per_day, forecast: 0.0, currency, estimated: false, refunded: None };
    Case { cost: Some(cost), ..case }
}

fn resolved(reason: Reason) -> Life {
    let mut life = Life::default();
    life.judged(&case(0.95, 2));
    life.resolve(reason, &evidence(&case(0.95, 2)), at(3));
    life
}

#[test]
fn people_are_told_once_until_a_step_is_crossed() {
    let mut life = Life::default();
    assert_eq!(life.judged(&case(0.3, 1)), None);
    assert_eq!(life.judged(&case(0.6, 2)), Some(Change::Opened));
    assert_eq!(life.judged(&case(0.6, 2)), None, "the same judgement twice");
    assert_eq!(life.judged(&case(0.7, 3)), None);
    assert_eq!(life.judged(&case(0.95, 4)), Some(Change::Grew));
    assert_eq!(life.judged(&case(0.6, 5)), None, "less is not told");
    assert_eq!(life.judged(&case(0.96, 6)), None, "nor is what was told before");
}

#[test]
fn growing_cost_is_told_when_it_matters() {
    let mut life = Life::default();
    assert_eq!(life.judged(&costing(15.0, case(0.95, 1))), Some(Change::Opened));
    assert_eq!(life.judged(&costing(31.0, case(0.95, 2))), None, "sixteen dollars more");
    assert_eq!(life.judged(&costing(40.0, case(0.95, 3))), Some(Change::Grew));
    assert_eq!(life.judged(&costing(79.0, case(0.95, 3))), None, "not twice as much");
    let severe = Case { severity: Grade::High, ..costing(79.0, case(0.95, 4)) };
    assert_eq!(life.judged(&severe), Some(Change::Grew));
}

#[test]
fn cost_in_a_currency_without_a_rate_is_not_taken_for_dollars() {
    let in_currency = |code: &str, per_day: f64| {
        let mut case = costing(per_day, case(0.95, 1));
        if let Some(cost) = &mut case.cost {
            cost.currency = code.to_string();
        }
        case
    };
    assert_eq!(Seen::of(&in_currency("XXX", 5e6)).usd_per_day, None);
    assert!(Seen::of(&in_currency("INR", 195.0)).usd_per_day.is_some_and(|dollars| dollars < 5.0));
    for (code, change) in [("XXX", None), ("INR", None), ("USD", Some(Change::Grew))] {
        let mut life = Life::default();
        assert_eq!(life.judged(&in_currency(code, 1.0)), Some(Change::Opened));
        assert_eq!(life.judged(&in_currency(code, 195.0)), change, "{code}");
    }
}

#[test]
fn fraud_that_goes_on_is_opened_again() {
    let mut life = resolved(Reason::Fraud);
    assert_eq!(life.judged(&case(0.95, 2)), None, "seen before it was resolved");
    assert_eq!(life.status, Status::Resolved);
    assert_eq!(life.judged(&case(0.95, 4)), Some(Change::Reopened));
    assert_eq!((life.status, life.reason), (Status::Active, None));
    assert_eq!(life.judged(&case(0.95, 5)), None);
}

#[test]
fn what_is_legitimate_stays_so_until_there_is_other_evidence() {
    for reason in [Reason::Legitimate, Reason::Ignore] {
        let mut life = resolved(reason);
        assert_eq!(life.judged(&case(0.99, 9)), None, "the same, later");
        let mut more = case(0.99, 9);
        more.findings.push(finding("miner_process", "i-0def"));
        assert_eq!(life.judged(&more), Some(Change::Reopened));
    }
}

#[test]
fn samples_are_no_evidence() {
    let mut life = resolved(Reason::Ignore);
    let mut more = case(0.99, 9);
    more.findings.push(Finding { sample: true, ..finding("provider_alert", "i-0def") });
    assert_eq!(life.judged(&more), None);
}

#[test]
fn a_case_that_is_nothing_any_more_is_not_opened_again() {
    let mut life = resolved(Reason::Fraud);
    assert_eq!(life.judged(&case(0.05, 9)), None);
    assert_eq!(life.status, Status::Resolved);
}

#[test]
fn a_life_survives_being_written_down() {
    for life in [Life::default(), resolved(Reason::Legitimate)] {
        let text = serde_json::to_string(&life).expect("plain values");
        assert_eq!(serde_json::from_str::<Life>(&text).expect("what was written"), life);
    }
    assert_eq!(evidence(&case(0.5, 1)).len(), 1);
    assert_ne!(evidence(&case(0.5, 1)), BTreeSet::new());
}

#[test]
fn ids_are_read_back() {
    for status in Status::ALL {
        assert_eq!(Status::from_id(status.id()), Some(status));
    }
    for reason in Reason::ALL {
        assert_eq!(Reason::from_id(reason.id()), Some(reason));
    }
}

fn within(numbers: &[i64]) -> Verdict {
    Verdict::Within { by: numbers.iter().copied().collect(), notes: BTreeSet::new() }
}

fn outside() -> Verdict {
    Verdict::Outside { breaches: Vec::new(), notes: BTreeSet::new() }
}

fn judged(life: &mut Life, case: &Case, verdict: &Verdict) -> Outcome {
    life.judged_with(&Seen::of(case), &evidence(case), verdict)
}

#[test]
fn what_is_authorised_is_legitimate_by_record_and_says_what_would_have_been_told() {
    let mut life = Life::default();
    let first = judged(&mut life, &case(0.95, 1), &within(&[7]));
    let opened = Step::Authorised(Some(Change::Opened));
    assert_eq!(first, Outcome { change: None, step: Some(opened) });
    assert_eq!((life.status, life.reason), (Status::Resolved, Some(Reason::Legitimate)));
    assert_eq!(judged(&mut life, &case(0.95, 2), &within(&[7])), Outcome::default(), "once");
    let mut more = case(0.99, 3);
    more.findings.push(finding("miner_process", "i-0def"));
    let severe = Case { severity: Grade::High, ..more };
    let grew = Step::Authorised(Some(Change::Grew));
    assert_eq!(judged(&mut life, &severe, &within(&[7])).step, Some(grew));
}

#[test]
fn a_breach_opens_it_again_once_and_people_decide_then() {
    for verdict in [outside(), Verdict::Silent] {
        let mut life = Life::default();
        judged(&mut life, &case(0.95, 1), &within(&[7]));
        let broken = judged(&mut life, &case(0.95, 2), &verdict);
        assert_eq!(broken, Outcome { change: Some(Change::Breached), step: Some(Step::Breached) });
        assert_eq!(life.status, Status::Active);
        assert_eq!(judged(&mut life, &case(0.95, 3), &verdict), Outcome::default(), "told once");
        life.resolve(Reason::Legitimate, &evidence(&case(0.95, 3)), at(3));
        assert_eq!(judged(&mut life, &case(0.95, 4), &verdict), Outcome::default());
    }
}

#[test]
fn a_record_does_not_overrule_people() {
    let mut life = resolved(Reason::Fraud);
    let seen_before = judged(&mut life, &case(0.95, 2), &within(&[7]));
    assert_eq!((seen_before, life.reason), (Outcome::default(), Some(Reason::Fraud)));
    let mut life = Life::default();
    judged(&mut life, &case(0.95, 1), &within(&[7]));
    life.reopen(Status::Investigating);
    assert_eq!(judged(&mut life, &case(0.95, 2), &within(&[7])).step, None);
    assert_eq!(life.status, Status::Investigating);
    assert!(judged(&mut life, &case(0.95, 3), &within(&[7, 8])).step.is_some(), "a new one counts");
    assert_eq!(life.record().len(), 2);
}

#[test]
fn a_life_of_an_older_program_is_read() {
    let text = r#"{"status":"active","reason":null,"resolved_at":null,"known":[],"told":null}"#;
    assert_eq!(serde_json::from_str::<Life>(text).expect("a life"), Life::default());
}

//! What becomes of cases comes back: how often detectors were right, and what one of two missed.

use firedamp::{
    store::{Act, Action},
    web::access::Role,
};
use firedamp_core::life::Reason;
use serde_json::json;

use crate::web::{Desk, NOW};

/// Cases 1 and 2 were seen by both and were fraud; 3 by us, 4 by the provider; 5 was legitimate, and
/// nobody decided 6.
async fn desk() -> Desk {
    let desk = Desk::open().await;
    for number in 1..=6 {
        let mut judgement = crate::store::case(number, 0.95, f64::from(number));
        let findings = &mut judgement.case.findings;
        let mut theirs = findings[0].clone();
        theirs.detector = "provider_alert";
        match number {
            1 | 2 => findings.push(theirs),
            4 => *findings = vec![theirs],
            _ => {}
        }
        desk.store.judge(&judgement, NOW).await.expect("judged");
    }
    for (case, reason) in
        [(1, Reason::Fraud), (2, Reason::Fraud), (5, Reason::Legitimate), (6, Reason::Ignore)]
    {
        let action = match reason {
            Reason::Fraud => Action::ResolveAnyway("it was seen to stop".to_string()),
            other => Action::Resolve(other),
        };
        let act = Act { case, revision: None, actor: "bob".to_string(), at: NOW, action };
        desk.store.act(&act).await.expect("resolved");
    }
    desk
}

#[tokio::test]
async fn detectors_have_the_precision_that_people_found() {
    let desk = desk().await;
    let key = desk.key(Role::Viewer).await;
    let (_, told) = desk.get("/api/v1/outcomes", &key).await;
    let detector = &told["detectors"][0];
    assert_eq!(detector["detector"], "pool_contact", "{told}");
    let counts = [&detector["fraud"], &detector["legitimate"], &detector["ignored"]];
    assert_eq!(counts, [&json!(2), &json!(1), &json!(1)]);
    let precision = &detector["precision"];
    assert_eq!((&precision["hits"], &precision["of"]), (&json!(2), &json!(3)));
    // Clopper and Pearson: 2 of 3 is between 9.4 and 99.2 per cent.
    let (low, high) = (precision["low"].as_f64(), precision["high"].as_f64());
    assert!(low.is_some_and(|low| (low - 0.0943).abs() < 1e-3), "{precision}");
    assert!(high.is_some_and(|high| (high - 0.9916).abs() < 1e-3), "{precision}");
    let others = desk.store.detector_outcomes(Some("nobody")).await.expect("outcomes");
    assert_eq!(others, [], "of a part without cases there are none");
    desk.close().await;
}

#[tokio::test]
async fn what_one_saw_and_the_other_missed_is_told_and_what_both_missed_estimated() {
    let desk = desk().await;
    let key = desk.key(Role::Viewer).await;
    let (_, told) = desk.get("/api/v1/outcomes", &key).await;
    let cloud = &told["clouds"][0];
    let counts = [&cloud["both"], &cloud["ours_alone"], &cloud["theirs_alone"]];
    assert_eq!(counts, [&json!(2), &json!(1), &json!(1)], "{told}");
    let missed = cloud["estimate"]["missed"].as_f64();
    assert!(missed.is_some_and(|missed| (missed - 1.0 / 3.0).abs() < 1e-9), "{cloud}");
    assert_eq!(told["assumptions"].as_array().map(Vec::len), Some(4));
    let page = desk.request(reqwest::Method::GET, "/outcomes", &key).send().await;
    let page = page.expect("an answer").text().await.expect("a page");
    let (_, lists) = page.split_once("What we missed").expect("a list");
    let (ours, theirs) = lists.split_once("What the provider missed").expect("two lists");
    assert!(ours.contains("/cases/4\"") && !ours.contains("/cases/3\""), "{page}");
    assert!(theirs.contains("/cases/3\"") && !theirs.contains("/cases/4\""), "{page}");
    desk.close().await;
}

#[tokio::test]
async fn what_was_decided_can_be_calibrated_with_and_changes_nothing_by_itself() {
    let desk = desk().await;
    let key = desk.key(Role::Viewer).await;
    let answer = desk.request(reqwest::Method::GET, "/api/v1/outcomes/verdicts", &key).send().await;
    let lines = answer.expect("an answer").text().await.expect("lines");
    assert_eq!(lines.lines().count(), 3, "what nobody decided is no truth: {lines}");
    let file = desk.folder.write("verdicts.jsonl", &lines);
    let file = file.to_str().expect("a path");
    let run = crate::program::firedamp(&["calibrate", "--arm", "desk", file]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("2 verdicts about miners, 1 about others"), "{}", run.out);
    desk.close().await;
}

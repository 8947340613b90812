//! What becomes of cases comes back: how often detectors were right, and what one of two missed.

use firedamp::{
    store::{Act, Action},
    web::access::Role,
};
use firedamp_core::{life::Reason, time::Time};
use serde_json::json;

use crate::web::{Desk, NOW};

/// So long ago that every alert had time to come.
const LONG_AGO: Time = NOW.plus_seconds(-30 * 86_400);

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
        desk.store.judge(&judgement, LONG_AGO).await.expect("judged");
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
async fn what_a_provider_could_not_tell_of_yet_it_did_not_miss() {
    let desk = desk().await;
    let key = desk.key(Role::Viewer).await;
    let mut over = crate::store::case(7, 0.95, 1.0);
    over.case.last_observed = LONG_AGO.plus_seconds(-1);
    desk.store.judge(&over, LONG_AGO.plus_seconds(-60)).await.expect("judged");
    desk.store.judge(&crate::store::case(8, 0.95, 1.0), NOW).await.expect("judged");
    let (_, told) = desk.get("/api/v1/outcomes", &key).await;
    let cloud = &told["clouds"][0];
    let counts = [&cloud["ours_alone"], &cloud["before_alerts"], &cloud["too_early"]];
    assert_eq!(counts, [&json!(1), &json!(1), &json!(1)], "{told}");
    let page = desk.request(reqwest::Method::GET, "/outcomes", &key).send().await;
    let page = page.expect("an answer").text().await.expect("a page");
    assert!(page.contains("1 over before its alerts came"), "{page}");
    assert!(page.contains("1 of the last 7 days"), "{page}");
    let (_, lists) = page.split_once("What the provider missed").expect("a list");
    assert!(!lists.contains("/cases/7\"") && !lists.contains("/cases/8\""), "{page}");
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

/// So many cases of fraud and as many legitimate ones.
async fn decided(each: u32) -> Desk {
    let desk = Desk::open().await;
    for number in 1..=2 * each {
        // Fraud was called with too little certainty.
        let probability = if number % 2 == 0 { 0.6 } else { 0.12 };
        let judgement = crate::store::case(number, probability, 1.0);
        let case = desk.store.judge(&judgement, LONG_AGO).await.expect("judged").expect("a case");
        let action = match number % 2 {
            0 => Action::ResolveAnyway("it was seen to stop".to_string()),
            _ => Action::Resolve(Reason::Legitimate),
        };
        let act = Act { case, revision: None, actor: "bob".to_string(), at: NOW, action };
        desk.store.act(&act).await.expect("resolved");
    }
    desk
}

#[tokio::test]
async fn decided_cases_propose_a_calibration_that_people_switch_on_and_off() {
    let few = decided(9).await;
    let key = few.key(Role::Viewer).await;
    let (_, told) = few.get("/api/v1/calibrations", &key).await;
    assert_eq!(told["proposal"], json!(null), "nine of each are too few: {told}");
    few.close().await;

    let desk = decided(15).await;
    let (analyst, approver) = (desk.key(Role::Analyst).await, desk.key(Role::Approver).await);
    let (_, told) = desk.get("/api/v1/calibrations", &analyst).await;
    let scale = told["proposal"]["scale"].as_f64().expect("a proposal");
    assert!(scale > 1.0 && told["proposal"]["miners"] == 15, "{told}");
    let post = async |path: &str, key: &str, body: serde_json::Value| {
        let request = desk.request(reqwest::Method::POST, path, key).json(&body);
        request.send().await.expect("an answer").status().as_u16()
    };
    let one = "/api/v1/calibrations/1";
    assert_eq!(post("/api/v1/calibrations", &analyst, json!({})).await, 202);
    assert_eq!(post("/api/v1/calibrations", &analyst, json!({})).await, 422, "one at a time");
    assert_eq!(post(one, &approver, json!({"on": true})).await, 422, "it was not tried");
    let tried = json!({"looked_at": 30, "likelier": 0, "less_likely": 30, "decided": 30,
        "right_before": 15, "right_after": 15, "crossed": [{"case": 3, "before": 0.6, "after": 0.4}]});
    desk.store.tried_calibration(1, &tried, NOW).await.expect("tried");
    let page = async |key: &str| {
        let page = desk.request(reqwest::Method::GET, "/outcomes", key).send().await;
        page.expect("an answer").text().await.expect("a page")
    };
    let (may, may_not) = (page(&approver).await, page(&analyst).await);
    assert!(may.contains("Of 30 cases 0 would be likelier and 30 less likely"), "{may}");
    assert!(may.contains("value=\"on\"") && !may_not.contains("value=\"on\""), "{may_not}");
    assert!(may.contains("/cases/3\""), "{may}");
    let tree =
        desk.request(reqwest::Method::PUT, "/api/v1/customers", &desk.key(Role::Admin).await);
    let planted = tree.body("account,customer\naws:123456789012,a\n").send().await;
    assert_eq!(planted.expect("an answer").status(), 200);
    let scoped = page(&desk.key_within(Role::Admin, Some("a")).await).await;
    assert!(!scoped.contains("How far evidence is believed"), "{scoped}");
    assert_eq!(post(one, &analyst, json!({"on": true})).await, 403);
    assert_eq!(post(one, &approver, json!({"on": true})).await, 204);
    let (_, told) = desk.get("/api/v1/calibrations", &analyst).await;
    assert_eq!(told["proposal"], json!(null), "what is judged by one is no ground for another");
    assert_eq!(told["calibrations"][0]["standing"], "on");
    assert_eq!(post(one, &approver, json!({"on": false})).await, 204);
    assert_eq!(post(one, &approver, json!({"on": false})).await, 422);
    desk.close().await;
}

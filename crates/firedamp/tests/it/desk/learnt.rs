//! Pools that alerts about one customer name: proposed, used for others once a person approved them,
//! for as long as that, and never with a word of whose alert it was.

use std::path::Path;

use firedamp::store::{LearntDecision, LearntRow, LearntStanding};
use firedamp_core::time::Time;
use serde_json::json;

use super::{NOW, Office, settle};
use crate::program::{HEADER, mining};

const POOL: &str = "198.51.100.77";
const SUBSCRIPTION: &str = "00000000-0000-0000-0000-00000000000a";

/// An alert of Graph's about one customer, with a pool that no list has.
fn alert(is_test: bool) -> String {
    json!({"value": [{"id": "a", "displayName": "Mining pool", "status": "active",
        "alertType": "networkConnectionsToCryptoMiningPools", "confidenceLevel": "high",
        "customerTenantId": "a-tenant", "subscriptionId": SUBSCRIPTION, "isTest": is_test,
        "detectedDateTime": "2026-03-01T10:03:33Z",
        "firstObservedDateTime": "2026-03-01T09:00:00Z",
        "lastObservedDateTime": "2026-03-01T10:00:00Z",
        "additionalDetails": {"MiningPool_IP": format!("[\"{POOL}\", \"10.0.0.9\"]")}}]})
    .to_string()
}

/// Another customer's machine at that pool.
fn flows(account: &str) -> String {
    HEADER.to_string() + &mining(account, POOL, 3333)
}

async fn learnt(office: &Office) -> Vec<LearntRow> {
    office.store.learnt(10).await.expect("what was learnt")
}

async fn decide(office: &Office, standing: LearntStanding, until: Time, at: Time) {
    let id = learnt(office).await[0].id;
    let by = "bob".to_string();
    let decision = LearntDecision { id, standing, until: Some(until), by, at };
    office.store.decide_learnt(&decision).await.expect("decided");
}

async fn probability(office: &Office, account: &str) -> Option<f64> {
    office.judgements().await.get(account)?["probability"].as_f64()
}

#[tokio::test]
async fn a_pool_of_one_customers_alert_counts_for_others_once_it_is_approved() {
    let office = Office::new().await;
    let mut desk = office.desk(office.store.clone()).await.expect("a desk");
    office.receive(Path::new("alerts.json"), alert(false).as_bytes());
    office.receive(Path::new("b.log"), flows("111122223333").as_bytes());
    settle(&mut desk, NOW).await.expect("rest");
    let rows = learnt(&office).await;
    assert_eq!(rows.len(), 1, "an address inside is none: {rows:?}");
    assert_eq!((rows[0].name.as_str(), rows[0].accounts), (POOL, 1));
    assert_eq!((rows[0].standing, rows[0].in_use), (LearntStanding::Proposed, false));
    let before = probability(&office, "aws:111122223333").await.unwrap_or_default();
    assert!(before < 0.8, "nobody approved it: {before}");

    let later = NOW.plus_seconds(3600);
    let until = later.plus_seconds(90 * 86_400);
    decide(&office, LearntStanding::Approved, until, later).await;
    settle(&mut desk, later).await.expect("rest");
    let after = probability(&office, "aws:111122223333").await.unwrap_or_default();
    assert!(after >= 0.3 && after > before, "{before} {after}");
    assert!(learnt(&office).await[0].in_use);
    let told = office.judgements().await["aws:111122223333"].to_string();
    assert!(told.contains("\"indicator\":\"198.51.100.77\""), "{told}");
    assert!(!told.contains(SUBSCRIPTION) && !told.contains("a-tenant"), "{told}");

    decide(&office, LearntStanding::Withdrawn, until, later.plus_seconds(7200)).await;
    office.receive(Path::new("c.log"), flows("444455556666").as_bytes());
    settle(&mut desk, later.plus_seconds(7200)).await.expect("rest");
    let new = probability(&office, "aws:444455556666").await.unwrap_or_default();
    assert!(new <= before, "it counts no longer: {new} {before}");
    assert!(!learnt(&office).await[0].in_use);
    let filter = firedamp::store::Filter { limit: 9, ..Default::default() };
    for row in office.store.cases(&filter).await.expect("cases") {
        let log = office.store.activity(row.id).await.expect("a log");
        let is_told = log.iter().any(|entry| entry.kind == "indicator" && entry.actor == "bob");
        assert_eq!(is_told, row.account == "aws:111122223333", "{}", row.account);
    }
}

#[tokio::test]
async fn an_approval_ends_by_itself_and_outlives_a_restart() {
    let office = Office::new().await;
    let mut desk = office.desk(office.store.clone()).await.expect("a desk");
    office.receive(Path::new("alerts.json"), alert(false).as_bytes());
    settle(&mut desk, NOW).await.expect("rest");
    let until = NOW.plus_seconds(10 * 86_400);
    decide(&office, LearntStanding::Approved, until, NOW).await;
    settle(&mut desk, NOW.plus_seconds(60)).await.expect("rest");
    drop(desk);
    let mut desk = office.desk(office.store.clone()).await.expect("a desk");
    office.receive(Path::new("b.log"), flows("111122223333").as_bytes());
    settle(&mut desk, NOW.plus_seconds(120)).await.expect("rest");
    let listed = probability(&office, "aws:111122223333").await.unwrap_or_default();
    assert!(listed >= 0.3, "{listed}");
    drop(desk);
    let mut desk = office.desk(office.store.clone()).await.expect("a desk");
    office.receive(Path::new("c.log"), flows("444455556666").as_bytes());
    settle(&mut desk, until).await.expect("rest");
    let over = probability(&office, "aws:444455556666").await.unwrap_or_default();
    assert!(over < listed, "{over} {listed}");
    let rows = learnt(&office).await;
    assert_eq!((rows[0].standing, rows[0].in_use), (LearntStanding::Approved, false));
}

#[tokio::test]
async fn tests_and_mails_that_anybody_may_write_teach_nothing() {
    let office = Office::new().await;
    let mut desk = office.desk(office.store.clone()).await.expect("a desk");
    let mail = format!(
        "From: <abuse@aws.example>\r\nSubject: Your Amazon EC2 Abuse Report\r\n\
         Date: Sun, 01 Mar 2026 12:00:00 +0000\r\nMessage-ID: <a1@aws.example>\r\n\r\n\
         AWS has received a report of cryptomining.\r\nAWS Account ID: 111122223333\r\n\
         Remote: {POOL}:3333\r\n"
    );
    office.receive(Path::new("alerts.json"), alert(true).as_bytes());
    office.receive(Path::new("notice.eml"), mail.as_bytes());
    settle(&mut desk, NOW).await.expect("rest");
    assert!(!office.judgements().await.is_empty(), "the mail alone is a case");
    assert_eq!(learnt(&office).await, []);
}

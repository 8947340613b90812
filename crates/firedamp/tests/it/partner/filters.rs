//! Filters against a real store: whatever can be asked is answered, and a condition and its opposite
//! part the alerts between them.

use firedamp::{
    partner::odata::Options,
    store::{AlertQuery, Condition},
};

use super::desk;

const NAMES: [(&str, &[&str]); 8] = [
    ("status", &["'active'", "'resolved'", "null"]),
    ("severity", &["'low'", "'high'", "null"]),
    ("confidenceLevel", &["'medium'", "'high'"]),
    ("customerTenantId", &["'a'", "'A'", "'it''s; DROP TABLE party'", "null"]),
    ("subscriptionId", &["'123456789012'", "'x'"]),
    ("alertType", &["'networkConnectionsToCryptoMiningPools'", "'other'"]),
    ("resolvedReason", &["'fraud'", "null"]),
    ("isTest", &["true", "false"]),
];

/// A made-up filter.
fn filter(dice: &mut fastrand::Rng, depth: usize) -> String {
    match dice.u8(..6) {
        0 if depth > 0 => format!("not ({})", filter(dice, depth - 1)),
        1 if depth > 0 => {
            let word = if dice.bool() { "and" } else { "or" };
            format!("({} {word} {})", filter(dice, depth - 1), filter(dice, depth - 1))
        }
        2 => {
            let names = ["detectedDateTime", "firstObservedDateTime", "lastObservedDateTime"];
            let name = names[dice.usize(..names.len())];
            let relation = ["lt", "le", "gt", "ge", "eq", "ne"][dice.usize(..6)];
            format!("{name} {relation} 2026-0{}-01T00:00:00Z", dice.u8(1..=9))
        }
        _ => {
            let (name, values) = NAMES[dice.usize(..NAMES.len())];
            let value = values[dice.usize(..values.len())];
            format!("{name} {} {value}", if dice.bool() { "eq" } else { "ne" })
        }
    }
}

#[tokio::test]
async fn a_filter_and_its_opposite_part_the_alerts() {
    let desk = desk(5).await;
    let mut dice = fastrand::Rng::with_seed(7);
    let mut some = 0;
    for _ in 0..400 {
        let text = filter(&mut dice, 4);
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("$filter", &text)
            .finish();
        let condition = Options::parse(&query).unwrap_or_else(|why| panic!("{text}: {why}")).filter;
        let condition = condition.expect("a filter");
        let count = async |condition: Condition| {
            let query =
                AlertQuery { condition: Some(condition), limit: 10, ..AlertQuery::default() };
            let alerts = desk.store.alerts(&query).await.expect("alerts").len() as u64;
            assert_eq!(desk.store.count_alerts(&query).await.expect("a count"), alerts, "{text}");
            alerts
        };
        let (own, others) =
            (count(condition.clone()).await, count(Condition::Not(Box::new(condition))).await);
        assert_eq!(own + others, 5, "{text}");
        some += u64::from(own > 0 && others > 0);
    }
    assert!(some > 50, "only {some} filters chose");
    desk.close().await;
}

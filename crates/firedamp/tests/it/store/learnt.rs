//! Learnt indicators: what every store promises of them.

use firedamp::store::{Error, LearntDecision, LearntStanding, Store};

use super::{NOW, after};

fn decision(id: i64, standing: LearntStanding, until: i64) -> LearntDecision {
    let by = "bob".to_string();
    LearntDecision { id, standing, until: Some(after(until)), by, at: after(10) }
}

pub(super) async fn what_was_learnt_is_used_once_it_is_approved(store: &dyn Store) {
    let names = ["pool.example".to_string(), "198.51.100.77".to_string()];
    store.propose_learnt("aws:1", &names, NOW).await.expect("proposed");
    for account in ["aws:1", "aws:2"] {
        store.propose_learnt(account, &names[..1], after(5)).await.expect("proposed");
    }
    let rows = store.learnt(10).await.expect("rows");
    let told: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.accounts)).collect();
    assert_eq!(told, [("pool.example", 2), ("198.51.100.77", 1)], "each account once");
    let (pool, address) = (rows[0].id, rows[1].id);
    assert!(store.approved(NOW).await.expect("names").is_empty());
    for (id, standing) in [
        (pool, LearntStanding::Withdrawn),
        (pool, LearntStanding::Proposed),
        (99, LearntStanding::Approved),
    ] {
        let refused = store.decide_learnt(&decision(id, standing, 100)).await;
        let is_refused = matches!(refused, Err(Error::Refused(_) | Error::Missing(_)));
        assert!(is_refused, "{standing:?}: {refused:?}");
    }
    let decide = async |id, standing, until| {
        store.decide_learnt(&decision(id, standing, until)).await.expect("decided");
    };
    decide(pool, LearntStanding::Approved, 100).await;
    decide(address, LearntStanding::Refused, 100).await;
    store.propose_learnt("aws:3", &names, after(20)).await.expect("proposed");
    let approved = store.approved(after(99)).await.expect("names");
    assert_eq!(approved, [names[0].clone()].into(), "what was refused stays so");
    assert!(store.approved(after(100)).await.expect("names").is_empty(), "its time is over");
    store.use_learnt(&approved).await.expect("written");
    assert_eq!(store.in_use().await.expect("names"), approved);
    let rows = store.learnt(10).await.expect("rows");
    assert_eq!((rows[0].decided_by.as_deref(), rows[0].until), (Some("bob"), Some(after(100))));
    decide(pool, LearntStanding::Withdrawn, 0).await;
    store.use_learnt(&[].into()).await.expect("written");
    assert!(store.in_use().await.expect("names").is_empty());
    assert!(store.approved(after(20)).await.expect("names").is_empty());
    let refused = store.decide_learnt(&decision(pool, LearntStanding::Refused, 0)).await;
    assert!(refused.is_err(), "who was used can't be refused");
}

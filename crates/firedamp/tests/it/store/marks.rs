//! Promises about what cases have in common, and how things are found.

use firedamp::store::{Action, Error, Filter, Judgement, Mark, Store};
use firedamp_core::id::ObjectId;

use super::{NOW, account, act, after, case, folded, tree};

/// Case `number`, which names this remote.
fn with_remote(number: u32, remote: &str) -> Judgement {
    let mut judgement = case(number, 0.95, 10.0);
    let evidence = &mut judgement.case.findings[0].evidence;
    evidence.insert("remote".into(), remote.into());
    evidence.insert("names".into(), serde_json::json!(["EU.pool.example"]));
    judgement
}

fn mark(kind: &str, value: &str) -> Mark {
    Mark { kind: kind.to_string(), value: value.to_string() }
}

pub(super) async fn cases_that_name_the_same_are_related(store: &dyn Store) {
    store.plant(&tree()).await.expect("planted");
    for (number, remote) in [(1, "192.0.2.1"), (2, "192.0.2.1"), (3, "192.0.2.1"), (4, "::1")] {
        store.judge(&with_remote(number, remote), NOW).await.expect("judged");
    }
    let all = store.related(1, None, 10).await.expect("related");
    let seen: Vec<(i64, usize)> =
        all.cases.iter().map(|one| (one.case.id, one.shares.len())).collect();
    assert_eq!((seen, all.elsewhere), (vec![(2, 2), (3, 2), (4, 1)], 0));
    assert_eq!(all.cases[0].shares, [mark("name", "eu.pool.example"), mark("remote", "192.0.2.1")]);
    let reseller = store.related(1, Some("r"), 10).await.expect("related");
    let seen: Vec<i64> = reseller.cases.iter().map(|one| one.case.id).collect();
    assert_eq!((seen, reseller.elsewhere), (vec![2], 2), "others are a count");
    let one = store.related(1, None, 1).await.expect("related");
    assert_eq!((one.cases.len(), one.elsewhere), (1, 0));
    // What a judgement does not name any more relates nothing.
    store.judge(&case(2, 0.95, 10.0), after(60)).await.expect("judged");
    let seen: Vec<i64> = store
        .related(1, None, 10)
        .await
        .expect("related")
        .cases
        .iter()
        .map(|one| one.case.id)
        .collect();
    assert_eq!(seen, [3, 4]);
}

pub(super) async fn everything_is_found_by_its_beginning(store: &dyn Store) {
    store.plant(&tree()).await.expect("planted");
    for number in 1..=3 {
        let remote = format!("198.51.100.{number}");
        store.judge(&with_remote(number, &remote), NOW).await.expect("judged");
    }
    store.act(&act(1, Action::Label("VIP 100%_".into()))).await.expect("done");
    store.fold(&[folded("a", "1", &[(9, b"one")])]).await.expect("folded");
    let search = async |text: &str, within: Option<&str>| {
        store.search(text, within, 10).await.expect("found")
    };
    let name = account(1).to_string();
    let bare = name.strip_prefix("aws:").expect("a cloud");
    for text in [name.as_str(), bare, "1", "#1", "case 1"] {
        let found = search(text, None).await;
        assert!(found.cases.iter().any(|case| case.id == 1), "{text}: {found:?}");
    }
    let remote = search("198.51.100.2", None).await;
    assert_eq!(remote.marked.len(), 1);
    assert_eq!(remote.marked[0].shares, [mark("remote", "198.51.100.2")]);
    assert_eq!(search("eu.POOL.", None).await.marked.len(), 3, "in any case");
    assert_eq!(search("i-0a", None).await.marked.len(), 3, "resources");
    assert_eq!(search("vip", None).await.labels, ["VIP 100%_"]);
    assert_eq!(search("%", None).await, Default::default(), "a letter like any other");
    assert_eq!(search(&account(9).id, None).await.accounts, [account(9).to_string()]);
    let scoped = search("198.51.100.", Some("c")).await;
    assert_eq!(scoped.marked.iter().map(|one| one.case.id).collect::<Vec<_>>(), [3]);
    assert_eq!(search("vip", Some("c")).await, Default::default(), "nothing of others");
    assert_eq!(search(&account(9).id, Some("c")).await, Default::default());
    assert_eq!(search("#1", Some("c")).await.cases, [], "nor by their numbers");
}

pub(super) async fn accounts_are_told_with_whose_they_are(store: &dyn Store) {
    store.plant(&tree()).await.expect("planted");
    store.fold(&[folded("a", "1", &[(1, b"one"), (9, b"two")])]).await.expect("folded");
    store.judge(&case(1, 0.95, 10.0), NOW).await.expect("judged");
    let owned = store.account(&account(1).to_string(), Some("r")).await.expect("an account");
    assert_eq!((owned.customer.as_deref(), owned.row.case), (Some("a"), Some(1)));
    assert_eq!(owned.first_seen, Some(NOW));
    let nobodys = store.account(&account(9).to_string(), None).await.expect("an account");
    assert_eq!((nobodys.customer, nobodys.row.case), (None, None));
    for (name, within) in [(account(9), Some("r")), (account(1), Some("c")), (account(77), None)] {
        let missing = store.account(&name.to_string(), within).await;
        assert!(matches!(missing, Err(Error::Missing("account"))), "{name} {within:?}");
    }
    let begins = vec![account(1).to_string()];
    let filter = Filter { account_begins: begins, limit: 10, ..Filter::default() };
    assert_eq!(store.cases(&filter).await.expect("cases").len(), 1);
    let filter = Filter { opened_since: Some(after(1)), limit: 10, ..Filter::default() };
    assert_eq!(store.cases(&filter).await.expect("cases"), []);
    let filter = Filter { severity: Some("low".into()), limit: 10, ..Filter::default() };
    assert_eq!(store.cases(&filter).await.expect("cases").len(), 1);
}

pub(super) async fn records_are_found_by_their_objects_hash(store: &dyn Store) {
    store.fold(&[folded("a", "1", &[(1, b"one")])]).await.expect("folded");
    let found = store.object(ObjectId([7; 16])).await.expect("looked up").expect("an object");
    assert_eq!(found.address, "a");
    assert_eq!(store.object(ObjectId([8; 16])).await.expect("looked up"), None);
}

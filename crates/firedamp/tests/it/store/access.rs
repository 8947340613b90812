//! Who may come in: what every store promises of tokens, people and sessions.

use firedamp::{
    language::Language,
    store::{Error, Holder, NewSession, NewUser, Owner, Session, Store, UserChange},
    tree::Tree,
};
use firedamp_core::time::Time;

use super::{NOW, after};

const LONG_AGO: Time = Time::from_seconds(0);

fn holder(name: &str, role: &str) -> Holder {
    Holder { name: name.to_string(), role: role.to_string(), scope: None }
}

fn newcomer(name: &str, role: &str) -> NewUser {
    NewUser { holder: holder(name, role), language: Language::German }
}

fn session(key: u8, owner: Owner<'_>, until: Time) -> NewSession<'_> {
    NewSession {
        hash: [key; 32],
        owner,
        at: NOW,
        until,
        address: "192.0.2.1".to_string(),
        browser: "a browser".to_string(),
    }
}

async fn found(store: &dyn Store, key: u8, at: Time, idle_since: Time) -> Option<Session> {
    store.session(&[key; 32], at, idle_since).await.expect("an answer")
}

pub(super) async fn keys_open_and_expire(store: &dyn Store) {
    let one = || holder("one", "viewer");
    assert!(!store.is_claimed().await.expect("an answer"));
    store.add_token(&[1; 32], &one(), NOW, None).await.expect("added");
    assert!(store.is_claimed().await.expect("an answer"));
    let twice = store.add_token(&[2; 32], &one(), NOW, None).await;
    assert!(matches!(twice, Err(Error::Refused(_))), "names are given once");
    assert_eq!(store.token(&[1; 32], NOW).await.expect("an answer"), Some(one()));
    assert_eq!(store.token(&[2; 32], NOW).await.expect("an answer"), None);
    store.open_session(&session(3, Owner::Token("one"), after(60))).await.expect("opened");
    let own = found(store, 3, after(59), LONG_AGO).await.expect("a session");
    assert_eq!((own.holder, own.language), (one(), None));
    assert_eq!(found(store, 3, after(60), LONG_AGO).await, None);
    assert_eq!(store.token(&[3; 32], NOW).await.expect("an answer"), None, "no token");
    store.end_session(&[3; 32]).await.expect("ended");
    assert_eq!(found(store, 3, NOW, LONG_AGO).await, None);
    let guest = holder("guest", "viewer");
    store.add_token(&[4; 32], &guest, NOW, Some(after(60))).await.expect("added");
    store.open_session(&session(5, Owner::Token("guest"), after(600))).await.expect("opened");
    assert!(store.token(&[4; 32], after(59)).await.expect("an answer").is_some());
    assert!(found(store, 5, after(59), LONG_AGO).await.is_some());
    assert_eq!(store.token(&[4; 32], after(60)).await.expect("an answer"), None, "it is over");
    assert_eq!(found(store, 5, after(60), LONG_AGO).await, None, "and what it opened");
}

pub(super) async fn an_ended_token_takes_its_sessions_with_it(store: &dyn Store) {
    store.add_token(&[1; 32], &holder("boss", "admin"), NOW, None).await.expect("added");
    store.add_token(&[2; 32], &holder("guest", "viewer"), NOW, None).await.expect("added");
    store.open_session(&session(3, Owner::Token("guest"), after(60))).await.expect("opened");
    store.end_token("guest").await.expect("ended");
    assert_eq!(found(store, 3, NOW, LONG_AGO).await, None);
    assert!(matches!(store.end_token("guest").await, Err(Error::Missing(_))));
    let last = store.end_token("boss").await;
    assert!(matches!(last, Err(Error::Refused(_))), "somebody must let others in: {last:?}");
    let names: Vec<String> =
        store.tokens().await.expect("tokens").into_iter().map(|row| row.name).collect();
    assert_eq!(names, ["boss"]);
}

pub(super) async fn what_a_person_may_counts_at_once(store: &dyn Store) {
    store.add_user(&newcomer("Alice", "admin"), NOW).await.expect("added");
    store.add_user(&newcomer("bob", "admin"), NOW).await.expect("added");
    for taken in ["alice", "ALICE", "firedamp", "a b", "a\nb", "<b>", ""] {
        let added = store.add_user(&newcomer(taken, "viewer"), NOW).await;
        assert!(matches!(added, Err(Error::Refused(_))), "{taken:?}: {added:?}");
    }
    let token = store.add_token(&[1; 32], &holder("ALICE", "viewer"), NOW, None).await;
    assert!(matches!(token, Err(Error::Refused(_))), "one name for a person and a token");
    assert_eq!(store.password("alice").await.expect("an answer"), None);
    store.set_password("alice", "kept", None).await.expect("set");
    store.set_password("bob", "kept too", None).await.expect("set");
    assert_eq!(store.password("aLiCe").await.expect("an answer").as_deref(), Some("kept"));
    store.open_session(&session(3, Owner::User("alice"), after(9000))).await.expect("opened");
    let own = found(store, 3, NOW, LONG_AGO).await.expect("a session");
    assert_eq!((own.holder.name.as_str(), own.language), ("Alice", Some(Language::German)));
    let role = UserChange { role: Some("viewer".to_string()), ..UserChange::default() };
    store.change_user("alice", &role).await.expect("changed");
    let own = found(store, 3, NOW, LONG_AGO).await.expect("a session");
    assert_eq!(own.holder.role, "viewer");
    let last = store.change_user("bob", &role).await;
    assert!(matches!(last, Err(Error::Refused(_))), "somebody must let others in: {last:?}");
    let tree = Tree::read("account,customer\naws:123456789012,a\n").expect("a tree");
    store.plant(&tree).await.expect("planted");
    let bound = UserChange {
        scope: Some(Some("a".to_string())),
        language: Some(Language::German),
        ..UserChange::default()
    };
    let last = store.change_user("bob", &bound).await;
    assert!(matches!(last, Err(Error::Refused(_))), "whatever else is changed: {last:?}");
    let out = UserChange { is_disabled: Some(true), ..UserChange::default() };
    store.change_user("alice", &out).await.expect("changed");
    assert_eq!(found(store, 3, NOW, LONG_AGO).await, None);
    assert_eq!(store.password("alice").await.expect("an answer"), None, "kept out");
    let nowhere = UserChange { scope: Some(Some("nobody".into())), ..UserChange::default() };
    assert!(matches!(store.change_user("bob", &nowhere).await, Err(Error::Missing(_))));
    assert!(matches!(store.change_user("carol", &out).await, Err(Error::Missing("user"))));
}

pub(super) async fn a_session_ends_when_it_is_idle_and_when_it_is_old(store: &dyn Store) {
    store.add_user(&newcomer("alice", "admin"), NOW).await.expect("added");
    store.set_password("alice", "kept", None).await.expect("set");
    store.open_session(&session(1, Owner::User("alice"), after(100))).await.expect("opened");
    let idle = |at: i64| after(at - 30);
    assert!(found(store, 1, after(29), idle(29)).await.is_some());
    assert_eq!(found(store, 1, after(30), idle(30)).await, None, "nothing was done");
    let id = found(store, 1, after(29), idle(29)).await.expect("a session").id;
    for at in [20, 40, 60, 80, 95] {
        store.touch_session(id, after(at)).await.expect("touched");
    }
    store.touch_session(id, after(10)).await.expect("touched");
    assert!(found(store, 1, after(99), idle(99)).await.is_some());
    assert_eq!(found(store, 1, after(100), idle(100)).await, None, "whatever was done");
    let seen = store.users().await.expect("users").remove(0).seen_at;
    assert_eq!(seen, Some(after(95)), "clocks that are set back change nothing");
    assert_eq!(store.forget_sessions(after(100), idle(100)).await.expect("forgotten"), 1);
    assert_eq!(store.sessions("alice", NOW, LONG_AGO).await.expect("sessions"), []);
}

pub(super) async fn another_password_ends_what_was_open(store: &dyn Store) {
    store.add_user(&newcomer("alice", "admin"), NOW).await.expect("added");
    for key in 1..=3 {
        store.open_session(&session(key, Owner::User("alice"), after(99))).await.expect("opened");
    }
    let mine = found(store, 2, NOW, LONG_AGO).await.expect("a session").id;
    store.set_password("alice", "kept", Some(mine)).await.expect("set");
    let open: Vec<i64> = store
        .sessions("alice", NOW, LONG_AGO)
        .await
        .expect("sessions")
        .iter()
        .map(|row| row.id)
        .collect();
    assert_eq!(open, [mine]);
    assert!(matches!(store.end_session_of("bob", mine).await, Err(Error::Missing(_))));
    store.end_session_of("ALICE", mine).await.expect("ended");
    for key in 10..60 {
        store.open_session(&session(key, Owner::User("alice"), after(99))).await.expect("opened");
    }
    assert_eq!(store.sessions("alice", NOW, LONG_AGO).await.expect("sessions").len(), 20);
    assert!(found(store, 59, NOW, LONG_AGO).await.is_some(), "the oldest made room");
}

pub(super) async fn an_invitation_is_taken_once_and_in_time(store: &dyn Store) {
    store.add_user(&newcomer("alice", "admin"), NOW).await.expect("added");
    store.set_password("alice", "old", None).await.expect("set");
    store.open_session(&session(3, Owner::User("alice"), after(99))).await.expect("opened");
    store.invite("alice", &[7; 32], after(10)).await.expect("invited");
    store.invite("alice", &[8; 32], after(60)).await.expect("invited");
    let accept = async |key: u8, at: i64| {
        store.accept(&[key; 32], "new", after(at)).await.expect("an answer")
    };
    assert_eq!(accept(7, 1).await, None, "the later key counts");
    assert_eq!(accept(8, 60).await, None, "too late");
    assert_eq!(store.password("alice").await.expect("an answer").as_deref(), Some("old"));
    assert_eq!(accept(8, 59).await.as_deref(), Some("alice"));
    assert_eq!(store.password("alice").await.expect("an answer").as_deref(), Some("new"));
    assert_eq!(found(store, 3, NOW, LONG_AGO).await, None);
    assert_eq!(accept(8, 59).await, None, "once");
    assert!(matches!(store.invite("bob", &[9; 32], NOW).await, Err(Error::Missing("user"))));
}

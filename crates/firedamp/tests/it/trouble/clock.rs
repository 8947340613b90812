//! A clock that is set back, as one that was wrong at the start of a machine is: nothing waits until it
//! has caught up.

use std::sync::Arc;

use firedamp::{
    delivery::{Book, Carrier},
    desk::{Desk, Watched},
    language::Language,
    source::silence::Listener,
    store::{
        Act, Action, FeedRow, Filter, Heard, Holder, NewSession, NewUser, Owner, Sqlite, Store,
    },
};
use firedamp_core::time::Time;
use rand::SeedableRng;
use rand_pcg::Pcg64;

use crate::{
    channel::receiver::{Answer, Receiver},
    channel::secret,
    desk::{NOW, judgements, settings, settle},
    program::{Folder, HEADER, mining, question},
    store::case,
};

/// The clock was a year ahead.
const AHEAD: Time = NOW.plus_seconds(365 * 86_400);

async fn store(folder: &Folder) -> Arc<dyn Store> {
    Arc::new(Sqlite::open(&folder.path("desk.db")).await.expect("a store"))
}

#[tokio::test]
async fn telemetry_is_judged_at_once_also_behind_a_backlog() {
    let folder = Folder::new();
    let store = store(&folder).await;
    std::fs::create_dir(folder.path("watched")).expect("a folder");
    let watched = Watched::new(vec![folder.path("watched")]);
    let mut desk = Desk::open(store.clone(), settings(), watched, AHEAD).await.expect("a desk");
    folder.write("watched/dns.json", question("111122223333", "203.0.113.9"));
    settle(&mut desk, AHEAD).await.expect("rest");
    // More than one turn folds, and the miner among the first.
    let flows = HEADER.to_string() + &mining("111122223333", "203.0.113.9", 443);
    folder.write("watched/aaa.log", flows);
    for number in 0..400 {
        folder.write(&format!("watched/more/{number:03}.log"), HEADER);
    }
    let turn = desk.turn(NOW).await.expect("a turn");
    assert!(turn.waiting > 0 && turn.judged > 0, "{turn:?}");
    let found = judgements(&*store).await;
    assert_eq!(found.len(), 1, "it waits neither for the clock nor for the backlog");
    settle(&mut desk, NOW.plus_seconds(60)).await.expect("rest");
    assert_eq!(store.check().await.expect("a check"), Vec::<String>::new());
}

#[tokio::test]
async fn what_happened_to_a_case_keeps_its_order() {
    let folder = Folder::new();
    let store = store(&folder).await;
    store.judge(&case(1, 0.95, 10.0), AHEAD).await.expect("judged");
    store.judge(&case(1, 0.99, 10.0), NOW).await.expect("judged");
    let comment = Action::Comment("after the clock was set right".to_string());
    let act = Act { case: 1, revision: None, actor: "alice".to_string(), at: NOW, action: comment };
    store.act(&act).await.expect("done");
    let entries = store.activity(1).await.expect("entries");
    let kinds: Vec<&str> = entries.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["opened", "comment"]);
    assert!(entries[0].at > entries[1].at, "each as the clock said it");
    assert_eq!(store.check().await.expect("a check"), Vec::<String>::new());
}

#[tokio::test]
async fn notices_that_were_put_off_or_leased_go_out() {
    let folder = Folder::new();
    let store = store(&folder).await;
    let receiver = Receiver::open(Answer::Status(503)).await;
    let book = Book::parse(&format!(
        "desk = 'https://desk.example'\nallow_internal = ['127.0.0.0/8']\n[[receiver]]\n\
         name = 'soc'\nchannel = 'webhook'\nurl = '{}'\nsecret = '{}'\nhourly_max = 1",
        receiver.url(),
        secret(&folder, "a secret"),
    ));
    let book = Arc::new(book.expect("settings"));
    let mut carrier = Carrier::new(store.clone(), book, Pcg64::seed_from_u64(1));
    store.judge(&case(1, 0.95, 10.0), AHEAD).await.expect("judged");
    assert_eq!(carrier.turn(AHEAD).await.expect("a turn"), 1, "refused, and put off");
    receiver.answer(Answer::Status(200));
    assert_eq!(carrier.turn(NOW).await.expect("a turn"), 1, "not in a year");
    // Of a desk that died with a lease.
    store.judge(&case(2, 0.95, 10.0), AHEAD).await.expect("judged");
    let to = firedamp::store::Addressee {
        name: "soc".to_string(),
        within: None,
        quiet_until: None,
        patience_seconds: None,
    };
    store.address(&[to], AHEAD).await.expect("addressed");
    assert_eq!(store.lease(AHEAD, 300, 10).await.expect("a lease").len(), 1);
    let later = NOW.plus_seconds(3700);
    assert_eq!(
        carrier.turn(later).await.expect("a turn"),
        1,
        "the hour's first, and nobody else's"
    );
}

#[tokio::test]
async fn a_source_that_was_heard_in_the_future_can_fall_silent() {
    let folder = Folder::new();
    let store = store(&folder).await;
    let account = "aws:111122223333".to_string();
    let mut feed =
        FeedRow::first("logs/", &Heard { account, at: AHEAD.plus_seconds(-800_000), newest: None });
    (-200..=0).for_each(|hour| feed.hear(AHEAD.plus_seconds(hour * 3600)));
    store.note_feeds(&[feed], AHEAD).await.expect("noted");
    let mut listener = Listener::new(vec!["logs/".to_string()], AHEAD.plus_seconds(-800_000));
    assert_eq!(listener.listen(&*store, AHEAD).await.expect("heard"), 0);
    assert_eq!(listener.listen(&*store, NOW).await.expect("heard"), 0, "it was heard just now");
    let later = NOW.plus_seconds(30 * 86_400);
    assert_eq!(listener.listen(&*store, later).await.expect("heard"), 1);
}

fn opened(key: u8, at: Time) -> NewSession<'static> {
    NewSession {
        hash: [key; 32],
        owner: Owner::User("alice"),
        at,
        until: at.plus_seconds(12 * 3600),
        address: "192.0.2.1".to_string(),
        browser: "a browser".to_string(),
    }
}

async fn alice(store: &dyn Store) {
    let holder = Holder { name: "alice".into(), role: "admin".into(), scope: None };
    let alice = NewUser { holder, language: Language::English };
    store.add_user(&alice, NOW).await.expect("added");
}

#[tokio::test]
async fn a_session_that_is_of_no_known_age_is_none() {
    let (folder, two_hours_ago) = (Folder::new(), |at: Time| at.plus_seconds(-7200));
    let store = store(&folder).await;
    alice(&*store).await;
    let seen = async || store.users().await.expect("users").remove(0).seen_at;
    store.open_session(&opened(1, AHEAD)).await.expect("opened");
    assert_eq!(seen().await, Some(AHEAD));
    store.open_session(&opened(2, NOW)).await.expect("opened");
    assert_eq!(seen().await, Some(NOW), "not in a year");
    let found = async |key: u8, at: Time| {
        let found = store.session(&[key; 32], at, two_hours_ago(at)).await.expect("an answer");
        found.map(|session| session.id)
    };
    assert!(found(1, AHEAD).await.is_some() && found(2, NOW).await.is_some());
    assert_eq!(found(1, NOW).await, None, "it would last a year");
    let own = store.sessions("alice", NOW, two_hours_ago(NOW)).await.expect("sessions");
    assert_eq!(own.len(), 1);
    let id = found(2, NOW).await.expect("a session");
    store.touch_session(id, NOW.plus_seconds(70)).await.expect("touched");
    // While a clock is a little back, as each is now and then, nobody is turned out.
    assert!(found(2, NOW.plus_seconds(-200)).await.is_some());
    // Used while the clock was ahead: nobody knows for how long nothing was done.
    store.touch_session(id, NOW.plus_seconds(3600)).await.expect("touched");
    assert_eq!(found(2, NOW).await, None);
    assert_eq!(store.forget_sessions(NOW, two_hours_ago(NOW)).await.expect("forgotten"), 2);
}

#[tokio::test]
async fn a_token_lives_as_long_as_it_was_given_and_an_invitation_no_longer() {
    let folder = Folder::new();
    let store = store(&folder).await;
    alice(&*store).await;
    let holder = |name: &str| Holder { name: name.into(), role: "viewer".into(), scope: None };
    let week = 7 * 86_400;
    store
        .add_token(&[1; 32], &holder("a week"), AHEAD, Some(AHEAD.plus_seconds(week)))
        .await
        .expect("added");
    store.add_token(&[2; 32], &holder("for ever"), AHEAD, None).await.expect("added");
    store
        .add_token(&[3; 32], &holder("now"), NOW, Some(NOW.plus_seconds(week)))
        .await
        .expect("added");
    assert_eq!(store.set_back_tokens(NOW.plus_seconds(-200)).await.expect("set back"), 2);
    assert_eq!(store.set_back_tokens(NOW).await.expect("set back"), 0);
    let token = async |key: u8, at: Time| {
        let holder = store.token(&[key; 32], at).await.expect("an answer");
        holder.map(|holder| holder.name)
    };
    assert_eq!(token(1, NOW).await.as_deref(), Some("a week"));
    assert_eq!(token(1, NOW.plus_seconds(week)).await, None, "not a week after a year");
    assert!(token(2, NOW.plus_seconds(week)).await.is_some());
    assert!(token(3, NOW.plus_seconds(week - 1)).await.is_some());
    let day = 86_400;
    store.invite("alice", &[7; 32], AHEAD.plus_seconds(day)).await.expect("invited");
    let taken = store.accept(&[7; 32], "$argon2id$x", NOW).await.expect("an answer");
    assert_eq!(taken, None, "it would be good for a year");
    store.invite("alice", &[8; 32], NOW.plus_seconds(day)).await.expect("invited");
    let taken = store.accept(&[8; 32], "$argon2id$x", NOW).await.expect("an answer");
    assert_eq!(taken.as_deref(), Some("alice"));
}

#[tokio::test]
async fn a_case_that_was_put_to_sleep_for_too_long_is_awake() {
    let folder = Folder::new();
    let store = store(&folder).await;
    store.judge(&case(1, 0.95, 10.0), NOW).await.expect("judged");
    let waiting = async |at: Time| {
        let filter = Filter { waiting_at: Some(at), ..Filter::default() };
        store.cases(&filter).await.expect("cases").len()
    };
    for (at, until) in [(NOW, 7), (AHEAD, 365 + 7)] {
        let until = NOW.plus_seconds(until * 86_400);
        let action = Action::Snooze(Some(until));
        let act = Act { case: 1, revision: None, actor: "alice".to_string(), at, action };
        let row = store.act(&act).await.expect("it sleeps");
        assert_eq!(waiting(at).await, 0);
        assert_eq!(row.sleeps_until(at), Some(until));
    }
    assert_eq!(waiting(NOW).await, 1, "not in a year");
    let row = store.case(1, None).await.expect("a case").row;
    assert_eq!(row.sleeps_until(NOW), None);
}

//! A clock that is set back, as one that was wrong at the start of a machine is: nothing waits until it
//! has caught up.

use std::sync::Arc;

use firedamp::{
    delivery::{Book, Carrier},
    desk::{Desk, Watched},
    source::silence::Listener,
    store::{FeedRow, Heard, Sqlite, Store},
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
    let comment = firedamp::store::Action::Comment("after the clock was set right".to_string());
    let act = firedamp::store::Act {
        case: 1,
        revision: None,
        actor: "alice".to_string(),
        at: NOW,
        action: comment,
    };
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
    let mut feed = FeedRow::first("logs/", &Heard { account, at: AHEAD.plus_seconds(-800_000) });
    (-200..=0).for_each(|hour| feed.hear(AHEAD.plus_seconds(hour * 3600)));
    store.note_feeds(&[feed], AHEAD).await.expect("noted");
    let mut listener = Listener::new(vec!["logs/".to_string()], AHEAD.plus_seconds(-800_000));
    assert_eq!(listener.listen(&*store, AHEAD).await.expect("heard"), 0);
    assert_eq!(listener.listen(&*store, NOW).await.expect("heard"), 0, "it was heard just now");
    let later = NOW.plus_seconds(30 * 86_400);
    assert_eq!(listener.listen(&*store, later).await.expect("heard"), 1);
}

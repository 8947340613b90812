//! The way of notices from the store to their receivers: once where all goes well, later where not,
//! with the same key after a crash, and as one digest in a storm.

mod when;

use std::sync::Arc;

use firedamp::{
    delivery::{Book, Carrier},
    store::{Addressee, Sqlite, Store},
    tree::Tree,
};
use firedamp_core::time::Time;
use rand::SeedableRng;
use rand_pcg::Pcg64;

use crate::{
    channel::{
        receiver::{Answer, Receiver},
        secret,
    },
    program::Folder,
    store::case,
};

const NOW: Time = Time::from_seconds(1_775_000_000);
/// Longer than any wait between two attempts.
const LATER: i64 = 3700;

struct Story {
    folder: Folder,
    store: Arc<dyn Store>,
    receiver: Receiver,
}

impl Story {
    async fn open(answer: Answer, cases: u32) -> Self {
        let folder = Folder::new();
        let store = Sqlite::open(&folder.path("desk.db")).await.expect("a store");
        let store: Arc<dyn Store> = Arc::new(store);
        for number in 1..=cases {
            let cost = f64::from(number) * 10.0;
            store.judge(&case(number, 0.95, cost), NOW).await.expect("judged");
        }
        Self { folder, store, receiver: Receiver::open(answer).await }
    }

    fn carrier(&self) -> Carrier<Pcg64> {
        self.carrier_with("")
    }

    /// A carrier to a receiver with one more setting.
    fn carrier_with(&self, setting: &str) -> Carrier<Pcg64> {
        let book = Book::parse(&format!(
            "desk = 'https://desk.example'\nallow_internal = ['127.0.0.0/8']\n[[receiver]]\n\
             name = 'soc'\nchannel = 'webhook'\nlanguage = 'de'\nurl = '{}'\nsecret = '{}'\n\
             {setting}",
            self.receiver.url(),
            secret(&self.folder, "a secret"),
        ));
        Carrier::new(self.store.clone(), Arc::new(book.expect("settings")), Pcg64::seed_from_u64(1))
    }

    fn ids(&self) -> Vec<String> {
        let got = self.receiver.got();
        got.iter()
            .map(|(headers, _)| headers["webhook-id"].to_str().expect("text").to_string())
            .collect()
    }

    async fn states(&self) -> Vec<String> {
        let all = self.store.deliveries(None, 1000).await.expect("deliveries");
        all.into_iter().map(|sent| sent.state).collect()
    }
}

#[tokio::test]
async fn a_notice_arrives_once_in_the_language_of_its_receiver() {
    let story = Story::open(Answer::Status(200), 1).await;
    let mut carrier = story.carrier();
    assert_eq!(carrier.turn(NOW).await.expect("a turn"), 1);
    assert_eq!(carrier.turn(NOW.plus_seconds(LATER)).await.expect("a turn"), 0);
    assert_eq!(story.ids(), ["case-1-1"]);
    assert_eq!(story.states().await, ["delivered"]);
    let body = &story.receiver.got()[0].1;
    assert!(body.contains("sieht") || body.contains("aussieht"), "{body}");
    assert!(body.contains("https://desk.example/cases/1"), "{body}");
}

/// A turn of the desk takes long and writes with the time of its beginning.
#[tokio::test]
async fn a_notice_that_is_written_late_is_not_passed_over() {
    let story = Story::open(Answer::Status(200), 0).await;
    let mut carrier = story.carrier();
    let write = async |number: u32, seconds: i64| {
        let judged = story.store.judge(&case(number, 0.95, 10.0), NOW.plus_seconds(seconds)).await;
        judged.expect("judged");
    };
    write(1, 10).await;
    assert_eq!(carrier.turn(NOW.plus_seconds(11)).await.expect("a turn"), 1);
    write(2, 0).await;
    assert_eq!(carrier.turn(NOW.plus_seconds(20)).await.expect("a turn"), 1);
    assert_eq!(story.ids(), ["case-1-1", "case-2-1"]);
}

#[tokio::test]
async fn a_customers_receiver_is_told_of_its_own_by_name() {
    let story = Story::open(Answer::Status(200), 3).await;
    let tree = Tree::read("account,customer,customer_name\naws:123456789012,c1,Contoso\n");
    story.store.plant(&tree.expect("a tree")).await.expect("planted");
    let mut carrier = story.carrier_with("customer = 'c1'");
    assert_eq!(carrier.turn(NOW).await.expect("a turn"), 1);
    assert_eq!(story.ids(), ["case-1-1"]);
    let body = &story.receiver.got()[0].1;
    assert!(body.contains("aws:123456789012 (Contoso)"), "{body}");
}

#[tokio::test]
async fn a_customers_receiver_is_told_when_the_tree_comes_after_the_case() {
    let story = Story::open(Answer::Status(200), 3).await;
    let mut carrier = story.carrier_with("customer = 'r1'");
    assert_eq!(carrier.turn(NOW).await.expect("a turn"), 0, "nobody knows whose they are");
    let plant = async |tree: &str| {
        story.store.plant(&Tree::read(tree).expect("a tree")).await.expect("planted");
    };
    plant("account,customer\naws:123456789012,c1\n").await;
    assert_eq!(carrier.turn(NOW.plus_seconds(1)).await.expect("a turn"), 0, "of somebody else");
    let before = story.store.tree_revision().await.expect("a revision");
    plant("account,customer,reseller\naws:123456789012,c1,r1\n").await;
    assert!(story.store.tree_revision().await.expect("a revision") > before);
    assert_eq!(carrier.turn(NOW.plus_seconds(2)).await.expect("a turn"), 1);
    let known = story.store.tree_revision().await.expect("a revision");
    plant("account,customer,reseller\naws:123456789012,c1,r1\n").await;
    assert_eq!(story.store.tree_revision().await.expect("a revision"), known, "nothing new");
    assert_eq!(carrier.turn(NOW.plus_seconds(3)).await.expect("a turn"), 0, "once");
    assert_eq!(story.ids(), ["case-1-1"]);
}

#[tokio::test]
async fn a_receiver_that_comes_back_is_told_late_and_one_that_does_not_is_shown() {
    let story = Story::open(Answer::Status(503), 1).await;
    let mut carrier = story.carrier();
    assert_eq!(carrier.turn(NOW).await.expect("a turn"), 1);
    assert_eq!(story.states().await, ["waiting"]);
    story.receiver.answer(Answer::Status(200));
    assert_eq!(carrier.turn(NOW).await.expect("a turn"), 0, "not at once");
    assert_eq!(carrier.turn(NOW.plus_seconds(LATER)).await.expect("a turn"), 1);
    assert_eq!(story.states().await, ["delivered"]);

    let story = Story::open(Answer::Status(503), 1).await;
    let mut carrier = story.carrier();
    let mut now = NOW;
    for _attempt in 0..40 {
        carrier.turn(now).await.expect("a turn");
        now = now.plus_seconds(LATER);
    }
    assert_eq!(story.states().await, ["dead"]);
    assert_eq!(story.ids().len(), 24, "it was given up");
    let dead = story.store.deliveries(None, 1).await.expect("deliveries").remove(0);
    assert!(dead.error.expect("why").contains("503"));
    story.receiver.answer(Answer::Status(200));
    story.store.revive(dead.id, now).await.expect("revived");
    assert_eq!(carrier.turn(now).await.expect("a turn"), 1);
    assert_eq!(story.states().await, ["delivered"]);
    assert!(story.store.revive(dead.id, now).await.is_err(), "it has arrived");
}

#[tokio::test]
async fn who_dies_after_sending_sends_again_with_the_same_key() {
    let story = Story::open(Answer::Status(200), 1).await;
    // Sent by somebody who never came to say so.
    story
        .store
        .address(&[Addressee { name: "soc".to_string(), ..Addressee::default() }], NOW)
        .await
        .expect("addressed");
    let leased = story.store.lease(NOW, 300, 10).await.expect("leased");
    assert_eq!(leased.len(), 1);
    let mut carrier = story.carrier();
    assert_eq!(carrier.turn(NOW.plus_seconds(299)).await.expect("a turn"), 0);
    assert_eq!(carrier.turn(NOW.plus_seconds(300)).await.expect("a turn"), 1);
    assert_eq!(story.ids(), [leased[0].notice.key.clone()]);
}

#[tokio::test]
async fn a_storm_is_one_digest_with_the_dearest_first() {
    let story = Story::open(Answer::Status(200), 200).await;
    let mut carrier = story.carrier();
    assert_eq!(carrier.turn(NOW).await.expect("a turn"), 200);
    let got = story.receiver.got();
    assert_eq!(got.len(), 1, "one message");
    let event: serde_json::Value = serde_json::from_str(&got[0].1).expect("JSON");
    assert_eq!(event["type"], "firedamp.digest.v1");
    let text = event["data"]["text"].as_str().expect("a text");
    let first = text.lines().find(|line| line.starts_with("- ")).expect("a case");
    assert!(first.contains("2.000,00"), "{first}");
    assert!(text.contains("180"), "the rest is counted: {text}");
    assert!(story.states().await.iter().all(|state| state == "delivered"));
}

#[tokio::test]
async fn old_notices_are_not_sent_to_new_receivers() {
    let story = Story::open(Answer::Status(200), 3).await;
    let mut carrier = story.carrier();
    assert_eq!(carrier.turn(NOW.plus_seconds(2 * 86_400)).await.expect("a turn"), 0);
    assert_eq!(story.ids(), Vec::<String>::new());
}

#[test]
fn settings_that_cannot_be_meant_are_named() {
    for (settings, said) in [
        ("", "desk"),
        ("desk = 'x'", "URL"),
        (
            "desk = 'https://desk.example'\n[[receiver]]\nname = 'a'\nchannel = 'pigeon'",
            "mail, pagerduty",
        ),
        (
            "desk = 'https://desk.example'\n[[receiver]]\nname = 'a'\nchannel = 'slack'",
            "receiver `a`",
        ),
        ("desk = 'https://desk.example'\nallow_internal = ['everything']", "allow_internal"),
        ("desk = 'https://desk.example'\nrecievers = []", "recievers"),
    ] {
        let error = Book::parse(settings).err().expect("an error");
        assert!(format!("{error:#}").contains(said), "{settings}: {error:#}");
    }
}

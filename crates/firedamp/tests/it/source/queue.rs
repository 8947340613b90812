//! Queues: what they tell of is folded once, however often they tell it, and no message goes before
//! what it told of is written.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use firedamp::{
    source::queue::{Clerk, Message, Queue},
    store::Store,
};
use serde_json::json;

use super::{Alive, Rig, put_mining};
use crate::desk::{NOW, faulty::Faulty, judgements, settle};

/// A queue that tells everything again that was not deleted.
#[derive(Clone, Default)]
struct Line {
    messages: Arc<Mutex<BTreeMap<String, (u32, String)>>>,
}

impl Line {
    fn tell(&self, receipt: &str, body: &str) {
        let mut messages = self.messages.lock().expect("nobody panicked");
        messages.insert(receipt.to_string(), (0, body.to_string()));
    }

    fn left(&self) -> Vec<String> {
        self.messages.lock().expect("nobody panicked").keys().cloned().collect()
    }

    fn clerk(&self, store: Arc<dyn Store>, alive: &Alive) -> Clerk {
        let queue: Box<dyn Queue> = Box::new(self.clone());
        Clerk::new(queue, "sqs://111122223333/line".to_string(), store, alive.intake.clone())
    }
}

#[async_trait]
impl Queue for Line {
    async fn receive(&self, _wait: Duration) -> Result<Vec<Message>, String> {
        let mut messages = self.messages.lock().expect("nobody panicked");
        let one = |(receipt, (attempts, body)): (&String, &mut (u32, String))| {
            *attempts += 1;
            Message { receipt: receipt.clone(), attempts: *attempts, body: body.clone() }
        };
        Ok(messages.iter_mut().map(one).collect())
    }

    async fn delete(&self, receipt: &str) -> Result<(), String> {
        self.messages.lock().expect("nobody panicked").remove(receipt);
        Ok(())
    }
}

fn created(key: &str) -> String {
    let object = json!({"bucket": {"name": "logs"}, "object": {"key": key}});
    json!({"Records": [{"eventName": "ObjectCreated:Put", "s3": object}]}).to_string()
}

/// A queue that tells of both objects of a miner, one of them twice.
fn told() -> Line {
    let line = Line::default();
    line.tell("1", &created("aws/111122223333/dns.json"));
    line.tell("2", &created("aws/111122223333/flow.log"));
    line.tell("3", &created("aws/111122223333/flow.log"));
    line
}

#[tokio::test]
async fn a_message_goes_when_what_it_told_of_is_written() {
    let rig = Rig::new().await;
    put_mining(&rig.bucket);
    let (line, mut alive) = (told(), rig.alive().await);
    let mut clerk = line.clerk(rig.sqlite.clone(), &alive);
    assert_eq!(clerk.round(Duration::ZERO).await.expect("read"), 3);
    assert_eq!(line.left().len(), 3, "nothing is written yet");
    alive.settle().await;
    clerk.round(Duration::ZERO).await.expect("read");
    assert_eq!((line.left().len(), clerk.pending()), (0, 0));
    assert_eq!(judgements(&*rig.sqlite).await, rig.scanned());
    assert!(rig.bucket.behaviour().gets.values().all(|gets| *gets <= 3), "looked at and fetched");
    assert_eq!(rig.bucket.behaviour().listings, 0);
}

/// The set-up of the documents: the same bucket is listed, and a queue tells of it.
#[tokio::test]
async fn what_is_listed_and_told_at_once_is_fetched_once() {
    let rig = Rig::new().await;
    put_mining(&rig.bucket);
    let (line, mut alive) = (told(), rig.alive().await);
    let mut clerk = line.clerk(rig.sqlite.clone(), &alive);
    let (listed, told) = tokio::join!(alive.round(), clerk.round(Duration::ZERO));
    assert_eq!((listed.taken, listed.missed, told.expect("read")), (2, 0, 3));
    let gets: Vec<u64> = rig.bucket.behaviour().gets.values().copied().collect();
    assert_eq!(gets, [2, 3], "looked at each time that it was told of, and fetched once");
    alive.settle().await;
    assert_eq!(judgements(&*rig.sqlite).await, rig.scanned());
}

#[tokio::test]
async fn foreign_hostile_and_late_messages_harm_nobody() {
    let rig = Rig::new().await;
    put_mining(&rig.bucket);
    let (line, mut alive) = (told(), rig.alive().await);
    for (receipt, body) in [
        ("deep", "[".repeat(10_000)),
        ("elsewhere", created("x").replace("logs", "somebody-elses-bucket")),
        ("gone", created("aws/111122223333/never.log")),
        ("metadata", created("x").replace("logs", "169.254.169.254/latest")),
        ("noise", "hello".to_string()),
        ("parent", created("../../../etc/passwd")),
        ("trial", json!({"Event": "s3:TestEvent"}).to_string()),
    ] {
        line.tell(receipt, &body);
    }
    let mut clerk = line.clerk(rig.sqlite.clone(), &alive);
    clerk.round(Duration::ZERO).await.expect("read");
    assert_eq!(line.left(), ["1", "2", "3", "deep", "noise", "parent"], "who may understand it?");
    for _ in 0..5 {
        alive.settle().await;
        clerk.round(Duration::ZERO).await.expect("read");
    }
    assert_eq!(line.left(), ["parent"], "it can't be looked at, so the queue keeps it");
    assert_eq!(judgements(&*rig.sqlite).await.len(), 1);
}

#[tokio::test]
async fn killed_anywhere_a_queue_loses_and_doubles_nothing() {
    let expected = {
        let rig = Rig::new().await;
        put_mining(&rig.bucket);
        rig.scanned()
    };
    for deadly in 0.. {
        let rig = Rig::new().await;
        put_mining(&rig.bucket);
        let line = told();
        let faulty = Arc::new(Faulty::new(rig.sqlite.clone(), deadly));
        let killed = async {
            let mut alive = rig.start(faulty.clone()).await?;
            let mut clerk = line.clerk(faulty.clone(), &alive);
            clerk.round(Duration::ZERO).await?;
            settle(&mut alive.desk, NOW.plus_seconds(86_400)).await?;
            clerk.round(Duration::ZERO).await
        };
        let was_killed = killed.await.is_err();
        let mut alive = rig.alive().await;
        let mut clerk = line.clerk(rig.sqlite.clone(), &alive);
        for _ in 0..2 {
            clerk.round(Duration::ZERO).await.expect("read");
            alive.settle().await;
        }
        clerk.round(Duration::ZERO).await.expect("read");
        assert_eq!(judgements(&*rig.sqlite).await, expected, "killed at {deadly}");
        assert_eq!(line.left().len(), 0, "killed at {deadly}");
        if !was_killed && faulty.calls() <= deadly {
            assert!(deadly > 10, "it was killed at {deadly} moments");
            return;
        }
    }
}

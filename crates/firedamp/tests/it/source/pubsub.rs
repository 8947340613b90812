//! Google's notifications: told through Pub/Sub, folded once, acknowledged when what they told of is
//! written, whatever comes in between.

mod emulator;
mod server;

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use firedamp::source::{environment::Environment, queue::Clerk};
use serde_json::json;

use self::server::{PubSub, TOKEN};
use super::{
    bucket::Bucket,
    real::{FLOWS, NAMES, Rig, environment, flows},
};
use crate::{desk::NOW, program::question};

/// A bucket of Google's, and a subscription that tells of it.
struct Cloud {
    bucket: Bucket,
    pubsub: PubSub,
}

impl Cloud {
    async fn open() -> Self {
        Self { bucket: Bucket::open().await, pubsub: PubSub::open().await }
    }

    /// With both objects of a miner.
    async fn mining() -> Self {
        let cloud = Self::open().await;
        cloud.bucket.put(NAMES, question("111122223333", "203.0.113.9"));
        cloud.bucket.put(FLOWS, flows());
        cloud
    }

    fn environment(&self, token: &str) -> Environment {
        environment(&[
            ("GOOGLE_BASE_URL", &format!("http://{}", self.bucket.address)),
            ("GOOGLE_PUBSUB_ENDPOINT", &self.pubsub.endpoint),
            ("GOOGLE_BEARER_TOKEN", token),
        ])
    }

    async fn rig(&self) -> Rig {
        Rig::new("gs://logs/aws/", Some("pubsub://desk/logs"), &self.environment(TOKEN)).await
    }

    fn gets(&self) -> u64 {
        self.bucket.behaviour().gets.values().sum()
    }
}

fn pending(rig: &Rig) -> usize {
    rig.clerk.as_ref().map_or(0, Clerk::pending)
}

#[tokio::test]
async fn what_a_notification_tells_of_is_folded_and_then_acknowledged() {
    let cloud = Cloud::mining().await;
    let mut rig = cloud.rig().await;
    assert_eq!(rig.is_told().await, 0, "nothing is told yet");
    cloud.pubsub.finalized("logs", NAMES);
    cloud.pubsub.finalized("logs", FLOWS);
    for event in ["OBJECT_DELETE", "OBJECT_ARCHIVE", "OBJECT_METADATA_UPDATE"] {
        let named = [("eventType", event), ("bucketId", "logs"), ("objectId", FLOWS)];
        cloud.pubsub.publish(&named);
    }
    assert_eq!(rig.is_told().await, 2);
    assert_eq!(cloud.pubsub.left(), [NAMES, FLOWS], "other events are nothing, and gone");
    assert_eq!(cloud.pubsub.behaviour().holds, [600], "all five are held until they are folded");
    rig.settle().await;
    assert_eq!(cloud.pubsub.left().len(), 2, "folded, and not yet acknowledged");
    rig.is_told().await;
    assert_eq!((cloud.pubsub.left().len(), pending(&rig), rig.cases().await), (0, 0, 1));
}

#[tokio::test]
async fn what_is_told_again_is_folded_once() {
    for is_exact in [false, true] {
        let cloud = Cloud::mining().await;
        cloud.pubsub.behaviour().is_exact = is_exact;
        let mut rig = cloud.rig().await;
        cloud.pubsub.finalized("logs", NAMES);
        cloud.pubsub.finalized("logs", FLOWS);
        assert_eq!(rig.is_told().await, 2);
        // Their deadline is past while they are folded: the ids that are acknowledged are no more.
        cloud.pubsub.expire();
        assert_eq!(rig.is_told().await, 2, "under other ids");
        cloud.pubsub.expire();
        rig.settle().await;
        rig.is_told().await;
        assert_eq!((cloud.pubsub.left().len(), pending(&rig)), (0, 0), "exact: {is_exact}");
        assert_eq!(rig.cases().await, 1);
        assert_eq!(rig.store.totals(None).await.expect("totals").objects, 2);
        assert!(cloud.gets() <= 10, "looked at when told, fetched once: {}", cloud.gets());
    }
}

#[tokio::test]
async fn notifications_may_come_in_any_order() {
    let cloud = Cloud::open().await;
    let mut rig = cloud.rig().await;
    let flows = flows();
    let half: String = flows.lines().take(8).map(|line| format!("{line}\n")).collect();
    cloud.pubsub.behaviour().is_reversed = true;
    for body in [half, flows] {
        cloud.bucket.put(FLOWS, body);
        cloud.pubsub.finalized("logs", FLOWS);
    }
    cloud.pubsub.finalized("logs", NAMES);
    cloud.bucket.put(NAMES, question("111122223333", "203.0.113.9"));
    for _ in 0..2 {
        rig.is_told().await;
        rig.settle().await;
    }
    rig.is_told().await;
    assert_eq!((cloud.pubsub.left().len(), rig.cases().await), (0, 1), "the whole, not the half");
    // A notification of the half comes late.
    cloud.pubsub.finalized("logs", FLOWS);
    assert_eq!(rig.is_told().await, 0);
    assert_eq!(cloud.pubsub.left().len(), 0);
    assert_eq!(rig.store.totals(None).await.expect("totals").objects, 2);
}

#[tokio::test]
async fn hostile_notifications_harm_nobody() {
    let cloud = Cloud::mining().await;
    let mut rig = cloud.rig().await;
    let pubsub = &cloud.pubsub;
    let named = [("eventType", "OBJECT_FINALIZE"), ("bucketId", "logs"), ("objectId", FLOWS)];
    pubsub.publish_with(&named, json!({"data": "!!! no base64 !!!", "orderingKey": "\u{202e}x"}));
    pubsub.finalized("somebody-elses-bucket", FLOWS);
    pubsub.finalized("169.254.169.254", "aws/computeMetadata");
    pubsub.finalized("logs/../elsewhere", FLOWS);
    pubsub.finalized("logs", "elsewhere/flow.log");
    pubsub.finalized("logs", "aws/never-written.log");
    pubsub.finalized("logs", "aws/../../../etc/passwd");
    pubsub.publish(&[("eventType", "OBJECT_FINALIZE"), ("objectId", "without a bucket")]);
    let long = "x".repeat(9 << 20);
    pubsub.publish_with(&[("objectId", "long")], json!({ "data": long }));
    rig.is_told().await;
    let unclear = ["aws/../../../etc/passwd", "without a bucket", "long"];
    assert_eq!(pubsub.left()[1..], unclear, "others may understand them");
    // Without a place for dead letters nobody tells how often they came: that is counted here.
    for _ in 0..4 {
        pubsub.expire();
        rig.settle().await;
        rig.is_told().await;
    }
    assert_eq!(pubsub.left(), unclear[..1], "it can't be looked at, so Google keeps it");
    assert_eq!(rig.cases().await, 0, "there was no question");
    let asked: Vec<String> = cloud.bucket.behaviour().gets.keys().cloned().collect();
    assert_eq!(asked, [FLOWS, "aws/never-written.log"], "nothing else was asked for");
}

#[tokio::test]
async fn many_long_messages_come_one_by_one() {
    let cloud = Cloud::mining().await;
    let mut rig = cloud.rig().await;
    let long = "x".repeat(9 << 20);
    for _ in 0..4 {
        cloud.pubsub.publish_with(&[("eventType", "OBJECT_DELETE")], json!({ "data": long }));
    }
    cloud.pubsub.finalized("logs", FLOWS);
    let clerk = rig.clerk.as_mut().expect("a queue");
    let refused = clerk.round(Duration::ZERO).await.expect_err("more than is read");
    assert!(refused.to_string().contains("answered more than"), "{refused:#}");
    cloud.pubsub.expire();
    for _ in 0..4 {
        clerk.round(Duration::ZERO).await.expect("one, then two");
    }
    assert_eq!(cloud.pubsub.left(), [FLOWS], "the long ones are gone, the short one is fetched");
    assert_eq!(pending(&rig), 1);
}

#[tokio::test]
async fn a_service_that_is_busy_is_asked_again_later_and_it_is_told() {
    let cloud = Cloud::mining().await;
    let mut rig = cloud.rig().await;
    cloud.pubsub.finalized("logs", FLOWS);
    cloud.pubsub.behaviour().refusals =
        vec![StatusCode::SERVICE_UNAVAILABLE, StatusCode::TOO_MANY_REQUESTS];
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let clerk = rig.clerk.take().expect("a queue");
    let running = tokio::spawn(clerk.run(|| NOW, stopping));
    let noted = super::wait_for(&*rig.store, |error| error.clone()).await;
    assert!(noted.contains("429"), "{noted}");
    super::wait_for(&*rig.store, |error| error.is_none().then_some(())).await;
    let pulls: Vec<Instant> = {
        let behaviour = cloud.pubsub.behaviour();
        let pulls = behaviour.calls.iter().filter(|(verb, _)| verb == "pull");
        pulls.map(|(_, at)| *at).take(3).collect()
    };
    let waits: Vec<u64> = pulls.windows(2).map(|two| (two[1] - two[0]).as_secs()).collect();
    assert_eq!(waits, [2, 4], "each failure doubles the wait");
    stop.send(true).expect("it listens");
    running.await.expect("it ends");
}

#[tokio::test]
async fn an_acknowledgement_that_fails_is_made_good() {
    let cloud = Cloud::mining().await;
    let mut rig = cloud.rig().await;
    cloud.pubsub.finalized("logs", FLOWS);
    rig.is_told().await;
    rig.settle().await;
    cloud.pubsub.behaviour().refusals = vec![StatusCode::SERVICE_UNAVAILABLE];
    let clerk = rig.clerk.as_mut().expect("a queue");
    clerk.round(Duration::ZERO).await.expect_err("it is busy");
    assert_eq!((cloud.pubsub.left().len(), clerk.pending()), (1, 1));
    clerk.round(Duration::ZERO).await.expect("it answers");
    assert_eq!((cloud.pubsub.left().len(), clerk.pending()), (0, 0), "not at its deadline alone");
}

#[tokio::test]
async fn a_refused_token_is_told_and_not_shown() {
    let cloud = Cloud::mining().await;
    let secret = "ya29.ANOTHER-example";
    let environment = cloud.environment(secret);
    let mut rig = Rig::new("gs://logs/aws/", Some("pubsub://desk/logs"), &environment).await;
    cloud.pubsub.finalized("logs", FLOWS);
    let clerk = rig.clerk.as_mut().expect("a queue");
    let refused = clerk.round(Duration::ZERO).await.expect_err("a stranger");
    let said = format!("{refused:#}");
    assert!(said.contains("401") && said.contains("UNAUTHENTICATED"), "{said}");
    assert!(!said.contains(secret), "{said}");
    assert_eq!((cloud.gets(), cloud.pubsub.left().len()), (0, 1));
}

#[tokio::test]
async fn a_long_wait_is_spent_at_the_service_and_one_that_hangs_is_noticed() {
    let cloud = Cloud::mining().await;
    let mut rig = cloud.rig().await;
    let clerk = rig.clerk.as_mut().expect("a queue");
    let (told, ()) = tokio::join!(clerk.round(Duration::from_secs(5)), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        cloud.pubsub.finalized("logs", FLOWS);
    });
    assert_eq!(told.expect("an answer"), 1);
    assert_eq!(cloud.pubsub.asked("pull"), 1, "one call, which waited");
    cloud.pubsub.behaviour().hangs = true;
    let began = Instant::now();
    let hung = clerk.round(Duration::from_secs(5)).await.expect_err("nobody is there");
    assert!(began.elapsed() > Duration::from_secs(5), "{hung:#}");
    cloud.pubsub.behaviour().hangs = false;
}

//! Buckets against the scan: whatever they hold, however they behave and wherever the desk is killed,
//! in the end its cases are those of a scan of the same objects.

mod bucket;
mod mailbox;
mod pubsub;
mod pull;
mod queue;
mod real;

use std::{path::Path, sync::Arc, time::Duration};

use axum::http::StatusCode;
use firedamp::{
    desk::{Desk, Watched},
    source::{
        bucket::{Bucket as Opened, Unfetched},
        environment::Environment,
        feeder::{Feeder, Habit, Round},
        intake::Intake,
        spool::Spool,
    },
    store::{Sqlite, Store},
};
use firedamp_core::time::Time;

use crate::{
    desk::{NOW, faulty::Faulty, judgements, scanned, settings, settle, world},
    program::{Folder, HEADER, mining, question},
};
use bucket::{Bucket, Order, SECRET};

const SPOOL_BYTES: u64 = 64 << 20;

/// A desk, and a bucket that it reads.
struct Rig {
    folder: Folder,
    bucket: Bucket,
    sqlite: Arc<dyn Store>,
}

/// What dies when the desk is killed.
struct Alive {
    desk: Desk,
    feeder: Feeder,
    intake: Arc<Intake>,
}

impl Rig {
    async fn new() -> Self {
        let (folder, bucket) = (Folder::new(), Bucket::open().await);
        let sqlite = Sqlite::open(&folder.path("desk.db")).await.expect("a store");
        Self { folder, bucket, sqlite: Arc::new(sqlite) }
    }

    async fn start(&self, store: Arc<dyn Store>) -> anyhow::Result<Alive> {
        self.start_with(store, SPOOL_BYTES).await
    }

    async fn start_with(&self, store: Arc<dyn Store>, spool: u64) -> anyhow::Result<Alive> {
        let opened = Opened::open(self.bucket.prefix(), &self.bucket.environment())?;
        let spool = Spool::open(self.folder.path("spool"), spool)?;
        let intake = Arc::new(Intake::new(store.clone(), spool, vec![opened.clone()]));
        let habit = Habit { pause: Duration::from_millis(10), keep_days: 30, clock: || NOW };
        let feeder = Feeder::new(opened, store.clone(), intake.clone(), habit);
        let watched = Watched::default().with(intake.clone());
        let desk = Desk::open(store, settings(), watched, NOW).await?;
        Ok(Alive { desk, feeder, intake })
    }

    async fn alive(&self) -> Alive {
        self.start(self.sqlite.clone()).await.expect("a desk")
    }

    /// What a scan of the same objects finds.
    fn scanned(&self) -> std::collections::BTreeMap<String, serde_json::Value> {
        for (key, bytes) in &self.bucket.behaviour().objects {
            self.folder.write(Path::new("copy").join(key).to_str().expect("text"), bytes);
        }
        scanned(&self.folder.path("copy"))
    }

    /// What stands in the log of an object that was folded.
    async fn warning(&self, key: &str) -> Option<String> {
        let path = self.folder.path("desk.db");
        let pool = sqlx::SqlitePool::connect(path.to_str().expect("text"));
        let query = "SELECT warning FROM object WHERE address = ?";
        let query = sqlx::query_scalar(query).bind(format!("s3://logs/{key}"));
        query.fetch_optional(&pool.await.expect("a pool")).await.expect("a row").flatten()
    }
}

impl Alive {
    async fn round(&mut self) -> Round {
        self.feeder.round().await.expect("a listing")
    }

    async fn settle(&mut self) {
        settle(&mut self.desk, NOW.plus_seconds(86_400)).await.expect("rest");
    }
}

/// A question for a pool's name, and a long talk to the address that it had for an answer.
fn put_mining(bucket: &Bucket) {
    bucket.put("aws/111122223333/dns.json", question("111122223333", "203.0.113.9"));
    bucket.put(
        "aws/111122223333/flow.log",
        HEADER.to_string() + &mining("111122223333", "203.0.113.9", 443),
    );
}

#[tokio::test]
async fn objects_of_a_bucket_end_in_the_cases_of_a_scan() {
    let rig = Rig::new().await;
    let mut alive = rig.alive().await;
    for (name, bytes) in world() {
        rig.bucket.put(name.to_str().expect("text"), bytes);
        alive.round().await;
        alive.desk.turn(NOW).await.expect("a turn");
    }
    alive.settle().await;
    let expected = rig.scanned();
    assert_eq!(expected.len(), 2, "the planted miners");
    assert_eq!(judgements(&*rig.sqlite).await, expected);
    assert_eq!(alive.round().await.taken, 0, "nothing is taken twice");
    assert!(rig.bucket.behaviour().gets.values().all(|gets| *gets == 1));
}

#[tokio::test]
async fn killed_anywhere_it_ends_in_the_same_cases() {
    let rig = Rig::new().await;
    put_mining(&rig.bucket);
    let expected = rig.scanned();
    let mut deadly = 0;
    loop {
        let rig = Rig { bucket: Bucket::open().await, ..Rig::new().await };
        put_mining(&rig.bucket);
        let faulty = Arc::new(Faulty::new(rig.sqlite.clone(), deadly));
        let killed = async {
            let mut alive = rig.start(faulty.clone()).await?;
            alive.feeder.round().await?;
            settle(&mut alive.desk, NOW).await
        };
        let was_killed = killed.await.is_err();
        let mut alive = rig.alive().await;
        alive.round().await;
        alive.settle().await;
        assert_eq!(judgements(&*rig.sqlite).await, expected, "killed at {deadly}");
        if !was_killed && faulty.calls() <= deadly {
            break;
        }
        deadly += 1;
    }
    assert!(deadly > 10, "it was killed at {deadly} moments");
}

#[tokio::test]
async fn an_object_that_grows_replaces_itself() {
    let rig = Rig::new().await;
    let mut alive = rig.alive().await;
    put_mining(&rig.bucket);
    let flows = rig.bucket.behaviour().objects["aws/111122223333/flow.log"].clone();
    let lines: Vec<&[u8]> = flows.split_inclusive(|byte| *byte == b'\n').collect();
    for part in [lines.len() / 3, lines.len() / 2, lines.len()] {
        rig.bucket.put("aws/111122223333/flow.log", lines[..part].concat());
        assert!(alive.round().await.taken > 0);
        alive.settle().await;
        assert_eq!(judgements(&*rig.sqlite).await, rig.scanned(), "{part} lines");
    }
    assert_eq!(rig.sqlite.totals(None).await.expect("totals").objects, 2);
}

#[tokio::test]
async fn what_was_evicted_is_fetched_again_for_a_second_look() {
    let rig = Rig::new().await;
    put_mining(&rig.bucket);
    let dns = rig.bucket.behaviour().objects.remove("aws/111122223333/dns.json").expect("there");
    let mut alive = rig.alive().await;
    alive.round().await;
    alive.settle().await;
    std::fs::remove_dir_all(rig.folder.path("spool")).expect("the spool was emptied");
    drop(alive);
    rig.bucket.put("aws/111122223333/dns.json", dns);
    let mut alive = rig.alive().await;
    alive.round().await;
    alive.settle().await;
    let cases = judgements(&*rig.sqlite).await;
    assert_eq!(cases, rig.scanned());
    assert!(rig.bucket.behaviour().gets["aws/111122223333/flow.log"] >= 2);
}

#[tokio::test]
async fn a_bucket_without_end_gives_its_first_objects_at_once_and_takes_no_more_than_its_room() {
    let rig = Rig::new().await;
    put_mining(&rig.bucket);
    rig.bucket.behaviour().endless = 10_000_000;
    let mut alive = rig.start_with(rig.sqlite.clone(), 8 << 20).await.expect("a desk");
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let feeding = tokio::spawn(alive.feeder.run(stopping));
    let mut turns = 0;
    while judgements(&*rig.sqlite).await.is_empty() {
        alive.desk.turn(NOW.plus_seconds(turns * 5)).await.expect("a turn");
        turns += 1;
        assert!(turns < 100, "the first objects wait for the last");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // The desk rests now; the listing waits for it.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let waiting = alive.intake.arrivals().await.expect("arrivals").len();
    assert!((1..=512).contains(&waiting), "{waiting} objects wait");
    assert!(alive.intake.spool.bytes() <= 8 << 20);
    assert!(rig.bucket.behaviour().listings < 50, "pages are asked for when they are needed");
    stop.send(true).expect("it listens");
    feeding.await.expect("it ends");
}

#[tokio::test]
async fn a_refusal_is_noted_without_secrets_and_passes() {
    let rig = Rig::new().await;
    put_mining(&rig.bucket);
    let alive = rig.alive().await;
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let feeding = tokio::spawn(alive.feeder.run(stopping));
    for (status, code) in [
        (StatusCode::FORBIDDEN, "ExpiredToken"),
        (StatusCode::NOT_FOUND, "NoSuchBucket"),
        (StatusCode::BAD_REQUEST, "Nonsense"),
    ] {
        rig.bucket.behaviour().refusal = Some((status, code));
        let error = wait_for(&*rig.sqlite, |error| {
            error.as_deref().is_some_and(|error| error.contains(code)).then(|| error.clone())
        });
        let error = error.await.expect("an error");
        assert!(!error.contains(SECRET) && !error.contains('\n'), "{error}");
    }
    rig.bucket.behaviour().refusal = None;
    wait_for(&*rig.sqlite, |error| error.is_none().then_some(())).await;
    assert_eq!(alive.intake.arrivals().await.expect("arrivals").len(), 2);
    stop.send(true).expect("it listens");
    feeding.await.expect("it ends");
}

async fn wait_for<T>(store: &dyn Store, wanted: impl Fn(&Option<String>) -> Option<T>) -> T {
    for _ in 0..200 {
        let sources = store.sources().await.expect("sources");
        let found = sources.first().and_then(|source| wanted(&source.error));
        if let Some(found) = found {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it does not come to that: {:?}", store.sources().await);
}

#[tokio::test]
async fn what_is_gone_torn_or_too_large_keeps_nobody_waiting() {
    let rig = Rig::new().await;
    put_mining(&rig.bucket);
    let torn = "aws/111122223333/torn.log";
    rig.bucket.put(torn, HEADER.repeat(100));
    rig.bucket.put("huge.log", "huge");
    {
        let mut behaviour = rig.bucket.behaviour();
        behaviour.ghosts.insert("gone.log".to_string());
        behaviour.torn.insert(torn.to_string());
        behaviour.lengths.insert("huge.log".to_string(), 50 << 30);
    }
    let mut alive = rig.alive().await;
    let round = alive.round().await;
    assert_eq!((round.taken, round.missed), (3, 1), "both, the note of the huge one; the torn one");
    alive.settle().await;
    assert_eq!(judgements(&*rig.sqlite).await.len(), 1);
    let why = rig.warning("huge.log").await.expect("a warning");
    assert!(why.contains("objects of at most"), "{why}");
    assert_eq!(rig.bucket.behaviour().gets.get("huge.log"), None, "it was not asked for");
    assert_eq!(rig.warning(torn).await, None, "half an object is none");
    rig.bucket.behaviour().torn.clear();
    assert_eq!(alive.round().await.taken, 1, "it comes when it can");
    alive.settle().await;
    assert_eq!(alive.round().await, Round { pages: 1, taken: 0, missed: 0 });
}

#[tokio::test]
async fn keys_that_can_not_be_named_hide_no_others() {
    let rig = Rig::new().await;
    put_mining(&rig.bucket);
    for number in 0..30 {
        rig.bucket.put(&format!("aws//{number}"), "nothing");
        rig.bucket.put(&format!("between/{number}"), "{}\n");
        rig.bucket.put(&format!("between/{number}/../x"), "nothing");
    }
    let mut alive = rig.alive().await;
    assert_eq!(alive.round().await.taken, 32);
    alive.settle().await;
    assert_eq!(judgements(&*rig.sqlite).await.len(), 1);
}

#[tokio::test]
async fn a_listing_in_another_order_than_that_of_names_loses_nothing() {
    let rig = Rig::new().await;
    put_mining(&rig.bucket);
    rig.bucket.put("aws/another.log", HEADER);
    rig.bucket.behaviour().order = Order::Backwards;
    let mut alive = rig.alive().await;
    assert_eq!(alive.round().await, Round { pages: 3, taken: 3, missed: 0 });
    alive.settle().await;
    assert_eq!(judgements(&*rig.sqlite).await, rig.scanned());
    assert_eq!(alive.round().await.taken, 0, "nothing is taken twice");
}

#[tokio::test]
async fn a_listing_that_leads_in_a_circle_is_left() {
    let rig = Rig::new().await;
    put_mining(&rig.bucket);
    rig.bucket.behaviour().order = Order::Circle;
    let mut alive = rig.alive().await;
    let error = alive.feeder.round().await.expect_err("it has no end").to_string();
    assert!(error.contains("does not come to an end"), "{error}");
    assert_eq!(rig.bucket.behaviour().listings, 2);
}

/// Google's storage is listed in the way of Amazon's; its emulator on `PyPI` can't be.
#[tokio::test]
async fn googles_buckets_are_listed_and_fetched() {
    let rig = Rig::new().await;
    put_mining(&rig.bucket);
    let endpoint = format!("http://{}", rig.bucket.address);
    let variables = [("GOOGLE_BASE_URL", endpoint.as_str()), ("GOOGLE_SKIP_SIGNATURE", "true")];
    let variables = variables.map(|(name, value)| (name.to_string(), value.to_string()));
    let environment = Environment::of(variables).expect("an environment");
    let prefix = "gs://logs/aws/".parse().expect("a prefix");
    let opened = Opened::open(prefix, &environment).expect("a bucket");
    let page = opened.list(None).next().await.expect("an answer").expect("a page");
    assert_eq!(page.len(), 2);
    for one in page {
        let file = rig.folder.path("fetched");
        let came = opened.fetch(&one.key, Some(&one.etag), &file, 1 << 20).await.expect("it comes");
        assert_eq!(came.version(), one.version());
        assert_eq!(std::fs::read(&file).expect("a file"), rig.bucket.behaviour().objects[&one.key]);
        let other = opened.fetch(&one.key, Some("other"), &file, 1 << 20).await;
        assert!(matches!(other, Err(Unfetched::Gone)), "{other:?}");
    }
}

#[tokio::test]
async fn what_is_older_than_the_days_that_are_kept_is_not_read() {
    let rig = Rig::new().await;
    put_mining(&rig.bucket);
    let mut alive = rig.alive().await;
    let later: fn() -> Time = || NOW.plus_seconds(40 * 86_400);
    let opened = Opened::open(rig.bucket.prefix(), &rig.bucket.environment()).expect("a bucket");
    let habit = Habit { pause: Duration::ZERO, keep_days: 30, clock: later };
    alive.feeder = Feeder::new(opened, rig.sqlite.clone(), alive.intake.clone(), habit);
    assert_eq!(alive.round().await, Round { pages: 1, taken: 0, missed: 0 });
}

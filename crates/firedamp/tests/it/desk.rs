//! The desk against the scan: whatever arrives in whatever order, and wherever it is killed, in the
//! end it keeps the cases that a scan of everything finds, each once, with each notice once.

mod blocks;
mod calibrating;
pub(crate) mod faulty;
mod killed;
mod learnt;
mod rejected;
mod unread;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use fastrand::Rng;
use firedamp::{
    block_tables::Tables,
    desk::{Desk, Settings, Watched},
    store::{Filter, NoticeFilter, PAGE_MAX, Sqlite, Store},
};
use firedamp_core::{indicator::IndicatorSet, scan::Options, time::Time};
use serde_json::Value;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::OnceCell;

use crate::program::{Folder, command, firedamp};
use faulty::Faulty;

/// Some moment after the telemetry of every story.
pub(crate) const NOW: Time = Time::from_seconds(1_775_000_000);
/// Turns until everything that arrived is judged; more means that it never will be.
const TURNS_MAX: usize = 50;

pub(crate) fn settings() -> Settings {
    let options = Options::new(Arc::new(IndicatorSet::embedded()));
    Settings { options, tables: Tables::default(), threads: 2, keep_days: 30 }
}

/// A database in which nothing is, for all stories: to make one takes longer than most of them.
static EMPTY: OnceCell<Vec<u8>> = OnceCell::const_new();

async fn empty() -> Vec<u8> {
    let folder = Folder::new();
    let store = Sqlite::open(&folder.path("desk.db")).await.expect("a store");
    store.backup(&folder.path("copy.db")).await.expect("a copy");
    fs::read(folder.path("copy.db")).expect("a database")
}

struct Office {
    folder: Folder,
    store: Arc<dyn Store>,
}

impl Office {
    async fn new() -> Self {
        let folder = Folder::new();
        fs::create_dir(folder.path("watched")).expect("a folder");
        folder.write("desk.db", EMPTY.get_or_init(empty).await);
        let store = Sqlite::open(&folder.path("desk.db")).await.expect("a store");
        Self { folder, store: Arc::new(store) }
    }

    /// The same database, as another program finds it.
    async fn opened(&self) -> Arc<dyn Store> {
        Arc::new(Sqlite::open(&self.folder.path("desk.db")).await.expect("a store"))
    }

    /// Waits until what a killed program had begun to write is written or gone: a process that is dead
    /// writes nothing behind the next one's back.
    async fn settled(&self) {
        let options = SqliteConnectOptions::new().filename(self.folder.path("desk.db"));
        let options = options.busy_timeout(Duration::from_secs(30));
        let mut connection = SqliteConnection::connect_with(&options).await.expect("a connection");
        for statement in ["BEGIN IMMEDIATE", "ROLLBACK"] {
            sqlx::query(statement).execute(&mut connection).await.expect("the database is free");
        }
        connection.close().await.expect("closed");
    }

    async fn desk(&self, store: Arc<dyn Store>) -> anyhow::Result<Desk> {
        self.desk_at(store, NOW).await
    }

    async fn desk_at(&self, store: Arc<dyn Store>, now: Time) -> anyhow::Result<Desk> {
        let watched = Watched::new(vec![self.folder.path("watched")]);
        Desk::open(store, settings(), watched, now).await
    }

    /// Lets an object arrive.
    fn receive(&self, name: &Path, bytes: &[u8]) {
        self.folder.write(Path::new("watched").join(name).to_str().expect("text"), bytes);
    }

    async fn judgements(&self) -> BTreeMap<String, Value> {
        judgements(&*self.store).await
    }

    async fn notices(&self) -> Vec<(String, String)> {
        let notices = self
            .store
            .notices(&NoticeFilter { limit: PAGE_MAX, ..NoticeFilter::default() })
            .await
            .expect("notices");
        let mut told: Vec<_> = notices.into_iter().map(|one| (one.key, one.kind)).collect();
        told.sort();
        told
    }
}

/// Every judgement, by account.
pub(crate) async fn judgements(store: &dyn Store) -> BTreeMap<String, Value> {
    let filter = Filter { limit: PAGE_MAX, ..Filter::default() };
    let mut found = BTreeMap::new();
    for row in store.cases(&filter).await.expect("cases") {
        let file = store.case(row.id, None).await.expect("a case");
        let judgement = serde_json::from_str(&file.json).expect("a judgement");
        let twice = found.insert(row.account, judgement);
        assert_eq!(twice, None, "an account has one case");
    }
    found
}

/// Turns until there is nothing left to do.
pub(crate) async fn settle(desk: &mut Desk, from: Time) -> anyhow::Result<()> {
    for turn in 0..TURNS_MAX {
        let at = from.plus_seconds(i64::try_from(turn).expect("few") * 700);
        if desk.turn(at).await?.is_idle() {
            return Ok(());
        }
    }
    panic!("the desk does not come to rest");
}

/// What a scan of the same folder finds.
pub(crate) fn scanned(folder: &Path) -> BTreeMap<String, Value> {
    let run = command()
        .args(["scan", "--output", "json"])
        .arg(folder)
        .output()
        .expect("the program runs");
    let text = String::from_utf8(run.stdout).expect("text");
    let cases = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a case"));
    cases.map(|case| (case["id"].as_str().expect("an account").to_string(), case)).collect()
}

fn files(root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let walk = walkdir::WalkDir::new(root).sort_by_file_name();
    let found = walk.into_iter().map(|entry| entry.expect("an entry"));
    found
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry.path().strip_prefix(root).expect("below").to_path_buf();
            (name, fs::read(entry.path()).expect("a file"))
        })
        .collect()
}

/// A flow log by the hour, as the clouds deliver it.
fn by_hour(name: &Path, log: &[u8]) -> Vec<(PathBuf, Vec<u8>)> {
    let text = std::str::from_utf8(log).expect("text");
    let (header, lines) = text.split_once('\n').expect("a header");
    let columns: Vec<&str> = header.split(' ').collect();
    let start = columns.iter().position(|column| *column == "start").expect("a start");
    let mut hours: BTreeMap<i64, String> = BTreeMap::new();
    for line in lines.lines() {
        let at: i64 = line.split(' ').nth(start).and_then(|at| at.parse().ok()).unwrap_or_default();
        let hour = hours.entry(at / 3600).or_insert_with(|| format!("{header}\n"));
        *hour += &format!("{line}\n");
    }
    let one = |(hour, text): (i64, String)| {
        (name.with_extension(format!("{hour}.log")), text.into_bytes())
    };
    hours.into_iter().map(one).collect()
}

/// A miner behind its own server and an innocent beside it, in pieces of an hour.
pub(crate) fn world() -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Folder::new();
    let world = folder.path("world");
    let run = firedamp(&[
        "simulate",
        world.to_str().expect("text"),
        "--hours=5",
        "--hosts=3",
        "--cloud=aws",
        "--scenario=own_proxy",
        "--scenario=plain",
        "--scenario=web_server",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    let logs = files(&world.join("aws")).into_iter().flat_map(|(name, bytes)| {
        let is_flows = name.file_name().is_some_and(|name| name == "vpc-flow.log");
        if is_flows { by_hour(&name, &bytes) } else { vec![(name, bytes)] }
    });
    logs.map(|(name, bytes)| (Path::new("aws").join(name), bytes)).collect()
}

#[tokio::test]
async fn objects_in_any_order_end_in_the_cases_of_a_scan() {
    let world = world();
    for seed in 0..3 {
        let office = Office::new().await;
        let mut order = world.clone();
        Rng::with_seed(seed).shuffle(&mut order);
        let mut desk = office.desk(office.store.clone()).await.expect("a desk");
        if seed > 0 {
            // One account at a time: each is read from the store when it is needed.
            desk.limit_states(1);
        }
        for (number, (name, bytes)) in order.iter().enumerate() {
            office.receive(name, bytes);
            let at = NOW.plus_seconds(i64::try_from(number).expect("few") * 60);
            desk.turn(at).await.expect("a turn");
        }
        settle(&mut desk, NOW.plus_seconds(86_400)).await.expect("rest");
        let expected = scanned(&office.folder.path("watched"));
        assert_eq!(expected.len(), 2, "the planted miners");
        assert_eq!(office.judgements().await, expected, "seed {seed}");
    }
}

#[tokio::test]
async fn a_desk_that_is_opened_again_goes_on() {
    let office = Office::new().await;
    for (number, (name, bytes)) in world().iter().enumerate() {
        office.receive(name, bytes);
        let mut desk = office.desk(office.store.clone()).await.expect("a desk");
        let at = NOW.plus_seconds(i64::try_from(number).expect("few") * 60);
        desk.turn(at).await.expect("a turn");
    }
    let mut desk = office.desk(office.store.clone()).await.expect("a desk");
    settle(&mut desk, NOW.plus_seconds(86_400)).await.expect("rest");
    let expected = scanned(&office.folder.path("watched"));
    assert_eq!(office.judgements().await, expected);
    assert_eq!(office.store.check().await.expect("a check"), Vec::<String>::new());
}

#[tokio::test]
async fn an_object_that_grows_replaces_itself() {
    let office = Office::new().await;
    let mut desk = office.desk(office.store.clone()).await.expect("a desk");
    let flows = crate::program::HEADER.to_string()
        + &crate::program::mining("111122223333", "203.0.113.9", 443);
    let lines: Vec<&str> = flows.lines().collect();
    office.receive(
        Path::new("dns.json"),
        crate::program::question("111122223333", "203.0.113.9").as_bytes(),
    );
    for (turn, length) in [3, 40, 90, lines.len()].into_iter().enumerate() {
        office.receive(Path::new("flow.log"), (lines[..length].join("\n") + "\n").as_bytes());
        let at = NOW.plus_seconds(i64::try_from(turn).expect("few") * 60);
        desk.turn(at).await.expect("a turn");
        let totals = office.store.totals(None).await.expect("totals");
        assert_eq!(totals.objects, 2);
    }
    settle(&mut desk, NOW.plus_seconds(86_400)).await.expect("rest");
    let expected = scanned(&office.folder.path("watched"));
    assert_eq!(expected.len(), 1);
    assert_eq!(office.judgements().await, expected);
}

#[tokio::test]
async fn what_is_taken_back_is_judged_no_longer_as_mining() {
    let office = Office::new().await;
    let mut desk = office.desk(office.store.clone()).await.expect("a desk");
    let flows = |remote: &str| {
        crate::program::HEADER.to_string() + &crate::program::mining("111122223333", remote, 443)
    };
    let question = crate::program::question("111122223333", "203.0.113.9");
    office.receive(Path::new("dns.json"), question.as_bytes());
    office.receive(Path::new("flow.log"), flows("203.0.113.9").as_bytes());
    settle(&mut desk, NOW).await.expect("rest");
    let before = office.judgements().await["aws:111122223333"]["probability"].as_f64();
    assert!(before > Some(0.9), "{before:?}");
    // The same object, written anew with other traffic: the old states must be gone.
    office.receive(Path::new("flow.log"), flows("198.51.100.77").as_bytes());
    settle(&mut desk, NOW.plus_seconds(86_400)).await.expect("rest");
    let findings = desk.cases().await.expect("cases");
    assert!(findings.iter().all(|case| case.probability < 0.5), "{findings:?}");
}

/// The desk dies at every call of its store, before and after the call was carried out, and is
/// started again.
#[tokio::test]
async fn killed_at_every_call_of_the_store_it_loses_and_doubles_nothing() {
    let demo = Folder::new();
    let folder = demo.path("demo");
    let arguments = ["demo", "--output", "json", "--folder", folder.to_str().expect("text")];
    assert_eq!(firedamp(&arguments).code, 0);
    let arrivals = files(&folder);
    let (calls, judgements, notices) = story(&arrivals, usize::MAX).await;
    assert_eq!(judgements.len(), 1, "one account mines in the demo");
    assert!(!notices.is_empty());
    for deadly in 0..calls {
        let (_, survived, told) = story(&arrivals, deadly).await;
        assert_eq!(survived, judgements, "killed at call {deadly}");
        assert_eq!(told, notices, "killed at call {deadly}");
    }
}

/// What a name was resolved to lets older traffic count, also when the desk dies between the two.
#[tokio::test]
async fn killed_before_it_catches_up_it_goes_on_there() {
    let flows = crate::program::HEADER.to_string()
        + &crate::program::mining("111122223333", "203.0.113.9", 443);
    let question = crate::program::question("111122223333", "203.0.113.9");
    let arrivals = [
        (PathBuf::from("a-flows.log"), flows.into_bytes()),
        (PathBuf::from("b-dns.json"), question.into_bytes()),
    ];
    let (calls, judgements, _) = story(&arrivals, usize::MAX).await;
    assert!(judgements["aws:111122223333"]["probability"].as_f64() > Some(0.9), "{judgements:?}");
    for deadly in 0..calls {
        let (_, survived, _) = story(&arrivals, deadly).await;
        assert_eq!(survived, judgements, "killed at call {deadly}");
    }
}

/// Arrivals one by one; the store fails at the call `deadly`. How many calls there were, and what
/// was there in the end.
async fn story(
    arrivals: &[(PathBuf, Vec<u8>)],
    deadly: usize,
) -> (usize, BTreeMap<String, Value>, Vec<(String, String)>) {
    let office = Office::new().await;
    let store = Arc::new(Faulty::new(office.store.clone(), deadly));
    let mut desk = None;
    for (number, (name, bytes)) in arrivals.iter().enumerate() {
        office.receive(name, bytes);
        let at = NOW.plus_seconds(i64::try_from(number).expect("few") * 7200);
        // Until the turn is done: the store fails once at most.
        while turned(&office, &store, &mut desk, at).await.is_err() {
            desk = None;
        }
    }
    while let Err(_killed) = rest(&office, &store, &mut desk).await {
        desk = None;
    }
    assert_eq!(office.store.check().await.expect("a check"), Vec::<String>::new());
    (store.calls(), office.judgements().await, office.notices().await)
}

async fn turned(
    office: &Office,
    store: &Arc<Faulty>,
    desk: &mut Option<Desk>,
    at: Time,
) -> anyhow::Result<()> {
    if desk.is_none() {
        *desk = Some(office.desk(store.clone()).await?);
    }
    desk.as_mut().expect("made above").turn(at).await?;
    Ok(())
}

async fn rest(office: &Office, store: &Arc<Faulty>, desk: &mut Option<Desk>) -> anyhow::Result<()> {
    if desk.is_none() {
        *desk = Some(office.desk(store.clone()).await?);
    }
    settle(desk.as_mut().expect("made above"), NOW.plus_seconds(86_400)).await
}

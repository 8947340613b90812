//! A desk that is killed again and again, at calls of its store and in the midst of what it does, by
//! seed. Accounts of three clouds mine or do not, their objects come late, doubled and out of order, and
//! somebody writes down what is delivered. `FIREDAMP_SEEDS=100` tries more of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    future::poll_fn,
    path::{Path, PathBuf},
    pin::pin,
    sync::{Arc, atomic::AtomicUsize},
    task::Poll,
};

use fastrand::Rng;
use firedamp::{
    delivery::{Book, Carrier},
    desk::Desk,
    simulate::{self, Plan, Scenario, Signals},
    store::{Filter, PAGE_MAX, Sent},
};
use firedamp_core::{id::Provider, life::Status, time::Time};
use rand::SeedableRng;
use rand_pcg::Pcg64;

use super::{NOW, Office, faulty::Faulty, files, scanned};
use crate::{
    channel::{
        receiver::{Answer, Receiver},
        secret,
    },
    program::Folder,
};

/// Seeds that are tried where nothing is said.
const SEEDS: u64 = 4;
/// Between two arrivals: all of them come within the hours that the desk remembers conversations for.
const STEP_SECONDS: i64 = 120;
/// Between two turns after the last arrival; longer than a lease, and than what is caught up with waits.
const REST_SECONDS: i64 = 700;
/// Turns after the last arrival; more means that it never comes to rest.
const RESTS_MAX: usize = 60;
/// Kills at calls of the store, and how many calls lie between two of them at most.
const KILLS: usize = 12;
const GAP_MAX: usize = 150;
/// In the midst of one turn of so many, after so many steps at most.
const INTERRUPTED: u8 = 8;
const POLLS_MAX: usize = 40;

type Object = (PathBuf, Vec<u8>);

/// Six accounts that mine and four that do not.
struct World {
    objects: Vec<Object>,
    miners: BTreeSet<String>,
}

fn plans() -> Vec<Plan> {
    use Provider::{Aws, Azure, Gcp};
    let planned = [
        (Scenario::Plain, Aws),
        (Scenario::Plain, Azure),
        (Scenario::Plain, Gcp),
        (Scenario::Tls, Aws),
        (Scenario::Tls, Azure),
        (Scenario::Tls, Gcp),
        (Scenario::WebServer, Aws),
        (Scenario::WebServer, Azure),
        (Scenario::SshSession, Azure),
        (Scenario::SshSession, Gcp),
    ];
    let plan =
        |(scenario, cloud)| Plan { scenario, cloud, evasions: Vec::new(), coin: None, hosts: 1 };
    Vec::from(planned.map(plan))
}

impl World {
    fn new() -> Self {
        let folder = Folder::new();
        let settings = simulate::Settings {
            seed: 5,
            start: Time::from_seconds(NOW.seconds() / 3600 * 3600 - 3 * 3600),
            hours: 2,
            record_seconds: 300,
            signals: Signals { flows: true, dns: true, ..Signals::NONE },
            miner_minutes: None,
        };
        let truths = simulate::write(&settings, &plans(), folder.root()).expect("a world");
        let is_log = |name: &Path| ["aws", "azure", "gcp"].iter().any(|one| name.starts_with(one));
        let mut objects = files(folder.root());
        objects.retain(|(name, _)| is_log(name));
        let miners = truths.into_iter().filter(|truth| truth.mines);
        Self { objects, miners: miners.map(|truth| truth.account).collect() }
    }

    /// Its objects as they come: in any order, some twice, some under two names, some before they are
    /// complete.
    fn arrivals(&self, random: &mut Rng) -> Vec<Object> {
        let mut arrivals = Vec::new();
        for (name, bytes) in &self.objects {
            let moment = random.u32(..1000);
            let later = random.u32(moment + 1..=1000);
            let mut first = bytes.clone();
            match random.u8(..5) {
                0 => arrivals.push((later, (name.clone(), bytes.clone()))),
                1 => arrivals.push((later, (doubled(name), bytes.clone()))),
                2 => {
                    first.truncate(begun(bytes));
                    arrivals.push((later, (name.clone(), bytes.clone())));
                }
                _ => {}
            }
            arrivals.push((moment, (name.clone(), first)));
        }
        arrivals.sort_by_key(|(moment, _)| *moment);
        arrivals.into_iter().map(|(_, object)| object).collect()
    }
}

/// Another name in the same folder.
fn doubled(name: &Path) -> PathBuf {
    let file = name.file_name().and_then(|file| file.to_str()).expect("text");
    name.with_file_name(format!("again-{file}"))
}

/// How long an object is of which half the lines are there.
fn begun(bytes: &[u8]) -> usize {
    let half = &bytes[..bytes.len() / 2];
    half.iter().rposition(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1)
}

/// What `work` gives; nothing if it is not done after so many steps, when it is dropped where it stands.
async fn within<W: Future>(polls: usize, work: W) -> Option<W::Output> {
    let mut work = pin!(work);
    let mut left = polls;
    poll_fn(move |context| match left.checked_sub(1) {
        None => Poll::Ready(None),
        Some(fewer) => {
            left = fewer;
            work.as_mut().poll(context).map(Some)
        }
    })
    .await
}

/// A program that runs until it is killed.
struct Running {
    desk: Desk,
    carrier: Carrier<Pcg64>,
}

/// What happens under one seed.
struct Story {
    seed: u64,
    random: Rng,
    office: Office,
    sink: Receiver,
    book: Arc<Book>,
    /// Calls of the store over all lives, and at which of them the program dies.
    calls: Arc<AtomicUsize>,
    deadly: BTreeSet<usize>,
    now: Time,
    kills: usize,
    running: Option<Running>,
}

impl Story {
    async fn open(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let (office, sink) = (Office::new().await, Receiver::open(Answer::Status(200)).await);
        let book = Book::parse(&format!(
            "desk = 'https://desk.example'\nallow_internal = ['127.0.0.0/8']\n[[receiver]]\n\
             name = 'soc'\nchannel = 'webhook'\nurl = '{}'\nsecret = '{}'\n",
            sink.url(),
            secret(&office.folder, "a secret"),
        ));
        let mut call = 0;
        let deadly = (0..KILLS).map(|_| {
            call += random.usize(1..=GAP_MAX);
            call
        });
        Self {
            seed,
            deadly: deadly.collect(),
            random,
            office,
            sink,
            book: Arc::new(book.expect("settings")),
            calls: Arc::default(),
            now: NOW,
            kills: 0,
            running: None,
        }
    }

    async fn start(&self) -> anyhow::Result<Running> {
        let (calls, deadly) = (self.calls.clone(), self.deadly.clone());
        let store = Arc::new(Faulty::dying(self.office.opened().await, calls, deadly));
        let mut desk = self.office.desk_at(store.clone(), self.now).await?;
        if self.seed % 2 == 1 {
            // One account at a time: each is read from the store when it is needed.
            desk.limit_states(1);
        }
        let random = Pcg64::seed_from_u64(self.seed);
        Ok(Running { desk, carrier: Carrier::new(store, self.book.clone(), random) })
    }

    /// A turn of the desk and one of the carrier; whether there was nothing to do.
    async fn turned(&self, running: &mut Option<Running>) -> anyhow::Result<bool> {
        if running.is_none() {
            *running = Some(self.start().await?);
        }
        let Running { desk, carrier } = running.as_mut().expect("started above");
        let is_idle = desk.turn(self.now).await?.is_idle();
        Ok(carrier.turn(self.now).await? == 0 && is_idle)
    }

    /// Time goes on, and the program with it, if nobody kills it.
    async fn step(&mut self, seconds: i64) -> bool {
        self.now = self.now.plus_seconds(seconds);
        let is_interrupted = self.random.u8(..INTERRUPTED) == 0;
        let polls = if is_interrupted { self.random.usize(1..POLLS_MAX) } else { usize::MAX };
        let mut running = self.running.take();
        let ended = within(polls, self.turned(&mut running)).await;
        match ended {
            Some(Ok(is_idle)) => {
                self.running = running;
                is_idle
            }
            killed => {
                let why = killed.and_then(Result::err).map(|error| format!("{error:#}"));
                let is_ours = why.as_ref().is_none_or(|why| why.contains("killed"));
                assert!(is_ours, "seed {}: {why:?}", self.seed);
                drop(running);
                self.office.settled().await;
                self.kills += 1;
                false
            }
        }
    }

    async fn told(&mut self, world: &World) {
        for (name, bytes) in world.arrivals(&mut self.random) {
            self.office.receive(&name, &bytes);
            self.step(STEP_SECONDS).await;
        }
        for _rest in 0..RESTS_MAX {
            if self.step(REST_SECONDS).await {
                return;
            }
        }
        panic!("seed {}: the desk does not come to rest", self.seed);
    }

    /// Every planted miner in one open case, nobody else in any, and all judged as a scan judges.
    async fn check_cases(&self, world: &World) {
        let seed = self.seed;
        let expected = scanned(&self.office.folder.path("watched"));
        assert_eq!(expected.keys().cloned().collect::<BTreeSet<_>>(), world.miners, "seed {seed}");
        let judged = self.office.judgements().await;
        let others: Vec<&String> = expected
            .iter()
            .filter(|(id, one)| judged.get(*id) != Some(one))
            .map(|(id, _)| id)
            .collect();
        assert_eq!(others, Vec::<&String>::new(), "seed {seed}: {} kills", self.kills);
        assert_eq!(judged, expected, "seed {seed}");
        let filter = Filter { limit: PAGE_MAX, ..Filter::default() };
        let cases = self.office.store.cases(&filter).await.expect("cases");
        let open = cases.iter().filter(|case| case.status != Status::Resolved);
        assert_eq!(open.count(), world.miners.len(), "seed {seed}");
        let damage = self.office.store.check().await.expect("a check");
        assert_eq!(damage, Vec::<String>::new(), "seed {seed}");
    }

    /// Every notice is delivered, each as one delivery, and what came twice came with the same key and
    /// the same words.
    async fn check_deliveries(&self, world: &World) {
        let seed = self.seed;
        let mut came: BTreeMap<String, String> = BTreeMap::new();
        for (headers, body) in self.sink.got() {
            let key = headers["webhook-id"].to_str().expect("text").to_string();
            let first = came.entry(key).or_insert_with(|| body.clone());
            assert_eq!(*first, body, "seed {seed}: a repeat says the same");
        }
        let notices = self.office.notices().await;
        let opened = notices.iter().filter(|(_, kind)| kind == "case_opened").count();
        assert_eq!(opened, world.miners.len(), "seed {seed}: {notices:?}");
        let keys: BTreeSet<&String> = notices.iter().map(|(key, _)| key).collect();
        assert_eq!(keys.len(), notices.len(), "seed {seed}: {notices:?}");
        for (key, kind) in &notices {
            assert!(came.contains_key(key), "seed {seed}: {kind} {key} is in none of {came:?}");
        }
        let sent: Vec<Sent> =
            self.office.store.deliveries(None, PAGE_MAX).await.expect("deliveries");
        assert!(sent.iter().all(|one| one.state == "delivered"), "seed {seed}: {sent:?}");
        let delivered: BTreeSet<i64> = sent.iter().map(|one| one.notice).collect();
        assert_eq!(delivered.len(), sent.len(), "seed {seed}: {sent:?}");
    }
}

fn seeds() -> u64 {
    env::var("FIREDAMP_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(SEEDS)
}

#[tokio::test]
async fn killed_at_random_it_has_each_miner_in_one_case_and_tells_of_it() {
    let world = World::new();
    assert_eq!(world.miners.len(), 6);
    for seed in 0..seeds() {
        let mut story = Story::open(seed).await;
        story.told(&world).await;
        assert!(story.kills > KILLS / 2, "seed {seed}: {} kills", story.kills);
        story.check_cases(&world).await;
        story.check_deliveries(&world).await;
    }
}

//! The tasks that bring telemetry in, and the one that listens for sources that fall silent.

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use firedamp_core::time::Time;
use tokio::{sync::watch, task::JoinHandle};

use super::{
    Prefix,
    bucket::Bucket,
    environment::Environment,
    feeder::{Feeder, Habit},
    intake::Intake,
    pull::{PULLED, Pull, Puller},
    queue::{self, Clerk, Queue, QueueAddress},
    silence::{Listener, Weekend},
    spool::Spool,
};
use crate::{
    client::Outside,
    desk::Watched,
    partner::rung::{Ear, Trust},
    store::Store,
};

/// Objects of buckets, in the data folder.
const SPOOL: &str = "spool";

/// What is watched besides folders.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Prefixes of buckets.
    pub prefixes: Vec<Prefix>,
    /// Queues that tell of objects in them.
    pub queues: Vec<QueueAddress>,
    /// What is asked for that no cloud delivers as files.
    pub pulls: Vec<Pull>,
    /// The wait between two listings of a bucket.
    pub pause: Duration,
    /// Bytes of objects of buckets on this machine's disk.
    pub spool_bytes: u64,
    /// When those whose logs are read do not work.
    pub weekend: Weekend,
    /// Credentials and endpoints.
    pub environment: Environment,
}

/// What the tasks work in.
pub struct Around {
    /// What the desk remembers.
    pub store: Arc<dyn Store>,
    /// The data folder.
    pub data: PathBuf,
    /// Folders that are watched.
    pub folders: Vec<PathBuf>,
    /// Objects that were written longer ago are not read.
    pub keep_days: u32,
    /// What time it is.
    pub clock: fn() -> Time,
    /// When to end.
    pub stop: watch::Receiver<bool>,
}

/// Sources that are open, and not yet asked.
pub struct Opened {
    /// Where objects of buckets come in, if any are watched.
    pub intake: Option<Arc<Intake>>,
    buckets: Vec<Bucket>,
    queues: Vec<(String, Box<dyn Queue>)>,
    pullers: Vec<Puller>,
    ear: Option<Arc<Ear>>,
    pulled: PathBuf,
    pause: Duration,
    weekend: Weekend,
}

/// Opens sources; nothing is asked yet.
///
/// # Errors
/// When a setting is wrong or missing, or the spool can't be made.
pub fn open(sources: Sources, around: &Around) -> Result<Opened> {
    let bucket = |prefix: &Prefix| {
        let bucket = Bucket::open(prefix.clone(), &sources.environment);
        bucket.with_context(|| format!("cannot watch `{prefix}`"))
    };
    let buckets: Vec<Bucket> = sources.prefixes.iter().map(bucket).collect::<Result<_>>()?;
    let intake = if buckets.is_empty() {
        None
    } else {
        let folder = around.data.join(SPOOL);
        let spool = Spool::open(folder, sources.spool_bytes).context("cannot open the spool")?;
        Some(Arc::new(Intake::new(around.store.clone(), spool, buckets.clone())))
    };
    if intake.is_none() && !sources.queues.is_empty() {
        bail!("a queue tells of objects in buckets: name these with --watch");
    }
    let queue = |address: &QueueAddress| -> Result<(String, Box<dyn Queue>)> {
        let queue = queue::open(address, &sources.environment);
        let queue = queue.with_context(|| format!("cannot read `{address}`"))?;
        Ok((address.to_string(), queue))
    };
    let queues = sources.queues.iter().map(queue).collect::<Result<_>>()?;
    let pulled = around.data.join(PULLED);
    let (wake, woken) = watch::channel(());
    let puller = |pull: &Pull| {
        let store = around.store.clone();
        let puller = Puller::open(pull.clone(), &around.data, store, &sources.environment);
        let puller = puller.with_context(|| format!("cannot pull `{pull}`"))?;
        anyhow::Ok(if pull.is_rung() { puller.woken_by(woken.clone()) } else { puller })
    };
    let pullers: Vec<Puller> = sources.pulls.iter().map(puller).collect::<Result<_>>()?;
    if !pullers.is_empty() {
        std::fs::create_dir_all(&pulled).context("cannot make a folder for what is pulled")?;
    }
    let ear = |trust| anyhow::Ok(Arc::new(Ear::new(trust, Outside::new(Vec::new())?, wake)?));
    let ear = Trust::of(&sources.environment)?.map(ear).transpose()?;
    let Sources { pause, weekend, .. } = sources;
    Ok(Opened { intake, buckets, queues, pullers, ear, pulled, pause, weekend })
}

impl Opened {
    /// What listens when Partner Center rings.
    #[must_use]
    pub fn ear(&self) -> Option<Arc<Ear>> {
        self.ear.clone()
    }

    /// What the desk watches: folders, and what these sources bring in.
    #[must_use]
    pub fn watched(&self, mut folders: Vec<PathBuf>) -> Watched {
        if self.pulled.exists() {
            folders.push(self.pulled.clone());
        }
        let watched = Watched::new(folders);
        match &self.intake {
            Some(intake) => watched.with(intake.clone()),
            None => watched,
        }
    }

    /// Starts a task for each source, and the one that listens to all of them.
    #[must_use]
    pub fn start(self, around: Around) -> Vec<JoinHandle<()>> {
        let Around { store, folders, keep_days, clock, stop, .. } = around;
        let habit = Habit { pause: self.pause, keep_days, clock };
        let names = self.buckets.iter().map(|bucket| bucket.prefix.to_string());
        let pulled = Some(&self.pulled).filter(|folder| folder.exists());
        let heard = folders.iter().chain(pulled).map(|folder| below(folder)).chain(names);
        let heard = heard.collect();
        let listener = Listener::new(heard, clock()).with_weekend(self.weekend);
        let mut tasks = vec![tokio::spawn(listener.run(store.clone(), clock, stop.clone()))];
        for puller in self.pullers {
            tasks.push(tokio::spawn(puller.run(clock, stop.clone())));
        }
        if let Some(intake) = self.intake {
            for bucket in self.buckets {
                let feeder = Feeder::new(bucket, store.clone(), intake.clone(), habit);
                tasks.push(tokio::spawn(feeder.run(stop.clone())));
            }
            for (name, queue) in self.queues {
                let clerk = Clerk::new(queue, name, store.clone(), intake.clone());
                tasks.push(tokio::spawn(clerk.run(clock, stop.clone())));
            }
        }
        tasks
    }
}

/// What the addresses of a folder's files begin with.
fn below(folder: &std::path::Path) -> String {
    let name = folder.display().to_string();
    if folder.is_dir() { format!("{}/", name.trim_end_matches('/')) } else { name }
}

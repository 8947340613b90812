//! The desk as a service: one data folder, one store, one desk, one socket, until it is told to stop.

use std::{
    fs::{self, File, TryLockError},
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use firedamp_core::time::Time;
use ipnet::IpNet;
use rand::SeedableRng;
use rand_pcg::Pcg64;
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    cleanup::{Cleaner, Clouds},
    delivery::{Book, Carrier},
    desk::{Desk, Settings, Turn},
    heartbeat::Heartbeat,
    observe,
    partner::write_back::{Side, WriteBack},
    retention::{Keep, Keeper},
    source::{
        self,
        environment::Environment,
        nested,
        pull::PULLED,
        tasks::{self, Sources},
    },
    store::{Sqlite, Store},
    web::{self, App, Served, about::About, tls::Tls},
};

/// The database in the data folder.
pub const DATABASE: &str = "firedamp.db";
/// Telemetry that was pushed, in the data folder.
pub(crate) const PUSHED: &str = "pushed";
/// Documents of approvals, in the data folder.
pub(crate) const DOCUMENTS: &str = "documents";

/// Where a service keeps, finds and shows things.
#[derive(Clone, Debug)]
pub struct Place {
    /// The folder that everything is kept in.
    pub data: PathBuf,
    /// Folders that are watched.
    pub watch: Vec<PathBuf>,
    /// Buckets that are watched, and what tells of them.
    pub sources: Sources,
    /// Where to listen.
    pub listen: SocketAddr,
    /// How long to wait when there was nothing to do.
    pub pause: Duration,
    /// What time it is.
    pub clock: fn() -> Time,
    /// Who is told what was decided about their alerts, found as `sources` are.
    pub write_back: Vec<Side>,
    /// The certificate to serve with; plainly where there is none.
    pub tls: Option<Tls>,
    /// Proxies that are believed when they say whom they speak for.
    pub proxies: Vec<IpNet>,
    /// How long everything else is kept than objects.
    pub keep: Keep,
    /// Whether the clean-ups' settings name Partner Center, where requests are filed.
    pub files_requests: bool,
    /// What else was asked for, a sentence each, for the page of settings.
    pub switches: Vec<String>,
}

/// A service that runs.
pub struct Service {
    /// What it remembers.
    pub store: Arc<dyn Store>,
    /// Where it listens.
    pub address: SocketAddr,
    /// Whether it serves over TLS.
    pub is_secure: bool,
    served: Served,
    turning: JoinHandle<()>,
    carrying: JoinHandle<()>,
    keeping: JoinHandle<()>,
    fetching: Vec<JoinHandle<()>>,
    cleaning: Option<JoinHandle<()>>,
    stop: watch::Sender<bool>,
    _lock: File,
}

/// What pages tell of the desk itself.
fn about(place: &Place, keep_days: u32, book: Arc<Book>) -> About {
    About {
        data: place.data.clone(),
        watch: place.watch.clone(),
        keep_days,
        is_tls: place.tls.is_some(),
        files_requests: place.files_requests,
        switches: place.switches.clone(),
        book,
    }
}

impl Service {
    /// Opens the data folder and begins.
    ///
    /// # Errors
    /// When another service has the folder, when it can't be written to, when a watched folder is
    /// missing, and when nothing can listen at the address.
    pub async fn start(place: Place, settings: Settings, book: Book) -> Result<Self> {
        must_be_there(&place.watch)?;
        let (place, old) = named(place).context("the folders have no names")?;
        let lock = lock(&place.data)?;
        let hidden = hidden(&place)?;
        let store = open(&place.data, &old).await?;
        let pushed = place.data.join(PUSHED);
        let book = Arc::new(book);
        let about = Arc::new(about(&place, settings.keep_days, book.clone()));
        let (stop, stopping) = watch::channel(false);
        let kept = [pushed.clone(), place.data.join(PULLED)];
        let folders: Vec<PathBuf> = place.watch.into_iter().chain([pushed.clone()]).collect();
        let around = tasks::Around {
            store: store.clone(),
            data: place.data,
            folders: folders.clone(),
            keep_days: settings.keep_days,
            clock: place.clock,
            stop: stopping.clone(),
        };
        let told = write_back(&place.write_back, &place.sources.environment)?;
        let opened = tasks::open(place.sources, &around)?;
        let watched = opened.watched(folders.clone()).hiding(hidden);
        let weights = Arc::new(settings.options.weights.clone());
        let blocks = settings.tables.board();
        let desk = Desk::open(store.clone(), settings, watched, (place.clock)()).await?;
        let turns: Arc<Heartbeat> = Arc::default();
        let app = App {
            turns: turns.clone(),
            proxies: place.proxies.into(),
            about,
            senders: book.senders(),
            weights,
            doorbell: book.doorbell(),
            ear: opened.ear(),
            blocks,
            ..App::new(store.clone(), pushed, place.clock)
        };
        let is_secure = place.tls.is_some();
        let served =
            web::serve_over(app, place.listen, place.tls.as_ref(), stopping.clone()).await?;
        let intake = opened.intake.clone();
        let keeper =
            Keeper { store: store.clone(), keep: place.keep, folders: kept.into(), intake };
        let keeping = tokio::spawn(keeper.run(place.clock, stopping.clone()));
        let turning = tokio::spawn(turn(desk, turns, (place.pause, place.clock), stopping.clone()));
        let carrier = Carrier::new(store.clone(), book, seeded()).with_write_back(told);
        let carrying = tokio::spawn(carrier.run(place.clock, stopping));
        let guarded = |part| guarded(part, &stop);
        Ok(Self {
            store,
            address: served.address,
            is_secure,
            served,
            turning: guarded(turning),
            carrying: guarded(carrying),
            keeping: guarded(keeping),
            fetching: opened.start(around).into_iter().map(guarded).collect(),
            cleaning: None,
            stop,
            _lock: lock,
        })
    }

    /// Carries clean-ups out in these clouds from now on.
    pub fn clean_up_in(&mut self, clouds: Clouds, clock: fn() -> Time) {
        let cleaner = Cleaner::new(self.store.clone(), clouds, clock);
        let cleaning = tokio::spawn(cleaner.run(self.stop.subscribe()));
        self.cleaning = Some(guarded(cleaning, &self.stop));
    }

    /// Waits until a part of it breaks.
    pub async fn broken(&self) {
        let mut stopping = self.stop.subscribe();
        // It is its own sender.
        let _gone = stopping.wait_for(|stop| *stop).await;
    }

    /// Ends it: the turn that is being made is made, notices that are on their way arrive, requests that are being answered are answered.
    ///
    /// # Errors
    /// When a part of it had died before.
    pub async fn stop(self) -> Result<()> {
        self.stop.send_replace(true);
        self.turning.await?;
        self.carrying.await?;
        self.keeping.await?;
        for task in self.fetching {
            task.await?;
        }
        if let Some(cleaning) = self.cleaning {
            cleaning.await?;
        }
        self.served.stopped().await
    }
}

/// A part of the service. When it breaks the whole stops and is started anew by whoever keeps it: a desk
/// that looks alive and judges nothing is worse than none.
fn guarded(part: JoinHandle<()>, stop: &watch::Sender<bool>) -> JoinHandle<()> {
    let stop = stop.clone();
    tokio::spawn(async move {
        if let Err(error) = part.await {
            tracing::error!("a part of the desk broke, and the desk stops: {error}");
            stop.send_replace(true);
            if let Ok(panic) = error.try_into_panic() {
                std::panic::resume_unwind(panic);
            }
        }
    })
}

fn must_be_there(folders: &[PathBuf]) -> Result<()> {
    match folders.iter().find(|folder| !folder.exists()) {
        Some(missing) => bail!("there is no folder `{}` to watch", missing.display()),
        None => Ok(()),
    }
}

/// The data folder, which is left out wherever links lead to it. Where it lies below a watched folder,
/// that is said.
fn hidden(place: &Place) -> Result<Vec<PathBuf>> {
    for folder in nested::hidden(&place.watch, &place.data)? {
        let folder = folder.display();
        tracing::warn!(%folder, "the data folder lies in a watched folder; it is not read");
    }
    Ok(vec![place.data.clone()])
}

/// The same with whole names of folders, and what objects below them were called before: an object must
/// not be another one because its folder is typed in another way.
fn named(place: Place) -> io::Result<(Place, Vec<(String, String)>)> {
    let own = [PUSHED, PULLED].map(|folder| place.data.join(folder));
    let mut old = Vec::new();
    for folder in place.watch.iter().chain(&own) {
        old.extend(source::old_names(folder)?);
    }
    let watch = place.watch.iter().map(|folder| source::whole_name(folder));
    let (data, watch) = (source::whole_name(&place.data)?, watch.collect::<io::Result<_>>()?);
    Ok((Place { data, watch, ..place }, old))
}

/// The store of a data folder, in which objects are called as they are now.
async fn open(data: &Path, old: &[(String, String)]) -> Result<Arc<dyn Store>> {
    let database = data.join(DATABASE);
    let store = Sqlite::open(&database).await;
    let store = store.with_context(|| format!("cannot open `{}`", database.display()))?;
    for (from, to) in old {
        let objects = store.rename_objects(from, to).await?;
        if objects > 0 {
            tracing::info!(
                objects,
                from,
                to,
                "objects are called by the whole name of their folder"
            );
        }
    }
    Ok(Arc::new(store))
}

/// Whoever is told what became of a case.
fn write_back(sides: &[Side], environment: &Environment) -> Result<Vec<WriteBack>> {
    sides.iter().map(|side| WriteBack::open(*side, environment)).collect()
}

/// Nothing but waits hangs on it, so that a machine without randomness may have the same ones.
fn seeded() -> Pcg64 {
    Pcg64::seed_from_u64(getrandom::u64().unwrap_or_default())
}

/// Makes the data folder, for this user alone, and holds it: two desks on one folder would fold
/// everything twice.
///
/// # Errors
/// When another desk has it, and when it can't be made or written to.
pub fn lock(data: &Path) -> Result<File> {
    let name = data.display();
    let folders = fs::create_dir_all(data).and_then(|()| fs::create_dir_all(data.join(PUSHED)));
    folders.with_context(|| format!("cannot make the data folder `{name}`"))?;
    let file = File::create(data.join("lock"))
        .with_context(|| format!("cannot write to the data folder `{name}`"))?;
    only_mine(data).with_context(|| format!("cannot close `{name}` to others"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            bail!(
                "another firedamp serves `{name}` already; end it first, or choose another --data"
            )
        }
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock `{name}`"))
        }
    }
}

/// Closes a folder to other users.
#[cfg(unix)]
pub(crate) fn only_mine(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
pub(crate) fn only_mine(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Turn after turn, until it is told to stop. What fails is said and tried again.
async fn turn(
    mut desk: Desk,
    turns: Arc<Heartbeat>,
    (pause, clock): (Duration, fn() -> Time),
    mut stop: watch::Receiver<bool>,
) {
    while !*stop.borrow() {
        let began = Instant::now();
        let is_busy = match desk.turn(clock()).await {
            Ok(turn) => {
                turns.beat();
                observe::turned(&turn, began.elapsed());
                if !turn.is_idle() {
                    let Turn { folded, bytes, waiting, judged, unread } = turn;
                    tracing::info!(folded, bytes, waiting, judged, unread, "turned");
                }
                turn.waiting > 0
            }
            Err(error) => {
                observe::failed();
                tracing::error!("{error:#}; trying again");
                false
            }
        };
        if !is_busy {
            // Either way the loop's condition decides.
            let _stopped = tokio::time::timeout(pause, stop.wait_for(|stop| *stop)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_part_that_breaks_stops_the_desk_and_one_that_ends_does_not() {
        let (stop, stopping) = watch::channel(false);
        guarded(tokio::spawn(async {}), &stop).await.expect("it has ended");
        assert!(!*stopping.borrow());
        let broken = tokio::spawn(async { assert!(stopping_is_far(), "as a bug would have it") });
        assert!(guarded(broken, &stop).await.is_err_and(|error| error.is_panic()));
        assert!(*stopping.borrow());
    }

    fn stopping_is_far() -> bool {
        false
    }
}

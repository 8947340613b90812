//! What no cloud delivers as files is asked for: Azure's Activity Log, Partner Center's audit records,
//! rated usage and alerts, mails about abuse. Answers are written into a folder of the data folder as
//! they came, and are objects like any other: asked for again they replace themselves.

mod activity;
mod alerts;
mod fault;
mod imap;
mod kind;
mod mailbox;
mod pages;
mod partner_center;
mod service;
mod token;

use std::{
    fmt, io,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use anyhow::Result;
use async_trait::async_trait;
use firedamp_core::time::Time;
use tokio::sync::watch;

pub(crate) use fault::explained;
pub(crate) use service::{Question, Service};

use super::environment::Environment;
use crate::{channel::Failure, client::cloud::EXCHANGE, observe, store::Store};
use kind::{KINDS, Kind};
use mailbox::{Address, Mailbox};
use pages::Pages;

/// The folder in the data folder, which is watched.
pub const PULLED: &str = "pulled";
/// Attempts at one question while the server asks for patience.
const ATTEMPTS_MAX: u32 = 5;
/// The wait after a failure; twice as long after each further one.
const FAILED_WAIT: Duration = Duration::from_secs(60);
/// The longest wait after failures.
const WAIT_MAX: Duration = Duration::from_secs(3600);
/// Letters of what is asked for of a kind, such as a subscription's id.
const OF_MAX: usize = 64;

/// Something that is asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pull(What);

#[derive(Clone, Debug, Eq, PartialEq)]
enum What {
    /// Of what, where the kind wants to know: a subscription's id.
    Pages(&'static Kind, String),
    Mailbox(Address),
}

impl fmt::Display for Pull {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            What::Pages(kind, of) if of.is_empty() => formatter.write_str(kind.id),
            What::Pages(kind, of) => write!(formatter, "{}:{of}", kind.id),
            What::Mailbox(address) => address.fmt(formatter),
        }
    }
}

impl FromStr for Pull {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if Address::begins(text) {
            let address = Address::parse(text).map_err(|error| format!("{error:#}"))?;
            return Ok(Self(What::Mailbox(address)));
        }
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        let read = |kind: &'static Kind| {
            let rest = text.strip_prefix(kind.id)?;
            let of = if kind.of.is_empty() { rest } else { rest.strip_prefix(':')? };
            let fits = of.is_empty() == kind.of.is_empty() && of.len() <= OF_MAX;
            let of = of.to_ascii_lowercase();
            (fits && of.chars().all(is_plain)).then_some(Self(What::Pages(kind, of)))
        };
        KINDS.iter().find_map(read).ok_or_else(|| {
            let known: Vec<String> = KINDS.iter().map(ToString::to_string).collect();
            format!("known are {}, imaps://USER@HOST/MAILBOX", known.join(", "))
        })
    }
}

impl Pull {
    /// Whether it is asked for at once when Partner Center rings.
    #[must_use]
    pub const fn is_rung(&self) -> bool {
        matches!(&self.0, What::Pages(kind, _) if kind.is_rung)
    }
}

/// What rounds are made in.
struct Around {
    /// What is asked for, as it is shown.
    name: String,
    /// The data folder, where files are written before they are moved.
    data: PathBuf,
    store: Arc<dyn Store>,
    /// How long an answer may take.
    patience: Duration,
    /// How often one question is asked while the server has no time.
    attempts: u32,
}

/// A way of asking.
#[async_trait]
trait Ask: Send + Sync {
    /// The wait between two rounds.
    fn pause(&self) -> Duration;

    /// Asks for all that is new until `now`; how many files were not as they are known.
    async fn round(&mut self, around: &Around, now: Time) -> Result<u64>;
}

/// Pulls one thing.
pub struct Puller {
    around: Around,
    ask: Box<dyn Ask>,
    woken: Option<watch::Receiver<()>>,
}

impl Puller {
    /// Something to pull from this environment into a folder below `data`. Nothing is asked yet.
    ///
    /// # Errors
    /// When a setting in the environment is wrong or missing.
    pub fn open(
        pull: Pull,
        data: &Path,
        store: Arc<dyn Store>,
        environment: &Environment,
    ) -> Result<Self> {
        let (name, data) = (pull.to_string(), data.to_path_buf());
        let ask: Box<dyn Ask> = match pull.0 {
            What::Pages(kind, of) => Box::new(Pages::open(kind, of, &data, environment)?),
            What::Mailbox(address) => Box::new(Mailbox::open(address, &data, environment)?),
        };
        let around = Around { name, data, store, patience: EXCHANGE, attempts: ATTEMPTS_MAX };
        Ok(Self { around, ask, woken: None })
    }

    /// Waits no longer than this for an answer.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.around.patience = patience;
        self
    }

    /// Asks no more often than this while the server has no time.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.around.attempts = attempts;
        self
    }

    /// Asks at once when this changes.
    #[must_use]
    pub fn woken_by(mut self, woken: watch::Receiver<()>) -> Self {
        self.woken = Some(woken);
        self
    }

    /// Pulls again and again until it is told to stop. What fails is said in words and tried again.
    pub async fn run(mut self, clock: fn() -> Time, mut stop: watch::Receiver<bool>) {
        let mut failures = 0;
        while !*stop.borrow() {
            let round = tokio::select! {
                round = self.round(clock()) => round,
                _stopped = stop.wait_for(|stop| *stop) => return,
            };
            failures = if round.is_ok() { 0 } else { failures + 1 };
            self.note(&round, clock()).await;
            let wait = round.map_or_else(|error| wait(&error, failures), |_| self.ask.pause());
            // Whichever it is, the loop's condition decides.
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                _stopped = stop.wait_for(|stop| *stop) => {}
                () = woken(&mut self.woken) => {}
            }
        }
    }

    async fn note(&self, round: &Result<u64>, now: Time) {
        let Around { name, store, .. } = &self.around;
        observe::source_up(name, round.is_ok());
        let said = round.as_ref().map_err(|error| format!("{error:#}"));
        if let Err(error) = &said {
            tracing::error!(source = name, error, "what is pulled does not come");
        }
        let gave = said.as_ref().map(|files| **files).map_err(String::as_str);
        if let Err(error) = store.asked(name, now, gave).await {
            tracing::error!("{error}");
        }
    }

    /// Asks for all that is new until `now`; how many files were not as they are known.
    ///
    /// # Errors
    /// When it is not answered as it should; what was answered until then is kept, and the rest asked
    /// for again.
    pub async fn round(&mut self, now: Time) -> Result<u64> {
        self.ask.round(&self.around, now).await
    }
}

/// What the server wished, or longer each time; what is refused is asked for again last.
fn wait(error: &anyhow::Error, failures: u32) -> Duration {
    let grown = FAILED_WAIT.saturating_mul(1 << failures.saturating_sub(1).min(6));
    let wait = match error.downcast_ref() {
        Some(Failure::Refused { .. }) => WAIT_MAX,
        Some(Failure::Retry { after, .. }) => after.unwrap_or(grown),
        None => grown,
    };
    wait.clamp(FAILED_WAIT, WAIT_MAX)
}

/// Ends when somebody wakes us, if anybody ever does.
async fn woken(woken: &mut Option<watch::Receiver<()>>) {
    let is_woken = match woken {
        Some(woken) => woken.changed().await.is_ok(),
        None => false,
    };
    if !is_woken {
        std::future::pending().await
    }
}

/// Writes a file in place of what stands there; whether that was another one. It is written beside
/// and moved: the desk sees it whole or not at all.
fn keep(data: &Path, path: &Path, bytes: &[u8]) -> io::Result<bool> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    if std::fs::read(path).is_ok_and(|before| before == bytes) {
        return Ok(false);
    }
    let mut file = tempfile::NamedTempFile::new_in(data)?;
    io::Write::write_all(&mut file, bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pulls_are_read_and_written_the_same() {
        for text in [
            "azure-activity:0a1b-2c",
            "graph:alerts",
            "partner-center:audit",
            "partner-center:fraud-events",
            "partner-center:usage",
        ] {
            let read = text.parse::<Pull>().map(|one| one.to_string());
            assert_eq!(read, Ok(text.to_string()));
        }
        for text in [
            "azure-activity",
            "azure-activity:",
            "azure-activity:../x",
            "partner-center:all",
            "graph:alerts:x",
            "x",
        ] {
            assert!(text.parse::<Pull>().is_err(), "{text}");
        }
    }

    #[test]
    fn failures_are_waited_out_longer_each_time_and_never_for_long() {
        let retry = |seconds: Option<u64>| {
            let after = seconds.map(Duration::from_secs);
            anyhow::Error::new(Failure::Retry { after, why: String::new() })
        };
        let refused = anyhow::Error::new(Failure::Refused { why: String::new() });
        for (error, failures, seconds) in [
            (retry(Some(120)), 1, 120),
            (retry(Some(1)), 1, 60),
            (retry(Some(u64::MAX)), 1, 3600),
            (retry(None), 2, 120),
            (anyhow::anyhow!("x"), 1, 60),
            (anyhow::anyhow!("x"), u32::MAX, 3600),
            (refused, 1, 3600),
        ] {
            assert_eq!(wait(&error, failures).as_secs(), seconds, "{error:?} {failures}");
        }
    }
}

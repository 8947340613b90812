//! Microsoft's alerts as a source: Graph's partner security alerts and Partner Center's fraud events,
//! asked for again and again. What comes is put where pushed telemetry is put, and becomes events like
//! any other object.
//!
//! The token is read anew each time, so that another program can renew it. Links to further pages are
//! followed within the service that was asked, so that the token goes nowhere else.

mod fault;
mod settings;

pub use settings::{Kind, Pull, Pulls};

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use tokio::sync::watch;
use url::Url;

use crate::{
    api::keep,
    channel::{Failure, Secret},
    client::{Fetched, Outside},
};
pub use fault::explained;

/// Pages of one round.
const PAGES_MAX: usize = 500;
/// Events that are asked for on one page.
const PAGE_EVENTS: usize = 200;
/// Bytes of one page.
const PAGE_BYTES_MAX: usize = 16 << 20;
/// The longest wait that a service is granted.
const WAIT_MAX: Duration = Duration::from_secs(3600);
/// The shortest wait after a failure.
const FAILED_WAIT: Duration = Duration::from_secs(60);

/// Asks one service.
pub struct Puller {
    pull: Pull,
    outside: Outside,
    folder: PathBuf,
    woken: watch::Receiver<()>,
}

/// What one round brought.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Round {
    /// Pages that came.
    pub pages: usize,
    /// Alerts on them.
    pub alerts: usize,
}

impl Puller {
    /// Asks as `pull` says, and puts what comes into `folder`; at once when `woken` changes.
    #[must_use]
    pub const fn new(
        pull: Pull,
        outside: Outside,
        folder: PathBuf,
        woken: watch::Receiver<()>,
    ) -> Self {
        Self { pull, outside, folder, woken }
    }

    /// Asks again and again until it is told to stop. What fails is said in words and tried again.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let name = self.pull.name.clone();
        while !*stop.borrow() {
            let round = tokio::select! {
                round = self.round() => round,
                _stopped = stop.wait_for(|stop| *stop) => return,
            };
            let wait = match round {
                Ok(Round { pages, alerts }) => {
                    tracing::info!(source = name, pages, alerts, "alerts were asked for");
                    self.pull.pause()
                }
                Err(failure) => {
                    tracing::error!(source = name, "alerts can't be asked for: {failure}");
                    self.wait(&failure)
                }
            };
            // Whichever it is, the loop's condition decides.
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                _stopped = stop.wait_for(|stop| *stop) => {}
                Ok(()) = self.woken.changed() => {}
            }
        }
    }

    /// What the service wished, or a minute; what is refused waits as long as what succeeds.
    fn wait(&self, failure: &Failure) -> Duration {
        match failure {
            Failure::Retry { after, .. } => {
                after.unwrap_or(FAILED_WAIT).clamp(FAILED_WAIT, WAIT_MAX)
            }
            Failure::Refused { .. } => self.pull.pause(),
        }
    }

    /// Asks for every page once. What came before something failed is kept: it is the same again.
    ///
    /// # Errors
    /// Whether it is worth trying again soon, and why it failed, for the operator.
    pub async fn round(&self) -> Result<Round, Failure> {
        let headers = self.headers()?;
        let mut round = Round::default();
        let mut next = Some(self.pull.first(PAGE_EVENTS));
        while let Some(url) = next.take() {
            if round.pages == PAGES_MAX {
                let why = format!("there are more than {PAGES_MAX} pages; the rest was left");
                return Err(Failure::Refused { why });
            }
            let answer = self.outside.get(&url, headers.clone(), PAGE_BYTES_MAX).await?;
            let page = page(&answer)?;
            let alerts = alerts(&page).ok_or_else(|| broken("it holds no list of alerts"))?.len();
            round.pages += 1;
            round.alerts += alerts;
            if alerts > 0 {
                self.keep(answer).await?;
            }
            next = self.further(&page, round.pages, alerts)?;
        }
        Ok(round)
    }

    fn headers(&self) -> Result<HeaderMap, Failure> {
        let refused = |why: String| Failure::Refused { why };
        let token = Secret::try_from(self.pull.token.clone()).map_err(refused)?;
        let value = HeaderValue::from_str(&format!("Bearer {}", token.reveal()));
        let mut value = value.map_err(|_| refused("the token holds what no header can".into()))?;
        value.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, value);
        if self.pull.kind == Kind::FraudEvents {
            let name = HeaderName::from_static("x-neweventsmodel");
            headers.insert(name, HeaderValue::from_static("true"));
        }
        Ok(headers)
    }

    /// Where the page after this one is: Graph says so, Partner Center counts.
    fn further(&self, page: &Value, number: usize, alerts: usize) -> Result<Option<Url>, Failure> {
        match self.pull.kind {
            Kind::FraudEvents if alerts < PAGE_EVENTS => Ok(None),
            Kind::FraudEvents => Ok(Some(self.pull.page(number + 1, PAGE_EVENTS))),
            Kind::Graph => {
                let Some(link) = page.get("@odata.nextLink").and_then(Value::as_str) else {
                    return Ok(None);
                };
                let url =
                    Url::parse(link).ok().filter(|url| url.origin() == self.pull.url.origin());
                url.map(Some).ok_or_else(|| broken("its link leads to another service"))
            }
        }
    }

    async fn keep(&self, answer: Fetched) -> Result<(), Failure> {
        let folder = self.folder.clone();
        let name = blake3::hash(&answer.body).to_hex()[..32].to_string();
        let kept = tokio::task::spawn_blocking(move || keep(folder, &name, &answer.body)).await;
        let failed = |why: String| Failure::Retry { after: None, why };
        kept.map_err(|error| failed(error.to_string()))?.map_err(|error| failed(error.to_string()))
    }
}

fn broken(why: &str) -> Failure {
    Failure::Retry { after: None, why: format!("a page can't be read: {why}") }
}

/// The page in an answer; what is none is explained.
fn page(answer: &Fetched) -> Result<Value, Failure> {
    if !answer.status.is_success() {
        return Err(explained(answer));
    }
    serde_json::from_slice(&answer.body).map_err(|_| broken("it is no JSON"))
}

/// The alerts on a page of either service.
fn alerts(page: &Value) -> Option<&Vec<Value>> {
    page.get("value").unwrap_or(page).as_array()
}

/// A task for each service.
pub fn start(
    pulls: &Pulls,
    folder: &Path,
    stop: &watch::Receiver<bool>,
) -> Vec<tokio::task::JoinHandle<()>> {
    let puller = |pull: &Pull| {
        let (outside, woken) = (pulls.outside.clone(), pulls.wake.subscribe());
        Puller::new(pull.clone(), outside, folder.to_path_buf(), woken)
    };
    pulls.pulls.iter().map(|pull| tokio::spawn(puller(pull).run(stop.clone()))).collect()
}

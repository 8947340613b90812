//! What no cloud delivers as files is asked for: Azure's Activity Log, Partner Center's audit records
//! and rated usage. Answers are written into a folder of the data folder as they came, an hour or a day
//! to a file for each page, and are objects like any other: asked for again they replace themselves.

mod activity;
mod partner_center;
mod token;

use std::{
    fmt, io,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result, anyhow, bail};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use firedamp_core::time::Time;
use object_store::client::HttpRequestBody;
use tokio::sync::watch;
use url::Url;

use super::environment::{Endpoint, Environment};
use crate::{
    client::cloud::{self, Answer, EXCHANGE},
    observe,
    store::Store,
};
use token::Token;

/// The folder in the data folder, which is watched.
pub const PULLED: &str = "pulled";
/// Bytes of one page.
const PAGE_BYTES_MAX: usize = 32 << 20;
/// Pages of one hour or day.
const PAGES_MAX: usize = 1000;
/// Attempts at a page.
const ATTEMPTS_MAX: u32 = 5;
/// The longest wait that a server is granted.
const WAIT_SECONDS_MAX: u64 = 600;
/// Letters of a subscription's id.
const ID_MAX: usize = 64;

/// Something that is asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Pull {
    /// The Activity Log of a subscription.
    Activity(String),
    /// What people and programs did in Partner Center.
    Audit,
    /// What customers used and what it costs, by day, before it is billed.
    Usage,
}

impl fmt::Display for Pull {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Activity(subscription) => write!(formatter, "azure-activity:{subscription}"),
            Self::Audit => formatter.write_str("partner-center:audit"),
            Self::Usage => formatter.write_str("partner-center:usage"),
        }
    }
}

impl FromStr for Pull {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        match text.split_once(':') {
            Some(("partner-center", "audit")) => Ok(Self::Audit),
            Some(("partner-center", "usage")) => Ok(Self::Usage),
            Some(("azure-activity", id))
                if (1..=ID_MAX).contains(&id.len()) && id.chars().all(is_plain) =>
            {
                Ok(Self::Activity(id.to_ascii_lowercase()))
            }
            _ => Err("known are azure-activity:SUBSCRIPTION, partner-center:audit and \
                      partner-center:usage"
                .to_string()),
        }
    }
}

/// A stretch of time that is asked for as one.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Stretch {
    /// Its first page.
    url: Url,
    /// What its files are called.
    name: String,
    /// Where the next stretch begins.
    end: Time,
    /// Whether records of it may still be added.
    is_open: bool,
}

/// Pulls one thing.
pub struct Puller {
    pull: Pull,
    name: String,
    /// Where files are written before they are moved.
    data: PathBuf,
    folder: PathBuf,
    store: Arc<dyn Store>,
    base: Endpoint,
    token: Token,
    patience: Duration,
    currency: String,
}

/// How a page was answered.
enum Got {
    Page(Answer),
    /// Not before this time has passed.
    Later(Duration),
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
        let (names, usual, folder) = match &pull {
            Pull::Activity(id) => {
                (["AZURE_MANAGEMENT_ENDPOINT"], activity::BASE, format!("azure/{id}"))
            }
            Pull::Audit => (["PARTNER_CENTER_ENDPOINT"], partner_center::BASE, "audit".to_string()),
            Pull::Usage => (["PARTNER_CENTER_ENDPOINT"], partner_center::BASE, "usage".to_string()),
        };
        let base = match environment.endpoint(&names)? {
            Some(base) => base,
            None => Endpoint::parse(usual)?,
        };
        let token = Token::open(matches!(pull, Pull::Activity(_)), environment)?;
        let currency = environment.get("PARTNER_CENTER_CURRENCY").unwrap_or("usd").to_string();
        let (name, folder) = (pull.to_string(), data.join(PULLED).join(folder));
        let (data, patience) = (data.to_path_buf(), EXCHANGE);
        Ok(Self { pull, name, data, folder, store, base, token, patience, currency })
    }

    /// Waits no longer than this for an answer.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Pulls again and again until it is told to stop.
    pub async fn run(mut self, clock: fn() -> Time, mut stop: watch::Receiver<bool>) {
        let pause = match self.pull {
            Pull::Activity(_) => activity::PAUSE,
            Pull::Audit | Pull::Usage => partner_center::PAUSE,
        };
        while !*stop.borrow() {
            let round = tokio::select! {
                round = self.round(clock()) => round,
                _stopped = stop.wait_for(|stop| *stop) => return,
            };
            observe::source_up(&self.name, round.is_ok());
            let said = round.map_err(|error| format!("{error:#}"));
            if let Err(error) = &said {
                tracing::error!(source = self.name, error, "what is pulled does not come");
            }
            let gave = said.as_ref().map(|pages| *pages).map_err(String::as_str);
            if let Err(error) = self.store.asked(&self.name, clock(), gave).await {
                tracing::error!("{error}");
            }
            // Either way the loop's condition decides.
            let _stopped = tokio::time::timeout(pause, stop.wait_for(|stop| *stop)).await;
        }
    }

    /// Asks for all that is new until `now`; how many pages were not as they are known.
    ///
    /// # Errors
    /// When it is not answered as it should; what was answered until then is kept, and the rest asked
    /// for again.
    pub async fn round(&mut self, now: Time) -> Result<u64> {
        let position = self.store.position(&self.name).await?;
        // A position from the future was written under another clock.
        let mut from = position.and_then(|text| Time::parse(&text)).map(|from| from.min(now));
        let (mut written, mut is_settled) = (0, true);
        while let Some(stretch) = self.stretch(from, now)? {
            written += self.pull(&stretch).await?;
            is_settled &= !stretch.is_open;
            if is_settled {
                self.store.set_position(&self.name, &stretch.end.to_string()).await?;
            }
            from = Some(stretch.end);
        }
        Ok(written)
    }

    /// The stretch that begins at `from`, if it has begun.
    fn stretch(&self, from: Option<Time>, now: Time) -> Result<Option<Stretch>> {
        match &self.pull {
            Pull::Activity(id) => activity::stretch(&self.base.url, id, from, now),
            Pull::Audit => partner_center::audit(&self.base.url, from, now),
            Pull::Usage => partner_center::usage(&self.base.url, &self.currency, from, now),
        }
    }

    /// All pages of a stretch; how many were not as they are known.
    async fn pull(&mut self, stretch: &Stretch) -> Result<u64> {
        let (mut url, mut headers) = (stretch.url.clone(), HeaderMap::new());
        let mut written = 0;
        for number in 0..PAGES_MAX {
            let page = self.page(&url, &headers).await?;
            let path = self.folder.join(format!("{}-{number:04}.json", stretch.name));
            let (bytes, data) = (page.body.clone(), self.data.clone());
            let is_new = tokio::task::spawn_blocking(move || keep(&data, &path, &bytes)).await?;
            written += u64::from(is_new.context("cannot keep what was pulled")?);
            let next = match &self.pull {
                Pull::Activity(_) => activity::next(&page.body)?,
                Pull::Audit | Pull::Usage => partner_center::next(&self.base.url, &page.body)?,
            };
            let Some((next, more)) = next else {
                observe::source(&self.name, "pages", number as u64 + 1);
                return Ok(written);
            };
            if next.origin() != self.base.url.origin() {
                bail!("the next page is said to be elsewhere; nothing is sent there");
            }
            if (&next, &more) == (&url, &headers) {
                bail!("the next page is said to be the same again");
            }
            (url, headers) = (next, more);
        }
        bail!("there are more than {PAGES_MAX} pages")
    }

    /// One page, tried again when the server asks for patience.
    async fn page(&mut self, url: &Url, headers: &HeaderMap) -> Result<Answer> {
        for attempt in 0..ATTEMPTS_MAX {
            match self.ask(url, headers, attempt).await? {
                Got::Page(answer) => return Ok(answer),
                Got::Later(wait) => {
                    observe::source(&self.name, "throttled", 1);
                    tokio::time::sleep(wait).await;
                }
            }
        }
        bail!("answered {ATTEMPTS_MAX} times that it has no time")
    }

    async fn ask(&mut self, url: &Url, headers: &HeaderMap, attempt: u32) -> Result<Got> {
        let bearer = self.token.bearer(self.patience).await?;
        let mut request = Request::builder().uri(url.as_str()).body(HttpRequestBody::empty())?;
        *request.headers_mut() = headers.clone();
        let mut bearer = HeaderValue::from_str(&format!("Bearer {bearer}"))?;
        bearer.set_sensitive(true);
        request.headers_mut().insert(header::AUTHORIZATION, bearer);
        request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        if !matches!(self.pull, Pull::Activity(_)) {
            request.headers_mut().insert("ms-contract-version", HeaderValue::from_static("v1"));
        }
        let answer =
            cloud::exchange(request, self.base.is_plain, PAGE_BYTES_MAX, self.patience).await;
        let answer = answer.map_err(|error| anyhow!(error))?;
        match answer.status {
            StatusCode::OK => Ok(Got::Page(answer)),
            // Rated usage that is not ready.
            StatusCode::NO_CONTENT
            | StatusCode::TOO_MANY_REQUESTS
            | StatusCode::SERVICE_UNAVAILABLE => Ok(Got::Later(wait(&answer, attempt))),
            StatusCode::UNAUTHORIZED => {
                self.token.forget();
                bail!(cloud::refused(&answer))
            }
            _ => bail!(cloud::refused(&answer)),
        }
    }
}

/// How long the server wants us to wait, as far as it is granted; else longer each time.
fn wait(answer: &Answer, attempt: u32) -> Duration {
    let said = answer.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let seconds = said.and_then(|text| text.trim().parse().ok());
    Duration::from_secs(seconds.unwrap_or(2 << attempt).min(WAIT_SECONDS_MAX))
}

/// Writes a page in place of what stands there; whether that was another one. It is written beside
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
        for text in ["azure-activity:0a1b-2c", "partner-center:audit", "partner-center:usage"] {
            assert_eq!(text.parse::<Pull>().map(|one| one.to_string()), Ok(text.to_string()));
        }
        for text in ["azure-activity:", "azure-activity:../x", "partner-center:all", "x"] {
            assert!(text.parse::<Pull>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_server_is_granted_some_patience_and_no_more() {
        let answer = |after: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            if let Some(after) = after {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static(after));
            }
            Answer { status: StatusCode::TOO_MANY_REQUESTS, headers, body: Default::default() }
        };
        for (after, attempt, seconds) in [
            (Some("7"), 0, 7),
            (Some("99999999999"), 0, WAIT_SECONDS_MAX),
            (Some("Fri, 31 Dec 9999 23:59:59 GMT"), 1, 4),
            (None, 2, 8),
        ] {
            assert_eq!(wait(&answer(after), attempt), Duration::from_secs(seconds), "{after:?}");
        }
    }
}

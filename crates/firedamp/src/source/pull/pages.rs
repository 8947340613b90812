//! Services that are asked page by page over HTTPS: with a token, as patiently as they want, and for
//! no page that is elsewhere.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, Result, bail};
use async_trait::async_trait;
use axum::http::{HeaderMap, Method, StatusCode};
use firedamp_core::time::Time;
use url::Url;

use super::{
    Around, Ask, PULLED, fault, keep,
    kind::{Asked, Kind, Stretch},
    service::{Question, Service},
};
use crate::{client::Answer, observe, source::environment::Environment};

/// Pages of one hour or day.
const PAGES_MAX: usize = 1000;
/// The longest wait that a server is granted while it is asked.
const WAIT_MAX: Duration = Duration::from_secs(600);

/// One service.
pub(super) struct Pages {
    kind: &'static Kind,
    of: String,
    currency: String,
    service: Service,
    folder: PathBuf,
}

impl Pages {
    pub(super) fn open(
        kind: &'static Kind,
        of: String,
        data: &std::path::Path,
        environment: &Environment,
    ) -> Result<Self> {
        let service = Service::open(kind, environment)?;
        let currency = environment.get("PARTNER_CENTER_CURRENCY").unwrap_or("usd").to_string();
        let folder = data.join(PULLED).join(kind.folder).join(&of);
        Ok(Self { kind, of, currency, service, folder })
    }

    fn asked(&self) -> Asked<'_> {
        Asked { base: self.service.base(), of: &self.of, currency: &self.currency }
    }

    /// All pages of a stretch; how many were not as they are known.
    async fn pull(&mut self, around: &Around, stretch: &Stretch) -> Result<u64> {
        let (mut url, mut headers) = (stretch.url.clone(), HeaderMap::new());
        let mut written = 0;
        for number in 0..PAGES_MAX {
            let answer = self.page(around, &url, &headers).await?;
            let page = (self.kind.page)(&self.asked(), &answer.body, number)?;
            if !page.is_empty {
                let path = self.folder.join(format!("{}-{number:04}.json", stretch.name));
                written += u64::from(self.keep(around, path, answer).await?);
            }
            let Some((next, more)) = page.next else {
                observe::source(&around.name, "pages", number as u64 + 1);
                return Ok(written);
            };
            if next.origin() != self.service.base().origin() {
                bail!("the next page is said to be elsewhere; nothing is sent there");
            }
            if (&next, &more) == (&url, &headers) {
                bail!("the next page is said to be the same again");
            }
            (url, headers) = (next, more);
        }
        bail!("there are more than {PAGES_MAX} pages")
    }

    async fn keep(&self, around: &Around, path: PathBuf, answer: Answer) -> Result<bool> {
        let data = around.data.clone();
        let kept = tokio::task::spawn_blocking(move || keep(&data, &path, &answer.body)).await?;
        kept.context("cannot keep what was pulled")
    }

    /// One page, tried again when the server asks for patience.
    async fn page(&mut self, around: &Around, url: &Url, headers: &HeaderMap) -> Result<Answer> {
        let headers = headers.clone();
        let asked = Question { method: Method::GET, url, headers, body: String::new() };
        let mut attempt = 0;
        loop {
            let answer = self.service.ask(&asked, around.patience).await?;
            match answer.status {
                StatusCode::OK => return Ok(answer),
                // The first is said of rated usage that is not ready.
                StatusCode::NO_CONTENT
                | StatusCode::TOO_MANY_REQUESTS
                | StatusCode::SERVICE_UNAVAILABLE => {
                    attempt += 1;
                    if attempt >= around.attempts {
                        return Err(fault::explained(&answer).into());
                    }
                    observe::source(&around.name, "throttled", 1);
                    tokio::time::sleep(wait(&answer, attempt - 1)).await;
                }
                _ => return Err(fault::explained(&answer).into()),
            }
        }
    }
}

#[async_trait]
impl Ask for Pages {
    fn pause(&self) -> Duration {
        self.kind.pause
    }

    async fn round(&mut self, around: &Around, now: Time) -> Result<u64> {
        let position = around.store.position(&around.name).await?;
        // A position from the future was written under another clock.
        let mut from = position.and_then(|text| Time::parse(&text)).map(|from| from.min(now));
        let (mut written, mut is_settled) = (0, true);
        while let Some(stretch) = (self.kind.stretch)(&self.asked(), from, now)? {
            written += self.pull(around, &stretch).await?;
            is_settled &= !stretch.is_open;
            if is_settled {
                around.store.set_position(&around.name, &stretch.end.to_string()).await?;
            }
            from = Some(stretch.end);
        }
        Ok(written)
    }
}

/// How long the server wants us to wait, as far as it is granted; else longer each time.
fn wait(answer: &Answer, attempt: u32) -> Duration {
    answer.wait().unwrap_or(Duration::from_secs(2 << attempt)).min(WAIT_MAX)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use axum::http::header;

    use super::*;

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
            (Some("99999999999"), 0, 600),
            (Some("Fri, 31 Dec 9999 23:59:59 GMT"), 1, 4),
            (None, 2, 8),
        ] {
            assert_eq!(wait(&answer(after), attempt), Duration::from_secs(seconds), "{after:?}");
        }
    }
}

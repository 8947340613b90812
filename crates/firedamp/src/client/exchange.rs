//! Exchanges whose answers are read: with the clouds' own interfaces.

use std::time::Duration;

use reqwest::{
    Method, StatusCode,
    header::{HeaderMap, RETRY_AFTER},
};
use url::Url;

use super::{Outside, WAIT_MAX, unsent};
use crate::channel::Failure;

/// How much of an answer is read; lists of a region's machines reach a megabyte.
const READ_BYTES_MAX: usize = 8 << 20;

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// How it ended.
    pub status: StatusCode,
    /// What stands before the body.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl Answer {
    /// How long the other side asks to be left alone.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        let after = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
        Some(Duration::from_secs(after).min(WAIT_MAX))
    }
}

impl Outside {
    /// Sends a request and reads the answer, whatever its status.
    ///
    /// # Errors
    /// When it may not be sent, nobody answers in time, or the answer is longer than anybody reads.
    pub async fn exchange(
        &self,
        method: Method,
        url: &Url,
        headers: HeaderMap,
        body: String,
    ) -> Result<Answer, Failure> {
        self.check(url).map_err(|why| Failure::Refused { why })?;
        let request = self.client.request(method, url.clone()).headers(headers).body(body);
        let mut answer = request.send().await.map_err(|error| unsent(&error))?;
        let mut bytes = Vec::new();
        loop {
            match answer.chunk().await {
                Ok(Some(more)) if bytes.len() + more.len() <= READ_BYTES_MAX => {
                    bytes.extend_from_slice(&more);
                }
                Ok(Some(_)) => {
                    let why = format!("the answer is longer than {READ_BYTES_MAX} bytes");
                    return Err(Failure::Refused { why });
                }
                Ok(None) => break,
                Err(error) => return Err(unsent(&error)),
            }
        }
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Ok(Answer { status: answer.status(), headers: answer.headers().clone(), body })
    }
}

//! Exchanges whose answers are read: with the clouds' own interfaces.

use std::time::Duration;

use axum::body::Bytes;
use reqwest::{
    Method, RequestBuilder, StatusCode,
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
    pub body: Bytes,
}

impl Answer {
    /// How long the other side asks to be left alone.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        let after = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
        Some(Duration::from_secs(after).min(WAIT_MAX))
    }

    /// The body as text, with marks where it is none.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
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
        read(request, READ_BYTES_MAX).await
    }

    /// Reads what is at a URL, whatever the answer says; at most `bytes_max` of it.
    ///
    /// # Errors
    /// As with [`Self::exchange`].
    pub async fn get(&self, url: &Url, bytes_max: usize) -> Result<Answer, Failure> {
        self.check(url).map_err(|why| Failure::Refused { why })?;
        read(self.client.get(url.clone()), bytes_max).await
    }
}

async fn read(request: RequestBuilder, bytes_max: usize) -> Result<Answer, Failure> {
    let mut answer = request.send().await.map_err(|error| unsent(&error))?;
    let mut bytes = Vec::new();
    while let Some(more) = answer.chunk().await.map_err(|error| unsent(&error))? {
        if bytes.len() + more.len() > bytes_max {
            let why = format!("the answer is longer than {bytes_max} bytes");
            return Err(Failure::Refused { why });
        }
        bytes.extend_from_slice(&more);
    }
    let (status, headers) = (answer.status(), answer.headers().clone());
    Ok(Answer { status, headers, body: bytes.into() })
}

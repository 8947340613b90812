//! What the clouds that speak REST have in common: a bearer token, JSON both ways, and how those say that
//! they have no time.

use reqwest::{
    Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue},
};
use serde_json::Value;
use url::Url;

use super::Trouble;
use crate::{
    channel::Secret,
    client::{Answer, Outside},
};

/// A way to a cloud's interface.
pub(super) struct Rest {
    pub(super) outside: Outside,
    pub(super) token: Secret,
    /// In place of the cloud's own.
    pub(super) endpoint: Option<Url>,
}

impl Rest {
    /// An address below the cloud's own, or what stands in its place.
    pub(super) fn url(&self, own: &str, path: &str) -> Result<Url, Trouble> {
        let base = self.endpoint.as_ref().map_or(own, Url::as_str).trim_end_matches('/');
        let url = Url::parse(&format!("{base}{path}"));
        url.map_err(|_| Trouble::Unexpected("the name makes no address".to_string()))
    }

    /// Sends a request; busy answers are no answers.
    pub(super) async fn send(
        &self,
        method: Method,
        url: &Url,
        body: Option<Value>,
    ) -> Result<Answer, Trouble> {
        let mut headers = HeaderMap::new();
        let token = HeaderValue::from_str(&format!("Bearer {}", self.token.reveal()));
        let token = token.map_err(|_| Trouble::Unexpected("the token is none".to_string()))?;
        headers.insert(AUTHORIZATION, token);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let answer = self.outside.exchange(method, url, headers, body).await?;
        match answer.status {
            StatusCode::TOO_MANY_REQUESTS => {
                Err(Trouble::Later(answer.wait(), "asked too often".to_string()))
            }
            status if status.is_server_error() => {
                Err(Trouble::Later(answer.wait(), format!("answered {status}")))
            }
            _ => Ok(answer),
        }
    }
}

/// The body of an answer.
pub(super) fn read(answer: &Answer) -> Result<Value, Trouble> {
    serde_json::from_slice(&answer.body)
        .map_err(|_| Trouble::Unexpected("answered what is no JSON".to_string()))
}

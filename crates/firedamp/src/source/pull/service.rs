//! One of Microsoft's services: where it is, with what it is asked, and that a token which has ended is
//! exchanged for a new one before anybody is told.

use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use object_store::client::HttpRequestBody;
use url::Url;

use super::{
    kind::{KINDS, Kind},
    token::Token,
};
use crate::{
    client::cloud::{self, Answer},
    source::environment::{Endpoint, Environment},
};

/// Bytes of one answer.
const ANSWER_BYTES_MAX: usize = 16 << 20;
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A service.
pub(crate) struct Service {
    base: Endpoint,
    token: Token,
    headers: &'static [(&'static str, &'static str)],
}

/// A question.
pub(crate) struct Question<'a> {
    pub(crate) method: Method,
    pub(crate) url: &'a Url,
    pub(crate) headers: HeaderMap,
    /// JSON; nothing where there is none.
    pub(crate) body: String,
}

impl Service {
    pub(super) fn open(kind: &Kind, environment: &Environment) -> Result<Self> {
        let (variable, usual) = kind.service;
        let base = match environment.endpoint(&[variable])? {
            Some(base) => base,
            None => Endpoint::parse(usual)?,
        };
        Ok(Self { base, token: Token::open(kind.token, environment)?, headers: kind.headers })
    }

    /// The service that this is pulled from.
    ///
    /// # Errors
    /// When a setting in the environment is wrong or missing.
    pub(crate) fn of(pull: &str, environment: &Environment) -> Result<Self> {
        let kind = KINDS.iter().find(|kind| kind.id == pull);
        Self::open(kind.context("nothing is pulled that is called so")?, environment)
    }

    /// Where it is.
    pub(crate) const fn base(&self) -> &Url {
        &self.base.url
    }

    /// Asks once; a second time with a new token, if there may be one and the first was refused.
    ///
    /// # Errors
    /// When there is no token, no answer in time, or too much of it.
    pub(crate) async fn ask(&mut self, asked: &Question<'_>, patience: Duration) -> Result<Answer> {
        let answer = self.once(asked, patience).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        self.token.forget();
        if self.token.is_renewable() { self.once(asked, patience).await } else { Ok(answer) }
    }

    async fn once(&mut self, asked: &Question<'_>, patience: Duration) -> Result<Answer> {
        let bearer = self.token.bearer(patience).await?;
        let mut bearer = HeaderValue::from_str(&format!("Bearer {bearer}"))
            .map_err(|_| anyhow!("the token holds what no header can"))?;
        bearer.set_sensitive(true);
        let body = HttpRequestBody::from(asked.body.clone());
        let request = Request::builder().method(asked.method.clone()).uri(asked.url.as_str());
        let mut request = request.body(body)?;
        let headers = request.headers_mut();
        headers.clone_from(&asked.headers);
        headers.insert(header::AUTHORIZATION, bearer);
        headers.insert(header::ACCEPT, JSON);
        if !asked.body.is_empty() {
            headers.insert(header::CONTENT_TYPE, JSON);
        }
        for (name, value) in self.headers {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let answer = cloud::exchange(request, self.base.is_plain, ANSWER_BYTES_MAX, patience).await;
        answer.map_err(|error| anyhow!(error))
    }
}

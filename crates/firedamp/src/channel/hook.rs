//! Incoming webhooks of chats: a URL that lets anybody write who knows it.

use anyhow::{Context, Result};
use reqwest::header::HeaderMap;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::{Failure, Secret};
use crate::client::Outside;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    url: Secret,
}

/// One such URL.
pub(super) struct Hook {
    url: Url,
    outside: Outside,
}

impl Hook {
    pub(super) fn open(settings: toml::Table, outside: &Outside) -> Result<Self> {
        let Settings { url } = settings.try_into()?;
        let url = Url::parse(url.reveal()).context("the secret `url` is no URL")?;
        outside.check(&url).map_err(anyhow::Error::msg)?;
        Ok(Self { url, outside: outside.clone() })
    }

    pub(super) async fn post(&self, body: &Value) -> Result<(), Failure> {
        self.outside.post(&self.url, HeaderMap::new(), body.to_string()).await
    }
}

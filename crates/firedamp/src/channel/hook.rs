//! Incoming webhooks of chats: a URL that lets anybody write who knows it.

use std::path::PathBuf;

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
    /// Certificates in PEM that are trusted besides those that the machine trusts.
    ca_file: Option<PathBuf>,
}

/// One such URL.
pub(super) struct Hook {
    url: Url,
    outside: Outside,
}

impl Hook {
    pub(super) fn open(settings: toml::Table, outside: &Outside) -> Result<Self> {
        let Settings { url, ca_file } = settings.try_into()?;
        let url = Url::parse(url.reveal()).context("the secret `url` is no URL")?;
        outside.check(&url).map_err(anyhow::Error::msg)?;
        Ok(Self { url, outside: outside.trusting(ca_file.as_deref())? })
    }

    pub(super) async fn post(&self, body: &Value) -> Result<(), Failure> {
        self.outside.post(&self.url, HeaderMap::new(), body.to_string()).await
    }
}

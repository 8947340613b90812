//! Programs, over a signed webhook: Standard Webhooks (headers and signature) around a `CloudEvent`
//! (1.0, structured JSON), so that receivers need nothing of ours to read and to trust it.

use std::path::PathBuf;

use anyhow::{Context, Result};
use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::{HeaderMap, HeaderValue};
use serde::Deserialize;
use serde_json::json;
use sha2::Sha256;
use url::Url;

use super::{Channel, Failure, Kind, Message, Secret};
use crate::client::Outside;

/// The channel.
pub(super) const KIND: Kind = Kind { id: "webhook", open };

/// The version of what stands in `data`.
const TYPE_VERSION: &str = "v1";
/// Before the secrets of Standard Webhooks, in base64.
const SECRET_PREFIX: &str = "whsec_";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    url: Url,
    secret: Secret,
    /// Certificates in PEM that are trusted besides those that the machine trusts.
    ca_file: Option<PathBuf>,
}

struct Webhook {
    url: Url,
    key: Vec<u8>,
    outside: Outside,
}

fn open(settings: toml::Table, outside: &Outside) -> Result<Box<dyn Channel>> {
    let Settings { url, secret, ca_file } = settings.try_into()?;
    outside.check(&url).map_err(anyhow::Error::msg)?;
    let key = match secret.reveal().strip_prefix(SECRET_PREFIX) {
        Some(encoded) => {
            STANDARD.decode(encoded).context("the secret behind `whsec_` is no base64")?
        }
        None => secret.reveal().as_bytes().to_vec(),
    };
    let outside = outside.trusting(ca_file.as_deref())?;
    Ok(Box::new(Webhook { url, key, outside }))
}

#[async_trait]
impl Channel for Webhook {
    async fn send(&self, message: &Message) -> Result<(), Failure> {
        let body = event(message).to_string();
        // The time of this attempt: receivers refuse what was signed long ago.
        let now = jiff::Timestamp::now().as_second();
        let headers = self.headers(&message.key, now, &body);
        let headers = headers.ok_or_else(|| Failure::Refused { why: "no header".to_string() })?;
        self.outside.post(&self.url, headers, body).await
    }
}

impl Webhook {
    fn headers(&self, id: &str, now: i64, body: &str) -> Option<HeaderMap> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        mac.update(format!("{id}.{now}.{body}").as_bytes());
        let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        let mut headers = HeaderMap::new();
        headers.insert("webhook-id", HeaderValue::from_str(id).ok()?);
        headers.insert("webhook-timestamp", HeaderValue::from(now));
        headers.insert("webhook-signature", HeaderValue::from_str(&signature).ok()?);
        Some(headers)
    }
}

fn event(message: &Message) -> serde_json::Value {
    json!({
        "specversion": "1.0",
        "id": message.key,
        "source": "/firedamp",
        "type": format!("firedamp.{}.{TYPE_VERSION}", message.kind),
        "subject": message.account,
        "time": message.at.to_string(),
        "datacontenttype": "application/json",
        "data": {
            "case": message.case,
            "link": message.link,
            "subject": message.rendered.subject,
            "text": message.rendered.text,
            "severity": message.severity,
            "judgement": message.data,
        },
    })
}

//! Google's Pub/Sub, over REST: Cloud Storage's notifications, pulled from a subscription.
//!
//! A subscription has its own deadline, ten seconds unless somebody said otherwise; it is put off for
//! each message as soon as it came. What is not acknowledged by then is delivered again, under another
//! id. Who is late acknowledges nothing, which harms nobody: what is told twice is folded once.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result, anyhow};
use async_trait::async_trait;
use axum::http::{Method, Request, StatusCode, header};
use firedamp_core::sketch;
use object_store::{client::HttpRequestBody, gcp::GcpCredentialProvider};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{LEASE_SECONDS, Message, Queue};
use crate::{
    client::cloud::{self, Answer, EXCHANGE},
    source::{environment::Environment, google},
};

/// Where it is, unless the environment says otherwise.
const ENDPOINT: &str = "https://pubsub.googleapis.com";
/// The most that is asked for at once.
const MESSAGES_MAX: u32 = 100;
/// A message carries at most ten megabytes, in Base64 a third more.
const ANSWER_BYTES_MAX: usize = 24 << 20;
/// A call that is cut off may have messages on its way that come again at their deadline alone, so
/// a shorter wait than this is not spent in a call.
const CALL_WAIT_MIN: Duration = Duration::from_secs(5);
/// Messages whose deliveries are counted here.
const COUNTED_MAX: usize = 10_000;

pub(super) struct PubSub {
    subscription: String,
    is_plain: bool,
    credentials: GcpCredentialProvider,
    /// How many messages are asked for: one after a failure, so that none comes in an answer that
    /// is too long to be read, and soon many again.
    most: AtomicU32,
    counted: Mutex<BTreeMap<u64, u32>>,
}

pub(super) fn open(project: &str, name: &str, environment: &Environment) -> Result<PubSub> {
    let endpoint = environment.endpoint(&["GOOGLE_PUBSUB_ENDPOINT"])?;
    let is_plain = endpoint.as_ref().is_some_and(|endpoint| endpoint.is_plain);
    let endpoint = endpoint.map_or(ENDPOINT.to_string(), |endpoint| endpoint.text().to_string());
    // Credentials are found as they are for buckets, for all of Google's services; which bucket
    // does not matter.
    let credentials = google::client(name, environment)?.credentials().clone();
    Ok(PubSub {
        subscription: format!("{endpoint}/v1/projects/{project}/subscriptions/{name}"),
        is_plain,
        credentials,
        most: AtomicU32::new(MESSAGES_MAX),
        counted: Mutex::default(),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pulled {
    #[serde(default)]
    received_messages: Vec<Received>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Received {
    ack_id: String,
    #[serde(default)]
    message: Notification,
    /// Told where the subscription has a place for dead letters.
    delivery_attempt: Option<u32>,
}

/// Its payload says what its attributes say, at length or not at all, and is not read.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Notification {
    message_id: String,
    attributes: BTreeMap<String, String>,
}

impl PubSub {
    async fn call(&self, verb: &str, body: &Value) -> Result<Answer, String> {
        let sent = self.request(verb, body).await.map_err(|error| format!("{error:#}"))?;
        cloud::exchange(sent, self.is_plain, ANSWER_BYTES_MAX, EXCHANGE).await
    }

    async fn request(&self, verb: &str, body: &Value) -> Result<Request<HttpRequestBody>> {
        let credential = self.credentials.get_credential().await.context("no credentials")?;
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}:{verb}", self.subscription))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", credential.bearer))
            .body(HttpRequestBody::from(body.to_string()));
        // What can't be written into a header is not shown: it is the token.
        request.map_err(|_| anyhow!("no request can be made of these credentials"))
    }

    /// What there is; waits for it in the call where the wait is long. Whether anybody is there at
    /// all is asked after a wait in vain: a service that hangs says as little as one without messages.
    async fn pull(&self, wait: Duration) -> Result<Vec<Received>, String> {
        let most = self.most.load(Ordering::Relaxed);
        let patient = json!({"maxMessages": most});
        if wait >= CALL_WAIT_MIN
            && let Ok(answer) = tokio::time::timeout(wait, self.call("pull", &patient)).await
        {
            return received(&answer?);
        }
        let at_once = json!({"maxMessages": most, "returnImmediately": true});
        let messages = received(&self.call("pull", &at_once).await?)?;
        if messages.is_empty() && wait < CALL_WAIT_MIN {
            tokio::time::sleep(wait).await;
        }
        Ok(messages)
    }

    /// Puts off when messages are told again. Where that fails they are told again earlier.
    async fn hold(&self, messages: &[Received]) {
        let ids: Vec<&str> = messages.iter().map(|one| one.ack_id.as_str()).collect();
        let body = json!({"ackIds": ids, "ackDeadlineSeconds": LEASE_SECONDS});
        let answer = self.call("modifyAckDeadline", &body).await;
        let refused = answer.map(|one| (!one.status.is_success()).then(|| cloud::refused(&one)));
        if let Err(why) | Ok(Some(why)) = refused {
            tracing::debug!(why, "messages can't be held for longer");
        }
    }

    fn message(&self, received: Received) -> Message {
        let Received { ack_id, message, delivery_attempt } = received;
        let counted = self.count(&message.message_id);
        Message {
            receipt: ack_id,
            attempts: delivery_attempt.unwrap_or(counted),
            body: json!({"attributes": message.attributes}).to_string(),
        }
    }

    /// How often a message came to this process.
    fn count(&self, id: &str) -> u32 {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let key = sketch::hash(&id);
        if counted.len() >= COUNTED_MAX && !counted.contains_key(&key) {
            counted.clear();
        }
        let count = counted.entry(key).or_default();
        *count = count.saturating_add(1);
        *count
    }
}

fn received(answer: &Answer) -> Result<Vec<Received>, String> {
    if !answer.status.is_success() {
        return Err(cloud::refused(answer));
    }
    if answer.body.is_empty() {
        return Ok(Vec::new());
    }
    let pulled: Pulled = serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
    Ok(pulled.received_messages)
}

#[async_trait]
impl Queue for PubSub {
    async fn receive(&self, wait: Duration) -> Result<Vec<Message>, String> {
        let pulled = self.pull(wait).await;
        let most = self.most.load(Ordering::Relaxed);
        let most = if pulled.is_ok() { (2 * most).min(MESSAGES_MAX) } else { 1 };
        self.most.store(most, Ordering::Relaxed);
        let messages = pulled?;
        if !messages.is_empty() {
            self.hold(&messages).await;
        }
        Ok(messages.into_iter().map(|one| self.message(one)).collect())
    }

    async fn delete(&self, receipt: &str) -> Result<(), String> {
        let answer = self.call("acknowledge", &json!({"ackIds": [receipt]})).await?;
        match answer.status {
            // An id that ended: the message comes again under another one, and is acknowledged then.
            StatusCode::BAD_REQUEST => Ok(()),
            status if status.is_success() => Ok(()),
            _ => Err(cloud::refused(&answer)),
        }
    }
}

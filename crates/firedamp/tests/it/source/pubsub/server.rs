//! Pub/Sub as its reference publishes it, on this machine: nobody on `PyPI` or npm plays it. A message
//! is told again under another id when its deadline is past, and counts as acknowledged by the last id alone.

use std::{
    collections::BTreeMap,
    net::Ipv4Addr,
    sync::{Arc, Mutex, MutexGuard},
    time::Instant,
};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
};
use serde_json::{Value, json};

/// What is asked with.
pub(super) const TOKEN: &str = "ya29.EXAMPLE-token-that-opens-nothing";
/// Where a subscription is, in the path.
const SUBSCRIPTION: &str = "projects/desk/subscriptions/logs";

struct Kept {
    message: Value,
    deliveries: u32,
    /// The id that it is acknowledged with while it is somebody's.
    held_as: Option<String>,
}

/// What the subscription holds, and how it behaves.
#[derive(Default)]
pub(super) struct Behaviour {
    kept: BTreeMap<u64, Kept>,
    published: u64,
    /// How the next calls are refused.
    pub(super) refusals: Vec<StatusCode>,
    /// Delivered once exactly: an id that ended is refused.
    pub(super) is_exact: bool,
    /// Whether it has a place for dead letters, and so tells how often a message was delivered.
    pub(super) tells_attempts: bool,
    /// Last come, first told.
    pub(super) is_reversed: bool,
    /// Says nothing at all.
    pub(super) hangs: bool,
    /// What was asked, and when.
    pub(super) calls: Vec<(String, Instant)>,
    /// For how long messages were held, in seconds.
    pub(super) holds: Vec<u64>,
}

#[derive(Clone)]
pub(super) struct PubSub {
    behaviour: Arc<Mutex<Behaviour>>,
    pub(super) endpoint: String,
}

impl PubSub {
    pub(super) async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let pubsub = Self { behaviour: Arc::default(), endpoint };
        let router = Router::new()
            .route("/v1/{*call}", axum::routing::post(answer))
            .with_state(pubsub.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        pubsub
    }

    pub(super) fn behaviour(&self) -> MutexGuard<'_, Behaviour> {
        self.behaviour.lock().expect("nobody panicked")
    }

    /// Publishes what Cloud Storage does when an object was written.
    pub(super) fn finalized(&self, bucket: &str, object: &str) {
        self.publish(&[
            ("notificationConfig", "projects/_/buckets/logs/notificationConfigs/1"),
            ("eventType", "OBJECT_FINALIZE"),
            ("payloadFormat", "NONE"),
            ("bucketId", bucket),
            ("objectId", object),
            ("objectGeneration", "1772359200000001"),
            ("eventTime", "2026-03-01T10:00:00.000000Z"),
        ]);
    }

    pub(super) fn publish(&self, attributes: &[(&str, &str)]) {
        self.publish_with(attributes, json!({}));
    }

    /// Publishes a message of which other fields are these.
    pub(super) fn publish_with(&self, attributes: &[(&str, &str)], mut message: Value) {
        let mut behaviour = self.behaviour();
        behaviour.published += 1;
        let number = behaviour.published;
        let attributes: BTreeMap<_, _> = attributes.iter().copied().collect();
        message["messageId"] = json!(number.to_string());
        message["publishTime"] = json!("2026-03-01T10:00:00.123Z");
        message["attributes"] = json!(attributes);
        behaviour.kept.insert(number, Kept { message, deliveries: 0, held_as: None });
    }

    /// Every deadline is past.
    pub(super) fn expire(&self) {
        self.behaviour().kept.values_mut().for_each(|one| one.held_as = None);
    }

    /// The objects of messages that nobody acknowledged.
    pub(super) fn left(&self) -> Vec<String> {
        let object = |one: &Kept| one.message["attributes"]["objectId"].as_str().map(String::from);
        self.behaviour().kept.values().map(|one| object(one).unwrap_or_default()).collect()
    }

    /// How often each verb was asked for.
    pub(super) fn asked(&self, verb: &str) -> usize {
        self.behaviour().calls.iter().filter(|(asked, _)| asked == verb).count()
    }
}

type Answered = (StatusCode, Json<Value>);

async fn answer(
    State(pubsub): State<PubSub>,
    Path(call): Path<String>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Answered {
    if pubsub.behaviour().hangs {
        std::future::pending::<()>().await;
    }
    let verb = call.strip_prefix(SUBSCRIPTION).and_then(|rest| rest.strip_prefix(':'));
    let Some(verb) = verb else {
        return refused(StatusCode::NOT_FOUND, "NOT_FOUND");
    };
    pubsub.behaviour().calls.push((verb.to_string(), Instant::now()));
    if headers.get(header::AUTHORIZATION).is_none_or(|it| it != &format!("Bearer {TOKEN}")) {
        return refused(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED");
    }
    if let Some(refusal) = pubsub.behaviour().refusals.pop() {
        return refused(refusal, "UNAVAILABLE");
    }
    match verb {
        "pull" => pull(&pubsub, &body).await,
        "acknowledge" => pubsub.behaviour().acknowledge(&body),
        "modifyAckDeadline" => pubsub.behaviour().hold(&body),
        _ => refused(StatusCode::NOT_FOUND, "NOT_FOUND"),
    }
}

fn refused(status: StatusCode, name: &str) -> Answered {
    let error = json!({"code": status.as_u16(), "message": "so it is", "status": name});
    (status, Json(json!({ "error": error })))
}

/// Waits for messages as long as somebody listens, unless it is asked not to.
async fn pull(pubsub: &PubSub, body: &Value) -> Answered {
    let most = body["maxMessages"].as_u64().filter(|most| *most > 0);
    let Some(most) = most else {
        return refused(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT");
    };
    loop {
        let messages = pubsub.behaviour().deliver(most);
        if !messages.is_empty() {
            return (StatusCode::OK, Json(json!({ "receivedMessages": messages })));
        }
        if body["returnImmediately"] == true {
            return (StatusCode::OK, Json(json!({})));
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

impl Behaviour {
    fn deliver(&mut self, most: u64) -> Vec<Value> {
        let tells = self.tells_attempts;
        let mut free: Vec<_> =
            self.kept.iter_mut().filter(|(_, one)| one.held_as.is_none()).collect();
        if self.is_reversed {
            free.reverse();
        }
        let told = |(number, one): (&u64, &mut Kept)| {
            one.deliveries += 1;
            let id = format!("ack-{number}-{}", one.deliveries);
            one.held_as = Some(id.clone());
            let mut told = json!({"ackId": id, "message": one.message});
            if tells {
                told["deliveryAttempt"] = json!(one.deliveries);
            }
            told
        };
        free.into_iter().take(usize::try_from(most).unwrap_or(usize::MAX)).map(told).collect()
    }

    fn acknowledge(&mut self, body: &Value) -> Answered {
        let ids = texts(&body["ackIds"]);
        let before = self.kept.len();
        let is_named = |one: &Kept| one.held_as.as_ref().is_some_and(|id| ids.contains(id));
        self.kept.retain(|_, one| !is_named(one));
        match self.is_exact && before == self.kept.len() {
            true => refused(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT"),
            false => (StatusCode::OK, Json(json!({}))),
        }
    }

    fn hold(&mut self, body: &Value) -> Answered {
        let seconds = body["ackDeadlineSeconds"].as_u64().filter(|seconds| *seconds <= 600);
        if texts(&body["ackIds"]).is_empty() || seconds.is_none() {
            return refused(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT");
        }
        self.holds.extend(seconds);
        (StatusCode::OK, Json(json!({})))
    }
}

fn texts(value: &Value) -> Vec<String> {
    let all = value.as_array().into_iter().flatten();
    all.filter_map(|one| one.as_str().map(String::from)).collect()
}

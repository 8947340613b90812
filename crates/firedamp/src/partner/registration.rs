//! Partner Center: where programs are rung. Each key has one registration; a desk rings only with a
//! key to sign with, and only where [`crate::client`] leads.

use axum::{
    Extension, Json,
    extract::{
        Path, State,
        rejection::{JsonRejection, PathRejection},
    },
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use super::surface::guid;
use crate::{
    channel::doorbell::{Doorbell, FRAUD_EVENT, TEST_EVENT},
    store::{Error, Registration, WebhookTest},
    web::{
        App, Problem,
        access::{Caller, Role},
    },
};

/// What can be rung for here.
const EVENTS: [&str; 2] = [FRAUD_EVENT, TEST_EVENT];
/// Bytes of an address.
const URL_BYTES_MAX: usize = 2000;
/// Tries in a minute.
const TESTS_MAX: usize = 2;
/// How long tries can be asked for.
const TEST_SECONDS: i64 = 7 * 86_400;

fn doorbell(app: &App) -> Result<&Doorbell, Problem> {
    let none = || {
        let detail = "this desk has no doorbell: its operator gives it a key to sign with";
        Problem::new(StatusCode::NOT_IMPLEMENTED, "0", detail)
    };
    app.doorbell.as_deref().ok_or_else(none)
}

/// The certificate of the doorbell, for everybody who is rung.
pub async fn certificate(State(app): State<App>) -> Response {
    match doorbell(&app) {
        Ok(doorbell) => {
            let kind = [(header::CONTENT_TYPE, "application/pkix-cert")];
            (kind, doorbell.certificate().to_vec()).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

pub(super) async fn events(Extension(_caller): Extension<Caller>) -> Json<Value> {
    Json(json!(EVENTS))
}

pub(super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Value>, Problem> {
    Ok(Json(written(&own(&app, &caller).await?)))
}

async fn own(app: &App, caller: &Caller) -> Result<Registration, Problem> {
    let all = app.store.registrations((app.clock)()).await?;
    let own = all.into_iter().find(|one| one.holder == caller.name);
    Ok(own.ok_or(Error::Missing("registration"))?)
}

fn written(registration: &Registration) -> Value {
    json!({
        "SubscriberId": registration.subscriber,
        "WebhookUrl": registration.url,
        "WebhookEvents": registration.events,
        "SignatureTokenToMsSignatureHeader": registration.own_header,
    })
}

/// What is registered, whatever the case of its keys.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
struct Asked {
    webhookurl: String,
    #[serde(default)]
    webhookevents: Vec<String>,
    #[serde(default)]
    signaturetokentomssignatureheader: bool,
}

impl Asked {
    fn read(body: Map<String, Value>) -> Result<Self, Problem> {
        let lower = body.into_iter().map(|(key, value)| (key.to_ascii_lowercase(), value));
        serde_json::from_value(Value::Object(lower.collect()))
            .map_err(|error| Problem::invalid(error.to_string()))
    }

    /// Checks where to and for what.
    fn checked(self, doorbell: &Doorbell) -> Result<Self, Problem> {
        if self.webhookurl.len() > URL_BYTES_MAX {
            return Err(Problem::invalid(format!("a URL has {URL_BYTES_MAX} bytes at most")));
        }
        let url = Url::parse(&self.webhookurl).map_err(|_| Problem::invalid("that is no URL"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Problem::invalid("a URL here has no name and no password"));
        }
        doorbell.check(&url).map_err(Problem::invalid)?;
        match self.webhookevents.iter().find(|event| !EVENTS.contains(&event.as_str())) {
            None => Ok(self),
            Some(_) => {
                let known = EVENTS.join(", ");
                Err(Problem::invalid(format!("this desk rings for {known} and nothing else")))
            }
        }
    }
}

pub(super) async fn register(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    body: Result<Json<Map<String, Value>>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    caller.must_be(Role::Admin)?;
    let doorbell = doorbell(&app)?;
    let Json(body) = body.map_err(|error| Problem::invalid(error.body_text()))?;
    let asked = Asked::read(body)?.checked(doorbell)?;
    let known = own(&app, &caller).await.ok().map(|one| one.subscriber);
    let registration = Registration {
        subscriber: match known {
            Some(subscriber) => subscriber,
            None => new_guid()?,
        },
        holder: caller.name,
        url: asked.webhookurl,
        events: asked.webhookevents,
        own_header: asked.signaturetokentomssignatureheader,
        scope: caller.scope,
        made_at: (app.clock)(),
    };
    app.store.register(&registration).await?;
    Ok(Json(written(&registration)))
}

fn new_guid() -> Result<String, Problem> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Error::Refused(error.to_string()))?;
    Ok(guid(bytes))
}

/// Rings once, now, and notes how it went.
pub(super) async fn test(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Value>, Problem> {
    caller.must_be(Role::Admin)?;
    let doorbell = doorbell(&app)?;
    let registration = own(&app, &caller).await?;
    if !registration.events.iter().any(|event| event == TEST_EVENT) {
        return Err(Problem::invalid("the registration does not name `test-created`"));
    }
    let now = (app.clock)();
    if app.store.tests(&caller.name, now.plus_seconds(-59)).await?.len() >= TESTS_MAX {
        let detail = format!("{TESTS_MAX} tries a minute are made");
        return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail));
    }
    let rung = doorbell.ring(&registration, TEST_EVENT, "/webhooks/v1/registration", now).await;
    let test = WebhookTest {
        correlation: new_guid()?,
        holder: caller.name,
        url: registration.url,
        sent_at: now,
        error: rung.err().map(|failure| failure.to_string()),
    };
    app.store.note_test(&test).await?;
    Ok(Json(json!({"correlationId": test.correlation})))
}

pub(super) async fn tested(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, Problem> {
    let Path(id) = id.map_err(|_| Error::Missing("try"))?;
    let since = (app.clock)().plus_seconds(-TEST_SECONDS);
    let all = app.store.tests(&caller.name, since).await?;
    let test = all.into_iter().find(|test| test.correlation == id).ok_or(Error::Missing("try"))?;
    Ok(Json(json!({
        "correlationId": test.correlation,
        "partnerId": "",
        "status": "completed",
        "callbackUrl": test.url,
        "results": [{
            "responseCode": if test.error.is_none() { "OK" } else { "Failed" },
            "responseMessage": test.error.as_deref().unwrap_or_default(),
            "systemError": false,
            "dateTimeUtc": test.sent_at.to_string(),
        }],
    })))
}

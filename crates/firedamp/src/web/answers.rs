//! Requests that must not be done twice: who names a key (`Idempotency-Key`) is given the first
//! answer again for a day.
//!
//! A key is taken before the request is looked at and never used again: a desk that dies in between
//! leaves a key of which nobody knows how it ended, which is said, and nothing is done twice.

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{App, Problem, access::Caller, extract::rejected};
use crate::store::{Asked, KeptAnswer};

/// The header that holds the key.
const KEY: &str = "idempotency-key";
/// Letters of a key.
pub(crate) const KEY_LETTERS_MAX: usize = 128;
/// How long an answer is kept.
pub(crate) const KEPT_SECONDS: i64 = 86_400;
/// Bytes of a request with a key: the largest push.
const REQUEST_BYTES_MAX: usize = 32 << 20;
/// Bytes of an answer to one.
const ANSWER_BYTES_MAX: usize = 8 << 20;
/// Says that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// What is kept of an answer's headers.
const HEADERS_KEPT: [HeaderName; 3] = [header::CONTENT_TYPE, header::ETAG, header::LOCATION];

/// Lets a request pass, unless it names a key that was used.
pub async fn once(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_kept = *request.method() == Method::POST && !is_secret(request.uri().path());
    if !is_kept || !request.headers().contains_key(KEY) {
        return next.run(request).await;
    }
    answered(&app, request, next).await.unwrap_or_else(IntoResponse::into_response)
}

/// Whether what is answered there holds a secret that nobody keeps.
#[must_use]
pub fn is_secret(path: &str) -> bool {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    path.starts_with("/users") || path.starts_with("/tokens")
}

async fn answered(app: &App, request: Request, next: Next) -> Result<Response, Problem> {
    let key = key(&request)?;
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, REQUEST_BYTES_MAX)
        .await
        .map_err(|error| rejected(StatusCode::PAYLOAD_TOO_LARGE, error.to_string()))?;
    let fingerprint = fingerprint(&parts.headers, &body);
    let now = (app.clock)();
    let old = now.plus_seconds(-KEPT_SECONDS);
    match app.store.ask_once(&key, &fingerprint, now, old).await? {
        Asked::First => {}
        Asked::Before(answer) => return Ok(again(answer)),
        Asked::Other => {
            let detail = "this Idempotency-Key was used for another request";
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "key_reused", detail));
        }
        Asked::Unknown => {
            let detail = "a request with this Idempotency-Key goes on, or was broken off; look whether \
                          it was done, and use a new key if it was not";
            return Err(Problem::new(StatusCode::CONFLICT, "key_in_use", detail));
        }
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    keep(app, &key, response).await
}

/// What is asked for, and on what that was seen: the same key with anything else is another request.
fn fingerprint(headers: &HeaderMap, body: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    let seen = headers.get(header::IF_MATCH).map(HeaderValue::as_bytes);
    hasher.update(&[u8::from(seen.is_some())]);
    hasher.update(&(seen.unwrap_or_default().len() as u64).to_le_bytes());
    hasher.update(seen.unwrap_or_default());
    *hasher.update(body).finalize().as_bytes()
}

/// Who asks for what with which key, as a hash.
fn key(request: &Request) -> Result<[u8; 32], Problem> {
    let wrong = || {
        Problem::invalid(format!(
            "Idempotency-Key has 1 to {KEY_LETTERS_MAX} visible letters of ASCII"
        ))
    };
    let mut keys = request.headers().get_all(KEY).iter();
    let key = keys.next().and_then(|key| key.to_str().ok()).filter(|_| keys.next().is_none());
    let key = key.filter(|key| {
        (1..=KEY_LETTERS_MAX).contains(&key.len()) && key.bytes().all(|one| one.is_ascii_graphic())
    });
    let caller = request.extensions().get::<Caller>().ok_or_else(Problem::unknown_caller)?;
    let target = request.uri().path_and_query().map_or("", |target| target.as_str());
    let mut hasher = blake3::Hasher::new();
    for part in [&caller.name, target, key.ok_or_else(wrong)?] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    Ok(*hasher.finalize().as_bytes())
}

/// Keeps what was answered; what failed for no fault of the request may be tried again.
async fn keep(app: &App, key: &[u8; 32], response: Response) -> Result<Response, Problem> {
    if response.status().is_server_error() {
        app.store.drop_key(key).await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, ANSWER_BYTES_MAX).await.map_err(|error| Problem::broken(&error))?;
    let answer = KeptAnswer {
        status: parts.status.as_u16(),
        headers: written(&parts.headers),
        body: body.to_vec(),
    };
    app.store.keep_answer(key, &answer).await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn written(headers: &HeaderMap) -> String {
    let kept = HEADERS_KEPT.iter().filter_map(|name| {
        let value = headers.get(name)?.to_str().ok()?;
        Some(format!("{name}: {value}\n"))
    });
    kept.collect()
}

fn again(answer: KeptAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or_default();
    let mut response = (status, answer.body).into_response();
    response.headers_mut().remove(header::CONTENT_TYPE);
    let lines = answer.headers.lines().filter_map(|line| line.split_once(": "));
    for (name, value) in lines {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

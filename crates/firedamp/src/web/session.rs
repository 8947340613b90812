//! Signing in: by name and password, or with a token. Each time there is a new key, and the one that
//! the browser had before opens nothing any more.

use axum::http::{HeaderMap, header};

use super::{App, Peer, Problem, access, limits::Wait, password};
use crate::store::{NewSession, Owner, Session};

/// How long a session lasts at most.
pub const SESSION_SECONDS: i64 = 12 * 3600;
/// How long it lasts when nothing is done.
pub const IDLE_SECONDS: i64 = 2 * 3600;
/// A session is marked as used so often at most.
const TOUCH_SECONDS: i64 = 60;

/// What somebody signs in with.
#[derive(Debug)]
pub enum Proof {
    /// A name and a password.
    Password {
        /// Who they say they are.
        name: String,
        /// Not for logs.
        password: String,
    },
    /// A token; not for logs.
    Token(String),
}

/// The key of a new session, or nothing when the proof is none.
///
/// # Errors
/// When there were too many tries, and when the store can't be used.
pub async fn open(
    app: &App,
    proof: Proof,
    peer: Peer,
    headers: &HeaderMap,
) -> Result<Option<String>, Problem> {
    let name = match &proof {
        Proof::Password { name, .. } => Some(name.trim()),
        Proof::Token(_) => None,
    };
    app.limits.sign_in(name, peer.address).map_err(too_many_tries)?;
    match proof {
        Proof::Password { name, password } => {
            let kept = app.store.password(name.trim()).await?;
            let is_known = kept.is_some();
            if password::verify(password, kept).await.map_err(broken)? {
                return begin(app, Owner::User(name.trim()), peer, headers).await.map(Some);
            }
            // What stands in the field of an unknown name may be somebody's password.
            let name = if is_known { name.trim() } else { "nobody" };
            tracing::warn!(address = %peer.address, ?name, "a sign-in was refused");
            Ok(None)
        }
        Proof::Token(token) => {
            let hash = access::hash(token.trim());
            let Some(holder) = app.store.token(&hash, (app.clock)()).await? else {
                tracing::warn!(address = %peer.address, "a token was refused");
                return Ok(None);
            };
            begin(app, Owner::Token(&holder.name), peer, headers).await.map(Some)
        }
    }
}

/// Opens a session for whoever has proved who they are, and ends what this browser had open.
///
/// # Errors
/// When the store can't be used, or the machine has no randomness.
pub async fn begin(
    app: &App,
    owner: Owner<'_>,
    peer: Peer,
    headers: &HeaderMap,
) -> Result<String, Problem> {
    let at = (app.clock)();
    if let Some(old) = access::cookie(headers) {
        app.store.end_session(&access::hash(old)).await?;
    }
    app.store.forget_sessions(at, at.plus_seconds(-IDLE_SECONDS)).await?;
    let (key, hash) = access::new_key().map_err(|error| broken(error.into()))?;
    let browser = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let session = NewSession {
        hash,
        owner,
        at,
        until: at.plus_seconds(SESSION_SECONDS),
        address: peer.address.to_string(),
        browser: crate::report::shown(browser.unwrap_or_default()),
    };
    app.store.open_session(&session).await?;
    Ok(key)
}

/// The session of a key, which is used now; or only looked at by a browser that nobody touches.
///
/// # Errors
/// When the store can't be used.
pub async fn find(app: &App, key: &str, is_used: bool) -> Result<Option<Session>, Problem> {
    let at = (app.clock)();
    let idle_since = at.plus_seconds(-IDLE_SECONDS);
    let session = app.store.session(&access::hash(key), at, idle_since).await?;
    if let Some(session) = &session
        && is_used
        && at.seconds_since(session.seen_at) >= TOUCH_SECONDS
    {
        // Beside the answer, which need not wait until whoever writes has written.
        let (store, id) = (app.store.clone(), session.id);
        tokio::spawn(async move {
            if let Err(error) = store.touch_session(id, at).await {
                tracing::warn!(%error, "a session was not marked as used");
            }
        });
    }
    Ok(session)
}

/// Too many tries to sign in.
pub fn too_many_tries(wait: Wait) -> Problem {
    let seconds = wait.seconds();
    let detail = format!("too many tries to sign in; wait {seconds} seconds, then try again");
    Problem::wait(wait, detail)
}

fn broken(error: anyhow::Error) -> Problem {
    tracing::error!("{error:#}");
    let detail = "this machine could not check it; the log says why";
    Problem::new(axum::http::StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail)
}

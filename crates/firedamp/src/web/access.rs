//! Who comes in: programs with a token, people with a session that they opened with one.
//!
//! Keys are 32 random bytes; the store has only their hashes. A session's cookie is sent by the
//! browser alone, so what changes something must also come from our own page.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use firedamp_core::time::Time;

use super::{App, Peer, Problem, session};
use crate::{
    language::{self, Language},
    page, partner,
    store::{Holder, Store},
};

/// The cookie of a session.
pub const COOKIE: &str = "firedamp_session";
/// Tokens begin so, which lets scanners for lost secrets find them.
const PREFIX: &str = "firedamp_";
/// Who has forgotten to sign in goes there.
const SIGN_IN: &str = "/sign-in";
/// Pages for those whom nobody knows yet.
const OPEN: [&str; 2] = [SIGN_IN, "/password"];

/// What a person or program may do; each may do what the ones before may.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Role {
    /// Looks.
    Viewer,
    /// Works cases and pushes telemetry.
    Analyst,
    /// Approves what others plan.
    Approver,
    /// Lets others in.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Analyst, Self::Approver, Self::Admin];

    /// The text id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Analyst => "analyst",
            Self::Approver => "approver",
            Self::Admin => "admin",
        }
    }

    /// The role with this text id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.id() == id)
    }
}

/// Who sent a request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The name that is written down for what they do.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The customer or reseller whose part of the tree they see; all of it where none is named.
    pub scope: Option<String>,
    /// The language that they read.
    pub language: Language,
    /// The number of their session, if they are a person with a password.
    pub session: Option<i64>,
}

impl Caller {
    /// The part of the tree that they see.
    #[must_use]
    pub fn within(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// Refuses what is about the whole desk to those who see a part of the tree.
    ///
    /// # Errors
    /// When the caller has a scope.
    pub fn must_see_all(&self) -> Result<(), Problem> {
        match &self.scope {
            None => Ok(()),
            Some(scope) => {
                Err(Problem::forbidden(format!("this is about every customer; you see `{scope}`")))
            }
        }
    }

    /// Refuses what needs a higher role.
    ///
    /// # Errors
    /// When the caller's role is lower than `least`.
    pub fn must_be(&self, least: Role) -> Result<(), Problem> {
        if self.role >= least {
            return Ok(());
        }
        let (needed, has) = (least.id(), self.role.id());
        Err(Problem::forbidden(format!("this needs the role {needed}; you have {has}")))
    }
}

/// A key that nobody can guess, and the hash that is kept of it.
///
/// # Errors
/// When the machine has no randomness.
pub fn new_key() -> Result<(String, [u8; 32]), getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    let key = format!("{PREFIX}{}", blake3::Hash::from_bytes(bytes).to_hex());
    let hash = hash(&key);
    Ok((key, hash))
}

/// What is kept of a key. A fast hash is enough: there is nothing to guess in 32 random bytes.
#[must_use]
pub fn hash(key: &str) -> [u8; 32] {
    *blake3::hash(key.as_bytes()).as_bytes()
}

/// Lets a request pass with its [`Caller`], or answers it.
pub async fn check(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    // Of whom nobody knows yet the browser says what they read.
    let accepted =
        request.headers().get(header::ACCEPT_LANGUAGE).and_then(|text| text.to_str().ok());
    let accepted = accepted.map(Language::accepted).unwrap_or_default();
    if OPEN.contains(&path) {
        return language::reading(accepted, next.run(request)).await;
    }
    let is_program =
        path.starts_with("/api/") || path == "/metrics" || partner::Surface::of(path).is_some();
    let is_used = !is_shown_anew(request.uri());
    let caller = caller(&app, request.method().clone(), request.headers().clone(), is_used).await;
    match caller.and_then(|caller| bounded(&app, caller, &request)) {
        Ok(Some(caller)) => {
            let reader = caller.language;
            request.extensions_mut().insert(caller);
            language::reading(reader, next.run(request)).await
        }
        Ok(None) if is_program => {
            let mut response = Problem::unknown_caller().into_response();
            let scheme = header::HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
            response
        }
        Ok(None) => Redirect::to(SIGN_IN).into_response(),
        Err(problem) if is_program => problem.into_response(),
        Err(problem) => language::reading(accepted, async { page::failed(&problem) }).await,
    }
}

/// Refuses whoever asks too often.
fn bounded(
    app: &App,
    caller: Option<Caller>,
    request: &Request,
) -> Result<Option<Caller>, Problem> {
    let asked = match &caller {
        Some(caller) => app.limits.request(&caller.name),
        None => {
            let peer = request.extensions().get::<Peer>();
            peer.map_or(Ok(()), |peer| app.limits.stranger(peer.address))
        }
    };
    asked.map_err(|wait| {
        let seconds = wait.seconds();
        Problem::wait(wait, format!("too many requests; wait {seconds} seconds, then go on"))
    })?;
    Ok(caller)
}

/// A view that a browser asks for again by itself: whoever left it open is not there for that, and
/// the session ends as if nobody asked.
fn is_shown_anew(uri: &Uri) -> bool {
    uri.path() == "/"
        && uri.query().is_some_and(|query| query.split('&').any(|one| one == "live=1"))
}

async fn caller(
    app: &App,
    method: Method,
    headers: HeaderMap,
    is_used: bool,
) -> Result<Option<Caller>, Problem> {
    if let Some(key) = bearer(&headers) {
        let holder = app.store.token(&hash(key), (app.clock)()).await?;
        return Ok(holder.and_then(|holder| known(holder, None, None)));
    }
    let Some(key) = cookie(&headers) else {
        return Ok(None);
    };
    let Some(session) = session::find(app, key, is_used).await? else {
        return Ok(None);
    };
    let changes = !matches!(method, Method::GET | Method::HEAD);
    if changes && !is_own(&headers) {
        return Err(foreign_page());
    }
    let own = session.language.map(|_| session.id);
    Ok(known(session.holder, session.language, own))
}

/// A form that was not sent from our own page.
#[must_use]
pub fn foreign_page() -> Problem {
    let detail = "a page of somebody else's sent this";
    Problem::new(StatusCode::FORBIDDEN, "foreign_page", detail)
}

/// A holder whose role this program knows.
fn known(holder: Holder, language: Option<Language>, session: Option<i64>) -> Option<Caller> {
    let Holder { name, role, scope } = holder;
    let role = Role::from_id(&role)?;
    Some(Caller { name, role, scope, language: language.unwrap_or_default(), session })
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

/// The key in the session's cookie.
#[must_use]
pub fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs =
        cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| name.trim() == COOKIE).map(|(_, key)| key.trim())
}

/// Whether a form was sent from our own page: browsers say so themselves (`Sec-Fetch-Site`), and
/// old ones name the page's origin.
#[must_use]
pub fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => {
            let origin = text("origin").and_then(|origin| origin.split_once("://"));
            origin.is_some_and(|(_, host)| Some(host) == text("host"))
        }
    }
}

/// Makes the administrator's token at the first run; nothing when anybody was let in
/// already.
///
/// # Errors
/// When the store can't be used, or the machine has no randomness.
pub async fn first_token(store: &dyn Store, now: Time) -> anyhow::Result<Option<String>> {
    if store.is_claimed().await? {
        return Ok(None);
    }
    let (key, hash) = new_key()?;
    let (name, role) = ("administrator".to_string(), Role::Admin.id().to_string());
    store.add_token(&hash, &Holder { name, role, scope: None }, now, None).await?;
    Ok(Some(key))
}

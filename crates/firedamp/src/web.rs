//! What the desk shows and takes over HTTP: the pages for people, the API for programs, and the
//! checks of who comes in.

pub mod about;
pub mod access;
pub mod answers;
pub mod extract;
pub(crate) mod form;
pub mod limits;
pub mod password;
mod peer;
pub mod people;
mod problem;
mod server;
pub mod session;
pub mod tags;
pub mod tls;

pub use peer::Peer;
pub use problem::{Body, Problem};
pub use server::{Served, serve, serve_over};

use std::{path::PathBuf, sync::Arc};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, header},
    middleware,
    routing::{get, post},
};
use firedamp_core::{time::Time, weights::Weights};
use ipnet::IpNet;
use tower_http::set_header::SetResponseHeaderLayer;

use about::About;
use access::{Caller, Role};
use limits::Limits;

use crate::{
    api,
    block_tables::Board,
    channel::doorbell::Doorbell,
    heartbeat::Heartbeat,
    observe, page,
    partner::{
        self,
        rung::{self, Ear},
    },
    store::{Error, Notice, NoticeFilter, Store, Subject},
};

/// Bytes of a request that is no telemetry.
const BODY_BYTES_MAX: usize = 256 << 10;

/// What every handler may use.
#[derive(Clone)]
pub struct App {
    /// What the desk remembers.
    pub store: Arc<dyn Store>,
    /// Where pushed telemetry is put.
    pub pushed: PathBuf,
    /// What time it is.
    pub clock: fn() -> Time,
    /// How often somebody may ask.
    pub limits: Arc<Limits>,
    /// Proxies that are believed when they say whom they speak for.
    pub proxies: Arc<[IpNet]>,
    /// How the desk was started.
    pub about: Arc<About>,
    /// Receivers of mail whose server sends letters to customers, by name.
    pub senders: Arc<[String]>,
    /// By what cases are judged while no calibration is on.
    pub weights: Arc<Weights>,
    /// What rings at programs of partners; nothing where there is no key to sign with.
    pub doorbell: Option<Arc<Doorbell>>,
    /// When the desk's last turn ended.
    pub turns: Arc<Heartbeat>,
    /// What listens when Partner Center rings.
    pub ear: Option<Arc<Ear>>,
    /// How the tables of chains' blocks stand.
    pub blocks: Arc<Board>,
}

impl App {
    /// What handlers use, with fresh limits, no proxy, and nobody whose server sends letters.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, pushed: PathBuf, clock: fn() -> Time) -> Self {
        Self {
            store,
            pushed,
            clock,
            limits: Arc::default(),
            proxies: Arc::default(),
            about: Arc::default(),
            senders: Arc::default(),
            weights: Arc::new(Weights::embedded()),
            doorbell: None,
            turns: Arc::default(),
            ear: None,
            blocks: Arc::default(),
        }
    }

    /// The data folder: what was pushed has a folder in it.
    pub(crate) fn data(&self) -> &std::path::Path {
        self.pushed.parent().unwrap_or(&self.pushed)
    }

    /// A notice that the caller may see. Only who works cases takes it out of the desk's inbox: a
    /// customer who looks hides nothing from it.
    pub(crate) async fn read_notice(&self, caller: Caller, id: i64) -> Result<Notice, Problem> {
        let (is_at_work, caller_name) = (caller.role >= Role::Analyst, caller.name);
        let filter = NoticeFilter {
            id: Some(id),
            within: caller.scope,
            limit: 1,
            ..NoticeFilter::default()
        };
        let notice = self.store.notices(&filter).await?.pop().ok_or(Error::Missing("notice"))?;
        if is_at_work {
            self.store.read_notice(id, (self.clock)()).await?;
        }
        self.seen(is_at_work, &caller_name, Subject::Notice(id)).await?;
        Ok(notice)
    }

    /// Somebody who works cases has seen this: nobody else has to be told.
    async fn seen(&self, is_at_work: bool, by: &str, subject: Subject) -> Result<(), Problem> {
        if is_at_work {
            self.store.acknowledge(subject, by, (self.clock)()).await?;
        }
        Ok(())
    }

    /// A caller looks at a case.
    pub(crate) async fn see_case(&self, caller: &Caller, case: i64) -> Result<(), Problem> {
        self.seen(caller.role >= Role::Analyst, &caller.name, Subject::Case(case)).await
    }
}

/// Headers of every answer: nothing from elsewhere is loaded, framed, guessed or kept.
const HEADERS: [(HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Everything that is answered, and to whom.
pub fn router(app: App) -> Router {
    let mut router = Router::new()
        .merge(page::routes())
        .merge(partner::routes())
        .nest("/api/v1", api::router(app.clone()))
        .route("/metrics", get(observe::show))
        .layer(middleware::from_fn_with_state(app.clone(), access::check))
        .layer(middleware::from_fn(partner::speak))
        .route("/health", get(api::health))
        .route("/ready", get(api::ready))
        .route(rung::PATH, post(rung::receive))
        .route("/webhooks/v1/certificate.cer", get(partner::certificate))
        .route("/assets/style.css", get(page::style))
        .route("/assets/icon.svg", get(page::icon))
        .layer(middleware::from_fn_with_state(app.clone(), peer::note))
        .layer(middleware::from_fn(observe::request))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(app);
    for (name, value) in HEADERS {
        let value = HeaderValue::from_static(value);
        router = router.layer(SetResponseHeaderLayer::if_not_present(name, value));
    }
    router
}

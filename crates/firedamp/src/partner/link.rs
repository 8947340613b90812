//! Links that lead back to the desk: they are whole addresses, as clients follow them as they stand.

use axum::http::{HeaderMap, header};
use url::Url;

use crate::web::Problem;

/// How the desk is reached.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Scheme {
    /// Plainly.
    #[default]
    Http,
    /// Over TLS of our own.
    Https,
}

/// Where the sender of a request found the desk: what it wrote as host, on the scheme that the desk
/// serves or that a proxy before it names. Nobody but the sender gets the answer.
pub(super) fn base(headers: &HeaderMap, scheme: Scheme) -> Result<Url, Problem> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let is_secure = scheme == Scheme::Https || text("x-forwarded-proto") == Some("https");
    let scheme = if is_secure { "https" } else { "http" };
    let host = text(header::HOST.as_str()).unwrap_or_default();
    let base = Url::parse(&format!("{scheme}://{host}/")).ok();
    base.filter(|base| base.path() == "/" && base.query().is_none() && base.username().is_empty())
        .ok_or_else(|| Problem::invalid("the Host header names no host"))
}

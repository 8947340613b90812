//! Which interface a path belongs to, and how each of them says that something went wrong.

use axum::{
    Json,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::web::Problem;

/// Bytes of an id that a client sends to have it back.
const ECHO_BYTES_MAX: usize = 100;
/// Letters of a description.
const DESCRIPTION_MAX: usize = 1024;

/// An interface of Microsoft's.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Surface {
    /// Microsoft Graph.
    Graph,
    /// Partner Center.
    PartnerCenter,
    /// Azure Resource Manager.
    ResourceManager,
}

impl Surface {
    /// The interface that a path belongs to.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        let (first, _) = path.strip_prefix('/')?.split_once('/')?;
        match first {
            "beta" | "v1.0" => Some(Self::Graph),
            "v1" | "webhooks" => Some(Self::PartnerCenter),
            "subscriptions" => Some(Self::ResourceManager),
            _ => None,
        }
    }

    /// The headers with which a client finds a call again: those that it sends, and those that carry
    /// the server's own id.
    const fn ids(self) -> (&'static [&'static str], &'static str) {
        match self {
            Self::Graph => (&["client-request-id"], "request-id"),
            Self::PartnerCenter => (&["ms-correlationid", "ms-requestid"], "ms-cv"),
            Self::ResourceManager => (&["x-ms-client-request-id"], "x-ms-request-id"),
        }
    }

    fn body(self, problem: &Problem, ids: &Ids) -> Value {
        match self {
            Self::Graph => json!({"error": {
                "code": graph_code(problem),
                "message": problem.detail,
                "innerError": {
                    "date": jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S").to_string(),
                    "request-id": ids.own,
                    "client-request-id": ids.theirs.first().map_or(&ids.own, |(_, id)| id),
                },
            }}),
            Self::PartnerCenter => {
                let description: String = problem.detail.chars().take(DESCRIPTION_MAX).collect();
                json!({
                    "code": partner_code(problem), "description": description, "data": [],
                    "source": "Firedamp",
                })
            }
            Self::ResourceManager => json!({
                "code": graph_code(problem), "message": problem.detail,
            }),
        }
    }
}

/// How Graph calls it.
fn graph_code(problem: &Problem) -> &'static str {
    match problem.status {
        StatusCode::UNAUTHORIZED => "InvalidAuthenticationToken",
        StatusCode::FORBIDDEN => "Forbidden",
        StatusCode::NOT_FOUND => "ResourceNotFound",
        StatusCode::METHOD_NOT_ALLOWED => "MethodNotAllowed",
        StatusCode::PRECONDITION_FAILED => "PreconditionFailed",
        StatusCode::TOO_MANY_REQUESTS => "TooManyRequests",
        StatusCode::SERVICE_UNAVAILABLE => "ServiceUnavailable",
        _ => "BadRequest",
    }
}

/// The number that Partner Center has for it. A problem may carry its own.
fn partner_code(problem: &Problem) -> &'static str {
    if problem.code.bytes().all(|byte| byte.is_ascii_digit()) {
        return problem.code;
    }
    match problem.status {
        StatusCode::UNAUTHORIZED => "400",
        StatusCode::FORBIDDEN => "900150",
        StatusCode::NOT_FOUND => "1000",
        StatusCode::SERVICE_UNAVAILABLE => "900192",
        _ => "800002",
    }
}

/// The ids of one call.
struct Ids {
    own: String,
    theirs: Vec<(&'static str, String)>,
}

impl Ids {
    fn of(surface: Surface, headers: &HeaderMap) -> Self {
        let mut bytes = [0; 16];
        // Without randomness calls are told apart less well, and nothing else.
        let _filled = getrandom::fill(&mut bytes);
        let theirs = surface.ids().0.iter().filter_map(|name| {
            let id = headers.get(*name)?.to_str().ok()?;
            (id.len() <= ECHO_BYTES_MAX).then(|| (*name, id.to_string()))
        });
        Self { own: guid(bytes), theirs: theirs.collect() }
    }

    fn write(&self, surface: Surface, headers: &mut HeaderMap) {
        let own = [(surface.ids().1, self.own.clone())];
        for (name, id) in own.into_iter().chain(self.theirs.clone()) {
            if let Ok(value) = HeaderValue::from_str(&id) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}

/// Sixteen bytes as a GUID.
pub(super) fn guid(bytes: [u8; 16]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let part = |from, to| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

/// Tells what went wrong in the words of the interface that was asked, and gives calls their ids.
pub async fn speak(request: Request, next: Next) -> Response {
    let Some(surface) = Surface::of(request.uri().path()) else {
        return next.run(request).await;
    };
    let ids = Ids::of(surface, request.headers());
    let path = request.uri().path().to_string();
    let response = next.run(request).await;
    let mut response = match (response.extensions().get::<Problem>().cloned(), response.status()) {
        (Some(problem), _) => told(surface, &problem, &ids, response.headers()),
        (None, StatusCode::NOT_FOUND) => told(surface, &missing(&path), &ids, response.headers()),
        (None, status @ StatusCode::METHOD_NOT_ALLOWED) => {
            let problem = Problem::new(status, "method", "this can't be done to that resource");
            told(surface, &problem, &ids, response.headers())
        }
        _ => response,
    };
    ids.write(surface, response.headers_mut());
    response
}

fn told(surface: Surface, problem: &Problem, ids: &Ids, before: &HeaderMap) -> Response {
    let mut response = (problem.status, Json(surface.body(problem, ids))).into_response();
    for name in [header::RETRY_AFTER, header::WWW_AUTHENTICATE, header::ALLOW] {
        if let Some(value) = before.get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

/// What is said of a path that nobody answers.
fn missing(path: &str) -> Problem {
    let first = path.trim_start_matches('/').split('/').nth(1).unwrap_or_default();
    let first: String = crate::report::shown(first).chars().take(ECHO_BYTES_MAX).collect();
    let detail = match path.starts_with("/v1.0/security/partner") {
        true => "Resource not found for the segment 'partner': it is in /beta alone.".to_string(),
        false => format!("Resource not found for the segment '{first}'."),
    };
    Problem::new(StatusCode::NOT_FOUND, "not_found", detail)
}

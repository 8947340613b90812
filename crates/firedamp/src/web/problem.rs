//! What went wrong, for programs: RFC 9457, with a code that does not change.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::limits::Wait;
use crate::store;

/// An answer to a request that can't be answered as it was wished.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// What went wrong, for programs: stable.
    pub code: &'static str,
    /// What went wrong, for people.
    pub detail: String,
    /// Seconds after which it is worth asking again.
    pub retry_after: Option<u64>,
}

/// What went wrong, as it is sent.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct Body {
    r#type: &'static str,
    /// The status in words.
    title: &'static str,
    status: u16,
    /// What went wrong, for programs: stable.
    code: &'static str,
    /// What went wrong, for people.
    detail: String,
}

impl Problem {
    /// A problem with this status and code.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), retry_after: None }
    }

    /// This program failed; the log says how.
    #[must_use]
    pub fn broken(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed");
        let detail = "this can't be answered; the log says why";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "broken", detail)
    }

    /// The request itself is wrong.
    #[must_use]
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid", detail)
    }

    /// Asked too often; worth asking again later.
    #[must_use]
    pub fn wait(wait: Wait, detail: impl Into<String>) -> Self {
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail);
        Self { retry_after: Some(wait.seconds()), ..problem }
    }

    /// Says in the answer's headers when to ask again.
    pub fn mark(&self, response: &mut Response) {
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    }

    /// Nobody said who they are.
    #[must_use]
    pub fn unknown_caller() -> Self {
        let detail = "send a token as `Authorization: Bearer …`";
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
    }

    /// Whoever it is may not do this.
    #[must_use]
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        let detail = error.to_string();
        match error {
            store::Error::Missing(_) => Self::new(StatusCode::NOT_FOUND, "not_found", detail),
            store::Error::Changed { .. } => {
                Self::new(StatusCode::PRECONDITION_FAILED, "changed", detail)
            }
            store::Error::Refused(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "refused", detail)
            }
            error if error.is_full() => {
                tracing::error!(%detail, "a request failed");
                let detail = "the disk is full; nothing was changed";
                Self::new(StatusCode::INSUFFICIENT_STORAGE, "storage", detail)
            }
            store::Error::Database(_) | store::Error::Shape(_) | store::Error::Newer { .. } => {
                // What the database says may hold what is not the caller's business.
                tracing::error!(%detail, "a request failed");
                let detail = "the store can't be used; the log says why";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail)
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Body {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: self.code,
            detail: self.detail.clone(),
        };
        let mut response = (self.status, Json(body)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        self.mark(&mut response);
        // For those who tell it in another shape.
        response.extensions_mut().insert(self);
        response
    }
}

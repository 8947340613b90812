//! What requests hold, taken apart. What does not fit is told as a problem.

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, request::Parts},
};
use serde::de::DeserializeOwned;

use super::Problem;

/// What stands behind the question mark.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = axum::extract::Query::from_request_parts(parts, state).await;
        let axum::extract::Query(asked) =
            read.map_err(|error| Problem::invalid(error.body_text()))?;
        Ok(Self(asked))
    }
}

/// A body of JSON.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let read = axum::Json::from_request(request, state).await;
        let axum::Json(body) = read.map_err(|error| rejected(error.status(), error.body_text()))?;
        Ok(Self(body))
    }
}

/// A body that could not be taken, by what is wrong with it.
#[must_use]
pub fn rejected(status: StatusCode, detail: String) -> Problem {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(status, "too_large", detail),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::new(status, "media_type", detail),
        _ => Problem::invalid(detail),
    }
}

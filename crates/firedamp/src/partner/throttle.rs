//! How much one caller may ask for: as much as Partner Center grants a tenant.

use std::{num::NonZeroU32, sync::Arc};

use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    state::keyed::HashMapStateStore,
};

use crate::web::{Problem, access::Caller};

/// Requests a minute of one caller ("Customer and Subscription resources: 500 requests per minute").
const PER_MINUTE: u32 = 500;

/// What callers have asked for of late. Callers are those with a key: there are few.
pub(super) struct Throttle(RateLimiter<String, HashMapStateStore<String>, DefaultClock>);

impl Throttle {
    pub(super) fn new() -> Self {
        let most = NonZeroU32::new(PER_MINUTE).unwrap_or(NonZeroU32::MIN);
        Self(RateLimiter::hashmap(Quota::per_minute(most)))
    }
}

/// Lets a request pass, or says when to come again.
pub(super) async fn check(
    State(throttle): State<Arc<Throttle>>,
    Extension(caller): Extension<Caller>,
    request: Request,
    next: Next,
) -> Response {
    let Err(early) = throttle.0.check_key(&caller.name) else {
        return next.run(request).await;
    };
    let wait = early.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
    let detail = format!("{PER_MINUTE} requests a minute are answered; try again in {wait} s");
    let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail);
    let mut response = problem.into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
    response
}

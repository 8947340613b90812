//! Microsoft's interfaces for partners, spoken over the desk's own cases of every cloud, so that what
//! a partner has automated works on: Graph's security alerts, Partner Center's fraud events, service
//! requests and usage, Azure's Activity Log. A status that is set here is the case's status.

mod activity_log;
mod alert;
mod fraud;
mod graph;
mod link;
pub mod odata;
mod registration;
mod resource;
pub mod rung;
mod score;
mod service_request;
mod surface;
mod throttle;
mod update;
mod usage;
pub mod write_back;

pub use link::Scheme;
pub use registration::certificate;
pub use surface::{Surface, speak};

use std::sync::Arc;

use axum::{
    Router, middleware,
    routing::{get, post},
};

use crate::web::App;

/// Every route of these interfaces.
pub fn routes() -> Router<App> {
    let throttle = Arc::new(throttle::Throttle::new());
    Router::new()
        .route("/beta/security/partner/securityAlerts", get(graph::list))
        .route("/beta/security/partner/securityAlerts/$count", get(graph::count))
        .route("/beta/security/partner/securityAlerts/{id}", get(graph::show).patch(graph::update))
        .route("/beta/security/partner/securityScore", get(score::show))
        .route("/beta/security/partner/securityScore/requirements", get(score::requirements))
        .route("/beta/security/partner/securityScore/history", get(score::history))
        .route("/beta/security/partner/securityScore/customerInsights", get(score::insights))
        .route("/v1/fraudEvents", get(fraud::list))
        .route("/v1/fraudEvents/subscription/{id}/status", post(fraud::update))
        .route("/v1/usagesummary", get(usage::of_partner))
        .route("/v1/customers/{id}/usagesummary", get(usage::of_customer))
        .route("/v1/servicerequests/supporttopics", get(service_request::topics))
        .route("/v1/servicerequests", get(service_request::list))
        .route(
            "/v1/servicerequests/{id}",
            get(service_request::show).patch(service_request::change).post(service_request::file),
        )
        .route(
            "/webhooks/v1/registration",
            get(registration::show).post(registration::register).put(registration::register),
        )
        .route("/webhooks/v1/registration/events", get(registration::events))
        .route("/webhooks/v1/registration/validationEvents", post(registration::test))
        .route("/webhooks/v1/registration/validationEvents/{id}", get(registration::tested))
        .route(activity_log::PATH, get(activity_log::list))
        .layer(middleware::from_fn_with_state(throttle, throttle::check))
}

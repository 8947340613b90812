//! Service requests that programs of partners file at the desk.

use async_trait::async_trait;
use firedamp_core::time::Time;

use super::Result;

/// A request to be helped.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceRequest {
    /// Its number; the store gives it.
    pub id: i64,
    /// What it is about.
    pub title: String,
    /// More of it.
    pub description: String,
    /// `unknown`, `critical`, `moderate` or `minimal`.
    pub severity: String,
    /// The number of its topic.
    pub topic: i64,
    /// `open`, `closed` or `attention_needed`.
    pub status: String,
    /// Who filed it.
    pub made_by: String,
    /// The part of the tree of whoever filed it.
    pub scope: Option<String>,
    /// When.
    pub made_at: Time,
    /// When it changed last.
    pub changed_at: Time,
    /// When it was closed.
    pub closed_at: Option<Time>,
    /// What was said since, oldest first: who, when, what.
    pub notes: Vec<(String, Time, String)>,
}

/// What is changed of a request.
#[derive(Clone, Debug)]
pub struct ServiceRequestChange {
    /// Of which.
    pub id: i64,
    /// Where it stands now.
    pub status: Option<String>,
    /// What is said.
    pub note: Option<String>,
    /// Who.
    pub by: String,
    /// When.
    pub at: Time,
}

/// Service requests.
#[async_trait]
pub trait ServiceRequests: Send + Sync {
    /// Files one; its number.
    async fn file_request(&self, request: &ServiceRequest) -> Result<i64>;
    /// Requests within a part of the tree, newest first, with their notes.
    async fn service_requests(
        &self,
        within: Option<&str>,
        limit: u32,
    ) -> Result<Vec<ServiceRequest>>;
    /// One of them.
    async fn service_request(&self, id: i64, within: Option<&str>) -> Result<ServiceRequest>;
    /// Changes one.
    async fn change_request(&self, change: &ServiceRequestChange) -> Result<()>;
}

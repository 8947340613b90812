//! What may be done to authorisations, by whom: analysts propose, approvers decide, and never the one
//! who proposed. The page and the API share this.

use std::path::PathBuf;

use axum::http::StatusCode;
use firedamp_core::authorisation::{Authorisation, is_sha256};

use super::documents;
use crate::{
    store::{AuthorisationFilter, By, Decision, Error, Filed, PAGE_MAX},
    web::{
        App, Problem,
        access::{Caller, Role},
    },
};

impl App {
    /// Where documents of approvals are kept.
    pub(crate) fn documents(&self) -> PathBuf {
        self.pushed.with_file_name(crate::service::DOCUMENTS)
    }
}

impl From<documents::Error> for Problem {
    fn from(error: documents::Error) -> Self {
        let detail = error.to_string();
        match error {
            documents::Error::Missing => Self::new(StatusCode::NOT_FOUND, "not_found", detail),
            documents::Error::Name => Self::invalid(detail),
            documents::Error::Size => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail),
            documents::Error::Different(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "refused", detail)
            }
            documents::Error::Folder(error) => {
                tracing::error!(%error, "the documents can't be used");
                let detail = "the documents can't be used; the log says why";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail)
            }
        }
    }
}

fn by(app: &App, caller: &Caller) -> By {
    By { who: caller.name.clone(), at: (app.clock)() }
}

/// Writes a proposal down.
pub(crate) async fn propose(
    app: &App,
    caller: &Caller,
    one: &Authorisation,
) -> Result<Filed, Problem> {
    caller.must_be(Role::Analyst)?;
    one.check().map_err(|mistake| Problem::invalid(mistake.to_string()))?;
    app.store.customer(&one.customer, caller.within()).await?;
    let number = app.store.propose(one, &by(app, caller)).await?;
    find(app, caller, number).await
}

/// One authorisation that the caller may see.
pub(crate) async fn find(app: &App, caller: &Caller, number: i64) -> Result<Filed, Problem> {
    let filter = AuthorisationFilter {
        number: Some(number),
        within: caller.scope.clone(),
        limit: 1,
        ..AuthorisationFilter::default()
    };
    let found = app.store.authorisations(&filter).await?.pop();
    Ok(found.ok_or(Error::Missing("authorisation"))?)
}

/// What is on file that may cover an account, as far as the caller may see it.
pub(crate) async fn of_account(
    app: &App,
    caller: &Caller,
    account: &str,
) -> Result<Vec<Filed>, Problem> {
    let filter = AuthorisationFilter {
        within: caller.scope.clone(),
        account: Some(account.to_string()),
        limit: PAGE_MAX,
        number: None,
    };
    Ok(app.store.authorisations(&filter).await?)
}

/// Approves, declines or withdraws. One is approved only when the document that it names is here and
/// is what its hash says.
pub(crate) async fn decide(
    app: &App,
    caller: &Caller,
    number: i64,
    decision: Decision,
) -> Result<Filed, Problem> {
    caller.must_be(Role::Approver)?;
    let filed = find(app, caller, number).await?;
    let approval = filed.authorisation.approval.as_ref();
    if let (Decision::Approve, Some(document)) =
        (decision, approval.and_then(|approval| approval.document.clone()))
    {
        fetch(app, document).await?;
    }
    Ok(app.store.decide(number, decision, &by(app, caller)).await?)
}

/// Keeps a document under its hash.
pub(crate) async fn keep(app: &App, name: String, bytes: Vec<u8>) -> Result<(), Problem> {
    let folder = app.documents();
    Ok(off(move || documents::keep(&folder, &name, &bytes)).await??)
}

/// Fetches a document.
pub(crate) async fn fetch(app: &App, name: String) -> Result<Vec<u8>, Problem> {
    let folder = app.documents();
    Ok(off(move || documents::fetch(&folder, &name)).await??)
}

/// Runs what waits for the disk beside the requests.
async fn off<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "work on a document ended early");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "unavailable", "the log says why")
    })
}

/// Whether an authorisation that the caller may see names this document.
pub(crate) async fn may_fetch(app: &App, caller: &Caller, name: &str) -> Result<(), Problem> {
    if !is_sha256(name) {
        return Err(documents::Error::Name.into());
    }
    if caller.scope.is_none() {
        return Ok(());
    }
    let filter = AuthorisationFilter {
        within: caller.scope.clone(),
        limit: PAGE_MAX,
        ..AuthorisationFilter::default()
    };
    let all = app.store.authorisations(&filter).await?;
    let mut named = all.iter().filter_map(|filed| filed.authorisation.approval.as_ref());
    match named.any(|approval| approval.document.as_deref() == Some(name)) {
        true => Ok(()),
        false => Err(documents::Error::Missing.into()),
    }
}

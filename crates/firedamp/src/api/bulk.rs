//! The same done to many cases at once: those that are named, or all that a filter finds.

pub(super) mod found;

use axum::{Extension, Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::cases::Wanted;
use crate::{
    casework::act_on_each,
    store::{BULK_MAX, CaseRow},
    web::{
        App, Problem,
        access::{Caller, Role},
        extract::Body,
    },
};

/// What is to be done, and to which cases.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BulkAction)]
pub(super) struct Asked {
    /// Numbers of cases.
    #[schema(min_items = 1, max_items = 200)]
    cases: Vec<i64>,
    action: Wanted,
}

/// A case to which nothing was done.
#[derive(Debug, Serialize, ToSchema)]
struct Failure {
    case: i64,
    /// As in a problem.
    code: &'static str,
    detail: String,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BulkResult)]
pub(super) struct Told {
    done: Vec<CaseRow>,
    failed: Vec<Failure>,
}

/// Does one thing to many cases, each by itself; one that fails stops none of the others.
#[utoipa::path(post, path = "/bulk-actions", tag = "cases", request_body = Asked,
    responses((status = 200, description = "What became of each", body = Told)))]
pub(super) async fn act(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    asked: Result<Body<Asked>, Problem>,
) -> Result<Json<Told>, Problem> {
    caller.must_be(Role::Analyst)?;
    let Body(Asked { cases, action }) = asked?;
    if !(1..=BULK_MAX).contains(&cases.len()) {
        return Err(Problem::invalid(format!("this is done to 1 to {BULK_MAX} cases at once")));
    }
    let why = action.why();
    let action = action.action()?;
    app.must_be_known(&caller, &action).await?;
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for (case, result) in act_on_each(&app, &caller, &cases, &action, why.as_deref()).await {
        match result {
            Ok(row) => done.push(row),
            Err(Problem { code, detail, .. }) => failed.push(Failure { case, code, detail }),
        }
    }
    Ok(Json(Told { done, failed }))
}

//! Where telemetry comes from, for programs.

use axum::{Extension, Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::paging;
use crate::{
    block_tables::Standing,
    store::{FeedRow, Object, Rejected, SourceRow},
    web::{App, Problem, access::Caller, extract::Query},
};

/// How sources fare, who is heard through them, and which blocks are known.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sources)]
pub(super) struct Sources {
    sources: Vec<SourceRow>,
    feeds: Vec<FeedRow>,
    blocks: Vec<BlockTable>,
}

/// A file that says when a chain had its blocks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BlockTable)]
struct BlockTable {
    /// Whose blocks they are.
    coin: String,
    /// Where they stand.
    file: String,
    /// How many are known.
    blocks: usize,
    /// The last of them, RFC 3339.
    #[schema(format = DateTime)]
    newest_at: Option<String>,
    /// Why the file can't be used as it is now, or may be another coin's.
    wrong: Option<String>,
}

impl BlockTable {
    fn of(table: &Standing) -> Self {
        Self {
            coin: table.coin.clone(),
            file: table.file.clone(),
            blocks: table.blocks,
            newest_at: table.newest().map(|at| at.to_string()),
            wrong: table.wrong().map(str::to_string),
        }
    }
}

/// Which objects are asked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// Only those that tell of this account, `provider:account`.
    account: Option<String>,
    /// Lines of a page.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// An object that can't be read, or not wholly.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnreadableObject)]
struct Unreadable {
    /// Where it came from, as it is called there.
    address: String,
    /// Records in it.
    records: u64,
    /// Records that could not be read.
    rejects: u64,
    /// Why, the most frequent reasons first; objects that an older desk read have none.
    reasons: Vec<Rejected>,
    /// What went wrong.
    warning: Option<String>,
    /// When it was read, RFC 3339.
    #[schema(format = DateTime)]
    read_at: String,
}

impl Unreadable {
    fn of(object: Object) -> Self {
        let Object { address, records, rejects, reasons, warning, folded_at, .. } = object;
        Self { address, records, rejects, reasons, warning, read_at: folded_at.to_string() }
    }
}

/// One page of them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnreadablePage)]
pub(super) struct Page {
    objects: Vec<Unreadable>,
    /// Give it as `cursor` to get the page after this one.
    next: Option<String>,
}

/// Objects that can't be read, or not wholly, by their addresses, each with the reason.
#[utoipa::path(get, path = "/sources/unreadable", tag = "telemetry", params(Asked),
    responses((status = 200, description = "A page of objects", body = Page)))]
pub(super) async fn unreadable(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    asked: Result<Query<Asked>, Problem>,
) -> Result<Json<Page>, Problem> {
    caller.must_see_all()?;
    let Query(asked) = asked?;
    let limit = paging::limit(asked.limit)?;
    let after = asked.cursor.as_deref();
    let objects = match &asked.account {
        Some(account) => app.store.unreadable_of(account, after, limit).await?,
        None => app.store.unreadable(after, limit).await?,
    };
    let next = paging::next(&objects, limit, |last| last.address.clone());
    Ok(Json(Page { objects: objects.into_iter().map(Unreadable::of).collect(), next }))
}

/// How sources fare, and who is heard through them.
#[utoipa::path(get, path = "/sources", tag = "telemetry",
    responses((status = 200, description = "Sources", body = Sources)))]
pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Sources>, Problem> {
    caller.must_see_all()?;
    let (sources, feeds) = (app.store.sources().await?, app.store.feeds(None).await?);
    let blocks = app.blocks.standings().iter().map(BlockTable::of).collect();
    Ok(Json(Sources { sources, feeds, blocks }))
}

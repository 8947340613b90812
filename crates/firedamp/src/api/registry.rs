//! What the desk looks for: its detectors, and the list of known pools.

use axum::Json;
use firedamp_core::{detector::DETECTORS, finding::Group, indicator::Indicator};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::paging;
use crate::{
    page::found_indicators,
    web::{Problem, extract::Query},
};

/// A detector.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Detector {
    id: &'static str,
    /// The kind of evidence that it gives.
    #[schema(value_type = String)]
    group: Group,
    /// What it sees, in one sentence.
    says: &'static str,
}

/// Every detector.
#[utoipa::path(get, path = "/detectors", tag = "telemetry",
    responses((status = 200, description = "The detectors", body = Vec<Detector>)))]
pub(super) async fn detectors() -> Json<Vec<Detector>> {
    let detector = |info: &firedamp_core::detector::Info| Detector {
        id: info.id,
        group: info.group,
        says: info.says,
    };
    Json(DETECTORS.iter().map(detector).collect())
}

/// Which indicators are asked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// Only those whose name, pool or source holds this text.
    #[serde(default)]
    #[param(required = false)]
    q: String,
    /// Lines of a page.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// Where the page before ended.
    #[param(pattern = "^[0-9]{1,9}$")]
    cursor: Option<String>,
}

/// A row of the list of known pools.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Indicator)]
pub(super) struct Row {
    /// A domain, an address, or an address with its port.
    name: String,
    /// `A`, `B`, `C` or `M`: how strongly it points at mining.
    tier: &'static str,
    /// `fresh`, `maintained` or `stale`.
    freshness: &'static str,
    /// The coin and pool, as the source writes them.
    pool: String,
    ports: Vec<u16>,
    /// Who lists it.
    sources: String,
}

/// One page of indicators.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IndicatorPage)]
pub(super) struct Page {
    indicators: Vec<Row>,
    /// Give it as `cursor` to get the page after this one.
    next: Option<String>,
}

/// Known pools, from the list that comes with the program.
#[utoipa::path(get, path = "/indicators", tag = "telemetry", params(Asked),
    responses((status = 200, description = "A page of indicators", body = Page)))]
pub(super) async fn indicators(
    asked: Result<Query<Asked>, Problem>,
) -> Result<Json<Page>, Problem> {
    let Query(Asked { q, limit, cursor }) = asked?;
    let limit = paging::limit(limit)?;
    let skip = paging::number(cursor.as_deref())?.unwrap_or_default();
    let skip = usize::try_from(skip).map_err(|_| paging::foreign())?;
    let row = |row: &Indicator| Row {
        name: row.name.to_string(),
        tier: row.tier.id(),
        freshness: row.freshness.id(),
        pool: row.pool.clone(),
        ports: row.ports.clone(),
        sources: row.sources.clone(),
    };
    let rows: Vec<Row> = found_indicators(&q).skip(skip).take(limit as usize).map(row).collect();
    let next = paging::next(&rows, limit, |_| (skip + rows.len()).to_string());
    Ok(Json(Page { indicators: rows, next }))
}

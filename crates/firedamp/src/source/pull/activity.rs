//! The Activity Log of an Azure subscription: who did what to it. The REST call gives ninety days;
//! records come some minutes after the fact, seldom hours.

use anyhow::{Context, Result};
use axum::http::HeaderMap;
use firedamp_core::time::Time;
use serde::Deserialize;
use url::Url;

use super::kind::{Asked, Page, Stretch};

/// Where the first question begins, so many days back.
const FIRST_DAYS: i64 = 7;
/// What is asked for as one: an hour.
const STRETCH_SECONDS: i64 = 3600;
/// Records of an hour come so long after it.
const LATE_SECONDS: i64 = 2 * 3600;

/// The hour that begins at `from`.
pub(super) fn stretch(asked: &Asked<'_>, from: Option<Time>, now: Time) -> Result<Option<Stretch>> {
    let from = from.unwrap_or(now.plus_seconds(-FIRST_DAYS * 86_400));
    let from = Time::from_seconds(from.seconds() - from.seconds().rem_euclid(STRETCH_SECONDS));
    let end = from.plus_seconds(STRETCH_SECONDS);
    if from > now {
        return Ok(None);
    }
    let path = format!(
        "subscriptions/{}/providers/Microsoft.Insights/eventtypes/management/values",
        asked.of
    );
    let mut url = asked.base.join(&path)?;
    let filter = format!("eventTimestamp ge '{from}' and eventTimestamp le '{end}'");
    url.query_pairs_mut().append_pair("api-version", "2015-04-01").append_pair("$filter", &filter);
    let name: String = from.to_string().chars().filter(|letter| *letter != ':').collect();
    let is_open = now.seconds_since(end) < LATE_SECONDS;
    Ok(Some(Stretch { url, name, end, is_open }))
}

#[derive(Deserialize)]
struct Records {
    #[serde(rename = "nextLink")]
    next_link: Option<String>,
}

/// Where the next page is.
pub(super) fn page(_asked: &Asked<'_>, body: &[u8], _number: usize) -> Result<Page> {
    let page: Records = serde_json::from_slice(body).context("the answer is no page of records")?;
    let link = page.next_link.filter(|link| !link.is_empty());
    let link = link.map(|link| Url::parse(&link)).transpose();
    let next = link.context("the link to the next page")?.map(|link| (link, HeaderMap::new()));
    Ok(Page { is_empty: false, next })
}

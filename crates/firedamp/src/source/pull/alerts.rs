//! Microsoft's alerts: Graph's partner security alerts, and Partner Center's fraud events in the newer
//! model. All of them each time, for what people make of them changes; the answers of a day replace
//! each other.

use anyhow::{Context, Result};
use axum::http::HeaderMap;
use firedamp_core::time::Time;
use serde_json::Value;
use url::Url;

use super::kind::{Asked, Page, Stretch};

/// Events that are asked for on one page.
const PAGE_EVENTS: usize = 200;

pub(super) fn graph(asked: &Asked<'_>, from: Option<Time>, now: Time) -> Result<Option<Stretch>> {
    Ok(whole(asked.base.join("beta/security/partner/securityAlerts")?, from, now))
}

pub(super) fn fraud_events(
    asked: &Asked<'_>,
    from: Option<Time>,
    now: Time,
) -> Result<Option<Stretch>> {
    Ok(whole(numbered(asked.base, 1)?, from, now))
}

/// Everything that there is now.
fn whole(url: Url, from: Option<Time>, now: Time) -> Option<Stretch> {
    let (year, month, day) = now.date();
    let name = format!("{year:04}-{month:02}-{day:02}");
    let is_due = from.is_none_or(|from| from < now);
    is_due.then_some(Stretch { url, name, end: now, is_open: true })
}

fn numbered(base: &Url, number: usize) -> Result<Url> {
    let mut url = base.join("v1/fraudEvents")?;
    url.query_pairs_mut()
        .append_pair("PageSize", &PAGE_EVENTS.to_string())
        .append_pair("PageNumber", &number.to_string());
    Ok(url)
}

/// Graph says where the next page is.
pub(super) fn graph_page(_asked: &Asked<'_>, body: &[u8], _number: usize) -> Result<Page> {
    let page = read(body)?;
    let is_empty = list(page.get("value"))? == 0;
    let next = match page.get("@odata.nextLink") {
        None | Some(Value::Null) => None,
        Some(link) => {
            let link = link.as_str().and_then(|link| Url::parse(link).ok());
            let link = link.context("the next page is said to be elsewhere, at no address")?;
            Some((link, HeaderMap::new()))
        }
    };
    Ok(Page { is_empty, next })
}

/// Partner Center counts: the last page is the one that is not full.
pub(super) fn fraud_events_page(asked: &Asked<'_>, body: &[u8], number: usize) -> Result<Page> {
    let events = list(Some(&read(body)?))?;
    let next = match events < PAGE_EVENTS {
        true => None,
        false => Some((numbered(asked.base, number + 2)?, HeaderMap::new())),
    };
    Ok(Page { is_empty: events == 0, next })
}

fn read(body: &[u8]) -> Result<Value> {
    serde_json::from_slice(body).ok().context("a page can't be read: it is no JSON")
}

fn list(value: Option<&Value>) -> Result<usize> {
    let list = value.and_then(Value::as_array);
    Ok(list.context("a page can't be read: it holds no list of alerts")?.len())
}

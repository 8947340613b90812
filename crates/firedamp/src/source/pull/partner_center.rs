//! Partner Center: audit records by the day, and rated usage of the period that is not billed yet.
//! Further pages are asked for with the headers that the answer names.

use anyhow::{Context, Result};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use firedamp_core::time::Time;
use serde::Deserialize;
use url::Url;

use super::kind::{Asked, Next, Page, Stretch};

/// Where the first question begins; ninety days are kept.
const FIRST_DAYS: i64 = 30;
const DAY_SECONDS: i64 = 86_400;
/// Records of a day come so long after it.
const LATE_SECONDS: i64 = 6 * 3600;
/// Headers that one answer may ask for.
const HEADERS_MAX: usize = 8;

fn day(time: Time) -> Time {
    Time::from_seconds(time.seconds() - time.seconds().rem_euclid(DAY_SECONDS))
}

fn date(time: Time) -> String {
    let (year, month, day) = time.date();
    format!("{year:04}-{month:02}-{day:02}")
}

/// The audit records of the day that begins at `from`.
pub(super) fn audit(asked: &Asked<'_>, from: Option<Time>, now: Time) -> Result<Option<Stretch>> {
    let from = day(from.unwrap_or(now.plus_seconds(-FIRST_DAYS * DAY_SECONDS)));
    let end = from.plus_seconds(DAY_SECONDS);
    if from > now {
        return Ok(None);
    }
    let mut url = asked.base.join("v1/auditrecords")?;
    let (start, name) = (date(from), date(from));
    url.query_pairs_mut().append_pair("startDate", &start).append_pair("endDate", &date(end));
    Ok(Some(Stretch { url, name, end, is_open: now.seconds_since(end) < LATE_SECONDS }))
}

/// Rated usage of the current period; all of it each time, for it is corrected afterwards.
pub(super) fn usage(asked: &Asked<'_>, from: Option<Time>, now: Time) -> Result<Option<Stretch>> {
    if from.is_some_and(|from| from >= now) {
        return Ok(None);
    }
    let mut url = asked.base.join("v1/invoices/unbilled/lineitems")?;
    url.query_pairs_mut()
        .append_pair("provider", "onetime")
        .append_pair("invoicelineitemtype", "usagelineitems")
        .append_pair("currencycode", asked.currency)
        .append_pair("period", "current")
        .append_pair("size", "2000");
    let (year, month, _) = now.date();
    let name = format!("{year:04}-{month:02}");
    Ok(Some(Stretch { url, name, end: now, is_open: true }))
}

#[derive(Deserialize)]
struct Records {
    #[serde(default)]
    links: Links,
}

#[derive(Default, Deserialize)]
struct Links {
    next: Option<Link>,
}

#[derive(Deserialize)]
struct Link {
    uri: String,
    #[serde(default)]
    headers: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    key: String,
    value: String,
}

/// Where the next page is.
pub(super) fn page(asked: &Asked<'_>, body: &[u8], _number: usize) -> Result<Page> {
    Ok(Page { is_empty: false, next: next(asked.base, body)? })
}

/// With which headers it is asked for is said, too.
fn next(base: &Url, body: &[u8]) -> Result<Next> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let page: Records = serde_json::from_slice(body).context("the answer is no page of records")?;
    let Some(link) = page.links.next else {
        return Ok(None);
    };
    let path = link.uri.trim_start_matches('/');
    let url = if path.contains("://") || path.starts_with("v1/") {
        base.join(path)
    } else {
        base.join("v1/").and_then(|base| base.join(path))
    };
    let mut headers = HeaderMap::new();
    for Named { key, value } in link.headers.iter().take(HEADERS_MAX) {
        // Only its own kind: an answer does not choose with whose rights the next page is asked for.
        if key.to_ascii_lowercase().starts_with("ms-") {
            headers.insert(key.parse::<HeaderName>()?, HeaderValue::from_str(value)?);
        }
    }
    Ok(Some((url.context("the link to the next page")?, headers)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_beside_the_first() {
        let base = Url::parse("https://api.partnercenter.microsoft.com/").expect("a URL");
        let page = r#"{"totalCount":2,"items":[],"links":{"next":{
            "uri":"/auditrecords?startDate=2026-03-30&size=500","method":"GET",
            "headers":[{"key":"MS-ContinuationToken","value":"abc"},
                       {"key":"Authorization","value":"Bearer x"}]}}}"#;
        let (url, headers) = next(&base, page.as_bytes()).expect("a page").expect("a next one");
        let wanted =
            "https://api.partnercenter.microsoft.com/v1/auditrecords?startDate=2026-03-30&size=500";
        assert_eq!(url.as_str(), wanted);
        assert_eq!(headers.len(), 1);
        assert_eq!(headers["ms-continuationtoken"], "abc");
        assert_eq!(next(&base, b"\xef\xbb\xbf{\"items\":[]}").expect("a page"), None);
        assert!(next(&base, b"<html>").is_err());
    }
}

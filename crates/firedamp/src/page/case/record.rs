//! One record as it was written, looked up in its object: without secrets, and safe to look at.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
    response::Response,
};
use firedamp_core::{
    id::{ObjectId, Place},
    redact,
};

use super::{
    super::{Frame, answered, filters, shown, view::say},
    evidence,
};
use crate::{
    object::{self, Sought},
    report,
    store::{Error, Object},
    web::{App, Problem, access::Caller},
};

/// Letters of a record on the page.
const LETTERS_MAX: usize = 20_000;

#[derive(Template)]
#[template(path = "page/case/record.html")]
struct Page {
    frame: Frame,
    case: i64,
    number: u64,
    object: String,
    /// Where the object came from; of objects that others share, nobody is told.
    address: Option<String>,
    text: Option<String>,
    /// Why it can't be shown.
    why_not: &'static str,
}

pub(in super::super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    place: Result<Path<(i64, String, u64)>, PathRejection>,
) -> Response {
    answered(page(&app, &caller, place).await)
}

async fn page(
    app: &App,
    caller: &Caller,
    place: Result<Path<(i64, String, u64)>, PathRejection>,
) -> Result<Response, Problem> {
    let Path((case, object, number)) = place.map_err(|_| Error::Missing("record"))?;
    let file = app.store.case(case, caller.within()).await?;
    let judgement = serde_json::from_str(&file.json).unwrap_or_default();
    let id = hash(&object).filter(|_| evidence::names(&judgement, &object, number));
    let id = id.ok_or(Error::Missing("record behind this case"))?;
    let known = app.store.object(id).await?;
    let (text, why_not) = match &known {
        Some(known) => looked_up(known, Place { object: id, record: number }).await,
        None => (None, "record-forgotten"),
    };
    let title = say().say("record-title", &[("number", &number.to_string())]);
    let page = Page {
        frame: Frame::titled(app, caller, title).await?,
        case,
        number,
        object,
        address: known.filter(|_| caller.scope.is_none()).map(|one| report::shown(&one.address)),
        text,
        why_not,
    };
    Ok(shown(StatusCode::OK, &page))
}

async fn looked_up(known: &Object, place: Place) -> (Option<String>, &'static str) {
    let path = std::path::PathBuf::from(&known.path);
    let sought = tokio::task::spawn_blocking(move || object::record(&path, place)).await;
    match sought {
        Ok(Ok(Sought::Found(record))) => (Some(readable(&record)), ""),
        Ok(Ok(Sought::Changed)) => (None, "record-changed"),
        Ok(Ok(Sought::TooLarge)) => (None, "record-too-large"),
        Ok(Ok(Sought::Missing)) => (None, "record-no-text"),
        Ok(Err(_)) | Err(_) => (None, "record-gone"),
    }
}

/// The record with its JSON spread out, secrets left out, and letters that deceive made plain.
fn readable(record: &[u8]) -> String {
    let text = String::from_utf8_lossy(record);
    let spread = serde_json::from_str::<serde_json::Value>(&text)
        .ok()
        .and_then(|value| serde_json::to_string_pretty(&value).ok());
    let text = redact::redacted(spread.as_deref().unwrap_or(&text));
    let lines: Vec<String> = text.lines().map(report::shown).collect();
    let text = lines.join("\n");
    match text.char_indices().nth(LETTERS_MAX) {
        Some((end, _)) => format!("{}\n…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

fn hash(text: &str) -> Option<ObjectId> {
    let number = u128::from_str_radix(text, 16).ok().filter(|_| text.len() == 32)?;
    Some(ObjectId(number.to_be_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_as_it_is_written() {
        let id = ObjectId(*b"0123456789abcdef");
        assert_eq!(hash(&id.to_string()), Some(id));
        assert_eq!(hash("12"), None);
        assert_eq!(hash(&"g".repeat(32)), None);
    }

    #[test]
    fn records_are_spread_out_and_neither_deceive_nor_tell_secrets() {
        let record = "{\"a\":{\"password\":\"hunter2\"},\"b\":\"x\\u202ey\"}";
        let text = readable(record.as_bytes());
        assert!(text.contains("\n  \"a\""), "{text}");
        assert!(!text.contains("hunter2") && !text.contains('\u{202e}'), "{text}");
        assert!(readable(&[b'x'; 100_000]).chars().count() < LETTERS_MAX + 10);
        assert_eq!(readable(b"2 eni-1 \x1b[31m"), "2 eni-1 ?[31m");
    }
}

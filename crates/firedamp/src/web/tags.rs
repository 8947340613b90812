//! Entity tags: who has an answer already is told so, and gets nothing.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::Problem;

/// Bytes of an answer that is held to be tagged. A judgement is the largest of them.
const ANSWER_BYTES_MAX: usize = 64 << 20;
/// Letters of a hash in a tag.
const HASH_LETTERS: usize = 16;

/// Tags what is read, and answers `304` to who names the tag in `If-None-Match`. A handler may set a
/// revision as its tag; the hash of the content is added to it.
pub async fn answer(request: Request, next: Next) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let known =
        request.headers().get_all(header::IF_NONE_MATCH).iter().cloned().collect::<Vec<_>>();
    let response = next.run(request).await;
    if !is_read || response.status() != StatusCode::OK {
        return response;
    }
    tagged(response, &known).await.unwrap_or_else(|error| Problem::broken(&error).into_response())
}

async fn tagged(response: Response, known: &[HeaderValue]) -> Result<Response, axum::Error> {
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, ANSWER_BYTES_MAX).await?;
    let hash = blake3::hash(&body).to_hex();
    let hash = hash.get(..HASH_LETTERS).unwrap_or_default();
    let tag = match revision_tag(&parts.headers) {
        Some(revision) => format!("\"{revision}-{hash}\""),
        None => format!("\"{hash}\""),
    };
    if let Ok(value) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, value);
    }
    if names(known, &tag) {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
        return Ok(Response::from_parts(parts, Body::empty()));
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn revision_tag(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::ETAG)?.to_str().ok().map(|tag| tag.trim_matches('"'))
}

/// Whether the header names the tag; a weak tag is as good here.
fn names(known: &[HeaderValue], tag: &str) -> bool {
    let known = known.iter().filter_map(|value| value.to_str().ok());
    known
        .flat_map(|value| value.split(','))
        .map(|one| one.trim().trim_start_matches("W/"))
        .any(|one| one == tag || one == "*")
}

/// The tag of a revision, for handlers.
#[must_use]
pub fn with_revision(revision: i64, body: impl IntoResponse) -> Response {
    let mut response = body.into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{revision}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// The revision that the caller has seen, by `If-Match`.
///
/// # Errors
/// When the header holds no tag of a case.
pub fn seen_revision(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(tag) = headers.get(header::IF_MATCH) else {
        return Ok(None);
    };
    let tag = tag.to_str().unwrap_or_default().trim();
    if tag == "*" {
        return Ok(None);
    }
    let read = || {
        let tag = tag.strip_prefix('"')?.strip_suffix('"')?;
        tag.split_once('-').map_or(tag, |(revision, _)| revision).parse().ok()
    };
    // What is a tag and no case's is the tag of no case as it is now.
    let is_tag = tag.len() >= 2 && tag.starts_with('"') && tag.ends_with('"');
    let wrong = || match is_tag {
        true => {
            let detail = "If-Match names no revision that this case ever had";
            Problem::new(StatusCode::PRECONDITION_FAILED, "changed", detail)
        }
        false => Problem::invalid("If-Match is the ETag of a case, such as \"3\""),
    };
    read().map(Some).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_is_read_from_every_form_of_its_tag() {
        for (tag, wanted) in [
            ("\"3\"", Some(Some(3))),
            ("\"12-00ff00ff00ff00ff\"", Some(Some(12))),
            ("*", Some(None)),
            ("3", None),
            ("\"\"", None),
            ("W/\"3\"", None),
            ("\"3\", \"4\"", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_MATCH, HeaderValue::from_static(tag));
            assert_eq!(seen_revision(&headers).ok(), wanted, "{tag}");
        }
        assert_eq!(seen_revision(&HeaderMap::new()).ok(), Some(None));
    }

    #[test]
    fn a_tag_of_something_else_is_no_match_and_what_is_no_tag_is_invalid() {
        for (tag, status) in [("\"x\"", 412), ("\"\"", 412), ("x", 400), ("\"", 400)] {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_MATCH, HeaderValue::from_static(tag));
            let problem = seen_revision(&headers).expect_err("no revision");
            assert_eq!(problem.status.as_u16(), status, "{tag}");
        }
    }

    #[test]
    fn one_of_several_tags_is_enough() {
        let known = |text: &'static str| [HeaderValue::from_static(text)];
        assert!(names(&known("\"a\", W/\"b\""), "\"b\""));
        assert!(names(&known("*"), "\"b\""));
        assert!(!names(&known("\"a\""), "\"b\""));
        assert!(!names(&[], "\"b\""));
    }
}

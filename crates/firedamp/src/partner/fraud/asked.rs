//! What callers of fraud events ask for: names in any case, numbers and words checked.

use axum::http::StatusCode;
use firedamp_core::life::{self, Reason};
use serde_json::{Map, Value};

use super::{Model, problem};
use crate::{
    partner::update::Wanted,
    store::{AlertField, Condition, Operand, PAGE_MAX, Relation},
    web::Problem,
};

/// Events that one call may name.
const EVENT_IDS_MAX: usize = 1000;

/// A page by its number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Paging {
    pub(super) size: u32,
    pub(super) skip: u32,
}

/// Which events.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) condition: Condition,
    pub(super) paging: Option<Paging>,
}

impl Asked {
    pub(super) fn parse(query: &str, model: Model) -> Result<Self, Problem> {
        let mut conditions = Vec::new();
        let (mut size, mut number) = (None, None);
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match (name.to_ascii_lowercase().as_str(), model) {
                ("eventstatus", _) => {
                    let status = Operand::Text(status(&value)?.id().to_string());
                    conditions.push(is(AlertField::Status, status));
                }
                ("subscriptionid", _) => {
                    conditions
                        .push(is(AlertField::Subscription, Operand::Text(value.into_owned())));
                }
                ("eventtype", Model::New) => {
                    conditions.push(is(AlertField::AlertType, Operand::Text(value.into_owned())));
                }
                ("pagesize", Model::New) => size = Some(positive("PageSize", &value)?),
                ("pagenumber", Model::New) => number = Some(positive("PageNumber", &value)?),
                _ => {}
            }
        }
        let paging = match (size, number) {
            (Some(size), Some(number)) => {
                let size = size.min(PAGE_MAX);
                Some(Paging { size, skip: size.saturating_mul(number - 1) })
            }
            (None, None) => None,
            _ => {
                let detail = "PageSize and PageNumber go together";
                return Err(problem(StatusCode::BAD_REQUEST, "3000", detail));
            }
        };
        Ok(Self { condition: Condition::All(conditions), paging })
    }
}

const fn is(field: AlertField, operand: Operand) -> Condition {
    Condition::Is(field, Relation::Equal, operand)
}

fn positive(name: &str, value: &str) -> Result<u32, Problem> {
    let number = value.parse().ok().filter(|number| *number > 0);
    let wrong = || problem(StatusCode::BAD_REQUEST, "3000", format!("{name} is a number above 0"));
    number.ok_or_else(wrong)
}

fn not_a_word(value: &str) -> Problem {
    let value: String = crate::report::shown(value).chars().take(100).collect();
    problem(StatusCode::BAD_REQUEST, "900126", format!("unable to parse enum: {value}"))
}

/// A status in any case; the documentation says `Resolve` once for `Resolved`.
fn status(value: &str) -> Result<life::Status, Problem> {
    match value.to_ascii_lowercase().as_str() {
        "resolve" => Ok(life::Status::Resolved),
        word => life::Status::from_id(word).ok_or_else(|| not_a_word(value)),
    }
}

/// What is to become of events.
#[derive(Debug)]
pub(super) struct Status {
    /// Only of these; of all where none is named.
    pub(super) events: Vec<String>,
    pub(super) wanted: Wanted,
}

impl Status {
    /// Reads the body of a call: keys in any case.
    pub(super) fn parse(body: &[u8], model: Model) -> Result<Self, Problem> {
        let invalid = |detail: &str| problem(StatusCode::BAD_REQUEST, "800002", detail);
        let body: Map<String, Value> =
            serde_json::from_slice(body).map_err(|_| invalid("the body is no JSON object"))?;
        let body: Map<String, Value> =
            body.into_iter().map(|(key, value)| (key.to_ascii_lowercase(), value)).collect();
        let events = match body.get("eventids") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(ids)) if ids.len() <= EVENT_IDS_MAX => {
                let ids = ids.iter().map(|id| id.as_str().map(String::from));
                ids.collect::<Option<_>>().ok_or_else(|| invalid("EventIds are texts"))?
            }
            Some(_) => return Err(invalid("EventIds is a list of 1000 texts at most")),
        };
        let word = |key: &str| body.get(key).and_then(Value::as_str);
        let reason = word("resolvedreason").map(reason).transpose()?.flatten();
        let wanted = match (word("eventstatus"), model) {
            (Some(word), _) => status(word)?,
            (None, Model::Old) => life::Status::Resolved,
            (None, Model::New) => return Err(invalid("EventStatus is missing")),
        };
        if wanted == life::Status::Resolved && reason.is_none() {
            return Err(invalid("ResolvedReason is missing: Fraud, Ignore or Legitimate"));
        }
        Ok(Self { events, wanted: Wanted { status: wanted, reason } })
    }
}

fn reason(value: &str) -> Result<Option<Reason>, Problem> {
    match value.to_ascii_lowercase().as_str() {
        "none" | "" => Ok(None),
        word => Reason::from_id(word).map(Some).ok_or_else(|| not_a_word(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_writing_a_status_are_read() {
        let new = |body: &str| Status::parse(body.as_bytes(), Model::New);
        for body in [
            r#"{"EventIds":["a"],"EventStatus":"Resolved","ResolvedReason":"Fraud"}"#,
            r#"{"eventIds":["a"],"eventStatus":"resolve","resolvedReason":"fraud"}"#,
        ] {
            let status = new(body).expect("a status");
            let fraud = Wanted { status: life::Status::Resolved, reason: Some(Reason::Fraud) };
            assert_eq!((status.events.len(), status.wanted), (1, fraud));
        }
        let old = Status::parse(br#"{"ResolvedReason":"Ignore"}"#, Model::Old).expect("a status");
        assert_eq!(old.wanted.reason, Some(Reason::Ignore));
        for body in [
            "",
            "[]",
            r#"{"ResolvedReason":"Fraud"}"#,
            r#"{"EventStatus":"Resolved","ResolvedReason":"None"}"#,
            r#"{"EventStatus":"Asleep","ResolvedReason":"Fraud"}"#,
            r#"{"EventStatus":"Resolved","ResolvedReason":"Whim"}"#,
            r#"{"EventIds":"a","EventStatus":"Active"}"#,
            r#"{"EventIds":[1],"EventStatus":"Active"}"#,
        ] {
            assert!(new(body).is_err(), "{body}");
        }
    }

    #[test]
    fn pages_are_of_the_new_model_alone() {
        let paged = Asked::parse("PageSize=2&pagenumber=3", Model::New).expect("read").paging;
        assert_eq!(paged, Some(Paging { size: 2, skip: 4 }));
        let old = Asked::parse("PageSize=2", Model::Old).expect("read");
        assert_eq!(old.paging, None);
        for query in ["PageSize=2", "PageSize=0&PageNumber=1", "EventStatus=Asleep"] {
            assert!(Asked::parse(query, Model::New).is_err(), "{query}");
        }
    }
}

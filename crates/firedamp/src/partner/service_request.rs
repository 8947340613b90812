//! Partner Center: service requests. Those that programs file are kept here, beside the cases, for
//! the people of the desk; nothing is sent to Microsoft, who take none over their API any more.

use axum::{
    Extension, Json,
    extract::{
        Path, State,
        rejection::{JsonRejection, PathRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use firedamp_core::time::Time;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    store::{COMMENT_MAX, Error, PAGE_MAX, ServiceRequest, ServiceRequestChange},
    web::{
        App, Problem,
        access::{Caller, Role},
    },
};

/// Letters of a title.
const TITLE_MAX: usize = 300;
/// What requests can be about: the problem type of Microsoft's notice of mining.
const TOPICS: [(i64, &str, &str); 1] =
    [(1, "Adding or managing customers", "Questions about a customer, such as a notice of mining")];
/// Severities by the number that some answers have for them.
const SEVERITIES: [&str; 4] = ["unknown", "critical", "moderate", "minimal"];
const STATUSES: [&str; 4] = ["none", "open", "closed", "attention_needed"];
/// How Partner Center writes "never closed".
const NEVER: &str = "0001-01-01T00:00:00";

pub(super) async fn topics(Extension(_caller): Extension<Caller>) -> Json<Value> {
    let topic = |(id, name, description): &(i64, &str, &str)| {
        json!({
            "id": id, "name": name, "description": description,
            "attributes": {"objectType": "SupportTopic"},
        })
    };
    Json(collection(TOPICS.iter().map(topic).collect()))
}

fn collection(items: Vec<Value>) -> Value {
    json!({
        "totalCount": items.len(), "items": items, "attributes": {"objectType": "Collection"},
    })
}

/// A request as it is filed. What the desk has no use for is let in and let go.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Filed {
    title: String,
    description: String,
    severity: Option<Value>,
    support_topic_id: Option<Value>,
}

impl Filed {
    fn request(self, caller: &Caller, at: Time) -> Result<ServiceRequest, Problem> {
        let topic = self.support_topic_id.as_ref().and_then(number).unwrap_or(TOPICS[0].0);
        if !TOPICS.iter().any(|(id, ..)| *id == topic) {
            return Err(Problem::invalid(format!("there is no support topic {topic}")));
        }
        Ok(ServiceRequest {
            title: some(self.title, TITLE_MAX, "title")?,
            description: some(self.description, COMMENT_MAX, "description")?,
            severity: word(self.severity.as_ref(), &SEVERITIES, "severity")?
                .unwrap_or("unknown")
                .to_string(),
            topic,
            status: "open".to_string(),
            made_by: caller.name.clone(),
            scope: caller.scope.clone(),
            made_at: at,
            changed_at: at,
            ..ServiceRequest::default()
        })
    }
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn some(text: String, most: usize, what: &str) -> Result<String, Problem> {
    match text.chars().count() {
        1.. if !text.trim().is_empty() && text.chars().count() <= most => Ok(text),
        _ => Err(Problem::invalid(format!("a {what} has 1 to {most} letters"))),
    }
}

/// A word of a list in any case, or its place in the list.
fn word(
    value: Option<&Value>,
    words: &[&'static str],
    what: &str,
) -> Result<Option<&'static str>, Problem> {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    let by_place = value.as_u64().and_then(|place| words.get(usize::try_from(place).ok()?));
    let by_name = || {
        let name = value.as_str()?;
        words.iter().find(|word| word.eq_ignore_ascii_case(name))
    };
    let found = by_place.or_else(by_name).copied();
    found.map(Some).ok_or_else(|| {
        Problem::new(StatusCode::BAD_REQUEST, "900126", format!("unable to parse enum: {what}"))
    })
}

pub(super) async fn file(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    filed: Result<Json<Filed>, JsonRejection>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Analyst)?;
    let Json(filed) = filed.map_err(|error| Problem::invalid(error.body_text()))?;
    let request = filed.request(&caller, (app.clock)())?;
    let id = app.store.file_request(&request).await?;
    let request = app.store.service_request(id, caller.within()).await?;
    Ok((StatusCode::CREATED, Json(written(&request))).into_response())
}

pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Value>, Problem> {
    let requests = app.store.service_requests(caller.within(), PAGE_MAX).await?;
    Ok(Json(collection(requests.iter().map(written).collect())))
}

pub(super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Json<Value>, Problem> {
    let Path(id) = id.map_err(|_| Error::Missing("service request"))?;
    Ok(Json(written(&app.store.service_request(id, caller.within()).await?)))
}

/// What is changed of a request.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Change {
    status: Option<Value>,
    new_note: Option<Note>,
}

#[derive(Debug, Deserialize)]
struct Note {
    text: String,
}

pub(super) async fn change(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<i64>, PathRejection>,
    change: Result<Json<Change>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    caller.must_be(Role::Analyst)?;
    let Path(id) = id.map_err(|_| Error::Missing("service request"))?;
    app.store.service_request(id, caller.within()).await?;
    let Json(change) = change.map_err(|error| Problem::invalid(error.body_text()))?;
    let note = change.new_note.map(|note| some(note.text, COMMENT_MAX, "note")).transpose()?;
    let status = word(change.status.as_ref(), &STATUSES, "status")?.filter(|word| *word != "none");
    let change = ServiceRequestChange {
        id,
        status: status.map(String::from),
        note,
        by: caller.name.clone(),
        at: (app.clock)(),
    };
    app.store.change_request(&change).await?;
    Ok(Json(written(&app.store.service_request(id, caller.within()).await?)))
}

fn written(request: &ServiceRequest) -> Value {
    let topic = TOPICS.iter().find(|(id, ..)| *id == request.topic).map(|(_, name, _)| name);
    let notes: Vec<Value> = request
        .notes
        .iter()
        .map(|(by, at, text)| {
            json!({"createdByName": by, "createdDate": at.to_string(), "text": text})
        })
        .collect();
    json!({
        "id": request.id.to_string(),
        "title": request.title,
        "description": request.description,
        "severity": request.severity,
        "supportTopicId": request.topic.to_string(),
        "supportTopicName": topic,
        "status": request.status,
        "primaryContact": {"firstName": "", "lastName": request.made_by},
        "createdDate": request.made_at.to_string(),
        "lastModifiedDate": request.changed_at.to_string(),
        "lastClosedDate": request.closed_at.map_or(NEVER.to_string(), |at| at.to_string()),
        "fileLinks": [],
        "notes": notes,
        "attributes": {"objectType": "ServiceRequest"},
    })
}

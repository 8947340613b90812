//! Microsoft Graph (beta): partner security alerts.

use axum::{
    Extension, Json,
    extract::{
        Path, RawQuery, State,
        rejection::{JsonRejection, PathRejection},
    },
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use firedamp_core::life::{Reason, Status};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    alert::{self, Seen},
    link::{self, Scheme},
    odata::Options,
    update::{self, Wanted},
};
use crate::{
    store::{AlertField, AlertFile, AlertQuery, Condition, Error, Operand, Relation},
    web::{App, Problem, access::Caller},
};

const PATH: &str = "beta/security/partner/securityAlerts";

/// What details are called.
const DETAILS: [&str; 6] = [
    "resourceid",
    "resourcetype",
    "VM_IP",
    "MiningPool_IP",
    "ConnectionCount",
    "CryptoCurrencyMiningPoolDomainName",
];

/// What a request is made of, besides its path.
type Asked = (Option<Extension<Scheme>>, HeaderMap, RawQuery);

pub(super) async fn list(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    (scheme, headers, RawQuery(query)): Asked,
) -> Result<Json<Value>, Problem> {
    let options = Options::parse(query.as_deref().unwrap_or_default()).map_err(Problem::invalid)?;
    let base = link::base(&headers, scheme.map(|Extension(scheme)| scheme).unwrap_or_default())?;
    let page = options.page();
    let wanted = AlertQuery { limit: page + 1, ..wanted(&options, &caller) };
    let mut files = app.store.alerts(&wanted).await?;
    let has_more = files.len() > page as usize;
    files.truncate(page as usize);
    let mut body = Map::new();
    body.insert("@odata.context".to_string(), json!(context(&base, "")));
    if options.count {
        body.insert("@odata.count".to_string(), json!(app.store.count_alerts(&wanted).await?));
    }
    if let Some(last) = files.last().filter(|_| has_more) {
        let next = next(&base, &query.unwrap_or_default(), &options, last);
        body.insert("@odata.nextLink".to_string(), json!(next));
    }
    let value: Vec<Value> = files.iter().map(|file| written(file, &options.select)).collect();
    body.insert("value".to_string(), json!(value));
    Ok(Json(Value::Object(body)))
}

fn wanted(options: &Options, caller: &Caller) -> AlertQuery {
    AlertQuery {
        condition: options.filter.clone(),
        order: options.order.clone(),
        after: options.after,
        skip: options.skip,
        limit: options.page(),
        within: caller.scope.clone(),
    }
}

fn context(base: &url::Url, rest: &str) -> String {
    format!("{base}beta/$metadata#security/partner/securityAlerts{rest}")
}

/// The link to the page after the one that ends with `last`: the same request, further on. Lists in
/// the order of ids go on after the last one, so that what changes meanwhile moves no page; others
/// count.
fn next(base: &url::Url, query: &str, options: &Options, last: &AlertFile) -> String {
    let token = match options.order.is_empty() {
        true => format!("i{}", last.row.id),
        false => format!("s{}", options.skip.saturating_add(options.page())),
    };
    let kept = url::form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| !matches!(name.trim_start_matches('$'), "skip" | "skiptoken"));
    let mut link = format!("{base}{PATH}?");
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    pairs.extend_pairs(kept).append_pair("$skiptoken", &token);
    link.push_str(&pairs.finish());
    link
}

pub(super) async fn count(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let options = Options::parse(query.as_deref().unwrap_or_default()).map_err(Problem::invalid)?;
    let count = app.store.count_alerts(&wanted(&options, &caller)).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain")], count.to_string()).into_response())
}

pub(super) async fn show(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
    (scheme, headers, RawQuery(query)): Asked,
) -> Result<Json<Value>, Problem> {
    let options = Options::parse(query.as_deref().unwrap_or_default()).map_err(Problem::invalid)?;
    let base = link::base(&headers, scheme.map(|Extension(scheme)| scheme).unwrap_or_default())?;
    let file = find(&app, &caller, &id).await?;
    Ok(Json(entity(&base, &file, &options.select)))
}

/// An alert by itself.
fn entity(base: &url::Url, file: &AlertFile, select: &[&str]) -> Value {
    let mut alert = written(file, select);
    alert["@odata.context"] = json!(context(base, "/$entity"));
    alert
}

async fn find(
    app: &App,
    caller: &Caller,
    id: &Result<Path<String>, PathRejection>,
) -> Result<AlertFile, Problem> {
    let Ok(Path(id)) = id else {
        return Err(Error::Missing("alert").into());
    };
    let case = alert::case_of(id).ok_or(Error::Missing("alert"))?;
    let is_it = Condition::Is(AlertField::Id, Relation::Equal, Operand::Text(id.clone()));
    let query = AlertQuery {
        condition: Some(is_it),
        after: Some(case - 1),
        limit: 1,
        within: caller.scope.clone(),
        ..AlertQuery::default()
    };
    Ok(app.store.alerts(&query).await?.pop().ok_or(Error::Missing("alert"))?)
}

/// What a program changes: Graph takes these two and nothing else.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Patch {
    status: Status,
    resolved_reason: Option<Reason>,
    #[serde(rename = "@odata.type")]
    _type: Option<String>,
}

pub(super) async fn update(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
    (scheme, headers, _): Asked,
    patch: Result<Json<Patch>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    caller.must_be(crate::web::access::Role::Analyst)?;
    let base = link::base(&headers, scheme.map(|Extension(scheme)| scheme).unwrap_or_default())?;
    let file = find(&app, &caller, &id).await?;
    let Json(patch) = patch.map_err(|error| Problem::invalid(error.body_text()))?;
    let wanted = Wanted { status: patch.status, reason: patch.resolved_reason };
    update::update(&app, &caller, &file.row, wanted).await?;
    let file = find(&app, &caller, &id).await?;
    Ok(Json(entity(&base, &file, &[])))
}

/// An alert as Graph writes it; of the chosen properties alone where some are chosen.
fn written(file: &AlertFile, select: &[&str]) -> Value {
    let seen = Seen::of(file);
    let row = &file.row;
    let mut alert = json!({
        "id": seen.id,
        "displayName": seen.title,
        "description": seen.description,
        "alertType": file.alert_type,
        "status": row.status,
        "severity": row.severity,
        "confidenceLevel": confidence(row.probability),
        "customerTenantId": row.customer,
        "subscriptionId": seen.account,
        "valueAddedResellerTenantId": file.reseller,
        "catalogOfferId": null,
        "detectedDateTime": row.opened_at.to_string(),
        "firstObservedDateTime": row.first_observed.to_string(),
        "lastObservedDateTime": row.last_observed.to_string(),
        "resolvedReason": row.reason,
        "resolvedOnDateTime": file.resolved.as_ref().map(|(at, _)| at.to_string()),
        "resolvedBy": file.resolved.as_ref().map(|(_, by)| by),
        "isTest": false,
        "affectedResources": seen.resources.iter().map(|id| json!({
            "resourceId": id, "resourceType": resource_type(&row.provider),
        })).collect::<Vec<_>>(),
        "activityLogs": alert::changes(&file.log).iter().map(|change| json!({
            "statusFrom": change.from, "statusTo": change.to, "updatedBy": change.by,
            "updatedDateTime": change.at.to_string(),
        })).collect::<Vec<_>>(),
        "additionalDetails": seen.details(DETAILS, row),
    });
    if let Some(properties) = alert.as_object_mut().filter(|_| !select.is_empty()) {
        properties.retain(|name, _| select.contains(&name.as_str()));
    }
    alert
}

/// As [`firedamp_core::case::Case`] grades it.
pub(super) const fn confidence(probability: f64) -> &'static str {
    match probability {
        p if p >= 0.9 => "high",
        p if p >= 0.5 => "medium",
        _ => "low",
    }
}

/// Graph's word for Azure's resources, and its like for others.
fn resource_type(provider: &str) -> String {
    let mut letters = provider.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    format!("{}{}Resource", first.map(String::from).unwrap_or_default(), letters.as_str())
}

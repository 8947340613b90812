//! Google Cloud audit logs: who called which method of a project, as log entries.
//!
//! A long operation writes two entries: the first holds the request, the last how it went. Both carry
//! the operation's id, which is the event's id. Methods have versions in front (`v1.compute.`), so
//! their ends are compared. The caller's address may be `private` or `gce-internal-ip`.

mod actions;
mod given;

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat,
    audit::{self, Details},
    gcp::Monitored,
};
use crate::{
    event::{Action, ApiCall, CallOutcome, Caller, CallerKind, Event, Resource},
    id::{AccountRef, Provider},
    json::{Head, Text},
    net,
    sink::Sink,
    time::Time,
};

/// The format.
pub struct GcpAudit;

static DOC: Doc = Doc {
    id: "gcp_audit",
    title: "Google Cloud audit logs",
    reads: "Admin activity, data access, system event and policy entries from Cloud Storage or \
            Pub/Sub.",
    specification: "https://cloud.google.com/logging/docs/audit",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[
        Example {
            title: "a service account makes a machine",
            input: concat!(
                r#"{"insertId":"x-1","logName":"projects/a-project/logs/cloudaudit.googleapis.com%2F"#,
                r#"activity","resource":{"type":"gce_instance","labels":{"project_id":"a-project","#,
                r#""zone":"us-central1-a"}},"timestamp":"2026-03-01T10:00:00Z","operation":{"id":"op-1","#,
                r#""first":true},"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","#,
                r#""serviceName":"compute.googleapis.com","methodName":"v1.compute.instances.insert","#,
                r#""resourceName":"projects/a-project/zones/us-central1-a/instances/vm-1","#,
                r#""authenticationInfo":{"principalEmail":"ci@a-project.iam.gserviceaccount.com"},"#,
                r#""requestMetadata":{"callerIp":"203.0.113.9","callerSuppliedUserAgent":"terraform"},"#,
                r#""request":{"machineType":"zones/us-central1-a/machineTypes/a2-highgpu-8g"}}}"#
            ),
            events: &["call gcp:a-project 2026-03-01T10:00:00Z compute.googleapis.com \
                 v1.compute.instances.insert CreateCompute Succeeded id op-1 in us-central1 by \
                 Application ci@a-project.iam.gserviceaccount.com from 203.0.113.9 with terraform on vm-1 \
                 compute Machine 1 of zones/us-central1-a/machineTypes/a2-highgpu-8g"],
        },
        Example {
            title: "a service account gives a project away",
            input: concat!(
                r#"{"insertId":"x-2","logName":"projects/a-project/logs/cloudaudit.googleapis.com%2F"#,
                r#"activity","resource":{"type":"project","labels":{"project_id":"a-project"}},"#,
                r#""timestamp":"2026-03-01T10:05:00Z","protoPayload":{"#,
                r#""@type":"type.googleapis.com/google.cloud.audit.AuditLog","#,
                r#""serviceName":"cloudresourcemanager.googleapis.com","methodName":"SetIamPolicy","#,
                r#""resourceName":"projects/a-project","authenticationInfo":{"principalEmail":"#,
                r#""ci@a-project.iam.gserviceaccount.com"},"requestMetadata":{"callerIp":"203.0.113.9"},"#,
                r#""serviceData":{"@type":"type.googleapis.com/google.iam.v1.logging.AuditData","#,
                r#""policyDelta":{"bindingDeltas":[{"action":"ADD","role":"roles/owner","#,
                r#""member":"user:x@y.example"}]}}}}"#,
            ),
            events: &[
                "call gcp:a-project 2026-03-01T10:05:00Z cloudresourcemanager.googleapis.com \
                 SetIamPolicy GrantAccess Succeeded id x-2 by Application \
                 ci@a-project.iam.gserviceaccount.com from 203.0.113.9 on roles/owner -> \
                 user:x@y.example on a-project",
            ],
        },
    ],
};

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow, default, rename = "insertId")]
    insert: Text<'a>,
    #[serde(borrow, default, rename = "logName")]
    log: Text<'a>,
    #[serde(borrow, default)]
    resource: Monitored<'a>,
    #[serde(borrow, default)]
    timestamp: Text<'a>,
    #[serde(borrow, default)]
    operation: Operation<'a>,
    #[serde(borrow, default, rename = "protoPayload")]
    payload: Payload<'a>,
}

#[derive(Default, Deserialize)]
struct Operation<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Payload<'a> {
    #[serde(borrow)]
    service_name: Text<'a>,
    #[serde(borrow)]
    method_name: Text<'a>,
    #[serde(borrow)]
    resource_name: Text<'a>,
    #[serde(borrow)]
    authentication_info: Authentication<'a>,
    #[serde(borrow)]
    request_metadata: Metadata<'a>,
    #[serde(borrow)]
    request: Option<&'a RawValue>,
    #[serde(borrow)]
    response: Option<&'a RawValue>,
    #[serde(borrow)]
    service_data: Option<&'a RawValue>,
    #[serde(borrow)]
    status: Status<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Authentication<'a> {
    #[serde(borrow)]
    principal_email: Text<'a>,
    #[serde(borrow)]
    principal_subject: Text<'a>,
    #[serde(borrow)]
    service_account_key_name: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Metadata<'a> {
    #[serde(borrow)]
    caller_ip: Text<'a>,
    #[serde(borrow)]
    caller_supplied_user_agent: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Status<'a> {
    #[serde(borrow)]
    code: Text<'a>,
    #[serde(borrow)]
    message: Text<'a>,
}

const SERVICE: &str = "cloudaudit.googleapis.com";
/// The service that keeps the policies of projects.
const PROJECTS: &str = "cloudresourcemanager.googleapis.com";

impl RecordFormat for GcpAudit {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.has("protoPayload") && head.text("logName").is_some_and(|name| name.contains(SERVICE))
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        let entry: Entry<'_> =
            serde_json::from_slice(record).map_err(|_| Fault::Rejected(BROKEN_JSON))?;
        let payload = &entry.payload;
        if !entry.log.contains(SERVICE) || payload.method_name.is_empty() {
            return Err(Fault::Foreign);
        }
        let time = Time::parse(&entry.timestamp).ok_or(Fault::Rejected(NO_TIME))?;
        let (action, kind) = actions::of(&payload.method_name);
        let looks = actions::is_looked_into(action, &payload.method_name);
        let of = |raw| if looks { audit::parse(raw) } else { Value::Null };
        let (request, response) = (of(payload.request), of(payload.response));
        let details = Details::of(&request, &response, &DETAILS);
        let outcome = outcome(&payload.status);
        // That it failed is told at its end, which knows no request.
        let action = match outcome {
            CallOutcome::Succeeded => actions::refined(action, &payload.method_name, &request),
            _ => action,
        };
        let given = entry.given(action);
        let mut resources = payload.made(action);
        resources.extend(given.iter().map(|name| named(name)));
        let call = ApiCall {
            account: AccountRef::new(Provider::Gcp, entry.project()),
            id: entry.id(),
            time,
            service: payload.service_name.0.clone(),
            operation: payload.method_name.0.clone(),
            action,
            outcome,
            caller: payload.caller(),
            region: region(&payload.resource_name).into(),
            compute: kind.map(|kind| {
                let mut compute = details.compute(kind);
                let gpus = audit::find_text(&request, "acceleratorType");
                // A common machine with GPUs is none of the common machines.
                compute.size = gpus.map(|_| "g2-standard-4".into()).or(compute.size);
                compute
            }),
            resources,
            texts: startup_scripts(&request, details.texts),
        };
        sink.event(number, &Event::Call(call));
        Ok(())
    }
}

/// Where Google's APIs put what matters.
static DETAILS: audit::Keys = audit::Keys {
    instance: &[],
    address: "networkIP",
    interface: "networkInterface",
    network: "network",
    names: &[],
    size: &["machineType", "machineTypeUri", "vmSize"],
    count: &["count", "targetSize", "initialNodeCount", "numInstances", "maxInstanceCount", "size"],
    image: &["sourceImage", "image", "imageUri"],
    texts: &["command", "args", "startupScript"],
    spot: &["SPOT"],
};

impl Entry<'_> {
    fn project(&self) -> &str {
        let labelled = self.resource.labels.project_id.known();
        let logged = || self.log.strip_prefix("projects/").and_then(|rest| rest.split('/').next());
        labelled.or_else(logged).unwrap_or_default()
    }

    /// The names of the key that was made, of the roles that were given, of the quota that was raised.
    fn given(&self, action: Action) -> Vec<String> {
        let payload = &self.payload;
        let is_policy =
            || &*payload.service_name == PROJECTS && given::is_of_project(&payload.resource_name);
        match action {
            Action::CreateCredential => {
                given::key(&audit::parse(payload.response)).into_iter().collect()
            }
            Action::GrantAccess if is_policy() => {
                given::bindings(&audit::parse(payload.service_data), self.project())
            }
            Action::RaiseQuota => {
                given::quota(&audit::parse(payload.request)).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    fn id(&self) -> Cow<'_, str> {
        let operation = self.operation.id.known().map(Cow::Borrowed);
        operation.unwrap_or_else(|| Cow::Borrowed(&*self.insert))
    }
}

fn named(name: &str) -> Resource<'_> {
    Resource { instance: Some(name), ..Resource::default() }
}

impl Payload<'_> {
    fn caller(&self) -> Caller<'_> {
        let own = &self.authentication_info;
        let principal = own.principal_email.known().or_else(|| own.principal_subject.known());
        let principal = principal.unwrap_or_default();
        let is_google = principal.contains("@system.gserviceaccount.com")
            || principal.contains("@cloudservices.gserviceaccount.com")
            || principal.starts_with("system:");
        Caller {
            principal: principal.into(),
            name: None,
            kind: match () {
                () if principal.is_empty() => CallerKind::Unknown,
                () if is_google => CallerKind::Provider,
                () if principal.ends_with("gserviceaccount.com") => CallerKind::Application,
                () => CallerKind::Person,
            },
            application: own.service_account_key_name.known().map(Into::into),
            address: net::parse_address(&self.request_metadata.caller_ip),
            user_agent: self.request_metadata.caller_supplied_user_agent.known().map(Into::into),
            mfa: None,
        }
    }

    /// The machine that was made, known by the name that flow and DNS logs give it.
    fn made(&self, action: Action) -> Vec<Resource<'_>> {
        let is_compute = matches!(
            action,
            Action::CreateCompute | Action::DeleteCompute | Action::Protect | Action::RunScript
        );
        let name = self.resource_name.known().filter(|_| is_compute);
        let name = name.and_then(|name| name.rsplit('/').next());
        name.map(named).into_iter().collect()
    }
}

/// Codes of google.rpc: 7 is permission denied, 8 is resource exhausted.
fn outcome(status: &Status<'_>) -> CallOutcome {
    let says = |word: &str| status.message.to_ascii_lowercase().contains(word);
    match &*status.code {
        "" | "0" => CallOutcome::Succeeded,
        "7" => CallOutcome::Denied,
        "8" => CallOutcome::OverQuota,
        _ if says("quota") || says("zone_resource_pool_exhausted") => CallOutcome::OverQuota,
        _ => CallOutcome::Failed,
    }
}

/// The region of a resource's name: `zones/us-central1-a` is in `us-central1`.
fn region(resource: &str) -> String {
    let mut segments = resource.split('/');
    let place = segments.find(|segment| matches!(*segment, "zones" | "regions" | "locations"));
    let place = place.and_then(|_| segments.next()).unwrap_or_default().to_lowercase();
    if place == "global" {
        return String::new();
    }
    match place.rsplit_once('-') {
        Some((region, zone)) if zone.len() == 1 => region.to_string(),
        _ => place,
    }
}

/// Metadata holds scripts as pairs of key and value.
fn startup_scripts<'a>(request: &'a Value, mut texts: Vec<Cow<'a, str>>) -> Vec<Cow<'a, str>> {
    let items = request.pointer("/metadata/items").or_else(|| request.pointer("/metadatas/items"));
    for item in items.and_then(Value::as_array).into_iter().flatten() {
        let key = item.get("key").and_then(Value::as_str).unwrap_or_default();
        if key.contains("startup-script") || key == "user-data" {
            texts.extend(item.get("value").and_then(Value::as_str).map(Cow::Borrowed));
        }
    }
    texts
}

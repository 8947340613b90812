//! Microsoft 365 unified audit log: JSON records of all of its services.
//!
//! `CreationTime` has no zone and is UTC. `RecordType` and `UserType` are numbers. `ClientIP` comes
//! with a port, in brackets, or as `0.0.0.0`. What is special to a service stands in members of its
//! own or in lists of names and values (`ExtendedProperties`, `Parameters`). The directory's
//! operations end in a full stop here.
//!
//! Flows, bots and plug-ins run code on Microsoft's machines: making one is compute, and every host
//! that its record names is told, so that pools can be found. There is no subscription: the tenant
//! is the account.

use std::borrow::Cow;

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat,
    microsoft::{self, first},
};
use crate::{
    event::{Action, CallOutcome, Caller, CallerKind, Compute, ComputeKind, Resource},
    json::{Head, fields::Fields},
    sink::{Reason, Sink},
};

/// The format.
pub struct Microsoft365Audit;

static DOC: Doc = Doc {
    id: "microsoft_365_audit",
    title: "Microsoft 365 unified audit log",
    reads: "Records of the Management Activity API and of exports as JSON: sign-ins, the \
            directory's operations, switched-off auditing, and flows, bots and plug-ins of Power \
            Platform and Dynamics with the hosts that they name. Other operations are kept as such.",
    specification: "https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[
        Example {
            title: "a sign-in",
            input: concat!(
                r#"{"CreationTime":"2026-03-01T10:00:00","#,
                r#""Id":"00000000-0000-0000-0000-0000000000a1","Operation":"UserLoggedIn","#,
                r#""OrganizationId":"00000000-0000-0000-0000-000000000001","RecordType":15,"#,
                r#""ResultStatus":"Success","UserKey":"00000000-0000-0000-0000-0000000000aa","#,
                r#""UserType":0,"Version":1,"Workload":"AzureActiveDirectory","#,
                r#""ClientIP":"[2001:db8::7]:50123","UserId":"alice@company.example","#,
                r#""ExtendedProperties":[{"Name":"UserAgent","Value":"a browser"}]}"#
            ),
            events: &["call azure:00000000-0000-0000-0000-000000000001 2026-03-01T10:00:00Z \
                 AzureActiveDirectory UserLoggedIn SignIn Succeeded \
                 id 00000000-0000-0000-0000-0000000000a1 \
                 by Person 00000000-0000-0000-0000-0000000000aa named alice@company.example \
                 from 2001:db8::7 with a browser"],
        },
        Example {
            title: "a flow that talks with a pool",
            input: concat!(
                r#"{"CreationTime":"2026-03-01T10:05:00","#,
                r#""Id":"00000000-0000-0000-0000-0000000000a2","Operation":"CreateFlow","#,
                r#""OrganizationId":"00000000-0000-0000-0000-000000000001","RecordType":30,"#,
                r#""UserKey":"alice@company.example","UserType":0,"Workload":"MicrosoftFlow","#,
                r#""UserId":"alice@company.example","ObjectId":"flow-1","#,
                r#""FlowConnectorNames":"Http, wss://pool.example:443"}"#
            ),
            events: &["call azure:00000000-0000-0000-0000-000000000001 2026-03-01T10:05:00Z \
                 MicrosoftFlow CreateFlow CreateCompute Succeeded \
                 id 00000000-0000-0000-0000-0000000000a2 by Person alice@company.example \
                 on flow-1 compute Function 1 text \"wss://pool.example:443\""],
        },
    ],
};

/// Members that speak of people, tenants and Microsoft, not of what runs.
const NOT_RUN: [&str; 10] = [
    "ClientIP",
    "CreationTime",
    "ObjectId",
    "Operation",
    "OrganizationName",
    "OriginatingServer",
    "UserId",
    "UserKey",
    "UserUpn",
    "Workload",
];
/// Flows made or changed.
const FLOWS: [&str; 2] = ["createflow", "editflow"];
/// Dynamics' tables that hold code or what starts it.
const CODE_TABLES: [&str; 6] = [
    "customapi",
    "pluginassembly",
    "pluginpackage",
    "plugintype",
    "sdkmessageprocessingstep",
    "serviceendpoint",
];
/// What is done to make something, in operations and Dynamics' messages.
const MAKING: [&str; 5] = ["create", "publish", "register", "update", "upsert"];
/// Switches of the audit log itself.
const AUDIT_SWITCHES: [&str; 2] = ["AdminAuditLogEnabled", "UnifiedAuditLogIngestionEnabled"];

impl RecordFormat for Microsoft365Audit {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.has_all(&["CreationTime", "Operation", "RecordType", "UserId"])
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        microsoft::decode(self, record, read, number, sink)
    }
}

fn read(record: Fields<'_>, number: u64, sink: &mut dyn Sink) -> Result<(), Reason> {
    let time = record.time(&["CreationTime"]).ok_or(NO_TIME)?;
    let tenant = record.text("OrganizationId").unwrap_or_default();
    let service = record.text("Workload").unwrap_or("Microsoft 365");
    let mut call = microsoft::call(tenant, time, service);
    call.id = record.text("Id").unwrap_or_default().into();
    call.operation = record.text("Operation").unwrap_or_default().into();
    call.action = action(record, &call.operation);
    call.outcome = outcome(record, &call.operation);
    call.caller = caller(record);
    if call.action == Action::CreateCompute {
        let made = record.first_text(&["BotId", "EntityId", "ObjectId", "FlowDetailsUrl"]);
        call.resources = made
            .map(|instance| Resource { instance: Some(instance), ..Resource::default() })
            .into_iter()
            .collect();
        call.compute = Some(Compute::new(ComputeKind::Function));
        call.texts = microsoft::hosts(record.0, &NOT_RUN);
    }
    microsoft::send(call, number, sink);
    Ok(())
}

fn action(record: Fields<'_>, operation: &str) -> Action {
    let name = operation.to_ascii_lowercase();
    match name.as_str() {
        "userloggedin" | "userloginfailed" => Action::SignIn,
        "set-adminauditlogconfig" if is_switched_off(record) => Action::Blind,
        name if makes_code(record, name) => Action::CreateCompute,
        _ => microsoft::directory_action(operation),
    }
}

/// Whether auditing is switched off by this call.
fn is_switched_off(record: Fields<'_>) -> bool {
    AUDIT_SWITCHES.iter().any(|switch| {
        named(record, "Parameters", switch).is_some_and(|value| value.eq_ignore_ascii_case("false"))
    })
}

/// Whether a flow, a bot or a plug-in is made or changed.
fn makes_code(record: Fields<'_>, operation: &str) -> bool {
    let message = record.text("Message").unwrap_or(operation).to_ascii_lowercase();
    let makes = |name: &str| MAKING.iter().any(|word| name.contains(word));
    let table = record.first_text(&["EntityName", "EntityLogicalName"]).unwrap_or_default();
    FLOWS.contains(&operation)
        || operation.starts_with("bot") && makes(operation)
        || operation.contains("plugin") && makes(operation)
        || CODE_TABLES.contains(&table.to_ascii_lowercase().as_str()) && makes(&message)
}

fn outcome(record: Fields<'_>, operation: &str) -> CallOutcome {
    let has_worked = record.scalar("ResultStatus").is_none_or(|it| microsoft::has_worked(&it));
    if has_worked && !operation.eq_ignore_ascii_case("UserLoginFailed") {
        return CallOutcome::Succeeded;
    }
    CallOutcome::Failed
}

fn caller(record: Fields<'_>) -> Caller<'_> {
    let name = record.text("UserId");
    let object = record.text("UserKey").filter(|key| microsoft::is_guid(key));
    let address = record.first_text(&["ClientIP", "ClientIPAddress", "ActorIpAddress"]);
    let own = named(record, "ExtendedProperties", "UserAgent");
    let application = record.first_text(&["ApplicationId", "AppId", "ClientAppId"]);
    Caller {
        principal: first(&[object, name]).unwrap_or_default().into(),
        name: name.filter(|_| object.is_some()).map(Into::into),
        kind: kind(record, name.unwrap_or_default()),
        application: application.map(Into::into),
        address: address.and_then(microsoft::address),
        user_agent: own.or_else(|| record.text("UserAgent")).map(Cow::from),
        mfa: None,
    }
}

/// `UserType` says what called; services of Microsoft also sign as `NT AUTHORITY`.
fn kind(record: Fields<'_>, name: &str) -> CallerKind {
    let is_guest = name.to_ascii_lowercase().contains("#ext#");
    match record.scalar("UserType").as_deref() {
        _ if name.starts_with("NT AUTHORITY") => CallerKind::Provider,
        Some("3" | "4" | "7" | "8") => CallerKind::Provider,
        Some("5" | "6") => CallerKind::Application,
        Some("9" | "10") => CallerKind::Foreign,
        _ if is_guest => CallerKind::Foreign,
        Some("0" | "1" | "2") => CallerKind::Person,
        _ => CallerKind::Unknown,
    }
}

/// The value of a name in a list of names and values.
fn named<'a>(record: Fields<'a>, list: &str, name: &str) -> Option<&'a str> {
    let is_it =
        |item: &Fields<'_>| item.text("Name").is_some_and(|it| it.eq_ignore_ascii_case(name));
    record.elements(list).find(is_it)?.text("Value")
}

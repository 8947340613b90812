//! Entra ID audit logs: what was done to users, roles, applications and their secrets.
//!
//! Old and new values stand as JSON inside texts. Names of operations change their dashes and end
//! in blanks. The initiator is a user or an application, the other is null. There is no
//! subscription: the tenant is the account.

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat,
    microsoft::{self, first},
};
use crate::{
    event::{CallOutcome, Caller, CallerKind},
    json::{Head, fields::Fields},
    sink::{Reason, Sink},
};

/// The format.
pub struct EntraAudit;

static DOC: Doc = Doc {
    id: "entra_audit",
    title: "Microsoft Entra audit logs",
    reads: "AuditLogs of diagnostic settings and Graph's directoryAudits: new credentials, \
            principals, roles and consents, elevated access; other operations are kept as such. \
            The account is the tenant.",
    specification: "https://learn.microsoft.com/entra/identity/monitoring-health/concept-audit-logs",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[Example {
        title: "a new secret for an application",
        input: concat!(
            r#"{"time":"2026-03-01T10:00:05.1234567Z","resourceId":"/tenants/"#,
            r#"00000000-0000-0000-0000-000000000001/providers/Microsoft.aadiam","#,
            r#""operationName":"Add service principal credentials","category":"AuditLogs","#,
            r#""tenantId":"00000000-0000-0000-0000-000000000001","Level":4,"properties":{"#,
            r#""id":"Directory_x","category":"ApplicationManagement","result":"success","#,
            r#""activityDisplayName":"Add service principal credentials","#,
            r#""activityDateTime":"2026-03-01T10:00:00.1234567+00:00","#,
            r#""initiatedBy":{"user":{"id":"00000000-0000-0000-0000-0000000000aa","#,
            r#""userPrincipalName":"alice@company.example","ipAddress":"192.0.2.7"},"app":null},"#,
            r#""targetResources":[{"id":"00000000-0000-0000-0000-0000000000cc","#,
            r#""displayName":"deploy","type":"ServicePrincipal"}]}}"#
        ),
        events: &["call azure:00000000-0000-0000-0000-000000000001 2026-03-01T10:00:00.123Z \
             Microsoft.aadiam Add service principal credentials CreateCredential Succeeded \
             id Directory_x by Person 00000000-0000-0000-0000-0000000000aa \
             named alice@company.example from 192.0.2.7"],
    }],
};

const CATEGORY: &str = "AuditLogs";
/// The resource provider of the directory, lower case: other services have an `AuditLogs` too.
const DIRECTORY: &str = "/providers/microsoft.aadiam";
/// What only Graph's audits have all of.
const GRAPH: [&str; 3] = ["activityDisplayName", "initiatedBy", "targetResources"];
const SERVICE: &str = "Microsoft.aadiam";
/// What Entra writes into the name of a user of another tenant.
const EXTERNAL: &str = "#ext#";

impl RecordFormat for EntraAudit {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let of_directory = |resource: &str| resource.to_ascii_lowercase().ends_with(DIRECTORY);
        head.is("category", CATEGORY) && head.text("resourceId").is_some_and(|id| of_directory(&id))
            || head.has_all(&GRAPH)
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        microsoft::decode(self, record, read, number, sink)
    }
}

fn read(record: Fields<'_>, number: u64, sink: &mut dyn Sink) -> Result<(), Reason> {
    let properties = microsoft::properties(record);
    let body = properties.as_deref().map_or(record, Fields);
    let time = body.time(&["activityDateTime"]);
    let time = time.or_else(|| record.time(&["time"])).ok_or(NO_TIME)?;
    let tenant = microsoft::tenant(record).unwrap_or_default();
    let mut call = microsoft::call(tenant, time, SERVICE);
    let operation = first(&[
        body.text("activityDisplayName"),
        record.text("operationName"),
        body.text("operationType"),
    ]);
    call.id = first(&[body.text("id"), record.text("correlationId")]).unwrap_or_default().into();
    call.operation = operation.unwrap_or_default().into();
    call.action = microsoft::directory_action(&call.operation);
    call.outcome = outcome(record, body);
    call.caller = caller(record, body);
    microsoft::send(call, number, sink);
    Ok(())
}

fn outcome(record: Fields<'_>, body: Fields<'_>) -> CallOutcome {
    let result =
        first(&[body.text("result"), record.text("resultType"), record.text("resultSignature")]);
    let reason = body.text("resultReason").unwrap_or_default().to_ascii_lowercase();
    let is_denied = ["denied", "unauthorized", "insufficient privileges"]
        .iter()
        .any(|words| reason.contains(words));
    match result.unwrap_or("success") {
        result if microsoft::has_worked(result) => CallOutcome::Succeeded,
        _ if is_denied => CallOutcome::Denied,
        _ => CallOutcome::Failed,
    }
}

fn caller<'a>(record: Fields<'a>, body: Fields<'a>) -> Caller<'a> {
    let at = |path: &str| body.text(path);
    let user = first(&[at("initiatedBy.user.id"), at("initiatedBy.user.userPrincipalName")]);
    let app = first(&[
        at("initiatedBy.app.servicePrincipalId"),
        at("initiatedBy.app.appId"),
        at("initiatedBy.app.displayName"),
    ]);
    let name = match user {
        Some(_) => [at("initiatedBy.user.userPrincipalName"), at("initiatedBy.user.displayName")],
        None => [at("initiatedBy.app.displayName"), at("initiatedBy.app.servicePrincipalName")],
    };
    let name = first(&name);
    let is_foreign = name.is_some_and(|name| name.to_ascii_lowercase().contains(EXTERNAL));
    let address = at("initiatedBy.user.ipAddress").or_else(|| record.text("callerIpAddress"));
    Caller {
        principal: first(&[user, app]).unwrap_or_default().into(),
        name: name.map(Into::into),
        kind: match (user, app) {
            (Some(_), _) if is_foreign => CallerKind::Foreign,
            (Some(_), _) => CallerKind::Person,
            (None, Some(_)) => CallerKind::Application,
            (None, None) => CallerKind::Unknown,
        },
        application: at("initiatedBy.app.appId").map(Into::into),
        address: address.and_then(microsoft::address),
        user_agent: user_agent(body).map(Into::into),
        mfa: None,
    }
}

/// The user agent among the additional details, a list of keys and values.
fn user_agent(body: Fields<'_>) -> Option<&str> {
    let is_agent = |detail: &Fields<'_>| {
        detail.text("key").is_some_and(|key| key.eq_ignore_ascii_case("User-Agent"))
    };
    body.elements("additionalDetails").find(is_agent)?.text("value")
}

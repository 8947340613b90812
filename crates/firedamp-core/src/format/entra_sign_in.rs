//! Entra ID sign-in logs: records of diagnostic settings, rows of Log Analytics, Graph's `signIns`.
//!
//! Four categories, one for people who sign in, one for their programs, one for applications and
//! one for managed identities. `properties` is an object, or a text that holds one. `Level` is a
//! number or a text. `identity` is a name for people and no id. An error code other than 0 may also
//! mean that the sign-in was interrupted to ask for a second factor. There is no subscription: the
//! tenant is the account.

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat,
    microsoft::{self, first},
};
use crate::{
    event::{Action, CallOutcome, Caller, CallerKind},
    json::{Head, fields::Fields},
    sink::{Reason, Sink},
};

/// The format.
pub struct EntraSignIn;

static DOC: Doc = Doc {
    id: "entra_sign_in",
    title: "Microsoft Entra sign-in logs",
    reads: "Sign-ins of people, their programs, applications and managed identities, from storage, \
            Event Hubs, Log Analytics and Graph. The account is the tenant.",
    specification: "https://learn.microsoft.com/entra/identity/monitoring-health/concept-sign-ins",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[Example {
        title: "a person with a second factor",
        input: concat!(
            r#"{"time":"2026-03-01T10:00:05.1234567Z","resourceId":"/tenants/"#,
            r#"00000000-0000-0000-0000-000000000001/providers/Microsoft.aadiam","#,
            r#""operationName":"Sign-in activity","category":"SignInLogs","#,
            r#""tenantId":"00000000-0000-0000-0000-000000000001","resultType":"0","#,
            r#""callerIpAddress":"192.0.2.7","identity":"Alice","Level":4,"properties":{"#,
            r#""id":"00000000-0000-0000-0000-0000000000a1","#,
            r#""createdDateTime":"2026-03-01T10:00:00.1234567+00:00","#,
            r#""userPrincipalName":"alice@company.example","#,
            r#""userId":"00000000-0000-0000-0000-0000000000aa","#,
            r#""appId":"00000000-0000-0000-0000-0000000000bb","ipAddress":"192.0.2.7","#,
            r#""status":{"errorCode":0},"userAgent":"a browser","#,
            r#""authenticationRequirement":"multiFactorAuthentication"}}"#
        ),
        events: &["call azure:00000000-0000-0000-0000-000000000001 2026-03-01T10:00:00.123Z \
             Microsoft.aadiam Sign-in activity SignIn Succeeded \
             id 00000000-0000-0000-0000-0000000000a1 \
             by Person 00000000-0000-0000-0000-0000000000aa named alice@company.example \
             through 00000000-0000-0000-0000-0000000000bb from 192.0.2.7 with a browser mfa true"],
    }],
};

const CATEGORIES: [&str; 4] = [
    "ManagedIdentitySignInLogs",
    "NonInteractiveUserSignInLogs",
    "ServicePrincipalSignInLogs",
    "SignInLogs",
];
/// What only Graph's sign-ins have all of.
const GRAPH: [&str; 5] =
    ["appId", "conditionalAccessStatus", "createdDateTime", "ipAddress", "status"];
const SERVICE: &str = "Microsoft.aadiam";
const OPERATION: &str = "Sign-in activity";
/// Error codes that mean "may not": blocked by policy, by risk, or not assigned.
const DENIED: [&str; 8] =
    ["50053", "50057", "50105", "53000", "53001", "53003", "530032", "7000112"];
/// Access from another tenant that is none of its staff's.
const OWN_TENANT: [&str; 2] = ["none", "passthrough"];

impl RecordFormat for EntraSignIn {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let category = head.text("category");
        let of_category =
            |category: &str| CATEGORIES.iter().any(|name| name.eq_ignore_ascii_case(category));
        match category {
            Some(category) => of_category(&category),
            None => head.has_all(&GRAPH),
        }
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        microsoft::decode(self, record, read, number, sink)
    }
}

fn read(record: Fields<'_>, number: u64, sink: &mut dyn Sink) -> Result<(), Reason> {
    let properties = microsoft::properties(record);
    let body = properties.as_deref().map_or(record, Fields);
    let time = body.time(&["createdDateTime"]);
    let time = time.or_else(|| record.time(&["time", "TimeGenerated"])).ok_or(NO_TIME)?;
    let tenant = first(&[
        microsoft::tenant(record),
        body.text("resourceTenantId"),
        body.text("homeTenantId"),
    ]);
    let mut call = microsoft::call(tenant.unwrap_or_default(), time, SERVICE);
    call.id = first(&[body.text("id"), body.text("correlationId")]).unwrap_or_default().into();
    call.operation = record.text("operationName").unwrap_or(OPERATION).into();
    call.action = Action::SignIn;
    call.outcome = outcome(record, body);
    call.caller = caller(record, body, call.outcome);
    microsoft::send(call, number, sink);
    Ok(())
}

fn outcome(record: Fields<'_>, body: Fields<'_>) -> CallOutcome {
    let code = body.scalar("status.errorCode").or_else(|| body.scalar("errorCode"));
    let code = code.or_else(|| record.scalar("resultType")).unwrap_or_default();
    match code.as_str() {
        code if microsoft::has_worked(code) => CallOutcome::Succeeded,
        code if DENIED.contains(&code) => CallOutcome::Denied,
        _ => CallOutcome::Failed,
    }
}

fn caller<'a>(record: Fields<'a>, body: Fields<'a>, outcome: CallOutcome) -> Caller<'a> {
    let address = body.text("ipAddress").or_else(|| record.text("callerIpAddress"));
    let person = body.text("userId");
    let service = body.text("servicePrincipalId");
    let names = ["userPrincipalName", "servicePrincipalName", "userDisplayName"];
    let name = body.first_text(&names).or_else(|| record.text("identity"));
    let mfa = body.text("authenticationRequirement").filter(|_| outcome == CallOutcome::Succeeded);
    Caller {
        principal: first(&[person, service, name]).unwrap_or_default().into(),
        name: name.map(Into::into),
        kind: kind(record, body),
        application: body.text("appId").map(Into::into),
        address: address.and_then(microsoft::address),
        user_agent: body.text("userAgent").map(Into::into),
        mfa: mfa.map(|needed| needed.eq_ignore_ascii_case("multiFactorAuthentication")),
    }
}

fn kind(record: Fields<'_>, body: Fields<'_>) -> CallerKind {
    let category = record.text("category").unwrap_or_default().to_ascii_lowercase();
    let crossing = body.text("crossTenantAccessType").unwrap_or("none");
    let is_own = OWN_TENANT.iter().any(|own| own.eq_ignore_ascii_case(crossing));
    let is_guest = body.text("userType").is_some_and(|kind| kind.eq_ignore_ascii_case("guest"));
    let has_person = body.first_text(&["userId", "userPrincipalName"]).is_some();
    match category.as_str() {
        "serviceprincipalsigninlogs" | "managedidentitysigninlogs" => CallerKind::Application,
        _ if crossing.eq_ignore_ascii_case("microsoftSupport") => CallerKind::Provider,
        _ if is_guest || !is_own => CallerKind::Foreign,
        _ if has_person => CallerKind::Person,
        _ if body.text("servicePrincipalId").is_some() => CallerKind::Application,
        _ => CallerKind::Unknown,
    }
}

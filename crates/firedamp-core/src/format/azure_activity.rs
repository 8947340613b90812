//! Azure Activity Log: who changed what in a subscription, in the four shapes in which it is exported.
//!
//! The diagnostic export has `time`, `operationName` as a text in capitals and `callerIpAddress`; the
//! API has `eventTimestamp` and objects with a `value`; the Python tools write the same in snake case;
//! the `AzureActivity` table has columns of its own, with claims as a text. Each operation writes a
//! start and an end with one correlation id, which is why that and the operation are the event's id.
//! Claims are personal data: the object id, the application, the tenant and the name are read, and
//! nothing else.

mod actions;

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat,
    audit::{self, Details},
    azure,
};
use crate::{
    event::{Action, ApiCall, CallOutcome, Caller, CallerKind, Compute, Event, Resource},
    id::{AccountRef, Provider},
    json::{Head, Text, fields},
    net,
    sink::Sink,
    time::Time,
};

/// The format.
pub struct AzureActivity;

static DOC: Doc = Doc {
    id: "azure_activity",
    title: "Azure Activity Log",
    reads: "The diagnostic export from storage or Event Hubs, the API's and the Python tools' \
            records, and the AzureActivity table. Security alerts in it are read as azure_defender.",
    specification: "https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[Example {
        title: "an application makes a machine",
        input: concat!(
            r#"{"records":[{"time":"2026-03-01T10:00:00.1234567Z","resourceId":"/SUBSCRIPTIONS/"#,
            r#"00000000-0000-0000-0000-000000000001/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.COMPUTE/"#,
            r#"VIRTUALMACHINES/VM-1","operationName":"MICROSOFT.COMPUTE/VIRTUALMACHINES/WRITE","#,
            r#""category":"Administrative","resultType":"Start","callerIpAddress":"203.0.113.9","#,
            r#""correlationId":"c-1","identity":{"claims":{"appid":"a-1","idtyp":"app","#,
            r#""http://schemas.microsoft.com/identity/claims/objectidentifier":"o-1"}},"#,
            r#""location":"westeurope","properties":{"requestbody":"{\"properties\":"#,
            r#"{\"hardwareProfile\":{\"vmSize\":\"Standard_NC24ads_A100_v4\"}}}"}}]}"#
        ),
        events: &["call azure:00000000-0000-0000-0000-000000000001 2026-03-01T10:00:00.123Z \
             MICROSOFT.COMPUTE MICROSOFT.COMPUTE/VIRTUALMACHINES/WRITE CreateCompute Succeeded id \
             c-1 in westeurope by Application o-1 through a-1 from 203.0.113.9 on \
             /SUBSCRIPTIONS/00000000-0000-0000-0000-000000000001/RESOURCEGROUPS/RG/PROVIDERS/\
             MICROSOFT.COMPUTE/VIRTUALMACHINES/VM-1 compute Machine 1 of Standard_NC24ads_A100_v4"],
    }],
};

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(
        borrow,
        default,
        alias = "eventTimestamp",
        alias = "event_timestamp",
        alias = "timeStamp",
        alias = "TimeGenerated"
    )]
    time: Text<'a>,
    #[serde(borrow, default, rename = "resourceId", alias = "resource_id", alias = "ResourceId")]
    resource: Text<'a>,
    #[serde(borrow, default, rename = "_ResourceId")]
    table_resource: Text<'a>,
    #[serde(borrow, default, rename = "operationName", alias = "operation_name")]
    operation: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "OperationNameValue")]
    table_operation: Text<'a>,
    #[serde(
        borrow,
        default,
        rename = "resultType",
        alias = "status",
        alias = "ActivityStatusValue"
    )]
    status: Option<&'a RawValue>,
    #[serde(
        borrow,
        default,
        rename = "resultSignature",
        alias = "subStatus",
        alias = "sub_status",
        alias = "ActivitySubstatusValue"
    )]
    detail: Option<&'a RawValue>,
    #[serde(borrow, default, alias = "Caller")]
    caller: Text<'a>,
    #[serde(borrow, default, rename = "callerIpAddress", alias = "CallerIpAddress")]
    address: Text<'a>,
    #[serde(borrow, default, rename = "httpRequest", alias = "http_request")]
    request: Option<&'a RawValue>,
    #[serde(
        borrow,
        default,
        rename = "correlationId",
        alias = "correlation_id",
        alias = "CorrelationId"
    )]
    correlation: Text<'a>,
    #[serde(borrow, default)]
    identity: Option<&'a RawValue>,
    #[serde(borrow, default, alias = "Claims")]
    claims: Option<&'a RawValue>,
    #[serde(borrow, default, alias = "Properties")]
    properties: Option<&'a RawValue>,
    #[serde(
        borrow,
        default,
        rename = "subscriptionId",
        alias = "subscription_id",
        alias = "SubscriptionId"
    )]
    subscription: Text<'a>,
    #[serde(borrow, default)]
    location: Text<'a>,
}

/// Categories of the diagnostic export that are the Activity Log's.
const CATEGORIES: [&str; 9] = [
    "Administrative",
    "Write",
    "Delete",
    "Action",
    "Policy",
    "Autoscale",
    "ServiceHealth",
    "ResourceHealth",
    "Recommendation",
];

impl RecordFormat for AzureActivity {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        let category = || head.text("category");
        let exported = || {
            head.has_all(&["operationName", "resourceId"])
                && category().is_some_and(|own| CATEGORIES.iter().any(|name| *own == **name))
        };
        let of_api = || {
            let named = head.has("operationName") || head.has("operation_name");
            named
                && (head.has("eventTimestamp") || head.has("event_timestamp"))
                && !is_security(head)
        };
        exported() || of_api() || head.has_all(&["OperationNameValue", "CategoryValue"])
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        let record: Record<'_> =
            serde_json::from_slice(record).map_err(|_| Fault::Rejected(BROKEN_JSON))?;
        let operation = record.operation();
        if operation.is_empty() {
            return Err(Fault::Foreign);
        }
        let time = Time::parse(&record.time).ok_or(Fault::Rejected(NO_TIME))?;
        let (action, kind) = actions::of(&operation);
        let looks = actions::is_looked_into(action, &operation);
        let properties = if looks { audit::nested(record.properties) } else { Value::Null };
        let outcome = record.outcome();
        // That it failed is told at its end, which knows no body.
        let action = match outcome {
            CallOutcome::Succeeded => actions::refined(action, &operation, &properties),
            _ => action,
        };
        let nothing = Value::Null;
        let details = Details::of(&properties, &nothing, &DETAILS);
        let resource = record.resource();
        let made = matches!(
            action,
            Action::CreateCompute
                | Action::DeleteCompute
                | Action::GrantAccess
                | Action::Protect
                | Action::RaiseQuota
                | Action::RunScript
        );
        let own = || Resource { instance: Some(machine_of(resource)), ..Resource::default() };
        let claims = record.claims();
        let call = ApiCall {
            account: AccountRef::new(Provider::Azure, record.subscription()),
            id: record.correlation.0.clone(),
            time,
            service: operation.split('/').next().unwrap_or_default().to_string().into(),
            operation: operation.clone(),
            action,
            outcome,
            caller: caller(&record, &claims),
            region: record.region(&properties),
            compute: kind.map(|kind| Compute {
                is_there: record.is_of_something_there(),
                ..details.compute(kind)
            }),
            resources: if made && !resource.is_empty() { vec![own()] } else { Vec::new() },
            texts: details.texts,
        };
        sink.event(number, &Event::Call(call));
        Ok(())
    }
}

/// Alerts in the log are another format's.
fn is_security(head: &Head<'_>) -> bool {
    let category = head.object("category").and_then(|category| category.text("value"));
    category.or_else(|| head.text("category")).is_some_and(|own| own == "Security")
}

/// Where Azure's APIs put what matters.
static DETAILS: audit::Keys = audit::Keys {
    instance: &[],
    address: "privateIPAddress",
    interface: "networkInterface",
    network: "virtualNetwork",
    names: &[],
    size: &["vmSize", "name"],
    count: &["capacity", "targetDedicatedNodes", "maxNodeCount", "count", "maxCount", "replicas"],
    image: &["image", "imageReference"],
    texts: &["commandToExecute", "commandLine", "command", "script", "customData", "userData"],
    spot: &["Spot", "LowPriority"],
};

/// An extension, a command and the like belong to the machine whose id begins theirs.
fn machine_of(resource: &str) -> &str {
    let marks = ["/extensions/", "/runcommands/", "/providers/microsoft.insights/"];
    let lower = resource.to_ascii_lowercase();
    let end = marks.iter().filter_map(|mark| lower.find(mark)).min();
    end.and_then(|end| resource.get(..end)).unwrap_or(resource)
}

impl<'a> Record<'a> {
    fn operation(&self) -> Cow<'a, str> {
        let named = self.operation.map(audit::value_of).unwrap_or_default();
        match fields::known(&self.table_operation) {
            Some(_) => self.table_operation.0.clone(),
            None => named,
        }
    }

    fn resource(&self) -> &str {
        self.resource.known().or_else(|| self.table_resource.known()).unwrap_or_default()
    }

    fn subscription(&self) -> &str {
        let named = azure::subscription_of(self.resource());
        named.or_else(|| self.subscription.known()).unwrap_or_default()
    }

    fn region(&self, properties: &Value) -> Cow<'a, str> {
        let in_body = audit::find_text(properties, "location").map(|text| text.to_lowercase());
        match (in_body, self.location.known()) {
            (Some(region), _) => Cow::Owned(region.replace(' ', "")),
            (None, Some(region)) if region != "global" => Cow::Owned(region.to_lowercase()),
            _ => Cow::Borrowed(""),
        }
    }

    /// A start is what was asked for; an end with the same id tells how it went.
    fn outcome(&self) -> CallOutcome {
        let status = self.status.map(audit::value_of).unwrap_or_default().to_lowercase();
        if !(status.starts_with("fail") || status == "failure") {
            return CallOutcome::Succeeded;
        }
        let text = |raw: Option<&RawValue>| raw.map(|raw| raw.get().to_lowercase());
        let why =
            text(self.detail).unwrap_or_default() + &text(self.properties).unwrap_or_default();
        let has = |word: &str| why.contains(word);
        match () {
            () if has("quota") || has("skunotavailable") || has("allocationfailed") => {
                CallOutcome::OverQuota
            }
            () if has("forbidden") || has("authorizationfailed") => CallOutcome::Denied,
            () => CallOutcome::Failed,
        }
    }

    /// Whether what was written was there before: a request for something new is accepted with
    /// `Created`, one that changes something with `OK`. The end of an operation says `OK` of both.
    fn is_of_something_there(&self) -> bool {
        let status = self.status.map(audit::value_of).unwrap_or_default();
        let detail = self.detail.map(audit::value_of).unwrap_or_default();
        let last = detail.rsplit('.').next().unwrap_or_default();
        let is_accepted = status.get(..6).is_some_and(|begin| begin.eq_ignore_ascii_case("accept"));
        is_accepted && last.eq_ignore_ascii_case("ok")
    }

    fn claims(&self) -> Value {
        let mut identity = audit::parse(self.identity);
        match identity.get_mut("claims") {
            Some(claims) => claims.take(),
            None => audit::nested(self.claims),
        }
    }

    fn address(&self) -> Option<std::net::IpAddr> {
        let own = self.address.known().and_then(net::parse_address);
        own.or_else(|| {
            let request = audit::parse(self.request);
            let names = ["clientIpAddress", "client_ip_address"];
            names.iter().find_map(|name| net::parse_address(request.get(name)?.as_str()?))
        })
    }
}

fn caller<'a>(record: &'a Record<'_>, claims: &'a Value) -> Caller<'a> {
    // Claims go by addresses of which the last part is the name.
    let named: Vec<(&str, &Value)> = claims.as_object().map_or_else(Vec::new, |claims| {
        claims.iter().map(|(key, value)| (last_part(key), value)).collect()
    });
    let claim = |name: &str| {
        let (_, value) = named.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))?;
        fields::known(value.as_str()?)
    };
    let name = record.caller.known().or_else(|| claim("upn")).or_else(|| claim("name"));
    let principal =
        claim("objectidentifier").or_else(|| claim("oid")).or_else(|| record.caller.known());
    let is_app = claim("idtyp") == Some("app");
    let provider = claim("identityprovider").unwrap_or_default();
    let guest = name.is_some_and(|name| name.contains("#EXT#") || name.starts_with("live.com#"));
    let foreign =
        guest || provider.contains("live.com") || is_other_tenant(provider, claim("tenantid"));
    let factors = claim("authnmethodsreferences").or_else(|| claim("amr"));
    Caller {
        principal: principal.unwrap_or_default().into(),
        name: name.filter(|name| Some(*name) != principal).map(Into::into),
        kind: match () {
            () if foreign => CallerKind::Foreign,
            () if is_app => CallerKind::Application,
            () if name.is_some_and(|name| name.contains('@')) => CallerKind::Person,
            () if claim("appid").is_some() => CallerKind::Application,
            () => CallerKind::Unknown,
        },
        application: claim("appid").map(Into::into),
        address: record.address(),
        user_agent: None,
        mfa: factors.map(|factors| factors.contains("mfa")),
    }
}

fn last_part(address: &str) -> &str {
    let start = memchr::memrchr(b'/', address.as_bytes()).map_or(0, |at| at + 1);
    address.get(start..).unwrap_or(address)
}

/// Whether the identity comes from another tenant than the one that the token is for: a partner on
/// behalf of its customer, a guest.
fn is_other_tenant(identity_provider: &str, tenant: Option<&str>) -> bool {
    let Some(tenant) = tenant else {
        return false;
    };
    identity_provider.contains("sts.windows.net") && !identity_provider.contains(tenant)
}

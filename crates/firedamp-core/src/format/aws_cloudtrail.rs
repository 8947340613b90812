//! AWS `CloudTrail`: who called which API of an account, a JSON record a call.
//!
//! Files hold one document with `Records`; `EventBridge` puts a record into `detail`. What the call
//! asked for (`requestParameters`) and got (`responseElements`) differs from API to API and is looked
//! into only where it matters. A call that makes machines and protects them tells of both. Of a right
//! that was given, who got which is kept as one name. The account is the one that received the call,
//! not the caller's. Of an assumed role the role is the principal, for sessions change by the hour.
//! Responses may hold credentials: nothing is kept of them but ids. Digest files lie beside the logs and
//! tell of nothing.

mod actions;
mod grants;

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat,
    audit::{self, Details},
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
pub struct AwsCloudtrail;

static DOC: Doc = Doc {
    id: "aws_cloudtrail",
    title: "AWS CloudTrail",
    reads: "Management and data events from S3, CloudTrail Lake and EventBridge, in any container. \
            Digest files are passed over.",
    specification: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/\
                    cloudtrail-event-reference.html",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[Example {
        title: "a user starts machines",
        input: concat!(
            r#"{"Records":[{"eventVersion":"1.09","userIdentity":{"type":"IAMUser","#,
            r#""arn":"arn:aws:iam::111122223333:user/alice","accountId":"111122223333","#,
            r#""accessKeyId":"AKIDEXAMPLE","userName":"alice"},"#,
            r#""eventTime":"2026-03-01T10:00:00Z","eventSource":"ec2.amazonaws.com","#,
            r#""eventName":"RunInstances","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.9","#,
            r#""userAgent":"aws-cli/2.15","requestParameters":{"instanceType":"p3.16xlarge","#,
            r#""instancesSet":{"items":[{"imageId":"ami-0abc","minCount":1,"maxCount":4}]}},"#,
            r#""responseElements":{"instancesSet":{"items":[{"instanceId":"i-0abc","#,
            r#""privateIpAddress":"10.0.0.4","vpcId":"vpc-0abc"}]}},"eventID":"e-1","#,
            r#""recipientAccountId":"111122223333"}]}"#
        ),
        events: &["call aws:111122223333 2026-03-01T10:00:00Z ec2.amazonaws.com RunInstances \
             CreateCompute Succeeded id e-1 in us-east-1 by Person \
             arn:aws:iam::111122223333:user/alice named alice through AKIDEXAMPLE from 203.0.113.9 \
             with aws-cli/2.15 on i-0abc,10.0.0.4,vpc-0abc compute Machine 4 of p3.16xlarge image \
             ami-0abc"],
    }],
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    #[serde(borrow, default)]
    user_identity: Identity<'a>,
    #[serde(borrow, default)]
    event_time: Text<'a>,
    #[serde(borrow, default)]
    event_source: Text<'a>,
    #[serde(borrow, default)]
    event_name: Text<'a>,
    #[serde(borrow, default)]
    aws_region: Text<'a>,
    #[serde(borrow, default, rename = "sourceIPAddress")]
    source_address: Text<'a>,
    #[serde(borrow, default)]
    user_agent: Text<'a>,
    #[serde(borrow, default)]
    error_code: Text<'a>,
    #[serde(borrow, default)]
    request_parameters: Option<&'a RawValue>,
    #[serde(borrow, default)]
    response_elements: Option<&'a RawValue>,
    #[serde(borrow, default)]
    additional_event_data: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "eventID")]
    id: Text<'a>,
    #[serde(borrow, default)]
    recipient_account_id: Text<'a>,
    #[serde(borrow, default)]
    digest_start_time: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Identity<'a> {
    #[serde(borrow, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow)]
    arn: Text<'a>,
    #[serde(borrow)]
    principal_id: Text<'a>,
    #[serde(borrow)]
    account_id: Text<'a>,
    #[serde(borrow)]
    access_key_id: Text<'a>,
    #[serde(borrow)]
    user_name: Text<'a>,
    #[serde(borrow)]
    invoked_by: Text<'a>,
    #[serde(borrow)]
    session_context: Session<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Session<'a> {
    #[serde(borrow)]
    session_issuer: Issuer<'a>,
    #[serde(borrow)]
    attributes: Attributes<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Issuer<'a> {
    #[serde(borrow)]
    arn: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Attributes<'a> {
    #[serde(borrow)]
    mfa_authenticated: Text<'a>,
}

impl RecordFormat for AwsCloudtrail {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.has_all(&["eventSource", "eventName", "eventTime", "awsRegion"])
            || head.has_all(&["digestStartTime", "digestEndTime", "awsAccountId"])
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        let record: Record<'_> =
            serde_json::from_slice(record).map_err(|_| Fault::Rejected(BROKEN_JSON))?;
        if record.event_name.is_empty() || record.event_source.is_empty() {
            let is_digest = !record.digest_start_time.is_empty();
            return if is_digest { Ok(()) } else { Err(Fault::Foreign) };
        }
        let time = Time::parse(&record.event_time).ok_or(Fault::Rejected(NO_TIME))?;
        let (mut action, kind) = actions::of(&record.event_source, &record.event_name);
        let looks = actions::is_looked_into(action, &record.event_name);
        let parsed = looks.then(|| {
            (audit::parse(record.request_parameters), audit::parse(record.response_elements))
        });
        let (request, response) = parsed.unwrap_or_default();
        let gives = matches!(action, Action::GrantAccess | Action::OpenDoor);
        let grant = gives.then(|| grants::of(&record.event_name, &request)).flatten();
        let raised = (action == Action::RaiseQuota).then(|| grants::quota(&request)).flatten();
        let is_identity = matches!(action, Action::CreateCredential | Action::CreatePrincipal);
        let keys = if is_identity { &IDENTITIES } else { &DETAILS };
        let mut details = Details::of(&request, &response, keys);
        details.resources.extend(grant.as_deref().map(named));
        details.resources.extend(raised.as_deref().map(named));
        if looks {
            action = actions::refined(action, &record.event_name, &request);
        }
        let call = ApiCall {
            account: AccountRef::new(Provider::Aws, record.account()),
            id: record.id.0.clone(),
            time,
            service: record.event_source.0.clone(),
            operation: record.event_name.0.clone(),
            action,
            outcome: record.outcome(),
            caller: record.caller(),
            region: record.aws_region.0.clone(),
            compute: kind
                .filter(|_| action == Action::CreateCompute)
                .map(|kind| details.compute(kind)),
            resources: details.resources,
            texts: details.texts,
        };
        let protection = protection(&call, &request);
        for call in [Some(call), protection].into_iter().flatten() {
            sink.event(number, &Event::Call(call));
        }
        Ok(())
    }
}

fn named(name: &str) -> Resource<'_> {
    Resource { instance: Some(name), ..Resource::default() }
}

/// Machines may be protected from removal by the call that makes them: one call, and two steps.
fn protection<'a>(call: &ApiCall<'a>, request: &Value) -> Option<ApiCall<'a>> {
    let has_made = call.action == Action::CreateCompute && call.outcome == CallOutcome::Succeeded;
    (has_made && actions::is_protected(request)).then(|| ApiCall {
        action: Action::Protect,
        compute: None,
        texts: Vec::new(),
        ..call.clone()
    })
}

/// Where AWS's APIs put what matters.
static DETAILS: audit::Keys = audit::Keys {
    instance: &["instanceId"],
    address: "privateIpAddress",
    interface: "networkInterfaceId",
    network: "vpcId",
    names: &[
        "taskArn",
        "serviceArn",
        "autoScalingGroupName",
        "fleetId",
        "spotFleetRequestId",
        "jobArn",
        "computeEnvironmentArn",
        "notebookInstanceName",
        "trainingJobName",
        "functionName",
        "nodegroupArn",
        "projectName",
        "appId",
        "instanceNames",
    ],
    size: &["instanceType", "instanceTypes", "bundleId", "computeType"],
    count: &[
        "maxCount",
        "desiredCount",
        "count",
        "maxSize",
        "desiredCapacity",
        "targetCapacity",
        "totalTargetCapacity",
        "instanceCount",
        "maxvCpus",
    ],
    image: &["imageId", "image", "imageUri"],
    texts: &[
        "userData",
        "command",
        "commands",
        "buildspec",
        "content",
        "entryPoint",
        "startupScript",
    ],
    spot: &["spot", "SPOT", "FARGATE_SPOT"],
};

/// The same of calls that make users, roles and their keys.
static IDENTITIES: audit::Keys = audit::Keys {
    instance: &[],
    address: "",
    interface: "",
    network: "",
    names: &["accessKeyId", "roleName", "userName"],
    size: &[],
    count: &[],
    image: &[],
    texts: &[],
    spot: &[],
};

impl Record<'_> {
    fn account(&self) -> &str {
        let recipient = self.recipient_account_id.known();
        recipient.or_else(|| self.user_identity.account_id.known()).unwrap_or_default()
    }

    fn outcome(&self) -> CallOutcome {
        if let Some(code) = self.error_code.known() {
            return outcome(code);
        }
        let failed = &*self.event_name == "ConsoleLogin"
            && self.response_elements.is_some_and(|value| value.get().contains("Failure"));
        if failed { CallOutcome::Failed } else { CallOutcome::Succeeded }
    }

    fn caller(&self) -> Caller<'_> {
        let own = &self.user_identity;
        let role = own.session_context.session_issuer.arn.known();
        let principal = role.or_else(|| own.arn.known()).or_else(|| own.principal_id.known());
        let session = || role.and_then(|_| own.arn.known()?.rsplit_once('/')).map(|(_, name)| name);
        let application = own.invoked_by.known().or_else(|| own.access_key_id.known());
        let invoked = own.invoked_by.known();
        Caller {
            principal: principal.or(invoked).unwrap_or_default().into(),
            name: own.user_name.known().or_else(session).map(Into::into),
            kind: self.caller_kind(),
            application: application.map(Into::into),
            address: net::parse_address(&self.source_address),
            user_agent: self.user_agent.known().map(Into::into),
            mfa: self.mfa(),
        }
    }

    fn caller_kind(&self) -> CallerKind {
        let own = &self.user_identity;
        let is_foreign = own.account_id.known().is_some_and(|account| account != self.account());
        // With `invokedBy` alone a service calls in the name of whoever told it to (CloudFormation
        // with a user's own rights): what is made is the user's.
        let is_of_service =
            own.session_context.session_issuer.arn.contains(":role/aws-service-role/");
        let is_nobody = own.arn.is_empty() && !own.invoked_by.is_empty();
        match &*own.kind {
            "AWSService" => CallerKind::Provider,
            "Root" => CallerKind::Root,
            _ if is_of_service || is_nobody => CallerKind::Provider,
            _ if is_foreign => CallerKind::Foreign,
            "IAMUser" | "IdentityCenterUser" | "SAMLUser" | "FederatedUser" => CallerKind::Person,
            "AssumedRole" if own.arn.contains("AWSReservedSSO_") => CallerKind::Person,
            "AssumedRole" | "WebIdentityUser" => CallerKind::Application,
            _ => CallerKind::Unknown,
        }
    }

    /// From the session, or from the console's own word.
    fn mfa(&self) -> Option<bool> {
        let session = self.user_identity.session_context.attributes.mfa_authenticated.known();
        let console = || {
            let data = self.additional_event_data?.get();
            data.contains("\"MFAUsed\"").then(|| data.contains("\"Yes\""))
        };
        session.and_then(|flag| flag.parse().ok()).or_else(console)
    }
}

fn outcome(code: &str) -> CallOutcome {
    let has = |word: &str| code.contains(word);
    match code {
        _ if has("DryRunOperation") => CallOutcome::DryRun,
        _ if has("Unauthorized") || has("AccessDenied") || has("AuthFailure") => {
            CallOutcome::Denied
        }
        _ if has("LimitExceeded") || has("Quota") || has("InsufficientInstanceCapacity") => {
            CallOutcome::OverQuota
        }
        _ => CallOutcome::Failed,
    }
}

//! Kubernetes audit events: who asked the API server for what, a JSON object a request.
//!
//! Each request is logged at several stages; the last, `ResponseComplete`, is the one that counts. The
//! bodies are there from level `Request` on. Azure puts the event as a text into a record's
//! `properties.log`, Amazon into a `CloudWatch` message; those are unwrapped before they come here. A
//! cluster does not know its cloud's account, unless the user's ARN tells.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat,
    audit::{self, Details},
};
use crate::{
    event::{Action, ApiCall, CallOutcome, Caller, CallerKind, ComputeKind, Event, Resource},
    id::{AccountRef, Provider},
    json::{Head, Text},
    net,
    sink::Sink,
    time::Time,
};

/// The format.
pub struct KubernetesAudit;

static DOC: Doc = Doc {
    id: "kubernetes_audit",
    title: "Kubernetes audit events",
    reads: "audit.k8s.io events at stage ResponseComplete or Panic, also inside records of AKS and \
            EKS. Other stages of the same requests are passed over.",
    specification: "https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/",
    rejects: &[BROKEN_JSON, NO_TIME],
    examples: &[Example {
        title: "a pod with a command line",
        input: concat!(
            r#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","#,
            r#""auditID":"a-1","stage":"ResponseComplete","verb":"create","#,
            r#""user":{"username":"system:serviceaccount:default:web"},"sourceIPs":["10.0.0.4"],"#,
            r#""userAgent":"curl/8","objectRef":{"resource":"pods","namespace":"default","#,
            r#""name":"job-1"},"responseStatus":{"code":201},"requestObject":{"spec":{"containers":["#,
            r#"{"image":"registry.example/app:1","command":["/bin/app","-v"]}]}},"#,
            r#""requestReceivedTimestamp":"2026-03-01T10:00:00.000000Z","#,
            r#""stageTimestamp":"2026-03-01T10:00:00.100000Z"}"#
        ),
        events: &[
            "call unknown: 2026-03-01T10:00:00Z kubernetes create pods CreateCompute Succeeded \
             id a-1 by Application system:serviceaccount:default:web from 10.0.0.4 with curl/8 on \
             default/job-1 compute Container 1 image registry.example/app:1 text \"/bin/app -v\"",
        ],
    }],
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    #[serde(borrow, default)]
    api_version: Text<'a>,
    #[serde(borrow, default, rename = "auditID")]
    id: Text<'a>,
    #[serde(borrow, default)]
    stage: Text<'a>,
    #[serde(borrow, default)]
    verb: Text<'a>,
    #[serde(borrow, default)]
    user: User<'a>,
    #[serde(borrow, default, rename = "sourceIPs")]
    sources: Vec<Text<'a>>,
    #[serde(borrow, default)]
    user_agent: Text<'a>,
    #[serde(borrow, default)]
    object_ref: Object<'a>,
    #[serde(borrow, default)]
    response_status: Status<'a>,
    #[serde(borrow, default)]
    request_object: Option<&'a RawValue>,
    #[serde(borrow, default)]
    request_received_timestamp: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct User<'a> {
    #[serde(borrow)]
    username: Text<'a>,
    #[serde(borrow)]
    extra: Extra<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Extra<'a> {
    #[serde(borrow)]
    arn: Vec<Text<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Object<'a> {
    #[serde(borrow)]
    resource: Text<'a>,
    #[serde(borrow)]
    subresource: Text<'a>,
    #[serde(borrow)]
    namespace: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Status<'a> {
    #[serde(borrow)]
    code: Text<'a>,
}

impl RecordFormat for KubernetesAudit {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        head.has_all(&["auditID", "stage", "verb"])
            && head.text("apiVersion").is_some_and(|version| version.starts_with("audit.k8s.io/"))
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        let record: Record<'_> =
            serde_json::from_slice(record).map_err(|_| Fault::Rejected(BROKEN_JSON))?;
        if !record.api_version.starts_with("audit.k8s.io/") {
            return Err(Fault::Foreign);
        }
        if !matches!(&*record.stage, "ResponseComplete" | "Panic") {
            return Ok(());
        }
        let time = Time::parse(&record.request_received_timestamp);
        let time = time.ok_or(Fault::Rejected(NO_TIME))?;
        let action = record.action();
        let looks = action == Action::CreateCompute;
        let request = if looks { audit::parse(record.request_object) } else { Value::Null };
        let nothing = Value::Null;
        let details = Details::of(&request, &nothing, &DETAILS);
        let name = record.object_name();
        let call = ApiCall {
            account: record.account(),
            id: record.id.0.clone(),
            time,
            service: "kubernetes".into(),
            operation: format!("{} {}", &*record.verb, &*record.object_ref.resource).into(),
            action,
            outcome: record.outcome(),
            caller: record.caller(),
            region: Cow::Borrowed(""),
            compute: looks.then(|| details.compute(ComputeKind::Container)),
            resources: (action != Action::Other)
                .then(|| Resource { instance: Some(&name), ..Resource::default() })
                .into_iter()
                .collect(),
            texts: details.texts,
        };
        sink.event(number, &Event::Call(call));
        Ok(())
    }
}

/// Where Kubernetes puts what matters.
static DETAILS: audit::Keys = audit::Keys {
    instance: &[],
    address: "podIP",
    interface: "",
    network: "",
    names: &[],
    size: &[],
    count: &["replicas", "parallelism"],
    image: &["image"],
    texts: &["command", "args"],
    spot: &[],
};

/// What runs containers.
const WORKLOADS: [&str; 8] = [
    "cronjobs",
    "daemonsets",
    "deployments",
    "jobs",
    "pods",
    "replicasets",
    "replicationcontrollers",
    "statefulsets",
];

impl Record<'_> {
    fn action(&self) -> Action {
        let (verb, resource) = (&*self.verb, &*self.object_ref.resource);
        let runs = WORKLOADS.contains(&resource);
        match &*self.object_ref.subresource {
            "exec" | "attach" | "ephemeralcontainers" if runs => return Action::RunScript,
            "" => {}
            _ => return Action::Other,
        }
        match verb {
            "create" | "update" | "patch" if runs => Action::CreateCompute,
            "create" | "update" | "patch" if resource.ends_with("rolebindings") => {
                Action::GrantAccess
            }
            "create" if resource == "serviceaccounts" => Action::CreatePrincipal,
            "delete" if runs => Action::DeleteCompute,
            _ => Action::Other,
        }
    }

    fn object_name(&self) -> String {
        let Object { namespace, name, resource, .. } = &self.object_ref;
        let name = name.known().unwrap_or(resource);
        namespace.known().map_or_else(|| name.to_string(), |own| format!("{own}/{name}"))
    }

    /// The fifth part of an ARN is the account.
    fn account(&self) -> AccountRef<'_> {
        let arn = self.user.extra.arn.first().and_then(|arn| arn.split(':').nth(4));
        match arn.filter(|account| !account.is_empty()) {
            Some(account) => AccountRef::new(Provider::Aws, account),
            None => AccountRef::new(Provider::Unknown, ""),
        }
    }

    fn outcome(&self) -> CallOutcome {
        match self.response_status.code.parse::<u16>().unwrap_or(200) {
            401 | 403 => CallOutcome::Denied,
            429 => CallOutcome::OverQuota,
            400.. => CallOutcome::Failed,
            _ => CallOutcome::Succeeded,
        }
    }

    fn caller(&self) -> Caller<'_> {
        let name = self.user.username.known().unwrap_or_default();
        Caller {
            principal: name.into(),
            name: None,
            kind: match name {
                "" => CallerKind::Unknown,
                _ if name.starts_with("system:serviceaccount:kube-system:") => CallerKind::Provider,
                _ if name.starts_with("system:serviceaccount:") => CallerKind::Application,
                _ if name.starts_with("system:") => CallerKind::Provider,
                _ => CallerKind::Person,
            },
            application: None,
            address: self.sources.first().and_then(|source| net::parse_address(source)),
            user_agent: self.user_agent.known().map(Into::into),
            mfa: None,
        }
    }
}

//! Amazon's interfaces: the Query protocol of EC2, IAM, Auto Scaling and STS, the JSON protocol of
//! ECS, requests signed with version 4.

mod back;
mod isolate;
mod measure;
mod rights;
mod xml;

use async_trait::async_trait;
use firedamp_core::{
    plan::{Kind, Measure, Plan, Step, aws::service_of, back::Former, name},
    portal::escaped,
    time::Time,
};
use reqwest::{
    Method, StatusCode,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use url::Url;

use super::{
    Cloud, Trouble,
    sigv4::{Keys, Request, Scope, authorization},
};
use crate::{
    channel::Secret,
    client::{Answer, Outside},
};

/// Where services are that have no region.
const HOME: &str = "us-east-1";

pub(super) struct Aws {
    pub(super) outside: Outside,
    /// In place of Amazon's own, for all services.
    pub(super) endpoint: Option<Url>,
    pub(super) account: String,
    pub(super) access_key: Secret,
    pub(super) secret_key: Secret,
    pub(super) session_token: Option<Secret>,
}

/// A service with the version of its interface.
#[derive(Clone, Copy)]
struct Service {
    id: &'static str,
    version: &'static str,
}

const EC2: Service = Service { id: "ec2", version: "2016-11-15" };
const IAM: Service = Service { id: "iam", version: "2010-05-08" };
const SCALING: Service = Service { id: "autoscaling", version: "2011-01-01" };
const STS: Service = Service { id: "sts", version: "2011-06-15" };

/// What a call said: what it answered, or with which code it was refused.
type Said = Result<String, (String, String)>;

#[async_trait]
impl Cloud for Aws {
    async fn is_ours(&self, plan: &Plan) -> Result<String, Trouble> {
        let said = self.ask(STS, HOME, "GetCallerIdentity", &[]).await?;
        let account = xml::text(&said, "Account").unwrap_or_default();
        if account == plan.account && account == self.account {
            return Ok(format!("the keys are of {account}"));
        }
        let account = crate::report::shown(account);
        Err(Trouble::Unexpected(format!("the keys are of account {account}, not of this one")))
    }

    fn takes(&self, step: &Step) -> bool {
        let is = |measures: &[Measure]| measures.contains(&step.measure);
        match step.target.kind {
            Kind::Machine => is(&[
                Measure::Snapshot,
                Measure::LiftProtection,
                Measure::Stop,
                Measure::Isolate,
                Measure::Remove,
            ]),
            Kind::Group => {
                is(&[Measure::Snapshot, Measure::HoldGroup, Measure::EmptyGroup, Measure::Remove])
            }
            Kind::Container => {
                is(&[Measure::Stop, Measure::Remove])
                    && service_of(&step.target.name, &self.account).is_some()
            }
            Kind::Key => is(&[Measure::CutKey]),
            Kind::Grant => rights::takes(step),
            Kind::User => is(&[Measure::CutPrincipal, Measure::DropLogin]),
            Kind::Role => is(&[Measure::CutPrincipal, Measure::EndSessions]),
            _ => false,
        }
    }

    async fn look(&self, step: &Step) -> Result<String, Trouble> {
        measure::look(self, step).await
    }

    async fn act(&self, step: &Step) -> Result<String, Trouble> {
        measure::act(self, step).await
    }

    async fn former(&self, step: &Step) -> Result<Former, Trouble> {
        back::former(self, step).await
    }

    async fn back(&self, step: &Step, former: &Former, is_dry: bool) -> Result<String, Trouble> {
        back::back(self, step, former, is_dry).await
    }
}

impl Aws {
    /// A call that must be answered.
    async fn ask(
        &self,
        service: Service,
        region: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<String, Trouble> {
        let said = self.call(service, region, action, parameters).await?;
        said.map_err(|(code, message)| {
            Trouble::Unexpected(format!("{action}: {code}: {message}{}", explained(&code)))
        })
    }

    /// A call of the Query protocol.
    async fn call(
        &self,
        service: Service,
        region: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Said, Trouble> {
        let mut body = format!("Action={}&Version={}", escaped(action), service.version);
        for (name, value) in parameters {
            body.push_str(&format!("&{}={}", escaped(name), escaped(value)));
        }
        let kind = "application/x-www-form-urlencoded; charset=utf-8";
        let answer = self.send(service.id, region, &[("content-type", kind)], body).await?;
        judged(&answer, |body| {
            let part = |name| xml::text(body, name).unwrap_or_default().to_string();
            (part("Code"), part("Message"))
        })
    }

    /// A call of the JSON protocol that ECS speaks.
    async fn call_ecs(&self, region: &str, action: &str, body: String) -> Result<Said, Trouble> {
        let target = format!("AmazonEC2ContainerServiceV20141113.{action}");
        let headers = [("content-type", "application/x-amz-json-1.1"), ("x-amz-target", &target)];
        let answer = self.send("ecs", region, &headers, body).await?;
        judged(&answer, |body| {
            let value: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
            let part = |name: &str| value.get(name).and_then(serde_json::Value::as_str);
            let code = part("__type").unwrap_or_default();
            let code = code.rsplit('#').next().unwrap_or_default().to_string();
            (code, part("message").or_else(|| part("Message")).unwrap_or_default().to_string())
        })
    }

    async fn send(
        &self,
        service: &str,
        region: &str,
        own: &[(&str, &str)],
        body: String,
    ) -> Result<Answer, Trouble> {
        let broken = |why: &str| Trouble::Unexpected(why.to_string());
        let url = self.url(service, region).ok_or_else(|| broken("no such region"))?;
        let host = url.host_str().ok_or_else(|| broken("the endpoint names no host"))?;
        let host = url.port().map_or_else(|| host.to_string(), |port| format!("{host}:{port}"));
        let at = Time::from_seconds(now_seconds());
        let scope = Scope { at, region, service };
        let stamp = scope.stamp();
        let token = self.session_token.as_ref().map(Secret::reveal);
        let mut headers: Vec<(&str, &str)> = own.to_vec();
        headers.extend([("host", host.as_str()), ("x-amz-date", stamp.as_str())]);
        headers.extend(token.map(|token| ("x-amz-security-token", token)));
        headers.sort_unstable();
        let request =
            Request { method: "POST", path: "/", query: "", headers: &headers, body: &body };
        let keys = Keys { access: self.access_key.reveal(), secret: self.secret_key.reveal() };
        let signed = authorization(keys, &request, scope);
        let mut sent = HeaderMap::new();
        for (name, value) in headers.into_iter().chain([("authorization", signed.as_str())]) {
            let pair = HeaderName::try_from(name).ok().zip(HeaderValue::from_str(value).ok());
            let (name, value) = pair.ok_or_else(|| broken("a key is no key"))?;
            sent.insert(name, value);
        }
        Ok(self.outside.exchange(Method::POST, &url, sent, body).await?)
    }

    fn url(&self, service: &str, region: &str) -> Option<Url> {
        if let Some(endpoint) = &self.endpoint {
            return Some(endpoint.clone());
        }
        if !name::is_place(region) {
            return None;
        }
        let host = match service {
            "iam" => "iam.amazonaws.com".to_string(),
            _ => format!("{service}.{region}.amazonaws.com"),
        };
        Url::parse(&format!("https://{host}/")).ok()
    }
}

/// The clock of signatures: requests are good for some minutes only.
fn now_seconds() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// What an answer comes to; `refusal` reads code and message of one that says no.
fn judged(answer: &Answer, refusal: impl Fn(&str) -> (String, String)) -> Result<Said, Trouble> {
    if answer.status.is_success() {
        return Ok(Ok(answer.text()));
    }
    let (code, message) = refusal(&answer.text());
    let is_busy = answer.status == StatusCode::TOO_MANY_REQUESTS
        || answer.status.is_server_error()
        || code.contains("Throttl")
        || code == "RequestLimitExceeded";
    if is_busy {
        let why = format!("answered {}: {code}", answer.status);
        return Err(Trouble::Later(answer.wait(), why));
    }
    if code.is_empty() {
        let why = format!("answered {} and nothing that can be read", answer.status);
        return Err(Trouble::Unexpected(why));
    }
    Ok(Err((code, message)))
}

/// What is to be done about some refusals.
fn explained(code: &str) -> &'static str {
    match code {
        "UnauthorizedOperation" | "AccessDenied" | "AccessDeniedException" => {
            ". The keys lack this right; docs/cleanup.md lists them"
        }
        "OperationNotPermitted" => {
            ". The machine is protected and the audit log did not say so: lift it by hand, plan anew"
        }
        "UnsupportedOperation" => ". A spot machine can't be stopped: remove it by hand",
        "ScalingActivityInProgress" => ". The group is still at work: ask for the clean-up again",
        _ => "",
    }
}

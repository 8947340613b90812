//! Clouds of the tests: servers on this machine that speak as the published shapes say, and badly.

use std::{
    collections::BTreeMap,
    net::Ipv4Addr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::program::Folder;

pub(super) const SUBSCRIPTION: &str = "00001111-2222-3333-4444-555566667777";
/// The numbers that Azure gave its disks.
pub(super) const DISK: &str = "aaaa1111-2222-3333-4444-555566667777";
pub(super) const DATA_DISK: &str = "bbbb1111-2222-3333-4444-555566667777";

/// How a path is answered out of turn.
#[derive(Clone, Debug)]
pub(super) enum Odd {
    /// Never.
    Hang,
    /// With this status and body, so often; then as usual.
    Say(u16, Value, u32),
    /// Busy, once, for no time.
    Busy,
}

#[derive(Default)]
struct Inner {
    requests: Vec<String>,
    odd: Option<(String, Odd)>,
    said: u32,
    base: String,
    gone: Vec<String>,
    filed: BTreeMap<String, String>,
    /// What was changed, by the path of it and the field.
    written: BTreeMap<String, Value>,
}

impl Inner {
    fn write(&mut self, path: &str, field: &str, value: Value) {
        self.written.insert(format!("{path} {field}"), value);
    }

    /// What was written last, or what was there before.
    fn read(&self, path: &str, field: &str, before: Value) -> Value {
        self.written.get(&format!("{path} {field}")).cloned().unwrap_or(before)
    }
}

/// A server that writes down what it was asked.
#[derive(Clone)]
pub(super) struct Recorded(Arc<Mutex<Inner>>);

impl Recorded {
    pub(super) async fn azure() -> Self {
        Self::open(azure).await
    }

    pub(super) async fn google() -> Self {
        Self::open(google).await
    }

    pub(super) async fn aws() -> Self {
        Self::open(aws).await
    }

    pub(super) async fn partner_center() -> Self {
        Self::open(partner_center).await
    }

    async fn open(answer: fn(&mut Inner, &Asked) -> Response) -> Self {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let own = Self(Arc::new(Mutex::new(Inner { base, ..Inner::default() })));
        let shared = own.clone();
        let handle = move |State(shared): State<Self>,
                           method: Method,
                           uri: Uri,
                           headers: HeaderMap,
                           body: Bytes| async move {
            let asked = Asked { method, uri, headers, body };
            shared.take(&asked, answer).await
        };
        let router = Router::new().fallback(handle).with_state(shared);
        tokio::spawn(async move { axum::serve(listener, router).await });
        own
    }

    async fn take(&self, asked: &Asked, answer: fn(&mut Inner, &Asked) -> Response) -> Response {
        let odd = {
            let mut inner = self.0.lock().expect("a lock");
            let line = asked.line();
            inner.requests.push(line.clone());
            let odd = inner.odd.clone();
            odd.filter(|(mark, _)| line.contains(mark.as_str())).map(|(_, odd)| odd)
        };
        match odd {
            Some(Odd::Hang) => std::future::pending().await,
            Some(Odd::Say(status, body, times)) if self.count_said() <= times => {
                (StatusCode::from_u16(status).expect("a status"), body.to_string()).into_response()
            }
            Some(Odd::Busy) if self.count_said() <= 1 => {
                (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "0")]).into_response()
            }
            _ => answer(&mut self.0.lock().expect("a lock"), asked),
        }
    }

    fn count_said(&self) -> u32 {
        let mut inner = self.0.lock().expect("a lock");
        inner.said += 1;
        inner.said
    }

    pub(super) fn url(&self) -> String {
        self.0.lock().expect("a lock").base.clone()
    }

    /// Requests that change something.
    pub(super) fn changes(&self) -> Vec<String> {
        let inner = self.0.lock().expect("a lock");
        inner.requests.iter().filter(|line| !line.starts_with("GET ")).cloned().collect()
    }

    /// Somebody else changes something.
    pub(super) fn write(&self, path: &str, field: &str, value: Value) {
        self.0.lock().expect("a lock").write(path, field, value);
    }

    pub(super) fn hang_on(&self, mark: &str) {
        self.odd(mark, Odd::Hang);
    }

    pub(super) fn odd(&self, mark: &str, odd: Odd) {
        let mut inner = self.0.lock().expect("a lock");
        (inner.odd, inner.said) = (Some((mark.to_string(), odd)), 0);
    }

    pub(super) fn answer_again(&self) {
        self.0.lock().expect("a lock").odd = None;
    }

    pub(super) fn vm(&self, name: &str) -> String {
        format!(
            "/subscriptions/{SUBSCRIPTION}/resourcegroups/rg/providers/microsoft.compute/virtualmachines/{name}"
        )
    }
}

struct Asked {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
}

impl Asked {
    /// As it is written down; of the Query protocol, what is asked for stands in the body.
    fn line(&self) -> String {
        let query = match self.uri.path() {
            "/" => format!(" {}", String::from_utf8_lossy(&self.body)),
            _ => String::new(),
        };
        format!("{} {}{query}", self.method, self.uri)
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A parameter of the Query protocol.
    fn parameter(&self, name: &str) -> Option<String> {
        let pairs = url::form_urlencoded::parse(&self.body);
        pairs.into_iter().find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
    }
}

fn json_of(status: StatusCode, body: &Value) -> Response {
    (status, [("content-type", "application/json")], body.to_string()).into_response()
}

fn is_signed_in(asked: &Asked) -> bool {
    asked.headers.get("authorization").is_some_and(|value| value == "Bearer a-token")
}

/// Resource Manager: what was deleted is gone, what takes long is followed.
fn azure(inner: &mut Inner, asked: &Asked) -> Response {
    let error =
        |status, code: &str| json_of(status, &json!({"error": {"code": code, "message": "no"}}));
    if !is_signed_in(asked) {
        return error(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken");
    }
    let path = asked.uri.path().to_ascii_lowercase();
    if asked.uri.query().is_none_or(|query| !query.contains("api-version=")) {
        return error(StatusCode::BAD_REQUEST, "MissingApiVersionParameter");
    }
    let is_gone = inner.gone.contains(&path) && asked.method != Method::PUT;
    if is_gone || path.contains("/snapshots/") && asked.method == Method::GET {
        return error(StatusCode::NOT_FOUND, "ResourceNotFound");
    }
    match (asked.method.as_str(), path.rsplit('/').next().unwrap_or_default()) {
        ("GET", "operation") => json_of(StatusCode::OK, &json!({"status": "Succeeded"})),
        ("GET", "autoscalesettings") => autoscale_settings(inner),
        ("GET", "instanceview") => {
            let vm = path.trim_end_matches("/instanceview");
            let power = inner.read(vm, "power", json!("running"));
            let power = format!("PowerState/{}", power.as_str().expect("a state"));
            let statuses = json!([{"code": "ProvisioningState/succeeded"}, {"code": power}]);
            json_of(StatusCode::OK, &json!({"statuses": statuses}))
        }
        ("GET", _) => azure_resource(inner, &path),
        ("POST", "start") => {
            inner.write(path.trim_end_matches("/start"), "power", json!("running"));
            json_of(StatusCode::OK, &json!({}))
        }
        ("PATCH", _) => {
            let body = asked.json();
            for (field, at) in [("capacity", "/sku/capacity"), ("enabled", "/properties/enabled")] {
                if let Some(value) = body.pointer(at) {
                    inner.write(&path, field, value.clone());
                }
            }
            json_of(StatusCode::OK, &json!({}))
        }
        ("PUT", _) => {
            inner.gone.retain(|gone| *gone != path);
            json_of(StatusCode::CREATED, &json!({}))
        }
        ("POST", "deallocate") => {
            inner.write(path.trim_end_matches("/deallocate"), "power", json!("deallocated"));
            let place = format!("{}/operation?api-version=2024-07-01", inner.base);
            let headers = [("azure-asyncoperation", place), ("retry-after", "0".to_string())];
            (StatusCode::ACCEPTED, headers).into_response()
        }
        ("DELETE", _) => {
            inner.gone.push(path);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => json_of(StatusCode::OK, &json!({})),
    }
}

/// What grows the scale set by itself.
fn autoscale_settings(inner: &Inner) -> Response {
    let set = format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/s"
    );
    let id = format!(
        "/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Insights/autoscaleSettings/grow"
    );
    let is_on = inner.read(&id.to_ascii_lowercase(), "enabled", json!(true));
    let setting = json!({"id": id, "properties": {"targetResourceUri": set, "enabled": is_on}});
    json_of(StatusCode::OK, &json!({"value": [setting]}))
}

/// Any resource, as much of it as any kind has.
fn azure_resource(inner: &Inner, path: &str) -> Response {
    let disk = |name| {
        let own = format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers");
        json!({"managedDisk": {"id": format!("{own}/Microsoft.Compute/disks/{name}")}})
    };
    let storage = json!({"osDisk": disk("d"), "dataDisks": [disk("e")]});
    let properties = json!({
        "provisioningState": "Succeeded", "storageProfile": storage,
        "uniqueId": if path.ends_with("/disks/e") { DATA_DISK } else { DISK },
        "level": "CanNotDelete", "notes": null,
        "roleDefinitionId": "/role-of-owner", "principalId": "an-intruder",
    });
    let capacity = inner.read(path, "capacity", json!(9));
    let body = json!({
        "id": path, "location": "westeurope", "state": "Enabled",
        "sku": {"capacity": capacity}, "properties": properties,
    });
    json_of(StatusCode::OK, &body)
}

/// Compute Engine: a machine in one zone, a group in another, operations that are done at once.
fn google(inner: &mut Inner, asked: &Asked) -> Response {
    let error = |status: StatusCode, message: &str| {
        json_of(status, &json!({"error": {"code": status.as_u16(), "message": message}}))
    };
    if !is_signed_in(asked) {
        return error(StatusCode::UNAUTHORIZED, "Invalid Credentials");
    }
    let path = asked.uri.path().to_string();
    let done = json!({"name": "operation-1", "status": "DONE"});
    match (asked.method.as_str(), path.as_str()) {
        ("GET", path) if path.ends_with("/aggregated/instances") => {
            let source = "https://www.googleapis.com/compute/v1/projects/lab-1/zones/us-central1-a/disks/vm-1";
            let machine = json!({
                "name": "vm-1", "disks": [{"source": source}],
                "status": inner.read("vm-1", "status", json!("RUNNING")),
                "deletionProtection": inner.read("vm-1", "protected", json!(true)),
            });
            let items = match inner.gone.iter().any(|gone| gone.ends_with("/vm-1")) {
                false => json!({"zones/us-central1-a": {"instances": [machine]},
                    "zones/us-central1-b": {"warning": {"code": "NO_RESULTS_ON_PAGE"}}}),
                true => json!({}),
            };
            json_of(StatusCode::OK, &json!({"items": items}))
        }
        ("GET", path) if path.ends_with("/aggregated/instanceGroupManagers") => {
            let size = inner.read("miners", "size", json!(40));
            let group = json!({"name": "miners", "targetSize": size});
            let items = json!({"zones/europe-west1-b": {"instanceGroupManagers": [group]}});
            json_of(StatusCode::OK, &json!({"items": items}))
        }
        ("GET", path) if path.ends_with("/aggregated/autoscalers") => {
            let target = "https://www.googleapis.com/compute/v1/projects/lab-1/zones/europe-west1-b/instanceGroupManagers/miners";
            let mode = inner.read("grow", "mode", json!("ON"));
            let own =
                json!({"name": "grow", "target": target, "autoscalingPolicy": {"mode": mode}});
            let items = json!({"zones/europe-west1-b": {"autoscalers": [own]}});
            json_of(StatusCode::OK, &json!({"items": items}))
        }
        ("DELETE", _) => {
            inner.gone.push(path);
            json_of(StatusCode::OK, &done)
        }
        ("GET", path) if path.contains("/global/snapshots/") => {
            error(StatusCode::NOT_FOUND, "not found")
        }
        ("GET", path) if path.contains("/disks/") => json_of(StatusCode::OK, &json!({"id": "77"})),
        ("GET", path) if path.contains("/serviceAccounts/") => {
            let disabled = inner.read("account", "disabled", json!(false));
            json_of(StatusCode::OK, &json!({"disabled": disabled}))
        }
        ("GET", _) => json_of(StatusCode::OK, &json!({"name": "lab-1"})),
        _ => {
            google_change(inner, asked);
            json_of(StatusCode::OK, &done)
        }
    }
}

fn google_change(inner: &mut Inner, asked: &Asked) {
    let verb = asked.uri.path().rsplit(['/', ':']).next().unwrap_or_default();
    let value = asked.uri.query().and_then(|query| query.split_once('='));
    let value = value.map(|(_, value)| value).unwrap_or_default();
    match verb {
        "stop" => inner.write("vm-1", "status", json!("TERMINATED")),
        "start" => inner.write("vm-1", "status", json!("RUNNING")),
        "setDeletionProtection" => inner.write("vm-1", "protected", json!(value == "true")),
        "resize" => inner.write("miners", "size", json!(value.parse::<u32>().expect("a size"))),
        "autoscalers" => {
            inner.write("grow", "mode", asked.json()["autoscalingPolicy"]["mode"].clone());
        }
        "disable" | "enable" => inner.write("account", "disabled", json!(verb == "disable")),
        _ => {}
    }
}

/// EC2: a machine, and a security group that somebody filled with rules before.
fn aws(inner: &mut Inner, asked: &Asked) -> Response {
    let rule = |(id, is_egress): (&str, bool)| {
        format!(
            "<item><securityGroupRuleId>{id}</securityGroupRuleId><isEgress>{is_egress}</isEgress></item>"
        )
    };
    let body = match asked.parameter("Action").unwrap_or_default().as_str() {
        "GetCallerIdentity" => format!("<Account>{}</Account>", super::ACCOUNT),
        "DescribeRegions" => "<regionName>us-east-1</regionName>".to_string(),
        "DescribeInstances" => "<instanceId>i-0abc</instanceId><instanceState><name>running</name>\
             </instanceState><vpcId>vpc-1</vpcId><groupSet><item><groupId>sg-1</groupId>\
             <groupName>web</groupName></item></groupSet>"
            .to_string(),
        "DescribeSecurityGroups" => "<groupId>sg-9</groupId>".to_string(),
        "DescribeSecurityGroupRules" => {
            let rules = [("sgr-4", true), ("sgr-6", true), ("sgr-in", false)];
            let left = rules.into_iter().filter(|(id, _)| !inner.gone.iter().any(|one| one == id));
            left.map(rule).collect()
        }
        _ => {
            inner.gone.extend(asked.parameter("SecurityGroupRuleId.1"));
            String::new()
        }
    };
    (StatusCode::OK, format!("<answer>{body}</answer>")).into_response()
}

/// The service requests of Partner Center: the same request twice is one.
fn partner_center(inner: &mut Inner, asked: &Asked) -> Response {
    if !is_signed_in(asked) {
        let body = json!({"code": "900329", "description": "no application alone", "source": "x"});
        return json_of(StatusCode::FORBIDDEN, &body);
    }
    let body: Value = serde_json::from_slice(&asked.body).unwrap_or_default();
    let known = ["title", "description", "severity", "supportTopicId"];
    let is_whole = known.iter().all(|name| body.get(name).is_some_and(Value::is_string));
    let once = asked.headers.get("ms-requestid").and_then(|value| value.to_str().ok());
    let (true, Some(once), "/v1/servicerequests/en-US") = (is_whole, once, asked.uri.path()) else {
        return json_of(
            StatusCode::BAD_REQUEST,
            &json!({"code": "3000", "description": "invalid"}),
        );
    };
    let next = format!("61612229287457{}", inner.filed.len());
    let id = inner.filed.entry(once.to_string()).or_insert(next).clone();
    json_of(StatusCode::CREATED, &json!({"id": id, "status": "open", "title": body["title"]}))
}

fn secret(folder: &Folder, text: &str) -> String {
    let path = folder.path("token");
    std::fs::write(&path, text).expect("written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("closed");
    }
    format!("file:{}", path.display())
}

pub(super) fn azure_settings(folder: &Folder, url: &str) -> String {
    settings(folder, &format!("provider = 'azure'\nsubscription = '{SUBSCRIPTION}'"), url)
}

pub(super) fn google_settings(folder: &Folder, url: &str) -> String {
    settings(folder, "provider = 'gcp'\nproject = 'lab-1'", url)
}

fn settings(folder: &Folder, who: &str, url: &str) -> String {
    let token = secret(folder, "a-token");
    format!(
        "allow_internal = ['127.0.0.0/8']\n[[cloud]]\n{who}\ntoken = '{token}'\nendpoint = '{url}'\n"
    )
}

pub(super) fn partner_center_settings(folder: &Folder, url: &str, token: &str) -> String {
    let token = secret(folder, token);
    format!(
        "allow_internal = ['127.0.0.0/8']\n[partner_center]\ntoken = '{token}'\ntopic = '29'\n\
         endpoint = '{url}'\n"
    )
}

pub(crate) fn aws_settings(folder: &Folder, url: &str) -> String {
    let key = secret(folder, "testing");
    format!(
        "allow_internal = ['127.0.0.0/8']\n[[cloud]]\nprovider = 'aws'\naccount = '{}'\n\
         access_key = '{key}'\nsecret_key = '{key}'\nendpoint = '{url}'\n",
        super::ACCOUNT
    )
}

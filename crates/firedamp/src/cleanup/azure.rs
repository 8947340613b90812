//! Azure Resource Manager: requests by ARM id, answers at once or as an operation that is followed to
//! its end. Made from the published shapes of its REST interface.

mod back;

use std::time::Duration;

use async_trait::async_trait;
use firedamp_core::plan::{Kind, Measure, Plan, Step, back::Former, name};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use url::Url;

use super::{
    Cloud, Trouble,
    rest::{Rest, read},
};
use crate::client::Answer;

const MANAGEMENT: &str = "https://management.azure.com/";
/// Versions of the providers' interfaces.
const COMPUTE: &str = "2024-07-01";
const DISKS: &str = "2023-10-02";
const CONTAINERS: &str = "2023-05-01";
const LOCKS: &str = "2020-05-01";
const GRANTS: &str = "2022-04-01";
const SUBSCRIPTIONS: &str = "2022-12-01";
const AUTOSCALE: &str = "2022-10-01";
/// The tag of copies that were made as evidence: the machine that they are of.
const TAG: &str = "firedamp-evidence";
/// Looks at an operation until it ends; with the waits that Azure asks for, some minutes.
const LOOKS_MAX: u32 = 60;
/// The wait between two looks, where Azure does not say.
const LOOK_SECONDS: u64 = 5;

pub(super) struct Azure {
    pub(super) rest: Rest,
    pub(super) subscription: String,
}

const GONE: &str = "gone already";

#[async_trait]
impl Cloud for Azure {
    async fn is_ours(&self, plan: &Plan) -> Result<String, Trouble> {
        if !plan.account.eq_ignore_ascii_case(&self.subscription) {
            return Err(Trouble::Unexpected("the key is of another subscription".to_string()));
        }
        let path = format!("/subscriptions/{}", self.subscription);
        match self.get(&path, SUBSCRIPTIONS).await? {
            Some(value) => Ok(format!("the subscription is {}", text(&value, "/state"))),
            None => Err(Trouble::Unexpected("the key sees no such subscription".to_string())),
        }
    }

    fn takes(&self, step: &Step) -> bool {
        let is = |measures: &[Measure]| measures.contains(&step.measure);
        name::is_arm(&step.target.name, &self.subscription)
            && match step.target.kind {
                Kind::Machine => is(&[Measure::Snapshot, Measure::Stop, Measure::Remove]),
                Kind::Group => is(&[Measure::HoldGroup, Measure::EmptyGroup, Measure::Remove]),
                Kind::Container => is(&[Measure::Stop, Measure::Remove]),
                Kind::Lock => is(&[Measure::DropLock]),
                Kind::Grant => is(&[Measure::DropGrant]),
                _ => false,
            }
    }

    async fn look(&self, step: &Step) -> Result<String, Trouble> {
        let id = own_id(step);
        let Some(found) = self.get(&id, version(step.target.kind)).await? else {
            return Ok(GONE.to_string());
        };
        let state = text(&found, "/properties/provisioningState");
        let size = found.pointer("/sku/capacity").map(|size| format!(", {size} machines"));
        Ok(format!("there, {state}{}", size.unwrap_or_default()))
    }

    async fn act(&self, step: &Step) -> Result<String, Trouble> {
        let id = own_id(step);
        let version = version(step.target.kind);
        let Some(found) = self.get(&id, version).await? else {
            return Ok(GONE.to_string());
        };
        match (step.measure, step.target.kind) {
            (Measure::Snapshot, _) => self.snapshot(&id, &found).await,
            (Measure::HoldGroup, _) => self.hold(&id).await,
            (Measure::EmptyGroup, _) => {
                let size = found.pointer("/sku/capacity").cloned().unwrap_or_default();
                let body = json!({"sku": {"capacity": 0}});
                self.change(Method::PATCH, &id, version, Some(body)).await?;
                Ok(format!("had {size} machines"))
            }
            (Measure::Stop, Kind::Container) => {
                self.change(Method::POST, &format!("{id}/stop"), version, None).await
            }
            (Measure::Stop, _) => {
                self.change(Method::POST, &format!("{id}/deallocate"), version, None).await
            }
            _ => self.change(Method::DELETE, &id, version, None).await,
        }
    }

    async fn former(&self, step: &Step) -> Result<Former, Trouble> {
        self.former_of(step).await
    }

    async fn back(&self, step: &Step, former: &Former, is_dry: bool) -> Result<String, Trouble> {
        self.go_back(step, former, is_dry).await
    }
}

/// The id that a step is about: of a machine of a scale set, the set's.
fn own_id(step: &Step) -> String {
    let id = &step.target.name;
    let mark = "/virtualmachinescalesets/";
    let set = name::segment(id, "virtualmachinescalesets");
    let at = id.to_ascii_lowercase().find(mark);
    match (step.target.kind, set, at) {
        (Kind::Group, Some(set), Some(at)) => {
            id.get(..at + mark.len() + set.len()).unwrap_or(id).to_string()
        }
        _ => id.clone(),
    }
}

const fn version(kind: Kind) -> &'static str {
    match kind {
        Kind::Container => CONTAINERS,
        Kind::Lock => LOCKS,
        Kind::Grant => GRANTS,
        _ => COMPUTE,
    }
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or("of unknown state")
}

impl Azure {
    fn url(&self, path: &str, version: &str) -> Result<Url, Trouble> {
        self.rest.url(MANAGEMENT, &format!("{path}?api-version={version}"))
    }

    /// What stands at an id; `None` when nothing does.
    async fn get(&self, path: &str, version: &str) -> Result<Option<Value>, Trouble> {
        let answer = self.rest.send(Method::GET, &self.url(path, version)?, None).await?;
        match answer.status {
            StatusCode::OK => read(&answer).map(Some),
            StatusCode::NOT_FOUND => Ok(None),
            _ => Err(refused(&answer)),
        }
    }

    async fn change(
        &self,
        method: Method,
        path: &str,
        version: &str,
        body: Option<Value>,
    ) -> Result<String, Trouble> {
        let answer = self.rest.send(method, &self.url(path, version)?, body).await?;
        match answer.status {
            StatusCode::OK | StatusCode::CREATED | StatusCode::NO_CONTENT => Ok("done".to_string()),
            StatusCode::ACCEPTED => self.follow(&answer).await,
            StatusCode::NOT_FOUND => Ok(GONE.to_string()),
            _ => Err(refused(&answer)),
        }
    }

    /// Follows an operation to its end, at the address that Azure named: only where we ask anyway.
    async fn follow(&self, answer: &Answer) -> Result<String, Trouble> {
        let place = ["azure-asyncoperation", "location"]
            .iter()
            .find_map(|name| answer.headers.get(*name)?.to_str().ok());
        let Some(place) = place else {
            return Ok("accepted".to_string());
        };
        let base = self.url("/", COMPUTE)?;
        let own = |url: &Url| url.origin() == base.origin();
        let url = Url::parse(place).ok().filter(own);
        let url = url.ok_or_else(|| {
            Trouble::Unexpected("the operation is said to be at another place".to_string())
        })?;
        let mut wait = answer.wait();
        for _ in 0..LOOKS_MAX {
            let seconds = Duration::from_secs(LOOK_SECONDS);
            tokio::time::sleep(wait.unwrap_or(seconds).min(super::WAIT_MAX)).await;
            let looked = self.rest.send(Method::GET, &url, None).await?;
            wait = looked.wait();
            if looked.status == StatusCode::ACCEPTED {
                continue;
            }
            if !looked.status.is_success() {
                return Err(refused(&looked));
            }
            let value: Value = serde_json::from_slice(&looked.body).unwrap_or_default();
            match value.get("status").and_then(Value::as_str) {
                Some("InProgress" | "Running" | "Accepted" | "Updating" | "Deleting") => {}
                Some("Succeeded") | None => return Ok("done".to_string()),
                Some(_) => return Err(refused(&looked)),
            }
        }
        Err(Trouble::Unexpected("the operation does not come to an end".to_string()))
    }

    /// Copies every managed disk of a machine.
    async fn snapshot(&self, id: &str, machine: &Value) -> Result<String, Trouble> {
        let at = |pointer| machine.pointer(pointer);
        let data = at("/properties/storageProfile/dataDisks").and_then(Value::as_array);
        let disks = at("/properties/storageProfile/osDisk").into_iter();
        let mut kept = Vec::new();
        for disk in disks.chain(data.into_iter().flatten()) {
            if let Some(disk) = disk.pointer("/managedDisk/id").and_then(Value::as_str) {
                kept.push(self.copy(id, machine, disk).await?);
            }
        }
        match kept.is_empty() {
            true => Err(Trouble::Unexpected("the machine has no managed disk".to_string())),
            false => Ok(kept.join(", ")),
        }
    }

    /// Copies a disk, unless that was done before: a copy is called by the number that Azure gave the
    /// disk, since names come again.
    async fn copy(&self, id: &str, machine: &Value, disk: &str) -> Result<String, Trouble> {
        let unexpected = |why: &str| Trouble::Unexpected(why.to_string());
        if !name::is_arm(disk, &self.subscription) {
            return Err(unexpected("one of its disks lies elsewhere"));
        }
        let known = self.get(disk, DISKS).await?.unwrap_or_default();
        let unique = text(&known, "/properties/uniqueId");
        let group = name::segment(id, "resourcegroups");
        let (Some(group), true) = (group, name::is_guid(unique)) else {
            return Err(unexpected("a disk has no number"));
        };
        let copy = format!("firedamp-{unique}");
        let path = format!(
            "/subscriptions/{}/resourceGroups/{group}/providers/Microsoft.Compute/snapshots/{copy}",
            self.subscription
        );
        if let Some(found) = self.get(&path, DISKS).await? {
            let of = text(&found, "/properties/creationData/sourceUniqueId");
            return match of.eq_ignore_ascii_case(unique) {
                true => Ok(format!("kept before as {copy}")),
                false => Err(unexpected(&format!("{copy} is of another disk"))),
            };
        }
        let source = json!({"createOption": "Copy", "sourceResourceId": disk});
        let vm = name::segment(id, "virtualmachines");
        let body = json!({
            "location": machine.get("location"), "tags": {TAG: vm},
            "properties": {"creationData": source},
        });
        self.change(Method::PUT, &path, DISKS, Some(body)).await?;
        Ok(format!("kept as {copy}"))
    }

    /// Switches every autoscale setting of a set off.
    async fn hold(&self, id: &str) -> Result<String, Trouble> {
        let mut held = Vec::new();
        for (setting, _) in self.settings_of(id).await? {
            self.set_growth(&setting, false).await?;
            held.push(last(&setting).to_string());
        }
        Ok(match held.is_empty() {
            true => "nothing makes it grow by itself".to_string(),
            false => format!("switched off: {}", held.join(", ")),
        })
    }

    /// The autoscale settings of a set by their ids, and whether they are on.
    async fn settings_of(&self, id: &str) -> Result<Vec<(String, bool)>, Trouble> {
        let group = name::segment(id, "resourcegroups").unwrap_or_default();
        let list = format!(
            "/subscriptions/{}/resourceGroups/{group}/providers/Microsoft.Insights/autoscalesettings",
            self.subscription
        );
        let settings = self.get(&list, AUTOSCALE).await?.unwrap_or_default();
        let all = settings.get("value").and_then(Value::as_array).into_iter().flatten();
        let own = all.filter_map(|setting| {
            let of = setting.pointer("/properties/targetResourceUri").and_then(Value::as_str);
            let is_on = setting.pointer("/properties/enabled").and_then(Value::as_bool);
            let own = setting.get("id").and_then(Value::as_str)?;
            let is_its = of.is_some_and(|of| of.eq_ignore_ascii_case(id))
                && name::is_arm(own, &self.subscription);
            is_its.then(|| (own.to_string(), is_on.unwrap_or_default()))
        });
        Ok(own.collect())
    }

    async fn set_growth(&self, setting: &str, is_on: bool) -> Result<(), Trouble> {
        let body = json!({"properties": {"enabled": is_on}});
        self.change(Method::PATCH, setting, AUTOSCALE, Some(body)).await.map(|_| ())
    }
}

/// The name at the end of an ARM id.
fn last(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
}

/// A refusal, with what is to be done about it.
fn refused(answer: &Answer) -> Trouble {
    let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let part = |name: &str| {
        let pointer = format!("/error/{name}");
        value.pointer(&pointer).and_then(Value::as_str).unwrap_or_default().to_string()
    };
    let (code, message) = (part("code"), part("message"));
    let more = match code.as_str() {
        "ScopeLocked" => {
            ". A lock that the evidence does not name holds it: ask whose it is before it is taken away"
        }
        "AuthorizationFailed" => ". The key lacks this right; docs/cleanup.md lists them",
        "ExpiredAuthenticationToken" | "InvalidAuthenticationToken" => {
            ". The token has ended: put a new one in its place"
        }
        _ => "",
    };
    Trouble::Unexpected(format!("answered {}: {code}: {message}{more}", answer.status))
}

//! Google Compute Engine and service accounts over REST: machines are looked for in all zones, and
//! touched only where no other of the name can be meant; what is asked for is an operation that is
//! followed to its end. Made from the published shapes.

mod back;

use std::time::Duration;

use async_trait::async_trait;
use firedamp_core::{
    plan::{Kind, Measure, Plan, Step, Target, back::Former, name},
    portal::escaped,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{
    Cloud, Trouble,
    rest::{Rest, read},
};
use crate::client::Answer;

const COMPUTE: &str = "https://compute.googleapis.com";
const IAM: &str = "https://iam.googleapis.com";
/// Pages of one list.
const PAGES_MAX: usize = 200;
/// The label of copies that were made as evidence: the machine that they are of.
const LABEL: &str = "firedamp-evidence";
const LOOKS_MAX: u32 = 60;
const LOOK_SECONDS: u64 = 3;
const GONE: &str = "gone already";

pub(super) struct Google {
    pub(super) rest: Rest,
    pub(super) project: String,
}

#[async_trait]
impl Cloud for Google {
    async fn is_ours(&self, plan: &Plan) -> Result<String, Trouble> {
        if plan.account != self.project || !name::is_project(&self.project) {
            return Err(Trouble::Unexpected("the key is of another project".to_string()));
        }
        match self.get(&format!("/compute/v1/projects/{}", self.project)).await? {
            Some(_) => Ok(format!("the key sees {}", self.project)),
            None => Err(Trouble::Unexpected("the key sees no such project".to_string())),
        }
    }

    fn takes(&self, step: &Step) -> bool {
        let is = |measures: &[Measure]| measures.contains(&step.measure);
        let target = &step.target;
        match target.kind {
            Kind::Machine => {
                name::is_google(&target.name)
                    && is(&[
                        Measure::Snapshot,
                        Measure::LiftProtection,
                        Measure::Stop,
                        Measure::Remove,
                    ])
            }
            Kind::Group => {
                name::is_google(&target.name)
                    && is(&[Measure::HoldGroup, Measure::EmptyGroup, Measure::Remove])
            }
            Kind::Application => {
                name::is_service_account(&target.name, &self.project)
                    && is(&[Measure::CutPrincipal])
            }
            _ => false,
        }
    }

    async fn look(&self, step: &Step) -> Result<String, Trouble> {
        if step.target.kind == Kind::Application {
            let found = self.get(&self.account_path(step)).await?;
            return Ok(found.map_or(GONE, |_| "there").to_string());
        }
        Ok(match self.find(&step.target).await? {
            None => GONE.to_string(),
            Some((path, found)) => {
                let state = found.get("status").and_then(Value::as_str).unwrap_or("there");
                let size = found.get("targetSize").map(|size| format!(", {size} machines"));
                format!("{state} at {path}{}", size.unwrap_or_default())
            }
        })
    }

    async fn act(&self, step: &Step) -> Result<String, Trouble> {
        let kind = step.target.kind;
        if kind == Kind::Application {
            let path = format!("{}:disable", self.account_path(step));
            return self.change(Method::POST, &path, None).await;
        }
        let Some((path, found)) = self.find(&step.target).await? else {
            return Ok(GONE.to_string());
        };
        match (step.measure, kind) {
            (Measure::Snapshot, _) => self.snapshot(&step.target.name, &found).await,
            (Measure::HoldGroup, _) => self.hold(&path).await,
            (Measure::EmptyGroup, _) => {
                let had = found.get("targetSize").cloned().unwrap_or_default();
                self.change(Method::POST, &format!("{path}/resize?size=0"), None).await?;
                Ok(format!("had {had} machines"))
            }
            (Measure::LiftProtection, _) => {
                let path = format!("{path}/setDeletionProtection?deletionProtection=false");
                self.change(Method::POST, &path, None).await
            }
            (Measure::Stop, _) => self.change(Method::POST, &format!("{path}/stop"), None).await,
            _ => self.change(Method::DELETE, &path, None).await,
        }
    }

    async fn former(&self, step: &Step) -> Result<Former, Trouble> {
        self.former_of(step).await
    }

    async fn back(&self, step: &Step, former: &Former, is_dry: bool) -> Result<String, Trouble> {
        self.go_back(step, former, is_dry).await
    }
}

const fn collection(kind: Kind) -> &'static str {
    match kind {
        Kind::Group => "instanceGroupManagers",
        _ => "instances",
    }
}

impl Google {
    fn account_path(&self, step: &Step) -> String {
        format!("/v1/projects/{}/serviceAccounts/{}", self.project, escaped(&step.target.name))
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Answer, Trouble> {
        let own = if path.starts_with("/compute/") { COMPUTE } else { IAM };
        self.rest.send(method, &self.rest.url(own, path)?, body).await
    }

    async fn get(&self, path: &str) -> Result<Option<Value>, Trouble> {
        let answer = self.send(Method::GET, path, None).await?;
        match answer.status {
            StatusCode::OK => read(&answer).map(Some),
            StatusCode::NOT_FOUND => Ok(None),
            _ => Err(refused(&answer)),
        }
    }

    /// What there is of a sort in the whole project: in which zone, and what it is.
    async fn all(&self, what: &str, query: &str) -> Result<Vec<(String, Value)>, Trouble> {
        let list = format!("/compute/v1/projects/{}/aggregated/{what}?{query}", self.project);
        let (mut all, mut page) = (Vec::new(), String::new());
        for _ in 0..PAGES_MAX {
            let answer = self.get(&format!("{list}{page}")).await?.unwrap_or_default();
            let places = answer.get("items").and_then(Value::as_object);
            for (place, held) in places.into_iter().flatten() {
                let each = held.get(what).and_then(Value::as_array).into_iter().flatten();
                all.extend(each.map(|one| (place.clone(), one.clone())));
            }
            match answer.get("nextPageToken").and_then(Value::as_str) {
                Some(next) if !next.is_empty() => page = format!("&pageToken={}", escaped(next)),
                _ => return Ok(all),
            }
        }
        Err(Trouble::Unexpected("the list of what there is does not come to an end".to_string()))
    }

    /// Where a target is, and what it is. A name is one's own within a zone alone: the customer may
    /// have another machine of it, so that what the evidence does not tell apart is not touched.
    async fn find(&self, target: &Target) -> Result<Option<(String, Value)>, Trouble> {
        let (what, own) = (collection(target.kind), target.name.as_str());
        let query = format!("filter={}", escaped(&format!("name eq {own}")));
        let mut found = self.all(what, &query).await?;
        found.retain(|(place, one)| {
            one.get("name").and_then(Value::as_str) == Some(own)
                && place.split('/').all(name::is_place)
                && target.place.as_deref().is_none_or(|known| is_within(place, known))
        });
        if found.len() > 1 {
            let places: Vec<&str> = found.iter().map(|(place, _)| place.as_str()).collect();
            let why = format!(
                "{} are called so: in {}. The evidence does not tell which: do it by hand",
                found.len(),
                places.join(", ")
            );
            return Err(Trouble::Unexpected(why));
        }
        let path = |place| format!("/compute/v1/projects/{}/{place}/{what}/{own}", self.project);
        Ok(found.pop().map(|(place, one)| (path(place), one)))
    }

    async fn change(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<String, Trouble> {
        let answer = self.send(method, path, body).await?;
        match answer.status {
            StatusCode::OK if path.starts_with("/compute/") => {
                self.follow(path, read(&answer)?).await
            }
            StatusCode::OK => Ok("done".to_string()),
            StatusCode::NOT_FOUND => Ok(GONE.to_string()),
            _ => Err(refused(&answer)),
        }
    }

    /// Follows an operation to its end: in the zone of what it is about, by its name.
    async fn follow(&self, path: &str, mut operation: Value) -> Result<String, Trouble> {
        let zone: Vec<&str> = path.split('/').take(7).collect();
        let zone = zone.join("/");
        for _ in 0..LOOKS_MAX {
            if let Some(error) = operation.pointer("/error/errors/0") {
                let part = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
                let why = format!("{}: {}", part("code"), part("message"));
                return Err(Trouble::Unexpected(why));
            }
            if operation.get("status").and_then(Value::as_str) == Some("DONE") {
                return Ok("done".to_string());
            }
            let id = operation.get("name").and_then(Value::as_str).unwrap_or_default();
            if !name::is_google(id) {
                let why = "answered with no operation that can be followed";
                return Err(Trouble::Unexpected(why.to_string()));
            }
            tokio::time::sleep(Duration::from_secs(LOOK_SECONDS)).await;
            let next = self.get(&format!("{zone}/operations/{id}")).await?;
            operation = next.unwrap_or_else(|| json!({"status": "DONE"}));
        }
        Err(Trouble::Unexpected("the operation does not come to an end".to_string()))
    }

    /// Copies every disk of a machine.
    async fn snapshot(&self, vm: &str, machine: &Value) -> Result<String, Trouble> {
        let disks = machine.get("disks").and_then(Value::as_array).into_iter().flatten();
        let mut kept = Vec::new();
        for source in disks.filter_map(|disk| disk.get("source")?.as_str()) {
            kept.push(self.copy(vm, source).await?);
        }
        match kept.is_empty() {
            true => Err(Trouble::Unexpected("the machine has no disk of its own".to_string())),
            false => Ok(kept.join(", ")),
        }
    }

    /// Copies a disk, unless that was done before: a copy is called by the number that Google gave the
    /// disk, since names come again.
    async fn copy(&self, vm: &str, source: &str) -> Result<String, Trouble> {
        let own = format!("/projects/{}/", self.project);
        let path = source.find("/projects/").and_then(|at| source.get(at..));
        let path = path
            .filter(|path| path.starts_with(&own) && path.split('/').skip(3).all(name::is_google));
        let Some(path) = path.map(|path| format!("/compute/v1{path}")) else {
            return Err(Trouble::Unexpected("one of its disks lies elsewhere".to_string()));
        };
        let disk = self.get(&path).await?.unwrap_or_default();
        let id = disk.get("id").and_then(Value::as_str).filter(|id| is_number(id));
        let id = id.ok_or_else(|| Trouble::Unexpected("a disk has no number".to_string()))?;
        let copy = format!("firedamp-{id}");
        let place = format!("/compute/v1/projects/{}/global/snapshots/{copy}", self.project);
        if let Some(known) = self.get(&place).await? {
            return match known.get("sourceDiskId").and_then(Value::as_str) == Some(id) {
                true => Ok(format!("kept before as {copy}")),
                false => Err(Trouble::Unexpected(format!("{copy} is of another disk"))),
            };
        }
        let body = json!({"name": copy, "labels": {LABEL: vm}});
        self.change(Method::POST, &format!("{path}/createSnapshot"), Some(body)).await?;
        Ok(format!("kept as {copy}"))
    }

    /// Switches the autoscaler of the group at this path off.
    async fn hold(&self, path: &str) -> Result<String, Trouble> {
        let Some(scaler) = self.scaler(path).await? else {
            return Ok("nothing makes it grow by itself".to_string());
        };
        self.set_mode(&scaler, "OFF").await?;
        Ok(format!("switched off: {}", scaler.name))
    }

    /// The autoscaler of the group at this path.
    async fn scaler(&self, path: &str) -> Result<Option<Scaler>, Trouble> {
        let own = path.trim_start_matches("/compute/v1");
        let all = self.all("autoscalers", "maxResults=500").await?;
        let own = all.iter().map(|(_, one)| one).find(|one| {
            one.get("target").and_then(Value::as_str).is_some_and(|of| of.ends_with(own))
        });
        let Some(own) = own else { return Ok(None) };
        let Some(name) = own.get("name").and_then(Value::as_str) else { return Ok(None) };
        if !name::is_google(name) {
            return Err(Trouble::Unexpected("its autoscaler has a strange name".to_string()));
        }
        let zone: Vec<&str> = path.split('/').take(7).collect();
        let path = format!("{}/autoscalers?autoscaler={name}", zone.join("/"));
        // One that says nothing is on.
        let mode = own.pointer("/autoscalingPolicy/mode").and_then(Value::as_str).unwrap_or("ON");
        Ok(Some(Scaler { name: name.to_string(), path, mode: mode.to_string() }))
    }

    async fn set_mode(&self, scaler: &Scaler, mode: &str) -> Result<(), Trouble> {
        let body = json!({"autoscalingPolicy": {"mode": mode}});
        self.change(Method::PATCH, &scaler.path, Some(body)).await.map(|_| ())
    }
}

/// What makes a group grow.
struct Scaler {
    name: String,
    path: String,
    mode: String,
}

/// Whether `zones/us-west4-b` is what the evidence calls `us-west4-b`, or in what it calls `us-west4`.
fn is_within(place: &str, known: &str) -> bool {
    let own = place.rsplit('/').next().unwrap_or(place);
    own.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

fn is_number(id: &str) -> bool {
    (1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit())
}

fn refused(answer: &Answer) -> Trouble {
    let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let message = value.pointer("/error/message").and_then(Value::as_str).unwrap_or_default();
    let more = match answer.status {
        StatusCode::FORBIDDEN => ". The key lacks this right; docs/cleanup.md lists them",
        StatusCode::UNAUTHORIZED => ". The token has ended: put a new one in its place",
        _ => "",
    };
    Trouble::Unexpected(format!("answered {}: {message}{more}", answer.status))
}

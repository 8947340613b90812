//! Google Compute Engine and service accounts over REST: machines are looked for in all zones, what is
//! asked for is an operation that is followed to its end. Made from the published shapes.

use std::time::Duration;

use async_trait::async_trait;
use firedamp_core::{
    plan::{Kind, Measure, Plan, Step, name},
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
        Ok(match self.find(collection(step.target.kind), &step.target.name).await? {
            None => GONE.to_string(),
            Some((path, found)) => {
                let state = found.get("status").and_then(Value::as_str).unwrap_or("there");
                let size = found.get("targetSize").map(|size| format!(", {size} machines"));
                format!("{state} at {path}{}", size.unwrap_or_default())
            }
        })
    }

    async fn act(&self, step: &Step) -> Result<String, Trouble> {
        let (kind, name) = (step.target.kind, &step.target.name);
        if kind == Kind::Application {
            let path = format!("{}:disable", self.account_path(step));
            return self.change(Method::POST, &path, None).await;
        }
        let Some((path, found)) = self.find(collection(kind), name).await? else {
            return Ok(GONE.to_string());
        };
        match (step.measure, kind) {
            (Measure::Snapshot, _) => self.snapshot(name, &found).await,
            (Measure::HoldGroup, _) => self.hold(name, &path).await,
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

    /// Where something of this name is, in whatever zone, and what it is.
    async fn find(&self, what: &str, name: &str) -> Result<Option<(String, Value)>, Trouble> {
        let project = &self.project;
        let filter = escaped(&format!("name eq {name}"));
        let path = format!("/compute/v1/projects/{project}/aggregated/{what}?filter={filter}");
        let all = self.get(&path).await?.unwrap_or_default();
        let places = all.get("items").and_then(Value::as_object);
        for (place, held) in places.into_iter().flatten() {
            let fits = place.split('/').all(name::is_place);
            let found = held.get(what).and_then(Value::as_array).into_iter().flatten();
            let mut own = found.filter(|one| one.get("name").and_then(Value::as_str) == Some(name));
            if let Some(one) = own.next().filter(|_| fits) {
                let path = format!("/compute/v1/projects/{project}/{place}/{what}/{name}");
                return Ok(Some((path, one.clone())));
            }
        }
        Ok(None)
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

    async fn snapshot(&self, vm: &str, machine: &Value) -> Result<String, Trouble> {
        let source = machine.pointer("/disks/0/source").and_then(Value::as_str);
        let path =
            source.and_then(|source| source.find("/projects/").and_then(|at| source.get(at..)));
        let fits = path.filter(|path| {
            let own = format!("/projects/{}/zones/", self.project);
            path.starts_with(&own) && path.split('/').skip(3).all(name::is_google)
        });
        let Some(path) = fits else {
            return Err(Trouble::Unexpected("the machine has no disk of its own".to_string()));
        };
        let body = json!({"name": format!("firedamp-{vm}")});
        let path = format!("/compute/v1{path}/createSnapshot");
        match self.change(Method::POST, &path, Some(body)).await {
            Err(Trouble::Unexpected(why)) if why.contains("already exists") => {
                Ok(format!("kept before as firedamp-{vm}"))
            }
            done => done.map(|_| format!("kept as firedamp-{vm}")),
        }
    }

    /// Switches the group's autoscaler off.
    async fn hold(&self, group: &str, path: &str) -> Result<String, Trouble> {
        let project = &self.project;
        let list = format!("/compute/v1/projects/{project}/aggregated/autoscalers");
        let all = self.get(&list).await?.unwrap_or_default();
        let end = format!("/instanceGroupManagers/{group}");
        let places = all.get("items").and_then(Value::as_object).into_iter().flatten();
        let each = places.filter_map(|(_, held)| held.get("autoscalers")?.as_array()).flatten();
        let own = each.into_iter().find(|one| {
            one.get("target").and_then(Value::as_str).is_some_and(|of| of.ends_with(&end))
        });
        let Some(name) = own.and_then(|one| one.get("name")?.as_str()) else {
            return Ok("nothing makes it grow by itself".to_string());
        };
        if !name::is_google(name) {
            return Err(Trouble::Unexpected("its autoscaler has a strange name".to_string()));
        }
        let zone: Vec<&str> = path.split('/').take(7).collect();
        let path = format!("{}/autoscalers?autoscaler={name}", zone.join("/"));
        let body = json!({"autoscalingPolicy": {"mode": "OFF"}});
        self.change(Method::PATCH, &path, Some(body)).await?;
        Ok(format!("switched off: {name}"))
    }
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

//! What people decide here is told to Microsoft: the status of its own alerts, in Graph or as fraud
//! events. Off unless somebody switches it on; each decision once, on the way of all notices, so that
//! it is tried again, shown and given up like them. Only alerts that a case's own evidence names are
//! touched, and never all of a subscription.

use std::{str::FromStr, sync::Arc, time::Duration};

use anyhow::Result;
use async_trait::async_trait;
use axum::http::{HeaderMap, Method, StatusCode};
use firedamp_core::{
    id::{Account, Provider},
    life::Reason,
    time::Time,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use url::Url;

use crate::{
    channel::{Channel, Failure, Message},
    source::{
        environment::Environment,
        pull::{Question, Service, explained},
    },
    store::{self, CaseFile, OwnNotice, Store},
};

/// The kind of its letters.
pub const KIND: &str = "alert_status";
/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// Alerts of one case, and letters of an alert's id.
const ALERTS_MAX: usize = 100;
const ID_MAX: usize = 200;
/// Cases that were decided longer ago are not told: whoever switches this on does not mean them.
const DECIDED_SECONDS: i64 = 7 * 86_400;
/// Cases of one look.
const CASES_MAX: u32 = 200;

/// Whom to tell.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Side {
    /// Graph's partner security alerts.
    Graph,
    /// Partner Center's fraud events.
    FraudEvents,
}

impl Side {
    /// As it is pulled.
    const fn id(self) -> &'static str {
        match self {
            Self::Graph => "graph:alerts",
            Self::FraudEvents => "partner-center:fraud-events",
        }
    }

    /// As evidence names it.
    const fn product(self) -> &'static str {
        match self {
            Self::Graph => "graph",
            Self::FraudEvents => "partner_center",
        }
    }
}

impl FromStr for Side {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let both = [Self::Graph, Self::FraudEvents];
        let side = both.into_iter().find(|side| side.id() == text);
        side.ok_or_else(|| format!("known are {} and {}", both[0].id(), both[1].id()))
    }
}

/// What is told of one case.
#[derive(Debug, Deserialize, Serialize)]
struct Told {
    /// The subscription.
    subscription: String,
    /// Alerts of it; never none.
    alerts: Vec<String>,
    reason: Reason,
}

impl Told {
    /// What the evidence of a decided case says of its own alerts.
    fn of(file: &CaseFile, side: Side) -> Option<Self> {
        let reason = file.row.reason?;
        let account = Account::parse(&file.row.account)?;
        let judgement: Value = serde_json::from_str(&file.json).ok()?;
        let findings = judgement.get("findings").and_then(Value::as_array)?;
        let reports = findings.iter().filter_map(|one| one.get("evidence")?.get("reports"));
        let named = reports.filter_map(Value::as_array).flatten();
        let ours =
            named.filter(|one| one.get("product").and_then(Value::as_str) == Some(side.product()));
        let ids = ours.filter_map(|one| one.get("id").and_then(Value::as_str));
        let mut alerts: Vec<String> = ids.filter(|id| is_id(id)).map(str::to_string).collect();
        alerts.sort_unstable();
        alerts.dedup();
        alerts.truncate(ALERTS_MAX);
        let is_azure = account.provider == Provider::Azure && is_id(&account.id);
        (is_azure && !alerts.is_empty()).then_some(Self {
            subscription: account.id,
            alerts,
            reason,
        })
    }
}

/// What may stand in an address.
fn is_id(text: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    (1..=ID_MAX).contains(&text.len()) && text.chars().all(plain)
}

/// One of the services, told as receivers of notices are.
pub struct WriteBack {
    side: Side,
    /// What deliveries know it by.
    pub name: String,
    service: Mutex<Service>,
    base: Url,
}

impl WriteBack {
    /// Tells this side, found and asked as when it is pulled. Nothing is sent yet.
    ///
    /// # Errors
    /// When a setting in the environment is wrong or missing.
    pub fn open(side: Side, environment: &Environment) -> Result<Self> {
        let service = Service::of(side.id(), environment)?;
        let base = service.base().clone();
        let name = format!("status to {}", side.id());
        Ok(Self { side, name, service: Mutex::new(service), base })
    }

    async fn tell(&self, told: &Told) -> Result<(), Failure> {
        match self.side {
            Side::Graph => {
                for alert in &told.alerts {
                    let path = format!("beta/security/partner/securityAlerts/{alert}");
                    let body = json!({"status": "resolved", "resolvedReason": told.reason.id()});
                    self.send(Method::PATCH, &path, &body).await?;
                }
                Ok(())
            }
            Side::FraudEvents => {
                let path = format!("v1/fraudEvents/subscription/{}/status", told.subscription);
                // It knows no third word.
                let reason = if told.reason == Reason::Fraud { "Fraud" } else { "Ignore" };
                let body = json!({"EventIds": told.alerts, "EventStatus": "Resolved",
                    "ResolvedReason": reason});
                self.send(Method::POST, &path, &body).await
            }
        }
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> Result<(), Failure> {
        let refused = |why: String| Failure::Refused { why };
        let url = self.base.join(path).map_err(|error| refused(error.to_string()))?;
        let body = body.to_string();
        let asked = Question { method, url: &url, headers: HeaderMap::new(), body };
        let answer = self.service.lock().await.ask(&asked, PATIENCE).await;
        let answer =
            answer.map_err(|error| Failure::Retry { after: None, why: format!("{error:#}") })?;
        match answer.status {
            status if status.is_success() => Ok(()),
            // What is there no longer needs no status.
            StatusCode::GONE => Ok(()),
            _ => Err(explained(&answer)),
        }
    }
}

#[async_trait]
impl Channel for WriteBack {
    async fn send(&self, message: &Message) -> Result<(), Failure> {
        let told: Told = serde_json::from_value(message.data.clone())
            .map_err(|error| Failure::Refused { why: error.to_string() })?;
        if told.alerts.is_empty() || !told.alerts.iter().all(|id| is_id(id)) {
            return Err(Failure::Refused { why: "it names no alert".to_string() });
        }
        self.tell(&told).await
    }
}

/// Writes a letter for each case that was decided and of which this side was not told.
pub(crate) async fn ask(
    store: &dyn Store,
    sides: &[Arc<WriteBack>],
    now: Time,
) -> store::Result<()> {
    for side in sides {
        let told_as = side.side.product();
        let since = now.plus_seconds(-DECIDED_SECONDS);
        for (case, decided) in store.decided_alerts(told_as, since, CASES_MAX).await? {
            let file = match store.case(case, None).await {
                Ok(file) => file,
                Err(store::Error::Missing(_)) => continue,
                Err(error) => return Err(error),
            };
            let Some(told) = Told::of(&file, side.side) else { continue };
            let letter = OwnNotice {
                key: format!("case-{case}-status-{told_as}-{decided}"),
                kind: KIND.to_string(),
                case: Some(case),
                recipient: Some(side.name.clone()),
                body: json!(told).to_string(),
            };
            store.post(&letter, now).await?;
        }
    }
    Ok(())
}

//! Partner Center: usage summaries, over what the desk knows: the cost of what open cases are about.
//! The usage of everything else is not known here, and not made up.

use axum::{
    Extension, Json,
    extract::{Path, State, rejection::PathRejection},
};
use firedamp_core::life::Status;
use serde_json::{Value, json};

use crate::{
    store::{AlertField, AlertQuery, Condition, Error, Operand, PAGE_MAX, Relation},
    web::{App, Problem, access::Caller},
};

/// Open cases that are summed up.
const CASES_MAX: usize = 5000;

/// What open cases cost.
#[derive(Default)]
struct Spent {
    /// Since they began, in `currency`.
    total: f64,
    currency: Option<String>,
    /// Whether there is more than one currency, so that there is no sum.
    is_mixed: bool,
    /// Customers with an open case.
    customers: std::collections::BTreeSet<String>,
}

impl Spent {
    fn add(&mut self, case: &Value) {
        let Some(cost) = case.get("cost").filter(|cost| cost.is_object()) else {
            return;
        };
        let amount = cost.get("spent").and_then(Value::as_f64).unwrap_or_default();
        let currency = cost.get("currency").and_then(Value::as_str).unwrap_or_default();
        self.is_mixed |= self.currency.as_deref().is_some_and(|known| known != currency);
        self.currency.get_or_insert_with(|| currency.to_string());
        self.total += amount;
    }

    fn total(&self) -> Option<f64> {
        (!self.is_mixed && self.currency.is_some()).then(|| (self.total * 100.0).round() / 100.0)
    }
}

pub(super) async fn of_partner(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Value>, Problem> {
    let spent = spent(&app, caller.scope.clone()).await?;
    Ok(Json(json!({
        "emailsToNotify": [],
        "customersOverBudget": null,
        "customersTrendingOver": null,
        "customersWithUsageBasedSubscription": spent.customers.len(),
        "resourceId": "firedamp",
        "id": "firedamp",
        "resourceName": "Open cases",
        "name": "Open cases",
        "totalCost": spent.total(),
        "currencyCode": spent.currency.as_ref().filter(|_| !spent.is_mixed),
        "currencyLocale": null,
        "lastModifiedDate": (app.clock)().to_string(),
        "links": {"self": {"uri": "/usagesummary", "method": "GET", "headers": []}},
        "attributes": {"objectType": "PartnerUsageSummary"},
    })))
}

pub(super) async fn of_customer(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Value>, Problem> {
    let Path(id) = id.map_err(|_| Error::Missing("customer"))?;
    let customer = app.store.customer(&id, caller.within()).await?;
    let spent = spent(&app, Some(id.clone())).await?;
    Ok(Json(json!({
        "budget": {"amount": null, "attributes": {"objectType": "SpendingBudget"}},
        "resourceId": id,
        "id": id,
        "resourceName": customer.party.name,
        "name": customer.party.name,
        "totalCost": spent.total(),
        "currencyCode": spent.currency.as_ref().filter(|_| !spent.is_mixed),
        "currencyLocale": null,
        "lastModifiedDate": (app.clock)().to_string(),
        "attributes": {"objectType": "CustomerUsageSummary"},
    })))
}

async fn spent(app: &App, within: Option<String>) -> Result<Spent, Problem> {
    let resolved = Operand::Text(Status::Resolved.id().to_string());
    let mut query = AlertQuery {
        condition: Some(Condition::Is(AlertField::Status, Relation::NotEqual, resolved)),
        within,
        limit: PAGE_MAX,
        ..AlertQuery::default()
    };
    let mut spent = Spent::default();
    let mut read = 0;
    loop {
        let files = app.store.alerts(&query).await?;
        for file in &files {
            spent.add(&serde_json::from_str(&file.json).unwrap_or_default());
            spent.customers.extend(file.row.customer.clone());
        }
        read += files.len();
        match files.last() {
            Some(last) if files.len() == PAGE_MAX as usize && read < CASES_MAX => {
                query.after = Some(last.row.id);
            }
            _ => return Ok(spent),
        }
    }
}

//! The form that proposes an authorisation, with the document of the provider's approval in it.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    Extension,
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use firedamp_core::{
    authorisation::{Approval, Authorisation, Covers, Hours, Limits, Purpose, Scope},
    time::Time,
};

use super::super::answered;
use crate::{
    authorisation::{documents, filing},
    web::{
        App, Problem,
        access::{Caller, Role},
        form,
    },
};

pub(in super::super) async fn propose(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    answered(proposed(&app, &caller, &headers, body).await)
}

async fn proposed(
    app: &App,
    caller: &Caller,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Analyst)?;
    let body = body.map_err(|error| Problem::new(error.status(), "invalid", error.body_text()))?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let parts = kind.and_then(|kind| form::parts(kind, &body));
    let parts = parts.ok_or_else(|| Problem::invalid("this is not the form of this page"))?;
    let mut fields = Fields(BTreeMap::new());
    let mut document = None;
    for part in parts {
        if part.name == "document" {
            document = Some(part.bytes).filter(|bytes| !bytes.is_empty());
        } else {
            let text = String::from_utf8_lossy(part.bytes).trim().to_string();
            fields.0.insert(part.name, text);
        }
    }
    let name = document.map(documents::hash);
    let one = fields.authorisation(name.clone())?;
    one.check().map_err(|mistake| Problem::invalid(mistake.to_string()))?;
    app.store.customer(&one.customer, caller.within()).await?;
    if let Some((name, bytes)) = name.zip(document) {
        filing::keep(app, name, bytes.to_vec()).await?;
    }
    let filed = filing::propose(app, caller, &one).await?;
    Ok(Redirect::to(&format!("/authorisations/{}", filed.authorisation.number)).into_response())
}

struct Fields(BTreeMap<String, String>);

impl Fields {
    fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// One name a line.
    fn list(&self, name: &str) -> BTreeSet<String> {
        let lines = self.text(name).lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(str::to_string).collect()
    }

    fn time(&self, name: &str) -> Result<Time, Problem> {
        let text = self.text(name);
        Time::parse(text).ok_or_else(|| Problem::invalid(format!("`{name}` needs a day")))
    }

    /// A number, where something is written.
    fn number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Problem> {
        match self.text(name) {
            "" => Ok(None),
            text => text
                .parse()
                .map(Some)
                .map_err(|_| Problem::invalid(format!("`{name}` needs a number"))),
        }
    }

    fn authorisation(&self, document: Option<String>) -> Result<Authorisation, Problem> {
        let reference = self.text("reference").to_string();
        let purpose = Purpose::from_id(self.text("purpose"));
        let hours = self.number("hours_from")?.zip(self.number("hours_to")?);
        let has_approval = !reference.is_empty() || document.is_some();
        Ok(Authorisation {
            number: 0,
            customer: self.text("customer").to_string(),
            asked_by: self.text("asked_by").to_string(),
            approved_by: self.text("approved_by").to_string(),
            approval: has_approval.then_some(Approval { reference, document }),
            purpose: purpose.ok_or_else(|| Problem::invalid("there is no such purpose"))?,
            covers: match self.text("covers") {
                "customer_and_users" => Covers::CustomerAndUsers,
                _ => Covers::Customer,
            },
            scope: Scope {
                accounts: self.list("accounts"),
                resources: self.list("resources"),
                pools: self.list("pools"),
                wallets: self.list("wallets"),
            },
            limits: Limits {
                usd_per_day: self.number("usd_per_day")?,
                regions: self.list("regions"),
                hours: hours.map(|(from, to)| Hours { from, to }),
            },
            start: self.time("start")?,
            end: self.time("end")?,
        })
    }
}

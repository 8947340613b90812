//! What the authorisations on file make of the case, and what is still missing.

use askama::Template;
use firedamp_core::authorisation::Verdict;

use super::{
    super::{authorisations::Line, filters},
    Opened, written,
};
use crate::{
    authorisation::{filing, notes, reasons, still_missing},
    casework, report,
    store::Filed,
    web::Problem,
};

#[derive(Template)]
#[template(path = "page/case/authorised.html")]
struct Section {
    is_within: bool,
    percent: String,
    reasons: Vec<String>,
    notes: Vec<String>,
    missing: Option<String>,
    lines: Vec<Line>,
    propose: Option<String>,
}

pub(super) async fn show(opened: &Opened<'_>) -> Result<String, Problem> {
    let row = &opened.file.row;
    let filed = filed(opened).await?;
    let verdict = opened.app.store.verdict(row.id).await?;
    let is_within = matches!(verdict, Verdict::Within { .. });
    let propose = row.customer.as_deref().filter(|_| opened.may_act()).map(|customer| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("customer", customer).append_pair("account", &row.account);
        format!("/authorisations/new?{}", query.finish())
    });
    written(&Section {
        is_within,
        percent: report::percent(row.probability),
        reasons: reasons(&verdict, opened.caller.language),
        notes: notes(&verdict, opened.caller.language),
        missing: if is_within { None } else { missing(opened).await? },
        lines: filed.iter().map(Line::of).collect(),
        propose,
    })
}

/// What is on file that may cover the account.
async fn filed(opened: &Opened<'_>) -> Result<Vec<Filed>, Problem> {
    filing::of_account(opened.app, opened.caller, &opened.file.row.account).await
}

/// What a customer's "yes, it is us" still lacks.
pub(super) async fn missing(opened: &Opened<'_>) -> Result<Option<String>, Problem> {
    let lacks = casework::lacking(opened.app, opened.caller, &opened.file).await?;
    Ok(still_missing(&lacks, opened.caller.language))
}

//! The support request that a partner owes, ready to be copied: Microsoft's form for mining in a
//! customer's subscription.

use std::{collections::BTreeSet, fmt::Write as _};

use serde_json::Value;

use crate::{
    report,
    store::{CaseFile, CustomerRow},
};

/// Resources that are named; a request is read by people.
const RESOURCES_MAX: usize = 50;
/// Different findings that are told.
const FINDINGS_MAX: usize = 20;

/// A form with its fields filled.
pub(super) struct Request {
    pub(super) problem_type: &'static str,
    pub(super) impact: &'static str,
    pub(super) title: &'static str,
    pub(super) description: String,
    pub(super) rows: usize,
}

impl Request {
    /// `None` where the provider has no such form.
    pub(super) fn of(file: &CaseFile, customer: Option<&CustomerRow>) -> Option<Self> {
        let subscription = file.row.account.strip_prefix("azure:")?;
        let description = description(file, subscription, customer);
        Some(Self {
            problem_type: "Adding or managing customers",
            impact: "Moderate",
            title: "Cryptocurrency mining notification",
            rows: description.lines().count() + 1,
            description,
        })
    }
}

fn description(file: &CaseFile, subscription: &str, customer: Option<&CustomerRow>) -> String {
    let case: Value = serde_json::from_str(&file.json).unwrap_or_default();
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        // A String takes whatever is written to it.
        let _written = writeln!(text, "{name}: {}", report::shown(value));
    };
    if let Some(CustomerRow { party, .. }) = customer {
        line("Customer", &party.name);
        line("Customer tenant", &party.id);
        let contact = [&party.contact, &party.mail, &party.phone];
        let contact: Vec<&str> =
            contact.into_iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        if !contact.is_empty() {
            line("Contact at the customer", &contact.join(", "));
        }
    }
    line("Subscription", subscription);
    line("Impact start (UTC)", &file.row.first_observed.to_string());
    let still = if file.row.is_active { ", still running in the last telemetry" } else { "" };
    line("Impact end (UTC)", &format!("{}{still}", file.row.last_observed));
    let resources = case.get("resources").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let named = resources.iter().filter_map(|one| one.get("id").and_then(Value::as_str));
    for resource in named.take(RESOURCES_MAX) {
        line("Resource", resource);
    }
    if let Some(more) = resources.len().checked_sub(RESOURCES_MAX).filter(|more| *more > 0) {
        line("Resources besides", &more.to_string());
    }
    let findings = case.get("findings").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let seen: BTreeSet<&str> =
        findings.iter().filter_map(|one| one.get("summary").and_then(Value::as_str)).collect();
    for summary in seen.into_iter().take(FINDINGS_MAX) {
        line("Seen", summary);
    }
    line("Probability", &report::percent(file.row.probability));
    line("Actions taken", "");
    text
}

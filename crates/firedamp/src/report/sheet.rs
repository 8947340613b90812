//! Comma-separated values: a row per case and resource.

use std::io::{self, Write};

use firedamp_core::case::{Case, CaseResource};

use super::Report;

const HEADER: [&str; 17] = [
    "id",
    "provider",
    "account",
    "probability",
    "confidence",
    "severity",
    "active",
    "first_observed",
    "last_observed",
    "resource",
    "resource_probability",
    "aliases",
    "top_detector",
    "top_summary",
    "cost_spent",
    "cost_per_day",
    "currency",
];

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut sheet = csv::Writer::from_writer(out);
    sheet.write_record(HEADER)?;
    for case in report.cases {
        if case.resources.is_empty() {
            sheet.write_record(row(case, None))?;
        }
        for resource in &case.resources {
            sheet.write_record(row(case, Some(resource)))?;
        }
    }
    sheet.flush()
}

fn row(case: &Case, resource: Option<&CaseResource>) -> [String; 17] {
    let own = |finding: &&firedamp_core::finding::Finding| {
        resource.is_none_or(|resource| resource.id == finding.resource)
    };
    let top = case.findings.iter().find(own);
    let cost = case.cost.as_ref();
    let probability = |p: f64| format!("{p:.4}");
    [
        cell(&case.id),
        cell(case.provider.id()),
        cell(&case.account),
        probability(case.probability),
        case.confidence.id().to_string(),
        case.severity.id().to_string(),
        case.active.to_string(),
        case.first_observed.to_string(),
        case.last_observed.to_string(),
        cell(resource.map_or("", |resource| &resource.id)),
        resource.map_or_else(String::new, |resource| probability(resource.probability)),
        cell(&resource.map_or_else(String::new, |resource| resource.aliases.join(" "))),
        top.map_or("", |finding| finding.detector).to_string(),
        cell(top.map_or("", |finding| &finding.summary)),
        cost.map_or_else(String::new, |cost| cost.spent.to_string()),
        cost.map_or_else(String::new, |cost| cost.per_day.to_string()),
        cost.map_or_else(String::new, |cost| cost.currency.clone()),
    ]
}

/// Text that a spreadsheet does not run: names come from logs, and logs are written by attackers.
fn cell(text: &str) -> String {
    let text = firedamp_core::text::printable(text);
    if text.starts_with(['=', '+', '-', '@', '?']) { format!("'{text}") } else { text }
}

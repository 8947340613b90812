//! Comma-separated values: a row per case and resource.

use std::io::{self, Write};

use firedamp_core::case::{Case, CaseResource};

use super::{Report, words};

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
    sheet.write_record(HEADER).map_err(io_error)?;
    for case in report.cases {
        if case.resources.is_empty() {
            sheet.write_record(row(case, None)).map_err(io_error)?;
        }
        for resource in &case.resources {
            sheet.write_record(row(case, Some(resource))).map_err(io_error)?;
        }
    }
    sheet.flush()
}

/// Keeps the kind of the error, so that a reader who left is known for what he is.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}

fn row(case: &Case, resource: Option<&CaseResource>) -> [String; 17] {
    let own = |finding: &&firedamp_core::finding::Finding| {
        resource.is_none_or(|resource| resource.id == finding.resource)
    };
    let top = case.findings.iter().find(own);
    let cost = case.cost.as_ref();
    let probability = |p: f64| format!("{p:.4}");
    let money = |amount: f64| format!("{amount:.2}");
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
        cost.map_or_else(String::new, |cost| money(cost.spent)),
        cost.map_or_else(String::new, |cost| money(cost.per_day)),
        cost.map_or_else(String::new, |cost| cell(&cost.currency)),
    ]
}

/// Text that a spreadsheet does not run. Full-width signs begin formulas in some languages, and a
/// tab or line break before a sign is skipped.
fn cell(text: &str) -> String {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let text = words::shown(text);
    if runs { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Output, sample},
        *,
    };

    fn rows(cases: &[Case]) -> Vec<Vec<String>> {
        let text = sample::written(cases, Output::Csv);
        let mut sheet = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let rows = sheet.records().map(|row| row.expect("a row"));
        rows.map(|row| row.iter().map(ToString::to_string).collect()).collect()
    }

    #[test]
    fn a_row_says_all_of_one_resource() {
        let rows = rows(&[sample::costly("000011112222")]);
        assert_eq!(rows[0], HEADER);
        let start = ["aws:000011112222", "aws", "000011112222", "0.9992", "high", "low", "true"];
        assert_eq!(rows[1][..7], start);
        let times = ["2026-03-01T10:00:00Z", "2026-03-01T16:00:00Z", "i-0abc", "0.9992"];
        assert_eq!(rows[1][7..11], times);
        assert_eq!(rows[1][11..13], ["eni-0abc 10.0.0.4", "pool_contact"]);
        assert_eq!(rows[1][14..], ["1234.50", "96.00", "USD"]);
    }

    #[test]
    fn a_case_without_resources_has_a_row() {
        let case = Case { resources: Vec::new(), ..sample::case("1") };
        let rows = rows(&[case]);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[1][9..12], ["", "", ""]);
        assert_eq!(rows[1][12], "pool_contact");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"] {
            assert!(cell(text).starts_with('\''), "{text:?}");
        }
        assert_eq!(cell("i-0abc"), "i-0abc");
        for row in rows(&[sample::hostile()]) {
            for cell in row {
                assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
                assert!(!cell.contains(['\u{1b}', '\r', '\n']), "{cell}");
            }
        }
    }
}

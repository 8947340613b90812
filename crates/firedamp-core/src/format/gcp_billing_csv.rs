//! Google Cloud's billing export as a flat table: CSV whose headers have dots.
//!
//! Programs that copy the export out of `BigQuery` flatten it like this; what was a list is then
//! written the way Python shows lists (single quotes, `None`), and only looked at for what is
//! wanted of it.

use std::borrow::Cow;

use super::{
    Doc, Example, NO_TIME, RowDecoder, TableFormat,
    bill::{self, NO_AMOUNT, ROW_FIELDS},
    gcp_bill::{Credits, Line, SIZE_LABEL},
};
use crate::{
    event::Event,
    json::fields,
    sink::{Reason, Sink},
    table::{Header, Row},
};

/// The format.
pub struct GcpBillingCsv;

static DOC: Doc = Doc {
    id: "gcp_billing_csv",
    title: "Google Cloud billing export (CSV)",
    reads: "The standard and the detailed usage cost table, flattened: `service.description`. The \
            cost without what credits of any type give back.",
    specification: "https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables",
    rejects: &[NO_TIME, NO_AMOUNT, ROW_FIELDS],
    examples: &[Example {
        title: "a spot machine, and one that a commitment pays for",
        input: concat!(
            "billing_account_id,service.description,sku.description,usage_start_time,",
            "usage_end_time,project.id,system_labels,location.location,location.region,cost,",
            "currency,usage.amount,usage.unit,usage.amount_in_pricing_units,usage.pricing_unit,",
            "credits,invoice.month,cost_type,resource.name\n",
            "000000-000000-00000A,Compute Engine,Spot Preemptible C2D AMD Instance Core running ",
            "in Finland,2026-03-01 10:00:00+00:00,2026-03-01 11:00:00+00:00,a-project,",
            r#""[{'key': 'compute.googleapis.com/machine_spec', 'value': 'c2d-highcpu-112'}]","#,
            "europe-north1,europe-north1,0.9,USD,403200.0,seconds,112.0,hour,[],202603,regular,",
            "vm-1\n",
            "000000-000000-00000A,Compute Engine,C2D AMD Instance Core running in Finland,",
            "2026-03-01 10:00:00+00:00,2026-03-01 11:00:00+00:00,a-project,[],europe-north1,",
            "europe-north1,5e-06,USD,3600.0,seconds,1.0,hour,",
            r#""[{'name': 'a plan', 'amount': -5e-06, 'full_name': None, "#,
            r#"'type': 'COMMITTED_USAGE_DISCOUNT'}]",202603,regular,vm-2"#,
            "\n",
        ),
        events: &[
            "usage gcp:a-project 2026-03-01T10:00:00Z..2026-03-01T11:00:00Z \"Compute \
             Engine\" \"Spot Preemptible C2D AMD Instance Core running in Finland\" \
             Compute Usage 112000000u \"hours\" costs 900000u USD in europe-north1 on \
             vm-1",
            "usage gcp:a-project 2026-03-01T10:00:00Z..2026-03-01T11:00:00Z \"Compute \
             Engine\" \"C2D AMD Instance Core running in Finland\" Compute Covered \
             1000000u \"hours\" costs 0u USD in europe-north1 on vm-2",
        ],
    }],
};

/// Where the columns are.
struct Columns {
    width: usize,
    project: Option<usize>,
    service: Option<usize>,
    sku: Option<usize>,
    start: Option<usize>,
    end: Option<usize>,
    regions: [Option<usize>; 2],
    resources: [Option<usize>; 2],
    labels: Option<usize>,
    amount: Option<usize>,
    unit: Option<usize>,
    pricing_amount: Option<usize>,
    pricing_unit: Option<usize>,
    cost: Option<usize>,
    currency: Option<usize>,
    cost_type: Option<usize>,
    credits: Option<usize>,
    export_time: Option<usize>,
}

impl TableFormat for GcpBillingCsv {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn open(&self, header: &Header) -> Option<Box<dyn RowDecoder>> {
        let own = ["billing_account_id", "service.description", "sku.description"];
        let is_own = header.has_all(&own) && header.has_all(&["usage_start_time", "project.id"]);
        is_own.then(|| Box::new(Columns::of(header)) as Box<dyn RowDecoder>)
    }
}

impl Columns {
    fn of(header: &Header) -> Self {
        let find = |name: &str| header.find(&[name]);
        Self {
            width: bill::width(header),
            project: find("project.id"),
            service: find("service.description"),
            sku: find("sku.description"),
            start: find("usage_start_time"),
            end: find("usage_end_time"),
            regions: [find("location.region"), find("location.location")],
            resources: [find("resource.name"), find("resource.global_name")],
            labels: find("system_labels"),
            amount: find("usage.amount"),
            unit: find("usage.unit"),
            pricing_amount: find("usage.amount_in_pricing_units"),
            pricing_unit: find("usage.pricing_unit"),
            cost: find("cost"),
            currency: find("currency"),
            cost_type: find("cost_type"),
            credits: find("credits"),
            export_time: find("export_time"),
        }
    }
}

impl RowDecoder for Columns {
    fn decode(&self, row: &Row<'_>, number: u64, sink: &mut dyn Sink) -> Result<(), Reason> {
        bill::check_width(row, self.width)?;
        let first = |columns: [Option<usize>; 2]| columns.into_iter().find_map(|it| row.text(it));
        let line = Line {
            project: row.text(self.project),
            service: row.text(self.service),
            sku: row.text(self.sku),
            start: row.text(self.start),
            end: row.text(self.end),
            region: first(self.regions),
            resource: first(self.resources),
            size: row.text(self.labels).and_then(size).map(Cow::Borrowed),
            amount: row.text(self.amount),
            unit: row.text(self.unit),
            pricing_amount: row.text(self.pricing_amount),
            pricing_unit: row.text(self.pricing_unit),
            cost: row.text(self.cost),
            currency: row.text(self.currency),
            cost_type: row.text(self.cost_type),
            credits: row.text(self.credits).map(credits).unwrap_or_default(),
            exported: row.text(self.export_time),
        };
        sink.event(number, &Event::Usage(line.usage()?));
        Ok(())
    }
}

/// The size of machine among labels.
fn size(labels: &str) -> Option<&str> {
    let mut labels = labels.split('{');
    labels.find(|label| member(label, "key") == Some(SIZE_LABEL)).and_then(|it| member(it, "value"))
}

/// What the credits of a list come to.
fn credits(list: &str) -> Credits {
    let mut credits = Credits::default();
    for credit in list.split('{') {
        let amount = member(credit, "amount").and_then(fields::known);
        credits.add(member(credit, "type").unwrap_or_default(), amount);
    }
    credits
}

/// The value of a member of an object that Python or JSON wrote, unquoted.
fn member<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    let behind = |(at, _): (usize, &str)| {
        let quote = object.get(..at)?.chars().next_back()?;
        let is_quoted = matches!(quote, '\'' | '"');
        let rest = object.get(at + name.len()..)?.strip_prefix(quote)?.strip_prefix(':')?;
        is_quoted.then(|| rest.trim_start())
    };
    let value = object.match_indices(name).find_map(behind)?;
    match value.chars().next()? {
        quote @ ('\'' | '"') => value.get(1..)?.split(quote).next(),
        _ => value.split([',', '}']).next().map(str::trim),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_as_python_shows_them() {
        let credits = "[{'name': \"it's free\", 'amount': -1.5, 'type': 'PROMOTION'}, \
            {'amount': -2, 'id': None, 'type': 'COMMITTED_USAGE_DISCOUNT'}]";
        let sum = |of: &[(&str, &str)]| {
            let mut sum = Credits::default();
            of.iter().for_each(|(name, amount)| sum.add(name, Some(*amount)));
            sum
        };
        let both = [("PROMOTION", "-1.5"), ("COMMITTED_USAGE_DISCOUNT", "-2")];
        assert_eq!(super::credits(credits), sum(&both));
        assert_eq!(super::credits("[{'type': 'COMMITTED_"), Credits::default());
        assert_eq!(super::credits("[{'amount': None, 'type': 'DISCOUNT'}]"), Credits::default());
        assert_eq!(super::credits("[{'amount': x}]"), sum(&[("", "x")]), "it can't be read");
        let labels = r#"[{"key": "a", "value": "b"}, {"key": "compute.googleapis.com/machine_spec", "value": "n1"}]"#;
        assert_eq!(size(labels), Some("n1"));
    }
}

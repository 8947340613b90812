//! AWS cost and usage reports: legacy CSV, its Athena columns, and CUR 2.0.
//!
//! The columns change from month to month and may stand in any order; their names are the same in
//! all three forms but for `/`, `_` and capitals. The usage type tells the most:
//! `USW2-BoxUsage:p3.16xlarge` has the region (none for us-east-1), what is measured, and the size.
//! What a line costs can be 0 while machines run (reservations, savings plans, credits), so lines of
//! those kinds are told apart. `bill/InvoiceId` stays empty until the month is closed.

mod usage_type;

use std::borrow::Cow;

use super::{
    Doc, Example, NO_TIME, RowDecoder, TOO_LONG, TableFormat,
    bill::{self, NO_AMOUNT, Unit},
};
use crate::{
    event::{Charge, Event, Usage},
    id::{AccountRef, Provider},
    sink::{Reason, Sink},
    table::{Header, Row},
};
use usage_type::UsageType;

/// The format.
pub struct AwsCur;

/// The reason for a type of line that is neither usage nor money.
const LINE_TYPE: Reason = "unknown type of line item";

static DOC: Doc = Doc {
    id: "aws_cur",
    title: "AWS cost and usage reports",
    reads: "Legacy reports, with the columns of the CSV or of Athena, and CUR 2.0, as CSV or \
            Parquet. The unblended cost; none for usage that a commitment pays for.",
    specification: "https://docs.aws.amazon.com/cur/latest/userguide/what-is-cur.html",
    rejects: &[LINE_TYPE, NO_AMOUNT, NO_TIME, TOO_LONG],
    examples: &[
        Example {
            title: "an hour of a machine with accelerators, on an invoice",
            input: concat!(
                "identity/LineItemId,bill/InvoiceId,bill/PayerAccountId,lineItem/UsageAccountId,",
                "lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,",
                "lineItem/ProductCode,lineItem/UsageType,lineItem/ResourceId,",
                "lineItem/UsageAmount,lineItem/CurrencyCode,lineItem/UnblendedCost,pricing/unit\n",
                "x,1000000001,444455556666,111122223333,Usage,2026-03-01T00:00:00Z,",
                "2026-03-01T01:00:00Z,AmazonEC2,USW2-SpotUsage:p3.16xlarge,",
                "i-0123456789abcdef0,1,USD,7.3440000000,Hrs\n",
            ),
            events: &["usage aws:111122223333 2026-03-01T00:00:00Z..2026-03-01T01:00:00Z \
                 \"AmazonEC2\" \"USW2-SpotUsage:p3.16xlarge\" Accelerator Usage 1000000u \"hours\" \
                 costs 7344000u USD in us-west-2 of p3.16xlarge on i-0123456789abcdef0 settled"],
        },
        Example {
            title: "the columns of CUR 2.0, usage that a savings plan pays for",
            input: concat!(
                "line_item_line_item_type,line_item_usage_start_date,line_item_usage_end_date,",
                "line_item_usage_account_id,line_item_product_code,line_item_usage_type,",
                "line_item_usage_amount,line_item_unblended_cost,line_item_currency_code,",
                "product_region_code,product_instance_type,pricing_unit,",
                "savings_plan_savings_plan_effective_cost\n",
                "SavingsPlanCoveredUsage,2026-03-01 00:00:00,2026-03-02 00:00:00,111122223333,",
                "AmazonEC2,BoxUsage:c6i.32xlarge,24,130.56,USD,us-east-1,c6i.32xlarge,Hrs,90.5\n",
            ),
            events: &["usage aws:111122223333 2026-03-01T00:00:00Z..2026-03-02T00:00:00Z \
                 \"AmazonEC2\" \"BoxUsage:c6i.32xlarge\" Compute Covered 24000000u \"hours\" \
                 costs 0u USD in us-east-1 of c6i.32xlarge"],
        },
    ],
};

/// Columns that every report has.
const REQUIRED: &[&str] = &[
    "lineItem/LineItemType",
    "lineItem/UsageAccountId",
    "lineItem/UsageAmount",
    "lineItem/UsageStartDate",
    "lineItem/UsageType",
];

impl TableFormat for AwsCur {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn open(&self, header: &Header) -> Option<Box<dyn RowDecoder>> {
        let is_report = header.has_all(REQUIRED);
        is_report.then(|| -> Box<dyn RowDecoder> { Box::new(Columns::of(header)) })
    }
}

/// Where the columns stand.
struct Columns {
    account: Option<usize>,
    payer: Option<usize>,
    line_type: Option<usize>,
    start: Option<usize>,
    end: Option<usize>,
    service: Option<usize>,
    usage_type: Option<usize>,
    zone: Option<usize>,
    resource: Option<usize>,
    amount: Option<usize>,
    unit: Option<usize>,
    currency: Option<usize>,
    cost: Option<usize>,
    instance_type: Option<usize>,
    regions: [Option<usize>; 2],
    invoice: Option<usize>,
}

impl Columns {
    fn of(header: &Header) -> Self {
        let find = |name: &str| header.find(&[name]);
        Self {
            account: find("lineItem/UsageAccountId"),
            payer: find("bill/PayerAccountId"),
            line_type: find("lineItem/LineItemType"),
            start: find("lineItem/UsageStartDate"),
            end: find("lineItem/UsageEndDate"),
            service: header.find(&["lineItem/ProductCode", "product/servicecode"]),
            usage_type: find("lineItem/UsageType"),
            zone: find("lineItem/AvailabilityZone"),
            resource: find("lineItem/ResourceId"),
            amount: find("lineItem/UsageAmount"),
            unit: header.find(&["pricing/unit", "product/pricingUnit"]),
            currency: header.find(&["lineItem/CurrencyCode", "pricing/currency"]),
            cost: header.find(&["lineItem/UnblendedCost", "lineItem/BlendedCost"]),
            instance_type: find("product/instanceType"),
            regions: ["product/regionCode", "product/region"].map(find),
            invoice: find("bill/InvoiceId"),
        }
    }

    /// What was billed: nothing where a commitment pays, nor what is taken back of its price.
    fn cost(&self, row: &Row<'_>, charge: Charge) -> Result<i64, Reason> {
        let cost = match row.text(self.cost) {
            Some(text) => bill::micros(text).ok_or(NO_AMOUNT)?,
            None => 0,
        };
        let is_negation = || row.text(self.line_type) == Some("SavingsPlanNegation");
        Ok(if charge == Charge::Covered || is_negation() { 0 } else { cost })
    }

    /// The region, none for global services: as told, else that of the zone, else that of the usage type.
    fn region<'a>(&self, row: &Row<'a>, usage_type: &UsageType<'a>) -> Cow<'a, str> {
        let told = self.regions.iter().find_map(|column| row.text(*column));
        let told = told.filter(|region| *region != "global");
        let zone = || row.text(self.zone).and_then(usage_type::region_of_zone);
        bill::lower(told.or_else(zone).or(usage_type.region).unwrap_or_default())
    }
}

impl RowDecoder for Columns {
    fn decode(&self, row: &Row<'_>, number: u64, sink: &mut dyn Sink) -> Result<(), Reason> {
        let charge = row.text(self.line_type).and_then(charge).ok_or(LINE_TYPE)?;
        let span = bill::period(row.text(self.start), row.text(self.end))?;
        let amount = match row.text(self.amount) {
            Some(text) => bill::micros(text).ok_or(NO_AMOUNT)?,
            None => 0,
        };
        let usage_type = UsageType::parse(row.text(self.usage_type).unwrap_or_default());
        let unit = Unit::parse(row.text(self.unit).unwrap_or_else(|| usage_type.usual_unit()));
        let service = row.text(self.service).unwrap_or_default();
        let size = || row.text(self.instance_type).or_else(|| bill::aws_size(usage_type.whole));
        let size = unit.is_time().then(size).flatten();
        let account = row.text(self.account).or_else(|| row.text(self.payer));
        let usage = Usage {
            account: AccountRef::new(Provider::Aws, account.unwrap_or_default()),
            span,
            resource: row.text(self.resource).map(Cow::Borrowed),
            service: Cow::Borrowed(service),
            meter: Cow::Borrowed(usage_type.whole),
            region: self.region(row, &usage_type),
            class: usage_type.class(service, &unit, size),
            size: size.map(Cow::Borrowed),
            quantity_micros: unit.quantity(amount),
            unit: unit.name(),
            cost_micros: self.cost(row, charge)?,
            currency: bill::currency(row.text(self.currency)),
            charge,
            settled: row.text(self.invoice).is_some(),
            exported: None,
        };
        sink.event(number, &Event::Usage(usage));
        Ok(())
    }
}

/// What kind of line a type of line item is. `SavingsPlanNegation` takes the price of covered usage
/// back: the usage itself is another line.
fn charge(line_type: &str) -> Option<Charge> {
    match line_type {
        "Usage" => Some(Charge::Usage),
        "DiscountedUsage" | "SavingsPlanCoveredUsage" => Some(Charge::Covered),
        "Credit" | "Refund" | "SavingsPlanNegation" => Some(Charge::Adjustment),
        "Tax" => Some(Charge::Fee),
        name if name.ends_with("Fee") => Some(Charge::Fee),
        name if name.ends_with("Discount") => Some(Charge::Adjustment),
        _ => None,
    }
}

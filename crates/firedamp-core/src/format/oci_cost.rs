//! Oracle Cloud cost reports: CSV, a row a resource, SKU and hour.
//!
//! The account is the tenancy. Beginnings have no seconds and ends do. Units stand in four words
//! (`1 NONE HOURS OCPUS`), amounts may have exponents, and there is a column for each tag, one of
//! which may be called anything. Corrections are rows of their own, with the number of the row that
//! they correct.

use std::borrow::Cow;

use super::{
    Doc, Example, NO_TIME, RowDecoder, TableFormat,
    bill::{self, NO_AMOUNT, ROW_FIELDS, Unit},
};
use crate::{
    event::{Charge, Event, Usage, UsageClass},
    id::{AccountRef, Provider},
    sink::{Reason, Sink},
    table::{Header, Row},
    time::{Span, Time},
};

/// The format.
pub struct OciCost;

static DOC: Doc = Doc {
    id: "oci_cost",
    title: "Oracle Cloud cost reports",
    reads: "CSV reports of Oracle's own form, corrections too; FOCUS reports are `focus`.",
    specification: "https://docs.oracle.com/iaas/Content/Billing/Concepts/costusagereportsoverview.htm",
    rejects: &[NO_TIME, NO_AMOUNT, ROW_FIELDS],
    examples: &[Example {
        title: "an hour of a machine with graphics processors, and a correction",
        input: concat!(
            "lineItem/referenceNo,lineItem/tenantId,lineItem/intervalUsageStart,",
            "lineItem/intervalUsageEnd,product/service,product/compartmentId,product/region,",
            "product/resourceId,usage/billedQuantity,cost/productSku,product/Description,",
            "cost/myCost,cost/currencyCode,cost/billingUnitReadable,cost/skuUnitDescription,",
            "lineItem/isCorrection,lineItem/backreferenceNo\n",
            "r1,ocid1.tenancy.oc1..example,2026-03-01T10:00Z,2026-03-01T11:00:00Z,COMPUTE,",
            "ocid1.compartment.oc1..example,eu-zurich-1,ocid1.instance.oc1.eu-zurich-1.vm1,4.0,",
            "B00001,OCI - Compute - GPU - A10,8.0,USD,1 NONE HOURS GPU,GPU Per Hour,false,\n",
            "r2,ocid1.tenancy.oc1..example,2026-03-01T10:00Z,2026-03-01T11:00:00Z,COMPUTE,",
            "ocid1.compartment.oc1..example,eu-zurich-1,ocid1.instance.oc1.eu-zurich-1.vm2,-2.5E-1,",
            "B00002,Standard - E4,-1.8E-3,USD,1 NONE HOURS OCPUS,OCPU Hours,true,r0\n",
        ),
        events: &[
            "usage oci:ocid1.tenancy.oc1..example \
             2026-03-01T10:00:00Z..2026-03-01T11:00:00Z \"COMPUTE\" \"OCI - Compute - \
             GPU - A10\" Accelerator Usage 4000000u \"gpu-hours\" costs 8000000u USD in \
             eu-zurich-1 on ocid1.instance.oc1.eu-zurich-1.vm1",
            "usage oci:ocid1.tenancy.oc1..example \
             2026-03-01T10:00:00Z..2026-03-01T11:00:00Z \"COMPUTE\" \"Standard - E4\" \
             Compute Adjustment -250000u \"ocpu-hours\" costs -1800u USD in eu-zurich-1 \
             on ocid1.instance.oc1.eu-zurich-1.vm2",
        ],
    }],
};

/// Services that are processor time when they are billed by time; letters only, lower case.
const COMPUTE: [&str; 8] = [
    "bigdata",
    "compute",
    "containerengine",
    "containerengineforkubernetes",
    "containerinstances",
    "dataflow",
    "functions",
    "oke",
];

/// Services that are machine learning when they are billed by time.
const LEARNING: [&str; 2] = ["datascience", "generativeai"];

/// Where the columns are.
struct Columns {
    width: usize,
    tenancy: Option<usize>,
    start: Option<usize>,
    end: Option<usize>,
    service: Option<usize>,
    region: Option<usize>,
    resource: Option<usize>,
    quantity: Option<usize>,
    sku: Option<usize>,
    description: Option<usize>,
    cost: Option<usize>,
    currency: Option<usize>,
    unit: Option<usize>,
    unit_text: Option<usize>,
    correction: Option<usize>,
}

impl TableFormat for OciCost {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn open(&self, header: &Header) -> Option<Box<dyn RowDecoder>> {
        let names = ["lineItem/tenantId", "lineItem/intervalUsageStart", "usage/billedQuantity"];
        let find = |name: &str| header.find(&[name]);
        let columns = || Columns {
            width: bill::width(header),
            tenancy: find("lineItem/tenantId"),
            start: find("lineItem/intervalUsageStart"),
            end: find("lineItem/intervalUsageEnd"),
            service: find("product/service"),
            region: find("product/region"),
            resource: find("product/resourceId"),
            quantity: find("usage/billedQuantity"),
            sku: find("cost/productSku"),
            description: find("product/Description"),
            cost: find("cost/myCost"),
            currency: find("cost/currencyCode"),
            unit: find("cost/billingUnitReadable"),
            unit_text: find("cost/skuUnitDescription"),
            correction: find("lineItem/isCorrection"),
        };
        header.has_all(&names).then(|| Box::new(columns()) as Box<dyn RowDecoder>)
    }
}

impl RowDecoder for Columns {
    fn decode(&self, row: &Row<'_>, number: u64, sink: &mut dyn Sink) -> Result<(), Reason> {
        bill::check_width(row, self.width)?;
        let text = |column| row.text(column).unwrap_or_default();
        let time = |column| row.text(column).and_then(Time::parse).ok_or(NO_TIME);
        let meter = row.text(self.description).or_else(|| row.text(self.sku)).unwrap_or_default();
        let unit = row.text(self.unit).and_then(unit);
        let unit = unit.unwrap_or_else(|| text(self.unit_text).to_string());
        let unit = Unit::parse(&unit);
        let class = class(text(self.service), meter, &unit);
        let quantity = bill::field_amount(row.text(self.quantity))?;
        let is_correction = text(self.correction).eq_ignore_ascii_case("true");
        let usage = Usage {
            account: AccountRef::new(Provider::Oci, text(self.tenancy)),
            span: Span::between(time(self.start)?, time(self.end)?),
            resource: row.text(self.resource).map(Cow::Borrowed),
            service: Cow::Borrowed(text(self.service)),
            meter: Cow::Borrowed(meter),
            region: bill::lower(text(self.region)),
            class,
            size: None,
            quantity_micros: unit.quantity(quantity),
            unit: unit.name(),
            cost_micros: bill::field_amount(row.text(self.cost))?,
            currency: bill::currency(row.text(self.currency)),
            charge: if is_correction { Charge::Adjustment } else { Charge::Usage },
            settled: false,
            exported: None,
        };
        sink.event(number, &Event::Usage(usage));
        Ok(())
    }
}

/// Takes `1000000 NONE NONE DATAPOINTS`, `1 GiB HOURS MEMORY` or `1 NONE HOURS OCPUS` apart: how
/// many, the measure, the time, the thing.
fn unit(text: &str) -> Option<String> {
    let mut words = text.split_ascii_whitespace();
    let (count, measure, time) = (words.next()?, words.next()?, words.next()?);
    let thing = words.next()?.trim_end_matches(['S', 's']);
    let stated = |word: &str| !word.eq_ignore_ascii_case("NONE");
    let what = match (stated(measure), stated(time)) {
        (true, _) => measure,
        (false, true) if thing.eq_ignore_ascii_case("INSTANCE") => "",
        (false, _) => thing,
    };
    let time = if stated(time) { time } else { "" };
    Some(format!("{count} {what} {time}"))
}

fn class(service: &str, meter: &str, unit: &Unit<'_>) -> UsageClass {
    let service: String = service.chars().filter(char::is_ascii_alphabetic).collect();
    let service = service.to_ascii_lowercase();
    let meter = meter.to_ascii_lowercase();
    let is_compute = COMPUTE.contains(&service.as_str()) && !meter.contains("storage");
    match unit.is_time() {
        true if LEARNING.contains(&service.as_str()) => UsageClass::Accelerator,
        true if is_compute && meter.contains("gpu") => UsageClass::Accelerator,
        true if is_compute => UsageClass::Compute,
        _ => UsageClass::Other,
    }
}

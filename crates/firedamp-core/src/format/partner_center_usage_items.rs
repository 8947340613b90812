//! Partner Center's usage from its interfaces: JSON, items of invoices and of what is not invoiced
//! yet, and utilization records.
//!
//! Items are the rows of the reconciliation files, in camel case, with additional info as JSON
//! inside a text; the exports of the newer interface write the same as lines. Utilization records
//! have a start and an end in local time and no price; what was used stands in `instanceData`, or
//! in `infoFields` for resources of the old kind.

use serde_json::Value;

use super::{
    BROKEN_JSON, Doc, Example, Fault, NO_TIME, RecordFormat,
    azure_bill::{self, Info, Line},
    bill::NO_AMOUNT,
};
use crate::{
    event::{Charge, Event},
    json::{Head, fields::Fields, repair},
    sink::{Reason, Sink},
    time::{Span, Time},
};

/// The format.
pub struct PartnerCenterUsageItems;

static DOC: Doc = Doc {
    id: "partner_center_usage_items",
    title: "Partner Center usage (API)",
    reads: "Line items of daily rated usage, billed and unbilled, and Azure utilization records.",
    specification: "https://learn.microsoft.com/partner-center/developer/get-invoice-unbilled-consumption-lineitems",
    rejects: &[BROKEN_JSON, NO_TIME, NO_AMOUNT],
    examples: &[Example {
        title: "a line item and a utilization record",
        input: concat!(
            r#"{"totalCount":2,"items":[{"invoiceNumber":"","subscriptionId":"order-1","#,
            r#""usageDate":"2026-03-02T00:00:00Z","meterCategory":"Virtual Machines","#,
            r#""meterSubCategory":"NDv2 Series","meterName":"ND40rs v2","unitOfMeasure":"1 Hour","#,
            r#""resourceLocation":"EASTUS","consumedService":"Microsoft.Compute","#,
            r#""resourceUri":"/subscriptions/00000000-0000-0000-0000-000000000001/"#,
            r#"resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-1","#,
            r#""additionalInfo":"{\n \"ServiceType\": \"Standard_ND40rs_v2\"}","chargeType":"new","#,
            r#""quantity":23.5,"billingPreTaxTotal":517.752,"billingCurrency":"USD","#,
            r#""entitlementId":"00000000-0000-0000-0000-000000000001","benefitType":"Charge"},"#,
            r#"{"usageStartTime":"2026-03-01T17:00:00-07:00","#,
            r#""usageEndTime":"2026-03-02T17:00:00-07:00","resource":{"id":"a-meter","#,
            r#""name":"Standard vCPU Duration","category":"Container Instances","#,
            r#""subcategory":"","region":"EU West"},"quantity":7200,"unit":"1 vCPU Second","#,
            r#""infoFields":{},"instanceData":{"resourceUri":"/subscriptions/"#,
            r#"00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/"#,
            r#"Microsoft.ContainerInstance/containerGroups/group-1","location":"westeurope"}}]}"#
        ),
        events: &[
            "usage azure:00000000-0000-0000-0000-000000000001 \
             2026-03-02T00:00:00Z..2026-03-03T00:00:00Z \"Virtual Machines\" \"ND40rs \
             v2\" Accelerator Usage 23500000u \"hours\" costs 517752000u USD in eastus \
             of Standard_ND40rs_v2 on \
             /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-1",
            "usage azure:00000000-0000-0000-0000-000000000001 \
             2026-03-02T00:00:00Z..2026-03-03T00:00:00Z \"Container Instances\" \
             \"Standard vCPU Duration\" Compute Usage 2000000u \"vcpu-hours\" costs 0u  \
             in westeurope on \
             /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ContainerInstance/containerGroups/group-1",
        ],
    }],
};

/// What an item is, told from its members.
enum Kind {
    Rated,
    Utilization,
}

fn kind(has: impl Fn(&str) -> bool) -> Option<Kind> {
    let has_all = |names: &[&str]| names.iter().all(|name| has(name));
    if has_all(&["entitlementId", "usageDate", "meterCategory"]) {
        Some(Kind::Rated)
    } else if has_all(&["usageStartTime", "resource", "quantity"])
        && (has("instanceData") || has("infoFields"))
    {
        Some(Kind::Utilization)
    } else {
        None
    }
}

impl RecordFormat for PartnerCenterUsageItems {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn recognises(&self, head: &Head<'_>) -> bool {
        kind(|name| head.has(name)).is_some()
    }

    fn decode(&self, record: &[u8], number: u64, sink: &mut dyn Sink) -> Result<(), Fault> {
        let value = repair::parse(record).ok_or(Fault::Rejected(BROKEN_JSON))?;
        let names = |name: &str| {
            let members: Option<&serde_json::Map<String, Value>> = value.as_object();
            members.is_some_and(|it| it.keys().any(|key| key.eq_ignore_ascii_case(name)))
        };
        let told = match kind(names).ok_or(Fault::Foreign)? {
            Kind::Rated => rated(Fields(&value), number, sink),
            Kind::Utilization => utilization(Fields(&value), number, sink),
        };
        told.map_err(Fault::Rejected)
    }
}

fn rated(item: Fields<'_>, number: u64, sink: &mut dyn Sink) -> Result<(), Reason> {
    let span = item.text("usageDate").and_then(azure_bill::day).ok_or(NO_TIME)?;
    let (quantity, cost) = (item.scalar("quantity"), item.scalar("billingPreTaxTotal"));
    let line = Line {
        subscription: item.text("entitlementId"),
        resource: item.text("resourceUri"),
        category: item.text("meterCategory"),
        sub_category: item.text("meterSubCategory"),
        meter: item.text("meterName"),
        service: item.text("consumedService"),
        region: item.first_text(&["resourceLocation", "meterRegion"]),
        info: info(item.at("additionalInfo")),
        unit: item.first_text(&["unitOfMeasure", "unitType", "unit"]),
        quantity: quantity.as_deref(),
        cost: cost.as_deref(),
        currency: item.text("billingCurrency"),
        settled: item.text("invoiceNumber").is_some(),
    };
    let covered = item.text("benefitType").is_some_and(azure_bill::is_commitment);
    let charge = azure_bill::charge(item.text("chargeType").unwrap_or_default(), covered);
    sink.event(number, &Event::Usage(line.usage(span, charge)?));
    Ok(())
}

fn utilization(item: Fields<'_>, number: u64, sink: &mut dyn Sink) -> Result<(), Reason> {
    let first = item.time(&["usageStartTime"]).ok_or(NO_TIME)?;
    let last = item.time(&["usageEndTime"]).filter(|last: &Time| *last > first);
    let span = Span { first, last: last.ok_or(NO_TIME)? };
    let quantity = item.scalar("quantity");
    let mut info = info(item.at("instanceData.additionalInfo"));
    info.size = info.size.or_else(|| item.text("infoFields.meteredServiceType"));
    let line = Line {
        resource: item.first_text(&["instanceData.resourceUri", "infoFields.project"]),
        category: item.text("resource.category"),
        sub_category: item.text("resource.subcategory"),
        meter: item.text("resource.name"),
        service: item.text("infoFields.meteredService"),
        region: item.first_text(&["instanceData.location", "resource.region"]),
        info,
        unit: item.text("unit"),
        quantity: quantity.as_deref(),
        ..Line::default()
    };
    sink.event(number, &Event::Usage(line.usage(span, Charge::Usage)?));
    Ok(())
}

/// Additional info as an object, or as JSON inside a text.
fn info(value: Option<Fields<'_>>) -> Info<'_> {
    let Some(value) = value else {
        return Info::default();
    };
    match value.0.as_str() {
        Some(text) => Info::parse(Some(text)),
        None => Info { size: value.text("ServiceType"), machine: value.text("VMName") },
    }
}

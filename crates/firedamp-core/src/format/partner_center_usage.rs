//! Partner Center's daily rated usage: CSV, the reconciliation files of an invoice and of what is
//! not invoiced yet, a row a customer's resource, meter and day.
//!
//! The subscription id is the partner's order; the Azure subscription stands in `EntitlementId`.
//! What a reservation or a savings plan pays for has a quantity and no cost. The names of customers
//! may be blank as long as there is no invoice.

use super::{
    Doc, Example, NO_TIME, RowDecoder, TableFormat,
    azure_bill::Columns,
    bill::{NO_AMOUNT, ROW_FIELDS},
};
use crate::table::Header;

/// The format.
pub struct PartnerCenterUsage;

static DOC: Doc = Doc {
    id: "partner_center_usage",
    title: "Partner Center daily rated usage (CSV)",
    reads: "Reconciliation files of billed and unbilled usage; the account is the entitlement.",
    specification: "https://learn.microsoft.com/partner-center/billing/daily-rated-usage-recon-files",
    rejects: &[NO_TIME, NO_AMOUNT, ROW_FIELDS],
    examples: &[Example {
        title: "a day of a machine",
        input: concat!(
            "PartnerId,CustomerId,InvoiceNumber,SubscriptionId,UsageDate,MeterCategory,MeterId,",
            "MeterSubCategory,MeterName,Unit,ResourceLocation,ConsumedService,ResourceURI,",
            "ChargeType,Quantity,UnitType,BillingPreTaxTotal,BillingCurrency,AdditionalInfo,",
            "EntitlementId,BenefitType\n",
            ",,G000000001,00000000-0000-0000-0000-00000000000f,3/2/2026,Virtual Machines,",
            "00000000-0000-0000-0000-0000000000aa,FSv2 Series,F72s v2,1 Hour,NORTHEUROPE,",
            "Microsoft.Compute,/subscriptions/00000000-0000-0000-0000-000000000001/",
            "resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-1,new,24,1 Hour,",
            r#"86.4,eur,"{  ""ServiceType"": ""Standard_F72s_v2"",  ""VMName"": null}","#,
            "00000000-0000-0000-0000-000000000001,Charge\n",
        ),
        events: &["usage azure:00000000-0000-0000-0000-000000000001 \
             2026-03-02T00:00:00Z..2026-03-03T00:00:00Z \"Virtual Machines\" \"F72s v2\" \
             Compute Usage 24000000u \"hours\" costs 86400000u EUR in northeurope of \
             Standard_F72s_v2 on \
             /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-1 \
             settled"],
    }],
};

impl TableFormat for PartnerCenterUsage {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn open(&self, header: &Header) -> Option<Box<dyn RowDecoder>> {
        let is_own = header.has_all(&["EntitlementId", "UsageDate", "MeterCategory"]);
        if is_own { Columns::open(header) } else { None }
    }
}

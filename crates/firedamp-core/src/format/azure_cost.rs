//! Azure cost and usage details: CSV, a row a resource, meter and day.
//!
//! The columns have had many names: today's exports in Pascal and camel case, the older pay-as-you-go
//! file (`SubscriptionGuid`, `UsageDateTime`, `PreTaxCost`, `InstanceId`), and the same in the
//! portal's language with the English name in parentheses. Actual and amortised cost are two files
//! of the same usage: what a reservation or a savings plan pays for costs nothing here in either.
//! The size of machine stands in the additional info alone; its braces may be missing.

use super::{
    Doc, Example, NO_TIME, RowDecoder, TableFormat,
    azure_bill::Columns,
    bill::{NO_AMOUNT, ROW_FIELDS},
};
use crate::table::Header;

/// The format.
pub struct AzureCost;

static DOC: Doc = Doc {
    id: "azure_cost",
    title: "Azure cost and usage details",
    reads: "CSV exports, actual and amortised cost, of every kind of agreement, localised ones too.",
    specification: "https://learn.microsoft.com/azure/cost-management-billing/automate/understand-usage-details-fields",
    rejects: &[NO_TIME, NO_AMOUNT, ROW_FIELDS],
    examples: &[Example {
        title: "a day of a machine, and what a reservation pays for",
        input: concat!(
            "SubscriptionId,Date,MeterCategory,MeterSubCategory,MeterName,UnitOfMeasure,Quantity,",
            "CostInBillingCurrency,BillingCurrencyCode,ResourceLocation,ResourceId,AdditionalInfo,",
            "ChargeType,PricingModel\n",
            "00000000-0000-0000-0000-000000000001,03/02/2026,Virtual Machines,NCv3 Series,NC6s v3,",
            "1 Hour,24,73.44,EUR,EastUS2,/subscriptions/00000000-0000-0000-0000-000000000001/",
            "resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-1,",
            r#""{""ServiceType"":""Standard_NC6s_v3"",""VCPUs"":6}",Usage,OnDemand"#,
            "\n",
            "00000000-0000-0000-0000-000000000001,3/2/2026,Virtual Machines,Dv3 Series,D4 v3,",
            "10 Hours,24,4.6,EUR,US East 2,vm-2,",
            r#""""ServiceType"":""Standard_D4_v3""",Usage,Reservation"#,
            "\n",
        ),
        events: &[
            "usage azure:00000000-0000-0000-0000-000000000001 \
             2026-03-02T00:00:00Z..2026-03-03T00:00:00Z \"Virtual Machines\" \"NC6s v3\" \
             Accelerator Usage 24000000u \"hours\" costs 73440000u EUR in eastus2 of \
             Standard_NC6s_v3 on \
             /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-1",
            "usage azure:00000000-0000-0000-0000-000000000001 \
             2026-03-02T00:00:00Z..2026-03-03T00:00:00Z \"Virtual Machines\" \"D4 v3\" \
             Compute Covered 24000000u \"hours\" costs 0u EUR in eastus2 of \
             Standard_D4_v3 on vm-2",
        ],
    }],
};

/// Columns of Partner Center's files and of FOCUS, which have formats of their own.
const OTHERS: [&str; 3] = ["EntitlementId", "ChargePeriodStart", "SubAccountId"];

impl TableFormat for AzureCost {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn open(&self, header: &Header) -> Option<Box<dyn RowDecoder>> {
        let is_other = header.find(&OTHERS).is_some() || header.find(&["MeterCategory"]).is_none();
        if is_other { None } else { Columns::open(header) }
    }
}

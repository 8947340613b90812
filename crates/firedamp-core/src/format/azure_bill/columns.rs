//! The columns of Azure's bills, by all the names that they have had.

use super::{Info, Line, charge, day, is_commitment};
use crate::{
    event::{Charge, Event},
    format::{NO_TIME, RowDecoder, bill},
    sink::{Reason, Sink},
    table::{Header, Row},
};

/// Where the columns of one bill are.
pub(in crate::format) struct Columns {
    width: usize,
    subscription: Option<usize>,
    date: Option<usize>,
    resource: Option<usize>,
    category: Option<usize>,
    sub_category: Option<usize>,
    meter: Option<usize>,
    service: Option<usize>,
    region: Option<usize>,
    info: Option<usize>,
    unit: Option<usize>,
    quantity: Option<usize>,
    cost: Option<usize>,
    currency: Option<usize>,
    charge: Option<usize>,
    pricing: Option<usize>,
    reservation: Option<usize>,
    invoice: Option<usize>,
}

impl Columns {
    /// A decoder when the columns without which there is no bill are there.
    pub(in crate::format) fn open(header: &Header) -> Option<Box<dyn RowDecoder>> {
        let columns = Self::of(header);
        let complete = columns.subscription.is_some()
            && columns.date.is_some()
            && (columns.quantity.is_some() || columns.cost.is_some());
        complete.then(|| Box::new(columns) as Box<dyn RowDecoder>)
    }

    /// In Partner Center's files the subscription id is the seller's, and the entitlement Azure's.
    fn of(header: &Header) -> Self {
        let find = |names: &[&str]| header.find(names);
        Self {
            width: bill::width(header),
            subscription: find(&["EntitlementId", "SubscriptionId", "SubscriptionGuid"]),
            date: find(&["Date", "UsageDateTime", "UsageDate"]),
            resource: find(&["ResourceId", "ResourceUri", "InstanceId", "InstanceName"]),
            category: find(&["MeterCategory"]),
            sub_category: find(&["MeterSubCategory"]),
            meter: find(&["MeterName"]),
            service: find(&["ConsumedService"]),
            region: find(&["ResourceLocation", "Location", "MeterRegion"]),
            info: find(&["AdditionalInfo"]),
            unit: find(&["UnitOfMeasure", "Unit", "UnitType"]),
            quantity: find(&["Quantity", "UsageQuantity", "ConsumedQuantity"]),
            cost: find(&[
                "CostInBillingCurrency",
                "BillingPreTaxTotal",
                "Cost",
                "PreTaxCost",
                "ExtendedCost",
            ]),
            currency: find(&["BillingCurrency", "BillingCurrencyCode", "Currency"]),
            charge: find(&["ChargeType"]),
            pricing: find(&["PricingModel", "BenefitType"]),
            reservation: find(&["ReservationId"]),
            invoice: find(&["InvoiceId", "InvoiceNumber"]),
        }
    }

    fn charge(&self, row: &Row<'_>) -> Charge {
        // Files without a pricing model name the reservation alone.
        let covered = match row.text(self.pricing) {
            Some(model) => is_commitment(model),
            None => row.text(self.reservation).is_some(),
        };
        charge(row.text(self.charge).unwrap_or_default(), covered)
    }
}

impl RowDecoder for Columns {
    fn decode(&self, row: &Row<'_>, number: u64, sink: &mut dyn Sink) -> Result<(), Reason> {
        bill::check_width(row, self.width)?;
        let span = row.text(self.date).and_then(day).ok_or(NO_TIME)?;
        let line = Line {
            subscription: row.text(self.subscription),
            resource: row.text(self.resource),
            category: row.text(self.category),
            sub_category: row.text(self.sub_category),
            meter: row.text(self.meter),
            service: row.text(self.service),
            region: row.text(self.region),
            info: Info::parse(row.text(self.info)),
            unit: row.text(self.unit),
            quantity: row.text(self.quantity),
            cost: row.text(self.cost),
            currency: row.text(self.currency),
            settled: row.text(self.invoice).is_some(),
        };
        sink.event(number, &Event::Usage(line.usage(span, self.charge(row))?));
        Ok(())
    }
}

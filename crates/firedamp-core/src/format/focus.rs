//! FOCUS, the `FinOps` Open Cost and Usage Specification: one shape for the bills of all clouds.
//!
//! The export names its cloud in every row, in words (`Amazon Web Services, Inc.`), and some rows of
//! one file may be of others. Azure's account is a path (`/subscriptions/…`). Absent values are
//! empty or `NULL`; times may lack the zone. What a line costs stands in up to four columns: the
//! effective cost spreads commitments over the usage that they cover, and some vendors leave it 0.
//! The size of machine has no column before 1.2: it is looked for in the vendor's own columns
//! (`x_…`) and in the sentence that describes the charge.

use std::borrow::Cow;

use super::{
    Doc, Example, NO_TIME, RowDecoder, TOO_LONG, TableFormat,
    azure::subscription_of,
    bill::{self, NO_AMOUNT, Unit},
};
use crate::{
    event::{Charge, Event, Usage, UsageClass},
    id::{AccountRef, Provider},
    sink::{Reason, Sink},
    table::{Header, Row},
};

/// The format.
pub struct Focus;

/// The reason for a category that no version of the specification has.
const CATEGORY: Reason = "unknown charge category";

static DOC: Doc = Doc {
    id: "focus",
    title: "FOCUS cost and usage data",
    reads: "Versions 1.0 to 1.2 of any vendor, as CSV or Parquet. The effective cost, or the billed \
            one where that is 0.",
    specification: "https://focus.finops.org/focus-specification/",
    rejects: &[CATEGORY, NO_AMOUNT, NO_TIME, TOO_LONG],
    examples: &[
        Example {
            title: "an hour of an AWS machine",
            input: concat!(
                "BilledCost,BillingCurrency,ChargeCategory,ChargeDescription,ChargePeriodEnd,",
                "ChargePeriodStart,ConsumedQuantity,ConsumedUnit,EffectiveCost,ProviderName,",
                "RegionId,ResourceId,ServiceCategory,ServiceName,SubAccountId\n",
                "3.06,USD,Usage,\"$3.06 per On Demand Linux p3.2xlarge Instance Hour\",",
                "2026-03-01T01:00:00Z,2026-03-01T00:00:00Z,1,Hours,3.06,AWS,us-west-2,",
                "i-0123456789abcdef0,Compute,Amazon Elastic Compute Cloud,111122223333\n",
            ),
            events: &["usage aws:111122223333 2026-03-01T00:00:00Z..2026-03-01T01:00:00Z \
                 \"Amazon Elastic Compute Cloud\" \
                 \"$3.06 per On Demand Linux p3.2xlarge Instance Hour\" Accelerator Usage \
                 1000000u \"hours\" costs 3060000u USD in us-west-2 of p3.2xlarge \
                 on i-0123456789abcdef0"],
        },
        Example {
            title: "a day of an Azure machine that a reservation pays for",
            input: concat!(
                "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodEnd,ChargePeriodStart,",
                "CommitmentDiscountStatus,ConsumedQuantity,ConsumedUnit,EffectiveCost,",
                "ProviderName,RegionId,ServiceCategory,ServiceName,SubAccountId,x_SkuMeterName\n",
                "0,EUR,Usage,2026-03-02 00:00:00,2026-03-01 00:00:00,Used,24,Hours,4.5,",
                "Microsoft,westeurope,Compute,Virtual Machines,",
                "/subscriptions/00000000-0000-0000-0000-000000000001,D4s v3\n",
            ),
            events: &["usage azure:00000000-0000-0000-0000-000000000001 \
                 2026-03-01T00:00:00Z..2026-03-02T00:00:00Z \"Virtual Machines\" \"D4s v3\" \
                 Compute Covered 24000000u \"hours\" costs 0u EUR in westeurope of D4s v3"],
        },
    ],
};

/// Columns that every version has.
const REQUIRED: &[&str] =
    &["BilledCost", "BillingCurrency", "ChargeCategory", "ChargePeriodStart", "ServiceName"];

/// Categories of services whose hours are no processor time, whatever they are called.
const OTHER_CATEGORIES: &[&str] = &["Databases", "Networking", "Security", "Storage"];

impl TableFormat for Focus {
    fn doc(&self) -> &'static Doc {
        &DOC
    }

    fn open(&self, header: &Header) -> Option<Box<dyn RowDecoder>> {
        let providers = ["ServiceProviderName", "ProviderName", "PublisherName"];
        let is_focus = header.has_all(REQUIRED) && header.find(&providers).is_some();
        is_focus.then(|| -> Box<dyn RowDecoder> { Box::new(Columns::of(header)) })
    }
}

/// Where the columns stand.
struct Columns {
    providers: [Option<usize>; 4],
    sub_account: Option<usize>,
    billing_account: Option<usize>,
    start: Option<usize>,
    end: Option<usize>,
    category: Option<usize>,
    charge_class: Option<usize>,
    commitment: Option<usize>,
    commitment_id: Option<usize>,
    quantities: [(Option<usize>, Option<usize>); 2],
    effective: Option<usize>,
    billed: Option<usize>,
    currency: Option<usize>,
    invoice: Option<usize>,
    region: Option<usize>,
    region_name: Option<usize>,
    resource: Option<usize>,
    service: Option<usize>,
    service_category: Option<usize>,
    meter: Option<usize>,
    description: Option<usize>,
    sku: Option<usize>,
    details: Option<usize>,
}

impl Columns {
    fn of(header: &Header) -> Self {
        let find = |name: &str| header.find(&[name]);
        let providers =
            ["ServiceProviderName", "ProviderName", "PublisherName", "InvoiceIssuerName"];
        Self {
            providers: providers.map(find),
            sub_account: find("SubAccountId"),
            billing_account: find("BillingAccountId"),
            start: find("ChargePeriodStart"),
            end: find("ChargePeriodEnd"),
            category: find("ChargeCategory"),
            charge_class: find("ChargeClass"),
            commitment: find("CommitmentDiscountStatus"),
            commitment_id: find("CommitmentDiscountId"),
            quantities: [
                (find("ConsumedQuantity"), find("ConsumedUnit")),
                (find("PricingQuantity"), find("PricingUnit")),
            ],
            effective: find("EffectiveCost"),
            billed: find("BilledCost"),
            currency: find("BillingCurrency"),
            invoice: header.find(&["InvoiceId", "x_InvoiceId"]),
            region: find("RegionId"),
            region_name: find("RegionName"),
            resource: header.find(&["ResourceId", "ResourceName"]),
            service: find("ServiceName"),
            service_category: find("ServiceCategory"),
            meter: header.find(&["x_UsageType", "SkuMeter", "x_SkuMeterName"]),
            description: find("ChargeDescription"),
            sku: find("SkuId"),
            details: header.find(&["SkuPriceDetails", "x_SkuDetails"]),
        }
    }

    fn account<'a>(&self, row: &Row<'a>) -> AccountRef<'a> {
        let provider = self
            .providers
            .iter()
            .filter_map(|column| row.text(*column))
            .map(provider)
            .find(|provider| *provider != Provider::Unknown)
            .unwrap_or(Provider::Unknown);
        let named = row.text(self.sub_account);
        let id = match provider {
            Provider::Azure => named
                .and_then(subscription_of)
                .or(named)
                .or_else(|| row.text(self.resource).and_then(subscription_of)),
            _ => named,
        };
        // Taxes and fees of the whole contract name no sub-account.
        let id = id.or_else(|| row.text(self.billing_account)).unwrap_or_default();
        AccountRef::new(provider, id)
    }

    fn charge(&self, row: &Row<'_>) -> Result<Charge, Reason> {
        let is_correction = row
            .text(self.charge_class)
            .is_some_and(|class| class.eq_ignore_ascii_case("correction"));
        let category = row.text(self.category).ok_or(CATEGORY)?;
        let is = |name: &str| category.eq_ignore_ascii_case(name);
        match () {
            () if is("Usage") && is_correction => Ok(Charge::Adjustment),
            () if is("Usage") => Ok(self.usage_charge(row)),
            () if is("Credit") || is("Adjustment") => Ok(Charge::Adjustment),
            () if is("Purchase") || is("Tax") => Ok(Charge::Fee),
            () => Err(CATEGORY),
        }
    }

    /// What pays for a line of usage. The part of a commitment that nobody used is money alone.
    fn usage_charge(&self, row: &Row<'_>) -> Charge {
        match row.text(self.commitment) {
            Some(status) if status.eq_ignore_ascii_case("Unused") => Charge::Fee,
            None if row.text(self.commitment_id).is_none() => Charge::Usage,
            _ => Charge::Covered,
        }
    }

    fn cost(&self, row: &Row<'_>) -> Result<i64, Reason> {
        let amount = |column| row.text(column).map(|text| bill::micros(text).ok_or(NO_AMOUNT));
        match amount(self.effective).transpose()? {
            Some(effective) if effective != 0 => Ok(effective),
            _ => Ok(amount(self.billed).transpose()?.unwrap_or_default()),
        }
    }

    /// The first of the consumed and the priced quantity that the row has.
    fn quantity<'a>(&self, row: &Row<'a>) -> Result<(i64, Unit<'a>), Reason> {
        let known = |(amount, unit): &(Option<usize>, Option<usize>)| {
            Some((row.text(*amount)?, row.text(*unit).unwrap_or_default()))
        };
        let Some((amount, unit)) = self.quantities.iter().find_map(known) else {
            return Ok((0, Unit::parse("")));
        };
        let unit = Unit::parse(unit);
        Ok((unit.quantity(bill::micros(amount).ok_or(NO_AMOUNT)?), unit))
    }

    fn size<'a>(&self, row: &Row<'a>, meter: &'a str, service: &str) -> Option<&'a str> {
        let member =
            |json| ["InstanceType", "ServiceType"].iter().find_map(|name| bill::member(json, name));
        let in_meter = || match service {
            "Virtual Machines" | "Virtual Machine Scale Sets" | "Azure Machine Learning" => {
                azure_size(meter)
            }
            _ => bill::aws_size(meter),
        };
        let described = || bill::aws_size(row.text(self.description)?);
        row.text(self.details).and_then(member).or_else(in_meter).or_else(described)
    }

    fn class(
        &self,
        row: &Row<'_>,
        service: &str,
        meter: &str,
        unit: &Unit<'_>,
        size: Option<&str>,
    ) -> UsageClass {
        let category = row.text(self.service_category).unwrap_or_default();
        if OTHER_CATEGORIES.contains(&category) {
            return UsageClass::Other;
        }
        match bill::class(service, meter, unit, size) {
            // A service that only its category tells of: each vendor has names of its own.
            UsageClass::Other if category == "Compute" => bill::class(category, meter, unit, size),
            class => class,
        }
    }
}

impl RowDecoder for Columns {
    fn decode(&self, row: &Row<'_>, number: u64, sink: &mut dyn Sink) -> Result<(), Reason> {
        let charge = self.charge(row)?;
        let span = bill::period(row.text(self.start), row.text(self.end))?;
        let (quantity_micros, unit) = self.quantity(row)?;
        let service = row.text(self.service).unwrap_or_default();
        let meter =
            [self.meter, self.description, self.sku].into_iter().find_map(|at| row.text(at));
        let meter = meter.unwrap_or_default();
        let size = unit.is_time().then(|| self.size(row, meter, service)).flatten();
        let class = self.class(row, service, meter, &unit, size);
        // Oracle gives a region's id as its name.
        let region_name = || row.text(self.region_name).filter(|name| !name.contains(' '));
        let region = row.text(self.region).or_else(region_name).unwrap_or_default();
        let usage = Usage {
            account: self.account(row),
            span,
            resource: row.text(self.resource).map(Cow::Borrowed),
            service: Cow::Borrowed(service),
            meter: Cow::Borrowed(meter),
            region: bill::lower(region),
            class,
            size: size.map(Cow::Borrowed),
            quantity_micros,
            unit: unit.name(),
            // What a commitment pays comes from nobody's pocket.
            cost_micros: if charge == Charge::Covered { 0 } else { self.cost(row)? },
            currency: bill::currency(row.text(self.currency)),
            charge,
            settled: row.text(self.invoice).is_some(),
            exported: None,
        };
        sink.event(number, &Event::Usage(usage));
        Ok(())
    }
}

/// The cloud that a name in words means.
fn provider(name: &str) -> Provider {
    const NAMES: &[(&str, Provider)] = &[
        ("AWS", Provider::Aws),
        ("Amazon", Provider::Aws),
        ("Microsoft", Provider::Azure),
        ("Azure", Provider::Azure),
        ("Google", Provider::Gcp),
        ("GCP", Provider::Gcp),
        ("Oracle", Provider::Oci),
        ("OCI", Provider::Oci),
        ("DigitalOcean", Provider::DigitalOcean),
        ("OVH", Provider::Ovh),
        ("Alibaba", Provider::Alibaba),
        ("Hetzner", Provider::Hetzner),
        ("Scaleway", Provider::Scaleway),
    ];
    let begins = |(start, _): &&(&str, Provider)| {
        name.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
    };
    NAMES.iter().find(begins).map_or(Provider::Unknown, |(_, provider)| *provider)
}

/// The size in an Azure meter's name, or in the sentence `Virtual Machines Dv2/DSv2 Series - D11
/// v2/DS11 v2 - US East`. A meter for two sizes gives the first.
fn azure_size(meter: &str) -> Option<&str> {
    let mut parts = meter.split(" - ");
    let first = parts.next()?;
    let name = parts.next().unwrap_or(first).split('/').next()?.trim();
    let name = ["Spot", "Low Priority"]
        .iter()
        .find_map(|suffix| name.strip_suffix(suffix))
        .unwrap_or(name)
        .trim_end();
    let has_digit = name.bytes().any(|byte| byte.is_ascii_digit());
    (has_digit && name.starts_with(|letter: char| letter.is_ascii_uppercase())).then_some(name)
}

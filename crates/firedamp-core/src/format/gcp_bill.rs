//! What Google Cloud's two forms of the billing export share.
//!
//! Processor time is counted in seconds, memory in byte-seconds (sixteen gigabytes for an hour
//! already fill 64 bits in millionths): what is counted in bytes is told in pricing units.
//!
//! The cost of a line is the price before its credits, and credits stand in a list beside it:
//! commitments, discounts, margins of resellers, free tiers, promotions. What is left of the price is
//! what is owed. What the use is worth hangs on none of it: a miner on a promotion is seen like any.

use std::borrow::Cow;

use super::{
    NO_TIME,
    bill::{self, NO_AMOUNT, Unit},
};
use crate::{
    event::{Charge, Usage, UsageClass},
    id::{AccountRef, Provider},
    sink::Reason,
    time::Span,
};

/// The label that the system gives to what runs on a machine: its size.
pub(super) const SIZE_LABEL: &str = "compute.googleapis.com/machine_spec";

/// The types of credit that stand for what was committed to in advance begin so.
const COMMITTED: &str = "COMMITTED_";

/// What names machine learning in a service, lower case.
const LEARNING: [&str; 5] =
    ["ai platform", "cloud tpu", "machine learning", "notebooks", "vertex ai"];

/// Services that are processor time when they are billed by time, lower case; what stands in
/// parentheses is not part of them.
const SERVICES: [&str; 16] = [
    "app engine",
    "batch",
    "cloud build",
    "cloud composer",
    "cloud data fusion",
    "cloud dataflow",
    "cloud dataproc",
    "cloud functions",
    "cloud run",
    "cloud run functions",
    "cloud workstations",
    "dataflow",
    "dataproc",
    "dataproc serverless",
    "kubernetes engine",
    "managed service for apache spark",
];

/// What names processor time or memory in the SKUs of Compute Engine, lower case.
const MACHINE: [&str; 5] = [" core ", "instance", " ram ", "vcpu", "sole tenancy"];

/// What names a part of a machine in a SKU, lower case.
const PARTS: [&str; 5] = [" core", " gpu", " mcpu", " ram", "tpu"];

/// What names something beside a machine, lower case.
const BESIDE: [&str; 12] = [
    "capacity",
    "disk",
    "egress",
    "image",
    "ip charge",
    "licens",
    "load balancing",
    "nat gateway",
    "network",
    "snapshot",
    "ssd",
    "storage",
];

/// One line of the export; absent fields are empty or `None`.
#[derive(Default)]
pub(super) struct Line<'a> {
    pub(super) project: Option<&'a str>,
    pub(super) service: Option<&'a str>,
    pub(super) sku: Option<&'a str>,
    pub(super) start: Option<&'a str>,
    pub(super) end: Option<&'a str>,
    pub(super) region: Option<&'a str>,
    pub(super) resource: Option<&'a str>,
    pub(super) size: Option<Cow<'a, str>>,
    pub(super) amount: Option<&'a str>,
    pub(super) unit: Option<&'a str>,
    pub(super) pricing_amount: Option<&'a str>,
    pub(super) pricing_unit: Option<&'a str>,
    pub(super) cost: Option<&'a str>,
    pub(super) currency: Option<&'a str>,
    pub(super) cost_type: Option<&'a str>,
    pub(super) credits: Credits,
    pub(super) exported: Option<&'a str>,
}

/// What the credits of a line give back of its price, added up as they are read.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Credits {
    /// Of every type, in millionths: negative.
    all_micros: i64,
    /// Of these, what stands for what was committed to in advance.
    committed_micros: i64,
    /// One has an amount that can't be read.
    is_broken: bool,
}

impl Credits {
    /// Adds one; without an amount it gives nothing.
    pub(super) fn add(&mut self, credit_type: &str, amount: Option<&str>) {
        let Ok(micros) = bill::field_amount(amount) else {
            self.is_broken = true;
            return;
        };
        self.all_micros = self.all_micros.saturating_add(micros);
        if credit_type.starts_with(COMMITTED) {
            self.committed_micros = self.committed_micros.saturating_add(micros);
        }
    }
}

impl<'a> Line<'a> {
    /// What the line says.
    pub(super) fn usage(self) -> Result<Usage<'a>, Reason> {
        let span = self.span()?;
        let price = bill::field_amount(self.cost)?;
        if self.credits.is_broken {
            return Err(NO_AMOUNT);
        }
        let (charge, class) = (self.charge(price), self.class());
        let (quantity_micros, unit) = self.quantity()?;
        // Where processors, memory and accelerators are counted the size of the whole does not tell
        // what an hour is.
        let is_part = class == UsageClass::Other || PARTS.iter().any(|part| self.names(part));
        let size = self.size.clone().filter(|_| !is_part);
        Ok(Usage {
            account: AccountRef::new(Provider::Gcp, self.project.unwrap_or_default()),
            span,
            resource: self.resource.map(Cow::Borrowed),
            service: Cow::Borrowed(self.service.unwrap_or_default()),
            meter: Cow::Borrowed(self.sku.unwrap_or_default()),
            region: Cow::Owned(region(self.region.unwrap_or_default())),
            class,
            size,
            quantity_micros,
            unit,
            cost_micros: match charge {
                Charge::Covered => 0,
                _ => price.saturating_add(self.credits.all_micros),
            },
            currency: bill::currency(self.currency),
            charge,
            // The export names the month of the invoice before there is one.
            settled: false,
            exported: self.exported.and_then(bill::time),
        })
    }

    fn span(&self) -> Result<Span, Reason> {
        let time = |text: Option<&str>| text.and_then(bill::time);
        let (first, last) = (time(self.start).ok_or(NO_TIME)?, time(self.end).ok_or(NO_TIME)?);
        Ok(Span::between(first, last))
    }

    fn quantity(&self) -> Result<(i64, Cow<'a, str>), Reason> {
        let mut told = (self.amount, self.unit.unwrap_or_default());
        if told.1.starts_with("byte") && self.pricing_amount.is_some() {
            told = (self.pricing_amount, self.pricing_unit.unwrap_or_default());
        }
        let unit = Unit::parse(told.1);
        let quantity = unit.quantity(bill::field_amount(told.0)?);
        Ok((if self.names("mcpu") { quantity / 1000 } else { quantity }, unit.name()))
    }

    fn names(&self, word: &str) -> bool {
        self.sku.is_some_and(|sku| sku.to_ascii_lowercase().contains(word))
    }

    fn charge(&self, price: i64) -> Charge {
        let sku = self.sku.unwrap_or_default();
        match self.cost_type.unwrap_or_default() {
            "tax" => return Charge::Fee,
            "adjustment" | "rounding_error" => return Charge::Adjustment,
            _ => {}
        }
        let paid_in_advance = price > 0 && self.credits.committed_micros <= -price;
        match paid_in_advance {
            _ if sku.starts_with("Commitment") => Charge::Fee,
            true => Charge::Covered,
            false => Charge::Usage,
        }
    }

    fn class(&self) -> UsageClass {
        let lower = |text: Option<&str>| text.unwrap_or_default().to_ascii_lowercase();
        let (service, sku) = (lower(self.service), lower(self.sku));
        let names_any = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
        let is_time = |unit: Option<&str>| Unit::parse(unit.unwrap_or_default()).is_time();
        if !is_time(self.unit) || sku.contains("licens") {
            return UsageClass::Other;
        }
        if names_any(&sku, &["gpu", "tpu"]) || names_any(&service, &LEARNING) {
            return UsageClass::Accelerator;
        }
        let plain = service.split_once('(').map_or(service.as_str(), |(name, _)| name.trim());
        let is_compute = match plain {
            "compute engine" => names_any(&format!(" {sku} "), &MACHINE),
            service => SERVICES.contains(&service),
        };
        if is_compute && !names_any(&sku, &BESIDE) {
            UsageClass::Compute
        } else {
            UsageClass::Other
        }
    }
}

/// The region, lower case; none for what is everywhere.
fn region(text: &str) -> String {
    let name = text.to_ascii_lowercase();
    if name == "global" { String::new() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;

    fn owed(credits: &[(&str, &str)]) -> Result<(Charge, i64), Reason> {
        let mut line = Line {
            start: Some("2026-03-01T10:00:00Z"),
            end: Some("2026-03-01T11:00:00Z"),
            service: Some("Compute Engine"),
            sku: Some("N2 Instance Core running in Zurich"),
            amount: Some("7200"),
            unit: Some("seconds"),
            cost: Some("10"),
            currency: Some("CHF"),
            ..Line::default()
        };
        credits.iter().for_each(|(name, amount)| line.credits.add(name, Some(*amount)));
        let usage = line.usage()?;
        assert_eq!((usage.class, usage.quantity_micros), (UsageClass::Compute, 2_000_000));
        Ok((usage.charge, usage.cost_micros))
    }

    #[test]
    fn a_line_says_when_it_was_exported() {
        let exported = |text| {
            let (start, end) = (Some("2026-03-01 10:00:00 UTC"), Some("2026-03-01 11:00:00 UTC"));
            let line = Line { start, end, exported: Some(text), ..Line::default() };
            line.usage().map(|usage| usage.exported)
        };
        let wanted = Time::parse("2026-03-01T15:00:00Z");
        for text in ["2026-03-01 15:00:00 UTC", "2026-03-01 15:00:00.000000+00:00"] {
            assert_eq!(exported(text), Ok(wanted), "{text}");
        }
        assert_eq!(exported("soon"), Ok(None));
    }

    #[test]
    fn what_credits_leave_of_a_price_is_owed() {
        assert_eq!(owed(&[]), Ok((Charge::Usage, 10_000_000)));
        for name in [
            "COMMITTED_USAGE_DISCOUNT",
            "COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE",
            "DISCOUNT",
            "FREE_TIER",
            "PROMOTION",
            "RESELLER_MARGIN",
            "SUBSCRIPTION_BENEFIT",
            "SUSTAINED_USAGE_DISCOUNT",
            "what comes next year",
        ] {
            assert_eq!(owed(&[(name, "-2.5")]), Ok((Charge::Usage, 7_500_000)), "{name}");
        }
        let all = [("PROMOTION", "-7"), ("DISCOUNT", "-3")];
        assert_eq!(owed(&all), Ok((Charge::Usage, 0)));
        let committed = [("DISCOUNT", "-1"), ("COMMITTED_USAGE_DISCOUNT", "-10")];
        assert_eq!(owed(&committed), Ok((Charge::Covered, 0)));
        assert_eq!(owed(&[("PROMOTION", "much")]), Err(NO_AMOUNT));
    }
}

//! What Azure's bills share, whoever writes them: days, units, regions, additional info, and the
//! meters that are compute.
//!
//! A unit such as `100 Hours` names the block that a price is for. Times are counted in single hours
//! all the same (one machine, one day: `24`), so their blocks are not multiplied out; counts and
//! volumes come in blocks (`0.0004` of `10K` operations), and theirs are.

mod columns;

use std::borrow::Cow;

use super::{
    azure,
    bill::{self, Unit},
};
use crate::{
    event::{Charge, Usage, UsageClass},
    id::{AccountRef, Provider},
    json::fields,
    machine,
    sink::Reason,
    time::Span,
};

pub(super) use columns::Columns;

/// Seconds of a day.
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// Meter categories that are processor time when they are billed by time, lower case.
const COMPUTE: [&str; 21] = [
    "automation",
    "azure app service",
    "azure batch",
    "azure container apps",
    "azure container instances",
    "azure dedicated host",
    "azure functions",
    "azure kubernetes service",
    "azure red hat openshift",
    "azure spring apps",
    "azure vmware solution",
    "batch",
    "cloud services",
    "container instances",
    "functions",
    "hdinsight",
    "process automation",
    "specialized compute",
    "virtual machine scale sets",
    "virtual machines",
    "vmware solution",
];

/// The category of machines themselves.
const MACHINES: &str = "Virtual Machines";

/// What names something that is paid for beside a machine's time, lower case.
const BESIDE: [&str; 2] = ["licens", "surcharge"];

/// What names machine learning in a category or in the service that used a machine, lower case.
const LEARNING: [&str; 2] = ["machine learning", "machinelearning"];

/// Names of regions in older bills, as [`region`] has them until then, and today's names.
const REGIONS: [(&str, &str); 35] = [
    ("aecentral", "uaecentral"),
    ("aenorth", "uaenorth"),
    ("apeast", "eastasia"),
    ("apsoutheast", "southeastasia"),
    ("aucentral", "australiacentral"),
    ("aueast", "australiaeast"),
    ("ausoutheast", "australiasoutheast"),
    ("brsouth", "brazilsouth"),
    ("cacentral", "canadacentral"),
    ("caeast", "canadaeast"),
    ("chnorth", "switzerlandnorth"),
    ("chwest", "switzerlandwest"),
    ("denorth", "germanynorth"),
    ("dewestcentral", "germanywestcentral"),
    ("eunorth", "northeurope"),
    ("euwest", "westeurope"),
    ("frcentral", "francecentral"),
    ("incentral", "centralindia"),
    ("insouth", "southindia"),
    ("inwest", "westindia"),
    ("jaeast", "japaneast"),
    ("jawest", "japanwest"),
    ("krcentral", "koreacentral"),
    ("krsouth", "koreasouth"),
    ("noeast", "norwayeast"),
    ("uscentral", "centralus"),
    ("useast", "eastus"),
    ("useast2", "eastus2"),
    ("usnorthcentral", "northcentralus"),
    ("ussouthcentral", "southcentralus"),
    ("uswest", "westus"),
    ("uswest2", "westus2"),
    ("uswest3", "westus3"),
    ("uswestcentral", "westcentralus"),
    ("zanorth", "southafricanorth"),
];

/// What stands where a region should, and is none.
const NO_REGION: [&str; 6] =
    ["allregions", "global", "intercontinental", "unassigned", "unknown", "zone1"];

/// One line of a bill, as it is written; absent fields are `None`.
#[derive(Default)]
pub(super) struct Line<'a> {
    pub(super) subscription: Option<&'a str>,
    pub(super) resource: Option<&'a str>,
    pub(super) category: Option<&'a str>,
    pub(super) sub_category: Option<&'a str>,
    pub(super) meter: Option<&'a str>,
    /// The resource provider that used it.
    pub(super) service: Option<&'a str>,
    pub(super) region: Option<&'a str>,
    pub(super) info: Info<'a>,
    pub(super) unit: Option<&'a str>,
    pub(super) quantity: Option<&'a str>,
    pub(super) cost: Option<&'a str>,
    pub(super) currency: Option<&'a str>,
    pub(super) settled: bool,
}

impl<'a> Line<'a> {
    /// What the line says.
    pub(super) fn usage(&'a self, span: Span, charge: Charge) -> Result<Usage<'a>, Reason> {
        let unit = single(Unit::parse(self.unit.unwrap_or_default()), self.unit);
        let class = self.class(&unit);
        let unit = match (self.unit, self.quantity) {
            // Early exports have no units; machines are billed by the hour in all of them.
            (None, Some(_)) if class != UsageClass::Other => Unit::parse("Hours"),
            _ => unit,
        };
        let quantity_micros = unit.quantity(bill::field_amount(self.quantity)?);
        let cost = bill::field_amount(self.cost)?;
        let size = self.size().filter(|_| class != UsageClass::Other);
        let machine = || self.info.machine;
        Ok(Usage {
            account: AccountRef::new(Provider::Azure, self.account()),
            span,
            resource: self.resource.or_else(machine).map(Cow::Borrowed),
            service: Cow::Borrowed(self.category.unwrap_or_default()),
            meter: Cow::Borrowed(self.meter.unwrap_or_default()),
            region: Cow::Owned(region(self.region.unwrap_or_default())),
            class,
            size: size.map(Cow::Borrowed),
            quantity_micros,
            unit: unit.name(),
            cost_micros: if charge == Charge::Covered { 0 } else { cost },
            currency: bill::currency(self.currency),
            charge,
            settled: self.settled,
            exported: None,
        })
    }

    fn account(&self) -> &'a str {
        let of_resource = || azure::subscription_of(self.resource?);
        self.subscription.or_else(of_resource).unwrap_or_default()
    }

    /// The size of machine; the meter of a machine is called like its size, less exactly.
    fn size(&self) -> Option<&str> {
        let is_machine = self.category.is_some_and(|it| it.eq_ignore_ascii_case(MACHINES));
        let of_meter = || {
            let meter = self.meter.filter(|_| is_machine)?;
            let plain = meter.strip_suffix(" Spot").or_else(|| meter.strip_suffix(" Low Priority"));
            plain.or(Some(meter)).filter(|name| machine::size(name).is_some())
        };
        self.info.size.or_else(of_meter)
    }

    fn class(&self, unit: &Unit<'_>) -> UsageClass {
        let lower = |text: Option<&str>| text.unwrap_or_default().to_ascii_lowercase();
        let (category, meter) = (lower(self.category), lower(self.meter));
        let by_time = unit.is_time() || self.unit.is_none();
        if !by_time || BESIDE.iter().any(|word| category.contains(word) || meter.contains(word)) {
            return UsageClass::Other;
        }
        let learns = |text: &str| LEARNING.iter().any(|word| text.contains(word));
        let sizes = [self.info.size, self.sub_category, self.meter];
        let is_compute = COMPUTE.contains(&category.as_str()) || meter.contains("vcpu");
        let accelerated = meter.contains("gpu") || sizes.into_iter().flatten().any(is_n_series);
        match is_compute {
            _ if learns(&category) => UsageClass::Accelerator,
            true if accelerated || learns(&lower(self.service)) => UsageClass::Accelerator,
            true => UsageClass::Compute,
            false => UsageClass::Other,
        }
    }
}

/// The unit without the block of time that the price is for.
fn single<'a>(unit: Unit<'a>, text: Option<&'a str>) -> Unit<'a> {
    let is_number = |letter: char| letter.is_ascii_digit() || matches!(letter, ' ' | ',' | '.');
    match text {
        Some(text) if unit.is_time() => Unit::parse(text.trim_start_matches(is_number)),
        _ => unit,
    }
}

/// Whether a size or series has graphics processors or other accelerators: `Standard_NC24rs_v3`,
/// `ND40rs v2`, `NVadsA10v5 Series`.
fn is_n_series(size: &str) -> bool {
    let series = size.strip_prefix("Standard_").unwrap_or(size).as_bytes();
    matches!(series, [b'N', b'C' | b'D' | b'G' | b'P' | b'V', ..])
}

/// What the additional info of a line says: JSON, with or without its braces.
#[derive(Default)]
pub(super) struct Info<'a> {
    /// The size of machine, such as `Standard_D4s_v3`.
    pub(super) size: Option<&'a str>,
    /// The name of the machine, also inside a scale set.
    pub(super) machine: Option<&'a str>,
}

impl<'a> Info<'a> {
    /// Reads additional info; whatever can't be read says nothing.
    pub(super) fn parse(text: Option<&'a str>) -> Self {
        let member = |name| fields::known(bill::member(text?, name)?);
        Self { size: member("ServiceType"), machine: member("VMName") }
    }
}

/// The region in the form of today's names: `US East 2`, `EastUS2` and `eastus2` are one.
pub(super) fn region(text: &str) -> String {
    let name: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let name = name.to_ascii_lowercase();
    if NO_REGION.contains(&name.as_str()) {
        return String::new();
    }
    let known = REGIONS.iter().find(|(old, _)| *old == name);
    known.map_or(name, |(_, new)| (*new).to_string())
}

/// The day that a bill writes as `9/2/2023`, `09/02/2023` (month first), `2023-09-02`, with or
/// without a clock behind it; its last instant is the next midnight.
pub(super) fn day(text: &str) -> Option<Span> {
    let first = bill::time(text.trim().split([' ', 'T', 't']).next()?)?;
    Some(Span { first, last: first.plus_seconds(DAY_SECONDS) })
}

/// What kind of line a charge's type says; bills of usage alone have none. `covered` is whether
/// something bought in advance pays for it.
pub(super) fn charge(name: &str, covered: bool) -> Charge {
    let word: String = name.chars().filter(char::is_ascii_alphabetic).collect();
    match word.to_ascii_lowercase().as_str() {
        "purchase" | "tax" | "fee" | "unusedreservation" | "unusedsavingsplan" => Charge::Fee,
        "refund" | "adjustment" | "roundingadjustment" | "credit" | "customercredit" => {
            Charge::Adjustment
        }
        _ if covered => Charge::Covered,
        _ => Charge::Usage,
    }
}

/// Whether a pricing model, or the type of a benefit, pays for usage in advance.
pub(super) fn is_commitment(model: &str) -> bool {
    let word: String = model.chars().filter(char::is_ascii_alphabetic).collect();
    ["reservation", "savingsplan"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_single_and_counts_in_blocks() {
        for (text, quantity) in [
            ("1 Hour", 24),
            ("100 Hours", 24),
            ("1,000 Hours", 24),
            ("1/Day", 24 * 24),
            ("10 GB", 240),
            ("10K", 240_000),
        ] {
            let unit = single(Unit::parse(text), Some(text));
            assert_eq!(unit.quantity(24_000_000), quantity * 1_000_000, "{text}");
        }
    }

    #[test]
    fn days_are_read_as_they_are_written() {
        let day_of = |text: &str| day(text).map(|span| span.to_string());
        let expected = Some("2026-03-02T00:00:00Z..2026-03-03T00:00:00Z".to_string());
        for text in
            ["3/2/2026", "03/02/2026", "2026-03-02", "2026-03-02T00:00:00Z", "3/2/2026 12:00:00 AM"]
        {
            assert_eq!(day_of(text), expected, "{text}");
        }
        for text in ["", "13/13/2026", "2/30/2026", "3/2", "02.03.2026", "é/1/2026", "46082"] {
            assert_eq!(day_of(text), None, "{text}");
        }
    }

    #[test]
    fn accelerated_series_are_told() {
        for size in
            ["Standard_NC24rs_v3", "ND40rs v2", "NVadsA10v5 Series", "NC Series", "NCasT4_v3"]
        {
            assert!(is_n_series(size), "{size}");
        }
        for size in ["Standard_D4s_v3", "Standard_HB120rs_v2", "N", ""] {
            assert!(!is_n_series(size), "{size}");
        }
    }
}

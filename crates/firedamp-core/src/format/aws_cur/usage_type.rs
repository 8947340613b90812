//! Usage types: `[REGION-]WHAT[:SIZE]`.

use super::super::bill::{self, Unit};
use crate::event::UsageClass;

/// Regions by the code in front of usage types. Without code it is us-east-1, or no region.
const REGIONS: &[(&str, &str)] = &[
    ("AFS1", "af-south-1"),
    ("APE1", "ap-east-1"),
    ("APN1", "ap-northeast-1"),
    ("APN2", "ap-northeast-2"),
    ("APN3", "ap-northeast-3"),
    ("APS1", "ap-southeast-1"),
    ("APS2", "ap-southeast-2"),
    ("APS3", "ap-south-1"),
    ("APS4", "ap-southeast-3"),
    ("APS5", "ap-south-2"),
    ("APS6", "ap-southeast-4"),
    ("APS7", "ap-southeast-5"),
    ("CAN1", "ca-central-1"),
    ("CAN2", "ca-west-1"),
    ("EU", "eu-west-1"),
    ("EUC1", "eu-central-1"),
    ("EUC2", "eu-central-2"),
    ("EUN1", "eu-north-1"),
    ("EUS1", "eu-south-1"),
    ("EUS2", "eu-south-2"),
    ("EUW1", "eu-west-1"),
    ("EUW2", "eu-west-2"),
    ("EUW3", "eu-west-3"),
    ("ILC1", "il-central-1"),
    ("MEC1", "me-central-1"),
    ("MES1", "me-south-1"),
    ("MXC1", "mx-central-1"),
    ("SAE1", "sa-east-1"),
    ("UGE1", "us-gov-east-1"),
    ("UGW1", "us-gov-west-1"),
    ("USE1", "us-east-1"),
    ("USE2", "us-east-2"),
    ("USW1", "us-west-1"),
    ("USW2", "us-west-2"),
];

/// What machines are billed as.
const MACHINES: &[&str] =
    &["BoxUsage", "DedicatedUsage", "HeavyUsage", "HostBoxUsage", "HostUsage", "SpotUsage"];

/// What else is processor time, by service. `ElasticMapReduce` is not here: its hours are a
/// surcharge on machines that stand under `AmazonEC2` already.
const COMPUTE: &[(&str, &[&str])] = &[
    ("AWSAmplify", &["BuildDuration"]),
    ("AWSAppRunner", &["AppRunner"]),
    ("AWSGlue", &["DPU-Hour"]),
    ("AWSLambda", &["GB-Second"]),
    ("AmazonEC2", &["CPUCredits"]),
    ("AmazonECS", &["Fargate"]),
    ("AmazonEKS", &["Fargate"]),
    ("AmazonEMRServerless", &["vCPU", "Memory"]),
    ("AmazonGameLift", MACHINES),
    ("AmazonLightsail", &["BundleUsage", "ContainerSvc"]),
    ("CodeBuild", &["Build-"]),
    ("ElasticMapReduce", &["EMR-SERVERLESS"]),
];

/// A usage type, taken apart.
pub(super) struct UsageType<'a> {
    /// As it is written.
    pub(super) whole: &'a str,
    /// The region that it names, if it does.
    pub(super) region: Option<&'a str>,
    /// Without region and size.
    what: &'a str,
}

impl<'a> UsageType<'a> {
    pub(super) fn parse(whole: &'a str) -> Self {
        let (region, rest) = split_region(whole);
        let what = rest.split_once(':').map_or(rest, |(what, _)| what);
        let implied = || is_machine(what).then_some("us-east-1");
        Self { whole, region: region.or_else(implied), what }
    }

    /// The unit of a report without a column for it.
    pub(super) fn usual_unit(&self) -> &'static str {
        match self.what {
            what if is_machine(what) || what.ends_with("Hours") => "Hrs",
            what if what.contains("GB-Second") => "GB-Second",
            what if what.contains("Build-Min") => "Minutes",
            _ => "",
        }
    }

    /// What it measures.
    pub(super) fn class(&self, service: &str, unit: &Unit<'_>, size: Option<&str>) -> UsageClass {
        if !unit.is_time() {
            return UsageClass::Other;
        }
        let size_class = || size.map_or(UsageClass::Compute, bill::size_class);
        if service == "AmazonEC2" && is_machine(self.what) {
            return size_class();
        }
        if service == "AmazonSageMaker" {
            return UsageClass::Accelerator;
        }
        let parts = COMPUTE.iter().find(|(name, _)| *name == service).map(|(_, parts)| *parts);
        let is_compute = parts.unwrap_or_default().iter().any(|part| self.what.contains(part));
        // CodeBuild has the size behind the system: `Build-Min:Linux:gpu1.large`.
        let on_gpu = self.whole.contains(":gpu") || self.whole.contains(".gpu");
        match is_compute {
            true if on_gpu => UsageClass::Accelerator,
            true => size_class(),
            false => UsageClass::Other,
        }
    }
}

fn is_machine(what: &str) -> bool {
    MACHINES.contains(&what)
}

/// The region in front, as a code (`APS3-`) or in full (`ca-central-1-`), and the rest.
fn split_region(whole: &str) -> (Option<&str>, &str) {
    if let Some((code, rest)) = whole.split_once('-') {
        let known = REGIONS.binary_search_by_key(&code, |(code, _)| *code).ok();
        if let Some((_, region)) = known.and_then(|at| REGIONS.get(at)) {
            return (Some(region), rest);
        }
        // A region newer than the table is told by its code: new regions are what hijackers like.
        if is_code(code) {
            return (Some(code), rest);
        }
    }
    let in_full = whole.starts_with(|letter: char| letter.is_ascii_lowercase());
    let region = in_full.then(|| region_of_zone(whole)).flatten();
    let rest = region.and_then(|region| whole.get(region.len()..)?.strip_prefix('-'));
    match (region, rest) {
        (Some(region), Some(rest)) => (Some(region), rest),
        _ => (None, whole),
    }
}

/// Whether this is made as region codes are: `APS9`.
fn is_code(code: &str) -> bool {
    let letters = code.trim_end_matches(|letter: char| letter.is_ascii_digit());
    letters.len() == 3 && code.len() == 4 && letters.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The region of a zone: `us-west-2` of `us-west-2a` and of the local zone `us-west-2-lax-1a`.
pub(super) fn region_of_zone(zone: &str) -> Option<&str> {
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let bytes = zone.as_bytes();
    let number = bytes.windows(2).position(|pair| pair[0] == b'-' && pair[1].is_ascii_digit())? + 1;
    let digits = bytes.get(number..)?.iter().take_while(|byte| is_digit(byte)).count();
    let region = zone.get(..number + digits)?;
    (region.matches('-').count() >= 2).then_some(region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_sorted_and_found() {
        assert!(REGIONS.is_sorted_by(|one, other| one.0 < other.0));
        assert!(COMPUTE.is_sorted_by(|one, other| one.0 < other.0));
        for (whole, region, what) in [
            ("USW2-BoxUsage:p3.16xlarge", Some("us-west-2"), "BoxUsage"),
            ("BoxUsage:t3.micro", Some("us-east-1"), "BoxUsage"),
            ("EU-SpotUsage:c5.large", Some("eu-west-1"), "SpotUsage"),
            ("ca-central-1-KMS-Requests", Some("ca-central-1"), "KMS-Requests"),
            ("XYZ9-SpotUsage:c5.large", Some("XYZ9"), "SpotUsage"),
            ("Requests-Tier1", None, "Requests-Tier1"),
            ("USE1-CAN1-AWS-Out-Bytes", Some("us-east-1"), "CAN1-AWS-Out-Bytes"),
            ("", None, ""),
            ("é-1", None, "é-1"),
        ] {
            let usage_type = UsageType::parse(whole);
            assert_eq!((usage_type.region, usage_type.what), (region, what), "{whole}");
        }
    }

    #[test]
    fn zones_are_in_regions() {
        for (zone, region) in [
            ("us-west-2a", Some("us-west-2")),
            ("us-gov-west-1b", Some("us-gov-west-1")),
            ("us-west-2-lax-1a", Some("us-west-2")),
            ("use1-az1", None),
            ("", None),
        ] {
            assert_eq!(region_of_zone(zone), region, "{zone}");
        }
    }

    #[test]
    fn classes_are_told_from_service_and_type() {
        for (service, whole, unit, expected) in [
            ("AmazonEC2", "BoxUsage:p3.16xlarge", "Hrs", UsageClass::Accelerator),
            ("AmazonEC2", "HeavyUsage:c5.large", "Hrs", UsageClass::Compute),
            ("AmazonEC2", "CPUCredits:t3", "vCPU-Hours", UsageClass::Compute),
            ("AmazonEC2", "NatGateway-Hours", "Hrs", UsageClass::Other),
            ("AmazonEC2", "EBS:VolumeUsage.gp3", "GB-Mo", UsageClass::Other),
            ("AmazonECS", "USE2-Fargate-vCPU-Hours:perCPU", "hours", UsageClass::Compute),
            ("AmazonECS", "USE2-SpotUsage-Fargate-GB-Hours", "hours", UsageClass::Compute),
            ("AWSLambda", "EU-Lambda-GB-Second", "Lambda-GB-Second", UsageClass::Compute),
            ("AWSLambda", "Request", "Requests", UsageClass::Other),
            ("CodeBuild", "USW2-Build-Min:Linux:g1.small", "minutes", UsageClass::Compute),
            ("CodeBuild", "USW2-Build-Min:Linux:gpu1.small", "minutes", UsageClass::Accelerator),
            ("AmazonSageMaker", "USE1-Train:ml.p3.2xlarge", "Hrs", UsageClass::Accelerator),
            ("ElasticMapReduce", "BoxUsage:m5.xlarge", "Hrs", UsageClass::Other),
            ("AmazonRDS", "InstanceUsage:db.r5.large", "Hrs", UsageClass::Other),
        ] {
            let size = (service != "CodeBuild").then(|| bill::aws_size(whole)).flatten();
            let class = UsageType::parse(whole).class(service, &Unit::parse(unit), size);
            assert_eq!(class, expected, "{service} {whole}");
        }
    }

    #[test]
    fn units_are_known_without_a_column() {
        for (whole, unit) in [
            ("BoxUsage:c5.large", "Hrs"),
            ("USE2-Fargate-vCPU-Hours:perCPU", "Hrs"),
            ("Lambda-GB-Second", "GB-Second"),
            ("USW2-Build-Min:Linux:g1.small", "Minutes"),
            ("DataTransfer-Out-Bytes", ""),
        ] {
            assert_eq!(UsageType::parse(whole).usual_unit(), unit, "{whole}");
        }
    }
}

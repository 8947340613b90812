//! What bills write, and what becomes of it.

use super::*;

#[test]
fn decimals_are_exact_and_saturate() {
    for (text, micros_of) in [
        ("0", 0),
        ("0.00000080000", 1),
        ("0.0000004", 0),
        ("0.0000005", 1),
        ("-0.01288992000", -12_890),
        ("2.323760000E-9", 0),
        ("2.5e-3", 2500),
        ("1.5E3", 1_500_000_000),
        (" 12.345678 ", 12_345_678),
        ("+1", 1_000_000),
        (".5", 500_000),
        ("5.", 5_000_000),
        ("1,234,567.5", 1_234_567_500_000),
        ("1,234,567", 1_234_567_000_000),
        ("1.234,5", 1_234_500_000),
        ("0,25", 250_000),
        ("9223372036854.775807", i64::MAX),
        ("92233720368547758070", i64::MAX),
        ("-92233720368547758070", -i64::MAX),
        ("1e400", i64::MAX),
        ("0e400", 0),
        ("1e-400", 0),
        ("0.333333333333333333333333333333333333", 333_333),
    ] {
        assert_eq!(micros(text), Some(micros_of), "{text}");
    }
    for text in ["", "-", ".", "NaN", "inf", "1.2.3", "1e", "e5", "0x10", "1 000", "12a", "1e1.5"] {
        assert_eq!(micros(text), None, "{text}");
    }
}

#[test]
fn units_are_brought_to_one_form() {
    for (text, name, of_two) in [
        ("Hrs", "hours", 2_000_000),
        ("100 Hours", "hours", 200_000_000),
        ("1 Hour", "hours", 2_000_000),
        ("10K", "", 20_000_000_000),
        ("1 M", "", 2_000_000_000_000),
        ("1 /Month", "month", 2_000_000),
        ("1/Day", "hours", 48_000_000),
        ("Seconds", "hours", 556),
        ("100 Minutes", "hours", 3_333_333),
        ("Lambda-GB-Second", "lambda-gb-hours", 556),
        ("GB-Mo", "gb-month", 2_000_000),
        ("1 GB/Month", "gb-month", 2_000_000),
        ("Gigabyte Per Hour", "gb-hours", 2_000_000),
        ("gibibyte hour", "gb-hours", 2_000_000),
        ("byte-seconds", "gb-hours", 0),
        ("GiB/Second-Months", "gb-second-month", 2_000_000),
        ("vCPU-Hours", "vcpu-hours", 2_000_000),
        ("Request", "requests", 2_000_000),
        ("", "", 2_000_000),
    ] {
        let unit = Unit::parse(text);
        assert_eq!((unit.quantity(2_000_000), &*unit.name()), (of_two, name), "{text}");
    }
    assert_eq!(Unit::parse("Seconds").quantity(i64::MIN), -2_562_047_788_015_216);
    assert_eq!(Unit::parse("999999999999 Hours").quantity(i64::MAX), i64::MAX);
}

#[test]
fn sizes_tell_of_accelerators() {
    for size in [
        "p3.16xlarge",
        "p6-b200.48xlarge",
        "g4dn.xlarge",
        "gr6.4xlarge",
        "trn1.32xlarge",
        "ml.inf1.xlarge",
        "Standard_NC24ads_A100_v4",
        "NV36ads A10 v5",
        "a2-highgpu-8g",
        "g2-standard-4",
        "ct5lp-hightpu-4t",
        "BM.GPU.H100.8",
        "VM.GPU.A10.1",
    ] {
        assert!(is_accelerator(size), "{size}");
    }
    for size in [
        "",
        "c6i.32xlarge",
        "t3.micro",
        "Standard_D4s_v3",
        "D4s v3",
        "e2-standard-4",
        "n2-standard-4",
        "VM.Standard.E4.Flex",
        "db.r5.large",
        "hpc7g.16xlarge",
        "é",
    ] {
        assert!(!is_accelerator(size), "{size}");
    }
}

#[test]
fn sizes_are_found_in_sentences() {
    for (text, size) in [
        ("$3.06 per On Demand Linux p3.2xlarge Instance Hour", Some("p3.2xlarge")),
        ("USW2-BoxUsage:p3.16xlarge", Some("p3.16xlarge")),
        ("SpotUsage:c5.metal", Some("c5.metal")),
        ("USE1-Host:ml.g5.12xlarge (training)", Some("ml.g5.12xlarge")),
        ("BoxUsage:m7i.metal-24xl", Some("m7i.metal-24xl")),
        ("$0.05 per GB-month", None),
        ("1.xlarge", None),
        ("é.large", None),
    ] {
        assert_eq!(aws_size(text), size, "{text}");
    }
}

#[test]
fn classes_are_of_time_alone() {
    let class = |service, meter, unit, size| class(service, meter, &Unit::parse(unit), size);
    for (service, meter, unit, size, expected) in [
        ("AmazonEC2", "BoxUsage:p3.2xlarge", "Hrs", Some("p3.2xlarge"), UsageClass::Accelerator),
        ("Virtual Machines", "D4s v3", "100 Hours", None, UsageClass::Compute),
        (
            "Amazon Elastic Compute Cloud",
            "USE1-ElasticIP:IdleAddress",
            "Hours",
            None,
            UsageClass::Other,
        ),
        ("Virtual Machines", "P10 LRS Disk", "1 Hour", None, UsageClass::Other),
        (
            "Compute Engine",
            "Nvidia Tesla T4 GPU running in Iowa",
            "seconds",
            None,
            UsageClass::Accelerator,
        ),
        (
            "Compute Engine",
            "N2 Instance Core running in Iowa",
            "seconds",
            None,
            UsageClass::Compute,
        ),
        ("Compute Engine", "Network Egress", "bytes", None, UsageClass::Other),
        ("AmazonRDS", "InstanceUsage:db.r5.large", "Hrs", Some("db.r5.large"), UsageClass::Other),
        (
            "Amazon SageMaker",
            "Notebk:ml.t3.medium",
            "Hrs",
            Some("ml.t3.medium"),
            UsageClass::Accelerator,
        ),
        ("AWS Lambda", "Lambda-GB-Second", "Lambda-GB-Second", None, UsageClass::Compute),
        ("Azure Kubernetes Service", "Defender vCore", "Units/Hour", None, UsageClass::Other),
    ] {
        assert_eq!(class(service, meter, unit, size), expected, "{service} {meter}");
    }
}

#[test]
fn members_are_found_in_json_with_and_without_braces() {
    let with = r#"{ "UsageType": "ComputeHR", "ServiceType": "Standard_D4s_v3",  "VCPUs": 2 }"#;
    assert_eq!(member(with, "servicetype"), Some("Standard_D4s_v3"));
    assert_eq!(member(with, "VCPUs"), Some("2"));
    assert_eq!(member(with, "ComputeHR"), None);
    assert_eq!(member(r#""a": "valueA","b": "valueB""#, "b"), Some("valueB"));
    for odd in ["", "\"", "{", "\"b\"", "\"b\":", "\"b\": \"open", "é\"b\" \"c\""] {
        let _found = member(odd, "b");
    }
}

#[test]
fn times_are_read_in_every_order() {
    let seconds = |text| time(text).map(Time::seconds);
    for text in [
        "2026-03-01T00:00:00Z",
        "2026-03-01 00:00:00",
        "03/01/2026",
        "3/1/2026",
        "2026-03-01",
        "2026-03-01T00:00:00.000Z",
        "2026-03-01T00:00Z",
        "2026-03-01 00:00:00 UTC",
        "2026-03-01 00:00:00+00:00",
        "3/1/2026 12:00:00 AM",
    ] {
        assert_eq!(seconds(text), Some(1_772_323_200), "{text}");
    }
    for text in [
        "1970-01-01T00:00:00Z",
        "2000-02-29 23:59:59",
        "2024-12-31T12:34:56Z",
        "2024-12-31 12:34:56 UTC",
        "2024-12-31 12:34:56.066999+00:00",
        "2100-03-01T00:00:00Z",
    ] {
        assert_eq!(time(text), Time::parse(text), "{text}");
    }
    for text in [
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "13/01/2026",
        "1/2",
        "1/2/3/4",
        "9999-12-31T00:00:00Z",
        "",
        "é",
    ] {
        assert_eq!(time(text), None, "{text}");
    }
}

#[test]
fn a_period_never_ends_before_it_begins() {
    let early = Some("2026-03-01 00:00:00");
    let late = Some("2026-03-01 01:00:00");
    assert_eq!(period(early, late).map(Span::seconds), Ok(3600));
    assert_eq!(period(late, early).map(Span::seconds), Ok(0));
    assert_eq!(period(early, None).map(Span::seconds), Ok(0));
    assert_eq!(period(None, late).map(Span::seconds), Err(NO_TIME));
}

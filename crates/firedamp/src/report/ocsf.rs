//! OCSF Detection Findings (class 2004), for security lakes and event stores.

use std::io::{self, Write};

use firedamp_core::{
    case::{Case, Grade},
    finding::Finding,
    id::Provider,
    time::Time,
};
use serde_json::{Value, json};

use super::{Report, words};

/// The version of the schema.
const VERSION: &str = "1.5.0";

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for case in report.cases {
        serde_json::to_writer(&mut *out, &finding(case, report.now))?;
        writeln!(out)?;
    }
    Ok(())
}

fn finding(case: &Case, now: Time) -> Value {
    let (severity, severity_id) = severity(case);
    let resources: Vec<Value> = case
        .resources
        .iter()
        .map(|resource| {
            json!({
                "uid": resource.id,
                "name": resource.id,
                "labels": resource.aliases,
                "criticality": words::percent(resource.probability),
            })
        })
        .collect();
    json!({
        "activity_id": 1,
        "activity_name": "Create",
        "category_name": "Findings",
        "category_uid": 2,
        "class_name": "Detection Finding",
        "class_uid": 2004,
        "type_name": "Detection Finding: Create",
        "type_uid": 200_401,
        "time": now.millis(),
        "start_time": case.first_observed.millis(),
        "end_time": case.last_observed.millis(),
        "severity": severity,
        "severity_id": severity_id,
        "status": "New",
        "status_id": 1,
        "confidence": title(case.confidence),
        "confidence_id": grade_id(case.confidence),
        "confidence_score": (case.probability * 100.0).round(),
        "is_alert": case.probability >= 0.5,
        "message": words::verdict(case.probability),
        "metadata": {
            "version": VERSION,
            "profiles": ["cloud"],
            "uid": case.id,
            "product": {
                "name": "Firedamp",
                "vendor_name": "Firedamp",
                "version": env!("CARGO_PKG_VERSION"),
            },
        },
        "cloud": cloud(case),
        "finding_info": info(case, now),
        "resources": resources,
        "evidences": case.findings.iter().map(evidence).collect::<Vec<_>>(),
        "remediation": {"desc": words::next_step(case)},
        "unmapped": {"probability": format!("{:.4}", case.probability), "active": case.active.to_string()},
    })
}

fn info(case: &Case, now: Time) -> Value {
    let reasons: Vec<String> = words::strongest(case, 3).map(words::reason).collect();
    json!({
        "uid": case.id,
        "title": format!("{} in {}", words::verdict(case.probability), case.id),
        "desc": reasons.join(" "),
        "types": ["Cryptocurrency mining"],
        "created_time": now.millis(),
        "first_seen_time": case.first_observed.millis(),
        "last_seen_time": case.last_observed.millis(),
        "analytic": {"type": "Fusion", "type_id": 99, "name": "Firedamp", "uid": "firedamp"},
        "attacks": [{
            "version": "16.1",
            "tactic": {"name": "Impact", "uid": "TA0040"},
            "technique": {"name": "Resource Hijacking", "uid": "T1496"},
            "sub_technique": {"name": "Compute Hijacking", "uid": "T1496.001"},
        }],
    })
}

fn evidence(finding: &Finding) -> Value {
    let mut evidence = json!({
        "data": {
            "detector": finding.detector,
            "group": finding.group,
            "resource": finding.resource,
            "llr": firedamp_core::finding::rounded(finding.llr, 3),
            "summary": words::reason(finding),
            "evidence": finding.evidence,
        },
    });
    let remote = finding.evidence.get("remote").and_then(Value::as_str);
    if let (Some(remote), Some(port)) = (remote, finding.evidence.get("port")) {
        let name = if remote.parse::<std::net::IpAddr>().is_ok() { "ip" } else { "hostname" };
        evidence["dst_endpoint"] = json!({name: remote, "port": port});
    }
    evidence
}

/// The provider's name and the account, with OCSF's number for its kind.
fn cloud(case: &Case) -> Value {
    let (provider, kind, kind_id) = match case.provider {
        Provider::Aws => ("AWS", "AWS Account", 10),
        Provider::Azure => ("Azure", "Azure Subscription", 99),
        Provider::Gcp => ("GCP", "GCP Project", 11),
        Provider::Oci => ("Oracle", "OCI Compartment", 12),
        Provider::DigitalOcean | Provider::Ovh | Provider::Unknown => {
            (case.provider.id(), "Other", 99)
        }
    };
    json!({
        "provider": provider,
        "account": {"uid": case.account, "name": case.account, "type": kind, "type_id": kind_id},
    })
}

/// How grave, and how likely, in one word of OCSF's.
const fn severity(case: &Case) -> (&'static str, u8) {
    match (case.confidence, case.severity) {
        (Grade::Low, _) => ("Low", 2),
        (Grade::Medium, Grade::Low | Grade::Medium) => ("Medium", 3),
        (Grade::High, Grade::High) => ("Critical", 5),
        _ => ("High", 4),
    }
}

const fn grade_id(grade: Grade) -> u8 {
    match grade {
        Grade::Low => 1,
        Grade::Medium => 2,
        Grade::High => 3,
    }
}

const fn title(grade: Grade) -> &'static str {
    match grade {
        Grade::Low => "Low",
        Grade::Medium => "Medium",
        Grade::High => "High",
    }
}

//! OCSF Detection Findings (class 2004), for security lakes and event stores.
//!
//! Version 1.5.0 of <https://schema.ocsf.io>, with the Cloud profile. What the class has no place
//! for stands under `unmapped`; nothing but the report's own clock decides about a byte of it.

use std::{
    collections::BTreeSet,
    io::{self, Write},
    net::IpAddr,
};

use firedamp_core::{
    case::{Case, CaseResource, Grade},
    finding::{Finding, rounded},
    id::Provider,
    time::Time,
};
use serde_json::{Map, Value, json};

use super::{Report, advice, line, words};

/// The version of the schema.
const VERSION: &str = "1.5.0";
/// From this probability on somebody should be woken.
const ALERT_PROBABILITY_MIN: f64 = 0.5;
/// Reasons in the description.
const REASONS_MAX: usize = 3;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    report.cases.iter().try_for_each(|case| line::write_line(&finding(case, report.now), out))
}

fn finding(case: &Case, now: Time) -> Value {
    let (severity, severity_id) = severity(case);
    json!({
        "activity_id": 1,
        "activity_name": "Create",
        "category_name": "Findings",
        "category_uid": 2,
        "class_name": "Detection Finding",
        "class_uid": 2004,
        "cloud": cloud(case),
        "confidence": name(case.confidence),
        "confidence_id": number(case.confidence),
        "confidence_score": score(case.probability),
        "end_time": case.last_observed.millis(),
        "evidences": case.findings.iter().map(evidence).collect::<Vec<_>>(),
        "finding_info": info(case, now),
        "impact": name(case.severity),
        "impact_id": number(case.severity),
        "is_alert": case.probability >= ALERT_PROBABILITY_MIN,
        "message": format!("{} in {}", words::verdict(case.probability), case.id),
        "metadata": {
            "product": {
                "name": "Firedamp",
                "vendor_name": "Firedamp",
                "version": env!("CARGO_PKG_VERSION"),
            },
            "profiles": ["cloud"],
            "version": VERSION,
        },
        "observables": observables(case),
        "remediation": {"desc": advice::in_english(case)},
        "resources": resources(case),
        "risk_level": severity.replace("Informational", "Info"),
        "risk_level_id": severity_id - 1,
        "severity": severity,
        "severity_id": severity_id,
        "start_time": case.first_observed.millis(),
        "status": "New",
        "status_id": 1,
        "time": now.millis(),
        "type_name": "Detection Finding: Create",
        "type_uid": 200_401,
        "unmapped": {
            "absent": case.absent,
            "active": case.active,
            "cost": case.cost,
            "probability": rounded(case.probability, 4),
        },
    })
}

fn info(case: &Case, now: Time) -> Value {
    let reasons = words::strongest(case, REASONS_MAX).into_iter().map(words::reason);
    let detectors: BTreeSet<&str> = case.findings.iter().map(|finding| finding.detector).collect();
    let groups: BTreeSet<&str> = case.findings.iter().map(|finding| finding.group.id()).collect();
    let analytic = |name: &str, uid: &str| {
        let version = env!("CARGO_PKG_VERSION");
        json!({"name": name, "type": "Rule", "type_id": 1, "uid": uid, "version": version})
    };
    json!({
        "analytic": analytic("Firedamp", "firedamp"),
        "attacks": [{
            "sub_technique": {"name": "Compute Hijacking", "uid": "T1496.001"},
            "tactic": {"name": "Impact", "uid": "TA0040"},
            "technique": {"name": "Resource Hijacking", "uid": "T1496"},
            "version": "16.1",
        }],
        "created_time": now.millis(),
        "data_sources": groups,
        "desc": reasons.map(|reason| format!("{reason}.")).collect::<Vec<_>>().join(" "),
        "first_seen_time": case.first_observed.millis(),
        "last_seen_time": case.last_observed.millis(),
        "related_analytics":
            detectors.into_iter().map(|id| analytic(id, id)).collect::<Vec<_>>(),
        "title": format!("{} in {}", words::Verdict::of(case.probability).words(), case.id),
        "types": ["cryptocurrency mining"],
        "uid": case.id,
    })
}

/// What mines; where no resource is likely by itself, what the findings are about.
fn resources(case: &Case) -> Vec<Value> {
    if case.resources.is_empty() {
        let suspects = words::suspects(case).into_iter();
        return suspects.map(|id| json!({"name": id, "uid": id})).collect();
    }
    case.resources.iter().map(resource).collect()
}

fn resource(resource: &CaseResource) -> Value {
    let mut value = json!({
        "data": {
            "aliases": resource.aliases,
            "first_observed": resource.first_observed.to_string(),
            "last_observed": resource.last_observed.to_string(),
            "probability": rounded(resource.probability, 4),
        },
        "name": resource.id,
        "uid": resource.id,
    });
    let mut names = std::iter::once(&resource.id).chain(&resource.aliases);
    if let Some(address) = names.find(|name| is_address(name)) {
        value["ip"] = address.as_str().into();
    }
    value
}

fn evidence(finding: &Finding) -> Value {
    let mut value = json!({
        "data": {
            "finding": finding,
            "ongoing": finding.ongoing,
        },
        "name": finding.detector,
        "resources": [{"uid": finding.resource}],
    });
    if let Some(endpoint) = endpoint(finding) {
        value["dst_endpoint"] = endpoint;
    }
    if let Some(hostname) = asked_for(finding).next() {
        value["query"] = json!({"hostname": hostname});
    }
    if finding.sample {
        value["verdict"] = "Test".into();
        value["verdict_id"] = 6.into();
    }
    value
}

/// Who was talked to, where a finding names one.
fn endpoint(finding: &Finding) -> Option<Value> {
    let (addresses, names): (Vec<&str>, Vec<&str>) =
        remotes(finding).partition(|remote| is_address(remote));
    let mut endpoint = Map::new();
    if let [address] = addresses.as_slice() {
        endpoint.insert("ip".into(), (*address).into());
    }
    if let [name] = names.as_slice() {
        endpoint.insert("domain".into(), (*name).into());
    }
    if let (false, Some(port)) = (endpoint.is_empty(), finding.evidence.get("port")) {
        endpoint.insert("port".into(), port.clone());
    }
    (!endpoint.is_empty()).then_some(Value::Object(endpoint))
}

/// Addresses and names at the other end.
fn remotes(finding: &Finding) -> impl Iterator<Item = &str> {
    let one = ["remote", "answered_name"].into_iter().filter_map(|key| finding.evidence.get(key));
    one.chain(texts(finding, "remotes")).filter_map(Value::as_str)
}

fn asked_for(finding: &Finding) -> impl Iterator<Item = &str> {
    texts(finding, "names").filter_map(Value::as_str)
}

fn texts<'a>(finding: &'a Finding, key: &str) -> impl Iterator<Item = &'a Value> {
    finding.evidence.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn is_address(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

/// What a lake is searched for, each once.
fn observables(case: &Case) -> Vec<Value> {
    const HOSTNAME: (u8, &str) = (1, "Hostname");
    const ADDRESS: (u8, &str) = (2, "IP Address");
    const RESOURCE: (u8, &str) = (10, "Resource UID");
    let mut all = BTreeSet::new();
    let ids = case.resources.iter().map(|resource| resource.id.as_str());
    all.extend(ids.map(|id| (RESOURCE, "resources[].uid", id)));
    for finding in &case.findings {
        for remote in remotes(finding) {
            all.insert(if is_address(remote) {
                (ADDRESS, "evidences[].dst_endpoint.ip", remote)
            } else {
                (HOSTNAME, "evidences[].dst_endpoint.domain", remote)
            });
        }
        let names = asked_for(finding);
        all.extend(names.map(|name| (HOSTNAME, "evidences[].query.hostname", name)));
    }
    all.into_iter()
        .map(|((type_id, kind), name, value)| {
            json!({"name": name, "type": kind, "type_id": type_id, "value": value})
        })
        .collect()
}

/// The provider's name and the account. Only AWS accounts are told by number: the numbers of the
/// others (11 to 13) are younger than the readers in use, which refuse what they do not know.
fn cloud(case: &Case) -> Value {
    let (provider, kind, kind_id) = match case.provider {
        Provider::Aws => ("AWS", "AWS Account", 10),
        Provider::Azure => ("Azure", "Azure Subscription", 99),
        Provider::DigitalOcean => ("DigitalOcean", "DigitalOcean Team", 99),
        Provider::Gcp => ("GCP", "GCP Project", 99),
        Provider::Oci => ("OCI", "OCI Compartment", 99),
        Provider::Ovh => ("OVHcloud", "OVHcloud Project", 99),
        Provider::Alibaba => ("Alibaba Cloud", "Alibaba Cloud Account", 99),
        Provider::Hetzner => ("Hetzner", "Hetzner Project", 99),
        Provider::Scaleway => ("Scaleway", "Scaleway Project", 99),
        Provider::Unknown => ("Unknown", "Unknown", 0),
    };
    json!({
        "account": {"name": case.account, "type": kind, "type_id": kind_id, "uid": case.account},
        "provider": provider,
    })
}

/// How grave and how likely, in one word of OCSF's: likelihood decides whether it matters, money
/// and spread how much.
const fn severity(case: &Case) -> (&'static str, u8) {
    match (words::Verdict::of(case.probability), case.severity) {
        (words::Verdict::Little, _) => ("Informational", 1),
        (words::Verdict::Possible, _) => ("Low", 2),
        (words::Verdict::Probable, Grade::Low | Grade::Medium) => ("Medium", 3),
        (words::Verdict::Certain, Grade::High) => ("Critical", 5),
        _ => ("High", 4),
    }
}

/// From 1 to 99: certainty is not to be had.
fn score(probability: f64) -> i64 {
    (probability * 100.0).round().clamp(1.0, 99.0) as i64
}

const fn number(grade: Grade) -> u8 {
    match grade {
        Grade::Low => 1,
        Grade::Medium => 2,
        Grade::High => 3,
    }
}

const fn name(grade: Grade) -> &'static str {
    match grade {
        Grade::Low => "Low",
        Grade::Medium => "Medium",
        Grade::High => "High",
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Output, sample},
        *,
    };

    fn findings(cases: &[Case]) -> Vec<Value> {
        let text = sample::written(cases, Output::Ocsf);
        text.lines().map(|line| serde_json::from_str(line).expect("an object")).collect()
    }

    #[test]
    fn a_finding_has_what_its_class_requires() {
        let finding = findings(&[sample::case("111122223333")]).remove(0);
        for (name, wanted) in [
            ("activity_id", 1),
            ("category_uid", 2),
            ("class_uid", 2004),
            ("confidence_score", 99),
            ("severity_id", 4),
            ("status_id", 1),
            ("time", 1_772_388_000_000_i64),
            ("type_uid", 200_401),
        ] {
            assert_eq!(finding[name], wanted, "{name}");
        }
        assert_eq!(finding["metadata"]["version"], VERSION);
        assert_eq!(finding["metadata"]["product"]["vendor_name"], "Firedamp");
        assert_eq!(finding["cloud"]["account"]["uid"], "111122223333");
        assert_eq!(finding["finding_info"]["uid"], "aws:111122223333");
        assert_eq!(finding["finding_info"]["first_seen_time"], 1_772_359_200_000_i64);
        assert_eq!(finding["finding_info"]["attacks"][0]["sub_technique"]["uid"], "T1496.001");
        assert_eq!(finding["resources"][0]["uid"], "i-0abc");
        assert_eq!(finding["resources"][0]["ip"], "10.0.0.4");
    }

    #[test]
    fn evidence_names_the_other_end() {
        let alerted = sample::of(Provider::Aws, "1", vec![sample::alert("i-1", "t", false)]);
        let findings = findings(&[sample::case("1"), alerted]);
        let wanted = json!({"domain": "pool.example", "ip": "203.0.113.9", "port": 443});
        assert_eq!(findings[0]["evidences"][0]["dst_endpoint"], wanted);
        assert_eq!(findings[0]["evidences"][1]["query"]["hostname"], "pool.example");
        let wanted = json!({"domain": "pool.example", "ip": "203.0.113.9"});
        assert_eq!(findings[1]["evidences"][0]["dst_endpoint"], wanted);
        let values = findings[0]["observables"].as_array().expect("a list").iter();
        let values: Vec<&str> = values.filter_map(|one| one["value"].as_str()).collect();
        assert_eq!(values, ["pool.example", "pool.example", "203.0.113.9", "i-0abc"]);
    }

    #[test]
    fn samples_are_tests_and_no_alerts() {
        let case = sample::of(Provider::Aws, "1", vec![sample::alert("i-1", "t", true)]);
        let finding = findings(&[case]).remove(0);
        assert_eq!(finding["is_alert"], false);
        assert_eq!(finding["severity_id"], 1);
        assert_eq!(finding["evidences"][0]["verdict_id"], 6);
    }

    #[test]
    fn the_same_cases_give_the_same_bytes() {
        let cases = [sample::costly("1"), sample::hostile()];
        let (one, other) =
            (sample::written(&cases, Output::Ocsf), sample::written(&cases, Output::Ocsf));
        assert_eq!(one, other);
        assert!(!one.contains(['\u{1b}', '\u{202e}']), "{one}");
    }
}

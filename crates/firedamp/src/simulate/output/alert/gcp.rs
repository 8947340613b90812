//! Google Security Command Center: memory of machines against hashes of known miners, each half hour,
//! and names of known pools.

use firedamp_core::time::Time;
use serde_json::json;

use super::{KNOWN_ONE_IN, Sight, told};
use crate::simulate::{
    dice::mixed,
    estate::{Estate, Host},
};

/// Memory is looked at so often; what lives for less may be gone.
const SCAN_SECONDS: f64 = 30.0 * 60.0;
const SCAN_DELAY_SECONDS: i64 = 5 * 60;
/// How long it takes to hear a name.
const NAME_DELAY_SECONDS: i64 = 15 * 60;

/// The findings, a JSON line each.
pub(super) fn findings(estate: &Estate, sights: &[Sight<'_>]) -> Vec<u8> {
    let mut text = String::new();
    for sight in sights.iter().filter(|sight| !sight.host.machine.serverless) {
        let told = told(estate, sight.second, NAME_DELAY_SECONDS);
        let Some(((_, created), name)) = told.zip(sight.name) else { continue };
        let indicator = json!({"domains": [name]});
        let category = "Malware: Cryptomining Bad Domain";
        text += &finding(estate, sight.host, (category, sight.number), created, &indicator);
    }
    let program = format!("program of {}", estate.number);
    if mixed(estate.seed, &program, &[]).is_multiple_of(KNOWN_ONE_IN) {
        memory(estate, &mut text);
    }
    text.into_bytes()
}

/// What is found in the memory of machines that mine while a scan looks.
fn memory(estate: &Estate, text: &mut String) {
    for (number, host) in estate.hosts.iter().enumerate() {
        let Some(mining) = host.mining.filter(|_| !host.machine.serverless) else { continue };
        let phase = estate.dice("scan", number).between(0.0, SCAN_SECONDS);
        let scans = ((mining.from - phase) / SCAN_SECONDS).ceil().max(0.0);
        let scan = phase + scans * SCAN_SECONDS;
        let told = told(estate, scan, SCAN_DELAY_SECONDS).filter(|_| scan < mining.until);
        let Some((_, created)) = told else { continue };
        let signature = json!({"memoryHashSignature": {"binaryFamily": "XMRig"}});
        let indicator = json!({"signatures": [signature]});
        let category = "Execution: Cryptocurrency Mining Hash Match";
        *text += &finding(estate, host, (category, 1000 + number), created, &indicator);
    }
}

fn finding(
    estate: &Estate,
    host: &Host,
    (category, number): (&str, usize),
    created: Time,
    indicator: &serde_json::Value,
) -> String {
    let name = format!(
        "//compute.googleapis.com/projects/{}/zones/{}-b/instances/{}",
        estate.id, host.region, host.name
    );
    let finding = json!({
        "finding": {
            "name": format!("organizations/1/sources/2/findings/f{number}"),
            "parent": "organizations/1/sources/2", "resourceName": name, "state": "ACTIVE",
            "category": category, "eventTime": created.to_string(),
            "createTime": created.to_string(), "findingClass": "THREAT", "indicator": indicator,
        },
        "resource": {
            "name": name, "projectDisplayName": estate.id, "displayName": host.name,
        },
    });
    finding.to_string() + "\n"
}

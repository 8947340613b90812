//! Amazon `GuardDuty`: a finding for each machine or function that asked for a known pool, or talked
//! to its address.

use serde_json::json;

use super::{Sight, told};
use crate::simulate::estate::Estate;

/// How long the service takes.
const DELAY_SECONDS: i64 = 15 * 60;

/// The findings, a JSON line each.
pub(super) fn findings(estate: &Estate, sights: &[Sight<'_>]) -> Vec<u8> {
    let mut text = String::new();
    for sight in sights {
        let Some((seen, created)) = told(estate, sight.second, DELAY_SECONDS) else { continue };
        let (id, region, number) = (&estate.id, sight.host.region, sight.number);
        let (kind, resource) = resource(sight);
        let action = match sight.name {
            Some(name) => json!({
                "actionType": "DNS_REQUEST",
                "dnsRequestAction": {"domain": name, "protocol": "UDP", "blocked": false},
            }),
            None => json!({
                "actionType": "NETWORK_CONNECTION",
                "networkConnectionAction": {
                    "connectionDirection": "OUTBOUND",
                    "remoteIpDetails": {"ipAddressV4": sight.remote.to_string()},
                    "remotePortDetails": {"port": sight.port},
                    "protocol": "TCP",
                },
            }),
        };
        let finding = json!({
            "schemaVersion": "2.0", "accountId": id, "region": region, "partition": "aws",
            "id": format!("f{number}"),
            "arn": format!("arn:aws:guardduty:{region}:{id}:detector/d/finding/f{number}"),
            "type": kind, "severity": 8,
            "createdAt": created.to_string(), "updatedAt": created.to_string(),
            "title": format!("{} talks to a pool.", sight.host.name), "description": "",
            "resource": resource,
            "service": {
                "eventFirstSeen": seen.to_string(), "eventLastSeen": seen.to_string(),
                "archived": false, "count": 1, "additionalInfo": {}, "action": action,
            },
        });
        text += &finding.to_string();
        text.push('\n');
    }
    text.into_bytes()
}

/// The type of the finding, and what it is about.
fn resource(sight: &Sight<'_>) -> (&'static str, serde_json::Value) {
    let host = sight.host;
    if host.machine.serverless {
        let function = json!({"functionName": host.name});
        return (
            "CryptoCurrency:Lambda/BitcoinTool.B",
            json!({"resourceType": "Lambda", "lambdaDetails": function}),
        );
    }
    let kind = match sight.name {
        Some(_) => "CryptoCurrency:EC2/BitcoinTool.B!DNS",
        None => "CryptoCurrency:EC2/BitcoinTool.B",
    };
    let card = json!({
        "networkInterfaceId": host.card, "privateIpAddress": host.address.to_string(),
        "vpcId": "vpc-0abc",
    });
    let details = json!({
        "instanceId": host.name, "instanceType": host.machine.size, "networkInterfaces": [card],
    });
    (kind, json!({"resourceType": "Instance", "instanceDetails": details}))
}

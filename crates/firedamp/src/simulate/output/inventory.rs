//! Who is who: the network cards of the machines that are there when the window ends, as somebody
//! would list them then. Google's flow logs name machines themselves.

use firedamp_core::id::Provider;
use serde_json::{Value, json};

use crate::simulate::estate::{Estate, Host};

/// The account's list.
pub(super) fn cards(estate: &Estate) -> Vec<u8> {
    let end = estate.window.seconds();
    let there = |host: &&Host| host.died >= end && !host.machine.serverless;
    let machines = estate.hosts.iter().filter(there);
    let list: Value = match estate.provider {
        Provider::Azure => machines.map(|host| azure(estate, host)).collect(),
        Provider::Aws => {
            let cards: Value = machines.map(|host| aws(estate, host)).collect();
            json!({ "NetworkInterfaces": cards })
        }
        _ => return Vec::new(),
    };
    format!("{list}\n").into_bytes()
}

fn aws(estate: &Estate, host: &Host) -> Value {
    json!({
        "NetworkInterfaceId": host.card,
        "OwnerId": estate.id,
        "PrivateIpAddress": host.address,
        "Attachment": { "InstanceId": host.name },
    })
}

fn azure(estate: &Estate, host: &Host) -> Value {
    let group = format!("/subscriptions/{}/resourceGroups/g/providers", estate.id);
    let octets: Vec<&str> =
        (0..host.card.len()).step_by(2).filter_map(|at| host.card.get(at..at + 2)).collect();
    json!({
        "id": format!("{group}/Microsoft.Network/networkInterfaces/{}VMNic", host.name),
        "type": "Microsoft.Network/networkInterfaces",
        "macAddress": octets.join("-"),
        "virtualMachine": {
            "id": format!("{group}/Microsoft.Compute/virtualMachines/{}", host.name),
        },
    })
}

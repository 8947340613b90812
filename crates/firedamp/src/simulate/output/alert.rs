//! Amazon `GuardDuty`: one finding for each machine that asked for a listed pool.

use std::{collections::BTreeSet, fmt::Write as _};

use firedamp_core::time::Time;

use crate::simulate::{coin::Coin, estate::Estate};

/// How long the service takes.
const DELAY_SECONDS: i64 = 15 * 60;

/// The findings, a JSON line each.
pub(super) fn findings(estate: &Estate) -> Vec<u8> {
    let listed: BTreeSet<&str> =
        Coin::ALL.iter().flat_map(|coin| coin.pools()).map(|(name, ..)| *name).collect();
    let mut told = BTreeSet::new();
    let mut text = String::new();
    for lookup in &estate.lookups {
        if !listed.contains(lookup.name.as_str()) || !told.insert(lookup.host) {
            continue;
        }
        let host = estate.hosts.get(lookup.host).filter(|host| !host.machine.serverless);
        let Some(host) = host else { continue };
        let seen = Time::from_seconds(estate.window.start + lookup.second as i64);
        let created = seen.plus_seconds(DELAY_SECONDS);
        let (id, region, number) = (&estate.id, host.region, lookup.host);
        let (name, card, own, pool) = (&host.name, &host.card, host.address, &lookup.name);
        let size = host.machine.size;
        // A String takes whatever is written to it.
        let _written = writeln!(
            text,
            r#"{{"schemaVersion":"2.0","accountId":"{id}","region":"{region}","partition":"aws","id":"f{number}","arn":"arn:aws:guardduty:{region}:{id}:detector/d/finding/f{number}","type":"CryptoCurrency:EC2/BitcoinTool.B!DNS","severity":8,"createdAt":"{created}","updatedAt":"{created}","title":"The EC2 instance {name} is querying a domain name of a pool.","description":"","resource":{{"resourceType":"Instance","instanceDetails":{{"instanceId":"{name}","instanceType":"{size}","networkInterfaces":[{{"networkInterfaceId":"{card}","privateIpAddress":"{own}","vpcId":"vpc-0abc"}}]}}}},"service":{{"eventFirstSeen":"{seen}","eventLastSeen":"{seen}","archived":false,"count":1,"additionalInfo":{{}},"action":{{"actionType":"DNS_REQUEST","dnsRequestAction":{{"domain":"{pool}","protocol":"UDP","blocked":false}}}}}}}}"#
        );
    }
    text.into_bytes()
}

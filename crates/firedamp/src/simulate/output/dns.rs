//! The resolvers' logs: a JSON line a question.

use std::fmt::Write as _;

use firedamp_core::{id::Provider, time::Time};

use crate::simulate::estate::{Estate, Host, Lookup};

/// Every question of the account's hosts, in the order of time.
pub(super) fn queries(estate: &Estate) -> Vec<u8> {
    let mut lookups: Vec<&Lookup> = estate.lookups.iter().collect();
    lookups.sort_by(|a, b| a.second.total_cmp(&b.second));
    let mut text = String::new();
    for lookup in lookups {
        let Some(host) = estate.hosts.get(lookup.host) else { continue };
        let millis = estate.window.start * 1000 + (lookup.second * 1000.0) as i64;
        let time = Time::from_millis(millis);
        let id = &estate.id;
        // A String takes whatever is written to it.
        let _written = match estate.provider {
            Provider::Azure => azure(&mut text, id, host, lookup, time),
            Provider::Gcp => gcp(&mut text, id, host, lookup, time),
            _ => aws(&mut text, id, host, lookup, time),
        };
    }
    text.into_bytes()
}

fn aws(text: &mut String, id: &str, host: &Host, lookup: &Lookup, time: Time) -> std::fmt::Result {
    let Lookup { name, address, .. } = lookup;
    let (region, own, instance) = (host.region, host.address, &host.name);
    let time = Time::from_seconds(time.seconds());
    writeln!(
        text,
        r#"{{"version":"1.100000","account_id":"{id}","region":"{region}","vpc_id":"vpc-0abc","query_timestamp":"{time}","query_name":"{name}.","query_type":"A","query_class":"IN","rcode":"NOERROR","answers":[{{"Rdata":"{address}","Type":"A","Class":"IN"}}],"srcaddr":"{own}","srcport":"48701","transport":"UDP","srcids":{{"instance":"{instance}"}}}}"#
    )
}

fn azure(
    text: &mut String,
    id: &str,
    host: &Host,
    lookup: &Lookup,
    time: Time,
) -> std::fmt::Result {
    let Lookup { name, address, .. } = lookup;
    let (region, own) = (host.region, host.address);
    writeln!(
        text,
        r#"{{"time":"{time}","category":"DnsResponse","resourceId":"/SUBSCRIPTIONS/{id}/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.NETWORK/DNSRESOLVERPOLICIES/P","operationName":"RESPONSE_SUCCESS","properties":{{"version":"1.0","sub_id":"{id}","region":"{region}","vnet_id":"/subscriptions/{id}/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v-{region}","query_name":"{name}.","query_type":"A","query_class":"IN","response_code":"0","answer":[{{"Type":"A","Class":"IN","TTL":300,"RData":"{address}"}}],"srcipaddr":"{own}","resolverpolicy_rule_action":"NoMatch"}}}}"#
    )
}

fn gcp(text: &mut String, id: &str, host: &Host, lookup: &Lookup, time: Time) -> std::fmt::Result {
    let Lookup { name, address, .. } = lookup;
    let (region, own, instance) = (host.region, host.address, &host.name);
    writeln!(
        text,
        r#"{{"insertId":"d","logName":"projects/{id}/logs/dns.googleapis.com%2Fdns_queries","resource":{{"type":"dns_query","labels":{{"project_id":"{id}","source_type":"gce-vm"}}}},"timestamp":"{time}","jsonPayload":{{"queryName":"{name}.","queryType":"A","responseCode":"NOERROR","rdata":"{name}.\t300\tIN\ta\t{address}","protocol":"UDP","authAnswer":false,"serverLatency":3,"sourceIP":"{own}","sourceNetwork":"default","vmInstanceName":"1.{instance}","vmProjectId":"{id}","vmZoneName":"{region}-b"}}}}"#
    )
}

//! Detectors that see one conversation may say one thing twice, or one explains what another found: what
//! of it counts.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    detector::{
        Detector,
        address_without_name::AddressWithoutName,
        block_pulse::{BlockPulse, NO_JOBS},
        fleet_pulse::FleetPulse,
    },
    finding::Finding,
};

/// Whose conversation with whom a finding is about: resource, address, port.
type Whom = (String, String, u64);

/// Takes back what something else accounts for.
pub(super) fn temper(findings: &mut Vec<Finding>) {
    leave_out_fleets_of_the_told(findings);
    count_servers_once(findings);
}

/// A clock that a table names is no longer hidden: where it is a chain's whose miners are sent something
/// else, or no more than anybody who is told of its blocks, all who are told of them share it; and that
/// several machines ask one server for news is nothing either.
fn leave_out_fleets_of_the_told(findings: &mut Vec<Finding>) {
    let is_told = |finding: &&Finding| {
        finding.detector == BlockPulse::INFO.id && finding.evidence.contains_key(NO_JOBS)
    };
    let told: BTreeSet<Whom> = findings.iter().filter(is_told).filter_map(whom).collect();
    findings.retain(|finding| {
        let is_of_fleet = finding.detector == FleetPulse::INFO.id;
        !(is_of_fleet && whom(finding).is_some_and(|whom| told.contains(&whom)))
    });
}

/// Counts a server once. That several machines share it and that no name led to it say the same where
/// no clock is heard: one address stands in the settings of all of them, as it does in those of agents.
/// What says more of the two stays; a clock is something else, and stays beside it.
fn count_servers_once(findings: &mut Vec<Finding>) {
    let (shared, nameless) = (worths(findings, is_of_server), worths(findings, is_nameless));
    findings.retain(|finding| {
        let both = whom(finding).and_then(|whom| shared.get(&whom).zip(nameless.get(&whom)));
        match both {
            Some((shared, nameless)) if is_of_server(finding) => shared > nameless,
            Some((shared, nameless)) if is_nameless(finding) => nameless >= shared,
            _ => true,
        }
    });
}

fn worths(findings: &[Finding], is_one: fn(&Finding) -> bool) -> BTreeMap<Whom, f64> {
    let ones = findings.iter().filter(|finding| is_one(finding));
    ones.filter_map(|finding| Some((whom(finding)?, finding.llr))).collect()
}

fn is_of_server(finding: &Finding) -> bool {
    finding.detector == FleetPulse::INFO.id && !finding.evidence.contains_key("z")
}

fn is_nameless(finding: &Finding) -> bool {
    finding.detector == AddressWithoutName::INFO.id
}

fn whom(finding: &Finding) -> Option<Whom> {
    let remote = finding.evidence.get("remote").and_then(Value::as_str)?;
    let port = finding.evidence.get("port").and_then(Value::as_u64)?;
    Some((finding.resource.clone(), remote.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;
    use crate::finding::tests::nothing;

    fn found(detector: &'static str, server: &str, llr: f64, z: Option<f64>) -> Finding {
        let mut evidence = Map::new();
        evidence.insert("remote".into(), server.into());
        evidence.insert("port".into(), 443.into());
        if let Some(z) = z {
            evidence.insert("z".into(), json!(z));
        }
        Finding { detector, llr, evidence, ..nothing() }
    }

    fn left(mut findings: Vec<Finding>) -> Vec<(&'static str, f64)> {
        temper(&mut findings);
        findings.iter().map(|finding| (finding.detector, finding.llr)).collect()
    }

    const FLEET: &str = FleetPulse::INFO.id;
    const NAMELESS: &str = AddressWithoutName::INFO.id;

    #[test]
    fn a_server_without_a_clock_counts_once() {
        let one = "203.0.113.9";
        let two = |fleet, nameless| {
            left(vec![found(FLEET, one, fleet, None), found(NAMELESS, one, nameless, None)])
        };
        assert_eq!(two(1.3, 2.05), [(NAMELESS, 2.05)]);
        assert_eq!(two(1.3, 0.4), [(FLEET, 1.3)], "of very many machines");
    }

    #[test]
    fn a_clock_and_another_server_stay() {
        let (one, other) = ("203.0.113.9", "203.0.113.10");
        let clock = vec![found(FLEET, one, 5.5, Some(9.0)), found(NAMELESS, one, 2.05, None)];
        assert_eq!(left(clock).len(), 2);
        let others = vec![found(FLEET, one, 1.3, None), found(NAMELESS, other, 2.05, None)];
        assert_eq!(left(others).len(), 2);
        assert_eq!(left(vec![found(FLEET, one, 1.3, None)]), [(FLEET, 1.3)]);
    }

    #[test]
    fn the_clock_of_a_chain_of_which_all_are_told_is_no_fleets() {
        const BLOCKS: &str = BlockPulse::INFO.id;
        let (one, other) = ("203.0.113.9", "203.0.113.10");
        let mut told = found(BLOCKS, one, 0.0, Some(18.0));
        told.evidence.insert(NO_JOBS.into(), "news".into());
        let fleet = |server| found(FLEET, server, 5.5, Some(9.0));
        let all = left(vec![told, fleet(one), fleet(other), found(FLEET, one, 1.3, None)]);
        assert_eq!(all, [(BLOCKS, 0.0), (FLEET, 5.5)]);
        let mines = vec![found(BLOCKS, one, 12.2, Some(18.0)), fleet(one)];
        assert_eq!(left(mines).len(), 2);
    }
}

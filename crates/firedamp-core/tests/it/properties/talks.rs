//! Conversations of hours, cut into objects and delivered in any way.

use std::fmt::Write as _;

use firedamp_core::scan;
use proptest::prelude::*;

use super::{Way, json, options, way, world};
use crate::miner;

/// A miner's three hours and a replica's, as records of a minute: lines.
fn lines() -> Vec<String> {
    let mut lines = Vec::new();
    for (at, minute) in miner::minutes(1, 1, 3.5, 180).into_iter().enumerate() {
        let begin = world::START + 60 * at as i64;
        let end = begin + 60;
        let miner::Minute { up_bytes, up_packets, down_bytes, down_packets } = minute;
        let mut line = String::new();
        let _written = write!(
            line,
            "2 111122223333 eni-0a 10.0.0.4 198.51.100.9 40000 443 6 {up_packets} {up_bytes} {begin} {end} ACCEPT OK\n\
             2 111122223333 eni-0a 198.51.100.9 10.0.0.4 443 40000 6 {down_packets} {down_bytes} {begin} {end} ACCEPT OK\n\
             2 111122223333 eni-0a 10.0.0.4 10.0.0.9 40001 5432 6 90 40000 {begin} {end} ACCEPT OK\n\
             2 111122223333 eni-0b 10.0.0.4 10.0.0.9 40001 5432 6 90 40000 {begin} {end} ACCEPT OK\n"
        );
        lines.extend(line.split_inclusive('\n').map(ToString::to_string));
    }
    lines
}

/// The same miner's three hours as a second flow log has them: ten minutes a record, `aside` seconds off
/// the others.
fn coarse_lines(aside: i64) -> Vec<String> {
    let mut lines = Vec::new();
    for (at, ten) in miner::minutes(1, 1, 3.5, 180).chunks(10).enumerate() {
        let begin = world::START + 600 * at as i64 + aside;
        let end = begin + 600;
        let sum = |of: fn(&miner::Minute) -> u64| ten.iter().map(of).sum::<u64>();
        let (up_packets, up_bytes) = (sum(|one| one.up_packets), sum(|one| one.up_bytes));
        let (down_packets, down_bytes) = (sum(|one| one.down_packets), sum(|one| one.down_bytes));
        lines.push(format!(
            "2 111122223333 eni-0a 10.0.0.4 198.51.100.9 40000 443 6 {up_packets} {up_bytes} {begin} {end} ACCEPT OK\n"
        ));
        lines.push(format!(
            "2 111122223333 eni-0a 198.51.100.9 10.0.0.4 443 40000 6 {down_packets} {down_bytes} {begin} {end} ACCEPT OK\n"
        ));
    }
    lines
}

/// What the cases say of footprints.
fn footprints(cases: &[firedamp_core::case::Case]) -> Vec<(u64, String)> {
    let findings = cases.iter().flat_map(|case| &case.findings);
    let own = findings.filter(|finding| finding.detector == "stratum_profile");
    own.map(|finding| (finding.llr.to_bits(), finding.summary.clone())).collect()
}

fn cut(lines: &[String], splits: &[usize]) -> Vec<String> {
    let mut objects = vec![String::new(); 7];
    for (line, at) in lines.iter().zip(splits.iter().cycle()) {
        objects[*at] += line;
    }
    objects.retain(|object| !object.is_empty());
    objects
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// The same records in any objects, in any order, some twice, tell of the same miner.
    #[test]
    fn a_long_talk_is_the_same_however_it_is_cut(splits in prop::collection::vec(0_usize..7, 1..40), way in way()) {
        let (lines, options) = (lines(), options());
        let objects = cut(&lines, &splits);
        let cases = scan::judge(&Way::read(&way, &objects, &options), &options);
        let whole = lines.concat();
        let expected = scan::scan(&[whole.as_bytes()], &options);
        prop_assert!(!footprints(&expected).is_empty());
        prop_assert_eq!(footprints(&cases), footprints(&expected));
        let again = scan::judge(&way.read(&objects, &options), &options);
        prop_assert_eq!(json(&cases), json(&again));
    }

    /// A second log of ten minutes adds nothing to one of a minute, however both are cut and mixed.
    #[test]
    fn a_coarser_log_of_the_same_interface_adds_nothing(
        splits in prop::collection::vec(0_usize..7, 1..40),
        way in way(),
        aside in 0_i64..600,
    ) {
        let options = options();
        let fine = lines();
        let both = [fine.clone(), coarse_lines(aside)].concat();
        let cases = scan::judge(&Way::read(&way, &cut(&both, &splits), &options), &options);
        let expected = scan::scan(&[fine.concat().as_bytes()], &options);
        prop_assert!(!footprints(&expected).is_empty());
        prop_assert_eq!(footprints(&cases), footprints(&expected));
    }
}

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
        let finding = |cases: &[firedamp_core::case::Case]| {
            let findings = cases.iter().flat_map(|case| &case.findings);
            let own = findings.filter(|finding| finding.detector == "stratum_profile");
            own.map(|finding| (finding.llr.to_bits(), finding.summary.clone())).collect::<Vec<_>>()
        };
        prop_assert!(!finding(&expected).is_empty());
        prop_assert_eq!(finding(&cases), finding(&expected));
        let again = scan::judge(&way.read(&objects, &options), &options);
        prop_assert_eq!(json(&cases), json(&again));
    }
}

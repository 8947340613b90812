//! Connections of real miners, where the folder of measurements is at hand.

use std::{collections::BTreeMap, path::PathBuf};

use firedamp_core::pulse::{residual, synchrony};

use super::{draw::Draw, spread::Spread};

/// The first minute since 1970 and the bytes down of each connection.
pub(crate) type Captures = BTreeMap<String, (i64, Vec<f64>)>;

/// The folder of measurements: named by `FIREDAMP_DATA`, or beside the project.
fn folder() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let named = std::env::var_os("FIREDAMP_DATA").map(PathBuf::from);
    named.or(Some(beside)).filter(|folder| folder.is_dir())
}

pub(crate) fn captures() -> Option<Captures> {
    let folder = folder()?;
    let read = |file: &str| csv::Reader::from_path(folder.join(file)).expect("a table");
    let mut captures = Captures::new();
    for row in read("miner-connections.csv").records() {
        let row = row.expect("a connection");
        captures.insert(row[0].to_owned(), (row[5].parse().expect("a minute"), Vec::new()));
    }
    for row in read("miner-minutes.csv").records() {
        let row = row.expect("a minute");
        let (_, down) = captures.get_mut(&row[0]).expect("its connection");
        assert_eq!(row[2], down.len().to_string(), "minutes follow each other");
        down.push(row[4].parse().expect("bytes"));
    }
    Some(captures)
}

/// The z of pairs that do not overlap, at fixed drawn offsets.
pub(crate) fn apart(captures: &Captures, draws: usize) -> Spread {
    let long: Vec<_> = captures.values().filter(|(_, down)| down.len() >= 45).collect();
    let mut draw = Draw::new(1);
    let mut found = Vec::new();
    for (at, (start, one)) in long.iter().enumerate() {
        for (begin, other) in long.iter().skip(at + 1) {
            let overlap = *start < begin + other.len() as i64 && *begin < start + one.len() as i64;
            let minutes = one.len().min(other.len());
            for _ in 0..if overlap { 0 } else { draws } {
                let mut cut = |down: &[f64]| {
                    let from = draw.below((down.len() - minutes + 1) as f64) as usize;
                    residual(&down[from..from + minutes])
                };
                found.extend(synchrony(&cut(one), &cut(other)).map(|found| found.z));
            }
        }
    }
    Spread::of(found.into_iter())
}

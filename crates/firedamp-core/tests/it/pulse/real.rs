//! Real miners: pairs that overlap in time, and, as the null, pairs that do not.

use std::{collections::BTreeMap, path::PathBuf};

use firedamp_core::pulse::{Trace, residual, synchrony};

use super::{Spread, draw::Draw, z};

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

/// The minutes that two connections share.
pub(crate) fn common(captures: &Captures, one: &str, other: &str) -> (Vec<f64>, Vec<f64>) {
    let ((start, one), (begin, other)) = (&captures[one], &captures[other]);
    let from = *start.max(begin);
    let to = (start + one.len() as i64).min(begin + other.len() as i64);
    let cut =
        |start: &i64, down: &[f64]| down[(from - start) as usize..(to - start) as usize].to_vec();
    (cut(start, one), cut(begin, other))
}

const PAIRS: [(&str, &str); 4] =
    [("c16-1", "c17-1"), ("c16-1", "c17-2"), ("c11-1", "c09-1"), ("c19-3", "c20-1")];

#[test]
fn overlapping_miners() {
    let Some(captures) = captures() else {
        return eprintln!("skipped: no folder of real miners at hand");
    };
    println!("| pair | minutes | z | lag |\n| --- | --: | --: | --: |");
    for (one, other) in PAIRS {
        let (first, second) = common(&captures, one, other);
        let told = synchrony(&residual(&first), &residual(&second)).map_or_else(
            || "too short |".to_owned(),
            |found| format!("{:.1} | {}", found.z, found.lag_minutes),
        );
        println!("| {one}, {other} | {} | {told} |", first.len());
    }
    let (one, other) = common(&captures, "c16-1", "c17-2");
    assert!(z(&one, &other) > 3.5, "the clearest pair: {}", z(&one, &other));
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

#[test]
fn miners_apart() {
    let Some(captures) = captures() else {
        return eprintln!("skipped: no folder of real miners at hand");
    };
    let null = apart(&captures, 2);
    println!("{}", null.null_row("real miners apart"));
    assert!(null.over(3.0) * 200 < null.0.len(), "the tail is not heavy");
}

#[test]
fn real_miners_are_no_clockwork() {
    let Some(captures) = captures() else {
        return eprintln!("skipped: no folder of real miners at hand");
    };
    for (name, (_, down)) in captures.iter().filter(|(_, (_, down))| down.len() >= 45) {
        assert!(Trace::of_bytes(down, vec![]).is_some(), "{name}");
    }
}

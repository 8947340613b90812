//! Real miners: pairs that overlap in time, and, as the null, pairs that do not.

use firedamp_core::pulse::{Trace, residual, synchrony};

use super::{
    connections::{Captures, apart, captures},
    spread::z,
};

const PAIRS: [(&str, &str); 4] =
    [("c16-1", "c17-1"), ("c16-1", "c17-2"), ("c11-1", "c09-1"), ("c19-3", "c20-1")];

/// The minutes that two connections share.
fn common(captures: &Captures, one: &str, other: &str) -> (Vec<f64>, Vec<f64>) {
    let ((start, one), (begin, other)) = (&captures[one], &captures[other]);
    let from = *start.max(begin);
    let to = (start + one.len() as i64).min(begin + other.len() as i64);
    let cut =
        |start: &i64, down: &[f64]| down[(from - start) as usize..(to - start) as usize].to_vec();
    (cut(start, one), cut(begin, other))
}

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

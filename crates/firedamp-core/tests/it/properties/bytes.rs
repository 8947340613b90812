//! Hostile bytes: no panic, and nothing hangs on how they arrive.

use firedamp_core::{
    format::FORMATS,
    json::split::{Piece, Splitter},
    scan::{self, Options},
};
use proptest::prelude::*;

use super::options;
use crate::recorder::Recorder;

/// The pieces that a text is split into when it is pushed in chunks of these sizes, in turn.
fn split(text: &[u8], sizes: &[usize]) -> Vec<String> {
    let mut found = Vec::new();
    let mut give = |piece: Piece<'_>| {
        found.push(match piece {
            Piece::Record(record) => format!("record {}", String::from_utf8_lossy(record)),
            Piece::TooLong(record) => format!("too long {}", record.len()),
            Piece::CutOff(record) => format!("cut off {}", String::from_utf8_lossy(record)),
        });
    };
    let mut splitter = Splitter::default();
    let mut rest = text;
    for size in sizes.iter().cycle() {
        let (chunk, after) = rest.split_at((*size).min(rest.len()));
        splitter.push(chunk, &mut give);
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    splitter.finish(&mut give);
    found
}

/// Text in which brackets, quotes and line breaks meet in every way.
fn bracketed() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![
        6 => prop::sample::select(vec![
            "{", "}", "[", "]", "\"", "\\", "\n", "\r\n", ",", ":", " ", "a", "{\"a\":1}", "{\"a\":1}\n",
            "{\"records\":[", "\"value\": [", "]}", "{\"b\":{\"c\":[1,\"]\"]}}\n", "noise\n", "[{\"a\":1},\n",
        ]).prop_map(str::to_string),
        1 => "[a-z]{20,90}",
        1 => "[a-z]{20,90}".prop_map(|text| format!("{{\"{text}\": \"{text}\"}}\n")),
        1 => "[a-z]{20,90}".prop_map(|text| format!("{{\"{text}\":\n \"{text}\"}}")),
    ];
    prop::collection::vec(fragment, 0..24).prop_map(|fragments| fragments.concat())
}

fn sizes() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(prop_oneof![1_usize..8, 1_usize..200], 1..5)
}

/// Whole telemetry with bytes changed, left out and put in.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let inputs: Vec<&'static str> = FORMATS
        .iter()
        .flat_map(|format| format.doc().examples)
        .map(|example| example.input)
        .collect();
    let edit = (any::<prop::sample::Index>(), 0_usize..6, prop::collection::vec(any::<u8>(), 0..4));
    let repeated = (prop::sample::select(inputs), 1_usize..4)
        .prop_map(|(input, times)| [input.trim_end(), "\n"].concat().repeat(times).into_bytes());
    (repeated, prop::collection::vec(edit, 0..5)).prop_map(|(mut bytes, edits)| {
        for (at, left_out, put_in) in edits {
            let at = at.index(bytes.len() + 1);
            let until = (at + left_out).min(bytes.len());
            bytes.splice(at..until, put_in);
        }
        bytes
    })
}

fn hostile() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..2000),
        bracketed().prop_map(String::into_bytes),
        mutated(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    /// Any chunks give the same records.
    #[test]
    fn a_splitter_does_not_see_its_chunks(text in bracketed(), sizes in sizes()) {
        let whole = split(text.as_bytes(), &[text.len().max(1)]);
        prop_assert_eq!(split(text.as_bytes(), &sizes), whole);
    }

    /// Any bytes, each format forced and none: no panic, the same events and rejects in any pieces.
    #[test]
    fn a_reader_takes_any_bytes_in_any_pieces(bytes in hostile(), step in 1_usize..300) {
        let ids = FORMATS.iter().map(|format| Some(format.doc().id)).chain([None]);
        for id in ids {
            let whole = Recorder::read(&bytes, usize::MAX, id);
            let pieces = Recorder::read(&bytes, step, id);
            prop_assert_eq!(&pieces.0, &whole.0);
            prop_assert_eq!(totals(pieces.1), totals(whole.1));
        }
    }

    /// Any bytes through the whole pipeline.
    #[test]
    fn a_scan_takes_any_bytes(objects in prop::collection::vec(hostile(), 0..4)) {
        let objects: Vec<&[u8]> = objects.iter().map(Vec::as_slice).collect();
        let _cases = scan::scan(&objects, &options());
        let forced = FORMATS.iter().map(|format| Options { forced: Some(*format), ..options() });
        for options in forced {
            let _cases = scan::scan(&objects, &options);
        }
    }
}

/// What was read, without the tallies of passed-over records, which come with each piece.
fn totals(lines: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> =
        lines.into_iter().filter(|line| !line.starts_with("-: skipped")).collect();
    kept.sort();
    kept
}

/// Records longer than a head and than the longest line, in pieces and at once.
#[test]
fn long_lines_and_long_heads_are_read_alike_in_pieces() {
    let line = "2 111122223333 eni-0abc 10.0.0.4 203.0.113.9 49152 3333 6 10 840 1772359200 1772359260 ACCEPT OK\n";
    let long = format!(
        "2 111122223333 {} 10.0.0.4 203.0.113.9 49152 3333 6 10 840 1772359200 1772359260 ACCEPT OK\n",
        "x".repeat(70_000)
    );
    let blanks = "\n".repeat(70_000);
    let json = |width: usize| format!("{{\"a\": \"{}\"}}", "x".repeat(width));
    for text in [
        format!("{line}{long}{line}"),
        format!("{line}{}{long}", line.repeat(2000)),
        format!("{blanks}{line}"),
        format!("{}\n{}\n{}", json(70_000), json(3), json(4)),
        format!("{} {}\n{}", json(70_000), json(3), json(4)),
    ] {
        let whole = Recorder::read(text.as_bytes(), usize::MAX, None);
        for step in [1000, 65_536, 65_537] {
            let pieces = Recorder::read(text.as_bytes(), step, None);
            assert_eq!(pieces.0, whole.0, "{}", &text[..40]);
            assert_eq!(totals(pieces.1), totals(whole.1.clone()), "{}", &text[..40]);
        }
    }
}

//! Every format: its examples, its golden pairs, its place in the list.
//!
//! A pair is `fixtures/format/<id>/<what>.in` and `<what>.out`; `BLESS=1` writes the outputs anew.

use std::{fs, path::PathBuf};

use firedamp_core::format::FORMATS;

use crate::recorder::Recorder;

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/format")
}

#[test]
fn the_list_is_sorted_and_documented() {
    let ids: Vec<&str> = FORMATS.iter().map(|format| format.doc().id).collect();
    assert!(ids.is_sorted_by(|one, other| one < other), "{ids:?}");
    for format in FORMATS {
        let doc = format.doc();
        let texts = [doc.title, doc.reads, doc.specification];
        assert!(texts.iter().all(|text| !text.is_empty()), "{} lacks a text", doc.id);
        assert!(!doc.examples.is_empty(), "{} lacks an example", doc.id);
    }
}

#[test]
fn examples_become_what_they_say() {
    for doc in FORMATS.iter().map(|format| format.doc()) {
        for example in doc.examples {
            let (contents, lines) = Recorder::read(example.input.as_bytes(), usize::MAX, None);
            assert_eq!(contents.formats.keys().collect::<Vec<_>>(), [&doc.id], "{}", example.title);
            let without_numbers: Vec<&str> =
                lines.iter().filter_map(|line| Some(line.split_once(": ")?.1)).collect();
            assert_eq!(without_numbers, example.events, "{}: {}", doc.id, example.title);
        }
    }
}

#[test]
fn golden_pairs_hold_in_pieces_of_any_size() {
    let bless = std::env::var_os("BLESS").is_some();
    for doc in FORMATS.iter().map(|format| format.doc()) {
        let folder = fixtures().join(doc.id);
        let mut inputs: Vec<PathBuf> = fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "in"))
            .collect();
        inputs.sort();
        assert!(!inputs.is_empty(), "{} has no golden pair", doc.id);
        for input in inputs {
            let bytes = fs::read(&input).expect("a readable fixture");
            let (contents, lines) = Recorder::read(&bytes, usize::MAX, None);
            assert!(contents.formats.contains_key(doc.id), "{}: {contents:?}", input.display());
            for step in [1, 63, 4096] {
                let pieces = Recorder::read(&bytes, step, None);
                assert_eq!(pieces.1, lines, "{} in pieces of {step}", input.display());
            }
            let text = lines.join("\n") + "\n";
            let output = input.with_extension("out");
            if bless {
                fs::write(&output, &text).expect("a writable fixture");
            }
            assert_eq!(
                fs::read_to_string(&output).unwrap_or_default(),
                text,
                "{}",
                input.display()
            );
        }
    }
}

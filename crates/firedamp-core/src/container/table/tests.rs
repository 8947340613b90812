//! Headers among other lines, and rows that harm nobody but themselves.

use std::sync::{Arc, Mutex};

use super::*;
use crate::{
    container::Reader,
    event::{Event, Signal},
    id::AccountRef,
    sink::{Gate, Reason},
    table::ROW_BYTES_MAX,
    time::Span,
};

const HEADER: &str = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ServiceName,\
                      ProviderName,SubAccountId,ResourceId";
const ROW: &str = "1,USD,Usage,2026-03-01,Service,AWS,111122223333,";

#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Notes {
    fn note(&mut self, note: String) {
        self.0.get_mut().expect("one thread").push(note);
    }
}

impl Sink for Notes {
    fn gate(&self) -> Arc<Gate> {
        Arc::new(Gate::open())
    }

    fn event(&mut self, record: u64, event: &Event<'_>) {
        if let Event::Usage(usage) = event {
            self.note(format!("{record} {}", usage.resource.as_deref().unwrap_or("-")));
        }
    }

    fn skipped(&mut self, _: AccountRef<'_>, _: Signal, _: Span, _: u64) {}

    fn gap(&mut self, _: AccountRef<'_>, _: Span, _: bool) {}

    fn reject(&mut self, record: u64, reason: Reason, _: &[u8]) {
        self.note(format!("{record} {reason}"));
    }
}

fn read(input: &str, step: usize) -> (Contents, Vec<String>) {
    let mut notes = Notes::default();
    let mut reader = Reader::new(None);
    input.as_bytes().chunks(step).for_each(|piece| reader.push(piece, &mut notes));
    let contents = reader.finish(&mut notes);
    (contents, notes.0.into_inner().expect("one thread"))
}

#[track_caller]
fn reads(input: &str, expected: &[&str]) {
    for step in [1, 2, 3, 63, 64, 65, 1 << 20] {
        let (contents, notes) = read(input, step);
        assert_eq!(notes, expected, "in pieces of {step}");
        assert!(!contents.is_foreign());
        assert_eq!(contents.records, expected.len() as u64);
    }
}

#[test]
fn a_header_alone_is_success() {
    for end in ["", "\n", "\r\n", "\n\n\n"] {
        reads(&format!("{HEADER}{end}"), &[]);
        reads(&format!("\u{feff}{HEADER}{end}"), &[]);
    }
}

#[test]
fn rows_are_read_behind_any_preamble_and_with_any_line_breaks() {
    for (mark, end) in [("", "\n"), ("\u{feff}", "\r\n"), ("", "\r")] {
        let table = format!("{HEADER}{end}{ROW}one{end}{end}{ROW}two");
        reads(&format!("{mark}{table}"), &["1 one", "2 two"]);
        reads(&format!("{mark}{end}{table}{end}"), &["1 one", "2 two"]);
        let title = format!("\"Costs, of\nMarch\"{end}Made by hand{end}{end}");
        reads(&format!("{mark}{title}{table}"), &["1 one", "2 two"]);
    }
    for delimiter in [";", "\t"] {
        let table = format!("{HEADER}\n{ROW}one\n").replace(',', delimiter);
        reads(&table, &["1 one"]);
    }
    let late = "a title\n".repeat(PREAMBLE_ROWS_MAX) + HEADER;
    assert!(read(&late, 64).0.is_foreign());
}

#[test]
fn ragged_quoted_and_broken_rows_stand_alone() {
    let input = format!(
        "{HEADER}\n{ROW}\"a \"\"b\"\"\nc\"\n{ROW}one,more,fields\nonly this\n{ROW}\n{ROW}\u{e9}\n{ROW}\"cut"
    );
    let no_category = "3 unknown charge category";
    reads(&input, &["1 a \"b\"\nc", "2 one", no_category, "4 -", "5 \u{e9}", "6 cut off"]);
}

#[test]
fn a_row_over_the_limit_is_rejected_alone() {
    let long = "x".repeat(ROW_BYTES_MAX);
    let input = format!("{HEADER}\n{ROW}one\n{ROW}{long}\n{ROW}two\n");
    for step in [4096, 1 << 22] {
        assert_eq!(read(&input, step).1, ["1 one", "2 record too long", "3 two"]);
    }
}

#[test]
fn bytes_that_are_no_text_are_no_field() {
    let mut notes = Notes::default();
    let mut reader = Reader::new(None);
    reader.push(format!("{HEADER}\n{ROW}").as_bytes(), &mut notes);
    reader.push(b"\xFF\xFE\n", &mut notes);
    let _contents = reader.finish(&mut notes);
    assert_eq!(notes.0.into_inner().expect("one thread"), ["1 -"]);
}

#[test]
fn half_a_header_is_none() {
    let wide = format!("{HEADER},{}", "c,".repeat(HEAD_BYTES));
    assert!(read(&wide, 1 << 20).0.is_foreign());
}

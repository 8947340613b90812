//! A sink that writes down what it is given.

use std::sync::Arc;

use firedamp_core::{
    container::{Contents, Reader},
    event::{Event, Resource, Signal},
    format,
    id::AccountRef,
    sink::{Gate, Reason, Sink},
    time::Span,
};

/// Everything a decoder said, a line each: `RECORD: what`.
pub(crate) struct Recorder {
    gate: Arc<Gate>,
    pub(crate) lines: Vec<String>,
}

impl Recorder {
    pub(crate) fn new() -> Self {
        Self { gate: Arc::new(Gate::open()), lines: Vec::new() }
    }

    /// Reads one object, in pieces of `step` bytes, with a format forced or not.
    pub(crate) fn read(input: &[u8], step: usize, forced: Option<&str>) -> (Contents, Vec<String>) {
        let mut recorder = Self::new();
        let mut reader = Reader::new(forced.and_then(format::by_id));
        input.chunks(step.max(1)).for_each(|chunk| reader.push(chunk, &mut recorder));
        let contents = reader.finish(&mut recorder);
        (contents, recorder.lines)
    }
}

impl Sink for Recorder {
    fn gate(&self) -> Arc<Gate> {
        self.gate.clone()
    }

    fn event(&mut self, record: u64, event: &Event<'_>) {
        self.lines.push(format!("{record}: {event}"));
    }

    fn names(&mut self, record: u64, account: AccountRef<'_>, resource: &Resource<'_>) {
        self.lines.push(format!("{record}: names {account} {resource}"));
    }

    fn skipped(&mut self, account: AccountRef<'_>, signal: Signal, span: Span, records: u64) {
        self.lines.push(format!("-: skipped {records} {} {account} {span}", signal.id()));
    }

    fn gap(&mut self, account: AccountRef<'_>, span: Span, lost: bool) {
        let what = if lost { "lost" } else { "no data" };
        self.lines.push(format!("-: gap {account} {span} {what}"));
    }

    fn reject(&mut self, record: u64, reason: Reason, _excerpt: &[u8]) {
        self.lines.push(format!("{record}: reject: {reason}"));
    }
}

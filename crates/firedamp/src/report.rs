//! Reports: the same cases for a terminal, a browser, a spreadsheet, a program and a lake.

mod advice;
mod article;
mod chart;
mod explain;
mod frame;
mod html;
mod line;
mod maker;
mod ocsf;
#[cfg(test)]
mod sample;
mod sheet;
mod table;
mod words;

pub(crate) use article::retold;
pub use explain::explain;
pub(crate) use words::{NO_TIME, Verdict, minute, percent, shown};

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use firedamp_core::{
    case::Case,
    id::ObjectId,
    language::Language,
    time::{Span, Time},
};

/// What a report is made from.
pub struct Report<'a> {
    /// The cases, sorted.
    pub cases: &'a [Case],
    /// The clock.
    pub now: Time,
    /// What was looked at; everything when there is none.
    pub window: Option<Span>,
    /// Sentences about the scan.
    pub notes: &'a [String],
    /// The paths of each object; empty unless they were asked for.
    pub paths: &'a BTreeMap<ObjectId, Vec<String>>,
    /// Cases below were left out.
    pub min_probability: f64,
    /// Weak findings and sample alerts are in.
    pub all: bool,
    /// There was no telemetry in what was given.
    pub is_unjudged: bool,
    /// What tables and pages are told in; the other outputs are English.
    pub language: Language,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum Output {
    /// One row per case and resource, for spreadsheets
    Csv,
    /// One self-contained page that can be mailed
    Html,
    /// One JSON object a line, one per case
    Json,
    /// OCSF Detection Findings, one JSON object a line
    Ocsf,
    /// Text for people, one block per case
    Table,
}

/// The part of a page that tells of one case, escaped.
#[must_use]
pub fn article(case: &Case) -> String {
    html::article(case)
}

/// Writes a report. Tables hold ANSI styles, which the caller's stream strips where nobody wants
/// them; the other outputs are passed on byte by byte.
///
/// # Errors
/// When `out` can't be written.
pub fn write(report: &Report<'_>, output: Output, out: &mut dyn Write) -> io::Result<()> {
    match output {
        Output::Csv => sheet::write(report, out),
        Output::Html => html::write(report, out),
        Output::Json => line::write(report, out),
        Output::Ocsf => ocsf::write(report, out),
        Output::Table => table::write(report, out),
    }
}

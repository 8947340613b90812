//! stub until the reports land
use std::{collections::BTreeMap, io::{self, Write}};
/// r
pub struct Report<'a> {
    /// c
    pub cases: &'a [firedamp_core::case::Case],
    /// n
    pub now: firedamp_core::time::Time,
    /// w
    pub window: Option<firedamp_core::time::Span>,
    /// n
    pub notes: &'a [String],
    /// p
    pub paths: &'a BTreeMap<firedamp_core::id::ObjectId, Vec<String>>,
    /// m
    pub min_probability: f64,
    /// a
    pub all: bool,
}
/// o
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Output {
/// .
Csv,
/// .
Html,
/// .
Json,
/// .
Ocsf,
/// .
Table }
/// w
pub fn write(report: &Report<'_>, _output: Output, out: &mut dyn Write) -> io::Result<()> {
    for case in report.cases { serde_json::to_writer(&mut *out, case)?; writeln!(out)?; }
    Ok(())
}
/// e
pub fn explain(case: &firedamp_core::case::Case, _report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for r in &case.resources { writeln!(out, "{} {}", r.id, r.probability)?; for p in &r.reckoning { writeln!(out, "  {:+.2} {}", p.nats, p.what)?; } }
    Ok(())
}

//! `firedamp indicators`: the lists.

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use firedamp_core::indicator::{self, ExportFormat, Indicator, IndicatorSet, Name};

use super::scan::read_indicators;

/// List, check, import and export known mining endpoints
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  firedamp indicators check eu.pool.example\n  firedamp indicators import feed.json --to own.csv\n  firedamp indicators add own.csv pool.example 192.0.2.7:3333\n  firedamp scan --indicators own.csv logs/\n\nYour own list is a file that you pass with --indicators; nothing is hidden elsewhere."
)]
pub(super) struct Arguments {
    /// Your own list, laid over the embedded one; may be given several times
    #[arg(long, global = true, value_name = "FILE")]
    indicators: Vec<PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Print every indicator: name, tier, freshness, ports, pool, sources
    List,
    /// Say what is known of names, addresses or addresses with port
    Check {
        /// Domain, address or address:port
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
    },
    /// Add endpoints to your own list, as CSV
    Add {
        /// Your list; it is made when it is not there
        file: PathBuf,
        /// Domain, address or address:port
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
    },
    /// Read a plain list, CSV, STIX 2.1 or MISP, and add it to your own list, as CSV
    Import {
        /// What to read
        file: PathBuf,
        /// Your list; without it the result goes to standard output
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Print every indicator in a format for others
    Export {
        /// csv, misp, plain or stix
        #[arg(long, default_value = "csv", value_parser = parse_export_format)]
        format: ExportFormat,
    },
}

fn parse_export_format(text: &str) -> Result<ExportFormat, String> {
    ExportFormat::from_id(text)
        .ok_or_else(|| format!("`{text}` is none of csv, misp, plain and stix"))
}

/// Runs the verb.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mut set = IndicatorSet::embedded();
    for path in &arguments.indicators {
        set.layer(read_indicators(path)?.indicators);
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    let code = match &arguments.verb {
        Verb::List => list(&set, &mut out)?,
        Verb::Check { names } => check(&set, names, &mut out)?,
        Verb::Add { file, names } => {
            let text = names.join("\n");
            let imported = indicator::import(&text)?;
            if let Some((line, reason)) = imported.rejects.first() {
                let name = names.get(line.saturating_sub(1)).map_or("", String::as_str);
                bail!("cannot add `{name}`: {reason}");
            }
            extend(file, &set, imported.indicators)?
        }
        Verb::Import { file, to: Some(to) } => extend(to, &set, read_indicators(file)?.indicators)?,
        Verb::Import { file, to: None } => {
            let imported = read_indicators(file)?;
            let csv = indicator::export(imported.indicators.iter(), ExportFormat::Csv);
            out.write_all(csv.as_bytes())?;
            ExitCode::SUCCESS
        }
        Verb::Export { format } => {
            out.write_all(indicator::export(set.iter(), *format).as_bytes())?;
            ExitCode::SUCCESS
        }
    };
    out.flush()?;
    Ok(code)
}

fn list(set: &IndicatorSet, out: &mut dyn Write) -> Result<ExitCode> {
    set.iter().try_for_each(|row| writeln!(out, "{}", described(row)))?;
    Ok(ExitCode::SUCCESS)
}

fn described(row: &Indicator) -> String {
    let ports: Vec<String> = row.ports.iter().map(u16::to_string).collect();
    let pool = if row.pool.is_empty() { "-" } else { &row.pool };
    let ports = if ports.is_empty() { "-".to_string() } else { ports.join(",") };
    let fields = (&row.name, row.tier, row.freshness, row.origin);
    let (name, tier, freshness, origin) = fields;
    format!("{name}\ttier {tier}\t{freshness}\tports {ports}\t{pool}\t{origin}\t{}", row.sources)
}

/// Exit status 1 when nothing is known of any of the names.
fn check(set: &IndicatorSet, names: &[String], out: &mut dyn Write) -> Result<ExitCode> {
    let mut any = false;
    for text in names {
        let name: Name =
            text.parse().map_err(|reason| anyhow::anyhow!("cannot check `{text}`: {reason}"))?;
        let row = match &name {
            Name::Domain(domain) => set.domain(domain),
            Name::Address(address) => set.address(*address),
            Name::AddressPort(address, port) => set.endpoint(*address, *port),
            Name::Port(_) => None,
        };
        any |= row.is_some();
        let shared = name.address().is_some_and(|address| set.is_shared(address));
        let note = match (row, shared || set.is_suppressed(&name)) {
            (Some(row), _) => format!("listed: {}", described(row)),
            (None, true) => "known as shared by many or over-broad: never counts alone".to_string(),
            (None, false) => "not listed".to_string(),
        };
        writeln!(out, "{text}: {note}")?;
    }
    Ok(if any { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Adds indicators to an operator's list and writes it as CSV.
fn extend(file: &PathBuf, embedded: &IndicatorSet, new: Vec<Indicator>) -> Result<ExitCode> {
    let mut own = IndicatorSet::empty();
    if file.exists() {
        own.layer(read_indicators(file)?.indicators);
    }
    let count = new.len();
    for row in &new {
        if embedded.is_suppressed(&row.name) {
            anstream::eprintln!(
                "{}warning:{} {} is shared by many or over-broad; your list lifts that",
                crate::summary::WARNING,
                crate::summary::PLAIN,
                row.name
            );
        }
    }
    own.layer(new);
    let csv = indicator::export(own.iter(), ExportFormat::Csv);
    // Written beside and renamed: an interrupted run leaves the old list whole.
    let beside = file.with_extension("tmp");
    fs::write(&beside, csv).with_context(|| format!("cannot write `{}`", beside.display()))?;
    fs::rename(&beside, file).with_context(|| format!("cannot write `{}`", file.display()))?;
    anstream::eprintln!("{count} indicators added to {}", file.display());
    Ok(ExitCode::SUCCESS)
}

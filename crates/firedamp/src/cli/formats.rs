//! `firedamp formats`: what is read.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use anyhow::{Context, Result};
use clap::Args;
use firedamp_core::format::{self, Doc, FORMATS};

/// List the formats that are read, or describe one
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  firedamp formats\n  firedamp formats aws_vpc_flow")]
pub(super) struct Arguments {
    /// Describe this format
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// Describe all of them, as Markdown
    #[arg(long)]
    markdown: bool,
}

/// Runs the verb.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let docs = || FORMATS.iter().map(|format| format.doc());
    if let Some(id) = &arguments.id {
        let format = format::by_id(id)
            .with_context(|| format!("`{id}` is no format; `firedamp formats` lists them"))?;
        describe(format.doc(), &mut out)?;
    } else if arguments.markdown {
        writeln!(out, "# Formats\n\nWritten by `cargo xtask docs`; do not edit.\n")?;
        writeln!(
            out,
            "Objects may be plain, gzip, zstd or Parquet, and JSON records may stand in any"
        )?;
        writeln!(
            out,
            "container that the clouds deliver them in. Formats are told from content.\n"
        )?;
        docs().try_for_each(|doc| describe(doc, &mut out))?;
    } else {
        docs().try_for_each(|doc| writeln!(out, "{:28} {}", doc.id, doc.title))?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn describe(doc: &Doc, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## `{}`\n\n{}. {}\n\n<{}>\n", doc.id, doc.title, doc.reads, doc.specification)?;
    writeln!(out, "Rejected: {}.\n", doc.rejects.join("; "))?;
    for example in doc.examples {
        writeln!(out, "{}:\n\n```text\n{}\n```\n", example.title, example.input.trim_end())?;
        writeln!(out, "becomes\n\n```text\n{}\n```\n", example.events.join("\n"))?;
    }
    Ok(())
}

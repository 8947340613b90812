//! `firedamp migrate`: the database of a data folder, brought to the shape that this program knows.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, bail};
use clap::Args;

use super::keep::{self, Data, wait};
use crate::{
    service,
    store::{Error, Shape, Sqlite},
};

/// Bring the desk's database to this version
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  firedamp migrate --data /srv/firedamp --dry-run\n  firedamp migrate --data /srv/firedamp --copy before.db\n\n`firedamp serve` does the same at its start. A database that a newer firedamp wrote is left alone.\n\nExit status: 0 the database has the shape that this version knows; 1 it has not, and --dry-run left\nit; 2 could not."
)]
pub(super) struct Arguments {
    #[command(flatten)]
    data: Data,
    /// Say what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write a copy of the database as it is to this file before it is changed; there must be none
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    copy: Option<PathBuf>,
}

/// Runs the verb.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    wait(migrate(arguments))
}

async fn migrate(arguments: &Arguments) -> Result<ExitCode> {
    let path = arguments.data.database()?;
    let name = path.display();
    let shape = Sqlite::shape(&path).await.with_context(|| format!("cannot open `{name}`"))?;
    if let Some(have) = shape.have.filter(|_| shape.is_newer) {
        bail!(Error::Newer { have, knows: shape.knows });
    }
    if shape.missing.is_empty() {
        anstream::println!("{name} has shape {} already; there is nothing to do", shape.knows);
        return Ok(ExitCode::SUCCESS);
    }
    if arguments.dry_run {
        anstream::println!("{name} would be brought {}", way(&shape));
        return Ok(ExitCode::from(1));
    }
    // An older desk must not find its tables changed under it.
    let _held = service::lock(&arguments.data.data)?;
    if let Some(copy) = &arguments.copy {
        Sqlite::copy(&path, copy).await.context("cannot copy the database")?;
        anstream::eprintln!("wrote {}", copy.display());
    }
    let changed = Sqlite::open_telling(&path, &keep::tell_changing).await;
    changed.with_context(|| format!("cannot change `{name}`"))?;
    anstream::println!("{name} was brought {}", way(&shape));
    Ok(ExitCode::SUCCESS)
}

fn way(shape: &Shape) -> String {
    let steps = shape.missing.iter().map(|(version, name)| format!("\n  {version:04} {name}"));
    let from = shape.have.map_or_else(|| "nothing".to_string(), |have| have.to_string());
    format!("from shape {from} to {}:{}", shape.knows, steps.collect::<String>())
}

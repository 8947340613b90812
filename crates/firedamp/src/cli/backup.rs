//! `firedamp backup` and `restore`: all that a desk keeps, copied while it serves, and brought back.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::Args;

use super::keep::{Data, tell_changing, wait};
use crate::backup;

/// Copy all that the desk keeps, also while it serves
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  firedamp backup --data /srv/firedamp /backup/firedamp-$(date +%F)\n  firedamp backup --data /srv/firedamp --database-only cases.db\n\nThe folder gets the database, documents/, pulled/, pushed/, signing.key and the certificate that the\ndesk made for itself, closed to other users, and copy.json with the hash of each file. `firedamp\nrestore` brings it back. Files of settings (--notify, --clouds, --indicators, --sigma) lie elsewhere."
)]
pub(super) struct Backup {
    #[command(flatten)]
    data: Data,
    /// The folder to write, empty or not there yet; with --database-only a file that is not there yet
    #[arg(value_name = "FOLDER")]
    copy: PathBuf,
    /// Write the database alone, as one file: without the key that packs are signed with, documents
    /// and telemetry
    #[arg(long)]
    database_only: bool,
}

/// Bring back what `firedamp backup` copied
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  firedamp restore --data /srv/firedamp /backup/firedamp-2026-11-27\n\nThe data folder must be empty or not there yet. The whole copy is looked at before anything is\nwritten: one that is damaged, or that a newer firedamp wrote, is refused. The database of an older\none is brought to this version."
)]
pub(super) struct Restore {
    /// The folder that everything is to be kept in
    #[arg(long, value_name = "FOLDER", default_value = "firedamp-data")]
    data: PathBuf,
    /// The folder that `firedamp backup` wrote, or a database alone
    copy: PathBuf,
}

/// Runs the verb.
pub(super) fn backup(arguments: &Backup) -> Result<ExitCode> {
    let Backup { data, copy, database_only } = arguments;
    wait(async {
        let store = data.open().await?;
        let name = copy.display();
        if *database_only {
            store.backup(copy).await?;
            anstream::eprintln!("wrote {name}");
        } else {
            let count = backup::take(&data.data, &*store, copy).await?;
            anstream::eprintln!("wrote {} into {name}", files(count));
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// Runs the verb.
pub(super) fn restore(arguments: &Restore) -> Result<ExitCode> {
    let Restore { data, copy } = arguments;
    wait(async {
        let count = backup::restore(copy, data, &tell_changing).await?;
        anstream::eprintln!("brought {} back into {}", files(count), data.display());
        Ok(ExitCode::SUCCESS)
    })
}

fn files(count: usize) -> String {
    match count {
        1 => "1 file".to_string(),
        count => format!("{count} files"),
    }
}

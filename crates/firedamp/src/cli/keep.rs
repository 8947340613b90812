//! `firedamp backup`, `check` and `token`: the data folder's keeper.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};

use super::scan::system_time;
use crate::{
    service::DATABASE,
    store::{Holder, Sqlite, Store},
    web::access::{self, Role},
};

/// Where the desk keeps everything.
#[derive(Args, Debug)]
struct Data {
    /// The folder that everything is kept in
    #[arg(long, value_name = "FOLDER", default_value = "firedamp-data")]
    data: PathBuf,
}

impl Data {
    /// Opens what is there; a folder that was mistyped is not made.
    async fn open(&self) -> Result<Arc<dyn Store>> {
        let path = self.data.join(DATABASE);
        if !path.exists() {
            bail!("there is no desk in `{}`; `firedamp serve` makes one", self.data.display());
        }
        let store = Sqlite::open(&path).await;
        let store = store.with_context(|| format!("cannot open `{}`", path.display()))?;
        Ok(Arc::new(store))
    }
}

/// Copy the desk's database, also while it serves
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  firedamp backup --data /srv/firedamp firedamp-$(date +%F).db\n\nTo restore, put the copy into an empty data folder as firedamp.db. Telemetry that was pushed is in\nthe folder `pushed`, which can be copied at any time."
)]
pub(super) struct Backup {
    #[command(flatten)]
    data: Data,
    /// The file to write; there must be none
    file: PathBuf,
}

/// Look for damage: in the desk's database, and in the activity logs of its cases
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  firedamp check --data /srv/firedamp\n\nExit status: 0 whole; 1 damaged; 2 could not look."
)]
pub(super) struct Check {
    #[command(flatten)]
    data: Data,
}

/// Let people and programs in
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  firedamp token add --data /srv/firedamp alice --role analyst\n\nThe token is printed once; the desk keeps its hash alone."
)]
pub(super) struct Token {
    #[command(subcommand)]
    verb: TokenVerb,
}

#[derive(Debug, Subcommand)]
enum TokenVerb {
    /// Make a token for somebody
    Add {
        #[command(flatten)]
        data: Data,
        /// The name that is written down for what they do
        name: String,
        /// What they may do
        #[arg(long, value_enum)]
        role: RoleChoice,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleChoice {
    /// Looks
    Viewer,
    /// Works cases and pushes telemetry
    Analyst,
    /// Approves what others plan
    Approver,
    /// Lets others in
    Admin,
}

impl RoleChoice {
    const fn role(self) -> Role {
        match self {
            Self::Viewer => Role::Viewer,
            Self::Analyst => Role::Analyst,
            Self::Approver => Role::Approver,
            Self::Admin => Role::Admin,
        }
    }
}

fn wait<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

/// Runs the verb.
pub(super) fn backup(arguments: &Backup) -> Result<ExitCode> {
    wait(async {
        arguments.data.open().await?.backup(&arguments.file).await?;
        anstream::eprintln!("wrote {}", arguments.file.display());
        Ok(ExitCode::SUCCESS)
    })
}

/// Runs the verb.
pub(super) fn check(arguments: &Check) -> Result<ExitCode> {
    let damage = wait(async { Ok(arguments.data.open().await?.check().await?) })?;
    for sentence in &damage {
        anstream::println!("{sentence}");
    }
    if damage.is_empty() {
        anstream::eprintln!("no damage");
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::from(1))
}

/// Runs the verb.
pub(super) fn token(arguments: &Token) -> Result<ExitCode> {
    let TokenVerb::Add { data, name, role } = &arguments.verb;
    wait(async {
        let store = data.open().await?;
        let (key, hash) = access::new_key()?;
        let holder = Holder { name: name.clone(), role: role.role().id().to_string() };
        store.add_token(&hash, &holder, system_time()).await?;
        anstream::println!("{key}");
        Ok(ExitCode::SUCCESS)
    })
}

//! `firedamp check`, `customers` and `token`: the data folder's keeper.

use std::{fs, path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand, ValueEnum};

use super::scan::system_time;
use crate::{
    report,
    service::DATABASE,
    store::{Changing, Holder, Sqlite, Store, TokenRow},
    tree::Tree,
    web::access::{self, Role},
};

/// Where the desk keeps everything.
#[derive(Args, Debug)]
pub(super) struct Data {
    /// The folder that everything is kept in
    #[arg(long, value_name = "FOLDER", default_value = "firedamp-data")]
    pub(super) data: PathBuf,
}

impl Data {
    /// Where the database is; a folder that was mistyped is not made.
    pub(super) fn database(&self) -> Result<PathBuf> {
        let path = self.data.join(DATABASE);
        if !path.exists() {
            bail!("there is no desk in `{}`; `firedamp serve` makes one", self.data.display());
        }
        Ok(path)
    }

    /// Opens what is there.
    pub(super) async fn open(&self) -> Result<Arc<dyn Store>> {
        let path = self.database()?;
        let store = Sqlite::open_telling(&path, &tell_changing).await;
        let store = store.with_context(|| format!("cannot open `{}`", path.display()))?;
        Ok(Arc::new(store))
    }
}

/// Says how a change of shape goes that takes long.
pub(super) fn tell_changing(changing: &Changing) {
    anstream::eprintln!("{changing}");
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

/// Let programs in, list them and end them
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  firedamp token add --data /srv/firedamp scanner --role analyst\n  firedamp token add --data /srv/firedamp contoso --role viewer --customer contoso --days 90\n  firedamp token list --data /srv/firedamp\n  firedamp token end --data /srv/firedamp scanner\n\nThe token is printed once; the desk keeps its hash alone."
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
        /// The id of the customer or reseller whose cases they see; all when nothing is said
        #[arg(long, value_name = "ID")]
        customer: Option<String>,
        /// It opens nothing any more after so many days
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=3650))]
        days: Option<u32>,
    },
    /// Say which tokens there are: name, role, customers, since when, until when
    List {
        #[command(flatten)]
        data: Data,
    },
    /// End a token, with what it has open
    End {
        #[command(flatten)]
        data: Data,
        /// Whose
        name: String,
    },
}

/// A role, as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum RoleChoice {
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
    pub(super) const fn role(self) -> Role {
        match self {
            Self::Viewer => Role::Viewer,
            Self::Analyst => Role::Analyst,
            Self::Approver => Role::Approver,
            Self::Admin => Role::Admin,
        }
    }
}

pub(super) fn wait<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
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

/// Say whose the accounts are
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  firedamp customers import --data /srv/firedamp accounts.csv\n  firedamp customers import --data /srv/firedamp customers.json subscriptions.json\n\nA CSV file has a line for each account; of its columns `account, customer, customer_name, reseller,\nreseller_name, language, time_zone, contact, mail, phone` only `customer` must be there. JSON files are what\nPartner Center answers to /v1/customers and /v1/customers/{id}/subscriptions. What a file does not\nname stays as it was."
)]
pub(super) struct Customers {
    #[command(subcommand)]
    verb: CustomersVerb,
}

#[derive(Debug, Subcommand)]
enum CustomersVerb {
    /// Read customers, resellers and accounts from files
    Import {
        #[command(flatten)]
        data: Data,
        /// CSV or Partner Center's JSON
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

/// Runs the verb.
pub(super) fn customers(arguments: &Customers) -> Result<ExitCode> {
    let CustomersVerb::Import { data, files } = &arguments.verb;
    wait(async {
        let store = data.open().await?;
        for path in files {
            let name = path.display();
            let bytes = fs::read(path).with_context(|| format!("cannot read `{name}`"))?;
            let text = String::from_utf8(bytes)
                .map_err(|_| anyhow!("`{name}` is no UTF-8 text; save it as \"CSV UTF-8\""))?;
            let tree = Tree::read(&text).with_context(|| format!("cannot use `{name}`"))?;
            store.plant(&tree).await.with_context(|| format!("cannot use `{name}`"))?;
            let (parties, accounts) = (tree.parties.len(), tree.accounts.len());
            anstream::eprintln!("{name}: {parties} customers and resellers, {accounts} accounts");
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// Runs the verb.
pub(super) fn token(arguments: &Token) -> Result<ExitCode> {
    wait(async {
        match &arguments.verb {
            TokenVerb::Add { data, name, role, customer, days } => {
                let store = data.open().await?;
                let (key, hash) = access::new_key()?;
                let (role, scope) = (role.role().id().to_string(), customer.clone());
                let (now, holder) = (system_time(), Holder { name: name.clone(), role, scope });
                let until = days.map(|days| now.plus_seconds(i64::from(days) * 86_400));
                store.add_token(&hash, &holder, now, until).await?;
                anstream::println!("{key}");
            }
            TokenVerb::List { data } => {
                for row in data.open().await?.tokens().await? {
                    anstream::println!("{}", line(&row));
                }
            }
            TokenVerb::End { data, name } => {
                data.open().await?.end_token(name).await?;
                anstream::eprintln!("{} opens nothing any more", report::shown(name));
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn line(row: &TokenRow) -> String {
    let scope = row.scope.as_deref().map_or_else(|| "every customer".to_string(), report::shown);
    let until = row.expires_at.map_or_else(|| "for ever".to_string(), |at| format!("until {at}"));
    format!("{}\t{}\t{scope}\tsince {}\t{until}", report::shown(&row.name), row.role, row.made_at)
}

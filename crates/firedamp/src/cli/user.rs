//! `firedamp user`: people with a password, also when nobody can come in any more.

use std::{
    io::{IsTerminal, Read},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};

use super::{
    keep::{Data, RoleChoice, wait},
    scan::system_time,
};
use crate::{
    language::Language,
    report,
    store::{Holder, NewUser, UserChange, UserRow},
    web::password,
};

/// Bytes of standard input that may be a password.
const INPUT_BYTES_MAX: u64 = 4096;

/// Let people in who sign in with a name and a password
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  firedamp user add --data /srv/firedamp alice --role admin\n  pass show firedamp/bob | firedamp user add bob --role analyst --language de\n  firedamp user add contoso-it --role viewer --customer contoso\n  firedamp user disable bob\n\nA password is asked for, or read from standard input; it is never an argument, which others on this\nmachine could see. Administrators can also let people in at /users."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Let somebody in
    Add {
        #[command(flatten)]
        data: Data,
        /// The name that they sign in with
        name: String,
        /// What they may do
        #[arg(long, value_enum)]
        role: RoleChoice,
        /// The id of the customer or reseller whose cases they see; all when nothing is said
        #[arg(long, value_name = "ID")]
        customer: Option<String>,
        /// What they are written in: en, fr or de
        #[arg(long, value_parser = parse_language, default_value = "en")]
        language: Language,
    },
    /// List everybody who has been let in
    List {
        #[command(flatten)]
        data: Data,
    },
    /// Keep somebody out; what they have open ends
    Disable {
        #[command(flatten)]
        data: Data,
        /// Whom
        name: String,
    },
    /// Let somebody in again
    Enable {
        #[command(flatten)]
        data: Data,
        /// Whom
        name: String,
    },
    /// Give somebody another password; what they have open ends
    Password {
        #[command(flatten)]
        data: Data,
        /// Whom
        name: String,
    },
}

pub(super) fn parse_language(text: &str) -> Result<Language, String> {
    let known = Language::ALL.into_iter().find(|language| language.to_string() == text);
    known.ok_or_else(|| "there are en, fr and de".to_string())
}

/// Runs the verb.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    wait(async {
        match &arguments.verb {
            Verb::Add { data, name, role, customer, language } => {
                let store = data.open().await?;
                let kept = asked(name).await?;
                let role = role.role().id().to_string();
                let holder = Holder { name: name.clone(), role, scope: customer.clone() };
                let user = NewUser { holder, language: *language };
                store.add_user(&user, system_time()).await?;
                store.set_password(name, &kept, None).await?;
                anstream::eprintln!("{name} may sign in");
            }
            Verb::List { data } => {
                for row in data.open().await?.users().await? {
                    anstream::println!("{}", line(&row));
                }
            }
            Verb::Disable { data, name } => set_disabled(data, name, true).await?,
            Verb::Enable { data, name } => set_disabled(data, name, false).await?,
            Verb::Password { data, name } => {
                let store = data.open().await?;
                let kept = asked(name).await?;
                store.set_password(name, &kept, None).await?;
                anstream::eprintln!("{name} has another password");
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

async fn set_disabled(data: &Data, name: &str, is_disabled: bool) -> Result<()> {
    let change = UserChange { is_disabled: Some(is_disabled), ..UserChange::default() };
    data.open().await?.change_user(name, &change).await?;
    anstream::eprintln!("{name} is {}", if is_disabled { "kept out" } else { "let in" });
    Ok(())
}

fn line(row: &UserRow) -> String {
    let state = match (row.is_disabled, row.has_password) {
        (true, _) => "kept out",
        (false, true) => "comes in",
        (false, false) => "no password yet",
    };
    let scope = row.scope.as_deref().map_or_else(|| "every customer".to_string(), report::shown);
    let seen = row.seen_at.map_or_else(|| "never seen".to_string(), |at| format!("seen {at}"));
    let name = report::shown(&row.name);
    format!("{name}\t{}\t{scope}\t{}\t{state}\t{seen}", row.role, row.language)
}

/// Asks for a password, and gives what is kept of it.
async fn asked(name: &str) -> Result<String> {
    let password = if std::io::stdin().is_terminal() { prompted(name)? } else { piped()? };
    if let Err(why) = password::check(name, &password) {
        bail!(why);
    }
    password::hash(password).await
}

fn prompted(name: &str) -> Result<String> {
    let ask = |what: &str| rpassword::prompt_password(format!("{what} for {name}: "));
    let password = ask("Password").context("no password could be read")?;
    if ask("Again").context("no password could be read")? != password {
        bail!("the two passwords are not the same");
    }
    Ok(password)
}

/// The first line of standard input.
fn piped() -> Result<String> {
    let mut text = String::new();
    let mut input = std::io::stdin().lock().take(INPUT_BYTES_MAX);
    input.read_to_string(&mut text).context("the password on standard input is no UTF-8 text")?;
    Ok(text.lines().next().unwrap_or_default().to_string())
}

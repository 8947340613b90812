//! `firedamp standing` and `firedamp posture`: what exports say of customers.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, Result, anyhow};
use clap::{Args, Subcommand};
use firedamp_core::id::Account;

use super::{
    keep::{Data, wait},
    scan::{parse_account, system_time},
};
use crate::{
    knowledge::{self, Context},
    store::Topic,
};

/// Read whether customers are in good standing
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  firedamp standing import --data /srv/firedamp receivables.csv\n  firedamp standing import --data /srv/firedamp --customer TENANT validation.json budget.json\n  firedamp standing import --data /srv/firedamp subscriptions.json\n\nReceivables have the columns `customer, overdue_days` and, where known, `owed, currency, as_of, source`;\nother tables `customer, part, value`, with `account, as_of, source`. JSON files are what Partner Center\nanswers to /v1/customers/{id}/validationStatus, /usagebudget and /subscriptions."
)]
pub(super) struct Standing {
    #[command(subcommand)]
    verb: Verb,
}

/// Read how well customers are guarded
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  firedamp posture import --data /srv/firedamp audit.csv\n  firedamp posture import --data /srv/firedamp --customer TENANT registrations.json\n  firedamp posture import --data /srv/firedamp --customer contoso --account aws:111122223333 credentials.csv\n\nTables have the columns `customer, part, value`, with `account, as_of, source`; values are yes and no. JSON\nfiles are what Microsoft Graph answers to userRegistrationDetails and delegatedAdminRelationships, and\nPartner Center to usagebudget. AWS's report on credentials is read as it comes."
)]
pub(super) struct Posture {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Read exports; of one source the latest word counts
    Import {
        #[command(flatten)]
        data: Data,
        /// Whose a file is that does not say it
        #[arg(long, value_name = "ID")]
        customer: Option<String>,
        /// Of which account a file is that does not say it
        #[arg(long, value_name = "PROVIDER:ID", value_parser = parse_account)]
        account: Option<Account>,
        /// CSV or JSON
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

/// Runs the verb.
pub(super) fn standing(arguments: &Standing) -> Result<ExitCode> {
    import(Topic::Standing, &arguments.verb)
}

/// Runs the verb.
pub(super) fn posture(arguments: &Posture) -> Result<ExitCode> {
    import(Topic::Posture, &arguments.verb)
}

fn import(subject: Topic, verb: &Verb) -> Result<ExitCode> {
    let Verb::Import { data, customer, account, files } = verb;
    wait(async {
        let store = data.open().await?;
        let account = account.as_ref().map(Account::to_string);
        for path in files {
            let name = path.display();
            let bytes = fs::read(path).with_context(|| format!("cannot read `{name}`"))?;
            let text = String::from_utf8(bytes)
                .map_err(|_| anyhow!("`{name}` is no UTF-8 text; save it as \"CSV UTF-8\""))?;
            let (customer, account) = (customer.as_deref(), account.as_deref());
            let context = Context { customer, account, at: system_time() };
            let facts = knowledge::read(subject, &text, context)
                .with_context(|| format!("cannot use `{name}`"))?;
            let learnt = knowledge::learn(&*store, subject, &text, facts).await;
            let learnt = learnt.with_context(|| format!("cannot use `{name}`"))?;
            for stranger in &learnt.unknown {
                anstream::eprintln!("{name}: {stranger}; left out");
            }
            anstream::eprintln!("{name}: {} facts, {} of them new", learnt.facts, learnt.new);
        }
        Ok(ExitCode::SUCCESS)
    })
}

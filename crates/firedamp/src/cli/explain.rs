//! `firedamp explain`: the whole reckoning about one account.

use std::{collections::BTreeMap, io::Write, process::ExitCode};

use anyhow::{Result, bail};
use clap::Args;
use firedamp_core::{id::Account, language::Language};

use super::{scan::Input, user::parse_language};
use crate::report::{self, Report};

/// Show the whole reckoning about one account, point by point
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  firedamp explain aws:111122223333 logs/\n  firedamp explain --language de aws:111122223333 logs/"
)]
pub(super) struct Arguments {
    /// The account, as in the case's id
    #[arg(id = "case", value_name = "PROVIDER:ACCOUNT", value_parser = parse_account)]
    account: Account,
    /// The language of the reckoning: en, fr or de
    #[arg(long, value_name = "LANGUAGE", value_parser = parse_language, default_value = "en")]
    language: Language,
    #[command(flatten)]
    input: Input,
}

fn parse_account(text: &str) -> Result<Account, String> {
    Account::parse(text).ok_or_else(|| format!("`{text}` is no account such as aws:111122223333"))
}

/// Runs the verb.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let language = arguments.language;
    let scanned = arguments.input.scan(true, language)?;
    let mut stderr = anstream::stderr().lock();
    scanned.summary.write(arguments.input.verbose, language, &mut stderr)?;
    let id = arguments.account.to_string();
    let Some(case) = scanned.cases.iter().find(|case| case.id == id) else {
        let known: Vec<&str> = scanned.cases.iter().take(10).map(|case| case.id.as_str()).collect();
        let there_are = if known.is_empty() {
            "no detector says anything about any account".to_string()
        } else {
            format!("there is something about {}", known.join(", "))
        };
        bail!("no detector says anything about {id}; {there_are}");
    };
    let notes = scanned.summary.notes(language);
    let report = Report {
        cases: std::slice::from_ref(case),
        now: scanned.now,
        window: scanned.window,
        notes: &notes,
        paths: &BTreeMap::new(),
        min_probability: 0.0,
        all: true,
        is_unjudged: false,
        language,
    };
    let mut out = anstream::stdout().lock();
    report::explain(case, &report, &mut out)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

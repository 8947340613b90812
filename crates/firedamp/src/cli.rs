//! The command line: what was typed, parsed; each verb is a module of its own.

mod authorisations;
mod backtest;
mod backup;
mod calibrate;
mod connect;
mod demo;
mod evaluate;
mod explain;
mod formats;
mod indicators;
mod keep;
mod knowledge;
mod migrate;
mod pack;
mod policies;
mod scan;
mod serve;
mod sigma;
mod simulate;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Finds cryptocurrency mining in cloud telemetry before the bill does.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    propagate_version = true,
    max_term_width = 100,
    after_help = "Examples:\n  firedamp demo\n  firedamp scan logs/\n  firedamp scan --output html logs/ > report.html\n  firedamp explain aws:111122223333 logs/\n\nExit status: 0 ran; 1 ran, and a case is at or above --fail-on; 2 could not run, or not\non all that was named, or with --fail-on on hardly anything."
)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Propose authorisations to mine from a file, or list those on file
    Authorisations(authorisations::Arguments),
    /// Try a change of weights, lists or detectors on past telemetry
    Backtest(backtest::Arguments),
    /// Copy all that the desk keeps, also while it serves
    Backup(backup::Backup),
    /// Propose how far evidence is to be believed, from verdicts whose truth is known
    Calibrate(calibrate::Arguments),
    /// Look for damage: in the desk's database, and in the activity logs of its cases
    Check(keep::Check),
    /// Print what lets Firedamp read a cloud's logs, or check which of them are off
    Connect(connect::Arguments),
    /// Say whose the accounts are
    Customers(keep::Customers),
    /// Open a desk with a made-up day that plays live, to look around; or write it, scan it and
    /// explain the cases
    Demo(demo::Arguments),
    /// Measure how good the verdicts are, on telemetry whose truth is known
    Evaluate(evaluate::Arguments),
    /// Show the whole reckoning about one account, point by point
    Explain(explain::Arguments),
    /// List the formats that are read, or describe one
    Formats(formats::Arguments),
    /// List, check, import and export known mining endpoints
    Indicators(indicators::Arguments),
    /// Bring the desk's database to this version
    Migrate(migrate::Arguments),
    /// Print the description of the API, for programs
    Openapi,
    /// Write the evidence pack of a case
    Pack(pack::Arguments),
    /// List what providers allow of mining, since when, and where that stands
    Policies(policies::Arguments),
    /// Read how well customers are guarded
    Posture(knowledge::Posture),
    /// Bring back what `firedamp backup` copied
    Restore(backup::Restore),
    /// Read telemetry and print one case per account
    Scan(scan::Arguments),
    /// Watch telemetry all the time, keep a case for each account, and show them in a browser
    Serve(serve::Arguments),
    /// Write made-up telemetry whose miners and innocents are known
    Simulate(simulate::Arguments),
    /// Read whether customers are in good standing
    Standing(knowledge::Standing),
    /// Let programs in, list them and end them
    Token(keep::Token),
    /// Let people in who sign in with a name and a password
    User(user::Arguments),
    /// Check an evidence pack without the desk that made it
    Verify(pack::Verify),
}

/// Runs the program.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Nobody can be told when the terminal is gone.
            let _told = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let done = match &arguments.verb {
        Verb::Authorisations(arguments) => authorisations::run(arguments),
        Verb::Backtest(arguments) => backtest::run(arguments),
        Verb::Backup(arguments) => backup::backup(arguments),
        Verb::Calibrate(arguments) => calibrate::run(arguments),
        Verb::Check(arguments) => keep::check(arguments),
        Verb::Connect(arguments) => connect::run(arguments),
        Verb::Customers(arguments) => keep::customers(arguments),
        Verb::Demo(arguments) => demo::run(arguments),
        Verb::Evaluate(arguments) => evaluate::run(arguments),
        Verb::Explain(arguments) => explain::run(arguments),
        Verb::Formats(arguments) => formats::run(arguments),
        Verb::Indicators(arguments) => indicators::run(arguments),
        Verb::Migrate(arguments) => migrate::run(arguments),
        Verb::Openapi => openapi(),
        Verb::Pack(arguments) => pack::run(arguments),
        Verb::Policies(arguments) => policies::run(arguments),
        Verb::Posture(arguments) => knowledge::posture(arguments),
        Verb::Restore(arguments) => backup::restore(arguments),
        Verb::Scan(arguments) => scan::run(arguments),
        Verb::Serve(arguments) => serve::run(arguments),
        Verb::Simulate(arguments) => simulate::run(arguments),
        Verb::Standing(arguments) => knowledge::standing(arguments),
        Verb::Token(arguments) => keep::token(arguments),
        Verb::User(arguments) => user::run(arguments),
        Verb::Verify(arguments) => pack::verify(arguments),
    };
    match done {
        Ok(code) => code,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!(
                "{}error:{} {error:#}",
                crate::summary::ERROR,
                crate::summary::PLAIN
            );
            ExitCode::from(2)
        }
    }
}

fn openapi() -> anyhow::Result<ExitCode> {
    anstream::print!("{}", crate::api::text()?);
    Ok(ExitCode::SUCCESS)
}

/// Whoever read our output had enough of it.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    kind == Some(std::io::ErrorKind::BrokenPipe)
}
